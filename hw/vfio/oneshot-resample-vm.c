// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The self-test of KVM's resamplefd: a virtual machine of one CPU and 64 KiB,
 * without any device, whose program takes a level interrupt and ends it within
 * one guest entry. A KVM that loses that end gives it the interrupt again.
 */
#include "qemu/osdep.h"

#ifdef __aarch64__

#include <linux/kvm.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "oneshot-compat.h"
#include "oneshot-resample.h"

/* What a virtual machine is given without being asked; a host may have less. */
#define TRY_IPA_BITS 40

/* KVM_RUN may be interrupted by signals; each round has a handful of exits. */
#define TRY_RUNS_MOST 1000

extern const char vpo_resample_guest[], vpo_resample_guest_end[];

typedef struct Try {
    int vm;
    int cpu;
    int gic;
    int level;    /* eventfd: raises the level */
    int resample; /* eventfd: KVM tells of the guest's EOI */
    void *ram;
    struct kvm_run *run;
    size_t run_bytes;
} Try;

/* ---- the machine; each step returns false with errno ---- */

static bool try_vm(Try *t)
{
    int ipa = kvm_check_extension(kvm_state, KVM_CAP_ARM_VM_IPA_SIZE);
    int bytes = kvm_ioctl(kvm_state, KVM_GET_VCPU_MMAP_SIZE, 0);

    t->vm = kvm_ioctl(kvm_state, KVM_CREATE_VM, MIN(ipa, TRY_IPA_BITS));
    if (t->vm < 0 || bytes < 0) {
        errno = t->vm < 0 ? -t->vm : -bytes;
        return false;
    }
    t->run_bytes = bytes;
    return true;
}

static bool try_ram(Try *t)
{
    struct kvm_userspace_memory_region region = {
        .guest_phys_addr = RESAMPLE_RAM,
        .memory_size = RESAMPLE_RAM_BYTES,
    };

    t->ram = mmap(NULL, RESAMPLE_RAM_BYTES, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (t->ram == MAP_FAILED) {
        return false;
    }
    memcpy(t->ram, vpo_resample_guest,
           vpo_resample_guest_end - vpo_resample_guest);
    region.userspace_addr = (uintptr_t)t->ram;
    return ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &region) == 0;
}

static bool try_cpu(Try *t)
{
    struct kvm_vcpu_init init;
    uint64_t pc = RESAMPLE_RAM;
    struct kvm_one_reg reg = {
        .id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
              KVM_REG_ARM_CORE_REG(regs.pc),
        .addr = (uintptr_t)&pc,
    };

    t->cpu = ioctl(t->vm, KVM_CREATE_VCPU, 0);
    if (t->cpu < 0) {
        return false;
    }
    t->run = mmap(NULL, t->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                  t->cpu, 0);
    return t->run != MAP_FAILED &&
           ioctl(t->vm, KVM_ARM_PREFERRED_TARGET, &init) == 0 &&
           ioctl(t->cpu, KVM_ARM_VCPU_INIT, &init) == 0 &&
           ioctl(t->cpu, KVM_SET_ONE_REG, &reg) == 0;
}

static bool try_gic_set(Try *t, uint32_t group, uint64_t attr, void *value)
{
    struct kvm_device_attr set = {
        .group = group,
        .attr = attr,
        .addr = (uintptr_t)value,
    };

    return ioctl(t->gic, KVM_SET_DEVICE_ATTR, &set) == 0;
}

static bool try_gic(Try *t)
{
    struct kvm_create_device create = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
    uint32_t interrupts = 64; /* the least */
    uint64_t dist = RESAMPLE_GICD, redist = RESAMPLE_GICR;

    if (ioctl(t->vm, KVM_CREATE_DEVICE, &create)) {
        return false;
    }
    t->gic = create.fd;
    return try_gic_set(t, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &interrupts) &&
           try_gic_set(t, KVM_DEV_ARM_VGIC_GRP_ADDR,
                       KVM_VGIC_V3_ADDR_TYPE_DIST, &dist) &&
           try_gic_set(t, KVM_DEV_ARM_VGIC_GRP_ADDR,
                       KVM_VGIC_V3_ADDR_TYPE_REDIST, &redist) &&
           try_gic_set(t, KVM_DEV_ARM_VGIC_GRP_CTRL,
                       KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static bool try_irqfd(Try *t)
{
    struct kvm_irqfd irqfd = {
        .gsi = RESAMPLE_SPI,
        .flags = KVM_IRQFD_FLAG_RESAMPLE,
    };

    t->level = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    t->resample = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    irqfd.fd = t->level;
    irqfd.resamplefd = t->resample;
    return t->level >= 0 && t->resample >= 0 &&
           ioctl(t->vm, KVM_IRQFD, &irqfd) == 0;
}

static const struct {
    bool (*make)(Try *t);
    const char *what;
} try_steps[] = {
    { try_vm, "to exist" },
    { try_ram, "its memory" },
    { try_cpu, "its CPU" },
    { try_gic, "its GICv3" },
    { try_irqfd, "its irqfd" },
};

static bool try_make(Try *t, char **why)
{
    for (int i = 0; i < ARRAY_SIZE(try_steps); i++) {
        if (!try_steps[i].make(t)) {
            *why = g_strdup_printf("the test's virtual machine does not get "
                                   "%s: %s", try_steps[i].what,
                                   strerror(errno));
            return false;
        }
    }
    return true;
}

static void try_close(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

/* Safe after any part of try_make(). */
static void try_free(Try *t)
{
    if (t->run != MAP_FAILED) {
        munmap(t->run, t->run_bytes);
    }
    try_close(t->cpu);
    try_close(t->gic);
    try_close(t->level);
    try_close(t->resample);
    try_close(t->vm);
    if (t->ram != MAP_FAILED) {
        munmap(t->ram, RESAMPLE_RAM_BYTES);
    }
}

/* ---- its program's rounds ---- */

typedef struct TryRound {
    bool pause;     /* leave the guest between acknowledge and EOI */
    bool ended;
    uint32_t taken; /* times that the guest took the interrupt */
} TryRound;

/* Returns false with a reason if this is not how the program leaves. */
static bool try_exit(Try *t, TryRound *round, char **why)
{
    struct kvm_run *run = t->run;
    uint32_t value = 0;

    if (run->exit_reason != KVM_EXIT_MMIO) {
        *why = g_strdup_printf("the test's virtual machine stops with KVM exit "
                               "reason %u", run->exit_reason);
        return false;
    }
    switch (run->mmio.phys_addr - RESAMPLE_EXIT) {
    case RESAMPLE_EXIT_RAISE:
        value = round->pause;
        if (eventfd_write(t->level, 1)) {
            *why = g_strdup_printf("the test's eventfd: %s", strerror(errno));
            return false;
        }
        break;
    case RESAMPLE_EXIT_PAUSE:
        break;
    case RESAMPLE_EXIT_REPORT:
        memcpy(&round->taken, run->mmio.data, sizeof(round->taken));
        round->ended = true;
        return true;
    default:
        *why = g_strdup_printf("the test's program has failed (access at "
                               "0x%llx)", run->mmio.phys_addr);
        return false;
    }
    memcpy(run->mmio.data, &value, sizeof(value));
    return true;
}

static bool try_run(Try *t, TryRound *round, char **why)
{
    for (int i = 0; i < TRY_RUNS_MOST && !round->ended; i++) {
        int err = ioctl(t->cpu, KVM_RUN, 0) ? errno : 0;

        if (err == EINTR || err == EAGAIN) {
            continue;
        }
        if (err) {
            *why = g_strdup_printf("KVM_RUN of the test's virtual machine: %s",
                                   strerror(err));
            return false;
        }
        if (!try_exit(t, round, why)) {
            return false;
        }
    }
    if (!round->ended) {
        *why = g_strdup("the test was interrupted too often");
    }
    return round->ended;
}

static VpoResample try_round(Try *t, bool pause, char **why)
{
    TryRound round = { .pause = pause };
    eventfd_t ends = 0;

    if (!try_run(t, &round, why)) {
        return VPO_RESAMPLE_UNTESTED;
    }
    if (round.taken == 0) {
        *why = g_strdup("the test's interrupt did not come");
        return VPO_RESAMPLE_UNTESTED;
    }
    if (eventfd_read(t->resample, &ends)) {
        ends = 0;
    }
    return round.taken == 1 && ends == 1 ? VPO_RESAMPLE_RIGHT
                                         : VPO_RESAMPLE_BROKEN;
}

static VpoResample try_rounds(Try *t, char **why)
{
    /* A pause hides the bug, and shows that the test is right. */
    static const bool pauses[] = { false, false, true, false, false };
    VpoResample verdict = VPO_RESAMPLE_RIGHT;

    for (int i = 0; verdict == VPO_RESAMPLE_RIGHT && i < ARRAY_SIZE(pauses);
         i++) {
        verdict = try_round(t, pauses[i], why);
    }
    return verdict;
}

static bool try_has_gicv3(const Try *t)
{
    struct kvm_create_device test = {
        .type = KVM_DEV_TYPE_ARM_VGIC_V3,
        .flags = KVM_CREATE_DEVICE_TEST,
    };

    return t->vm < 0 || ioctl(t->vm, KVM_CREATE_DEVICE, &test) == 0 ||
           errno != ENODEV;
}

VpoResample vpo_resample_try(char **why)
{
    Try t = {
        .vm = -1, .cpu = -1, .gic = -1, .level = -1, .resample = -1,
        .ram = MAP_FAILED, .run = MAP_FAILED,
    };
    VpoResample verdict = VPO_RESAMPLE_UNTESTED;

    *why = NULL;
    if (try_make(&t, why)) {
        verdict = try_rounds(&t, why);
    } else if (!try_has_gicv3(&t)) {
        g_free(*why);
        *why = g_strdup("the bug is not in KVM for a host's GICv2");
        verdict = VPO_RESAMPLE_RIGHT;
    }
    try_free(&t);
    return verdict;
}

#endif
