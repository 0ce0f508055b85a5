/** Deciding by a column what its cells leave open; see column_forms.h. */
#include "input/column_forms.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/** What the cells of a column showed. */
typedef struct {
    dd_day_order_evidence order;
    dd_decimal_evidence decimal;
    size_t timed, at_midnight, with_offset;
    double greatest; /* plain probability */
    unsigned signs;  /* of currencies, a bit each */
} evidence;

int
dd_column_is_date(dd_column column)
{
    switch (column) {
    case DD_COLUMN_ENTERED_AT:
    case DD_COLUMN_SNAPSHOT_AT:
    case DD_COLUMN_CREATED_AT:
    case DD_COLUMN_CLOSED_AT:
    case DD_COLUMN_WON_AT:
    case DD_COLUMN_LOST_AT:
    case DD_COLUMN_CLOSE_DATE:
        return 1;
    default:
        return 0;
    }
}

int
dd_cell_unknown(const dd_cell *cell)
{
    static const char *const words[]
        = { "NULL", "null", "N/A", "n/a", "#N/A", "NaN", "nan",
            "NaT",  "None", "-",   "--",  "—",    "无",  "未知" };

    if (cell->n > 6 || (cell->text[0] >= '0' && cell->text[0] <= '9'))
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(cell->text, words[i]) == 0)
            return 1;
    }
    return 0;
}

/* A cell with an offset of its own moves with the company's clock, others do not. */
static int
has_offset(const dd_cell *cell, dd_moment at_greenwich)
{
    dd_moment east = at_greenwich;

    dd_moment_read(cell->text, cell->n, DD_ORDER_MONTH_FIRST, 3600, &east, NULL);
    return east != at_greenwich;
}

static void
see_date(evidence *seen, const dd_cell *cell, const dd_funnel *funnel)
{
    dd_moment moment;
    dd_date_status status;
    int has_time = 0;

    if (seen->timed > seen->at_midnight && dd_moment_is_plain(cell->text, cell->n))
        return; /* tells nothing more: neither order nor offset */
    status = dd_moment_read(cell->text, cell->n, DD_ORDER_MONTH_FIRST,
                            funnel->utc_offset_seconds, &moment, &has_time);
    dd_day_order_add(&seen->order, cell->text, cell->n);
    if (status != DD_DATE_OK || !has_time)
        return;
    seen->timed++;
    seen->at_midnight += moment % DD_SECONDS_PER_DAY == 0;
    if (!funnel->timezone_given)
        seen->with_offset += has_offset(cell, moment);
}

/* One sign per currency; "R$" and "US$" are dollars to the eye. */
static const char *const signs[][2]
    = { { "€", NULL }, { "$", NULL }, { "£", NULL }, { "¥", "￥" }, { "₹", NULL } };

#define SIGNS (sizeof signs / sizeof *signs)

static void
see_amount(evidence *seen, const dd_cell *cell)
{
    if (strspn(cell->text, "0123456789") == cell->n)
        return; /* tells nothing */
    dd_decimal_evidence_add(&seen->decimal, cell->text, cell->n);
    for (size_t i = 0; i < SIGNS; i++)
        for (size_t k = 0; k < 2; k++)
            if (signs[i][k] && strstr(cell->text, signs[i][k]))
                seen->signs |= 1u << i;
}

/* Amounts in euros and in dollars do not add up, and no column says which are which. */
static dd_status
note_signs(const evidence *seen, const char *heading, dd_notes *notes)
{
    char found[64] = "";
    size_t n = 0, used = 0;

    for (size_t i = 0; i < SIGNS; i++)
        if (seen->signs & 1u << i) {
            used += (size_t) snprintf(found + used, sizeof found - used, "%s%s",
                                      n ? ", " : "", signs[i][0]);
            n++;
        }
    if (n < 2)
        return DD_OK;
    return dd_notes_add(notes, "currency_signs",
                        "amounts in '%s' are written with %zu currency signs (%s) and "
                        "count as one currency: a currency column, and fx: in a funnel "
                        "file, would tell them apart",
                        heading, n, found);
}

static void
see_cell(evidence *seen, dd_column column, const dd_cell *cell, const dd_funnel *funnel)
{
    double value;

    if (dd_column_is_date(column))
        see_date(seen, cell, funnel);
    else if (column == DD_COLUMN_AMOUNT || column == DD_COLUMN_AMOUNT_WON)
        see_amount(seen, cell);
    else if (column == DD_COLUMN_PROBABILITY
             && dd_number_parse(cell->text, cell->n, &value) == 0
             && value > seen->greatest)
        seen->greatest = value;
}

static void
see_row(evidence *seen, const dd_columns *columns, const dd_csv_row *row,
        const dd_funnel *funnel)
{
    for (int c = 0; c < DD_COLUMNS; c++) {
        const dd_cell *cell = dd_columns_cell(columns, (dd_column) c, row);
        if (cell)
            see_cell(&seen[c], (dd_column) c, cell, funnel);
    }
}

static dd_status
note_form(const dd_column_form *form, const evidence *seen, const char *heading,
          dd_notes *notes)
{
    dd_status status = DD_OK;

    if (form->order != DD_ORDER_UNKNOWN)
        status = dd_notes_add(
            notes, "day_order", "dates in '%s' are read %s first%s", heading,
            form->order == DD_ORDER_DAY_FIRST ? "day" : "month",
            dd_day_order_decide(&seen->order) ? "" : ", as other columns of the file");
    if (status == DD_OK && form->decimal == DD_DECIMAL_COMMA)
        status = dd_notes_add(notes, "decimal_comma",
                              "amounts in '%s' are read with a decimal comma", heading);
    if (status == DD_OK && seen->timed && form->dates_only)
        status = dd_notes_add(notes, "midnights",
                              "times in '%s' are all 00:00 and count as dates", heading);
    if (status == DD_OK && seen->with_offset)
        status = dd_notes_add(notes, "written_offsets",
                              "times in '%s' are written with offsets and count by "
                              "Greenwich's clock ('timezone: +08:00' in a funnel file "
                              "tells yours)",
                              heading);
    return status;
}

static dd_status
decide(dd_column_form *form, const dd_columns *columns, const evidence *seen,
       dd_notes *notes)
{
    dd_day_order_evidence file = { 0 };

    for (int c = 0; c < DD_COLUMNS; c++)
        dd_day_order_join(&file, &seen[c].order);
    for (int c = 0; c < DD_COLUMNS; c++) {
        form[c].order = dd_day_order_decide(&seen[c].order);
        if (form[c].order == DD_ORDER_UNKNOWN)
            form[c].order = dd_day_order_borrow(&seen[c].order, &file);
        form[c].decimal = dd_decimal_decide(&seen[c].decimal);
        form[c].dates_only = seen[c].timed == seen[c].at_midnight;
        form[c].scale = seen[c].greatest > 1.0 ? 0.01 : 1.0;
        if (notes && note_form(&form[c], &seen[c], columns->heading[c], notes))
            return DD_ENOMEM;
        if (notes && columns->at[DD_COLUMN_CURRENCY] < 0
            && note_signs(&seen[c], columns->heading[c], notes))
            return DD_ENOMEM;
    }
    return DD_OK;
}

dd_status
dd_column_forms_find(dd_column_form *form, const dd_columns *columns, dd_csv *csv,
                     const dd_funnel *funnel, dd_notes *notes, dd_error *err)
{
    evidence seen[DD_COLUMNS];
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv_event event;

    memset(seen, 0, sizeof seen);
    dd_csv_peek_begin(csv);
    while ((event = dd_csv_next(csv, &row, &fault, err)) != DD_CSV_END) {
        if (event == DD_CSV_STOP)
            return err && err->out_of_memory ? DD_ENOMEM : DD_EIO;
        if (event == DD_CSV_ROW)
            see_row(seen, columns, &row, funnel);
    }
    dd_csv_peek_end(csv);
    return decide(form, columns, seen, notes) ? dd_error_no_memory(err) : DD_OK;
}
