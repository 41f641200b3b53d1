// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHARED: a line that others use, too. Alone on it, the line is masked; with
 * others, the device, so that the line stays open for them.
 *
 * Linux tells nobody that a line has got another user, so a kprobe sits where it
 * has just listed him: whoever has the line masked by then hands it over, and
 * masks his device in its place. So a line is masked only by one who is alone, and
 * never for a user who decided before another one came. Leaving needs nothing: who
 * is alone is seen at the next interrupt.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/nospec.h>

#include "list.h"
#include "vfio_platform_oneshot.h"

static struct vpo_list vpo_shared_irq;
module_param_cb(shared_irq, &vpo_list_ops, &vpo_shared_irq, 0644);
MODULE_PARM_DESC(shared_irq,
		 "Comma-separated names of devices that may share an interrupt line with other users; they are trusted that the user's rule for masking them at the device is right, or the line's other users may lose it");

static DEFINE_SPINLOCK(vpo_shared_lock);	/* guards the list */
static LIST_HEAD(vpo_shared_irqs);

static DEFINE_MUTEX(vpo_probe_lock);	/* guards the following */
static unsigned int vpo_probe_users;
static bool vpo_probe_works;

static unsigned int vpo_share_users(const struct vpo_irq *irq)
{
	struct irq_desc *desc = irq->share.desc;
	struct irqaction *action;
	unsigned int users = 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&desc->lock, flags);
	for (action = desc->action; action; action = action->next)
		users++;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return users;
}

/*
 * Requested, and nobody else has. Looks at nothing that others may free: at our own
 * entry in the line's list only.
 */
static bool vpo_share_alone(const struct vpo_irq *irq)
{
	const struct irqaction *ours = READ_ONCE(irq->share.action);

	return ours && READ_ONCE(irq->share.desc->action) == ours &&
	       !READ_ONCE(ours->next);
}

/* Only where the kernel tells of a user who comes may a line be masked for one. */
static const struct irqaction *vpo_share_action(const struct vpo_irq *irq)
{
	struct irq_desc *desc = irq->share.desc;
	const struct irqaction *action;
	unsigned long flags;

	if (!READ_ONCE(vpo_probe_works))
		return NULL;
	raw_spin_lock_irqsave(&desc->lock, flags);
	for (action = desc->action; action; action = action->next)
		if (action->dev_id == irq)
			break;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return action;
}

/* From the line, which is open afterwards, to the device. */
static void vpo_share_hand_over(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;

	vpo_share_mask(&share->regs);
	share->by_line = false;
	enable_irq(irq->line);
}

/* In the kernel's register_handler_proc(): its first argument has a new user. */
static int vpo_share_joined(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int line = regs_get_kernel_argument(regs, 0);
	struct vpo_irq *irq;

	spin_lock(&vpo_shared_lock);
	list_for_each_entry(irq, &vpo_shared_irqs, share.entry) {
		if (irq->line != line)
			continue;
		spin_lock(&irq->share.lock);
		if (irq->share.by_line && !vpo_share_alone(irq)) {
			irq->share.handovers++;
			vpo_share_hand_over(irq);
		}
		spin_unlock(&irq->share.lock);
	}
	spin_unlock(&vpo_shared_lock);
	return 0;
}

/* kernel/irq/manage.c calls it once the new handler is in the line's list. */
static struct kprobe vpo_share_probe = {
	.symbol_name	= "register_handler_proc",
	.pre_handler	= vpo_share_joined,
};

static void vpo_share_probe_get(void)
{
	int ret;

	mutex_lock(&vpo_probe_lock);
	if (!vpo_probe_users++) {
		vpo_share_probe.addr = NULL;
		vpo_share_probe.flags = 0;
		ret = register_kprobe(&vpo_share_probe);
		WRITE_ONCE(vpo_probe_works, !ret);
		if (ret)
			pr_info_once(VPO_NAME ": a line that may be shared is always masked at the device: kprobes: %pe\n",
				     ERR_PTR(ret));
	}
	mutex_unlock(&vpo_probe_lock);
}

static void vpo_share_probe_put(void)
{
	mutex_lock(&vpo_probe_lock);
	if (!--vpo_probe_users && vpo_probe_works) {
		unregister_kprobe(&vpo_share_probe);
		WRITE_ONCE(vpo_probe_works, false);
	}
	mutex_unlock(&vpo_probe_lock);
}

/* The line cannot be requested disabled, as others may use it: the device is. */
static void vpo_share_begin(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;

	spin_lock_irq(&share->lock);
	share->depth = 1;
	share->by_line = false;
	vpo_share_mask(&share->regs);
	spin_unlock_irq(&share->lock);

	vpo_share_probe_get();
	spin_lock_irq(&vpo_shared_lock);
	list_add(&share->entry, &vpo_shared_irqs);
	spin_unlock_irq(&vpo_shared_lock);
}

static void vpo_share_leave(struct vpo_irq *irq)
{
	spin_lock_irq(&vpo_shared_lock);
	list_del(&irq->share.entry);
	spin_unlock_irq(&vpo_shared_lock);
	vpo_share_probe_put();
}

static int vpo_shared_request(struct vpo_irq *irq, const char *name)
{
	const struct vpo_irq_ops *ops = irq->ops;
	struct vpo_share *share = &irq->share;
	int ret;

	vpo_share_begin(irq);
	ret = request_irq(irq->line, ops->handler, ops->action_flags, name, irq);
	if (!ret) {
		irq_set_status_flags(irq->line, ops->line_flags);
		WRITE_ONCE(share->action, vpo_share_action(irq));
		return 0;
	}

	vpo_share_leave(irq);
	spin_lock_irq(&share->lock);
	share->depth = 0;
	vpo_share_unmask(&share->regs);
	spin_unlock_irq(&share->lock);
	return ret;
}

/* Unlike a line's own user, it must not leave the line disabled. */
static void vpo_shared_free(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;

	spin_lock_irq(&share->lock);
	if (share->by_line)
		vpo_share_hand_over(irq);
	WRITE_ONCE(share->action, NULL);
	if (!share->depth++)
		vpo_share_mask(&share->regs);
	spin_unlock_irq(&share->lock);

	free_irq(irq->line, irq);
	vpo_share_leave(irq);
	/* From here on the registers are the user's. */
	spin_lock_irq(&share->lock);
	share->depth = 0;
	spin_unlock_irq(&share->lock);
}

static void vpo_shared_disable(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;
	unsigned long flags;

	spin_lock_irqsave(&share->lock, flags);
	if (!share->depth++) {
		share->by_line = vpo_share_alone(irq);
		if (share->by_line) {
			share->line_masks++;
			disable_irq_nosync(irq->line);
		} else {
			share->device_masks++;
			vpo_share_mask(&share->regs);
		}
	}
	spin_unlock_irqrestore(&share->lock, flags);
}

static void vpo_shared_enable(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;
	unsigned long flags;

	spin_lock_irqsave(&share->lock, flags);
	if (!--share->depth) {
		if (share->by_line)
			enable_irq(irq->line);
		else
			vpo_share_unmask(&share->regs);
		share->by_line = false;
	}
	spin_unlock_irqrestore(&share->lock, flags);
}

static void vpo_shared_wait(struct vpo_irq *irq)
{
	synchronize_hardirq(irq->line);
}

static void vpo_shared_wait_all(struct vpo_irq *irq)
{
	synchronize_irq(irq->line);
}

/*
 * With the line masked it is ours alone, and read as everywhere. With the device
 * masked its status tells, if that is there whether or not it is masked.
 */
static bool vpo_shared_high(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;
	unsigned long flags;
	bool high = false;

	spin_lock_irqsave(&share->lock, flags);
	if (share->by_line)
		high = vpo_line_source.high(irq);
	else
		high = vpo_share_would_ask(&share->regs);
	spin_unlock_irqrestore(&share->lock, flags);
	return high;
}

/* What was enabled before is not so any more. */
static void vpo_shared_was_reset(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;
	unsigned long flags;

	spin_lock_irqsave(&share->lock, flags);
	if (share->depth && !share->by_line)
		vpo_share_mask(&share->regs);
	spin_unlock_irqrestore(&share->lock, flags);
}

const struct vpo_source_ops vpo_shared_source = {
	.request	= vpo_shared_request,
	.free		= vpo_shared_free,
	.disable	= vpo_shared_disable,
	.enable		= vpo_shared_enable,
	.wait		= vpo_shared_wait,
	.wait_all	= vpo_shared_wait_all,
	.high		= vpo_shared_high,
	.was_reset	= vpo_shared_was_reset,
};

/*
 * A device that is masked and asks all the same was enabled past us: it is masked
 * again, and nobody is told, as the interrupt in flight is not completed.
 */
static bool vpo_shared_ours(struct vpo_irq *irq, irqreturn_t *ret)
{
	struct vpo_share *share = &irq->share;
	bool ours, masked;

	spin_lock(&share->lock);
	masked = share->depth && !share->by_line;
	ours = vpo_share_asks(&share->regs);
	if (ours && masked)
		vpo_share_mask_again(&share->regs);
	spin_unlock(&share->lock);
	*ret = ours ? IRQ_HANDLED : IRQ_NONE;
	return ours && !masked;
}

/* The hard handler: IRQ_NONE if the line has not fired because of this device. */
static irqreturn_t vpo_shared_handler(int line, void *data)
{
	struct vpo_irq *irq = data;
	irqreturn_t ret;

	/* The line itself says whose interrupt it is. */
	if (!READ_ONCE(irq->share.depth) && vpo_share_alone(irq)) {
		vpo_line_handler(line, irq);
		return IRQ_HANDLED;
	}
	if (vpo_shared_ours(irq, &ret))
		vpo_line_handler(line, irq);
	return ret;
}

static u32 vpo_shared_why_not(struct vpo_device *vpo, struct vpo_irq *irq)
{
	if (!vpo_list_has(&vpo_shared_irq, dev_name(vpo->vdev.dev)))
		return VFIO_PLATFORM_ONESHOT_WHY_NOT_NAMED;
	if (!irq->share.regs.kind)
		return VFIO_PLATFORM_ONESHOT_WHY_NO_RULE;
	return VFIO_PLATFORM_ONESHOT_WHY_POSSIBLE;
}

/* No latch, which changes the type of the line. */
const struct vpo_irq_ops vpo_shared_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_SHARED,
	.name		= "shared",
	.source		= &vpo_shared_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.action_flags	= IRQF_SHARED,
	.steps		= &vpo_disabling_steps,
	.looks		= true,
	.handler	= vpo_shared_handler,
	.why_not	= vpo_shared_why_not,
};

/**
 * vpo_share_init - at probe
 * @irq: the interrupt
 */
void vpo_share_init(struct vpo_irq *irq)
{
	spin_lock_init(&irq->share.lock);
	irq->share.desc = irq_data_to_desc(irq_get_irq_data(irq->line));
}

/**
 * vpo_share_end - no rule any more
 * @irq: the interrupt, given back, with no user left
 */
void vpo_share_end(struct vpo_irq *irq)
{
	struct vpo_share *share = &irq->share;

	share->regs.kind = NULL;
	memset(&share->rule, 0, sizeof(share->rule));
	share->line_masks = 0;
	share->device_masks = 0;
	share->handovers = 0;
}

/**
 * vpo_share_get - answer VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, GET
 * @irq: its interrupt, with vpo_device.irq_lock held
 * @get: the answer; only its index is kept
 */
void vpo_share_get(struct vpo_irq *irq,
		   struct vfio_platform_oneshot_irq_share *get)
{
	struct vpo_share *share = &irq->share;
	u32 index = get->index;

	spin_lock_irq(&share->lock);
	*get = share->rule;
	get->line_masks = share->line_masks;
	get->device_masks = share->device_masks;
	get->handovers = share->handovers;
	spin_unlock_irq(&share->lock);
	get->index = index;
	get->users = vpo_share_users(irq);
	get->masking = vpo_share_alone(irq) ?
		       VFIO_PLATFORM_ONESHOT_MASKING_LINE :
		       VFIO_PLATFORM_ONESHOT_MASKING_DEVICE;
}

/* Where a register of the rule is in the kernel's address space; NULL if nowhere. */
static void __iomem *vpo_share_reg(const struct vpo_region *region, u32 offset)
{
	if (region->size < 4 || offset > region->size - 4)
		return NULL;
	return region->base + offset;
}

/**
 * vpo_share_set - do VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, SET
 * @irq: its interrupt, with vpo_device.irq_lock held
 * @set: the request
 *
 * Return: 0 or a negative errno, as the uapi header lists them.
 */
int vpo_share_set(struct vpo_irq *irq,
		  const struct vfio_platform_oneshot_irq_share *set)
{
	const u32 needs = VFIO_REGION_INFO_FLAG_READ |
			  VFIO_REGION_INFO_FLAG_WRITE;
	struct vpo_device *vpo = irq->vpo;
	struct vpo_share *share = &irq->share;
	struct vpo_share_regs regs = {
		.status_bits	= set->status_bits,
		.enable_bits	= set->enable_bits,
		.raw		= set->raw,
	};
	struct vpo_region *region;

	if (vpo_valid_share(set) || set->region >= vpo->num_regions)
		return -EINVAL;
	region = &vpo->regions[array_index_nospec(set->region,
						  vpo->num_regions)];
	if ((region->flags & needs) != needs)
		return -EINVAL;
	if (irq->ops == &vpo_shared_ops)
		return -EBUSY;
	if (!vpo_region_base(vpo, region))
		return -ENOMEM;

	regs.kind = vpo_share_kind(set->kind);
	regs.status = vpo_share_reg(region, set->status);
	regs.enable = vpo_share_reg(region, set->enable);
	regs.clear = set->kind == VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR ?
		     vpo_share_reg(region, set->clear) : regs.enable;
	if (!regs.status || !regs.enable || !regs.clear)
		return -EINVAL;

	spin_lock_irq(&share->lock);
	share->rule = *set;
	share->regs = regs;
	spin_unlock_irq(&share->lock);
	WRITE_ONCE(vpo->shares, true);
	return 0;
}
