// SPDX-License-Identifier: GPL-2.0-only
/* The register windows of a device: what they are, and mapping them. */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/slab.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static u32 vpo_region_flags(const struct resource *res)
{
	u32 flags = VFIO_REGION_INFO_FLAG_READ;

	if (resource_type(res) != IORESOURCE_MEM)
		return 0;

	if (!(res->flags & IORESOURCE_READONLY))
		flags |= VFIO_REGION_INFO_FLAG_WRITE;

	/* A window that shares a page would give its neighbours away. */
	if (PAGE_ALIGNED(res->start) && PAGE_ALIGNED(resource_size(res)))
		flags |= VFIO_REGION_INFO_FLAG_MMAP;
	return flags;
}

/**
 * vpo_regions_init - find the register windows of a device
 * @vpo: the device
 *
 * vpo_device's release gives the memory back, also after a failure.
 *
 * Return: 0 or a negative errno.
 */
int vpo_regions_init(struct vpo_device *vpo)
{
	struct device *dev = vpo->vdev.dev;
	unsigned int n = 0, i;

	while (vpo->bus->resource(dev, n))
		n++;

	vpo->regions = kcalloc(n, sizeof(*vpo->regions), GFP_KERNEL_ACCOUNT);
	if (!vpo->regions)
		return -ENOMEM;

	for (i = 0; i < n; i++) {
		const struct resource *res = vpo->bus->resource(dev, i);

		vpo->regions[i].start = res->start;
		vpo->regions[i].size = resource_size(res);
		vpo->regions[i].flags = vpo_region_flags(res);
	}
	vpo->num_regions = n;
	return 0;
}

/**
 * vpo_regions_unmap - take back the mappings that read() and write() made
 * @vpo: the device, with no user left
 */
void vpo_regions_unmap(struct vpo_device *vpo)
{
	unsigned int i;

	for (i = 0; i < vpo->num_regions; i++) {
		iounmap(vpo->regions[i].base);
		vpo->regions[i].base = NULL;
	}
}

/**
 * vpo_region_info - describe one region
 * @vpo: the device
 * @info: the user's question and, after success, the answer
 *
 * Return: 0, or -EINVAL if there is no such region.
 */
int vpo_region_info(struct vpo_device *vpo, struct vfio_region_info *info)
{
	const struct vpo_region *region;
	u32 i = info->index;

	if (i >= vpo->num_regions)
		return -EINVAL;

	region = &vpo->regions[array_index_nospec(i, vpo->num_regions)];
	info->flags = region->flags;
	info->size = region->size;
	info->offset = (u64)i << VPO_OFFSET_SHIFT;
	return 0;
}

static bool vpo_mmap_allowed(const struct vpo_region *region,
			     const struct vm_area_struct *vma)
{
	if (!(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return false;
	if ((vma->vm_flags & VM_READ) &&
	    !(region->flags & VFIO_REGION_INFO_FLAG_READ))
		return false;
	return !(vma->vm_flags & VM_WRITE) ||
	       (region->flags & VFIO_REGION_INFO_FLAG_WRITE);
}

/**
 * vpo_mmap - mmap() of a region, or part of one, into the user's memory
 * @vdev: the device
 * @vma: what the user asks for
 *
 * Return: 0, or -EINVAL for what cannot be mapped.
 */
int vpo_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	const unsigned int index_shift = VPO_OFFSET_SHIFT - PAGE_SHIFT;
	struct vpo_device *vpo = vpo_of(vdev);
	unsigned long index = vma->vm_pgoff >> index_shift;
	u64 start = ((u64)vma->vm_pgoff << PAGE_SHIFT) & VPO_OFFSET_MASK;
	u64 len = vma->vm_end - vma->vm_start;
	const struct vpo_region *region;

	if (!(vma->vm_flags & VM_SHARED) || index >= vpo->num_regions)
		return -EINVAL;

	region = &vpo->regions[array_index_nospec(index, vpo->num_regions)];
	if (!vpo_mmap_allowed(region, vma))
		return -EINVAL;

	/* start < 2^40 and len is an address space at most: no overflow */
	if (start + len > region->size)
		return -EINVAL;

	/* or mprotect() would add what was just refused */
	if (!(region->flags & VFIO_REGION_INFO_FLAG_WRITE))
		vpo_compat_vm_flags_clear(vma, VM_MAYWRITE);

	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_pgoff = (region->start + start) >> PAGE_SHIFT;
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, len,
			       vma->vm_page_prot);
}
