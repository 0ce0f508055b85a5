/* How fast the past is forgotten: by plain windows and half-lives, chosen by what foretold. */
#include "check.h"

#include "base/rng.h"
#include "dealdice/model.h"
#include "model/curve/process.h"
#include "model/level/level.h"
#include "temp_file.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#define FIRST dd_day_from_civil(2023, 5, 1) /* a Monday */

/** A company whose market jumped. */
typedef struct {
    int days;             /* of its history */
    int jump;             /* the day on which it did */
    double before, after; /* deals a working day */
    double chance;        /* of winning on the day after */
    uint64_t seed;        /* 0: as many deals every working day */
} market;

static unsigned
deals_of(const market *self, int day, const gsl_rng *r)
{
    double per_day = day < self->jump ? self->before : self->after;
    if (day % 7 >= 5)
        return 0;
    return self->seed ? gsl_ran_poisson(r, per_day) : (unsigned) per_day;
}

/* Deals end on the day after they came. */
static void
write_market(const char *path, const market *self)
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_TEST, 3, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    FILE *file = fopen(path, "w");
    char came[16], ended[16];
    int n = 0;

    assert_non_null(file);
    assert_non_null(r);
    fputs("deal_id,stage,entered_at\n", file);
    for (int day = 0; day < self->days; day++)
        for (unsigned k = deals_of(self, day, r); k > 0; k--, n++) {
            fprintf(file, "%d,Offer,%s\n", n, dd_day_format(FIRST + day, came));
            if (day + 1 < self->days)
                fprintf(file, "%d,%s,%s\n", n,
                        gsl_rng_uniform(r) < self->chance ? "Won" : "Lost",
                        dd_day_format(FIRST + day + 1, ended));
        }
    gsl_rng_free(r);
    assert_int_equal(fclose(file), 0);
}

/** A model with all that it was learnt from. */
typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_model model;
    char *path;
} learnt;

static void
learn(learnt *self, const market *of, dd_period_kind kind)
{
    self->path = temp_file("");
    write_market(self->path, of);
    assert_int_equal(dd_funnel_read(&self->funnel, self->path, NULL, NULL), DD_OK);
    assert_int_equal(dd_history_read(&self->history, &self->funnel, NULL, NULL), DD_OK);
    dd_day last = FIRST + of->days - 1;
    dd_period period = dd_period_of(last + 1, kind, 1);
    assert_int_equal(dd_history_as_of(&self->past, &self->history, last, NULL, NULL),
                     DD_OK);
    assert_int_equal(dd_model_fit(&self->model, &self->past, &self->funnel, NULL, NULL),
                     DD_OK);
    assert_int_equal(
        dd_model_fit_level(&self->model, &self->past, &self->funnel, &period, NULL),
        DD_OK);
}

static void
forget(learnt *self)
{
    dd_model_free(&self->model);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
    temp_file_free(self->path);
}

/* Arrivals a week as all memories have it, each as far as it is trusted. */
static double
per_week(const learnt *self)
{
    const dd_arrivals *arrivals = &self->model.process[0].arrivals;
    double sum = 0.0;
    for (size_t m = 0; m < DD_MEMORIES; m++)
        sum += arrivals->memory_chance[m] * arrivals->shape[m] / arrivals->weeks[m];
    return sum;
}

/* The first of them, which counts where no other was tried, is the last 26 weeks. */
static void
memories_forget_all_at_once_or_by_half_lives(void **state)
{
    static const double plain[] = { 182, 91, 56, 28 };
    static const double half[] = { 14, 30, 61, 183, 730 };
    (void) state;
    assert_int_equal(DD_MEMORIES, 4 + 5);
    for (size_t m = 0; m < 4; m++) {
        assert_close(dd_memory_weight(m, plain[m] - 1), 1.0, 0.0);
        assert_close(dd_memory_weight(m, plain[m]), 0.0, 0.0);
    }
    for (size_t m = 0; m < 5; m++)
        assert_close(dd_memory_weight(4 + m, 2.5 * half[m]), exp2(-2.5), 1e-15);
}

/* Nobody comes on weekends, else seven a day: each fortnight up to as-of brings 70, of
 * which none is a surprise. Weeks to forecast have weeks to learn from. */
static void
short_windows_are_whole_weeks_back_from_as_of(void **state)
{
    static const market even = { .days = 398, .jump = 398, .before = 7, .chance = 0.5 };
    learnt by_month, by_week;

    (void) state;
    learn(&by_month, &even, DD_MONTH);
    learn(&by_week, &even, DD_WEEK);
    const dd_level_windows *near = &by_month.model.level->near;
    dd_day end = by_month.past.as_of;
    assert_int_equal(near->n, DD_MOST_WINDOWS);
    for (size_t k = near->n; k-- > 0;) {
        const dd_level_window *window = &near->window[k];
        assert_int_equal(window->days, 14);
        assert_int_equal(window->from + window->days, end);
        assert_close(window->arrivals, 70, 0.0);
        assert_close(window->expected_arrivals[2], 70 + 0.5 * 14 / 56, 1e-9);
        assert_close(window->expected_arrivals[3], 70 + 0.5 * 14 / 28, 1e-9);
        end = window->from;
    }
    assert_int_equal(by_week.model.level->near.n, 0);
    forget(&by_month);
    forget(&by_week);
}

/* Four deals a working day for a year and twelve for nine weeks: the last eight weeks are
 * the whole truth, half-lives still hold some of the year. By months alone, without plain
 * windows, 52 a week were seen. */
static void
a_jump_of_arrivals_has_been_followed_after_nine_weeks(void **state)
{
    market jumped
        = { .days = 427, .jump = 364, .before = 4, .after = 12, .chance = 0.5 };
    double mean = 0.0, trusted = 0.0;

    (void) state;
    for (jumped.seed = 1; jumped.seed <= 4; jumped.seed++) {
        learnt self;
        learn(&self, &jumped, DD_MONTH);
        mean += per_week(&self) / 4;
        for (size_t m = 2; m < 5;
             m++) /* eight and four weeks, half-life of a fortnight */
            trusted += self.model.level->memory_chance[m] / 4;
        forget(&self);
    }
    print_message("%.1f a week of 60, trust in short memories %.2f\n", mean, trusted);
    assert_close(mean, 60, 4);
    assert_true(trusted > 0.8);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memories_forget_all_at_once_or_by_half_lives),
        cmocka_unit_test(short_windows_are_whole_weeks_back_from_as_of),
        cmocka_unit_test(a_jump_of_arrivals_has_been_followed_after_nine_weeks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
