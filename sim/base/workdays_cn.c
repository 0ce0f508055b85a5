/*
 * Holidays of mainland China: the yearly notices of the General Office of the State
 * Council (国务院办公厅关于…年部分节假日安排的通知, gov.cn), with the changes of 2015 (3
 * September), 2019 (1 May) and 2020 (Spring Festival made longer). Weekends that only
 * adjoin a holiday are weekends. For 2027 no notice is in here: statutory days of the rules
 * of November 2024, lunar dates from the calendar (Spring Festival 6 February, Dragon Boat
 * 9 June, Mid-Autumn 15 September).
 */
#include "base/workdays.h"

#include <stdlib.h>

/** Ranges and days as MMDD. */
typedef struct {
    int year;
    const char *off, *made_up;
} holiday_year;

static const holiday_year china[] = {
    { 2015, "0101-0103 0218-0224 0405-0406 0501 0620 0622 0903-0905 0927 1001-1007",
      "0104 0215 0228 0906 1010" },
    { 2016, "0101 0207-0213 0404 0501-0502 0609-0611 0915-0917 1001-1007",
      "0206 0214 0612 0918 1008-1009" },
    { 2017, "0101-0102 0127-0202 0402-0404 0501 0528-0530 1001-1008",
      "0122 0204 0401 0527 0930" },
    { 2018, "0101 0215-0221 0405-0407 0429-0501 0618 0924 1001-1007 1230-1231",
      "0211 0224 0408 0428 0929-0930 1229" },
    { 2019, "0101 0204-0210 0405 0501-0504 0607 0913 1001-1007",
      "0202-0203 0428 0505 0929 1012" },
    { 2020, "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
      "0119 0426 0509 0628 0927 1010" },
    { 2021, "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
      "0207 0220 0425 0508 0918 0926 1009" },
    { 2022, "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231",
      "0129-0130 0402 0424 0507 1008-1009" },
    { 2023, "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006",
      "0128-0129 0423 0506 0625 1007-1008" },
    { 2024, "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
      "0204 0218 0407 0428 0511 0914 0929 1012" },
    { 2025, "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
      "0126 0208 0427 0928 1011" },
    { 2026, "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
      "0104 0214 0228 0509 0920 1010" },
    { 2027, "0101 0205-0208 0405 0501-0502 0609 0915 1001-1003", "" },
};

static dd_day
day_of(int year, const char *text, char **end)
{
    long written = strtol(text, end, 10);
    return dd_day_from_civil(year, (int) written / 100, (int) written % 100);
}

static dd_status
add_days(dd_workdays *self, int year, const char *text, dd_day_kind kind, dd_error *err)
{
    dd_status status = DD_OK;
    while (!status && *text) {
        char *end;
        dd_day day = day_of(year, text, &end), last = day;
        if (*end == '-')
            last = day_of(year, end + 1, &end);
        for (; day <= last && !status; day++)
            status = dd_workdays_add(self, day, kind, err);
        text = *end == ' ' ? end + 1 : end;
    }
    return status;
}

dd_status
dd_workdays_china(dd_workdays **self, dd_error *err)
{
    dd_status status = DD_OK;
    *self = calloc(1, sizeof **self);
    if (!*self)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < sizeof china / sizeof *china && !status; i++) {
        status = add_days(*self, china[i].year, china[i].off, DD_DAY_OFF, err);
        if (!status)
            status
                = add_days(*self, china[i].year, china[i].made_up, DD_DAY_MADE_UP, err);
    }
    if (status) {
        dd_workdays_free(*self);
        *self = NULL;
    }
    return status;
}
