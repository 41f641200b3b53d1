/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that a test makes up: its device, its VFIO driver and its KVM, behind
 * the table of calls to the kernel, each of which can be made to fail.
 *
 * Never in what is shipped. The host is a device of its own,
 *   -device vfio-platform-oneshot-fake-host,id=h,regions=…,irqs=…
 * and what is assigned is a vfio-platform-oneshot-fake with fake=h.
 */
#ifndef HW_VFIO_ONESHOT_FAKE_H
#define HW_VFIO_ONESHOT_FAKE_H

#include "vfio-platform-oneshot.h"

#define TYPE_VPO_FAKE TYPE_VFIO_PLATFORM_ONESHOT "-fake"
#define TYPE_VPO_FAKE_HOST TYPE_VPO_FAKE "-host"
OBJECT_DECLARE_SIMPLE_TYPE(VpoFake, VPO_FAKE)
OBJECT_DECLARE_SIMPLE_TYPE(VpoFakeHost, VPO_FAKE_HOST)

#define FAKE_REGIONS_MOST 4
#define FAKE_IRQS_MOST 8
#define FAKE_FAULTS_MOST 2
/* Regions lie this far apart in the device's file. */
#define FAKE_REGION_SHIFT 24

typedef struct FakeRegion {
    uint64_t size;
    bool mmap;
} FakeRegion;

/* As in kernel/irq_line.h. */
typedef enum FakeState {
    FAKE_OPEN,
    FAKE_DELIVERED, /* signalled, and silent until it is completed */
    FAKE_HELD,      /* silent until the line drops */
    FAKE_MASKED,    /* by the user; forgets the two above */
} FakeState;

/* One interrupt of the host's device, as its driver has it. */
typedef struct FakeIrq {
    VpoFakeHost *host;
    unsigned int index;
    bool level;      /* a level line, else an edge line */
    bool mute;       /* cannot be signalled by eventfd */
    bool high;       /* the device raises it */
    bool latched;    /* an edge came while nobody was to be told */
    bool emulated;   /* high: raised, to be delivered later */
    bool active;     /* forwarded: until the guest's EOI */
    FakeState state;
    int trigger;     /* eventfds of the user's; -1 */
    int unmask;
    uint32_t mode;
    uint32_t guest_intid;
    struct vfio_platform_oneshot_irq_counts counts;
    struct vfio_platform_oneshot_irq_share share; /* zero: no rule */
} FakeIrq;

/* One irqfd of the host's KVM. */
typedef struct FakeIrqfd {
    VpoFakeHost *host;
    int gsi;
    int trigger;
    int resample;    /* -1 without */
    QLIST_ENTRY(FakeIrqfd) next;
} FakeIrqfd;

/* A call that fails once, after @skip that do not. */
typedef struct FakeFault {
    char *call;
    unsigned int skip;
    int err;
    bool done;
} FakeFault;

struct VpoFakeHost {
    DeviceState parent_obj;

    /* properties; oneshot-fake-host.c says what they mean */
    char *root;
    char *regions_text;
    char *irqs_text;
    uint32_t modes;
    uint32_t flags;
    uint32_t kvm;
    uint32_t resample;
    uint32_t clocks;

    FakeRegion regions[FAKE_REGIONS_MOST];
    unsigned int n_regions;
    FakeIrq irqs[FAKE_IRQS_MOST]; /* emulated ones are behind n_irqs */
    unsigned int n_irqs;
    int news[VFIO_PLATFORM_ONESHOT_NOTIFICATIONS]; /* eventfds; -1 */
    QLIST_HEAD(, FakeIrqfd) irqfds;
    unsigned int resets;

    GString *calls;     /* since they were last cleared, one a line */
    FakeFault faults[FAKE_FAULTS_MOST];
    unsigned int n_faults;

    DeviceState *started;
    char *error;        /* why the last start failed */
};

struct VpoFake {
    VpoDevice parent_obj;
    VpoFakeHost *host;
};

/*
 * Notes the call of this name; 0, or the negative errno with which a test
 * wants it to fail.
 */
int fake_call(VpoFakeHost *h, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* "CALL[@SKIP]=ERRNO;…", the numbers decimal; "" for none. */
bool fake_faults_set(VpoFakeHost *h, const char *text, Error **errp);
void fake_faults_clear(VpoFakeHost *h);
/* Were all calls made that were to fail? */
bool fake_faults_done(const VpoFakeHost *h);

/* What the driver answers to VFIO_DEVICE_GET_REGION_INFO. */
struct vfio_region_info fake_region_info(const VpoFakeHost *h, unsigned int i);

/* The device's driver. */
bool fake_driver_parse(VpoFakeHost *h, Error **errp);
void fake_driver_open(VpoFakeHost *h);
void fake_driver_close(VpoFakeHost *h);
int fake_driver_ioctl(VpoFakeHost *h, unsigned long request, void *arg);
char *fake_driver_status(const VpoFakeHost *h);

/* Its lines. */
void fake_line_open(FakeIrq *irq);
void fake_line_close(FakeIrq *irq);
void fake_line_mask(FakeIrq *irq);
void fake_line_unmask(FakeIrq *irq);
/* Take eventfd @fd; -1 takes it away. */
void fake_line_set_trigger(FakeIrq *irq, int fd);
void fake_line_set_unmask(FakeIrq *irq, int fd);
/* The device raises or lowers its line; false if it has none of this index. */
bool fake_line_set(VpoFakeHost *h, unsigned int index, bool high);
/* The user raises an emulated one. */
void fake_line_raise(FakeIrq *irq);
/* The guest ends the physical interrupt that @intid is connected to. */
void fake_line_eoi(VpoFakeHost *h, uint32_t intid);
char *fake_line_status(const FakeIrq *irq);

/* Its news. */
void fake_news_open(VpoFakeHost *h);
void fake_news_close(VpoFakeHost *h);
int fake_news_set(VpoFakeHost *h,
                  const struct vfio_platform_oneshot_notify *set);
/* "request"; "storm=INDEX" or "stuck=INDEX", which it counts: tell the user. */
void fake_news(VpoFakeHost *h, const char *text, Error **errp);
char *fake_news_status(const VpoFakeHost *h);

/* KVM. */
int fake_kvm_add(VpoFakeHost *h, EventNotifier *trigger,
                 EventNotifier *resample, int gsi);
int fake_kvm_remove(VpoFakeHost *h, EventNotifier *trigger, int gsi);
/* Inject what was signalled: KVM does it before the signaller goes on. */
void fake_kvm_inject(VpoFakeHost *h);
/* The guest ends an interrupt that KVM has injected. */
bool fake_kvm_eoi(VpoFakeHost *h, int gsi);

extern const VpoKernelOps vpo_fake_kernel;

#endif
