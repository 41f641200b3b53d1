// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interrupt lines of the fake host's device, as its driver serves them. A
 * held line is looked at when it drops, not by a timer.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "oneshot-fake.h"

static bool line_is(const FakeIrq *irq, uint32_t mode)
{
    return irq->host->modes && irq->mode == mode;
}

static bool line_holds(const FakeIrq *irq)
{
    return line_is(irq, VFIO_PLATFORM_ONESHOT_HOLD) ||
           line_is(irq, VFIO_PLATFORM_ONESHOT_THREADED) ||
           line_is(irq, VFIO_PLATFORM_ONESHOT_SHARED);
}

/* What keeps a line of this mode from firing again. */
static void line_delivered(FakeIrq *irq)
{
    if (line_is(irq, VFIO_PLATFORM_ONESHOT_FORWARDED)) {
        irq->active = true;
    } else if (line_is(irq, VFIO_PLATFORM_ONESHOT_POLLED)) {
        irq->state = FAKE_HELD;
        irq->counts.holds++;
    } else if (irq->level) {
        irq->state = FAKE_DELIVERED;
    }
}

/* The line is high, or has risen: whoever is to be told, is. */
static void line_fire(FakeIrq *irq)
{
    uint64_t one = 1;

    if (irq->trigger < 0) {
        /* The host's interrupt controller remembers an edge. */
        irq->latched = !irq->level;
        return;
    }
    if (irq->state != FAKE_OPEN || irq->active) {
        return;
    }
    irq->latched = false;
    irq->high &= !irq->emulated;
    irq->counts.host_irqs += !irq->emulated;
    irq->counts.signals++;
    line_delivered(irq);
    if (write(irq->trigger, &one, sizeof(one)) != sizeof(one)) {
        g_assert_not_reached();
    }
    fake_kvm_inject(irq->host);
}

static void line_ask(FakeIrq *irq)
{
    if (irq->level ? irq->high : irq->latched) {
        line_fire(irq);
    }
}

void fake_line_mask(FakeIrq *irq)
{
    irq->high |= irq->emulated && irq->state == FAKE_DELIVERED;
    irq->state = FAKE_MASKED;
    irq->active = false;
}

void fake_line_unmask(FakeIrq *irq)
{
    if (irq->state == FAKE_HELD) {
        return;
    }
    irq->counts.completions += irq->state == FAKE_DELIVERED;
    if (irq->state == FAKE_DELIVERED && irq->high && line_holds(irq)) {
        irq->counts.holds++;
        irq->state = FAKE_HELD;
        return;
    }
    irq->state = FAKE_OPEN;
    line_ask(irq);
}

bool fake_line_set(VpoFakeHost *h, unsigned int index, bool high)
{
    FakeIrq *irq = &h->irqs[index];
    bool rises;

    if (index >= h->n_irqs) {
        return false;
    }
    rises = high && !irq->high;
    irq->high = high;
    if (rises) {
        line_fire(irq);
    } else if (!high && irq->state == FAKE_HELD) {
        irq->state = FAKE_OPEN;
    }
    return true;
}

void fake_line_raise(FakeIrq *irq)
{
    irq->high = true;
    line_fire(irq);
}

void fake_line_eoi(VpoFakeHost *h, uint32_t intid)
{
    for (unsigned int i = 0; i < h->n_irqs; i++) {
        FakeIrq *irq = &h->irqs[i];

        if (irq->active && irq->guest_intid == intid) {
            irq->active = false;
            line_ask(irq);
        }
    }
}

/* ---- eventfds ---- */

static void line_unmask_signalled(void *opaque)
{
    FakeIrq *irq = opaque;
    uint64_t count;

    if (read(irq->unmask, &count, sizeof(count)) == sizeof(count)) {
        fake_line_unmask(irq);
    }
}

/* The kernel keeps a reference of its own on the file. */
static void line_replace(int *have, int fd)
{
    if (*have >= 0) {
        qemu_set_fd_handler(*have, NULL, NULL, NULL);
        close(*have);
    }
    *have = fd < 0 ? -1 : dup(fd);
}

void fake_line_set_trigger(FakeIrq *irq, int fd)
{
    line_replace(&irq->trigger, fd);
    if (fd >= 0) {
        line_ask(irq);
    } else if (irq->state == FAKE_HELD) {
        irq->state = FAKE_OPEN;
    }
}

void fake_line_set_unmask(FakeIrq *irq, int fd)
{
    line_replace(&irq->unmask, fd);
    if (irq->unmask >= 0) {
        qemu_set_fd_handler(irq->unmask, line_unmask_signalled, NULL, irq);
    }
}

/* ---- open and close ---- */

void fake_line_open(FakeIrq *irq)
{
    irq->state = FAKE_OPEN;
    irq->active = irq->latched = irq->high = false;
    irq->mode = irq->level ? VFIO_PLATFORM_ONESHOT_AUTOMASK
                           : VFIO_PLATFORM_ONESHOT_EDGE;
    irq->guest_intid = 0;
    irq->counts = (struct vfio_platform_oneshot_irq_counts) {
        .index = irq->index,
    };
}

/* Whatever the user has left armed goes with its last reference. */
void fake_line_close(FakeIrq *irq)
{
    fake_line_set_trigger(irq, -1);
    fake_line_set_unmask(irq, -1);
}

char *fake_line_status(const FakeIrq *irq)
{
    static const char *const states[] = {
        [FAKE_OPEN] = "open", [FAKE_DELIVERED] = "delivered",
        [FAKE_HELD] = "held", [FAKE_MASKED] = "masked",
    };

    return g_strdup_printf("%u:%s%s%s%s mode %u intid %u signals %u\n",
                           irq->index, states[irq->state],
                           irq->active ? " active" : "",
                           irq->trigger >= 0 ? " trigger" : "",
                           irq->unmask >= 0 ? " unmask" : "", irq->mode,
                           irq->guest_intid,
                           (unsigned int)irq->counts.signals);
}
