// SPDX-License-Identifier: GPL-2.0-only
/* Resetting the device: at open, at close, and when the user asks for it. */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "list.h"
#include "vfio_platform_oneshot.h"

#define VPO_POLL_US	10

static const char *vpo_reset_wrong(const char *rest, const char *end)
{
	struct vpo_rule rule;

	return vpo_rule_parse(rest, end, &rule);
}

static struct vpo_list vpo_reset_rules = { .wrong = vpo_reset_wrong };
module_param_cb(reset, &vpo_list_ops, &vpo_reset_rules, 0644);
MODULE_PARM_DESC(reset,
		 "How to reset devices without a reset line of their own: comma-separated NAME/STEP[/STEP]..., where a STEP is REGION:OFFSET=VALUE to write a 32-bit register, or REGION:OFFSET:MASK[:VALUE][@MS] to wait until, and'ed with MASK, it is VALUE (0), for at most MS (100) milliseconds");

/* Does a step mean a register that the device has? */
static bool vpo_reset_step_fits(struct vpo_device *vpo,
				const struct vpo_rule_step *step)
{
	const struct vpo_region *region;

	if (step->region >= vpo->num_regions)
		return false;
	region = &vpo->regions[step->region];
	if (!(region->flags & (step->mask ? VFIO_REGION_INFO_FLAG_READ :
					    VFIO_REGION_INFO_FLAG_WRITE)))
		return false;
	return region->size >= 4 && step->offset <= region->size - 4 &&
	       IS_ALIGNED(region->start, 4);
}

static int vpo_reset_rule_take(struct vpo_device *vpo, const char *text)
{
	struct vpo_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);
	unsigned int i;

	if (!rule)
		return -ENOMEM;
	vpo->rule = rule;
	if (vpo_rule_parse(text, text + strlen(text), rule))
		return -EINVAL;

	for (i = 0; i < rule->num; i++) {
		if (vpo_reset_step_fits(vpo, &rule->steps[i]))
			continue;
		dev_err(vpo->vdev.dev, "not assigned: step %u of its rule in the module parameter reset means the register at 0x%llx of region %u, which the device does not have\n",
			i, rule->steps[i].offset, rule->steps[i].region);
		return -EINVAL;
	}
	return 0;
}

/**
 * vpo_reset_init - see what the administrator has said about resetting the device
 * @vpo: the device, being bound, with its regions
 *
 * vpo_device's release gives the memory back, also after a failure.
 *
 * Return: 0, or -EINVAL for a rule that does not fit the device, or -ENOMEM.
 */
int vpo_reset_init(struct vpo_device *vpo)
{
	char *text = vpo_list_rest(&vpo_reset_rules, dev_name(vpo->vdev.dev));
	int ret;

	if (IS_ERR_OR_NULL(text))
		return PTR_ERR_OR_ZERO(text);
	ret = vpo_reset_rule_take(vpo, text);
	kfree(text);
	return ret;
}

static int vpo_reset_step(struct vpo_device *vpo,
			  const struct vpo_rule_step *step)
{
	void __iomem *base = vpo_region_base(vpo, &vpo->regions[step->region]);
	u32 value;

	if (!base)
		return -ENOMEM;
	if (!step->mask) {
		writel(step->value, base + step->offset);
		return 0;
	}
	return readl_poll_timeout(base + step->offset, value,
				  (value & step->mask) == step->value,
				  VPO_POLL_US, step->wait_ms * USEC_PER_MSEC);
}

static int vpo_reset_by_rule(struct vpo_device *vpo)
{
	const struct vpo_rule *rule = vpo->rule;
	unsigned int i;
	int ret;

	for (i = 0; rule && i < rule->num; i++) {
		ret = vpo_reset_step(vpo, &rule->steps[i]);
		if (ret) {
			dev_err_ratelimited(vpo->vdev.dev, "reset: step %u of its rule, the register at 0x%llx of region %u: %pe\n",
					    i, rule->steps[i].offset,
					    rule->steps[i].region, ERR_PTR(ret));
			return ret;
		}
	}
	return 0;
}

/**
 * vpo_reset_can - can the device be reset?
 * @vpo: the device, open
 */
bool vpo_reset_can(struct vpo_device *vpo)
{
	return vpo->rule || vpo_resets_can(vpo);
}

/**
 * vpo_reset - reset the device: by its reset lines, then by its rule
 * @vpo: the device, with what it needs held, and its interrupts quiet
 *
 * Return: 0, or -EINVAL if there is no way to, or another negative errno.
 */
static int vpo_reset(struct vpo_device *vpo)
{
	int ret = 0;

	if (!vpo_reset_can(vpo))
		return -EINVAL;
	if (vpo_resets_can(vpo))
		ret = vpo_resets_pulse(vpo);
	if (ret)
		dev_err_ratelimited(vpo->vdev.dev, "reset: a reset controller refuses: %pe\n",
				    ERR_PTR(ret));
	return ret ?: vpo_reset_by_rule(vpo);
}

/**
 * vpo_reset_open - the device as a user is to find it
 * @vpo: the device, being opened
 *
 * Return: 0, also for a device that cannot be reset; or a negative errno.
 */
int vpo_reset_open(struct vpo_device *vpo)
{
	if (vpo_reset_can(vpo))
		return vpo_reset(vpo);

	if (!vpo->told_no_reset)
		dev_info(vpo->vdev.dev, "cannot be reset: its node has no reset line of its own, and the module parameter reset no rule for it; each user finds it as the one before has left it\n");
	vpo->told_no_reset = true;
	return 0;
}

/**
 * vpo_reset_close - the device as its user must not leave it: active
 * @vpo: the device, being closed
 */
void vpo_reset_close(struct vpo_device *vpo)
{
	if (vpo_reset_can(vpo))
		vpo_reset(vpo);
}

/*
 * Not waiting for threads: one may sleep until the user completes. However often
 * this is done, each request of the line starts counting anew.
 */
static void vpo_reset_quiet(struct vpo_device *vpo)
{
	unsigned int i;

	for (i = 0; i < vpo->num_irqs; i++) {
		struct vpo_irq *irq = &vpo->irqs[i];

		if (irq->error)
			continue;
		irq->ops->source->disable(irq);
		irq->ops->source->wait(irq);
	}
}

static void vpo_reset_unquiet(struct vpo_device *vpo)
{
	unsigned int i;

	for (i = 0; i < vpo->num_irqs; i++) {
		struct vpo_irq *irq = &vpo->irqs[i];

		if (irq->error)
			continue;
		if (irq->ops->source->was_reset)
			irq->ops->source->was_reset(irq);
		irq->ops->source->enable(irq);
	}
}

/**
 * vpo_reset_shutdown - the device as the next kernel is to find it
 * @vpo: the device, open, with vpo_device.irq_lock held
 *
 * Its interrupts stay disabled, whatever its user does.
 */
void vpo_reset_shutdown(struct vpo_device *vpo)
{
	vpo_reset_quiet(vpo);
	vpo_reset_close(vpo);
}

/**
 * vpo_reset_user - VFIO_DEVICE_RESET
 * @vpo: the device, with vpo_device.irq_lock held
 *
 * What the interrupts of the device are used for, and whether the user has
 * masked them, stays.
 *
 * Return: as vpo_reset().
 */
int vpo_reset_user(struct vpo_device *vpo)
{
	int ret;

	vpo_reset_quiet(vpo);
	ret = vpo_reset(vpo);
	vpo_reset_unquiet(vpo);
	return ret;
}
