// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device as an object that an unmodified QEMU loads: the proof that it
 * fits that QEMU, and the registration of its types and trace events.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-control.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "hw/boards.h"
#include "hw/vfio/vfio-platform.h"
#include "vfio-platform-oneshot.h"
#include "oneshot-stub.h"
#include "qemu/module.h"
#include "trace.h"
#include "trace/control.h"

QEMU_BUILD_BUG_ON(STUB_MODULE_INIT_QOM != MODULE_INIT_QOM);
QEMU_BUILD_BUG_ON(offsetof(VersionInfo, package) != sizeof(void *));

extern TraceEvent *VPO_TRACE_EVENTS[];

static ssize_t plugin_prop_offset(const char *type, const char *prop)
{
    ObjectClass *oc = object_class_by_name(type);
    DeviceClass *dc = oc ? DEVICE_CLASS(oc) : NULL;

    for (unsigned int i = 0; dc && i < vpo_compat_props(dc); i++) {
        if (!strcmp(dc->props_[i].name, prop)) {
            return dc->props_[i].offset;
        }
    }
    return -1;
}

/*
 * QEMU's own classes embed the structs that we use, and tell in their
 * property tables where the members are. A member that moved, or a struct
 * before it that grew, shows as another offset.
 */
#define OFFSET_OF(type, prop, S, field) \
    { type, prop, #S "." #field, offsetof(S, field) }

static const struct {
    const char *type, *prop, *what;
    ssize_t offset;
} plugin_offsets[] = {
    OFFSET_OF(TYPE_PLATFORM_BUS_DEVICE, "mmio_size", PlatformBusDevice,
              mmio_size),
    OFFSET_OF(TYPE_PLATFORM_BUS_DEVICE, "num_irqs", PlatformBusDevice,
              num_irqs),
    OFFSET_OF(TYPE_VFIO_PLATFORM, "host", VFIOPlatformDevice, vbasedev.name),
    OFFSET_OF(TYPE_VFIO_PLATFORM, "sysfsdev", VFIOPlatformDevice,
              vbasedev.sysfsdev),
    OFFSET_OF(TYPE_VFIO_PLATFORM, "x-no-mmap", VFIOPlatformDevice,
              vbasedev.no_mmap),
    OFFSET_OF(TYPE_VFIO_PLATFORM, "x-irqfd", VFIOPlatformDevice,
              irqfd_allowed),
};

static bool plugin_version_fits(Error **errp)
{
    g_autoptr(VersionInfo) v = qmp_query_version(NULL);

    if (v->qemu->major == QEMU_VERSION_MAJOR &&
        v->qemu->minor == QEMU_VERSION_MINOR) {
        return true;
    }
    error_setg(errp, "this object was built for QEMU %d.%d and cannot run in "
               "QEMU %" PRId64 ".%" PRId64 ".%" PRId64 " (%s)",
               QEMU_VERSION_MAJOR, QEMU_VERSION_MINOR, v->qemu->major,
               v->qemu->minor, v->qemu->micro, v->package);
    return false;
}

bool vpo_fits(Error **errp)
{
    ERRP_GUARD();
    bool fits = plugin_version_fits(errp);

    for (int i = 0; fits && i < ARRAY_SIZE(plugin_offsets); i++) {
        ssize_t there = plugin_prop_offset(plugin_offsets[i].type,
                                           plugin_offsets[i].prop);

        if (there != plugin_offsets[i].offset) {
            fits = false;
            error_setg(errp, "this object does not fit this build of QEMU: "
                       "%s is at %zd here and at %zd there",
                       plugin_offsets[i].what, plugin_offsets[i].offset,
                       there);
        }
    }
    if (!fits) {
        error_append_hint(errp, "Build it against this QEMU's source package: "
                          "see 'Another QEMU' in README.md.\n");
    }
    return fits;
}

bool vpo_fits_realize(VpoDevice *s, Error **errp)
{
    return vpo_fits(errp);
}

static bool plugin_options(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (!g_str_has_prefix(argv[i], "trace=")) {
            error_report(TYPE_VFIO_PLATFORM_ONESHOT ": unknown plug-in option "
                         "'%s'", argv[i]);
            error_printf("Options of the plug-in: trace=PATTERN; options of "
                         "the device: QMP device-list-properties.\n");
            return false;
        }
        /* -trace is read before plug-ins are loaded and knows none of ours */
        trace_enable_events(argv[i] + strlen("trace="));
    }
    return true;
}

/* Given twice, with -plugin in another spelling, must do no harm. */
static void plugin_register(void)
{
    if (!object_class_by_name(TYPE_VFIO_PLATFORM_ONESHOT)) {
        trace_event_register_group(VPO_TRACE_EVENTS);
        vpo_register_types();
    }
}

G_MODULE_EXPORT int vpo_plugin_install(int argc, char **argv)
{
    Error *err = NULL;

    if (!vpo_fits(&err)) {
        error_reportf_err(err, TYPE_VFIO_PLATFORM_ONESHOT ": ");
        return -1;
    }
    plugin_register();
    return plugin_options(argc, argv) ? 0 : -1;
}

/* Classes that the layout is compared with do not exist yet: realize does. */
G_MODULE_EXPORT void vpo_plugin_preload(void)
{
    trace_event_register_group(VPO_TRACE_EVENTS);
    vpo_register_types();
}
