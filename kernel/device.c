// SPDX-License-Identifier: GPL-2.0-only
/* Makes a VFIO device of a bound device: probe, open, ioctls, close, remove. */
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static void vpo_release(struct vfio_device *vdev)
{
	struct vpo_device *vpo = vpo_of(vdev);

	kfree(vpo->rule);
	kfree(vpo->irqs);
	kfree(vpo->regions);
	vpo_compat_free_device(vdev);
}

static long vpo_ioctl_info(struct vpo_device *vpo, void __user *arg)
{
	const unsigned long minsz = offsetofend(struct vfio_device_info,
						num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	info.flags = vpo->bus->info_flags;
	if (vpo_reset_can(vpo))
		info.flags |= VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = vpo->num_regions;
	info.num_irqs = READ_ONCE(vpo->num_indexes);
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vpo_ioctl_region_info(struct vpo_device *vpo, void __user *arg)
{
	const unsigned long minsz = offsetofend(struct vfio_region_info,
						offset);
	struct vfio_region_info info;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	ret = vpo_region_info(vpo, &info);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vpo_ioctl_irq_info(struct vpo_device *vpo, void __user *arg)
{
	const unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	mutex_lock(&vpo->irq_lock);
	ret = vpo_irq_info(vpo, &info);
	mutex_unlock(&vpo->irq_lock);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vpo_ioctl_set_irqs(struct vpo_device *vpo, void __user *arg)
{
	const unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	u32 num_indexes = READ_ONCE(vpo->num_indexes);
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size;
	long ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;

	ret = vfio_set_irqs_validate_and_prepare(&set, num_indexes,
						 num_indexes, &size);
	if (ret)
		return ret;

	if (size) {
		data = memdup_user(arg + minsz, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}

	mutex_lock(&vpo->irq_lock);
	ret = vpo_irqs_set(vpo, &set, data);
	mutex_unlock(&vpo->irq_lock);
	kfree(data);
	return ret;
}

static long vpo_ioctl_reset(struct vpo_device *vpo)
{
	long ret;

	mutex_lock(&vpo->irq_lock);
	ret = vpo_reset_user(vpo);
	mutex_unlock(&vpo->irq_lock);
	return ret;
}

static long vpo_ioctl(struct vfio_device *vdev, unsigned int cmd,
		      unsigned long arg)
{
	struct vpo_device *vpo = vpo_of(vdev);
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return vpo_ioctl_info(vpo, uarg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vpo_ioctl_region_info(vpo, uarg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return vpo_ioctl_irq_info(vpo, uarg);
	case VFIO_DEVICE_SET_IRQS:
		return vpo_ioctl_set_irqs(vpo, uarg);
	case VFIO_DEVICE_RESET:
		return vpo_ioctl_reset(vpo);
	default:
		return -ENOTTY;
	}
}

static int __maybe_unused vpo_region_info_caps(struct vfio_device *vdev,
					       struct vfio_region_info *info,
					       struct vfio_info_cap *caps)
{
	return vpo_region_info(vpo_of(vdev), info);
}

#define VPO_COMMON_OPS							\
	.name		= VPO_NAME,					\
	.release	= vpo_release,					\
	.open_device	= vpo_open,					\
	.close_device	= vpo_close,					\
	.request	= vpo_notify_request,				\
	.ioctl		= vpo_ioctl,					\
	.device_feature	= vpo_feature,					\
	.read		= vpo_read,					\
	.write		= vpo_write,					\
	.mmap		= vpo_mmap,					\
	VPO_COMPAT_REGION_INFO

/* A device behind an IOMMU. */
static const struct vfio_device_ops vpo_physical_ops = {
	VPO_COMMON_OPS
	VPO_COMPAT_IOMMUFD_PHYSICAL
};

/* A device that the administrator says does no DMA. */
static const struct vfio_device_ops vpo_emulated_ops = {
	VPO_COMMON_OPS
	VPO_COMPAT_IOMMUFD_EMULATED
};

static bool vpo_has_iommu_group(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);

	iommu_group_put(group);
	return group;
}

static int vpo_register(struct vpo_device *vpo, bool has_group)
{
	struct device *dev = vpo->vdev.dev;
	int ret;

	if (!has_group)
		return vfio_register_emulated_iommu_dev(&vpo->vdev);

	ret = vfio_register_group_dev(&vpo->vdev);
	if (ret && !device_iommu_capable(dev, IOMMU_CAP_CACHE_COHERENCY))
		dev_err(dev, "VFIO refuses it: its IOMMU cannot keep the device's DMA coherent with the CPUs' caches (is dma-coherent missing in the IOMMU's or the device's node?)\n");
	return ret;
}

/**
 * vpo_device_probe - make a VFIO device of a device that is being bound
 * @dev: the device
 * @bus: the bus that it is on
 *
 * A device with an IOMMU group joins it; one without must have been allowed
 * by name.
 *
 * Return: 0, -EPERM if the device must not be assigned, or another negative
 * errno.
 */
int vpo_device_probe(struct device *dev, const struct vpo_bus_ops *bus)
{
	bool has_group = vpo_has_iommu_group(dev);
	struct vpo_device *vpo;
	int ret;

	if (!has_group) {
		ret = vpo_optin_check(dev);
		if (ret)
			return ret;
	}

	vpo = vfio_alloc_device(vpo_device, vdev, dev,
				has_group ? &vpo_physical_ops :
					    &vpo_emulated_ops);
	if (IS_ERR(vpo))
		return PTR_ERR(vpo);

	vpo->bus = bus;
	mutex_init(&vpo->map_lock);
	mutex_init(&vpo->irq_lock);
	mutex_init(&vpo->notify_lock);
	xa_init(&vpo->emulated);

	ret = vpo_regions_init(vpo);
	if (!ret)
		ret = vpo_reset_init(vpo);
	if (!ret)
		ret = vpo_irqs_init(vpo);
	if (!ret)
		ret = vpo_register(vpo, has_group);
	if (ret) {
		vfio_put_device(&vpo->vdev);
		return ret;
	}

	dev_set_drvdata(dev, vpo);
	return 0;
}

/**
 * vpo_device_remove - undo vpo_device_probe()
 * @dev: the device
 *
 * Waits until the user has closed the device.
 */
void vpo_device_remove(struct device *dev)
{
	struct vpo_device *vpo = dev_get_drvdata(dev);

	vfio_unregister_group_dev(&vpo->vdev);
	vfio_put_device(&vpo->vdev);
}
