// SPDX-License-Identifier: GPL-2.0-only
/* What the host keeps on for a device while it is open. */
#include <linux/slab.h>

#include "vfio_platform_oneshot.h"

/*
 * In the order in which a device needs them; given back in the reverse one. Pins
 * are not among them: the driver core selects their default state when the
 * device is bound, and frees them when it is unbound.
 */
static const struct vpo_kind *const vpo_kinds[VPO_KINDS] = {
	[VPO_SUPPLIES]	= &vpo_supplies,
	[VPO_DOMAINS]	= &vpo_domains,
	[VPO_CLOCKS]	= &vpo_clocks,
	[VPO_RESETS]	= &vpo_resets,
};

static void vpo_hold_release_kind(struct vpo_device *vpo, unsigned int k)
{
	struct vpo_held *held = &vpo->held[k];

	while (held->num) {
		void *thing = held->things[--held->num];

		if (thing)
			vpo_kinds[k]->release(vpo->vdev.dev, thing);
	}
	kfree(held->things);
	held->things = NULL;
}

static int vpo_hold_kind(struct vpo_device *vpo, unsigned int k)
{
	struct device *dev = vpo->vdev.dev;
	unsigned int n = vpo_kinds[k]->count(dev);
	struct vpo_held *held = &vpo->held[k];
	void *thing;

	if (!n)
		return 0;
	held->things = kcalloc(n, sizeof(*held->things), GFP_KERNEL_ACCOUNT);
	if (!held->things)
		return -ENOMEM;

	while (held->num < n) {
		thing = vpo_kinds[k]->hold(dev, held->num);
		if (IS_ERR(thing)) {
			vpo_hold_release_kind(vpo, k);
			return PTR_ERR(thing);
		}
		held->things[held->num++] = thing;
	}
	return 0;
}

/**
 * vpo_hold - take and turn on all that the device's node names
 * @vpo: the device
 *
 * The guest gets no handle on any of it: a guest that turns off what it takes
 * for unused could stop the host.
 *
 * Return: 0, or a negative errno with everything as it was.
 */
int vpo_hold(struct vpo_device *vpo)
{
	unsigned int k;
	int ret;

	for (k = 0; k < VPO_KINDS; k++) {
		ret = vpo_hold_kind(vpo, k);
		if (ret)
			goto err_release;
	}
	return 0;

err_release:
	while (k--)
		vpo_hold_release_kind(vpo, k);
	return ret;
}

/**
 * vpo_hold_release - undo vpo_hold()
 * @vpo: the device
 */
void vpo_hold_release(struct vpo_device *vpo)
{
	unsigned int k = VPO_KINDS;

	while (k--)
		vpo_hold_release_kind(vpo, k);
}
