/** Plain numbers, percentages and shares; see text.h. */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NUMBER 64 /* bytes; more digits than any quantity has */

/* sign? digits (point digits?)? or sign? point digits; nothing else. */
static int
is_plain_decimal(const char *text)
{
    size_t digits = 0, points = 0;

    if (*text == '+' || *text == '-')
        text++;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9')
            digits++;
        else if (*text == '.' && points == 0)
            points++;
        else
            return 0;
    }
    return digits > 0;
}

/* strtod is safe once the grammar is known, for nothing here sets LC_NUMERIC. */
static int
parse_narrow(const char *text, double *value)
{
    if (!is_plain_decimal(text))
        return -1;
    *value = strtod(text, NULL);
    return isfinite(*value) ? 0 : -1;
}

int
dd_number_parse(const char *text, size_t n, double *value)
{
    char plain[LONGEST_NUMBER];

    if (dd_text_narrow(text, n, plain, sizeof plain) == (size_t) -1)
        return -1;
    return parse_narrow(plain, value);
}

int
dd_integer_parse(const char *text, size_t n, long long *value)
{
    char plain[LONGEST_NUMBER];
    long long whole;

    if (dd_text_narrow(text, n, plain, sizeof plain) == (size_t) -1)
        return -1;
    if (!is_plain_decimal(plain) || strchr(plain, '.'))
        return -1;
    errno = 0;
    whole = strtoll(plain, NULL, 10);
    if (errno == ERANGE)
        return -1;
    *value = whole;
    return 0;
}

int
dd_percent_parse(const char *text, size_t n, double *value)
{
    char plain[LONGEST_NUMBER];
    size_t used = dd_text_narrow(text, n, plain, sizeof plain);

    if (used == (size_t) -1 || used == 0 || plain[used - 1] != '%')
        return -1;
    plain[--used] = '\0';
    while (used > 0 && plain[used - 1] == ' ')
        plain[--used] = '\0';
    if (parse_narrow(plain, value))
        return -1;
    *value /= 100.0;
    return 0;
}

int
dd_share_parse(const char *text, size_t n, double *value)
{
    if (dd_percent_parse(text, n, value) == 0)
        return 0;
    return dd_number_parse(text, n, value);
}
