// SPDX-License-Identifier: GPL-2.0-only
/* The repair of KVM where there is no KVM for arm64, or ftrace tells no arguments. */
#include "vfio_platform_oneshot.h"

/**
 * vpo_fold_init - there is no way
 *
 * Return: why not.
 */
const char *vpo_fold_init(void)
{
	return "the kernel has no KVM for arm64, or ftrace tells no arguments";
}

/**
 * vpo_fold_exit - nothing to undo
 */
void vpo_fold_exit(void)
{
}

/**
 * vpo_fold_start - never called
 *
 * Return: -EOPNOTSUPP.
 */
int vpo_fold_start(void)
{
	return -EOPNOTSUPP;
}

/**
 * vpo_fold_stop - never called
 */
void vpo_fold_stop(void)
{
}
