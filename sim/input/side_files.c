#include "input/side_files.h"

#include "base/text.h"
#include "input/column_forms.h"

#include <stdio.h>
#include <string.h>

/** A file being read: where each column stands, and what its cells leave open. */
typedef struct {
    const dd_side_file *file;
    const dd_funnel *funnel;
    dd_csv *csv;
    int at[DD_SIDE_MOST]; /* -1: not there */
    dd_day_order order[DD_SIDE_MOST];
    dd_decimal decimal[DD_SIDE_MOST];
} side_reader;

static int
find_heading(const dd_csv_row *heading, const char *name)
{
    for (size_t c = 0; c < heading->n; c++)
        if (dd_same_word(heading->cells[c].text, name))
            return (int) c;
    return -1;
}

/* The funnel's name for the column stands first; it may be meant for another file. */
static int
find_column(const side_reader *self, const dd_side_column *column)
{
    const dd_csv_row *heading = dd_csv_heading(self->csv);
    int at = -1;

    for (size_t i = 0; i < self->funnel->n_columns && at < 0; i++)
        if (dd_same_word(self->funnel->columns[i].known, column->name))
            at = find_heading(heading, self->funnel->columns[i].heading);
    for (size_t i = 0; i < DD_SIDE_HEADINGS && column->headings[i] && at < 0; i++)
        at = find_heading(heading, column->headings[i]);
    return at;
}

static dd_status
find_columns(side_reader *self, const char *path, dd_error *err)
{
    const dd_csv_row *heading = dd_csv_heading(self->csv);
    const dd_place place = { .file = path, .line = heading->line };
    dd_status status = DD_OK;
    char right[160];

    for (size_t c = 0; c < self->file->n; c++) {
        const dd_side_column *column = &self->file->columns[c];
        self->at[c] = find_column(self, column);
        if (self->at[c] >= 0 || !column->missing)
            continue;
        snprintf(right, sizeof right,
                 "a column '%s', or 'columns: {%s: HEADING}' in the "
                 "funnel file",
                 column->name, column->name);
        status = dd_error_add(err, DD_EDATA, &place, heading->cells[0].text, right,
                              "no column for %s among the %s", column->name,
                              self->file->what);
    }
    return status;
}

/* "reps.csv: owner from '负责人', end from '离职日期'; not used: 季度指标": a heading that
 * nobody knows must not be passed over in silence. */
static dd_status
note_columns(const side_reader *self, const char *path, dd_notes *notes)
{
    const dd_csv_row *heading = dd_csv_heading(self->csv);
    char used[1024] = "", unused[512] = "";
    size_t n = 0, m = 0;

    for (size_t c = 0; c < self->file->n; c++)
        if (self->at[c] >= 0 && n + 128 < sizeof used)
            n += (size_t) snprintf(used + n, 128, "%s%s from '%.80s'", n ? ", " : "",
                                   self->file->columns[c].name,
                                   heading->cells[self->at[c]].text);
    for (size_t i = 0; i < heading->n && m + 80 < sizeof unused; i++) {
        int taken = 0;
        for (size_t c = 0; c < self->file->n; c++)
            taken |= self->at[c] == (int) i;
        if (!taken && heading->cells[i].n > 0 && heading->cells[i].n < 60)
            m += (size_t) snprintf(unused + m, 80, "%s%s",
                                   m ? ", " : "; not used: ", heading->cells[i].text);
    }
    return dd_notes_add(notes, "read_columns", "%s: %s%s", path, used, unused);
}

static const dd_cell *
cell_of(const side_reader *self, size_t column, const dd_csv_row *row)
{
    const int at = self->at[column];

    if (at < 0 || (size_t) at >= row->n || row->cells[at].n == 0
        || dd_cell_unknown(&row->cells[at]))
        return NULL;
    return &row->cells[at];
}

/* What the cells of a column say of day order and decimal sign. */
static dd_status
find_forms(side_reader *self, dd_error *err)
{
    dd_day_order_evidence order[DD_SIDE_MOST] = { { 0 } }, file = { 0 };
    dd_decimal_evidence decimal[DD_SIDE_MOST] = { { 0, 0 } };
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv_event event;

    dd_csv_peek_begin(self->csv);
    while ((event = dd_csv_next(self->csv, &row, &fault, err)) != DD_CSV_END) {
        if (event == DD_CSV_STOP)
            return err && err->out_of_memory ? DD_ENOMEM : DD_EIO;
        for (size_t c = 0; event == DD_CSV_ROW && c < self->file->n; c++) {
            const dd_cell *cell = cell_of(self, c, &row);
            if (cell && self->file->columns[c].kind == DD_SIDE_DAY)
                dd_day_order_add(&order[c], cell->text, cell->n);
            else if (cell && self->file->columns[c].kind == DD_SIDE_AMOUNT)
                dd_decimal_evidence_add(&decimal[c], cell->text, cell->n);
        }
    }
    dd_csv_peek_end(self->csv);
    for (size_t c = 0; c < self->file->n; c++)
        dd_day_order_join(&file, &order[c]);
    for (size_t c = 0; c < self->file->n; c++) {
        self->order[c] = dd_day_order_decide(&order[c]);
        if (self->order[c] == DD_ORDER_UNKNOWN)
            self->order[c] = dd_day_order_borrow(&order[c], &file);
        self->decimal[c] = dd_decimal_decide(&decimal[c]);
    }
    return DD_OK;
}

static const char *
read_day(const side_reader *self, size_t c, const dd_cell *cell, dd_side_row *row)
{
    dd_moment moment;
    dd_date_status status
        = dd_moment_read(cell->text, cell->n, self->order[c],
                         self->funnel->utc_offset_seconds, &moment, NULL);

    if (status)
        return dd_date_reason(status);
    row->day[c] = dd_moment_day(moment);
    return NULL;
}

static const char *
read_amount(const side_reader *self, size_t c, const dd_cell *cell, dd_side_row *row)
{
    dd_money_status status
        = dd_money_parse(cell->text, cell->n, self->decimal[c], &row->figure[c]);

    return status ? dd_money_reason(status) : NULL;
}

static const char *
read_count(size_t c, const dd_cell *cell, dd_side_row *row)
{
    double count;

    if (dd_number_parse(cell->text, cell->n, &count) || count < 0 || count > 1e9
        || count != (double) (int64_t) count)
        return "not a count such as 3";
    row->figure[c] = (int64_t) count;
    return NULL;
}

static int
refuse(dd_row_refusal *refusal, const dd_csv_row *cells, const dd_side_column *column,
       const char *value, const char *code, const char *reason)
{
    *refusal = (dd_row_refusal){ cells->line, column->name, value, code, reason };
    return -1;
}

static int
read_cell(const side_reader *self, size_t c, const dd_csv_row *cells, dd_side_row *row,
          dd_row_refusal *refusal)
{
    static const char *const codes[] = { "", "bad_date", "bad_amount", "bad_count" };
    const dd_side_column *column = &self->file->columns[c];
    const dd_cell *cell = cell_of(self, c, cells);
    const char *wrong = NULL;

    row->text[c] = cell ? cell->text : NULL;
    row->day[c] = DD_NO_DAY;
    row->figure[c] = DD_UNKNOWN_AMOUNT;
    if (!cell && column->missing)
        return refuse(refusal, cells, column, NULL, column->missing,
                      column->missing_says);
    if (cell && column->kind == DD_SIDE_DAY)
        wrong = read_day(self, c, cell, row);
    else if (cell && column->kind == DD_SIDE_AMOUNT)
        wrong = read_amount(self, c, cell, row);
    else if (cell && column->kind == DD_SIDE_COUNT)
        wrong = read_count(c, cell, row);
    return wrong ? refuse(refusal, cells, column, cell->text, codes[column->kind], wrong)
                 : 0;
}

static dd_status
tell_row(const side_reader *self, const dd_csv_row *cells, const dd_side_sink *sink,
         dd_file_facts *facts)
{
    dd_side_row row = { .line = cells->line };
    dd_row_refusal refusal;

    facts->rows++;
    for (size_t c = 0; c < self->file->n; c++) {
        if (read_cell(self, c, cells, &row, &refusal) == 0)
            continue;
        facts->refused++;
        return sink->refuse(sink->context, &refusal);
    }
    return sink->row(sink->context, &row);
}

static dd_status
read_rows(const side_reader *self, const dd_side_sink *sink, dd_file_facts *facts,
          dd_error *err)
{
    dd_csv_row cells;
    dd_csv_fault fault;
    dd_csv_event event;
    dd_status status = DD_OK;

    while (status == DD_OK
           && (event = dd_csv_next(self->csv, &cells, &fault, err)) != DD_CSV_END) {
        if (event == DD_CSV_STOP)
            return err && err->out_of_memory ? DD_ENOMEM : DD_EIO;
        if (event == DD_CSV_ROW) {
            status = tell_row(self, &cells, sink, facts);
            continue;
        }
        const dd_row_refusal refusal
            = { fault.line, NULL, fault.value, fault.code, fault.reason };
        facts->rows++;
        facts->refused++;
        status = sink->refuse(sink->context, &refusal);
    }
    return status;
}

dd_status
dd_side_read(const char *path, const dd_side_file *file, const dd_funnel *funnel,
             const dd_side_sink *sink, dd_file_facts *facts, dd_error *err)
{
    side_reader reader = { .file = file, .funnel = funnel };
    dd_status status = dd_csv_open(&reader.csv, path, err);

    memset(facts, 0, sizeof *facts);
    if (status)
        return status;
    facts->encoding = dd_csv_encoding(reader.csv);
    status = find_columns(&reader, path, err);
    if (status == DD_OK && sink->notes && note_columns(&reader, path, sink->notes))
        status = dd_error_no_memory(err);
    if (status == DD_OK)
        status = find_forms(&reader, err);
    if (status == DD_OK)
        status = read_rows(&reader, sink, facts, err);
    dd_csv_close(reader.csv);
    return status;
}
