/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program of the resamplefd's self-test: bare A64, MMU off, no memory used.
 *
 * Round after round it has the level raised, takes the interrupt, and reports
 * how often it has taken it. Every loop ends by itself, and every exception
 * that is not the interrupt is reported: KVM_RUN always comes back.
 */
#ifdef __aarch64__

#include "oneshot-resample.h"

#define GICD_CTLR	0x000
#define GICD_IGROUPR1	0x084
#define GICD_ISENABLER1	0x104
#define GICD_PRIORITY	(0x400 + RESAMPLE_INTID)
#define GICD_ICFGR2	0xc08
#define GICD_CTLR_ON	0x12		/* group 1, affinity routing */
#define PRIORITY	0x80
#define PRIORITY_ALL	0xff
#define ICC_PMR_EL1	s3_0_c4_c6_0
#define ICC_IAR1_EL1	s3_0_c12_c12_0
#define ICC_EOIR1_EL1	s3_0_c12_c12_1
#define ICC_SRE_EL1	s3_0_c12_c12_5
#define ICC_IGRPEN1_EL1	s3_0_c12_c12_7
#define PSTATE_I	0x80

/* Turns of an empty loop: until the interrupt comes, and after it. */
#define WAIT_TURNS	0x100000
#define SETTLE_TURNS	0x400

/* x19: RESAMPLE_EXIT; w20: interrupts taken; w21: whether to pause in each */
	.section .rodata, "a"
	.balign	2048
	.global	vpo_resample_guest, vpo_resample_guest_end
	.hidden	vpo_resample_guest, vpo_resample_guest_end
vpo_resample_guest:
	mov	x19, #RESAMPLE_EXIT
	adr	x0, vectors
	msr	vbar_el1, x0
	isb

	mov	x0, #RESAMPLE_GICD
	mov	w1, #GICD_CTLR_ON
	str	w1, [x0, #GICD_CTLR]
	str	wzr, [x0, #GICD_ICFGR2]		/* level */
	mov	w1, #PRIORITY
	strb	w1, [x0, #GICD_PRIORITY]
	mov	w1, #1 << RESAMPLE_SPI
	str	w1, [x0, #GICD_IGROUPR1]
	str	w1, [x0, #GICD_ISENABLER1]
	mov	x1, #7
	msr	ICC_SRE_EL1, x1
	isb
	mov	x1, #PRIORITY_ALL
	msr	ICC_PMR_EL1, x1
	mov	x1, #1
	msr	ICC_IGRPEN1_EL1, x1
	isb

round:	mov	w20, #0
	ldr	w21, [x19, #RESAMPLE_EXIT_RAISE]
	msr	daifclr, #2
	mov	w22, #WAIT_TURNS
1:	cbnz	w20, 2f
	subs	w22, w22, #1
	b.ne	1b
2:	mov	w22, #SETTLE_TURNS
3:	subs	w22, w22, #1
	b.ne	3b
	msr	daifset, #2
	str	w20, [x19, #RESAMPLE_EXIT_REPORT]
	b	round

	.macro	fault
	.balign	128
	str	wzr, [x19, #RESAMPLE_EXIT_FAULT]
	b	.
	.endm

	.balign	2048
vectors:
	.rept	5
	fault
	.endr

	.balign	128			/* IRQ at EL1 with SP_EL1 */
	mrs	x0, ICC_IAR1_EL1
	cmp	w0, #RESAMPLE_INTID
	b.ne	vectors
	cbz	w21, 1f
	ldr	w1, [x19, #RESAMPLE_EXIT_PAUSE]
1:	msr	ICC_EOIR1_EL1, x0
	isb
	add	w20, w20, #1
	cmp	w20, #RESAMPLE_TAKEN_MOST
	b.lo	2f
	mrs	x0, spsr_el1
	orr	x0, x0, #PSTATE_I
	msr	spsr_el1, x0
2:	eret

	.rept	10
	fault
	.endr
vpo_resample_guest_end:

#endif

	.section .note.GNU-stack, "", %progbits
