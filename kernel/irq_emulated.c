// SPDX-License-Identifier: GPL-2.0-only
/* Emulated interrupts: the user raises them, and no line is behind them. */
#include <linux/slab.h>

#include "vfio_platform_oneshot.h"

/* There is nothing to be had, and it cannot be refused. */
static int vpo_emulated_request(struct vpo_irq *irq, const char *name)
{
	return 0;
}

/*
 * Who signals the trigger is the user, who disarms with the same lock held, and the
 * timer, which disarming cancels: there is nothing to free, disable or wait for.
 */
static void vpo_emulated_nothing(struct vpo_irq *irq)
{
}

/* What became pending, and open, while there was nobody to tell. */
static void vpo_emulated_enable(struct vpo_irq *irq)
{
	if (irq->pending)
		vpo_line_event(irq, VPO_LOOK_AGAIN);
}

static bool vpo_emulated_high(struct vpo_irq *irq)
{
	return irq->pending;
}

static const struct vpo_source_ops vpo_emulated_source = {
	.request	= vpo_emulated_request,
	.free		= vpo_emulated_nothing,
	.disable	= vpo_emulated_nothing,
	.enable		= vpo_emulated_enable,
	.wait		= vpo_emulated_nothing,
	.wait_all	= vpo_emulated_nothing,
	.high		= vpo_emulated_high,
};

static const struct vpo_irq_ops vpo_emulated_edge_ops = {
	.name		= "emulated edge",
	.source		= &vpo_emulated_source,
	.info_flags	= VFIO_IRQ_INFO_EVENTFD,
	.steps		= &vpo_passing_steps,
};

static const struct vpo_irq_ops vpo_emulated_level_ops = {
	.name		= "emulated level",
	.source		= &vpo_emulated_source,
	.info_flags	= VPO_INFO_LEVEL,
	.steps		= &vpo_emulated_steps,
};

static const struct vpo_irq_ops *const
vpo_emulated_kinds[VFIO_PLATFORM_ONESHOT_EMULATED_KINDS] = {
	[VFIO_PLATFORM_ONESHOT_EMULATED_EDGE]	= &vpo_emulated_edge_ops,
	[VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL]	= &vpo_emulated_level_ops,
};

static int vpo_emulated_add(struct vpo_device *vpo, u32 index,
			    const struct vpo_irq_ops *ops)
{
	struct vpo_irq *irq = kzalloc(sizeof(*irq), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!irq)
		return -ENOMEM;

	irq->vpo = vpo;
	irq->ops = ops;
	vpo_line_init(irq);
	vpo_line_reset(irq);
	irq->steps = ops->steps;
	ret = xa_insert(&vpo->emulated, index, irq, GFP_KERNEL_ACCOUNT);
	if (ret)
		kfree(irq);
	return ret;
}

static void vpo_emulated_del(struct vpo_device *vpo, u32 index)
{
	struct vpo_irq *irq = xa_erase(&vpo->emulated, index);

	vpo_irq_unuse(irq);
	kfree(irq);
}

/* All that is emulated, or what a failure has left of a range. */
static void vpo_emulated_del_range(struct vpo_device *vpo, u32 start, u32 end)
{
	struct vpo_irq *irq;
	unsigned long i;

	xa_for_each_range(&vpo->emulated, i, irq, start, end - 1)
		vpo_emulated_del(vpo, i);
}

static void vpo_emulated_count(struct vpo_device *vpo)
{
	unsigned int num = vpo->num_irqs;
	struct vpo_irq *irq;
	unsigned long i;

	xa_for_each(&vpo->emulated, i, irq)
		num = i + 1;
	WRITE_ONCE(vpo->num_indexes, num);
}

static int vpo_emulated_add_range(struct vpo_device *vpo, u32 start, u32 end,
				  const struct vpo_irq_ops *ops)
{
	int ret = 0;
	u32 i;

	for (i = start; i < end; i++)
		if (vpo_irq_at(vpo, i))
			return -EBUSY;
	for (i = start; i < end && !ret; i++)
		ret = vpo_emulated_add(vpo, i, ops);
	if (ret)
		vpo_emulated_del_range(vpo, start, end);
	return ret;
}

static int vpo_emulated_may_del(struct vpo_device *vpo, u32 start, u32 end)
{
	struct vpo_irq *irq;
	u32 i;

	for (i = start; i < end; i++)
		if (!xa_load(&vpo->emulated, i))
			return -ENOENT;
	for (i = start; i < end; i++) {
		irq = xa_load(&vpo->emulated, i);
		if (irq->trigger)
			return -EBUSY;
	}
	return 0;
}

/**
 * vpo_emulated_set - do VFIO_DEVICE_FEATURE_ONESHOT_EMULATED, SET
 * @vpo: the device, with vpo_device.irq_lock held
 * @set: the request
 *
 * Return: 0 or a negative errno, as the uapi header lists them.
 */
int vpo_emulated_set(struct vpo_device *vpo,
		     const struct vfio_platform_oneshot_emulated *set)
{
	u32 start = set->start, end = start + set->count;
	int ret = vpo_valid_emulated(set);

	if (ret)
		return ret;
	if (set->kind != VFIO_PLATFORM_ONESHOT_EMULATED_NONE) {
		ret = vpo_emulated_add_range(vpo, start, end,
					     vpo_emulated_kinds[set->kind]);
	} else {
		ret = vpo_emulated_may_del(vpo, start, end);
		if (!ret)
			vpo_emulated_del_range(vpo, start, end);
	}
	vpo_emulated_count(vpo);
	return ret;
}

/* Return: 0, or the reason why an index cannot be raised. */
static int vpo_emulated_why_not(struct vpo_device *vpo, u32 index)
{
	struct vpo_irq *irq = xa_load(&vpo->emulated, index);

	if (irq)
		return irq->trigger ? 0 : -ENOTCONN;
	return index < vpo->num_irqs ? -EOPNOTSUPP : -EINVAL;
}

/**
 * vpo_emulated_signal - do VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL, SET
 * @vpo: the device, with vpo_device.irq_lock held
 * @index: which interrupt
 *
 * Return: 0 or a negative errno, as the uapi header lists them.
 */
int vpo_emulated_signal(struct vpo_device *vpo, u32 index)
{
	int ret = vpo_emulated_why_not(vpo, index);

	if (ret) {
		vpo->refused++;
		dev_warn_ratelimited(vpo->vdev.dev, "interrupt %u cannot be raised by its user: %s\n",
				     index, ret == -ENOTCONN ? "it has no trigger" :
				     ret == -EOPNOTSUPP ? "it is a hardware line's" :
				     "there is none with this index");
		return ret;
	}
	vpo_line_event(xa_load(&vpo->emulated, index), VPO_FIRE);
	return 0;
}

/**
 * vpo_emulated_open - the device has got a user: nothing is emulated yet
 * @vpo: the device
 *
 * Return: 0.
 */
int vpo_emulated_open(struct vpo_device *vpo)
{
	vpo->refused = 0;
	vpo_emulated_count(vpo);
	return 0;
}

/**
 * vpo_emulated_close - nothing is emulated any more
 * @vpo: the device, with no user left
 */
void vpo_emulated_close(struct vpo_device *vpo)
{
	vpo_emulated_del_range(vpo, 0, VFIO_PLATFORM_ONESHOT_INDEXES);
	xa_destroy(&vpo->emulated);
}
