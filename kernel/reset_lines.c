// SPDX-License-Identifier: GPL-2.0-only
/* The device's reset lines: deasserted while a user has the device; pulsing them. */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/of.h>
#include <linux/reset.h>
#include <linux/slab.h>

#include "vfio_platform_oneshot.h"

/* A hundred cycles of a clock of 1 MHz. */
#define VPO_PULSE_US	100

/**
 * struct vpo_reset_line - one reset line of a device
 * @control: of the line
 * @own: no other node names this line, so it may be pulsed
 * @asserted: the line was found so
 */
struct vpo_reset_line {
	struct reset_control *control;
	bool own;
	bool asserted;
};

static bool vpo_resets_parse(struct device_node *np, unsigned int i,
			     struct of_phandle_args *line)
{
	if (of_parse_phandle_with_args(np, "resets", "#reset-cells", i, line))
		return false;
	/* Only compared, never looked into. */
	of_node_put(line->np);
	return true;
}

static bool vpo_resets_same(const struct of_phandle_args *a,
			    const struct of_phandle_args *b)
{
	return a->np == b->np && a->args_count == b->args_count &&
	       !memcmp(a->args, b->args, a->args_count * sizeof(a->args[0]));
}

static unsigned int vpo_resets_times(struct device_node *np,
				     const struct of_phandle_args *line)
{
	struct of_phandle_args other;
	unsigned int i, n = 0;

	for (i = 0; vpo_resets_parse(np, i, &other); i++)
		n += vpo_resets_same(line, &other);
	return n;
}

/*
 * A guest that resets its device must not reset a neighbour; nor one that the
 * host does not use, which may be the firmware's.
 */
static bool vpo_resets_own(struct device *dev, unsigned int i)
{
	struct of_phandle_args line;
	struct device_node *np;
	unsigned int n = 0;

	if (!vpo_resets_parse(dev->of_node, i, &line))
		return false;
	for_each_node_with_property(np, "resets")
		n += vpo_resets_times(np, &line);
	return n == 1;
}

static unsigned int vpo_resets_count(struct device *dev)
{
	int n = of_count_phandle_with_args(dev->of_node, "resets",
					   "#reset-cells");

	return n > 0 ? n : 0;
}

/* A line of others', too, is kept from being asserted by them. */
static int vpo_resets_get(struct device *dev, struct vpo_reset_line *line,
			  unsigned int i)
{
	struct device_node *np = dev->of_node;

	line->control = line->own ?
			of_reset_control_get_exclusive_by_index(np, i) :
			of_reset_control_get_shared_by_index(np, i);
	if (IS_ERR(line->control))
		return PTR_ERR(line->control);
	line->asserted = reset_control_status(line->control) > 0;
	return line->own ? 0 : reset_control_deassert(line->control);
}

static void *vpo_resets_hold(struct device *dev, unsigned int i)
{
	struct vpo_reset_line *line = kzalloc(sizeof(*line), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!line)
		return ERR_PTR(-ENOMEM);

	line->own = vpo_resets_own(dev, i);
	ret = vpo_resets_get(dev, line, i);
	if (!ret)
		return line;

	if (IS_ERR(line->control)) {
		dev_warn_ratelimited(dev, "reset line %u: no driver provides it, or another one has it (%pe): left as it is\n",
				     i, line->control);
		kfree(line);
		return NULL;
	}
	dev_err_ratelimited(dev, "reset line %u cannot be deasserted (%pe): the device cannot be used\n",
			    i, ERR_PTR(ret));
	reset_control_put(line->control);
	kfree(line);
	return ERR_PTR(ret);
}

/*
 * Asserted again only if it was found so: a neighbour whose driver leaves its
 * reset to the firmware would be reset otherwise.
 */
static void vpo_resets_release(struct device *dev, void *thing)
{
	struct vpo_reset_line *line = thing;

	if (line->asserted)
		reset_control_assert(line->control);
	reset_control_put(line->control);
	kfree(line);
}

const struct vpo_kind vpo_resets = {
	.count		= vpo_resets_count,
	.hold		= vpo_resets_hold,
	.release	= vpo_resets_release,
};

/* The device's own lines, one after the other; NULL past the last. */
static struct reset_control *vpo_resets_next(struct vpo_device *vpo,
					     unsigned int *i)
{
	const struct vpo_held *lines = &vpo->held[VPO_RESETS];

	while (*i < lines->num) {
		struct vpo_reset_line *line = lines->things[(*i)++];

		if (line && line->own)
			return line->control;
	}
	return NULL;
}

/**
 * vpo_resets_can - has the device a reset line that may be pulsed?
 * @vpo: the device, with its lines held
 */
bool vpo_resets_can(struct vpo_device *vpo)
{
	unsigned int i = 0;

	return vpo_resets_next(vpo, &i);
}

/**
 * vpo_resets_pulse - reset the device by its own lines, all at the same time
 * @vpo: the device, with its lines held
 *
 * Return: 0, or the first error of a reset controller; every line has been
 * deasserted even then, as far as that goes.
 */
int vpo_resets_pulse(struct vpo_device *vpo)
{
	struct reset_control *control;
	unsigned int i = 0;
	int ret, err = 0;

	while ((control = vpo_resets_next(vpo, &i))) {
		ret = reset_control_assert(control);
		/* Such a line is asserted and deasserted by its controller. */
		if (ret == -ENOTSUPP)
			ret = reset_control_reset(control);
		err = err ?: ret;
	}

	usleep_range(VPO_PULSE_US, 2 * VPO_PULSE_US);
	i = 0;
	while ((control = vpo_resets_next(vpo, &i))) {
		ret = reset_control_deassert(control);
		err = err ?: ret;
	}
	return err;
}
