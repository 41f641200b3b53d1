// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot: the device type, its properties, and the order in
 * which it is put together.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "oneshot-compat.h"
#include "hw/boards.h"
#include "vfio-platform-oneshot.h"
#include "migration/vmstate.h"
#include "trace.h"

static bool device_find_bus(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();
    Object *bus = object_resolve_path_type("", TYPE_PLATFORM_BUS_DEVICE, NULL);

    if (!bus) {
        error_setg(errp, "machine '%s' has no platform bus to put the device "
                   "on", object_get_typename(qdev_get_machine()));
        error_append_hint(errp, "Use -machine virt.\n");
        return false;
    }
    s->pbus = PLATFORM_BUS_DEVICE(bus);
    return true;
}

/*
 * Undone in mirror order. Lines are armed before the guest's device tree is
 * written, which says how the guest sees them.
 */
static const struct {
    bool (*realize)(VpoDevice *s, Error **errp);
    void (*unrealize)(VpoDevice *s);
} device_steps[] = {
    { vpo_fits_realize },
    { device_find_bus },
    { vpo_find_realize },
    { vpo_host_realize },
    { vpo_emulated_realize },
    { vpo_share_realize, vpo_share_unrealize },
    { vpo_regions_realize, vpo_regions_unrealize },
    { vpo_intercept_realize, vpo_intercept_unrealize },
    { vpo_bus_realize, vpo_bus_unrealize },
    { vpo_resample_realize },
    { vpo_lines_realize, vpo_lines_unrealize },
    { vpo_dtuser_realize, vpo_dtuser_unrealize },
    { vpo_arm_realize, vpo_arm_unrealize },
    { vpo_fdt_realize, vpo_fdt_unrealize },
    { vpo_view_realize, vpo_view_unrealize },
    { vpo_run_realize, vpo_run_unrealize },
    { vpo_guard_realize, vpo_guard_unrealize },
    { vpo_notify_realize, vpo_notify_unrealize },
};

static void device_undo(VpoDevice *s)
{
    while (s->steps_done > 0) {
        s->steps_done--;
        if (device_steps[s->steps_done].unrealize) {
            device_steps[s->steps_done].unrealize(s);
        }
    }
}

static void device_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(dev);

    if (s->path) {
        error_setg(errp, TYPE_VFIO_PLATFORM_ONESHOT ": this device object "
                   "was used before; create a new one");
        return;
    }
    for (; s->steps_done < ARRAY_SIZE(device_steps); s->steps_done++) {
        if (!device_steps[s->steps_done].realize(s, errp)) {
            error_prepend(errp, TYPE_VFIO_PLATFORM_ONESHOT ": %s%s",
                          vpo_name(s) ? vpo_name(s) : "",
                          vpo_name(s) ? ": " : "");
            device_undo(s);
            return;
        }
    }
    trace_vpo_device_realize(vpo_name(s));
}

static void device_unrealize(DeviceState *dev)
{
    device_undo(VFIO_PLATFORM_ONESHOT(dev));
}

/* ---- what can be read ---- */

typedef char *(*DeviceText)(const VpoDevice *s);

static void device_visit_text(Visitor *v, const char *name, const VpoDevice *s,
                              DeviceText text, Error **errp)
{
    g_autofree char *str = text(s);

    visit_type_str(v, name, &str, errp);
}

/* The same two properties serve the device and its view. */
static const VpoDevice *device_of(Object *obj)
{
    Object *view = object_dynamic_cast(obj, TYPE_VPO_VIEW);

    return view ? VPO_VIEW(view)->dev : VFIO_PLATFORM_ONESHOT(obj);
}

static void device_get_irq_path(Object *obj, Visitor *v, const char *name,
                                void *opaque, Error **errp)
{
    device_visit_text(v, name, device_of(obj), vpo_irq_paths, errp);
}

static void device_get_irq_mode(Object *obj, Visitor *v, const char *name,
                                void *opaque, Error **errp)
{
    device_visit_text(v, name, device_of(obj), vpo_irq_modes, errp);
}

static void device_get_mmio_path(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    device_visit_text(v, name, device_of(obj), vpo_mmio_paths, errp);
}

static void device_get_irq_sharing(Object *obj, Visitor *v, const char *name,
                                   void *opaque, Error **errp)
{
    device_visit_text(v, name, device_of(obj), vpo_share_state, errp);
}

static const PropertyInfo device_irq_path = {
    VPO_PROPERTY_TYPE("str"),
    .description = "Read-only: the path of each interrupt index, such as "
                   "0:irqfd+resamplefd",
    .get = device_get_irq_path,
};

static const PropertyInfo device_irq_mode = {
    VPO_PROPERTY_TYPE("str"),
    .description = "Read-only: the mode that each interrupt index is in, such "
                   "as 0:hold",
    .get = device_get_irq_mode,
};

static const PropertyInfo device_mmio_path = {
    VPO_PROPERTY_TYPE("str"),
    .description = "Read-only: how each region is reached, and where the "
                   "guest sees it",
    .get = device_get_mmio_path,
};

static const PropertyInfo device_irq_sharing = {
    VPO_PROPERTY_TYPE("str"),
    .description = "Read-only: where each interrupt index in mode shared is "
                   "masked now, such as 0:device,users=2",
    .get = device_get_irq_sharing,
};

#define DEVICE_READABLE_PROPS                                   \
    { .name = "irq-path", .info = &device_irq_path },           \
    { .name = "irq-mode-used", .info = &device_irq_mode },      \
    { .name = "irq-sharing", .info = &device_irq_sharing },     \
    { .name = "mmio-path", .info = &device_mmio_path }

static VPO_PROPERTY_CONST Property device_props[] = {
    DEFINE_PROP_STRING("host", VpoDevice, host),
    DEFINE_PROP_STRING("sysfsdev", VpoDevice, sysfsdev),
    DEFINE_PROP_STRING("irq-mode", VpoDevice, irq_mode),
    DEFINE_PROP_STRING("irq-served", VpoDevice, irq_served),
    DEFINE_PROP_STRING("intercept", VpoDevice, intercept_file),
    DEFINE_PROP_STRING("intercept-rules", VpoDevice, intercept_rules),
    DEFINE_PROP_STRING("irq-share", VpoDevice, irq_share),
    DEFINE_PROP_STRING("clock-rate", VpoDevice, clock_rate),
    DEFINE_PROP_STRING("compatible", VpoDevice, compatible),
    DEFINE_PROP_STRING("dt-property", VpoDevice, dt_property),
    DEFINE_PROP_STRING("dt-overlay", VpoDevice, dt_overlay),
    DEFINE_PROP_STRING("on-unbind", VpoDevice, on_unbind),
    DEFINE_PROP_STRING("emulated-irqs", VpoDevice, emulated_irqs),
    DEFINE_PROP_ON_OFF_AUTO("require-reset", VpoDevice, require_reset,
                            ON_OFF_AUTO_AUTO),
    DEFINE_PROP_ON_OFF_AUTO("oneshot", VpoDevice, oneshot, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_BOOL("x-no-mmap", VpoDevice, vbasedev.no_mmap, false),
    DEFINE_PROP_BOOL("x-irqfd", VpoDevice, irqfd, true),
    DEFINE_PROP_ON_OFF_AUTO("x-resample-check", VpoDevice, resample_check,
                            ON_OFF_AUTO_AUTO),
    VPO_PROPERTY_IOMMUFD(VpoDevice, vbasedev.iommufd)
    DEVICE_READABLE_PROPS,
    VPO_PROPERTIES_END
};

static VPO_PROPERTY_CONST Property view_props[] = {
    DEVICE_READABLE_PROPS,
    VPO_PROPERTIES_END
};

static const struct {
    const char *name, *text;
} device_help[] = {
    { "host", "Host device, as named in /sys/bus/platform/devices or "
              "/sys/bus/amba/devices" },
    { "sysfsdev", "Host device, as the path of its directory in sysfs" },
    { "irq-mode", "Interrupt mode: auto, forwarded, hold, threaded, automask, "
                  "polled or shared; of one index: INDEX=MODE, joined by ':'"
    },
    { "irq-served", "Register that shows that the guest has served the "
                    "device, for host drivers without modes: "
                    "[INDEX=]REGION:OFFSET:MASK[:VALUE], joined by '/'" },
    { "intercept", "File of rules on registers that the guest does not get as "
                   "they are" },
    { "intercept-rules", "Such rules: REGION:OFFSET[+LENGTH]:KIND[:ARGUMENT], "
                         "joined by '/'" },
    { "irq-share", "How a device on a shared line masks itself: "
                   VPO_SHARE_SYNTAX ", joined by '/'" },
    { "oneshot", "Does a guest driver thread its handler? off: automask will "
                 "do; on and auto: exactly once is wanted" },
    { "clock-rate", "Rate of a clock that the host does not tell: NAME=HZ, "
                    "joined by '/'" },
    { "compatible", "Replaces the guest node's compatible: strings joined by "
                    "'/'" },
    { "dt-property", "Properties of the guest's node, set or deleted, as in "
                     "device tree source: NAME = VALUE; /delete-property/ "
                     "NAME;" },
    { "dt-overlay", "Device tree overlay to apply to the guest's node, whose "
                    "label is 'device'" },
    { "on-unbind", "When the host wants the device back: warn; powerdown: "
                   "press the guest's power button; shutdown: end QEMU" },
    { "require-reset", "on: refuse a device that the host cannot reset; auto: "
                       "warn; off: take it" },
    { "emulated-irqs", "Interrupts behind those of the host's device that no "
                       "hardware raises: COUNT[:edge|:level], joined by '/'" },
    { "send-signal", "Write-only: the number of an emulated interrupt, to "
                     "raise it" },
    { "send-signal-refused", "Read-only: how many interrupts could not be "
                             "raised" },
    { "irq-counts", "Read-only: counters of each interrupt index" },
    { "intercept-counts", "Read-only: counters of each rule of intercept" },
    { "unbind-requests", "Read-only: how often the host has asked for the "
                         "device back" },
    { "x-no-mmap", "Trap every access instead of mapping the regions" },
    { "x-irqfd", "Let KVM inject interrupts by irqfd where it can" },
    { "x-resample-check", "Test KVM's resamplefd before it is relied upon; on: "
                          "an error if it cannot be tested; off: believe in "
                          "it" },
#if VPO_HAVE_IOMMUFD
    { "fd", "Open /dev/vfio/devices/vfioN, handed over by a manager" },
    { "iommufd", "Use this iommufd object instead of a VFIO group" },
#endif
};

static void device_set_fd(Object *obj, const char *str, Error **errp)
{
    vpo_compat_set_fd(&VFIO_PLATFORM_ONESHOT(obj)->vbasedev, str, errp);
}

/* ---- types ---- */

static void device_instance_init(Object *obj)
{
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(obj);

    s->kernel = VFIO_PLATFORM_ONESHOT_GET_CLASS(s)->kernel;
    vpo_host_init(s);
}

static void device_finalize(Object *obj)
{
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(obj);

    vpo_intercept_finalize(s);
    vpo_regions_finalize(s);
    vpo_host_finalize(s);
    vpo_find_finalize(s);
}

static const VMStateDescription device_vmstate = {
    .name = TYPE_VFIO_PLATFORM_ONESHOT,
    .unmigratable = 1,
};

static void device_class_init(ObjectClass *oc, VpoClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    VFIO_PLATFORM_ONESHOT_CLASS(oc)->kernel = &vpo_kernel;
    dc->realize = device_realize;
    dc->unrealize = device_unrealize;
    dc->hotpluggable = false;
    dc->vmsd = &device_vmstate;
    dc->desc = "Host platform device assigned to the guest, with interrupts "
               "exactly once";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, device_props);
    if (VPO_HAVE_IOMMUFD) {
        object_class_property_add_str(oc, "fd", NULL, device_set_fd);
    }
    object_class_property_add(oc, "irq-counts", "VpoIrqCounts",
                              vpo_mode_get_counts, NULL, NULL, NULL);
    object_class_property_add(oc, "intercept-counts", "VpoInterceptCounts",
                              vpo_intercept_get_counts, NULL, NULL, NULL);
    object_class_property_add(oc, "unbind-requests", "uint32",
                              vpo_notify_get_requests, NULL, NULL, NULL);
    object_class_property_add(oc, "send-signal", "uint32", NULL,
                              vpo_emulated_set_signal, NULL, NULL);
    object_class_property_add(oc, "send-signal-refused", "uint64",
                              vpo_emulated_get_refused, NULL, NULL, NULL);
    for (int i = 0; i < ARRAY_SIZE(device_help); i++) {
        object_class_property_set_description(oc, device_help[i].name,
                                              device_help[i].text);
    }
}

static void view_class_init(ObjectClass *oc, VpoClassData *data)
{
    DEVICE_CLASS(oc)->desc = "Shows a " TYPE_VFIO_PLATFORM_ONESHOT;
    device_class_set_props(DEVICE_CLASS(oc), view_props);
}

static const TypeInfo device_types[] = {
    {
        .name = TYPE_VFIO_PLATFORM_ONESHOT,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VpoDevice),
        .instance_init = device_instance_init,
        .instance_finalize = device_finalize,
        .class_size = sizeof(VpoDeviceClass),
        .class_init = device_class_init,
    }, {
        .name = TYPE_VPO_VIEW,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(VpoView),
        .class_init = view_class_init,
    },
};

void vpo_register_types(void)
{
    type_register_static_array(device_types, ARRAY_SIZE(device_types));
}

/*
 * The view must not be a child of ours: the board's device tree code walks
 * /machine/peripheral and ends the process on a sysbus type it does not know.
 */
bool vpo_view_realize(VpoDevice *s, Error **errp)
{
    s->view = VPO_VIEW(qdev_new(TYPE_VPO_VIEW));
    s->view->dev = s;
    object_property_add_child(qdev_get_machine(),
                              TYPE_VFIO_PLATFORM_ONESHOT "[*]",
                              OBJECT(s->view));
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(s->view), errp)) {
        vpo_view_unrealize(s);
        return false;
    }
    return true;
}

void vpo_view_unrealize(VpoDevice *s)
{
    object_unparent(OBJECT(s->view));
    s->view = NULL;
}
