#include "dealdice/question.h"

#include "base/money.h"
#include "base/workdays.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TRIALS 100000000L
#define DEFAULT_CONFIDENCE 0.8
#define HOLIDAYS_APART 180 /* days without any in a year that is known */

/* What is put together, and who listens. */
typedef struct {
    dd_question *self;
    const dd_funnel *funnel;
    const dd_question_options *options;
    dd_notes *notes;
    dd_error *err;
    dd_status status;
} work;

static void
refuse(work *w, const char *read, const char *right, const char *wrong)
{
    if (w->status != DD_ENOMEM)
        w->status = dd_error_add(w->err, DD_EUSAGE, NULL, read, right, "%s", wrong);
}

/* ---- periods ---- */

/* How many periods from `first` on until one with this label; 0: none in sight. */
static size_t
reach(const dd_period *first, const dd_period *wanted, int fiscal_start)
{
    dd_period period = *first;

    for (size_t n = 1; n <= DD_MOST_PERIODS; n++) {
        if (strcmp(period.label, wanted->label) == 0)
            return n;
        period = dd_period_next(&period, fiscal_start);
    }
    return 0;
}

/* As many as is usual for their kind, and more until a day is reached. */
static size_t
reach_day(const work *w, const dd_period *first)
{
    size_t n = dd_period_default_count(first->kind), count = 1;
    dd_period period = *first;

    while (count < DD_MOST_PERIODS && (count < n || period.end < w->options->reach)) {
        period = dd_period_next(&period, w->funnel->fiscal_year_starts);
        count++;
    }
    return count;
}

/* --period is a kind, or a label up to which is forecast. @return periods, or 0 */
static size_t
choose_periods(work *w, dd_period *first)
{
    const char *said = w->options->period;
    int fiscal = w->funnel->fiscal_year_starts;
    dd_day next = w->self->as_of + 1;
    dd_period_kind kind = w->funnel->period;
    dd_period wanted;
    size_t n;

    if (said == NULL || dd_period_kind_parse(said, &kind) == 0) {
        *first = dd_period_of(next, kind, fiscal);
        return reach_day(w, first);
    }
    if (dd_period_parse(said, fiscal, &wanted)) {
        refuse(w, said, "year, half, quarter, month, week or a label such as 2026Q4",
               "--period is no period");
        return 0;
    }
    *first = dd_period_of(next, wanted.kind, fiscal);
    if (wanted.end < next) {
        refuse(w, said, first->label, "--period is over");
        return 0;
    }
    n = reach(first, &wanted, fiscal);
    if (n == 0)
        refuse(w, said, first->label, "--period lies too far ahead");
    return n;
}

static void
make_periods(work *w)
{
    dd_question *self = w->self;
    long asked = w->options->periods;
    dd_period period;
    size_t n = choose_periods(w, &period);

    if (asked < 0 || asked > DD_MOST_PERIODS) {
        refuse(w, NULL, "1 to 64", "--periods is out of range");
        return;
    }
    if (n == 0)
        return;
    if (asked > 0)
        n = (size_t) asked;
    self->periods = calloc(n, sizeof(*self->periods));
    self->target = calloc(n, sizeof(*self->target));
    if (self->periods == NULL || self->target == NULL) {
        w->status = dd_error_no_memory(w->err);
        return;
    }
    self->n_periods = n;
    for (size_t i = 0; i < n; i++) {
        self->periods[i] = period;
        self->target[i] = DD_NO_TARGET;
        period = dd_period_next(&period, w->funnel->fiscal_year_starts);
    }
}

/* ---- targets ---- */

static size_t
find_period(const dd_question *self, const char *label)
{
    for (size_t i = 0; i < self->n_periods; i++)
        if (strcmp(self->periods[i].label, label) == 0)
            return i;
    return SIZE_MAX;
}

/* Why a target of this period is not one of the question's; NULL if it is. */
static const char *
mismatch(const dd_question *self, const dd_period *period)
{
    if (find_period(self, period->label) != SIZE_MAX)
        return NULL;
    if (period->end <= self->as_of)
        return "is over";
    if (period->kind < self->periods[0].kind)
        return "is longer than the periods forecast, and a target is never split "
               "silently";
    if (period->kind > self->periods[0].kind)
        return "is shorter than the periods forecast, and targets are never summed "
               "silently";
    return "lies beyond the periods forecast";
}

/* A plan lists a whole year: what does not fit today's periods is said, not refused. */
static void
take_funnel_target(work *w, const dd_period_amount *item)
{
    dd_question *self = w->self;
    dd_period period;
    const char *why;

    if (item->group != NULL)
        return;
    if (item->amount <= 0 && w->status != DD_ENOMEM) {
        w->status
            = dd_error_add(w->err, DD_EDATA, &item->place, NULL, "an amount above zero",
                           "the target of %s is not above "
                           "zero",
                           item->period);
        return;
    }
    if (dd_period_parse(item->period, w->funnel->fiscal_year_starts, &period))
        return; /* refused where the file was read */
    why = mismatch(self, &period);
    if (why == NULL)
        self->target[find_period(self, period.label)] = item->amount;
    else if (dd_notes_add(w->notes, "target_not_used",
                          "the target of %s is not used: that period %s", period.label,
                          why))
        w->status = dd_error_no_memory(w->err);
}

/* The period behind the @ of --target; SIZE_MAX after a refusal. */
static size_t
target_period(work *w, const char *said)
{
    const char *at = strchr(said, '@');
    const dd_question *self = w->self;
    char wrong[192] = "--target: ";
    dd_period period;
    const char *why;

    if (at == NULL)
        return 0;
    if (dd_period_parse(at + 1, w->funnel->fiscal_year_starts, &period)) {
        refuse(w, said, "AMOUNT or AMOUNT@PERIOD, such as 500万@2026Q4",
               "--target names no period");
        return SIZE_MAX;
    }
    why = mismatch(self, &period);
    if (why == NULL)
        return find_period(self, period.label);
    strcat(strcat(strcat(wrong, period.label), " "), why);
    refuse(w, said, self->periods[0].label, wrong);
    return SIZE_MAX;
}

static void
take_option_target(work *w, const char *said, int *taken)
{
    dd_question *self = w->self;
    size_t length = strcspn(said, "@");
    size_t i = target_period(w, said);
    dd_money_status money;
    int64_t amount;

    money = dd_money_parse(said, length, DD_DECIMAL_POINT, &amount);
    if (money != DD_MONEY_OK) {
        refuse(w, said, "an amount such as 500万 or 5000000",
               money == DD_MONEY_TOO_LARGE ? "--target is too large"
                                           : "--target is not an amount");
        return;
    }
    if (amount <= 0) {
        refuse(w, said, "an amount above zero", "--target is not above zero");
        return;
    }
    if (i == SIZE_MAX)
        return;
    if (taken[i]++)
        refuse(w, said, NULL, "--target is given twice for one period");
    self->target[i] = amount;
}

static void
take_targets(work *w)
{
    int taken[DD_MOST_PERIODS] = { 0 };

    for (size_t i = 0; i < w->funnel->n_targets; i++)
        take_funnel_target(w, &w->funnel->targets[i]);
    for (size_t i = 0; i < w->options->n_targets; i++)
        take_option_target(w, w->options->targets[i], taken);
}

/* ---- the rest ---- */

static void
take_settings(work *w)
{
    const dd_question_options *options = w->options;
    dd_question *self = w->self;

    self->confidence
        = options->confidence != 0.0 ? options->confidence : DEFAULT_CONFIDENCE;
    if (!(self->confidence > 0.0 && self->confidence < 1.0))
        refuse(w, NULL, "between 0% and 100%, such as 80%",
               "--confidence is out of range");
    if (options->trials < 0 || options->trials > MOST_TRIALS)
        refuse(w, NULL, "1 to 100000000", "--trials is out of range");
    else
        self->trials = options->trials > 0      ? (size_t) options->trials
                       : options->precision > 0 ? DD_PRECISE_TRIALS
                                                : DD_DEFAULT_TRIALS;
    self->precision = options->precision;
    if (options->threads < 0)
        refuse(w, NULL, "a number of threads, or 0 for one per core",
               "--threads is below zero");
    self->threads = options->threads;
    self->seed = options->seed != 0 ? options->seed : 1;
    self->rates_fixed = !w->funnel->rates_estimated;
    self->level_off = !w->funnel->level_estimated;
}

static int
year_of(dd_day day)
{
    int year, month, in_month;

    dd_day_to_civil(day, &year, &month, &in_month);
    return year;
}

/* Holidays are told year by year: those of a year without one are not known yet. */
static void
tell_holidays(work *w)
{
    const dd_workdays *days = w->funnel->workdays;
    const dd_period *end = &w->self->periods[w->self->n_periods - 1];
    dd_day last = days != NULL && days->n > 0 ? days->day[days->n - 1] : DD_NO_DAY;
    char text[16];

    if (days == NULL || w->notes == NULL
        || (last != DD_NO_DAY && year_of(last) >= year_of(end->end)
            && last >= end->end - HOLIDAYS_APART))
        return;
    if (dd_notes_add(w->notes, "holidays_end",
                     "the last holiday that is known is %s: later ones, to the end of "
                     "%s, count as usual days",
                     last != DD_NO_DAY ? dd_day_format(last, text) : "none", end->label))
        w->status = dd_error_no_memory(w->err);
}

dd_status
dd_question_init(dd_question *self, const dd_funnel *funnel, dd_day as_of,
                 const dd_question_options *options, dd_notes *notes, dd_error *err)
{
    static const dd_question_options nothing_said;
    work w
        = { self, funnel, options != NULL ? options : &nothing_said, notes, err, DD_OK };

    memset(self, 0, sizeof(*self));
    self->as_of = as_of;
    take_settings(&w);
    make_periods(&w);
    if (self->n_periods > 0)
        take_targets(&w);
    if (!w.status)
        tell_holidays(&w);
    if (w.status)
        dd_question_free(self);
    return w.status;
}

void
dd_question_free(dd_question *self)
{
    free(self->periods);
    free(self->target);
    memset(self, 0, sizeof(*self));
}
