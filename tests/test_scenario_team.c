#include "scenario_folder.h"

#include "dealdice/date.h"

#include <math.h>

/* Rules of the file after which the folder's last one is named. */
static void
read_rules(funnel_folder *folder, const char *name, dd_team_rules *rules)
{
    dd_scenario s;

    assert_int_equal(read_scenario(folder, &s, name), DD_OK);
    assert_int_equal(dd_scenario_rules(rules, &s, 0, &folder->err), DD_OK);
    dd_scenario_free(&s);
}

static void
hires_and_leavers_are_read_with_their_places(void **state)
{
    funnel_folder folder;
    dd_scenario s;
    const dd_team_rules *team;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: five for the east\n"
                 "hire: [{count: 5, start: 2027-01-04, team: East,\n"
                 "        ramp: [0, 25%, 0.5]},\n"
                 "       {start: 2027-02-01}]\n"
                 "leave: [{owner: 李雷, date: 2027-02-07, to: 韩梅梅}]\n"
                 "economics: {margin: 70%, rep_month: 3.5万, hire_once: 3万}\n");
    assert_int_equal(read_scenario(&folder, &s, "a.yaml"), DD_OK);
    assert_true(dd_scenario_has_team(&s));
    team = s.layers[0].team;
    assert_int_equal(team->n_hires, 2);
    assert_int_equal(team->hires[0].count, 5);
    assert_int_equal(team->hires[0].start, dd_day_from_civil(2027, 1, 4));
    assert_string_equal(team->hires[0].team, "East");
    assert_int_equal(team->hires[0].n_ramp, 3);
    assert_close(team->hires[0].ramp[2], 0.5, 1e-12);
    assert_int_equal(team->hires[0].team_place.line, 2);
    assert_int_equal(team->hires[0].team_place.column, 44);
    assert_int_equal(team->hires[1].count, 1);
    assert_null(team->hires[1].team);
    assert_int_equal(team->hires[1].start_place.line, 4);
    assert_string_equal(team->hires[1].start_place.file, s.layers[0].path);
    assert_int_equal(team->n_leaves, 1);
    assert_string_equal(team->leaves[0].owner, "李雷");
    assert_string_equal(team->leaves[0].to, "韩梅梅");
    assert_int_equal(team->leaves[0].to_place.line, 5);
    assert_int_equal(team->place.line, 2);
    assert_close(s.rep_month, 3.5e6, 1e-9);
    assert_close(s.hire_once, 3e6, 1e-9);
    dd_scenario_free(&s);
    folder_free(&folder);
}

static void
rules_are_read_as_days_odds_and_leavers_a_month(void **state)
{
    funnel_folder folder;
    dd_team_rules rules;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: a\n"
                 "attrition: {0-6: 8% a month, 6-18: 36% a year, 18-: 2% a month}\n"
                 "refill: {after: 8 weeks}\n"
                 "handover: {lower: {delay: 3 days, odds: 1}, upper: {odds: 0.7}}\n"
                 "recycle: {after: 60 days, odds: 0.6}\n"
                 "referral: 0.2\n"
                 "leads_from: 60%\n");
    read_rules(&folder, "a.yaml", &rules);
    assert_int_equal(rules.n_attrition, 3);
    assert_close(rules.attrition[0].a_month, 0.08, 1e-12);
    assert_close(rules.attrition[1].from_month, 6, 0);
    assert_close(rules.attrition[1].a_month, 0.03, 1e-12);
    assert_close(rules.attrition[2].from_month, 18, 0);
    assert_close(rules.refill_days, 56, 0);
    assert_close(rules.handover[DD_LOWER].delay_days, 3, 0);
    assert_close(rules.handover[DD_LOWER].odds, 1, 0);
    assert_true(isnan(rules.handover[DD_UPPER].delay_days));
    assert_close(rules.handover[DD_UPPER].odds, 0.7, 0);
    assert_close(rules.recycle_days, 60, 0);
    assert_close(rules.recycle_odds, 0.6, 0);
    assert_close(rules.referral, 0.2, 0);
    assert_close(rules.market, 0.6, 0);
    assert_int_equal(rules.by_preset, 0);
    dd_team_rules_free(&rules);
    folder_write(&folder, "b.yaml", "name: b\nattrition: 100% a month\n");
    read_rules(&folder, "b.yaml", &rules);
    assert_close(rules.attrition[0].a_month, 1, 0);
    dd_team_rules_free(&rules);
    folder_free(&folder);
}

static void
a_scenario_without_such_keys_leaves_the_team_alone(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: a\nmarket: +5%\neconomics: {rep_month: 2万}\n");
    assert_int_equal(read_scenario(&folder, &s, "a.yaml"), DD_OK);
    assert_false(dd_scenario_has_team(&s));
    dd_scenario_free(&s);
    folder_free(&folder);
}

/* What a file says itself holds against its preset, a layer on top against both. */
static void
presets_fill_what_their_layer_leaves_unsaid(void **state)
{
    /* the delay of the upper part is the file's own */
    const unsigned of_fieldforce = DD_RULE_RAMP | DD_RULE_RECYCLE | DD_RULE_RECYCLE_ODDS
                                   | DD_RULE_DELAY << DD_MIDDLE
                                   | DD_RULE_DELAY << DD_LOWER | DD_RULE_ODDS << DD_UPPER
                                   | DD_RULE_ODDS << DD_MIDDLE
                                   | DD_RULE_ODDS << DD_LOWER;
    funnel_folder folder;
    dd_team_rules rules;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: a\npreset: fieldforce\nrefill: {after: 9 days}\n"
                 "handover: {upper: {delay: 11 days}}\n");
    folder_write(&folder, "b.yaml",
                 "name: b\nbase: a.yaml\nattrition: 3% a month\n"
                 "hire: [{start: 2027-01-04}]\n");
    folder_write(&folder, "c.yaml",
                 "name: c\nbase: b.yaml\npreset: expert\n"
                 "leave: [{owner: x, date: 2027-01-04}]\n");
    read_rules(&folder, "a.yaml", &rules);
    assert_close(rules.attrition[0].a_month, 1.0 / 6, 1e-12);
    assert_close(rules.refill_days, 9, 0);
    assert_close(rules.handover[DD_UPPER].delay_days, 11, 0);
    assert_close(rules.handover[DD_UPPER].odds, 0.8, 0);
    assert_close(rules.recycle_days, 60, 0);
    assert_int_equal(rules.by_preset, DD_RULE_ATTRITION | of_fieldforce);
    dd_team_rules_free(&rules);
    read_rules(&folder, "b.yaml", &rules);
    assert_close(rules.attrition[0].a_month, 0.03, 1e-12);
    assert_close(rules.refill_days, 9, 0);
    assert_int_equal(rules.preset, DD_PRESET_FIELDFORCE);
    assert_int_equal(rules.by_preset, of_fieldforce);
    dd_team_rules_free(&rules);
    read_rules(&folder, "c.yaml", &rules);
    assert_int_equal(rules.preset, DD_PRESET_EXPERT);
    assert_close(rules.attrition[0].a_month, 0.01, 1e-12);
    assert_close(rules.refill_days, 120, 0);
    assert_int_equal(rules.n_ramp, 10);
    assert_close(rules.recycle_days, 60, 0); /* experts say nothing of it */
    assert_int_equal(rules.n_hires, 1);
    assert_int_equal(rules.n_leaves, 1);
    dd_team_rules_free(&rules);
    folder_free(&folder);
}

static dd_day
day(const char *text)
{
    return dd_moment_day(dd_moment_parse(text, strlen(text), 0, NULL));
}

/* Attrition a month, and the day after this one on which anything changes. */
static void
assert_rules(const dd_scenario *s, const char *on, double a_month, double refill_days,
             dd_day change)
{
    dd_team_rules rules;

    assert_int_equal(dd_scenario_rules(&rules, s, day(on), NULL), DD_OK);
    assert_int_equal(rules.n_attrition, 1);
    assert_close(rules.attrition[0].a_month, a_month, 1e-12);
    if (isnan(refill_days))
        assert_true(isnan(rules.refill_days));
    else
        assert_close(rules.refill_days, refill_days, 0);
    assert_int_equal(rules.n_hires, 1);
    assert_int_equal(dd_scenario_rules_change(s, day(on)), change);
    dd_team_rules_free(&rules);
}

/* Layers hold from their own days on, whichever starts first; of those that do, the last
 * one. Hires have days of their own, and a layer of them alone changes no rule. */
static void
rules_of_a_day_are_the_last_layers_that_has_started(void **state)
{
    const double none = (double) NAN;
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml", "name: a\nattrition: 5% a month\n");
    folder_write(&folder, "b.yaml",
                 "name: b\nbase: a.yaml\nfrom: 2027-06-01\nattrition: 9% a month\n"
                 "refill: {after: 9 days}\n");
    folder_write(&folder, "c.yaml",
                 "name: c\nbase: b.yaml\nfrom: 2027-03-01\nattrition: 2% a month\n");
    folder_write(&folder, "d.yaml",
                 "name: d\nbase: c.yaml\nfrom: 2027-04-01\nmarket: +5%\n"
                 "hire: [{start: 2027-01-04}]\n");
    folder_write(&folder, "e.yaml",
                 "name: e\nbase: d.yaml\nfrom: 2027-07-01\nreferral: 0.1\n");
    assert_int_equal(read_scenario(&folder, &s, "e.yaml"), DD_OK);
    assert_rules(&s, "2027-02-28", 0.05, none, day("2027-03-01"));
    assert_rules(&s, "2027-03-01", 0.02, none, day("2027-06-01"));
    assert_rules(&s, "2027-05-31", 0.02, none, day("2027-06-01"));
    assert_rules(&s, "2027-06-01", 0.02, 9, day("2027-07-01"));
    assert_rules(&s, "2027-07-01", 0.02, 9, DD_NO_DAY);
    dd_scenario_free(&s);
    folder_free(&folder);
}

static void
a_later_layers_money_holds(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: a\neconomics: {margin: 70%, rep_month: 2万, hire_once: 1万}\n");
    folder_write(&folder, "b.yaml",
                 "name: b\nbase: a.yaml\neconomics: {rep_month: 3万}\n");
    assert_int_equal(read_scenario(&folder, &s, "b.yaml"), DD_OK);
    assert_close(s.margin, 0.7, 0);
    assert_close(s.rep_month, 3e6, 0);
    assert_close(s.hire_once, 1e6, 0);
    dd_scenario_free(&s);
    folder_free(&folder);
}

static void
mistakes_are_told_with_their_place(void **state)
{
    (void) state;
    refuse("name: a\nhire: {count: 5}\n", 2, 7, "'hire' is a map", "a list such as");
    refuse("name: a\nhire: [{count: 5}]\n", 2, 8, "a hire has no start", "2027-01-04");
    refuse("name: a\nhire: [{count: 0, start: 2027-01-04}]\n", 2, 16,
           "'count' is out of range", "1 to 10000");
    refuse("name: a\nhire: [{start: soon}]\n", 2, 16, "'start' cannot be read",
           "2027-01-04");
    refuse("name: a\nhire: [{start: 2027-01-04, ramp: [0, 50%, 25%]}]\n", 2, 43,
           "a step of the ramp cannot be right", "not below the month before");
    refuse("name: a\nleave: [{date: 2027-01-04}]\n", 2, 9, "a leaver has no name",
           "owner: 李雷");
    refuse("name: a\nleave: [{owner: x}]\n", 2, 9, "a leaver has no date", "date: 2027");
    refuse("name: a\nattrition: 300% a month\n", 2, 12, "attrition is out of range",
           "at most 100% a month");
    refuse("name: a\nattrition: 3%\n", 2, 12, "attrition cannot be read", "3% a month");
    refuse("name: a\nattrition: {0-6: 8% a month}\n", 2, 12,
           "attrition does not say what comes after month 6", "6-: 2% a month");
    refuse("name: a\nattrition: {0-6: 8% a month, 7-: 2% a month}\n", 2, 30,
           "months of tenure cannot be right", "follow one another");
    refuse("name: a\nrefill: {after: -3 weeks}\n", 2, 17, "'after' is out of range",
           "0 to 3650 days");
    refuse("name: a\nrefill: {}\n", 2, 9, "'refill' has no 'after'", "8 weeks");
    refuse("name: a\nhandover: {lover: {odds: 1}}\n", 2, 12, "unknown key", "lower");
    refuse("name: a\nhandover: {lower: {odds: 0}}\n", 2, 26, "'odds' is out of range",
           "0.01 to 1");
    refuse("name: a\nrecycle: {odds: 0.6}\n", 2, 10, "'recycle' has no 'after'",
           "60 days");
    refuse("name: a\nreferral: 120%\n", 2, 11, "'referral' cannot be right",
           "at most 1");
    refuse("name: a\npreset: experts\n", 2, 9, "unknown preset", "expert");
    refuse("name: a\nleads_from: both\n", 2, 13, "'leads_from' cannot be read",
           "the market's share");
}

static void
all_problems_of_a_file_are_told_in_one_run(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: a\nhire: [{count: 5}, {start: 2027-01-04, ramp: [1, 0]}]\n"
                 "attrition: 300% a month\nreferral: -1\n");
    assert_int_equal(read_scenario(&folder, &s, "a.yaml"), DD_EDATA);
    assert_int_equal(folder.err.n, 4);
    folder_free(&folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hires_and_leavers_are_read_with_their_places),
        cmocka_unit_test(rules_are_read_as_days_odds_and_leavers_a_month),
        cmocka_unit_test(a_scenario_without_such_keys_leaves_the_team_alone),
        cmocka_unit_test(presets_fill_what_their_layer_leaves_unsaid),
        cmocka_unit_test(rules_of_a_day_are_the_last_layers_that_has_started),
        cmocka_unit_test(a_later_layers_money_holds),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(all_problems_of_a_file_are_told_in_one_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
