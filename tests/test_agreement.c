/* On real input: exact, cells, paths and the field agree at level 1 with fixed rates, and
 * with everything uncertain the printed MCSE is the spread over seeds. */
#include "company_files.h"

#include "answers/forecast/summary.h"
#include "engine/exact.h"
#include "engine/field/field.h"
#include "engine/paths/paths.h"
#include "dealdice/simulate.h"
#include "model/clock/clock.h"
#include "model/level/level.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <unistd.h>

#define DEMO "scenarios/demo/funnel.yaml"
#define FINES "../shared/data/traffic_fines.csv"
#define PERIODS 3
#define SEEDS 40
#define SCORES 4 /* of the mean, and of P(hit) at three amounts */

static void
open_company(company *self, const char *path, dd_day as_of, long trials)
{
    const dd_question_options options
        = { .period = "quarter", .periods = PERIODS, .trials = trials };

    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not here\n", path);
        skip();
    }
    company_read(self, path);
    company_learn(self, as_of, &options);
}

/* One period's law, and the chances of three amounts about its 20, 50 and 80 %. */
typedef struct {
    double mean, sd;
    int64_t amount[SCORES - 1];
    double chance[SCORES - 1];
} law;

static void
exact_laws(const company *self, law laws[PERIODS])
{
    static const double at[] = { 0.2, 0.5, 0.8 };
    dd_table_maker *maker;
    dd_rows rows;

    assert_int_equal(
        dd_rows_init(&rows, &self->model, &self->book, &self->question, NULL), DD_OK);
    assert_int_equal(
        dd_table_maker_new(&maker, &self->model, &rows, &self->question, NULL), DD_OK);
    for (size_t p = 0; p < PERIODS; p++) {
        dd_exact exact;
        assert_int_equal(dd_exact_total(&exact, &self->book, &rows,
                                        dd_table_maker_run(maker, 0), p, p, NULL),
                         DD_OK);
        laws[p].mean = exact.mean;
        laws[p].sd = exact.sd;
        for (int i = 0; i < SCORES - 1; i++) {
            laws[p].amount[i] = (int64_t) dd_exact_quantile(&exact, at[i]) + 1;
            laws[p].chance[i] = dd_exact_reach(&exact, laws[p].amount[i]);
        }
        dd_exact_free(&exact);
    }
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
}

static void
score(const int64_t *bookings, size_t trials, const law *of, double z[SCORES][SEEDS],
      int seed)
{
    double root = sqrt((double) trials);
    dd_ranking ranking;

    assert_int_equal(dd_ranking_init(&ranking, bookings, trials, 1, NULL), DD_OK);
    z[0][seed] = (dd_summary_of(&ranking).mean - of->mean) / of->sd * root;
    for (int i = 0; i < SCORES - 1; i++) {
        double chance = of->chance[i];
        z[i + 1][seed] = (dd_summary_reach(&ranking, of->amount[i]) - chance)
                         / sqrt(chance * (1 - chance)) * root;
    }
    dd_ranking_free(&ranking);
}

/* Bounds that one in a hundred thousand samples of 40 misses: the mean; the mean square,
 * chi-squared over 40; Kolmogorov & Smirnov's distance, 2.47/(40^.5 + .12 + .11/40^.5). */
static void
assert_standard_normal(double *z, const char *who, size_t period, int which)
{
    double sum = 0, squares = 0, distance = 0;

    gsl_sort(z, 1, SEEDS);
    for (int i = 0; i < SEEDS; i++) {
        double below = gsl_cdf_ugaussian_P(z[i]);
        sum += z[i];
        squares += z[i] * z[i];
        distance = fmax(distance, fmax(below - i / (double) SEEDS,
                                       (i + 1) / (double) SEEDS - below));
    }
    print_message("%s, period %zu, score %d: mean %+.2f, mean square %.2f, distance "
                  "%.2f\n",
                  who, period, which, sum / SEEDS, squares / SEEDS, distance);
    assert_close(sum / SEEDS, 0, 4.42 / sqrt(SEEDS));
    assert_close(squares / SEEDS, (0.30 + 2.31) / 2, (2.31 - 0.30) / 2);
    assert_true(distance < 0.382);
}

typedef dd_status simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                           const dd_question *question, dd_error *err);

/* Quarters of which one month brings nearly nothing, the next three times as much. */
static void
set_season(company *self)
{
    dd_season *season = &self->model.clock->coming;
    season->runs = 1;
    for (int m = 0; m < 12; m++)
        season->month[m] = m % 3 == 0 ? 0.05 : m % 3 == 1 ? 2.9 : 0.05;
}

static void
assert_agrees(simulate *play, const char *who, const char *path, dd_day as_of,
              long trials, int seasonal)
{
    static double z[PERIODS][SCORES][SEEDS];
    law laws[PERIODS];
    company c;

    open_company(&c, path, as_of, trials);
    c.question.rates_fixed = c.question.level_off = 1;
    if (seasonal)
        set_season(&c);
    exact_laws(&c, laws);
    for (int seed = 0; seed < SEEDS; seed++) {
        dd_outcomes out;
        c.question.seed = 500 + (uint64_t) seed;
        assert_int_equal(play(&out, &c.model, &c.book, &c.question, NULL), DD_OK);
        for (size_t p = 0; p < PERIODS; p++)
            score(out.bookings + p * out.trials, out.trials, &laws[p], z[p], seed);
        dd_outcomes_free(&out);
    }
    for (size_t p = 0; p < PERIODS; p++)
        for (int i = 0; i < SCORES; i++)
            assert_standard_normal(z[p][i], who, p, i);
    company_free(&c);
}

/* A field without limits: reps bring half of what comes, leave after half a year on
 * average and are replaced at once, their deals handed over whole. Nothing of it changes
 * what is won. */
static dd_status
play_field(dd_outcomes *self, const dd_model *model, const dd_book *book,
           const dd_question *question, dd_error *err)
{
    static const double from[] = { 0 }, rate[] = { 1.0 / 6 };
    dd_crew_rep rep[3];
    int32_t *of_deal = malloc((book->n + 1) * sizeof *of_deal);
    dd_status status;
    dd_crew crew;

    assert_non_null(of_deal);
    dd_crew_init(&crew);
    for (size_t r = 0; r < 3; r++)
        rep[r] = (dd_crew_rep){ .key = dd_hash((const char *) &r, sizeof r),
                                .starts = -200,
                                .leaves = (double) INFINITY,
                                .heir = -1 };
    for (size_t i = 0; i < book->n; i++)
        of_deal[i] = (int32_t) (i % 4) - 1;
    crew.n = 3;
    crew.rep = rep;
    crew.of_deal = of_deal;
    crew.market = 0.5;
    crew.rules.n_attrition = 1;
    crew.rules.attrition_from = from;
    crew.rules.attrition = rate;
    crew.rules.refill_days = 0;
    status = dd_field_simulate(self, NULL, model, book, question, &crew, err);
    free(of_deal);
    return status;
}

static void
cells_agree_with_exact_on_the_demo(void **state)
{
    (void) state;
    assert_agrees(dd_simulate, "cells", DEMO, DD_NO_DAY, 1024, 0);
}

static void
paths_agree_with_exact_on_the_demo(void **state)
{
    (void) state;
    assert_agrees(dd_paths_simulate, "paths", DEMO, DD_NO_DAY, 128, 0);
}

static void
a_field_without_limits_agrees_with_exact_on_the_demo(void **state)
{
    (void) state;
    assert_agrees(play_field, "field", DEMO, DD_NO_DAY, 128, 0);
}

/* 13 878: 2007-12-31. */
static void
cells_agree_with_exact_on_public_data(void **state)
{
    (void) state;
    assert_agrees(dd_simulate, "cells", FINES, 13878, 256, 0);
}

static void
paths_agree_with_exact_on_public_data(void **state)
{
    (void) state;
    assert_agrees(dd_paths_simulate, "paths", FINES, 13878, 24, 0);
}

static void
a_field_without_limits_agrees_with_exact_on_public_data(void **state)
{
    (void) state;
    assert_agrees(play_field, "field", FINES, 13878, 24, 0);
}

/* Cells weigh the days on which deals come, paths and the field wait for them. */
static void
with_a_season_all_agree(void **state)
{
    (void) state;
    assert_agrees(dd_simulate, "cells", DEMO, DD_NO_DAY, 256, 1);
    assert_agrees(dd_paths_simulate, "paths", DEMO, DD_NO_DAY, 96, 1);
    assert_agrees(play_field, "field", DEMO, DD_NO_DAY, 96, 1);
}

/* P(hit) of 100 seeds: the ratio of variances is chi-squared over 99, of which one in a
 * hundred thousand falls outside .49 ... 1.76 (in standard errors, .70 ... 1.33). */
static void
the_printed_mcse_is_the_spread_over_seeds(void **state)
{
    enum { MANY = 100 };
    double reach[PERIODS][MANY], mcse2[PERIODS] = { 0 };
    int64_t target[PERIODS];
    company c;

    (void) state;
    open_company(&c, DEMO, DD_NO_DAY, 1024);
    assert_int_equal(
        dd_model_fit_level(&c.model, &c.past, &c.funnel, &c.question.periods[0], NULL),
        DD_OK);
    for (int seed = 0; seed < MANY; seed++) {
        dd_outcomes out;
        c.question.seed = 900 + (uint64_t) seed;
        assert_int_equal(dd_simulate(&out, &c.model, &c.book, &c.question, NULL), DD_OK);
        for (size_t p = 0; p < PERIODS; p++) {
            dd_ranking ranking;
            assert_int_equal(dd_ranking_init(&ranking, out.bookings + p * out.trials,
                                             out.trials, 0, NULL),
                             DD_OK);
            if (seed == 0)
                target[p] = dd_summary_quantile(&ranking, 0.6);
            reach[p][seed] = dd_summary_reach(&ranking, target[p]);
            mcse2[p] += pow(dd_summary_reach_mcse(&ranking, target[p]), 2) / MANY;
            dd_ranking_free(&ranking);
        }
        dd_outcomes_free(&out);
    }
    for (size_t p = 0; p < PERIODS; p++) {
        double mean = 0, variance = 0;
        for (int i = 0; i < MANY; i++)
            mean += reach[p][i] / MANY;
        for (int i = 0; i < MANY; i++)
            variance += (reach[p][i] - mean) * (reach[p][i] - mean) / (MANY - 1);
        print_message("period %zu: P(hit) %.3f, spread over MCSE %.3f\n", p, mean,
                      sqrt(variance / mcse2[p]));
        assert_close(mean, 0.4, 0.1);
        assert_close(variance / mcse2[p], (0.49 + 1.76) / 2, (1.76 - 0.49) / 2);
    }
    company_free(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_agree_with_exact_on_the_demo),
        cmocka_unit_test(paths_agree_with_exact_on_the_demo),
        cmocka_unit_test(cells_agree_with_exact_on_public_data),
        cmocka_unit_test(paths_agree_with_exact_on_public_data),
        cmocka_unit_test(a_field_without_limits_agrees_with_exact_on_the_demo),
        cmocka_unit_test(a_field_without_limits_agrees_with_exact_on_public_data),
        cmocka_unit_test(with_a_season_all_agree),
        cmocka_unit_test(the_printed_mcse_is_the_spread_over_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
