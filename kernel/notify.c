// SPDX-License-Identifier: GPL-2.0-only
/* Tells the user, by eventfds, what the host wants of it. */
#include <linux/err.h>
#include <linux/eventfd.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

/**
 * vpo_notify_set - do VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY, SET
 * @vpo: the device
 * @set: the request
 *
 * Return: 0 or a negative errno, as the uapi header lists them.
 */
int vpo_notify_set(struct vpo_device *vpo,
		   const struct vfio_platform_oneshot_notify *set)
{
	struct eventfd_ctx *ctx = NULL;

	if (set->flags || set->reserved ||
	    set->what >= VFIO_PLATFORM_ONESHOT_NOTIFICATIONS)
		return -EINVAL;
	if (set->fd >= 0)
		ctx = eventfd_ctx_fdget(set->fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);

	mutex_lock(&vpo->notify_lock);
	swap(vpo->notify[set->what], ctx);
	mutex_unlock(&vpo->notify_lock);
	if (ctx)
		eventfd_ctx_put(ctx);
	return 0;
}

/**
 * vpo_notify - signal the user, who may have given an eventfd for it
 * @vpo: the device
 * @what: VFIO_PLATFORM_ONESHOT_NOTIFY_*
 *
 * Return: whether there was one.
 */
bool vpo_notify(struct vpo_device *vpo, unsigned int what)
{
	bool there;

	mutex_lock(&vpo->notify_lock);
	there = vpo->notify[what];
	if (there)
		vpo_compat_eventfd_signal(vpo->notify[what]);
	mutex_unlock(&vpo->notify_lock);
	return there;
}

/**
 * vpo_notify_free - nobody is to be told any more
 * @vpo: the device, with no user left
 */
void vpo_notify_free(struct vpo_device *vpo)
{
	unsigned int i;

	mutex_lock(&vpo->notify_lock);
	for (i = 0; i < VFIO_PLATFORM_ONESHOT_NOTIFICATIONS; i++) {
		if (vpo->notify[i])
			eventfd_ctx_put(vpo->notify[i]);
		vpo->notify[i] = NULL;
	}
	mutex_unlock(&vpo->notify_lock);
}

/**
 * vpo_notify_request - the host wants the device back, and waits for its user
 * @vdev: the device
 * @count: how often it has asked before; it asks every ten seconds
 */
void vpo_notify_request(struct vfio_device *vdev, unsigned int count)
{
	struct vpo_device *vpo = vpo_of(vdev);
	bool told = vpo_notify(vpo, VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST);

	if (!count)
		dev_notice(vdev->dev, told ?
			   "is to be unbound, and in use: its user has been asked to give it up\n" :
			   "is to be unbound, and in use: its user cannot be asked, so end it\n");
}
