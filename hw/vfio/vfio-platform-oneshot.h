/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform-oneshot: a host platform device for a guest, and its parts.
 *
 * The front end is a bus-less device; its regions and interrupts live on the
 * machine's platform bus. All functions run under the big QEMU lock.
 */
#ifndef HW_VFIO_VFIO_PLATFORM_ONESHOT_H
#define HW_VFIO_VFIO_PLATFORM_ONESHOT_H

#include "oneshot-compat.h"
#include "oneshot-kernel.h"
#include "qemu/event_notifier.h"
#include "qom/object.h"
#include "linux/vfio_platform_oneshot.h"
#include "vpo-dt.h"
#include "vpo-emulated.h"
#include "vpo-intercept.h"
#include "vpo-irq.h"
#include "vpo-mode.h"
#include "vpo-served.h"
#include "vpo-share.h"

#define TYPE_VFIO_PLATFORM_ONESHOT "vfio-platform-oneshot"
OBJECT_DECLARE_TYPE(VpoDevice, VpoDeviceClass, VFIO_PLATFORM_ONESHOT)

struct VpoDeviceClass {
    DeviceClass parent_class;
    const VpoKernelOps *kernel;
};

/* Where "info qtree", which walks buses only, can show the device. */
#define TYPE_VPO_VIEW "vfio-platform-oneshot-view"
OBJECT_DECLARE_SIMPLE_TYPE(VpoView, VPO_VIEW)

struct VpoView {
    SysBusDevice parent_obj;
    VpoDevice *dev;
};

/* One interrupt index of the host device. */
typedef struct VpoLine {
    VpoIrq irq;
    VpoDevice *dev;
    bool level;            /* what the host driver says the line is */
    bool emulated;         /* no line of the host's is behind it... */
    bool by_host;          /* ...and the host driver emulates it */
    bool has_modes;        /* the host driver has modes; @mode is its answer */
    struct vfio_platform_oneshot_irq_mode mode;
    VpoMode wish;          /* of irq-mode= */
    unsigned int bus_irq;  /* index on the platform bus */
    qemu_irq pin;          /* the GIC input that it leads to */
    int gsi;               /* its number, the SPI number */
    EventNotifier trigger; /* host driver -> KVM or QEMU */
    EventNotifier unmask;  /* KVM's resampler -> host driver, or QEMU */
    VpoServedRule served;  /* of irq-served= */
    bool acknowledges;     /* a rule of intercept= says by which write */
    bool acknowledges_early; /* this guest: before it ends the interrupt */
    bool acknowledged;     /* that write came, and no end of an interrupt */
    VpoShareRule share;    /* of irq-share= */
    struct {
        struct vfio_platform_oneshot_irq_counts last; /* of its last look */
        unsigned int lost; /* completions that it found lost, of late */
        uint64_t lost_at;  /* @completions at the last of them */
    } guard;
    uint32_t told_troubles; /* of notify_troubles[], a bit each */
    QEMUTimer *timer;      /* of the path in use, if it has one: next look */
    int64_t served_interval;  /* ns, of the next wait */
    int64_t served_ns;        /* ns waited since the guest's EOI */
} VpoLine;

/* Of the guest's node: see oneshot-dtuser.c. */
typedef struct VpoDtUser {
    GArray *edits;      /* VpoDtEdit */
    GArray *rates;      /* VpoDtUserRate */
    GArray *host_rates; /* VpoDtRate: not the user's, but the kernel's */
    char *overlay;
    size_t overlay_len;
} VpoDtUser;

/* What the guest reaches directly: everything, all but writes, nothing. */
typedef enum VpoTrap {
    VPO_TRAP_NONE,
    VPO_TRAP_WRITES,
    VPO_TRAP_ALL,
} VpoTrap;

/* A run of pages with intercept rules. */
typedef struct VpoInterceptPages {
    MemoryRegion mem;
    VpoDevice *dev;
    unsigned int region;
    hwaddr offset;
    QLIST_ENTRY(VpoInterceptPages) next;
} VpoInterceptPages;

struct VpoDevice {
    DeviceState parent_obj;
    const VpoKernelOps *kernel; /* of the class */

    /* properties */
    char *host;
    char *sysfsdev;
    char *irq_mode;
    char *irq_served;
    char *intercept_file;
    char *intercept_rules;
    char *irq_share;
    char *clock_rate;
    char *compatible;
    char *dt_property;
    char *dt_overlay;
    char *on_unbind;
    char *emulated_irqs;
    OnOffAuto require_reset;
    OnOffAuto oneshot;
    OnOffAuto resample_check;
    bool irqfd;

    VFIODevice vbasedev;  /* not a QOM object */
    bool attached;        /* vbasedev is in a group of the VFIO core's */
    char *path;           /* the host device's directory in sysfs */
    char *of_path;        /* of its node in the host's device tree */
    PlatformBusDevice *pbus;
    VFIORegion *regions;
    unsigned int n_regions;
    const MemoryRegionOps *ram_ops; /* of mapped regions, as QEMU has them */
    MemoryRegionOps protected_ops;  /* and while writes are trapped */
    VpoTrap trap;
    VpoIntercept *intercept;        /* NULL without rules */
    QLIST_HEAD(, VpoInterceptPages) intercepted;
    VpoShareRule *shares;  /* of irq-share=, one a hardware index */
    VpoLine *lines;        /* the host's first, then emulated ones */
    unsigned int n_lines;
    VpoEmulatedWishes emulated;
    uint64_t refused;      /* of vpo_emulated_raise() */
    VpoDtUser dt_user;
    VpoDtReport *dt;      /* of the guest's node; NULL without one */
    VpoView *view;
    QEMUBH *release_bh;
    VMChangeStateEntry *vm_state;
    QEMUTimer *guard;     /* while a line needs it */
    EventNotifier notify[VFIO_PLATFORM_ONESHOT_NOTIFICATIONS];
    uint32_t notified;    /* of notify[], those that the host has, a bit each */
    uint32_t unbind_requests; /* of the host's */
    unsigned int steps_done;
};

/* The name that messages and trace events carry. */
static inline const char *vpo_name(const VpoDevice *s)
{
    return s->vbasedev.name;
}

/*
 * Steps of realize. Each *_realize reports through @errp and, failing, leaves
 * nothing behind; its *_unrealize is only called after it succeeded. What a
 * *_finalize frees stays for as long as the object.
 */
bool vpo_fits_realize(VpoDevice *s, Error **errp);
bool vpo_find_realize(VpoDevice *s, Error **errp);
void vpo_find_finalize(VpoDevice *s);
void vpo_host_init(VpoDevice *s); /* as soon as the object exists */
bool vpo_host_realize(VpoDevice *s, Error **errp);
void vpo_host_finalize(VpoDevice *s);
bool vpo_share_realize(VpoDevice *s, Error **errp);
void vpo_share_unrealize(VpoDevice *s);
bool vpo_regions_realize(VpoDevice *s, Error **errp);
void vpo_regions_unrealize(VpoDevice *s);
void vpo_regions_finalize(VpoDevice *s);
bool vpo_intercept_realize(VpoDevice *s, Error **errp);
void vpo_intercept_unrealize(VpoDevice *s);
void vpo_intercept_finalize(VpoDevice *s);
bool vpo_bus_realize(VpoDevice *s, Error **errp);
void vpo_bus_unrealize(VpoDevice *s);
bool vpo_emulated_realize(VpoDevice *s, Error **errp);
bool vpo_lines_realize(VpoDevice *s, Error **errp);
void vpo_lines_unrealize(VpoDevice *s);
bool vpo_arm_realize(VpoDevice *s, Error **errp);
void vpo_arm_unrealize(VpoDevice *s);
bool vpo_dtuser_realize(VpoDevice *s, Error **errp);
void vpo_dtuser_unrealize(VpoDevice *s);
bool vpo_fdt_realize(VpoDevice *s, Error **errp);
void vpo_fdt_unrealize(VpoDevice *s);
bool vpo_view_realize(VpoDevice *s, Error **errp);
void vpo_view_unrealize(VpoDevice *s);
bool vpo_run_realize(VpoDevice *s, Error **errp);
void vpo_run_unrealize(VpoDevice *s);
bool vpo_guard_realize(VpoDevice *s, Error **errp);
void vpo_guard_unrealize(VpoDevice *s);
bool vpo_notify_realize(VpoDevice *s, Error **errp);
void vpo_notify_unrealize(VpoDevice *s);
/* Accessor of the property unbind-requests. */
void vpo_notify_get_requests(Object *obj, Visitor *v, const char *name,
                             void *opaque, Error **errp);

/* Why attaching failed, and what to do: appended to @errp as a hint. */
void vpo_find_explain(const VpoDevice *s, Error *const *errp);

/* Does this object fit the QEMU that it is loaded into? */
bool vpo_fits(Error **errp);

/*
 * What the stub calls: at -plugin with its options (0, or -1 after a
 * message), or when it was preloaded, to have the options listed.
 */
int vpo_plugin_install(int argc, char **argv);
void vpo_plugin_preload(void);

/* VFIO_DEVICE_SET_IRQS on one index without data. 0 or negative errno. */
int vpo_host_irq_action(VpoDevice *s, unsigned int index, uint32_t action);

/*
 * Give the host driver an eventfd for VFIO_IRQ_SET_ACTION_TRIGGER or UNMASK;
 * fd -1 takes it away. 0 or negative errno.
 */
int vpo_host_irq_eventfd(VpoDevice *s, unsigned int index, uint32_t action,
                         int fd);

/*
 * VFIO_DEVICE_FEATURE: @flags is the feature and GET or SET, @data its struct
 * of @size bytes, which GET fills in. 0 or negative errno.
 */
int vpo_host_feature(VpoDevice *s, uint32_t flags, void *data, size_t size);

/*
 * The modes of the host driver: ask for those of a line; why one of them
 * (VFIO_PLATFORM_ONESHOT_*) cannot be had, or NULL; set it. A driver without
 * modes takes any, and serves every line as mainline's would.
 */
bool vpo_mode_query(VpoLine *line, Error **errp);
const char *vpo_mode_obstacle(const VpoLine *line, uint32_t mode);
int vpo_mode_set(VpoLine *line, uint32_t mode);
/* The host driver's counts of a line. 0 or negative errno. */
int vpo_mode_counts(VpoLine *line,
                    struct vfio_platform_oneshot_irq_counts *counts);
/* Accessor of the property irq-counts. */
void vpo_mode_get_counts(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp);

/*
 * Why no way may rely on KVM's resamplefd, or NULL: tested the first time, for
 * the whole process, unless x-resample-check=off. If the reason is KVM's bug,
 * it is vpo_resample_bug. realize tests at once with x-resample-check=on.
 */
const char *vpo_resample_obstacle(const VpoDevice *s);
bool vpo_resample_realize(VpoDevice *s, Error **errp);
extern const char vpo_resample_bug[], vpo_resample_remedy[];

/*
 * Emulated interrupts. Set a line up as one; raise one: false if @index is none
 * that can be raised (counted) or the host refuses; errp may be NULL.
 */
bool vpo_emulated_query(VpoLine *line, Error **errp);
bool vpo_emulated_raise(VpoDevice *s, unsigned int index, Error **errp);
/* Accessors of the properties send-signal and send-signal-refused. */
void vpo_emulated_set_signal(Object *obj, Visitor *v, const char *name,
                             void *opaque, Error **errp);
void vpo_emulated_get_refused(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp);
/* Of backends: those of the host driver's, and two that need none. */
const char *vpo_emulated_obstacle(const VpoIrq *irq);
int vpo_emulated_send(VpoIrq *irq);
extern const VpoIrqBackend vpo_emulated_level, vpo_emulated_edge;

/*
 * Rules of irq-share=: must every access to region @i be trapped for one? Give
 * the host driver that of a line. "0:line,users=1": how each line of a rule is
 * masked; free with g_free().
 */
bool vpo_share_traps(const VpoDevice *s, unsigned int i);
bool vpo_share_setup(VpoLine *line, Error **errp);
char *vpo_share_state(const VpoDevice *s);

/* Give each line its rule of irq-served=, and of intercept=. */
bool vpo_served_setup(VpoDevice *s, Error **errp);
/* The guest has written what acknowledges the line's interrupt. */
void vpo_served_acknowledged(VpoLine *line);
/* The guest is reset: what it has acknowledged was of its last life. */
void vpo_served_forget(VpoDevice *s);

/* Of a region, "0x0+0x1000&0x3000+0x1000": its trapped pages. g_free() it. */
char *vpo_intercept_pages(const VpoDevice *s, unsigned int region);
/* Accessor of the property intercept-counts. */
void vpo_intercept_get_counts(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp);

void vpo_regions_trap(VpoDevice *s, VpoTrap trap);
/* Is there anything that the guest could reach directly? */
bool vpo_regions_mapped(const VpoDevice *s);
/* Guest physical address of region @i; -1 if it is empty. */
hwaddr vpo_bus_addr(const VpoDevice *s, unsigned int i);
/* Called after each trapped access, of those that vpo_regions_trap() says. */
void vpo_lines_accessed(VpoDevice *s);
/* Take a line from its way to the next of vpo_line_lower_ways(). */
bool vpo_line_step_down(VpoLine *line, Error **errp);
/* Feed @event to a line, or to every line; what fails is reported. */
void vpo_line_event(VpoLine *line, VpoIrqEvent event);
void vpo_lines_event(VpoDevice *s, VpoIrqEvent event);

/* "0:irqfd+resamplefd,1:userspace"; free with g_free(). */
char *vpo_irq_paths(const VpoDevice *s);
/* "0:hold"; free with g_free(). */
char *vpo_irq_modes(const VpoDevice *s);
/* "0:direct@0xc000000+0x1000"; free with g_free(). */
char *vpo_mmio_paths(const VpoDevice *s);

/* The ways that a line can take, best first. */
const VpoIrqWay *vpo_line_ways(const VpoLine *line);
/*
 * Those to step down to from the way in use, whatever irq-mode= says, while the
 * guest runs: they need no resamplefd and show the guest a level as before.
 */
const VpoIrqWay *vpo_line_lower_ways(const VpoLine *line);

extern const VpoIrqInject vpo_inject_resample;
extern const VpoIrqInject vpo_inject_irqfd;
extern const VpoIrqInject vpo_inject_served;
extern const VpoIrqInject vpo_inject_trapped_writes;
extern const VpoIrqInject vpo_inject_trapped;
extern const VpoIrqInject vpo_inject_userspace;

/* Add the QOM types. */
void vpo_register_types(void);

#endif
