/* SPDX-License-Identifier: GPL-2.0-only */
/* How a device without a reset line is reset: the administrator's rule. */
#ifndef VPO_RESET_RULE_H
#define VPO_RESET_RULE_H

#include <linux/types.h>

#define VPO_RULE_STEPS		16
#define VPO_RULE_WAIT_MS	100	/* where the rule does not say */
#define VPO_RULE_WAIT_MOST	10000

/**
 * struct vpo_rule_step - one step of a rule
 * @region: which register window
 * @offset: of the 32-bit register in it
 * @mask: of a wait: the bits that count; 0: the step is a write
 * @value: to write, or to wait for under @mask
 * @wait_ms: of a wait: how long it may take
 */
struct vpo_rule_step {
	__u32 region;
	__u64 offset;
	__u32 mask;
	__u32 value;
	__u32 wait_ms;
};

struct vpo_rule {
	unsigned int num;
	struct vpo_rule_step steps[VPO_RULE_STEPS];
};

/* reset_rule.c */
const char *vpo_rule_parse(const char *text, const char *end,
			   struct vpo_rule *rule);

#endif
