/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device would get from a guest's machine: addresses and SPIs in the
 * window of the machine's platform bus, first come, first served. For trees
 * that are looked at without a guest.
 */
#ifndef VPO_PLAN_H
#define VPO_PLAN_H

#include "vpo-dt.h"

/* The platform bus of QEMU's machine "virt". */
#define VPO_PLAN_VIRT_BASE 0xc000000
#define VPO_PLAN_VIRT_SPI 112

typedef struct VpoPlan {
    uint64_t base;  /* of the window, which is as large as it has to be */
    uint32_t spi;   /* the next one */
    GArray *taken;  /* VpoDtRegion */
} VpoPlan;

VpoPlan *vpo_plan_new(void);
void vpo_plan_free(VpoPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpoPlan, vpo_plan_free)

/*
 * Give regions and interrupts to the device of host node @dev->path, by what
 * its node says. vpo_plan_clear() frees them. A node that says nothing useful
 * gets nothing, and vpo_dt_add() will say why.
 */
void vpo_plan_device(VpoPlan *plan, const VpoTree *host, VpoDtDevice *dev);
void vpo_plan_clear(VpoDtDevice *dev);

#endif
