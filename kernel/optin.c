// SPDX-License-Identifier: GPL-2.0-only
/* The module parameters that allow a device without an IOMMU group, by name. */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "list.h"
#include "vfio_platform_oneshot.h"

static struct vpo_list vpo_no_iommu;
static struct vpo_list vpo_no_iommu_dma;

module_param_cb(allow_no_iommu, &vpo_list_ops, &vpo_no_iommu, 0644);
MODULE_PARM_DESC(allow_no_iommu,
		 "Comma-separated names of devices to assign although they have no IOMMU group; right for devices that do no DMA");

module_param_cb(allow_no_iommu_dma, &vpo_list_ops, &vpo_no_iommu_dma, 0644);
MODULE_PARM_DESC(allow_no_iommu_dma,
		 "Those of allow_no_iommu whose device tree node shows DMA; they can read and write all of the host's memory, and using one taints the kernel");

/**
 * vpo_optin_check - may a device without an IOMMU group be assigned?
 * @dev: the device
 *
 * The log says why not, and what to write; or that it was allowed.
 *
 * Return: 0 or -EPERM.
 */
int vpo_optin_check(struct device *dev)
{
	const char *name = dev_name(dev);
	const char *sign;

	if (!vpo_list_has(&vpo_no_iommu, name)) {
		dev_err(dev, "not assigned: it has no IOMMU group, so nothing would keep its DMA, if it does any, out of the host's memory; if it does none, allow it with allow_no_iommu=%s (when loading the module, or in /sys/module/vfio_platform_oneshot/parameters/) and bind it again\n",
			name);
		return -EPERM;
	}

	sign = vpo_dma_sign(dev);
	if (!sign) {
		dev_warn(dev, "assigned without an IOMMU group, as allow_no_iommu says: the user is trusted that it does no DMA\n");
		return 0;
	}

	if (!vpo_list_has(&vpo_no_iommu_dma, name)) {
		dev_err(dev, "not assigned, in spite of allow_no_iommu: its device tree node shows DMA by the property %s, and without an IOMMU the guest could read and write all of the host's memory; to allow even that, add allow_no_iommu_dma=%s and bind it again\n",
			sign, name);
		return -EPERM;
	}

	dev_warn(dev, "assigned without an IOMMU group although its device tree node shows DMA (%s), as allow_no_iommu_dma says: the guest can read and write all of the host's memory; tainting the kernel\n",
		 sign);
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}
