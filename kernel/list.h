/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameters that are lists of devices' names, with or without a rest. */
#ifndef VPO_LIST_H
#define VPO_LIST_H

#include <linux/moduleparam.h>
#include <linux/types.h>

/**
 * struct vpo_list - what a parameter holds: "NAME[/REST][,NAME[/REST]]..."
 * @wrong: says what is wrong with a rest, or NULL if nothing is; NULL where a
 *	name has no rest
 * @text: as given, and valid; or NULL; guarded inside of list.c
 */
struct vpo_list {
	const char *(*wrong)(const char *rest, const char *end);
	char *text;
};

/* The kernel_param.arg is the &struct vpo_list. */
extern const struct kernel_param_ops vpo_list_ops;

bool vpo_list_has(const struct vpo_list *list, const char *name);
char *vpo_list_rest(const struct vpo_list *list, const char *name);

#endif
