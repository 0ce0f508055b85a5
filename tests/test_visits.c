/* Visits that are decided, and what a target takes: against visits played one by one,
 * the negative binomial law, and the forecast itself. */
#include "answers/forecast/summary.h"
#include "dealdice/simulate.h"
#include "engine/effort/needed.h"
#include "engine/effort/needed_lane.h"
#include "engine/effort/needed_law.h"
#include "engine/paths/paths.h"
#include "engine/tables.h"
#include "model/effort.h"
#include "small_played.h"
#include "two_pipelines.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <sys/resource.h>

/* ---- decided visits in a forecast ---- */

static void
decide(small_company *company, double per_rep_week, double chance)
{
    dd_effort *effort = company->model.effort;
    effort->per_rep_week = (dd_belief){ 1, per_rep_week, per_rep_week };
    effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, chance };
}

/* The days of decided visits, as the tables of the first block say. */
static size_t
visit_days(const small_company *company, size_t *day, size_t most)
{
    dd_table_maker *maker;
    dd_rows rows;
    size_t n = 0;
    maker = small_maker(&rows, &company->model, &company->book, &company->question);
    const dd_visits *visits = &dd_table_maker_run(maker, 0)->visits;
    for (size_t w = 0; w < visits->days->n_weeks; w++) {
        size_t open[7], k = dd_visits_week(visits->days, w, open);
        for (size_t v = 0; k > 0 && v < visits->made[open[0]] && n < most; v++)
            day[n++] = open[v % k];
    }
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return n;
}

static size_t
period_at(const small_company *company, double day)
{
    size_t p = 0;
    while (p < SMALL_PERIODS && day > company->period[p].end - SMALL_AS_OF)
        p++;
    return p;
}

/* Wins per period in one future whose visits are made one by one. */
static void
play_visits(const small_company *company, const dd_risks *risks, const size_t *day,
            size_t n, double chance, gsl_rng *r, uint32_t trial, double *wins)
{
    for (size_t v = 0; v < n; v++) {
        dd_stream stream = dd_stream_make(3, DD_RNG_TEST, v, trial);
        double end, made = (double) day[v] + gsl_rng_uniform(r);
        size_t steps;
        if (gsl_rng_uniform(r) >= chance)
            continue;
        if (dd_path_play(risks, 0, 0.0, 180.0 - made, &stream, NULL, 0, &steps, &end)
            != DD_WON)
            continue;
        size_t p = period_at(company, made + end);
        if (p < SMALL_PERIODS)
            wins[p] += 1.0;
    }
}

static void
decided_visits_win_as_deals_played_one_by_one(void **state)
{
    enum { PLAYED = 6000, TRIALS = 32768 };
    small_company company;
    static dd_risks risks[3];
    dd_outcomes outcomes;
    dd_rates rates;
    size_t day[400], n;
    dd_stream stream = dd_stream_make(9, DD_RNG_TEST, 1, 1);
    gsl_rng *r = dd_rng_gsl(&stream);
    double sum[SMALL_PERIODS] = { 0 }, squares[SMALL_PERIODS] = { 0 };
    (void) state;

    small_init(&company, 0.0, TRIALS);
    company.book.n = 0;
    decide(&company, 12.0, 0.37);
    n = visit_days(&company, day, 400);
    assert_close((double) n, 129 * 2.4, 3); /* working days, whole visits a week */
    assert_int_equal(dd_rates_init(&rates, &company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    for (int32_t s = 0; s < 3; s++)
        dd_risks_make(&risks[s], &rates.stage[s], s);
    for (uint32_t t = 0; t < PLAYED; t++) {
        double wins[SMALL_PERIODS] = { 0 };
        play_visits(&company, risks, day, n, 0.37, r, t, wins);
        for (int p = 0; p < SMALL_PERIODS; p++) {
            sum[p] += wins[p];
            squares[p] += wins[p] * wins[p];
        }
    }
    assert_int_equal(
        dd_simulate(&outcomes, &company.model, &company.book, &company.question, NULL),
        DD_OK);
    for (int p = 0; p < SMALL_PERIODS; p++) {
        dd_ranking ranking;
        assert_int_equal(
            dd_ranking_init(&ranking, outcomes.wins + p * TRIALS, TRIALS, 1, NULL),
            DD_OK);
        dd_summary d = dd_summary_of(&ranking);
        double mean = sum[p] / PLAYED, variance = squares[p] / PLAYED - mean * mean;
        double error = sqrt(variance / PLAYED + d.mean_mcse * d.mean_mcse);
        assert_close(d.mean, mean, 4 * error);
        assert_close(d.sd * d.sd / variance, 1.0, 4 * sqrt((2.0 + 1.0 / mean) / PLAYED));
        dd_ranking_free(&ranking);
    }
    gsl_rng_free(r);
    dd_rates_free(&rates);
    dd_outcomes_free(&outcomes);
    small_free(&company);
}

/* Every visit an opportunity, every opportunity won at once: no luck is left. A Poisson
 * number of deals would not do this. */
static void
decided_visits_are_as_many_as_were_decided(void **state)
{
    enum { TRIALS = 256 };
    dd_stage_belief stage = { .stage = small_contact, .win_rate = { 1, 1, 1 } };
    static dd_pipeline one = { .name = "Sales", .n_stages = 1, .stages = small_stages };
    small_company company;
    dd_outcomes outcomes;
    dd_funnel funnel;
    size_t day[400];
    (void) state;

    small_init(&company, 0.0, TRIALS);
    dd_model_free(&company.model);
    dd_funnel_init(&funnel);
    funnel.stages = &stage;
    funnel.n_stages = 1;
    funnel.deal_size = (dd_belief){ 1, 700, 700 };
    company.past.pipelines = &one;
    company.book.n = 0;
    assert_int_equal(dd_model_fit(&company.model, &company.past, &funnel, NULL, NULL),
                     DD_OK);
    decide(&company, 7.0, 1.0);
    size_t n = visit_days(&company, day, 400);
    assert_true(n > 170 && n < 190); /* 7 a week, 129 / 5 weeks */
    assert_int_equal(
        dd_simulate(&outcomes, &company.model, &company.book, &company.question, NULL),
        DD_OK);
    for (size_t t = 0; t < TRIALS; t++) {
        int64_t wins = 0, amount = 0;
        for (size_t p = 0; p < SMALL_PERIODS; p++) {
            wins += outcomes.wins[p * TRIALS + t];
            amount += outcomes.new_[p * TRIALS + t];
        }
        assert_int_equal(wins, n);
        assert_int_equal(amount, 700 * (int64_t) n);
    }
    dd_outcomes_free(&outcomes);
    small_free(&company);
}

/* Visits of one trial made one by one: each is for a pipeline by its share, becomes an
 * opportunity with r and is won with W, at this level with 1 - (1 - r W)^level. */
static void
play_for_pipelines(const dd_tables *tables, const size_t *day, size_t n, size_t lane,
                   const gsl_rng *r, double amount[SMALL_PERIODS])
{
    const dd_visits *visits = &tables->visits;
    memset(amount, 0, SMALL_PERIODS * sizeof *amount);
    for (size_t v = 0; v < n; v++) {
        double luck = gsl_rng_uniform(r), size = gsl_rng_uniform(r);
        size_t i = gsl_rng_uniform(r) >= visits->share[0], p = 0;
        const double *win
            = visits->win + (i * visits->days->days + day[v]) * SMALL_PERIODS;
        while (p < SMALL_PERIODS
               && luck >= 1.0
                              - pow(1.0 - visits->draw.opportunity_of_visit * win[p],
                                    tables->level_wins[lane]))
            p++;
        if (p < SMALL_PERIODS)
            amount[p] += round(dd_size_law_at(&tables->fresh_size[i], size));
    }
}

/* Means and variances of a column of futures against those of as many others. */
static void
assert_alike(const double *a, const double *b, size_t n)
{
    double mean[2] = { 0 }, variance[2] = { 0 }, fourth = 0.0;
    for (size_t t = 0; t < n; t++) {
        mean[0] += a[t] / (double) n;
        mean[1] += b[t] / (double) n;
    }
    for (size_t t = 0; t < n; t++) {
        variance[0] += pow(a[t] - mean[0], 2) / (double) n;
        variance[1] += pow(b[t] - mean[1], 2) / (double) n;
        fourth += pow(b[t] - mean[1], 4) / (double) n;
    }
    assert_true(variance[1] > 0.0);
    assert_close(mean[0], mean[1], 4 * sqrt((variance[0] + variance[1]) / (double) n));
    assert_close(variance[0], variance[1],
                 4 * sqrt(2.0 * (fourth - variance[1] * variance[1]) / (double) n));
}

/* brute[p * trials + t]: what visits made one by one bring in the futures that are asked
 * for, each under the very draw and level that it has there. */
static void
play_each_for_pipelines(const small_company *company, double *brute)
{
    dd_table_maker *maker;
    dd_rows rows;
    const dd_tables *tables = NULL;
    size_t trials = company->question.trials, day[400];
    size_t n = visit_days(company, day, 400);
    dd_stream stream = dd_stream_make(31, DD_RNG_TEST, 8, 1);
    gsl_rng *r = dd_rng_gsl(&stream);

    maker = small_maker(&rows, &company->model, &company->book, &company->question);
    for (size_t t = 0; t < trials; t++) {
        double amount[SMALL_PERIODS];
        size_t block = t / DD_BLOCK;
        if (t % (DD_BLOCK * DD_LANES) == 0)
            tables = dd_table_maker_run(maker, (uint32_t) block);
        play_for_pipelines(&tables[block % DD_LANES], day, n, t % DD_BLOCK, r, amount);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            brute[p * trials + t] = amount[p];
    }
    gsl_rng_free(r);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
}

/* One pipeline wins five times as much as the other, later and more seldom. */
static void
visits_are_made_for_each_pipeline_by_its_share(void **state)
{
    enum { TRIALS = 4096 };
    static double drawn[SMALL_PERIODS * TRIALS], brute[SMALL_PERIODS * TRIALS];
    small_company company;
    dd_outcomes outcomes;
    (void) state;

    small_init(&company, 1.0, TRIALS);
    two_pipelines_fit(&company, 2, 1.0, 0.0);
    company.book.n = 0;
    company.question.level_off = 0;
    decide(&company, 12.0, 0.62);
    company.model.effort->uncaused = 0.0;
    play_each_for_pipelines(&company, brute);
    assert_int_equal(
        dd_simulate(&outcomes, &company.model, &company.book, &company.question, NULL),
        DD_OK);
    for (size_t i = 0; i < SMALL_PERIODS * TRIALS; i++)
        drawn[i] = (double) outcomes.new_[i];
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_alike(drawn + p * TRIALS, brute + p * TRIALS, TRIALS);
    dd_outcomes_free(&outcomes);
    small_free(&company);
}

static int64_t
total_by(const dd_outcomes *outcomes, size_t period, size_t trial)
{
    int64_t sum = 0;
    for (size_t p = 0; p <= period; p++)
        sum += outcomes->bookings[p * outcomes->trials + trial];
    return sum;
}

static void
more_visits_never_lower_the_total_in_any_trial(void **state)
{
    enum { TRIALS = 2048 };
    static const double factor[] = { 1.0, 1.03, 1.1, 1.7, 4.0 };
    small_company company;
    dd_outcomes before, after;
    size_t more = 0;
    (void) state;

    small_init(&company, 2.0, TRIALS);
    company.question.level_off = company.question.rates_fixed = 0;
    decide(&company, 9.3, 0.21);
    for (size_t i = 0; i < 5; i++) {
        company.model.effort->factor = factor[i];
        assert_int_equal(
            dd_simulate(&after, &company.model, &company.book, &company.question, NULL),
            DD_OK);
        for (size_t t = 0; i > 0 && t < TRIALS; t++)
            for (size_t p = 0; p < SMALL_PERIODS; p++) {
                assert_true(total_by(&after, p, t) >= total_by(&before, p, t));
                more += total_by(&after, p, t) > total_by(&before, p, t);
            }
        if (i > 0)
            dd_outcomes_free(&before);
        before = after;
    }
    assert_true(more > TRIALS); /* and mostly it brings something */
    dd_outcomes_free(&before);
    small_free(&company);
}

/* The conditional mean knows the visits: over trials it averages to what they bring. */
static void
expectations_hold_what_visits_bring(void **state)
{
    enum { TRIALS = 16384 };
    (void) state;

    for (size_t pipelines = 1; pipelines <= 2; pipelines++) {
        small_company company;
        dd_outcomes outcomes;
        double expected = 0.0;
        dd_ranking ranking;
        small_init(&company, 1.0, TRIALS);
        two_pipelines_fit(&company, pipelines, 1.0, 40.0);
        company.question.level_off = company.question.rates_fixed = 0;
        decide(&company, 30.0, 0.5);
        assert_int_equal(dd_simulate(&outcomes, &company.model, &company.book,
                                     &company.question, NULL),
                         DD_OK);
        for (size_t t = 0; t < TRIALS; t++)
            expected += outcomes.expected[t] / TRIALS;
        assert_int_equal(dd_ranking_init(&ranking, outcomes.bookings, TRIALS, 0, NULL),
                         DD_OK);
        dd_summary d = dd_summary_of(&ranking);
        assert_true(d.mean_mcse > 0.0);
        assert_close(d.mean - (double) company.booked[0], expected, 4 * d.mean_mcse);
        dd_ranking_free(&ranking);
        dd_outcomes_free(&outcomes);
        small_free(&company);
    }
}

/* Found at some time of day 3 and won by day 8 of a curve that rises .07 a day: between
 * five days and six after, half of them each; on the last day between none and one. */
static void
a_visit_is_worth_the_curve_from_its_day_on(void **state)
{
    double weeks[9], begins[10], curve[12];
    size_t first[] = { 0, 9 };
    dd_effort_days days = { 9, 1, weeks, begins, 1, first };
    double end = 9.0;
    dd_visits visits;
    (void) state;

    for (int i = 0; i < 12; i++)
        curve[i] = 0.07 * i;
    for (int i = 0; i < 10; i++)
        begins[i] = i;
    assert_int_equal(dd_visits_init(&visits, &days, 1, NULL), DD_OK);
    dd_visits_set(&visits, 0, 0, 9, &(dd_fresh_curves){ curve, 11, 0 }, 0.5, &end, NULL);
    assert_close(visits.win[3], 0.07 * 5.5, 1e-12);
    assert_close(visits.win[8], 0.07 * 0.5, 1e-12);
    assert_close(dd_visits_hazard(&visits, 0, 3, 0, 0.3), -log1p(-0.3 * 0.07 * 5.5),
                 1e-12);
    assert_close(dd_visits_hazard_of_any(&visits, 3, 0, 0.3), -log1p(-0.15 * 0.07 * 5.5),
                 1e-12);
    assert_close(dd_visits_hazard(&visits, 0, 3, 0, 100.0), DD_SURE_HAZARD, 0);
    dd_visits_free(&visits);
}

/* ---- what a target takes ---- */

static void
plan_small(small_company *company, double lead_chance, double visit_chance)
{
    dd_effort *effort = company->model.effort;
    effort->planned = 1;
    effort->visit_of_lead = (dd_chance){ 0.0, -1.0, lead_chance };
    effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, visit_chance };
}

/* A company whose every opportunity is won at once with this chance. */
static void
at_once_company(small_company *company, double win_rate, size_t trials)
{
    static dd_pipeline one = { .name = "Sales", .n_stages = 1, .stages = small_stages };
    dd_stage_belief stage
        = { .stage = small_contact, .win_rate = { 1, win_rate, win_rate } };
    dd_funnel funnel;
    small_init(company, 0.0, trials);
    dd_model_free(&company->model);
    dd_funnel_init(&funnel);
    funnel.stages = &stage;
    funnel.n_stages = 1;
    funnel.deal_size = (dd_belief){ 1, 100000, 100000 };
    company->past.pipelines = &one;
    company->book.n = 0;
    company->booked[0] = 0;
    assert_int_equal(dd_model_fit(&company->model, &company->past, &funnel, NULL, NULL),
                     DD_OK);
}

/* P(N <= n) of the number of efforts until `deals` of chance q are won. */
static double
negative_binomial(int64_t n, int64_t deals, double q)
{
    return n < deals
               ? 0.0
               : gsl_cdf_negative_binomial_P((unsigned) (n - deals), q, (double) deals);
}

static void
assert_negative_binomial(const dd_needed *needed, dd_effort_unit unit, int64_t deals,
                         double q)
{
    static const double confidence[] = { 0.1, 0.5, 0.8, 0.9, 0.95, 0.99 };
    dd_ranking ranking;
    assert_int_equal(
        dd_ranking_init(&ranking, needed->need[unit], needed->trials, 1, NULL), DD_OK);
    for (int i = 0; i < 6; i++) {
        int64_t n = dd_summary_quantile(&ranking, confidence[i]);
        double error
            = 4 * sqrt(confidence[i] * (1 - confidence[i]) / (double) needed->trials);
        assert_true(negative_binomial(n, deals, q) >= confidence[i] - error);
        assert_true(negative_binomial(n - 1, deals, q) <= confidence[i] + error);
    }
    dd_ranking_free(&ranking);
}

/* The law itself, to the digit. */
static void
assert_law(const dd_need_law *law, int64_t deals, double q)
{
    assert_non_null(law->by);
    for (int64_t n = 0; n < (int64_t) law->n; n++)
        assert_close(dd_need_law_reach(law, n), negative_binomial(n, deals, q), 1e-11);
    int64_t n = dd_need_law_quantile(law, 0.8);
    assert_true(negative_binomial(n, deals, q) >= 0.8);
    assert_true(negative_binomial(n - 1, deals, q) < 0.8);
}

static void
without_a_window_the_need_is_negative_binomial_in_each_unit(void **state)
{
    small_company company;
    dd_needed needed;
    dd_goal goal = { 0, 22 * 100000 - 37, 0, 31 };
    (void) state;

    at_once_company(&company, 0.35, 32768);
    plan_small(&company, 0.23, 0.11);
    company.question.n_periods = 1;
    assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                    &company.question, &goal, NULL, NULL),
                     DD_OK);
    for (size_t t = 0; t < needed.trials; t++)
        assert_int_equal(needed.need[DD_IN_DEALS][t], 22);
    assert_negative_binomial(&needed, DD_IN_OPPORTUNITIES, 22, 0.35);
    assert_negative_binomial(&needed, DD_IN_VISITS, 22, 0.35 * 0.11);
    assert_negative_binomial(&needed, DD_IN_LEADS, 22, 0.35 * 0.11 * 0.23);
    assert_law(&needed.law[DD_IN_OPPORTUNITIES], 22, 0.35);
    assert_law(&needed.law[DD_IN_VISITS], 22, 0.35 * 0.11);
    assert_law(&needed.law[DD_IN_LEADS], 22, 0.35 * 0.11 * 0.23);
    dd_needed_free(&needed);
    small_free(&company);
}

/* Trials know a chance to within its binomial error. */
static void
assert_trials_follow_law(const dd_needed *needed, dd_effort_unit unit)
{
    static const double confidence[] = { 0.1, 0.5, 0.8, 0.95 };
    const dd_need_law *law = &needed->law[unit];
    assert_non_null(law->by);
    for (int i = 0; i < 4; i++) {
        int64_t n = dd_need_law_quantile(law, confidence[i]);
        double p = dd_need_law_reach(law, n), enough = 0.0;
        for (size_t t = 0; t < needed->trials; t++)
            enough += needed->need[unit][t] <= n;
        assert_true(p >= confidence[i]);
        assert_close(enough / (double) needed->trials, p,
                     4 * sqrt(p * (1 - p) / (double) needed->trials));
    }
}

/* Efforts on two days, which win with these chances: the first of a round on the first. */
static dd_need_law
law_of_two_days(double first, double second, int64_t wins)
{
    dd_effort_order *order = calloc(1, sizeof *order);
    dd_effort_line *line = calloc(1, sizeof *line);
    double chance[] = { first, second };
    dd_need_law law;
    assert_true(order && line);
    for (size_t i = 1; i < DD_EFFORT_ROUND; i++)
        order->day[i] = 1;
    line->order = order;
    line->chance = chance;
    assert_int_equal(dd_need_law_init(&law, line, wins, NULL), DD_OK);
    free(order);
    free(line);
    return law;
}

static void
a_law_takes_efforts_in_their_order(void **state)
{
    (void) state;
    dd_need_law law = law_of_two_days(0.5, 0.1, 1);
    assert_close(dd_need_law_reach(&law, 1), 0.5, 1e-12);
    assert_close(dd_need_law_reach(&law, 2), 1.0 - 0.5 * 0.9, 1e-12);
    assert_close(dd_need_law_reach(&law, 3), 1.0 - 0.5 * 0.81, 1e-12);
    dd_need_law_free(&law);
}

/* The 30 million efforts that are summed for one win leave more than 1e-12 where each wins
 * with less than 27.6 / 3e7 = 9.2e-7; 3000 wins in 10,000 efforts take 30 %. A law that is
 * not to be had takes no room for them: 240 MB. */
static void
a_law_too_long_to_be_summed_takes_no_room(void **state)
{
    struct rusage before, after;
    dd_need_law law;
    (void) state;

    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    assert_null(law_of_two_days(0.0, 9.1e-7, 1).by);
    assert_null(law_of_two_days(0.0, 0.0, 1).by);
    assert_null(law_of_two_days(0.0, 0.18, 3000).by);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(after.ru_maxrss - before.ru_maxrss < 60000); /* kB */

    law = law_of_two_days(0.0, 0.4, 3000);
    assert_non_null(law.by);
    dd_need_law_free(&law);
    law = law_of_two_days(0.0, 2.8e-5, 1);
    assert_close(dd_need_law_reach(&law, 100000), 1 - pow(1 - 2.8e-5, 100000 - 25),
                 1e-9);
    dd_need_law_free(&law);
}

/* Chances that differ from day to day, in this period and in a later one, where what is
 * won too early does not count. */
static void
falling_chances_have_a_law_that_trials_follow(void **state)
{
    (void) state;
    for (size_t period = 0; period < 2; period++) {
        small_company company;
        dd_needed needed;
        dd_goal goal = { period, DD_NO_TARGET, 7, 24 };
        small_init(&company, 0.0, 16384);
        company.book.n = 0;
        company.question.n_periods = period + 1;
        plan_small(&company, 0.3, 0.4);
        assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                        &company.question, &goal, NULL, NULL),
                         DD_OK);
        for (dd_effort_unit u = DD_IN_OPPORTUNITIES; u < DD_EFFORT_UNITS; u++)
            assert_trials_follow_law(&needed, u);
        dd_needed_free(&needed);
        small_free(&company);
    }
}

/* Where open deals, sizes or levels have their luck too, only trials tell. */
static void
luck_beside_that_of_efforts_leaves_it_to_trials(void **state)
{
    (void) state;
    for (int which = 0; which < 4; which++) {
        small_company company;
        dd_needed needed;
        dd_goal goal = { 0, which == 3 ? 900000 : DD_NO_TARGET, 7, 20 };
        small_init(&company, which == 2 ? 0.5 : 0.0, 256);
        company.book.n = which == 0 ? 1 : 0;
        company.question.level_off = which != 1;
        company.question.n_periods = 1;
        plan_small(&company, 0.3, 0.4);
        company.model.effort->uncaused = which == 2 ? 0.5 : 0.0;
        assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                        &company.question, &goal, NULL, NULL),
                         DD_OK);
        for (dd_effort_unit u = DD_IN_OPPORTUNITIES; u < DD_EFFORT_UNITS; u++)
            assert_null(needed.law[u].by);
        dd_needed_free(&needed);
        small_free(&company);
    }
}

/* One future by brute force: visit after visit of the documented order, each with a luck
 * of its own, under the very draw and level of the lane. */
static int64_t
brute_need(const dd_tables *tables, const uint32_t *order, size_t lane, int64_t has,
           int64_t want, double chance, const gsl_rng *r)
{
    const dd_visits *visits = &tables->visits;
    double level = tables->level_wins[lane];
    for (int64_t n = 0; n < 200000; n++) {
        size_t i = gsl_rng_uniform(r) >= visits->share[0];
        size_t day = i * visits->days->days + order[n % 4096];
        if (has >= want)
            return n;
        double by = chance * visits->win[day * visits->days->periods];
        double luck = gsl_rng_uniform(r);
        /* By Bernoulli's inequality most need no power. */
        if (luck < fmax(level, 1.0) * by && luck < 1.0 - pow(1.0 - by, level))
            has += llround(
                dd_size_law_at(&tables->fresh_size[i], gsl_rng_uniform_pos(r)));
    }
    return DD_NEVER;
}

static double
reversed(uint32_t i)
{
    double u = 0.0;
    for (double part = 0.5; i > 0; i >>= 1, part /= 2)
        u += part * (i & 1);
    return u;
}

/* Days in proportion to the weeks worked on them, by van der Corput's sequence. */
static void
brute_order(const dd_effort_days *days, size_t useful, uint32_t order[4096])
{
    double all = 0.0;
    for (size_t d = 0; d < useful; d++)
        all += days->weeks[d];
    for (uint32_t i = 0; i < 4096; i++) {
        double left = all * (reversed(i) + 0.5 / 4096);
        uint32_t d = 0;
        while (left >= days->weeks[d]) {
            left -= days->weeks[d];
            d++;
        }
        order[i] = d;
    }
}

/* Of every future of the question. */
static void
brute_needs(const small_company *company, const dd_goal *goal, int64_t *brute)
{
    size_t trials = company->question.trials;
    const dd_tables *tables = NULL;
    dd_table_maker *maker;
    dd_rows rows;
    uint32_t order[4096];
    dd_stream stream = dd_stream_make(77, DD_RNG_TEST, 5, 5);
    gsl_rng *r = dd_rng_gsl(&stream);

    maker = small_maker(&rows, &company->model, &company->book, &company->question);
    for (size_t t = 0; t < trials; t++) {
        size_t block = t / DD_BLOCK;
        if (t % (DD_BLOCK * DD_LANES) == 0)
            tables = dd_table_maker_run(maker, (uint32_t) block);
        if (t == 0)
            brute_order(tables->visits.days, goal->useful_days, order);
        brute[t] = brute_need(&tables[block % DD_LANES], order, t % DD_BLOCK,
                              company->booked[0], goal->amount, 0.4, r);
    }
    gsl_rng_free(r);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
}

/* Of one pipeline, and of two that differ. */
static void
falling_chances_level_and_draws_agree_with_brute_force(void **state)
{
    enum { TRIALS = 8192 };
    static const double confidence[] = { 0.2, 0.5, 0.8, 0.9 };
    static int64_t brute[TRIALS];
    (void) state;

    for (size_t pipelines = 1; pipelines <= 2; pipelines++) {
        dd_goal goal = { 0, pipelines == 1 ? 2400000 : 900000, 0, 24 };
        small_company company;
        dd_needed needed;
        dd_ranking one, two;
        small_init(&company, 0.0, TRIALS);
        if (pipelines == 2)
            two_pipelines_fit(&company, 2, 1.0, 0.0);
        company.book.n = 0;
        company.booked[0] = 130000;
        company.question.n_periods = 1;
        company.question.level_off = company.question.rates_fixed = 0;
        plan_small(&company, 0.3, 0.4);
        company.model.effort->uncaused = 0.0;
        assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                        &company.question, &goal, NULL, NULL),
                         DD_OK);
        brute_needs(&company, &goal, brute);
        assert_int_equal(
            dd_ranking_init(&one, needed.need[DD_IN_VISITS], TRIALS, 0, NULL), DD_OK);
        assert_int_equal(dd_ranking_init(&two, brute, TRIALS, 0, NULL), DD_OK);
        for (int i = 0; i < 4; i++) {
            int64_t n = dd_summary_quantile(&two, confidence[i]);
            double error = hypot(dd_summary_reach_mcse(&one, n + 1),
                                 dd_summary_reach_mcse(&two, n + 1));
            assert_true(error > 0.0 && error < 0.03);
            assert_close(dd_summary_reach(&one, n + 1), dd_summary_reach(&two, n + 1),
                         4 * error);
        }
        dd_ranking_free(&one);
        dd_ranking_free(&two);
        dd_needed_free(&needed);
        small_free(&company);
    }
}

static void
any_number_of_threads_needs_the_same(void **state)
{
    small_company company;
    dd_needed one, more;
    dd_goal goal = { 1, 9000000, 0, 60 };
    (void) state;

    small_init(&company, 2.0, 3000);
    company.question.level_off = company.question.rates_fixed = 0;
    company.question.n_periods = 2;
    plan_small(&company, 0.3, 0.4);
    assert_int_equal(dd_needed_play(&one, &company.model, &company.book,
                                    &company.question, &goal, NULL, NULL),
                     DD_OK);
    company.question.threads = 5;
    assert_int_equal(dd_needed_play(&more, &company.model, &company.book,
                                    &company.question, &goal, NULL, NULL),
                     DD_OK);
    for (int u = 0; u < DD_EFFORT_UNITS; u++)
        assert_memory_equal(one.need[u], more.need[u], 3000 * sizeof(int64_t));
    dd_needed_free(&one);
    dd_needed_free(&more);
    small_free(&company);
}

static void
a_target_that_is_met_takes_nothing_and_one_too_late_is_never_reached(void **state)
{
    small_company company;
    dd_needed needed;
    dd_goal met = { 0, 999999, 0, 20 }, late = { 0, 99999999, 0, 0 };
    (void) state;

    small_init(&company, 2.0, 300);
    company.question.n_periods = 1;
    plan_small(&company, 0.3, 0.4);
    assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                    &company.question, &met, NULL, NULL),
                     DD_OK);
    for (size_t t = 0; t < 300; t++)
        assert_int_equal(needed.need[DD_IN_LEADS][t], 0);
    dd_needed_free(&needed);
    assert_int_equal(dd_needed_play(&needed, &company.model, &company.book,
                                    &company.question, &late, NULL, NULL),
                     DD_OK);
    for (size_t t = 0; t < 300; t++)
        assert_int_equal(needed.need[DD_IN_OPPORTUNITIES][t], DD_NEVER);
    dd_needed_free(&needed);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decided_visits_win_as_deals_played_one_by_one),
        cmocka_unit_test(visits_are_made_for_each_pipeline_by_its_share),
        cmocka_unit_test(decided_visits_are_as_many_as_were_decided),
        cmocka_unit_test(more_visits_never_lower_the_total_in_any_trial),
        cmocka_unit_test(a_visit_is_worth_the_curve_from_its_day_on),
        cmocka_unit_test(expectations_hold_what_visits_bring),
        cmocka_unit_test(without_a_window_the_need_is_negative_binomial_in_each_unit),
        cmocka_unit_test(a_law_takes_efforts_in_their_order),
        cmocka_unit_test(a_law_too_long_to_be_summed_takes_no_room),
        cmocka_unit_test(falling_chances_have_a_law_that_trials_follow),
        cmocka_unit_test(luck_beside_that_of_efforts_leaves_it_to_trials),
        cmocka_unit_test(falling_chances_level_and_draws_agree_with_brute_force),
        cmocka_unit_test(any_number_of_threads_needs_the_same),
        cmocka_unit_test(
            a_target_that_is_met_takes_nothing_and_one_too_late_is_never_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
