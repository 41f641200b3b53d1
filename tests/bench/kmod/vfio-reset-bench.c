// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reset handler of mainline's vfio-platform for the bench's PL031.
 *
 * Linux 6.1 binds no device that has none, whatever reset_required says. This
 * one does nothing, so that cases have the same device on every kernel: some
 * are about a line that is high around a reset.
 */
#include <linux/module.h>
#include "vfio_platform_private.h"

static int bench_reset(struct vfio_platform_device *vdev)
{
    return 0;
}

/* What the PL031 is compatible with: AMBA device, and platform device. */
static struct vfio_platform_reset_node nodes[] = {
    { .owner = THIS_MODULE, .compat = "arm,pl031", .of_reset = bench_reset },
    { .owner = THIS_MODULE, .compat = "vpo-test,rtc", .of_reset = bench_reset },
};

static int __init bench_init(void)
{
    for (int i = 0; i < ARRAY_SIZE(nodes); i++) {
        __vfio_platform_register_reset(&nodes[i]);
    }
    return 0;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
    for (int i = 0; i < ARRAY_SIZE(nodes); i++) {
        vfio_platform_unregister_reset(nodes[i].compat, nodes[i].of_reset);
    }
}
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Reset handler of vfio-platform for the bench");
