// SPDX-License-Identifier: GPL-2.0-only
/* The device's clocks: the host keeps them running while a user has the device. */
#include <linux/clk.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/nospec.h>
#include <linux/of_clk.h>
#include <linux/slab.h>

#include "vfio_platform_oneshot.h"

/*
 * The clock, running; NULL if no driver of the host has it (nobody can stop it
 * then, so the device may work all the same); an error pointer if it does not
 * start.
 */
static struct clk *vpo_clock_hold(struct device *dev, unsigned int i)
{
	struct clk *clk = of_clk_get(dev->of_node, i);
	int ret;

	if (IS_ERR(clk)) {
		dev_warn(dev, "clock %u: no driver provides it (%pe): left as it is, its rate is not known\n",
			 i, clk);
		return NULL;
	}

	ret = clk_prepare_enable(clk);
	if (!ret)
		return clk;

	dev_err(dev, "clock %u cannot be enabled (%pe): the device cannot be used\n",
		i, ERR_PTR(ret));
	clk_put(clk);
	return ERR_PTR(ret);
}

/**
 * vpo_clocks_hold - have every clock of the device's node run
 * @vpo: the device
 *
 * The guest gets no handle on the host's clocks: a guest that stops what it
 * takes for unused could stop the host.
 *
 * Return: 0, or a negative errno with every clock as it was.
 */
int vpo_clocks_hold(struct vpo_device *vpo)
{
	struct device *dev = vpo->vdev.dev;
	unsigned int n = of_clk_get_parent_count(dev->of_node);
	struct clk *clk;

	if (!n)
		return 0;
	vpo->clocks = kcalloc(n, sizeof(*vpo->clocks), GFP_KERNEL_ACCOUNT);
	if (!vpo->clocks)
		return -ENOMEM;

	while (vpo->num_clocks < n) {
		clk = vpo_clock_hold(dev, vpo->num_clocks);
		if (IS_ERR(clk)) {
			vpo_clocks_release(vpo);
			return PTR_ERR(clk);
		}
		vpo->clocks[vpo->num_clocks++] = clk;
	}
	return 0;
}

/**
 * vpo_clocks_release - undo vpo_clocks_hold()
 * @vpo: the device
 */
void vpo_clocks_release(struct vpo_device *vpo)
{
	while (vpo->num_clocks) {
		struct clk *clk = vpo->clocks[--vpo->num_clocks];

		clk_disable_unprepare(clk);
		clk_put(clk);
	}
	kfree(vpo->clocks);
	vpo->clocks = NULL;
}

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
	u32 i = clock->index;

	if (i >= vpo->num_clocks)
		return -ENOENT;
	i = array_index_nospec(i, vpo->num_clocks);
	clock->rate_hz = clk_get_rate(vpo->clocks[i]);
	return 0;
}
