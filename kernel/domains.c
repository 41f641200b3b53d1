// SPDX-License-Identifier: GPL-2.0-only
/* The device's power domains: on while a user has the device. */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/of.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>

#include "vfio_platform_oneshot.h"

/*
 * The bus attaches a single domain when it binds the device; of several ones it
 * attaches none, and each needs a device of its own, which stands for ours.
 */
static unsigned int vpo_domains_several(struct device *dev)
{
	int n = of_count_phandle_with_args(dev->of_node, "power-domains",
					   "#power-domain-cells");

	return n > 1 ? n : 0;
}

/* Last the device itself: by then its domains are on. */
static unsigned int vpo_domains_count(struct device *dev)
{
	return vpo_domains_several(dev) + 1;
}

static void vpo_domains_detach(struct device *dev, struct device *domain)
{
	if (domain != dev)
		dev_pm_domain_detach(domain, true);
}

static void *vpo_domains_hold(struct device *dev, unsigned int i)
{
	struct device *domain = dev;
	int ret;

	if (i < vpo_domains_several(dev))
		domain = dev_pm_domain_attach_by_id(dev, i);
	if (IS_ERR_OR_NULL(domain)) {
		dev_warn_ratelimited(dev, "power domain %u: no driver provides it (%pe): left as it is\n",
				     i, domain);
		return NULL;
	}

	ret = pm_runtime_resume_and_get(domain);
	if (!ret)
		return domain;

	dev_err_ratelimited(dev, "power domain %u cannot be turned on (%pe): the device cannot be used\n",
			    i, ERR_PTR(ret));
	vpo_domains_detach(dev, domain);
	return ERR_PTR(ret);
}

/* Not left to a worker: who is told of the close finds the domain off. */
static void vpo_domains_release(struct device *dev, void *thing)
{
	pm_runtime_put_sync(thing);
	vpo_domains_detach(dev, thing);
}

const struct vpo_kind vpo_domains = {
	.count		= vpo_domains_count,
	.hold		= vpo_domains_hold,
	.release	= vpo_domains_release,
};
