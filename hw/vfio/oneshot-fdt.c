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

static VpoDtReport *fdt_write(VpoDevice *s, void *fdt, Error **errp)
{
    g_autofree VpoDtRegion *regions = g_new0(VpoDtRegion, s->n_regions);
    g_autofree VpoDtIrq *irqs = g_new0(VpoDtIrq, s->n_lines);
    g_autoptr(VpoDtReport) report = vpo_dt_report_new();
    g_autoptr(VpoTree) host = NULL;
    g_autofree char *why = NULL;
    VpoDtGuest guest = { .fdt = fdt };
    VpoDtDevice dev = {
        .path = s->of_path,
        .regions = regions,
        .irqs = irqs,
        .n_irqs = s->n_lines,
        .report = report,
    };

    for (unsigned int i = 0; i < s->n_regions; i++) {
        if (s->regions[i].mem) {
            regions[dev.n_regions].addr = vpo_bus_addr(s, i);
            regions[dev.n_regions++].size = s->regions[i].size;
        }
    }
    for (unsigned int i = 0; i < s->n_lines; i++) {
        irqs[i].spi = s->lines[i].gsi;
        irqs[i].level = s->lines[i].level;
    }
    host = vpo_tree_from_dir(VPO_TREE_LIVE, &why);
    if (!host || !vpo_dt_add(&guest, host, &dev, 1, &why)) {
        error_setg(errp, "no node for the guest's device tree: %s", why);
        return NULL;
    }
    return g_steal_pointer(&report);
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
    s->dt = fdt_write(s, ms->fdt, errp);
    if (!s->dt) {
        return false;
    }
    trace_vpo_fdt_realize(vpo_name(s), s->dt->path);
    fdt_report(s);
    return true;
}

void vpo_fdt_unrealize(VpoDevice *s)
{
    if (s->dt) {
        vpo_dt_remove(MACHINE(qdev_get_machine())->fdt, s->dt);
        g_clear_pointer(&s->dt, vpo_dt_report_free);
    }
}
