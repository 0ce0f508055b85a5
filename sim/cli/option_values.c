/* Values of options: each is read in full or refused with what would be right. */
#include "cli/options.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static dd_status
refuse(const char *option, const char *text, const char *right, const char *wrong,
       dd_error *err)
{
    dd_place place = { option, 0, 0 };
    return dd_error_add(err, DD_EUSAGE, &place, text, right, "%s", wrong);
}

dd_status
dd_option_day(dd_day *day, const char *option, const char *text, dd_error *err)
{
    dd_moment moment = dd_moment_parse(text, strlen(text), 0, NULL);
    if (moment == DD_NO_MOMENT)
        return refuse(option, text, "a date such as 2026-09-30", "no such date", err);
    *day = dd_moment_day(moment);
    return DD_OK;
}

dd_status
dd_option_count(long long *n, const char *option, const char *text, long long least,
                long long most, dd_error *err)
{
    char right[64];
    long long value;
    snprintf(right, sizeof right, "a whole number from %lld to %lld", least, most);
    if (dd_integer_parse(text, strlen(text), &value) != 0)
        return refuse(option, text, right, "not a whole number", err);
    if (value < least || value > most)
        return refuse(option, text, right, "out of range", err);
    *n = value;
    return DD_OK;
}

dd_status
dd_option_span(int32_t *days, const char *option, const char *text, dd_error *err)
{
    static const struct {
        const char *word;
        int32_t days;
    } spans[] = { { "day", 1 }, { "week", 7 }, { "month", 30 } };
    long long value = 0;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (strcmp(text, spans[i].word) == 0) {
            *days = spans[i].days;
            return DD_OK;
        }
    dd_status status = dd_option_count(&value, option, text, 1, 366, err);
    if (!status)
        *days = (int32_t) value;
    return status;
}

dd_status
dd_option_chance(double *chance, const char *option, const char *text, dd_error *err)
{
    double value;
    if (dd_share_parse(text, strlen(text), &value) != 0 || !(value > 0.0)
        || !(value < 1.0))
        return refuse(option, text, "80% or 0.8: between 0 and 1, without both",
                      "not a probability", err);
    *chance = value;
    return DD_OK;
}

dd_status
dd_option_precision(double *error, const char *option, const char *text, dd_error *err)
{
    double value;
    const char *right = "an error above 0% and below 100%, such as 0.5%";
    if (dd_share_parse(text, strlen(text), &value) != 0)
        return refuse(option, text, right, "not an error in per cent", err);
    if (!(value > 0.0))
        return refuse(option, text, right, "no number of trials is without error", err);
    if (!(value < 1.0))
        return refuse(option, text, right, "out of range", err);
    *error = value;
    return DD_OK;
}

dd_status
dd_option_effort(double *n, const char *option, const char *text, dd_error *err)
{
    double value;
    if (dd_number_parse(text, strlen(text), &value) != 0)
        return refuse(option, text, "a number such as 12, a rep and week",
                      "not a number", err);
    if (!(value > 0.0))
        return refuse(option, text, "more than 0 a rep and week",
                      "an effort of zero reaches what comes by itself: `forecast`, or "
                      "`plan` without it, tells its chance",
                      err);
    if (!(value <= 1e6))
        return refuse(option, text, "at most 1,000,000 a rep and week", "out of range",
                      err);
    *n = value;
    return DD_OK;
}

dd_status
dd_option_format(dd_format *format, const char *option, const char *text, dd_error *err)
{
    if (strcmp(text, "text") == 0)
        *format = DD_FORMAT_TEXT;
    else if (strcmp(text, "json") == 0)
        *format = DD_FORMAT_JSON;
    else if (strcmp(text, "csv") == 0)
        *format = DD_FORMAT_CSV;
    else
        return refuse(option, text, "text, json or csv", "unknown format", err);
    return DD_OK;
}

static int
option_begins(const char *word, size_t n, const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        if (strncmp(word, names[i], n) == 0)
            return 1;
    return 0;
}

static dd_status
option_unknown(const char *word, const char *const *names, size_t n, dd_error *err)
{
    const char *near = dd_did_you_mean(word, names, n);
    if (near == NULL)
        return dd_error_add(err, DD_EUSAGE, NULL, NULL, NULL, "unknown option '--%s'",
                            word);
    return dd_error_add(err, DD_EUSAGE, NULL, NULL, NULL,
                        "unknown option '--%s': did you mean '--%s'?", word, near);
}

dd_status
dd_option_check(const struct argp_option *options, size_t n, int argc, char **argv,
                dd_error *err)
{
    const char *names[DD_MOST_OPTIONS + 3] = { "help", "usage", "version" };
    dd_status status = DD_OK;
    for (size_t i = 0; i < n; i++)
        names[i + 3] = options[i].name;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char word[64];
        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        snprintf(word, sizeof word, "%.*s", (int) strcspn(argv[i] + 2, "="),
                 argv[i] + 2);
        if (!option_begins(word, strlen(word), names, n + 3))
            status = option_unknown(word, names, n + 3, err);
    }
    return status;
}
