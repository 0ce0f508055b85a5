/** Opening a CSV file: what it is, its delimiter, its heading; see csv.h. */
#include "input/csv.h"
#include "input/csv_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SAVE_AS_CSV "a CSV file: save it as CSV UTF-8"

static dd_status
refuse(dd_error *err, dd_status status, const char *path, const char *right,
       const char *wrong)
{
    const dd_place place = { .file = path };

    return dd_error_add(err, status, &place, NULL, right, "%s", wrong);
}

static dd_status
open_file(FILE **file, const char *path, dd_error *err)
{
    const dd_place place = { .file = path };
    struct stat info;

    *file = fopen(path, "rb");
    if (!*file)
        return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot be opened: %s",
                            strerror(errno));
    if (fstat(fileno(*file), &info) == 0 && S_ISDIR(info.st_mode)) {
        fclose(*file);
        return refuse(err, DD_EIO, path, "a CSV file", "is a directory, not a file");
    }
    return DD_OK;
}

/* What a spreadsheet program saves by default: a zip archive or an OLE document. */
static int
is_workbook(const dd_decoder *decoder)
{
    size_t n;
    const char *head = dd_decoder_head(decoder, &n);

    return (n >= 4 && memcmp(head, "PK\3\4", 4) == 0)
           || (n >= 4 && memcmp(head, "\xD0\xCF\x11\xE0", 4) == 0);
}

static dd_status
open_decoder(dd_csv *self, dd_error *err)
{
    dd_status status;
    FILE *file;
    size_t n;

    status = open_file(&file, self->path, err);
    if (status == DD_OK)
        status = dd_decoder_open(&self->decoder, file, self->path, err);
    if (status)
        return status;
    dd_decoder_head(&self->decoder, &n);
    if (n == 0)
        return refuse(err, DD_EDATA, self->path, "a heading, and rows below it",
                      "is empty");
    if (is_workbook(&self->decoder))
        return refuse(err, DD_EDATA, self->path, SAVE_AS_CSV,
                      "is a workbook, not a CSV file");
    return DD_OK;
}

static dd_status
allocate(dd_csv *self, const char *path, dd_error *err)
{
    self->decoder.converter = (iconv_t) -1;
    self->delimiter = ',';
    self->newline = '\n';
    self->line = 1;
    self->path = strdup(path);
    self->text = malloc(DD_CSV_MAX_ROW + 1);
    self->row_text = malloc(DD_CSV_MAX_ROW + DD_CSV_MAX_CELLS + 1);
    self->cells = malloc(DD_CSV_MAX_CELLS * sizeof *self->cells);
    if (self->path && self->text && self->row_text && self->cells)
        return DD_OK;
    return dd_error_no_memory(err);
}

/* Count one delimiter outside quotes in the first line that is not blank. */
static size_t
count_delimiter(const dd_csv *self, size_t from, char delimiter)
{
    size_t found = 0;
    int quoted = 0;

    while (from < self->end && (self->text[from] == '\n' || self->text[from] == '\r'))
        from++;
    for (size_t i = from; i < self->end; i++) {
        char c = self->text[i];
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '\n' || c == '\r'))
            break;
        else
            found += !quoted && c == delimiter;
    }
    return found;
}

/* Excel's own hint in the first line; it is no row. */
static void
take_hint(dd_csv *self)
{
    size_t i = self->begin;

    if (self->end - i < 6 || strncmp(self->text + i, "sep=", 4) != 0)
        return;
    self->delimiter = self->text[i + 4];
    for (i += 5; i < self->end && self->text[i] != self->newline; i++)
        if (self->text[i] != '\r')
            return;
    self->begin = i < self->end ? i + 1 : i;
    self->line++;
}

static void
find_form(dd_csv *self)
{
    static const char delimiters[] = { ',', ';', '\t' };
    size_t most = 0;

    take_hint(self);
    if (self->line > 1)
        return;
    self->delimiter = ',';
    for (size_t i = 0; i < sizeof delimiters; i++) {
        size_t found = count_delimiter(self, self->begin, delimiters[i]);
        if (found > most) {
            most = found;
            self->delimiter = delimiters[i];
        }
    }
}

/* Keep the heading beyond the next row. */
static dd_status
copy_heading(dd_csv *self, const dd_csv_row *row, dd_error *err)
{
    self->heading_cells = malloc(row->n * sizeof *self->heading_cells);
    self->heading_text = malloc(self->row_used);
    if (!self->heading_cells || !self->heading_text)
        return dd_error_no_memory(err);
    memcpy(self->heading_text, self->row_text, self->row_used);
    for (size_t i = 0; i < row->n; i++) {
        self->heading_cells[i].n = row->cells[i].n;
        self->heading_cells[i].text
            = self->heading_text + (row->cells[i].text - self->row_text);
    }
    self->heading = (dd_csv_row){ row->line, row->n, self->heading_cells };
    self->data_begin = self->begin;
    self->data_line = self->line;
    return DD_OK;
}

static dd_status
read_heading(dd_csv *self, dd_error *err)
{
    dd_csv_row row;
    dd_csv_fault fault;
    dd_place place = { .file = self->path };

    switch (dd_csv_next(self, &row, &fault, err)) {
    case DD_CSV_ROW:
        return copy_heading(self, &row, err);
    case DD_CSV_FAULT:
        place.line = fault.line;
        return dd_error_add(err, DD_EDATA, &place, fault.value,
                            "a first row with the names of the columns",
                            "the heading cannot be read: %s", fault.reason);
    case DD_CSV_END:
        return refuse(err, DD_EDATA, self->path, "a heading, and rows below it",
                      "has only blank lines");
    case DD_CSV_STOP:
        break;
    }
    return err && err->out_of_memory ? DD_ENOMEM : DD_EIO;
}

/* The first text; asked for more, a small file says at once that it has ended. */
static dd_status
fill(dd_csv *self, dd_error *err)
{
    dd_status status = dd_csv_refill(self, err);

    if (!memchr(self->text, '\n', self->end) && memchr(self->text, '\r', self->end))
        self->newline = '\r';
    if (status == DD_OK && !self->at_end)
        status = dd_csv_refill(self, err);
    return status;
}

dd_status
dd_csv_open(dd_csv **self, const char *path, dd_error *err)
{
    dd_csv *made = calloc(1, sizeof *made);
    dd_status status;

    *self = NULL;
    if (!made)
        return dd_error_no_memory(err);
    status = allocate(made, path, err);
    if (status == DD_OK)
        status = open_decoder(made, err);
    if (status == DD_OK)
        status = fill(made, err);
    if (status == DD_OK) {
        find_form(made);
        status
            = dd_csv_restart(made) ? dd_error_no_memory(err) : read_heading(made, err);
    }
    if (status) {
        dd_csv_close(made);
        return status;
    }
    *self = made;
    return DD_OK;
}

void
dd_csv_close(dd_csv *self)
{
    if (!self)
        return;
    csv_free(&self->parser);
    dd_decoder_close(&self->decoder);
    free(self->path);
    free(self->text);
    free(self->row_text);
    free(self->cells);
    free(self->heading_cells);
    free(self->heading_text);
    free(self);
}

const char *
dd_csv_encoding(const dd_csv *self)
{
    return dd_encoding_name(self->decoder.encoding);
}

const dd_csv_row *
dd_csv_heading(const dd_csv *self)
{
    return &self->heading;
}
