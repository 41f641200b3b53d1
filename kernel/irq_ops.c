// SPDX-License-Identifier: GPL-2.0-only
/* The ways of serving an interrupt line, one table each. */
#include <linux/irq.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static void vpo_signal(struct vpo_irq *irq)
{
	if (likely(irq->trigger))
		vpo_compat_eventfd_signal(irq->trigger);
}

/* Return: whether the line was unmasked before. */
static bool vpo_line_mask(struct vpo_irq *irq)
{
	unsigned long flags;
	bool was_unmasked;

	spin_lock_irqsave(&irq->lock, flags);
	was_unmasked = !irq->masked;
	if (was_unmasked) {
		/* The handler gets here too, so it cannot be waited for. */
		disable_irq_nosync(irq->line);
		irq->masked = true;
	}
	spin_unlock_irqrestore(&irq->lock, flags);
	return was_unmasked;
}

static void vpo_automask_mask(struct vpo_irq *irq)
{
	vpo_line_mask(irq);
}

static void vpo_automask_unmask(struct vpo_irq *irq)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	if (irq->masked) {
		enable_irq(irq->line);
		irq->masked = false;
	}
	spin_unlock_irqrestore(&irq->lock, flags);
}

/*
 * A level line stays high until the user has served the device, so it is kept
 * masked from here until the user's unmask. An entry on a masked line is a
 * leftover of what was in flight when it was masked: nobody is told.
 */
static irqreturn_t vpo_automask_handler(int line, void *data)
{
	struct vpo_irq *irq = data;

	if (!vpo_line_mask(irq))
		return IRQ_NONE;

	vpo_signal(irq);
	return IRQ_HANDLED;
}

static irqreturn_t vpo_edge_handler(int line, void *data)
{
	vpo_signal(data);
	return IRQ_HANDLED;
}

/*
 * Unlazy: a lazy disable leaves the line enabled at the controller until it
 * has fired once more, and a level line does so at once, at every event.
 */
static const struct vpo_irq_ops vpo_automask_ops = {
	.info_flags	= VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			  VFIO_IRQ_INFO_AUTOMASKED,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.handler	= vpo_automask_handler,
	.mask		= vpo_automask_mask,
	.unmask		= vpo_automask_unmask,
};

static const struct vpo_irq_ops vpo_edge_ops = {
	.info_flags	= VFIO_IRQ_INFO_EVENTFD,
	.handler	= vpo_edge_handler,
};

/**
 * vpo_irq_ops_for - how a line is served
 * @line: its Linux interrupt number
 *
 * Return: the table for the line's trigger type, never NULL.
 */
const struct vpo_irq_ops *vpo_irq_ops_for(unsigned int line)
{
	if (irq_get_trigger_type(line) & IRQ_TYPE_LEVEL_MASK)
		return &vpo_automask_ops;
	return &vpo_edge_ops;
}
