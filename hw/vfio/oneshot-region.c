// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's MMIO: regions mapped or trapped, and their windows on the
 * machine's platform bus.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/rcu.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static bool region_setup(VpoDevice *s, unsigned int i, Error **errp)
{
    g_autofree char *name = g_strdup_printf("%s region %u", vpo_name(s), i);
    int ret = s->kernel->region_setup(s, i, name);

    if (ret) {
        error_setg_errno(errp, -ret, "region %u: the host driver does not "
                         "describe it (VFIO_DEVICE_GET_REGION_INFO)", i);
        return false;
    }
    ret = vpo_share_traps(s, i) ? 0 : s->kernel->region_mmap(s, i);
    if (ret) {
        warn_report("%s: %s: region %u cannot be mapped (mmap: %s): every "
                    "access will be trapped", TYPE_VFIO_PLATFORM_ONESHOT,
                    vpo_name(s), i, strerror(-ret));
    }
    trace_vpo_region_setup(vpo_name(s), i, s->regions[i].size,
                           s->regions[i].nr_mmaps);
    return true;
}

bool vpo_regions_realize(VpoDevice *s, Error **errp)
{
    unsigned int n = vpo_compat_regions(&s->vbasedev);

    s->regions = g_new0(VFIORegion, n);
    for (; s->n_regions < n; s->n_regions++) {
        if (!region_setup(s, s->n_regions, errp)) {
            vpo_regions_unrealize(s);
            return false;
        }
    }
    return true;
}

/*
 * A flat view that is being retired may still point into the regions, and
 * holds a reference on the device for them: what they own goes with the
 * device's last reference, in vpo_regions_finalize().
 */
void vpo_regions_unrealize(VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_regions; i++) {
        vfio_region_exit(&s->regions[i]);
    }
}

void vpo_regions_finalize(VpoDevice *s)
{
    while (s->n_regions > 0) {
        vfio_region_finalize(&s->regions[--s->n_regions]);
    }
    g_clear_pointer(&s->regions, g_free);
}

/* ---- direct, write-protected, or trapped ---- */

/*
 * A write to a RAM device that is read-only ends in its region's ops: KVM
 * leaves to QEMU for it, and QEMU treats no RAM device as plain memory.
 */
static void region_write(void *opaque, hwaddr addr, uint64_t data,
                         unsigned int size)
{
    MemoryRegion *mr = opaque;
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(memory_region_owner(mr));

    s->ram_ops->write(mr, addr, data, size);
    vpo_lines_accessed(s);
}

static void region_protect(VpoDevice *s, MemoryRegion *mr, bool protect)
{
    if (!s->ram_ops) {
        s->ram_ops = mr->ops;
        s->protected_ops = *mr->ops;
        s->protected_ops.write = region_write;
    }
    mr->ops = protect ? &s->protected_ops : s->ram_ops;
    memory_region_set_readonly(mr, protect);
}

void vpo_regions_trap(VpoDevice *s, VpoTrap trap)
{
    memory_region_transaction_begin();
    for (unsigned int i = 0; i < s->n_regions; i++) {
        VFIORegion *region = &s->regions[i];

        for (int m = 0; m < region->nr_mmaps; m++) {
            if (region->mmaps[m].mmap) {
                region_protect(s, &region->mmaps[m].mem,
                               trap == VPO_TRAP_WRITES);
            }
        }
        vfio_region_mmaps_set_enabled(region, trap != VPO_TRAP_ALL);
    }
    memory_region_transaction_commit();
    trace_vpo_regions_trap(vpo_name(s), trap);
}

bool vpo_regions_mapped(const VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_regions; i++) {
        if (s->regions[i].nr_mmaps && s->regions[i].mmaps[0].mmap) {
            return true;
        }
    }
    return false;
}

/* ---- windows on the platform bus ---- */

/* platform_bus_link_device() would do, but ends the process when it is full */
static bool bus_find_window(PlatformBusDevice *pbus, uint64_t size,
                            hwaddr *offset)
{
    uint64_t align = pow2ceil(size);

    for (hwaddr off = 0; size <= pbus->mmio_size &&
                         off <= pbus->mmio_size - size; off += align) {
        MemoryRegion *mr = memory_region_find(&pbus->mmio, off, size).mr;

        if (!mr) {
            *offset = off;
            return true;
        }
        memory_region_unref(mr);
    }
    return false;
}

/*
 * Waits for the flat views that still hold a reference on the device, so that
 * its last one, and with it the host device, is given up without delay.
 */
static void bus_unmap(VpoDevice *s, unsigned int n)
{
    while (n-- > 0) {
        if (s->regions[n].mem) {
            memory_region_del_subregion(&s->pbus->mmio, s->regions[n].mem);
        }
    }
    drain_call_rcu();
}

static bool bus_map(VpoDevice *s, unsigned int i, Error **errp)
{
    ERRP_GUARD();
    VFIORegion *region = &s->regions[i];
    hwaddr offset;

    if (!region->mem) {
        return true;
    }
    if (!bus_find_window(s->pbus, region->size, &offset)) {
        g_autofree char *size = size_to_str(region->size);
        g_autofree char *room = size_to_str(s->pbus->mmio_size);

        error_setg(errp, "region %u is %s (0x%zx bytes) and does not fit the "
                   "machine's platform bus: its window of %s (0x%x bytes) has "
                   "no such room left", i, size, region->size, room,
                   s->pbus->mmio_size);
        error_append_hint(errp, "Assign fewer or smaller devices to this "
                          "guest.\n");
        return false;
    }
    memory_region_add_subregion(&s->pbus->mmio, offset, region->mem);
    trace_vpo_bus_map(vpo_name(s), i, vpo_bus_addr(s, i), region->size);
    return true;
}

bool vpo_bus_realize(VpoDevice *s, Error **errp)
{
    for (unsigned int i = 0; i < s->n_regions; i++) {
        if (!bus_map(s, i, errp)) {
            bus_unmap(s, i);
            return false;
        }
    }
    return true;
}

void vpo_bus_unrealize(VpoDevice *s)
{
    bus_unmap(s, s->n_regions);
}

hwaddr vpo_bus_addr(const VpoDevice *s, unsigned int i)
{
    if (!s->regions[i].mem) {
        return -1;
    }
    /* The board maps the bus itself: its SysBusDevice knows no address. */
    return object_property_get_uint(OBJECT(&s->pbus->mmio), "addr", NULL) +
           object_property_get_uint(OBJECT(s->regions[i].mem), "addr", NULL);
}

static const char *region_path(const VFIORegion *region)
{
    if (!region->mem) {
        return "empty";
    }
    if (!region->nr_mmaps || !region->mmaps[0].mmap ||
        !region->mmaps[0].mem.enabled) {
        return "trapped";
    }
    return region->mmaps[0].mem.readonly ? "writes-trapped" : "direct";
}

char *vpo_mmio_paths(const VpoDevice *s)
{
    GString *str = g_string_new(NULL);

    for (unsigned int i = 0; i < s->n_regions; i++) {
        const VFIORegion *region = &s->regions[i];
        g_autofree char *rules = vpo_intercept_pages(s, i);

        g_string_append_printf(str, "%s%u:%s", i ? "," : "", i,
                               region_path(region));
        if (region->mem && memory_region_is_mapped(region->mem)) {
            g_string_append_printf(str, "@0x%" PRIx64 "+0x%zx",
                                   vpo_bus_addr(s, i), region->size);
        }
        if (*rules) {
            g_string_append_printf(str, " but %s", rules);
        }
    }
    return g_string_free(str, false);
}
