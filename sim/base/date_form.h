/**
 * @file date_form.h
 * Dates and moments in the forms that exports write. Source: sim/base/date_form.c.
 *
 * 2024-03-05, 2024/3/5, 2024年3月5日, 05.03.2024, 5 Mar 2024, 05-Mar-2024, March 5, 2024,
 * 20240305, Excel's serial days (20000 to 80000, counted from 1899-12-30), each but the
 * last two with a time of day:
 * 10:22, 10:22:01.5, 10:22 PM, 下午3:05, 10时22分; behind it Z, UTC, +08:00 or +0800.
 * 03/05/2024 and 03-05-2024 are decided by the column.
 */
#ifndef DD_BASE_DATE_FORM_H
#define DD_BASE_DATE_FORM_H

#include "dealdice/date.h"

/** What stands first in 03/05/2024. */
typedef enum {
    DD_ORDER_UNKNOWN,
    DD_ORDER_DAY_FIRST,
    DD_ORDER_MONTH_FIRST,
} dd_day_order;

typedef enum {
    DD_DATE_OK = 0,
    DD_DATE_NOT,        /* not a date */
    DD_DATE_IMPOSSIBLE, /* 30 February, 25 o'clock */
    DD_DATE_YEAR,       /* a year outside 1900 to 2199 */
    DD_DATE_AMBIGUOUS,  /* 03/05/2024 under DD_ORDER_UNKNOWN */
} dd_date_status;

/**
 * Read a date or moment.
 *
 * @param text      n bytes, surrounding blanks allowed, nothing else
 * @param order     as decided for the column
 * @param utc_offset_seconds  of the company's clock; written offsets are converted to it
 * @param moment    told the moment, noon when no time is written; untouched on failure
 * @param has_time  told whether a time of day was written; may be NULL
 */
dd_date_status dd_moment_read(const char *text, size_t n, dd_day_order order,
                              int utc_offset_seconds, dd_moment *moment, int *has_time);
/** Whether it is written as programs write it, 2024-03-05 or 2024-03-05 10:22:01: neither
 * the order of its parts nor an offset is in question. */
int dd_moment_is_plain(const char *text, size_t n);
/** The status in words, such as "not a date". */
const char *dd_date_reason(dd_date_status status);

/** What the cells of a column say of their order; zeroed to start. */
typedef struct {
    size_t day_first, month_first; /* cells that can only be read so */
    size_t either;                 /* cells that can be read both ways */
} dd_day_order_evidence;

void dd_day_order_add(dd_day_order_evidence *self, const char *text, size_t n);
/** UNKNOWN without evidence, or when it contradicts itself. */
dd_day_order dd_day_order_decide(const dd_day_order_evidence *self);
/** What another column of the same file shows. */
void dd_day_order_join(dd_day_order_evidence *self, const dd_day_order_evidence *other);
/** The order of a column whose own cells tell nothing: that of its file, where all that
 * do tell agree; UNKNOWN where it has no use for it. @param file  of all columns joined */
dd_day_order dd_day_order_borrow(const dd_day_order_evidence *self,
                                 const dd_day_order_evidence *file);

#endif
