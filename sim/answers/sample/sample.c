#include "answers/sample/sample.h"

#include "answers/sample/sample_names.h"
#include "base/money.h"
#include "base/rng.h"
#include "history/words.h"
#include "model/stage.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_PER_WEEK 7
#define WORKDAYS 5
#define FIRST_HOUR 9
#define WORKING_SECONDS (9 * 3600)
#define MOST_DEALS 5e6
#define MOST_ENTRIES_PER_DEAL 1000 /* a loop that nobody leaves must end some day */
#define MINOR_PER_UNIT 100.0

/* Positions in a deal's own stream. */
enum { WORD_GROUP = 0, WORD_NAME = 1, WORD_STEPS = 2 };

const dd_stage_belief *
dd_sample_belief(const dd_funnel *truth, size_t stage)
{
    const dd_pipeline_names *pipeline = &truth->pipelines[0];

    for (size_t i = 0; i < truth->n_stages; i++)
        if (strcmp(truth->stages[i].stage, pipeline->stages[stage]) == 0)
            return &truth->stages[i];
    return NULL;
}

int32_t
dd_sample_exit(const dd_funnel *truth, const char *to)
{
    const dd_pipeline_names *pipeline = &truth->pipelines[0];

    for (size_t s = 0; s < pipeline->n_stages; s++)
        if (strcmp(pipeline->stages[s], to) == 0)
            return (int32_t) s;
    return dd_end_of_word(truth, to) == DD_WON ? DD_WON : DD_LOST;
}

/* ---- can it be made at all? ---- */

static dd_status
check_stages(const dd_funnel *truth, dd_error *err)
{
    dd_place place = { truth->path, 0, 0 };
    dd_status status = DD_OK;

    if (truth->n_pipelines != 1)
        return dd_error_add(err, DD_EDATA, &place, NULL, "stages: [Contact, Offer]",
                            "a made-up company needs the stages of one pipeline");
    for (size_t s = 0; s < truth->pipelines[0].n_stages; s++) {
        const dd_stage_belief *belief = dd_sample_belief(truth, s);
        if (belief == NULL || belief->n_exits == 0)
            status = dd_error_add(
                err, DD_EDATA, belief != NULL ? &belief->place : &place, NULL,
                "rates: {stages: {STAGE: {exits: {Won: {share: 50%, days: weibull 1.5 "
                "30}}}}}",
                "the stage '%s' has no exits", truth->pipelines[0].stages[s]);
    }
    return status;
}

static dd_status
check_truth(const dd_funnel *truth, dd_error *err)
{
    const dd_sample_truth *sample = &truth->sample;
    dd_place place = { truth->path, 0, 0 };
    double weeks = ((double) sample->to - sample->from + 1) / DAYS_PER_WEEK;

    if (!sample->given)
        return dd_error_add(err, DD_EDATA, &place, NULL,
                            "sample: {from: 2024-01-01, to: ...}",
                            "there is no 'sample' that says what to make");
    for (size_t i = 0; i < sample->n_reps; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(sample->reps[i].owner, sample->reps[j].owner) == 0)
                return dd_error_add(err, DD_EDATA, &place, sample->reps[i].owner, NULL,
                                    "two reps have one name");
    if (weeks * sample->new_deals_per_rep_week * (double) sample->n_reps > MOST_DEALS)
        return dd_error_add(err, DD_EDATA, &place, NULL, "at most 5 million deals",
                            "the company is too large");
    return check_stages(truth, err);
}

/* ---- one deal's life ---- */

static dd_status
add_entry(dd_sample *self, dd_sample_deal *deal, dd_moment at, int32_t stage,
          dd_error *err)
{
    if (self->n_entries == self->entry_room) {
        size_t room = self->entry_room > 0 ? 2 * self->entry_room : 1024;
        void *larger = realloc(self->entries, room * sizeof(*self->entries));
        if (larger == NULL)
            return dd_error_no_memory(err);
        self->entries = larger;
        self->entry_room = room;
    }
    self->entries[self->n_entries].at = at;
    self->entries[self->n_entries++].stage = stage;
    deal->n++;
    return DD_OK;
}

/* The exit at u of the shares laid end to end; NULL: it never leaves. */
static const dd_exit_belief *
choose_exit(const dd_stage_belief *belief, double u)
{
    double sum = 0.0;

    for (size_t i = 0; i < belief->n_exits; i++) {
        sum += belief->exits[i].share;
        if (u < sum)
            return &belief->exits[i];
    }
    /* shares that make up the whole in decimals may fall short by rounding */
    return sum > 1.0 - 1e-9 ? &belief->exits[belief->n_exits - 1] : NULL;
}

/* At least a second, so that entries stay in order also where a law says zero days. */
static dd_moment
dwell_seconds(const dd_law *law, double u)
{
    double seconds = dd_law_quantile(law, u) * (double) DD_SECONDS_PER_DAY;

    return !(seconds > 1.0) ? 1 : seconds > 1e15 ? (dd_moment) 1e15 : llround(seconds);
}

static dd_status
live(dd_sample *self, dd_sample_deal *deal, const dd_stream *stream, dd_error *err)
{
    const dd_funnel *truth = self->truth;
    dd_moment at = deal->created, end = dd_day_end(truth->sample.to);
    int32_t stage = 0;
    dd_status status = add_entry(self, deal, at, stage, err);

    for (uint32_t step = 0; status == DD_OK && stage >= 0; step++) {
        const dd_exit_belief *exit;
        uint32_t words[4];
        dd_stream_words(stream, WORD_STEPS + step, words);
        exit = choose_exit(dd_sample_belief(truth, (size_t) stage),
                           dd_uniform53(words[0], words[1]));
        if (exit == NULL || deal->n == MOST_ENTRIES_PER_DEAL)
            break;
        at += dwell_seconds(&exit->days, dd_uniform53(words[2], words[3]));
        if (at >= end)
            break;
        stage = dd_sample_exit(truth, exit->to);
        status = add_entry(self, deal, at, stage, err);
    }
    return status;
}

static int32_t
choose_segment(const dd_sample_truth *sample, double u)
{
    double sum = 0.0;

    for (size_t i = 0; i + 1 < sample->n_segments; i++) {
        sum += sample->segments[i].share;
        if (u < sum)
            return (int32_t) i;
    }
    return (int32_t) sample->n_segments - 1;
}

static dd_status
add_deal(dd_sample *self, size_t owner, dd_moment created, uint64_t key, dd_error *err)
{
    const dd_sample_truth *sample = &self->truth->sample;
    dd_stream stream = dd_stream_make(sample->seed, DD_RNG_SAMPLE, key, 0);
    dd_sample_deal deal = { .owner = (int32_t) owner,
                            .created = created,
                            .key = key,
                            .first = self->n_entries };
    uint32_t words[4];
    double units;

    dd_stream_words(&stream, WORD_GROUP, words);
    deal.segment = choose_segment(sample, dd_uniform53(words[0], words[1]));
    units = dd_law_quantile(&sample->amount, dd_uniform53(words[2], words[3]))
            / MINOR_PER_UNIT;
    if (!(units * MINOR_PER_UNIT <= (double) DD_MONEY_MAX))
        return dd_error_add(err, DD_EDATA, NULL, NULL, "a smaller median or spread",
                            "the law of amounts makes amounts too large to add up");
    deal.amount = llround(units < 1.0 ? 1.0 : units) * (int64_t) MINOR_PER_UNIT;
    dd_stream_words(&stream, WORD_NAME, words);
    dd_sample_name(&deal, sample->names, sample->reps[owner].owner, words);
    if (self->n_deals == self->deal_room) {
        size_t room = self->deal_room > 0 ? 2 * self->deal_room : 256;
        void *larger = realloc(self->deals, room * sizeof(*self->deals));
        if (larger == NULL)
            return dd_error_no_memory(err);
        self->deals = larger;
        self->deal_room = room;
    }
    self->deals[self->n_deals] = deal;
    return live(self, &self->deals[self->n_deals++], &stream, err);
}

/* ---- arrivals ---- */

/* A moment in working hours of a weekday in the week that starts at `first`. */
static dd_moment
working_moment(dd_day first, uint32_t day_word, uint32_t second_word)
{
    int wanted = (int) (dd_uniform32(day_word) * WORKDAYS);
    dd_day day = first;

    for (;; day++)
        if (dd_day_weekday(day) < WORKDAYS && wanted-- == 0)
            break;
    return dd_day_end(day - 1) + FIRST_HOUR * 3600
           + (dd_moment) (dd_uniform32(second_word) * WORKING_SECONDS);
}

/* Points of a Poisson process: exponential gaps until the week's mean is passed. */
static dd_status
add_week(dd_sample *self, size_t owner, uint32_t week, dd_error *err)
{
    const dd_sample_truth *sample = &self->truth->sample;
    const char *name = sample->reps[owner].owner;
    dd_stream stream = dd_stream_make(sample->seed, DD_RNG_SAMPLE,
                                      dd_hash(name, strlen(name)), week + 1);
    dd_day first = sample->from + (dd_day) (DAYS_PER_WEEK * week);
    double passed = 0.0;

    for (uint32_t k = 0;; k++) {
        char address[64];
        uint32_t words[4];
        dd_moment at;
        dd_status status;
        dd_stream_words(&stream, k, words);
        passed -= log(dd_uniform32(words[0]));
        if (passed > sample->new_deals_per_rep_week)
            return DD_OK;
        at = working_moment(first, words[1], words[2]);
        if (dd_moment_day(at) > sample->to)
            continue;
        snprintf(address, sizeof(address), "%016" PRIx64 "/%" PRIu32 "/%" PRIu32,
                 stream.item, week, k);
        status = add_deal(self, owner, at, dd_hash(address, strlen(address)), err);
        if (status)
            return status;
    }
}

static int
compare_deals(const void *a, const void *b)
{
    const dd_sample_deal *x = a, *y = b;

    if (x->created != y->created)
        return x->created < y->created ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

dd_status
dd_sample_make(dd_sample *self, const dd_funnel *truth, dd_error *err)
{
    const dd_sample_truth *sample = &truth->sample;
    dd_status status;

    memset(self, 0, sizeof(*self));
    self->truth = truth;
    status = check_truth(truth, err);
    for (size_t r = 0; r < sample->n_reps && status == DD_OK; r++)
        for (uint32_t week = 0; status == DD_OK; week++) {
            if (sample->from + (int64_t) DAYS_PER_WEEK * week > sample->to)
                break;
            status = add_week(self, r, week, err);
        }
    if (status == DD_OK && self->n_deals > 1)
        qsort(self->deals, self->n_deals, sizeof(*self->deals), compare_deals);
    if (status)
        dd_sample_free(self);
    return status;
}

void
dd_sample_free(dd_sample *self)
{
    free(self->deals);
    free(self->entries);
    memset(self, 0, sizeof(*self));
}
