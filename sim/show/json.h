/**
 * @file json.h
 * A doc as JSON, for programs. Source: sim/show/json.c.
 */
#ifndef DD_SHOW_JSON_H
#define DD_SHOW_JSON_H

#include "dealdice/doc.h"

#include <stdio.h>

/**
 * Write the tree, keys in the order built, and a closing newline. Money in currency
 * units with two decimals, dates ISO, other numbers to at most ten significant digits
 * (answers agree to 1e-9 between machines; more digits would show their differences),
 * what is unknown null, text UTF-8 (an invalid byte becomes U+FFFD).
 */
void dd_json_write(const dd_doc *doc, FILE *out);

#endif
