#include "input/values.h"

#include "base/money.h"
#include "base/text.h"

#include <string.h>

#define LARGEST_FIGURE 1e15 /* beyond it no figure of a sales plan makes sense */

static int
ends_with(const char *text, size_t n, const char *ending)
{
    size_t m = strlen(ending);
    return n > m && memcmp(text + n - m, ending, m) == 0;
}

/* Days, with or without their word; months and years differ in length: refused. */
static int
read_days(const char *text, size_t n, double *out)
{
    static const struct {
        const char *word;
        double days;
    } units[] = { { "days", 1 },  { "day", 1 },  { "d", 1 }, { "天", 1 },
                  { "weeks", 7 }, { "week", 7 }, { "周", 7 } };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (ends_with(text, n, units[i].word)) {
            if (dd_number_parse(text, n - strlen(units[i].word), out))
                return -1;
            *out *= units[i].days;
            return 0;
        }
    return dd_number_parse(text, n, out);
}

int
dd_value_read(const char *text, size_t n, dd_unit unit, double *out)
{
    int64_t minor;
    int failed;

    dd_text_trim(&text, &n);
    if (unit == DD_UNIT_MONEY) {
        failed = dd_money_parse(text, n, DD_DECIMAL_POINT, &minor) != DD_MONEY_OK;
        if (!failed)
            *out = (double) minor;
        return failed ? -1 : 0;
    }
    if (unit == DD_UNIT_SHARE)
        failed = dd_share_parse(text, n, out);
    else if (unit == DD_UNIT_DAYS)
        failed = read_days(text, n, out);
    else
        failed = dd_number_parse(text, n, out);
    return failed || *out > LARGEST_FIGURE || *out < -LARGEST_FIGURE ? -1 : 0;
}

int
dd_value_belief(const char *text, dd_unit unit, dd_belief *out)
{
    static const char *const words[] = { " to ", "至", "到" };
    const char *between = NULL;
    size_t i = 0;

    memset(out, 0, sizeof(*out));
    for (; i < 3 && between == NULL; i++)
        between = strstr(text, words[i]);
    if (between == NULL) {
        if (dd_value_read(text, strlen(text), unit, &out->low))
            return -1;
        out->high = out->low;
    } else {
        const char *high = between + strlen(words[i - 1]);
        if (dd_value_read(text, (size_t) (between - text), unit, &out->low)
            || dd_value_read(high, strlen(high), unit, &out->high))
            return -1;
        if (out->low >= out->high)
            return -2;
    }
    out->given = 1;
    return 0;
}

/* The first word of text, or the last: where it starts and how long it is. */
static size_t
first_word(const char *text)
{
    return strcspn(text, " \t");
}

static const char *
last_word(const char *text)
{
    const char *blank = strrchr(text, ' ');
    return blank == NULL ? text : blank + 1;
}

/* "1.5 30": shape and scale. */
static int
read_weibull(const char *rest, dd_unit unit, dd_law *out)
{
    size_t n = first_word(rest);

    out->kind = DD_LAW_WEIBULL;
    if (dd_number_parse(rest, n, &out->a)
        || dd_value_read(rest + n, strlen(rest + n), unit, &out->b))
        return -1;
    return out->a > 0 && out->b > 0 ? 0 : -1;
}

/* "12万 0.8": median and standard deviation of the logarithm. */
static int
read_lognormal(const char *rest, dd_unit unit, dd_law *out)
{
    const char *last = last_word(rest);

    out->kind = DD_LAW_LOGNORMAL;
    if (last == rest || dd_number_parse(last, strlen(last), &out->b)
        || dd_value_read(rest, (size_t) (last - rest), unit, &out->a))
        return -1;
    return out->a > 0 && out->b >= 0 && out->b <= 10 ? 0 : -1;
}

static int
starts_with_word(const char *text, const char *word)
{
    size_t n = first_word(text);
    return n == strlen(word) && memcmp(text, word, n) == 0;
}

int
dd_value_law(const char *text, dd_unit unit, dd_law *out)
{
    const char *rest = text + first_word(text);

    rest += strspn(rest, " \t");
    memset(out, 0, sizeof(*out));
    if (starts_with_word(text, "weibull"))
        return read_weibull(rest, unit, out);
    if (starts_with_word(text, "lognormal"))
        return read_lognormal(rest, unit, out);
    if (starts_with_word(text, "fixed")) {
        out->kind = DD_LAW_FIXED;
        return dd_value_read(rest, strlen(rest), unit, &out->a) || out->a < 0 ? -1 : 0;
    }
    out->kind = DD_LAW_EXPONENTIAL;
    if (!starts_with_word(text, "exponential"))
        rest = text;
    return dd_value_read(rest, strlen(rest), unit, &out->a) || out->a <= 0 ? -1 : 0;
}

const char *
dd_unit_example(dd_unit unit)
{
    static const char *const examples[] = {
        "a number such as 1.5",
        "a share such as 30%",
        "days such as 60 or '60 days'",
        "an amount such as 12.5万",
    };
    return examples[unit];
}
