#include "answers/forecast/forecast.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define TRIALS 1024   /* eight full blocks */
#define WAN 1000000.0 /* 1万 in minor units */

/* DESIGN's first worked example: win rates of 10, 30, 60 and 80 %, a deal of 100万 in
 * each stage, 100万 booked. The outcomes are made up: a quarter of all trials each ends
 * with nothing more, 100万, 200万 and 400万 more. */
typedef struct {
    dd_funnel funnel;
    dd_past past;
    dd_model model;
    dd_book book;
    dd_question question;
    dd_outcomes outcomes;
    dd_notes notes;
    dd_forecast forecast;
} company;

static const char *const stage_names[] = { "Contact", "Needs", "Proposal", "谈判" };
static const double win_rates[] = { 0.1, 0.3, 0.6, 0.8 };
static dd_pipeline pipeline = { .name = "", .n_stages = 4, .n_given = 4 };
static dd_stage_belief beliefs[4];
static int32_t stages[4] = { 0, 1, 2, 3 }, zeros[4];
static int64_t amounts[4];
static double ages[4] = { 3.0, 14.0, 1.0, 59.0 };
static int64_t booked = 100000000, booked_wins = 1, target;
static dd_period quarter;

static void
believe(dd_funnel *funnel)
{
    dd_funnel_init(funnel);
    for (int i = 0; i < 4; i++)
        beliefs[i] = (dd_stage_belief){
            .stage = (char *) stage_names[i],
            .win_rate = { 1, win_rates[i], win_rates[i] },
        };
    funnel->stages = beliefs;
    funnel->n_stages = 4;
    funnel->deal_size = (dd_belief){ 1, 70.0 * WAN, 70.0 * WAN };
    funnel->new_business = 0;
}

static void
make_company(company *c)
{
    *c = (company){ 0 };
    believe(&c->funnel);
    pipeline.stages = (const char **) stage_names;
    c->past = (dd_past){ .as_of = dd_day_from_civil(2026, 11, 21),
                         .starts = DD_NO_DAY,
                         .first_day = dd_day_from_civil(2026, 1, 1),
                         .layout = DD_EVENTS,
                         .recording_unit = DD_SECONDS_PER_DAY,
                         .n_pipelines = 1,
                         .pipelines = &pipeline };
    for (int i = 0; i < 4; i++)
        amounts[i] = 100000000;
    c->book = (dd_book){ .n = 4,
                         .pipeline = zeros,
                         .stage = stages,
                         .age_days = ages,
                         .amount = amounts,
                         .periods = 1,
                         .booked = &booked,
                         .booked_wins = &booked_wins };
    quarter = dd_period_of(c->past.as_of, DD_QUARTER, 1);
    target = 500000000;
    c->question = (dd_question){ .as_of = c->past.as_of,
                                 .n_periods = 1,
                                 .periods = &quarter,
                                 .target = &target,
                                 .confidence = 0.7,
                                 .trials = TRIALS,
                                 .seed = 1 };
    assert_int_equal(dd_model_fit(&c->model, &c->past, &c->funnel, &c->notes, NULL),
                     DD_OK);
    dd_notes_free(&c->notes);
    assert_int_equal(dd_outcomes_init(&c->outcomes, 1, TRIALS, NULL), DD_OK);
    for (int i = 0; i < TRIALS; i++) {
        static const int64_t more[] = { 0, 100000000, 200000000, 400000000 };
        c->outcomes.open[i] = more[i % 4];
        c->outcomes.wins[i] = i % 4;
        c->outcomes.bookings[i] = booked + more[i % 4];
    }
}

static void
forecast(company *c)
{
    dd_results results;
    assert_int_equal(dd_results_of(&results, &c->outcomes, &c->question, NULL), DD_OK);
    assert_int_equal(dd_forecast_make(&c->forecast, &results, &c->past, &c->book,
                                      &c->question, &c->model, "CNY", &c->notes, NULL),
                     DD_OK);
    dd_results_free(&results);
}

static void
free_company(company *c)
{
    dd_forecast_free(&c->forecast);
    dd_outcomes_free(&c->outcomes);
    dd_model_free(&c->model);
    dd_notes_free(&c->notes);
}

/* 280万 of 500万 are 56 %, and 220万 are missing. */
static void
the_managers_sum_comes_out_as_by_hand(void **state)
{
    company c;
    (void) state;
    make_company(&c);
    forecast(&c);
    const dd_forecast_period *period = &c.forecast.periods[0];
    assert_close(c.forecast.weighted_pipeline, 180.0 * WAN, 1e-3);
    assert_close(c.forecast.open_pipeline, 400.0 * WAN, 0.0);
    assert_close(period->attainment, 0.56, 1e-12);
    assert_close(period->gap, 220.0 * WAN, 1e-3);
    assert_close(period->coverage, 1.0, 1e-12);
    assert_int_equal(c.forecast.n_stages, 4);
    assert_close(c.forecast.stages[2].weighted, 60.0 * WAN, 1e-3);
    free_company(&c);
}

/* One trial in four ends at 500万; three in ten lie below the second outcome. */
static void
the_chance_and_the_missing_amount_come_from_the_trials(void **state)
{
    company c;
    (void) state;
    make_company(&c);
    forecast(&c);
    const dd_forecast_period *period = &c.forecast.periods[0];
    assert_close(period->p_target, 0.25, 0.0);
    assert_string_equal(period->flag, "red");
    assert_close(period->gap_at_confidence, 300.0 * WAN, 0.0);
    assert_close(period->bookings.mean, 275.0 * WAN, 1e-3);
    assert_close(period->wins.mean, 1.5, 1e-12);
    free_company(&c);
}

static void
without_a_target_what_depends_on_it_is_unknown(void **state)
{
    company c;
    dd_doc doc;
    (void) state;
    make_company(&c);
    target = DD_NO_TARGET;
    forecast(&c);
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_forecast_describe(&c.forecast, &c.notes, &doc);
    static const char *const keys[]
        = { "target", "p_target",          "p_target_mcse", "attainment",
            "gap",    "gap_at_confidence", "flag",          "coverage" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(dd_doc_get(dd_doc_get(doc.root, "periods.0"), keys[i])->kind,
                         DD_DOC_NULL);
    dd_doc_free(&doc);
    free_company(&c);
}

/* 100万 booked of a target of 90万: nothing is left to cover. */
static void
coverage_is_unknown_when_nothing_is_left_to_book(void **state)
{
    company c;
    (void) state;
    make_company(&c);
    target = 90000000;
    forecast(&c);
    assert_true(isnan(c.forecast.periods[0].coverage));
    assert_close(c.forecast.periods[0].p_target, 1.0, 0.0);
    assert_string_equal(c.forecast.periods[0].flag, "green");
    free_company(&c);
}

/* The deal in Needs has no amount and counts with 70万: 30 % of it are 21万. */
static void
a_deal_without_amount_counts_with_the_mean_of_new_deals_and_is_told(void **state)
{
    company c;
    (void) state;
    make_company(&c);
    amounts[1] = DD_UNKNOWN_AMOUNT;
    forecast(&c);
    assert_close(c.forecast.stages[1].weighted, 21.0 * WAN, 1e-3);
    assert_close(c.forecast.open_pipeline, 370.0 * WAN, 1e-3);
    assert_int_equal(c.notes.n, 1);
    assert_string_equal(c.notes.items[0].code, "open_without_amount");
    assert_string_equal(c.notes.items[0].text,
                        "open deals without an amount that the stage table counts with "
                        "the mean of new deals: 1");
    free_company(&c);
}

static void
the_flag_changes_at_5_30_and_60_per_cent(void **state)
{
    (void) state;
    assert_string_equal(dd_forecast_flag(0.0499), "black");
    assert_string_equal(dd_forecast_flag(0.05), "red");
    assert_string_equal(dd_forecast_flag(0.2999), "red");
    assert_string_equal(dd_forecast_flag(0.30), "amber");
    assert_string_equal(dd_forecast_flag(0.5999), "amber");
    assert_string_equal(dd_forecast_flag(0.60), "green");
}

/* DESIGN section 5, forecast. */
static void
keys_are_those_of_the_design_in_its_order(void **state)
{
    static const char *const keys[] = { "label",         "start",
                                        "end",           "booked",
                                        "target",        "p_target",
                                        "p_target_mcse", "attainment",
                                        "gap",           "gap_at_confidence",
                                        "flag",          "weighted_pipeline",
                                        "open_pipeline", "coverage",
                                        "bookings",      "open",
                                        "new",           "wins",
                                        "booked_wins" };
    static const char *const quantities[]
        = { "mean", "mean_mcse", "sd",  "p05", "p10", "p20",
            "p25",  "p50",       "p75", "p80", "p90", "p95" };
    company c;
    dd_doc doc;
    size_t i = 0;
    (void) state;
    make_company(&c);
    forecast(&c);
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_forecast_describe(&c.forecast, &c.notes, &doc);
    for (const dd_doc_node *n = dd_doc_get(doc.root, "periods.0")->first; n != NULL;
         n = n->next)
        assert_string_equal(n->key, keys[i++]);
    assert_int_equal(i, sizeof keys / sizeof *keys);
    i = 0;
    for (const dd_doc_node *n = dd_doc_get(doc.root, "periods.0.wins")->first; n != NULL;
         n = n->next)
        assert_string_equal(n->key, quantities[i++]);
    assert_int_equal(i, sizeof quantities / sizeof *quantities);
    dd_doc_free(&doc);
    free_company(&c);
}

/* 1 ... 1000: from 5 to 995 in steps of 100 there are ten, 99 of them below 100. */
static void
bins_have_round_edges_and_hold_every_trial(void **state)
{
    dd_bins bins;
    double sum = 0.0;
    (void) state;
    assert_int_equal(dd_bins_init(&bins, 5.0, 995.0, NULL), DD_OK);
    for (int i = 1; i <= 1000; i++)
        dd_bins_add(&bins, i, 0.001);
    assert_int_equal(bins.n, 10);
    assert_close(bins.low, 0.0, 0.0);
    assert_close(bins.step, 100.0, 0.0);
    assert_close(bins.share[0], 0.099, 1e-12);
    assert_close(bins.share[9], 0.101, 1e-12);
    for (size_t i = 0; i < bins.n; i++)
        sum += bins.share[i];
    assert_close(sum, 1.0, 1e-12);
    free(bins.share);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_managers_sum_comes_out_as_by_hand),
        cmocka_unit_test(the_chance_and_the_missing_amount_come_from_the_trials),
        cmocka_unit_test(without_a_target_what_depends_on_it_is_unknown),
        cmocka_unit_test(coverage_is_unknown_when_nothing_is_left_to_book),
        cmocka_unit_test(
            a_deal_without_amount_counts_with_the_mean_of_new_deals_and_is_told),
        cmocka_unit_test(the_flag_changes_at_5_30_and_60_per_cent),
        cmocka_unit_test(keys_are_those_of_the_design_in_its_order),
        cmocka_unit_test(bins_have_round_edges_and_hold_every_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
