// SPDX-License-Identifier: GPL-2.0-only
/* EDGE: the user is signalled, and nothing is ever masked. */
#include "vfio_platform_oneshot.h"

const struct vpo_irq_ops vpo_edge_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_EDGE,
	.name		= "edge",
	.source		= &vpo_line_source,
	.info_flags	= VFIO_IRQ_INFO_EVENTFD,
	.steps		= &vpo_passing_steps,
	.handler	= vpo_line_handler,
};

/* The same behind a slow bus, where a hard handler would never be called. */
const struct vpo_irq_ops vpo_edge_slow_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_EDGE,
	.name		= "edge",
	.source		= &vpo_line_source,
	.info_flags	= VFIO_IRQ_INFO_EVENTFD,
	.action_flags	= IRQF_ONESHOT,
	.steps		= &vpo_passing_steps,
	.thread		= vpo_line_slow_handler,
};
