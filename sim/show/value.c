#include "show/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN DD_VALUE_UNKNOWN

/* The power of ten at or below the first digit of a standard error; `finest` when the
 * error says nothing (it is none, NAN, or asked for but unknown, below 0) or knows more
 * than that. */
static double
granularity(double error, double finest)
{
    double unit;
    if (!isfinite(error) || error <= 0.0)
        return finest;
    unit = pow(10.0, floor(log10(error)));
    return unit > finest ? unit : finest;
}

/* Decimals needed to write multiples of `unit`: 0.01 -> 2, 10 -> 0. */
static int
decimals_of(double unit)
{
    int n = (int) ceil(-log10(unit) - 1e-9);
    return n > 0 ? n : 0;
}

/* A decimal number with commas between thousands. */
static void
write_grouped(char *buffer, size_t size, double value, int decimals)
{
    char plain[DD_VALUE_BUFFER];
    size_t n = (size_t) snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    size_t whole = strcspn(plain, "."), k = 0;
    if (value < 0.0 && strpbrk(plain, "123456789") != NULL)
        k = (size_t) snprintf(buffer, size, "-");
    for (size_t i = 0; i < n && k + 2 < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            buffer[k++] = ',';
        buffer[k++] = plain[i];
    }
    buffer[k] = '\0';
}

static void
drop_zeros(char *number)
{
    size_t n = strlen(number);
    if (strchr(number, '.') == NULL)
        return;
    while (n > 0 && number[n - 1] == '0')
        n--;
    if (n > 0 && number[n - 1] == '.')
        n--;
    number[n] = '\0';
}

/* In units of 万 or 亿; `unit` is the finest step worth writing, in currency units. */
static void
write_myriads(char *buffer, size_t size, double value, double unit)
{
    int large = fabs(value) >= 1e8;
    double scale = large ? 1e8 : 1e4;
    double step = unit / scale, finest = large ? 1e-4 : 1e-2;
    int cut = step > finest;
    write_grouped(buffer, size, value / scale, decimals_of(cut ? step : finest));
    if (!cut || large)
        drop_zeros(buffer);
    strncat(buffer, large ? "亿" : "万", size - strlen(buffer) - 1);
}

static int
is_myriads(double value, const char *currency)
{
    return currency != NULL && strcmp(currency, "CNY") == 0 && fabs(value) >= 1e4;
}

double
dd_value_step(double minor, double error, const char *currency)
{
    double value = fabs(minor) / 100.0;
    double unit = granularity(error / 100.0, 0.01), shown = 0.01;
    if (is_myriads(value, currency))
        shown = value >= 1e8 ? 1e4 : 1e2;
    else if (value >= 1e3)
        shown = 1.0;
    return 100.0 * (unit > shown ? unit : shown);
}

char *
dd_value_money(char buffer[DD_VALUE_BUFFER], double minor, double error,
               const char *currency)
{
    double value = minor / 100.0;
    double unit = granularity(error / 100.0, 0.01);
    value = round(value / unit) * unit;
    if (is_myriads(value, currency))
        write_myriads(buffer, DD_VALUE_BUFFER, value, unit);
    else if (fabs(value) >= 1e3 || fabs(value - round(value)) < 0.005)
        write_grouped(buffer, DD_VALUE_BUFFER, round(value), 0);
    else
        write_grouped(buffer, DD_VALUE_BUFFER, value, 2);
    return buffer;
}

double
dd_value_count_step(double error)
{
    return granularity(error, 1.0);
}

char *
dd_value_count(char buffer[DD_VALUE_BUFFER], double count, double error)
{
    double step = dd_value_count_step(error);
    write_grouped(buffer, DD_VALUE_BUFFER, step * round(count / step), 0);
    return buffer;
}

char *
dd_value_day(char buffer[DD_VALUE_BUFFER], dd_day day, dd_day as_of)
{
    char text[16];
    int year, month, in_month, is_next;
    dd_day_to_civil(day, &year, &month, &in_month);
    dd_day_format(day, text);
    /* A year earlier is no later than as-of: so it is with 29 February, too. */
    is_next = as_of != DD_NO_DAY && day > as_of
              && dd_day_from_civil(year - 1, month, in_month) <= as_of;
    return strcpy(buffer, text + (is_next ? strcspn(text, "-") + 1 : 0));
}

char *
dd_value_chance(char buffer[DD_VALUE_BUFFER], double chance, double error)
{
    double percent = 100.0 * chance;
    int exact = isfinite(error) && error >= 0.0 && error <= 0.0;
    int asked = isfinite(error) && !exact; /* simulated: never quite 0 or 1 */
    int decimals = exact || percent < 9.95 || percent > 90.05;
    if (asked && error > 0.0) {
        decimals = decimals_of(granularity(100.0 * error, 0.1));
        decimals = decimals > 1 ? 1 : decimals;
    }
    if (percent < 0.05 && (asked || percent > 0.0))
        return strcpy(buffer, "< 0.1 %");
    if (percent >= 99.95 && (asked || percent < 100.0))
        return strcpy(buffer, "> 99.9 %");
    if (!asked && (percent <= 0.0 || percent >= 100.0))
        decimals = 0;
    snprintf(buffer, DD_VALUE_BUFFER, "%.*f %%", decimals, percent);
    return buffer;
}

/* Three digits, or as many as the error knows. */
static void
write_number(char buffer[DD_VALUE_BUFFER], double value, double error)
{
    double unit = granularity(error, 1e-9);
    double size = fabs(value);
    int decimals = size >= 100.0 || size <= 0.0 ? 0 : size >= 10.0 ? 1 : 2;
    if (isfinite(error) && error > 0.0) {
        decimals = decimals_of(unit);
        value = round(value / unit) * unit;
    }
    write_grouped(buffer, DD_VALUE_BUFFER, value, decimals > 6 ? 6 : decimals);
}

static void
write_share(char buffer[DD_VALUE_BUFFER], double share)
{
    double percent = 100.0 * share;
    int decimals = fabs(percent) < 9.95 && fabs(percent) > 0.0 ? 1 : 0;
    write_grouped(buffer, DD_VALUE_BUFFER - 4, percent, decimals);
    strcat(buffer, " %");
}

/* "+5.9 pp"; one decimal, or none where the error knows no more. */
static void
write_points(char buffer[DD_VALUE_BUFFER], double points, double error)
{
    double value = 100.0 * points;
    int decimals = decimals_of(granularity(100.0 * error, 0.1));
    if (fabs(value) < 0.5 * pow(10.0, -decimals))
        value = 0.0;
    snprintf(buffer, DD_VALUE_BUFFER, value != 0.0 ? "%+.*f pp" : "%.*f pp", decimals,
             value);
}

static void
write_scalar(char buffer[DD_VALUE_BUFFER], const dd_doc_node *node, double error,
             const char *currency)
{
    switch (node->kind) {
    case DD_DOC_COUNT:
        dd_value_count(buffer, (double) node->count, error);
        break;
    case DD_DOC_CHANCE:
        dd_value_chance(buffer, node->number, error);
        break;
    case DD_DOC_POINTS:
        write_points(buffer, node->number, error);
        break;
    case DD_DOC_SHARE:
        write_share(buffer, node->number);
        break;
    case DD_DOC_RATIO:
        write_grouped(buffer, DD_VALUE_BUFFER - 4, node->number,
                      node->number < 9.995    ? 2
                      : node->number < 999.95 ? 1
                                              : 0);
        strcat(buffer, "×");
        break;
    case DD_DOC_MONEY:
        dd_value_money(buffer, node->number, error, currency);
        break;
    case DD_DOC_DAY:
        dd_day_format((dd_day) node->count, buffer);
        break;
    case DD_DOC_TRUTH:
        strcpy(buffer, node->count ? "yes" : "no");
        break;
    case DD_DOC_NUMBER:
        write_number(buffer, node->number, error);
        break;
    default:
        strcpy(buffer, UNKNOWN);
    }
}

static char *
coloured(const char *flag)
{
    static const char *const code[][2]
        = { { "black", "1;7" }, { "red", "31" }, { "amber", "33" }, { "green", "32" } };
    const char *chosen = "0";
    char buffer[DD_VALUE_BUFFER];
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (strcmp(flag, code[i][0]) == 0)
            chosen = code[i][1];
    snprintf(buffer, sizeof buffer, "\033[%sm%s\033[0m", chosen, flag);
    return strdup(buffer);
}

char *
dd_value_text(const dd_doc_node *node, const dd_doc_node *error,
              const dd_value_style *style)
{
    char buffer[DD_VALUE_BUFFER] = "";
    double spread = (double) NAN;
    if (node == NULL)
        return strdup(UNKNOWN);
    if (node->kind == DD_DOC_FLAG && style->colour)
        return coloured(node->text);
    if (node->kind == DD_DOC_TEXT || node->kind == DD_DOC_FLAG)
        return strdup(node->text);
    if (error != NULL)
        spread = error->kind == DD_DOC_NULL ? -1.0 : error->number;
    write_scalar(buffer, node, spread, style->currency);
    return strdup(buffer);
}
