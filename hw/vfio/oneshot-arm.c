// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arming of the lines, each in the best way that it can have, and going over
 * to another one.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static VpoTrap arm_line_trap(const VpoLine *line)
{
    const VpoIrq *irq = &line->irq;

    if (irq->state == VPO_IRQ_OFF || !irq->backend->level) {
        return VPO_TRAP_NONE;
    }
    switch (irq->inject->done) {
    case VPO_IRQ_DONE_ACCESS:
        return VPO_TRAP_ALL;
    case VPO_IRQ_DONE_WRITE:
        return VPO_TRAP_WRITES;
    default:
        return VPO_TRAP_NONE;
    }
}

/* Lines share the regions, so the one that needs most decides. */
static void arm_trap(VpoDevice *s)
{
    VpoTrap trap = VPO_TRAP_NONE;

    for (unsigned int i = 0; i < s->n_lines; i++) {
        trap = MAX(trap, arm_line_trap(&s->lines[i]));
    }
    if (trap != s->trap) {
        s->trap = trap;
        vpo_regions_trap(s, trap);
    }
}

static const char *arm_cost(const VpoLine *line)
{
    switch (arm_line_trap(line)) {
    case VPO_TRAP_ALL:
        return ", with every access to the device trapped";
    case VPO_TRAP_WRITES:
        return ", with every write to the device trapped";
    default:
        break;
    }
    /* Unmasked at the guest's EOI, served or not. */
    return line->irq.inject->done != VPO_IRQ_DONE_RESAMPLE ? ""
               : ", where a guest driver with a threaded handler gets two "
                 "interrupts an event (oneshot=off if there is none)";
}

/* KVM's bug has kept the line from a better way. */
static bool arm_has_bug(const VpoLine *line)
{
    return line->irq.passed_over &&
           strstr(line->irq.passed_over, vpo_resample_bug);
}

static void arm_warn_fallback(const VpoLine *line)
{
    const VpoIrq *irq = &line->irq;

    if (irq->fallback && !arm_has_bug(line)) {
        warn_report("%s: %s: interrupt %u falls back to %s by %s%s. Passed "
                    "over: %s", TYPE_VFIO_PLATFORM_ONESHOT,
                    vpo_name(line->dev), irq->index, vpo_irq_mode(irq),
                    vpo_irq_path(irq), arm_cost(line), irq->passed_over);
    }
}

/* One warning for all lines: there is one cause, and one remedy. */
static void arm_warn_bug(const VpoDevice *s)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    for (unsigned int i = 0; i < s->n_lines; i++) {
        const VpoLine *line = &s->lines[i];

        if (arm_has_bug(line)) {
            g_string_append_printf(lines, "%sinterrupt %u is %s by %s%s",
                                   lines->len ? "; " : "", i,
                                   vpo_irq_mode(&line->irq),
                                   vpo_irq_path(&line->irq), arm_cost(line));
        }
    }
    if (lines->len) {
        warn_report("%s: %s: %s, so %s. %s", TYPE_VFIO_PLATFORM_ONESHOT,
                    vpo_name(s), vpo_resample_bug, lines->str,
                    vpo_resample_remedy);
    }
}

static void arm_trace(const VpoLine *line, int ret)
{
    const VpoIrq *irq = &line->irq;

    trace_vpo_arm_trace(vpo_name(line->dev), irq->index, vpo_irq_mode(irq),
                      vpo_irq_path(irq),
                      irq->passed_over ? irq->passed_over : "none", ret);
}

static const char *arm_remedy(const VpoLine *line, int ret)
{
    if (arm_has_bug(line)) {
        return vpo_resample_remedy;
    }
    if (ret == -EBUSY) {
        return "The line has another user on the host (see /proc/interrupts). "
               "To share it, name the device in the host driver's module "
               "parameter shared_irq, and say how it masks itself by irq-share="
               VPO_SHARE_SYNTAX ".";
    }
    return "If the host's driver could not take the line, the host's kernel "
           "log (dmesg) says why.";
}

static bool arm_line(VpoLine *line, Error **errp)
{
    ERRP_GUARD();
    VpoIrq *irq = &line->irq;
    int ret = vpo_irq_arm(irq, vpo_line_ways(line));

    arm_trace(line, ret);
    if (ret < 0) {
        error_setg(errp, "interrupt %u cannot be armed: %s", irq->index,
                   irq->passed_over);
        error_append_hint(errp, "%s\n", arm_remedy(line, ret));
        return false;
    }
    arm_warn_fallback(line);
    return true;
}

bool vpo_arm_realize(VpoDevice *s, Error **errp)
{
    for (unsigned int i = 0; i < s->n_lines; i++) {
        if (!arm_line(&s->lines[i], errp)) {
            vpo_arm_unrealize(s);
            return false;
        }
    }
    arm_trap(s);
    arm_warn_bug(s);
    return true;
}

bool vpo_line_step_down(VpoLine *line, Error **errp)
{
    VpoIrq *irq = &line->irq;
    int ret;

    /* What the host allows may have changed since. */
    if (!vpo_mode_query(line, errp)) {
        return false;
    }
    ret = vpo_irq_rearm(irq, vpo_line_lower_ways(line));
    arm_trace(line, ret);
    arm_trap(line->dev);
    if (ret == 0) {
        vpo_line_event(line, VPO_IRQ_RELEASE);
    } else {
        error_setg(errp, "interrupt %u is %s: %s", irq->index,
                   vpo_irq_state_str(irq->state),
                   irq->passed_over ? irq->passed_over : strerror(-ret));
    }
    return ret == 0;
}

void vpo_arm_unrealize(VpoDevice *s)
{
    vpo_lines_event(s, VPO_IRQ_DISARM);
}
