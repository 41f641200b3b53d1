// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the host wants the user to know: that it wants the device back, and that
 * an interrupt line is in trouble.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

/* ---- the device is to be unbound: on-unbind= ---- */

static void notify_shutdown(void)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_ERROR);
}

static const struct NotifyEnd {
    const char *name, *says;
    void (*act)(void);
} notify_ends[] = {
    { "warn", "shut the guest down, or end QEMU" },
    { "powerdown", "the guest's power button has been pressed (on-unbind)",
      qemu_system_powerdown_request },
    { "shutdown", "so QEMU ends (on-unbind)", notify_shutdown },
};

static const struct NotifyEnd *notify_end(const VpoDevice *s)
{
    for (int i = 0; s->on_unbind && i < ARRAY_SIZE(notify_ends); i++) {
        if (!strcmp(notify_ends[i].name, s->on_unbind)) {
            return &notify_ends[i];
        }
    }
    return s->on_unbind ? NULL : &notify_ends[0];
}

/* The host asks again and again; the user is told once. */
static void notify_request(VpoDevice *s)
{
    const struct NotifyEnd *end = notify_end(s);

    trace_vpo_notify_request(vpo_name(s), end->name);
    if (s->unbind_requests++ == 0) {
        warn_report("%s: %s: the host wants the device back: whoever unbinds "
                    "it waits until this guest has ended; %s",
                    TYPE_VFIO_PLATFORM_ONESHOT, vpo_name(s), end->says);
    }
    if (end->act) {
        end->act();
    }
}

void vpo_notify_get_requests(Object *obj, Visitor *v, const char *name,
                             void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &VFIO_PLATFORM_ONESHOT(obj)->unbind_requests,
                      errp);
}

/* ---- an interrupt line is in trouble ---- */

static const struct {
    size_t count;
    const char *says;
} notify_troubles[] = {
    { offsetof(struct vfio_platform_oneshot_irq_counts, storms),
      "fires more often than the host allows, and is masked for a second each "
      "time" },
    { offsetof(struct vfio_platform_oneshot_irq_counts, stuck),
      "is stuck: high, however often the guest is interrupted" },
};

static void notify_look(VpoLine *line)
{
    struct vfio_platform_oneshot_irq_counts counts;

    if (vpo_mode_counts(line, &counts) < 0) {
        return;
    }
    trace_vpo_notify_look(vpo_name(line->dev), line->irq.index, counts.storms,
                          counts.stuck);
    for (int i = 0; i < ARRAY_SIZE(notify_troubles); i++) {
        if ((line->told_troubles & (1u << i)) ||
            !*(uint64_t *)((char *)&counts + notify_troubles[i].count)) {
            continue;
        }
        line->told_troubles |= 1u << i;
        warn_report("%s: %s: interrupt %u %s: either the guest ends it without "
                    "serving the device, or the device is broken. irq-counts "
                    "tells how often; this is said once.",
                    TYPE_VFIO_PLATFORM_ONESHOT, vpo_name(line->dev),
                    line->irq.index, notify_troubles[i].says);
    }
}

static void notify_lines(VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_lines; i++) {
        notify_look(&s->lines[i]);
    }
}

/* ---- eventfds ---- */

static void notify_read_request(void *opaque)
{
    VpoDevice *s = opaque;

    if (event_notifier_test_and_clear(
            &s->notify[VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST])) {
        notify_request(s);
    }
}

static void notify_read_line(void *opaque)
{
    VpoDevice *s = opaque;

    if (event_notifier_test_and_clear(
            &s->notify[VFIO_PLATFORM_ONESHOT_NOTIFY_LINE])) {
        notify_lines(s);
    }
}

static IOHandler *const notify_readers[] = {
    [VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST] = notify_read_request,
    [VFIO_PLATFORM_ONESHOT_NOTIFY_LINE] = notify_read_line,
};

static int notify_tell_host(VpoDevice *s, unsigned int what, int fd)
{
    struct vfio_platform_oneshot_notify set = { .what = what, .fd = fd };

    return vpo_host_feature(s, VFIO_DEVICE_FEATURE_SET |
                            VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY,
                            &set, sizeof(set));
}

/*
 * Mainline's driver has no features at all, or not this one: nobody is told
 * then, which is an error only for who wants something done.
 */
static bool notify_add(VpoDevice *s, unsigned int what, Error **errp)
{
    EventNotifier *notifier = &s->notify[what];
    int ret = s->kernel->eventfd(s, notifier);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "no eventfd for the host driver's news");
        return false;
    }
    ret = notify_tell_host(s, what, event_notifier_get_fd(notifier));
    if (ret < 0) {
        event_notifier_cleanup(notifier);
        if ((ret == -ENOTTY || ret == -EINVAL) && !notify_end(s)->act) {
            return true;
        }
        error_setg_errno(errp, -ret, "the host driver does not tell when it "
                         "wants the device back (VFIO_DEVICE_FEATURE)");
        return false;
    }
    qemu_set_fd_handler(event_notifier_get_fd(notifier), notify_readers[what],
                        NULL, s);
    s->notified |= 1u << what;
    return true;
}

static bool notify_add_all(VpoDevice *s, Error **errp)
{
    for (int i = 0; i < VFIO_PLATFORM_ONESHOT_NOTIFICATIONS; i++) {
        if (!notify_add(s, i, errp)) {
            return false;
        }
    }
    return true;
}

bool vpo_notify_realize(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();

    if (!notify_end(s)) {
        error_setg(errp, "on-unbind='%s' is unknown", s->on_unbind);
        error_append_hint(errp, "Give warn, powerdown or shutdown.\n");
        return false;
    }
    if (!notify_add_all(s, errp)) {
        vpo_notify_unrealize(s);
        return false;
    }
    return true;
}

void vpo_notify_unrealize(VpoDevice *s)
{
    for (int i = 0; i < VFIO_PLATFORM_ONESHOT_NOTIFICATIONS; i++) {
        EventNotifier *notifier = &s->notify[i];

        if (s->notified & (1u << i)) {
            qemu_set_fd_handler(event_notifier_get_fd(notifier), NULL, NULL,
                                NULL);
            notify_tell_host(s, i, -1);
            event_notifier_cleanup(notifier);
        }
    }
    s->notified = 0;
}
