// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What intercept rules make of accesses.
 */
#include <string.h>
#include "vpo-intercept.h"

#define SIZE 0x40

/* A device of plain registers that writes down what reaches it. */
typedef struct Dut {
    VpoIntercept *it;
    uint8_t bytes[SIZE];
    GString *log;
    unsigned notes;
} Dut;

static uint64_t dut_read(void *opaque, unsigned region, uint64_t offset,
                         unsigned size)
{
    Dut *dut = opaque;
    uint64_t le = 0;

    g_assert_cmpuint(region, ==, 0);
    g_assert_cmpuint(offset % size, ==, 0);
    g_string_append_printf(dut->log, "r%x.%u ", (unsigned)offset, size);
    memcpy(&le, dut->bytes + offset, size);
    return GUINT64_FROM_LE(le);
}

static void dut_write(void *opaque, unsigned region, uint64_t offset,
                      uint64_t value, unsigned size)
{
    Dut *dut = opaque;
    uint64_t le = GUINT64_TO_LE(value);

    g_assert_cmpuint(region, ==, 0);
    g_assert_cmpuint(offset % size, ==, 0);
    g_assert_true(size == 8 || value >> (8 * size) == 0);
    g_string_append_printf(dut->log, "w%x.%u=%" G_GINT64_MODIFIER "x ",
                           (unsigned)offset, size, value);
    memcpy(dut->bytes + offset, &le, size);
}

static void dut_complete(void *opaque, unsigned index)
{
    g_string_append_printf(((Dut *)opaque)->log, "complete%u ", index);
}

static void dut_raise(void *opaque, unsigned index)
{
    g_string_append_printf(((Dut *)opaque)->log, "raise%u ", index);
}

static void dut_note(void *opaque, const VpoInterceptNote *note)
{
    Dut *dut = opaque;

    g_assert_nonnull(note->rule);
    g_assert_true(note->pass || note->denied);
    dut->notes++;
}

static const VpoInterceptOps ops = {
    .read = dut_read, .write = dut_write, .complete = dut_complete,
    .raise = dut_raise, .note = dut_note,
};

/* Byte i of the device is i + 1. */
static void dut_start(Dut *dut, const char *text)
{
    static const VpoInterceptDevice device = {
        .n_regions = 1, .size = { SIZE }, .page = 0x1000, .n_irqs = 3,
        .emulated = 3, .n_emulated = 3,
    };
    g_autofree char *why = NULL;

    *dut = (Dut) { .it = vpo_intercept_new(), .log = g_string_new(NULL) };
    for (int i = 0; i < SIZE; i++) {
        dut->bytes[i] = i + 1;
    }
    g_assert_true(vpo_intercept_parse(dut->it, "f", text, false, &why));
    g_assert_true(vpo_intercept_compile(dut->it, &device, &why));
}

static void dut_end(Dut *dut)
{
    vpo_intercept_free(dut->it);
    g_string_free(dut->log, TRUE);
}

static void dut_reached(Dut *dut, const char *log)
{
    g_test_message("%s", dut->log->str);
    g_assert_cmpstr(dut->log->str, ==, log);
    g_string_truncate(dut->log, 0);
}

static uint64_t reads(Dut *dut, uint64_t offset, unsigned size)
{
    return vpo_intercept_do_read(dut->it, 0, offset, size, &ops, dut);
}

static void writes(Dut *dut, uint64_t offset, unsigned size, uint64_t value)
{
    vpo_intercept_do_write(dut->it, 0, offset, value, size, &ops, dut);
}

static void counted(Dut *dut, unsigned rule, unsigned r, unsigned w,
                    unsigned denied)
{
    const VpoInterceptCounts *counts = &vpo_intercept_rule(dut->it,
                                                           rule)->counts;

    g_assert_cmpuint(counts->reads, ==, r);
    g_assert_cmpuint(counts->writes, ==, w);
    g_assert_cmpuint(counts->denied, ==, denied);
}

/* ---- one access a row, to a rule at 8, of kinds that remember nothing ---- */

static const struct {
    const char *rule;
    uint64_t offset;
    unsigned size;
    uint64_t read;        /* what the guest reads */
    const char *reached;  /* what the device sees of that */
    const char *written;  /* and of a write of 0xa1b2c3d4e5f60718 */
    unsigned denied;      /* of the two */
} kinds[] = {
    { "0:8 deny", 8, 4, 0, "", "", 2 },
    { "0:8 deny 0x11223344", 8, 4, 0x11223344, "", "", 2 },
    { "0:8 deny 0x11223344", 8, 2, 0x3344, "", "", 2 },
    { "0:8 deny 0x11223344", 0xb, 1, 0x11, "", "", 2 },
    { "0:8+8 deny 0x11223344", 8, 8, 0x1122334411223344, "", "", 2 },
    { "0:10+2 deny 0x1234", 10, 2, 0x1234, "", "", 2 },
    { "0:8 forward", 8, 4, 0x0c0b0a09, "r8.4 ", "w8.4=e5f60718 ", 0 },
    { "0:8+8 forward", 8, 8, 0x100f0e0d0c0b0a09, "r8.8 ",
      "w8.8=a1b2c3d4e5f60718 ", 0 },
    { "0:8+8 forward", 13, 1, 0x0e, "rd.1 ", "wd.1=18 ", 0 },
    { "0:8 read-only", 8, 4, 0x0c0b0a09, "r8.4 ", "", 1 },
    { "0:8 bits 0xff00", 8, 4, 0x0a00, "r8.4 ", "r8.4 w8.4=c0b0709 ", 1 },
    { "0:8 bits 0xff00 0x30", 8, 4, 0x0a30, "r8.4 ", "w8.4=730 ", 1 },
    { "0:8 bits 0xff00", 9, 1, 0x0a, "r9.1 ", "r9.1 w9.1=18 ", 0 },
    { "0:8 bits 0xff00", 10, 1, 0, "ra.1 ", "ra.1 wa.1=b ", 1 },
    { "0:8+8 bits 0xf 0x80", 8, 8, 0x8d00000089, "r8.8 ",
      "w8.8=8400000088 ", 1 },
    { "0:8 complete 2", 8, 4, 0x0c0b0a09, "r8.4 ",
      "w8.4=e5f60718 complete2 ", 0 },
    { "0:8 raise 4", 8, 4, 0, "", "raise4 ", 2 },
    { "0:8 raise 3 0x77", 8, 4, 0x77, "", "raise3 ", 2 },
};

static void test_kinds(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Dut dut;

        dut_start(&dut, kinds[i].rule);
        g_test_message("%s at 0x%x, %u", kinds[i].rule,
                       (unsigned)kinds[i].offset, kinds[i].size);
        g_assert_cmphex(reads(&dut, kinds[i].offset, kinds[i].size), ==,
                        kinds[i].read);
        dut_reached(&dut, kinds[i].reached);
        writes(&dut, kinds[i].offset, kinds[i].size, 0xa1b2c3d4e5f60718);
        dut_reached(&dut, kinds[i].written);
        counted(&dut, 0, 1, 1, kinds[i].denied);
        counted(&dut, 1, 0, 0, 0);
        g_assert_cmpuint(dut.notes, ==, 2);
        dut_end(&dut);
    }
}

/* Each kind has a row above, or a test below. */
static void test_all_kinds(void)
{
    for (unsigned k = 0; k < vpo_intercept_n_kinds; k++) {
        const char *name = vpo_intercept_kinds[k].name;
        bool found = strcmp(name, "write-once") == 0 ||
                     strcmp(name, "direct") == 0;

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
            found |= strstr(kinds[i].rule, name) != NULL;
        }
        g_test_message("%s", name);
        g_assert_true(found);
        g_assert_cmpuint(vpo_intercept_kinds[k].max_args, <=, 2);
    }
}

static void test_write_once(void)
{
    Dut dut;

    dut_start(&dut, "0:8+12 write-once");
    g_assert_cmphex(reads(&dut, 8, 4), ==, 0x0c0b0a09);
    writes(&dut, 8, 4, 0x1);
    writes(&dut, 8, 4, 0x2);
    writes(&dut, 9, 1, 0x3);
    dut_reached(&dut, "r8.4 w8.4=1 ");
    /* One byte of a register is the register. */
    writes(&dut, 15, 1, 0x4);
    writes(&dut, 12, 4, 0x5);
    dut_reached(&dut, "wf.1=4 ");
    writes(&dut, 16, 4, 0x6);
    vpo_intercept_reset(dut.it);
    writes(&dut, 8, 8, 0x700000008);
    writes(&dut, 12, 4, 0x9);
    dut_reached(&dut, "w10.4=6 w8.8=700000008 ");
    /* Of two registers, one was written. */
    vpo_intercept_reset(dut.it);
    writes(&dut, 12, 4, 0xa);
    writes(&dut, 8, 8, 0xb);
    dut_reached(&dut, "wc.4=a ");
    counted(&dut, 0, 1, 10, 5);
    dut_end(&dut);
}

/* What is left of a page. */
static void test_defaults(void)
{
    Dut dut;

    dut_start(&dut, "0:8 deny");
    g_assert_cmphex(reads(&dut, 4, 4), ==, 0x08070605);
    writes(&dut, 0x20, 8, 1);
    dut_reached(&dut, "r4.4 w20.8=1 ");
    counted(&dut, 1, 1, 1, 0);
    dut_end(&dut);

    dut_start(&dut, "default deny\n0:8 forward");
    g_assert_cmphex(reads(&dut, 4, 4), ==, 0);
    writes(&dut, 0x20, 8, 1);
    writes(&dut, 8, 4, 1);
    dut_reached(&dut, "w8.4=1 ");
    counted(&dut, 1, 1, 1, 2);
    dut_end(&dut);

    dut_start(&dut, "default deny\n0:0+0x40 direct");
    g_assert_cmphex(reads(&dut, 4, 4), ==, 0x08070605);
    dut_reached(&dut, "r4.4 ");
    dut_end(&dut);
}

/* ---- over the edges of windows ---- */

static const struct {
    const char *rules;
    uint64_t offset;
    unsigned size;
    uint64_t read;
    const char *reached, *written;
} edges[] = {
    /* An access of two registers with a rule each. */
    { "0:8 forward\n0:12 read-only", 8, 8, 0x100f0e0d0c0b0a09, "r8.4 rc.4 ",
      "w8.4=e5f60718 " },
    { "0:8 deny 0x55", 8, 8, 0x100f0e0d00000055, "rc.4 ", "wc.4=a1b2c3d4 " },
    { "0:8 deny 0x55", 4, 8, 0x0000005508070605, "r4.4 ", "w4.4=e5f60718 " },
    /* A window that is less than a register. */
    { "0:9+1 deny", 8, 4, 0x0c0b0009, "r8.1 ra.2 ", "w8.1=18 wa.2=e5f6 " },
    { "0:8+2 deny", 8, 4, 0x0c0b0000, "ra.2 ", "wa.2=e5f6 " },
    { "0:11+1 deny 0x1ff", 8, 4, 0xff0b0a09, "r8.2 ra.1 ",
      "w8.2=718 wa.1=f6 " },
    /* Not aligned, within a window and over its edges. */
    { "0:8+8 forward", 9, 4, 0x0d0c0b0a, "r9.1 ra.2 rc.1 ",
      "w9.1=18 wa.2=f607 wc.1=e5 " },
    { "0:8 deny", 6, 4, 0x00000807, "r6.2 ", "w6.2=718 " },
    { "0:8 deny", 11, 2, 0x0d00, "rc.1 ", "wc.1=7 " },
    { "0:8+1 deny\n0:10+1 deny\n0:12+1 deny\n0:14+1 deny", 8, 8,
      0x10000e000c000a00, "r9.1 rb.1 rd.1 rf.1 ",
      "w9.1=7 wb.1=e5 wd.1=c3 wf.1=a1 " },
};

static void test_edges(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(edges); i++) {
        Dut dut;

        dut_start(&dut, edges[i].rules);
        g_test_message("%s: 0x%x, %u", edges[i].rules,
                       (unsigned)edges[i].offset, edges[i].size);
        g_assert_cmphex(reads(&dut, edges[i].offset, edges[i].size), ==,
                        edges[i].read);
        dut_reached(&dut, edges[i].reached);
        writes(&dut, edges[i].offset, edges[i].size, 0xa1b2c3d4e5f60718);
        dut_reached(&dut, edges[i].written);
        dut_end(&dut);
    }
}

/* Every access: what is denied does not change, all the rest does. */
static void test_every_access(void)
{
    static const unsigned sizes[] = { 1, 2, 4, 8 };

    for (unsigned s = 0; s < G_N_ELEMENTS(sizes); s++) {
        for (unsigned at = 0; at + sizes[s] <= SIZE; at++) {
            uint64_t want = 0;
            Dut dut;

            dut_start(&dut, "0:8+6 deny\n0:20+3 read-only\n0:32 forward");
            for (unsigned i = 0; i < sizes[s]; i++) {
                bool denied = at + i >= 8 && at + i < 14;

                want |= (uint64_t)(denied ? 0 : at + i + 1) << (8 * i);
            }
            g_assert_cmphex(reads(&dut, at, sizes[s]), ==, want);
            writes(&dut, at, sizes[s], UINT64_MAX);
            for (unsigned i = 0; i < SIZE; i++) {
                bool kept = (i >= 8 && i < 14) || (i >= 20 && i < 23) ||
                            i < at || i >= at + sizes[s];

                g_assert_cmphex(dut.bytes[i], ==, kept ? i + 1 : 0xff);
            }
            dut_end(&dut);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/intercept/kinds", test_kinds);
    g_test_add_func("/intercept/all-kinds", test_all_kinds);
    g_test_add_func("/intercept/write-once", test_write_once);
    g_test_add_func("/intercept/defaults", test_defaults);
    g_test_add_func("/intercept/edges", test_edges);
    g_test_add_func("/intercept/every-access", test_every_access);
    return g_test_run();
}
