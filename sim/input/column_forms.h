/**
 * @file column_forms.h
 * How the cells of each column are to be read where a cell alone does not tell:
 * 03/05/2024, 1.234, a probability of 30, moments that are all at midnight. Source:
 * sim/input/column_forms.c.
 */
#ifndef DD_INPUT_COLUMN_FORMS_H
#define DD_INPUT_COLUMN_FORMS_H

#include "base/date_form.h"
#include "base/money.h"
#include "input/columns.h"

/** Decided for one column by the rows of the file's first 4 MiB. */
typedef struct {
    dd_day_order order;
    int dates_only; /* no cell has a time of day but 00:00, which then means none */
    dd_decimal decimal;
    double scale; /* of plain probabilities: 1, or 0.01 where some exceed 1 */
} dd_column_form;

/** Whether cells of this column are dates. */
int dd_column_is_date(dd_column column);

/** The cell of a column in a row; NULL: there is none, or it is empty. */
static inline const dd_cell *
dd_columns_cell(const dd_columns *self, dd_column column, const dd_csv_row *row)
{
    int at = self->at[column];

    return at < 0 || (size_t) at >= row->n || row->cells[at].n == 0 ? NULL
                                                                    : &row->cells[at];
}

/** Whether the cell says in a word that its value is unknown: NULL, N/A, NaN, - ... */
int dd_cell_unknown(const dd_cell *cell);

/**
 * Look at the first rows of a reader that was just opened.
 *
 * @param form   DD_COLUMNS of them
 * @param funnel its timezone
 * @param notes  told what was decided by the column; may be NULL
 * @return DD_OK; DD_EIO, DD_ENOMEM
 */
dd_status dd_column_forms_find(dd_column_form *form, const dd_columns *columns,
                               dd_csv *csv, const dd_funnel *funnel, dd_notes *notes,
                               dd_error *err);

#endif
