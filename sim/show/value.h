/**
 * @file value.h
 * One value as people write it, and templates filled with values. Sources:
 * sim/show/value.c, sim/show/parts.c, sim/show/template.c.
 */
#ifndef DD_SHOW_VALUE_H
#define DD_SHOW_VALUE_H

#include "dealdice/doc.h"

#define DD_VALUE_UNKNOWN "–"
#define DD_VALUE_BUFFER 64 /* bytes that any number, amount or day fits into */

/** How the value comes out. */
typedef struct {
    const char *currency; /* "CNY" counts in 万; NULL unknown */
    int colour;           /* flags are coloured by escape sequences */
    dd_day as_of;         /* days may do without a year after it; DD_NO_DAY: none do */
} dd_value_style;

/**
 * Write an amount of minor units. CNY from 1万 on: 182.34万, 1.2亿; others 1,234,567;
 * cents below 1,000 only.
 *
 * @param error  standard error in minor units: digits below its first are rounded
 *               away; 0 or NAN: as it stands
 */
char *dd_value_money(char buffer[DD_VALUE_BUFFER], double minor, double error,
                     const char *currency);

/** The finest step, in minor units, that dd_value_money shows of such an amount. */
double dd_value_step(double minor, double error, const char *currency);

/** Write a whole number, no digit of it below the first one of its standard error. */
char *dd_value_count(char buffer[DD_VALUE_BUFFER], double count, double error);
/** The finest step that it shows then, 1 or more. */
double dd_value_count_step(double error);

/**
 * What to write of one part of a sum, so that parts as written add up to the sum as
 * written: each is cut to the step, and the steps that are missing then go to those
 * that lost most (largest remainder; the first of equals).
 *
 * @param part   n of them, in minor units or counts
 * @param which  the one that is asked for
 * @param step   of the sum, as dd_value_step or dd_value_count_step gives it
 */
double dd_value_part(const double *part, size_t n, size_t which, double step);

/** Write a probability in per cent; < 0.1 % and > 99.9 % beyond what means anything. */
char *dd_value_chance(char buffer[DD_VALUE_BUFFER], double chance, double error);

/**
 * Write any scalar; NULL or unknown: an en dash.
 *
 * @param error  node of its standard error; NULL: none is asked for
 * @return a string to be freed; NULL without memory
 */
char *dd_value_text(const dd_doc_node *node, const dd_doc_node *error,
                    const dd_value_style *style);

/** Write a day as "11-23" where that is the next such day after as-of, else in full. */
char *dd_value_day(char buffer[DD_VALUE_BUFFER], dd_day day, dd_day as_of);

/**
 * Fill a template (dealdice/doc.h).
 *
 * @param node   what its keys are relative to
 * @param known  told how many of its values are known; may be NULL
 * @param asked  told how many values it has; may be NULL
 * @return a string to be freed; NULL without memory
 */
char *dd_template_fill(const char *template_, const dd_doc_node *node,
                       const dd_value_style *style, size_t *known, size_t *asked);

#endif
