/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interrupt core: one context an interrupt index, a transition table, and
 * two ops tables (the host line, the guest's interrupt controller).
 *
 * Pure logic: libc and GLib only. It opens nothing, issues no system call and
 * takes no lock; the caller serialises all calls on one context (QEMU: the
 * big lock).
 */
#ifndef VPO_IRQ_H
#define VPO_IRQ_H

#include <stdbool.h>
#include <stdint.h>

typedef struct VpoIrq VpoIrq;

/* Where one interrupt stands, as far as userspace can know. */
typedef enum VpoIrqState {
    /* No handler on the host line, nothing bound towards the guest. */
    VPO_IRQ_OFF,
    /* Bound on both sides, and the host line kept masked by us. */
    VPO_IRQ_HELD,
    /* Running. A kernel path stays here: its interrupts bypass userspace. */
    VPO_IRQ_IDLE,
    /* Userspace raised the guest's line; the host line waits, masked. */
    VPO_IRQ_ASSERTED,
    /*
     * The guest completed an interrupt that KVM injected, but its device is
     * not served yet: the host line waits, masked.
     */
    VPO_IRQ_WAITING,
    VPO_IRQ_N_STATES
} VpoIrqState;

typedef enum VpoIrqEvent {
    /* The device is being set up: bind both sides, host line masked. */
    VPO_IRQ_ARM,
    /* The guest may run: let the line fire. Idempotent. */
    VPO_IRQ_RELEASE,
    /* The host's trigger eventfd was read. */
    VPO_IRQ_TRIGGER,
    /*
     * A trigger that a trapped access overtook: what it reported may be
     * served already, so the line itself must be asked again.
     */
    VPO_IRQ_STALE,
    /* The guest acted on the device, or completed: look at the line again. */
    VPO_IRQ_COMPLETE,
    /*
     * KVM tells userspace of the guest's EOI, and the device is served
     * (DONE), or not yet (WAIT). DONE is also what ends the waiting.
     */
    VPO_IRQ_DONE,
    VPO_IRQ_WAIT,
    /* What the guest was shown by KVM should have been completed long ago. */
    VPO_IRQ_OVERDUE,
    /* The interrupt is emulated, and somebody raises it: vpo_irq_send(). */
    VPO_IRQ_SEND,
    /* The guest is about to be reset: mask, and forget what was raised. */
    VPO_IRQ_HOLD,
    /* The device goes away: give back everything that ARM took. */
    VPO_IRQ_DISARM,
    VPO_IRQ_N_EVENTS
} VpoIrqEvent;

/* What an arc does, in order. The engine performs them through the ops. */
typedef enum VpoIrqAction {
    VPO_IRQ_DO_END,
    VPO_IRQ_DO_MASK,    /* host: mask the line */
    VPO_IRQ_DO_UNMASK,  /* host: unmask; a line that is still high fires */
    VPO_IRQ_DO_COMPLETE, /* guest: line low; host: unmask; counted */
    VPO_IRQ_DO_MAKE_UP,  /* the same for a completion that never came */
    VPO_IRQ_DO_BIND,    /* guest: bind the injection path */
    VPO_IRQ_DO_UNBIND,
    VPO_IRQ_DO_ARM,     /* host: hand the eventfds to the driver */
    VPO_IRQ_DO_DISARM,
    VPO_IRQ_DO_RAISE,   /* guest: line high */
    VPO_IRQ_DO_LOWER,   /* guest: line low */
    VPO_IRQ_DO_PULSE,   /* guest: one edge */
    VPO_IRQ_DO_SEND,    /* host: have the trigger signalled */
    VPO_IRQ_DO_LATCH,   /* remember it: sent again as soon as it is idle */
    VPO_IRQ_DO_DROP,    /* count an event that means nothing here */
    VPO_IRQ_DO_REFUSE,  /* a caller's bug: -EBUSY or -EINVAL, nothing done */
    VPO_IRQ_N_ACTIONS
} VpoIrqAction;

#define VPO_IRQ_MAX_ACTIONS 4

/*
 * One cell of a transition table.
 * @next: the state after all actions have succeeded
 * @fail: the state after one of them has failed and those before it were
 *        undone in mirror order; always a state in which the host line is
 *        masked, unless it could not even be masked
 */
typedef struct VpoIrqArc {
    VpoIrqState next;
    VpoIrqState fail;
    VpoIrqAction act[VPO_IRQ_MAX_ACTIONS];
} VpoIrqArc;

typedef VpoIrqArc VpoIrqTable[VPO_IRQ_N_STATES][VPO_IRQ_N_EVENTS];

/* The host masks the line when it fires, and it fires again if still high. */
extern const VpoIrqTable vpo_irq_level_table;
/* The host never masks by itself; every event stands alone. */
extern const VpoIrqTable vpo_irq_edge_table;
/* A level that nobody but us raises, and nobody but us remembers. */
extern const VpoIrqTable vpo_irq_emulated_table;

/*
 * Towards the host line. Every op but send() is mandatory. An op that can fail
 * returns 0 or a negative errno and, failing, leaves things as they were.
 */
typedef struct VpoIrqBackend {
    /* Mode name as users see it: "automask", "forwarded", "edge". */
    const char *name;
    /*
     * Can the line be served like this? Returns NULL if so, else the reason:
     * a phrase in static storage, without a full stop.
     */
    const char *(*obstacle)(const VpoIrq *irq);
    const VpoIrqTable *table;
    /* The guest sees a level (true) or a rising edge (false). */
    bool level;
    int (*mask)(VpoIrq *irq);
    int (*unmask)(VpoIrq *irq);
    /* Called with the line masked; the line stays masked. */
    int (*arm)(VpoIrq *irq);
    /* Cannot fail; the line is masked or has no handler afterwards. */
    void (*disarm)(VpoIrq *irq);
    /* Only where no hardware raises the interrupt: do it. It is idle. */
    int (*send)(VpoIrq *irq);
} VpoIrqBackend;

/* What tells that the guest is done with a level interrupt. */
typedef enum VpoIrqDone {
    /* Nobody: an edge needs no completion. */
    VPO_IRQ_DONE_NONE,
    /* The kernel, from the guest's EOI, straight to the host driver. */
    VPO_IRQ_DONE_RESAMPLE,
    /*
     * A trapped access to the device, or only a write: no other access can
     * change the line, so the line is asked again after each. Regions stay
     * trapped, or write-protected.
     */
    VPO_IRQ_DONE_ACCESS,
    VPO_IRQ_DONE_WRITE,
    /* The kernel tells userspace of the guest's EOI, which then unmasks. */
    VPO_IRQ_DONE_USER,
} VpoIrqDone;

/* Towards the guest. Every op but accessed() is mandatory. */
typedef struct VpoIrqInject {
    /* Path name as users see it: "irqfd+resamplefd", "irqfd", "userspace". */
    const char *path;
    VpoIrqDone done;
    /*
     * Can this path carry @irq here? Returns NULL if so, else the reason: a
     * phrase in static storage, without a full stop.
     */
    const char *(*obstacle)(const VpoIrq *irq);
    /* 0 or negative errno. Nothing is delivered before the line is unmasked. */
    int (*bind)(VpoIrq *irq);
    void (*unbind)(VpoIrq *irq);
    /* Cannot fail; high is only asked for when the path is not the kernel's. */
    void (*set)(VpoIrq *irq, bool high);
    /* The guest has accessed the device: of DONE_ACCESS and DONE_WRITE. */
    void (*accessed)(VpoIrq *irq);
} VpoIrqInject;

/*
 * One way of getting an interrupt from its line to the guest.
 * @fallback: worth a warning: it costs more, or guarantees less, than what a
 *            host and guest in good order have
 * @obstacle: why just these two do not go together, as their own obstacle()
 *            says it of each; or NULL
 */
typedef struct VpoIrqWay {
    const VpoIrqBackend *backend;
    const VpoIrqInject *inject;
    bool fallback;
    const char *(*obstacle)(const VpoIrq *irq);
} VpoIrqWay;

/* Counted by the engine; never reset. */
typedef struct VpoIrqCounts {
    uint64_t triggers;  /* trigger eventfds read by userspace */
    uint64_t raised;    /* levels or edges given to the guest by userspace */
    uint64_t completed; /* completions acted on by userspace */
    uint64_t dropped;   /* events that meant nothing in their state */
    uint64_t overdue;   /* completions that userspace had to make up for */
    uint64_t sent;      /* emulated interrupts that were raised */
    uint64_t errors;    /* actions that failed */
} VpoIrqCounts;

struct VpoIrq {
    unsigned index;
    VpoIrqState state;
    const VpoIrqBackend *backend; /* both NULL before the first arming */
    const VpoIrqInject *inject;
    bool fallback;
    bool latched;       /* sent, to be sent again as soon as it is idle */
    VpoIrqCounts counts;
    /*
     * The ways that were passed over and why, "MODE by PATH: REASON; ...".
     * NULL if there were none. Owned by the context: vpo_irq_clear().
     */
    char *passed_over;
    /*
     * For messages: which call has failed, in static storage. Set by an op that
     * knows it before it returns an errno; NULL if the one that failed did not.
     */
    const char *failed;
    void *opaque;               /* the caller's */
};

/*
 * Feed one event.
 * Returns 0, or the negative errno of the first action that failed; @irq is
 * then in the arc's fail state. -EINVAL or -EBUSY for an event that its state
 * refuses: nothing was done.
 */
int vpo_irq_event(VpoIrq *irq, VpoIrqEvent event);

/*
 * Arm in the first of @ways (best first, the last one has no backend) that has
 * no obstacle and can be bound. What was passed over is in @irq->passed_over.
 * Returns 0, or the negative errno of the last way tried (-ENOTSUP if every
 * one had an obstacle); @irq is then off.
 */
int vpo_irq_arm(VpoIrq *irq, const VpoIrqWay *ways);

/*
 * Go over to the first of @ways that is free, as vpo_irq_arm() does; @irq is
 * held then, and a line that is high fires anew when it is released.
 */
int vpo_irq_rearm(VpoIrq *irq, const VpoIrqWay *ways);

/*
 * Raise an emulated interrupt. While it is held, or a level that is in flight,
 * it is remembered, once, and raised as soon as that is over.
 * Returns 0; -EOPNOTSUPP if a hardware line is behind it, -EINVAL if it is off;
 * or what vpo_irq_event() returns.
 */
int vpo_irq_send(VpoIrq *irq);

/* The guest has accessed the device; no matter to most paths. */
static inline void vpo_irq_accessed(VpoIrq *irq)
{
    if (irq->state != VPO_IRQ_OFF && irq->inject->accessed) {
        irq->inject->accessed(irq);
    }
}

/* "CALL: ERROR", for an event that has returned @ret; free with g_free(). */
char *vpo_irq_failure(const VpoIrq *irq, int ret);

/* Free what the context owns; it must be off. */
void vpo_irq_clear(VpoIrq *irq);

/* The path's name and the mode's, or "off". Static storage. */
const char *vpo_irq_path(const VpoIrq *irq);
const char *vpo_irq_mode(const VpoIrq *irq);
const char *vpo_irq_state_str(VpoIrqState state);
const char *vpo_irq_event_str(VpoIrqEvent event);

#endif
