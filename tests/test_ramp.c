/* How fast reps come up to speed: made-up teams of known habits. */
#include "base/rng.h"
#include "check.h"
#include "model/ramp.h"
#include "model/tenure.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#define AS_OF 20000
#define WATCHED 1100 /* days */
#define BEFORE 3000  /* days for which the team was there already */
#define SEATS 16
#define MOST_STAYS 2000

/* What a team is like. */
typedef struct {
    double leaves[3];   /* a month, in months 1 to 6, 7 to 12 and later */
    const double *ramp; /* n_ramp months, then 1 */
    size_t n_ramp;
    double per_day; /* deals of a whole rep on average */
    double differ;  /* reps' own rates: log sd */
    double growth;  /* log of the market a year */
} habits;

typedef struct {
    dd_past past;
    dd_rep reps[MOST_STAYS];
    char names[MOST_STAYS][8];
    dd_past_deal *deals;
    gsl_rng *rng;
} made_up;

static double
hazard_of(const habits *of, double months)
{
    return of->leaves[months < 6 ? 0 : months < 12 ? 1 : 2];
}

/* Day by day: an independent account of a hazard by months of tenure. */
static dd_day
last_day(made_up *self, const habits *of, dd_day start)
{
    for (dd_day day = start; day <= AS_OF; day++) {
        double h = hazard_of(of, (double) (day - start) / DD_MONTH_DAYS);
        if (gsl_rng_uniform(self->rng) < 1 - exp(-h / DD_MONTH_DAYS))
            return day;
    }
    return DD_NO_DAY;
}

static void
sell(made_up *self, const habits *of, const dd_rep *rep)
{
    double own = of->per_day * exp(gsl_ran_gaussian(self->rng, of->differ));
    dd_day end = rep->end == DD_NO_DAY ? AS_OF : rep->end;
    dd_day from = AS_OF - WATCHED + 1;

    for (dd_day day = rep->start > from ? rep->start : from; day <= end; day++) {
        size_t month = (size_t) ((double) (day - rep->start) / DD_MONTH_DAYS);
        double ramp = month < of->n_ramp ? of->ramp[month] : 1;
        double market = exp(of->growth * (double) (day - AS_OF) / 365.25);
        unsigned n = gsl_ran_poisson(self->rng, own * ramp * market);
        while (n-- > 0)
            self->deals[self->past.n_deals++]
                = (dd_past_deal){ .first_owner = rep->owner,
                                  .created = dd_day_end(day) - DD_SECONDS_PER_DAY / 2 };
    }
}

/* Each seat is taken again three weeks after it is left; stays that were over when the
 * history began are not in the file. */
static void
fill_seat(made_up *self, const habits *of)
{
    dd_day start
        = AS_OF - WATCHED - BEFORE + 1 + (dd_day) (gsl_rng_uniform(self->rng) * 200);

    while (start <= AS_OF) {
        dd_day end = last_day(self, of, start);
        size_t i = self->past.n_reps;
        if (end == DD_NO_DAY || end > AS_OF - WATCHED) {
            snprintf(self->names[i], sizeof self->names[i], "R%zu", i);
            self->reps[i] = (dd_rep){
                .name = self->names[i], .owner = (int32_t) i, .start = start, .end = end
            };
            self->past.n_reps++;
            if (of->per_day > 0)
                sell(self, of, &self->reps[i]);
        }
        if (end == DD_NO_DAY)
            return;
        start = end + 21;
    }
}

static void
make_up(made_up *self, const habits *of, uint64_t seed)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_TEST, 4711, 0);

    self->rng = dd_rng_gsl(&stream);
    self->deals = calloc(100000, sizeof *self->deals);
    assert_non_null(self->rng);
    assert_non_null(self->deals);
    self->past = (dd_past){ .as_of = AS_OF,
                            .starts = DD_NO_DAY,
                            .first_day = AS_OF - WATCHED + 1,
                            .reps = self->reps,
                            .deals = self->deals };
    for (int i = 0; i < SEATS; i++)
        fill_seat(self, of);
}

static void
made_up_free(made_up *self)
{
    gsl_rng_free(self->rng);
    free(self->deals);
}

static int
finds_a_ramp(const habits *of, uint64_t seed, dd_ramp *ramp)
{
    static made_up team;

    make_up(&team, of, seed);
    assert_int_equal(dd_ramp_fit(ramp, &team.past, NULL), DD_OK);
    made_up_free(&team);
    return ramp->is_known;
}

static void
where_new_reps_sell_like_old_ones_no_ramp_is_found(void **state)
{
    static const habits kinds[] = {
        { { 0.05, 0.03, 0.02 }, NULL, 0, 0.12, 0, 0 },
        { { 0.05, 0.03, 0.02 }, NULL, 0, 0.12, 0.4, 0.4 },
        { { 0.05, 0.03, 0.02 }, NULL, 0, 0.03, 0.4, -0.4 },
    };
    int found = 0;

    (void) state;
    for (size_t k = 0; k < 3; k++)
        for (uint64_t seed = 1; seed <= 60; seed++) {
            dd_ramp ramp;
            found += finds_a_ramp(&kinds[k], seed, &ramp);
        }
    assert_true(found <= 5); /* one in a hundred of 180; more than 5: one in 100 */
}

static void
a_ramp_is_found_and_near_what_is_true(void **state)
{
    static const double steps[] = { 0.1, 0.3, 0.5, 0.7, 0.9 };
    static const habits of = { { 0.05, 0.03, 0.02 }, steps, 5, 0.12, 0.4, 0.3 };
    double mean[8] = { 0 }, n = 0;

    (void) state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        dd_ramp ramp;
        if (!finds_a_ramp(&of, seed, &ramp))
            continue;
        n++;
        for (size_t m = 0; m < 8; m++)
            mean[m] += m < ramp.n ? ramp.share[m] : 1;
    }
    assert_true(n >= 38);
    for (size_t m = 0; m < 8; m++)
        assert_close(mean[m] / n, m < 5 ? steps[m] : 1, 0.1);
}

/* A deal of somebody's last day is his; one of the day after says nothing of him. */
static void
deals_count_until_the_last_day(void **state)
{
    static const double steps[] = { 0.1, 0.3, 0.5, 0.7, 0.9 };
    static const habits of = { { 0.05, 0.03, 0.02 }, steps, 5, 0.12, 0.4, 0.3 };
    static made_up team;
    dd_ramp base, ramp;
    size_t n;

    (void) state;
    make_up(&team, &of, 7);
    n = team.past.n_deals;
    assert_int_equal(dd_ramp_fit(&base, &team.past, NULL), DD_OK);
    for (int after = 0; after < 2; after++) {
        team.past.n_deals = n;
        for (size_t i = 0; i < team.past.n_reps; i++)
            if (team.reps[i].end != DD_NO_DAY && team.reps[i].end < AS_OF)
                team.deals[team.past.n_deals++] = (dd_past_deal){
                    .first_owner = team.reps[i].owner,
                    .created = dd_day_end(team.reps[i].end + after) - 1,
                };
        assert_int_equal(dd_ramp_fit(&ramp, &team.past, NULL), DD_OK);
        assert_int_equal(ramp.evidence == base.evidence, after);
    }
    made_up_free(&team);
}

/* Seven days between two spans are one stay, eight are two. */
static void
spans_are_joined_to_the_day(void **state)
{
    static char name[] = "R";
    dd_rep reps[] = { { .name = name, .start = AS_OF - 900, .end = AS_OF - 500 },
                      { .name = name, .start = AS_OF - 493, .end = AS_OF } };
    dd_past past = { .as_of = AS_OF, .n_reps = 2, .reps = reps };

    (void) state;
    assert_true(dd_tenure_goes_on(&past, &reps[1]));
    assert_int_equal(dd_tenure_last_day(&past, &reps[0]), AS_OF);
    reps[1].start++;
    assert_false(dd_tenure_goes_on(&past, &reps[1]));
    assert_int_equal(dd_tenure_last_day(&past, &reps[0]), AS_OF - 500);
}

/* Four deals on every day on which one would come: they prove no more than that one. */
static void
deals_that_come_in_bunches_prove_no_ramp(void **state)
{
    static const habits of = { { 0.05, 0.03, 0.02 }, NULL, 0, 0.03, 0, 0 };
    static made_up team;
    int found = 0;

    (void) state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        dd_ramp ramp;
        make_up(&team, &of, seed);
        size_t n = team.past.n_deals;
        for (size_t i = 0; i < 3 * n; i++)
            team.deals[n + i] = team.deals[i % n];
        team.past.n_deals = 4 * n;
        assert_int_equal(dd_ramp_fit(&ramp, &team.past, NULL), DD_OK);
        found += ramp.is_known;
        made_up_free(&team);
    }
    assert_true(found <= 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_new_reps_sell_like_old_ones_no_ramp_is_found),
        cmocka_unit_test(a_ramp_is_found_and_near_what_is_true),
        cmocka_unit_test(deals_count_until_the_last_day),
        cmocka_unit_test(spans_are_joined_to_the_day),
        cmocka_unit_test(deals_that_come_in_bunches_prove_no_ramp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
