// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing of intercept rules.
 */
#include <string.h>
#include "vpo-intercept-private.h"
#include "vpo-served.h"

#define PARSE_WORDS 8
#define PARSE_BLANKS " \t\r:"

/* A word of a line, and where it stands. */
typedef struct Word {
    char *text;
    unsigned column;
} Word;

typedef struct Line {
    const char *name;      /* of the text */
    const char *unit;      /* what lines are called in it */
    unsigned number;
    Word words[PARSE_WORDS];
    unsigned n;
    unsigned end;          /* the column behind the last word */
} Line;

static bool parse_fail(const Line *line, unsigned column, char **why,
                       const char *fmt, ...) G_GNUC_PRINTF(4, 5);

static bool parse_fail(const Line *line, unsigned column, char **why,
                       const char *fmt, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, fmt);
    what = g_strdup_vprintf(fmt, args);
    va_end(args);
    *why = g_strdup_printf("%s: %s %u, column %u: %s", line->name, line->unit,
                           line->number, column, what);
    return false;
}

/* The text of a word for a message, whatever bytes it is of. */
static char *parse_quote(const char *text)
{
    return g_strescape(text, NULL);
}

/* ---- words ---- */

static bool parse_split(Line *line, char *text, char **why)
{
    char *at = text;

    at[strcspn(at, "#")] = '\0';
    while (*(at += strspn(at, PARSE_BLANKS))) {
        size_t len = strcspn(at, PARSE_BLANKS);
        bool more = at[len];

        if (line->n == PARSE_WORDS) {
            return parse_fail(line, at - text + 1, why, "too many words: the "
                              "longest rule has fewer");
        }
        line->words[line->n++] = (Word) { at, at - text + 1 };
        line->end = at - text + len + 1;
        at[len] = '\0';
        at += len + more;
    }
    return true;
}

static bool parse_number(const Line *line, const Word *word, const char *what,
                         uint64_t most, uint64_t *value, char **why)
{
    const char *text = word->text;
    bool hex = g_str_has_prefix(text, "0x");
    g_autofree char *quoted = NULL;
    guint64 found = 0;

    if (g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0,
                                   most, &found, NULL)) {
        *value = found;
        return true;
    }
    quoted = parse_quote(text);
    return parse_fail(line, word->column, why, "'%s' is not a number of at "
                      "most 0x%" G_GINT64_MODIFIER "x for the %s: decimal, or "
                      "hexadecimal after 0x", quoted, most, what);
}

/* ---- REGION:OFFSET[+LENGTH] KIND [ARGUMENT]... ---- */

static bool parse_window(const Line *line, VpoInterceptRule *rule, char **why)
{
    Word offset = line->words[1], length = { NULL };
    char *plus = strchr(offset.text, '+');
    uint64_t region;
    bool ok;

    rule->length = 4;
    if (plus) {
        length = (Word) { plus + 1, offset.column + (plus + 1 - offset.text) };
        *plus = '\0';
    }
    ok = parse_number(line, &line->words[0], "region",
                      VPO_DT_MAX_REGIONS - 1, &region, why) &&
         parse_number(line, &offset, "offset", INT64_MAX, &rule->offset,
                      why) &&
         (!plus || parse_number(line, &length, "length", INT64_MAX,
                                &rule->length, why));
    if (plus) {
        *plus = '+';
    }
    if (ok && !rule->length) {
        return parse_fail(line, length.column, why, "a length of 0 is no "
                          "window: give the bytes of the registers, or leave "
                          "out '+0' for 4");
    }
    rule->region = ok ? region : 0;
    return ok;
}

static bool parse_kind(const Line *line, VpoInterceptRule *rule, char **why)
{
    const Word *word = &line->words[2];
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree char *quoted = NULL;

    for (unsigned i = 0; i < vpo_intercept_n_kinds; i++) {
        const VpoInterceptKind *kind = &vpo_intercept_kinds[i];

        if (line->n > 2 && strcmp(kind->name, word->text) == 0) {
            rule->kind = kind;
            return true;
        }
        g_string_append_printf(names, "%s%s", i ? ", " : "", kind->name);
    }
    if (line->n <= 2) {
        return parse_fail(line, line->end, why, "what happens to the window "
                          "is missing: one of %s", names->str);
    }
    quoted = parse_quote(word->text);
    return parse_fail(line, word->column, why, "'%s' is no kind of rule; the "
                      "kinds are %s", quoted, names->str);
}

static bool parse_args(const Line *line, VpoInterceptRule *rule, char **why)
{
    const VpoInterceptKind *kind = rule->kind;
    unsigned n = line->n - 3;

    if (n < kind->min_args || n > kind->max_args) {
        bool more = n > kind->max_args;

        return parse_fail(line, more ? line->words[3 + kind->max_args].column
                                     : line->end, why,
                          "%s arguments: write REGION:OFFSET[+LENGTH] %s%s%s",
                          more ? "too many" : "too few", kind->name,
                          *kind->args ? " " : "", kind->args);
    }
    for (rule->n_args = 0; rule->n_args < n; rule->n_args++) {
        uint64_t value;

        if (!parse_number(line, &line->words[3 + rule->n_args], kind->args,
                          UINT32_MAX, &value, why)) {
            return false;
        }
        rule->arg[rule->n_args] = value;
    }
    return true;
}

static char *parse_text(const Line *line)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < line->n; i++) {
        g_autofree char *quoted = parse_quote(line->words[i].text);

        g_string_append_printf(text, "%s%s", i == 0 ? "" : i == 1 ? ":" : " ",
                               quoted);
    }
    return g_string_free(text, FALSE);
}

static VpoInterceptRule *parse_new(VpoIntercept *it, const Line *line)
{
    VpoInterceptRule *rule = g_new0(VpoInterceptRule, 1);
    char *origin = g_strdup_printf("%s: %s %u", line->name, line->unit,
                                   line->number);

    g_ptr_array_add(it->origins, origin);
    rule->origin = origin;
    return rule;
}

static bool parse_rule(VpoIntercept *it, const Line *line, char **why)
{
    VpoInterceptRule *rule = parse_new(it, line);
    g_autofree char *wrong = NULL;

    rule->text = parse_text(line);
    g_ptr_array_add(it->rules, rule);
    if (it->rules->len > VPO_INTERCEPT_MAX_RULES) {
        return parse_fail(line, 1, why, "more than %u rules: let one window "
                          "stand for several registers",
                          VPO_INTERCEPT_MAX_RULES);
    }
    if (line->n < 2) {
        return parse_fail(line, line->end, why, "this is no rule: write "
                          "REGION:OFFSET[+LENGTH] KIND, default, or "
                          "irq-served");
    }
    if (!parse_window(line, rule, why) || !parse_kind(line, rule, why) ||
        !parse_args(line, rule, why)) {
        return false;
    }
    wrong = rule->kind->check ? rule->kind->check(rule) : NULL;
    return !wrong || parse_fail(line, line->words[2].column, why, "%s", wrong);
}

/* ---- default [REGION] direct|deny ---- */

static bool parse_default(VpoIntercept *it, const Line *line, char **why)
{
    const VpoInterceptKind *const kinds[] = { vpo_intercept_direct,
                                              vpo_intercept_deny };
    const Word *word = line->n > 1 ? &line->words[line->n - 1] : NULL;
    VpoInterceptRule *rule = parse_new(it, line);
    uint64_t region = VPO_INTERCEPT_ANY_REGION;

    g_ptr_array_add(it->defaults, rule);
    if (line->n == 3 && !parse_number(line, &line->words[1], "region",
                                      VPO_DT_MAX_REGIONS - 1, &region, why)) {
        return false;
    }
    rule->region = region;
    for (unsigned i = 0; i + 1 < it->defaults->len; i++) {
        const VpoInterceptRule *other = it->defaults->pdata[i];

        if (other->region == rule->region) {
            return parse_fail(line, 1, why, "there is such a default already "
                              "(%s): leave one of them out", other->origin);
        }
    }
    for (unsigned i = 0; line->n <= 3 && word && i < 2; i++) {
        if (strcmp(kinds[i]->name, word->text) == 0) {
            rule->kind = kinds[i];
            return true;
        }
    }
    return parse_fail(line, word ? word->column : line->end, why,
                      "write default direct, default deny, or the same of one "
                      "region, as in default 0 deny");
}

/* ---- irq-served RULE ---- */

static bool parse_irq_served(VpoIntercept *it, const Line *line,
                             const char *text, char **why)
{
    VpoServedRule rules[VPO_DT_MAX_IRQS];
    unsigned column = line->n > 1 ? line->words[1].column : line->end;
    g_autofree char *rest = g_strdup(line->n > 1 ? text + column - 1 : "");
    g_autofree char *wrong = NULL;

    rest[strcspn(rest, "#")] = '\0';
    g_strstrip(rest);
    if (it->irq_served) {
        return parse_fail(line, 1, why, "irq-served is there already: join "
                          "the rules of several interrupts by '/'");
    }
    if (!vpo_served_parse(rest, VPO_DT_MAX_IRQS, rules, &wrong)) {
        g_autofree char *quoted = parse_quote(wrong);

        return parse_fail(line, column, why, "%s", quoted);
    }
    it->irq_served = g_steal_pointer(&rest);
    return true;
}

/* ---- texts ---- */

static bool parse_line(VpoIntercept *it, Line *line, const char *text,
                       char **why)
{
    g_autofree char *copy = g_strdup(text);
    bool ok;

    line->n = 0;
    line->end = 1;
    ok = parse_split(line, copy, why);
    /* Its rule is of another grammar, whose words may be more. */
    if (line->n && strcmp(line->words[0].text, "irq-served") == 0) {
        g_clear_pointer(why, g_free);
        return parse_irq_served(it, line, text, why);
    }
    if (!ok || line->n == 0) {
        return ok;
    }
    return strcmp(line->words[0].text, "default") == 0
               ? parse_default(it, line, why) : parse_rule(it, line, why);
}

bool vpo_intercept_parse(VpoIntercept *it, const char *name, const char *text,
                         bool short_form, char **why)
{
    g_auto(GStrv) lines = g_strsplit(text, short_form ? "/" : "\n", -1);
    Line line = { .name = name, .unit = short_form ? "rule" : "line" };

    *why = NULL;
    for (unsigned i = 0; lines[i]; i++) {
        line.number = i + 1;
        if (!parse_line(it, &line, lines[i], why)) {
            return false;
        }
    }
    return true;
}

bool vpo_intercept_read(VpoIntercept *it, const char *path, char **why)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *text = NULL;
    gsize len;

    if (!g_file_get_contents(path, &text, &len, &err)) {
        *why = g_strdup(err->message);
        return false;
    }
    if (strlen(text) != len) {
        *why = g_strdup_printf("%s: there is a zero byte in it, at %zu: this "
                               "is no text", path, strlen(text));
        return false;
    }
    return vpo_intercept_parse(it, path, text, false, why);
}
