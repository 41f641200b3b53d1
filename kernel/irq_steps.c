// SPDX-License-Identifier: GPL-2.0-only
/* The state tables of interrupt lines; pure data, so that user space can test it. */
#include "irq_line.h"

/* AUTOMASK and HOLD: the handler itself disables the line. */
const struct vpo_steps vpo_disabling_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_DELIVERED,
				     VPO_DO_DISABLE | VPO_DO_SIGNAL },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_DISABLE },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_DISABLE },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_OPEN, 0 },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE | VPO_DO_CALM |
				     VPO_DO_COMPLETED },
		[VPO_DONE_HIGH]	 = { VPO_HELD, VPO_DO_FIRST_LOOK |
				     VPO_DO_COMPLETED },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_DELIVERED, 0 },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE | VPO_DO_CALM },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, VPO_DO_ENABLE | VPO_DO_CALM },
		[VPO_LOOK_HIGH]	 = { VPO_HELD, VPO_DO_NEXT_LOOK },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED,
				     VPO_DO_CALM | VPO_DO_SIGNAL },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED,
				     VPO_DO_BACK_OFF | VPO_DO_SIGNAL },
		[VPO_DISARM]	 = { VPO_OPEN, VPO_DO_ENABLE },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};

/*
 * THREADED: the kernel masks the line for as long as the thread sleeps, which
 * is while the line is delivered or held. Disabled only by the user's mask,
 * and on disarming, when the thread has to end without a completion.
 */
const struct vpo_steps vpo_sleeping_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SIGNAL },
		[VPO_STRAY]	 = { VPO_MASKED, VPO_DO_DISABLE },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_DISABLE },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_OPEN, 0 },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_DISABLE | VPO_DO_WAKE },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_WAKE | VPO_DO_CALM |
				     VPO_DO_COMPLETED },
		[VPO_DONE_HIGH]	 = { VPO_HELD, VPO_DO_FIRST_LOOK |
				     VPO_DO_COMPLETED },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, VPO_DO_DISABLE | VPO_DO_WAKE },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_DISABLE | VPO_DO_WAKE },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_WAKE | VPO_DO_CALM },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, VPO_DO_WAKE | VPO_DO_CALM },
		[VPO_LOOK_HIGH]	 = { VPO_HELD, VPO_DO_NEXT_LOOK },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED,
				     VPO_DO_CALM | VPO_DO_SIGNAL },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED,
				     VPO_DO_BACK_OFF | VPO_DO_SIGNAL },
		[VPO_DISARM]	 = { VPO_OPEN, VPO_DO_WAKE },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};

/*
 * FORWARDED: what keeps the line from firing is that it stays active until the
 * guest's EOI. EDGE: nothing does, and the user has no mask. Neither is ever
 * delivered or held. A mask also takes the physical interrupt from the virtual
 * GIC: one that has it does not let a reset clear its active state.
 */
const struct vpo_steps vpo_passing_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_OPEN, VPO_DO_SIGNAL },
		[VPO_STRAY]	 = { VPO_OPEN, 0 },
		[VPO_MASK]	 = { VPO_MASKED,
				     VPO_DO_DISABLE | VPO_DO_DISCONNECT },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_OPEN, 0 },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_DELIVERED, 0 },
		[VPO_DONE]	 = { VPO_DELIVERED, 0 },
		[VPO_DONE_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_DELIVERED, 0 },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_HELD, 0 },
		[VPO_DONE]	 = { VPO_HELD, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_HELD, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_AGAIN] = { VPO_HELD, 0 },
		[VPO_LOOK_BOUND] = { VPO_HELD, 0 },
		[VPO_DISARM]	 = { VPO_HELD, 0 },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};

/*
 * POLLED: as the first, but the user owes nothing. From the signal on the line is
 * held, and after the bound it is so anew. It is delivered if it has fired while
 * there was nobody to signal, and therefore nobody to look for.
 */
const struct vpo_steps vpo_polled_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_HELD, VPO_DO_DISABLE |
				     VPO_DO_FIRST_LOOK | VPO_DO_SIGNAL },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_DISABLE },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_DISABLE },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_OPEN, 0 },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_DELIVERED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_DELIVERED, 0 },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_HELD, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_HELD, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, VPO_DO_ENABLE | VPO_DO_CALM },
		[VPO_LOOK_HIGH]	 = { VPO_HELD, VPO_DO_NEXT_LOOK },
		[VPO_LOOK_AGAIN] = { VPO_HELD, VPO_DO_CALM |
				     VPO_DO_FIRST_LOOK | VPO_DO_SIGNAL },
		[VPO_LOOK_BOUND] = { VPO_HELD, VPO_DO_BACK_OFF |
				     VPO_DO_FIRST_LOOK | VPO_DO_SIGNAL },
		[VPO_DISARM]	 = { VPO_OPEN, VPO_DO_ENABLE },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_STRAY]	 = { VPO_MASKED, VPO_DO_SPURIOUS },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, VPO_DO_ENABLE },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};

/* The line is not ours, or not yet: only what the user wants is remembered. */
const struct vpo_steps vpo_parked_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_OPEN, 0 },
		[VPO_STRAY]	 = { VPO_OPEN, 0 },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_OPEN, 0 },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, 0 },
		[VPO_STRAY]	 = { VPO_DELIVERED, 0 },
		[VPO_MASK]	 = { VPO_DELIVERED, 0 },
		[VPO_DONE]	 = { VPO_DELIVERED, 0 },
		[VPO_DONE_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_DELIVERED, 0 },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, 0 },
		[VPO_STRAY]	 = { VPO_HELD, 0 },
		[VPO_MASK]	 = { VPO_HELD, 0 },
		[VPO_DONE]	 = { VPO_HELD, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_HELD, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_AGAIN] = { VPO_HELD, 0 },
		[VPO_LOOK_BOUND] = { VPO_HELD, 0 },
		[VPO_DISARM]	 = { VPO_HELD, 0 },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, 0 },
		[VPO_STRAY]	 = { VPO_MASKED, 0 },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};
