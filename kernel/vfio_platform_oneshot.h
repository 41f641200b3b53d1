/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the vfio-platform-oneshot driver share. */
#ifndef VFIO_PLATFORM_ONESHOT_H
#define VFIO_PLATFORM_ONESHOT_H

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

struct eventfd_ctx;
struct virqfd;
struct vpo_irq;

/* The name of the module's drivers, of its VFIO device ops, of its messages. */
#define VPO_NAME		"vfio-platform-oneshot"

/* A region's index and the offset in it, as mainline's vfio-platform packs them. */
#define VPO_OFFSET_SHIFT	40
#define VPO_OFFSET_MASK		((1ULL << VPO_OFFSET_SHIFT) - 1)

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

/**
 * struct vpo_irq_ops - one way of serving an interrupt line
 * @info_flags: VFIO_IRQ_INFO_* flags that tell the user of this way
 * @line_flags: IRQ_* status flags that the line needs while it is requested;
 *	free_irq() takes IRQ_DISABLE_UNLAZY, the only one so far, away
 * @handler: the hard handler, also called by the user's ACTION_TRIGGER with
 *	vpo_device.irq_lock held; gets the &struct vpo_irq
 * @mask: keep the line from firing; atomic, idempotent; NULL when
 *	@info_flags lack VFIO_IRQ_INFO_MASKABLE
 * @unmask: the user has served the interrupt or takes a mask back; atomic,
 *	idempotent; NULL as @mask
 */
struct vpo_irq_ops {
	u32 info_flags;
	unsigned long line_flags;
	irq_handler_t handler;
	void (*mask)(struct vpo_irq *irq);
	void (*unmask)(struct vpo_irq *irq);
};

/**
 * struct vpo_irq - one interrupt of a device
 * @ops: how the line is served
 * @line: Linux interrupt number
 * @error: why request_irq() failed at open, or 0; SET_IRQS answers it
 * @name: of the action in /proc/interrupts; NULL unless requested
 * @lock: guards @masked and the one disable of the line that goes with it
 * @masked: the line is disabled once on behalf of the user or of automask;
 *	nests inside the disable that lasts while there is no @trigger
 * @trigger: signalled by the handler; changed with vpo_device.irq_lock held
 *	and the line disabled, so that no handler holds the old one
 * @mask_fd: the user's eventfd that masks; guarded inside the VFIO core
 * @unmask_fd: the user's eventfd that unmasks; guarded inside the VFIO core
 */
struct vpo_irq {
	const struct vpo_irq_ops *ops;
	unsigned int line;
	int error;
	char *name;
	spinlock_t lock;	/* guards masked and the line's depth */
	bool masked;
	struct eventfd_ctx *trigger;
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
 * @irq_lock: serialises SET_IRQS; guards vpo_irq.trigger
 */
struct vpo_device {
	struct vfio_device vdev;
	const struct vpo_bus_ops *bus;
	unsigned int num_regions;
	struct vpo_region *regions;
	struct mutex map_lock;	/* guards vpo_region.base */
	unsigned int num_irqs;
	struct vpo_irq *irqs;
	struct mutex irq_lock;	/* guards vpo_irq.trigger */
};

static inline struct vpo_device *vpo_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct vpo_device, vdev);
}

/* device.c */
int vpo_device_probe(struct device *dev, const struct vpo_bus_ops *bus);
void vpo_device_remove(struct device *dev);

/* region.c */
int vpo_regions_init(struct vpo_device *vpo);
void vpo_regions_unmap(struct vpo_device *vpo);
int vpo_region_info(struct vpo_device *vpo, struct vfio_region_info *info);
int vpo_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);

/* mmio.c */
ssize_t vpo_read(struct vfio_device *vdev, char __user *buf, size_t count,
		 loff_t *ppos);
ssize_t vpo_write(struct vfio_device *vdev, const char __user *buf,
		  size_t count, loff_t *ppos);

/* irq.c */
int vpo_irqs_init(struct vpo_device *vpo);
int vpo_irqs_request(struct vpo_device *vpo);
void vpo_irqs_free(struct vpo_device *vpo);
int vpo_irq_info(struct vpo_device *vpo, struct vfio_irq_info *info);

/* irq_set.c */
int vpo_irqs_set(struct vpo_device *vpo, const struct vfio_irq_set *set,
		 const void *data);

/* irq_ops.c */
const struct vpo_irq_ops *vpo_irq_ops_for(unsigned int line);

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
