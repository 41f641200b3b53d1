/* SPDX-License-Identifier: GPL-2.0-only */
/* What of a user's request can be judged by itself; no kernel needed. */
#ifndef VPO_IRQ_VALID_H
#define VPO_IRQ_VALID_H

#include <linux/errno.h>
#include <linux/vfio_platform_oneshot.h>

/* The INTIDs of SPIs. */
#define VPO_INTID_FIRST	32
#define VPO_INTID_LAST	1019

/* Return: 0 or -EINVAL; one line for each rule of the uapi header. */
static inline int
vpo_valid_mode(const struct vfio_platform_oneshot_irq_mode *req)
{
	if (req->flags)
		return -EINVAL;
	if (req->mode >= VFIO_PLATFORM_ONESHOT_IRQ_MODES)
		return -EINVAL;
	if (req->mode != VFIO_PLATFORM_ONESHOT_FORWARDED)
		return req->guest_intid ? -EINVAL : 0;
	if (req->guest_intid < VPO_INTID_FIRST ||
	    req->guest_intid > VPO_INTID_LAST)
		return -EINVAL;
	return 0;
}

/* Return: 0 or -EINVAL; one line for each rule of the uapi header. */
static inline int
vpo_valid_hold(const struct vfio_platform_oneshot_irq_hold *req)
{
	if (req->flags)
		return -EINVAL;
	if (req->interval_min_ns < VFIO_PLATFORM_ONESHOT_INTERVAL_LEAST)
		return -EINVAL;
	if (req->interval_max_ns < req->interval_min_ns)
		return -EINVAL;
	if (req->interval_max_ns > VFIO_PLATFORM_ONESHOT_INTERVAL_MOST)
		return -EINVAL;
	if (req->bound_ns < req->interval_max_ns)
		return -EINVAL;
	if (req->bound_ns > VFIO_PLATFORM_ONESHOT_BOUND_MOST)
		return -EINVAL;
	return 0;
}

/* Return: 0 or -EINVAL; one line for each rule of the uapi header. */
static inline int
vpo_valid_emulated(const struct vfio_platform_oneshot_emulated *req)
{
	if (req->flags)
		return -EINVAL;
	if (req->kind >= VFIO_PLATFORM_ONESHOT_EMULATED_KINDS)
		return -EINVAL;
	if (!req->count || req->count > VFIO_PLATFORM_ONESHOT_EMULATED_MOST)
		return -EINVAL;
	if (req->start > VFIO_PLATFORM_ONESHOT_INDEXES - req->count)
		return -EINVAL;
	return 0;
}

/* Return: 0 or -EINVAL; one line for each rule of the uapi header but the regions'. */
static inline int
vpo_valid_share(const struct vfio_platform_oneshot_irq_share *req)
{
	if (req->flags)
		return -EINVAL;
	if (req->kind >= VFIO_PLATFORM_ONESHOT_SHARE_KINDS)
		return -EINVAL;
	if ((req->status | req->enable | req->clear) % 4)
		return -EINVAL;
	if (!req->status_bits || !req->enable_bits)
		return -EINVAL;
	if (req->kind != VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR && req->clear)
		return -EINVAL;
	if (req->raw > 1)
		return -EINVAL;
	return 0;
}

#endif
