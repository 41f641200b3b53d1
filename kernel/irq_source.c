// SPDX-License-Identifier: GPL-2.0-only
/* An interrupt line that is one device's alone: Linux's own functions. */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

static int vpo_line_request(struct vpo_irq *irq, const char *name)
{
	const struct vpo_irq_ops *ops = irq->ops;
	int ret;

	/* Trying would make the kernel complain. */
	if (irq_has_action(irq->line))
		return -EBUSY;
	ret = request_threaded_irq(irq->line, ops->handler, ops->thread,
				   ops->action_flags | IRQF_NO_AUTOEN, name,
				   irq);
	/* Only now: the line is ours, and still disabled. */
	if (!ret)
		irq_set_status_flags(irq->line, ops->line_flags);
	return ret;
}

/*
 * Masks the line at the controller however often it is disabled; the next
 * request starts counting anew.
 */
static void vpo_line_free(struct vpo_irq *irq)
{
	free_irq(irq->line, irq);
}

/* The handler gets here too, so it cannot be waited for. */
static void vpo_line_disable(struct vpo_irq *irq)
{
	disable_irq_nosync(irq->line);
}

static void vpo_line_enable(struct vpo_irq *irq)
{
	enable_irq(irq->line);
}

static void vpo_line_wait(struct vpo_irq *irq)
{
	synchronize_hardirq(irq->line);
}

static void vpo_line_wait_all(struct vpo_irq *irq)
{
	synchronize_irq(irq->line);
}

static bool vpo_line_high(struct vpo_irq *irq)
{
	bool high = false;

	/* A level line that is masked is pending for just as long as it is high. */
	irq_get_irqchip_state(irq->line, IRQCHIP_STATE_PENDING, &high);
	return high;
}

const struct vpo_source_ops vpo_line_source = {
	.request	= vpo_line_request,
	.free		= vpo_line_free,
	.disable	= vpo_line_disable,
	.enable		= vpo_line_enable,
	.wait		= vpo_line_wait,
	.wait_all	= vpo_line_wait_all,
	.high		= vpo_line_high,
};
