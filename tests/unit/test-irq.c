// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interrupt core: every state x event cell of both tables, what each does
 * in which order, and what it does when an action fails.
 */
#include <errno.h>
#include <glib.h>
#include "vpo-irq.h"

/* ---- a fake host line and a fake guest that write down what is asked ---- */

typedef struct Fake {
    VpoIrq irq;
    GString *log;        /* the actions, one letter each */
    const char *fail;    /* letters that fail, or NULL */
} Fake;

static int fake_do(VpoIrq *irq, char letter)
{
    Fake *f = irq->opaque;

    if (f->fail && strchr(f->fail, letter)) {
        g_string_append_c(f->log, '!');
        g_string_append_c(f->log, letter);
        return -EIO;
    }
    g_string_append_c(f->log, letter);
    return 0;
}

static int fake_mask(VpoIrq *irq)
{
    return fake_do(irq, 'm');
}

static int fake_unmask(VpoIrq *irq)
{
    return fake_do(irq, 'u');
}

static int fake_arm(VpoIrq *irq)
{
    return fake_do(irq, 'a');
}

static void fake_disarm(VpoIrq *irq)
{
    fake_do(irq, 'd');
}

static int fake_bind(VpoIrq *irq)
{
    return fake_do(irq, 'b');
}

static void fake_unbind(VpoIrq *irq)
{
    fake_do(irq, 'x');
}

static void fake_set(VpoIrq *irq, bool high)
{
    fake_do(irq, high ? 'H' : 'L');
}

static const char *fake_no_obstacle(const VpoIrq *irq)
{
    (void)irq;
    return NULL;
}

static const char *fake_obstacle(const VpoIrq *irq)
{
    (void)irq;
    return "no kernel";
}

static const char *fake_mismatch(const VpoIrq *irq)
{
    (void)irq;
    return "no match";
}

static int fake_send(VpoIrq *irq)
{
    return fake_do(irq, 's');
}

#define BACKEND(is_level, t, obst) {                                \
    .name = "fake", .table = (t), .level = (is_level),              \
    .obstacle = (obst),                                             \
    .mask = fake_mask, .unmask = fake_unmask,                       \
    .arm = fake_arm, .disarm = fake_disarm, .send = fake_send,      \
}
static const VpoIrqBackend fake_level = BACKEND(true, &vpo_irq_level_table,
                                                fake_no_obstacle);
static const VpoIrqBackend fake_edge = BACKEND(false, &vpo_irq_edge_table,
                                               fake_no_obstacle);
static const VpoIrqBackend fake_emulated = BACKEND(true,
                                                   &vpo_irq_emulated_table,
                                                   fake_no_obstacle);
static const VpoIrqBackend fake_absent = BACKEND(true, &vpo_irq_level_table,
                                                 fake_obstacle);

#define INJECT(p, obst) {                                           \
    .path = (p), .done = VPO_IRQ_DONE_ACCESS, .obstacle = (obst),   \
    .bind = fake_bind, .unbind = fake_unbind, .set = fake_set,      \
}
static const VpoIrqInject fake_path = INJECT("fast", fake_no_obstacle);
static const VpoIrqInject fake_slow = INJECT("slow", fake_no_obstacle);
static const VpoIrqInject fake_blocked = INJECT("blocked", fake_obstacle);

static void fake_init(Fake *f, const VpoIrqBackend *backend, VpoIrqState state)
{
    *f = (Fake) { .log = g_string_new(NULL) };
    f->irq.opaque = f;
    f->irq.backend = backend;
    f->irq.inject = &fake_path;
    f->irq.state = state;
}

static void fake_free(Fake *f)
{
    g_string_free(f->log, true);
    vpo_irq_clear(&f->irq);
}

/* ---- every cell ---- */

#define OFF VPO_IRQ_OFF
#define HELD VPO_IRQ_HELD
#define IDLE VPO_IRQ_IDLE
#define ASSD VPO_IRQ_ASSERTED
#define WAIT VPO_IRQ_WAITING

/* @act: letters in order. @ret: 0, or the refusal. */
typedef struct Cell {
    VpoIrqState from;
    VpoIrqEvent event;
    VpoIrqState to;
    const char *act;
    int ret;
    unsigned raised, completed, dropped, overdue;
    bool latched;
} Cell;

/* Remembered, and nothing else. */
#define LATCHED 0, 0, 0, 0, 0, true

static const Cell level_cells[] = {
    { OFF, VPO_IRQ_ARM, HELD, "mba", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_RELEASE, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_TRIGGER, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_STALE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_COMPLETE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DONE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_WAIT, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_OVERDUE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_SEND, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_HOLD, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DISARM, OFF, "", 0, 0, 0, 0 },

    { HELD, VPO_IRQ_ARM, HELD, "", -EBUSY, 0, 0, 0 },
    { HELD, VPO_IRQ_RELEASE, IDLE, "u", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_TRIGGER, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_STALE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_COMPLETE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DONE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_WAIT, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_OVERDUE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_SEND, HELD, "", LATCHED },
    { HELD, VPO_IRQ_HOLD, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { IDLE, VPO_IRQ_ARM, IDLE, "", -EBUSY, 0, 0, 0 },
    { IDLE, VPO_IRQ_RELEASE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_TRIGGER, ASSD, "H", 0, 1, 0, 0 },
    { IDLE, VPO_IRQ_STALE, IDLE, "u", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_COMPLETE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DONE, IDLE, "Lu", 0, 0, 1, 0 },
    { IDLE, VPO_IRQ_WAIT, WAIT, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_OVERDUE, IDLE, "Lu", 0, 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_SEND, IDLE, "s", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_HOLD, HELD, "mL", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DISARM, OFF, "dxL", 0, 0, 0, 0 },

    { ASSD, VPO_IRQ_ARM, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_RELEASE, ASSD, "", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_TRIGGER, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_STALE, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_COMPLETE, IDLE, "Lu", 0, 0, 1, 0 },
    { ASSD, VPO_IRQ_DONE, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_WAIT, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_OVERDUE, ASSD, "", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_SEND, ASSD, "", LATCHED },
    { ASSD, VPO_IRQ_HOLD, HELD, "Lm", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_DISARM, OFF, "dxL", 0, 0, 0, 0 },

    { WAIT, VPO_IRQ_ARM, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_RELEASE, WAIT, "", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_TRIGGER, WAIT, "", 0, 0, 0, 1 },
    { WAIT, VPO_IRQ_STALE, WAIT, "", 0, 0, 0, 1 },
    { WAIT, VPO_IRQ_COMPLETE, WAIT, "", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_DONE, IDLE, "Lu", 0, 0, 1, 0 },
    { WAIT, VPO_IRQ_WAIT, WAIT, "", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_OVERDUE, WAIT, "", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_SEND, WAIT, "", LATCHED },
    { WAIT, VPO_IRQ_HOLD, HELD, "Lm", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_DISARM, OFF, "dxL", 0, 0, 0, 0 },
};

static const Cell edge_cells[] = {
    { OFF, VPO_IRQ_ARM, HELD, "mba", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_RELEASE, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_TRIGGER, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_STALE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_COMPLETE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DONE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_WAIT, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_OVERDUE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_SEND, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_HOLD, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DISARM, OFF, "", 0, 0, 0, 0 },

    { HELD, VPO_IRQ_ARM, HELD, "", -EBUSY, 0, 0, 0 },
    { HELD, VPO_IRQ_RELEASE, IDLE, "u", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_TRIGGER, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_STALE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_COMPLETE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DONE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_WAIT, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_OVERDUE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_SEND, HELD, "", LATCHED },
    { HELD, VPO_IRQ_HOLD, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { IDLE, VPO_IRQ_ARM, IDLE, "", -EBUSY, 0, 0, 0 },
    { IDLE, VPO_IRQ_RELEASE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_TRIGGER, IDLE, "HL", 0, 1, 0, 0 },
    { IDLE, VPO_IRQ_STALE, IDLE, "HL", 0, 1, 0, 0 },
    { IDLE, VPO_IRQ_COMPLETE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DONE, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_WAIT, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_OVERDUE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_SEND, IDLE, "s", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_HOLD, HELD, "m", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { ASSD, VPO_IRQ_ARM, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_RELEASE, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_TRIGGER, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_STALE, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_COMPLETE, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_DONE, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_WAIT, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_OVERDUE, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_SEND, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_HOLD, HELD, "m", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { WAIT, VPO_IRQ_ARM, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_RELEASE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_TRIGGER, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_STALE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_COMPLETE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_DONE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_WAIT, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_OVERDUE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_SEND, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_HOLD, HELD, "m", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },
};

static const Cell emulated_cells[] = {
    { OFF, VPO_IRQ_ARM, HELD, "mba", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_RELEASE, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_TRIGGER, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_STALE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_COMPLETE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DONE, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_WAIT, OFF, "", 0, 0, 0, 1 },
    { OFF, VPO_IRQ_OVERDUE, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_SEND, OFF, "", -EINVAL, 0, 0, 0 },
    { OFF, VPO_IRQ_HOLD, OFF, "", 0, 0, 0, 0 },
    { OFF, VPO_IRQ_DISARM, OFF, "", 0, 0, 0, 0 },

    { HELD, VPO_IRQ_ARM, HELD, "", -EBUSY, 0, 0, 0 },
    { HELD, VPO_IRQ_RELEASE, IDLE, "u", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_TRIGGER, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_STALE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_COMPLETE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DONE, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_WAIT, HELD, "", 0, 0, 0, 1 },
    { HELD, VPO_IRQ_OVERDUE, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_SEND, HELD, "", LATCHED },
    { HELD, VPO_IRQ_HOLD, HELD, "", 0, 0, 0, 0 },
    { HELD, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { IDLE, VPO_IRQ_ARM, IDLE, "", -EBUSY, 0, 0, 0 },
    { IDLE, VPO_IRQ_RELEASE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_TRIGGER, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_STALE, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_COMPLETE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DONE, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_WAIT, IDLE, "", 0, 0, 0, 1 },
    { IDLE, VPO_IRQ_OVERDUE, IDLE, "", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_SEND, ASSD, "s", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_HOLD, HELD, "m", 0, 0, 0, 0 },
    { IDLE, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },

    { ASSD, VPO_IRQ_ARM, ASSD, "", -EBUSY, 0, 0, 0 },
    { ASSD, VPO_IRQ_RELEASE, ASSD, "", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_TRIGGER, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_STALE, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_COMPLETE, ASSD, "", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_DONE, IDLE, "Lu", 0, 0, 1, 0 },
    { ASSD, VPO_IRQ_WAIT, ASSD, "", 0, 0, 0, 1 },
    { ASSD, VPO_IRQ_OVERDUE, ASSD, "", 0, 0, 0, 0 },
    { ASSD, VPO_IRQ_SEND, ASSD, "", LATCHED },
    { ASSD, VPO_IRQ_HOLD, HELD, "mL", LATCHED },
    { ASSD, VPO_IRQ_DISARM, OFF, "dxL", 0, 0, 0, 0 },

    { WAIT, VPO_IRQ_ARM, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_RELEASE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_TRIGGER, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_STALE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_COMPLETE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_DONE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_WAIT, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_OVERDUE, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_SEND, WAIT, "", -EBUSY, 0, 0, 0 },
    { WAIT, VPO_IRQ_HOLD, HELD, "m", 0, 0, 0, 0 },
    { WAIT, VPO_IRQ_DISARM, OFF, "dx", 0, 0, 0, 0 },
};

static const struct Table {
    const char *name;
    const VpoIrqBackend *backend;
    const Cell *cells;
    size_t n;
} tables[] = {
    { "level", &fake_level, level_cells, G_N_ELEMENTS(level_cells) },
    { "edge", &fake_edge, edge_cells, G_N_ELEMENTS(edge_cells) },
    { "emulated", &fake_emulated, emulated_cells,
      G_N_ELEMENTS(emulated_cells) },
};

typedef struct CellTest {
    const struct Table *table;
    const Cell *cell;
} CellTest;

static void test_cell(gconstpointer data)
{
    const CellTest *t = data;
    const Cell *c = t->cell;
    Fake f;

    fake_init(&f, t->table->backend, c->from);
    g_assert_cmpint(vpo_irq_event(&f.irq, c->event), ==, c->ret);
    g_assert_cmpstr(f.log->str, ==, c->act);
    g_assert_cmpint(f.irq.state, ==, c->to);
    g_assert_cmpuint(f.irq.counts.raised, ==, c->raised);
    g_assert_cmpuint(f.irq.counts.completed, ==, c->completed);
    g_assert_cmpuint(f.irq.counts.dropped, ==, c->dropped);
    g_assert_cmpuint(f.irq.counts.overdue, ==, c->overdue);
    g_assert_cmpuint(f.irq.counts.errors, ==, c->ret != 0);
    g_assert_cmpuint(f.irq.counts.sent, ==, !strcmp(c->act, "s"));
    g_assert_cmpint(f.irq.latched, ==, c->latched);
    g_assert_cmpuint(f.irq.counts.triggers, ==,
                     c->event == VPO_IRQ_TRIGGER || c->event == VPO_IRQ_STALE);
    fake_free(&f);
}

/* The lists above name each cell once: none is left out. */
static void test_cells_complete(void)
{
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        unsigned seen[VPO_IRQ_N_STATES][VPO_IRQ_N_EVENTS] = { 0 };

        for (size_t i = 0; i < tables[t].n; i++) {
            seen[tables[t].cells[i].from][tables[t].cells[i].event]++;
        }
        for (int s = 0; s < VPO_IRQ_N_STATES; s++) {
            for (int e = 0; e < VPO_IRQ_N_EVENTS; e++) {
                g_assert_cmpuint(seen[s][e], ==, 1);
            }
        }
    }
}

/* An empty initialiser would read as "go to OFF, do nothing". */
static void test_cells_filled(void)
{
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        for (int s = 1; s < VPO_IRQ_N_STATES; s++) {
            for (int e = 0; e < VPO_IRQ_N_EVENTS; e++) {
                const VpoIrqArc *arc = &(*tables[t].backend->table)[s][e];

                g_assert_true(arc->next != VPO_IRQ_OFF ||
                              e == VPO_IRQ_DISARM);
            }
        }
    }
}

/* ---- failures ---- */

static const struct Failure {
    VpoIrqState from;
    VpoIrqEvent event;
    const char *fail;
    const char *act; /* with the undoing, in mirror order */
    VpoIrqState to;
} failures[] = {
    { OFF, VPO_IRQ_ARM, "m", "!m", OFF },
    { OFF, VPO_IRQ_ARM, "b", "m!b", OFF },
    { OFF, VPO_IRQ_ARM, "a", "mb!ax", OFF },
    { HELD, VPO_IRQ_RELEASE, "u", "!u", HELD },
    { IDLE, VPO_IRQ_STALE, "u", "!u", HELD },
    { IDLE, VPO_IRQ_HOLD, "m", "!m", IDLE },
    { ASSD, VPO_IRQ_COMPLETE, "u", "L!u", HELD },
    { ASSD, VPO_IRQ_HOLD, "m", "L!m", HELD },
    { IDLE, VPO_IRQ_DONE, "u", "L!u", HELD },
    { WAIT, VPO_IRQ_DONE, "u", "L!u", HELD },
    { IDLE, VPO_IRQ_OVERDUE, "u", "L!u", HELD },
};

static void test_failures(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        const struct Failure *t = &failures[i];
        Fake f;

        fake_init(&f, &fake_level, t->from);
        f.fail = t->fail;
        g_assert_cmpint(vpo_irq_event(&f.irq, t->event), ==, -EIO);
        g_assert_cmpstr(f.log->str, ==, t->act);
        g_assert_cmpint(f.irq.state, ==, t->to);
        g_assert_cmpuint(f.irq.counts.errors, ==, 1);
        fake_free(&f);
    }
}

/* After a failed unmask the next release tries again: not dead for ever. */
static void test_release_retries(void)
{
    Fake f;

    fake_init(&f, &fake_level, HELD);
    f.fail = "u";
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_RELEASE), ==, -EIO);
    f.fail = NULL;
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_RELEASE), ==, 0);
    g_assert_cmpstr(f.log->str, ==, "!uu");
    g_assert_cmpint(f.irq.state, ==, IDLE);
    fake_free(&f);
}

/* ---- ways ---- */

static void test_arm_best_way(void)
{
    static const VpoIrqWay ways[] = {
        { &fake_level, &fake_path }, { &fake_level, &fake_slow }, { NULL }
    };
    Fake f;

    fake_init(&f, NULL, OFF);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "off");
    g_assert_cmpstr(vpo_irq_mode(&f.irq), ==, "off");
    g_assert_cmpint(vpo_irq_arm(&f.irq, ways), ==, 0);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "fast");
    g_assert_cmpstr(vpo_irq_mode(&f.irq), ==, "fake");
    g_assert_null(f.irq.passed_over);
    g_assert_false(f.irq.fallback);
    g_assert_cmpstr(f.log->str, ==, "mba");
    fake_free(&f);
}

static void test_arm_passes_over(void)
{
    static const VpoIrqWay ways[] = {
        { &fake_absent, &fake_path }, { &fake_level, &fake_blocked },
        { &fake_level, &fake_path, .obstacle = fake_mismatch },
        { &fake_level, &fake_slow, .fallback = true }, { NULL }
    };
    Fake f;

    fake_init(&f, NULL, OFF);
    g_assert_cmpint(vpo_irq_arm(&f.irq, ways), ==, 0);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "slow");
    g_assert_true(f.irq.fallback);
    g_assert_cmpstr(f.irq.passed_over, ==,
                    "fake by fast: no kernel; fake by blocked: no kernel; "
                    "fake by fast: no match");
    g_assert_cmpstr(f.log->str, ==, "mba");
    fake_free(&f);
}

static int fake_bind_fails(VpoIrq *irq)
{
    fake_do(irq, 'B');
    irq->failed = "KVM_BIND";
    return -EAGAIN;
}

static void test_arm_steps_down(void)
{
    VpoIrqInject unbindable = fake_path;
    const VpoIrqWay ways[] = {
        { &fake_level, &unbindable }, { &fake_level, &fake_slow }, { NULL }
    };
    Fake f;

    unbindable.bind = fake_bind_fails;
    fake_init(&f, NULL, OFF);
    g_assert_cmpint(vpo_irq_arm(&f.irq, ways), ==, 0);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "slow");
    g_assert_nonnull(strstr(f.irq.passed_over, "KVM_BIND: "));
    g_assert_nonnull(strstr(f.irq.passed_over, g_strerror(EAGAIN)));
    /* nothing of the first way is left bound */
    g_assert_cmpstr(f.log->str, ==, "mBmba");
    fake_free(&f);
}

static int fake_arm_fails(VpoIrq *irq)
{
    irq->failed = "VFIO_ARM";
    return -EBUSY;
}

static void fake_unbind_calls(VpoIrq *irq)
{
    irq->failed = "KVM_UNBIND";
}

/* Its undoing may fail too; that of another event is forgotten. */
static void test_failure_names_its_call(void)
{
    VpoIrqBackend backend = fake_level;
    VpoIrqInject inject = fake_path;
    g_autofree char *failure = NULL, *other = NULL;
    Fake f;

    backend.arm = fake_arm_fails;
    inject.unbind = fake_unbind_calls;
    fake_init(&f, &backend, OFF);
    f.irq.inject = &inject;
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_ARM), ==, -EBUSY);
    failure = vpo_irq_failure(&f.irq, -EBUSY);
    g_assert_true(g_str_has_prefix(failure, "VFIO_ARM: "));
    f.fail = "m";
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_ARM), ==, -EIO);
    other = vpo_irq_failure(&f.irq, -EIO);
    g_assert_cmpstr(other, ==, g_strerror(EIO));
    fake_free(&f);
}

static void test_arm_no_way(void)
{
    static const VpoIrqWay blocked[] = {
        { &fake_level, &fake_blocked }, { NULL }
    };
    static const VpoIrqWay failing[] = {
        { &fake_level, &fake_path }, { NULL }
    };
    Fake f;

    fake_init(&f, NULL, OFF);
    g_assert_cmpint(vpo_irq_arm(&f.irq, blocked), ==, -ENOTSUP);
    g_assert_cmpstr(f.log->str, ==, "");
    f.fail = "a";
    g_assert_cmpint(vpo_irq_arm(&f.irq, failing), ==, -EIO);
    g_assert_cmpint(f.irq.state, ==, OFF);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "off");
    /* what was said of the first try is gone */
    g_assert_null(strstr(f.irq.passed_over, "blocked"));
    fake_free(&f);
}

static void test_arm_twice(void)
{
    static const VpoIrqWay first[] = { { &fake_level, &fake_path }, { NULL } };
    static const VpoIrqWay second[] = { { &fake_edge, &fake_slow }, { NULL } };
    Fake f;

    fake_init(&f, NULL, OFF);
    g_assert_cmpint(vpo_irq_arm(&f.irq, first), ==, 0);
    g_assert_cmpint(vpo_irq_arm(&f.irq, second), ==, -EBUSY);
    g_assert_cmpstr(vpo_irq_path(&f.irq), ==, "fast");
    g_assert_cmpstr(f.log->str, ==, "mba");
    fake_free(&f);
}

/* Before it was ever armed a context has no table to look into. */
static void test_never_armed(void)
{
    Fake f;

    fake_init(&f, NULL, OFF);
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_DISARM), ==, 0);
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_HOLD), ==, 0);
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_RELEASE), ==, -EINVAL);
    g_assert_cmpint(f.irq.state, ==, OFF);
    fake_free(&f);
}

/* ---- from one way to another, while the guest runs ---- */

static const VpoIrqWay other_way[] = { { &fake_level, &fake_slow }, { NULL } };

static const struct Rearm {
    VpoIrqState from;
    const char *fail;
    const char *act;
    VpoIrqState to;
    const char *path;
    int ret;
} rearms[] = {
    { IDLE, NULL, "dxL" "mba", HELD, "slow", 0 },
    { WAIT, NULL, "dxL" "mba", HELD, "slow", 0 },
    { ASSD, NULL, "dxL" "mba", HELD, "slow", 0 },
    { HELD, NULL, "dx" "mba", HELD, "slow", 0 },
    { OFF, NULL, "", OFF, "off", -EINVAL },
    { IDLE, "b", "dxL" "m!b", OFF, "off", -EIO },
};

static void test_rearm(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rearms); i++) {
        const struct Rearm *t = &rearms[i];
        Fake f;

        fake_init(&f, &fake_level, t->from);
        f.fail = t->fail;
        g_assert_cmpint(vpo_irq_rearm(&f.irq, other_way), ==, t->ret);
        g_assert_cmpstr(f.log->str, ==, t->act);
        g_assert_cmpint(f.irq.state, ==, t->to);
        g_assert_cmpstr(vpo_irq_path(&f.irq), ==, t->path);
        fake_free(&f);
    }
}

/* ---- whole lives ---- */

static void feed(Fake *f, const VpoIrqEvent *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_assert_cmpint(vpo_irq_event(&f->irq, events[i]), ==, 0);
    }
}

/* A reset while asserted: lowered, masked, and asked again afterwards. */
static void test_reset_in_flight(void)
{
    static const VpoIrqEvent life[] = {
        VPO_IRQ_ARM, VPO_IRQ_RELEASE, VPO_IRQ_TRIGGER, VPO_IRQ_HOLD,
        VPO_IRQ_RELEASE, VPO_IRQ_TRIGGER, VPO_IRQ_COMPLETE, VPO_IRQ_DISARM,
    };
    Fake f;

    fake_init(&f, &fake_level, OFF);
    feed(&f, life, G_N_ELEMENTS(life));
    g_assert_cmpstr(f.log->str, ==, "mba" "u" "H" "Lm" "u" "H" "Lu" "dxL");
    g_assert_cmpuint(f.irq.counts.raised, ==, 2);
    g_assert_cmpuint(f.irq.counts.dropped, ==, 0);
    fake_free(&f);
}

/* An access overtakes the trigger: the line is asked, nothing is raised. */
static void test_access_overtakes(void)
{
    static const VpoIrqEvent life[] = {
        VPO_IRQ_ARM, VPO_IRQ_RELEASE, VPO_IRQ_STALE, VPO_IRQ_COMPLETE,
    };
    Fake f;

    fake_init(&f, &fake_level, OFF);
    feed(&f, life, G_N_ELEMENTS(life));
    g_assert_cmpstr(f.log->str, ==, "mba" "u" "u");
    g_assert_cmpuint(f.irq.counts.raised, ==, 0);
    fake_free(&f);
}

/* The guest's EOI before it has served the device: waited for, then asked. */
static void test_userspace_unmask(void)
{
    static const VpoIrqEvent life[] = {
        VPO_IRQ_ARM, VPO_IRQ_RELEASE, VPO_IRQ_WAIT, VPO_IRQ_WAIT, VPO_IRQ_DONE,
        VPO_IRQ_DONE, VPO_IRQ_WAIT, VPO_IRQ_HOLD, VPO_IRQ_DONE,
        VPO_IRQ_DISARM,
    };
    Fake f;

    fake_init(&f, &fake_level, OFF);
    feed(&f, life, G_N_ELEMENTS(life));
    g_assert_cmpstr(f.log->str, ==, "mba" "u" "Lu" "Lu" "Lm" "dx");
    g_assert_cmpuint(f.irq.counts.dropped, ==, 1);
    fake_free(&f);
}

/* What the guest was shown and KVM never lowered is lowered, and asked. */
static void test_overdue(void)
{
    static const VpoIrqEvent life[] = {
        VPO_IRQ_ARM, VPO_IRQ_OVERDUE, VPO_IRQ_RELEASE, VPO_IRQ_OVERDUE,
        VPO_IRQ_HOLD, VPO_IRQ_OVERDUE, VPO_IRQ_DISARM,
    };
    Fake f;

    fake_init(&f, &fake_level, OFF);
    feed(&f, life, G_N_ELEMENTS(life));
    g_assert_cmpstr(f.log->str, ==, "mba" "u" "Lu" "mL" "dx");
    g_assert_cmpuint(f.irq.counts.overdue, ==, 1);
    g_assert_cmpuint(f.irq.counts.completed, ==, 0);
    fake_free(&f);
}

/* ---- emulated interrupts ---- */

/* Raised while held, or in flight: sent when that is over, once. */
static void test_send_is_remembered(void)
{
    static const struct {
        const VpoIrqBackend *backend;
        const char *log;
        unsigned sent;
    } rows[] = {
        /* The host knows what is in flight, or there is no such thing. */
        { &fake_level, "mba" "us" "ss" "Lu" "mL" "us" "dxL", 4 },
        { &fake_edge, "mba" "us" "ss" "m" "us" "dx", 4 },
        /* In flight at the reset: latched again; ended: the latched one. */
        { &fake_emulated, "mba" "us" "Lus" "mL" "us" "dxL", 3 },
    };
    static const VpoIrqEvent life[] = {
        VPO_IRQ_ARM, VPO_IRQ_SEND, VPO_IRQ_SEND, VPO_IRQ_RELEASE, VPO_IRQ_SEND,
        VPO_IRQ_SEND, VPO_IRQ_DONE, VPO_IRQ_HOLD, VPO_IRQ_SEND,
        VPO_IRQ_RELEASE, VPO_IRQ_DISARM,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Fake f;

        fake_init(&f, rows[i].backend, OFF);
        feed(&f, life, G_N_ELEMENTS(life));
        g_assert_cmpstr(f.log->str, ==, rows[i].log);
        g_assert_cmpuint(f.irq.counts.sent, ==, rows[i].sent);
        g_assert_false(f.irq.latched);
        fake_free(&f);
    }
}

/* What cannot be sent is not forgotten: the next release tries again. */
static void test_send_retries(void)
{
    Fake f;

    fake_init(&f, &fake_emulated, HELD);
    g_assert_cmpint(vpo_irq_send(&f.irq), ==, 0);
    f.fail = "s";
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_RELEASE), ==, -EIO);
    g_assert_true(f.irq.latched);
    f.fail = NULL;
    g_assert_cmpint(vpo_irq_event(&f.irq, VPO_IRQ_RELEASE), ==, 0);
    g_assert_cmpstr(f.log->str, ==, "u!ss");
    g_assert_cmpint(f.irq.state, ==, ASSD);
    fake_free(&f);
}

static void test_send_refused(void)
{
    VpoIrqBackend hardware = fake_level;
    Fake f;

    hardware.send = NULL;
    fake_init(&f, &hardware, IDLE);
    g_assert_cmpint(vpo_irq_send(&f.irq), ==, -EOPNOTSUPP);
    f.irq.state = HELD;
    g_assert_cmpint(vpo_irq_send(&f.irq), ==, -EOPNOTSUPP);
    fake_free(&f);

    fake_init(&f, &fake_emulated, OFF);
    g_assert_cmpint(vpo_irq_send(&f.irq), ==, -EINVAL);
    f.irq.backend = NULL;
    g_assert_cmpint(vpo_irq_send(&f.irq), ==, -EINVAL);
    g_assert_cmpstr(f.log->str, ==, "");
    g_assert_false(f.irq.latched);
    fake_free(&f);
}

static void test_names(void)
{
    for (int s = 0; s < VPO_IRQ_N_STATES; s++) {
        g_assert_cmpstr(vpo_irq_state_str(s), !=, "?");
    }
    for (int e = 0; e < VPO_IRQ_N_EVENTS; e++) {
        g_assert_cmpstr(vpo_irq_event_str(e), !=, "?");
    }
    g_assert_cmpstr(vpo_irq_state_str(VPO_IRQ_N_STATES), ==, "?");
    g_assert_cmpstr(vpo_irq_event_str(VPO_IRQ_N_EVENTS), ==, "?");
}

static void add_cells(const struct Table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        const Cell *c = &table->cells[i];
        CellTest *test = g_new(CellTest, 1);
        g_autofree char *path = g_strdup_printf(
            "/irq/%s/%s/%s", table->name, vpo_irq_state_str(c->from),
            vpo_irq_event_str(c->event));

        *test = (CellTest) { .table = table, .cell = c };
        g_test_add_data_func_full(path, test, test_cell, g_free);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        add_cells(&tables[t]);
    }
    g_test_add_func("/irq/cells/complete", test_cells_complete);
    g_test_add_func("/irq/cells/filled", test_cells_filled);
    g_test_add_func("/irq/failures", test_failures);
    g_test_add_func("/irq/release-retries", test_release_retries);
    g_test_add_func("/irq/arm/best", test_arm_best_way);
    g_test_add_func("/irq/arm/passed-over", test_arm_passes_over);
    g_test_add_func("/irq/arm/step-down", test_arm_steps_down);
    g_test_add_func("/irq/arm/no-way", test_arm_no_way);
    g_test_add_func("/irq/never-armed", test_never_armed);
    g_test_add_func("/irq/userspace-unmask", test_userspace_unmask);
    g_test_add_func("/irq/overdue", test_overdue);
    g_test_add_func("/irq/rearm", test_rearm);
    g_test_add_func("/irq/arm/twice", test_arm_twice);
    g_test_add_func("/irq/failure-names-its-call", test_failure_names_its_call);
    g_test_add_func("/irq/reset-in-flight", test_reset_in_flight);
    g_test_add_func("/irq/access-overtakes", test_access_overtakes);
    g_test_add_func("/irq/send/remembered", test_send_is_remembered);
    g_test_add_func("/irq/send/retries", test_send_retries);
    g_test_add_func("/irq/send/refused", test_send_refused);
    g_test_add_func("/irq/names", test_names);
    return g_test_run();
}
