// SPDX-License-Identifier: GPL-2.0-only
/* read() and write() of registers by which the driver masks the device, too. */
#include "vfio_platform_oneshot.h"

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

	for (i = 0; i < vpo->num_irqs; i++)
		if (vpo_share_has(&vpo->irqs[i].share.regs, reg))
			return &vpo->irqs[i].share;
	return NULL;
}

static bool vpo_share_masked(const struct vpo_share *share)
{
	return share->depth && !share->by_line;
}

/* How far up in its register an access is, in bits. */
static unsigned int vpo_share_shift(const void __iomem *addr)
{
	return ((__force unsigned long)addr & 3) * 8;
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
	unsigned int shift = vpo_share_shift(addr);
	unsigned long flags;
	u32 shown;

	spin_lock_irqsave(&share->lock, flags);
	if (vpo_share_masked(share)) {
		shown = width == 4 ? value->w : width == 2 ? value->h : value->b;
		shown = vpo_share_shown(&share->regs, shown << shift) >> shift;
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
	u32 bytes = width == 4 ? value->w : width == 2 ? value->h : value->b;
	unsigned int shift = vpo_share_shift(addr);
	unsigned long flags;

	spin_lock_irqsave(&share->lock, flags);
	if (vpo_share_masked(share))
		vpo_share_keep(&share->regs, PTR_ALIGN_DOWN(addr, 4),
			       bytes << shift, GENMASK(width * 8 - 1, 0) << shift);
	else
		vpo_store(value, addr, width);
	spin_unlock_irqrestore(&share->lock, flags);
}
