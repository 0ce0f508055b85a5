/**
 * @file doc.h
 * An answer that describes itself: named values, intervals, distributions, tables.
 * Source: sim/show/doc.c. The formats (text, JSON, CSV, page) only walk it, so keys
 * cannot drift apart. Numbers are kept whole; a format rounds when it prints.
 *
 * The tree of values is what JSON prints. Beside it stands a list of views: sentences,
 * tables and histograms, in the order in which text prints them. Views hold templates
 * that name values by their keys, so text is derived from the very same values.
 *
 * A template is text with placeholders, keys joined by dots below a given node:
 *
 *     {bookings.p50}                     the value, as its kind is written for people
 *     {bookings.p50~bookings.mean_mcse}  digits cut to what that standard error knows
 *     {p_target+-p_target_mcse}          so cut, and the error after it: 71 % ± 0.4 %
 *     {new~mcse=booked+open+new}         an amount or count as a part of that sum:
 *                                        parts as written add up to the sum as written
 *     {close_p50^}                       a day, without its year where it is the next
 *                                        such day after the answer's `as_of`
 *     {stuck?*}                          what stands behind ?, where that is true
 *     {came#30@said}                     a share as a bar in 30 columns, with a mark
 *                                        where that other share would end
 *
 * An unknown value prints as an en dash, an unknown error as if none had been asked
 * for. A sentence all of whose values are unknown is left out, and so is a column.
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
    DD_DOC_POINTS, /* difference of two probabilities; text prints +5.9 points */
    DD_DOC_SHARE,  /* attainment, a part of something; text prints per cent */
    DD_DOC_RATIO,  /* coverage; text prints 3.2x */
    DD_DOC_MONEY,  /* minor units; JSON prints currency units with two decimals */
    DD_DOC_DAY,
    DD_DOC_TRUTH,
    DD_DOC_FLAG, /* "black", "red", "amber", "green"; text may colour it */
    DD_DOC_NULL, /* unknown */
} dd_doc_kind;

typedef struct dd_doc_node dd_doc_node;

/** One value of the tree. Walkers read it; only the builders below make it. */
struct dd_doc_node {
    dd_doc_kind kind;
    char *key;          /* NULL in a list */
    char *text;         /* DD_DOC_TEXT, DD_DOC_FLAG; DD_DOC_LIST: its elements' keys */
    double number;      /* NUMBER, CHANCE, POINTS, SHARE, RATIO; MONEY in minor units */
    int64_t count;      /* COUNT, TRUTH, DAY */
    const char *rows;   /* DD_DOC_LIST: dd_doc_list_rows; borrowed */
    dd_doc_node *first; /* of an object or list, in the order built */
    dd_doc_node *last;
    dd_doc_node *next;
};

/** A column of a table: what stands above it, and a template over each row. */
typedef struct {
    const char *heading;
    const char *cell; /* "{bookings.p50}" */
} dd_doc_column;

/** A value that a histogram points out: "target", "median". */
typedef struct {
    double value;
    char *label;
} dd_doc_mark;

typedef enum {
    DD_VIEW_SENTENCE,
    DD_VIEW_TABLE,
    DD_VIEW_HISTOGRAM,
} dd_view_kind;

/** One thing that text prints. Strings are owned. */
typedef struct dd_doc_view dd_doc_view;
struct dd_doc_view {
    dd_view_kind kind;
    char *text;              /* sentence's template, or title (may be NULL) */
    const dd_doc_node *node; /* what placeholders are relative to; a table's list */
    size_t most_rows;        /* of a table; 0: all */
    size_t each;             /* of so many rows one, up to the last; 0: all */
    size_t n_columns;
    char **heading;
    char **cell;
    signed char *fit; /* per column, as dd_doc_table_fit was told; NULL: all stay */
    size_t bins;      /* [low + i step, low + (i+1) step), open to both sides at the
                          ends: they hold what lies beyond too */
    double low, step; /* minor units */
    double *share;    /* of the trials, per bin */
    size_t n_marks;
    dd_doc_mark *mark;
    dd_doc_view *next;
};

typedef struct {
    dd_doc_node *root; /* an object; owned */
    dd_doc_view *first_view, *last_view;
    int failed; /* memory ran out somewhere: the doc must not be shown */
} dd_doc;

dd_status dd_doc_init(dd_doc *self);
void dd_doc_free(dd_doc *self);

/* Builders. `parent` is an object (key required) or a list (key NULL). They return the
 * new node, or NULL after memory ran out (then doc.failed is set; NULL parents are
 * accepted, so that a describer needs no check in between). Strings are copied. */
dd_doc_node *dd_doc_object(dd_doc *self, dd_doc_node *parent, const char *key);
dd_doc_node *dd_doc_list(dd_doc *self, dd_doc_node *parent, const char *key);
/** What the elements of a list hold, "deal_id,amount": CSV's header when there are none.
 * Keys below keys are joined by dots. */
void dd_doc_list_keys(dd_doc *self, dd_doc_node *list, const char *keys);
/** CSV has a row per element of the list under this key within each element, with the
 * element's own values before it. @param key  a string literal */
void dd_doc_list_rows(dd_doc_node *list, const char *key);
void dd_doc_text(dd_doc *self, dd_doc_node *parent, const char *key, const char *text);
void dd_doc_count(dd_doc *self, dd_doc_node *parent, const char *key, int64_t value);
void dd_doc_number(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_chance(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_points(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_share(dd_doc *self, dd_doc_node *parent, const char *key, double value);
void dd_doc_ratio(dd_doc *self, dd_doc_node *parent, const char *key, double value);
/** Money may be fractional minor units (a mean); NAN becomes null, as in those above. */
void dd_doc_money(dd_doc *self, dd_doc_node *parent, const char *key, double minor);
void dd_doc_money_exact(dd_doc *self, dd_doc_node *parent, const char *key,
                        int64_t minor); /* DD_UNKNOWN_AMOUNT becomes null */
void dd_doc_day(dd_doc *self, dd_doc_node *parent, const char *key, dd_day day);
void dd_doc_truth(dd_doc *self, dd_doc_node *parent, const char *key, int value);
void dd_doc_flag(dd_doc *self, dd_doc_node *parent, const char *key, const char *text);
void dd_doc_null(dd_doc *self, dd_doc_node *parent, const char *key);
/** root.warnings: [{code, text}]; text prints them last, as sentences. Notes whose code
 * begins with "read_" only tell what was done and are left to `check`. */
void dd_doc_warnings(dd_doc *self, const dd_notes *notes);

/* Views. They are shown in the order in which they are added. Templates and headings
 * are copied; `node` must belong to this doc. After memory ran out they do nothing. */
void dd_doc_say(dd_doc *self, const dd_doc_node *node, const char *sentence);
/** A table: a row per element of `list`. An empty list prints nothing. */
void dd_doc_table(dd_doc *self, const char *title, const dd_doc_node *list,
                  const dd_doc_column *columns, size_t n_columns);
/** Print only so many rows of the table added last; JSON and CSV hold all. */
void dd_doc_table_rows(dd_doc *self, size_t most);
/** Print only every step-th row of it, so that the last one is printed. */
void dd_doc_table_step(dd_doc *self, size_t step);
/**
 * Keep it within 100 columns of text otherwise than by words that go on in lines below.
 *
 * @param fit  per column: 0 stays as it is; below 0, its words may be cut to so many
 *             columns, the widest first; above 0, it is left out where that is not enough,
 *             the smallest first
 */
void dd_doc_table_fit(dd_doc *self, const signed char *fit);
/** Horizontal bars of shares per bin; amounts in minor units. */
void dd_doc_histogram(dd_doc *self, const char *title, double low, double step,
                      const double *share, size_t bins);
/** Point out a value in the histogram added last. */
void dd_doc_histogram_mark(dd_doc *self, double value, const char *label);

/** Value at a path of keys joined by dots; list elements by number ("periods.0.label").
 * @return NULL if there is none */
const dd_doc_node *dd_doc_get(const dd_doc_node *node, const char *path);

#endif
