// SPDX-License-Identifier: GPL-2.0-only
/* read() and write() of a device's registers, in single aligned accesses. */
#include <linux/align.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "vfio_platform_oneshot.h"

/*
 * The widest access at @where that is aligned and no longer than @count. The
 * address counts, not the offset: a region may start anywhere.
 */
static size_t vpo_width(const void __iomem *where, size_t count)
{
	unsigned long addr = (__force unsigned long)where;

	/* A 32-bit machine has no single access of 8 bytes. */
	if (IS_ENABLED(CONFIG_64BIT) && count >= 8 && IS_ALIGNED(addr, 8))
		return 8;
	if (count >= 4 && IS_ALIGNED(addr, 4))
		return 4;
	if (count >= 2 && IS_ALIGNED(addr, 2))
		return 2;
	return 1;
}

static void vpo_load(union vpo_value *value, const void __iomem *addr,
		     size_t width)
{
	switch (width) {
	case 8:
		value->d = readq(addr);
		break;
	case 4:
		value->w = readl(addr);
		break;
	case 2:
		value->h = readw(addr);
		break;
	default:
		value->b = readb(addr);
		break;
	}
}

/**
 * vpo_store - one access
 * @value: what to write
 * @addr: where to
 * @width: in bytes: 1, 2, 4 or 8
 */
void vpo_store(const union vpo_value *value, void __iomem *addr, size_t width)
{
	switch (width) {
	case 8:
		writeq(value->d, addr);
		break;
	case 4:
		writel(value->w, addr);
		break;
	case 2:
		writew(value->h, addr);
		break;
	default:
		writeb(value->b, addr);
		break;
	}
}

/**
 * vpo_region_base - a region in the kernel's address space
 * @vpo: the device, open
 * @region: its region, of registers
 *
 * Return: the first byte's address, valid until close; or NULL without memory.
 */
void __iomem *vpo_region_base(struct vpo_device *vpo, struct vpo_region *region)
{
	void __iomem *base;

	mutex_lock(&vpo->map_lock);
	if (!region->base)
		region->base = ioremap(region->start, region->size);
	base = region->base;
	mutex_unlock(&vpo->map_lock);
	return base;
}

/**
 * vpo_find - the registers that a read() or write() means
 * @vpo: the device
 * @pos: the file position
 * @flag: VFIO_REGION_INFO_FLAG_READ or _WRITE
 * @count: how many bytes the user asks for; cut at the region's end
 *
 * Return: the first byte's address, or an error pointer.
 */
static void __iomem *vpo_find(struct vpo_device *vpo, loff_t pos, u32 flag,
			      size_t *count)
{
	u64 index = (u64)pos >> VPO_OFFSET_SHIFT;
	u64 off = pos & VPO_OFFSET_MASK;
	struct vpo_region *region;
	void __iomem *base;

	if (index >= vpo->num_regions)
		return IOMEM_ERR_PTR(-EINVAL);

	region = &vpo->regions[array_index_nospec(index, vpo->num_regions)];
	if (!(region->flags & flag) || off >= region->size)
		return IOMEM_ERR_PTR(-EINVAL);

	base = vpo_region_base(vpo, region);
	if (!base)
		return IOMEM_ERR_PTR(-ENOMEM);

	*count = min_t(u64, *count, region->size - off);
	return base + off;
}

/**
 * vpo_read - read() of the device's file
 * @vdev: the device
 * @buf: where the bytes go
 * @count: how many are wanted
 * @ppos: region and offset; not moved, as in mainline
 *
 * 1, 2, 4 or 8 bytes at a natural boundary are one access; anything else is
 * split into the largest such accesses.
 *
 * Return: the number of bytes read, or a negative errno.
 */
ssize_t vpo_read(struct vfio_device *vdev, char __user *buf, size_t count,
		 loff_t *ppos)
{
	struct vpo_device *vpo = vpo_of(vdev);
	/* As the registers of the rule are. */
	size_t widest = vpo->shares ? 4 : 8;
	struct vpo_share *share;
	void __iomem *addr;
	size_t done, width;

	addr = vpo_find(vpo, *ppos, VFIO_REGION_INFO_FLAG_READ, &count);
	if (IS_ERR(addr))
		return PTR_ERR(addr);

	for (done = 0; done < count; done += width) {
		union vpo_value value;

		width = vpo_width(addr + done, min(count - done, widest));
		vpo_load(&value, addr + done, width);
		share = vpo->shares ? vpo_share_at(vpo, addr + done) : NULL;
		if (share)
			vpo_share_load(share, &value, addr + done, width);
		if (copy_to_user(buf + done, &value, width))
			return -EFAULT;
	}
	return done;
}

/**
 * vpo_write - write() of the device's file
 * @vdev: the device
 * @buf: where the bytes come from
 * @count: how many there are
 * @ppos: region and offset; not moved, as in mainline
 *
 * The accesses are those of vpo_read().
 *
 * Return: the number of bytes written, or a negative errno.
 */
ssize_t vpo_write(struct vfio_device *vdev, const char __user *buf,
		  size_t count, loff_t *ppos)
{
	struct vpo_device *vpo = vpo_of(vdev);
	/* As the registers of the rule are. */
	size_t widest = vpo->shares ? 4 : 8;
	struct vpo_share *share;
	void __iomem *addr;
	size_t done, width;

	addr = vpo_find(vpo, *ppos, VFIO_REGION_INFO_FLAG_WRITE, &count);
	if (IS_ERR(addr))
		return PTR_ERR(addr);

	for (done = 0; done < count; done += width) {
		union vpo_value value;

		width = vpo_width(addr + done, min(count - done, widest));
		if (copy_from_user(&value, buf + done, width))
			return -EFAULT;
		share = vpo->shares ? vpo_share_at(vpo, addr + done) : NULL;
		if (share)
			vpo_share_store(share, &value, addr + done, width);
		else
			vpo_store(&value, addr + done, width);
	}
	return done;
}
