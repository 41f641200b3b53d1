// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's node in the guest's device tree.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "hw/boards.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static void fdt_warn(const VpoDevice *s, const char *why, const char *what)
{
    g_autofree char *mmio = vpo_mmio_paths(s);
    int spi = s->n_lines ? s->lines[0].gsi : -1;

    warn_report("%s: %s: %s: the guest will not find the device by itself "
                "(regions %s, first SPI %d). %s", TYPE_VFIO_PLATFORM_ONESHOT,
                vpo_name(s), why, mmio, spi, what);
}

/* Firmware makes ACPI tables of the board, which cannot describe the device. */
static bool fdt_guest_boots_acpi(MachineState *ms)
{
    Object *obj = OBJECT(ms);
    g_autofree char *acpi = NULL, *pflash = NULL;

    if (!object_property_find(obj, "acpi")) {
        return false;
    }
    acpi = object_property_get_str(obj, "acpi", NULL);
    pflash = object_property_find(obj, "pflash0")
                 ? object_property_get_str(obj, "pflash0", NULL) : NULL;
    return (ms->firmware || (pflash && *pflash)) && g_strcmp0(acpi, "off");
}

/* A device's description: its arrays are the caller's to free. */
static VpoDtDevice fdt_describe(VpoDevice *s)
{
    VpoDtRegion *regions = g_new0(VpoDtRegion, s->n_regions);
    VpoDtIrq *irqs = g_new0(VpoDtIrq, s->n_lines);
    const VpoDtUser *user = &s->dt_user;
    VpoDtDevice dev = {
        .path = s->of_path,
        .regions = regions,
        .irqs = irqs,
        .n_irqs = s->n_lines,
        .n_emulated = s->n_lines - s->vbasedev.num_irqs,
        .rates = (VpoDtRate *)user->host_rates->data,
        .n_rates = user->host_rates->len,
        .user_rates = (VpoDtUserRate *)user->rates->data,
        .n_user_rates = user->rates->len,
        .edits = (VpoDtEdit *)user->edits->data,
        .n_edits = user->edits->len,
        .overlay = user->overlay,
        .overlay_len = user->overlay_len,
        .report = vpo_dt_report_new(),
    };

    for (unsigned int i = 0; i < s->n_regions; i++) {
        if (s->regions[i].mem) {
            regions[dev.n_regions].addr = vpo_bus_addr(s, i);
            regions[dev.n_regions++].size = s->regions[i].size;
        }
    }
    for (unsigned int i = 0; i < s->n_lines; i++) {
        irqs[i].spi = s->lines[i].gsi;
        irqs[i].level = s->lines[i].irq.backend->level;
    }
    return dev;
}

static void fdt_describe_clear(gpointer data)
{
    VpoDtDevice *dev = data;

    g_free((void *)dev->regions);
    g_free((void *)dev->irqs);
    g_clear_pointer(&dev->report, vpo_dt_report_free);
}

/* Those of our devices that have a node now. */
static int fdt_add_described(Object *obj, void *opaque)
{
    Object *dev = object_dynamic_cast(obj, TYPE_VFIO_PLATFORM_ONESHOT);

    if (dev && VFIO_PLATFORM_ONESHOT(dev)->dt) {
        g_ptr_array_add(opaque, dev);
    }
    return 0;
}

/* On success each device of @all has its new report. */
static bool fdt_add_all(void *fdt, const GPtrArray *all, Error **errp)
{
    g_autoptr(GArray) devs = g_array_new(false, false, sizeof(VpoDtDevice));
    g_autofree char *why = NULL;
    const VpoDevice *any = all->pdata[0];
    g_autofree char *live = any->kernel->path(any, VPO_TREE_LIVE);
    g_autoptr(VpoTree) host = vpo_tree_from_dir(live, &why);
    VpoDtGuest guest = { .fdt = fdt };

    g_array_set_clear_func(devs, fdt_describe_clear);
    for (unsigned int i = 0; i < all->len; i++) {
        VpoDtDevice dev = fdt_describe(all->pdata[i]);

        g_array_append_val(devs, dev);
    }
    if (!host || !vpo_dt_add(&guest, host, (VpoDtDevice *)devs->data,
                             devs->len, &why)) {
        error_setg(errp, "no node for the guest's device tree: %s", why);
        return false;
    }
    for (unsigned int i = 0; i < all->len; i++) {
        VpoDevice *s = all->pdata[i];

        g_clear_pointer(&s->dt, vpo_dt_report_free);
        s->dt = g_steal_pointer(&g_array_index(devs, VpoDtDevice, i).report);
    }
    return true;
}

/*
 * Devices may refer to each other, so all are described anew when one comes
 * (@add) or goes (@del). False with the guest's tree as it was.
 */
static bool fdt_rewrite(void *fdt, VpoDevice *add, VpoDevice *del,
                        Error **errp)
{
    g_autofree void *copy = g_memdup2(fdt, fdt_totalsize(fdt));
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    object_child_foreach_recursive(object_get_root(), fdt_add_described, all);
    for (unsigned int i = 0; i < all->len; i++) {
        vpo_dt_remove(copy, ((VpoDevice *)all->pdata[i])->dt);
    }
    if (del) {
        g_ptr_array_remove(all, del);
    }
    if (add) {
        g_ptr_array_add(all, add);
    }
    if (all->len && !fdt_add_all(copy, all, errp)) {
        return false;
    }
    memcpy(fdt, copy, fdt_totalsize(fdt));
    return true;
}

/* What was left out is traced; a clock is missed by nearly every driver. */
static void fdt_report(const VpoDevice *s)
{
    for (unsigned int i = 0; i < s->dt->rows->len; i++) {
        const VpoDtRow *row = s->dt->rows->pdata[i];
        const char *property = row->property ? row->property : "";

        trace_vpo_fdt_report(vpo_name(s), vpo_dt_action_name(row->action),
                             row->node, property, row->why);
        if (row->action == VPO_DT_DROP && !strcmp(property, "clocks")) {
            warn_report("%s: %s: clock %s", TYPE_VFIO_PLATFORM_ONESHOT,
                        vpo_name(s), row->why);
        }
    }
}

bool vpo_fdt_realize(VpoDevice *s, Error **errp)
{
    MachineState *ms = MACHINE(qdev_get_machine());

    if (ms->dtb) {
        fdt_warn(s, "-dtb FILE replaces the machine's device tree",
                 "Leave -dtb away, or describe the device in FILE.");
        return true;
    }
    if (!ms->fdt) {
        fdt_warn(s, "this machine generates no device tree",
                 "Describe the device to the guest yourself.");
        return true;
    }
    if (fdt_guest_boots_acpi(ms)) {
        fdt_warn(s, "firmware gives the guest ACPI tables, not the device "
                 "tree", "Use -machine acpi=off, or -kernel without firmware.");
    }
    if (!fdt_rewrite(ms->fdt, s, NULL, errp)) {
        return false;
    }
    trace_vpo_fdt_realize(vpo_name(s), s->dt->path);
    fdt_report(s);
    return true;
}

/* What is left is described as before, so only a reference to us is lost. */
void vpo_fdt_unrealize(VpoDevice *s)
{
    void *fdt = MACHINE(qdev_get_machine())->fdt;
    Error *err = NULL;

    if (s->dt && !fdt_rewrite(fdt, NULL, s, &err)) {
        warn_reportf_err(err, "%s: %s: ", TYPE_VFIO_PLATFORM_ONESHOT,
                         vpo_name(s));
        vpo_dt_remove(fdt, s->dt);
    }
    g_clear_pointer(&s->dt, vpo_dt_report_free);
}
