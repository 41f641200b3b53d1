/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What vfio-platform-oneshot offers beyond mainline's VFIO platform devices.
 *
 * Everything here is a VFIO_DEVICE_FEATURE; no mainline ioctl changes its
 * meaning, and a user that knows none of this drives the device as mainline's
 * vfio-platform would be driven.
 *
 * Mainline numbers its features from 0 upwards and has used about a dozen in
 * as many years; the id is a 16-bit field. These ids start at 0xfe80, far from
 * both ends, so that neither mainline nor a vendor who counts down from 0xffff
 * meets them. Ask with VFIO_DEVICE_FEATURE_PROBE before any use: a kernel
 * without the feature answers ENOTTY, or EINVAL where its driver has no
 * features at all.
 *
 * Each struct follows struct vfio_device_feature (as its data[]), so argsz is
 * at least 8 + sizeof(struct). They are of a fixed size, without holes, and
 * the same for 32-bit and 64-bit users. A field that is neither "in" nor "out"
 * for an operation is ignored by it; "zero" must be 0.
 *
 * Errors of every feature:
 *   EFAULT  the struct is not at the address given
 *   EINVAL  argsz too small; GET or SET not offered by the feature; neither
 *	     GET, SET nor PROBE; no interrupt with this index; a field that
 *	     must be zero is not
 */
#ifndef _UAPI_LINUX_VFIO_PLATFORM_ONESHOT_H
#define _UAPI_LINUX_VFIO_PLATFORM_ONESHOT_H

#include <linux/types.h>

#define VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE	0xfe80
#define VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS	0xfe81
#define VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD	0xfe82
#define VFIO_DEVICE_FEATURE_ONESHOT_CLOCK	0xfe83
#define VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY	0xfe84
#define VFIO_DEVICE_FEATURE_ONESHOT_EMULATED	0xfe86
#define VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL	0xfe87
#define VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE	0xfe85

/*
 * How an interrupt is served.
 *
 * The line of a level interrupt is in one of four states:
 *
 *   open		it may fire
 *   delivered	it has fired, the user was signalled and has not completed
 *   held	the user has completed (POLLED: was signalled), but the line was
 *		still high
 *   masked	by the user's ACTION_MASK
 *
 * Completion is ACTION_UNMASK, by ioctl or by its eventfd. In every state but
 * "open" the line is kept from firing at the interrupt controller. Arcs:
 *
 *   open      -> delivered	the line fires: the trigger is signalled
 *   delivered -> open		completion; HOLD and THREADED: with the line low
 *   delivered -> held		HOLD and THREADED: completion with the line high
 *   held      -> open		a look finds the line low
 *   held      -> delivered	HOLD: a look finds the line high again: the trigger
 *				is signalled
 *   held      -> delivered	the bound passes: the trigger is signalled again
 *   open      -> held		POLLED: the line fires: the trigger is signalled
 *   held      -> held		POLLED: a look finds the line high again, or the bound
 *				passes: the trigger is signalled again
 *   any       -> masked	ACTION_MASK, which also forgets what is in flight
 *   masked    -> open		ACTION_UNMASK, whatever the line reads: a high
 *				line fires at once (as it must after a reset of
 *				the virtual interrupt controller)
 *
 * Disarming leaves "delivered" (or "masked") for the next trigger, as mainline
 * does, until ACTION_UNMASK; "held" becomes "open", for it was completed.
 * A FORWARDED line knows only "open" and "masked", an EDGE line only "open". A
 * POLLED line is "delivered" only if it has fired while nothing was armed, and
 * ACTION_UNMASK does not end its "held".
 */
enum vfio_platform_oneshot_irq_mode_id {
	/*
	 * Mainline's: masked from the interrupt until completion. A guest that
	 * completes before it has served the device (a ONESHOT driver) gets
	 * about two interrupts an event.
	 */
	VFIO_PLATFORM_ONESHOT_AUTOMASK	= 0,
	/*
	 * As AUTOMASK, but completion with the line still high keeps it masked
	 * and looks again at growing intervals: one interrupt an event. See
	 * VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD.
	 */
	VFIO_PLATFORM_ONESHOT_HOLD	= 1,
	/*
	 * As HOLD, with the line masked by the kernel's threaded interrupt
	 * (IRQF_ONESHOT), whose thread sleeps until completion. The only mode
	 * of a line whose controller is behind a slow bus; such a line is not
	 * looked at, and nothing waits in the thread that it shares with its
	 * neighbours: it is opened by each completion.
	 */
	VFIO_PLATFORM_ONESHOT_THREADED	= 2,
	/*
	 * The physical interrupt stays active until the guest's own EOI
	 * deactivates it in hardware. Bind the trigger to the guest's interrupt
	 * @guest_intid by an irqfd WITHOUT resample; there is no completion. The
	 * driver may raise that interrupt itself, instead of by the trigger.
	 * ACTION_MASK masks the line, deactivates it and disconnects it from
	 * the guest's interrupt, ACTION_UNMASK connects it (or, if that fails,
	 * leaves it masked) and lets a high line fire anew. Mask before the
	 * virtual interrupt controller is reset and unmask after it: a reset
	 * does not clear the active state of an interrupt that is connected,
	 * and one that was in flight would stay silent for ever. While it is
	 * masked or disarmed nothing lowers the guest's interrupt: if virtual
	 * CPUs run then, lower it (KVM_IRQ_LINE, level 0).
	 */
	VFIO_PLATFORM_ONESHOT_FORWARDED	= 3,
	/* An edge interrupt: signalled, never masked. Its only mode. */
	VFIO_PLATFORM_ONESHOT_EDGE	= 4,
	/*
	 * A level interrupt that nobody completes: the line is masked and
	 * looked at as a held one, until it is low. Tell the guest of a rising
	 * edge, and bind the trigger by an irqfd WITHOUT resample: for virtual
	 * interrupt controllers that do not tell of the guest's EOI. An event
	 * that comes before a look has seen the line low is late: see HOLD.
	 */
	VFIO_PLATFORM_ONESHOT_POLLED	= 5,
	/*
	 * As HOLD, on a line that others use, or may come to use: drivers of the
	 * host, and other assigned devices in this mode. The device needs a rule
	 * for masking itself: VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE says when
	 * that is done. Every other mode is EBUSY while a line has another
	 * user, and lets none come.
	 */
	VFIO_PLATFORM_ONESHOT_SHARED	= 6,
};

#define VFIO_PLATFORM_ONESHOT_IRQ_MODES		7
/* Room in @why_not, so that a new mode does not change the struct. */
#define VFIO_PLATFORM_ONESHOT_IRQ_MODES_MAX	8

/* Why a mode is not possible. */
enum vfio_platform_oneshot_irq_why_not {
	VFIO_PLATFORM_ONESHOT_WHY_POSSIBLE	= 0,	/* it is possible */
	VFIO_PLATFORM_ONESHOT_WHY_NOT_LEVEL	= 1,	/* an edge line */
	VFIO_PLATFORM_ONESHOT_WHY_NOT_EDGE	= 2,	/* a level line */
	/* masking sleeps, so only a thread can do it */
	VFIO_PLATFORM_ONESHOT_WHY_SLOW_BUS	= 3,
	/* the interrupt controller does not tell the line's state */
	VFIO_PLATFORM_ONESHOT_WHY_UNREADABLE	= 4,
	/* the module parameter "forward" is off */
	VFIO_PLATFORM_ONESHOT_WHY_NOT_ALLOWED	= 5,
	/* the kernel was built without KVM, or for another architecture */
	VFIO_PLATFORM_ONESHOT_WHY_NOT_BUILT	= 6,
	/* the kernel has no such function, or kprobes do not find it */
	VFIO_PLATFORM_ONESHOT_WHY_NO_SYMBOL	= 7,
	/* the interrupt controller has no priority drop for this line */
	VFIO_PLATFORM_ONESHOT_WHY_CHIP		= 8,
	/* the device was opened before its group (or file) was given to KVM */
	VFIO_PLATFORM_ONESHOT_WHY_NO_KVM	= 9,
	/* the virtual machine has no interrupt controller in the kernel */
	VFIO_PLATFORM_ONESHOT_WHY_NO_VGIC	= 10,
	/* a mode that this kernel's driver does not know */
	VFIO_PLATFORM_ONESHOT_WHY_UNKNOWN	= 11,
	/* the user has given no rule for masking at the device */
	VFIO_PLATFORM_ONESHOT_WHY_NO_RULE	= 12,
	/* the module parameter "shared_irq" does not name the device */
	VFIO_PLATFORM_ONESHOT_WHY_NOT_NAMED	= 13,
};

/**
 * struct vfio_platform_oneshot_irq_mode - the mode of an interrupt
 * @index: in: which interrupt, as in VFIO_DEVICE_GET_IRQ_INFO
 * @flags: zero
 * @mode: GET out: the mode that is set; SET in: the one wanted
 * @initial: GET out: the mode that each open of the device starts with
 * @possible: GET out: bit 1 << mode for each mode that SET would take now
 * @guest_intid: SET in, GET out: with FORWARDED the guest's interrupt, as INTID
 *	(32..1019); zero with every other mode
 * @why_not: GET out: for each mode the reason that it is not possible
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE, GET and SET. Set the mode before the
 * trigger is armed: that nothing is in flight then is what makes the change
 * exact. A mask by the user survives it, a state "delivered" becomes "masked".
 * The mode lasts until the next SET or until the device is closed.
 *
 * SET fails, and changes nothing, with
 *   EINVAL	@flags not zero; unknown @mode; @guest_intid out of range, or not
 *		zero with another mode than FORWARDED
 *   EBUSY	a trigger is armed
 *   EOPNOTSUPP	the mode is not possible; GET tells why
 *   another	the line could not be had in the new mode; if it cannot be had
 *		in the old one either, VFIO_DEVICE_SET_IRQS answers the error
 *
 * FORWARDED is connected when the trigger is armed. VFIO_DEVICE_SET_IRQS then
 * also fails with
 *   EAGAIN	the virtual interrupt controller is not initialised yet
 *   ENOENT	there is no virtual CPU yet
 *   ERANGE	the virtual interrupt controller has no such INTID
 *   EEXIST	this INTID is connected to a physical interrupt already
 * and the index stays disarmed, in its mode.
 */
struct vfio_platform_oneshot_irq_mode {
	__u32 index;
	__u32 flags;
	__u32 mode;
	__u32 initial;
	__u32 possible;
	__u32 guest_intid;
	__u32 why_not[VFIO_PLATFORM_ONESHOT_IRQ_MODES_MAX];
};

/**
 * struct vfio_platform_oneshot_irq_counts - what has happened on an interrupt
 * @index: in: which interrupt
 * @flags: zero
 * @host_irqs: entries of the handler because of the line
 * @signals: how often the trigger was signalled, for whatever reason; FORWARDED:
 *	or the guest's interrupt was raised in its place
 * @completions: ACTION_UNMASK that found the state "delivered"
 * @holds: how often the line became held: completions that found it still high;
 *	POLLED: signals
 * @polls: looks at a held line
 * @retriggers: signals because the bound had passed
 * @spurious: of @host_irqs, those in another state than "open": nobody was told
 * @storms: how often the line was masked for a second, since it had fired more
 *	often in 100 ms than the module parameter storm_limit allows
 * @stuck: how often the line was found high after eight signals in a row because
 *	of the bound
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS, GET. Cumulative since the device was
 * opened, over all modes. The counts are of one moment.
 */
struct vfio_platform_oneshot_irq_counts {
	__u32 index;
	__u32 flags;
	__aligned_u64 host_irqs;
	__aligned_u64 signals;
	__aligned_u64 completions;
	__aligned_u64 holds;
	__aligned_u64 polls;
	__aligned_u64 retriggers;
	__aligned_u64 spurious;
	__aligned_u64 storms;
	__aligned_u64 stuck;
};

/* The limits of struct vfio_platform_oneshot_irq_hold, in ns. */
#define VFIO_PLATFORM_ONESHOT_INTERVAL_LEAST	10000ULL
#define VFIO_PLATFORM_ONESHOT_INTERVAL_MOST	100000000ULL
#define VFIO_PLATFORM_ONESHOT_BOUND_MOST	10000000000ULL
/* The bound doubles up to this many times @bound_ns. */
#define VFIO_PLATFORM_ONESHOT_BOUND_GROWTH	8

/**
 * struct vfio_platform_oneshot_irq_hold - how a held line is looked at
 * @index: in: which interrupt
 * @flags: zero
 * @interval_min_ns: from completion (POLLED: from the signal) to the first look;
 *	each next interval is twice the last one; 10 us to 100 ms
 * @interval_max_ns: the longest interval; @interval_min_ns to 100 ms
 * @bound_ns: how long the line may be held; @interval_max_ns to 10 s
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD, GET and SET, also while armed: a new
 * value holds from the next completion on. Each open of the device starts with
 * 10 us, 1 ms and 10 ms.
 *
 * Where the interrupt controller can tell, a look also finds that the line has
 * risen again since the last look, with no look in between to see it low. A line
 * that is high for longer than the bound is signalled again, so that an event
 * which no look has seen is late, but never lost. A virtual CPU that does not run
 * cannot serve the device, so the bound doubles with each signal of this kind, up
 * to eight times @bound_ns, and is @bound_ns again once the line is known to have
 * been low: a line that never drops is signalled no later than 8 * @bound_ns +
 * @interval_max_ns after each completion (POLLED: after the last signal), and
 * costs at most one look each @interval_max_ns then.
 *
 * SET fails with EINVAL for values out of these ranges, and changes nothing.
 */
struct vfio_platform_oneshot_irq_hold {
	__u32 index;
	__u32 flags;
	__aligned_u64 interval_min_ns;
	__aligned_u64 interval_max_ns;
	__aligned_u64 bound_ns;
};

/* How a device's interrupts are masked in its registers. */
enum vfio_platform_oneshot_share_kind {
	/* a register with a bit for each interrupt, 1: it is enabled */
	VFIO_PLATFORM_ONESHOT_SHARE_ENABLE	= 0,
	/* the same, 1: it is masked */
	VFIO_PLATFORM_ONESHOT_SHARE_MASK	= 1,
	/*
	 * Two: a 1 written to the first enables, to the second disables, and
	 * zeros do nothing; the first one reads as what is enabled.
	 */
	VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR	= 2,
};

#define VFIO_PLATFORM_ONESHOT_SHARE_KINDS	3

/* Where an interrupt of a line in mode SHARED is masked. */
enum vfio_platform_oneshot_share_masking {
	VFIO_PLATFORM_ONESHOT_MASKING_LINE	= 0,
	VFIO_PLATFORM_ONESHOT_MASKING_DEVICE	= 1,
};

/**
 * struct vfio_platform_oneshot_irq_share - a line with several users
 * @index: in: which interrupt
 * @flags: zero
 * @region: the region that all of the following registers are in. They are of
 *	32 bits, and their offsets multiples of 4
 * @kind: VFIO_PLATFORM_ONESHOT_SHARE_*
 * @status: offset: the device asks for this interrupt while any of
 * @status_bits: is set in it, not zero
 * @enable: offset: what masks the interrupts of this line at the device, by
 * @enable_bits: of it, not zero
 * @clear: offset: the second register of SET_CLEAR, zero with another kind
 * @raw: 1: a bit of @status asks only if the same bit of @enable enables it, and
 *	is there whether or not; 0: @status has only what is enabled
 * @masking: GET out: VFIO_PLATFORM_ONESHOT_MASKING_*, as of now
 * @users: GET out: handlers on the line as of now, in whatever mode, other
 *	drivers' included
 * @line_masks: GET out: how often the line was masked
 * @device_masks: GET out: how often the device was
 * @handovers: GET out: how often a line that was masked was opened for a user who
 *	came, and the device masked in its place
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, GET and SET. SET gives the rule for
 * masking at the device. It lasts until the device is closed.
 *
 * In mode SHARED, and while the device is the only user of its line, the line is
 * masked, which is quick. Once there is another user, it is the device that is
 * masked, in the handler, so that the line is open for the others. Users come
 * and go while interrupts are in flight: what is masked at the line is masked at
 * the device before the one who comes is told that he has the line. Where the
 * kernel does not tell of him (no kprobes), it is always the device.
 *
 * While the device is masked, what read() and write() of the device's file show
 * of @enable and @clear is what the user has enabled, and writes take effect when
 * it is unmasked. They are split into accesses of at most 4 bytes while there is
 * a rule. A user who writes these registers by mmap while his interrupt is in
 * flight loses what he wrote. Completion finds a device that asks still as HOLD
 * finds a line high, if @raw is 1; if not, that is not known while the device is
 * masked, and each completion unmasks it.
 *
 * Leaving the mode, disarming and closing leave the device masked.
 *
 * Each open of a device takes its lines in their initial modes, to itself, until
 * the mode is set. So another user's SET of the mode may be EBUSY for a moment.
 *
 * SET fails, and changes nothing, with
 *   EINVAL	a value out of these ranges; no such region, or one that cannot be
 *		read and written; a register past its end
 *   EBUSY	the mode is SHARED
 *   ENOMEM	no memory to map the region
 */
struct vfio_platform_oneshot_irq_share {
	__u32 index;
	__u32 flags;
	__u32 region;
	__u32 kind;
	__u32 status;
	__u32 status_bits;
	__u32 enable;
	__u32 enable_bits;
	__u32 clear;
	__u32 raw;
	__u32 masking;
	__u32 users;
	__aligned_u64 line_masks;
	__aligned_u64 device_masks;
	__aligned_u64 handovers;
};

/**
 * struct vfio_platform_oneshot_clock - a clock of the device
 * @index: in: which of the clocks that the device's node in the host's device
 *	tree has in its property "clocks", from 0
 * @flags: zero
 * @rate_hz: out: its rate now; 0 if that is not known, as no driver of the host
 *	provides the clock
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_CLOCK, GET. The driver enables every clock of the
 * node when the device is opened and lets go of them when it is closed, so a
 * guest needs only to be told of a fixed clock with this rate.
 *
 * GET fails with ENOENT if the node has no clock with this index.
 */
struct vfio_platform_oneshot_clock {
	__u32 index;
	__u32 flags;
	__aligned_u64 rate_hz;
};

/* Of what a user may be told. */
enum vfio_platform_oneshot_notify_id {
	/*
	 * The device is to be unbound from its driver, and whoever does that
	 * waits until it is closed. Signalled at once, and every ten seconds.
	 */
	VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST	= 0,
	/*
	 * An interrupt fires too often, and is masked for a second; or its line
	 * is stuck. The counts "storms" and "stuck" of each interrupt tell.
	 */
	VFIO_PLATFORM_ONESHOT_NOTIFY_LINE	= 1,
};

#define VFIO_PLATFORM_ONESHOT_NOTIFICATIONS	2

/**
 * struct vfio_platform_oneshot_notify - have an eventfd signalled
 * @what: in: VFIO_PLATFORM_ONESHOT_NOTIFY_*
 * @flags: zero
 * @fd: in: the eventfd, in place of the one before; or -1 for none
 * @reserved: zero
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY, SET. It lasts until the device is closed.
 * SET fails, and changes nothing, with
 *   EINVAL	unknown @what; @fd is no eventfd
 *   EBADF	@fd is not open
 */
struct vfio_platform_oneshot_notify {
	__u32 what;
	__u32 flags;
	__s32 fd;
	__u32 reserved;
};

/* What an emulated interrupt is. */
enum vfio_platform_oneshot_emulated_kind {
	/* it is none, any more */
	VFIO_PLATFORM_ONESHOT_EMULATED_NONE	= 0,
	VFIO_PLATFORM_ONESHOT_EMULATED_EDGE	= 1,
	VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL	= 2,
};

#define VFIO_PLATFORM_ONESHOT_EMULATED_KINDS	3
/* The most of one request, and the number that each index is below. */
#define VFIO_PLATFORM_ONESHOT_EMULATED_MOST	64
#define VFIO_PLATFORM_ONESHOT_INDEXES		256

/**
 * struct vfio_platform_oneshot_emulated - interrupts that no hardware raises
 * @start: in: the first index
 * @flags: zero
 * @count: in: how many; 1 to 64
 * @kind: in: VFIO_PLATFORM_ONESHOT_EMULATED_*
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_EMULATED, SET. Gives the indexes from @start on to
 * interrupts that only VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL raises; with NONE it
 * takes them away again. They may lie anywhere behind those of the hardware, and
 * last until the device is closed. VFIO_DEVICE_GET_INFO counts up to the last of
 * them; VFIO_DEVICE_GET_IRQ_INFO tells of an EDGE one what it tells of an edge
 * line, of a LEVEL one what it tells of a level line, and of an index between
 * that is nobody's that it has a count of 0. VFIO_DEVICE_SET_IRQS is as ever:
 * the trigger may be an irqfd's eventfd, that of ACTION_UNMASK its resamplefd.
 * VFIO_DEVICE_RESET leaves them as they are.
 *
 * An EDGE one signals its trigger each time that it is raised. A LEVEL one is in
 * one of the states of a level line, beside which it may be pending:
 *
 *   open      -> delivered	SIGNAL: the trigger is signalled
 *   delivered -> delivered	SIGNAL: it becomes pending, if it is not
 *   delivered -> held		completion of a pending one
 *   held      -> delivered	after 10 us: the trigger is signalled, and it is not
 *				pending any more
 *   held      -> held		SIGNAL; completion
 *   delivered -> open		completion
 *   open      -> masked	ACTION_MASK
 *   delivered -> masked	ACTION_MASK: it becomes pending, as what was delivered
 *				is forgotten (by a reset of the guest, say)
 *   masked    -> masked	SIGNAL: it becomes pending, if it is not
 *   held      -> masked	ACTION_MASK: it stays pending
 *   masked    -> held		ACTION_UNMASK of a pending one
 *   masked    -> open		ACTION_UNMASK
 *
 * Disarming makes a held one open, and changes nothing else. Without a trigger
 * completion and ACTION_UNMASK make it open, and if it was pending it stays so; one
 * that is open and pending is delivered when a trigger is armed.
 *
 * SET fails, and changes nothing, with
 *   EINVAL	@flags not zero; unknown @kind; @count out of range; an index that
 *		is not below VFIO_PLATFORM_ONESHOT_INDEXES
 *   EBUSY	EDGE and LEVEL: one of the indexes belongs to a hardware line or
 *		is emulated already; NONE: one of them has a trigger that is armed
 *   ENOENT	NONE: one of the indexes is not emulated
 *   ENOMEM
 *
 * What is about a hardware line (IRQ_MODE, IRQ_HOLD, IRQ_SHARE), GET and SET, fails
 * for an emulated index with EOPNOTSUPP. IRQ_COUNTS tells its signals and
 * completions.
 */
struct vfio_platform_oneshot_emulated {
	__u32 start;
	__u32 flags;
	__u32 count;
	__u32 kind;
};

/**
 * struct vfio_platform_oneshot_signal - raise an emulated interrupt
 * @index: SET in: which interrupt
 * @flags: zero
 * @refused: GET out: how many SETs of this open of the device have failed with one
 *	of the errors below
 *
 * VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL, GET and SET. SET raises the interrupt.
 *
 * SET fails, changes nothing, is counted and has the host's kernel log it (so
 * often as its rate limit lets it), with
 *   EINVAL	there is no interrupt with this index
 *   EOPNOTSUPP	@index belongs to a hardware line
 *   ENOTCONN	no trigger is armed
 */
struct vfio_platform_oneshot_signal {
	__u32 index;
	__u32 flags;
	__aligned_u64 refused;
};

#endif
