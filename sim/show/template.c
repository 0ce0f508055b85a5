/* Templates: "{bookings.p50~bookings.mean_mcse}" filled from a doc. */
#include "show/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "path", "path~error" or "path+-error", n bytes. */
typedef struct {
    char path[128];
    char error[128]; /* "": none */
    int shown;       /* the error too */
} placeholder;

static void
copy_part(char part[128], const char *from, size_t n)
{
    snprintf(part, 128, "%.*s", (int) n, from);
}

static placeholder
parse(const char *text, size_t n)
{
    placeholder self = { "", "", 0 };
    size_t path = 0, skip = 0;
    while (path < n && text[path] != '~' && text[path] != '+')
        path++;
    if (path < n) {
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
        fprintf(out, " ± %s", text);
    free(text);
}

static void
write_placeholder(FILE *out, const placeholder *self, const dd_doc_node *value,
                  const dd_doc_node *error, const dd_value_style *style)
{
    char *text = dd_value_text(value, error, style);
    if (text != NULL)
        fputs(text, out);
    /* Beyond "< 0.1 %" an error says nothing. */
    if (self->shown && text != NULL && strpbrk(text, "<>") == NULL)
        write_error(out, error, style);
    free(text);
}

/* Write up to the next placeholder and that too; returns what comes after. */
static const char *
step(FILE *out, const char *template_, const dd_doc_node *node,
     const dd_value_style *style, size_t *known, size_t *asked)
{
    size_t plain = strcspn(template_, "{"), n;
    fwrite(template_, 1, plain, out);
    template_ += plain;
    if (*template_ == '\0')
        return template_;
    n = strcspn(++template_, "}");
    placeholder p = parse(template_, n);
    const dd_doc_node *value = dd_doc_get(node, p.path);
    const dd_doc_node *error = *p.error ? dd_doc_get(node, p.error) : NULL;
    ++*asked;
    *known += value != NULL && value->kind != DD_DOC_NULL;
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
        template_ = step(out, template_, node, style, &n_known, &n_asked);
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
