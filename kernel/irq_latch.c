// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a look at a level line misses: that it has been low since the last one.
 *
 * A device that is served and raises its line again between two looks seems not to
 * have been served at all. But an interrupt controller remembers the rise of an
 * edge interrupt that is masked; so, between two looks, it is told that the line
 * is one. The line's state can be read only while it is a level again, so each
 * look begins with that.
 */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

static u32 vpo_latch_edge(const struct vpo_irq *irq)
{
	return irq->type == IRQ_TYPE_LEVEL_LOW ? IRQ_TYPE_EDGE_FALLING :
						 IRQ_TYPE_EDGE_RISING;
}

static bool vpo_latch_risen(struct vpo_irq *irq)
{
	bool pending = true;

	irq_get_irqchip_state(irq->line, IRQCHIP_STATE_PENDING, &pending);
	return pending;
}

static void vpo_latch_clear(struct vpo_irq *irq)
{
	irq_set_irqchip_state(irq->line, IRQCHIP_STATE_PENDING, false);
}

/**
 * vpo_latch_set - remember from now on that the line rises
 * @irq: the interrupt, with the line's lock held, disabled and masked
 *
 * What the change itself leaves is nothing that the device did. A controller that
 * refuses, or for which a line that just stays high has risen, is asked only once.
 */
void vpo_latch_set(struct vpo_irq *irq)
{
	if (!irq->latches || !irq->ops->latches)
		return;

	irq->latched = !irq_set_irq_type(irq->line, vpo_latch_edge(irq));
	if (irq->latched)
		vpo_latch_clear(irq);
	if (irq->latch_tried)
		return;

	irq->latch_tried = true;
	irq->latches = irq->latched && !vpo_latch_risen(irq);
	if (!irq->latches)
		vpo_latch_end(irq);
}

/**
 * vpo_latch_end - the line is a level again, which can be read
 * @irq: the interrupt, with the line's lock held
 *
 * Return: whether the line has risen since vpo_latch_set().
 */
bool vpo_latch_end(struct vpo_irq *irq)
{
	bool risen;

	if (!irq->latched)
		return false;

	risen = vpo_latch_risen(irq);
	/* Or a level line might seem high for ever. */
	if (risen)
		vpo_latch_clear(irq);
	irq_set_irq_type(irq->line, irq->type);
	irq->latched = false;
	return risen;
}
