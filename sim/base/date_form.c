/** Dates and moments as exports write them; see date_form.h. */
#include "base/date_form.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define LONGEST_DATE 64 /* bytes */
#define FIRST_YEAR 1900
#define LAST_YEAR 2199
#define FIRST_SERIAL 20000    /* 1954-10-03 */
#define LAST_SERIAL 80000     /* 2119-01-11 */
#define SERIAL_OF_EPOCH 25569 /* days from 1899-12-30 to 1970-01-01 */

/** What was written, before it is judged. */
typedef struct {
    int first, second, third; /* the date's figures in the order written */
    int first_digits;
    char separator; /* '-', '/', '.', 'y' for 年, 'm' for March, 0 for 20240305 */
    int has_time, hour, minute, second_of_minute;
    int half;               /* 1: AM, 2: PM */
    int has_offset, offset; /* seconds east of Greenwich */
} writing;

static int
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Up to `most` digits. @return how many there were */
static int
digits(const char **p, int most, int *value)
{
    int n = 0;

    *value = 0;
    while (n < most && is_digit(**p)) {
        *value = 10 * *value + (**p - '0');
        ++*p;
        n++;
    }
    return n;
}

static int
skip(const char **p, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(*p, word, n) != 0)
        return 0;
    *p += n;
    return 1;
}

static int
skip_spaces(const char **p)
{
    const char *start = *p;

    while (**p == ' ')
        ++*p;
    return *p > start;
}

static int
read_compact(writing *self)
{
    self->third = self->first % 100;
    self->second = self->first / 100 % 100;
    self->first /= 10000;
    self->first_digits = 4;
    return 0;
}

/* "Mar", "mar." or "March". @return 1 to 12, or 0 */
static int
month_name(const char **p)
{
    static const char *const names[]
        = { "january", "february", "march",     "april",   "may",      "june",
            "july",    "august",   "september", "october", "november", "december" };
    size_t n = 0;

    while (isalpha((unsigned char) (*p)[n]))
        n++;
    for (int m = 0; m < 12; m++) {
        if ((n != 3 && n != strlen(names[m])) || strncasecmp(*p, names[m], n) != 0)
            continue;
        *p += n;
        skip(p, ".");
        return m + 1;
    }
    return 0;
}

/* Between the parts of a date with a month's name: "8-Mar-2024", "Mar 8, 2024". */
static int
skip_between(const char **p)
{
    int n = skip(p, ",") + skip_spaces(p);

    return n > 0 || skip(p, "-");
}

static int
read_named(writing *self, const char **p)
{
    const int day_first = self->first_digits > 0;

    self->separator = 'm';
    if (day_first && (skip(p, "."), !skip_between(p)))
        return -1;
    self->second = month_name(p);
    if (!self->second || !skip_between(p))
        return -1;
    if (!day_first
        && (!(self->first_digits = digits(p, 2, &self->first)) || !skip_between(p)))
        return -1;
    return self->first_digits <= 2 && digits(p, 4, &self->third) == 4 ? 0 : -1;
}

/* Whether a month's name comes next, but for what stands between. */
static int
is_named(const char *p)
{
    while (*p == ' ' || *p == '-' || *p == '.' || *p == ',')
        p++;
    return isalpha((unsigned char) *p) && month_name(&p);
}

static int
read_date(writing *self, const char **p)
{
    int n;

    self->first_digits = digits(p, 8, &self->first);
    if (is_named(*p))
        return read_named(self, p);
    if (self->first_digits == 8)
        return read_compact(self);
    if (skip(p, "年")) {
        self->separator = 'y';
        skip_spaces(p);
        if (!digits(p, 2, &self->second) || !skip(p, "月"))
            return -1;
        skip_spaces(p);
        return digits(p, 2, &self->third) && (skip(p, "日") || skip(p, "号")) ? 0 : -1;
    }
    if (**p == '\0' || !strchr("-/.", **p))
        return -1;
    self->separator = **p;
    ++*p;
    if (!digits(p, 2, &self->second) || **p != self->separator)
        return -1;
    ++*p;
    n = digits(p, 4, &self->third);
    if (self->first_digits == 4)
        return n == 1 || n == 2 ? 0 : -1;
    return self->first_digits <= 2 && n == 4 ? 0 : -1;
}

/* What follows the hour: :22, :22:01, :22:01.5, or 时22分01秒 */
static int
read_minutes(writing *self, const char **p)
{
    int chinese = skip(p, "时") || skip(p, "點") || skip(p, "点");
    int fraction;

    if (!chinese && !skip(p, ":"))
        return -1;
    if (digits(p, 2, &self->minute) != 2 && !chinese)
        return -1;
    if (chinese)
        skip(p, "分");
    if (chinese ? is_digit(**p) : skip(p, ":")) {
        if (digits(p, 2, &self->second_of_minute) != 2)
            return -1;
        if (chinese)
            skip(p, "秒");
        else if ((skip(p, ".") || skip(p, ",")) && !digits(p, 9, &fraction))
            return -1;
    }
    return 0;
}

static void
read_half(writing *self, const char **p)
{
    const char *after = *p;

    skip_spaces(&after);
    if (skip(&after, "AM") || skip(&after, "am"))
        self->half = 1;
    else if (skip(&after, "PM") || skip(&after, "pm"))
        self->half = 2;
    else
        return;
    *p = after;
}

static int
read_offset(writing *self, const char **p)
{
    int sign, hours, minutes = 0;

    skip_spaces(p);
    if (skip(p, "Z") || skip(p, "UTC") || skip(p, "GMT"))
        self->has_offset = 1;
    if (**p != '+' && **p != '-')
        return 0;
    sign = **p == '+' ? 1 : -1;
    ++*p;
    self->has_offset = 1;
    if (digits(p, 2, &hours) != 2)
        return -1;
    if (skip(p, ":") || is_digit(**p)) {
        if (digits(p, 2, &minutes) != 2)
            return -1;
    }
    self->offset = sign * (hours * 3600 + minutes * 60);
    return hours <= 14 && minutes < 60 ? 0 : -1;
}

static int
read_time(writing *self, const char **p)
{
    if (skip(p, "上午"))
        self->half = 1;
    else if (skip(p, "下午"))
        self->half = 2;
    skip_spaces(p);
    if (!digits(p, 2, &self->hour) || read_minutes(self, p))
        return -1;
    self->has_time = 1;
    if (!self->half)
        read_half(self, p);
    return read_offset(self, p);
}

/* The value of two digits, or a negative number. */
static int
two_at(const char *text)
{
    unsigned tens = (unsigned) text[0] - '0', ones = (unsigned) text[1] - '0';

    return tens > 9 || ones > 9 ? -1 : (int) (10 * tens + ones);
}

/* The form that programs write, 2024-03-05 or 2024-03-05 10:22:01, without further ado.
 * @return 0, or -1 if it is another one */
static int
scan_plain(writing *self, const char *text, size_t n)
{
    int parts, century;

    if ((n != 10 && n != 19) || text[4] != '-' || text[7] != '-')
        return -1;
    memset(self, 0, sizeof *self);
    self->separator = '-';
    self->first_digits = 4;
    parts = century = two_at(text);
    parts |= self->first = two_at(text + 2);
    parts |= self->second = two_at(text + 5);
    parts |= self->third = two_at(text + 8);
    self->first += 100 * century;
    if (n == 10)
        return parts < 0 ? -1 : 0;
    if ((text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':')
        return -1;
    self->has_time = 1;
    parts |= self->hour = two_at(text + 11);
    parts |= self->minute = two_at(text + 14);
    parts |= self->second_of_minute = two_at(text + 17);
    return parts < 0 ? -1 : 0;
}

/* @return 0, or -1 if the text is no date and time at all */
static int
scan(writing *self, const char *p)
{
    memset(self, 0, sizeof *self);
    if (read_date(self, &p))
        return -1;
    if (*p == '\0')
        return 0;
    if (self->separator == 'm')
        skip(&p, ",");
    if (!skip(&p, "T") && !skip_spaces(&p) && self->separator != 'y')
        return -1;
    return read_time(self, &p) || *p ? -1 : 0;
}

static dd_date_status
find_day(const writing *self, dd_day_order order, dd_day *day)
{
    int year = self->first, month = self->second, day_of_month = self->third;

    if (self->first_digits <= 2) {
        year = self->third;
        if (self->separator == '.' || self->separator == 'm' || self->first > 12)
            order = DD_ORDER_DAY_FIRST;
        else if (self->second > 12)
            order = DD_ORDER_MONTH_FIRST;
        else if (order == DD_ORDER_UNKNOWN && self->first != self->second)
            return DD_DATE_AMBIGUOUS;
        month = order == DD_ORDER_DAY_FIRST ? self->second : self->first;
        day_of_month = order == DD_ORDER_DAY_FIRST ? self->first : self->second;
    }
    *day = dd_day_from_civil(year, month, day_of_month);
    if (*day == DD_NO_DAY)
        return DD_DATE_IMPOSSIBLE;
    return year < FIRST_YEAR || year > LAST_YEAR ? DD_DATE_YEAR : DD_DATE_OK;
}

/* Seconds into the day, or -1 */
static int
find_seconds(const writing *self)
{
    int hour = self->hour;

    if (!self->has_time)
        return (int) DD_SECONDS_PER_DAY / 2;
    if (self->half && (hour < 1 || hour > 12))
        return -1;
    if (self->half)
        hour = hour % 12 + (self->half == 2 ? 12 : 0);
    if (hour > 23 || self->minute > 59 || self->second_of_minute > 59)
        return -1;
    return hour * 3600 + self->minute * 60 + self->second_of_minute;
}

/* Days since 1899-12-30, the time of day as a fraction. */
static dd_date_status
read_serial(const char *text, size_t n, dd_moment *moment, int *has_time)
{
    double serial, seconds;

    if (n < 5 || (n > 5 && text[5] != '.') || dd_number_parse(text, n, &serial)
        || serial < FIRST_SERIAL || serial >= LAST_SERIAL + 1)
        return DD_DATE_NOT;
    seconds = round((serial - floor(serial)) * (double) DD_SECONDS_PER_DAY);
    *has_time = seconds > 0.0;
    *moment = ((dd_moment) floor(serial) - SERIAL_OF_EPOCH) * DD_SECONDS_PER_DAY
              + (*has_time ? (dd_moment) seconds : DD_SECONDS_PER_DAY / 2);
    return DD_DATE_OK;
}

/* What was written, as a moment. */
static dd_date_status
find_moment(const writing *self, dd_day_order order, int utc_offset_seconds,
            dd_moment *moment)
{
    dd_day day;
    dd_date_status status = find_day(self, order, &day);
    int seconds = find_seconds(self);

    if (status)
        return status;
    if (seconds < 0)
        return DD_DATE_IMPOSSIBLE;
    *moment = (dd_moment) day * DD_SECONDS_PER_DAY + seconds
              + (self->has_offset ? utc_offset_seconds - self->offset : 0);
    return DD_DATE_OK;
}

dd_date_status
dd_moment_read(const char *text, size_t n, dd_day_order order, int utc_offset_seconds,
               dd_moment *moment, int *has_time)
{
    char plain[LONGEST_DATE];
    size_t used = 0;
    dd_date_status status;
    writing written;

    if (scan_plain(&written, text, n)) {
        used = dd_text_narrow(text, n, plain, sizeof plain);
        if (used == (size_t) -1)
            return DD_DATE_NOT;
        if (scan(&written, plain)) {
            int timed = 0;
            status = read_serial(plain, used, moment, &timed);
            if (has_time && status == DD_DATE_OK)
                *has_time = timed;
            return status;
        }
    }
    status = find_moment(&written, order, utc_offset_seconds, moment);
    if (has_time && status == DD_DATE_OK)
        *has_time = written.has_time;
    return status;
}

int
dd_moment_is_plain(const char *text, size_t n)
{
    writing written;

    return scan_plain(&written, text, n) == 0;
}

const char *
dd_date_reason(dd_date_status status)
{
    switch (status) {
    case DD_DATE_NOT:
        return "not a date";
    case DD_DATE_IMPOSSIBLE:
        return "there is no such date";
    case DD_DATE_YEAR:
        return "its year is none from 1900 to 2199";
    case DD_DATE_AMBIGUOUS:
        return "day or month first? no cell of the file tells; 2024-03-05 would";
    case DD_DATE_OK:
        break;
    }
    return "a date";
}

void
dd_day_order_add(dd_day_order_evidence *self, const char *text, size_t n)
{
    char plain[LONGEST_DATE];
    writing written;

    if (scan_plain(&written, text, n) == 0)
        return;
    if (dd_text_narrow(text, n, plain, sizeof plain) == (size_t) -1
        || scan(&written, plain) || written.first_digits > 2 || written.separator == '.'
        || written.separator == 'm')
        return;
    self->day_first += written.first > 12 && written.second <= 12;
    self->month_first += written.second > 12 && written.first <= 12;
    self->either += written.first <= 12 && written.second <= 12;
}

dd_day_order
dd_day_order_decide(const dd_day_order_evidence *self)
{
    if (self->day_first && !self->month_first)
        return DD_ORDER_DAY_FIRST;
    if (self->month_first && !self->day_first)
        return DD_ORDER_MONTH_FIRST;
    return DD_ORDER_UNKNOWN;
}

void
dd_day_order_join(dd_day_order_evidence *self, const dd_day_order_evidence *other)
{
    self->day_first += other->day_first;
    self->month_first += other->month_first;
    self->either += other->either;
}

dd_day_order
dd_day_order_borrow(const dd_day_order_evidence *self, const dd_day_order_evidence *file)
{
    if (self->day_first || self->month_first || !self->either)
        return DD_ORDER_UNKNOWN;
    return dd_day_order_decide(file);
}
