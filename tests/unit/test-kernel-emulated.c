// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel driver's emulated level interrupts: every cell of their table,
 * that what was raised is delivered whatever comes in whatever order, and once
 * for as long as it is not completed; and which ranges are taken.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "irq_line.h"
#include "irq_valid.h"

/* ---- every cell ---- */

#define OPEN VPO_OPEN
#define DELI VPO_DELIVERED
#define HELD VPO_HELD
#define MASK VPO_MASKED
#define TOLD (VPO_DO_TAKE | VPO_DO_SIGNAL)
#define WAIT VPO_DO_FIRST_LOOK

static const struct {
    enum vpo_state next;
    unsigned actions;
} cells[VPO_STATES][VPO_EVENTS] = {
    /* FIRE, STRAY, MASK, DONE, DONE_HIGH, LOOK_LOW, _HIGH, _AGAIN, _BOUND,
       DISARM */
    { { DELI, VPO_DO_SIGNAL }, { OPEN, 0 }, { MASK, 0 }, { OPEN, 0 },
      { HELD, WAIT }, { OPEN, 0 }, { OPEN, 0 }, { DELI, TOLD }, { OPEN, 0 },
      { OPEN, 0 } },
    { { DELI, VPO_DO_PEND }, { DELI, 0 }, { MASK, VPO_DO_PEND },
      { OPEN, VPO_DO_COMPLETED }, { HELD, WAIT | VPO_DO_COMPLETED },
      { DELI, 0 }, { DELI, 0 }, { DELI, 0 }, { DELI, 0 }, { DELI, 0 } },
    { { HELD, 0 }, { HELD, 0 }, { MASK, 0 }, { OPEN, 0 }, { HELD, 0 },
      { OPEN, 0 }, { DELI, TOLD }, { DELI, TOLD }, { DELI, TOLD },
      { OPEN, 0 } },
    { { MASK, VPO_DO_PEND }, { MASK, 0 }, { MASK, 0 }, { OPEN, 0 },
      { HELD, WAIT }, { MASK, 0 }, { MASK, 0 }, { MASK, 0 }, { MASK, 0 },
      { MASK, 0 } },
};

static void test_cells(void)
{
    for (int s = 0; s < VPO_STATES; s++) {
        for (int e = 0; e < VPO_EVENTS; e++) {
            const struct vpo_step *to = &vpo_emulated_steps.at[s][e];

            g_test_message("state %d, event %d", s, e);
            g_assert_cmpint(to->next, ==, cells[s][e].next);
            g_assert_cmphex(to->actions, ==, cells[s][e].actions);
        }
    }
}

/* ---- sequences, with the driver's choice of the event ---- */

/* What the user does, and the timer. */
enum act { ARM, DISARM, RAISE, MASKS, UNMASKS, TIMER, ACTS };

typedef struct Line {
    enum vpo_state state;
    bool pending;
    bool armed;
    bool timer;     /* it will run */
    bool owed;      /* raised, and not signalled since */
    bool shown;     /* signalled, and neither completed nor forgotten since */
} Line;

static void step(Line *line, enum vpo_event event)
{
    const struct vpo_step *s = &vpo_emulated_steps.at[line->state][event];

    if (s->actions & VPO_DO_SIGNAL) {
        /* There is somebody to tell, who is not told twice. */
        g_assert_true(line->armed);
        g_assert_false(line->shown);
        line->shown = true;
        line->owed = false;
    }
    if (s->actions & (VPO_DO_PEND | VPO_DO_TAKE)) {
        line->pending = s->actions & VPO_DO_PEND;
    }
    line->timer |= !!(s->actions & VPO_DO_FIRST_LOOK);
    line->state = s->next;
}

/* As irq_line.c and irq_emulated.c have it. */
static void act(Line *line, enum act what)
{
    switch (what) {
    case ARM:
        line->armed = true;
        if (line->pending) {
            step(line, VPO_LOOK_AGAIN);
        }
        break;
    case DISARM:
        line->armed = line->timer = false;
        step(line, VPO_DISARM);
        break;
    case RAISE:
        line->owed |= line->armed;
        step(line, line->armed ? VPO_FIRE : VPO_STRAY);
        break;
    case MASKS:
        /* What was delivered is forgotten, and must be delivered again. */
        line->owed |= line->shown;
        line->shown = false;
        step(line, VPO_MASK);
        break;
    case UNMASKS:
        line->shown = false;
        step(line, line->armed && line->pending ? VPO_DONE_HIGH : VPO_DONE);
        break;
    case TIMER:
        if (line->timer && line->state == VPO_HELD) {
            step(line, line->pending ? VPO_LOOK_HIGH : VPO_LOOK_LOW);
        }
        line->timer = false;
        break;
    case ACTS:
        g_assert_not_reached();
    }
    /* Open to somebody, it owes nothing; otherwise it remembers. */
    g_assert_cmpint(line->pending, ==, line->owed);
    if (line->state == VPO_OPEN && line->armed) {
        g_assert_false(line->owed);
    }
    /* Held, it is on its way. */
    if (line->state == VPO_HELD) {
        g_assert_true(line->armed && line->timer && line->pending);
    }
}

#define LENGTH 7

static void walk(Line line, int depth, unsigned *visits)
{
    (*visits)++;
    for (int what = 0; depth && what < ACTS; what++) {
        Line next = line;

        act(&next, what);
        walk(next, depth - 1, visits);
    }
}

static void test_sequences(void)
{
    unsigned visits = 0;

    walk((Line) { .state = VPO_OPEN }, LENGTH, &visits);
    /* 1 + 6 + 6^2 + ... + 6^7 */
    g_assert_cmpuint(visits, ==, 335923);
}

/* ---- what a request may say ---- */

#define LEVEL VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL

static const struct {
    struct vfio_platform_oneshot_emulated req;
    int ret;
} requests[] = {
    { { 0, 0, 1, VFIO_PLATFORM_ONESHOT_EMULATED_NONE }, 0 },
    { { 0, 0, 1, VFIO_PLATFORM_ONESHOT_EMULATED_EDGE }, 0 },
    { { 0, 0, 1, LEVEL }, 0 },
    { { 0, 0, 1, LEVEL + 1 }, -EINVAL },
    { { 0, 0, 1, UINT32_MAX }, -EINVAL },
    { { 0, 1, 1, LEVEL }, -EINVAL },
    { { 0, 0, 0, LEVEL }, -EINVAL },
    { { 0, 0, 64, LEVEL }, 0 },
    { { 0, 0, 65, LEVEL }, -EINVAL },
    { { 0, 0, UINT32_MAX, LEVEL }, -EINVAL },
    { { 192, 0, 64, LEVEL }, 0 },
    { { 193, 0, 64, LEVEL }, -EINVAL },
    { { 255, 0, 1, LEVEL }, 0 },
    { { 256, 0, 1, LEVEL }, -EINVAL },
    { { UINT32_MAX, 0, 1, LEVEL }, -EINVAL },
    { { UINT32_MAX, 0, 2, LEVEL }, -EINVAL },
};

static void test_requests(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_test_message("request %zu", i);
        g_assert_cmpint(vpo_valid_emulated(&requests[i].req), ==,
                        requests[i].ret);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kernel/emulated/cells", test_cells);
    g_test_add_func("/kernel/emulated/sequences", test_sequences);
    g_test_add_func("/kernel/emulated/requests", test_requests);
    return g_test_run();
}
