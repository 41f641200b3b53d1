// SPDX-License-Identifier: GPL-2.0-only
/* Parameter repair_resample: KVM's resamplefd works while a device is open. */
#include <linux/module.h>
#include <linux/mutex.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static bool vpo_repair;
module_param_named(repair_resample, vpo_repair, bool, 0444);
MODULE_PARM_DESC(repair_resample,
		 "While a device is open, have KVM on a GICv3 tell of every end of a level interrupt of its virtual machines, where its own code (since 6.19) misses most; off by default, as it changes KVM's data by way of ftrace");

static DEFINE_MUTEX(vpo_repair_lock);	/* guards the following two */
static unsigned int vpo_repair_users;	/* open devices */
static bool vpo_repair_works;		/* as long as there are any */

static const char *vpo_repair_why_not(void)
{
	if (VPO_BEFORE(6, 19))
		return "KVM of this kernel has no such fault";
	return vpo_fold_init();
}

/**
 * vpo_repair_init - see whether what the parameter asks for can be done
 *
 * If not, the parameter reads N from here on, and the log has the reason.
 */
void vpo_repair_init(void)
{
	const char *why = vpo_repair ? vpo_repair_why_not() : NULL;

	if (!why)
		return;

	pr_warn(VPO_NAME ": repair_resample stays off: %s\n", why);
	vpo_repair = false;
}

/**
 * vpo_repair_exit - undo vpo_repair_init()
 */
void vpo_repair_exit(void)
{
	if (vpo_repair)
		vpo_fold_exit();
}

static void vpo_repair_start(void)
{
	int ret = vpo_fold_start();

	vpo_repair_works = !ret;
	if (ret)
		pr_warn_ratelimited(VPO_NAME ": repair_resample: ftrace: %pe\n",
				    ERR_PTR(ret));
}

/**
 * vpo_repair_get - a device is opened
 * @vpo: the device; all are alike here
 *
 * If ftrace refuses, the device works as it does without the parameter: who
 * opens it has to see for himself whether resamplefd works.
 *
 * Return: 0.
 */
int vpo_repair_get(struct vpo_device *vpo)
{
	mutex_lock(&vpo_repair_lock);
	if (!vpo_repair_users++ && vpo_repair)
		vpo_repair_start();
	mutex_unlock(&vpo_repair_lock);
	return 0;
}

/**
 * vpo_repair_put - a device is closed
 * @vpo: the device
 */
void vpo_repair_put(struct vpo_device *vpo)
{
	mutex_lock(&vpo_repair_lock);
	if (!--vpo_repair_users && vpo_repair_works) {
		vpo_fold_stop();
		vpo_repair_works = false;
	}
	mutex_unlock(&vpo_repair_lock);
}
