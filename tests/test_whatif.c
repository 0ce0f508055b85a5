/* What-ifs as people ask for them: scenario files against a company, by the program. */
#include "answers.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("a.yaml", "name: a\nstep_rate: {Negotiation: +10%}\n");
    write_file("b.yaml", "name: b\nsays: shorter and dearer\ncycle: -20%\n"
                         "deal_size: +5%\neconomics: {margin: 60%}\n");
    write_file("c.yaml", "name: c\nbase: a.yaml\nmarket: -15%\n");
    write_file("a2.yaml", "name: a\nmarket: +1%\n");
    write_file("many.yaml", "name: many\ncycle: {Propsal: -10%, Nedes: -5%}\n"
                            "deals: {D-000: lost, D-001: lost}\n");
    write_file("wrong.yaml", "name: wrong\nstep_rate:\n  Negotation: +10%\n");
    write_file("high.yaml", "name: high\nstep_rate:\n  Negotiation: +60%\n");
    write_file("past.yaml", "name: past\nfrom: 2026-11-01\nmarket: -1%\n");
    write_file("late.yaml", "name: late\nfrom: 2035-01-01\ncycle: -10%\n"
                            "economics: {margin: 60%}\n");
    write_file("from.yaml", "name: empty\nfrom: 2027-01-01\n");
    write_file("same.yaml", "name: same\ncycle: +0%\n");
    write_file("deal.yaml", "name: deal\ndeals: {D-000: lost}\n");
    return 0;
}

static void
the_base_is_the_forecast(void **state)
{
    dd_yaml forecast = asked("$D forecast $F --trials 2500 --format json");
    dd_yaml whatif = asked("$D whatif $F $T/a.yaml --trials 2500 --format json");

    (void) state;
    assert_int_equal(at(forecast.root, "periods")->n, 4);
    for (int p = 0; p < 4; p++) {
        static const char *const keys[]
            = { "label", "target", "p_target", "p_target_mcse", "bookings" };
        for (int k = 0; k < 5; k++) {
            char in_forecast[64], in_whatif[64];
            snprintf(in_forecast, sizeof in_forecast, "periods %d %s", p, keys[k]);
            snprintf(in_whatif, sizeof in_whatif, "scenarios 0 periods %d %s", p,
                     keys[k]);
            assert_same(at(forecast.root, in_forecast), at(whatif.root, in_whatif));
        }
    }
    assert_string_equal(at(whatif.root, "scenarios 0 periods 0 difference mean")->text,
                        "");
    dd_yaml_free(&forecast);
    dd_yaml_free(&whatif);
}

static void
scenarios_know_nothing_of_one_another(void **state)
{
    dd_yaml all = asked("$D whatif $F $T/a.yaml $T/b.yaml $T/c.yaml --trials 1500 "
                        "--format json");
    dd_yaml two = asked("$D whatif $F $T/c.yaml $T/a.yaml --trials 1500 --threads 1 "
                        "--format json");

    (void) state;
    assert_int_equal(at(all.root, "scenarios")->n, 4);
    assert_int_equal(at(two.root, "scenarios")->n, 3);
    assert_same(at(all.root, "scenarios 0"), at(two.root, "scenarios 0"));
    assert_same(at(all.root, "scenarios 1"), at(two.root, "scenarios 2"));
    assert_same(at(all.root, "scenarios 3"), at(two.root, "scenarios 1"));
    dd_yaml_free(&all);
    dd_yaml_free(&two);
}

static void
differences_add_up_and_net_is_their_margin(void **state)
{
    dd_yaml tree = asked("$D whatif $F $T/b.yaml --trials 1500 --format json");
    double sum = 0.0;

    (void) state;
    for (int p = 0; p < 4; p++) {
        char path[80];
        double base, with, difference;
        snprintf(path, sizeof path, "scenarios 0 periods %d bookings mean", p);
        base = number(tree.root, path);
        snprintf(path, sizeof path, "scenarios 1 periods %d bookings mean", p);
        with = number(tree.root, path);
        snprintf(path, sizeof path, "scenarios 1 periods %d difference mean", p);
        difference = number(tree.root, path);
        assert_close(difference, with - base, 0.02);
        sum += difference;
        snprintf(path, sizeof path, "scenarios 1 periods %d cumulative mean", p);
        assert_close(number(tree.root, path), sum, 0.05);
    }
    assert_close(number(tree.root, "scenarios 1 net mean"), 0.6 * sum, 0.05);
    assert_close(number(tree.root, "scenarios 1 periods 0 p_target_change"),
                 number(tree.root, "scenarios 1 periods 0 p_target")
                     - number(tree.root, "scenarios 0 periods 0 p_target"),
                 1e-9);
    assert_close(number(tree.root, "scenarios 1 periods 3 cumulative p_better"), 1.0, 0);
    assert_string_equal(at(tree.root, "scenarios 0 net mean")->text, "");
    dd_yaml_free(&tree);
}

/* The tornado's step rate of Negotiation is the scenario that says so. */
static void
levers_are_the_scenarios_they_stand_for_ranked(void **state)
{
    dd_yaml tree = asked("$D whatif $F $T/a.yaml --levers --trials 1500 --format json");
    const dd_yaml_node *levers = at(tree.root, "levers");
    double before = (double) INFINITY;
    int seen = 0;

    (void) state;
    assert_int_equal(levers->n, 16);
    for (const dd_yaml_node *lever = levers->first; lever; lever = lever->next) {
        double change = number(lever, "bookings_change");
        assert_true(change <= before && change > 0.0);
        before = change;
        if (strcmp(at(lever, "lever")->text, "step_rate") != 0
            || strcmp(at(lever, "stage")->text, "Negotiation") != 0)
            continue;
        assert_string_equal(at(lever, "change")->text, "+10 %");
        assert_same(at(lever, "bookings_change"),
                    at(tree.root, "scenarios 1 periods 3 cumulative mean"));
        assert_same(at(lever, "p_target_change"),
                    at(tree.root, "scenarios 1 periods 0 p_target_change"));
        assert_same(at(lever, "mcse"),
                    at(tree.root, "scenarios 1 periods 0 p_target_change_mcse"));
        seen++;
    }
    assert_int_equal(seen, 1);
    dd_yaml_free(&tree);
}

static void
a_grid_holds_every_combination_and_the_base_among_them(void **state)
{
    dd_yaml tree = asked("$D whatif $F --grid 'win_rate=0%:20%/2 cycle=-20%:0%/1' "
                         "--trials 1500 --format json");

    (void) state;
    assert_int_equal(at(tree.root, "grid")->n, 6);
    assert_string_equal(at(tree.root, "grid 1 win_rate")->text, "0 %");
    assert_string_equal(at(tree.root, "grid 1 cycle")->text, "0 %");
    assert_string_equal(at(tree.root, "grid 4 win_rate")->text, "+20 %");
    assert_string_equal(at(tree.root, "grid 4 cycle")->text, "-20 %");
    assert_same(at(tree.root, "grid 1 bookings_mean"),
                at(tree.root, "scenarios 0 periods 3 cumulative bookings"));
    assert_same(at(tree.root, "grid 1 p_target"),
                at(tree.root, "scenarios 0 periods 0 p_target"));
    assert_true(number(tree.root, "grid 4 bookings_mean")
                > number(tree.root, "grid 1 bookings_mean"));
    dd_yaml_free(&tree);
}

static void
mistakes_are_told_by_file_line_and_column(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F $T/wrong.yaml 2>&1"), 1);
    assert_said("/wrong.yaml:3:15: unknown stage 'Negotation', expected Negotiation");
    assert_int_equal(run("$D whatif $F $T/many.yaml $T/a.yaml $T/wrong.yaml 2>&1"), 1);
    assert_said("/many.yaml:2:18: unknown stage 'Propsal', expected Proposal\n");
    assert_said("/many.yaml:2:31: unknown stage 'Nedes', expected Needs\n");
    assert_said("/many.yaml:3:9: no open deal 'D-000'");
    assert_said("/many.yaml:3:22: no open deal 'D-001'");
    assert_said("/wrong.yaml:3:15: unknown stage 'Negotation', expected Negotiation");
    assert_int_equal(run("$D whatif $F $T/high.yaml 2>&1"), 1);
    assert_said("/high.yaml:3:16: the step rate of 'Negotiation' is ");
    assert_said(": +60 % is more than can be, expected at most +");
    assert_int_equal(run("$D whatif $F $T/past.yaml 2>&1"), 1);
    assert_said("/past.yaml:2:7: levers and rules cannot start on 2026-11-01: the past "
                "is known up "
                "to 2026-11-20, expected a day after as-of");
    assert_int_equal(run("$D whatif $F $T/deal.yaml 2>&1"), 1);
    assert_said("/deal.yaml:2:9: no open deal 'D-000'");
    assert_int_equal(run("$D whatif $F $T/a.yaml $T/a2.yaml 2>&1"), 1);
    assert_said("/a2.yaml: there is a scenario 'a' already, expected a name of its own");
    assert_int_equal(run("$D whatif $F $T/none.yaml 2>&1"), 1);
    assert_said("/none.yaml: cannot");
    assert_int_equal(run("$D forecast $F $T/a.yaml 2>&1"), 2);
    assert_said("more than one file given");
}

static void
a_grid_that_is_none_is_refused(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F --grid 'winrate=0%:20%' 2>&1"), 2);
    assert_said("--grid: unknown lever, read 'winrate', expected win_rate");
    assert_int_equal(run("$D whatif $F --grid 'cycle=0%:-20%' 2>&1"), 2);
    assert_said("--grid: no range of changes from lower to higher");
    assert_int_equal(run("$D whatif $F --grid 'cycle=-20%:0%/21' 2>&1"), 2);
    assert_said("--grid: steps are out of range");
    assert_int_equal(run("$D whatif $F --grid 'cycle' 2>&1"), 2);
    assert_said("--grid: a lever without a range");
    assert_int_equal(run("$D whatif $F --grid 'cycle=-100%:0%' 2>&1"), 2);
    assert_said("--grid: -100% or less leaves nothing to play");
    assert_int_equal(run("$D whatif $F --grid 'cycle=0%:1001%' 2>&1"), 2);
    assert_said("--grid: more than 1000% is out of range");
    assert_int_equal(run("$D whatif $F --grid 'cycle=-1%:0% cycle=-2%:0%' 2>&1"), 2);
    assert_said("--grid: the same lever twice");
    assert_int_equal(run("$D whatif $F --grid 'cycle=-1%:0% market=-2%:0% "
                         "deal_size=-1%:0%' 2>&1"),
                     2);
    assert_said("--grid: more than two levers");
    assert_int_equal(run("$D whatif $F --grid ' ' 2>&1"), 2);
    assert_said("--grid: no lever");
}

static void
csv_has_a_row_per_scenario_and_period(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F $T/a.yaml $T/b.yaml --trials 1500 --periods 2 "
                         "--format csv | cut -d, -f1,2,19"),
                     0);
    assert_string_equal(said, "name,says,label\n"
                              "base,,2026Q4\n"
                              "base,,2027Q1\n"
                              "a,,2026Q4\n"
                              "a,,2027Q1\n"
                              "b,shorter and dearer,2026Q4\n"
                              "b,shorter and dearer,2027Q1\n");
    assert_int_equal(
        run("$D whatif $F --levers --trials 1500 --format csv --table levers "
            "| head -n 1"),
        0);
    assert_string_equal(
        said, "lever,pipeline,stage,change,p_target_change,mcse,"
              "bookings_change,bookings_change_mcse,wins_change,wins_change_mcse\n");
}

static void
the_answer_comes_first_with_and_without_a_target(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F $T/c.yaml $T/a.yaml --trials 1500"), 0);
    assert_true(strstr(said, "2026Q4: as things stand a chance of ") == said);
    assert_said("\nOf these, 'a' does best: ");
    assert_said("\n2026Q4 to 2027Q3 together\n");
    assert_int_equal(run("$D whatif scenarios/demo/history.csv $T/c.yaml $T/a.yaml "
                         "--trials 1500"),
                     0);
    assert_true(strstr(said, "Of these, 'a' does best: bookings change by ") == said);
}

/* What starts in the next quarter is told by that quarter's target, and the quarter in
 * which nothing differs is not shown; past all targets bookings tell. */
static void
the_answer_is_told_of_a_period_that_changes(void **state)
{
    (void) state;
    write_file("next.yaml", "name: next\nfrom: 2027-01-01\nmarket: +20%\n");
    assert_int_equal(run("$D whatif $F $T/next.yaml --trials 1500"), 0);
    assert_true(strstr(said, "2027Q1: as things stand a chance of ") == said);
    assert_said("\nWith 'next': ");
    assert_said("\n2027Q1\n");
    assert_null(strstr(said, "\n2026Q4\n"));
    write_file("next.yaml", "name: next\nfrom: 2027-07-01\nmarket: +20%\n");
    assert_int_equal(run("$D whatif $F $T/next.yaml --trials 1500"), 0);
    assert_true(strstr(said, "With 'next' bookings change by ") == said);
}

/* A row per deal knows one stage, of which all leaks are. */
static void
a_leak_is_one_of_several_stages(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F --levers --trials 512"), 0);
    assert_said("The leak to fix first is ");
    write_file("one.yaml", "stages: [Contact]\nteam: 2\nrates:\n  deal_size: 900\n"
                           "  new_deals_per_rep_week: 2\n"
                           "  stages: {Contact: {win_rate: 20%, days: 30}}\n");
    assert_int_equal(
        run("$D whatif $T/one.yaml --as-of 2026-11-20 --levers --trials 512"), 0);
    assert_said("What a tenth of every lever brings");
    assert_null(strstr(said, "The leak"));
}

/* What changes nothing is never better, and says why. */
static void
what_has_no_effect_is_told(void **state)
{
    dd_yaml tree = asked("$D whatif $F $T/late.yaml $T/from.yaml $T/same.yaml $T/a.yaml "
                         "--trials 1500 --format json");
    const dd_yaml_node *warnings = at(tree.root, "warnings");

    (void) state;
    for (int s = 1; s <= 4; s++) {
        char path[64];
        snprintf(path, sizeof path, "scenarios %d periods 3 cumulative p_better", s);
        assert_true((number(tree.root, path) > 0.0) == (s == 4));
        snprintf(path, sizeof path, "scenarios %d periods 3 cumulative p_better_mcse",
                 s);
        assert_true((number(tree.root, path) > 0.0) == (s == 4));
    }
    assert_int_equal(warnings->n, 3);
    for (int w = 0; w < 3; w++) {
        char path[24];
        snprintf(path, sizeof path, "%d code", w);
        assert_string_equal(at(warnings, path)->text, "no_effect");
    }
    assert_non_null(strstr(at(warnings, "0 text")->text,
                           "late.yaml:2: its levers start on 2035-01-01, after 2027Q3"));
    assert_non_null(
        strstr(at(warnings, "1 text")->text,
               "from.yaml:2: 'from' starts levers and rules of its file, which "
               "has none"));
    assert_string_equal(at(warnings, "2 text")->text,
                        "'same' changes nothing: every trial books what it books in the "
                        "base");
    dd_yaml_free(&tree);
    assert_int_equal(run("$D whatif $F --trials 256"), 0);
    assert_said("nothing is changed: name scenario files behind the funnel");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_is_the_forecast),
        cmocka_unit_test(scenarios_know_nothing_of_one_another),
        cmocka_unit_test(differences_add_up_and_net_is_their_margin),
        cmocka_unit_test(levers_are_the_scenarios_they_stand_for_ranked),
        cmocka_unit_test(a_grid_holds_every_combination_and_the_base_among_them),
        cmocka_unit_test(the_answer_comes_first_with_and_without_a_target),
        cmocka_unit_test(the_answer_is_told_of_a_period_that_changes),
        cmocka_unit_test(a_leak_is_one_of_several_stages),
        cmocka_unit_test(csv_has_a_row_per_scenario_and_period),
        cmocka_unit_test(mistakes_are_told_by_file_line_and_column),
        cmocka_unit_test(a_grid_that_is_none_is_refused),
        cmocka_unit_test(what_has_no_effect_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
