/** History files in any layout; see layouts.h. */
#include "input/layouts.h"

#include "base/text.h"
#include "input/row_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_HEADINGS 240 /* bytes of a heading quoted in a message */
#define NEEDED \
    "columns for deal_id, stage and entered_at (a row per stage entry), for deal_id, " \
    "stage and created_at or close_date (a row per deal), or for deal_id, stage and " \
    "snapshot_at (photos); name yours under 'columns:'"

static int
has(const dd_columns *columns, dd_column column)
{
    return columns->at[column] >= 0;
}

/* The headings in a row, cut where they get too long. */
static void
quote_headings(const dd_csv_row *heading, char quoted[SHOWN_HEADINGS])
{
    size_t used = 0;

    quoted[0] = '\0';
    for (size_t c = 0; c < heading->n; c++) {
        size_t n = heading->cells[c].n + 2;
        if (used + n + 8 > SHOWN_HEADINGS) {
            snprintf(quoted + used, SHOWN_HEADINGS - used, ", …");
            return;
        }
        used += (size_t) snprintf(quoted + used, SHOWN_HEADINGS - used, "%s%s",
                                  c ? ", " : "", heading->cells[c].text);
    }
}

/* A heading that may have been meant for the column, or NULL. */
static const char *
near_heading(const dd_csv_row *heading, const dd_columns *columns, dd_column column)
{
    const char *known;

    for (size_t c = 0; c < heading->n; c++) {
        int taken = 0;
        for (int k = 0; k < DD_COLUMNS; k++)
            taken |= columns->at[k] == (int) c;
        for (size_t i = 0; !taken && (known = dd_column_heading(column, i)); i++)
            if (dd_did_you_mean(heading->cells[c].text, &known, 1))
                return heading->cells[c].text;
    }
    return NULL;
}

static dd_status
missing_column(const char *path, const dd_csv_row *heading, const dd_columns *columns,
               dd_column column, dd_error *err)
{
    const dd_place place = { .file = path, .line = heading->line };
    const char *near = near_heading(heading, columns, column);
    char quoted[SHOWN_HEADINGS], right[512];

    quote_headings(heading, quoted);
    if (near)
        snprintf(right, sizeof right,
                 "'columns: {%s: %.120s}' in a funnel file, if '%.120s' is meant",
                 dd_column_name_of(column), near, near);
    return dd_error_add(err, DD_EDATA, &place, quoted, near ? right : NEEDED,
                        "no column for %s", dd_column_name_of(column));
}

static dd_status
no_known_column(const char *path, const dd_csv_row *heading, dd_error *err)
{
    const dd_place place = { .file = path, .line = heading->line };
    char quoted[SHOWN_HEADINGS];

    quote_headings(heading, quoted);
    return dd_error_add(err, DD_EDATA, &place, quoted, NEEDED, "no known column");
}

/* Without an id the deals are told apart by their name; without a stage, the status is
 * what says where a deal stands. */
static dd_status
stand_in(dd_columns *columns, dd_column wanted, dd_column instead, const char *path,
         dd_notes *notes)
{
    if (has(columns, wanted) || !has(columns, instead))
        return DD_OK;
    columns->at[wanted] = columns->at[instead];
    columns->heading[wanted] = columns->heading[instead];
    if (!notes)
        return DD_OK;
    return dd_notes_add(notes, "column_stands_in",
                        "'%s' has no column for %s: '%s' is used", path,
                        dd_column_name_of(wanted), columns->heading[instead]);
}

static dd_status
tell_layout(dd_layout *layout, const dd_columns *columns, const dd_csv_row *heading,
            int is_photo, const char *path, dd_error *err)
{
    int dated = has(columns, DD_COLUMN_CREATED_AT) || has(columns, DD_COLUMN_CLOSED_AT)
                || has(columns, DD_COLUMN_WON_AT) || has(columns, DD_COLUMN_CLOSE_DATE);
    int moments = dated || has(columns, DD_COLUMN_ENTERED_AT);
    int snapshots = has(columns, DD_COLUMN_SNAPSHOT_AT)
                    || (is_photo && !has(columns, DD_COLUMN_ENTERED_AT));

    if (!has(columns, DD_COLUMN_DEAL_ID) && !has(columns, DD_COLUMN_STAGE) && !moments)
        return no_known_column(path, heading, err);
    if (!has(columns, DD_COLUMN_DEAL_ID))
        return missing_column(path, heading, columns, DD_COLUMN_DEAL_ID, err);
    if (!has(columns, DD_COLUMN_STAGE))
        return missing_column(path, heading, columns, DD_COLUMN_STAGE, err);
    if (!moments && !snapshots)
        return missing_column(path, heading, columns, DD_COLUMN_ENTERED_AT, err);
    *layout = snapshots                            ? DD_SNAPSHOTS
              : has(columns, DD_COLUMN_ENTERED_AT) ? DD_EVENTS
                                                   : DD_DEALS;
    return DD_OK;
}

/* "deal_id from '商机编号', stage from '阶段'": what was taken for what, and what for
 * nothing. */
static dd_status
note_columns(const dd_columns *columns, const dd_csv_row *heading, dd_notes *notes)
{
    char used[1024] = "", unused[SHOWN_HEADINGS] = "";
    size_t n = 0, m = 0;

    for (int c = 0; c < DD_COLUMNS; c++)
        if (columns->at[c] >= 0 && n + 160 < sizeof used)
            n += (size_t) snprintf(used + n, 160, "%s%s from '%.100s'", n ? ", " : "",
                                   dd_column_name_of((dd_column) c),
                                   columns->heading[c]);
    for (size_t i = 0; i < heading->n && m + 64 < sizeof unused; i++) {
        int taken = 0;
        for (int c = 0; c < DD_COLUMNS; c++)
            taken |= columns->at[c] == (int) i;
        if (!taken && heading->cells[i].n > 0 && heading->cells[i].n < 60)
            m += (size_t) snprintf(unused + m, 64, "%s%s",
                                   m ? ", " : "; not used: ", heading->cells[i].text);
    }
    return dd_notes_add(notes, "read_columns", "%s%s", used, unused);
}

static dd_status
find_layout(dd_layout *layout, dd_columns *columns, dd_csv *csv, const dd_funnel *funnel,
            int is_photo, const char *path, dd_notes *notes, dd_error *err)
{
    const dd_csv_row *heading = dd_csv_heading(csv);
    dd_status status = dd_columns_find(columns, heading, funnel, path, err);

    if (status)
        return status;
    if (stand_in(columns, DD_COLUMN_DEAL_ID, DD_COLUMN_NAME, path, notes)
        || stand_in(columns, DD_COLUMN_STAGE, DD_COLUMN_STATUS, path, notes))
        return dd_error_no_memory(err);
    status = tell_layout(layout, columns, heading, is_photo, path, err);
    if (status == DD_OK && notes && note_columns(columns, heading, notes))
        status = dd_error_no_memory(err);
    return status;
}

static void
state_facts(dd_file_facts *facts, dd_layout layout, const dd_csv *csv,
            const dd_columns *columns, const dd_column_form *form)
{
    memset(facts, 0, sizeof *facts);
    facts->layout = layout;
    facts->encoding = dd_csv_encoding(csv);
    facts->dates_only = 1;
    for (int c = 0; c < DD_COLUMNS; c++)
        facts->dates_only &= form[c].dates_only;
    facts->has_amount = has(columns, DD_COLUMN_AMOUNT);
    facts->has_amount_won = has(columns, DD_COLUMN_AMOUNT_WON);
    facts->has_close_date = has(columns, DD_COLUMN_CLOSE_DATE);
    facts->has_closed_at = has(columns, DD_COLUMN_CLOSED_AT)
                           || has(columns, DD_COLUMN_WON_AT)
                           || has(columns, DD_COLUMN_LOST_AT);
    facts->has_probability = has(columns, DD_COLUMN_PROBABILITY);
    facts->has_created_at = has(columns, DD_COLUMN_CREATED_AT);
}

static dd_status
tell_refusal(const dd_row_sink *sink, const dd_row_refusal *refusal,
             dd_file_facts *facts)
{
    facts->rows++;
    facts->refused++;
    return sink->refuse ? sink->refuse(sink->context, refusal) : DD_OK;
}

static dd_status
tell_row(const dd_row_sink *sink, dd_row_reader *reader, const dd_csv_row *cells,
         dd_file_facts *facts)
{
    dd_row_refusal refusal = { 0 };
    dd_row row;

    if (dd_row_read(reader, cells, &row, &refusal))
        return tell_refusal(sink, &refusal, facts);
    facts->rows++;
    return sink->row(sink->context, &row);
}

static dd_status
read_rows(dd_csv *csv, dd_row_reader *reader, const dd_row_sink *sink,
          dd_file_facts *facts, dd_error *err)
{
    dd_csv_row cells;
    dd_csv_fault fault;
    dd_csv_event event;
    dd_status status = DD_OK;

    while (status == DD_OK
           && (event = dd_csv_next(csv, &cells, &fault, err)) != DD_CSV_END) {
        if (event == DD_CSV_STOP)
            return err && err->out_of_memory ? DD_ENOMEM : DD_EIO;
        if (event == DD_CSV_ROW) {
            status = tell_row(sink, reader, &cells, facts);
        } else {
            const dd_row_refusal refusal
                = { fault.line, NULL, fault.value, fault.code, fault.reason };
            status = tell_refusal(sink, &refusal, facts);
        }
    }
    return status;
}

static dd_status
conclude(const dd_row_reader *reader, dd_file_facts *facts, const char *path,
         dd_notes *notes, dd_error *err)
{
    if (reader->timed)
        facts->dates_only = 0;
    if (facts->rows == 0)
        return dd_error_add(err, DD_EDATA, &(dd_place){ .file = path }, NULL,
                            "a row per stage entry or deal",
                            "has a heading but no rows");
    if (reader->short_rows && notes
        && dd_notes_add(notes, "short_rows",
                        "rows of '%s' with fewer cells than its heading: %zu; what is "
                        "missing counts as empty",
                        path, reader->short_rows))
        return dd_error_no_memory(err);
    return DD_OK;
}

static dd_moment
noon_of(dd_day day)
{
    return day == DD_NO_DAY ? DD_NO_MOMENT : dd_day_end(day) - DD_SECONDS_PER_DAY / 2;
}

dd_status
dd_layouts_read(const char *path, const dd_funnel *funnel, dd_day photo,
                const dd_row_sink *sink, dd_file_facts *facts, dd_notes *notes,
                dd_error *err)
{
    dd_column_form form[DD_COLUMNS];
    dd_columns columns;
    dd_row_reader reader = {
        .columns = &columns, .form = form, .funnel = funnel, .photo = noon_of(photo)
    };
    dd_csv *csv;
    dd_status status = dd_csv_open(&csv, path, err);

    memset(facts, 0, sizeof *facts);
    if (status)
        return status;
    facts->encoding = dd_csv_encoding(csv);
    status = find_layout(&reader.layout, &columns, csv, funnel, photo != DD_NO_DAY, path,
                         notes, err);
    if (status == DD_OK)
        status = dd_column_forms_find(form, &columns, csv, funnel, notes, err);
    if (status == DD_OK) {
        reader.n_columns = dd_csv_heading(csv)->n;
        state_facts(facts, reader.layout, csv, &columns, form);
        status = sink->begin ? sink->begin(sink->context, facts) : DD_OK;
    }
    if (status == DD_OK)
        status = read_rows(csv, &reader, sink, facts, err);
    if (status == DD_OK)
        status = conclude(&reader, facts, path, notes, err);
    dd_csv_close(csv);
    return status;
}
