/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the vfio-platform-oneshot driver share. */
#ifndef VFIO_PLATFORM_ONESHOT_H
#define VFIO_PLATFORM_ONESHOT_H

#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "irq_line.h"
#include "irq_valid.h"
#include "reset_rule.h"
#include "share_regs.h"

struct eventfd_ctx;
struct irq_desc;
struct kvm;
struct virqfd;
struct vpo_device;
struct vpo_irq;
struct vpo_share;

/* The name of the module's drivers, of its VFIO device ops, of its messages. */
#define VPO_NAME		"vfio-platform-oneshot"

/* A region's index and the offset in it, as mainline's vfio-platform packs them. */
#define VPO_OFFSET_SHIFT	40
#define VPO_OFFSET_MASK		((1ULL << VPO_OFFSET_SHIFT) - 1)

/* What VFIO_DEVICE_GET_IRQ_INFO tells of a level line, in whatever mode. */
#define VPO_INFO_LEVEL		(VFIO_IRQ_INFO_EVENTFD |		\
				 VFIO_IRQ_INFO_MASKABLE |		\
				 VFIO_IRQ_INFO_AUTOMASKED)

/**
 * struct vpo_bus_ops - where a bus keeps what VFIO shows of a device
 * @info_flags: VFIO_DEVICE_FLAGS_* that name the bus
 * @resource: the device's resource number @i, memory or I/O ports, or NULL
 *	past the last one
 * @irq: the Linux number of the device's interrupt number @i; -EPROBE_DEFER
 *	while its controller is not there; any other negative errno past the
 *	last one
 */
struct vpo_bus_ops {
	u32 info_flags;
	struct resource *(*resource)(struct device *dev, unsigned int i);
	int (*irq)(struct device *dev, unsigned int i);
};

/**
 * struct vpo_region - one register window of a device
 * @start: physical address
 * @size: in bytes
 * @flags: VFIO_REGION_INFO_FLAG_*; zero for I/O ports, which cannot be reached
 * @base: the window in the kernel's address space, made by the first access
 *	and kept until close; guarded by vpo_device.map_lock
 */
struct vpo_region {
	phys_addr_t start;
	resource_size_t size;
	u32 flags;
	void __iomem *base;
};

/* One register's value; a copy of its first bytes is what the user sees. */
union vpo_value {
	u8 b;
	u16 h;
	u32 w;
	u64 d;
};

/**
 * struct vpo_kind - a kind of things that the host holds for an open device
 * @count: how many of them the device's node names
 * @hold: take the @i-th of them and turn it on; NULL if no driver of the host has
 *	it, as nobody can turn it off then, and the device may work all the same;
 *	an error pointer, with everything as it was, if it cannot be turned on
 * @release: put what @hold returned back as it was found
 */
struct vpo_kind {
	unsigned int (*count)(struct device *dev);
	void *(*hold)(struct device *dev, unsigned int i);
	void (*release)(struct device *dev, void *thing);
};

/* In the order in which they are taken. */
enum vpo_kind_id {
	VPO_SUPPLIES,
	VPO_DOMAINS,
	VPO_CLOCKS,
	VPO_RESETS,
	VPO_KINDS,
};

/**
 * struct vpo_held - what is held of one kind
 * @num: entries of @things; 0 unless the device is open
 * @things: as &vpo_kind.hold returned them, in the node's order
 */
struct vpo_held {
	unsigned int num;
	void **things;
};

/**
 * struct vpo_source_ops - where an interrupt comes from, and how it is kept away
 * @request: take it, disabled, to be served as irq->ops says; 0 or a negative
 *	errno; sleeps, as @free does
 * @free: give it back, disabled; waits for the handler
 * @disable: keep it from firing; nests; atomic, unless the line is slow, as
 *	@enable and @high are
 * @enable: undo one @disable
 * @wait: until the hard handler has ended; may sleep
 * @wait_all: until the threaded one has, too
 * @high: is it asserted? It is disabled; called for modes that look only
 * @was_reset: the device was, while it was disabled; NULL where nothing is to do
 */
struct vpo_source_ops {
	int (*request)(struct vpo_irq *irq, const char *name);
	void (*free)(struct vpo_irq *irq);
	void (*disable)(struct vpo_irq *irq);
	void (*enable)(struct vpo_irq *irq);
	void (*wait)(struct vpo_irq *irq);
	void (*wait_all)(struct vpo_irq *irq);
	bool (*high)(struct vpo_irq *irq);
	void (*was_reset)(struct vpo_irq *irq);
};

/**
 * struct vpo_irq_ops - one mode: a way of serving an interrupt line
 * @mode: VFIO_PLATFORM_ONESHOT_*
 * @name: for messages
 * @source: where its interrupts come from
 * @info_flags: VFIO_IRQ_INFO_* flags that tell the user of this way; without
 *	VFIO_IRQ_INFO_MASKABLE no VPO_MASK or VPO_DONE ever comes
 * @line_flags: IRQ_* status flags that the line needs while it is requested;
 *	free_irq() takes IRQ_DISABLE_UNLAZY, the only one so far, away
 * @action_flags: IRQF_* flags of the request, beside IRQF_NO_AUTOEN
 * @steps: what an event leads to
 * @looks: completion reads the line; so the controller must tell the line's state
 * @latches: a held line is disabled, so that its type can be changed
 * @handler: the hard handler, or NULL for one that only wakes @thread; gets
 *	the &struct vpo_irq
 * @thread: the threaded handler, or NULL
 * @why_not: a reason of this mode's own that it is not possible now, or 0;
 *	called with vpo_device.irq_lock held; NULL if there is never one
 * @connect: to the guest, before the line is enabled, if that is not so yet;
 *	may fail with a negative errno, having changed nothing; atomic, called
 *	with the line's lock held, as is @disconnect; both NULL where the
 *	trigger is the only connection
 * @disconnect: undo @connect, if that is so; the line is disabled and masked at
 *	the controller, but the handler may still run, and must be able to end
 * @signal: tell the guest, as the trigger would; atomic; NULL for the trigger
 */
struct vpo_irq_ops {
	u32 mode;
	const char *name;
	const struct vpo_source_ops *source;
	u32 info_flags;
	unsigned long line_flags;
	unsigned long action_flags;
	const struct vpo_steps *steps;
	bool looks;
	bool latches;
	irq_handler_t handler;
	irq_handler_t thread;
	u32 (*why_not)(struct vpo_device *vpo, struct vpo_irq *irq);
	int (*connect)(struct vpo_irq *irq);
	void (*disconnect)(struct vpo_irq *irq);
	void (*signal)(struct vpo_irq *irq);
};

/**
 * struct vpo_counts - what has happened on a line; as in the uapi header
 */
struct vpo_counts {
	u64 host_irqs;
	u64 signals;
	u64 completions;
	u64 holds;
	u64 polls;
	u64 retriggers;
	u64 spurious;
	u64 storms;
	u64 stuck;
};

/* Signals in a row that find the line high: it is stuck. */
#define VPO_STORM_STUCK	8

/* Bits of vpo_storm.news. */
#define VPO_STORM_FIRES	0
#define VPO_STORM_HIGH	1

/**
 * struct vpo_storm - what keeps a line from wearing the host out
 *
 * Lasts as long as the device is bound, so that opening it anew is no way out.
 *
 * @at: of vpo_counts.host_irqs: then is it looked at how long that took; 0, or one
 *	that is never reached, for never; only the handler touches it while it runs
 * @since: when that was done last, or the line's last pause ended
 * @until: when the line's last pause ends, whoever has requested it by then
 * @resume: ends the pause
 * @news: of which @tell has to tell the log and the user
 * @tell: does that
 */
struct vpo_storm {
	u64 at;
	ktime_t since;
	ktime_t until;
	struct delayed_work resume;
	unsigned long news;
	struct work_struct tell;
};

/**
 * struct vpo_share - a line with several users: see irq_shared.c
 * @desc: Linux's own of the line; fixed at probe
 * @action: our entry in the line's list; NULL unless the line may be masked while
 *	it is the only one
 * @lock: guards the following; innermost
 * @rule: of the user; as long as the device is open
 * @regs: the rule's
 * @depth: how often it is disabled
 * @by_line: the line is disabled, not the device
 * @line_masks: as in the uapi header
 * @device_masks: as in the uapi header
 * @handovers: as in the uapi header
 * @entry: in the list of shared lines, while requested
 */
struct vpo_share {
	struct irq_desc *desc;
	const struct irqaction *action;
	spinlock_t lock;	/* guards what follows */
	struct vfio_platform_oneshot_irq_share rule;
	struct vpo_share_regs regs;
	unsigned int depth;
	bool by_line;
	u64 line_masks;
	u64 device_masks;
	u64 handovers;
	struct list_head entry;
};

/**
 * struct vpo_irq - one interrupt of a device
 *
 * A line's events are steps of @steps under one lock: @lock, or @slow_lock
 * where disabling the line sleeps. Under it the line is disabled at most once
 * on behalf of @state; that nests inside the disable that lasts while there is
 * no @trigger. The trigger is signalled outside of it, since the user's eventfd
 * may call back into the next event.
 *
 * @vpo: the device
 * @ops: how the line is served; changed with vpo_device.irq_lock held while
 *	the line is not requested
 * @line: Linux interrupt number; 0, which is none, if it is emulated
 * @slow: disabling and enabling the line sleeps; fixed at probe
 * @readable: the controller tells the line's state; fixed at probe
 * @type: IRQ_TYPE_*, fixed at probe
 * @error: why the line could not be had, or 0; SET_IRQS answers it
 * @name: of the action in /proc/interrupts; NULL unless requested
 * @lock: guards what follows up to @slow_lock, unless @slow
 * @steps: those of @ops while the line is requested
 * @state: of the line
 * @armed: @trigger may be signalled
 * @connected: ops->connect() has succeeded last
 * @pending: raised, to be delivered later; only if it is emulated
 * @latches: the controller remembers what looks miss, as far as is known
 * @latch_tried: it is known
 * @latched: and does so now; only while a line is held
 * @counts: since open
 * @hold: how a held line is looked at
 * @interval: to the next look, in ns
 * @bound: of this hold, in ns
 * @held_at: when this hold began
 * @retriggers: in a row, with the line never seen low
 * @slow_lock: guards the same if @slow
 * @timer: looks at a held line; started under @lock while @armed, so that
 *	disarming can cancel it for good
 * @wait: where the thread sleeps until the state is neither delivered nor held
 * @trigger: signalled by the handler, the timer and the user's ACTION_TRIGGER;
 *	changed with vpo_device.irq_lock held, not @armed, the line disabled and
 *	the timer cancelled, so that nobody holds the old one
 * @kvm: the virtual machine or NULL; fixed while the device is open
 * @guest_intid: of a forwarded line; changed with vpo_device.irq_lock held while
 *	there is no @trigger
 * @storm: what keeps it from firing all the time
 * @share: how the line is shared
 * @mask_fd: the user's eventfd that masks; guarded inside the VFIO core
 * @unmask_fd: the user's eventfd that unmasks; guarded inside the VFIO core
 */
struct vpo_irq {
	struct vpo_device *vpo;
	const struct vpo_irq_ops *ops;
	unsigned int line;
	bool slow;
	bool readable;
	u32 type;
	int error;
	char *name;
	spinlock_t lock;	/* guards steps .. retriggers unless slow */
	const struct vpo_steps *steps;
	enum vpo_state state;
	bool armed;
	bool connected;
	bool pending;
	bool latches;
	bool latch_tried;
	bool latched;
	struct vpo_counts counts;
	struct vfio_platform_oneshot_irq_hold hold;
	u64 interval;
	u64 bound;
	ktime_t held_at;
	unsigned int retriggers;
	struct mutex slow_lock;	/* guards steps .. retriggers if slow */
	struct hrtimer timer;
	wait_queue_head_t wait;
	struct eventfd_ctx *trigger;
	struct kvm *kvm;
	u32 guest_intid;
	struct vpo_storm storm;
	struct vpo_share share;
	struct virqfd *mask_fd;
	struct virqfd *unmask_fd;
};

/**
 * struct vpo_device - one bound device
 * @vdev: what the VFIO core knows; it must stay the first member
 * @bus: the bus that the device is on
 * @num_regions: entries of @regions; fixed at probe
 * @regions: the device's register windows
 * @map_lock: guards vpo_region.base
 * @num_irqs: entries of @irqs; fixed at probe
 * @irqs: the device's interrupts
 * @num_indexes: beyond the last interrupt of @irqs and of @emulated
 * @emulated: further interrupts, &struct vpo_irq by index, while open
 * @refused: signals that were
 * @shares: one of them has a rule for masking at the device
 * @irq_lock: serialises SET_IRQS, RESET and the features; guards vpo_irq.ops,
 *	.trigger and .guest_intid, @emulated and @refused, and writing @num_indexes
 * @open: a user has the device
 * @notify_lock: guards @notify; taken inside of @irq_lock, if both are
 * @notify: eventfds by which the user is told of something, or NULL
 * @held: what the device's node names, turned on; fixed while open
 * @rule: the administrator's way of resetting the device, or NULL; fixed at probe
 * @told_no_reset: the log has it; used by the open op, of which there is one at
 *	a time
 * @kvm: the virtual machine, with a reference, while open; or NULL
 */
struct vpo_device {
	struct vfio_device vdev;
	const struct vpo_bus_ops *bus;
	unsigned int num_regions;
	struct vpo_region *regions;
	struct mutex map_lock;	/* guards vpo_region.base */
	unsigned int num_irqs;
	struct vpo_irq *irqs;
	struct mutex irq_lock;	/* guards num_indexes .. open, vpo_irq.ops and more */
	unsigned int num_indexes;
	struct xarray emulated;
	u64 refused;
	bool shares;
	bool open;
	struct mutex notify_lock;	/* guards notify */
	struct eventfd_ctx *notify[VFIO_PLATFORM_ONESHOT_NOTIFICATIONS];
	struct vpo_held held[VPO_KINDS];
	struct vpo_rule *rule;
	bool told_no_reset;
	struct kvm *kvm;
};

static inline struct vpo_device *vpo_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct vpo_device, vdev);
}

/* device.c */
int vpo_device_probe(struct device *dev, const struct vpo_bus_ops *bus);
void vpo_device_remove(struct device *dev);

/* open.c */
int vpo_open(struct vfio_device *vdev);
void vpo_close(struct vfio_device *vdev);

/* hold.c */
int vpo_hold(struct vpo_device *vpo);
void vpo_hold_release(struct vpo_device *vpo);

/* supplies.c, domains.c, clocks.c, reset_lines.c */
extern const struct vpo_kind vpo_supplies;
extern const struct vpo_kind vpo_domains;
extern const struct vpo_kind vpo_clocks;
extern const struct vpo_kind vpo_resets;

/* region.c */
int vpo_regions_init(struct vpo_device *vpo);
void vpo_regions_unmap(struct vpo_device *vpo);
int vpo_region_info(struct vpo_device *vpo, struct vfio_region_info *info);
int vpo_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);

/* clocks.c */
int vpo_clock_get(struct vpo_device *vpo,
		  struct vfio_platform_oneshot_clock *clock);

/* reset_lines.c */
bool vpo_resets_can(struct vpo_device *vpo);
int vpo_resets_pulse(struct vpo_device *vpo);

/* reset.c */
int vpo_reset_init(struct vpo_device *vpo);
bool vpo_reset_can(struct vpo_device *vpo);
int vpo_reset_open(struct vpo_device *vpo);
void vpo_reset_close(struct vpo_device *vpo);
int vpo_reset_user(struct vpo_device *vpo);
void vpo_reset_shutdown(struct vpo_device *vpo);

/* notify.c */
int vpo_notify_set(struct vpo_device *vpo,
		   const struct vfio_platform_oneshot_notify *set);
bool vpo_notify(struct vpo_device *vpo, unsigned int what);
void vpo_notify_free(struct vpo_device *vpo);
void vpo_notify_request(struct vfio_device *vdev, unsigned int count);

/* pm.c */
extern const struct dev_pm_ops vpo_pm_ops;
void vpo_pm_shutdown(struct device *dev);

/* mmio.c */
void __iomem *vpo_region_base(struct vpo_device *vpo,
			      struct vpo_region *region);
void vpo_store(const union vpo_value *value, void __iomem *addr, size_t width);
ssize_t vpo_read(struct vfio_device *vdev, char __user *buf, size_t count,
		 loff_t *ppos);
ssize_t vpo_write(struct vfio_device *vdev, const char __user *buf,
		  size_t count, loff_t *ppos);

/* irq.c */
int vpo_irqs_init(struct vpo_device *vpo);
int vpo_irqs_request(struct vpo_device *vpo);
void vpo_irqs_free(struct vpo_device *vpo);
int vpo_irq_info(struct vpo_device *vpo, struct vfio_irq_info *info);
int vpo_irq_set_ops(struct vpo_irq *irq, const struct vpo_irq_ops *ops);
void vpo_irq_unuse(struct vpo_irq *irq);
struct vpo_irq *vpo_irq_at(struct vpo_device *vpo, u32 index);

/* irq_emulated.c */
int vpo_emulated_open(struct vpo_device *vpo);
void vpo_emulated_close(struct vpo_device *vpo);
int vpo_emulated_set(struct vpo_device *vpo,
		     const struct vfio_platform_oneshot_emulated *set);
int vpo_emulated_signal(struct vpo_device *vpo, u32 index);

/* storm.c */
void vpo_storm_init(struct vpo_irq *irq);
void vpo_storm_begin(struct vpo_irq *irq);
void vpo_storm_end(struct vpo_irq *irq);
void vpo_storm_check(struct vpo_irq *irq);
void vpo_storm_stuck(struct vpo_irq *irq);

/* The line has fired, and was counted: is that too often? Short, as it is in every handler. */
static inline void vpo_storm_fire(struct vpo_irq *irq)
{
	if (unlikely(irq->counts.host_irqs == irq->storm.at))
		vpo_storm_check(irq);
}

/* irq_source.c */
extern const struct vpo_source_ops vpo_line_source;

/* irq_shared.c */
extern const struct vpo_source_ops vpo_shared_source;
void vpo_share_init(struct vpo_irq *irq);
void vpo_share_get(struct vpo_irq *irq,
		   struct vfio_platform_oneshot_irq_share *share);
int vpo_share_set(struct vpo_irq *irq,
		  const struct vfio_platform_oneshot_irq_share *share);
void vpo_share_end(struct vpo_irq *irq);

/* share_access.c */
struct vpo_share *vpo_share_at(struct vpo_device *vpo,
			       const void __iomem *addr);
void vpo_share_load(struct vpo_share *share, union vpo_value *value,
		    const void __iomem *addr, size_t width);
void vpo_share_store(struct vpo_share *share, const union vpo_value *value,
		     void __iomem *addr, size_t width);

/* irq_set.c */
int vpo_irqs_set(struct vpo_device *vpo, const struct vfio_irq_set *set,
		 const void *data);
void vpo_disarm(struct vpo_irq *irq);

/* irq_line.c */
void vpo_line_init(struct vpo_irq *irq);
void vpo_line_reset(struct vpo_irq *irq);
void vpo_line_park(struct vpo_irq *irq);
void vpo_line_unpark(struct vpo_irq *irq);
int vpo_line_arm(struct vpo_irq *irq);
void vpo_line_disarm(struct vpo_irq *irq);
void vpo_line_disconnect(struct vpo_irq *irq);
bool vpo_line_event(struct vpo_irq *irq, enum vpo_event event);
irqreturn_t vpo_line_handler(int line, void *data);
irqreturn_t vpo_line_slow_handler(int line, void *data);
bool vpo_line_asleep(struct vpo_irq *irq);
void vpo_line_counts(struct vpo_irq *irq, struct vpo_counts *counts);
void vpo_line_hold(struct vpo_irq *irq,
		   const struct vfio_platform_oneshot_irq_hold *set,
		   struct vfio_platform_oneshot_irq_hold *get);

/* irq_latch.c */
void vpo_latch_set(struct vpo_irq *irq);
bool vpo_latch_end(struct vpo_irq *irq);

/* irq_mode.c */
const struct vpo_irq_ops *vpo_mode_initial(const struct vpo_irq *irq);
void vpo_mode_get(struct vpo_device *vpo, struct vpo_irq *irq,
		  struct vfio_platform_oneshot_irq_mode *mode);
int vpo_mode_set(struct vpo_device *vpo, struct vpo_irq *irq,
		 const struct vfio_platform_oneshot_irq_mode *mode);

/* irq_automask.c and its neighbours, a mode each */
extern const struct vpo_irq_ops vpo_automask_ops;
extern const struct vpo_irq_ops vpo_hold_ops;
extern const struct vpo_irq_ops vpo_threaded_ops;
extern const struct vpo_irq_ops vpo_threaded_slow_ops;
extern const struct vpo_irq_ops vpo_edge_ops;
extern const struct vpo_irq_ops vpo_edge_slow_ops;
extern const struct vpo_irq_ops vpo_forward_ops;
extern const struct vpo_irq_ops vpo_polled_ops;
extern const struct vpo_irq_ops vpo_shared_ops;

/* kvm.c, or irq_forward_stub.c */
void vpo_kvm_get(struct vpo_device *vpo);
void vpo_kvm_put(struct vpo_device *vpo);

/* repair.c */
void vpo_repair_init(void);
void vpo_repair_exit(void);
int vpo_repair_get(struct vpo_device *vpo);
void vpo_repair_put(struct vpo_device *vpo);

/* fold.c, or fold_stub.c */
const char *vpo_fold_init(void);
void vpo_fold_exit(void);
int vpo_fold_start(void);
void vpo_fold_stop(void);

/* feature.c */
int vpo_feature(struct vfio_device *vdev, u32 flags, void __user *arg,
		size_t argsz);

/* optin.c */
int vpo_optin_check(struct device *dev);

/* dma.c */
const char *vpo_dma_sign(struct device *dev);

/* platform.c, amba.c */
int vpo_platform_register(void);
void vpo_platform_unregister(void);

#ifdef CONFIG_ARM_AMBA
int vpo_amba_register(void);
void vpo_amba_unregister(void);
#else
static inline int vpo_amba_register(void)
{
	return 0;
}

static inline void vpo_amba_unregister(void)
{
}
#endif

#endif
