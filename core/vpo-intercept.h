/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intercepted registers: rules on windows of a device's regions, which pages
 * they take out of the guest's direct reach, and what becomes of an access.
 *
 * The text of rules, one a line, '#' begins a comment, words are separated by
 * blanks or by colons:
 *
 *   REGION:OFFSET[+LENGTH] KIND [ARGUMENT]...
 *   default [REGION] direct|deny
 *   irq-served RULE                         as of the device's irq-served=
 *
 * The kinds are the rows of vpo_intercept_kinds[]. LENGTH is 4 without one; a
 * longer window is so many 32-bit registers, each with the rule's VALUE and
 * MASK. Numbers are decimal, or hexadecimal after 0x. What no rule is about is
 * direct, unless the region's default says deny.
 *
 * An access that reaches over the edge of a window is cut there, into aligned
 * ones of 8, 4, 2 and 1 bytes, lowest address first, each of which is decided
 * by itself; so is one that is not aligned.
 *
 * Pure logic: libc and GLib only; no lock: the caller serialises all calls.
 */
#ifndef VPO_INTERCEPT_H
#define VPO_INTERCEPT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "vpo-dt.h"

#define VPO_INTERCEPT_MAX_RULES 4096
/* What write-once remembers of each register has to fit somewhere. */
#define VPO_INTERCEPT_MAX_ONCE 0x10000

typedef struct VpoInterceptRule VpoInterceptRule;
typedef struct VpoIntercept VpoIntercept;

/* One part of an access, within one window. */
typedef struct VpoInterceptPart {
    uint64_t offset;  /* in the region */
    unsigned size;    /* 1, 2, 4 or 8 */
    bool write;
    uint64_t value;   /* of a write */
} VpoInterceptPart;

/*
 * What a rule makes of a part. A bit of @mask is the device's for a read and
 * the guest's for a write; the others are those of @value, or, of a write that
 * merges, what the device has.
 */
typedef struct VpoInterceptVerdict {
    bool pass;        /* the device gets the access */
    bool merge;       /* it is read first, for the bits outside of mask */
    uint64_t mask;
    uint64_t value;
    bool complete;    /* then complete interrupt rule->arg[0] */
    bool raise;       /* then raise emulated interrupt rule->arg[0] */
} VpoInterceptVerdict;

/*
 * A kind of rule. Both ops find a verdict that passes nothing and reads as 0,
 * and which stays so without the op; they change nothing but the verdict and
 * what the rule remembers.
 */
typedef struct VpoInterceptKind {
    const char *name;
    const char *args;        /* as messages show them: "MASK [VALUE]" */
    unsigned min_args, max_args;
    enum {
        VPO_INTERCEPT_DIRECT = 1 << 0,   /* its pages are not trapped */
        VPO_INTERCEPT_ONCE = 1 << 1,     /* what was written is remembered */
        VPO_INTERCEPT_COMPLETE = 1 << 2, /* arg[0] is a hardware interrupt */
        VPO_INTERCEPT_RAISE = 1 << 3,    /* arg[0] is an emulated one */
    } flags;
    const char *says;        /* what it does, for people */
    /* NULL, or why its window or arguments are none; g_free() it. Optional. */
    char *(*check)(const VpoInterceptRule *rule);
    void (*read)(VpoInterceptRule *rule, const VpoInterceptPart *part,
                 VpoInterceptVerdict *verdict);
    void (*write)(VpoInterceptRule *rule, const VpoInterceptPart *part,
                  VpoInterceptVerdict *verdict);
} VpoInterceptKind;

extern const VpoInterceptKind vpo_intercept_kinds[];
extern const unsigned vpo_intercept_n_kinds;
/* The rows of what a region's default says. */
extern const VpoInterceptKind *const vpo_intercept_direct;
extern const VpoInterceptKind *const vpo_intercept_deny;

/* Parts of accesses; never reset. */
typedef struct VpoInterceptCounts {
    uint64_t reads;
    uint64_t writes;
    uint64_t denied; /* of both, those that were not done as the guest asked */
} VpoInterceptCounts;

struct VpoInterceptRule {
    const VpoInterceptKind *kind;
    uint32_t region;
    uint64_t offset, length;
    uint32_t arg[2];        /* in the order of the text; 0 if not given */
    unsigned n_args;
    const char *origin;     /* "FILE: line 3": for messages */
    char *text;             /* as it was written, with single blanks */
    uint8_t *written;       /* a byte each register, with _ONCE */
    VpoInterceptCounts counts;
};

/* A part has been dealt with. */
typedef struct VpoInterceptNote {
    const VpoInterceptRule *rule;
    const VpoInterceptPart *part;
    uint64_t value; /* what the guest has read, or the device was given */
    bool pass;
    bool denied;
} VpoInterceptNote;

/* The device and its interrupts, as @opaque; all are mandatory. */
typedef struct VpoInterceptOps {
    uint64_t (*read)(void *opaque, unsigned region, uint64_t offset,
                     unsigned size);
    void (*write)(void *opaque, unsigned region, uint64_t offset,
                  uint64_t value, unsigned size);
    /* The guest has acknowledged this interrupt; after the write. */
    void (*complete)(void *opaque, unsigned index);
    /* Raise an emulated interrupt. */
    void (*raise)(void *opaque, unsigned index);
    void (*note)(void *opaque, const VpoInterceptNote *note);
} VpoInterceptOps;

/* What the rules have to fit. */
typedef struct VpoInterceptDevice {
    unsigned n_regions;
    uint64_t size[VPO_DT_MAX_REGIONS];
    uint64_t page;          /* a power of two */
    unsigned n_irqs;        /* hardware lines, counted from 0 */
    unsigned emulated;      /* the first emulated interrupt, and how many */
    unsigned n_emulated;
} VpoInterceptDevice;

VpoIntercept *vpo_intercept_new(void);
void vpo_intercept_free(VpoIntercept *it);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpoIntercept, vpo_intercept_free)

/*
 * Add the rules of a text. @name begins messages: a file's name; @short_form:
 * rules are separated by '/', as on a command line, and counted instead of
 * lines. Returns true, or false with "NAME: line L, column C: what is wrong and
 * what to do" in @why (g_free() it).
 */
bool vpo_intercept_parse(VpoIntercept *it, const char *name, const char *text,
                         bool short_form, char **why);
/* The same of a file. */
bool vpo_intercept_read(VpoIntercept *it, const char *path, char **why);

/*
 * Put the rules together for a device, after all texts. Returns true, or false
 * with a sentence in @why. To be done once, before what is below.
 */
bool vpo_intercept_compile(VpoIntercept *it, const VpoInterceptDevice *device,
                           char **why);

/* Is there any part of [offset, offset + length) that must be trapped? */
bool vpo_intercept_traps(const VpoIntercept *it, unsigned region,
                         uint64_t offset, uint64_t length);
/*
 * The first run of trapped pages of a region from @from on: its start; its
 * length, cut at the region's end, in @length. 0 there if there is none.
 */
uint64_t vpo_intercept_run(const VpoIntercept *it, unsigned region,
                           uint64_t from, uint64_t *length);

/* An access of the guest's to a trapped page, of 1 to 8 bytes. */
uint64_t vpo_intercept_do_read(VpoIntercept *it, unsigned region,
                               uint64_t offset, unsigned size,
                               const VpoInterceptOps *ops, void *opaque);
void vpo_intercept_do_write(VpoIntercept *it, unsigned region, uint64_t offset,
                            uint64_t value, unsigned size,
                            const VpoInterceptOps *ops, void *opaque);
/* The device is reset: registers can be written once more. */
void vpo_intercept_reset(VpoIntercept *it);

/*
 * The rules by region and offset, and then, for each region, that of what no
 * rule is about, whose length is 0. NULL after the last.
 */
VpoInterceptRule *vpo_intercept_rule(const VpoIntercept *it, unsigned i);
/* Does any rule complete this interrupt? */
bool vpo_intercept_completes(const VpoIntercept *it, unsigned index);
/* The text of irq-served, or NULL. */
const char *vpo_intercept_irq_served(const VpoIntercept *it);

#endif
