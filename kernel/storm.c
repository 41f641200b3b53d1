// SPDX-License-Identifier: GPL-2.0-only
/* Keeps a line that fires all the time, or never drops, from wearing the host out. */
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include "vfio_platform_oneshot.h"

#define VPO_STORM_WINDOW	(100 * NSEC_PER_MSEC)
#define VPO_STORM_PAUSE_MS	1000

static unsigned int vpo_storm_limit = 10000;
module_param_named(storm_limit, vpo_storm_limit, uint, 0644);
MODULE_PARM_DESC(storm_limit,
		 "How often an interrupt may fire within 100 ms; beyond that it is masked for a second. 0: no limit. For devices that are bound from then on");

/**
 * vpo_storm_check - a line has fired as often as it may in a window
 * @irq: the interrupt, in its handler
 *
 * The disable nests inside all others, so no state of the line knows of it.
 */
void vpo_storm_check(struct vpo_irq *irq)
{
	struct vpo_storm *storm = &irq->storm;
	unsigned int limit = READ_ONCE(vpo_storm_limit);
	ktime_t now = ktime_get();
	bool quick = ktime_sub(now, storm->since) < VPO_STORM_WINDOW;

	storm->since = now;
	storm->at = limit ? irq->counts.host_irqs + limit : 0;
	if (!quick)
		return;

	irq->ops->source->disable(irq);
	irq->counts.storms++;
	storm->until = ktime_add_ms(now, VPO_STORM_PAUSE_MS);
	schedule_delayed_work(&storm->resume,
			      msecs_to_jiffies(VPO_STORM_PAUSE_MS));
	set_bit(VPO_STORM_FIRES, &storm->news);
	schedule_work(&storm->tell);
}

/**
 * vpo_storm_stuck - a line is high, however often it is signalled
 * @irq: the interrupt, with the line's lock held
 *
 * What that costs is bounded already: the line is masked, and looked at.
 */
void vpo_storm_stuck(struct vpo_irq *irq)
{
	irq->counts.stuck++;
	set_bit(VPO_STORM_HIGH, &irq->storm.news);
	schedule_work(&irq->storm.tell);
}

static void vpo_storm_resume(struct work_struct *work)
{
	struct vpo_irq *irq = container_of(work, struct vpo_irq,
					   storm.resume.work);

	/* No handler runs: the line is still disabled. */
	irq->storm.since = ktime_get();
	irq->ops->source->enable(irq);
}

static void vpo_storm_tell(struct work_struct *work)
{
	struct vpo_irq *irq = container_of(work, struct vpo_irq, storm.tell);
	struct vpo_device *vpo = irq->vpo;
	struct device *dev = vpo->vdev.dev;
	long index = irq - vpo->irqs;

	if (test_and_clear_bit(VPO_STORM_FIRES, &irq->storm.news))
		dev_warn_ratelimited(dev, "interrupt %ld (Linux irq %u) fires more often than storm_limit=%u in 100 ms: masked for %u ms; either its guest ends it without serving the device, or the device is broken\n",
				     index, irq->line, READ_ONCE(vpo_storm_limit),
				     VPO_STORM_PAUSE_MS);
	if (test_and_clear_bit(VPO_STORM_HIGH, &irq->storm.news))
		dev_warn_ratelimited(dev, "interrupt %ld (Linux irq %u) is stuck: high, although it was signalled %u times in a row; either its guest ends it without serving the device, or the device is broken\n",
				     index, irq->line, VPO_STORM_STUCK);
	vpo_notify(vpo, VFIO_PLATFORM_ONESHOT_NOTIFY_LINE);
}

/**
 * vpo_storm_init - at probe
 * @irq: the interrupt
 */
void vpo_storm_init(struct vpo_irq *irq)
{
	irq->storm.at = READ_ONCE(vpo_storm_limit);
	INIT_WORK(&irq->storm.tell, vpo_storm_tell);
	INIT_DELAYED_WORK(&irq->storm.resume, vpo_storm_resume);
}

/**
 * vpo_storm_begin - the line has been requested
 * @irq: the interrupt, disabled
 *
 * A pause goes on, or the user could end it by opening the device anew.
 */
void vpo_storm_begin(struct vpo_irq *irq)
{
	s64 left = ktime_ms_delta(irq->storm.until, ktime_get());

	if (left <= 0)
		return;
	irq->ops->source->disable(irq);
	schedule_delayed_work(&irq->storm.resume, msecs_to_jiffies(left));
}

/**
 * vpo_storm_end - the line is about to be freed
 * @irq: the interrupt, with its handler ended
 */
void vpo_storm_end(struct vpo_irq *irq)
{
	cancel_delayed_work_sync(&irq->storm.resume);
	cancel_work_sync(&irq->storm.tell);
}
