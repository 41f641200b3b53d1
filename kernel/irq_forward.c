// SPDX-License-Identifier: GPL-2.0-only
/*
 * FORWARDED: the physical interrupt stays active until the guest's own EOI.
 *
 * The host's GIC only drops the priority of a line that belongs to a virtual
 * CPU; the virtual GIC, told of the physical interrupt, has the guest's EOI
 * deactivate it, and reads the line when the guest unmasks its interrupt. The
 * functions for the latter are not exported: kprobes find them, and therefore
 * the administrator has to allow it.
 */
#include <linux/irq.h>
#include <linux/kprobes.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <kvm/arm_vgic.h>

#include "compat.h"
#include "vfio_platform_oneshot.h"

static bool vpo_forward;
module_param_named(forward, vpo_forward, bool, 0644);
MODULE_PARM_DESC(forward,
		 "Allow the mode that forwards interrupts to the virtual GIC; off by default, as it calls functions of KVM that the kernel does not export");

static DEFINE_MUTEX(vpo_symbols_lock);	/* guards writing vpo_vgic */
static DEFINE_SPINLOCK(vpo_map_lock);	/* one at a time asks whether, and maps */

/* The prototypes are the kernel's own, so that another signature does not build. */
static struct {
	typeof(kvm_vgic_map_phys_irq) *map;
	typeof(kvm_vgic_unmap_phys_irq) *unmap;
	typeof(kvm_vgic_inject_irq) *inject;
} vpo_vgic;

/* The kprobe is never armed: it is wanted for the address only. */
static void *vpo_forward_symbol(const char *name)
{
	struct kprobe probe = {
		.symbol_name	= name,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	void *addr;

	if (register_kprobe(&probe))
		return NULL;
	addr = probe.addr;
	unregister_kprobe(&probe);
	return addr;
}

static bool vpo_forward_symbols(void)
{
	bool found;

	mutex_lock(&vpo_symbols_lock);
	if (!vpo_vgic.map)
		vpo_vgic.map = vpo_forward_symbol("kvm_vgic_map_phys_irq");
	if (!vpo_vgic.unmap)
		vpo_vgic.unmap = vpo_forward_symbol("kvm_vgic_unmap_phys_irq");
	if (!vpo_vgic.inject)
		vpo_vgic.inject = vpo_forward_symbol("kvm_vgic_inject_irq");
	found = vpo_vgic.map && vpo_vgic.unmap && vpo_vgic.inject;
	mutex_unlock(&vpo_symbols_lock);
	return found;
}

/*
 * Only the GIC itself will do: it is what a virtual CPU's list register
 * deactivates. No other root of an arm64 hierarchy drops the priority of a level
 * line (an ITS has none), but for the GICv5, which no list register reaches.
 */
static bool vpo_forward_chip(unsigned int line)
{
	struct irq_data *data = irq_get_irq_data(line);

	while (data && data->parent_data)
		data = data->parent_data;
	if (!data || !data->chip || !data->chip->irq_set_vcpu_affinity)
		return false;
	return !data->chip->name || !strstarts(data->chip->name, "GICv5");
}

/* A virtual GICv5 numbers its interrupts in another way. */
static bool vpo_forward_vgic(struct kvm *kvm)
{
	u32 model = kvm->arch.vgic.vgic_model;

	return irqchip_in_kernel(kvm) && (model == KVM_DEV_TYPE_ARM_VGIC_V2 ||
					  model == KVM_DEV_TYPE_ARM_VGIC_V3);
}

static u32 vpo_forward_why_not(struct vpo_device *vpo, struct vpo_irq *irq)
{
	if (!READ_ONCE(vpo_forward))
		return VFIO_PLATFORM_ONESHOT_WHY_NOT_ALLOWED;
	if (!vpo_forward_chip(irq->line))
		return VFIO_PLATFORM_ONESHOT_WHY_CHIP;
	if (!vpo_forward_symbols())
		return VFIO_PLATFORM_ONESHOT_WHY_NO_SYMBOL;
	if (!vpo->kvm)
		return VFIO_PLATFORM_ONESHOT_WHY_NO_KVM;
	if (!vpo_forward_vgic(vpo->kvm))
		return VFIO_PLATFORM_ONESHOT_WHY_NO_VGIC;
	return VFIO_PLATFORM_ONESHOT_WHY_POSSIBLE;
}

/* What the unexported functions take for granted, or answer with a BUG(). */
static int vpo_forward_check(struct kvm *kvm, u32 intid)
{
	/* Set last, so that what it stands for can be read after it. */
	if (!smp_load_acquire(&vgic_initialized(kvm)))
		return -EAGAIN;
	if (!kvm_get_vcpu(kvm, 0))
		return -ENOENT;
	if (!vgic_valid_spi(kvm, intid))
		return -ERANGE;
	if (kvm->arch.vgic.spis[intid - VGIC_NR_PRIVATE_IRQS].hw)
		return -EEXIST;
	return 0;
}

static int vpo_forward_map(struct kvm *kvm, struct vpo_irq *irq)
{
	struct kvm_vcpu *vcpu;
	int ret;

	ret = vpo_forward_check(kvm, irq->guest_intid);
	if (ret)
		return ret;

	/* An SPI belongs to the machine; any virtual CPU names it. */
	vcpu = kvm_get_vcpu(kvm, 0);
	ret = irq_set_vcpu_affinity(irq->line, vcpu);
	if (ret)
		return ret;

	ret = vpo_compat_vgic_map(vpo_vgic.map, vcpu, irq->line,
				  irq->guest_intid);
	if (ret)
		irq_set_vcpu_affinity(irq->line, NULL);
	return ret;
}

static int vpo_forward_connect(struct vpo_irq *irq)
{
	unsigned long flags;
	int ret;

	if (irq->connected)
		return 0;

	spin_lock_irqsave(&vpo_map_lock, flags);
	ret = vpo_forward_map(irq->kvm, irq);
	spin_unlock_irqrestore(&vpo_map_lock, flags);
	irq->connected = !ret;
	return ret;
}

/*
 * In this order: the line is masked, so it cannot become active again; nobody
 * waits any more for an interrupt that only the guest would have ended (who
 * frees a line waits for that); the next EOI of the host deactivates again; the
 * guest's EOI does not any more.
 */
static void vpo_forward_disconnect(struct vpo_irq *irq)
{
	if (!irq->connected)
		return;

	irq_set_irqchip_state(irq->line, IRQCHIP_STATE_ACTIVE, false);
	irq_set_vcpu_affinity(irq->line, NULL);
	vpo_vgic.unmap(kvm_get_vcpu(irq->kvm, 0), irq->guest_intid);
	irq->connected = false;
}

/* What the trigger's irqfd would do, on a shorter way. */
static void vpo_forward_signal(struct vpo_irq *irq)
{
	vpo_vgic.inject(irq->kvm, VPO_COMPAT_NO_VCPU, irq->guest_intid, true,
			NULL);
}

/*
 * An open line stays as it is when it fires, so there is nothing to lock, and the
 * guest hears of it sooner; every other case is the table's. Only a user who
 * triggers the line himself adds to the same counts.
 */
static irqreturn_t vpo_forward_handler(int line, void *data)
{
	struct vpo_irq *irq = data;

	if (READ_ONCE(irq->state) != VPO_OPEN || !READ_ONCE(irq->armed))
		return vpo_line_handler(line, data);

	irq->counts.host_irqs++;
	irq->counts.signals++;
	vpo_storm_fire(irq);
	vpo_forward_signal(irq);
	return IRQ_HANDLED;
}

/*
 * Unlazy: masking a forwarded line at the GIC also deactivates it, so the mask
 * of the user and that of disarming must get there at once.
 */
const struct vpo_irq_ops vpo_forward_ops = {
	.mode		= VFIO_PLATFORM_ONESHOT_FORWARDED,
	.name		= "forwarded",
	.source		= &vpo_line_source,
	.info_flags	= VPO_INFO_LEVEL,
	.line_flags	= IRQ_DISABLE_UNLAZY,
	.steps		= &vpo_passing_steps,
	.handler	= vpo_forward_handler,
	.why_not	= vpo_forward_why_not,
	.connect	= vpo_forward_connect,
	.disconnect	= vpo_forward_disconnect,
	.signal		= vpo_forward_signal,
};
