// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calls to the fake host's kernel: what was called, and what fails.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "oneshot-fake.h"

/* The errno of the one fault that is due now; or 0. */
static int call_fault(VpoFakeHost *h, const char *name)
{
    for (unsigned int i = 0; i < h->n_faults; i++) {
        FakeFault *fault = &h->faults[i];

        if (!fault->done && !strcmp(fault->call, name)) {
            fault->done = fault->skip == 0;
            fault->skip -= !fault->done;
            return fault->done ? fault->err : 0;
        }
    }
    return 0;
}

int fake_call(VpoFakeHost *h, const char *fmt, ...)
{
    g_autofree char *name = NULL;
    va_list ap;

    va_start(ap, fmt);
    name = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_string_append_printf(h->calls, "%s\n", name);
    return -call_fault(h, name);
}

void fake_faults_clear(VpoFakeHost *h)
{
    while (h->n_faults > 0) {
        g_free(h->faults[--h->n_faults].call);
    }
}

static bool call_parse(const char *text, FakeFault *fault)
{
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    char *at = strrchr(parts[0], '@');
    unsigned int err;

    *fault = (FakeFault) { .call = NULL };
    if (!parts[1] || qemu_strtoui(parts[1], NULL, 10, &err) || !err ||
        (at && qemu_strtoui(at + 1, NULL, 10, &fault->skip))) {
        return false;
    }
    fault->err = err;
    fault->call = at ? g_strndup(parts[0], at - parts[0])
                     : g_strdup(parts[0]);
    return true;
}

bool fake_faults_set(VpoFakeHost *h, const char *text, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);

    fake_faults_clear(h);
    for (int i = 0; parts[i]; i++) {
        if (h->n_faults == FAKE_FAULTS_MOST ||
            !call_parse(parts[i], &h->faults[h->n_faults])) {
            error_setg(errp, "fail=%s: '%s' is not CALL[@SKIP]=ERRNO", text,
                       parts[i]);
            return false;
        }
        h->n_faults++;
    }
    return true;
}

bool fake_faults_done(const VpoFakeHost *h)
{
    for (unsigned int i = 0; i < h->n_faults; i++) {
        if (!h->faults[i].done) {
            return false;
        }
    }
    return true;
}
