// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel driver's pure parts: that its line states never lose, leak or
 * forget a mask, whatever comes in whatever order, and what it lets pass.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "irq_line.h"
#include "irq_valid.h"

/*
 * A line, as far as the steps show: what the driver has disabled, whether its
 * thread sleeps, and whether the user waits for a signal that can still come.
 */
typedef struct Line {
    enum vpo_state state;
    bool disabled;
    bool asleep;
} Line;

typedef struct Rules {
    const char *name;
    const struct vpo_steps *steps;
    /* When the line is, and has to be, disabled; and the thread asleep. */
    bool disabled[VPO_STATES];
    bool asleep[VPO_STATES];
    /* Which states a line of this kind can be in. */
    bool entered[VPO_STATES];
    /* The user's unmask has nothing to say about a held line. */
    bool holds_by_itself;
} Rules;

static const Rules kinds[] = {
    { "disabling", &vpo_disabling_steps,
      .disabled = { [VPO_DELIVERED] = true, [VPO_HELD] = true,
                    [VPO_MASKED] = true },
      .entered = { true, true, true, true } },
    { "sleeping", &vpo_sleeping_steps,
      .disabled = { [VPO_MASKED] = true },
      .asleep = { [VPO_DELIVERED] = true, [VPO_HELD] = true },
      .entered = { true, true, true, true } },
    { "passing", &vpo_passing_steps,
      .disabled = { [VPO_MASKED] = true },
      .entered = { [VPO_OPEN] = true, [VPO_MASKED] = true } },
    { "polled", &vpo_polled_steps,
      .disabled = { [VPO_DELIVERED] = true, [VPO_HELD] = true,
                    [VPO_MASKED] = true },
      .entered = { true, true, true, true }, .holds_by_itself = true },
};

static void step(const Rules *r, Line *line, enum vpo_event event)
{
    const struct vpo_step *s = &r->steps->at[line->state][event];
    bool fires = line->state == VPO_OPEN && event == VPO_FIRE;
    bool rescued = line->state == VPO_HELD &&
                   (event == VPO_LOOK_BOUND || event == VPO_LOOK_AGAIN);

    /* A mask is never taken twice, and never given back twice. */
    g_assert_false(line->disabled && (s->actions & VPO_DO_DISABLE));
    g_assert_false(!line->disabled && (s->actions & VPO_DO_ENABLE));
    g_assert_false((s->actions & VPO_DO_DISABLE) &&
                   (s->actions & VPO_DO_ENABLE));
    /* The user is told of a line that fires, rises anew, or is out of time. */
    g_assert_cmpint(!!(s->actions & VPO_DO_SIGNAL), ==, fires || rescued);
    g_assert_cmpint(!!(s->actions & VPO_DO_SPURIOUS), ==,
                    (event == VPO_FIRE || event == VPO_STRAY) &&
                    line->state != VPO_OPEN);

    line->disabled = (line->disabled || (s->actions & VPO_DO_DISABLE)) &&
                     !(s->actions & VPO_DO_ENABLE);
    line->asleep = r->asleep[s->next] &&
                   (line->asleep || fires) && !(s->actions & VPO_DO_WAKE);
    line->state = s->next;

    g_assert_true(r->entered[line->state]);
    g_assert_cmpint(line->disabled, ==, r->disabled[line->state]);
    g_assert_cmpint(line->asleep, ==, r->asleep[line->state]);
}

/* All sequences of events up to this length, from an open line. */
#define LENGTH 6

static void walk(const Rules *r, Line line, int depth, unsigned *visits)
{
    (*visits)++;
    for (int event = 0; depth && event < VPO_EVENTS; event++) {
        Line next = line;

        step(r, &next, event);
        walk(r, next, depth - 1, visits);
    }
}

static void test_sequences(gconstpointer data)
{
    unsigned visits = 0;

    walk(data, (Line) { VPO_OPEN, false, false }, LENGTH, &visits);
    /* 1 + 10 + 10^2 + ... + 10^6 */
    g_assert_cmpuint(visits, ==, 1111111);
}

/* Unmasked by the user, a line is open, unless it was just found high. */
static void test_unmask_opens(gconstpointer data)
{
    const Rules *r = data;

    for (int s = 0; s < VPO_STATES; s++) {
        if (r->holds_by_itself && s == VPO_HELD) {
            g_assert_cmpint(r->steps->at[s][VPO_DONE].next, ==, s);
        } else if (r->entered[s]) {
            g_assert_cmpint(r->steps->at[s][VPO_DONE].next, ==, VPO_OPEN);
        }
    }
    g_assert_cmpint(r->steps->at[VPO_MASKED][VPO_DONE_HIGH].next, ==,
                    VPO_OPEN);
}

/* A held line always has a look to come: it cannot stay held for ever. */
static void test_held_is_looked_at(gconstpointer data)
{
    const Rules *r = data;

    for (int s = 0; s < VPO_STATES; s++) {
        for (int e = 0; e < VPO_EVENTS; e++) {
            const struct vpo_step *to = &r->steps->at[s][e];

            if (r->entered[s] && to->next == VPO_HELD &&
                (s != VPO_HELD || e == VPO_LOOK_BOUND ||
                 e == VPO_LOOK_AGAIN)) {
                g_assert_true(to->actions & VPO_DO_FIRST_LOOK);
            }
        }
    }
    if (r->entered[VPO_HELD]) {
        g_assert_true(r->steps->at[VPO_HELD][VPO_LOOK_HIGH].actions &
                      VPO_DO_NEXT_LOOK);
    }
}

/*
 * With nobody to tell, nothing waits for an answer: no look, and no thread that
 * would keep the line from being given back.
 */
static void test_stray_waits_for_nobody(gconstpointer data)
{
    const Rules *r = data;
    const struct vpo_step *to = &r->steps->at[VPO_OPEN][VPO_STRAY];

    g_assert_false(r->asleep[to->next]);
    g_assert_cmpint(to->next, !=, VPO_HELD);
    /* A line that would fire again at once is kept from it. */
    g_assert_cmpint(!!(to->actions & VPO_DO_DISABLE), ==,
                    r->disabled[VPO_HELD] || r->asleep[VPO_HELD]);
}

/* A line that is not ours only remembers the user's mask. */
static void test_parked(void)
{
    for (int s = 0; s < VPO_STATES; s++) {
        for (int e = 0; e < VPO_EVENTS; e++) {
            const struct vpo_step *to = &vpo_parked_steps.at[s][e];

            g_assert_cmpuint(to->actions, ==, 0);
            if (s == VPO_OPEN || s == VPO_MASKED) {
                g_assert_true(to->next == VPO_OPEN || to->next == VPO_MASKED);
            }
        }
    }
    g_assert_cmpint(vpo_parked_steps.at[VPO_OPEN][VPO_MASK].next, ==,
                    VPO_MASKED);
    g_assert_cmpint(vpo_parked_steps.at[VPO_MASKED][VPO_DONE].next, ==,
                    VPO_OPEN);
}

/* ---- what a request may say ---- */

static const struct {
    struct vfio_platform_oneshot_irq_mode req;
    int ret;
} mode_requests[] = {
    { { .mode = VFIO_PLATFORM_ONESHOT_AUTOMASK }, 0 },
    { { .mode = VFIO_PLATFORM_ONESHOT_EDGE }, 0 },
    { { .mode = VFIO_PLATFORM_ONESHOT_POLLED }, 0 },
    { { .mode = VFIO_PLATFORM_ONESHOT_POLLED, .guest_intid = 32 }, -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_IRQ_MODES }, -EINVAL },
    { { .mode = UINT32_MAX }, -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_HOLD, .flags = 1 }, -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_HOLD, .guest_intid = 32 }, -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_FORWARDED }, -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_FORWARDED, .guest_intid = 31 },
      -EINVAL },
    { { .mode = VFIO_PLATFORM_ONESHOT_FORWARDED, .guest_intid = 32 }, 0 },
    { { .mode = VFIO_PLATFORM_ONESHOT_FORWARDED, .guest_intid = 1019 }, 0 },
    { { .mode = VFIO_PLATFORM_ONESHOT_FORWARDED, .guest_intid = 1020 },
      -EINVAL },
};

static const struct {
    struct vfio_platform_oneshot_irq_hold req;
    int ret;
} hold_requests[] = {
#define HOLD(min, max, bound) { .interval_min_ns = (min),                   \
                                .interval_max_ns = (max),                   \
                                .bound_ns = (bound) }
    { HOLD(10000, 1000000, 10000000), 0 },
    { HOLD(10000, 10000, 10000), 0 },
    { HOLD(9999, 10000, 10000), -EINVAL },
    { HOLD(0, 0, 0), -EINVAL },
    { HOLD(20000, 19999, 50000), -EINVAL },
    { HOLD(10000, 100000000, 10000000000), 0 },
    { HOLD(10000, 100000001, 10000000000), -EINVAL },
    { HOLD(10000, 20000, 19999), -EINVAL },
    { HOLD(10000, 20000, 10000000001), -EINVAL },
    { HOLD(UINT64_MAX, UINT64_MAX, UINT64_MAX), -EINVAL },
    { { .flags = 1, .interval_min_ns = 10000, .interval_max_ns = 10000,
        .bound_ns = 10000 }, -EINVAL },
};

static const struct {
    struct vfio_platform_oneshot_irq_share req;
    int ret;
} share_requests[] = {
#define SHARE(...) { .status_bits = 1, .enable_bits = 1, __VA_ARGS__ }
#define SHARE_KIND(name) VFIO_PLATFORM_ONESHOT_SHARE_##name
    { SHARE(.status = 0x30, .enable = 0x38), 0 },
    { SHARE(.raw = 1), 0 },
    { SHARE(.raw = 2), -EINVAL },
    { SHARE(.flags = 1), -EINVAL },
    { SHARE(.status = 1), -EINVAL },
    { SHARE(.enable = 2), -EINVAL },
    { SHARE(.kind = SHARE_KIND(MASK)), 0 },
    { SHARE(.kind = SHARE_KIND(MASK), .clear = 4), -EINVAL },
    { SHARE(.kind = SHARE_KIND(SET_CLEAR), .clear = 4), 0 },
    { SHARE(.kind = SHARE_KIND(SET_CLEAR), .clear = 6), -EINVAL },
    { SHARE(.kind = VFIO_PLATFORM_ONESHOT_SHARE_KINDS), -EINVAL },
    { { .status_bits = 1 }, -EINVAL },
    { { .enable_bits = 1 }, -EINVAL },
};

static void test_requests(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(share_requests); i++) {
        g_test_message("share request %zu", i);
        g_assert_cmpint(vpo_valid_share(&share_requests[i].req), ==,
                        share_requests[i].ret);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(mode_requests); i++) {
        g_test_message("mode request %zu", i);
        g_assert_cmpint(vpo_valid_mode(&mode_requests[i].req), ==,
                        mode_requests[i].ret);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(hold_requests); i++) {
        g_test_message("hold request %zu", i);
        g_assert_cmpint(vpo_valid_hold(&hold_requests[i].req), ==,
                        hold_requests[i].ret);
    }
}

static void add(const char *test, const Rules *r, GTestDataFunc func)
{
    g_autofree char *path = g_strdup_printf("/kernel/%s/%s", r->name, test);

    g_test_add_data_func(path, r, func);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        add("sequences", &kinds[i], test_sequences);
        add("unmask-opens", &kinds[i], test_unmask_opens);
        add("held-is-looked-at", &kinds[i], test_held_is_looked_at);
        add("stray-waits-for-nobody", &kinds[i], test_stray_waits_for_nobody);
    }
    g_test_add_func("/kernel/parked", test_parked);
    g_test_add_func("/kernel/requests", test_requests);
    return g_test_run();
}
