// SPDX-License-Identifier: GPL-2.0-only
/* Runs the steps of an interrupt line, and looks at a line that is held. */
#include <linux/irq.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

/* What each open starts with; the uapi header says so. */
static const struct vfio_platform_oneshot_irq_hold vpo_hold_initial = {
	.interval_min_ns = 10 * NSEC_PER_USEC,
	.interval_max_ns = 1 * NSEC_PER_MSEC,
	.bound_ns	 = 10 * NSEC_PER_MSEC,
};

static void vpo_line_next_look(struct vpo_irq *irq, u64 interval)
{
	irq->interval = min_t(u64, interval, irq->hold.interval_max_ns);
	hrtimer_start(&irq->timer, ns_to_ktime(irq->interval),
		      HRTIMER_MODE_REL);
}

/* The times of a hold; all but the timer's start is arithmetic. */
static void vpo_line_do_hold(struct vpo_irq *irq, unsigned int actions)
{
	if (actions & VPO_DO_FIRST_LOOK) {
		irq->counts.holds++;
		irq->held_at = ktime_get();
		vpo_line_next_look(irq, irq->hold.interval_min_ns);
	}
	if (actions & VPO_DO_NEXT_LOOK)
		vpo_line_next_look(irq, 2 * irq->interval);
	if (actions & (VPO_DO_FIRST_LOOK | VPO_DO_NEXT_LOOK))
		vpo_latch_set(irq);
	if (actions & VPO_DO_CALM) {
		irq->bound = irq->hold.bound_ns;
		irq->retriggers = 0;
	}
	if (actions & VPO_DO_BACK_OFF) {
		irq->counts.retriggers++;
		if (++irq->retriggers == VPO_STORM_STUCK)
			vpo_storm_stuck(irq);
		irq->bound = min(2 * irq->bound,
				 VFIO_PLATFORM_ONESHOT_BOUND_GROWTH * irq->hold.bound_ns);
	}
}

/* Apart, so that a step that does little of this is short. */
static noinline void vpo_line_do(struct vpo_irq *irq, unsigned int actions)
{
	const struct vpo_source_ops *source = irq->ops->source;

	if (actions & VPO_DO_DISABLE)
		source->disable(irq);
	if (actions & VPO_DO_DISCONNECT && irq->ops->disconnect)
		irq->ops->disconnect(irq);
	if (actions & VPO_DO_ENABLE)
		source->enable(irq);
	if (actions & VPO_DO_HOLDING)
		vpo_line_do_hold(irq, actions);
	if (actions & VPO_DO_WAKE)
		wake_up(&irq->wait);
	if (actions & VPO_DO_COMPLETED)
		irq->counts.completions++;
	if (actions & (VPO_DO_PEND | VPO_DO_TAKE))
		irq->pending = actions & VPO_DO_PEND;
}

/**
 * vpo_line_step - one step of the state table
 * @irq: the interrupt, with the line's lock held
 * @event: what has happened
 *
 * Inline, with the handler: each instruction here is latency of every interrupt.
 *
 * Return: the actions, of which the caller has to do VPO_DO_SIGNAL.
 */
static __always_inline unsigned int vpo_line_step(struct vpo_irq *irq,
						  enum vpo_event event)
{
	const struct vpo_step *step = &irq->steps->at[irq->state][event];
	unsigned int actions = step->actions;

	WRITE_ONCE(irq->state, step->next);
	/* A line that fires is disabled, and no more. */
	if ((actions & ~VPO_DO_SIGNAL) == VPO_DO_DISABLE)
		irq->ops->source->disable(irq);
	else if (actions & ~VPO_DO_SIGNAL)
		vpo_line_do(irq, actions);
	if (actions & VPO_DO_SIGNAL)
		irq->counts.signals++;
	return actions;
}

static bool vpo_line_signal(struct vpo_irq *irq, unsigned int actions)
{
	if (!(actions & VPO_DO_SIGNAL))
		return false;

	if (irq->ops->signal)
		irq->ops->signal(irq);
	else
		vpo_compat_eventfd_signal(irq->trigger);
	return true;
}

/* Under whichever of the two locks; atomic unless the line is slow. */
static unsigned int vpo_line_with_lock(struct vpo_irq *irq,
				       unsigned int (*fn)(struct vpo_irq *irq,
							  void *arg),
				       void *arg)
{
	unsigned long flags;
	unsigned int ret;

	if (irq->slow) {
		mutex_lock(&irq->slow_lock);
		ret = fn(irq, arg);
		mutex_unlock(&irq->slow_lock);
	} else {
		spin_lock_irqsave(&irq->lock, flags);
		ret = fn(irq, arg);
		spin_unlock_irqrestore(&irq->lock, flags);
	}
	return ret;
}

/**
 * vpo_line_asleep - must the thread of an interrupt go on sleeping?
 * @irq: the interrupt
 *
 * Return: true while the user has not completed, or the line is held.
 */
bool vpo_line_asleep(struct vpo_irq *irq)
{
	enum vpo_state state = READ_ONCE(irq->state);

	return state == VPO_DELIVERED || state == VPO_HELD;
}

static unsigned int vpo_line_by_user(struct vpo_irq *irq, void *arg)
{
	enum vpo_event event = *(enum vpo_event *)arg;

	if (event == VPO_FIRE && !irq->armed)
		event = VPO_STRAY;
	/* What has risen is high when the user opens the line; or the next look. */
	vpo_latch_end(irq);

	/* Without a trigger there is nobody to signal when the bound passes. */
	if (event == VPO_DONE && irq->ops->looks && irq->armed &&
	    vpo_line_asleep(irq) && irq->ops->source->high(irq))
		event = VPO_DONE_HIGH;

	if (event == VPO_DONE && irq->armed && irq->pending)
		event = VPO_DONE_HIGH;

	/* Without a trigger, arming will connect; a failure leaves it masked. */
	if (event == VPO_DONE && irq->armed && irq->ops->connect &&
	    irq->ops->connect(irq))
		return 0;
	return vpo_line_step(irq, event);
}

static __always_inline unsigned int vpo_line_fire(struct vpo_irq *irq)
{
	unsigned int actions;

	actions = vpo_line_step(irq, irq->armed ? VPO_FIRE : VPO_STRAY);
	irq->counts.host_irqs++;
	vpo_storm_fire(irq);
	if (actions & VPO_DO_SPURIOUS)
		irq->counts.spurious++;
	return actions;
}

/**
 * vpo_line_event - something has happened on a line, but not by the line
 * @irq: the interrupt; for VPO_FIRE with vpo_device.irq_lock held
 * @event: what
 *
 * Sleeps if the line is slow; otherwise atomic.
 *
 * Return: whether the user was signalled.
 */
bool vpo_line_event(struct vpo_irq *irq, enum vpo_event event)
{
	return vpo_line_signal(irq, vpo_line_with_lock(irq, vpo_line_by_user,
						       &event));
}

/**
 * vpo_line_handler - the line has fired
 * @line: its number
 * @data: the &struct vpo_irq; not slow
 *
 * The hard handler. An entry in another state than open is a leftover of what
 * was in flight: nobody is told.
 *
 * Return: IRQ_NONE for such a leftover.
 */
irqreturn_t vpo_line_handler(int line, void *data)
{
	struct vpo_irq *irq = data;
	unsigned int actions;
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	actions = vpo_line_fire(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	return vpo_line_signal(irq, actions) ? IRQ_HANDLED : IRQ_NONE;
}

/**
 * vpo_line_slow_handler - the same in a thread, for a slow line
 * @line: its number
 * @data: the &struct vpo_irq
 *
 * Return: IRQ_NONE for a leftover.
 */
irqreturn_t vpo_line_slow_handler(int line, void *data)
{
	struct vpo_irq *irq = data;
	unsigned int actions;

	mutex_lock(&irq->slow_lock);
	actions = vpo_line_fire(irq);
	mutex_unlock(&irq->slow_lock);
	return vpo_line_signal(irq, actions) ? IRQ_HANDLED : IRQ_NONE;
}

/* The line's state is in the event, so that the table alone decides. */
static enum vpo_event vpo_line_look(struct vpo_irq *irq)
{
	bool risen = vpo_latch_end(irq);

	irq->counts.polls++;
	if (!irq->ops->source->high(irq))
		return VPO_LOOK_LOW;
	if (risen)
		return VPO_LOOK_AGAIN;
	if (ktime_to_ns(ktime_sub(ktime_get(), irq->held_at)) < irq->bound)
		return VPO_LOOK_HIGH;
	return VPO_LOOK_BOUND;
}

/* A timer that is late for its hold finds another state, and changes nothing. */
static enum hrtimer_restart vpo_line_timer(struct hrtimer *timer)
{
	struct vpo_irq *irq = container_of(timer, struct vpo_irq, timer);
	unsigned int actions = 0;
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	if (irq->state == VPO_HELD)
		actions = vpo_line_step(irq, vpo_line_look(irq));
	spin_unlock_irqrestore(&irq->lock, flags);

	vpo_line_signal(irq, actions);
	/* The next look, if there is one, has been started under the lock. */
	return HRTIMER_NORESTART;
}

/**
 * vpo_line_init - make a line's state ready, at probe
 * @irq: the interrupt, zeroed but for its line
 */
void vpo_line_init(struct vpo_irq *irq)
{
	struct irq_chip *chip = irq_get_chip(irq->line);
	bool high;

	irq->slow = chip && chip->irq_bus_lock;
	irq->readable = !irq->slow &&
			!irq_get_irqchip_state(irq->line,
					       IRQCHIP_STATE_PENDING, &high);
	irq->type = irq_get_trigger_type(irq->line);
	irq->latches = irq->readable;
	spin_lock_init(&irq->lock);
	mutex_init(&irq->slow_lock);
	init_waitqueue_head(&irq->wait);
	vpo_compat_hrtimer_setup(&irq->timer, vpo_line_timer);
}

/**
 * vpo_line_reset - start anew, at open
 * @irq: the interrupt, not requested
 */
void vpo_line_reset(struct vpo_irq *irq)
{
	irq->steps = &vpo_parked_steps;
	irq->state = VPO_OPEN;
	irq->armed = false;
	irq->connected = false;
	irq->pending = false;
	irq->hold = vpo_hold_initial;
	irq->bound = irq->hold.bound_ns;
	irq->retriggers = 0;
	irq->guest_intid = 0;
	/* As far from here as it was, or opening anew would be a way out. */
	irq->storm.at -= irq->counts.host_irqs;
	memset(&irq->counts, 0, sizeof(irq->counts));
}

static unsigned int vpo_line_do_park(struct vpo_irq *irq, void *unused)
{
	irq->steps = &vpo_parked_steps;
	/* What would have completed it belongs to the old way. */
	if (irq->state != VPO_OPEN)
		irq->state = VPO_MASKED;
	return 0;
}

/**
 * vpo_line_park - the line is not ours to disable and enable any more
 * @irq: the interrupt, not armed
 *
 * The user's eventfds still mask and unmask: that is remembered.
 */
void vpo_line_park(struct vpo_irq *irq)
{
	vpo_line_with_lock(irq, vpo_line_do_park, NULL);
}

static unsigned int vpo_line_do_unpark(struct vpo_irq *irq, void *unused)
{
	irq->steps = irq->ops->steps;
	if (irq->state == VPO_MASKED)
		irq->ops->source->disable(irq);
	return 0;
}

/**
 * vpo_line_unpark - the line is ours, and disabled
 * @irq: the interrupt, parked
 */
void vpo_line_unpark(struct vpo_irq *irq)
{
	vpo_line_with_lock(irq, vpo_line_do_unpark, NULL);
}

static unsigned int vpo_line_do_arm(struct vpo_irq *irq, void *ret)
{
	*(int *)ret = irq->ops->connect ? irq->ops->connect(irq) : 0;
	irq->armed = !*(int *)ret;
	return 0;
}

/**
 * vpo_line_arm - the trigger may be signalled from now on
 * @irq: the interrupt, with a trigger, disabled for the lack of one
 *
 * Return: 0, or the negative errno of ops->connect().
 */
int vpo_line_arm(struct vpo_irq *irq)
{
	int ret;

	vpo_line_with_lock(irq, vpo_line_do_arm, &ret);
	return ret;
}

static unsigned int vpo_line_do_disarm(struct vpo_irq *irq, void *unused)
{
	irq->armed = false;
	vpo_latch_end(irq);
	return vpo_line_step(irq, VPO_DISARM);
}

/**
 * vpo_line_disarm - the trigger is not to be signalled any more
 * @irq: the interrupt
 *
 * After this no hold lasts or begins, the thread need not sleep, and nobody is
 * in the trigger's signal but a handler that still runs. Sleeps.
 */
void vpo_line_disarm(struct vpo_irq *irq)
{
	vpo_line_with_lock(irq, vpo_line_do_disarm, NULL);
	hrtimer_cancel(&irq->timer);
}

static unsigned int vpo_line_do_disconnect(struct vpo_irq *irq, void *unused)
{
	if (irq->ops->disconnect)
		irq->ops->disconnect(irq);
	return 0;
}

/**
 * vpo_line_disconnect - nothing of the guest's is to end the interrupt any more
 * @irq: the interrupt, disarmed and disabled
 */
void vpo_line_disconnect(struct vpo_irq *irq)
{
	vpo_line_with_lock(irq, vpo_line_do_disconnect, NULL);
}

static unsigned int vpo_line_do_counts(struct vpo_irq *irq, void *counts)
{
	*(struct vpo_counts *)counts = irq->counts;
	return 0;
}

/**
 * vpo_line_counts - the counts of one moment
 * @irq: the interrupt
 * @counts: where they go
 */
void vpo_line_counts(struct vpo_irq *irq, struct vpo_counts *counts)
{
	vpo_line_with_lock(irq, vpo_line_do_counts, counts);
}

/**
 * vpo_line_hold - set and get how a held line is looked at
 * @irq: the interrupt, with vpo_device.irq_lock held
 * @set: valid new values, or NULL
 * @get: where the values go, or NULL
 */
void vpo_line_hold(struct vpo_irq *irq,
		   const struct vfio_platform_oneshot_irq_hold *set,
		   struct vfio_platform_oneshot_irq_hold *get)
{
	/* Only a line that is not slow is ever held. */
	spin_lock_irq(&irq->lock);
	if (set) {
		irq->hold = *set;
		irq->bound = set->bound_ns;
	}
	if (get)
		*get = irq->hold;
	spin_unlock_irq(&irq->lock);
}
