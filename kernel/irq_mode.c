// SPDX-License-Identifier: GPL-2.0-only
/* Which modes an interrupt can be served in, and changing from one to another. */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

#define VPO_MODES	VFIO_PLATFORM_ONESHOT_IRQ_MODES
#define VPO_WHY(reason)	VFIO_PLATFORM_ONESHOT_WHY_##reason

static const struct vpo_irq_ops *const vpo_fast_modes[VPO_MODES] = {
	[VFIO_PLATFORM_ONESHOT_AUTOMASK]	= &vpo_automask_ops,
	[VFIO_PLATFORM_ONESHOT_HOLD]		= &vpo_hold_ops,
	[VFIO_PLATFORM_ONESHOT_THREADED]	= &vpo_threaded_ops,
	[VFIO_PLATFORM_ONESHOT_FORWARDED]	= &vpo_forward_ops,
	[VFIO_PLATFORM_ONESHOT_EDGE]		= &vpo_edge_ops,
	[VFIO_PLATFORM_ONESHOT_POLLED]		= &vpo_polled_ops,
	[VFIO_PLATFORM_ONESHOT_SHARED]		= &vpo_shared_ops,
};

/* Where masking sleeps; what is missing cannot be done by a thread. */
static const struct vpo_irq_ops *const vpo_slow_modes[VPO_MODES] = {
	[VFIO_PLATFORM_ONESHOT_THREADED]	= &vpo_threaded_slow_ops,
	[VFIO_PLATFORM_ONESHOT_EDGE]		= &vpo_edge_slow_ops,
};

static const char *const vpo_why_text[] = {
	[VPO_WHY(NOT_LEVEL)]	= "the line is an edge interrupt",
	[VPO_WHY(NOT_EDGE)]	= "the line is a level interrupt",
	[VPO_WHY(SLOW_BUS)]	= "masking the line sleeps",
	[VPO_WHY(UNREADABLE)]	= "its interrupt controller does not tell the line's state",
	[VPO_WHY(NOT_ALLOWED)]	= "the module parameter forward is off",
	[VPO_WHY(NOT_BUILT)]	= "the kernel has no KVM for it",
	[VPO_WHY(NO_SYMBOL)]	= "kprobes do not find the kernel's functions for it",
	[VPO_WHY(CHIP)]		= "its interrupt controller has no priority drop for it",
	[VPO_WHY(NO_KVM)]	= "the device was opened before its group was given to KVM",
	[VPO_WHY(NO_VGIC)]	= "the virtual machine has no interrupt controller in the kernel",
	[VPO_WHY(NO_RULE)]	= "there is no rule for masking at the device",
	[VPO_WHY(NOT_NAMED)]	= "the module parameter shared_irq does not name the device",
};

static bool vpo_is_level(const struct vpo_irq *irq)
{
	return irq->type & IRQ_TYPE_LEVEL_MASK;
}

static const struct vpo_irq_ops *vpo_mode_ops(const struct vpo_irq *irq,
					      u32 mode)
{
	return irq->slow ? vpo_slow_modes[mode] : vpo_fast_modes[mode];
}

/* Return: VFIO_PLATFORM_ONESHOT_WHY_POSSIBLE, or the first reason against it. */
static u32 vpo_mode_why_not(struct vpo_device *vpo, struct vpo_irq *irq,
			    u32 mode)
{
	const struct vpo_irq_ops *ops;

	if (mode >= VPO_MODES)
		return VPO_WHY(UNKNOWN);
	if (mode == VFIO_PLATFORM_ONESHOT_EDGE && vpo_is_level(irq))
		return VPO_WHY(NOT_EDGE);
	if (mode != VFIO_PLATFORM_ONESHOT_EDGE && !vpo_is_level(irq))
		return VPO_WHY(NOT_LEVEL);

	ops = vpo_mode_ops(irq, mode);
	if (!ops)
		return VPO_WHY(SLOW_BUS);
	if (ops->looks && !irq->readable)
		return VPO_WHY(UNREADABLE);
	return ops->why_not ? ops->why_not(vpo, irq) : VPO_WHY(POSSIBLE);
}

/**
 * vpo_mode_initial - the mode that an interrupt has when the device is opened
 * @irq: the interrupt
 *
 * Return: mainline's, or the one that the line can be served in at all.
 */
const struct vpo_irq_ops *vpo_mode_initial(const struct vpo_irq *irq)
{
	u32 mode = VFIO_PLATFORM_ONESHOT_AUTOMASK;

	if (!vpo_is_level(irq))
		mode = VFIO_PLATFORM_ONESHOT_EDGE;
	else if (irq->slow)
		mode = VFIO_PLATFORM_ONESHOT_THREADED;
	return vpo_mode_ops(irq, mode);
}

/**
 * vpo_mode_get - answer VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE, GET
 * @vpo: the device, with vpo_device.irq_lock held
 * @irq: its interrupt
 * @mode: the answer; only its index is kept
 */
void vpo_mode_get(struct vpo_device *vpo, struct vpo_irq *irq,
		  struct vfio_platform_oneshot_irq_mode *mode)
{
	u32 i;

	mode->flags = 0;
	mode->mode = irq->ops->mode;
	mode->initial = vpo_mode_initial(irq)->mode;
	mode->possible = 0;
	mode->guest_intid = irq->guest_intid;
	for (i = 0; i < ARRAY_SIZE(mode->why_not); i++) {
		mode->why_not[i] = vpo_mode_why_not(vpo, irq, i);
		if (!mode->why_not[i])
			mode->possible |= BIT(i);
	}
}

/**
 * vpo_mode_set - do VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE, SET
 * @vpo: the device, with vpo_device.irq_lock held
 * @irq: its interrupt
 * @mode: the request
 *
 * Return: 0 or a negative errno, as the uapi header lists them.
 */
int vpo_mode_set(struct vpo_device *vpo, struct vpo_irq *irq,
		 const struct vfio_platform_oneshot_irq_mode *mode)
{
	int ret;
	u32 why;

	ret = vpo_valid_mode(mode);
	if (ret)
		return ret;
	if (irq->trigger)
		return -EBUSY;

	why = vpo_mode_why_not(vpo, irq, mode->mode);
	if (why) {
		dev_warn_ratelimited(vpo->vdev.dev, "interrupt %td cannot have mode %u: %s\n",
				     irq - vpo->irqs, mode->mode,
				     vpo_why_text[why]);
		return -EOPNOTSUPP;
	}

	ret = vpo_irq_set_ops(irq, vpo_mode_ops(irq, mode->mode));
	if (!ret)
		irq->guest_intid = mode->guest_intid;
	return ret;
}
