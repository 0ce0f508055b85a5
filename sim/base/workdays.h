/**
 * @file workdays.h
 * Which days are worked: Monday to Friday, but for holidays and for weekends that are
 * worked in their place. Sources: sim/base/workdays.c; sim/base/workdays_cn.c.
 */
#ifndef DD_BASE_WORKDAYS_H
#define DD_BASE_WORKDAYS_H

#include "dealdice/date.h"
#include "dealdice/error.h"

typedef enum {
    DD_DAY_USUAL,   /* as its weekday is */
    DD_DAY_OFF,     /* a holiday */
    DD_DAY_MADE_UP, /* worked, though a weekend, for a holiday */
} dd_day_kind;

typedef struct dd_workdays {
    size_t n, room;
    dd_day *day; /* ascending; owned, like kind */
    unsigned char *kind;
} dd_workdays;

/** @return DD_OK, DD_ENOMEM. A day that is there already takes the new kind. */
dd_status dd_workdays_add(dd_workdays *self, dd_day day, dd_day_kind kind,
                          dd_error *err);
void dd_workdays_free(dd_workdays *self); /* NULL is fine */

/**
 * The public holidays of mainland China, 2015 to 2027: as the State Council's General
 * Office arranged them up to 2026, with the weekends that are worked instead; for 2027
 * the statutory days alone. On the heap. @return DD_OK, DD_ENOMEM
 */
dd_status dd_workdays_china(dd_workdays **self, dd_error *err);

/** @param self  NULL: no holidays */
dd_day_kind dd_workdays_kind(const dd_workdays *self, dd_day day);
/** Whether the day is worked. */
int dd_workdays_works(const dd_workdays *self, dd_day day);

#endif
