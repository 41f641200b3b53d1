// SPDX-License-Identifier: GPL-2.0-only
/* Keeps the virtual machine, if there is one, for as long as a device is open. */
#include <linux/kvm_host.h>

#include "vfio_platform_oneshot.h"

/**
 * vpo_kvm_get - keep the virtual machine that the device is opened for
 * @vpo: the device, in its open_device op: up to 6.2 the VFIO core promises
 *	the pointer for no longer than that
 */
void vpo_kvm_get(struct vpo_device *vpo)
{
	struct kvm *kvm = vpo->vdev.kvm;

	vpo->kvm = kvm && kvm_get_kvm_safe(kvm) ? kvm : NULL;
}

/**
 * vpo_kvm_put - undo vpo_kvm_get()
 * @vpo: the device, with nothing connected any more
 */
void vpo_kvm_put(struct vpo_device *vpo)
{
	if (vpo->kvm)
		kvm_put_kvm(vpo->kvm);
	vpo->kvm = NULL;
}
