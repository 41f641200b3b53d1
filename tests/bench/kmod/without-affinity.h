/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A driver that is wrong: the host deactivates what the guest should. */
#include <linux/interrupt.h>
#include <linux/irq.h>

#define irq_set_vcpu_affinity(line, vcpu) ((void)(vcpu), 0)
