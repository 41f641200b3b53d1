// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of an open device when the host goes to sleep, or down. */
#include <linux/pm.h>

#include "vfio_platform_oneshot.h"

/*
 * A guest cannot be told that its device has lost its state. Refused before
 * anything else is put to sleep; a closed device sleeps as every other.
 */
static int vpo_pm_prepare(struct device *dev)
{
	struct vpo_device *vpo = dev_get_drvdata(dev);
	bool open;

	mutex_lock(&vpo->irq_lock);
	open = vpo->open;
	mutex_unlock(&vpo->irq_lock);
	if (!open)
		return 0;

	dev_err(dev, "the host cannot sleep while a user has the device: end its guest first\n");
	return -EBUSY;
}

const struct dev_pm_ops vpo_pm_ops = {
	.prepare	= vpo_pm_prepare,
};

/**
 * vpo_pm_shutdown - the host goes down, or boots another kernel
 * @dev: the device
 *
 * Its user may still be there. From here on no interrupt is taken, and a device
 * that can be reset does no DMA unless the user starts it again.
 */
void vpo_pm_shutdown(struct device *dev)
{
	struct vpo_device *vpo = dev_get_drvdata(dev);

	mutex_lock(&vpo->irq_lock);
	if (vpo->open)
		vpo_reset_shutdown(vpo);
	mutex_unlock(&vpo->irq_lock);
}
