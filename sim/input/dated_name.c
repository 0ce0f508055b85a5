#include "input/layouts.h"

#include <ctype.h>
#include <string.h>

static int
is_digit(char c)
{
    return isdigit((unsigned char) c) != 0;
}

static int
figure(const char *p, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++)
        value = 10 * value + (p[i] - '0');
    return value;
}

static int
are_digits(const char *p, int n)
{
    for (int i = 0; i < n; i++)
        if (!is_digit(p[i]))
            return 0;
    return 1;
}

/* "20261116", or with one sign between its parts: "2026-11-16". */
static dd_day
day_at(const char *p)
{
    dd_day day;
    int apart = are_digits(p, 4) && p[4] != '\0' && strchr("-_.", p[4]) != NULL;

    if (!are_digits(p, 4) || !are_digits(p + 4 + apart, 2) || (apart && p[7] != p[4])
        || !are_digits(p + 6 + 2 * apart, 2) || is_digit(p[8 + 2 * apart]))
        return DD_NO_DAY;
    day = dd_day_from_civil(figure(p, 4), figure(p + 4 + apart, 2),
                            figure(p + 6 + 2 * apart, 2));
    return figure(p, 4) >= 1990 && figure(p, 4) < 2200 ? day : DD_NO_DAY;
}

dd_day
dd_layouts_dated(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    dd_day last = DD_NO_DAY;

    for (const char *p = name; *p; p++) {
        dd_day day = p > name && is_digit(p[-1]) ? DD_NO_DAY : day_at(p);
        last = day != DD_NO_DAY ? day : last;
    }
    return last;
}
