#include "show/json.h"

#include "show/scalar.h"

#include <string.h>
#include <utf8proc.h>

/* One character of n bytes, or the replacement character where it is none. */
static void
write_character(const char *text, utf8proc_ssize_t n, FILE *out)
{
    unsigned char c = (unsigned char) *text;
    if (n < 1)
        fputs("\\ufffd", out);
    else if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c < 0x20 || c == 0x7f)
        fprintf(out, "\\u%04x", c);
    else
        fwrite(text, 1, (size_t) n, out);
}

static void
write_string(const char *text, FILE *out)
{
    fputc('"', out);
    while (*text != '\0') {
        utf8proc_int32_t codepoint;
        const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *) text;
        utf8proc_ssize_t n = utf8proc_iterate(bytes, -1, &codepoint);
        write_character(text, n, out);
        text += n < 1 ? 1 : n;
    }
    fputc('"', out);
}

static void
write_scalar(const dd_doc_node *node, FILE *out)
{
    switch (node->kind) {
    case DD_DOC_TEXT:
    case DD_DOC_FLAG:
        write_string(node->text, out);
        break;
    case DD_DOC_DAY:
        fputc('"', out);
        dd_scalar_write(node, out);
        fputc('"', out);
        break;
    case DD_DOC_NULL:
        fputs("null", out);
        break;
    default:
        dd_scalar_write(node, out);
    }
}

static int
is_container(const dd_doc_node *node)
{
    return node->kind == DD_DOC_OBJECT || node->kind == DD_DOC_LIST;
}

/* What holds only scalars stays on one line: a person reads a distribution at once. */
static int
is_flat(const dd_doc_node *node)
{
    for (const dd_doc_node *c = node->first; c != NULL; c = c->next)
        if (is_container(c))
            return 0;
    return 1;
}

static void
new_line(int depth, FILE *out)
{
    fprintf(out, "\n%*s", 2 * depth, "");
}

static void
write_node(const dd_doc_node *node, int depth, FILE *out)
{
    int flat = is_flat(node);
    if (!is_container(node)) {
        write_scalar(node, out);
        return;
    }
    fputc(node->kind == DD_DOC_OBJECT ? '{' : '[', out);
    for (const dd_doc_node *c = node->first; c != NULL; c = c->next) {
        if (!flat)
            new_line(depth + 1, out);
        if (node->kind == DD_DOC_OBJECT) {
            write_string(c->key, out);
            fputs(": ", out);
        }
        write_node(c, depth + 1, out);
        if (c->next != NULL)
            fputs(flat ? ", " : ",", out);
    }
    if (!flat)
        new_line(depth, out);
    fputc(node->kind == DD_DOC_OBJECT ? '}' : ']', out);
}

void
dd_json_write(const dd_doc *doc, FILE *out)
{
    write_node(doc->root, 0, out);
    fputc('\n', out);
}
