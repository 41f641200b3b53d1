/* SPDX-License-Identifier: GPL-2.0-only */
/* The states of an interrupt line, its events, and what they lead to. */
#ifndef VPO_IRQ_LINE_H
#define VPO_IRQ_LINE_H

/* Their meaning and arcs are in the uapi header. */
enum vpo_state {
	VPO_OPEN,
	VPO_DELIVERED,
	VPO_HELD,
	VPO_MASKED,
	VPO_STATES,
};

enum vpo_event {
	VPO_FIRE,	/* the handler runs, because of the line or the user */
	VPO_STRAY,	/* the same, but there is nobody to tell */
	VPO_MASK,	/* the user masks */
	VPO_DONE,	/* the user unmasks; the line is low, or nobody looks */
	VPO_DONE_HIGH,	/* the user unmasks, and the line is high */
	VPO_LOOK_LOW,	/* the timer has looked: low */
	VPO_LOOK_HIGH,	/* the timer has looked: high, within the bound */
	VPO_LOOK_AGAIN,	/* the timer has looked: high again, low in between */
	VPO_LOOK_BOUND,	/* the timer has looked: high, past the bound */
	VPO_DISARM,	/* the trigger goes away */
	VPO_EVENTS,
};

/* What a step does. */
#define VPO_DO_DISABLE		0x001	/* keep the line from firing */
#define VPO_DO_ENABLE		0x002	/* take that back */
#define VPO_DO_FIRST_LOOK	0x004	/* start the timer, and the bound */
#define VPO_DO_NEXT_LOOK	0x008	/* start the timer, later than before */
#define VPO_DO_CALM		0x010	/* the line was low: the least bound */
#define VPO_DO_BACK_OFF		0x020	/* twice the bound */
#define VPO_DO_WAKE		0x040	/* the thread need not sleep any more */
#define VPO_DO_COMPLETED	0x080	/* count a completion */
#define VPO_DO_SPURIOUS		0x100	/* count an entry for nothing */
#define VPO_DO_SIGNAL		0x200	/* tell the user, outside the lock */
#define VPO_DO_DISCONNECT	0x400	/* after disabling: ops->disconnect() */
#define VPO_DO_PEND		0x10000	/* it is to be delivered later */
#define VPO_DO_TAKE		0x20000	/* it is delivered now */

/* Those of a hold, which a line that is never held need not look for. */
#define VPO_DO_HOLDING		(VPO_DO_FIRST_LOOK | VPO_DO_NEXT_LOOK |	\
				 VPO_DO_CALM | VPO_DO_BACK_OFF)

struct vpo_step {
	enum vpo_state next;
	unsigned int actions;
};

/* Every cell is filled. */
struct vpo_steps {
	struct vpo_step at[VPO_STATES][VPO_EVENTS];
};

/* irq_steps.c */
extern const struct vpo_steps vpo_disabling_steps;
extern const struct vpo_steps vpo_sleeping_steps;
extern const struct vpo_steps vpo_passing_steps;
extern const struct vpo_steps vpo_polled_steps;
extern const struct vpo_steps vpo_parked_steps;

/* irq_emulated_steps.c */
extern const struct vpo_steps vpo_emulated_steps;

#endif
