#include "dealdice/date.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DAYS_PER_WEEK 7

/* Months of a kind that is made of months; weeks have none. */
static int
months_of(dd_period_kind kind)
{
    switch (kind) {
    case DD_YEAR:
        return 12;
    case DD_HALF:
        return 6;
    case DD_QUARTER:
        return 3;
    case DD_MONTH:
        return 1;
    default:
        return 0;
    }
}

/* First day of a month counted from January of year 0. */
static dd_day
month_start(int month_count)
{
    return dd_day_from_civil(month_count / 12, month_count % 12 + 1, 1);
}

static void
write_label(dd_period *self, const char *prefix, int year, const char *between,
            int number)
{
    char text[64];

    if (between == NULL)
        snprintf(text, sizeof(text), "%s%04d", prefix, year);
    else if (between[0] == '-')
        snprintf(text, sizeof(text), "%s%04d%s%02d", prefix, year, between, number);
    else
        snprintf(text, sizeof(text), "%s%04d%s%d", prefix, year, between, number);
    snprintf(self->label, sizeof(self->label), "%.15s", text);
}

/* The index-th (from 0) year, half or quarter of the fiscal year that starts in
 * `fiscal_start` of start_year; it is named by the year in which it ends. */
static dd_period
fiscal_part(int start_year, int index, dd_period_kind kind, int fiscal_start)
{
    dd_period self = { .kind = kind };
    int months = months_of(kind);
    int first = 12 * start_year + fiscal_start - 1 + index * months;
    int fiscal = fiscal_start != 1;
    const char *between = kind == DD_YEAR ? NULL : kind == DD_HALF ? "H" : "Q";

    self.start = month_start(first);
    self.end = month_start(first + months) - 1;
    write_label(&self, fiscal ? "FY" : "", start_year + fiscal, between, index + 1);
    return self;
}

static dd_period
calendar_month(int year, int month)
{
    dd_period self = { .kind = DD_MONTH };
    int first = 12 * year + month - 1;

    self.start = month_start(first);
    self.end = month_start(first + 1) - 1;
    write_label(&self, "", year, "-", month);
    return self;
}

/* Monday of the week that holds the day. */
static dd_day
monday_of(dd_day day)
{
    return day - dd_day_weekday(day);
}

/* ISO 8601: a week belongs to the year of its Thursday; week 1 holds 4 January. */
static dd_period
iso_week(dd_day monday)
{
    dd_period self = { .kind = DD_WEEK, .start = monday, .end = monday + 6 };
    int year, month, day;
    dd_day first;

    dd_day_to_civil(monday + 3, &year, &month, &day);
    first = monday_of(dd_day_from_civil(year, 1, 4));
    write_label(&self, "", year, "-W", (monday - first) / DAYS_PER_WEEK + 1);
    return self;
}

dd_period
dd_period_of(dd_day day, dd_period_kind kind, int fiscal_start)
{
    int year, month, dom, since;

    if (kind == DD_WEEK)
        return iso_week(monday_of(day));
    dd_day_to_civil(day, &year, &month, &dom);
    if (kind == DD_MONTH)
        return calendar_month(year, month);
    since = 12 * year + month - fiscal_start;
    return fiscal_part(since / 12, since % 12 / months_of(kind), kind, fiscal_start);
}

dd_period
dd_period_next(const dd_period *self, int fiscal_start)
{
    return dd_period_of(self->end + 1, self->kind, fiscal_start);
}

/* Exactly n digits at the start of text; -1 if they are not there. */
static int
read_digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

/* What follows the year: "", H1, Q4. @return 0, or -1 */
static int
parse_part(const char *rest, int year, int fiscal, int fiscal_start, dd_period *out)
{
    char letter = (char) toupper((unsigned char) rest[0]);
    dd_period_kind kind = letter == 'H' ? DD_HALF : letter == 'Q' ? DD_QUARTER : DD_YEAR;
    int index = 0;

    if (kind == DD_YEAR && letter != '\0')
        return -1;
    if (kind != DD_YEAR) {
        index = read_digits(rest + 1, 1) - 1;
        if (index < 0 || index >= 12 / months_of(kind) || rest[2] != '\0')
            return -1;
    }
    *out = fiscal_part(year - fiscal, index, kind, fiscal_start);
    return 0;
}

/* "-12" or "-W47" after the year. @return 0, or -1 */
static int
parse_month_or_week(const char *rest, int year, dd_period *out)
{
    int week = toupper((unsigned char) rest[1]) == 'W';
    int number = read_digits(rest + 1 + week, 2);

    if (number < 1 || rest[3 + week] != '\0')
        return -1;
    if (!week) {
        if (number > 12)
            return -1;
        *out = calendar_month(year, number);
        return 0;
    }
    *out = iso_week(monday_of(dd_day_from_civil(year, 1, 4))
                    + DAYS_PER_WEEK * (number - 1));
    /* a year of 52 weeks has no week 53: it would be the first of the next */
    return read_digits(out->label, 4) == year ? 0 : -1;
}

int
dd_period_parse(const char *label, int fiscal_start, dd_period *out)
{
    int fiscal = strncasecmp(label, "FY", 2) == 0;
    const char *text = label + (fiscal ? 2 : 0);
    int year = read_digits(text, 4);

    if (year < 1)
        return -1;
    if (text[4] == '-')
        return fiscal ? -1 : parse_month_or_week(text + 4, year, out);
    /* 2026Q4 says nothing where the year starts in April, nor FY2026Q4 elsewhere */
    if (fiscal != (fiscal_start != 1))
        return -1;
    return parse_part(text + 4, year, fiscal, fiscal_start, out);
}

static const struct {
    dd_period_kind kind;
    const char *word;
} kind_words[] = {
    /* the first of each kind is its name */
    { DD_YEAR, "year" },        { DD_YEAR, "years" },   { DD_YEAR, "Y" },
    { DD_YEAR, "年" },          { DD_HALF, "half" },    { DD_HALF, "halves" },
    { DD_HALF, "H" },           { DD_HALF, "半年" },    { DD_QUARTER, "quarter" },
    { DD_QUARTER, "quarters" }, { DD_QUARTER, "Q" },    { DD_QUARTER, "季度" },
    { DD_MONTH, "month" },      { DD_MONTH, "months" }, { DD_MONTH, "M" },
    { DD_MONTH, "月" },         { DD_WEEK, "week" },    { DD_WEEK, "weeks" },
    { DD_WEEK, "W" },           { DD_WEEK, "周" },
};

int
dd_period_kind_parse(const char *word, dd_period_kind *out)
{
    for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++)
        if (strcasecmp(word, kind_words[i].word) == 0) {
            *out = kind_words[i].kind;
            return 0;
        }
    return -1;
}

const char *
dd_period_kind_name(dd_period_kind kind)
{
    for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++)
        if (kind_words[i].kind == kind)
            return kind_words[i].word;
    return "";
}

size_t
dd_period_default_count(dd_period_kind kind)
{
    return kind == DD_MONTH ? 12 : kind == DD_WEEK ? 13 : 4;
}
