// SPDX-License-Identifier: GPL-2.0-only
/* Opening and closing the device: what is done, in one table. */
#include "vfio_platform_oneshot.h"

static int vpo_open_kvm(struct vpo_device *vpo)
{
	vpo_kvm_get(vpo);
	return 0;
}

/* From here on its interrupts can be used, and what touches them looks at this. */
static int vpo_open_done(struct vpo_device *vpo)
{
	mutex_lock(&vpo->irq_lock);
	vpo->open = true;
	mutex_unlock(&vpo->irq_lock);
	return 0;
}

static void vpo_open_undone(struct vpo_device *vpo)
{
	mutex_lock(&vpo->irq_lock);
	vpo->open = false;
	mutex_unlock(&vpo->irq_lock);
}

/**
 * struct vpo_open_step - a step of opening, and what undoes it
 * @begin: 0 or a negative errno, having changed nothing; or NULL
 * @end: undo @begin
 */
struct vpo_open_step {
	int (*begin)(struct vpo_device *vpo);
	void (*end)(struct vpo_device *vpo);
};

/*
 * Undone in the reverse order: the interrupts end first, and the device is reset
 * while it has power and clocks. From its reset on it does no DMA.
 */
static const struct vpo_open_step vpo_open_steps[] = {
	{ NULL,			vpo_regions_unmap },
	{ vpo_hold,		vpo_hold_release },
	{ vpo_reset_open,	vpo_reset_close },
	{ vpo_open_kvm,		vpo_kvm_put },
	{ vpo_repair_get,	vpo_repair_put },
	{ vpo_irqs_request,	vpo_irqs_free },
	{ vpo_emulated_open,	vpo_emulated_close },
	{ NULL,			vpo_notify_free },
	{ vpo_open_done,	vpo_open_undone },
};

static void vpo_open_undo(struct vpo_device *vpo, unsigned int n)
{
	while (n--)
		vpo_open_steps[n].end(vpo);
}

/**
 * vpo_open - the device has got a user
 * @vdev: the device
 *
 * Return: 0, or a negative errno with everything as it was.
 */
int vpo_open(struct vfio_device *vdev)
{
	struct vpo_device *vpo = vpo_of(vdev);
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(vpo_open_steps); i++) {
		ret = vpo_open_steps[i].begin ? vpo_open_steps[i].begin(vpo) : 0;
		if (ret) {
			vpo_open_undo(vpo, i);
			return ret;
		}
	}
	return 0;
}

/**
 * vpo_close - the last user is gone, in whatever way
 * @vdev: the device
 */
void vpo_close(struct vfio_device *vdev)
{
	vpo_open_undo(vpo_of(vdev), ARRAY_SIZE(vpo_open_steps));
}
