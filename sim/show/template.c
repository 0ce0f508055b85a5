/* Templates: "{bookings.p50~bookings.mean_mcse}" filled from a doc. */
#include "show/bar.h"
#include "show/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PARTS 8

/* "path", "path~error", "path+-error", with "=a+b+c" behind it: as a part of that sum;
 * "path^": a short day; "path?yes": what is written where it is true;
 * "path#30@said": as a bar 30 columns wide with a mark. */
typedef struct {
    char path[128];
    char error[128]; /* "": none */
    char sum[128];   /* "": none */
    char yes[16];    /* what is written where it is true; "": anything else is */
    int shown;       /* the error too */
    int is_short;    /* a day without its year */
} placeholder;

static void
copy_part(char part[128], const char *from, size_t n)
{
    snprintf(part, 128, "%.*s", (int) n, from);
}

static placeholder
parse(const char *text, size_t n)
{
    placeholder self = { 0 };
    size_t path = 0, skip = 0, all = n;
    n = 0;
    while (n < all && text[n] != '=')
        n++;
    if (n < all)
        copy_part(self.sum, text + n + 1, all - n - 1);
    while (path < n && strchr("~+^?", text[path]) == NULL)
        path++;
    self.is_short = path < n && text[path] == '^';
    if (path < n && text[path] == '?')
        snprintf(self.yes, sizeof self.yes, "%.*s", (int) (n - path - 1),
                 text + path + 1);
    else if (path < n && !self.is_short) {
        self.shown = text[path] == '+';
        skip = self.shown ? 2 : 1;
        copy_part(self.error, text + path + skip, n - path - skip);
    }
    copy_part(self.path, text, path);
    return self;
}

/* " ± 0.4 %", where the error is known and not nothing. */
static void
write_error(FILE *out, const dd_doc_node *error, const dd_value_style *style)
{
    char *text;
    if (error == NULL || error->kind == DD_DOC_NULL || error->number <= 0.0)
        return;
    /* One digit of it is all that is known of an error; "< 0.1 %" is none. */
    text = dd_value_text(error, error, style);
    if (text != NULL && *text != '<')
        fprintf(out, " ± %s", text + (*text == '+'));
    free(text);
}

static void
write_placeholder(FILE *out, const placeholder *self, const dd_doc_node *value,
                  const dd_doc_node *error, const dd_value_style *style)
{
    char *text, day[DD_VALUE_BUFFER];
    if (*self->yes) {
        fputs(value != NULL && value->kind == DD_DOC_TRUTH && value->count ? self->yes
                                                                           : "",
              out);
        return;
    }
    if (self->is_short && value != NULL && value->kind == DD_DOC_DAY) {
        fputs(dd_value_day(day, (dd_day) value->count, style->as_of), out);
        return;
    }
    text = dd_value_text(value, error, style);
    if (text != NULL)
        fputs(text, out);
    /* Beyond "< 0.1 %" an error says nothing. */
    if (self->shown && text != NULL && strpbrk(text, "<>") == NULL)
        write_error(out, error, style);
    free(text);
}

/* The parts of a sum, all amounts or all counts. @return how many; 0 when one of them is
 * unknown */
static size_t
read_parts(const placeholder *self, const dd_doc_node *node, double part[MOST_PARTS],
           size_t *which, dd_doc_kind *kind)
{
    char path[128];
    size_t n = 0;
    for (const char *at = self->sum; *at != '\0' && n < MOST_PARTS; n++) {
        size_t length = strcspn(at, "+");
        copy_part(path, at, length);
        const dd_doc_node *value = dd_doc_get(node, path);
        if (value == NULL || (n > 0 && value->kind != *kind))
            return 0;
        *kind = value->kind;
        if (strcmp(path, self->path) == 0)
            *which = n;
        part[n] = *kind == DD_DOC_COUNT ? (double) value->count : value->number;
        at += length + (at[length] == '+');
    }
    return *kind == DD_DOC_MONEY || *kind == DD_DOC_COUNT ? n : 0;
}

/* An amount or a count as a part of a sum; 0 when anything in the sum is unknown. */
static int
write_part(FILE *out, const placeholder *self, const dd_doc_node *node,
           const dd_doc_node *error, const dd_value_style *style)
{
    double part[MOST_PARTS], sum = 0.0, spread = 0.0, step;
    char buffer[DD_VALUE_BUFFER];
    size_t which = 0;
    dd_doc_kind kind = DD_DOC_NULL;
    size_t n = read_parts(self, node, part, &which, &kind);
    if (n == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        sum += part[i];
    if (error != NULL && error->kind != DD_DOC_NULL)
        spread = error->number;
    if (kind == DD_DOC_COUNT) {
        step = dd_value_count_step(spread);
        dd_value_count(buffer, dd_value_part(part, n, which, step), step);
    } else {
        step = dd_value_step(sum, spread, style->currency);
        dd_value_money(buffer, dd_value_part(part, n, which, step), step,
                       style->currency);
    }
    fputs(buffer, out);
    return 1;
}

/* A share as a bar; without one, or without what was said, nothing. */
static const char *
write_bar(FILE *out, const char *text, size_t n, const dd_doc_node *node, size_t *known,
          size_t *asked)
{
    char path[128], said[128];
    size_t end = strcspn(text, "#"), at = strcspn(text, "@");
    copy_part(path, text, end);
    copy_part(said, text + at + 1, at < n ? n - at - 1 : 0);
    const dd_doc_node *value = dd_doc_get(node, path);
    const dd_doc_node *mark = dd_doc_get(node, said);
    int shows = value != NULL && value->kind != DD_DOC_NULL && mark != NULL
                && mark->kind != DD_DOC_NULL;
    if (shows)
        dd_bar_write_marked(out, value->number, mark->number,
                            (int) strtol(text + end + 1, NULL, 10));
    ++*asked;
    *known += (size_t) shows;
    return text + n + (text[n] == '}');
}

/* Write up to the next placeholder and that too; returns what comes after. */
static const char *
advance(FILE *out, const char *template_, const dd_doc_node *node,
        const dd_value_style *style, size_t *known, size_t *asked)
{
    size_t plain = strcspn(template_, "{"), n;
    fwrite(template_, 1, plain, out);
    template_ += plain;
    if (*template_ == '\0')
        return template_;
    n = strcspn(++template_, "}");
    if (memchr(template_, '#', n) != NULL)
        return write_bar(out, template_, n, node, known, asked);
    placeholder p = parse(template_, n);
    const dd_doc_node *value = dd_doc_get(node, p.path);
    const dd_doc_node *error = *p.error ? dd_doc_get(node, p.error) : NULL;
    ++*asked;
    *known += value != NULL && value->kind != DD_DOC_NULL;
    if (!write_part(out, &p, node, error, style))
        write_placeholder(out, &p, value, error, style);
    return template_ + n + (template_[n] == '}');
}

char *
dd_template_fill(const char *template_, const dd_doc_node *node,
                 const dd_value_style *style, size_t *known, size_t *asked)
{
    char *result = NULL;
    size_t size, n_known = 0, n_asked = 0;
    FILE *out = open_memstream(&result, &size);
    if (out == NULL)
        return NULL;
    while (*template_ != '\0')
        template_ = advance(out, template_, node, style, &n_known, &n_asked);
    if (fclose(out) != 0) {
        free(result);
        return NULL;
    }
    if (known != NULL)
        *known = n_known;
    if (asked != NULL)
        *asked = n_asked;
    return result;
}
