/**
 * @file date.h
 * Days, moments and planning periods. Source: sim/base/date.c, sim/base/period.c.
 *
 * A moment is seconds since 1970-01-01 00:00 of the company's own clock; a day is
 * days since 1970-01-01. A date without a time stands for its noon. Nothing here
 * reads the machine's clock or time zone.
 */
#ifndef DEALDICE_DATE_H
#define DEALDICE_DATE_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t dd_moment;
typedef int32_t dd_day;

#define DD_SECONDS_PER_DAY INT64_C(86400)
#define DD_NO_MOMENT INT64_MIN
#define DD_NO_DAY INT32_MIN
#define DD_MONTH_DAYS (365.25 / 12) /* of tenures and costs: a month on average */

/** Proleptic Gregorian date -> day. @return DD_NO_DAY if there is no such date. */
dd_day dd_day_from_civil(int year, int month, int day);
void dd_day_to_civil(dd_day self, int *year, int *month, int *day);
/** The day that holds a moment. */
dd_day dd_moment_day(dd_moment self);
/** 0 Monday to 6 Sunday. */
int dd_day_weekday(dd_day self);
/** First moment after the day: what is known on as-of lies before it. */
dd_moment dd_day_end(dd_day self);
/** Write "2026-11-21"; buffer of at least 16 bytes. @return buffer */
char *dd_day_format(dd_day self, char buffer[16]);

/**
 * Read a date or moment from a cell: ISO dates and moments with and without offset
 * (a written offset is converted to utc_offset_seconds).
 *
 * @param text       n bytes, surrounding blanks allowed
 * @param has_time   told whether a time of day was written; may be NULL
 * @return the moment (noon when no time is written), or DD_NO_MOMENT
 */
dd_moment dd_moment_parse(const char *text, size_t n, int utc_offset_seconds,
                          int *has_time);

typedef enum {
    DD_YEAR,
    DD_HALF,
    DD_QUARTER,
    DD_MONTH,
    DD_WEEK,
} dd_period_kind;

/** A planning period: [start, end] in whole days. */
typedef struct {
    char label[16]; /* 2026, 2026H2, 2026Q4, 2026-12, 2026-W47, FY2027Q1 */
    dd_period_kind kind;
    dd_day start;
    dd_day end;
} dd_period;

/** The period of this kind that holds `day`. fiscal_start: month 1..12. */
dd_period dd_period_of(dd_day day, dd_period_kind kind, int fiscal_start);
dd_period dd_period_next(const dd_period *self, int fiscal_start);
/** Read a label such as "2026Q4". @return 0, or -1 if it is none. */
int dd_period_parse(const char *label, int fiscal_start, dd_period *out);
/** Read "quarter" (and "quarters", "Q"). @return 0, or -1 */
int dd_period_kind_parse(const char *word, dd_period_kind *out);
const char *dd_period_kind_name(dd_period_kind kind);
/** Periods forecast by default: 4, months 12, weeks 13. */
size_t dd_period_default_count(dd_period_kind kind);

#endif
