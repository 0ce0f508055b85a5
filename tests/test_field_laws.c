/* Levers that start on a day to come, where reps are played. */
#include "base/isa.h"
#include "dealdice/simulate.h"
#include "engine/field/field.h"
#include "model/effort.h"
#include "model/rates.h"
#include "eventful.h"
#include "two_pipelines.h"
#include "with_factors.h"

#include <math.h>

#define REPS 3

/* ---- who plays ---- */

typedef struct {
    dd_crew crew;
    dd_crew_rep rep[REPS];
    int32_t of_deal[SMALL_DEALS + 1];
    double visits[6];
} team;

/* Nothing limits them; a half of new deals is their own. */
static void
team_init(team *self)
{
    dd_crew_init(&self->crew);
    for (size_t r = 0; r < REPS; r++)
        self->rep[r] = (dd_crew_rep){ .key = 41 + 3 * r,
                                      .starts = -500 - 17 * (double) r,
                                      .leaves = (double) INFINITY,
                                      .heir = -1 };
    for (int32_t i = 0; i <= SMALL_DEALS; i++)
        self->of_deal[i] = i % REPS;
    self->crew.n = REPS;
    self->crew.rep = self->rep;
    self->crew.of_deal = self->of_deal;
    self->crew.market = 0.5;
}

static dd_outcomes
play(const team *self, const small_company *company, const dd_model *model,
     dd_tally *tally)
{
    dd_outcomes outcomes;

    assert_int_equal(dd_field_simulate(&outcomes, tally, model, &company->book,
                                       &company->question, &self->crew, NULL),
                     DD_OK);
    return outcomes;
}

/* ---- scenarios ---- */

typedef struct {
    dd_lever_kind kind;
    const char *stage;
    double times;
    int after; /* days from as-of to the day before it starts */
} dated;

/* Each in a layer of its own. */
static dd_model
changed_by(const dd_model *model, const dated *levers, size_t n)
{
    dd_scenario scenario;
    dd_model changed;

    assert_int_equal(dd_scenario_init(&scenario, "later", NULL), DD_OK);
    free(scenario.layers);
    scenario.layers = calloc(n, sizeof *scenario.layers);
    assert_non_null(scenario.layers);
    for (size_t i = 0; i < n; i++) {
        scenario.n_layers = i + 1;
        scenario.layers[i].from = SMALL_AS_OF + levers[i].after + 1;
        assert_int_equal(
            dd_scenario_add(&scenario, levers[i].kind, NULL, levers[i].stage,
                            (dd_change){ DD_CHANGE_TIMES, levers[i].times }, NULL),
            DD_OK);
    }
    assert_int_equal(dd_model_apply(&changed, model, &scenario, SMALL_AS_OF, NULL),
                     DD_OK);
    dd_scenario_free(&scenario);
    return changed;
}

static void
assert_same(const dd_outcomes *a, const dd_outcomes *b)
{
    size_t bytes = a->trials * a->periods * sizeof *a->open;

    assert_memory_equal(a->open, b->open, bytes);
    assert_memory_equal(a->new_, b->new_, bytes);
    assert_memory_equal(a->wins, b->wins, bytes);
}

/* ---- against the law itself ---- */

static void
moments(const int64_t *x, size_t n, double *mean, double *var)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double) x[i];
    *mean = sum / (double) n;
    for (size_t i = 0; i < n; i++)
        squares += ((double) x[i] - *mean) * ((double) x[i] - *mean);
    *var = squares / (double) (n - 1) / (double) n;
}

/* @return |z| of the means */
static double
apart(const int64_t *a, size_t n, const int64_t *b, size_t m)
{
    double mean[2], var[2];

    moments(a, n, &mean[0], &var[0]);
    moments(b, m, &mean[1], &var[1]);
    return fabs(mean[0] - mean[1]) / sqrt(var[0] + var[1] + 1e-12);
}

/* Chance that the bookings of a period exceed what cells take for the median. */
static double
hits_apart(const dd_outcomes *a, const dd_outcomes *b, size_t period)
{
    double share[2] = { 0, 0 }, mean, var;

    moments(b->bookings + period * b->trials, b->trials, &mean, &var);
    for (size_t i = 0; i < a->trials; i++)
        share[0] += (double) a->bookings[period * a->trials + i] >= mean;
    for (size_t i = 0; i < b->trials; i++)
        share[1] += (double) b->bookings[period * b->trials + i] >= mean;
    share[0] /= (double) a->trials;
    share[1] /= (double) b->trials;
    return fabs(share[0] - share[1])
           / sqrt(0.25 / (double) a->trials + 0.25 / (double) b->trials);
}

static void
assert_like_cells(const team *reps, small_company *company, const dd_model *model,
                  const char *name)
{
    enum { TRIALS = 2048 };
    dd_outcomes field, cells;
    double worst = 0;

    company->question.trials = TRIALS;
    field = play(reps, company, model, NULL);
    company->question.trials = 3 * TRIALS;
    assert_int_equal(
        dd_simulate(&cells, model, &company->book, &company->question, NULL), DD_OK);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        size_t a = p * field.trials, b = p * cells.trials;
        worst = fmax(worst,
                     apart(field.open + a, field.trials, cells.open + b, cells.trials));
        worst = fmax(worst,
                     apart(field.new_ + a, field.trials, cells.new_ + b, cells.trials));
        worst = fmax(worst,
                     apart(field.wins + a, field.trials, cells.wins + b, cells.trials));
        worst = fmax(worst, hits_apart(&field, &cells, p));
    }
    print_message("%s: %.2f\n", name, worst);
    assert_true(worst < 4);
    dd_outcomes_free(&field);
    dd_outcomes_free(&cells);
}

static void
know_visits(dd_model *model)
{
    model->effort->opportunity_of_visit = (dd_chance){ 0, -1, 0.2 };
    model->effort->uncaused = 0.3;
}

/* Means and chances of a target, period by period, of deals that are open and to come. */
static void
where_nothing_limits_the_chances_are_those_of_deals_alone(void **state)
{
    static const struct {
        const char *name;
        dated lever;
    } kinds[] = {
        { "win rate of all", { DD_LEVER_WIN_RATE, NULL, 1.3, 40 } },
        { "win rate, lower", { DD_LEVER_WIN_RATE, NULL, 0.6, 20 } },
        { "win rate of a stage", { DD_LEVER_WIN_RATE, "Needs", 1.25, 33 } },
        { "step rate", { DD_LEVER_STEP_RATE, "Proposal", 1.3, 25 } },
        { "cycle", { DD_LEVER_CYCLE, NULL, 0.6, 47 } },
        { "cycle, longer, of a stage", { DD_LEVER_CYCLE, "Proposal", 1.9, 15 } },
        { "deal size", { DD_LEVER_DEAL_SIZE, NULL, 1.4, 60 } },
        { "visits", { DD_LEVER_VISITS, NULL, 1.5, 60 } },
    };
    small_company company;
    odd_company odd;
    team reps;

    (void) state;
    team_init(&reps);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        dd_model changed;
        small_init(&company, 4.0, 128);
        know_visits(&company.model);
        changed = changed_by(&company.model, &kinds[k].lever, 1);
        assert_like_cells(&reps, &company, &changed, kinds[k].name);
        dd_model_free(&changed);
        small_free(&company);
        odd_init(&odd, 4.0, 128);
        know_visits(&odd.company.model);
        changed = changed_by(&odd.company.model, &kinds[k].lever, 1);
        assert_like_cells(&reps, &odd.company, &changed, "likewise, of many odds");
        dd_model_free(&changed);
        odd_free(&odd);
    }
}

/* ---- what changes nothing ---- */

/* Limits, comings and goings, returns, referrals: the law moves under all of it. */
static void
make_eventful(team *self)
{
    static const double visits[] = { 0.5, 1, 1.5, 0.4, 0.9, 0.2 };

    memcpy(self->visits, visits, sizeof visits);
    self->crew.visits = self->visits;
    self->rep[2].starts = 12;
    make_crew_eventful(&self->crew, self->rep);
}

static void
levers_that_change_nothing_move_no_byte(void **state)
{
    static const dated nothing[] = { { DD_LEVER_CYCLE, NULL, 1, 51 },
                                     { DD_LEVER_DEAL_SIZE, NULL, 1, 90 },
                                     { DD_LEVER_MARKET, NULL, 1, 120 } };
    odd_company odd;
    dd_model changed;
    team reps;

    (void) state;
    odd_init(&odd, 4.0, 300);
    odd.company.question.level_off = odd.company.question.rates_fixed = 0;
    team_init(&reps);
    make_eventful(&reps);
    dd_outcomes base = play(&reps, &odd.company, &odd.company.model, NULL), later;
    changed = changed_by(&odd.company.model, nothing, 3);
    later = play(&reps, &odd.company, &changed, NULL);
    assert_same(&base, &later);
    dd_outcomes_free(&later);
    dd_outcomes_free(&base);
    dd_model_free(&changed);
    odd_free(&odd);
}

/* Hands over at once and whole on the day of a change, before and after others: the heir's
 * clock goes on from what is spent. */
static void
a_leaver_under_laws_that_change_changes_nothing(void **state)
{
    static const dated laws[] = { { DD_LEVER_CYCLE, NULL, 0.6, 25 },
                                  { DD_LEVER_STEP_RATE, "Needs", 1.2, 40 },
                                  { DD_LEVER_WIN_RATE, NULL, 1.3, 40 },
                                  { DD_LEVER_CYCLE, "Proposal", 1.7, 77 } };
    odd_company odd;
    dd_model changed;
    dd_outcomes stays, goes;
    team reps;

    (void) state;
    odd_init(&odd, 4.0, 300);
    team_init(&reps);
    reps.crew.market = 1;
    changed = changed_by(&odd.company.model, laws, 4);
    stays = play(&reps, &odd.company, &changed, NULL);
    reps.rep[0].leaves = 40;
    reps.rep[0].heir = 2;
    goes = play(&reps, &odd.company, &changed, NULL);
    assert_same(&stays, &goes);
    dd_outcomes_free(&goes);
    dd_outcomes_free(&stays);
    dd_model_free(&changed);
    odd_free(&odd);
}

/* ---- everything at once ---- */

static const dated mixed[] = {
    { DD_LEVER_CYCLE, "Proposal", 1.6, 20 }, { DD_LEVER_STEP_RATE, "Needs", 1.25, 20 },
    { DD_LEVER_WIN_RATE, NULL, 1.4, 67 },    { DD_LEVER_CYCLE, NULL, 0.5, 67 },
    { DD_LEVER_MARKET, NULL, 1.2, 67 },      { DD_LEVER_DEAL_SIZE, NULL, 1.1, 99 },
    { DD_LEVER_WIN_RATE, "Needs", 0.8, 99 },
};

static dd_outcomes
play_mixed(const team *reps, odd_company *odd, dd_tally *tally, int threads)
{
    dd_model changed
        = changed_by(&odd->company.model, mixed, sizeof mixed / sizeof *mixed);
    dd_outcomes out;

    odd->company.question.threads = threads;
    out = play(reps, &odd->company, &changed, tally);
    dd_model_free(&changed);
    return out;
}

/* Three laws more, limits, leavers, returns: every deal ends once, by any threads and
 * instructions alike. */
static void
laws_that_change_keep_every_deal_and_every_byte(void **state)
{
    enum { TRIALS = 300 };
    static dd_tally tally[TRIALS];
    odd_company odd;
    team reps;
    dd_outcomes one, other;

    (void) state;
    odd_init(&odd, 4.0, TRIALS);
    odd.company.question.level_off = odd.company.question.rates_fixed = 0;
    team_init(&reps);
    make_eventful(&reps);
    one = play_mixed(&reps, &odd, tally, 1);
    for (size_t i = 0; i < TRIALS; i++) {
        int64_t wins = 0;
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            wins += one.wins[p * TRIALS + i];
        assert_int_equal(tally[i].deals, tally[i].won + tally[i].lost + tally[i].recycled
                                             + tally[i].open);
        assert_int_equal(wins, tally[i].won);
    }
    other = play_mixed(&reps, &odd, NULL, 3);
    assert_same(&one, &other);
    dd_outcomes_free(&other);
    assert_int_equal(dd_isa_choose("baseline", NULL), DD_OK);
    other = play_mixed(&reps, &odd, NULL, 2);
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    assert_same(&one, &other);
    dd_outcomes_free(&other);
    dd_outcomes_free(&one);
    odd_free(&odd);
}

/* Two changes and more, over loops, skips, stuck deals, odds and pipelines. */
static void
many_changes_have_the_chances_of_deals_alone(void **state)
{
    static const dated two[] = {
        { DD_LEVER_CYCLE, "Proposal", 2.3, 20 },
        { DD_LEVER_STEP_RATE, "Needs", 1.25, 20 },
        { DD_LEVER_WIN_RATE, NULL, 1.25, 67 },
        { DD_LEVER_CYCLE, NULL, 0.4, 67 },
        { DD_LEVER_DEAL_SIZE, NULL, 1.2, 100 },
    };
    small_company company;
    odd_company odd;
    dd_model changed;
    team reps;

    (void) state;
    team_init(&reps);
    small_init(&company, 4.0, 128);
    two_pipelines_fit(&company, 2, 4.0, 0);
    changed = changed_by(&company.model, two, 5);
    assert_like_cells(&reps, &company, &changed, "two pipelines");
    dd_model_free(&changed);
    small_free(&company);
    odd_init(&odd, 4.0, 128);
    changed = changed_by(&odd.company.model, two, 5);
    assert_like_cells(&reps, &odd.company, &changed, "many odds");
    dd_model_free(&changed);
    odd_free(&odd);
}

/* ---- what helps ---- */

/* @return trials in which `more` has brought more by the end of some period */
static size_t
assert_never_lower(const dd_outcomes *base, const dd_outcomes *more)
{
    size_t gained = 0;

    for (size_t t = 0; t < base->trials; t++) {
        int64_t before = 0, after = 0;
        int any = 0;
        for (size_t p = 0; p < SMALL_PERIODS; p++) {
            before += base->bookings[p * base->trials + t];
            after += more->bookings[p * base->trials + t];
            if (after < before)
                fail_msg("trial %zu, period %zu: %lld after, %lld before", t, p,
                         (long long) after, (long long) before);
            any |= after > before;
        }
        gained += (size_t) any;
    }
    return gained;
}

/* Trial by trial: as things are, from a later day on, at once. */
static void
what_helps_later_lies_between_nothing_and_at_once(void **state)
{
    static const dated helps[] = { { DD_LEVER_CYCLE, NULL, 0.7, 0 },
                                   { DD_LEVER_CYCLE, "Proposal", 0.5, 0 },
                                   { DD_LEVER_DEAL_SIZE, NULL, 1.2, 0 },
                                   { DD_LEVER_WIN_RATE, NULL, 1.2, 0 } };
    small_company company;
    team reps;

    (void) state;
    team_init(&reps);
    reps.crew.market = 1; /* one more deal of a rep's own is not the next one sooner */
    small_init(&company, 4.0, 500);
    dd_outcomes base = play(&reps, &company, &company.model, NULL);
    for (size_t k = 0; k < sizeof helps / sizeof *helps; k++) {
        dated lever = helps[k];
        dd_model at_once = changed_by(&company.model, &lever, 1), later;
        dd_outcomes most = play(&reps, &company, &at_once, NULL), some;
        lever.after = 44;
        later = changed_by(&company.model, &lever, 1);
        some = play(&reps, &company, &later, NULL);
        assert_true(assert_never_lower(&base, &some) > 20);
        if (lever.kind != DD_LEVER_WIN_RATE) /* whose luck is chosen on the day */
            assert_true(assert_never_lower(&some, &most) > 20);
        dd_outcomes_free(&most);
        dd_outcomes_free(&some);
        dd_model_free(&at_once);
        dd_model_free(&later);
    }
    dd_outcomes_free(&base);
    small_free(&company);
}

/* ---- limits ---- */

/* Forty deals of one rep in a stage that ends won after thirty days, half as fast as that:
 * what a week asks for is there for half of them. On day 20 ten of the days are done; stays
 * of half the length leave ten of the other twenty, which takes twenty: all on day 40. */
static void
a_slowed_rep_has_spent_what_his_clock_says(void **state)
{
    enum { TRIALS = 20 };
    const dated half = { DD_LEVER_CYCLE, NULL, 0.5, 20 };
    static const dd_day end[] = { 38, 42, 180 };
    dd_exit_belief proposal[3];
    small_company company;
    dd_model changed;
    dd_outcomes out;
    team reps;

    (void) state;
    memcpy(proposal, small_proposal_exits, sizeof proposal);
    small_proposal_exits[0] = (dd_exit_belief){ small_won, 1, { DD_LAW_FIXED, 30, 0 } };
    small_proposal_exits[1].share = small_proposal_exits[2].share = 0;
    small_init(&company, 0, TRIALS);
    memcpy(small_proposal_exits, proposal, sizeof proposal);
    for (size_t i = 0; i < SMALL_DEALS; i++) {
        company.stage[i] = 2;
        company.age_days[i] = 0;
    }
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        company.period[p].end = SMALL_AS_OF + end[p];
    team_init(&reps);
    memset(reps.of_deal, 0, sizeof reps.of_deal);
    reps.crew.n = 1;
    reps.visits[2] = 1;
    reps.crew.visits = reps.visits;
    reps.crew.visits_per_week = SMALL_DEALS / 2.0;
    changed = changed_by(&company.model, &half, 1);
    out = play(&reps, &company, &changed, NULL);
    for (size_t i = 0; i < TRIALS; i++) {
        assert_int_equal(out.wins[i], 0);
        assert_int_equal(out.wins[TRIALS + i], SMALL_DEALS);
    }
    dd_outcomes_free(&out);
    dd_model_free(&changed);
    small_free(&company);
}

/* Reps who make no visits any more bring what they had brought by then. */
static void
visits_stop_on_their_day(void **state)
{
    enum { TRIALS = 200 };
    static dd_tally stopped[TRIALS], shorter[TRIALS];
    const dated none = { DD_LEVER_VISITS, NULL, 0.5, 90 };
    dd_crew_law law = { .visits_per_week = 0 };
    small_company company;
    dd_model changed;
    dd_outcomes out;
    team reps;
    int64_t sum = 0;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    know_visits(&company.model);
    team_init(&reps);
    make_eventful(&reps);
    reps.crew.visits_per_week = 30;
    law.visits = reps.visits;
    reps.crew.later = &law;
    reps.crew.n_later = 1;
    reps.crew.rules.referral = 0;
    changed = changed_by(&company.model, &none, 1);
    out = play(&reps, &company, &changed, stopped);
    dd_outcomes_free(&out);
    company.question.n_periods = company.book.periods = 2; /* 90 days */
    out = play(&reps, &company, &company.model, shorter);
    dd_outcomes_free(&out);
    for (size_t i = 0; i < TRIALS; i++) {
        assert_int_equal(stopped[i].brought, shorter[i].brought);
        sum += stopped[i].brought;
    }
    assert_true(sum > 10 * TRIALS);
    dd_model_free(&changed);
    small_free(&company);
}

/* Wins after the change, more than without it. */
static double
gained(const dd_outcomes *more, const dd_outcomes *base)
{
    double sum = 0;

    for (size_t p = 1; p < SMALL_PERIODS; p++)
        for (size_t i = 0; i < base->trials; i++)
            sum += (double) (more->wins[p * base->trials + i]
                             - base->wins[p * base->trials + i]);
    return sum / (double) base->trials;
}

/* A busier market is what paths can only come near to: it brings deals as it does to deals
 * alone, and quickens them by a pace (engine/paths/pace.h). Here 21.7 wins more of 22.7. */
static void
a_market_that_turns_is_come_near_to(void **state)
{
    const dated busy = { DD_LEVER_MARKET, NULL, 1.5, 31 };
    small_company company;
    dd_model changed;
    dd_outcomes field[2], cells[2];
    double part;
    team reps;

    (void) state;
    team_init(&reps);
    small_init(&company, 8.0, 2048);
    changed = changed_by(&company.model, &busy, 1);
    for (int k = 0; k < 2; k++) {
        const dd_model *model = k == 0 ? &company.model : &changed;
        field[k] = play(&reps, &company, model, NULL);
        assert_int_equal(
            dd_simulate(&cells[k], model, &company.book, &company.question, NULL),
            DD_OK);
    }
    part = gained(&field[1], &field[0]) / gained(&cells[1], &cells[0]);
    print_message("%.2f wins more, of deals alone %.2f\n", gained(&field[1], &field[0]),
                  gained(&cells[1], &cells[0]));
    assert_true(part > 0.9 && part < 1.02);
    for (int k = 0; k < 2; k++) {
        dd_outcomes_free(&field[k]);
        dd_outcomes_free(&cells[k]);
    }
    dd_model_free(&changed);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levers_that_change_nothing_move_no_byte),
        cmocka_unit_test(a_leaver_under_laws_that_change_changes_nothing),
        cmocka_unit_test(laws_that_change_keep_every_deal_and_every_byte),
        cmocka_unit_test(what_helps_later_lies_between_nothing_and_at_once),
        cmocka_unit_test(a_slowed_rep_has_spent_what_his_clock_says),
        cmocka_unit_test(visits_stop_on_their_day),
        cmocka_unit_test(a_market_that_turns_is_come_near_to),
        cmocka_unit_test(many_changes_have_the_chances_of_deals_alone),
        cmocka_unit_test(where_nothing_limits_the_chances_are_those_of_deals_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
