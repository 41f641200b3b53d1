// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user's own properties, written as in device tree source.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "vpo-dt.h"

#define EDIT_DELETE "/delete-property/"
#define EDIT_NAME_CHARS G_CSET_a_2_z G_CSET_A_2_Z "0123456789,._+?#@/-"

typedef struct EditParser {
    const char *at;
    GByteArray *data;
} EditParser;

static void edit_clear(gpointer data)
{
    VpoDtEdit *edit = data;

    g_free(edit->node);
    g_free(edit->name);
    g_free(edit->data);
}

GArray *vpo_dt_edits_new(void)
{
    GArray *edits = g_array_new(FALSE, TRUE, sizeof(VpoDtEdit));

    g_array_set_clear_func(edits, edit_clear);
    return edits;
}

static void edit_space(EditParser *p)
{
    while (g_ascii_isspace(*p->at)) {
        p->at++;
    }
}

static bool edit_take(EditParser *p, char c)
{
    edit_space(p);
    if (*p->at != c) {
        return false;
    }
    p->at++;
    return true;
}

/* ---- values ---- */

/* <1 0x2>; NULL or what is wrong */
static const char *edit_cells(EditParser *p)
{
    while (!edit_take(p, '>')) {
        char *end;
        guint64 value;
        uint32_t be;

        errno = 0;
        value = g_ascii_strtoull(p->at, &end, 0);
        if (*p->at == '&') {
            return "references to labels need an overlay";
        }
        if (end == p->at || *p->at == '-' || *p->at == '+') {
            return "between < and > there must be numbers";
        }
        if (errno || value > UINT32_MAX) {
            return "a cell has 32 bits: write larger numbers as two cells";
        }
        be = GUINT32_TO_BE((uint32_t)value);
        g_byte_array_append(p->data, (const uint8_t *)&be, sizeof(be));
        p->at = end;
    }
    return NULL;
}

/* "text" with \" and \\ in it */
static const char *edit_text(EditParser *p)
{
    for (; *p->at != '"'; p->at++) {
        if (*p->at == '\\') {
            p->at++;
        }
        if (!*p->at) {
            return "a text has no closing quote";
        }
        g_byte_array_append(p->data, (const uint8_t *)p->at, 1);
    }
    g_byte_array_append(p->data, (const uint8_t *)"", 1);
    p->at++;
    return NULL;
}

/* [00 ff] */
static const char *edit_bytes(EditParser *p)
{
    while (!edit_take(p, ']')) {
        int high = g_ascii_xdigit_value(p->at[0]);
        int low = high < 0 ? -1 : g_ascii_xdigit_value(p->at[1]);
        uint8_t byte;

        if (low < 0) {
            return "between [ and ] there must be pairs of hexadecimal "
                   "digits";
        }
        byte = high << 4 | low;
        g_byte_array_append(p->data, &byte, 1);
        p->at += 2;
    }
    return NULL;
}

static const char *edit_value(EditParser *p)
{
    static const struct {
        char open;
        const char *(*parse)(EditParser *p);
    } forms[] = {
        { '<', edit_cells }, { '"', edit_text }, { '[', edit_bytes },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (edit_take(p, forms[i].open)) {
            return forms[i].parse(p);
        }
    }
    return "a value is <numbers>, \"text\" or [bytes]";
}

static const char *edit_values(EditParser *p)
{
    const char *why;

    do {
        why = edit_value(p);
    } while (!why && edit_take(p, ','));
    return why;
}

/* ---- statements ---- */

/* "child/name" */
static bool edit_target(EditParser *p, VpoDtEdit *edit)
{
    size_t len = strspn(p->at, EDIT_NAME_CHARS);
    g_autofree char *path = g_strndup(p->at, len);
    char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    if (!*name || strchr(name, '@') || *path == '/') {
        return false;
    }
    edit->name = g_strdup(name);
    edit->node = slash ? g_strndup(path, slash - path) : g_strdup("");
    p->at += len;
    return true;
}

static const char *edit_statement(EditParser *p, VpoDtEdit *edit)
{
    const char *why = NULL;

    edit->drop = g_str_has_prefix(p->at, EDIT_DELETE);
    if (edit->drop) {
        p->at += strlen(EDIT_DELETE);
        edit_space(p);
    }
    if (!edit_target(p, edit)) {
        return "a property's name is expected";
    }
    if (!edit->drop && edit_take(p, '=')) {
        why = edit_values(p);
    }
    if (!why && !edit_take(p, ';') && *p->at) {
        why = "a ';' is expected";
    }
    return why;
}

bool vpo_dt_edits_parse(GArray *edits, const char *text, char **error)
{
    EditParser p = { .at = text };

    *error = NULL;
    for (edit_space(&p); *p.at; edit_space(&p)) {
        g_autoptr(GByteArray) data = g_byte_array_new();
        VpoDtEdit edit = { 0 };
        const char *why;

        p.data = data;
        why = edit_statement(&p, &edit);
        edit.len = data->len;
        edit.data = g_memdup2(data->data, data->len);
        g_array_append_val(edits, edit);
        if (why) {
            *error = g_strdup_printf("property '%s': %s, at '%.20s'", text,
                                     why, p.at);
            return false;
        }
    }
    return true;
}

void vpo_dt_edits_compatible(GArray *edits, const char *const *strings)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    VpoDtEdit edit = { .node = g_strdup(""), .name = g_strdup("compatible") };

    for (; *strings; strings++) {
        g_byte_array_append(data, (const uint8_t *)*strings,
                            strlen(*strings) + 1);
    }
    edit.len = data->len;
    edit.data = g_memdup2(data->data, data->len);
    g_array_append_val(edits, edit);
}
