/**
 * @file table.h
 * A table view as text. Source: sim/show/table.c.
 */
#ifndef DD_SHOW_TABLE_H
#define DD_SHOW_TABLE_H

#include "show/value.h"

#include <stdio.h>

/** Columns aligned by display width: words left, numbers right; a column in which
 * nothing is known is left out. Headings of a table wider than DD_TEXT_WIDTH take two
 * lines where that makes it narrower; beyond DD_TABLE_WIDTH the widest words go on in lines
 * below, or, where it was asked for (dd_doc_table_fit), words are cut and columns left
 * out. @return DD_OK or DD_ENOMEM */
dd_status dd_table_write(const dd_doc_view *view, const dd_value_style *style,
                         FILE *out);

#endif
