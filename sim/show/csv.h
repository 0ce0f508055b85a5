/**
 * @file csv.h
 * One list of a doc as CSV, for programs and spreadsheets. Source: sim/show/csv.c,
 * its cells in sim/show/csv_cell.c.
 *
 * RFC 4180 with newlines as line ends, UTF-8 without byte-order mark: one header, a row
 * per element. Nested keys are joined by _ (`bookings_p50`); a list of plain values
 * becomes one cell, joined by "; "; lists of objects have no place in a row, but where
 * dd_doc_list_rows says that they are the rows. Values are those of JSON, what is unknown
 * is empty.
 *
 * A text that starts with =, +, -, @, a tab or a carriage return would be run as a
 * formula by spreadsheets: it gets an apostrophe in front (the OWASP rule). Numbers are
 * written as they are.
 */
#ifndef DD_SHOW_CSV_H
#define DD_SHOW_CSV_H

#include "dealdice/doc.h"

#include <stdio.h>

/**
 * The list that a name means.
 *
 * @param table   key of a list at the root
 * @param option  named in the refusal: "--table"
 * @return NULL when there is none: then err is told which there are, and which was meant
 */
const dd_doc_node *dd_csv_table(const dd_doc *doc, const char *table, const char *option,
                                dd_error *err);

/**
 * Write a list.
 *
 * @param provenance  begin with `# key = value` lines: all plain values at the root and
 *                    in made_by
 * @return DD_OK or DD_ENOMEM; a failed write is left to ferror(out)
 */
dd_status dd_csv_write(const dd_doc *doc, const dd_doc_node *list, int provenance,
                       FILE *out);

/** Write one value as a cell. `only`: the row has no other. @return DD_OK or DD_ENOMEM */
dd_status dd_csv_cell(const dd_doc_node *node, int only, FILE *out);

#endif
