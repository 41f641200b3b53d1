/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry point and exception vectors of a bare-metal guest.
 *
 * The image carries a Linux arm64 header, because QEMU hands the device tree
 * (in x0) only to what looks like a Linux kernel.
 */

	.section .text.start, "ax"
	.global _start
_start:
	b	1f
	.long	0
	.quad	0x80000			/* text_offset: see guest.ld */
	.quad	_image_size
	.quad	0xa			/* little endian, 4K pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

1:	mov	x19, x0
	adrp	x1, _stack_top
	add	x1, x1, :lo12:_stack_top
	mov	sp, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	isb

	/* RAM survives a system reset, so .bss is not zero in a second life. */
	adrp	x1, _bss_start
	add	x1, x1, :lo12:_bss_start
	adrp	x2, _bss_end
	add	x2, x2, :lo12:_bss_end
2:	cmp	x1, x2
	b.hs	3f
	str	xzr, [x1], #8
	b	2b

3:	mov	x0, x19
	bl	guest_start
	b	.

	/* AAPCS64 caller-saved registers: the handlers are plain C functions. */
	.macro	vector handler, number
	.balign	128
	sub	sp, sp, #176
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	mov	x0, #\number
	bl	\handler
	b	return_from_exception
	.endm

	.balign	2048
vectors:
	.irp	n, 0, 1, 2, 3, 4
	vector	guest_fault, \n
	.endr
	vector	guest_irq, 5		/* IRQ at EL1 with SP_EL1 */
	.irp	n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	guest_fault, \n
	.endr

return_from_exception:
	ldp	x0, x1, [sp, #0]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #176
	eret
