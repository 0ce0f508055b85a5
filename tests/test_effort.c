/* What comes of visits and leads, learnt from activities through the past alone. */
#include "model/effort.h"

#include "base/rng.h"
#include "funnel_folder.h"
#include "model/curve/process.h"

#include <gsl/gsl_errno.h>

/* Ten deals from March on; D-8 and D-9 are a rep's who logs no visits. */
static const char history_text[] = "deal_id,stage,entered_at,amount,owner\n"
                                   "D-0,Contact,2026-03-02,1000,Li\n"
                                   "D-1,Contact,2026-03-05,1000,Li\n"
                                   "D-2,Contact,2026-03-09,1000,Li\n"
                                   "D-3,Contact,2026-03-12,1000,Wu\n"
                                   "D-4,Contact,2026-03-16,1000,Wu\n"
                                   "D-5,Contact,2026-03-20,1000,Wu\n"
                                   "D-0,Won,2026-03-25,1000,Li\n"
                                   "D-6,Contact,2026-03-26,1000,Li\n"
                                   "D-7,Contact,2026-04-01,1000,Wu\n"
                                   "D-8,Contact,2026-04-02,1000,Ma\n"
                                   "D-9,Contact,2026-04-03,1000,Ma\n"
                                   "D-7,Lost,2026-04-26,1000,Wu\n";

/* 40 visits that look for deals, 3 on one that exists; 200 leads. */
static const char activities_text[] = "date,owner,activity,count,deal_id\n"
                                      "2026-03-02,Li,visit,23,\n"
                                      "2026-03-20,Wu,visit,16,\n"
                                      "2026-03-16,Wu,visit,1,D-4\n"
                                      "2026-03-30,Wu,visit,3,D-4\n"
                                      "2026-03-09,Li,lead,200,\n"
                                      "2026-04-12,Li,phone,70,\n"
                                      "2026-04-20,Li,visit,60,\n";

static dd_effort
fitted(funnel_folder *folder, const char *funnel, const char *as_of, double per_week)
{
    dd_effort effort;
    dd_past past;
    char text[512];

    gsl_set_error_handler_off();
    folder_init(folder);
    folder_write(folder, "history.csv", history_text);
    folder_write(folder, "activities.csv", activities_text);
    snprintf(text, sizeof text, "history: history.csv\n%s", funnel);
    folder_write(folder, "funnel.yaml", text);
    folder_must_read(folder, "funnel.yaml");
    assert_int_equal(dd_history_as_of(&past, &folder->history,
                                      dd_moment_day(dd_moment_parse(as_of, 10, 0, NULL)),
                                      NULL, &folder->err),
                     DD_OK);
    assert_int_equal(dd_effort_fit(&effort, &past, &folder->funnel, per_week,
                                   &folder->notes, &folder->err),
                     DD_OK);
    dd_past_free(&past);
    return effort;
}

static void
close_all(funnel_folder *folder, dd_effort *effort)
{
    dd_effort_free(effort);
    folder_free(folder);
}

/* Eight of ten opportunities come from reps who visit: Beta(1/2 + 8, 1/2 + 32); of 200
 * leads 40 visits: Beta(40.5, 160.5). The visit on D-4 of the day it came is one for new
 * deals, those a fortnight later are not. */
static void
chances_are_counted_from_visits_that_look_for_deals(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder, "activities: activities.csv\n", "2026-04-11", 2);
    (void) state;

    assert_close(effort.opportunity_of_visit.hits, 8.5, 1e-12);
    assert_close(effort.opportunity_of_visit.misses, 32.5, 1e-12);
    assert_close(effort.visit_of_lead.hits, 40.5, 1e-12);
    assert_close(effort.visit_of_lead.misses, 160.5, 1e-12);
    assert_close(effort.uncaused, 0.2, 1e-12);
    assert_close(effort.usual_per_week, 7.0 * 40 / 41, 1e-12);
    assert_false(dd_effort_is_decided(&effort));
    assert_close(dd_effort_arrivals(&effort), 1.0, 0);
    close_all(&folder, &effort);
}

static void
what_came_after_as_of_is_not_known(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder, "activities: activities.csv\n", "2026-03-19", 2);
    (void) state;

    /* 24 visits and five opportunities by then. */
    assert_close(effort.opportunity_of_visit.hits, 5.5, 1e-12);
    assert_close(effort.opportunity_of_visit.misses, 19.5, 1e-12);
    close_all(&folder, &effort);
}

static void
a_single_belief_stands_and_a_range_is_a_prior(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder,
                              "activities: activities.csv\n"
                              "effort: {visits_per_opportunity: 10}\n",
                              "2026-04-11", 2);
    (void) state;

    assert_close(dd_chance_mean(&effort.opportunity_of_visit), 0.1, 0);
    assert_true(effort.opportunity_of_visit.misses < 0);
    /* 40 visits in 41 days explain .1 * 6.83 of 2 a week. */
    assert_close(effort.uncaused, 1 - 0.1 * 7 * 40 / 41 / 2, 1e-12);
    close_all(&folder, &effort);

    effort = fitted(&folder,
                    "activities: activities.csv\n"
                    "effort: {visits_per_opportunity: 8 to 12}\n",
                    "2026-04-11", 2);
    /* Centre (1/12 + 1/8) / 2, sd (1/8 - 1/12) / 3.29: a Beta worth c (1 - c) / sd^2 - 1. */
    double c = (1.0 / 12 + 1.0 / 8) / 2, sd = (1.0 / 8 - 1.0 / 12) / 3.2897072539;
    double n = c * (1 - c) / (sd * sd) - 1;
    assert_close(effort.opportunity_of_visit.hits, n * c + 8, 1e-6);
    assert_close(effort.opportunity_of_visit.misses, n * (1 - c) + 32, 1e-6);
    close_all(&folder, &effort);
}

static void
decided_visits_leave_only_arrivals_that_they_do_not_explain(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder,
                              "team: 3\n"
                              "effort: {visits_per_rep_week: 4, "
                              "visits_per_opportunity: 16}\n",
                              "2026-04-11", 2);
    (void) state;

    assert_true(dd_effort_is_decided(&effort));
    assert_close(effort.uncaused, 1 - 3 * 4 / 16.0 / 2, 1e-12);
    assert_close(dd_effort_arrivals(&effort), effort.uncaused, 0);
    assert_close(dd_effort_mean(&effort).per_rep_week, 4, 0);
    effort.factor = 1.25;
    assert_close(dd_effort_mean(&effort).per_rep_week, 5, 1e-12);
    effort.planned = 1;
    assert_true(isnan(dd_effort_mean(&effort).per_rep_week));
    close_all(&folder, &effort);
}

/* The five days to 2026-05-05 are China's, and so is the rest of that week but one. */
static void
a_team_on_holiday_explains_as_much(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder,
                              "team: 3\nholidays: CN\n"
                              "effort: {visits_per_rep_week: 4, "
                              "visits_per_opportunity: 16}\n",
                              "2026-05-05", 2);
    (void) state;

    assert_close(effort.uncaused, 1 - 3 * 4 / 16.0 / 2, 1e-12);
    assert_null(folder_noted(&folder, "visits_decide"));
    assert_non_null(
        strstr(folder_noted(&folder, "visits_explain"), "0.75 of the 2 new"));
    close_all(&folder, &effort);

    effort = fitted(&folder,
                    "team: 3\nholidays: CN\n"
                    "effort: {visits_per_rep_week: 16, visits_per_opportunity: 16}\n",
                    "2026-05-01", 2);
    assert_non_null(strstr(folder_noted(&folder, "visits_decide"), ": 3 a week"));
    assert_null(folder_noted(&folder, "visits_explain"));
    close_all(&folder, &effort);
}

static void
a_lever_on_visits_moves_the_arrivals_that_visits_cause(void **state)
{
    funnel_folder folder;
    dd_effort effort = fitted(&folder, "activities: activities.csv\n", "2026-04-11", 2);
    (void) state;

    effort.factor = 1.5;
    assert_close(dd_effort_arrivals(&effort), 1 + 0.8 * 0.5, 1e-12);
    close_all(&folder, &effort);
}

static void
draws_have_the_mean_of_the_posterior(void **state)
{
    enum { DRAWS = 20000 };
    funnel_folder folder;
    dd_effort effort = fitted(&folder, "activities: activities.csv\n", "2026-04-11", 2);
    dd_stream stream = dd_stream_make(2, DD_RNG_TEST, 1, 1);
    gsl_rng *r = dd_rng_gsl(&stream);
    double sum = 0, mean = 8.5 / 41, sd = sqrt(mean * (1 - mean) / 42);
    (void) state;

    for (int i = 0; i < DRAWS; i++)
        sum += dd_effort_draw_from(&effort, r).opportunity_of_visit / DRAWS;
    assert_close(sum, mean, 4 * sd / sqrt(DRAWS));
    gsl_rng_free(r);
    close_all(&folder, &effort);
}

/* ---- the team ---- */

#define MONDAY 20521 /* 2026-03-09 */

static void
a_week_is_five_days_and_a_ramp_takes_months(void **state)
{
    dd_member old = { "Li", 1.0, DD_NO_DAY, DD_NO_DAY };
    dd_member fresh = { "Wu", 1.0, MONDAY, MONDAY + 200 };
    double ramp[] = { 0.0, 0.5 };
    dd_team team = { 1, &old, 2, ramp, NULL };
    double week = 0;
    (void) state;

    for (dd_day day = MONDAY; day < MONDAY + 7; day++)
        week += dd_member_weeks(&team, &old, day);
    assert_close(week, 1.0, 1e-12);
    assert_close(dd_member_weeks(&team, &old, MONDAY + 5), 0, 0);
    assert_close(dd_member_weeks(&team, &old, MONDAY + 6), 0, 0);
    assert_close(dd_member_weeks(&team, &fresh, MONDAY - 7), 0, 0);
    assert_close(dd_member_weeks(&team, &fresh, MONDAY + 7), 0, 0);
    assert_close(dd_member_weeks(&team, &fresh, MONDAY + 35), 0.1, 1e-12);
    assert_close(dd_member_weeks(&team, &fresh, MONDAY + 70), 0.2, 1e-12);
    assert_close(dd_member_weeks(&team, &fresh, MONDAY + 203), 0, 0);
}

/* Li changes the team, over a weekend: no start. Wu comes back after three weeks, which is
 * one: nothing in the first month, half in the second. */
static void
a_change_of_team_starts_no_ramp(void **state)
{
    double ramp[] = { 0.0, 0.5 };
    dd_rep reps[] = { { .name = "Li", .start = MONDAY - 2000, .end = MONDAY - 10 },
                      { .name = "Li", .start = MONDAY - 7, .end = DD_NO_DAY },
                      { .name = "Wu", .start = MONDAY - 2000, .end = MONDAY - 28 },
                      { .name = "Wu", .start = MONDAY - 7, .end = DD_NO_DAY } };
    dd_past past = { .as_of = MONDAY - 1, .n_reps = 4, .reps = reps };
    dd_funnel funnel = { .n_ramp = 2, .ramp = ramp };
    dd_team team;
    (void) state;

    assert_int_equal(dd_team_init(&team, &past, &funnel, NULL), DD_OK);
    assert_close(dd_team_week_from(&team, MONDAY), 1.0, 1e-12);
    assert_close(dd_team_week_from(&team, MONDAY + 28), 1.5, 1e-12);
    assert_close(dd_team_week_from(&team, MONDAY + 63), 2.0, 1e-12);
    dd_team_free(&team);

    /* A span that is over by as-of but goes on is the same stay. */
    past.as_of = MONDAY - 9;
    assert_int_equal(dd_team_init(&team, &past, &funnel, NULL), DD_OK);
    assert_close(dd_team_week_from(&team, MONDAY - 7), 1.0, 1e-12);
    dd_team_free(&team);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_are_counted_from_visits_that_look_for_deals),
        cmocka_unit_test(what_came_after_as_of_is_not_known),
        cmocka_unit_test(a_single_belief_stands_and_a_range_is_a_prior),
        cmocka_unit_test(decided_visits_leave_only_arrivals_that_they_do_not_explain),
        cmocka_unit_test(a_team_on_holiday_explains_as_much),
        cmocka_unit_test(a_lever_on_visits_moves_the_arrivals_that_visits_cause),
        cmocka_unit_test(draws_have_the_mean_of_the_posterior),
        cmocka_unit_test(a_week_is_five_days_and_a_ramp_takes_months),
        cmocka_unit_test(a_change_of_team_starts_no_ramp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
