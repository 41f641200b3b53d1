// SPDX-License-Identifier: GPL-2.0-only
/* The driver of the AMBA bus; it binds by driver_override only. */
#include <linux/amba/bus.h>
#include <linux/module.h>
#include <linux/pm_runtime.h>

#include "vfio_platform_oneshot.h"

static struct resource *vpo_amba_resource(struct device *dev, unsigned int i)
{
	return i ? NULL : &to_amba_device(dev)->res;
}

static int vpo_amba_irq(struct device *dev, unsigned int i)
{
	struct amba_device *adev = to_amba_device(dev);

	/* The bus writes 0 where the node has no interrupt. */
	if (i >= AMBA_NR_IRQS || !adev->irq[i])
		return -ENXIO;
	return adev->irq[i];
}

static const struct vpo_bus_ops vpo_amba_bus_ops = {
	.info_flags	= VFIO_DEVICE_FLAGS_AMBA,
	.resource	= vpo_amba_resource,
	.irq		= vpo_amba_irq,
};

/*
 * The bus has enabled the device's clock and its runtime PM, and keeps both
 * while the device is bound. Dropped, so that they last while it is open.
 */
static int vpo_amba_probe(struct amba_device *adev, const struct amba_id *id)
{
	int ret = vpo_device_probe(&adev->dev, &vpo_amba_bus_ops);

	if (!ret)
		pm_runtime_put_sync(&adev->dev);
	return ret;
}

static void vpo_amba_remove(struct amba_device *adev)
{
	vpo_device_remove(&adev->dev);
	/* The bus drops it once more. */
	pm_runtime_get_noresume(&adev->dev);
}

static void vpo_amba_shutdown(struct amba_device *adev)
{
	vpo_pm_shutdown(&adev->dev);
}

/* Empty, so that only driver_override matches; the bus walks it, so not NULL. */
static const struct amba_id vpo_amba_ids[] = {
	{ 0, 0 },
};

static struct amba_driver vpo_amba_driver = {
	.drv	= {
		.name	= VPO_NAME,
		.pm	= &vpo_pm_ops,
		/* Registering fills it in on the newer kernels only. */
		.owner	= THIS_MODULE,
	},
	.probe	= vpo_amba_probe,
	.remove	= vpo_amba_remove,
	.shutdown = vpo_amba_shutdown,
	.id_table = vpo_amba_ids,
	.driver_managed_dma = true,
};

/**
 * vpo_amba_register - offer the driver to the AMBA bus
 *
 * Return: 0 or a negative errno.
 */
int vpo_amba_register(void)
{
	return amba_driver_register(&vpo_amba_driver);
}

/**
 * vpo_amba_unregister - undo vpo_amba_register()
 */
void vpo_amba_unregister(void)
{
	amba_driver_unregister(&vpo_amba_driver);
}
