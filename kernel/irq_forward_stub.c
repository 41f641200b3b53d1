// SPDX-License-Identifier: GPL-2.0-only
/* FORWARDED and the virtual machine where the kernel has no KVM for arm64. */
#include "vfio_platform_oneshot.h"

static u32 vpo_forward_why_not(struct vpo_device *vpo, struct vpo_irq *irq)
{
	return VFIO_PLATFORM_ONESHOT_WHY_NOT_BUILT;
}

const struct vpo_irq_ops vpo_forward_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_FORWARDED,
	.name		= "forwarded",
	.why_not	= vpo_forward_why_not,
};

/**
 * vpo_kvm_get - nothing to keep
 * @vpo: the device
 */
void vpo_kvm_get(struct vpo_device *vpo)
{
}

/**
 * vpo_kvm_put - nothing to give back
 * @vpo: the device
 */
void vpo_kvm_put(struct vpo_device *vpo)
{
}
