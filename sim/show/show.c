#include "show/show.h"

#include "show/csv.h"
#include "show/json.h"
#include "show/output.h"
#include "show/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
wants_colour(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color != NULL && *no_color != '\0')
        return 0;
    return isatty(fileno(file)) && term != NULL && strcmp(term, "dumb") != 0;
}

static dd_status
write_doc(const dd_doc *doc, const dd_show_how *how, const dd_doc_node *list, FILE *out)
{
    switch (how->format) {
    case DD_FORMAT_CSV:
        return dd_csv_write(doc, list, how->provenance, out);
    case DD_FORMAT_JSON:
        dd_json_write(doc, out);
        return DD_OK;
    default:
        return dd_text_write(doc, wants_colour(out), out);
    }
}

dd_status
dd_show(const dd_doc *doc, const dd_show_how *how, dd_error *err)
{
    dd_output output;
    dd_status status;
    const dd_doc_node *list = NULL;
    if (doc->failed)
        return dd_error_no_memory(err);
    if (how->format == DD_FORMAT_CSV
        && (list = dd_csv_table(doc, how->table, "--table", err)) == NULL)
        return DD_EUSAGE;
    status = dd_output_open(&output, how->path, err);
    if (status)
        return status;
    status = write_doc(doc, how, list, output.file);
    if (status) {
        dd_output_abandon(&output);
        return dd_error_no_memory(err);
    }
    return dd_output_close(&output, err);
}
