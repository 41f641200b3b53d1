// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interrupt core: transition tables and the engine that walks them.
 */
#include <errno.h>
#include <glib.h>
#include "vpo-irq.h"

#define ARC(n, f, ...) { .next = VPO_IRQ_##n, .fail = VPO_IRQ_##f, \
                         .act = { __VA_ARGS__ } }
#define STAY(s) ARC(s, s, VPO_IRQ_DO_END)
#define DROP(s) ARC(s, s, VPO_IRQ_DO_DROP)
#define REFUSE(s) ARC(s, s, VPO_IRQ_DO_REFUSE)

/*
 * What level and edge share: the life of the binding.
 *
 * OFF  -ARM->     HELD  mask, bind, arm: the order that keeps an assertion
 *                       from being erased by the reset of the guest's vGIC
 * HELD -RELEASE-> IDLE  unmask, whatever the line reads: if it is high it
 *                       fires, so what came while held is not lost
 * IDLE -HOLD->    HELD  mask, lower: the guest is reset, and the line is
 *                       asked again at RELEASE
 * any  -DISARM->  OFF   mirror order of ARM
 */
#define OFF_ROW                                                         \
    [VPO_IRQ_OFF] = {                                                   \
        [VPO_IRQ_ARM] = ARC(HELD, OFF, VPO_IRQ_DO_MASK, VPO_IRQ_DO_BIND, \
                            VPO_IRQ_DO_ARM),                            \
        [VPO_IRQ_RELEASE] = REFUSE(OFF),                                \
        [VPO_IRQ_TRIGGER] = DROP(OFF),                                  \
        [VPO_IRQ_STALE] = DROP(OFF),                                    \
        [VPO_IRQ_COMPLETE] = STAY(OFF),                                 \
        [VPO_IRQ_DONE] = DROP(OFF),                                     \
        [VPO_IRQ_WAIT] = DROP(OFF),                                     \
        [VPO_IRQ_OVERDUE] = STAY(OFF),                                  \
        [VPO_IRQ_SEND] = REFUSE(OFF),                                   \
        [VPO_IRQ_HOLD] = STAY(OFF),                                     \
        [VPO_IRQ_DISARM] = STAY(OFF),                                   \
    }

/* A trigger read here was sent before the mask; RELEASE asks the line. */
#define HELD_ROW                                                        \
    [VPO_IRQ_HELD] = {                                                  \
        [VPO_IRQ_ARM] = REFUSE(HELD),                                   \
        [VPO_IRQ_RELEASE] = ARC(IDLE, HELD, VPO_IRQ_DO_UNMASK),         \
        [VPO_IRQ_TRIGGER] = DROP(HELD),                                 \
        [VPO_IRQ_STALE] = DROP(HELD),                                   \
        [VPO_IRQ_COMPLETE] = STAY(HELD),                                \
        [VPO_IRQ_DONE] = DROP(HELD),                                    \
        [VPO_IRQ_WAIT] = DROP(HELD),                                    \
        [VPO_IRQ_OVERDUE] = STAY(HELD),                                 \
        [VPO_IRQ_SEND] = ARC(HELD, HELD, VPO_IRQ_DO_LATCH),             \
        [VPO_IRQ_HOLD] = STAY(HELD),                                    \
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,             \
                               VPO_IRQ_DO_UNBIND),                      \
    }

/*
 * Level, towards a host that masks the line each time it fires.
 *
 * IDLE     -TRIGGER->  ASSERTED  raise: the guest's line follows the host's
 * ASSERTED -COMPLETE-> IDLE      lower, unmask: if the line is still high
 *                                it fires at once and is raised again, so
 *                                nothing is lost and nothing is guessed
 * IDLE     -STALE->    IDLE      unmask only: the same question, without
 *                                showing the guest a level that may be gone
 * ASSERTED -TRIGGER->  ASSERTED  cannot happen with a masked line: counted
 *
 * Where KVM injects and userspace only unmasks:
 *
 * IDLE     -DONE->     IDLE      lower, unmask: lowering cancels what KVM
 *                                latched while the guest had it masked
 * IDLE     -WAIT->     WAITING   the device is not served: unmasking now would
 *                                only fire again
 * WAITING  -DONE->     IDLE      as above
 *
 * Where KVM does all of it:
 *
 * IDLE     -OVERDUE->  IDLE      lower, unmask: nothing is lost by it, as a
 *                                line that is still high fires anew
 *
 * Where the host's driver emulates the interrupt:
 *
 * IDLE     -SEND->     IDLE      send: the driver knows whether one is in
 *                                flight, and remembers it if so
 * HELD     -SEND->     HELD      latch
 */
const VpoIrqTable vpo_irq_level_table = {
    OFF_ROW,
    HELD_ROW,
    [VPO_IRQ_IDLE] = {
        [VPO_IRQ_ARM] = REFUSE(IDLE),
        [VPO_IRQ_RELEASE] = STAY(IDLE),
        [VPO_IRQ_TRIGGER] = ARC(ASSERTED, ASSERTED, VPO_IRQ_DO_RAISE),
        [VPO_IRQ_STALE] = ARC(IDLE, HELD, VPO_IRQ_DO_UNMASK),
        [VPO_IRQ_COMPLETE] = STAY(IDLE),
        [VPO_IRQ_DONE] = ARC(IDLE, HELD, VPO_IRQ_DO_COMPLETE),
        [VPO_IRQ_WAIT] = STAY(WAITING),
        [VPO_IRQ_OVERDUE] = ARC(IDLE, HELD, VPO_IRQ_DO_MAKE_UP),
        [VPO_IRQ_SEND] = ARC(IDLE, IDLE, VPO_IRQ_DO_SEND),
        [VPO_IRQ_HOLD] = ARC(HELD, IDLE, VPO_IRQ_DO_MASK, VPO_IRQ_DO_LOWER),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND, VPO_IRQ_DO_LOWER),
    },
    [VPO_IRQ_ASSERTED] = {
        [VPO_IRQ_ARM] = REFUSE(ASSERTED),
        [VPO_IRQ_RELEASE] = STAY(ASSERTED),
        [VPO_IRQ_TRIGGER] = DROP(ASSERTED),
        [VPO_IRQ_STALE] = DROP(ASSERTED),
        [VPO_IRQ_COMPLETE] = ARC(IDLE, HELD, VPO_IRQ_DO_COMPLETE),
        [VPO_IRQ_DONE] = DROP(ASSERTED),
        [VPO_IRQ_WAIT] = DROP(ASSERTED),
        [VPO_IRQ_OVERDUE] = STAY(ASSERTED),
        [VPO_IRQ_SEND] = ARC(ASSERTED, ASSERTED, VPO_IRQ_DO_LATCH),
        [VPO_IRQ_HOLD] = ARC(HELD, HELD, VPO_IRQ_DO_LOWER, VPO_IRQ_DO_MASK),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND, VPO_IRQ_DO_LOWER),
    },
    [VPO_IRQ_WAITING] = {
        [VPO_IRQ_ARM] = REFUSE(WAITING),
        [VPO_IRQ_RELEASE] = STAY(WAITING),
        [VPO_IRQ_TRIGGER] = DROP(WAITING),
        [VPO_IRQ_STALE] = DROP(WAITING),
        [VPO_IRQ_COMPLETE] = STAY(WAITING),
        [VPO_IRQ_DONE] = ARC(IDLE, HELD, VPO_IRQ_DO_COMPLETE),
        [VPO_IRQ_WAIT] = STAY(WAITING),
        [VPO_IRQ_OVERDUE] = STAY(WAITING),
        [VPO_IRQ_SEND] = ARC(WAITING, WAITING, VPO_IRQ_DO_LATCH),
        [VPO_IRQ_HOLD] = ARC(HELD, HELD, VPO_IRQ_DO_LOWER, VPO_IRQ_DO_MASK),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND, VPO_IRQ_DO_LOWER),
    },
};

#define NEVER_ROW(s)                                               \
    [VPO_IRQ_##s] = {                                                   \
        [VPO_IRQ_ARM] = REFUSE(s),                                      \
        [VPO_IRQ_RELEASE] = REFUSE(s),                                  \
        [VPO_IRQ_TRIGGER] = REFUSE(s),                                  \
        [VPO_IRQ_STALE] = REFUSE(s),                                    \
        [VPO_IRQ_COMPLETE] = REFUSE(s),                                 \
        [VPO_IRQ_DONE] = REFUSE(s),                                     \
        [VPO_IRQ_WAIT] = REFUSE(s),                                     \
        [VPO_IRQ_OVERDUE] = REFUSE(s),                                  \
        [VPO_IRQ_SEND] = REFUSE(s),                                     \
        [VPO_IRQ_HOLD] = ARC(HELD, s, VPO_IRQ_DO_MASK),                 \
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,             \
                               VPO_IRQ_DO_UNBIND),                      \
    }

/*
 * Edge: a trigger is one event and needs no completion, so ASSERTED and WAITING
 * are never entered; their cells refuse what would be a bug and leave by the
 * safe doors.
 *
 * An edge that was signalled before HOLD took effect is dropped: the guest's
 * interrupt controller is reset too and would forget it. One that comes
 * while the line is masked stays latched in the host's and fires at RELEASE.
 */
const VpoIrqTable vpo_irq_edge_table = {
    OFF_ROW,
    HELD_ROW,
    [VPO_IRQ_IDLE] = {
        [VPO_IRQ_ARM] = REFUSE(IDLE),
        [VPO_IRQ_RELEASE] = STAY(IDLE),
        [VPO_IRQ_TRIGGER] = ARC(IDLE, IDLE, VPO_IRQ_DO_PULSE),
        [VPO_IRQ_STALE] = ARC(IDLE, IDLE, VPO_IRQ_DO_PULSE),
        [VPO_IRQ_COMPLETE] = STAY(IDLE),
        [VPO_IRQ_DONE] = DROP(IDLE),
        [VPO_IRQ_WAIT] = DROP(IDLE),
        [VPO_IRQ_OVERDUE] = STAY(IDLE),
        [VPO_IRQ_SEND] = ARC(IDLE, IDLE, VPO_IRQ_DO_SEND),
        [VPO_IRQ_HOLD] = ARC(HELD, IDLE, VPO_IRQ_DO_MASK),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND),
    },
    NEVER_ROW(ASSERTED),
    NEVER_ROW(WAITING),
};

/*
 * Emulated by us, and a level: that one is in flight is known here alone.
 * Nothing can be masked, so ARM and HOLD only keep us from sending.
 *
 * IDLE     -SEND->  ASSERTED  send: KVM injects it
 * ASSERTED -SEND->  ASSERTED  latch
 * ASSERTED -DONE->  IDLE      lower: the guest has ended it; a latched one is
 *                             sent now
 * ASSERTED -HOLD->  HELD      latch: what was in flight is sent again
 *
 * The host has no trigger and no line to ask, so WAITING is never entered.
 */
const VpoIrqTable vpo_irq_emulated_table = {
    OFF_ROW,
    HELD_ROW,
    [VPO_IRQ_IDLE] = {
        [VPO_IRQ_ARM] = REFUSE(IDLE),
        [VPO_IRQ_RELEASE] = STAY(IDLE),
        [VPO_IRQ_TRIGGER] = DROP(IDLE),
        [VPO_IRQ_STALE] = DROP(IDLE),
        [VPO_IRQ_COMPLETE] = STAY(IDLE),
        [VPO_IRQ_DONE] = DROP(IDLE),
        [VPO_IRQ_WAIT] = DROP(IDLE),
        [VPO_IRQ_OVERDUE] = STAY(IDLE),
        [VPO_IRQ_SEND] = ARC(ASSERTED, IDLE, VPO_IRQ_DO_SEND),
        [VPO_IRQ_HOLD] = ARC(HELD, IDLE, VPO_IRQ_DO_MASK),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND),
    },
    [VPO_IRQ_ASSERTED] = {
        [VPO_IRQ_ARM] = REFUSE(ASSERTED),
        [VPO_IRQ_RELEASE] = STAY(ASSERTED),
        [VPO_IRQ_TRIGGER] = DROP(ASSERTED),
        [VPO_IRQ_STALE] = DROP(ASSERTED),
        [VPO_IRQ_COMPLETE] = STAY(ASSERTED),
        [VPO_IRQ_DONE] = ARC(IDLE, HELD, VPO_IRQ_DO_COMPLETE),
        [VPO_IRQ_WAIT] = DROP(ASSERTED),
        [VPO_IRQ_OVERDUE] = STAY(ASSERTED),
        [VPO_IRQ_SEND] = ARC(ASSERTED, ASSERTED, VPO_IRQ_DO_LATCH),
        [VPO_IRQ_HOLD] = ARC(HELD, ASSERTED, VPO_IRQ_DO_MASK,
                             VPO_IRQ_DO_LATCH, VPO_IRQ_DO_LOWER),
        [VPO_IRQ_DISARM] = ARC(OFF, OFF, VPO_IRQ_DO_DISARM,
                               VPO_IRQ_DO_UNBIND, VPO_IRQ_DO_LOWER),
    },
    NEVER_ROW(WAITING),
};

static int vpo_irq_perform(VpoIrq *irq, VpoIrqAction action)
{
    switch (action) {
    case VPO_IRQ_DO_MASK:
        return irq->backend->mask(irq);
    case VPO_IRQ_DO_COMPLETE:
        irq->inject->set(irq, false);
        irq->counts.completed++;
        return irq->backend->unmask(irq);
    case VPO_IRQ_DO_MAKE_UP:
        irq->inject->set(irq, false);
        irq->counts.overdue++;
        return irq->backend->unmask(irq);
    case VPO_IRQ_DO_UNMASK:
        return irq->backend->unmask(irq);
    case VPO_IRQ_DO_BIND:
        return irq->inject->bind(irq);
    case VPO_IRQ_DO_UNBIND:
        irq->inject->unbind(irq);
        return 0;
    case VPO_IRQ_DO_ARM:
        return irq->backend->arm(irq);
    case VPO_IRQ_DO_DISARM:
        irq->backend->disarm(irq);
        return 0;
    case VPO_IRQ_DO_RAISE:
        irq->inject->set(irq, true);
        irq->counts.raised++;
        return 0;
    case VPO_IRQ_DO_LOWER:
        irq->inject->set(irq, false);
        return 0;
    case VPO_IRQ_DO_PULSE:
        irq->inject->set(irq, true);
        irq->inject->set(irq, false);
        irq->counts.raised++;
        return 0;
    case VPO_IRQ_DO_SEND:
        irq->counts.sent++;
        return irq->backend->send(irq);
    case VPO_IRQ_DO_LATCH:
        irq->latched = true;
        return 0;
    case VPO_IRQ_DO_DROP:
        irq->counts.dropped++;
        return 0;
    case VPO_IRQ_DO_REFUSE:
        return irq->state == VPO_IRQ_OFF ? -EINVAL : -EBUSY;
    case VPO_IRQ_DO_END:
    case VPO_IRQ_N_ACTIONS:
        break;
    }
    g_return_val_if_reached(-EINVAL);
}

/* A mask is not undone: masked is the safe side of a failure. */
static const VpoIrqAction vpo_irq_undo[VPO_IRQ_N_ACTIONS] = {
    [VPO_IRQ_DO_BIND] = VPO_IRQ_DO_UNBIND,
    [VPO_IRQ_DO_ARM] = VPO_IRQ_DO_DISARM,
};

static void vpo_irq_unwind(VpoIrq *irq, const VpoIrqArc *arc, int done)
{
    const char *failed = irq->failed;

    while (done-- > 0) {
        VpoIrqAction undo = vpo_irq_undo[arc->act[done]];

        if (undo != VPO_IRQ_DO_END) {
            vpo_irq_perform(irq, undo);
        }
    }
    irq->failed = failed;
}

/* What was remembered is sent as soon as it can be; failing loses nothing. */
static int vpo_irq_unlatch(VpoIrq *irq)
{
    int ret;

    if (!irq->latched || irq->state != VPO_IRQ_IDLE) {
        return 0;
    }
    irq->latched = false;
    ret = vpo_irq_event(irq, VPO_IRQ_SEND);
    irq->latched |= ret < 0;
    return ret;
}

int vpo_irq_event(VpoIrq *irq, VpoIrqEvent event)
{
    const VpoIrqArc *arc;

    if (!irq->backend) {
        return event == VPO_IRQ_ARM || event == VPO_IRQ_RELEASE ? -EINVAL : 0;
    }
    arc = &(*irq->backend->table)[irq->state][event];

    irq->counts.triggers += event == VPO_IRQ_TRIGGER ||
                            event == VPO_IRQ_STALE;

    for (int i = 0; i < VPO_IRQ_MAX_ACTIONS && arc->act[i]; i++) {
        int ret;

        irq->failed = NULL;
        ret = vpo_irq_perform(irq, arc->act[i]);
        if (ret < 0) {
            irq->counts.errors++;
            vpo_irq_unwind(irq, arc, i);
            irq->state = arc->fail;
            return ret;
        }
    }
    irq->state = arc->next;
    return vpo_irq_unlatch(irq);
}

int vpo_irq_send(VpoIrq *irq)
{
    if (irq->state == VPO_IRQ_OFF) {
        return -EINVAL;
    }
    return irq->backend->send ? vpo_irq_event(irq, VPO_IRQ_SEND) : -EOPNOTSUPP;
}

char *vpo_irq_failure(const VpoIrq *irq, int ret)
{
    return g_strdup_printf("%s%s%s", irq->failed ? irq->failed : "",
                           irq->failed ? ": " : "", g_strerror(-ret));
}

static void vpo_irq_pass_over(VpoIrq *irq, const VpoIrqWay *way,
                              const char *why)
{
    g_autofree char *before = irq->passed_over;

    irq->passed_over = g_strdup_printf("%s%s%s by %s: %s", before ? before : "",
                                       before ? "; " : "", way->backend->name,
                                       way->inject->path, why);
}

static const char *vpo_irq_obstacle(const VpoIrq *irq, const VpoIrqWay *way)
{
    const char *obstacle = way->backend->obstacle(irq);

    if (!obstacle && way->obstacle) {
        obstacle = way->obstacle(irq);
    }
    return obstacle ? obstacle : way->inject->obstacle(irq);
}

int vpo_irq_arm(VpoIrq *irq, const VpoIrqWay *ways)
{
    int ret = -ENOTSUP;

    if (irq->state != VPO_IRQ_OFF) {
        return -EBUSY;
    }
    g_clear_pointer(&irq->passed_over, g_free);
    for (; ways->backend; ways++) {
        const char *obstacle = vpo_irq_obstacle(irq, ways);
        g_autofree char *failure = NULL;

        if (obstacle) {
            vpo_irq_pass_over(irq, ways, obstacle);
            continue;
        }
        irq->backend = ways->backend;
        irq->inject = ways->inject;
        irq->fallback = ways->fallback;
        ret = vpo_irq_event(irq, VPO_IRQ_ARM);
        if (ret == 0) {
            return 0;
        }
        failure = vpo_irq_failure(irq, ret);
        vpo_irq_pass_over(irq, ways, failure);
    }
    return ret;
}

int vpo_irq_rearm(VpoIrq *irq, const VpoIrqWay *ways)
{
    if (irq->state == VPO_IRQ_OFF) {
        return -EINVAL;
    }
    vpo_irq_event(irq, VPO_IRQ_DISARM);
    return vpo_irq_arm(irq, ways);
}

void vpo_irq_clear(VpoIrq *irq)
{
    g_clear_pointer(&irq->passed_over, g_free);
}

const char *vpo_irq_path(const VpoIrq *irq)
{
    return irq->state == VPO_IRQ_OFF ? "off" : irq->inject->path;
}

const char *vpo_irq_mode(const VpoIrq *irq)
{
    return irq->state == VPO_IRQ_OFF ? "off" : irq->backend->name;
}

const char *vpo_irq_state_str(VpoIrqState state)
{
    static const char *const str[VPO_IRQ_N_STATES] = {
        [VPO_IRQ_OFF] = "off",
        [VPO_IRQ_HELD] = "held",
        [VPO_IRQ_IDLE] = "idle",
        [VPO_IRQ_ASSERTED] = "asserted",
        [VPO_IRQ_WAITING] = "waiting",
    };
    return state < VPO_IRQ_N_STATES ? str[state] : "?";
}

const char *vpo_irq_event_str(VpoIrqEvent event)
{
    static const char *const str[VPO_IRQ_N_EVENTS] = {
        [VPO_IRQ_ARM] = "arm",
        [VPO_IRQ_RELEASE] = "release",
        [VPO_IRQ_TRIGGER] = "trigger",
        [VPO_IRQ_STALE] = "stale",
        [VPO_IRQ_COMPLETE] = "complete",
        [VPO_IRQ_DONE] = "done",
        [VPO_IRQ_WAIT] = "wait",
        [VPO_IRQ_OVERDUE] = "overdue",
        [VPO_IRQ_SEND] = "send",
        [VPO_IRQ_HOLD] = "hold",
        [VPO_IRQ_DISARM] = "disarm",
    };
    return event < VPO_IRQ_N_EVENTS ? str[event] : "?";
}
