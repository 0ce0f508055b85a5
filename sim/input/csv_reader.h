/**
 * @file csv_reader.h
 * Inside of the CSV reader, shared by csv.c and csv_open.c only.
 */
#ifndef DD_INPUT_CSV_READER_H
#define DD_INPUT_CSV_READER_H

#include "input/csv.h"
#include "input/encoding.h"

#include <csv.h>

#define DD_CSV_VALUE 80 /* bytes of a faulty row that are shown */

/** Where these come next in the text, or its end; 0 or less than begin: not looked for yet.
 * Most files have few of them, so that lines are plain at a glance. */
typedef struct {
    size_t quote, nul, carriage_return, not_utf8;
} dd_csv_places;

struct dd_csv {
    char *path;
    dd_decoder decoder;
    struct csv_parser parser;
    char newline; /* '\n', or '\r' in files of old Macs */
    char delimiter;
    int peeking;
    int at_end; /* no more text will come */
    char *text; /* UTF-8 as written: [begin, end) is at hand */
    size_t begin, end;
    dd_csv_places next;
    long line; /* number of the line at begin */
    /* The row being read. */
    size_t row_begin; /* in text */
    size_t row_next;  /* where its first line ends */
    long row_line;
    long row_lines; /* lines fed; 0: none begun */
    char *row_text; /* its cells, each with a zero behind */
    size_t row_used;
    size_t n_cells;
    dd_cell *cells;
    int row_done;
    const char *broken; /* why the row is lost, or NULL */
    const char *broken_code;
    char value[DD_CSV_VALUE + 4];
    /* The heading, copied. */
    dd_csv_row heading;
    dd_cell *heading_cells;
    char *heading_text;
    size_t data_begin; /* where rows start; valid before the first refill */
    long data_line;
    dd_csv_places data_next; /* as of data_begin, while rows are looked at beforehand */
};

/** Make the parser ready for a new row. @return 0, or -1 without memory */
int dd_csv_restart(dd_csv *self);
/** Bring in more text behind what is at hand. @return DD_OK or DD_EIO */
dd_status dd_csv_refill(dd_csv *self, dd_error *err);

#endif
