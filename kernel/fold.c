// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has KVM notice that the guest has ended a level interrupt.
 *
 * When a virtual CPU leaves its guest, vgic_v3_fold_lr_state() takes back what the
 * guest has done to the list registers. Since 6.19 it tells of an end only if the
 * interrupt was active when it was last looked at; one that the guest has
 * acknowledged and ended since then was not, and nobody is told. So, before it
 * looks, such an interrupt is marked as what it was: active.
 *
 * That is for interrupts whose list register has asked for word of their end
 * (EOI), which KVM asks for level SPIs only, and which are in no state any more:
 * pending or active when the guest was entered, they can have come to that by
 * the guest's end only. KVM undoes the mark in the same function, when it takes
 * the same lock next. It works on list registers of the host's own guests; those
 * of nested guests it leaves alone.
 */
#include <linux/ftrace.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/kvm_host.h>
#include <kvm/arm_vgic.h>

#include "vfio_platform_oneshot.h"

#define VPO_FOLD_FUNCTION	"vgic_v3_fold_lr_state"

/* Interrupts are off, and no lock of the virtual GIC's is held. */
static void vpo_fold_lr(struct kvm *kvm, u64 lr)
{
	struct vgic_irq *irq;
	u32 intid = lr & ICH_LR_VIRTUAL_ID_MASK;

	if ((lr & (ICH_LR_STATE | ICH_LR_HW | ICH_LR_EOI)) != ICH_LR_EOI)
		return;

	if (kvm->arch.vgic.vgic_model == KVM_DEV_TYPE_ARM_VGIC_V2)
		intid &= GICH_LR_VIRTUALID;
	if (!vgic_valid_spi(kvm, intid))
		return;

	irq = &kvm->arch.vgic.spis[intid - VGIC_NR_PRIVATE_IRQS];
	raw_spin_lock(&irq->irq_lock);
	irq->active = true;
	raw_spin_unlock(&irq->irq_lock);
}

static void notrace vpo_fold(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	struct kvm_vcpu *vcpu = (void *)ftrace_regs_get_argument(regs, 0);
	const struct vgic_v3_cpu_if *cpu_if = &vcpu->arch.vgic_cpu.vgic_v3;
	unsigned int i;

	for (i = 0; i < cpu_if->used_lrs; i++)
		vpo_fold_lr(vcpu->kvm, cpu_if->vgic_lr[i]);
}

/* Permanent: nobody can switch ftrace off under it. */
static struct ftrace_ops vpo_fold_ops = {
	.func	= vpo_fold,
	.flags	= FTRACE_OPS_FL_PERMANENT,
};

/**
 * vpo_fold_init - see whether KVM's function can be stopped at
 *
 * Return: NULL, or why not; then vpo_fold_exit() is not to be called.
 */
const char *vpo_fold_init(void)
{
	char name[] = VPO_FOLD_FUNCTION;

	if (!ftrace_set_filter(&vpo_fold_ops, name, strlen(name), 1))
		return NULL;

	ftrace_free_filter(&vpo_fold_ops);
	return "ftrace does not find KVM's function " VPO_FOLD_FUNCTION;
}

/**
 * vpo_fold_exit - undo vpo_fold_init()
 */
void vpo_fold_exit(void)
{
	ftrace_free_filter(&vpo_fold_ops);
}

/**
 * vpo_fold_start - have KVM notice, on the whole host
 *
 * Return: 0 or a negative errno of ftrace's.
 */
int vpo_fold_start(void)
{
	return register_ftrace_function(&vpo_fold_ops);
}

/**
 * vpo_fold_stop - undo vpo_fold_start(); nothing of it runs any more
 */
void vpo_fold_stop(void)
{
	unregister_ftrace_function(&vpo_fold_ops);
}
