// SPDX-License-Identifier: GPL-2.0-only
/* The module parameters that allow a device without an IOMMU group, by name. */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vfio_platform_oneshot.h"

/* A longer list could not be read back from sysfs in one page. */
#define VPO_NAMES_MAX	(PAGE_SIZE - 2)

/**
 * struct vpo_names - the device names that a parameter holds
 * @list: as given, comma-separated and valid, or NULL; guarded by
 *	vpo_names_lock
 */
struct vpo_names {
	char *list;
};

static DEFINE_MUTEX(vpo_names_lock);	/* guards vpo_names.list */
static struct vpo_names vpo_no_iommu;
static struct vpo_names vpo_no_iommu_dma;

/* What sysfs could have shown as the name of a device. */
static bool vpo_name_valid(const char *name, size_t len)
{
	size_t i;

	if (!len || len > NAME_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (!isascii(name[i]) || !isgraph(name[i]) || name[i] == '/')
			return false;
	return true;
}

/* An empty list is valid: it takes every name back. */
static bool vpo_list_valid(const char *list)
{
	size_t len;

	if (!*list)
		return true;
	for (;;) {
		len = strcspn(list, ",");
		if (!vpo_name_valid(list, len))
			return false;
		if (!list[len])
			return true;
		list += len + 1;
	}
}

static bool vpo_list_has(const char *list, const char *name)
{
	size_t len;

	while (*list) {
		len = strcspn(list, ",");
		if (len == strlen(name) && !memcmp(list, name, len))
			return true;
		list += len + !!list[len];
	}
	return false;
}

static bool vpo_names_have(const struct vpo_names *names, const char *name)
{
	bool has;

	mutex_lock(&vpo_names_lock);
	has = names->list && vpo_list_has(names->list, name);
	mutex_unlock(&vpo_names_lock);
	return has;
}

/* Takes the new list whole, or keeps the old one. */
static int vpo_names_set(const char *val, const struct kernel_param *kp)
{
	struct vpo_names *names = kp->arg;
	size_t len = strcspn(val, "\n");
	char *list;

	/* Only echo's newline at the very end is let pass. */
	if (val[len] && val[len + 1])
		return -EINVAL;
	if (len > VPO_NAMES_MAX)
		return -E2BIG;

	list = kstrndup(val, len, GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	if (!vpo_list_valid(list)) {
		pr_err("%s: %s=%.80s is not a comma-separated list of device names\n",
		       VPO_NAME, kp->name, list);
		kfree(list);
		return -EINVAL;
	}

	mutex_lock(&vpo_names_lock);
	swap(names->list, list);
	mutex_unlock(&vpo_names_lock);
	kfree(list);
	return 0;
}

static int vpo_names_get(char *buffer, const struct kernel_param *kp)
{
	const struct vpo_names *names = kp->arg;
	int len;

	mutex_lock(&vpo_names_lock);
	len = scnprintf(buffer, PAGE_SIZE, "%s\n", names->list ?: "");
	mutex_unlock(&vpo_names_lock);
	return len;
}

/* The module is going away: nobody probes any more. */
static void vpo_names_free(void *arg)
{
	struct vpo_names *names = arg;

	kfree(names->list);
	names->list = NULL;
}

static const struct kernel_param_ops vpo_names_ops = {
	.set	= vpo_names_set,
	.get	= vpo_names_get,
	.free	= vpo_names_free,
};

module_param_cb(allow_no_iommu, &vpo_names_ops, &vpo_no_iommu, 0644);
MODULE_PARM_DESC(allow_no_iommu,
		 "Comma-separated names of devices to assign although they have no IOMMU group; right for devices that do no DMA");

module_param_cb(allow_no_iommu_dma, &vpo_names_ops, &vpo_no_iommu_dma, 0644);
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

	if (!vpo_names_have(&vpo_no_iommu, name)) {
		dev_err(dev, "not assigned: it has no IOMMU group, so nothing would keep its DMA, if it does any, out of the host's memory; if it does none, allow it with allow_no_iommu=%s (when loading the module, or in /sys/module/vfio_platform_oneshot/parameters/) and bind it again\n",
			name);
		return -EPERM;
	}

	sign = vpo_dma_sign(dev);
	if (!sign) {
		dev_warn(dev, "assigned without an IOMMU group, as allow_no_iommu says: the user is trusted that it does no DMA\n");
		return 0;
	}

	if (!vpo_names_have(&vpo_no_iommu_dma, name)) {
		dev_err(dev, "not assigned, in spite of allow_no_iommu: its device tree node shows DMA by the property %s, and without an IOMMU the guest could read and write all of the host's memory; to allow even that, add allow_no_iommu_dma=%s and bind it again\n",
			sign, name);
		return -EPERM;
	}

	dev_warn(dev, "assigned without an IOMMU group although its device tree node shows DMA (%s), as allow_no_iommu_dma says: the guest can read and write all of the host's memory; tainting the kernel\n",
		 sign);
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}
