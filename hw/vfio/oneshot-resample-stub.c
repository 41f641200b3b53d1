// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The self-test of KVM's resamplefd, where the host's CPU is no arm64: KVM
 * cannot run the machine `virt` of this QEMU there.
 */
#include "qemu/osdep.h"
#include "oneshot-resample.h"

#ifndef __aarch64__

VpoResample vpo_resample_try(char **why)
{
    *why = g_strdup("the host is not arm64");
    return VPO_RESAMPLE_UNTESTED;
}

#endif
