/**
 * @file side_files.h
 * The files beside the history, reps and activities, row by row. Source:
 * sim/input/side_files.c (rows), sim/input/side_columns.c (their headings).
 *
 * Columns are found as those of a history are: the funnel's `columns:` first, then known
 * headings in English and Chinese. Dates and amounts come in the same forms.
 */
#ifndef DD_INPUT_SIDE_FILES_H
#define DD_INPUT_SIDE_FILES_H

#include "input/csv.h"
#include "input/layouts.h"

typedef enum { DD_SIDE_TEXT, DD_SIDE_DAY, DD_SIDE_AMOUNT, DD_SIDE_COUNT } dd_side_kind;

#define DD_SIDE_MOST 8      /* columns of a file */
#define DD_SIDE_HEADINGS 16 /* known of a column */

typedef struct {
    const char *name; /* ours */
    dd_side_kind kind;
    /* Code and reason of a row without it; NULL: a file and its rows need not have it. */
    const char *missing, *missing_says;
    const char *headings[DD_SIDE_HEADINGS];
} dd_side_column;

/** The columns of a file. */
typedef struct {
    const char *what; /* "reps" */
    size_t n;
    const dd_side_column *columns;
} dd_side_file;

enum {
    DD_REP_OWNER,
    DD_REP_TEAM,
    DD_REP_START,
    DD_REP_END,
    DD_REP_QUOTA,
    DD_REP_PERIOD
};
extern const dd_side_file dd_reps_file;

enum {
    DD_ACTIVITY_DATE,
    DD_ACTIVITY_OWNER,
    DD_ACTIVITY_WORD,
    DD_ACTIVITY_COUNT,
    DD_ACTIVITY_DEAL,
};
extern const dd_side_file dd_activities_file;

/** Whether a name of ours is that of a column of either file. */
int dd_side_knows(const char *name);

/** A row; each column in the member of its kind. Strings live until the callback returns;
 * what is empty is NULL, DD_NO_DAY, DD_UNKNOWN_AMOUNT. */
typedef struct {
    long line;
    const char *text[DD_SIDE_MOST]; /* as written, of every kind */
    dd_day day[DD_SIDE_MOST];
    int64_t figure[DD_SIDE_MOST]; /* minor units; counts as they are */
} dd_side_row;

typedef struct {
    void *context;
    dd_status (*row)(void *context, const dd_side_row *row);
    dd_status (*refuse)(void *context, const dd_row_refusal *refusal);
    dd_notes *notes; /* told which heading is which column (read_columns); may be NULL */
} dd_side_sink;

/**
 * Read one file.
 *
 * Refused: rows that are no CSV, and those with an unreadable or missing cell (bad_date,
 * bad_amount, bad_count, no_owner, ...).
 * @param facts  told encoding, rows and refused
 * @return DD_OK (refused rows and a file without rows leave it so); DD_EIO; DD_EDATA for
 *         an empty file or one without a needed column; DD_ENOMEM
 */
dd_status dd_side_read(const char *path, const dd_side_file *file,
                       const dd_funnel *funnel, const dd_side_sink *sink,
                       dd_file_facts *facts, dd_error *err);

#endif
