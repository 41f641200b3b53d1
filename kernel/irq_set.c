// SPDX-License-Identifier: GPL-2.0-only
/* VFIO_DEVICE_SET_IRQS: masks, unmasks and triggers an interrupt. */
#include <linux/eventfd.h>
#include <linux/nospec.h>

#include "vfio_platform_oneshot.h"

static int vpo_mask_handler(void *opaque, void *unused)
{
	struct vpo_irq *irq = opaque;

	irq->ops->mask(irq);
	return 0;
}

static int vpo_unmask_handler(void *opaque, void *unused)
{
	struct vpo_irq *irq = opaque;

	irq->ops->unmask(irq);
	return 0;
}

/* The ioctl's DATA_NONE and DATA_BOOL: is the action to be done now? */
static bool vpo_wanted(u32 flags, const void *data)
{
	return (flags & VFIO_IRQ_SET_DATA_NONE) || *(const u8 *)data;
}

/* MASK and UNMASK: @act now, or whenever the user signals an eventfd. */
static int vpo_set_mask(struct vpo_irq *irq, const struct vfio_irq_set *set,
			const void *data, int (*act)(void *, void *),
			struct virqfd **virqfd)
{
	if (set->start != 0 || set->count != 1)
		return -EINVAL;
	if (!(irq->ops->info_flags & VFIO_IRQ_INFO_MASKABLE))
		return -EINVAL;

	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		s32 fd = *(const s32 *)data;

		if (fd >= 0)
			return vfio_virqfd_enable(irq, act, NULL, NULL, virqfd,
						  fd);
		vfio_virqfd_disable(virqfd);
		return 0;
	}

	if (vpo_wanted(set->flags, data))
		act(irq, NULL);
	return 0;
}

/* A negative @fd disarms. As in mainline a bad one does, too. */
static int vpo_arm(struct vpo_irq *irq, int fd)
{
	struct eventfd_ctx *trigger;

	if (irq->trigger) {
		/* Waits: no handler may hold the eventfd that is put here. */
		disable_irq(irq->line);
		eventfd_ctx_put(irq->trigger);
		irq->trigger = NULL;
	}
	if (fd < 0)
		return 0;

	trigger = eventfd_ctx_fdget(fd);
	if (IS_ERR(trigger))
		return PTR_ERR(trigger);
	irq->trigger = trigger;

	/* Undoes IRQF_NO_AUTOEN or the above; a masked line stays disabled. */
	enable_irq(irq->line);
	return 0;
}

static int vpo_set_trigger(struct vpo_irq *irq, const struct vfio_irq_set *set,
			   const void *data)
{
	if (!set->count && (set->flags & VFIO_IRQ_SET_DATA_NONE))
		return vpo_arm(irq, -1);
	if (set->start != 0 || set->count != 1)
		return -EINVAL;
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return vpo_arm(irq, *(const s32 *)data);

	/* As if the line had fired, for the user's own tests. */
	if (vpo_wanted(set->flags, data))
		irq->ops->handler(irq->line, irq);
	return 0;
}

/**
 * vpo_irqs_set - do one SET_IRQS
 * @vpo: the device, with vpo_device.irq_lock held
 * @set: the request, validated by vfio_set_irqs_validate_and_prepare()
 * @data: the user's bool or eventfd; NULL with DATA_NONE or count 0
 *
 * Return: 0; -ENOTTY for no action or several; the error of request_irq() if
 * the line could not be had at open; another negative errno.
 */
int vpo_irqs_set(struct vpo_device *vpo, const struct vfio_irq_set *set,
		 const void *data)
{
	struct vpo_irq *irq;

	irq = &vpo->irqs[array_index_nospec(set->index, vpo->num_irqs)];
	if (irq->error)
		return irq->error;

	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return vpo_set_mask(irq, set, data, vpo_mask_handler,
				    &irq->mask_fd);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return vpo_set_mask(irq, set, data, vpo_unmask_handler,
				    &irq->unmask_fd);
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return vpo_set_trigger(irq, set, data);
	default:
		return -ENOTTY;
	}
}
