/* Where visits are limited and deals ask for them, every answer plays rep by rep. */
#include "answers.h"

#include <math.h>

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_demo("busy.yaml", "effort: {visits_per_rep_week: 6, visits_per_opportunity: 8,"
                            " visits_per_stage: {Proposal: 3, Negotiation: 4}}\n");
    write_demo("paid.yaml", "effort: {visits_per_rep_week: 6, visits_per_opportunity: 8,"
                            " visits_per_stage: {Proposal: 3, Negotiation: 4}}\n"
                            "collect: [{share: 100%, after: 0}]\n");
    write_demo("idle.yaml", "effort: {visits_per_rep_week: 12, visits_per_opportunity: "
                            "10, visits_per_stage: {Proposal: 0.001}}\n"
                            "uncertainty: {rates: fixed, level: off}\n");
    write_demo("deals.yaml", "effort: {visits_per_rep_week: 12, visits_per_opportunity: "
                             "10}\nuncertainty: {rates: fixed, level: off}\n");
    write_demo("idle-range.yaml",
               "effort: {visits_per_rep_week: 6 to 18, visits_per_opportunity: 5 to 20, "
               "visits_per_stage: {Proposal: 0.001}}\nuncertainty: {level: off}\n");
    write_demo(
        "deals-range.yaml",
        "effort: {visits_per_rep_week: 6 to 18, visits_per_opportunity: 5 to 20}\n"
        "uncertainty: {level: off}\n");
    write_demo("blind.yaml", "effort: {visits_per_rep_week: 6, visits_per_stage: "
                             "{Proposal: 3, Negotiation: 4}}\n");
    write_demo("stages.yaml", "effort: {visits_per_stage: {Proposal: 3}}\n");
    write_file("hire.yaml",
               "name: hire\nhire: [{count: 1, start: 2026-12-01, ramp: [100%]}]\n");
    write_file("nobody.yaml", "name: nobody\nleave: []\n");
    write_file("said.yaml",
               "name: said\ndeals: {D-01345: {win_rate: 90%, amount: 300万}, D-00838: "
               "{win_rate: 70%, amount: 500万}, D-01211: {win_rate: +20pp, amount: "
               "200万}, D-00845: {win_rate: 60%, close: 2027-01-01, amount: 150万}, "
               "D-01252: {close: 2027-03-31, amount: 120万}, D-01183: won, D-00821: "
               "{win_rate: 55%, close: 2027-06-05}}\n");
    write_file("surer.yaml", "name: surer\nwin_rate: {all: +10%}\n");
    write_file("later.yaml", "name: later\nfrom: 2027-01-04\nwin_rate: {all: +10%}\n");
    write_file("last.yaml", "name: last\nbase: later.yaml\nfrom: 2027-02-15\ncycle: "
                            "-30%\nstep_rate: {Needs: +15%}\n");
    write_file("once.yaml", "name: once\nfrom: 2027-02-15\nvisits_per_rep_week: 15\n"
                            "deal_size: +10%\ndeals: {D-00838: {win_rate: 70%, amount: "
                            "500万}}\n");
    return 0;
}

/* Periods of a forecast and of a what-if's base, to the byte. */
static void
assert_same_base(const dd_yaml_node *forecast, const dd_yaml_node *whatif)
{
    static const char *const keys[] = { "bookings", "p_target", "p_target_mcse" };
    for (int p = 0; p < 4; p++)
        for (int k = 0; k < 3; k++) {
            char a[64], b[64];
            snprintf(a, sizeof a, "periods %d %s", p, keys[k]);
            snprintf(b, sizeof b, "scenarios 0 periods %d %s", p, keys[k]);
            assert_same(at(forecast, a), at(whatif, b));
        }
}

static void
the_forecast_is_the_base_of_any_whatif(void **state)
{
    static const char *const others[]
        = { "$T/nobody.yaml", "$T/surer.yaml", "--threads 1 --levers",
            "--grid cycle=-20%:0%" };
    dd_yaml forecast
        = asked("$D forecast $T/busy.yaml --trials 300 --threads 2 --format "
                "json");
    (void) state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char line[200];
        snprintf(line, sizeof line,
                 "$D whatif $T/busy.yaml %s --trials 300 --format json", others[i]);
        dd_yaml whatif = asked(line);
        assert_same_base(forecast.root, whatif.root);
        dd_yaml_free(&whatif);
    }
    dd_yaml_free(&forecast);
}

/* More of a lever under limits: what more wins take of the visits is not there for new
 * deals, so that a tenth brings less than where all have theirs. */
static void
levers_are_pulled_within_the_limits(void **state)
{
    dd_yaml busy = asked("$D whatif $T/busy.yaml $T/surer.yaml --trials 512 --format "
                         "json");
    (void) state;
    assert_int_equal(at(busy.root, "rules")->n > 0, 1);
    assert_true(number(busy.root, "scenarios 1 periods 3 cumulative mean") > 0);
    dd_yaml_free(&busy);
}

/* Levers that start later are played rep by rep as well: until then nothing is otherwise,
 * and the base is the forecast. */
static void
levers_that_start_later_are_played_within_the_limits(void **state)
{
    dd_yaml forecast = asked("$D forecast $T/busy.yaml --trials 300 --format json");
    dd_yaml later = asked("$D whatif $T/busy.yaml $T/later.yaml --trials 300 --format "
                          "json");
    (void) state;
    assert_same_base(forecast.root, later.root);
    assert_true(at(later.root, "rules")->n > 0);
    assert_close(number(later.root, "scenarios 1 periods 0 difference mean"), 0, 0);
    assert_close(number(later.root, "scenarios 1 periods 0 p_better"), 0, 0);
    assert_true(number(later.root, "scenarios 1 periods 1 difference mean") > 0);
    dd_yaml_free(&later);
    dd_yaml_free(&forecast);
}

static void
a_forecast_tells_of_visits_that_open_deals_eat(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast $T/busy.yaml --trials 128 --format json"), 0);
    assert_said(" of the 84 visits a week that reps make: they get theirs first");
    assert_int_equal(run("$D deals $T/busy.yaml --trials 128 --format json"), 0);
    assert_said(
        " of the 84 visits a week that reps make: here they and new deals move as if");
    assert_int_equal(run("$D backtest $T/busy.yaml --trials 64 --format json"), 0);
    assert_said("past days are forecast rep by rep, by the reps that team: tells now");
    assert_int_equal(run("$D backtest $F --trials 64 --format json"), 0);
    assert_null(strstr(said, "\"capacity\""));
    assert_int_equal(run("$D whatif $T/busy.yaml $T/nobody.yaml --trials 128 --format "
                         "json"),
                     0);
    assert_null(strstr(said, "\"capacity\""));
    assert_int_equal(run("$D forecast $F --trials 128 --format json"), 0);
    assert_null(strstr(said, "\"capacity\""));
}

/* Visits that deals ask for limit nothing while nobody says how many are made. */
static void
what_takes_no_notice_of_limits_says_so(void **state)
{
    static const char *const commands[] = { "forecast", "plan", "deals", "whatif" };
    char line[120];
    (void) state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        snprintf(line, sizeof line, "$D %s $T/stages.yaml --trials 128 --format json",
                 commands[i]);
        assert_int_equal(run(line), 0);
        assert_said("visits_per_stage limits nothing while effort: does not say "
                    "visits_per_rep_week");
    }
    assert_int_equal(run("$D whatif $T/stages.yaml $T/hire.yaml --trials 128 --format "
                         "json"),
                     0);
    assert_said("visits_per_stage limits nothing");
    assert_int_equal(run("$D plan $F --quotas --trials 128 --format json"), 0);
    assert_null(strstr(said, "\"capacity"));
}

/* ---- against deals alone ---- */

static double
apart(const dd_yaml_node *a, const dd_yaml_node *b, const char *path)
{
    char error[96];
    double mcse = 0;
    snprintf(error, sizeof error, "%s_mcse", path);
    mcse = hypot(number(a, error), number(b, error));
    return (number(a, path) - number(b, path)) / mcse;
}

/* Visits that hardly anybody asks for limit nobody: deals alone, by another engine. */
static void
where_no_limit_binds_it_is_the_forecast_of_deals_alone(void **state)
{
    dd_yaml reps = asked("$D forecast $T/idle.yaml --trials 4096 --format json");
    dd_yaml deals = asked("$D forecast $T/deals.yaml --trials 8192 --format json");
    (void) state;
    for (int p = 0; p < 4; p++) {
        static const char *const parts[] = { "bookings mean", "new mean", "open mean" };
        char path[64];
        for (int k = 0; k < 3; k++) {
            snprintf(path, sizeof path, "periods %d %s", p, parts[k]);
            assert_close(apart(reps.root, deals.root, path), 0, 4);
        }
        snprintf(path, sizeof path, "periods %d p_target", p);
        if (p < 2) /* which have targets */
            assert_close(apart(reps.root, deals.root, path), 0, 4);
    }
    dd_yaml_free(&reps);
    dd_yaml_free(&deals);
}

/* A day that is said, chances that are, of a fresh deal and of ones so old that the rates
 * give them none, beside deals alone, which take their curves. */
/* Laws that follow one another, a decided number of visits and a chance that is said. */
static void
where_no_limit_binds_dated_levers_do_what_they_do_to_deals_alone(void **state)
{
    dd_yaml reps = asked("$D whatif $T/idle.yaml $T/last.yaml $T/once.yaml --trials "
                         "3072 --format json");
    dd_yaml deals = asked("$D whatif $T/deals.yaml $T/last.yaml $T/once.yaml --trials "
                          "8192 --format json");
    (void) state;
    for (int s = 1; s < 3; s++)
        for (int p = 0; p < 4; p++) {
            static const char *const what[] = { "bookings mean", "p_target" };
            for (int k = 0; k < (p < 2 ? 2 : 1); k++) {
                char path[64];
                snprintf(path, sizeof path, "scenarios %d periods %d %s", s, p, what[k]);
                assert_true(fabs(apart(reps.root, deals.root, path)) < 4);
            }
        }
    dd_yaml_free(&deals);
    dd_yaml_free(&reps);
}

static void
what_a_scenario_says_of_deals_holds_rep_by_rep(void **state)
{
    dd_yaml reps = asked("$D whatif $T/idle.yaml $T/said.yaml --trials 4096 --format "
                         "json");
    dd_yaml deals = asked("$D whatif $T/deals.yaml $T/said.yaml --trials 8192 --format "
                          "json");
    (void) state;
    for (int p = 0; p < 4; p++) {
        char path[64];
        snprintf(path, sizeof path, "scenarios 1 periods %d difference mean", p);
        print_message("%.0f and %.0f\n", number(reps.root, path),
                      number(deals.root, path));
    }
    for (int p = 0; p < 4; p++) {
        char path[64], error[64];
        double a, b, mcse;
        snprintf(path, sizeof path, "scenarios 1 periods %d difference mean", p);
        snprintf(error, sizeof error, "scenarios 1 periods %d difference mcse", p);
        a = number(reps.root, path);
        b = number(deals.root, path);
        mcse = hypot(number(reps.root, error), number(deals.root, error));
        assert_close(a, b, 4 * mcse);
    }
    assert_true(number(deals.root, "scenarios 1 periods 1 difference mean") > 1e6);
    dd_yaml_free(&reps);
    dd_yaml_free(&deals);
}

/* What nobody knows of visits is drawn anew in each block: without it the spread of new
 * business would be half as wide. */
static void
beliefs_about_visits_are_drawn(void **state)
{
    dd_yaml reps = asked("$D forecast $T/idle-range.yaml --trials 8192 --format json");
    dd_yaml deals = asked("$D forecast $T/deals-range.yaml --trials 8192 --format json");
    (void) state;
    for (int p = 1; p < 4; p++) {
        char path[64];
        double by_reps, by_deals;
        snprintf(path, sizeof path, "periods %d new sd", p);
        by_reps = number(reps.root, path);
        by_deals = number(deals.root, path);
        print_message("%s: %.0f by reps, %.0f by deals\n", path, by_reps, by_deals);
        assert_close(by_reps / by_deals, 1, 0.08);
        snprintf(path, sizeof path, "periods %d new mean", p);
        assert_close(apart(reps.root, deals.root, path), 0, 4);
    }
    dd_yaml_free(&reps);
    dd_yaml_free(&deals);
}

/* ---- plans ---- */

/* Forecast with so many visits a rep and week, and a tenth fewer, up to the first quarter.
 * What comes by itself stays as it is: it is what the visits of old do not explain. */
static dd_yaml
forecast_with(double visits)
{
    char text[100];
    snprintf(text, sizeof text, "name: planned\nvisits_per_rep_week: %.6f\n", visits);
    write_file("planned.yaml", text);
    snprintf(text, sizeof text, "name: fewer\nvisits_per_rep_week: %.6f\n",
             0.9 * visits);
    write_file("fewer.yaml", text);
    return asked("$D whatif $T/busy.yaml $T/planned.yaml $T/fewer.yaml --periods 2 "
                 "--trials 1024 --format json");
}

/* The plan is right: a forecast with so many visits, drawn by nobody, has the chance that
 * was asked for; with a tenth fewer it has not. */
static void
a_plan_makes_the_target_as_sure_as_asked(void **state)
{
    dd_yaml plan = asked("$D plan $T/busy.yaml --periods 2 --target 700万@2027Q1 "
                         "--trials 1024 --format json");
    (void) state;
    assert_true(strcmp(at(plan.root, "last_useful_day")->text, "2027-03-31") < 0);
    for (int rung = 0; rung < 2; rung++) {
        char path[64];
        double visits, wanted, mcse, got, fewer;
        dd_yaml with;
        snprintf(path, sizeof path, "ladder %d visits", rung);
        visits = number(plan.root, path) / number(plan.root, "rep_weeks");
        snprintf(path, sizeof path, "ladder %d confidence", rung);
        wanted = number(plan.root, path);
        with = forecast_with(visits);
        got = number(with.root, "scenarios 1 periods 1 p_target");
        mcse = number(with.root, "scenarios 1 periods 1 p_target_mcse");
        fewer = number(with.root, "scenarios 2 periods 1 p_target");
        print_message("%.2f visits: %.4f +- %.4f, with a tenth fewer %.4f\n", visits,
                      got, mcse, fewer);
        assert_close(got, wanted, fmin(2 * mcse, 0.03)); /* the same luck */
        assert_true(fewer < got);
        snprintf(path, sizeof path, "ladder %d visits_per_rep_week", rung);
        assert_close(number(plan.root, path), ceil(visits - 0.01), 0);
        dd_yaml_free(&with);
    }
    dd_yaml_free(&plan);
}

/* Ladder, hires, what visits reach and levers rest on the same futures: those of the
 * forecast. */
static void
all_of_a_plan_rests_on_the_forecast(void **state)
{
    static const char *const targets[] = { "450", "700" };
    (void) state;
    for (int i = 0; i < 2; i++) {
        char line[300], target[64];
        snprintf(target, sizeof target, "--periods 2 --target %s万@2027Q1 --trials 256",
                 targets[i]);
        snprintf(line, sizeof line, "$D forecast $T/busy.yaml %s --format json", target);
        dd_yaml forecast = asked(line);
        double p = number(forecast.root, "periods 1 p_target");
        snprintf(line, sizeof line,
                 "$D plan $T/busy.yaml %s --visits 6 --solve headcount --format json",
                 target);
        dd_yaml plan = asked(line);
        assert_same(at(plan.root, "p_hit_now"), at(forecast.root, "periods 1 p_target"));
        assert_same(at(plan.root, "reach 1 p_target"), at(plan.root, "p_hit_now"));
        assert_true(number(plan.root, "reach 0 p_target") < p);
        assert_true(number(plan.root, "reach 2 p_target") > p);
        assert_int_equal(number(plan.root, "solve ladder 0 hires") > 0, p < 0.5);
        assert_int_equal(number(plan.root, "ladder 0 visits_per_rep_week") > 6, p < 0.5);
        assert_true(number(plan.root, "p_without_effort") < p);
        dd_yaml_free(&forecast);
        dd_yaml_free(&plan);
    }
}

/* A row of numbers in text: "80 %    390   5,600  5,200  400 ...". */
static void
read_row(const char *row, double *number, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        number[i] = 0;
        row += strcspn(row, "0123456789");
        for (; *row == ',' || (*row >= '0' && *row <= '9'); row++)
            if (*row != ',')
                number[i] = 10 * number[i] + (*row - '0');
    }
}

/* Visits for new deals and on open ones make the visits, in JSON as they are and in text as
 * they are written. */
static void
visits_for_new_deals_and_on_deals_add_up(void **state)
{
    const char *line = "$D plan $T/busy.yaml --target 900万@2027Q1 --trials 512";
    char json[120];
    double row[5];
    const char *table;
    (void) state;

    snprintf(json, sizeof json, "%s --format json", line);
    dd_yaml plan = asked(json);
    for (int i = 0; i < 4; i++) {
        char all[32], new[32], open[32];
        snprintf(all, sizeof all, "ladder %d visits", i);
        snprintf(new, sizeof new, "ladder %d visits_new", i);
        snprintf(open, sizeof open, "ladder %d visits_open", i);
        assert_true(number(plan.root, new) > 0 && number(plan.root, open) > 0);
        assert_close(number(plan.root, all),
                     number(plan.root, new) + number(plan.root, open), 0);
    }
    assert_int_equal(run(line), 0);
    table = strstr(said, "\n80 %");
    assert_non_null(table);
    read_row(table, row, 5); /* sure, opportunities, visits, for new, on deals */
    assert_close(row[0], 80, 0);
    assert_close(row[3] + row[4], row[2], 0);
    assert_close(row[2], number(plan.root, "ladder 1 visits"),
                 number(plan.root, "ladder 1 visits_mcse"));
    table = strstr(said, " in all, ");
    assert_non_null(table);
    read_row(table, row, 2);
    assert_close(row[0], row[3], 0);
    assert_close(row[1], row[4], 0);
    dd_yaml_free(&plan);
}

/* Where nothing tells what comes of a visit all of them are on deals. */
static void
visits_that_find_nothing_are_on_deals(void **state)
{
    dd_yaml plan = asked("$D plan $T/blind.yaml --periods 2 --target 450万@2027Q1 "
                         "--trials 256 --format json");
    (void) state;
    assert_true(number(plan.root, "ladder 0 visits_open") > 0);
    assert_int_equal(number(plan.root, "ladder 0 visits_new"), 0);
    assert_string_equal(at(plan.root, "ladder 0 opportunities")->text, "");
    assert_string_equal(at(plan.root, "ladder 0 effort")->text, "");
    dd_yaml_free(&plan);
}

/* What it rests on is told, though nobody knows what a trial would bring on average, and
 * so not what part of the variance is the deals' luck. */
static void
what_a_forecast_rests_on_is_told_by_reps_too(void **state)
{
    dd_yaml by_rep = asked("$D forecast $T/busy.yaml --trials 1024 --format json");
    assert_null(strstr(said, "\"variance\""));
    dd_yaml alone = asked("$D forecast $F --trials 2048 --format json");
    assert_said("\"variance\"");
    (void) state;
    assert_true(number(by_rep.root, "basis wins") > 0);
    assert_same(at(by_rep.root, "basis wins"), at(alone.root, "basis wins"));
    dd_yaml_free(&by_rep);
    dd_yaml_free(&alone);
}

static void
visits_are_solved_for_as_the_ladder_has_them(void **state)
{
    dd_yaml plan = asked("$D plan $T/busy.yaml --periods 2 --target 700万@2027Q1 "
                         "--trials 256 --solve visits --format json");
    double visits
        = number(plan.root, "ladder 1 visits") / number(plan.root, "rep_weeks");
    (void) state;
    assert_close(6 * number(plan.root, "solve factor"), visits, 0.03 * visits);
    dd_yaml_free(&plan);
    assert_int_equal(run("$D plan $T/busy.yaml --periods 2 --target 700万@2027Q1 "
                         "--trials 256 --leads 30 2>&1"),
                     2);
    assert_said("where open deals take visits (visits_per_stage), leads do not tell");
    assert_int_equal(run("$D plan $T/busy.yaml --periods 2 --target 7000万@2027Q1 "
                         "--trials 256 --format json"),
                     0);
    assert_said("\"reason\": \"eight times the visits would not be enough\"");
}

static void
cash_that_is_paid_at_once_is_bookings(void **state)
{
    dd_yaml paid = asked("$D forecast $T/paid.yaml --trials 700 --format json");
    (void) state;
    for (int p = 0; p < 4; p++) {
        char bookings[64], cash[64];
        snprintf(bookings, sizeof bookings, "periods %d bookings", p);
        snprintf(cash, sizeof cash, "periods %d cash", p);
        assert_same(at(paid.root, bookings), at(paid.root, cash));
    }
    dd_yaml_free(&paid);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_forecast_is_the_base_of_any_whatif),
        cmocka_unit_test(levers_are_pulled_within_the_limits),
        cmocka_unit_test(levers_that_start_later_are_played_within_the_limits),
        cmocka_unit_test(a_forecast_tells_of_visits_that_open_deals_eat),
        cmocka_unit_test(what_takes_no_notice_of_limits_says_so),
        cmocka_unit_test(where_no_limit_binds_it_is_the_forecast_of_deals_alone),
        cmocka_unit_test(
            where_no_limit_binds_dated_levers_do_what_they_do_to_deals_alone),
        cmocka_unit_test(what_a_scenario_says_of_deals_holds_rep_by_rep),
        cmocka_unit_test(beliefs_about_visits_are_drawn),
        cmocka_unit_test(a_plan_makes_the_target_as_sure_as_asked),
        cmocka_unit_test(all_of_a_plan_rests_on_the_forecast),
        cmocka_unit_test(visits_for_new_deals_and_on_deals_add_up),
        cmocka_unit_test(visits_that_find_nothing_are_on_deals),
        cmocka_unit_test(what_a_forecast_rests_on_is_told_by_reps_too),
        cmocka_unit_test(visits_are_solved_for_as_the_ladder_has_them),
        cmocka_unit_test(cash_that_is_paid_at_once_is_bookings),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
