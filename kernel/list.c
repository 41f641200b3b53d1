// SPDX-License-Identifier: GPL-2.0-only
/* Module parameters that are lists of devices' names, with or without a rest. */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "list.h"
#include "vfio_platform_oneshot.h"

/* A longer list could not be read back from sysfs in one page. */
#define VPO_LIST_MAX	(PAGE_SIZE - 2)

static DEFINE_MUTEX(vpo_list_lock);	/* guards every vpo_list.text */

/* What sysfs could have shown as the name of a device. */
static bool vpo_list_name_valid(const char *name, size_t len)
{
	size_t i;

	if (!len || len > NAME_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (!isascii(name[i]) || !isgraph(name[i]))
			return false;
	return true;
}

/* Returns NULL, or what is wrong with an entry. */
static const char *vpo_list_entry_wrong(const struct vpo_list *list,
					const char *entry, size_t len)
{
	size_t name = min(strcspn(entry, "/"), len);

	if (!vpo_list_name_valid(entry, name))
		return "that is no device's name";
	if (!list->wrong)
		return name == len ? NULL : "a name has no '/'";
	if (name == len)
		return "'/' and a rule are missing behind a name";
	return list->wrong(entry + name + 1, entry + len);
}

/* An empty list is valid: it takes every name back. */
static const char *vpo_list_wrong(const struct vpo_list *list, const char *text)
{
	const char *wrong = NULL;
	size_t len;

	while (*text && !wrong) {
		len = strcspn(text, ",");
		wrong = vpo_list_entry_wrong(list, text, len);
		text += len;
		if (*text && !*++text)
			wrong = wrong ?: "a name is missing behind the last ','";
	}
	return wrong;
}

/* The entry of a name, from behind the name on, and its end; or NULL. */
static const char *vpo_list_find(const char *text, const char *name,
				 const char **end)
{
	size_t len, n = strlen(name);

	while (*text) {
		len = strcspn(text, ",");
		if (min(strcspn(text, "/"), len) == n && !memcmp(text, name, n)) {
			*end = text + len;
			return text + n;
		}
		text += len + !!text[len];
	}
	return NULL;
}

/**
 * vpo_list_has - is this device on the list?
 * @list: the list
 * @name: the device's name
 */
bool vpo_list_has(const struct vpo_list *list, const char *name)
{
	const char *end;
	bool has;

	mutex_lock(&vpo_list_lock);
	has = list->text && vpo_list_find(list->text, name, &end);
	mutex_unlock(&vpo_list_lock);
	return has;
}

/**
 * vpo_list_rest - what the list says of a device
 * @list: the list, whose entries have a rest
 * @name: the device's name
 *
 * Return: the valid rest, to be freed; NULL if the device is not on the list;
 * or an error pointer.
 */
char *vpo_list_rest(const struct vpo_list *list, const char *name)
{
	const char *rest = NULL, *end;
	char *copy = NULL;

	mutex_lock(&vpo_list_lock);
	if (list->text)
		rest = vpo_list_find(list->text, name, &end);
	if (rest)
		copy = kmemdup_nul(rest + 1, end - rest - 1, GFP_KERNEL) ?:
		       ERR_PTR(-ENOMEM);
	mutex_unlock(&vpo_list_lock);
	return copy;
}

/* Takes the new list whole, or keeps the old one. */
static int vpo_list_set(const char *val, const struct kernel_param *kp)
{
	struct vpo_list *list = kp->arg;
	size_t len = strcspn(val, "\n");
	const char *wrong;
	char *text;

	/* Only echo's newline at the very end is let pass. */
	if (val[len] && val[len + 1])
		return -EINVAL;
	if (len > VPO_LIST_MAX)
		return -E2BIG;

	text = kstrndup(val, len, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	wrong = vpo_list_wrong(list, text);
	if (wrong) {
		pr_err("%s: %s=%.80s is not taken: %s\n", VPO_NAME, kp->name,
		       text, wrong);
		kfree(text);
		return -EINVAL;
	}

	mutex_lock(&vpo_list_lock);
	swap(list->text, text);
	mutex_unlock(&vpo_list_lock);
	kfree(text);
	return 0;
}

static int vpo_list_get(char *buffer, const struct kernel_param *kp)
{
	const struct vpo_list *list = kp->arg;
	int len;

	mutex_lock(&vpo_list_lock);
	len = scnprintf(buffer, PAGE_SIZE, "%s\n", list->text ?: "");
	mutex_unlock(&vpo_list_lock);
	return len;
}

/* The module is going away: nobody probes any more. */
static void vpo_list_free(void *arg)
{
	struct vpo_list *list = arg;

	kfree(list->text);
	list->text = NULL;
}

const struct kernel_param_ops vpo_list_ops = {
	.set	= vpo_list_set,
	.get	= vpo_list_get,
	.free	= vpo_list_free,
};
