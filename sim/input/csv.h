/**
 * @file csv.h
 * CSV files row by row, whatever their encoding and delimiter. Source:
 * sim/input/csv.c (rows), sim/input/csv_open.c (opening, delimiter, heading).
 *
 * Strict (libcsv): a quote must open and close a cell. A row that breaks this is told
 * and reading goes on with the *next line*, so that one stray quote costs one row. Rows
 * may span lines inside quotes. Memory is bounded: 4 MiB a row, whatever the file.
 */
#ifndef DD_INPUT_CSV_H
#define DD_INPUT_CSV_H

#include "dealdice/error.h"

#define DD_CSV_MAX_CELL ((size_t) 1 << 20) /* bytes */
#define DD_CSV_MAX_ROW ((size_t) 4 << 20)  /* bytes of one row as written */
#define DD_CSV_MAX_CELLS ((size_t) 16384)  /* in a row */

/** A cell: n bytes of valid UTF-8 without NUL, outer blanks dropped, a zero behind. */
typedef struct {
    const char *text;
    size_t n;
} dd_cell;

/** A row; lives until the next call. */
typedef struct {
    long line; /* where it starts, from 1; blank lines count */
    size_t n;
    const dd_cell *cells;
} dd_csv_row;

/** A row that cannot be read; strings are static but for `value`, which may be NULL. */
typedef struct {
    long line;
    const char *code;   /* bad_quotes, nul_byte, bad_encoding, cell_too_long, ... */
    const char *reason; /* for people */
    const char *value;  /* how it starts; lives until the next call */
} dd_csv_fault;

typedef enum {
    DD_CSV_ROW,
    DD_CSV_FAULT, /* one row is lost; go on */
    DD_CSV_END,
    DD_CSV_STOP, /* the file cannot be read any further: see err */
} dd_csv_event;

typedef struct dd_csv dd_csv;

/**
 * Open a file and read its heading, the first row that is not blank.
 *
 * The delimiter (comma, semicolon or tab) is the one seen most in the heading outside
 * quotes, or what a first line "sep=;" says.
 * @param self  told the reader; free with dd_csv_close
 * @return DD_OK; DD_EIO for a missing file, a directory, an unreadable one; DD_EDATA for
 *         an empty file, a workbook, a heading that cannot be read; DD_ENOMEM
 */
dd_status dd_csv_open(dd_csv **self, const char *path, dd_error *err);
void dd_csv_close(dd_csv *self); /* NULL is fine */

const char *dd_csv_encoding(const dd_csv *self);
/** The heading's cells; live as long as the reader. */
const dd_csv_row *dd_csv_heading(const dd_csv *self);

/**
 * The next row. Blank lines, and rows of nothing but empty cells, are passed over.
 *
 * @param row    filled for DD_CSV_ROW
 * @param fault  filled for DD_CSV_FAULT
 */
dd_csv_event dd_csv_next(dd_csv *self, dd_csv_row *row, dd_csv_fault *fault,
                         dd_error *err);

/**
 * Look at the first rows (those of the first 4 MiB) before reading them: between these
 * calls dd_csv_next ends early, afterwards it starts over. Only right after opening.
 */
void dd_csv_peek_begin(dd_csv *self);
void dd_csv_peek_end(dd_csv *self);

#endif
