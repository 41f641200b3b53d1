// SPDX-License-Identifier: GPL-2.0-only
/* The state table of an emulated level interrupt; pure data, as its neighbours. */
#include "irq_line.h"

/*
 * There is no line to be disabled. It fires when the user raises it; that it is
 * pending is in the event, as the level of a line is: DONE_HIGH for DONE, LOOK_HIGH
 * of the timer, and LOOK_AGAIN when a trigger is armed. What was pending at a
 * completion is held until the timer: the user completes by an eventfd, and from
 * within its wake-up no other one can be signalled.
 */
const struct vpo_steps vpo_emulated_steps = {{
	[VPO_OPEN] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_SIGNAL },
		[VPO_STRAY]	 = { VPO_OPEN, 0 },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, VPO_DO_FIRST_LOOK },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED,
				     VPO_DO_TAKE | VPO_DO_SIGNAL },
		[VPO_LOOK_BOUND] = { VPO_OPEN, 0 },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_DELIVERED] = {
		[VPO_FIRE]	 = { VPO_DELIVERED, VPO_DO_PEND },
		[VPO_STRAY]	 = { VPO_DELIVERED, 0 },
		[VPO_MASK]	 = { VPO_MASKED, VPO_DO_PEND },
		[VPO_DONE]	 = { VPO_OPEN, VPO_DO_COMPLETED },
		[VPO_DONE_HIGH]	 = { VPO_HELD, VPO_DO_FIRST_LOOK |
				     VPO_DO_COMPLETED },
		[VPO_LOOK_LOW]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED, 0 },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED, 0 },
		[VPO_DISARM]	 = { VPO_DELIVERED, 0 },
	},
	[VPO_HELD] = {
		[VPO_FIRE]	 = { VPO_HELD, 0 },
		[VPO_STRAY]	 = { VPO_HELD, 0 },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, 0 },
		[VPO_LOOK_LOW]	 = { VPO_OPEN, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_DELIVERED,
				     VPO_DO_TAKE | VPO_DO_SIGNAL },
		[VPO_LOOK_AGAIN] = { VPO_DELIVERED,
				     VPO_DO_TAKE | VPO_DO_SIGNAL },
		[VPO_LOOK_BOUND] = { VPO_DELIVERED,
				     VPO_DO_TAKE | VPO_DO_SIGNAL },
		[VPO_DISARM]	 = { VPO_OPEN, 0 },
	},
	[VPO_MASKED] = {
		[VPO_FIRE]	 = { VPO_MASKED, VPO_DO_PEND },
		[VPO_STRAY]	 = { VPO_MASKED, 0 },
		[VPO_MASK]	 = { VPO_MASKED, 0 },
		[VPO_DONE]	 = { VPO_OPEN, 0 },
		[VPO_DONE_HIGH]	 = { VPO_HELD, VPO_DO_FIRST_LOOK },
		[VPO_LOOK_LOW]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_HIGH]	 = { VPO_MASKED, 0 },
		[VPO_LOOK_AGAIN] = { VPO_MASKED, 0 },
		[VPO_LOOK_BOUND] = { VPO_MASKED, 0 },
		[VPO_DISARM]	 = { VPO_MASKED, 0 },
	},
}};
