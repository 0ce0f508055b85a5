#include "model/lever.h"
#include "dealdice/simulate.h"
#include "engine/paths/paths.h"
#include "engine/table_rows.h"
#include "model/amounts.h"
#include "model/effort.h"
#include "small_played.h"
#include "with_factors.h"

enum { CONTACT, NEEDS, PROPOSAL };

static const char *stage_names[] = { "Contact", "Needs", "Proposal" };

static const dd_change tenth = { DD_CHANGE_TIMES, 1.1 };

/* A scenario of one lever. */
static dd_scenario
scenario_of(dd_lever_kind kind, const char *stage, dd_change change)
{
    dd_scenario scenario;
    assert_int_equal(dd_scenario_init(&scenario, "one lever", NULL), DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, kind, NULL, stage, change, NULL), DD_OK);
    return scenario;
}

static dd_model
changed_by(const small_company *company, dd_lever_kind kind, const char *stage,
           dd_change change)
{
    dd_scenario scenario = scenario_of(kind, stage, change);
    dd_model changed;
    assert_int_equal(
        dd_model_apply(&changed, &company->model, &scenario, SMALL_AS_OF, NULL), DD_OK);
    dd_scenario_free(&scenario);
    return changed;
}

static dd_rates
mean_rates(const dd_model *model)
{
    dd_rates rates;
    assert_int_equal(dd_rates_init(&rates, &model->process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    return rates;
}

/* Two models' mean rates side by side. */
typedef struct {
    small_company company;
    dd_model changed;
    dd_rates before, after;
} pair;

static void
pair_make(pair *self, dd_lever_kind kind, const char *stage, dd_change change)
{
    small_init(&self->company, 3.0, 1024);
    self->changed = changed_by(&self->company, kind, stage, change);
    self->before = mean_rates(&self->company.model);
    self->after = mean_rates(&self->changed);
}

static void
pair_free(pair *self)
{
    dd_rates_free(&self->before);
    dd_rates_free(&self->after);
    dd_model_free(&self->changed);
    small_free(&self->company);
}

static void
assert_stage_as_before(const pair *self, size_t s)
{
    const dd_stage *a = &self->before.stage[s], *b = &self->after.stage[s];
    assert_int_equal(a->bands, b->bands);
    for (size_t i = 0; i < a->exits * a->bands; i++)
        assert_true(a->rate[i] == b->rate[i]);
    for (size_t i = 0; i <= a->bands; i++)
        assert_true(a->start[i] == b->start[i]);
}

/* ---- rates ---- */

static size_t
exit_to(const dd_stage *stage, int32_t to)
{
    size_t j = 0;
    while (j < stage->exits && stage->to[j] != to)
        j++;
    assert_true(j < stage->exits);
    return j;
}

/* Proposal: Won .52, back .07, Lost .36, never .05; .428 is left for the .48 of others. */
static void
a_step_rate_is_multiplied_and_all_else_shrinks_alike(void **state)
{
    static const int32_t others[] = { NEEDS, DD_LOST };
    double share[DD_MAX_EXITS], was[DD_MAX_EXITS], by, stuck = 1.0, was_stuck = 1.0;
    size_t won;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_STEP_RATE, "Proposal", tenth);
    dd_stage_shares(&p.before.stage[PROPOSAL], 0.0, was);
    dd_stage_shares(&p.after.stage[PROPOSAL], 0.0, share);
    won = exit_to(&p.before.stage[PROPOSAL], DD_WON);
    by = (1.0 - 1.1 * was[won]) / (1.0 - was[won]);
    assert_close(was[won], 0.52, 1e-3);
    assert_close(by, 0.428 / 0.48, 1e-3);
    assert_close(share[won], 1.1 * was[won], 1e-12);
    for (int i = 0; i < 2; i++) {
        size_t j = exit_to(&p.before.stage[PROPOSAL], others[i]);
        assert_close(share[j], by * was[j], 1e-12);
    }
    for (size_t j = 0; j < 3; j++) {
        stuck -= share[j];
        was_stuck -= was[j];
    }
    assert_close(stuck, by * was_stuck, 1e-12);
    assert_stage_as_before(&p, CONTACT);
    assert_stage_as_before(&p, NEEDS);
    pair_free(&p);
}

static void
points_add_and_a_bare_rate_sets(void **state)
{
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_STEP_RATE, "Needs", (dd_change){ DD_CHANGE_POINTS, -0.08 });
    assert_close(dd_step_rate(&p.after.stage[NEEDS], NEEDS),
                 dd_step_rate(&p.before.stage[NEEDS], NEEDS) - 0.08, 1e-12);
    pair_free(&p);
    pair_make(&p, DD_LEVER_STEP_RATE, "Needs", (dd_change){ DD_CHANGE_TO, 0.613 });
    assert_close(dd_step_rate(&p.after.stage[NEEDS], NEEDS), 0.613, 1e-12);
    pair_free(&p);
}

/* Each stage is left by a step back somewhere, so that p_S stands on both sides. */
static void
a_win_rate_is_what_was_asked_with_loops_back_to_the_stage(void **state)
{
    static const dd_change changes[] = { { DD_CHANGE_TIMES, 1.1 },
                                         { DD_CHANGE_POINTS, 0.02 },
                                         { DD_CHANGE_TO, 0.31 },
                                         { DD_CHANGE_TIMES, 0.9 } };

    (void) state;
    for (size_t s = 0; s < 3; s++)
        for (size_t c = 0; c < 4; c++) {
            pair p;
            pair_make(&p, DD_LEVER_WIN_RATE, stage_names[s], changes[c]);
            assert_close(p.after.p_ever[s],
                         dd_change_apply(&changes[c], p.before.p_ever[s]), 1e-9);
            for (size_t other = 0; other < 3; other++)
                if (other != s)
                    assert_stage_as_before(&p, other);
            pair_free(&p);
        }
}

/* What a win rate moves between exits keeps their order of time. */
static void
a_win_rate_leaves_the_law_of_each_exit_alone(void **state)
{
    double was[DD_MAX_EXITS], share[DD_MAX_EXITS];
    const dd_stage *a, *b;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_WIN_RATE, "Needs", (dd_change){ DD_CHANGE_TIMES, 1.23 });
    a = &p.before.stage[NEEDS];
    b = &p.after.stage[NEEDS];
    dd_stage_shares(a, 0.0, was);
    dd_stage_shares(b, 0.0, share);
    for (size_t j = 0; j < a->exits; j++)
        for (size_t i = 1; i <= a->bands; i++)
            assert_close(dd_stage_incidence(b, j, a->start[i]) / share[j],
                         dd_stage_incidence(a, j, a->start[i]) / was[j], 1e-9);
    pair_free(&p);
}

static void
the_win_rate_of_all_multiplies_the_chance_from_creation(void **state)
{
    double p_contact, theta;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_WIN_RATE, NULL, tenth);
    p_contact = p.before.p_ever[CONTACT]; /* where all deals to come enter */
    assert_close(dd_chance_from_creation(&p.after), 1.1 * p_contact, 1e-12);
    theta = 1.1 * (1.0 - p_contact) / (1.0 - 1.1 * p_contact);
    assert_close(p.after.odds, theta, 1e-9);
    for (size_t s = 0; s < 3; s++)
        assert_stage_as_before(&p, s);
    pair_free(&p);
}

/* By hand: the mean of theta p / (1 - p + theta p) over the kinds of deals that arrive. */
static void
the_win_rate_of_all_holds_over_factors_too(void **state)
{
    odd_company odd;
    dd_model changed;
    dd_rates rates;
    double p, before = 0.0, after = 0.0;

    (void) state;
    odd_init(&odd, 3.0, 1024);
    changed = changed_by(&odd.company, DD_LEVER_WIN_RATE, NULL, tenth);
    rates = mean_rates(&changed);
    p = rates.p_ever[CONTACT];
    for (size_t i = 0; i < rates.process->factors.n_alike; i++) {
        double arrived = rates.process->factors.alike[i].arrived;
        before += arrived * dd_on_odds(p, rates.theta[i]);
        after += arrived * dd_on_odds(p, rates.odds * rates.theta[i]);
    }
    assert_true(rates.odds > 1.05);
    assert_close(after, 1.1 * before, 1e-9);
    dd_rates_free(&rates);
    dd_model_free(&changed);
    odd_free(&odd);
}

/* A tenth less remains of every stay, from any age on; who leaves by which exit stays. */
static void
the_cycle_scales_what_remains_of_a_stay_and_nothing_else(void **state)
{
    static const double ages[] = { 0.0, 3.7, 22.5, 91.0 }, days[] = { 0.8, 13.1, 64.0 };
    const double cycle = 0.9;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_CYCLE, NULL, (dd_change){ DD_CHANGE_TIMES, cycle });
    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; i < 4; i++) {
            double was[DD_MAX_EXITS], share[DD_MAX_EXITS];
            double age = dd_rates_age(&p.after, s, ages[i]);
            const dd_stage *a = &p.before.stage[s], *b = &p.after.stage[s];
            dd_stage_shares(a, ages[i], was);
            dd_stage_shares(b, age, share);
            for (size_t j = 0; j < a->exits; j++)
                assert_close(share[j], was[j], 1e-12);
            for (size_t k = 0; k < 3; k++)
                assert_close(dd_stage_survival(b, age + cycle * days[k])
                                 / dd_stage_survival(b, age),
                             dd_stage_survival(a, ages[i] + days[k])
                                 / dd_stage_survival(a, ages[i]),
                             1e-12);
            assert_close(dd_rates_ever(&p.after, s, ages[i]),
                         dd_rates_ever(&p.before, s, ages[i]), 1e-12);
        }
    pair_free(&p);
}

static void
a_stay_can_be_set_for_one_stage(void **state)
{
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_CYCLE, "Needs", (dd_change){ DD_CHANGE_TO, 11.0 });
    assert_close(dd_stage_mean_stay(&p.after.stage[NEEDS]), 11.0, 1e-9);
    assert_stage_as_before(&p, CONTACT);
    assert_stage_as_before(&p, PROPOSAL);
    pair_free(&p);
}

/* A constant hazard of .13 a day, whatever band it is told in. */
static void
the_mean_stay_of_those_who_leave_is_that_of_their_law(void **state)
{
    static const double start[] = { 0.0, 5.0, 900.0 }, rate[] = { 0.1, 0.1, 0.03, 0.03 };
    static const int32_t to[] = { DD_WON, DD_LOST };
    const dd_stage stage = { 2, start, 2, to, rate };

    (void) state;
    assert_close(dd_stage_mean_stay(&stage), 1.0 / 0.13, 1e-9);
}

/* +10 % upon +10 % is 1.21 times. */
static void
a_scenario_changes_what_it_is_built_on(void **state)
{
    small_company company;
    dd_scenario scenario = scenario_of(DD_LEVER_STEP_RATE, "Proposal", tenth);
    dd_model changed;
    dd_rates before, after;

    (void) state;
    small_init(&company, 3.0, 1024);
    scenario.layers = realloc(scenario.layers, 2 * sizeof *scenario.layers);
    assert_non_null(scenario.layers);
    scenario.layers[1] = (dd_scenario_layer){ .from = SMALL_AS_OF + 1 };
    scenario.n_layers = 2;
    assert_int_equal(
        dd_scenario_add(&scenario, DD_LEVER_STEP_RATE, NULL, "Proposal", tenth, NULL),
        DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, DD_LEVER_CYCLE, NULL, NULL,
                                     (dd_change){ DD_CHANGE_TIMES, 0.8 }, NULL),
                     DD_OK);
    assert_int_equal(
        dd_model_apply(&changed, &company.model, &scenario, SMALL_AS_OF, NULL), DD_OK);
    before = mean_rates(&company.model);
    after = mean_rates(&changed);
    assert_close(dd_step_rate(&after.stage[PROPOSAL], PROPOSAL),
                 1.21 * dd_step_rate(&before.stage[PROPOSAL], PROPOSAL), 1e-12);
    assert_close(dd_stage_mean_stay(&after.stage[CONTACT]),
                 0.8 * dd_stage_mean_stay(&before.stage[CONTACT]), 1e-9);
    dd_rates_free(&before);
    dd_rates_free(&after);
    dd_model_free(&changed);
    dd_scenario_free(&scenario);
    small_free(&company);
}

/* Though it is written first; and Contact is taken to what is asked of it once Proposal, on
 * which it rests, has been changed. */
static void
a_stage_s_own_word_holds_over_that_of_all(void **state)
{
    small_company company;
    dd_scenario scenario
        = scenario_of(DD_LEVER_CYCLE, "Needs", (dd_change){ DD_CHANGE_TIMES, 0.5 });
    dd_model changed;
    dd_rates rates;

    (void) state;
    small_init(&company, 3.0, 1024);
    assert_int_equal(dd_scenario_add(&scenario, DD_LEVER_CYCLE, NULL, NULL,
                                     (dd_change){ DD_CHANGE_TIMES, 0.8 }, NULL),
                     DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, DD_LEVER_WIN_RATE, NULL, "Contact",
                                     (dd_change){ DD_CHANGE_TO, 0.24 }, NULL),
                     DD_OK);
    assert_int_equal(
        dd_scenario_add(&scenario, DD_LEVER_STEP_RATE, NULL, "Proposal", tenth, NULL),
        DD_OK);
    assert_int_equal(
        dd_model_apply(&changed, &company.model, &scenario, SMALL_AS_OF, NULL), DD_OK);
    rates = mean_rates(&changed);
    assert_close(dd_rates_age(&rates, NEEDS, 10.0), 5.0, 1e-12);
    assert_close(dd_rates_age(&rates, CONTACT, 10.0), 8.0, 1e-12);
    assert_close(rates.p_ever[CONTACT], 0.24, 1e-9);
    dd_rates_free(&rates);
    dd_model_free(&changed);
    dd_scenario_free(&scenario);
    small_free(&company);
}

/* ---- outcomes ---- */

static double
mean_of(const int64_t *value, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double) value[i];
    return sum / (double) n;
}

/* Of a row's deals; whose age nobody knows is of any of its stage's ages. */
static double
ever_of_row(const dd_rates *rates, const dd_rows *rows, size_t r)
{
    size_t stage = (size_t) rows->stage[r];
    double ages[DD_STATIONARY_AGES], sum = 0.0;
    if (!isnan(rows->age_days[r]))
        return dd_rates_ever(rates, stage, rows->age_days[r]);
    dd_stationary_ages(&rates->stage[stage], ages);
    for (int k = 0; k < DD_STATIONARY_AGES; k++)
        sum += dd_rates_ever(rates, stage, ages[k]) / DD_STATIONARY_AGES;
    return sum;
}

/* The share of all open deals won by the last period, by rows, before and after: odds
 * exactly theta on each. */
static void
open_deals_take_the_odds_of_the_win_rate_of_all(void **state)
{
    dd_table_maker *maker[2];
    const dd_tables *tables[2];
    dd_rows rows;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_WIN_RATE, NULL, tenth);
    p.company.age_days[4] = p.company.age_days[11] = (double) NAN;
    assert_int_equal(dd_rows_init(&rows, &p.company.model, &p.company.book,
                                  &p.company.question, NULL),
                     DD_OK);
    for (int i = 0; i < 2; i++) {
        const dd_model *model = i ? &p.changed : &p.company.model;
        assert_int_equal(
            dd_table_maker_new(&maker[i], model, &rows, &p.company.question, NULL),
            DD_OK);
        tables[i] = dd_table_maker_run(maker[i], 0);
    }
    for (size_t r = 0; r < rows.n; r++) {
        double ever = ever_of_row(&p.before, &rows, r);
        for (size_t k = 0; k < SMALL_PERIODS; k++) {
            size_t i = r * SMALL_PERIODS + k;
            double win = -expm1(-tables[0]->hazard[i]), theta = p.after.odds;
            assert_close(-expm1(-tables[1]->hazard[i]),
                         theta * win / (1.0 - ever + theta * ever), 1e-9);
        }
    }
    dd_table_maker_free(maker[0]);
    dd_table_maker_free(maker[1]);
    dd_rows_free(&rows);
    pair_free(&p);
}

/* W(t / 0.8) of the base is W(t) of the changed: 31 days hold what 38.75 held. */
static void
a_shorter_cycle_brings_tomorrow_s_wins_today(void **state)
{
    const double cycle = 0.8;
    dd_table_maker *maker[2];
    const dd_tables *tables[2];
    dd_period later[SMALL_PERIODS];
    dd_question stretched;
    dd_rows rows[2];
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_CYCLE, NULL, (dd_change){ DD_CHANGE_TIMES, cycle });
    stretched = p.company.question;
    stretched.periods = later;
    for (size_t k = 0; k < SMALL_PERIODS; k++) { /* 32, 92, 180 days of 40, 115, 225 */
        static const dd_day days[] = { 40, 115, 225 };
        later[k] = p.company.period[k];
        later[k].end = SMALL_AS_OF + days[k];
        p.company.period[k].end = SMALL_AS_OF + (dd_day) lround(cycle * days[k]);
    }
    for (int i = 0; i < 2; i++) {
        const dd_question *question = i ? &p.company.question : &stretched;
        const dd_model *model = i ? &p.changed : &p.company.model;
        assert_int_equal(dd_rows_init(&rows[i], model, &p.company.book, question, NULL),
                         DD_OK);
        assert_int_equal(dd_table_maker_new(&maker[i], model, &rows[i], question, NULL),
                         DD_OK);
        tables[i] = dd_table_maker_run(maker[i], 0);
    }
    for (size_t i = 0; i < rows[0].n * SMALL_PERIODS; i++)
        assert_close(tables[1]->hazard[i], tables[0]->hazard[i], 2e-4);
    for (int i = 0; i < 2; i++) {
        dd_table_maker_free(maker[i]);
        dd_rows_free(&rows[i]);
    }
    pair_free(&p);
}

/* Spells one by one and curves read levers in two ways. */
static void
paths_and_cells_agree_under_levers(void **state)
{
    enum { TRIALS = 16384 };
    small_company company;
    dd_scenario scenario
        = scenario_of(DD_LEVER_CYCLE, NULL, (dd_change){ DD_CHANGE_TIMES, 0.7 });
    dd_model changed;
    dd_outcomes cells, paths;

    (void) state;
    small_init(&company, 3.0, TRIALS);
    assert_int_equal(
        dd_scenario_add(&scenario, DD_LEVER_STEP_RATE, NULL, "Needs", tenth, NULL),
        DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, DD_LEVER_WIN_RATE, NULL, NULL,
                                     (dd_change){ DD_CHANGE_TIMES, 0.8 }, NULL),
                     DD_OK);
    assert_int_equal(
        dd_model_apply(&changed, &company.model, &scenario, SMALL_AS_OF, NULL), DD_OK);
    cells = small_played(&company, &changed);
    assert_int_equal(
        dd_paths_simulate(&paths, &changed, &company.book, &company.question, NULL),
        DD_OK);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double a = 0.0, b = 0.0, squares = 0.0;
        for (size_t t = p * TRIALS; t < (p + 1) * TRIALS; t++) {
            a += (double) cells.wins[t] / TRIALS;
            b += (double) paths.wins[t] / TRIALS;
            squares += (double) (cells.wins[t] * cells.wins[t]) / TRIALS;
        }
        assert_close(a, b, 4.0 * sqrt(2.0 * (squares - a * a) / TRIALS));
    }
    dd_outcomes_free(&cells);
    dd_outcomes_free(&paths);
    dd_model_free(&changed);
    dd_scenario_free(&scenario);
    small_free(&company);
}

static void
the_deal_size_moves_amounts_and_no_win(void **state)
{
    small_company company;
    dd_model changed;
    dd_outcomes before, after;

    (void) state;
    small_init(&company, 3.0, 2048);
    company.question.level_off = 0;
    changed = changed_by(&company, DD_LEVER_DEAL_SIZE, NULL,
                         (dd_change){ DD_CHANGE_TIMES, 1.25 });
    before = small_played(&company, &company.model);
    after = small_played(&company, &changed);
    for (size_t i = 0; i < 2048 * SMALL_PERIODS; i++) {
        int64_t was = before.open[i] + before.new_[i],
                is = after.open[i] + after.new_[i];
        assert_int_equal(after.wins[i], before.wins[i]);
        assert_close((double) is, 1.25 * (double) was,
                     0.5 * (double) before.wins[i] * 2);
    }
    dd_outcomes_free(&before);
    dd_outcomes_free(&after);
    dd_model_free(&changed);
    small_free(&company);
}

/* 1 - (1 - W)^.85 of each open deal, .85 of arrivals that win at that level. */
static void
the_market_scales_the_levels_of_wins_and_of_arrivals(void **state)
{
    dd_table_maker *maker;
    const dd_tables *tables;
    dd_rows rows;
    pair p;

    (void) state;
    pair_make(&p, DD_LEVER_MARKET, NULL, (dd_change){ DD_CHANGE_TIMES, 0.85 });
    maker = small_maker(&rows, &p.changed, &p.company.book, &p.company.question);
    tables = dd_table_maker_run(maker, 0);
    for (int lane = 0; lane < DD_BLOCK; lane++) {
        assert_close(tables->level_wins[lane], 0.85, 1e-15);
        assert_close(tables->level_arrivals[lane], 0.85, 1e-15);
    }
    for (size_t s = 0; s < 3; s++)
        assert_stage_as_before(&p, s);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    pair_free(&p);
}

/* Visits are decided at twelve a rep and week. */
static void
visits_are_multiplied_or_set_where_they_are_decided(void **state)
{
    static const struct {
        dd_lever_kind kind;
        dd_change change;
        double visits;
    } cases[] = { { DD_LEVER_VISITS, { DD_CHANGE_TIMES, 1.25 }, 15.0 },
                  { DD_LEVER_LEADS, { DD_CHANGE_TIMES, 0.5 }, 6.0 },
                  { DD_LEVER_VISITS, { DD_CHANGE_TO, 14.5 }, 14.5 } };
    small_company company;

    (void) state;
    small_init(&company, 0.0, 1024);
    company.model.effort->per_rep_week = (dd_belief){ 1, 12.0, 12.0 };
    company.model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
    for (int i = 0; i < 3; i++) {
        dd_model changed = changed_by(&company, cases[i].kind, NULL, cases[i].change);
        assert_close(dd_effort_mean(changed.effort).per_rep_week, cases[i].visits,
                     1e-12);
        dd_model_free(&changed);
        assert_close(dd_effort_mean(company.model.effort).per_rep_week, 12.0, 0.0);
    }
    small_free(&company);
}

static void
visits_that_nobody_decides_cannot_be_set(void **state)
{
    small_company company;
    dd_scenario scenario
        = scenario_of(DD_LEVER_VISITS, NULL, (dd_change){ DD_CHANGE_TO, 14.0 });
    dd_model changed;
    dd_error err = { 0 };

    (void) state;
    small_init(&company, 3.0, 1024);
    company.model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
    assert_int_equal(
        dd_model_apply(&changed, &company.model, &scenario, SMALL_AS_OF, &err),
        DD_EDATA);
    assert_string_equal(err.items[0].wrong,
                        "the funnel does not decide how many visits are made");
    dd_error_free(&err);
    dd_scenario_free(&scenario);
    small_free(&company);
}

static int64_t
total_of(const dd_outcomes *outcomes, size_t trial)
{
    int64_t sum = 0;
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        sum += outcomes->bookings[p * outcomes->trials + trial];
    return sum;
}

static double
spread_of_difference(const dd_outcomes *a, const dd_outcomes *b)
{
    double sum = 0.0, squares = 0.0, n = (double) a->trials;
    for (size_t t = 0; t < a->trials; t++) {
        double d = (double) (total_of(a, t) - total_of(b, t));
        sum += d;
        squares += d * d;
    }
    return sqrt(squares / n - sum / n * (sum / n));
}

/* Deals to come follow visits that are decided. */
static void
the_error_of_a_small_lever_is_a_fifth_of_the_unpaired_one_at_most(void **state)
{
    static const struct {
        dd_lever_kind kind;
        const char *stage;
        double times;
    } levers[] = {
        { DD_LEVER_WIN_RATE, NULL, 1.01 },        { DD_LEVER_WIN_RATE, "Needs", 1.01 },
        { DD_LEVER_STEP_RATE, "Proposal", 1.01 }, { DD_LEVER_CYCLE, NULL, 0.99 },
        { DD_LEVER_DEAL_SIZE, NULL, 1.01 },       { DD_LEVER_MARKET, NULL, 1.01 },
        { DD_LEVER_VISITS, NULL, 1.01 }
    };

    (void) state;
    for (size_t k = 0; k < sizeof levers / sizeof *levers; k++) {
        small_company company;
        dd_model changed;
        dd_outcomes base, same, other;
        small_init(&company, 3.0, 4096);
        company.question.level_off = 0;
        company.model.effort->per_rep_week = (dd_belief){ 1, 23.0, 23.0 };
        company.model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
        changed = changed_by(&company, levers[k].kind, levers[k].stage,
                             (dd_change){ DD_CHANGE_TIMES, levers[k].times });
        base = small_played(&company, &company.model);
        same = small_played(&company, &changed);
        company.question.seed = 2;
        other = small_played(&company, &changed);
        assert_true(spread_of_difference(&same, &base)
                    < 0.2 * spread_of_difference(&other, &base));
        assert_true(mean_of(same.bookings, SMALL_PERIODS * 4096)
                    > mean_of(base.bookings, SMALL_PERIODS * 4096));
        dd_outcomes_free(&base);
        dd_outcomes_free(&same);
        dd_outcomes_free(&other);
        dd_model_free(&changed);
        small_free(&company);
    }
}

/* ---- refusals ---- */

static void
assert_refused(const dd_scenario *scenario, const char *wrong, const char *right)
{
    small_company company;
    dd_model changed;
    dd_error err = { 0 };

    small_init(&company, 3.0, 1024);
    assert_int_equal(
        dd_model_apply(&changed, &company.model, scenario, SMALL_AS_OF, &err), DD_EDATA);
    assert_int_equal(err.n, 1);
    assert_non_null(strstr(err.items[0].wrong, wrong));
    assert_string_equal(err.items[0].right, right);
    dd_error_free(&err);
    small_free(&company);
}

static void
refuse(dd_lever_kind kind, const char *pipeline, const char *stage, dd_change change,
       const char *wrong, const char *right)
{
    dd_scenario scenario;
    assert_int_equal(dd_scenario_init(&scenario, "wrong", NULL), DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, kind, pipeline, stage, change, NULL),
                     DD_OK);
    assert_refused(&scenario, wrong, right);
    dd_scenario_free(&scenario);
}

/* Shares as stated above the tests that change them: run before. */
static void
what_cannot_be_is_refused_with_what_could(void **state)
{
    (void) state;
    refuse(DD_LEVER_STEP_RATE, NULL, "Propsal", tenth, "unknown stage 'Propsal'",
           "Proposal");
    refuse(DD_LEVER_CYCLE, "Sale", "Needs", tenth, "unknown pipeline 'Sale'", "Sales");
    refuse(DD_LEVER_STEP_RATE, NULL, "Proposal", (dd_change){ DD_CHANGE_TIMES, 2.0 },
           "the step rate of 'Proposal' is 52.0 %: +100 % is more than can be",
           "at most +92.1%");
    refuse(DD_LEVER_STEP_RATE, NULL, "Proposal", (dd_change){ DD_CHANGE_POINTS, 0.5 },
           "+50 pp is more than can be", "at most +47.9pp");
    refuse(DD_LEVER_STEP_RATE, NULL, "Proposal", (dd_change){ DD_CHANGE_POINTS, -0.6 },
           "-60 pp is less than can be", "at least -52.0pp");
    refuse(DD_LEVER_WIN_RATE, NULL, NULL, (dd_change){ DD_CHANGE_TIMES, 7.0 },
           "the win rate of new deals is", "at most +437.0%");
    refuse(DD_LEVER_VISITS, NULL, NULL, tenth, "nothing tells what comes of a visit",
           "activities, or `effort:` in the funnel file");
}

/* By its own exits Contact can do no better than always go where deals win most. */
static void
a_win_rate_beyond_what_exits_can_bring_is_refused(void **state)
{
    small_company company;
    dd_stage_reach reach;
    dd_rates rates;
    double best;

    (void) state;
    small_init(&company, 3.0, 1024);
    rates = mean_rates(&company.model);
    reach = dd_stage_reach_of(rates.stage, 3, CONTACT);
    best = reach.most;
    assert_true(best > rates.p_ever[NEEDS] && best < rates.p_ever[PROPOSAL]);
    assert_true(reach.least > 0.0 && reach.least < rates.p_ever[CONTACT]);
    dd_stage_tilt(rates.stage, 3, CONTACT, dd_rates_own(&rates, CONTACT), 0.9999);
    dd_stages_ever(rates.stage, 3, DD_WON, rates.p_ever);
    assert_close(rates.p_ever[CONTACT], best, 1e-9);
    dd_rates_free(&rates);
    small_free(&company);
    refuse(DD_LEVER_WIN_RATE, NULL, "Contact", (dd_change){ DD_CHANGE_TO, best + 0.01 },
           "is more than can be", "at most 38.5%");
    refuse(DD_LEVER_WIN_RATE, NULL, "Contact",
           (dd_change){ DD_CHANGE_TO, reach.least - 0.01 }, "is less than can be",
           "at least 14.3%");
}

static void
levers_start_on_the_day_after_as_of(void **state)
{
    dd_scenario scenario = scenario_of(DD_LEVER_MARKET, NULL, tenth);

    (void) state;
    scenario.layers[0].from = SMALL_AS_OF;
    assert_refused(
        &scenario,
        "levers and rules cannot start on 2024-10-04: the past is known up to "
        "2024-10-04",
        "a day after as-of");
    dd_scenario_free(&scenario);
}

/* ---- single deals ---- */

static const char *ids[SMALL_DEALS];
static char id_room[SMALL_DEALS][24];

static void
name_deals(small_company *company)
{
    for (size_t i = 0; i < SMALL_DEALS; i++) {
        snprintf(id_room[i], sizeof id_room[i], "OPP-%zu", i);
        ids[i] = id_room[i];
    }
    company->book.id = ids;
}

static dd_scenario
deal_scenario(dd_deal_change change)
{
    dd_scenario scenario;
    assert_int_equal(dd_scenario_init(&scenario, "deals", NULL), DD_OK);
    scenario.layers[0].deals = calloc(1, sizeof change);
    assert_non_null(scenario.layers[0].deals);
    scenario.layers[0].deals[0] = change;
    scenario.layers[0].deals[0].id = strdup(change.id);
    scenario.layers[0].n_deals = 1;
    return scenario;
}

/* What the change makes of each trial's bookings by the end of period p. */
static void
play_deal(dd_deal_change change, int64_t *difference, dd_outcomes *after)
{
    small_company company;
    dd_scenario scenario = deal_scenario(change);
    dd_book book;
    dd_outcomes before;

    small_init(&company, 3.0, 4096);
    name_deals(&company);
    assert_int_equal(dd_book_apply(&book, &company.book, &scenario, SMALL_AS_OF, NULL),
                     DD_OK);
    before = small_played(&company, &company.model);
    assert_int_equal(dd_simulate(after, &company.model, &book, &company.question, NULL),
                     DD_OK);
    for (size_t i = 0; i < 4096 * SMALL_PERIODS; i++)
        difference[i] = after->bookings[i] - before.bookings[i];
    dd_outcomes_free(&before);
    dd_book_free(&book);
    dd_scenario_free(&scenario);
    small_free(&company);
}

static char opp_7[] = "OPP-7"; /* in Needs, 79.5 days old, of 97900 */

static int64_t differences[4096 * SMALL_PERIODS];

static void
a_deal_that_is_lost_takes_its_own_wins_alone(void **state)
{
    dd_outcomes after;
    size_t lower = 0;

    (void) state;
    play_deal((dd_deal_change){ .id = opp_7,
                                .fate = DD_DEAL_LOST,
                                .close = DD_NO_DAY,
                                .amount = DD_UNKNOWN_AMOUNT },
              differences, &after);
    for (size_t i = 0; i < 4096 * SMALL_PERIODS; i++) {
        assert_true(differences[i] == 0 || differences[i] == -97900);
        lower += differences[i] != 0;
    }
    assert_true(lower > 0);
    dd_outcomes_free(&after);
}

static void
a_deal_that_is_won_is_won_in_the_first_period_of_every_trial(void **state)
{
    dd_outcomes after;
    int64_t all;

    (void) state;
    play_deal((dd_deal_change){ .id = opp_7,
                                .fate = DD_DEAL_WON,
                                .close = DD_NO_DAY,
                                .amount = DD_UNKNOWN_AMOUNT },
              differences, &after);
    for (size_t t = 0; t < 4096; t++) {
        assert_true(differences[t] == 0 || differences[t] == 97900);
        all = differences[t] + differences[4096 + t] + differences[2 * 4096 + t];
        assert_true(all == 0 || all == 97900);
        assert_true(differences[4096 + t] <= 0 && differences[2 * 4096 + t] <= 0);
    }
    dd_outcomes_free(&after);
}

/* 80 % on the 40th day: nothing before, all of it in the second period. */
static void
a_deal_closes_on_its_day_with_its_chance(void **state)
{
    dd_outcomes after, without;
    static int64_t lost[4096 * SMALL_PERIODS];
    size_t won = 0;

    (void) state;
    play_deal((dd_deal_change){ .id = opp_7,
                                .win_rate = { DD_CHANGE_TO, 0.8 },
                                .close = SMALL_AS_OF + 40,
                                .amount = 2000000 },
              differences, &after);
    play_deal((dd_deal_change){ .id = opp_7,
                                .fate = DD_DEAL_LOST,
                                .close = DD_NO_DAY,
                                .amount = DD_UNKNOWN_AMOUNT },
              lost, &without);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        for (size_t t = 0; t < 4096; t++) {
            int64_t gain = after.bookings[p * 4096 + t] - without.bookings[p * 4096 + t];
            assert_true(gain == 0 || (p == 1 && gain == 2000000));
            won += gain > 0;
        }
    assert_close((double) won / 4096.0, 0.8, 4.0 * sqrt(0.16 / 4096.0));
    dd_outcomes_free(&after);
    dd_outcomes_free(&without);
}

/* Its curve keeps its shape: chances by each period's end all grow alike. */
static void
a_stated_chance_scales_the_curve_of_the_deal(void **state)
{
    small_company company;
    dd_scenario scenario = deal_scenario((dd_deal_change){
        .id = opp_7,
        .win_rate = { DD_CHANGE_TO, 0.45 },
        .close = DD_NO_DAY,
        .amount = DD_UNKNOWN_AMOUNT,
    });
    dd_book book[2];
    double win[2][SMALL_PERIODS], ever;
    dd_rates rates;

    (void) state;
    small_init(&company, 3.0, 1024);
    name_deals(&company);
    book[0] = company.book;
    assert_int_equal(
        dd_book_apply(&book[1], &company.book, &scenario, SMALL_AS_OF, NULL), DD_OK);
    for (int i = 0; i < 2; i++) {
        dd_table_maker *maker;
        const dd_tables *tables;
        dd_rows rows;
        maker = small_maker(&rows, &company.model, &book[i], &company.question);
        tables = dd_table_maker_run(maker, 0);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            win[i][p] = -expm1(-tables->hazard[rows.of_deal[7] * SMALL_PERIODS + p]);
        dd_table_maker_free(maker);
        dd_rows_free(&rows);
    }
    rates = mean_rates(&company.model);
    ever = dd_rates_ever(&rates, NEEDS, company.age_days[7]);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_close(win[1][p], 0.45 * win[0][p] / ever, 1e-9);
    dd_rates_free(&rates);
    dd_book_free(&book[1]);
    dd_scenario_free(&scenario);
    small_free(&company);
}

static void
a_deal_that_is_not_open_is_refused(void **state)
{
    static char wrong[] = "OPP-77", over[] = "OPP-7";
    small_company company;
    dd_scenario scenario[2]
        = { deal_scenario((dd_deal_change){ .id = wrong, .fate = DD_DEAL_LOST }),
            deal_scenario((dd_deal_change){ .id = over, .close = SMALL_AS_OF - 2 }) };
    static const char *const says[]
        = { "no open deal 'OPP-77'", "'OPP-7' cannot close on 2024-10-02: the past is "
                                     "known up to 2024-10-04" };
    static const char *const right[] = { "OPP-7", "a day after as-of" };

    (void) state;
    small_init(&company, 3.0, 1024);
    name_deals(&company);
    for (int i = 0; i < 2; i++) {
        dd_book book;
        dd_error err = { 0 };
        assert_int_equal(
            dd_book_apply(&book, &company.book, &scenario[i], SMALL_AS_OF, &err),
            DD_EDATA);
        assert_string_equal(err.items[0].wrong, says[i]);
        assert_string_equal(err.items[0].right, right[i]);
        dd_error_free(&err);
        dd_scenario_free(&scenario[i]);
    }
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_rate_is_multiplied_and_all_else_shrinks_alike),
        cmocka_unit_test(points_add_and_a_bare_rate_sets),
        cmocka_unit_test(a_win_rate_is_what_was_asked_with_loops_back_to_the_stage),
        cmocka_unit_test(a_win_rate_leaves_the_law_of_each_exit_alone),
        cmocka_unit_test(the_win_rate_of_all_multiplies_the_chance_from_creation),
        cmocka_unit_test(the_win_rate_of_all_holds_over_factors_too),
        cmocka_unit_test(the_cycle_scales_what_remains_of_a_stay_and_nothing_else),
        cmocka_unit_test(a_stay_can_be_set_for_one_stage),
        cmocka_unit_test(the_mean_stay_of_those_who_leave_is_that_of_their_law),
        cmocka_unit_test(a_scenario_changes_what_it_is_built_on),
        cmocka_unit_test(a_stage_s_own_word_holds_over_that_of_all),
        cmocka_unit_test(open_deals_take_the_odds_of_the_win_rate_of_all),
        cmocka_unit_test(a_shorter_cycle_brings_tomorrow_s_wins_today),
        cmocka_unit_test(paths_and_cells_agree_under_levers),
        cmocka_unit_test(the_deal_size_moves_amounts_and_no_win),
        cmocka_unit_test(the_market_scales_the_levels_of_wins_and_of_arrivals),
        cmocka_unit_test(visits_are_multiplied_or_set_where_they_are_decided),
        cmocka_unit_test(visits_that_nobody_decides_cannot_be_set),
        cmocka_unit_test(
            the_error_of_a_small_lever_is_a_fifth_of_the_unpaired_one_at_most),
        cmocka_unit_test(what_cannot_be_is_refused_with_what_could),
        cmocka_unit_test(a_win_rate_beyond_what_exits_can_bring_is_refused),
        cmocka_unit_test(levers_start_on_the_day_after_as_of),
        cmocka_unit_test(a_deal_that_is_lost_takes_its_own_wins_alone),
        cmocka_unit_test(a_deal_that_is_won_is_won_in_the_first_period_of_every_trial),
        cmocka_unit_test(a_deal_closes_on_its_day_with_its_chance),
        cmocka_unit_test(a_stated_chance_scales_the_curve_of_the_deal),
        cmocka_unit_test(a_deal_that_is_not_open_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
