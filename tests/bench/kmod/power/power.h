/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the bench's provider of clocks, resets … share. */
#ifndef VPO_BENCH_POWER_H
#define VPO_BENCH_POWER_H

#include <linux/clk-provider.h>
#include <linux/pm_domain.h>
#include <linux/platform_device.h>
#include <linux/reset-controller.h>
#include <linux/spinlock.h>

#define POWER_CLOCKS    2
#define POWER_DOMAINS   3
#define POWER_RESETS    4
#define POWER_SUPPLIES  2

/* Kinds of things times verbs, with room to spare. */
#define POWER_NOTES     64
#define POWER_LOG       512

/* What has been called, how often, and of the last calls in which order. */
struct power_notes {
    spinlock_t lock;            /* guards the rest; clocks are atomic */
    unsigned int kinds;
    struct power_note {
        char name[24];          /* "clock0.enable" */
        unsigned long calls;
    } notes[POWER_NOTES];
    unsigned int logged;        /* in all; log[] is a ring */
    u8 log[POWER_LOG];          /* indexes of notes[] */
    char last[256];             /* said when the host goes down */
};

struct power;

struct power_clock {
    struct clk_hw hw;
    struct power *power;
    unsigned int id;
    bool prepared, enabled;
};

struct power_domain {
    struct generic_pm_domain pd;
    struct power *power;
    unsigned int id;
    bool on;
};

struct power_supply {
    struct power *power;
    const char *name;
    bool on;
};

struct power {
    struct device *dev;
    struct power_notes notes;
    struct power_clock clocks[POWER_CLOCKS];
    struct clk_hw_onecell_data *clock_data;
    struct power_domain domains[POWER_DOMAINS];
    struct generic_pm_domain *domain_list[POWER_DOMAINS];
    struct genpd_onecell_data domain_data;
    struct reset_controller_dev resets;
    bool asserted[POWER_RESETS];
    void __iomem *device;       /* what reset 0 resets: a PL031 */
    struct power_supply supplies[POWER_SUPPLIES];
    const char *function;       /* of the pins; NULL when nobody's */
};

/* notes.c: counts a call of verb for the thing of this kind and number */
void power_note(struct power *power, const char *kind, unsigned int id,
                const char *verb);
int power_notes_show(struct power *power);
/* The host goes down: the log, as "@result shutdown=", and the last words. */
void power_notes_end(struct power *power);

/* Each registers its providers with the node; 0 or a negative errno. */
int power_clocks(struct power *power);
int power_resets(struct power *power);
int power_supplies(struct power *power);
int power_domains(struct power *power);
int power_pins(struct power *power);

#endif
