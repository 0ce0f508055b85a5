/**
 * @file doc.h
 * An answer that describes itself: named values, intervals, distributions, tables.
 * Source: sim/show/doc.c. The formats (text, JSON, CSV, page) only walk it, so keys
 * cannot drift apart. Numbers are kept whole; a format rounds when it prints.
 *
 * The tree of values is what JSON prints. Beside it a value or list may carry a
 * `title` and columns carry headings: that is what text prints, and how.
 */
#ifndef DEALDICE_DOC_H
#define DEALDICE_DOC_H

#include "dealdice/date.h"
#include "dealdice/error.h"

#include <stdint.h>

typedef enum {
    DD_DOC_OBJECT,
    DD_DOC_LIST,
    DD_DOC_TEXT,
    DD_DOC_COUNT,  /* whole number */
    DD_DOC_NUMBER, /* any other number */
    DD_DOC_CHANCE, /* probability 0..1; text prints per cent */
    DD_DOC_RATIO,  /* attainment, coverage; text prints as its heading says */
    DD_DOC_MONEY,  /* minor units; JSON prints currency units with two decimals */
    DD_DOC_DAY,
    DD_DOC_TRUTH,
    DD_DOC_NULL, /* unknown */
} dd_doc_kind;

typedef struct dd_doc_node dd_doc_node;

typedef struct {
    dd_doc_node *root; /* an object; owned */
    int failed;        /* memory ran out somewhere: the doc must not be shown */
} dd_doc;

dd_status dd_doc_init(dd_doc *self);
void dd_doc_free(dd_doc *self);

/* Builders. `parent` is an object (key required) or a list (key NULL). They return the
 * new node, or NULL after memory ran out (then doc.failed is set; NULL parents are
 * accepted, so that a describer needs no check in between). Strings are copied. */
dd_doc_node *dd_doc_object(dd_doc *self, dd_doc_node *parent, const char *key);
dd_doc_node *dd_doc_list(dd_doc *self, dd_doc_node *parent, const char *key);
void dd_doc_text(dd_doc *self, dd_doc_node *parent, const char *key, const char *text);
void dd_doc_count(dd_doc *self, dd_doc_node *parent, const char *key, int64_t value);
void dd_doc_number(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_chance(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_ratio(dd_doc *self, dd_doc_node *parent, const char *key, double value);
/** Money may be fractional minor units (a mean); DD_UNKNOWN as NAN becomes null. */
void dd_doc_money(dd_doc *self, dd_doc_node *parent, const char *key, double minor);
void dd_doc_money_exact(dd_doc *self, dd_doc_node *parent, const char *key,
                        int64_t minor);
void dd_doc_day(dd_doc *self, dd_doc_node *parent, const char *key, dd_day day);
void dd_doc_null(dd_doc *self, dd_doc_node *parent, const char *key);

#endif
