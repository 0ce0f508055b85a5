#include "dealdice/book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MINOR (INT64_C(1) << 47) /* sums of trials stay far from int64's end */

static int
is_open(const dd_past_deal *deal)
{
    return deal->stage >= 0;
}

static dd_status
make_room(dd_book *self, size_t open, size_t periods)
{
    self->id = malloc((open + 1) * sizeof(*self->id));
    self->key = malloc((open + 1) * sizeof(*self->key));
    self->pipeline = malloc((open + 1) * sizeof(*self->pipeline));
    self->stage = malloc((open + 1) * sizeof(*self->stage));
    self->age_days = malloc((open + 1) * sizeof(*self->age_days));
    self->amount = malloc((open + 1) * sizeof(*self->amount));
    self->owner = malloc((open + 1) * sizeof(*self->owner));
    self->segment = malloc((open + 1) * sizeof(*self->segment));
    self->kind = malloc((open + 1) * sizeof(*self->kind));
    self->source = malloc((open + 1) * sizeof(*self->source));
    self->first_owner = malloc((open + 1) * sizeof(*self->first_owner));
    self->first_amount = malloc((open + 1) * sizeof(*self->first_amount));
    self->booked = calloc(periods + 1, sizeof(*self->booked));
    self->booked_wins = calloc(periods + 1, sizeof(*self->booked_wins));
    self->periods = periods;
    return self->id && self->key && self->pipeline && self->stage && self->age_days
                   && self->amount && self->owner && self->segment && self->kind
                   && self->source && self->first_owner && self->first_amount
                   && self->booked && self->booked_wins
               ? DD_OK
               : DD_ENOMEM;
}

static double
age_of(const dd_past_deal *deal, dd_day as_of)
{
    if (deal->entered == DD_NO_MOMENT)
        return (double) NAN;
    return (double) (dd_day_end(as_of) - deal->entered) / (double) DD_SECONDS_PER_DAY;
}

static void
add_open(dd_book *self, const dd_past_deal *deal, dd_day as_of)
{
    const size_t i = self->n++;

    self->id[i] = deal->id;
    self->key[i] = deal->key;
    self->pipeline[i] = deal->pipeline;
    self->stage[i] = deal->stage;
    self->age_days[i] = age_of(deal, as_of);
    self->amount[i] = deal->amount;
    self->owner[i] = deal->owner;
    self->segment[i] = deal->segment;
    self->kind[i] = deal->kind;
    self->source[i] = deal->source;
    self->first_owner[i] = deal->first_owner;
    self->first_amount[i] = deal->first_amount;
}

/* Add to a sum that must not reach 2^47 either way. @return 0, or -1 */
static int
add_up(int64_t *sum, int64_t amount)
{
    if (amount >= MOST_MINOR || amount <= -MOST_MINOR)
        return -1;
    *sum += amount;
    return *sum >= MOST_MINOR || *sum <= -MOST_MINOR ? -1 : 0;
}

static dd_status
too_much(const char *what, const char *which, dd_error *err)
{
    return dd_error_add(err, DD_EDATA, NULL, which,
                        "less than 1.4 trillion in the forecast's currency: write "
                        "amounts in thousands, or with a currency column let currency: "
                        "and fx: in the funnel file convert",
                        "%s add up to more than this program can count", what);
}

/* Wins count in the period that holds their day; one without amount adds none. */
static dd_status
add_won(dd_book *self, const dd_past_deal *deal, const dd_question *question,
        dd_error *err)
{
    const dd_day day = dd_moment_day(deal->closed);

    for (size_t p = 0; p < self->periods; p++) {
        if (day < question->periods[p].start || day > question->periods[p].end)
            continue;
        self->booked_wins[p]++;
        if (deal->amount != DD_UNKNOWN_AMOUNT && add_up(&self->booked[p], deal->amount))
            return too_much("the amounts booked", deal->id, err);
    }
    return DD_OK;
}

static dd_status
add_deals(dd_book *self, const dd_past *past, const dd_question *question, dd_error *err)
{
    int64_t open = 0;

    for (size_t d = 0; d < past->n_deals; d++) {
        const dd_past_deal *deal = &past->deals[d];
        dd_status status = DD_OK;
        if (is_open(deal))
            add_open(self, deal, past->as_of);
        else if (deal->stage == DD_WON)
            status = add_won(self, deal, question, err);
        if (status)
            return status;
        if (is_open(deal) && deal->amount != DD_UNKNOWN_AMOUNT
            && add_up(&open, llabs(deal->amount)))
            return too_much("the amounts of open deals", deal->id, err);
    }
    return DD_OK;
}

/* What the funnel says is booked stands instead of what the history shows. Labels that
 * name none of the periods asked for concern other forecasts. */
static dd_status
take_booked(dd_book *self, const dd_funnel *funnel, const dd_question *question,
            dd_error *err)
{
    for (size_t b = 0; b < funnel->n_booked; b++) {
        const dd_period_amount *said = &funnel->booked[b];
        dd_period period;
        int64_t sum = 0;
        if (said->group
            || dd_period_parse(said->period, funnel->fiscal_year_starts, &period))
            continue;
        for (size_t p = 0; p < self->periods; p++) {
            if (period.start != question->periods[p].start
                || period.end != question->periods[p].end)
                continue;
            if (add_up(&sum, said->amount))
                return too_much("the amounts booked", said->period, err);
            self->booked[p] = sum;
            self->booked_wins[p] = 0;
        }
    }
    return DD_OK;
}

dd_status
dd_book_init(dd_book *self, const dd_past *past, const dd_funnel *funnel,
             const dd_question *question, dd_error *err)
{
    size_t open = 0;
    dd_status status;

    memset(self, 0, sizeof(*self));
    for (size_t d = 0; d < past->n_deals; d++)
        open += is_open(&past->deals[d]);
    status = make_room(self, open, question->n_periods);
    if (status)
        dd_error_no_memory(err);
    if (status == DD_OK)
        status = add_deals(self, past, question, err);
    if (status == DD_OK)
        status = take_booked(self, funnel, question, err);
    if (status)
        dd_book_free(self);
    return status;
}

void
dd_book_free(dd_book *self)
{
    void *arrays[] = {
        self->id,       self->key,         self->pipeline,    self->stage,
        self->age_days, self->amount,      self->owner,       self->segment,
        self->kind,     self->source,      self->first_owner, self->first_amount,
        self->booked,   self->booked_wins, self->said,
    };

    for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++)
        free(arrays[i]);
    memset(self, 0, sizeof(*self));
}
