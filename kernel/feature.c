// SPDX-License-Identifier: GPL-2.0-only
/* VFIO_DEVICE_FEATURE: what the uapi header adds to a VFIO platform device. */
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "vfio_platform_oneshot.h"

#define VPO_GET	VFIO_DEVICE_FEATURE_GET
#define VPO_SET	VFIO_DEVICE_FEATURE_SET

/* Any feature's struct; all begin alike. */
union vpo_feature_data {
	struct {
		u32 index;
		u32 flags;
	};
	struct vfio_platform_oneshot_irq_mode mode;
	struct vfio_platform_oneshot_irq_counts counts;
	struct vfio_platform_oneshot_irq_hold hold;
	struct vfio_platform_oneshot_clock clock;
	struct vfio_platform_oneshot_notify notify;
	struct vfio_platform_oneshot_emulated emulated;
	struct vfio_platform_oneshot_signal signal;
	struct vfio_platform_oneshot_irq_share share;
};

/**
 * struct vpo_feature - one feature
 * @id: VFIO_DEVICE_FEATURE_*
 * @ops: VFIO_DEVICE_FEATURE_GET, _SET or both
 * @size: of the user's struct
 * @get: fill the struct in; with vpo_device.irq_lock held, as @set; both return 0
 *	or a negative errno, and check the index; NULL without
 *	VFIO_DEVICE_FEATURE_GET
 * @set: do what the struct says; NULL without VFIO_DEVICE_FEATURE_SET
 * @of_line: its index is that of a hardware line; refused for an emulated one
 */
struct vpo_feature {
	u32 id;
	u32 ops;
	size_t size;
	int (*get)(struct vpo_device *vpo, union vpo_feature_data *data);
	int (*set)(struct vpo_device *vpo, const union vpo_feature_data *data);
	bool of_line;
};

static struct vpo_irq *vpo_feature_irq(struct vpo_device *vpo,
				       const union vpo_feature_data *data)
{
	if (data->index >= vpo->num_irqs)
		return NULL;
	return &vpo->irqs[array_index_nospec(data->index, vpo->num_irqs)];
}

static int vpo_feature_mode_get(struct vpo_device *vpo,
				union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);

	if (!irq)
		return -EINVAL;
	vpo_mode_get(vpo, irq, &data->mode);
	return 0;
}

static int vpo_feature_mode_set(struct vpo_device *vpo,
				const union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);

	return irq ? vpo_mode_set(vpo, irq, &data->mode) : -EINVAL;
}

static int vpo_feature_counts_get(struct vpo_device *vpo,
				  union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_irq_at(vpo, data->index);
	struct vpo_counts counts;

	if (!irq)
		return -EINVAL;
	vpo_line_counts(irq, &counts);
	data->counts.host_irqs = counts.host_irqs;
	data->counts.signals = counts.signals;
	data->counts.completions = counts.completions;
	data->counts.holds = counts.holds;
	data->counts.polls = counts.polls;
	data->counts.retriggers = counts.retriggers;
	data->counts.spurious = counts.spurious;
	data->counts.storms = counts.storms;
	data->counts.stuck = counts.stuck;
	return 0;
}

static int vpo_feature_hold_get(struct vpo_device *vpo,
				union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);
	u32 index = data->index;

	if (!irq)
		return -EINVAL;
	vpo_line_hold(irq, NULL, &data->hold);
	data->index = index;
	return 0;
}

static int vpo_feature_hold_set(struct vpo_device *vpo,
				const union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);

	if (!irq || vpo_valid_hold(&data->hold))
		return -EINVAL;
	vpo_line_hold(irq, &data->hold, NULL);
	return 0;
}

static int vpo_feature_clock_get(struct vpo_device *vpo,
				 union vpo_feature_data *data)
{
	return vpo_clock_get(vpo, &data->clock);
}

static int vpo_feature_notify_set(struct vpo_device *vpo,
				  const union vpo_feature_data *data)
{
	return vpo_notify_set(vpo, &data->notify);
}

static int vpo_feature_emulated_set(struct vpo_device *vpo,
				    const union vpo_feature_data *data)
{
	return vpo_emulated_set(vpo, &data->emulated);
}

static int vpo_feature_signal_get(struct vpo_device *vpo,
				  union vpo_feature_data *data)
{
	data->signal.refused = vpo->refused;
	return 0;
}

static int vpo_feature_signal_set(struct vpo_device *vpo,
				  const union vpo_feature_data *data)
{
	return vpo_emulated_signal(vpo, data->index);
}

static int vpo_feature_share_get(struct vpo_device *vpo,
				 union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);

	if (!irq)
		return -EINVAL;
	vpo_share_get(irq, &data->share);
	return 0;
}

static int vpo_feature_share_set(struct vpo_device *vpo,
				 const union vpo_feature_data *data)
{
	struct vpo_irq *irq = vpo_feature_irq(vpo, data);

	return irq ? vpo_share_set(irq, &data->share) : -EINVAL;
}

static const struct vpo_feature vpo_features[] = {
	{
		VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE, VPO_GET | VPO_SET,
		sizeof(struct vfio_platform_oneshot_irq_mode),
		vpo_feature_mode_get, vpo_feature_mode_set, .of_line = true,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS, VPO_GET,
		sizeof(struct vfio_platform_oneshot_irq_counts),
		vpo_feature_counts_get, NULL,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD, VPO_GET | VPO_SET,
		sizeof(struct vfio_platform_oneshot_irq_hold),
		vpo_feature_hold_get, vpo_feature_hold_set, .of_line = true,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_CLOCK, VPO_GET,
		sizeof(struct vfio_platform_oneshot_clock),
		vpo_feature_clock_get, NULL,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY, VPO_SET,
		sizeof(struct vfio_platform_oneshot_notify),
		NULL, vpo_feature_notify_set,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_EMULATED, VPO_SET,
		sizeof(struct vfio_platform_oneshot_emulated),
		NULL, vpo_feature_emulated_set,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL, VPO_GET | VPO_SET,
		sizeof(struct vfio_platform_oneshot_signal),
		vpo_feature_signal_get, vpo_feature_signal_set,
	}, {
		VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, VPO_GET | VPO_SET,
		sizeof(struct vfio_platform_oneshot_irq_share),
		vpo_feature_share_get, vpo_feature_share_set, .of_line = true,
	},
};

static int vpo_feature_do(struct vpo_device *vpo,
			  const struct vpo_feature *feature, u32 flags,
			  union vpo_feature_data *data)
{
	int ret;

	if (data->flags)
		return -EINVAL;
	mutex_lock(&vpo->irq_lock);
	if (feature->of_line && xa_load(&vpo->emulated, data->index))
		ret = -EOPNOTSUPP;
	else if (flags & VFIO_DEVICE_FEATURE_SET)
		ret = feature->set(vpo, data);
	else
		ret = feature->get(vpo, data);
	mutex_unlock(&vpo->irq_lock);
	return ret;
}

/**
 * vpo_feature - VFIO_DEVICE_FEATURE, as far as the core leaves it to us
 * @vdev: the device
 * @flags: the feature's id, and GET, SET or PROBE
 * @arg: the feature's struct
 * @argsz: how much of it the user gives
 *
 * Return: 0 or a negative errno; -ENOTTY for a feature that is not ours.
 */
int vpo_feature(struct vfio_device *vdev, u32 flags, void __user *arg,
		size_t argsz)
{
	const struct vpo_feature *feature;
	union vpo_feature_data data;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(vpo_features); i++)
		if (vpo_features[i].id == (flags & VFIO_DEVICE_FEATURE_MASK))
			break;
	if (i == ARRAY_SIZE(vpo_features))
		return -ENOTTY;

	feature = &vpo_features[i];
	ret = vfio_check_feature(flags, argsz, feature->ops, feature->size);
	if (ret != 1)
		return ret;

	memset(&data, 0, sizeof(data));
	if (copy_from_user(&data, arg, feature->size))
		return -EFAULT;
	ret = vpo_feature_do(vpo_of(vdev), feature, flags, &data);
	if (ret)
		return ret;
	if (flags & VFIO_DEVICE_FEATURE_GET &&
	    copy_to_user(arg, &data, feature->size))
		return -EFAULT;
	return 0;
}
