/**
 * @file histogram.h
 * A histogram view as horizontal bars. Source: sim/show/histogram.c.
 */
#ifndef DD_SHOW_HISTOGRAM_H
#define DD_SHOW_HISTOGRAM_H

#include "show/value.h"

#include <stdio.h>

void dd_histogram_write(const dd_doc_view *view, const dd_value_style *style, FILE *out);

#endif
