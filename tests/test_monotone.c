/* Over random companies: whatever helps lowers no total, trial by trial. */
#include "dealdice/simulate.h"
#include "engine/tables.h"
#include "model/effort.h"
#include "model/lever.h"
#include "small_played.h"
#include "two_pipelines.h"
#include "with_factors.h"

#include <gsl/gsl_rng.h>

enum { COMPANIES = 16, TRIALS = 5 * DD_BLOCK - 37 };

static double
between(const gsl_rng *r, double low, double high)
{
    return low + (high - low) * gsl_rng_uniform(r);
}

static void
randomise(const gsl_rng *r, dd_exit_belief *exits)
{
    double sum = 0.3 * gsl_rng_uniform(r); /* some never leave */
    for (int j = 0; j < 3; j++) {
        exits[j].share = 0.05 + gsl_rng_uniform(r);
        sum += exits[j].share;
    }
    for (int j = 0; j < 3; j++) {
        exits[j].share /= sum;
        exits[j].days
            = (dd_law){ DD_LAW_WEIBULL, between(r, 0.7, 2.3), between(r, 4.0, 74.0) };
    }
}

/* Up to nine visits a day, of which few or most become opportunities. */
static void
random_effort(const gsl_rng *r, int decided, dd_effort *effort)
{
    double per_week = between(r, 3.0, 45.0), hits = between(r, 0.5, 20.0);

    effort->per_rep_week = (dd_belief){ decided, per_week, per_week };
    effort->opportunity_of_visit = (dd_chance){ hits, between(r, 0.5, 20.0), 0.0 };
    effort->uncaused = gsl_rng_uniform(r);
}

/* One pipeline or two, or one whose deals differ by factors; rates known or drawn. */
static void
random_company(const gsl_rng *r, int c, odd_company *odd)
{
    small_company *company = &odd->company;
    double new_deals = between(r, 0.0, 4.0);

    randomise(r, small_contact_exits);
    randomise(r, small_needs_exits);
    randomise(r, small_proposal_exits);
    randomise(r, service_contact_exits);
    randomise(r, service_needs_exits);
    randomise(r, service_proposal_exits);
    if (c % 3 == 2) {
        odd_init(odd, new_deals, TRIALS);
    } else {
        small_init(company, new_deals, TRIALS);
        two_pipelines_fit(company, 1 + (size_t) c % 3, new_deals, c % 4 > 1 ? 60 : 0);
    }
    company->question.level_off = c % 5 == 4;
    company->question.rates_fixed = c % 2;
    company->question.seed = (uint64_t) c;
    random_effort(r, c % 4 != 3, company->model.effort);
}

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

typedef struct {
    dd_lever_kind kind;
    const char *stage;
    double least, most; /* times; drawn between */
} random_lever;

static dd_scenario
scenario_of(const random_lever *lever, const char *pipeline, double times)
{
    dd_scenario scenario;
    assert_int_equal(dd_scenario_init(&scenario, "one lever", NULL), DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, lever->kind, pipeline, lever->stage,
                                     (dd_change){ DD_CHANGE_TIMES, times }, NULL),
                     DD_OK);
    return scenario;
}

static dd_model
changed_by(const small_company *company, const dd_scenario *scenario)
{
    dd_model changed;
    assert_int_equal(
        dd_model_apply(&changed, &company->model, scenario, SMALL_AS_OF, NULL), DD_OK);
    return changed;
}

/* At once; and from a later day on, which lies between. */
static void
assert_helps(const small_company *company, dd_scenario *scenario, dd_day from,
             const dd_outcomes *base)
{
    dd_model at_once = changed_by(company, scenario), later;
    dd_outcomes most = small_played(company, &at_once), some;

    scenario->layers[0].from = from;
    later = changed_by(company, scenario);
    some = small_played(company, &later);
    assert_true(assert_never_lower(base, &most) > 0);
    assert_never_lower(base, &some);
    assert_never_lower(&some, &most);
    dd_outcomes_free(&most);
    dd_outcomes_free(&some);
    dd_model_free(&at_once);
    dd_model_free(&later);
}

/* Visits are mostly decided; levels vary, rates too. Of win rates that of all: those of a
 * stage have tests of their own. */
static void
more_effort_winning_and_size_and_shorter_cycles_lower_no_trial(void **state)
{
    static const random_lever levers[] = {
        { DD_LEVER_VISITS, NULL, 1.01, 1.7 },  { DD_LEVER_WIN_RATE, NULL, 1.01, 1.15 },
        { DD_LEVER_CYCLE, NULL, 0.5, 0.98 },   { DD_LEVER_DEAL_SIZE, NULL, 1.01, 1.4 },
        { DD_LEVER_CYCLE, "Needs", 0.3, 0.9 }, { DD_LEVER_CYCLE, "Proposal", 0.3, 0.9 },
        { DD_LEVER_MARKET, NULL, 1.01, 1.3 },
    };
    dd_stream stream = dd_stream_make(5, DD_RNG_TEST, 17, 0);
    gsl_rng *r = dd_rng_gsl(&stream);

    (void) state;
    for (int c = 0; c < COMPANIES; c++) {
        odd_company odd;
        random_company(r, c, &odd);
        dd_outcomes base = small_played(&odd.company, &odd.company.model);
        for (size_t k = 0; k < sizeof levers / sizeof *levers; k++) {
            double times = between(r, levers[k].least, levers[k].most);
            int one = c % 3 == 1 && levers[k].stage && gsl_rng_uniform(r) < 0.5;
            dd_scenario scenario
                = scenario_of(&levers[k], one ? service_name : NULL, times);
            dd_day from = SMALL_AS_OF + 2 + (dd_day) between(r, 0.0, 170.0);
            assert_helps(&odd.company, &scenario, from, &base);
            dd_scenario_free(&scenario);
        }
        dd_outcomes_free(&base);
        odd_free(&odd);
    }
    gsl_rng_free(r);
}

/* ---- a stage's own rates ---- */

static int
nowhere_lower(const double *before, const double *after, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (after[i] < before[i] * (1.0 - 1e-12))
            return 0;
    return 1;
}

/* Winners among deals that come by themselves, at the level of every lane. */
static int
new_ones_nowhere_lower(const dd_tables *before, const dd_tables *after)
{
    for (size_t i = 0; i < before->pipelines; i++)
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            for (size_t l = 0; l < DD_BLOCK; l++) {
                double level = before->level_wins[l];
                double was = dd_tables_new_winners(before, i, p, level, 1.0);
                if (dd_tables_new_winners(after, i, p, level, 1.0) < was * (1 - 1e-12))
                    return 0;
            }
    return 1;
}

/* Does the model itself hold that no deal, come or to come, wins less by any period's end? */
static int
law_is_nowhere_lower(const small_company *company, const dd_model *changed)
{
    small_view before = small_view_of(company, &company->model),
               after = small_view_of(company, changed);
    const dd_tables *a = before.tables, *b = after.tables;
    size_t visits
        = a->visits.days ? a->pipelines * a->visits.days->days * SMALL_PERIODS : 0;
    int is = nowhere_lower(a->hazard, b->hazard, a->rows * SMALL_PERIODS)
             && nowhere_lower(a->visits.hazard, b->visits.hazard, visits);

    for (size_t l = 0; l < DD_LANES && is; l++)
        is = new_ones_nowhere_lower(a + l, b + l);
    small_view_free(&before);
    small_view_free(&after);
    return is;
}

/* Where the model holds that wins come no later, every trial does. */
static void
a_stage_s_rates_lower_no_trial_where_they_lower_no_chance(void **state)
{
    static const random_lever levers[] = {
        { DD_LEVER_WIN_RATE, "Contact", 1.01, 1.1 },
        { DD_LEVER_WIN_RATE, "Needs", 1.01, 1.1 },
        { DD_LEVER_WIN_RATE, "Proposal", 1.01, 1.1 },
        { DD_LEVER_STEP_RATE, "Contact", 1.01, 1.1 },
        { DD_LEVER_STEP_RATE, "Needs", 1.01, 1.1 },
        { DD_LEVER_STEP_RATE, "Proposal", 1.01, 1.1 },
    };
    dd_stream stream = dd_stream_make(7, DD_RNG_TEST, 17, 1);
    gsl_rng *r = dd_rng_gsl(&stream);
    size_t held = 0, fell = 0;

    (void) state;
    for (int c = 0; c < COMPANIES; c++) {
        odd_company odd;
        random_company(r, c, &odd);
        odd.company.question.rates_fixed = 1;
        dd_outcomes base = small_played(&odd.company, &odd.company.model);
        for (size_t k = 0; k < sizeof levers / sizeof *levers; k++) {
            double times = between(r, levers[k].least, levers[k].most);
            dd_scenario scenario = scenario_of(&levers[k], NULL, times);
            dd_model changed;
            if (!dd_model_apply(&changed, &odd.company.model, &scenario, SMALL_AS_OF,
                                NULL)) {
                dd_outcomes more = small_played(&odd.company, &changed);
                int holds = law_is_nowhere_lower(&odd.company, &changed);
                if (holds)
                    assert_true(assert_never_lower(&base, &more) > 0);
                held += holds;
                fell += !holds;
                dd_outcomes_free(&more);
                dd_model_free(&changed);
            }
            dd_scenario_free(&scenario);
        }
        dd_outcomes_free(&base);
        odd_free(&odd);
    }
    assert_true(held > 2 * fell && fell > 0);
    gsl_rng_free(r);
}

/* Contact goes to Needs in five days (.6), of which a half win at once, or to Proposal in
 * two hundred (.4), of which nine tenths do: .66 in the end. A twentieth more,
 * .693, is had by going to Proposal oftener, .4825, and by day 31 fewer have won. */
static void
a_win_rate_of_a_stage_may_prefer_the_slower_way(void **state)
{
    dd_exit_belief contact[]
        = { { small_needs, 0.6, { DD_LAW_EXPONENTIAL, 5.0, 0 } },
            { small_proposal, 0.4, { DD_LAW_EXPONENTIAL, 200.0, 0 } } };
    dd_exit_belief needs[] = { { small_won, 0.5, { DD_LAW_FIXED, 0, 0 } },
                               { small_lost, 0.5, { DD_LAW_FIXED, 0, 0 } } };
    dd_exit_belief proposal[] = { { small_won, 0.9, { DD_LAW_FIXED, 0, 0 } },
                                  { small_lost, 0.1, { DD_LAW_FIXED, 0, 0 } } };
    dd_stage_belief stages[]
        = { { .stage = small_contact, .n_exits = 2, .exits = contact },
            { .stage = small_needs, .n_exits = 2, .exits = needs },
            { .stage = small_proposal, .n_exits = 2, .exits = proposal } };
    const random_lever own = { DD_LEVER_WIN_RATE, "Contact", 1.05, 1.05 };
    dd_scenario scenario = scenario_of(&own, NULL, 1.05);
    small_company company;
    dd_funnel funnel;

    (void) state;
    small_init(&company, 0.0, DD_BLOCK);
    dd_funnel_init(&funnel);
    funnel.stages = stages;
    funnel.n_stages = 3;
    funnel.deal_size = (dd_belief){ 1, 70000, 70000 };
    dd_model_free(&company.model);
    assert_int_equal(dd_model_fit(&company.model, &company.past, &funnel, NULL, NULL),
                     DD_OK);
    company.book.n = 1; /* in Contact */
    company.age_days[0] = 0.0;
    dd_model changed = changed_by(&company, &scenario);
    small_view before = small_view_of(&company, &company.model),
               after = small_view_of(&company, &changed);
    double fast = 1.0 - exp(-31.0 / 5.0), slow = 1.0 - exp(-31.0 / 200.0);
    assert_close(-expm1(-before.tables->hazard[0]), 0.6 * 0.5 * fast + 0.4 * 0.9 * slow,
                 2e-3);
    assert_close(-expm1(-after.tables->hazard[0]),
                 0.5175 * 0.5 * fast + 0.4825 * 0.9 * slow, 2e-3);
    small_view_free(&before);
    small_view_free(&after);
    dd_model_free(&changed);
    dd_scenario_free(&scenario);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_effort_winning_and_size_and_shorter_cycles_lower_no_trial),
        cmocka_unit_test(a_stage_s_rates_lower_no_trial_where_they_lower_no_chance),
        cmocka_unit_test(a_win_rate_of_a_stage_may_prefer_the_slower_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
