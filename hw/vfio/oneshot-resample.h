/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The self-test of KVM's resamplefd: what its virtual machine and the program
 * that runs in it have to agree on. Also included by assembly.
 */
#ifndef HW_VFIO_ONESHOT_RESAMPLE_H
#define HW_VFIO_ONESHOT_RESAMPLE_H

/* Guest physical addresses, below what 32 bits can hold. */
#define RESAMPLE_GICD 0x08000000
#define RESAMPLE_GICR 0x080a0000
#define RESAMPLE_RAM 0x40000000
/* A multiple of every host's page size. */
#define RESAMPLE_RAM_BYTES 0x10000
/* Nothing is there, so each access leaves to the machine's user. */
#define RESAMPLE_EXIT 0x09000000

/* What an access at an offset from RESAMPLE_EXIT means. */
#define RESAMPLE_EXIT_RAISE 0   /* read: raise the level; 1: pause in between */
#define RESAMPLE_EXIT_PAUSE 4   /* read: between acknowledge and EOI */
#define RESAMPLE_EXIT_REPORT 8  /* written: how many interrupts were taken */
#define RESAMPLE_EXIT_FAULT 12  /* written: an exception of another kind */

#define RESAMPLE_SPI 0
#define RESAMPLE_INTID (32 + RESAMPLE_SPI)
/* One is right. The program takes no more than this before it reports. */
#define RESAMPLE_TAKEN_MOST 2

#ifndef __ASSEMBLER__

typedef enum VpoResample {
    VPO_RESAMPLE_UNTESTED,
    VPO_RESAMPLE_RIGHT,
    VPO_RESAMPLE_BROKEN,
} VpoResample;

/*
 * Try it in a virtual machine of its own, of which nothing is left afterwards.
 * @why: of the verdict, where it needs a reason; free with g_free(), or NULL
 */
VpoResample vpo_resample_try(char **why);

#endif
#endif
