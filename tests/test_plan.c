/* The plan as an answer: what it says is needed is enough in a forecast, and no more. */
#include "answers/plan/plan.h"

#include "answers/sample/sample.h"
#include "company_files.h"
#include "dealdice/simulate.h"
#include "funnel_folder.h"
#include "model/effort.h"
#include "show/sample_files.h"

#include <gsl/gsl_randist.h>

static void
open_company(company *self, const char *path, dd_day as_of, const char *target)
{
    const dd_question_options options
        = { .targets = &target, .n_targets = target != NULL };
    company_read(self, path);
    company_learn(self, as_of, &options);
}

static dd_plan
planned(company *self, const dd_plan_ask *ask)
{
    dd_plan plan;
    dd_error err = { 0 };
    assert_int_equal(dd_plan_make(&plan, ask, &self->model, &self->book, &self->past,
                                  &self->question, NULL, &self->notes, &err),
                     DD_OK);
    return plan;
}

/* Visits as planned at 80 %, made up to the last useful day: what a forecast gives. */
static void
assert_plan_holds(const char *path, const char *target, size_t period)
{
    company c;
    dd_plan_ask ask = { .period = period };
    dd_outcomes outcomes;
    dd_ranking ranking;

    open_company(&c, path, DD_NO_DAY, target);
    c.question.trials = 16384;
    c.model.effort->opportunity_of_visit = (dd_chance){ 30.0, 270.0, (double) NAN };
    dd_plan plan = planned(&c, &ask);
    const dd_plan_rung *rung = &plan.rungs[plan.asked];
    double need = rung->need[DD_IN_VISITS], each = need / plan.rep_weeks;
    assert_close(rung->confidence, 0.8, 0);
    assert_true(need > 100);
    c.model.effort->per_rep_week = (dd_belief){ 1, each, each };
    c.model.effort->until = plan.last_useful_day;
    c.question.seed = 4711;
    assert_int_equal(dd_simulate(&outcomes, &c.model, &c.book, &c.question, NULL),
                     DD_OK);
    assert_int_equal(dd_ranking_init(&ranking,
                                     outcomes.bookings + period * outcomes.trials,
                                     outcomes.trials, 0, NULL),
                     DD_OK);
    double p = dd_summary_reach(&ranking, c.question.target[period]);
    double mcse = dd_summary_reach_mcse(&ranking, c.question.target[period]);
    assert_true(mcse > 0.0 && mcse < 0.025);
    /* The plan's own quantile has an error as well. */
    assert_close(p, 0.8, 2 * hypot(mcse, mcse));
    dd_ranking_free(&ranking);
    dd_outcomes_free(&outcomes);
    dd_plan_free(&plan);
    company_free(&c);
}

static void
a_forecast_with_the_planned_effort_is_as_sure_as_the_plan(void **state)
{
    (void) state;
    assert_plan_holds("scenarios/demo/funnel.yaml", "700万@2027Q1", 1);
    assert_plan_holds("scenarios/demo/funnel.yaml", "1200万@2027Q2", 2);
}

/* Fast and slow made-up companies, from their truth to files and back. */
static void
assert_made_up_plan_holds(const char *truth_text, const char *target, size_t period)
{
    static const char *const made[] = { "funnel.yaml", "history.csv", "truth.json" };
    funnel_folder folder;
    dd_error err = { 0 };
    dd_sample sample;
    char path[128];

    folder_init(&folder);
    folder_write(&folder, "TRUTH.yaml", truth_text);
    assert_int_equal(dd_funnel_read(&folder.funnel,
                                    folder_join(&folder, "TRUTH.yaml", path), NULL,
                                    &err),
                     DD_OK);
    assert_int_equal(dd_sample_make(&sample, &folder.funnel, &err), DD_OK);
    assert_int_equal(dd_sample_write(&sample, folder.path, &err), DD_OK);
    dd_sample_free(&sample);
    assert_plan_holds(folder_join(&folder, "funnel.yaml", path), target, period);
    for (int i = 0; i < 3; i++)
        remove(folder_join(&folder, made[i], path));
    folder_free(&folder);
}

static void
it_is_so_for_a_fast_and_a_slow_made_up_company(void **state)
{
    (void) state;
    assert_made_up_plan_holds(
        "stages: [Call, Offer]\n"
        "rates:\n"
        "  stages:\n"
        "    Call:\n"
        "      exits:\n"
        "        Offer: {share: 45%, days: weibull 1.3 6}\n"
        "        Lost: {share: 55%, days: exponential 9}\n"
        "    Offer:\n"
        "      exits:\n"
        "        Won: {share: 60%, days: lognormal 5 0.6}\n"
        "        Lost: {share: 40%, days: exponential 8}\n"
        "sample: {seed: 31, from: 2025-02-03, to: 2026-01-18, new_deals_per_rep_week: 2,"
        " reps: [{owner: A}, {owner: B}, {owner: C}], amount: lognormal 3万 0.5}\n",
        "900万", 0);
    assert_made_up_plan_holds(
        "stages: [Contact, Needs, Offer]\n"
        "rates:\n"
        "  stages:\n"
        "    Contact:\n"
        "      exits:\n"
        "        Needs: {share: 55%, days: weibull 1.4 30}\n"
        "        Lost: {share: 45%, days: exponential 40}\n"
        "    Needs:\n"
        "      exits:\n"
        "        Offer: {share: 60%, days: lognormal 25 0.7}\n"
        "        Contact: {share: 10%, days: exponential 9}\n"
        "        Lost: {share: 30%, days: exponential 60}\n"
        "    Offer:\n"
        "      exits:\n"
        "        Won: {share: 50%, days: weibull 1.6 35}\n"
        "        Lost: {share: 50%, days: weibull 1.3 40}\n"
        "sample: {seed: 5, from: 2024-06-03, to: 2026-01-11, new_deals_per_rep_week: 3, "
        "reps: [{owner: A}, {owner: B}, {owner: C}, {owner: D}], "
        "amount: lognormal 8万 0.8}\n",
        "1300万@2026Q2", 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forecast_with_the_planned_effort_is_as_sure_as_the_plan),
        cmocka_unit_test(it_is_so_for_a_fast_and_a_slow_made_up_company),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
