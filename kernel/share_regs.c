// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masking at the device: the registers of the user's rule.
 *
 * While the device is masked, the user must not see that, and what he enables or
 * disables meanwhile must hold later: he reads and writes what is saved then.
 */
#include "share_regs.h"

/**
 * struct vpo_share_kind - how a device's interrupts are masked in its registers
 * @enabled: those of regs->enable_bits that are enabled
 * @set: have just those of @on enabled
 * @shown: what @enable reads as with @on enabled, if it reads as @value
 * @keep: of @value, which the user writes to @reg, note what it enables in
 *	regs->saved; what is to be written in its place
 * @zeros: that are written change nothing
 */
struct vpo_share_kind {
	__u32 (*enabled)(const struct vpo_share_regs *regs);
	void (*set)(const struct vpo_share_regs *regs, __u32 on);
	__u32 (*shown)(const struct vpo_share_regs *regs, __u32 value, __u32 on);
	__u32 (*keep)(struct vpo_share_regs *regs, void __iomem *reg,
		      __u32 value);
	bool zeros;
};

static __u32 vpo_plain_enabled(const struct vpo_share_regs *regs)
{
	return readl(regs->enable) & regs->enable_bits;
}

static __u32 vpo_plain_shown(const struct vpo_share_regs *regs, __u32 value,
			     __u32 on)
{
	return (value & ~regs->enable_bits) | on;
}

static void vpo_plain_set(const struct vpo_share_regs *regs, __u32 on)
{
	writel(vpo_plain_shown(regs, readl(regs->enable), on), regs->enable);
}

static __u32 vpo_plain_keep(struct vpo_share_regs *regs, void __iomem *reg,
			    __u32 value)
{
	regs->saved = value & regs->enable_bits;
	return value & ~regs->enable_bits;
}

/* The same with every bit of the rule the other way round. */
static __u32 vpo_inverse_enabled(const struct vpo_share_regs *regs)
{
	return ~readl(regs->enable) & regs->enable_bits;
}

static __u32 vpo_inverse_shown(const struct vpo_share_regs *regs, __u32 value,
			       __u32 on)
{
	return vpo_plain_shown(regs, value, regs->enable_bits & ~on);
}

static void vpo_inverse_set(const struct vpo_share_regs *regs, __u32 on)
{
	vpo_plain_set(regs, regs->enable_bits & ~on);
}

static __u32 vpo_inverse_keep(struct vpo_share_regs *regs, void __iomem *reg,
			      __u32 value)
{
	regs->saved = ~value & regs->enable_bits;
	return value | regs->enable_bits;
}

static void vpo_pair_set(const struct vpo_share_regs *regs, __u32 on)
{
	writel(regs->enable_bits & ~on, regs->clear);
	writel(on, regs->enable);
}

static __u32 vpo_pair_keep(struct vpo_share_regs *regs, void __iomem *reg,
			   __u32 value)
{
	__u32 bits = value & regs->enable_bits;

	if (reg == regs->clear) {
		regs->saved &= ~bits;
		return value;
	}
	regs->saved |= bits;
	return value & ~bits;
}

static const struct vpo_share_kind vpo_share_kinds[] = {
	[VFIO_PLATFORM_ONESHOT_SHARE_ENABLE] = {
		vpo_plain_enabled, vpo_plain_set, vpo_plain_shown,
		vpo_plain_keep,
	},
	[VFIO_PLATFORM_ONESHOT_SHARE_MASK] = {
		vpo_inverse_enabled, vpo_inverse_set, vpo_inverse_shown,
		vpo_inverse_keep,
	},
	[VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR] = {
		vpo_plain_enabled, vpo_pair_set, vpo_plain_shown,
		vpo_pair_keep, .zeros = true,
	},
};

/**
 * vpo_share_kind - what a rule's kind means
 * @kind: VFIO_PLATFORM_ONESHOT_SHARE_*, valid
 *
 * Return: its functions.
 */
const struct vpo_share_kind *vpo_share_kind(__u32 kind)
{
	return &vpo_share_kinds[kind];
}

/**
 * vpo_share_has - is this a register that masks?
 * @regs: with or without a rule
 * @reg: a register
 *
 * Return: whether it is.
 */
bool vpo_share_has(const struct vpo_share_regs *regs, const void __iomem *reg)
{
	return regs->kind && (reg == regs->enable || reg == regs->clear);
}

/**
 * vpo_share_asks - does the device ask for its interrupt?
 * @regs: with a rule
 *
 * Return: whether it does, masked or not as it is.
 */
bool vpo_share_asks(const struct vpo_share_regs *regs)
{
	__u32 asks = readl(regs->status) & regs->status_bits;

	return regs->raw ? asks & regs->kind->enabled(regs) : asks;
}

/**
 * vpo_share_would_ask - would the device ask if it were not masked?
 * @regs: with a rule; masked
 *
 * Return: false also if that cannot be told.
 */
bool vpo_share_would_ask(const struct vpo_share_regs *regs)
{
	return regs->raw &&
	       readl(regs->status) & regs->status_bits & regs->saved;
}

/* The write has arrived when a read behind it has. */
static void vpo_share_disable(const struct vpo_share_regs *regs)
{
	regs->kind->set(regs, 0);
	readl(regs->status);
}

/**
 * vpo_share_mask - mask the device
 * @regs: with a rule
 *
 * What is enabled is saved. The device does not ask any more when this returns.
 */
void vpo_share_mask(struct vpo_share_regs *regs)
{
	regs->saved = regs->kind->enabled(regs);
	vpo_share_disable(regs);
}

/**
 * vpo_share_mask_again - the user has enabled a masked device past us
 * @regs: with a rule; masked
 */
void vpo_share_mask_again(struct vpo_share_regs *regs)
{
	regs->saved |= regs->kind->enabled(regs);
	vpo_share_disable(regs);
}

/**
 * vpo_share_unmask - have enabled what is saved
 * @regs: with a rule; masked
 */
void vpo_share_unmask(const struct vpo_share_regs *regs)
{
	regs->kind->set(regs, regs->saved);
}

/**
 * vpo_share_shown - what the user is to see of a register that masks
 * @regs: with a rule; masked
 * @value: as it reads
 *
 * Return: as it would read.
 */
__u32 vpo_share_shown(const struct vpo_share_regs *regs, __u32 value)
{
	return regs->kind->shown(regs, value, regs->saved);
}

/**
 * vpo_share_keep - the user writes a register that masks
 * @regs: with a rule; masked
 * @reg: which
 * @value: what he writes
 * @mask: the bits that he does write; of the rest stays what he sees
 */
void vpo_share_keep(struct vpo_share_regs *regs, void __iomem *reg,
		    __u32 value, __u32 mask)
{
	value &= mask;
	if (~mask && !regs->kind->zeros)
		value |= vpo_share_shown(regs, readl(reg)) & ~mask;
	writel(regs->kind->keep(regs, reg, value), reg);
}
