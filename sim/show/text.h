/**
 * @file text.h
 * A doc as text, for people. Source: sim/show/text.c.
 */
#ifndef DD_SHOW_TEXT_H
#define DD_SHOW_TEXT_H

#include "show/value.h"

#include <stdio.h>

#define DD_TEXT_WIDTH 80   /* columns into which sentences are folded */
#define DD_TABLE_WIDTH 100 /* that tables keep to which are asked to */

/**
 * Write the views in their order, then root.warnings as sentences. Tables line up with
 * CJK text in them. The currency is the root's `currency`.
 *
 * @param colour  use escape sequences
 * @return DD_OK, DD_ENOMEM; a failed write is left to ferror(out)
 */
dd_status dd_text_write(const dd_doc *doc, int colour, FILE *out);

#endif
