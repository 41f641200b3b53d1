// SPDX-License-Identifier: GPL-2.0-only
/* The driver of the platform bus; it binds by driver_override only. */
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static struct resource *vpo_platform_resource(struct device *dev,
					      unsigned int i)
{
	return platform_get_mem_or_io(to_platform_device(dev), i);
}

static int vpo_platform_irq(struct device *dev, unsigned int i)
{
	return platform_get_irq_optional(to_platform_device(dev), i);
}

static const struct vpo_bus_ops vpo_platform_bus_ops = {
	.info_flags	= VFIO_DEVICE_FLAGS_PLATFORM,
	.resource	= vpo_platform_resource,
	.irq		= vpo_platform_irq,
};

static int vpo_platform_probe(struct platform_device *pdev)
{
	int ret;

	/* Before a user can open the device, which takes a reference. */
	pm_runtime_enable(&pdev->dev);
	ret = vpo_device_probe(&pdev->dev, &vpo_platform_bus_ops);
	if (ret)
		pm_runtime_disable(&pdev->dev);
	return ret;
}

static vpo_platform_remove_t vpo_platform_remove(struct platform_device *pdev)
{
	vpo_device_remove(&pdev->dev);
	pm_runtime_disable(&pdev->dev);
	return VPO_PLATFORM_REMOVED;
}

static void vpo_platform_shutdown(struct platform_device *pdev)
{
	vpo_pm_shutdown(&pdev->dev);
}

/* No table of ids: only driver_override makes a device ours. */
static struct platform_driver vpo_platform_driver = {
	.probe	= vpo_platform_probe,
	.remove	= vpo_platform_remove,
	.shutdown = vpo_platform_shutdown,
	.driver	= {
		.name	= VPO_NAME,
		.pm	= &vpo_pm_ops,
	},
	.driver_managed_dma = true,
};

/**
 * vpo_platform_register - offer the driver to the platform bus
 *
 * Return: 0 or a negative errno.
 */
int vpo_platform_register(void)
{
	return platform_driver_register(&vpo_platform_driver);
}

/**
 * vpo_platform_unregister - undo vpo_platform_register()
 */
void vpo_platform_unregister(void)
{
	platform_driver_unregister(&vpo_platform_driver);
}
