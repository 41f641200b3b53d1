// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the fake host's driver tells its user: that it wants the device back,
 * and that a line is in trouble, as the feature ONESHOT_NOTIFY has it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "oneshot-fake.h"

void fake_news_open(VpoFakeHost *h)
{
    for (int i = 0; i < ARRAY_SIZE(h->news); i++) {
        h->news[i] = -1;
    }
}

/* The kernel keeps a reference of its own on the file. */
static void news_replace(int *have, int fd)
{
    if (*have >= 0) {
        close(*have);
    }
    *have = fd;
}

void fake_news_close(VpoFakeHost *h)
{
    for (int i = 0; i < ARRAY_SIZE(h->news); i++) {
        news_replace(&h->news[i], -1);
    }
}

int fake_news_set(VpoFakeHost *h,
                  const struct vfio_platform_oneshot_notify *set)
{
    int fd = -1;

    if (set->flags || set->reserved || set->what >= ARRAY_SIZE(h->news)) {
        return -EINVAL;
    }
    if (set->fd >= 0) {
        fd = dup(set->fd);
        if (fd < 0) {
            return -errno;
        }
    }
    news_replace(&h->news[set->what], fd);
    return 0;
}

static void news_tell(VpoFakeHost *h, unsigned int what)
{
    uint64_t one = 1;

    if (h->news[what] >= 0 &&
        write(h->news[what], &one, sizeof(one)) != sizeof(one)) {
        g_assert_not_reached();
    }
}

/* Of what is told of a line, how often it has been. */
static uint64_t *news_count(VpoFakeHost *h, const char *name,
                            unsigned int index)
{
    struct vfio_platform_oneshot_irq_counts *counts = &h->irqs[index].counts;

    if (index >= h->n_irqs) {
        return NULL;
    }
    return (uint64_t *)(!strcmp(name, "storm") ? &counts->storms :
                        !strcmp(name, "stuck") ? &counts->stuck : NULL);
}

void fake_news(VpoFakeHost *h, const char *text, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    unsigned int index;
    uint64_t *count;

    if (!strcmp(text, "request")) {
        news_tell(h, VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST);
        return;
    }
    count = parts[0] && parts[1] && !qemu_strtoui(parts[1], NULL, 10, &index)
                ? news_count(h, parts[0], index) : NULL;
    if (!count) {
        error_setg(errp, "news=%s is not request, storm=INDEX or stuck=INDEX",
                   text);
        return;
    }
    ++*count;
    news_tell(h, VFIO_PLATFORM_ONESHOT_NOTIFY_LINE);
}

/* Of the two, those that the user wants to hear. */
char *fake_news_status(const VpoFakeHost *h)
{
    return g_strdup_printf("news%s%s\n",
        h->news[VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST] >= 0 ? " request" : "",
        h->news[VFIO_PLATFORM_ONESHOT_NOTIFY_LINE] >= 0 ? " line" : "");
}
