/**
 * @file layouts.h
 * History files in any layout, read row by row. Source: sim/input/layouts.c.
 *
 * Finds the columns (input/columns.h), tells the layout by them, and turns each CSV row
 * into typed values. What cannot be used is told to the sink as a refusal, never
 * guessed; reading goes on with the next line.
 */
#ifndef DD_INPUT_LAYOUTS_H
#define DD_INPUT_LAYOUTS_H

#include "dealdice/funnel.h"

/** One usable row. Strings live until the callback returns; NULL: empty or no column. */
typedef struct {
    long line; /* where the row starts */
    const char *deal_id, *stage;
    const char *name, *account, *owner, *pipeline, *segment, *kind, *source, *currency;
    dd_moment at;         /* entered_at (events), snapshot_at (snapshots) */
    dd_moment entered_at; /* snapshots: into the stage, where the CRM says it */
    dd_moment created_at; /* deals, snapshots; DD_NO_MOMENT unknown */
    dd_moment closed_at;
    dd_moment close_date; /* the CRM's expectation while open; the end of closed deals
                               where there is no closed_at */
    int64_t amount;       /* minor units, DD_UNKNOWN_AMOUNT when empty */
    int64_t amount_won;
    double probability; /* 0..1, NAN unknown */
} dd_row;

/** One cell or row that cannot be used. */
typedef struct {
    long line;
    const char *column, *value; /* may be NULL */
    const char *code;           /* "bad_date", "bad_amount", "no_deal_id", ... */
    const char *reason;         /* for people: "not a date" */
} dd_row_refusal;

/** What one file turned out to be; strings are static or live in the funnel. */
typedef struct {
    dd_layout layout;
    const char *encoding; /* "UTF-8", "UTF-8 with BOM", ... */
    size_t rows, refused;
    int dates_only; /* no moment in the file has a time of day */
    int has_amount; /* there is an amount column */
    int has_amount_won, has_close_date, has_closed_at, has_probability, has_created_at;
} dd_file_facts;

/** Who listens. row may return an error to stop (out of memory). */
typedef struct {
    void *context;
    /** Called once, before the first row. */
    dd_status (*begin)(void *context, const dd_file_facts *facts);
    dd_status (*row)(void *context, const dd_row *row);
    dd_status (*refuse)(void *context, const dd_row_refusal *refusal);
} dd_row_sink;

/**
 * Read one history file.
 *
 * Events: deal_id, stage, entered_at. Snapshots: deal_id, stage, and snapshot_at or the
 * photo's day. Deals: deal_id, stage and created_at (or
 * closed_at/close_date). Without an id the name tells deals apart, without a stage the
 * status does; both are noted. Refused: a row that is no CSV (bad_quotes, nul_byte,
 * bad_encoding, line_end, cell_too_long, row_too_long, too_many_cells), one without
 * deal_id, stage or, in events, a moment (no_deal_id, no_stage, no_date), one with an
 * unreadable cell (bad_date, bad_amount, bad_probability). Which deals are closed, and
 * whether their end is known, is for the listener to say.
 * @param photo  the day of the file's name, if it is one of several photos: then a file
 *               without snapshot_at and entered_at is a snapshot of that day; else
 *               DD_NO_DAY
 * @param facts  filled as far as was read
 * @return DD_OK (refused rows leave it so); DD_EIO for a missing file or a directory;
 *         DD_EDATA for an empty file, a header only, no known column (says which columns
 *         were found, which are needed, and did-you-mean), a workbook; DD_ENOMEM
 */
dd_status dd_layouts_read(const char *path, const dd_funnel *funnel, dd_day photo,
                          const dd_row_sink *sink, dd_file_facts *facts, dd_notes *notes,
                          dd_error *err);

/** The day in a file's name: deals_20261116.csv, 2026-11-16.csv; DD_NO_DAY: none. */
dd_day dd_layouts_dated(const char *path);

#endif
