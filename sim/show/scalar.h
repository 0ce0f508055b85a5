/**
 * @file scalar.h
 * One value as programs read it: what JSON and CSV have in common. Source:
 * sim/show/scalar.c.
 */
#ifndef DD_SHOW_SCALAR_H
#define DD_SHOW_SCALAR_H

#include "dealdice/doc.h"

#include <stdio.h>

/**
 * Write a number, amount, day or truth: money in currency units with two decimals, days
 * ISO, other numbers to at most ten significant digits (answers agree to 1e-9 between
 * machines; more digits would show their differences). What is unknown writes nothing.
 */
void dd_scalar_write(const dd_doc_node *node, FILE *out);

#endif
