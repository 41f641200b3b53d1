// SPDX-License-Identifier: GPL-2.0-only
/* The interrupts of a device, from finding them to giving them back. */
#include <linux/eventfd.h>
#include <linux/irq.h>
#include <linux/nospec.h>
#include <linux/slab.h>

#include "vfio_platform_oneshot.h"

/**
 * vpo_irqs_init - find the interrupts of a device
 * @vpo: the device
 *
 * vpo_device's release gives the memory back, also after a failure.
 *
 * Return: 0, -EPROBE_DEFER while an interrupt controller is missing, or
 * -ENOMEM.
 */
int vpo_irqs_init(struct vpo_device *vpo)
{
	struct device *dev = vpo->vdev.dev;
	unsigned int n = 0, i;
	int line;

	while ((line = vpo->bus->irq(dev, n)) >= 0)
		n++;
	if (line == -EPROBE_DEFER)
		return line;

	vpo->irqs = kcalloc(n, sizeof(*vpo->irqs), GFP_KERNEL_ACCOUNT);
	if (!vpo->irqs)
		return -ENOMEM;

	for (i = 0; i < n; i++) {
		struct vpo_irq *irq = &vpo->irqs[i];

		irq->vpo = vpo;
		irq->line = vpo->bus->irq(dev, i);
		vpo_line_init(irq);
		vpo_storm_init(irq);
		vpo_share_init(irq);
		irq->ops = vpo_mode_initial(irq);
	}
	vpo->num_irqs = n;
	return 0;
}

/* Takes the line, disabled, as irq->ops says; irq->error tells of a failure. */
static void vpo_irq_take(struct vpo_irq *irq, const char *name)
{
	irq->error = irq->ops->source->request(irq, name);
	if (irq->error)
		return;

	vpo_line_unpark(irq);
	vpo_storm_begin(irq);
}

static void vpo_irq_let_go(struct vpo_irq *irq)
{
	if (irq->error)
		return;
	vpo_storm_end(irq);
	irq->ops->source->free(irq);
}

/*
 * A line that cannot be had is no reason to refuse the device: as in mainline
 * the error waits for SET_IRQS, and the user may do without the interrupt.
 */
static int vpo_irq_request(struct vpo_irq *irq, struct device *dev,
			   unsigned int index)
{
	vpo_line_reset(irq);
	irq->ops = vpo_mode_initial(irq);
	irq->name = kasprintf(GFP_KERNEL_ACCOUNT, "vfio-oneshot[%u](%s)",
			      index, dev_name(dev));
	if (!irq->name)
		return -ENOMEM;

	vpo_irq_take(irq, irq->name);
	if (irq->error)
		dev_warn(dev, "interrupt %u (Linux irq %u) cannot be had: %pe%s\n",
			 index, irq->line, ERR_PTR(irq->error),
			 irq->error == -EBUSY ? "; its line has another user: to share it, name the device in the module parameter shared_irq, and have the user give a rule for masking the device (irq-share= in QEMU)" : "");
	return 0;
}

/**
 * vpo_irq_unuse - take away whatever eventfds an interrupt has
 * @irq: the interrupt
 */
void vpo_irq_unuse(struct vpo_irq *irq)
{
	/* First, so that nobody unmasks what is going away. */
	vfio_virqfd_disable(&irq->mask_fd);
	vfio_virqfd_disable(&irq->unmask_fd);

	vpo_disarm(irq);
}

static void vpo_irq_free(struct vpo_irq *irq)
{
	vpo_irq_unuse(irq);
	vpo_irq_let_go(irq);
	vpo_share_end(irq);
	kfree(irq->name);
	irq->name = NULL;
}

/**
 * vpo_irq_set_ops - serve a line in another way
 * @irq: the interrupt, without a trigger, with vpo_device.irq_lock held
 * @ops: the way, possible for this line
 *
 * The user's mask stays, and a delivered interrupt becomes a mask.
 *
 * Return: 0, or the negative errno of what refused the line; the old way is
 * back then, or irq->error tells why not even that was possible.
 */
int vpo_irq_set_ops(struct vpo_irq *irq, const struct vpo_irq_ops *ops)
{
	const struct vpo_irq_ops *old = irq->ops;
	int ret;

	if (ops == old)
		return irq->error;

	vpo_line_park(irq);
	vpo_irq_let_go(irq);
	irq->ops = ops;
	vpo_irq_take(irq, irq->name);
	ret = irq->error;
	if (ret) {
		irq->ops = old;
		vpo_irq_take(irq, irq->name);
	}
	return ret;
}

/**
 * vpo_irqs_request - take the lines, disabled, when the device is opened
 * @vpo: the device
 *
 * Nothing fires before the user arms a trigger.
 *
 * Return: 0 or -ENOMEM.
 */
int vpo_irqs_request(struct vpo_device *vpo)
{
	unsigned int i;
	int ret;

	for (i = 0; i < vpo->num_irqs; i++) {
		vpo->irqs[i].kvm = vpo->kvm;
		ret = vpo_irq_request(&vpo->irqs[i], vpo->vdev.dev, i);
		if (ret)
			goto err_free;
	}
	return 0;

err_free:
	while (i--)
		vpo_irq_free(&vpo->irqs[i]);
	return ret;
}

/**
 * vpo_irqs_free - give the lines back, in whatever state the user left them
 * @vpo: the device, with no user left
 */
void vpo_irqs_free(struct vpo_device *vpo)
{
	unsigned int i = vpo->num_irqs;

	while (i--)
		vpo_irq_free(&vpo->irqs[i]);
	vpo->shares = false;
}

/**
 * vpo_irq_at - the interrupt with an index
 * @vpo: the device, with vpo_device.irq_lock held
 * @index: whatever the user says
 *
 * Return: the interrupt, or NULL if there is none.
 */
struct vpo_irq *vpo_irq_at(struct vpo_device *vpo, u32 index)
{
	if (index < vpo->num_irqs)
		return &vpo->irqs[array_index_nospec(index, vpo->num_irqs)];
	return xa_load(&vpo->emulated, index);
}

/**
 * vpo_irq_info - describe one interrupt
 * @vpo: the device, with vpo_device.irq_lock held
 * @info: the user's question and, after success, the answer
 *
 * Return: 0, or -EINVAL if there is no such interrupt.
 */
int vpo_irq_info(struct vpo_device *vpo, struct vfio_irq_info *info)
{
	struct vpo_irq *irq = vpo_irq_at(vpo, info->index);

	if (info->index >= vpo->num_indexes)
		return -EINVAL;

	info->flags = irq ? irq->ops->info_flags : 0;
	info->count = irq ? 1 : 0;
	return 0;
}
