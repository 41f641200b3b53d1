// SPDX-License-Identifier: GPL-2.0-only
/* THREADED: the kernel masks the line for as long as our thread is not done. */
#include <linux/irq.h>

#include "vfio_platform_oneshot.h"

/*
 * The user is told from here and not from the thread, which saves its wake-up.
 * The thread runs also after a leftover: it sleeps while the user owes a
 * completion, and with it the line stays masked.
 */
static irqreturn_t vpo_threaded_handler(int line, void *data)
{
	vpo_line_handler(line, data);
	return IRQ_WAKE_THREAD;
}

/*
 * A kernel thread gets no signals, so nothing is to be killed: completion, a
 * mask by the user and disarming wake it, and closing the device disarms. Idle,
 * as it may sleep for as long as the user likes: no load, no hung task.
 */
static irqreturn_t vpo_threaded_thread(int line, void *data)
{
	struct vpo_irq *irq = data;

	wait_event_idle(irq->wait, !vpo_line_asleep(irq));
	return IRQ_HANDLED;
}

const struct vpo_irq_ops vpo_threaded_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_THREADED,
	.name		= "threaded",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.action_flags	= IRQF_ONESHOT,
	.steps		= &vpo_sleeping_steps,
	.looks		= true,
	.handler	= vpo_threaded_handler,
	.thread		= vpo_threaded_thread,
};

/*
 * Behind a slow bus the thread may be the controller's own, in which all of its
 * lines are served in turn. A user who does not complete must not stop the
 * neighbours, so the thread disables this line, which may sleep, and is done.
 */
const struct vpo_irq_ops vpo_threaded_slow_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_THREADED,
	.name		= "threaded",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.action_flags	= IRQF_ONESHOT,
	.steps		= &vpo_disabling_steps,
	.thread		= vpo_line_slow_handler,
};
