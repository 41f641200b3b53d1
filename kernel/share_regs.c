// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masking at the device: the registers of the user's rule.
 *
 * While the device is masked, the user must not see that, and what he enables or
 * disables meanwhile must hold later: he reads and writes share->saved then.
 */
#include <linux/io.h>

#include "vfio_platform_oneshot.h"

static u32 vpo_plain_enabled(const struct vpo_share *share)
{
	return readl(share->enable) & share->rule.enable_bits;
}

static void vpo_plain_set(const struct vpo_share *share, u32 on)
{
	u32 rest = readl(share->enable) & ~share->rule.enable_bits;

	writel(rest | on, share->enable);
}

static u32 vpo_plain_shown(const struct vpo_share *share, u32 value)
{
	return (value & ~share->rule.enable_bits) | share->saved;
}

static void vpo_plain_keep(struct vpo_share *share, void __iomem *reg, u32 value)
{
	share->saved = value & share->rule.enable_bits;
	writel(value & ~share->rule.enable_bits, reg);
}

/* The same with every bit of the rule the other way round. */
static u32 vpo_inverse_enabled(const struct vpo_share *share)
{
	return ~readl(share->enable) & share->rule.enable_bits;
}

static void vpo_inverse_set(const struct vpo_share *share, u32 on)
{
	vpo_plain_set(share, share->rule.enable_bits & ~on);
}

static u32 vpo_inverse_shown(const struct vpo_share *share, u32 value)
{
	return (value & ~share->rule.enable_bits) |
	       (share->rule.enable_bits & ~share->saved);
}

static void vpo_inverse_keep(struct vpo_share *share, void __iomem *reg,
			     u32 value)
{
	share->saved = ~value & share->rule.enable_bits;
	writel(value | share->rule.enable_bits, reg);
}

static void vpo_pair_set(const struct vpo_share *share, u32 on)
{
	writel(share->rule.enable_bits & ~on, share->clear);
	writel(on, share->enable);
}

static void vpo_pair_keep(struct vpo_share *share, void __iomem *reg, u32 value)
{
	u32 bits = value & share->rule.enable_bits;

	if (reg == share->enable) {
		share->saved |= bits;
		value &= ~bits;
	} else {
		share->saved &= ~bits;
	}
	writel(value, reg);
}

static const struct vpo_share_kind vpo_share_kinds[] = {
	[VPO_SHARE(ENABLE)] = {
		vpo_plain_enabled, vpo_plain_set, vpo_plain_shown,
		vpo_plain_keep,
	},
	[VPO_SHARE(MASK)] = {
		vpo_inverse_enabled, vpo_inverse_set, vpo_inverse_shown,
		vpo_inverse_keep,
	},
	[VPO_SHARE(SET_CLEAR)] = {
		vpo_plain_enabled, vpo_pair_set, vpo_plain_shown,
		vpo_pair_keep, .fresh = true,
	},
};

/**
 * vpo_share_kind - what a rule's kind means
 * @kind: VFIO_PLATFORM_ONESHOT_SHARE_*, valid
 *
 * Return: its functions.
 */
const struct vpo_share_kind *vpo_share_kind(u32 kind)
{
	return &vpo_share_kinds[kind];
}

/**
 * vpo_share_asserted - does the device ask for its interrupt?
 * @share: with its lock held, and a rule
 *
 * Return: whether it does, as masked as it is.
 */
bool vpo_share_asserted(const struct vpo_share *share)
{
	u32 asks = readl(share->status) & share->rule.status_bits;

	return share->rule.raw ? asks & share->kind->enabled(share) : asks;
}

/**
 * vpo_share_mask - mask the device
 * @share: with its lock held, and a rule
 *
 * What is enabled is noted for later. The device does not ask any more when this
 * returns.
 */
void vpo_share_mask(struct vpo_share *share)
{
	share->saved = share->kind->enabled(share);
	share->kind->set(share, 0);
	/* The write has arrived when a read behind it has. */
	readl(share->status);
}

/**
 * vpo_share_at - is this a register that masks?
 * @vpo: the device, with a rule
 * @addr: of an access
 *
 * Return: the rule that masks by the register that @addr is in, or NULL.
 */
struct vpo_share *vpo_share_at(struct vpo_device *vpo,
			       const void __iomem *addr)
{
	const void __iomem *reg = PTR_ALIGN_DOWN(addr, 4);
	unsigned int i;

	for (i = 0; i < vpo->num_irqs; i++) {
		struct vpo_share *share = &vpo->irqs[i].share;

		if (share->kind && (reg == share->enable || reg == share->clear))
			return share;
	}
	return NULL;
}

static bool vpo_share_masked(const struct vpo_share *share)
{
	return share->depth && !share->by_line;
}

/* The bytes of @value in their places of the register, and a mask of those. */
static u32 vpo_share_place(const union vpo_value *value, const void __iomem *addr,
			   size_t width, u32 *mask)
{
	unsigned int shift = ((__force unsigned long)addr & 3) * 8;
	u32 bytes = width == 4 ? value->w : width == 2 ? value->h : value->b;

	*mask = GENMASK(width * 8 - 1, 0) << shift;
	return bytes << shift;
}

/**
 * vpo_share_load - what the user sees of a register that he reads
 * @share: the rule that masks by it
 * @value: as it was read; what to show
 * @addr: of the access
 * @width: in bytes: 1, 2 or 4
 */
void vpo_share_load(struct vpo_share *share, union vpo_value *value,
		    const void __iomem *addr, size_t width)
{
	unsigned int shift = ((__force unsigned long)addr & 3) * 8;
	unsigned long flags;
	u32 mask, shown;

	spin_lock_irqsave(&share->lock, flags);
	if (vpo_share_masked(share)) {
		shown = vpo_share_place(value, addr, width, &mask);
		shown = share->kind->shown(share, shown) >> shift;
		if (width == 4)
			value->w = shown;
		else if (width == 2)
			value->h = shown;
		else
			value->b = shown;
	}
	spin_unlock_irqrestore(&share->lock, flags);
}

/**
 * vpo_share_store - what the user writes to a register
 * @share: the rule that masks by it
 * @value: what he writes
 * @addr: of the access
 * @width: in bytes: 1, 2 or 4
 */
void vpo_share_store(struct vpo_share *share, const union vpo_value *value,
		     void __iomem *addr, size_t width)
{
	void __iomem *reg = PTR_ALIGN_DOWN(addr, 4);
	unsigned long flags;
	u32 bytes, mask, old = 0;

	spin_lock_irqsave(&share->lock, flags);
	if (vpo_share_masked(share)) {
		bytes = vpo_share_place(value, addr, width, &mask);
		/* Of a part of a register, the rest stays as the user sees it. */
		if (!share->kind->fresh && width < 4)
			old = share->kind->shown(share, readl(reg)) & ~mask;
		share->kind->keep(share, reg, old | bytes);
	} else {
		vpo_store(value, addr, width);
	}
	spin_unlock_irqrestore(&share->lock, flags);
}
