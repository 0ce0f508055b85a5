/** Amounts written for people and machines; see money.h. */
#include "base/money.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WAN 1e6       /* 1万 in minor units */
#define YI 1e10       /* 1亿 */
#define TOO_LONG 1e17 /* minor units that the buffer is not made for */

/* Digits of value >= 0 with a comma between thousands. */
static void
group(char *out, int64_t value)
{
    char plain[24];
    int n = snprintf(plain, sizeof plain, "%lld", (long long) value);

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *out++ = ',';
        *out++ = plain[i];
    }
    *out = '\0';
}

/* value / 10^decimals, trailing zeros dropped: 12350 with 2 decimals is "123.5". */
static void
write_trimmed(char *out, size_t capacity, int64_t value, int decimals)
{
    while (decimals > 0 && value % 10 == 0) {
        value /= 10;
        decimals--;
    }
    if (decimals == 0)
        snprintf(out, capacity, "%lld", (long long) value);
    else if (decimals == 1)
        snprintf(out, capacity, "%lld.%lld", (long long) (value / 10),
                 (long long) (value % 10));
    else
        snprintf(out, capacity, "%lld.%02lld", (long long) (value / 100),
                 (long long) (value % 100));
}

/* Rounding comes first, so that 9999.96万 is 1亿 and not 10000万. */
static void
write_chinese(char *out, size_t capacity, double minor)
{
    if (round(minor / (WAN / 10.0)) >= YI / (WAN / 10.0)) {
        write_trimmed(out, capacity, (int64_t) round(minor / (YI / 100.0)), 2);
        strcat(out, "亿");
    } else {
        write_trimmed(out, capacity, (int64_t) round(minor / (WAN / 10.0)), 1);
        strcat(out, "万");
    }
}

/* Whole units, but for what is smaller than 100. */
static void
write_short(char *out, size_t capacity, double minor, const char *currency)
{
    if (currency && strcmp(currency, "CNY") == 0 && round(minor / 100.0) * 100.0 >= WAN)
        write_chinese(out, capacity, minor);
    else if (round(minor) < 10000.0)
        write_trimmed(out, capacity, (int64_t) round(minor), 2);
    else
        group(out, (int64_t) round(minor / 100.0));
}

char *
dd_money_format(char buffer[DD_MONEY_BUFFER], double minor, const char *currency,
                dd_money_style style)
{
    char *out = buffer;
    double size = fabs(minor);
    int64_t whole;

    if (isnan(minor) || size >= TOO_LONG) {
        snprintf(buffer, DD_MONEY_BUFFER, isnan(minor) ? "-" : "%.6g", minor / 100.0);
        return buffer;
    }
    whole = (int64_t) round(size);
    if (minor < 0.0 && whole > 0)
        *out++ = '-';
    if (style == DD_MONEY_SHORT) {
        write_short(out, DD_MONEY_BUFFER - 8, size, currency);
        return buffer;
    }
    if (style == DD_MONEY_GROUPED)
        group(out, whole / 100);
    else
        snprintf(out, DD_MONEY_BUFFER - 8, "%lld", (long long) (whole / 100));
    snprintf(out + strlen(out), 8, ".%02lld", (long long) (whole % 100));
    return buffer;
}
