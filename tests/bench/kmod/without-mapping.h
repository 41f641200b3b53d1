/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A driver that is wrong: the guest's EOI deactivates nothing in the host. */
#include "kernel/compat.h"

#undef vpo_compat_vgic_map
#define vpo_compat_vgic_map(map, vcpu, line, intid) ((void)(vcpu), 0)
