// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the lines may fire: masked from arming on, released when the
 * guest runs, held and released again around every system reset.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

void vpo_line_event(VpoLine *line, VpoIrqEvent event)
{
    VpoIrqState before = line->irq.state;
    int ret = vpo_irq_event(&line->irq, event);

    trace_vpo_line_event(vpo_name(line->dev), line->irq.index,
                         vpo_irq_event_str(event), vpo_irq_state_str(before),
                         vpo_irq_state_str(line->irq.state), ret);
    if (ret < 0) {
        g_autofree char *failure = vpo_irq_failure(&line->irq, ret);

        error_report("%s: %s: interrupt %u: '%s' failed while %s: %s. The "
                     "line is now %s: the device may be dead until the guest "
                     "is reset; the kernel log of the host may say more.",
                     TYPE_VFIO_PLATFORM_ONESHOT, vpo_name(line->dev),
                     line->irq.index, vpo_irq_event_str(event),
                     vpo_irq_state_str(before), failure,
                     vpo_irq_state_str(line->irq.state));
    }
}

void vpo_lines_event(VpoDevice *s, VpoIrqEvent event)
{
    for (unsigned int i = 0; i < s->n_lines; i++) {
        vpo_line_event(&s->lines[i], event);
    }
}

void vpo_lines_accessed(VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_lines; i++) {
        vpo_irq_accessed(&s->lines[i].irq);
    }
}

static char *run_list(const VpoDevice *s, const char *(*text)(const VpoIrq *))
{
    GString *str = g_string_new(NULL);

    for (unsigned int i = 0; i < s->n_lines; i++) {
        g_string_append_printf(str, "%s%u:%s", i ? "," : "", i,
                               text(&s->lines[i].irq));
    }
    return g_string_free(str, false);
}

char *vpo_irq_paths(const VpoDevice *s)
{
    return run_list(s, vpo_irq_path);
}

char *vpo_irq_modes(const VpoDevice *s)
{
    return run_list(s, vpo_irq_mode);
}

/* ---- the guest starts, and is reset ---- */

static void run_vm_state(void *opaque, bool running, RunState state)
{
    if (running) {
        vpo_lines_event(opaque, VPO_IRQ_RELEASE);
    }
}

/*
 * The reset of the guest's GIC writes level 0 to every line, so nothing may
 * be raised before it. Reset handlers run in no useful order: the lines are
 * held here, and released from a bottom half, which runs after all of them.
 */
static void run_reset(void *opaque)
{
    VpoDevice *s = opaque;
    int ret = 0;

    vpo_lines_event(s, VPO_IRQ_HOLD);
    vpo_served_forget(s);
    if (s->intercept) {
        vpo_intercept_reset(s->intercept);
    }
    if (s->vbasedev.reset_works) {
        ret = s->kernel->ioctl(s, VFIO_DEVICE_RESET, NULL);
    }
    if (ret < 0) {
        warn_report("%s: %s: the host driver could not reset the device "
                    "(VFIO_DEVICE_RESET): %s", TYPE_VFIO_PLATFORM_ONESHOT,
                    vpo_name(s), strerror(-ret));
    }
    qemu_bh_schedule(s->release_bh);
}

static void run_release(void *opaque)
{
    /* If the guest does not run, its start releases the lines. */
    if (runstate_is_running()) {
        vpo_lines_event(opaque, VPO_IRQ_RELEASE);
    }
}

bool vpo_run_realize(VpoDevice *s, Error **errp)
{
    s->release_bh = qemu_bh_new(run_release, s);
    qemu_register_reset(run_reset, s);
    s->vm_state = vpo_compat_add_vm_state(DEVICE(s), run_vm_state, s);
    return true;
}

void vpo_run_unrealize(VpoDevice *s)
{
    qemu_del_vm_change_state_handler(s->vm_state);
    qemu_unregister_reset(run_reset, s);
    qemu_bh_delete(s->release_bh);
}
