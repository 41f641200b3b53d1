// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fake host as an object that a test sets up, acts on and asks, and the
 * type of device that is assigned from it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "monitor/qdev.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "oneshot-fake.h"

/* ---- a device in a process that runs already ---- */

static bool host_set_options(Object *dev, const char *options, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(options, ",", -1);

    for (int i = 0; parts[i] && *parts[i]; i++) {
        char *value = strchr(parts[i], '=');

        if (!value) {
            error_setg(errp, "start: '%s' is not NAME=VALUE", parts[i]);
            return false;
        }
        *value++ = '\0';
        if (!object_property_parse(dev, parts[i], value, errp)) {
            return false;
        }
    }
    return true;
}

/*
 * "NAME=VALUE,…" as after -device, with id=d. It is no hot plug: a device can
 * fail to start and start again in one process, so that a test sees what the
 * first one left.
 */
static void host_start(VpoFakeHost *h, const char *options)
{
    DeviceState *dev = qdev_new(TYPE_VPO_FAKE);
    Error *err = NULL;

    dev->hotplugged = 0;
    g_clear_pointer(&h->error, g_free);
    if (qdev_set_id(dev, g_strdup("d"), &err) &&
        object_property_set_link(OBJECT(dev), "fake", OBJECT(h), &err) &&
        host_set_options(OBJECT(dev), options, &err) &&
        qdev_realize(dev, NULL, &err)) {
        h->started = dev;
        return;
    }
    h->error = g_strdup(error_get_pretty(err));
    /* With its hints. */
    error_report_err(err);
    if (OBJECT(dev)->parent) {
        object_unparent(OBJECT(dev));
    }
    object_unref(OBJECT(dev));
}

static void host_stop(VpoFakeHost *h)
{
    if (h->started) {
        object_unparent(OBJECT(h->started));
        object_unref(OBJECT(h->started));
        h->started = NULL;
    }
}

/* ---- what a test sets ---- */

static void host_set_start(Object *obj, const char *value, Error **errp)
{
    VpoFakeHost *h = VPO_FAKE_HOST(obj);

    host_stop(h);
    if (strcmp(value, "off")) {
        host_start(h, value);
    }
}

static void host_set_fail(Object *obj, const char *value, Error **errp)
{
    fake_faults_set(VPO_FAKE_HOST(obj), value, errp);
}

/* "INDEX=LEVEL" */
static void host_set_line(Object *obj, const char *value, Error **errp)
{
    unsigned int index;
    const char *level;

    if (qemu_strtoui(value, &level, 10, &index) || *level != '=' ||
        !fake_line_set(VPO_FAKE_HOST(obj), index, level[1] == '1')) {
        error_setg(errp, "line=%s is not INDEX=0 or INDEX=1", value);
    }
}

static void host_set_eoi(Object *obj, const char *value, Error **errp)
{
    VpoFakeHost *h = VPO_FAKE_HOST(obj);
    unsigned int gsi;

    if (qemu_strtoui(value, NULL, 10, &gsi) || !fake_kvm_eoi(h, gsi)) {
        error_setg(errp, "eoi=%s: no irqfd is bound to that GSI", value);
        return;
    }
    fake_line_eoi(h, gsi + 32);
}

static void host_set_news(Object *obj, const char *value, Error **errp)
{
    fake_news(VPO_FAKE_HOST(obj), value, errp);
}

static void host_set_calls(Object *obj, const char *value, Error **errp)
{
    g_string_truncate(VPO_FAKE_HOST(obj)->calls, 0);
}

/* ---- what a test asks ---- */

static char *host_get_calls(Object *obj, Error **errp)
{
    return g_strdup(VPO_FAKE_HOST(obj)->calls->str);
}

/* Of the last start; empty if it went well. */
static char *host_get_error(Object *obj, Error **errp)
{
    const VpoFakeHost *h = VPO_FAKE_HOST(obj);

    return g_strdup(h->error ? h->error : "");
}

static char *host_get_status(Object *obj, Error **errp)
{
    return fake_driver_status(VPO_FAKE_HOST(obj));
}

/* QEMU's, whose descriptors and mappings a test counts. */
static char *host_get_pid(Object *obj, Error **errp)
{
    return g_strdup_printf("%d", getpid());
}

/* Whether the calls that were to fail were made. */
static bool host_get_failed(Object *obj, Error **errp)
{
    return fake_faults_done(VPO_FAKE_HOST(obj));
}

static const struct {
    const char *name;
    char *(*get)(Object *obj, Error **errp);
    void (*set)(Object *obj, const char *value, Error **errp);
} host_acts[] = {
    { "start", host_get_error, host_set_start },
    { "fail", NULL, host_set_fail },
    { "line", NULL, host_set_line },
    { "eoi", NULL, host_set_eoi },
    { "news", NULL, host_set_news },
    { "calls", host_get_calls, host_set_calls },
    { "status", host_get_status, NULL },
    { "pid", host_get_pid, NULL },
};

/* ---- types ---- */

static void host_realize(DeviceState *dev, Error **errp)
{
    fake_driver_parse(VPO_FAKE_HOST(dev), errp);
}

static void host_init(Object *obj)
{
    VpoFakeHost *h = VPO_FAKE_HOST(obj);

    h->calls = g_string_new(NULL);
    fake_news_open(h);
}

static void host_finalize(Object *obj)
{
    VpoFakeHost *h = VPO_FAKE_HOST(obj);

    g_string_free(h->calls, true);
    fake_faults_clear(h);
    g_free(h->error);
}

static VPO_PROPERTY_CONST Property host_props[] = {
    /* Sysfs, the device tree and /dev are below this directory. */
    DEFINE_PROP_STRING("root", VpoFakeHost, root),
    /* "SIZE/SIZE…"; with a t behind it, a region that cannot be mapped */
    DEFINE_PROP_STRING("regions", VpoFakeHost, regions_text),
    /* "level/edge…"; mute is an edge that cannot be signalled by eventfd */
    DEFINE_PROP_STRING("irqs", VpoFakeHost, irqs_text),
    /* Bits 1 << VFIO_PLATFORM_ONESHOT_*; none: mainline's driver */
    DEFINE_PROP_UINT32("modes", VpoFakeHost, modes, 0),
    DEFINE_PROP_UINT32("flags", VpoFakeHost, flags,
                       VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_RESET),
    /* Of VpoKvm, and of VpoResample */
    DEFINE_PROP_UINT32("kvm", VpoFakeHost, kvm, 0),
    DEFINE_PROP_UINT32("resample", VpoFakeHost, resample, VPO_RESAMPLE_RIGHT),
    /* How many clocks the driver knows the rate of: 1 MHz, 2 MHz… */
    DEFINE_PROP_UINT32("clocks", VpoFakeHost, clocks, 0),
    VPO_PROPERTIES_END
};

static void host_class_init(ObjectClass *oc, VpoClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = host_realize;
    dc->desc = "Test only: a host made up for " TYPE_VPO_FAKE;
    device_class_set_props(dc, host_props);
    for (int i = 0; i < ARRAY_SIZE(host_acts); i++) {
        object_class_property_add_str(oc, host_acts[i].name, host_acts[i].get,
                                      host_acts[i].set);
    }
    object_class_property_add_bool(oc, "failed", host_get_failed, NULL);
}

static VPO_PROPERTY_CONST Property fake_props[] = {
    DEFINE_PROP_LINK("fake", VpoFake, host, TYPE_VPO_FAKE_HOST, VpoFakeHost *),
    VPO_PROPERTIES_END
};

static void fake_class_init(ObjectClass *oc, VpoClassData *data)
{
    VFIO_PLATFORM_ONESHOT_CLASS(oc)->kernel = &vpo_fake_kernel;
    DEVICE_CLASS(oc)->desc = "Test only: " TYPE_VFIO_PLATFORM_ONESHOT
                             " on a host that is made up";
    device_class_set_props(DEVICE_CLASS(oc), fake_props);
}

static const TypeInfo fake_types[] = {
    {
        .name = TYPE_VPO_FAKE_HOST,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VpoFakeHost),
        .instance_init = host_init,
        .instance_finalize = host_finalize,
        .class_init = host_class_init,
    }, {
        .name = TYPE_VPO_FAKE,
        .parent = TYPE_VFIO_PLATFORM_ONESHOT,
        .instance_size = sizeof(VpoFake),
        .class_init = fake_class_init,
    },
};

DEFINE_TYPES(fake_types)
