#include "answers/forecast/summary.h"
#include "engine/paths/paths.h"
#include "dealdice/simulate.h"
#include "model/curve/curve.h"
#include "small_company.h"

#include <gsl/gsl_statistics.h>

/* One stage of constant hazards: won .02, lost .03 a day, nobody stuck until day 5000. */
static const double plain_start[] = { 0, 5000 };
static const int32_t plain_to[] = { DD_WON, DD_LOST };
static const double plain_rate[] = { 0.02, 0.03 };
static const dd_stage plain = { 1, plain_start, 2, plain_to, plain_rate };

static dd_risks risks[3]; /* of the stages that a test plays */

static void
make_risks(const dd_stage *stages, int32_t n)
{
    for (int32_t s = 0; s < n; s++)
        dd_risks_make(&risks[s], &stages[s], s);
}

static int32_t
play(int32_t stage, double age, double horizon, uint32_t block, double *end)
{
    dd_stream stream = dd_stream_make(11, DD_RNG_TEST, 1, block);
    size_t n;

    return dd_path_play(risks, stage, age, horizon, &stream, NULL, 0, &n, end);
}

/* Closed form: won by t with .4 (1 - exp(-.05 t)), whatever the age. */
static void
constant_hazards_end_by_the_exponential_law(void **state)
{
    enum { N = 40000 };
    double won = 0, early = 0, expected = 0.4 * -expm1(-0.05 * 30), end;

    (void) state;
    make_risks(&plain, 1);
    for (uint32_t i = 0; i < N; i++)
        if (play(0, 120.0, 30.0, i, &end) == DD_WON) {
            won++;
            early += end <= 10;
        }
    assert_close(won / N, expected, 4 * sqrt(expected * (1 - expected) / N));
    expected = 0.4 * -expm1(-0.05 * 10);
    assert_close(early / N, expected, 4 * sqrt(expected * (1 - expected) / N));
}

static void
a_path_tells_its_steps_and_its_end(void **state)
{
    small_company company;
    dd_rates rates;
    size_t longest = 0;

    (void) state;
    small_init(&company, 1.0, 1);
    assert_int_equal(dd_rates_init(&rates, &company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    make_risks(rates.stage, 3);
    for (uint32_t i = 0; i < 2000; i++) {
        dd_stream stream = dd_stream_make(5, DD_RNG_TEST, 2, i);
        dd_step steps[40], few[2];
        size_t n, again;
        double end, end_again;
        int32_t exit = dd_path_play(risks, 0, 0, 200, &stream, steps, 40, &n, &end);
        assert_true(n <= 40);
        for (size_t k = 1; k < n; k++)
            assert_true(steps[k].day >= steps[k - 1].day && steps[k - 1].stage >= 0);
        if (exit == DD_STILL)
            assert_true(isinf(end) && (n == 0 || steps[n - 1].stage >= 0));
        else
            assert_true(end == steps[n - 1].day && steps[n - 1].stage == exit
                        && end <= 200);
        assert_int_equal(
            dd_path_play(risks, 0, 0, 200, &stream, few, 2, &again, &end_again), exit);
        assert_int_equal(again, n);
        longest = n > longest ? n : longest;
    }
    assert_true(longest > 3); /* steps back happen */
    dd_rates_free(&rates);
    small_free(&company);
}

/* A -> B -> A, both at once, never ends: it must return all the same. */
static void
an_endless_loop_of_moments_is_left(void **state)
{
    static const int32_t to_b[] = { 1 }, to_a[] = { 0 };
    static const double surely[] = { 1.0 };
    static const dd_stage loop[]
        = { { 0, NULL, 1, to_b, surely }, { 0, NULL, 1, to_a, surely } };
    double end;

    (void) state;
    make_risks(loop, 2);
    assert_int_equal(play(0, 0, 10, 1, &end), DD_STILL);
    assert_true(isinf(end));
}

/* P(won by t) of a deal of this stage and age by the renewal equation. */
static void
paths_follow_the_win_curve_through_loops_skips_and_ages(void **state)
{
    enum { N = 40000 };
    static const double age[] = { 0.0, 0.0, 25.0, 61.0 };
    static const int32_t stage[] = { 0, 2, 1, 0 };
    static const size_t day[] = { 20, 60, 180 };
    const dd_rates *lanes[DD_LANES];
    small_company company;
    dd_rates rates;
    dd_curve curve;

    (void) state;
    small_init(&company, 1.0, 1);
    assert_int_equal(dd_rates_init(&rates, &company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    make_risks(rates.stage, 3);
    for (int i = 0; i < DD_LANES; i++)
        lanes[i] = &rates;
    assert_int_equal(dd_curve_init(&curve, &company.model.process[0], 180, NULL), DD_OK);
    dd_curve_solve(&curve, lanes, DD_WON);
    for (int c = 0; c < 4; c++) {
        double chance[3 * DD_LANES], won[3] = { 0 }, end;
        dd_curve_residual(&curve, lanes, (size_t) stage[c], age[c], day, 3, chance);
        for (uint32_t i = 0; i < N; i++)
            if (play(stage[c], age[c], 180, i + 100000 * (uint32_t) c, &end) == DD_WON)
                for (int t = 0; t < 3; t++)
                    won[t] += end <= (double) day[t];
        for (int t = 0; t < 3; t++) {
            double p = chance[t * DD_LANES];
            assert_close(won[t] / N, p, 4 * sqrt(p * (1 - p) / N) + 1e-4);
        }
    }
    dd_curve_free(&curve);
    dd_rates_free(&rates);
    small_free(&company);
}

/* Deals of many ages and paces, a batch under each instruction set, one by one. */
static void
a_batch_plays_each_path_as_it_is_played_alone(void **state)
{
    enum { EACH = 37, STARTS = 9, ALL = EACH * STARTS };
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    small_company company;
    dd_rates rates;
    dd_paths paths;
    size_t moved = 0;

    (void) state;
    small_init(&company, 1.0, 1);
    assert_int_equal(dd_rates_init(&rates, &company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    make_risks(rates.stage, 3);
    assert_int_equal(dd_paths_init(&paths, 3, ALL, NULL), DD_OK);
    for (int k = 0; k < 3; k++) {
        if (dd_isa_choose(isa[k], NULL))
            continue;
        dd_paths_clear(&paths, risks, 5, DD_RNG_TEST);
        for (uint64_t i = 0; i < STARTS; i++) {
            dd_path_start start = { .item = 1000 + i * i,
                                    .first_trial = 3,
                                    .stage = (int32_t) i % 3,
                                    .age_days = i < 3 ? 0 : 7.7 * (double) i };
            dd_paths_add(&paths, &start, NULL, EACH);
        }
        dd_paths_play(&paths, 150.5);
        assert_int_equal(dd_isa_choose("baseline", NULL), DD_OK);
        for (uint64_t i = 0; i < ALL; i++) {
            uint64_t deal = i / EACH;
            dd_stream stream = dd_stream_make(5, DD_RNG_TEST, 1000 + deal * deal,
                                              3 + (uint32_t) (i % EACH));
            double end, age = deal < 3 ? 0 : 7.7 * (double) deal;
            dd_step steps[40];
            size_t n;
            int32_t exit = dd_path_play(risks, (int32_t) deal % 3, age, 150.5, &stream,
                                        steps, 40, &n, &end);
            if (exit == DD_STILL)
                assert_int_equal(paths.stage[i],
                                 n > 0 ? steps[n - 1].stage : (int32_t) deal % 3);
            else
                assert_true(paths.stage[i] == exit && paths.day[i] == end);
            moved += n;
        }
    }
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    assert_true(moved > ALL);
    dd_paths_free(&paths);
    dd_rates_free(&rates);
    small_free(&company);
}

typedef dd_status simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                           const dd_question *question, dd_error *err);

static dd_outcomes
outcomes_of(simulate *play_all, const small_company *company)
{
    dd_outcomes outcomes;

    assert_int_equal(
        play_all(&outcomes, &company->model, &company->book, &company->question, NULL),
        DD_OK);
    return outcomes;
}

/* Relative standard error of an sd, the root of (kurtosis - 1) / 4n: a column that is
 * mostly 0 has a large one. */
static double
sd_error(const int64_t *column, size_t n)
{
    double excess = gsl_stats_long_kurtosis((const long *) column, 1, n);

    return sqrt((excess + 2) / (4 * (double) n));
}

static dd_summary
summary_of(const int64_t *column, size_t n)
{
    dd_ranking ranking;
    dd_summary summary;

    assert_int_equal(dd_ranking_init(&ranking, column, n, 0, NULL), DD_OK);
    summary = dd_summary_of(&ranking);
    dd_ranking_free(&ranking);
    return summary;
}

/* Two independent columns within four standard errors of their difference. */
static void
assert_agree(const int64_t *a, const int64_t *b, size_t n)
{
    static const double quantile[] = { 0.1, 0.5, 0.9 };
    dd_ranking x, y;
    dd_summary of_x, of_y;

    assert_int_equal(dd_ranking_init(&x, a, n, 1, NULL), DD_OK);
    assert_int_equal(dd_ranking_init(&y, b, n, 1, NULL), DD_OK);
    of_x = dd_summary_of(&x);
    of_y = dd_summary_of(&y);
    assert_close(of_x.mean, of_y.mean, 4 * hypot(of_x.mean_mcse, of_y.mean_mcse));
    assert_close(of_x.sd / of_y.sd, 1, 4 * hypot(sd_error(a, n), sd_error(b, n)));
    for (int i = 0; i < 3; i++) {
        int64_t at = dd_summary_quantile(&x, quantile[i]);
        assert_close(
            dd_summary_reach(&y, at), dd_summary_reach(&x, at),
            4 * hypot(dd_summary_reach_mcse(&x, at), dd_summary_reach_mcse(&y, at)));
    }
    dd_ranking_free(&x);
    dd_ranking_free(&y);
}

static void
paths_agree_with_cells_at_level_one(void **state)
{
    enum { TRIALS = 8192 };
    small_company company;
    dd_outcomes cells, paths;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    cells = outcomes_of(dd_simulate, &company);
    paths = outcomes_of(dd_paths_simulate, &company);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        assert_agree(cells.open + p * TRIALS, paths.open + p * TRIALS, TRIALS);
        assert_agree(cells.new_ + p * TRIALS, paths.new_ + p * TRIALS, TRIALS);
        assert_agree(cells.wins + p * TRIALS, paths.wins + p * TRIALS, TRIALS);
        assert_agree(cells.bookings + p * TRIALS, paths.bookings + p * TRIALS, TRIALS);
    }
    dd_outcomes_free(&cells);
    dd_outcomes_free(&paths);
    small_free(&company);
}

/* Under a level hazards are quickened so that as much is won by the end of the last
 * period; single periods then agree nearly: 5 % of the mean, 25 % of the sd, where
 * nothing is known of the level and it jumps by the prior alone. */
static void
under_a_level_paths_win_as_much_as_cells_by_the_last_period(void **state)
{
    enum { TRIALS = 16384 };
    int64_t all_cells[TRIALS] = { 0 }, all_paths[TRIALS] = { 0 };
    small_company company;
    dd_outcomes cells, paths;
    dd_summary one, other;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    company.question.level_off = 0;
    cells = outcomes_of(dd_simulate, &company);
    company.question.seed = 2;
    paths = outcomes_of(dd_paths_simulate, &company);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        one = summary_of(cells.wins + p * TRIALS, TRIALS);
        other = summary_of(paths.wins + p * TRIALS, TRIALS);
        print_message("period %zu: wins %.3f and %.3f, sd %.3f and %.3f\n", p, one.mean,
                      other.mean, one.sd, other.sd);
        assert_close(other.mean / one.mean, 1, 0.05);
        assert_close(other.sd / one.sd, 1, 0.25);
        for (size_t i = 0; i < TRIALS; i++) {
            all_cells[i] += cells.wins[p * TRIALS + i];
            all_paths[i] += paths.wins[p * TRIALS + i];
        }
    }
    one = summary_of(all_cells, TRIALS);
    other = summary_of(all_paths, TRIALS);
    assert_close(other.mean, one.mean, 4 * hypot(one.mean_mcse, other.mean_mcse));
    assert_close(other.sd / one.sd, 1, 0.25);
    assert_true(one.sd > 1.3 * sqrt(one.mean)); /* the level does something */
    dd_outcomes_free(&cells);
    dd_outcomes_free(&paths);
    small_free(&company);
}

/* Twelve ages stand for an unknown one in cells, a draw a trial here. */
static void
an_unknown_age_is_drawn_as_in_cells(void **state)
{
    enum { TRIALS = 16384 };
    small_company company;
    dd_outcomes cells, paths;

    (void) state;
    small_init(&company, 0.0, TRIALS);
    company.book.n = 6;
    for (size_t i = 0; i < 6; i++)
        company.age_days[i] = (double) NAN;
    cells = outcomes_of(dd_simulate, &company);
    paths = outcomes_of(dd_paths_simulate, &company);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_agree(cells.wins + p * TRIALS, paths.wins + p * TRIALS, TRIALS);
    dd_outcomes_free(&cells);
    dd_outcomes_free(&paths);
    small_free(&company);
}

static void
any_number_of_threads_plays_the_same_paths(void **state)
{
    small_company company;
    dd_outcomes one, three;

    (void) state;
    small_init(&company, 4.0, 700);
    company.question.rates_fixed = 0;
    one = outcomes_of(dd_paths_simulate, &company);
    company.question.threads = 3;
    three = outcomes_of(dd_paths_simulate, &company);
    assert_memory_equal(one.bookings, three.bookings,
                        SMALL_PERIODS * 700 * sizeof *one.bookings);
    dd_outcomes_free(&three);
    company.question.seed = 2;
    three = outcomes_of(dd_paths_simulate, &company);
    assert_memory_not_equal(one.bookings, three.bookings,
                            SMALL_PERIODS * 700 * sizeof *one.bookings);
    dd_outcomes_free(&three);
    dd_outcomes_free(&one);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_hazards_end_by_the_exponential_law),
        cmocka_unit_test(a_path_tells_its_steps_and_its_end),
        cmocka_unit_test(an_endless_loop_of_moments_is_left),
        cmocka_unit_test(paths_follow_the_win_curve_through_loops_skips_and_ages),
        cmocka_unit_test(a_batch_plays_each_path_as_it_is_played_alone),
        cmocka_unit_test(paths_agree_with_cells_at_level_one),
        cmocka_unit_test(under_a_level_paths_win_as_much_as_cells_by_the_last_period),
        cmocka_unit_test(an_unknown_age_is_drawn_as_in_cells),
        cmocka_unit_test(any_number_of_threads_plays_the_same_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
