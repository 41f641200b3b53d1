// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that the device shares with others on the host: the user's rules for
 * masking it in its own registers, which are for the host driver to follow.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"

bool vpo_share_realize(VpoDevice *s, Error **errp)
{
    g_autofree char *why = NULL;

    s->shares = g_new0(VpoShareRule, s->vbasedev.num_irqs);
    if (vpo_share_parse(s->irq_share, s->vbasedev.num_irqs, s->shares, &why)) {
        return true;
    }
    error_setg(errp, "irq-share=%s: %s", s->irq_share, why);
    vpo_share_unrealize(s);
    return false;
}

void vpo_share_unrealize(VpoDevice *s)
{
    g_clear_pointer(&s->shares, g_free);
}

/*
 * The host driver masks in registers that the guest writes, too: it must see
 * each access, to show the guest what that has enabled.
 */
bool vpo_share_traps(const VpoDevice *s, unsigned int i)
{
    for (unsigned int n = 0; n < s->vbasedev.num_irqs; n++) {
        if (s->shares[n].given && s->shares[n].region == i) {
            return true;
        }
    }
    return false;
}

static bool share_check(const VpoLine *line, Error **errp)
{
    const VpoShareRule *rule = &line->share;
    const uint32_t offsets[] = { rule->status, rule->enable, rule->clear };
    const VpoDevice *s = line->dev;

    if (rule->region >= s->n_regions) {
        error_setg(errp, "irq-share=%s: there is no region %u: the device "
                   "has %u, counted from 0", s->irq_share, rule->region,
                   s->n_regions);
        return false;
    }
    for (int i = 0; i < ARRAY_SIZE(offsets); i++) {
        if (offsets[i] + 4ull > s->regions[rule->region].size) {
            error_setg(errp, "irq-share=%s: offset 0x%x is not within region "
                       "%u, of 0x%zx bytes", s->irq_share, offsets[i],
                       rule->region, s->regions[rule->region].size);
            return false;
        }
    }
    return true;
}

static int share_feature(const VpoLine *line, uint32_t op,
                         struct vfio_platform_oneshot_irq_share *share)
{
    return vpo_host_feature(line->dev,
                            op | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, share,
                            sizeof(*share));
}

static bool share_tell(const VpoLine *line, Error **errp)
{
    static const uint32_t kinds[VPO_SHARE_N] = {
        [VPO_SHARE_ENABLE] = VFIO_PLATFORM_ONESHOT_SHARE_ENABLE,
        [VPO_SHARE_MASK] = VFIO_PLATFORM_ONESHOT_SHARE_MASK,
        [VPO_SHARE_SET_CLEAR] = VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR,
    };
    const VpoShareRule *rule = &line->share;
    struct vfio_platform_oneshot_irq_share set = {
        .index = line->irq.index,
        .region = rule->region,
        .kind = kinds[rule->kind],
        .status = rule->status,
        .status_bits = rule->status_bits,
        .enable = rule->enable,
        .enable_bits = rule->enable_bits,
        .clear = rule->clear,
        .raw = rule->raw,
    };
    int ret = share_feature(line, VFIO_DEVICE_FEATURE_SET, &set);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "irq-share=%s: the host driver does not "
                         "take the rule for interrupt %u "
                         "(VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE)",
                         line->dev->irq_share, line->irq.index);
    }
    return ret == 0;
}

/*
 * The mode is set at once, as in no other one a line with other users can even
 * be masked. Why it cannot be had, arming tells.
 */
bool vpo_share_setup(VpoLine *line, Error **errp)
{
    line->share = line->dev->shares[line->irq.index];
    if (!line->share.given) {
        return true;
    }
    if (!share_check(line, errp) || !share_tell(line, errp) ||
        !vpo_mode_query(line, errp)) {
        return false;
    }
    if ((line->wish == VPO_MODE_AUTO || line->wish == VPO_MODE_SHARED) &&
        !vpo_mode_obstacle(line, VFIO_PLATFORM_ONESHOT_SHARED)) {
        vpo_mode_set(line, VFIO_PLATFORM_ONESHOT_SHARED);
    }
    return true;
}

char *vpo_share_state(const VpoDevice *s)
{
    GString *str = g_string_new(NULL);

    for (unsigned int i = 0; i < s->n_lines; i++) {
        struct vfio_platform_oneshot_irq_share share = { .index = i };

        if (!s->lines[i].share.given ||
            share_feature(&s->lines[i], VFIO_DEVICE_FEATURE_GET, &share) < 0) {
            continue;
        }
        g_string_append_printf(
            str, "%s%u:%s,users=%u,line_masks=%" PRIu64 ",device_masks=%" PRIu64
            ",handovers=%" PRIu64, str->len ? " " : "", i,
            share.masking == VFIO_PLATFORM_ONESHOT_MASKING_LINE ? "line"
                                                                : "device",
            share.users, (uint64_t)share.line_masks,
            (uint64_t)share.device_masks, (uint64_t)share.handovers);
    }
    return g_string_free(str, false);
}
