// SPDX-License-Identifier: GPL-2.0-only
/* AUTOMASK, mainline's mode: a level line is masked until the user unmasks it. */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

/*
 * Unlazy: a lazy disable leaves the line enabled at the controller until it
 * has fired once more, and a level line does so at once, at every event.
 */
const struct vpo_irq_ops vpo_automask_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_AUTOMASK,
	.name		= "automask",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.steps		= &vpo_disabling_steps,
	.handler	= vpo_line_handler,
};
