/**
 * @file table_rows.h
 * Rows of open deals, from solved curves. Source: sim/engine/table_rows.c.
 */
#ifndef DD_ENGINE_TABLE_ROWS_H
#define DD_ENGINE_TABLE_ROWS_H

#include "engine/tables.h"

/** One pipeline's workspace: the rates of DD_LANES draws and their curves. */
typedef struct {
    dd_rates rates[DD_LANES];
    const dd_rates *lane[DD_LANES];
    dd_curve curve;
    struct dd_laws *laws; /* those that begin later, solved; NULL: none (engine/laws) */
    double *unknown_age;  /* stages x DD_STATIONARY_AGES, where a row's age is unknown */
} dd_pipeline_curves;

/** Whether two rows differ in odds alone, or in what a scenario says of the deal. */
int dd_rows_alike(const dd_rows *rows, size_t a, size_t b);

/** @param rows  tell whether unknown ages are among them */
dd_status dd_pipeline_curves_init(dd_pipeline_curves *self, const dd_process *process,
                                  size_t days, const dd_rows *rows, dd_error *err);
void dd_pipeline_curves_free(dd_pipeline_curves *self);

/**
 * Hazards of one pipeline's rows at the ends of periods. A curve is read once for all rows
 * that differ in odds alone. Allocates nothing.
 *
 * @param first    the first of them
 * @param work     the pipeline's, solved for DD_WON
 * @param end_day  rows->periods of them
 * @param times    rows x periods: factors on the hazards, before odds; NULL: none
 * @param tables   DD_LANES of them: hazard is set
 * @return the row after the last of them
 */
size_t dd_table_rows_fill(const dd_rows *rows, size_t first,
                          const dd_pipeline_curves *work, const size_t *end_day,
                          const double *times, dd_tables *tables);

#endif
