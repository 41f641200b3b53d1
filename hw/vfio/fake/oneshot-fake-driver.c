// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The VFIO driver of the fake host's device: mainline's interface, and with
 * modes= ours, as include/uapi/linux/vfio_platform_oneshot.h has it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "oneshot-fake.h"

/* ---- requests ---- */

static FakeIrq *driver_irq(VpoFakeHost *h, uint32_t index)
{
    return index < h->n_irqs ||
           (index < FAKE_IRQS_MOST && h->irqs[index].emulated)
               ? &h->irqs[index] : NULL;
}

static int driver_irq_info(VpoFakeHost *h, void *arg)
{
    struct vfio_irq_info *info = arg;
    const FakeIrq *irq = driver_irq(h, info->index);
    int ret = fake_call(h, "VFIO_DEVICE_GET_IRQ_INFO");

    if (ret || !irq) {
        return ret ? ret : -EINVAL;
    }
    info->count = 1;
    info->flags = (irq->mute ? 0 : VFIO_IRQ_INFO_EVENTFD) |
                  (irq->level ? VFIO_IRQ_INFO_MASKABLE |
                                VFIO_IRQ_INFO_AUTOMASKED : 0);
    return 0;
}

static int driver_set_irqs(VpoFakeHost *h, void *arg)
{
    const struct vfio_irq_set *set = arg;
    bool has_fd = set->flags & VFIO_IRQ_SET_DATA_EVENTFD;
    uint32_t action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
    const char *what = action == VFIO_IRQ_SET_ACTION_MASK ? "mask" :
                       action == VFIO_IRQ_SET_ACTION_UNMASK ? "unmask" :
                       "trigger";
    FakeIrq *irq = driver_irq(h, set->index);
    int32_t fd = -1;
    int ret;

    if (has_fd) {
        memcpy(&fd, set->data, sizeof(fd));
    }
    ret = fake_call(h, "VFIO_DEVICE_SET_IRQS %s%s", what,
                    !has_fd ? "" : fd < 0 ? " none" : " eventfd");
    if (ret || !irq || (!irq->level && action != VFIO_IRQ_SET_ACTION_TRIGGER)) {
        return ret ? ret : -EINVAL;
    }
    if (action == VFIO_IRQ_SET_ACTION_MASK) {
        fake_line_mask(irq);
    } else if (action == VFIO_IRQ_SET_ACTION_TRIGGER) {
        fake_line_set_trigger(irq, fd);
    } else if (has_fd) {
        fake_line_set_unmask(irq, fd);
    } else {
        fake_line_unmask(irq);
    }
    return 0;
}

static int driver_reset(VpoFakeHost *h, void *arg)
{
    int ret = fake_call(h, "VFIO_DEVICE_RESET");

    h->resets += ret == 0;
    return ret;
}

/* ---- features ---- */

static int driver_get_mode(VpoFakeHost *h, void *data)
{
    struct vfio_platform_oneshot_irq_mode *mode = data;
    const FakeIrq *irq = driver_irq(h, mode->index);

    if (!irq) {
        return -EINVAL;
    }
    mode->mode = irq->mode;
    mode->initial = irq->level ? VFIO_PLATFORM_ONESHOT_AUTOMASK
                               : VFIO_PLATFORM_ONESHOT_EDGE;
    mode->possible = irq->level ? h->modes : 1u << VFIO_PLATFORM_ONESHOT_EDGE;
    mode->guest_intid = irq->guest_intid;
    if (!irq->share.status_bits) {
        mode->possible &= ~(1u << VFIO_PLATFORM_ONESHOT_SHARED);
    }
    for (int i = 0; i < VFIO_PLATFORM_ONESHOT_IRQ_MODES; i++) {
        mode->why_not[i] = mode->possible & (1u << i)
                               ? VFIO_PLATFORM_ONESHOT_WHY_POSSIBLE
                               : VFIO_PLATFORM_ONESHOT_WHY_NOT_ALLOWED;
    }
    return 0;
}

static int driver_set_mode(VpoFakeHost *h, void *data)
{
    const struct vfio_platform_oneshot_irq_mode *mode = data;
    FakeIrq *irq = driver_irq(h, mode->index);

    if (!irq || mode->mode >= VFIO_PLATFORM_ONESHOT_IRQ_MODES) {
        return -EINVAL;
    }
    if (irq->trigger >= 0) {
        return -EBUSY;
    }
    if (!(h->modes & (1u << mode->mode))) {
        return -EOPNOTSUPP;
    }
    irq->mode = mode->mode;
    irq->guest_intid = mode->guest_intid;
    return 0;
}

static int driver_set_share(VpoFakeHost *h, void *data)
{
    const struct vfio_platform_oneshot_irq_share *share = data;
    FakeIrq *irq = driver_irq(h, share->index);

    if (!irq) {
        return -EINVAL;
    }
    irq->share = *share;
    return 0;
}

/* Nobody else is on the line. */
static int driver_get_share(VpoFakeHost *h, void *data)
{
    struct vfio_platform_oneshot_irq_share *share = data;
    const FakeIrq *irq = driver_irq(h, share->index);

    if (!irq) {
        return -EINVAL;
    }
    *share = irq->share;
    share->users = 1;
    share->masking = VFIO_PLATFORM_ONESHOT_MASKING_LINE;
    return 0;
}

static int driver_get_counts(VpoFakeHost *h, void *data)
{
    const FakeIrq *irq = driver_irq(h, *(uint32_t *)data);

    if (!irq) {
        return -EINVAL;
    }
    memcpy(data, &irq->counts, sizeof(irq->counts));
    return 0;
}

static int driver_get_clock(VpoFakeHost *h, void *data)
{
    struct vfio_platform_oneshot_clock *clock = data;

    if (clock->index >= h->clocks) {
        return -ENOENT;
    }
    clock->rate_hz = 1000000 * (clock->index + 1);
    return 0;
}

static int driver_set_notify(VpoFakeHost *h, void *data)
{
    return fake_news_set(h, data);
}

/* One at a time is all that is asked for. */
static int driver_set_emulated(VpoFakeHost *h, void *data)
{
    const struct vfio_platform_oneshot_emulated *set = data;
    FakeIrq *irq;

    if (set->count != 1 || set->start >= FAKE_IRQS_MOST) {
        return -EINVAL;
    }
    if (driver_irq(h, set->start)) {
        return -EBUSY;
    }
    irq = &h->irqs[set->start];
    *irq = (FakeIrq) {
        .host = h, .index = set->start, .trigger = -1, .unmask = -1,
        .level = set->kind == VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL,
        .emulated = true,
    };
    fake_line_open(irq);
    return 0;
}

static int driver_signal(VpoFakeHost *h, void *data)
{
    const struct vfio_platform_oneshot_signal *signal = data;
    FakeIrq *irq = driver_irq(h, signal->index);

    if (!irq || !irq->emulated || irq->trigger < 0) {
        return !irq ? -EINVAL : !irq->emulated ? -EOPNOTSUPP : -ENOTCONN;
    }
    fake_line_raise(irq);
    return 0;
}

static const struct {
    uint32_t feature;
    const char *name;
    int (*run)(VpoFakeHost *h, void *data);
} driver_features[] = {
    { VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE,
      "get mode", driver_get_mode },
    { VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE,
      "set mode", driver_set_mode },
    { VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS,
      "get counts", driver_get_counts },
    { VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE,
      "set share", driver_set_share },
    { VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE,
      "get share", driver_get_share },
    { VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_ONESHOT_CLOCK,
      "get clock", driver_get_clock },
    { VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY,
      "set notify", driver_set_notify },
    { VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_ONESHOT_EMULATED,
      "set emulated", driver_set_emulated },
    { VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL,
      "signal", driver_signal },
};

static int driver_feature(VpoFakeHost *h, void *arg)
{
    struct vfio_device_feature *feature = arg;

    for (int i = 0; i < ARRAY_SIZE(driver_features); i++) {
        if (feature->flags == driver_features[i].feature) {
            int ret = fake_call(h, "VFIO_DEVICE_FEATURE %s",
                                driver_features[i].name);

            /* Without modes it is mainline's driver, which has no features. */
            return ret ? ret : !h->modes ? -ENOTTY
                       : driver_features[i].run(h, feature->data);
        }
    }
    g_assert_not_reached();
}

int fake_driver_ioctl(VpoFakeHost *h, unsigned long request, void *arg)
{
    switch (request) {
    case VFIO_DEVICE_GET_IRQ_INFO:
        return driver_irq_info(h, arg);
    case VFIO_DEVICE_SET_IRQS:
        return driver_set_irqs(h, arg);
    case VFIO_DEVICE_RESET:
        return driver_reset(h, arg);
    case VFIO_DEVICE_FEATURE:
        return driver_feature(h, arg);
    default:
        g_assert_not_reached();
    }
}

/* ---- open and close ---- */

void fake_driver_open(VpoFakeHost *h)
{
    for (unsigned int i = 0; i < h->n_irqs; i++) {
        fake_line_open(&h->irqs[i]);
    }
    fake_news_open(h);
}

void fake_driver_close(VpoFakeHost *h)
{
    for (unsigned int i = 0; i < FAKE_IRQS_MOST; i++) {
        if (driver_irq(h, i)) {
            fake_line_close(&h->irqs[i]);
            h->irqs[i].emulated = false;
        }
    }
    fake_news_close(h);
}

char *fake_driver_status(const VpoFakeHost *h)
{
    g_autofree char *news = fake_news_status(h);
    GString *str = g_string_new(NULL);

    for (unsigned int i = 0; i < FAKE_IRQS_MOST; i++) {
        g_autofree char *line = driver_irq((VpoFakeHost *)h, i)
                                    ? fake_line_status(&h->irqs[i]) : NULL;

        g_string_append(str, line ? line : "");
    }
    g_string_append_printf(str, "%sresets %u\n", news, h->resets);
    return g_string_free(str, false);
}

/* ---- what a test says of the device ---- */

static bool driver_parse_region(VpoFakeHost *h, const char *text, Error **errp)
{
    FakeRegion *region = &h->regions[h->n_regions];
    const char *end;

    if (h->n_regions == FAKE_REGIONS_MOST ||
        qemu_strtou64(text, &end, 0, &region->size) ||
        (*end && strcmp(end, "t"))) {
        error_setg(errp, "regions=%s: '%s' is not SIZE[t]", h->regions_text,
                   text);
        return false;
    }
    region->mmap = !*end;
    h->n_regions++;
    return true;
}

static bool driver_parse_irq(VpoFakeHost *h, const char *text, Error **errp)
{
    FakeIrq *irq = &h->irqs[h->n_irqs];

    if (h->n_irqs == FAKE_IRQS_MOST ||
        (strcmp(text, "level") && strcmp(text, "edge") &&
         strcmp(text, "mute"))) {
        error_setg(errp, "irqs=%s: '%s' is not level, edge or mute",
                   h->irqs_text, text);
        return false;
    }
    *irq = (FakeIrq) {
        .host = h, .index = h->n_irqs++, .trigger = -1, .unmask = -1,
        .level = !strcmp(text, "level"), .mute = !strcmp(text, "mute"),
    };
    return true;
}

bool fake_driver_parse(VpoFakeHost *h, Error **errp)
{
    g_auto(GStrv) regions = g_strsplit(h->regions_text ? h->regions_text : "",
                                       "/", -1);
    g_auto(GStrv) irqs = g_strsplit(h->irqs_text ? h->irqs_text : "", "/", -1);

    for (int i = 0; regions[i]; i++) {
        if (!driver_parse_region(h, regions[i], errp)) {
            return false;
        }
    }
    for (int i = 0; irqs[i]; i++) {
        if (!driver_parse_irq(h, irqs[i], errp)) {
            return false;
        }
    }
    return true;
}
