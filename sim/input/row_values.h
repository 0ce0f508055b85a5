/**
 * @file row_values.h
 * One row of cells turned into one dd_row, or refused. Source: sim/input/row_values.c.
 */
#ifndef DD_INPUT_ROW_VALUES_H
#define DD_INPUT_ROW_VALUES_H

#include "input/column_forms.h"
#include "input/layouts.h"

/** What it takes to read a file's rows; borrows all. */
typedef struct {
    dd_layout layout;
    const dd_columns *columns;
    const dd_column_form *form; /* DD_COLUMNS of them */
    const dd_funnel *funnel;
    dd_moment photo;   /* of a snapshot that its file's name dates; DD_NO_MOMENT */
    size_t n_columns;  /* of the heading */
    size_t short_rows; /* rows with fewer cells, counted */
    int timed;         /* a time of day was read */
} dd_row_reader;

/** @return 0, or -1: the row is refused */
int dd_row_read(dd_row_reader *self, const dd_csv_row *cells, dd_row *row,
                dd_row_refusal *refusal);

#endif
