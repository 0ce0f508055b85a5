#include "show/rejects.h"

#include "dealdice/doc.h"
#include "input/lines.h"
#include "show/csv.h"
#include "show/output.h"

#include <stdlib.h>
#include <string.h>

/** A refusal, to be put in the order of lines. */
typedef struct {
    long line;
    size_t refusal;
} place;

static int
compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->refusal > y->refusal) - (x->refusal < y->refusal);
}

/* The file's refusals in the order of its lines. @return how many */
static size_t
gather(const dd_history *history, size_t file, place *places)
{
    size_t n = 0;

    for (size_t i = 0; i < history->n_refusals; i++)
        if ((size_t) history->refusals[i].file == file)
            places[n++] = (place){ history->refusals[i].line, i };
    qsort(places, n, sizeof *places, compare_places);
    return n;
}

static void
put(dd_doc *doc, dd_doc_node *row, const char *key, const char *text)
{
    if (text)
        dd_doc_text(doc, row, key, text);
    else
        dd_doc_null(doc, row, key);
}

static void
add_row(dd_doc *doc, dd_doc_node *list, const dd_history *history,
        const dd_refusal *refusal, const char *original)
{
    dd_doc_node *row = dd_doc_object(doc, list, NULL);

    dd_doc_text(doc, row, "file", history->files[refusal->file].path);
    dd_doc_count(doc, row, "line", refusal->line);
    put(doc, row, "column", refusal->column);
    put(doc, row, "value", refusal->value);
    put(doc, row, "reason", refusal->reason);
    put(doc, row, "original", original);
}

static dd_status
add_file(dd_doc *doc, dd_doc_node *list, const dd_history *history, size_t file,
         place *places, dd_error *err)
{
    const size_t n = gather(history, file, places);
    long *lines = malloc((n + 1) * sizeof *lines);
    char **texts = calloc(n + 1, sizeof *texts);
    dd_status status = lines && texts ? DD_OK : dd_error_no_memory(err);

    for (size_t i = 0; i < n && status == DD_OK; i++)
        lines[i] = places[i].line;
    if (status == DD_OK && n > 0)
        status = dd_lines_find(history->files[file].path, lines, n, texts, err);
    for (size_t i = 0; i < n && status == DD_OK; i++)
        add_row(doc, list, history, &history->refusals[places[i].refusal], texts[i]);
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
    free(lines);
    return status;
}

static dd_status
describe(dd_doc *doc, dd_doc_node *list, const dd_history *history, dd_error *err)
{
    place *places = malloc((history->n_refusals + 1) * sizeof *places);
    dd_status status = places ? DD_OK : dd_error_no_memory(err);

    for (size_t f = 0; f < history->n_files && status == DD_OK; f++)
        status = add_file(doc, list, history, f, places, err);
    free(places);
    return status;
}

static dd_status
write_list(const dd_doc *doc, const dd_doc_node *list, const dd_history *history,
           const char *path, dd_error *err)
{
    dd_output output;
    dd_status status = dd_output_open(&output, path, err);

    if (status)
        return status;
    if (history->n_refusals == 0)
        fputs("file,line,column,value,reason,original\n", output.file);
    else if (dd_csv_write(doc, list, 0, output.file)) {
        dd_output_abandon(&output);
        return dd_error_no_memory(err);
    }
    return dd_output_close(&output, err);
}

dd_status
dd_rejects_write(const dd_history *history, const char *path, dd_error *err)
{
    dd_doc doc;
    dd_doc_node *list;
    dd_status status;

    if (dd_doc_init(&doc))
        return dd_error_no_memory(err);
    list = dd_doc_list(&doc, doc.root, "rejects");
    status = describe(&doc, list, history, err);
    if (status == DD_OK && doc.failed)
        status = dd_error_no_memory(err);
    if (status == DD_OK)
        status = write_list(&doc, list, history, path, err);
    dd_doc_free(&doc);
    return status;
}
