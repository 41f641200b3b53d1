/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between the kernels that the driver is built for. */
#ifndef VFIO_PLATFORM_ONESHOT_COMPAT_H
#define VFIO_PLATFORM_ONESHOT_COMPAT_H

#include <linux/eventfd.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/version.h>
#include <linux/vfio.h>

/* Is the kernel older than version @major.@minor? */
#define VPO_BEFORE(major, minor)					\
	(KERNEL_VERSION(major, minor, 0) > LINUX_VERSION_CODE)

/* Up to 6.1 the release op frees the device; from 6.2 on the core does. */
static inline void vpo_compat_free_device(struct vfio_device *vdev)
{
#if VPO_BEFORE(6, 2)
	vfio_free_device(vdev);
#endif
}

/* vma->vm_flags is read-only from 6.3 on. */
static inline void vpo_compat_vm_flags_clear(struct vm_area_struct *vma,
					     unsigned long flags)
{
#if VPO_BEFORE(6, 3)
	vma->vm_flags &= ~flags;
#else
	vm_flags_clear(vma, flags);
#endif
}

/* eventfd_signal() has no count from 6.8 on. */
static inline void vpo_compat_eventfd_signal(struct eventfd_ctx *ctx)
{
#if VPO_BEFORE(6, 8)
	eventfd_signal(ctx, 1);
#else
	eventfd_signal(ctx);
#endif
}

/* hrtimer_init() and the bare assignment are one function from 6.13 on. */
static inline void
vpo_compat_hrtimer_setup(struct hrtimer *timer,
			 enum hrtimer_restart (*function)(struct hrtimer *))
{
#if VPO_BEFORE(6, 13)
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer->function = function;
#else
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#endif
}

/* kvm_vgic_map_phys_irq() takes no irq_ops any more from 7.1 on. */
#if VPO_BEFORE(7, 1)
#define vpo_compat_vgic_map(map, vcpu, line, intid)			\
({									\
	static struct irq_ops no_ops;					\
									\
	(map)(vcpu, line, intid, &no_ops);				\
})
#else
#define vpo_compat_vgic_map(map, vcpu, line, intid)			\
	((map)(vcpu, line, intid))
#endif

/* kvm_vgic_inject_irq() takes a virtual CPU, here none, as a pointer from 6.7 on. */
#if VPO_BEFORE(6, 7)
#define VPO_COMPAT_NO_VCPU	0
#else
#define VPO_COMPAT_NO_VCPU	NULL
#endif

/* A platform driver's remove() returns nothing from 6.11 on. */
#if VPO_BEFORE(6, 11)
#define vpo_platform_remove_t	int
#define VPO_PLATFORM_REMOVED	0
#else
#define vpo_platform_remove_t	void
#define VPO_PLATFORM_REMOVED
#endif

/* iommufd came to VFIO devices with 6.2, detaching with 6.6. */
#if VPO_BEFORE(6, 2)
#define VPO_COMPAT_IOMMUFD_PHYSICAL
#define VPO_COMPAT_IOMMUFD_EMULATED
#elif VPO_BEFORE(6, 6)
#define VPO_COMPAT_IOMMUFD_PHYSICAL					\
	.bind_iommufd	= vfio_iommufd_physical_bind,		\
	.unbind_iommufd	= vfio_iommufd_physical_unbind,		\
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
#define VPO_COMPAT_IOMMUFD_EMULATED					\
	.bind_iommufd	= vfio_iommufd_emulated_bind,		\
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,		\
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,
#else
#define VPO_COMPAT_IOMMUFD_PHYSICAL					\
	.bind_iommufd	= vfio_iommufd_physical_bind,		\
	.unbind_iommufd	= vfio_iommufd_physical_unbind,		\
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,		\
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
#define VPO_COMPAT_IOMMUFD_EMULATED					\
	.bind_iommufd	= vfio_iommufd_emulated_bind,		\
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,		\
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,		\
	.detach_ioas	= vfio_iommufd_emulated_detach_ioas,
#endif

/* From 6.19 on the core copies the region info in and out by itself. */
#if VPO_BEFORE(6, 19)
#define VPO_COMPAT_REGION_INFO
#else
#define VPO_COMPAT_REGION_INFO						\
	.get_region_info_caps = vpo_region_info_caps,
#endif

#endif
