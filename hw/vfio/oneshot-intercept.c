// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intercepted registers: intercept= and intercept-rules=, the pages that they
 * take out of the guest's direct reach, and what is counted there.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

/* ---- the core's ops ---- */

static VFIORegion *intercept_region(void *opaque, unsigned int i)
{
    VpoDevice *s = opaque;

    return &s->regions[i];
}

/* The VFIO core's, so that an access counts as one of a trapped region. */
static uint64_t intercept_read(void *opaque, unsigned int region,
                               uint64_t offset, unsigned int size)
{
    return vfio_region_read(intercept_region(opaque, region), offset, size);
}

static void intercept_write(void *opaque, unsigned int region, uint64_t offset,
                            uint64_t value, unsigned int size)
{
    vfio_region_write(intercept_region(opaque, region), offset, value, size);
}

static void intercept_complete(void *opaque, unsigned int index)
{
    VpoDevice *s = opaque;

    vpo_served_acknowledged(&s->lines[index]);
}

/* The guest can have this again and again; each is counted. */
static void intercept_raise(void *opaque, unsigned int index)
{
    Error *err = NULL;

    if (!vpo_emulated_raise(opaque, index, &err)) {
        warn_report_once("%s: a rule of intercept=: %s",
                         TYPE_VFIO_PLATFORM_ONESHOT, error_get_pretty(err));
        error_free(err);
    }
}

static void intercept_note(void *opaque, const VpoInterceptNote *note)
{
    trace_vpo_intercept_note(vpo_name(opaque), note->rule->region,
                             note->rule->text, note->part->write,
                             note->part->offset, note->part->size, note->value,
                             note->denied);
}

static const VpoInterceptOps intercept_ops = {
    .read = intercept_read,
    .write = intercept_write,
    .complete = intercept_complete,
    .raise = intercept_raise,
    .note = intercept_note,
};

/* ---- trapped pages ---- */

static uint64_t intercept_page_read(void *opaque, hwaddr addr,
                                    unsigned int size)
{
    VpoInterceptPages *pages = opaque;

    return vpo_intercept_do_read(pages->dev->intercept, pages->region,
                                 pages->offset + addr, size, &intercept_ops,
                                 pages->dev);
}

static void intercept_page_write(void *opaque, hwaddr addr, uint64_t data,
                                 unsigned int size)
{
    VpoInterceptPages *pages = opaque;

    vpo_intercept_do_write(pages->dev->intercept, pages->region,
                           pages->offset + addr, data, size, &intercept_ops,
                           pages->dev);
}

static const MemoryRegionOps intercept_page_ops = {
    .read = intercept_page_read,
    .write = intercept_page_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/*
 * In front of the region, whether it is mapped or not: what stays direct is in
 * the same mapping as before, of which KVM sees what is left.
 */
static void intercept_map(VpoDevice *s, unsigned int i, uint64_t offset,
                          uint64_t length)
{
    VpoInterceptPages *pages = g_new0(VpoInterceptPages, 1);
    g_autofree char *name = g_strdup_printf("%s region %u rules 0x%" PRIx64,
                                            vpo_name(s), i, offset);

    pages->dev = s;
    pages->region = i;
    pages->offset = offset;
    memory_region_init_io(&pages->mem, OBJECT(s), &intercept_page_ops, pages,
                          name, length);
    memory_region_add_subregion_overlap(s->regions[i].mem, offset, &pages->mem,
                                        1);
    QLIST_INSERT_HEAD(&s->intercepted, pages, next);
    trace_vpo_intercept_map(vpo_name(s), i, offset, length);
}

static void intercept_map_all(VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_regions; i++) {
        uint64_t length, at = 0;

        while (at = vpo_intercept_run(s->intercept, i, at, &length), length) {
            intercept_map(s, i, at, length);
            at += length;
        }
    }
}

/* ---- realize ---- */

static void intercept_device(const VpoDevice *s, VpoInterceptDevice *device)
{
    *device = (VpoInterceptDevice) {
        .n_regions = s->n_regions,
        .page = qemu_real_host_page_size(),
        .n_irqs = s->vbasedev.num_irqs,
        .emulated = s->vbasedev.num_irqs,
        .n_emulated = s->emulated.n,
    };
    for (unsigned int i = 0; i < s->n_regions; i++) {
        device->size[i] = s->regions[i].mem ? s->regions[i].size : 0;
    }
}

static bool intercept_parse(VpoDevice *s, char **why)
{
    return (!s->intercept_file ||
            vpo_intercept_read(s->intercept, s->intercept_file, why)) &&
           (!s->intercept_rules ||
            vpo_intercept_parse(s->intercept, "intercept-rules",
                                s->intercept_rules, true, why));
}

/* A rule for one interrupt in two places would leave one of them out. */
static bool intercept_irq_served(VpoDevice *s, char **why)
{
    const char *rule = vpo_intercept_irq_served(s->intercept);

    if (rule && s->irq_served) {
        *why = g_strdup_printf("irq-served %s is in the rules, and "
                               "irq-served=%s beside them: leave one of them "
                               "out", rule, s->irq_served);
        return false;
    }
    return true;
}

bool vpo_intercept_realize(VpoDevice *s, Error **errp)
{
    VpoInterceptDevice device;
    g_autofree char *why = NULL;

    if (!s->intercept_file && !s->intercept_rules) {
        return true;
    }
    intercept_device(s, &device);
    s->intercept = vpo_intercept_new();
    if (!intercept_parse(s, &why) || !intercept_irq_served(s, &why) ||
        !vpo_intercept_compile(s->intercept, &device, &why)) {
        error_setg(errp, "intercept: %s", why);
        g_clear_pointer(&s->intercept, vpo_intercept_free);
        return false;
    }
    intercept_map_all(s);
    return true;
}

/* The pages themselves go with the device: see vpo_regions_unrealize(). */
void vpo_intercept_unrealize(VpoDevice *s)
{
    VpoInterceptPages *pages;

    QLIST_FOREACH(pages, &s->intercepted, next) {
        memory_region_del_subregion(s->regions[pages->region].mem,
                                    &pages->mem);
    }
}

void vpo_intercept_finalize(VpoDevice *s)
{
    VpoInterceptPages *pages, *next;

    QLIST_FOREACH_SAFE(pages, &s->intercepted, next, next) {
        object_unparent(OBJECT(&pages->mem));
        QLIST_REMOVE(pages, next);
        g_free(pages);
    }
    g_clear_pointer(&s->intercept, vpo_intercept_free);
}

/* ---- what can be read ---- */

char *vpo_intercept_pages(const VpoDevice *s, unsigned int region)
{
    GString *str = g_string_new(NULL);
    uint64_t length, at = 0;

    if (s->intercept) {
        while (at = vpo_intercept_run(s->intercept, region, at, &length),
               length) {
            g_string_append_printf(str, "%s0x%" PRIx64 "+0x%" PRIx64,
                                   str->len ? "&" : "", at, length);
            at += length;
        }
    }
    return g_string_free(str, false);
}

static void intercept_visit_rule(Visitor *v, const VpoInterceptRule *rule)
{
    VpoInterceptCounts counts = rule->counts;
    g_autofree char *text = g_strdup(rule->text);
    g_autofree char *origin = g_strdup(rule->origin ? rule->origin : "");

    visit_type_str(v, "rule", &text, NULL);
    visit_type_str(v, "origin", &origin, NULL);
    visit_type_uint64(v, "reads", &counts.reads, NULL);
    visit_type_uint64(v, "writes", &counts.writes, NULL);
    visit_type_uint64(v, "denied", &counts.denied, NULL);
}

void vpo_intercept_get_counts(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(obj);
    const VpoInterceptRule *rule;

    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return;
    }
    for (unsigned int i = 0;
         s->intercept && (rule = vpo_intercept_rule(s->intercept, i)); i++) {
        if (visit_start_struct(v, NULL, NULL, 0, errp)) {
            intercept_visit_rule(v, rule);
            visit_end_struct(v, NULL);
        }
    }
    visit_end_list(v, NULL);
}
