// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the user says of the guest's node (dt-property, compatible, clock-rate,
 * dt-overlay), and the rates that the host's kernel tells.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"

/* More than any driver's overlay; a device tree as a whole is at most 1 MiB. */
#define DTUSER_OVERLAY_MOST (1 << 20)

static void dtuser_rate_clear(gpointer data)
{
    g_free((char *)((VpoDtUserRate *)data)->name);
}

/* "NAME=HZ" */
static bool dtuser_rate(GArray *rates, const char *part)
{
    const char *eq = strrchr(part, '=');
    VpoDtUserRate rate;

    if (!eq || eq == part || qemu_strtou64(eq + 1, NULL, 0, &rate.hz) ||
        !rate.hz) {
        return false;
    }
    rate.name = g_strndup(part, eq - part);
    g_array_append_val(rates, rate);
    return true;
}

static bool dtuser_rates(VpoDevice *s, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(s->clock_rate ? s->clock_rate : "", "/",
                                     -1);

    for (unsigned int i = 0; parts[i]; i++) {
        if (!dtuser_rate(s->dt_user.rates, parts[i])) {
            error_setg(errp, "clock-rate=%s: '%s' is not NAME=HZ, with NAME as "
                       "in the node's clock-names or the place in its clocks",
                       s->clock_rate, parts[i]);
            return false;
        }
    }
    return true;
}

static bool dtuser_edits(VpoDevice *s, Error **errp)
{
    g_autofree char *why = NULL;

    if (s->compatible) {
        g_auto(GStrv) strings = g_strsplit(s->compatible, "/", -1);

        for (unsigned int i = 0; strings[i]; i++) {
            if (!*strings[i]) {
                error_setg(errp, "compatible=%s: a string in it is empty",
                           s->compatible);
                return false;
            }
        }
        vpo_dt_edits_compatible(s->dt_user.edits,
                                (const char *const *)strings);
    }
    if (s->dt_property &&
        !vpo_dt_edits_parse(s->dt_user.edits, s->dt_property, &why)) {
        error_setg(errp, "dt-property: %s", why);
        return false;
    }
    return true;
}

static bool dtuser_overlay(VpoDevice *s, Error **errp)
{
    g_autoptr(GError) err = NULL;

    if (!s->dt_overlay) {
        return true;
    }
    if (!g_file_get_contents(s->dt_overlay, &s->dt_user.overlay,
                             &s->dt_user.overlay_len, &err)) {
        error_setg(errp, "dt-overlay=%s: %s", s->dt_overlay, err->message);
        return false;
    }
    if (s->dt_user.overlay_len > DTUSER_OVERLAY_MOST) {
        error_setg(errp, "dt-overlay=%s: %zu bytes are too many for an overlay "
                   "(at most %d)", s->dt_overlay, s->dt_user.overlay_len,
                   DTUSER_OVERLAY_MOST);
        return false;
    }
    return true;
}

/* A driver without clocks has none of index 0. */
static void dtuser_host_rates(VpoDevice *s)
{
    struct vfio_platform_oneshot_clock clock = { .index = 0 };

    for (; clock.index < VPO_DT_MAX_CLOCKS &&
           vpo_host_feature(s, VFIO_DEVICE_FEATURE_GET |
                            VFIO_DEVICE_FEATURE_ONESHOT_CLOCK, &clock,
                            sizeof(clock)) == 0; clock.index++) {
        VpoDtRate rate = { clock.index, clock.rate_hz };

        if (rate.hz) {
            g_array_append_val(s->dt_user.host_rates, rate);
        }
    }
}

bool vpo_dtuser_realize(VpoDevice *s, Error **errp)
{
    VpoDtUser *user = &s->dt_user;

    user->rates = g_array_new(false, false, sizeof(VpoDtUserRate));
    g_array_set_clear_func(user->rates, dtuser_rate_clear);
    user->host_rates = g_array_new(false, false, sizeof(VpoDtRate));
    user->edits = vpo_dt_edits_new();
    if (!dtuser_rates(s, errp) || !dtuser_edits(s, errp) ||
        !dtuser_overlay(s, errp)) {
        vpo_dtuser_unrealize(s);
        return false;
    }
    dtuser_host_rates(s);
    return true;
}

void vpo_dtuser_unrealize(VpoDevice *s)
{
    VpoDtUser *user = &s->dt_user;

    g_clear_pointer(&user->rates, g_array_unref);
    g_clear_pointer(&user->host_rates, g_array_unref);
    g_clear_pointer(&user->edits, g_array_unref);
    g_clear_pointer(&user->overlay, g_free);
}
