// SPDX-License-Identifier: GPL-2.0-only
/* Loads and unloads the drivers of the two buses that devices are found on. */
#include <linux/init.h>
#include <linux/module.h>

#include "vfio_platform_oneshot.h"

static int __init vpo_init(void)
{
	int ret;

	vpo_repair_init();
	ret = vpo_platform_register();
	if (ret)
		goto err_repair;

	ret = vpo_amba_register();
	if (ret)
		goto err_platform;
	return 0;

err_platform:
	vpo_platform_unregister();
err_repair:
	vpo_repair_exit();
	return ret;
}
module_init(vpo_init);

static void __exit vpo_exit(void)
{
	vpo_amba_unregister();
	vpo_platform_unregister();
	vpo_repair_exit();
}
module_exit(vpo_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vfio-platform-oneshot developers");
MODULE_DESCRIPTION("VFIO driver for any platform or AMBA device");
/* A container is of no use without it, and nothing else asks for it. */
MODULE_SOFTDEP("pre: vfio_iommu_type1");
