// SPDX-License-Identifier: GPL-2.0-only
/* The device's clocks: they run while a user has the device. */
#include <linux/clk.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/nospec.h>
#include <linux/of_clk.h>

#include "vfio_platform_oneshot.h"

static unsigned int vpo_clocks_count(struct device *dev)
{
	return of_clk_get_parent_count(dev->of_node);
}

static void *vpo_clocks_hold(struct device *dev, unsigned int i)
{
	struct clk *clk = of_clk_get(dev->of_node, i);
	int ret;

	if (IS_ERR(clk)) {
		dev_warn_ratelimited(dev, "clock %u: no driver provides it (%pe): left as it is, its rate is not known\n",
				     i, clk);
		return NULL;
	}

	ret = clk_prepare_enable(clk);
	if (!ret)
		return clk;

	dev_err_ratelimited(dev, "clock %u cannot be enabled (%pe): the device cannot be used\n",
			    i, ERR_PTR(ret));
	clk_put(clk);
	return ERR_PTR(ret);
}

static void vpo_clocks_release(struct device *dev, void *thing)
{
	clk_disable_unprepare(thing);
	clk_put(thing);
}

const struct vpo_kind vpo_clocks = {
	.count		= vpo_clocks_count,
	.hold		= vpo_clocks_hold,
	.release	= vpo_clocks_release,
};

/**
 * vpo_clock_get - VFIO_DEVICE_FEATURE_ONESHOT_CLOCK, GET
 * @vpo: the device, open
 * @clock: @clock->index says which; its rate is filled in
 *
 * Return: 0, or -ENOENT if the node has no clock of this index.
 */
int vpo_clock_get(struct vpo_device *vpo,
		  struct vfio_platform_oneshot_clock *clock)
{
	const struct vpo_held *clocks = &vpo->held[VPO_CLOCKS];
	u32 i = clock->index;

	if (i >= clocks->num)
		return -ENOENT;
	i = array_index_nospec(i, clocks->num);
	clock->rate_hz = clk_get_rate(clocks->things[i]);
	return 0;
}
