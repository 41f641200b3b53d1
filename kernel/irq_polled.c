// SPDX-License-Identifier: GPL-2.0-only
/* POLLED: a level line that nobody completes is masked until it is seen low. */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

/* Unlazy for the reason of HOLD. */
const struct vpo_irq_ops vpo_polled_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_POLLED,
	.name		= "polled",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.steps		= &vpo_polled_steps,
	.looks		= true,
	.latches	= true,
	.handler	= vpo_line_handler,
};
