/* Cells of CSV: quoted where need be, and never a formula. */
#include "show/csv.h"

#include "base/text.h"
#include "show/scalar.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, for bytes that are no UTF-8 */

static int
needs_quotes(const char *text)
{
    size_t n = strlen(text);
    return strpbrk(text, ",\"\r\n") != NULL || *text == '#' || *text == ' '
           || (n > 0 && text[n - 1] == ' ');
}

static void
write_text(const char *text, FILE *out)
{
    int quoted = needs_quotes(text);
    size_t left = strlen(text);
    if (quoted)
        fputc('"', out);
    if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
        fputc('\'', out);
    while (left > 0) {
        size_t n = dd_utf8_valid(text, left);
        for (size_t i = 0; i < n; i++) {
            if (text[i] == '"')
                fputc('"', out);
            fputc(text[i], out);
        }
        text += n;
        left -= n;
        if (left > 0) {
            fputs(REPLACEMENT, out);
            text++;
            left--;
        }
    }
    if (quoted)
        fputc('"', out);
}

static int
is_text(const dd_doc_node *node)
{
    return node->kind == DD_DOC_TEXT || node->kind == DD_DOC_FLAG;
}

/* Plain values joined by "; ". */
static dd_status
write_list(const dd_doc_node *list, FILE *out)
{
    char *text = NULL;
    size_t size;
    FILE *joined = open_memstream(&text, &size);
    if (joined == NULL)
        return DD_ENOMEM;
    for (const dd_doc_node *n = list->first; n != NULL; n = n->next) {
        if (is_text(n))
            fputs(n->text, joined);
        else
            dd_scalar_write(n, joined);
        if (n->next != NULL)
            fputs("; ", joined);
    }
    if (fclose(joined) != 0) {
        free(text);
        return DD_ENOMEM;
    }
    write_text(text, out);
    free(text);
    return DD_OK;
}

dd_status
dd_csv_cell(const dd_doc_node *node, int only, FILE *out)
{
    if (node != NULL && node->kind == DD_DOC_LIST)
        return write_list(node, out);
    if (node != NULL && is_text(node))
        write_text(node->text, out);
    else if (node != NULL && node->kind != DD_DOC_NULL)
        dd_scalar_write(node, out);
    else if (only)
        fputs("\"\"", out); /* an empty line would be no row */
    return DD_OK;
}
