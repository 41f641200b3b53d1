// SPDX-License-Identifier: GPL-2.0-only
/* HOLD: as AUTOMASK, but a line that is still high stays masked until it drops. */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

/*
 * Unlazy as AUTOMASK, and also because a line that is disabled lazily would
 * have fired in between: what is looked at must be the line, not a leftover.
 */
const struct vpo_irq_ops vpo_hold_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_HOLD,
	.name		= "hold",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.steps		= &vpo_disabling_steps,
	.looks		= true,
	.latches	= true,
	.handler	= vpo_line_handler,
};
