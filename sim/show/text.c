#include "show/text.h"

#include "base/text.h"
#include "show/histogram.h"
#include "show/table.h"

#include <stdlib.h>
#include <string.h>

/* Bytes to the next blank at which a line may end: "46 % ± 2 %" stays together. */
static size_t
word_length(const char *text)
{
    size_t n = strcspn(text, " ");
    while (text[n] == ' '
           && (text[n + 1] == '%' || strncmp(text + n + 1, "± ", strlen("± ")) == 0))
        n += 1 + strcspn(text + n + 1, " ");
    return n;
}

/* Break between words where a line would be wider than DD_TEXT_WIDTH; the lines of a
 * "- " item then hang under its first word. */
static void
write_folded(const char *text, FILE *out)
{
    int indent = strncmp(text, "- ", 2) == 0 ? 2 : 0, fresh = 1;
    size_t column = (size_t) indent;
    text += fwrite(text, 1, column, out);
    while (*text != '\0') {
        size_t n = word_length(text);
        size_t width = dd_text_width_n(text, n);
        if (!fresh && column + 1 + width > DD_TEXT_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = (size_t) indent;
        } else if (!fresh) {
            column += (size_t) fprintf(out, " ");
        }
        fresh = 0;
        fwrite(text, 1, n, out);
        column += width;
        text += n + strspn(text + n, " ");
    }
    fputc('\n', out);
}

/* A sentence that asks for values and knows none of them is not said. */
static dd_status
write_sentence(const dd_doc_view *view, const dd_value_style *style, FILE *out)
{
    size_t known, asked;
    char *text = dd_template_fill(view->text, view->node, style, &known, &asked);
    if (text == NULL)
        return DD_ENOMEM;
    if (asked == 0 || known > 0)
        write_folded(text, out);
    free(text);
    return DD_OK;
}

static void
write_title(const char *title, int colour, FILE *out)
{
    if (title != NULL)
        fprintf(out, colour ? "\033[1m%s\033[0m\n" : "%s\n", title);
}

static dd_status
write_view(const dd_doc_view *view, const dd_value_style *style, FILE *out)
{
    if (view->kind == DD_VIEW_SENTENCE)
        return write_sentence(view, style, out);
    write_title(view->text, style->colour, out);
    if (view->kind == DD_VIEW_TABLE)
        return dd_table_write(view, style, out);
    dd_histogram_write(view, style, out);
    return DD_OK;
}

static dd_status
write_warnings(const dd_doc_node *warnings, const dd_value_style *style, FILE *out)
{
    if (warnings == NULL || warnings->first == NULL)
        return DD_OK;
    fputc('\n', out);
    write_title("To know", style->colour, out);
    for (const dd_doc_node *w = warnings->first; w != NULL; w = w->next) {
        char *item = dd_template_fill("- {text}", w, style, NULL, NULL);
        if (item == NULL)
            return DD_ENOMEM;
        write_folded(item, out);
        free(item);
    }
    return DD_OK;
}

static int
is_empty_table(const dd_doc_view *view)
{
    return view->kind == DD_VIEW_TABLE
           && (view->node == NULL || view->node->first == NULL);
}

dd_status
dd_text_write(const dd_doc *doc, int colour, FILE *out)
{
    const dd_doc_node *currency = dd_doc_get(doc->root, "currency");
    const dd_doc_node *as_of = dd_doc_get(doc->root, "as_of");
    dd_value_style style
        = { currency != NULL ? currency->text : NULL, colour,
            as_of != NULL && as_of->kind == DD_DOC_DAY ? (dd_day) as_of->count
                                                       : DD_NO_DAY };
    const dd_doc_view *before = NULL;
    for (const dd_doc_view *v = doc->first_view; v != NULL; v = v->next) {
        dd_status status;
        if (is_empty_table(v))
            continue;
        if (before != NULL
            && (v->kind != DD_VIEW_SENTENCE || before->kind != DD_VIEW_SENTENCE))
            fputc('\n', out);
        status = write_view(v, &style, out);
        if (status)
            return status;
        before = v;
    }
    return write_warnings(dd_doc_get(doc->root, "warnings"), &style, out);
}
