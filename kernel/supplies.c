// SPDX-License-Identifier: GPL-2.0-only
/* The device's regulators: on while a user has the device. */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/of.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vfio_platform_oneshot.h"

#define VPO_SUPPLY	"-supply"

/* How long the NAME of a property NAME-supply is, or 0 for another property. */
static size_t vpo_supplies_name(const struct property *prop)
{
	size_t len = strlen(prop->name), end = strlen(VPO_SUPPLY);

	if (len <= end || strcmp(prop->name + len - end, VPO_SUPPLY))
		return 0;
	return len - end;
}

static unsigned int vpo_supplies_count(struct device *dev)
{
	struct property *prop;
	unsigned int n = 0;

	if (!dev->of_node)
		return 0;
	for_each_property_of_node(dev->of_node, prop)
		n += !!vpo_supplies_name(prop);
	return n;
}

/* No binding is known here, so the names are those of the properties. */
static char *vpo_supplies_nth(struct device *dev, unsigned int i)
{
	struct property *prop;
	size_t len;

	for_each_property_of_node(dev->of_node, prop) {
		len = vpo_supplies_name(prop);
		if (len && !i--)
			return kstrndup(prop->name, len, GFP_KERNEL);
	}
	return NULL;
}

static struct regulator *vpo_supplies_enable(struct device *dev,
					     const char *name)
{
	struct regulator *supply = regulator_get(dev, name);
	int ret;

	if (IS_ERR(supply)) {
		dev_warn_ratelimited(dev, "supply %s: no driver provides it (%pe): left as it is\n",
				     name, supply);
		return NULL;
	}

	ret = regulator_enable(supply);
	if (!ret)
		return supply;

	dev_err_ratelimited(dev, "supply %s cannot be enabled (%pe): the device cannot be used\n",
			    name, ERR_PTR(ret));
	regulator_put(supply);
	return ERR_PTR(ret);
}

static void *vpo_supplies_hold(struct device *dev, unsigned int i)
{
	char *name = vpo_supplies_nth(dev, i);
	void *supply;

	if (!name)
		return ERR_PTR(-ENOMEM);
	supply = vpo_supplies_enable(dev, name);
	kfree(name);
	return supply;
}

static void vpo_supplies_release(struct device *dev, void *thing)
{
	int ret = regulator_disable(thing);

	if (ret)
		dev_err(dev, "a supply cannot be disabled: %pe\n", ERR_PTR(ret));
	regulator_put(thing);
}

const struct vpo_kind vpo_supplies = {
	.count		= vpo_supplies_count,
	.hold		= vpo_supplies_hold,
	.release	= vpo_supplies_release,
};
