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

static char *fdt_write(VpoDevice *s, void *fdt, Error **errp)
{
    g_autofree VpoDtRegion *regions = g_new0(VpoDtRegion, s->n_regions);
    g_autofree VpoDtIrq *irqs = g_new0(VpoDtIrq, s->n_lines);
    VpoDtDevice dev = {
        .name = s->of.name,
        .compatible = s->of.compatible,
        .compatible_len = s->of.compatible_len,
        .clocks = s->of.clocks,
        .n_clocks = s->of.n_clocks,
        .regions = regions,
        .irqs = irqs,
        .n_irqs = s->n_lines,
    };
    char *path;
    int ret;

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
    ret = vpo_dt_add_device(fdt, &dev, &path);
    if (ret < 0) {
        error_setg(errp, "the guest's device tree node cannot be written: %s",
                   fdt_strerror(ret));
        return NULL;
    }
    return path;
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
    s->dt_path = fdt_write(s, ms->fdt, errp);
    trace_vpo_fdt_realize(vpo_name(s), s->dt_path ? s->dt_path : "none");
    return s->dt_path != NULL;
}

void vpo_fdt_unrealize(VpoDevice *s)
{
    if (s->dt_path) {
        vpo_dt_del_device(MACHINE(qdev_get_machine())->fdt, s->dt_path);
        g_clear_pointer(&s->dt_path, g_free);
    }
}
