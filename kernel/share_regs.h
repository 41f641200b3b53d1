/* SPDX-License-Identifier: GPL-2.0-only */
/* Masking at the device, in its registers; no kernel needed but to reach them. */
#ifndef VPO_SHARE_REGS_H
#define VPO_SHARE_REGS_H

#include <linux/io.h>
#include <linux/types.h>
#include <linux/vfio_platform_oneshot.h>

struct vpo_share_kind;

/**
 * struct vpo_share_regs - the registers of a rule, and what they are to hold
 * @kind: of the rule; NULL without one
 * @status: the rule's registers, of 32 bits
 * @enable: the same
 * @clear: the same; @enable where the kind has no such
 * @status_bits: as in the uapi header
 * @enable_bits: as in the uapi header
 * @raw: as in the uapi header
 * @saved: of @enable_bits, what was enabled when the device was masked, and what
 *	the user has done to that since
 */
struct vpo_share_regs {
	const struct vpo_share_kind *kind;
	void __iomem *status;
	void __iomem *enable;
	void __iomem *clear;
	__u32 status_bits;
	__u32 enable_bits;
	__u32 raw;
	__u32 saved;
};

/* share_regs.c */
const struct vpo_share_kind *vpo_share_kind(__u32 kind);
bool vpo_share_has(const struct vpo_share_regs *regs, const void __iomem *reg);
bool vpo_share_asks(const struct vpo_share_regs *regs);
bool vpo_share_would_ask(const struct vpo_share_regs *regs);
void vpo_share_mask(struct vpo_share_regs *regs);
void vpo_share_mask_again(struct vpo_share_regs *regs);
void vpo_share_unmask(const struct vpo_share_regs *regs);
__u32 vpo_share_shown(const struct vpo_share_regs *regs, __u32 value);
void vpo_share_keep(struct vpo_share_regs *regs, void __iomem *reg,
		    __u32 value, __u32 mask);

#endif
