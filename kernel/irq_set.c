// SPDX-License-Identifier: GPL-2.0-only
/* VFIO_DEVICE_SET_IRQS: masks, unmasks and triggers an interrupt. */
#include <linux/eventfd.h>

#include "vfio_platform_oneshot.h"

/*
 * The user's eventfd has been signalled. That may be in atomic context, where
 * only a line that is not slow can be served; the others wait for the thread.
 */
static int vpo_mask_handler(void *opaque, void *unused)
{
	struct vpo_irq *irq = opaque;

	if (!irq->slow)
		vpo_line_event(irq, VPO_MASK);
	return irq->slow;
}

static void vpo_mask_thread(void *opaque, void *unused)
{
	vpo_line_event(opaque, VPO_MASK);
}

static int vpo_unmask_handler(void *opaque, void *unused)
{
	struct vpo_irq *irq = opaque;

	if (!irq->slow)
		vpo_line_event(irq, VPO_DONE);
	return irq->slow;
}

static void vpo_unmask_thread(void *opaque, void *unused)
{
	vpo_line_event(opaque, VPO_DONE);
}

/* MASK and UNMASK: the event, and how an eventfd brings it about. */
struct vpo_masking {
	enum vpo_event event;
	int (*handler)(void *opaque, void *unused);
	void (*thread)(void *opaque, void *unused);
};

static const struct vpo_masking vpo_masking = {
	VPO_MASK, vpo_mask_handler, vpo_mask_thread,
};

static const struct vpo_masking vpo_unmasking = {
	VPO_DONE, vpo_unmask_handler, vpo_unmask_thread,
};

/* The ioctl's DATA_NONE and DATA_BOOL: is the action to be done now? */
static bool vpo_wanted(u32 flags, const void *data)
{
	return (flags & VFIO_IRQ_SET_DATA_NONE) || *(const u8 *)data;
}

/* MASK and UNMASK: now, or whenever the user signals an eventfd. */
static int vpo_set_mask(struct vpo_irq *irq, const struct vfio_irq_set *set,
			const void *data, const struct vpo_masking *how,
			struct virqfd **virqfd)
{
	if (set->start != 0 || set->count != 1)
		return -EINVAL;
	if (!(irq->ops->info_flags & VFIO_IRQ_INFO_MASKABLE))
		return -EINVAL;

	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		s32 fd = *(const s32 *)data;

		if (fd >= 0)
			return vfio_virqfd_enable(irq, how->handler,
						  how->thread, NULL, virqfd,
						  fd);
		vfio_virqfd_disable(virqfd);
		return 0;
	}

	if (vpo_wanted(set->flags, data))
		vpo_line_event(irq, how->event);
	return 0;
}

/**
 * vpo_disarm - take the trigger of an interrupt away, if it has one
 * @irq: the interrupt, with vpo_device.irq_lock held or with no user left
 *
 * In this order: the line is kept from firing, so that a high one does not do so
 * when its hold ends; nothing new begins; nothing is left that would keep the
 * handler from ending; the handler has ended. Then nobody holds the eventfd
 * that is put.
 */
void vpo_disarm(struct vpo_irq *irq)
{
	if (!irq->trigger)
		return;

	irq->ops->source->disable(irq);
	vpo_line_disarm(irq);
	vpo_line_disconnect(irq);
	irq->ops->source->wait_all(irq);

	eventfd_ctx_put(irq->trigger);
	irq->trigger = NULL;
}

/* A negative @fd disarms. As in mainline a bad one does, too. */
static int vpo_arm(struct vpo_irq *irq, int fd)
{
	struct eventfd_ctx *trigger;
	int ret;

	vpo_disarm(irq);
	if (fd < 0)
		return 0;

	trigger = eventfd_ctx_fdget(fd);
	if (IS_ERR(trigger))
		return PTR_ERR(trigger);

	irq->trigger = trigger;
	ret = vpo_line_arm(irq);
	if (ret) {
		eventfd_ctx_put(trigger);
		irq->trigger = NULL;
		return ret;
	}

	/* Undoes IRQF_NO_AUTOEN or the above; a masked line stays disabled. */
	irq->ops->source->enable(irq);
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
		vpo_line_event(irq, VPO_FIRE);
	return 0;
}

/**
 * vpo_irqs_set - do one SET_IRQS
 * @vpo: the device, with vpo_device.irq_lock held
 * @set: the request, validated by vfio_set_irqs_validate_and_prepare()
 * @data: the user's bool or eventfd; NULL with DATA_NONE or count 0
 *
 * Return: 0; -ENOTTY for no action or several; the error of request_irq() if
 * the line could not be had at open; -EINVAL if no interrupt has this index any
 * more; another negative errno.
 */
int vpo_irqs_set(struct vpo_device *vpo, const struct vfio_irq_set *set,
		 const void *data)
{
	struct vpo_irq *irq;

	irq = vpo_irq_at(vpo, set->index);
	if (!irq)
		return -EINVAL;
	if (irq->error)
		return irq->error;

	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return vpo_set_mask(irq, set, data, &vpo_masking,
				    &irq->mask_fd);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return vpo_set_mask(irq, set, data, &vpo_unmasking,
				    &irq->unmask_fd);
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return vpo_set_trigger(irq, set, data);
	default:
		return -ENOTTY;
	}
}
