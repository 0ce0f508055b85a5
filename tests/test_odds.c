/* Factors on odds in the engine: Doob's transform against brute force, and exact, cells
 * and paths against one another. */
#include "check.h"

#include "answers/deals/deals_ends.h"
#include "dealdice/simulate.h"
#include "engine/exact.h"
#include "engine/paths/paths.h"
#include "model/rates.h"
#include "with_factors.h"

#include <string.h>

#define STAGES 3

/* ---- brute force: exits rewritten, the chain solved anew step by step ---- */

#define STEP 0.25 /* days */
#define STEPS 724

static double leaves[STAGES][4][STEPS + 1]; /* share that takes an exit within a step */

static void
cut_into_steps(const dd_stage *stages)
{
    for (int s = 0; s < STAGES; s++)
        for (size_t j = 0; j < stages[s].exits; j++)
            for (int m = 1; m <= STEPS; m++)
                leaves[s][j][m] = dd_stage_incidence(&stages[s], j, m * STEP)
                                  - dd_stage_incidence(&stages[s], j, (m - 1) * STEP);
}

/* Won by step n after entering, exits j of stage s multiplied by k[s][j]; who leaves
 * within a step does so at its middle, but within the first at its end. */
static void
solve_by_steps(const dd_stage *stages, double k[STAGES][4],
               double win[STAGES][STEPS + 1])
{
    memset(win, 0, STAGES * sizeof *win);
    for (int n = 1; n <= STEPS; n++)
        for (int s = 0; s < STAGES; s++)
            for (size_t j = 0; j < stages[s].exits; j++)
                for (int m = 1; m <= n; m++) {
                    int32_t to = stages[s].to[j];
                    double then
                        = to < 0 ? to == DD_WON
                                 : 0.5 * (win[to][n - m] + win[to][n - m + (m > 1)]);
                    win[s][n] += k[s][j] * leaves[s][j][m] * then;
                }
}

/* h_j / h_s, h = 1 - p + theta p: what Doob's transform multiplies shares by. */
static void
transform(const dd_stage *stages, const double *p, double theta, double k[STAGES][4])
{
    for (int s = 0; s < STAGES; s++)
        for (size_t j = 0; j < stages[s].exits; j++) {
            int32_t to = stages[s].to[j];
            double next = to >= 0 ? p[to] : to == DD_WON;
            k[s][j] = (1 - next + theta * next) / (1 - p[s] + theta * p[s]);
        }
}

/* Transformed chains of skips and loops: p by linear algebra has theta times the odds, and
 * the curve solved anew is theta W / (1 - p + theta p). */
static void
rewritten_exits_give_theta_times_the_odds_at_every_stage_and_time(void **state)
{
    static double base[STAGES][STEPS + 1], win[STAGES][STEPS + 1];
    const double theta[] = { 0.31, 2.385 };
    small_company company;
    dd_rates rates;

    (void) state;
    small_init(&company, 0, 128);
    assert_int_equal(dd_rates_init(&rates, &company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    cut_into_steps(rates.stage);
    for (int i = 0; i < 2; i++) {
        double one[STAGES][4], k[STAGES][4], share[STAGES][4], p[STAGES];
        dd_stage moved[STAGES];
        transform(rates.stage, rates.p_ever, 1.0, one);
        transform(rates.stage, rates.p_ever, theta[i], k);
        for (int s = 0; s < STAGES; s++) {
            dd_stage_shares(&rates.stage[s], 0.0, share[s]);
            for (size_t j = 0; j < rates.stage[s].exits; j++)
                share[s][j] *= k[s][j];
            moved[s] = rates.stage[s];
            moved[s].bands = 0;
            moved[s].rate = share[s];
        }
        dd_stages_ever(moved, STAGES, DD_WON, p);
        solve_by_steps(rates.stage, one, base);
        solve_by_steps(rates.stage, k, win);
        for (int s = 0; s < STAGES; s++) {
            double sum = 1 - rates.p_ever[s] + theta[i] * rates.p_ever[s];
            assert_close(p[s] / (1 - p[s]),
                         theta[i] * rates.p_ever[s] / (1 - rates.p_ever[s]), 1e-12);
            for (int n = 1; n <= STEPS; n++)
                assert_close(win[s][n], theta[i] * base[s][n] / sum, 1e-12);
        }
    }
    dd_rates_free(&rates);
    small_free(&company);
}

/* ---- the engine ---- */

static dd_table_maker *
make_tables(const odd_company *self, dd_rows *rows)
{
    const small_company *company = &self->company;
    dd_table_maker *maker;

    assert_int_equal(
        dd_rows_init(rows, &company->model, &company->book, &company->question, NULL),
        DD_OK);
    assert_int_equal(
        dd_table_maker_new(&maker, &company->model, rows, &company->question, NULL),
        DD_OK);
    return maker;
}

/* Deals of age 0 in each stage and with each owner, against the chain solved by steps:
 * of 0.25 days, and a row's age of half an hour, are all the difference. */
static void
tables_have_the_curves_of_rewritten_exits(void **state)
{
    static double win[STAGES][STEPS + 1];
    odd_company self;
    dd_rates rates;
    dd_rows rows;

    (void) state;
    odd_init(&self, 0, 128);
    for (size_t i = 0; i < SMALL_DEALS; i++)
        self.company.age_days[i] = 0.0;
    dd_table_maker *maker = make_tables(&self, &rows);
    const dd_tables *tables = dd_table_maker_run(maker, 0);
    assert_int_equal(dd_rates_init(&rates, &self.company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    cut_into_steps(rates.stage);
    for (size_t r = 0; r < rows.n; r++) {
        double k[STAGES][4];
        transform(rates.stage, rates.p_ever, dd_rates_theta(&rates, &rows.levels[r]), k);
        solve_by_steps(rates.stage, k, win);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            assert_close(-expm1(-tables[0].hazard[r * SMALL_PERIODS + p]),
                         win[rows.stage[r]][(int) (rows.end_days[p] / STEP)], 2e-3);
    }
    assert_true(rows.n > 12);
    dd_rates_free(&rates);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    odd_free(&self);
}

typedef dd_status simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                           const dd_question *question, dd_error *err);

static void
assert_agrees(simulate *play, odd_company *self, uint64_t seed)
{
    dd_rows rows;
    dd_outcomes out;
    dd_table_maker *maker = make_tables(self, &rows);
    const dd_tables *tables = dd_table_maker_run(maker, 0);
    const small_company *company = &self->company;

    self->company.question.seed = seed;
    assert_int_equal(
        play(&out, &company->model, &company->book, &company->question, NULL), DD_OK);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double sum = 0, root = sqrt((double) out.trials);
        int64_t hit = 0;
        dd_exact exact;
        assert_int_equal(
            dd_exact_total(&exact, &company->book, &rows, tables, p, p, NULL), DD_OK);
        int64_t target = (int64_t) dd_exact_quantile(&exact, 0.6) + 1;
        double reach = dd_exact_reach(&exact, target);
        for (size_t t = 0; t < out.trials; t++) {
            sum += (double) out.bookings[p * out.trials + t];
            hit += out.bookings[p * out.trials + t] >= target;
        }
        assert_close(sum / (double) out.trials, exact.mean, 4 * exact.sd / root);
        assert_close((double) hit / (double) out.trials, reach,
                     4 * sqrt(reach * (1 - reach)) / root);
        dd_exact_free(&exact);
    }
    dd_outcomes_free(&out);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
}

/* Two deals of unknown age among them. */
static void
exact_cells_and_paths_agree_on_a_book_with_factors(void **state)
{
    odd_company self;
    dd_factors *factors;

    (void) state;
    odd_init(&self, 2.3, 40000);
    /* lately the kinds that win most arrive, so that deals to come beat those learnt from */
    factors = &self.company.model.process[0].factors;
    for (size_t i = 0; i < factors->n_alike; i++)
        factors->alike[i].arrived = i % ODDS_OWNERS == 2 ? 0.5 : 0.0;
    self.company.age_days[4] = self.company.age_days[17] = (double) NAN;
    assert_agrees(dd_simulate, &self, 31);
    assert_agrees(dd_paths_simulate, &self, 32);
    odd_free(&self);
}

/* Without factors and levers nothing is moved, not even in the last bit; with them the
 * deals that the rates were learnt from keep their chance together, in every draw, and so
 * does the average deal to come when such deals come. */
static void
deals_that_the_rates_were_learnt_from_keep_their_chance_together(void **state)
{
    odd_company self;
    dd_rates rates;
    dd_levels none = { { -1, -1, -1, -1, -1 } };

    (void) state;
    odd_init(&self, 2.3, 128);
    const dd_factors *factors = &self.company.model.process[0].factors;
    assert_int_equal(dd_rates_init(&rates, &self.company.model.process[0], NULL), DD_OK);
    for (uint32_t block = 0; block < 20; block++) {
        double sum = 0, all = 0, p;
        dd_rates_draw(&rates, 7, block, 0);
        for (size_t i = 0; i < factors->n_alike; i++) {
            const dd_alike *alike = &factors->alike[i];
            double theta = dd_rates_theta(&rates, &alike->levels);
            assert_close(theta, rates.theta[i], 1e-12);
            sum += alike->deals * dd_on_odds(alike->chance, theta);
            all += alike->deals * alike->chance;
        }
        assert_close(sum, all, 1e-9);
        p = rates.p_ever[0];
        assert_close(dd_rates_fresh(&rates, 0) * p, p, 1e-9);
    }
    dd_rates_free(&rates);
    dd_factors_free(&self.company.model.process[0].factors);
    assert_int_equal(dd_rates_init(&rates, &self.company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    assert_true(dd_rates_theta(&rates, &none) == 1.0
                && dd_rates_fresh(&rates, 1) == 1.0);
    dd_rates_free(&rates);
    odd_free(&self);
}

/* An owner who joins leaves the draws of all others alone, but for the common odds. */
static void
a_new_owner_leaves_the_others_draws_alone(void **state)
{
    const double middle[] = { -0.2, 0.4, 0.1 };
    double two[2], three[3];
    dd_factors factors = { .n = 1 };

    (void) state;
    factors.factor[DD_BY_OWNER] = (dd_factor){ 3, 0.3, hand_levels(middle, 3, 0.5, 70) };
    dd_factors_draw(&factors, 5, 11, three);
    factors.factor[DD_BY_OWNER].n = 2;
    dd_factors_draw(&factors, 5, 11, two);
    assert_true(two[0] == three[0] && two[1] == three[1] && two[0] != middle[0]);
    dd_factors_free(&factors);
}

/* Posterior of even odds: mean of draws, and the share below a point. */
static void
draws_follow_their_posterior(void **state)
{
    enum { DRAWS = 4000 };
    const double middle[] = { 0.17 };
    double sum = 0, below = 0;
    dd_factors factors = { .n = 1 };

    (void) state;
    factors.factor[DD_BY_KIND] = (dd_factor){ 1, 0.3, hand_levels(middle, 1, 0.6, 3) };
    for (uint32_t block = 0; block < DRAWS; block++) {
        double at;
        dd_factors_draw(&factors, 23, block, &at);
        sum += at;
        below += at < -0.13;
    }
    assert_close(sum / DRAWS, 0.17, 4 * 0.6 / sqrt(3.0 * DRAWS));
    assert_close(below / DRAWS, 0.25, 4 * sqrt(0.25 * 0.75 / DRAWS));
    dd_factors_free(&factors);
}

/* A lever's odds move open deals, deals to come and both ends of the deals answer. */
static void
odds_of_a_lever_move_open_deals_and_deals_to_come(void **state)
{
    odd_company self;
    dd_rates rates;
    dd_levels levels = { { 1, 0, -1, -1, -1 } };
    double before, p;

    (void) state;
    odd_init(&self, 2.3, 128);
    assert_int_equal(dd_rates_init(&rates, &self.company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    before = dd_rates_theta(&rates, &levels);
    rates.odds = 1.7;
    assert_close(dd_rates_theta(&rates, &levels), 1.7 * before, 1e-12);
    p = rates.p_ever[0];
    for (size_t i = 0; i < (size_t) ODDS_OWNERS * ODDS_SEGMENTS; i++)
        rates.theta[i] = 1.0;
    assert_close(dd_rates_fresh(&rates, 0) * p, dd_on_odds(p, 1.7), 1e-12);
    dd_rates_free(&rates);
    odd_free(&self);
}

/* Won on theta times the odds; who is not won is lost in the same share as ever. */
static void
deals_end_won_on_their_odds_and_lost_in_the_rest(void **state)
{
    odd_company self;
    dd_deals_ends ends;
    dd_levels levels = { { 2, 0, -1, -1, -1 } };
    double won, lost, base_won, base_lost, theta;

    (void) state;
    odd_init(&self, 0, 128);
    assert_int_equal(dd_deals_ends_init(&ends, &self.company.model, NULL), DD_OK);
    dd_deals_ends_of(&ends, 0, 1, 12.5, NULL, &base_won, &base_lost);
    dd_deals_ends_of(&ends, 0, 1, 12.5, &levels, &won, &lost);
    theta = dd_rates_theta(&ends.rates[0], &levels);
    assert_true(theta > 2.0);
    assert_close(won / (1 - won), theta * base_won / (1 - base_won), 1e-12);
    assert_close(lost / (1 - won), base_lost / (1 - base_won), 1e-12);
    dd_deals_ends_free(&ends);
    odd_free(&self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            rewritten_exits_give_theta_times_the_odds_at_every_stage_and_time),
        cmocka_unit_test(tables_have_the_curves_of_rewritten_exits),
        cmocka_unit_test(exact_cells_and_paths_agree_on_a_book_with_factors),
        cmocka_unit_test(
            deals_that_the_rates_were_learnt_from_keep_their_chance_together),
        cmocka_unit_test(a_new_owner_leaves_the_others_draws_alone),
        cmocka_unit_test(draws_follow_their_posterior),
        cmocka_unit_test(odds_of_a_lever_move_open_deals_and_deals_to_come),
        cmocka_unit_test(deals_end_won_on_their_odds_and_lost_in_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
