#include "show/show.h"

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

dd_status
dd_show(const dd_doc *doc, dd_format format, const char *path, dd_error *err)
{
    dd_output output;
    dd_status status;
    if (doc->failed)
        return dd_error_no_memory(err);
    status = dd_output_open(&output, path, err);
    if (status)
        return status;
    if (format == DD_FORMAT_JSON)
        dd_json_write(doc, output.file);
    else
        status = dd_text_write(doc, wants_colour(output.file), output.file);
    if (status) {
        dd_output_abandon(&output);
        return dd_error_no_memory(err);
    }
    return dd_output_close(&output, err);
}
