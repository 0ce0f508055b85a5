/* `dealdice plan` as people meet it: what it refuses, and the worked examples. */
#include "program.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("thirds.yaml", "currency: CNY\n"
                              "stages: [Deal]\n"
                              "targets: {2026Q4: 900万}\n"
                              "rates: {deal_size: 10万, stages: {Deal: {win_rate: "
                              "33.333333333%}}}\n"
                              "uncertainty: {rates: fixed, level: off}\n");
    write_file("slow.yaml", "currency: CNY\n"
                            "stages: [Deal]\n"
                            "targets: {2026Q4: 900万}\n"
                            "rates:\n"
                            "  deal_size: 10万\n"
                            "  stages: {Deal: {exits: {Won: {share: 50%, days: fixed "
                            "90}, Lost: {share: 50%, days: fixed 90}}}}\n"
                            "uncertainty: {rates: fixed, level: off}\n");
    write_file("steady.yaml", "currency: CNY\n"
                              "stages: [Deal]\n"
                              "team: 1\n"
                              "rates: {deal_size: 10万, new_deals_per_rep_week: 1, "
                              "stages: {Deal: {win_rate: 100%}}}\n"
                              "uncertainty: {rates: fixed, level: off}\n");
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

/* The ladder as CSV: the column of a rung's confidence. */
static double
rung(const char *confidence, const char *column)
{
    char *line, *head = strdup(said), *save = NULL, *cell;
    int at = -1, i = 0;
    double value = (double) NAN;
    assert_non_null(head);
    line = strtok_r(head, "\n", &save);
    for (cell = line; cell != NULL; i++) {
        size_t n = strcspn(cell, ",");
        if (n == strlen(column) && memcmp(cell, column, n) == 0)
            at = i;
        cell = cell[n] == ',' ? cell + n + 1 : NULL;
    }
    assert_true(at >= 0);
    while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
        size_t n = strlen(confidence);
        if (strncmp(line, confidence, n) != 0 || line[n] != ',')
            continue;
        for (cell = line, i = 0; i < at; i++)
            cell += strcspn(cell, ",") + 1;
        value = *cell == ',' || *cell == '\0' ? (double) NAN : atof(cell);
    }
    free(head);
    return value;
}

/* 20 visits and 100 leads for 4 deals are the median plan (binomial, by hand). */
static void
four_deals_take_more_visits_and_leads_than_averages_say(void **state)
{
    static const char *const confidence[] = { "0.5", "0.8", "0.9", "0.95" };
    static const double visits[] = { 19, 27, 32, 37 }, leads[] = { 92, 137, 166, 192 };
    (void) state;

    assert_int_equal(run("$D plan scenarios/plan/four-deals/funnel.yaml --as-of "
                         "2026-11-22 --target-deals 4 --format csv"),
                     0);
    for (int i = 0; i < 4; i++) {
        assert_close(rung(confidence[i], "visits"), visits[i], 0);
        assert_close(rung(confidence[i], "leads"), leads[i], 0);
        assert_close(rung(confidence[i], "opportunities"), 4, 0);
        assert_close(rung(confidence[i], "deals"), 4, 0);
    }
    assert_int_equal(run("$D plan scenarios/plan/four-deals/funnel.yaml --as-of "
                         "2026-11-22 --target-deals 4 --visits 20"),
                     0);
    assert_said(" 58.9 %\n");
    assert_int_equal(run("$D plan scenarios/plan/four-deals/funnel.yaml --as-of "
                         "2026-11-22 --target-deals 4 --leads 100"),
                     0);
    assert_said(" 57.1 %\n");
}

/* 22 deals at 10 % an opportunity, ten visits each (negative binomial, by hand): no digit
 * is left to trials. */
static void
a_gap_of_220_takes_opportunities_and_visits_for_sure(void **state)
{
    static const char *const confidence[] = { "0.5", "0.8", "0.9", "0.95" };
    static const double opportunities[] = { 217, 256, 279, 298 };
    static const double visits[] = { 2167, 2580, 2815, 3020 };
    (void) state;

    assert_int_equal(run("$D plan scenarios/plan/gap-of-220/funnel.yaml --as-of "
                         "2026-11-22 --trials 256 --format csv"),
                     0);
    for (int i = 0; i < 4; i++) {
        assert_close(rung(confidence[i], "deals"), 22, 0);
        assert_close(rung(confidence[i], "opportunities"), opportunities[i], 0);
        assert_close(rung(confidence[i], "visits"), visits[i], 0);
        assert_close(rung(confidence[i], "visits_mcse"), 0, 0);
    }
}

static double
coverage_of(const char *funnel, const char *confidence)
{
    char line[200];
    snprintf(line, sizeof line,
             "$D plan \"$T/%s\" --as-of 2026-11-05 --confidence %s --format csv --table "
             "by_segment",
             funnel, confidence);
    assert_int_equal(run(line), 0);
    assert_close(rung("all", "coverage_average"), 3.0, 1e-6);
    return rung("all", "coverage");
}

/* 900万 at a yield of one third: 90, 18 or 9 wins (negative binomial, by hand), whether
 * deals like these are open or there are none as yet. */
static void
coverage_needed_grows_with_deal_size_and_confidence(void **state)
{
    static const char *const sizes[] = { "10万", "50万", "100万" };
    static const double sure80[] = { 3.21, 3.44, 3.67 }, sure90[] = { 3.33, 3.78, 4.11 };
    (void) state;

    for (int i = 0; i < 3; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 "currency: CNY\nstages: [Deal]\ntargets: {2026Q4: 900万}\n"
                 "rates: {deal_size: %s, stages: {Deal: {win_rate: 33.333333333%%}}}\n"
                 "uncertainty: {rates: fixed, level: off}\n",
                 sizes[i]);
        write_file("cover.yaml", text);
        assert_close(coverage_of("cover.yaml", "80%"), sure80[i], .005);
        assert_close(coverage_of("cover.yaml", "90%"), sure90[i], .005);
    }
}

static void
coverage_of_open_deals_is_the_same_and_a_level_raises_it(void **state)
{
    static const char funnel[]
        = "currency: CNY\nstages: [Deal]\ntargets: {2026Q4: 900万}\n"
          "history: open.csv\nnew_business: off\n"
          "rates: {deal_size: 7万, stages: {Deal: {win_rate: 33.333333333%}}}\n"
          "uncertainty: {rates: fixed, level: ";
    char text[400];
    double calm;
    (void) state;

    write_file("open.csv", "deal_id,stage,entered_at,amount\n"
                           "A,Deal,2026-10-05,100000\n"
                           "B,Deal,2026-10-09,100000\n"
                           "C,Deal,2026-11-02,100000\n");
    snprintf(text, sizeof text, "%soff}\n", funnel);
    write_file("calm.yaml", text);
    snprintf(text, sizeof text, "%sestimated}\n", funnel);
    write_file("rough.yaml", text);
    calm = coverage_of("calm.yaml", "80%");
    assert_close(calm, 3.21, .005);
    assert_close(rung("all", "now"), 300000.0 / 9000000, 1e-6);
    assert_int_equal(run("$D plan \"$T/rough.yaml\" --as-of 2026-11-05 --format csv "
                         "--table by_segment"),
                     0);
    assert_true(rung("all", "coverage") > 1.1 * calm);
    /* Who wins at once has won before the next quarter begins. */
    assert_int_equal(run("$D plan \"$T/calm.yaml\" --as-of 2026-11-05 --target "
                         "900万@2027Q1 --format csv --table by_segment"),
                     0);
    assert_true(isnan(rung("all", "coverage")));
    assert_true(isnan(rung("all", "coverage_average")));
}

/* A rep whose true mean is the target of 4 deals misses it 43.3 % of the time, of 8
 * 45.3 % (Poisson): four weeks, or eight, of one deal each. */
static void
a_rep_truly_on_target_misses_it_almost_every_other_time(void **state)
{
    (void) state;
    assert_int_equal(
        run("$D plan \"$T/steady.yaml\" --as-of 2026-12-03 --target-deals 4 "
            "--trials 262144 --format json | grep p_hit_now"),
        0);
    assert_close(1 - atof(strchr(said, ':') + 1), .433, .004);
    assert_int_equal(
        run("$D plan \"$T/steady.yaml\" --as-of 2026-11-05 --target-deals 8 "
            "--trials 262144 --format json | grep p_hit_now"),
        0);
    assert_close(1 - atof(strchr(said, ':') + 1), .453, .004);
}

static double
solved(const char *options)
{
    char line[300];
    snprintf(line, sizeof line,
             "$D plan --as-of 2026-12-03 --format json %s | grep '\"solve\"'", options);
    assert_int_equal(run(line), 0);
    assert_non_null(strstr(said, "\"factor\": "));
    return atof(strstr(said, "\"factor\": ") + 10);
}

/* Four weeks of one deal each, all won: at least two deals come with 90.8 % and three with
 * 76.2 %, so that 50万 are 80 % sure when two deals bring them: at 25万 instead of 10万. Of
 * every other deal won, four take Poisson(5.515) instead of 2: 2.757 times the chance, and
 * that is more than there is; two take Poisson(2.994), 1.497 times. */
static void
levers_are_solved_for_as_worked_by_hand(void **state)
{
    (void) state;
    write_file("half.yaml", "currency: CNY\n"
                            "stages: [Deal]\n"
                            "team: 1\n"
                            "rates: {deal_size: 10万, new_deals_per_rep_week: 1, "
                            "stages: {Deal: {win_rate: 50%}}}\n"
                            "uncertainty: {rates: fixed, level: off}\n");
    assert_close(solved("\"$T/steady.yaml\" --target 50万 --solve deal_size"), 2.5,
                 .007);
    assert_close(solved("\"$T/half.yaml\" --target-deals 2 --solve win_rate"), 1.497,
                 .035);
    assert_int_equal(run("$D plan \"$T/half.yaml\" --as-of 2026-12-03 --target-deals 4 "
                         "--solve win_rate"),
                     0);
    assert_said("not even 4.00× the chance of every deal makes it 80 %");
    assert_int_equal(run("$D plan \"$T/half.yaml\" --as-of 2026-12-03 --target-deals 2 "
                         "--solve wins_rate 2>&1"),
                     2);
    assert_said("--solve: no lever that could be solved for, read 'wins_rate', expected "
                "win_rate");
    assert_int_equal(run("$D plan \"$T/half.yaml\" --as-of 2026-12-03 --target-deals 2 "
                         "--solve visits 2>&1"),
                     2);
    assert_said("nothing tells what comes of a visit");
}

/* A deal takes ninety days on the dot: within 28 if cycles are cut to 31 %. */
static void
a_cycle_is_solved_for(void **state)
{
    double factor;
    (void) state;
    write_file("ninety.csv", "deal_id,stage,entered_at,amount\nA,Deal,2026-12-03 "
                             "23:59:59,1000000\n");
    write_file("ninety.yaml", "currency: CNY\nhistory: ninety.csv\nstages: [Deal]\n"
                              "new_business: off\n"
                              "rates: {deal_size: 10万, stages: {Deal: {exits: {Won: "
                              "{share: 100%, days: fixed 90}}}}}\n"
                              "uncertainty: {rates: fixed, level: off}\n");
    factor = solved("\"$T/ninety.yaml\" --target 100万 --solve cycle");
    assert_close(factor, 28.0 / 90, .02);
}

static void
what_cannot_be_planned_is_refused_with_what_would_do(void **state)
{
    (void) state;
    assert_int_equal(run("$D plan \"$T/steady.yaml\" --as-of 2026-11-05 2>&1"), 2);
    assert_said("no target is set that could be planned for, expected --target 500万");
    assert_int_equal(
        run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --visits 0 2>&1"), 2);
    assert_said("--visits: an effort of zero reaches what comes by itself");
    assert_int_equal(
        run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --visits 9 2>&1"), 2);
    assert_said("nothing tells what comes of a visit, expected effort:");
    assert_int_equal(
        run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --visits 9 --leads 2 2>&1"),
        2);
    assert_said("turned round one at a time");
    assert_int_equal(run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --target-deals "
                         "4@2031Q1 2>&1"),
                     2);
    assert_said("no period that is forecast, read '2031Q1', expected 2026Q4");
    assert_int_equal(
        run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --target-deals none 2>&1"),
        2);
    assert_said("not a number of deals");
    assert_int_equal(run("$D plan \"$T/thirds.yaml\" --as-of 2026-11-05 --period 2027Q1 "
                         "2>&1"),
                     2);
    assert_said("no target is set for the period, read '2027Q1', expected --target "
                "500万@2027Q1");
}

/* All are beyond the year that is planned by itself, or over: told with what would do. */
static void
targets_of_other_periods_are_named_with_what_would_plan_them(void **state)
{
    static const char *const targets[]
        = { "2021: 7万, 2035: 900万, 2034Q2: 100万", "2055-W03: 9万", "2021: 7万" };
    static const char *const right[]
        = { "'2021, 2035, 2034Q2', expected --period 2035, or --target 500万",
            "'2055-W03', expected --target 500万", "'2021', expected --target 500万" };
    char text[300];
    (void) state;
    for (int i = 2; i >= 0; i--) {
        snprintf(text, sizeof text,
                 "stages: [Deal]\ntargets: {%s}\nrates: {deal_size: 10万, "
                 "new_deals_per_rep_week: 1, stages: {Deal: {win_rate: 33%%}}}\n",
                 targets[i]);
        write_file("far.yaml", text);
        assert_int_equal(run("$D plan $T/far.yaml --as-of 2026-11-05 2>&1"), 2);
        assert_said("far.yaml:2:11: no target is of a period that is planned, 2026Q4 to "
                    "2027Q3, ");
        assert_said(right[i]);
    }
    assert_int_equal(run("$D plan $T/far.yaml --as-of 2026-11-05 --trials 128 --period "
                         "2035"),
                     0);
    assert_said("2035: as things go, ");
}

static void
a_target_that_is_met_needs_nothing(void **state)
{
    (void) state;
    assert_int_equal(
        run("$D plan scenarios/demo/funnel.yaml --trials 2000 --target 400万"), 0);
    assert_said("2026Q4: the target of 400万 is met, 504.56万 booked already: nothing "
                "more is\nneeded.");
    assert_null(strstr(said, "Opportunities"));
    assert_int_equal(run("$D plan scenarios/demo/funnel.yaml --trials 2000 --target "
                         "400万 --format csv"),
                     0);
    assert_close(rung("0.95", "opportunities"), 0, 0);
}

/* As things go is what `forecast` says. */
static void
the_chance_as_things_go_is_the_forecasts(void **state)
{
    char forecast[32];
    (void) state;
    assert_int_equal(
        run("$D forecast scenarios/demo/funnel.yaml --format csv --trials 4096 "
            "| awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "
            "\"p_target\") c = i } $1 == \"2027Q1\" { print $c }'"),
        0);
    snprintf(forecast, sizeof forecast, "%.*s", (int) strcspn(said, "\n"), said);
    assert_true(atof(forecast) > .3 && atof(forecast) < .8);
    assert_int_equal(run("$D plan scenarios/demo/funnel.yaml --target 700万@2027Q1 "
                         "--format json --trials 4096 | grep '\"p_hit_now\"'"),
                     0);
    assert_said(forecast);
}

/* A deal that is won at once can still be begun on the period's last day, a Thursday of
 * ISO week 53. */
static void
the_last_useful_week_is_told_by_its_label(void **state)
{
    (void) state;
    assert_int_equal(run("$D plan \"$T/steady.yaml\" --as-of 2026-12-03 "
                         "--target-deals 4 --trials 1000 --format json"),
                     0);
    assert_said("\"last_useful_week\": \"2026-W53\"");
    assert_said("\"last_useful_day\": \"2026-12-31\"");
}

/* A deal takes ninety days: begun five weeks before the quarter's end, it is won after. */
static void
beyond_reach_is_said_with_its_reason(void **state)
{
    (void) state;
    assert_int_equal(run("$D plan \"$T/slow.yaml\" --as-of 2026-11-25 --trials 2000"),
                     0);
    assert_said("No effort makes it 80 % sure: what is begun now is won after the "
                "period's end.");
    assert_said(
        "Open pipeline alone could not bring it, however large: what is begun now "
        "is won\nafter the end of 2026Q4.");
    assert_null(strstr(said, "Until then"));
    assert_null(strstr(said, "Each column decides its own unit"));
    assert_int_equal(
        run("$D plan \"$T/slow.yaml\" --as-of 2026-11-25 --trials 2000 --format json"),
        0);
    assert_said("\"last_useful_week\": null");
    assert_said("\"last_useful_day\": null");
    assert_said("\"opportunities\": null");
    assert_said("\"reason\": \"what is begun now is won after the period's end\"");
}

/* Claims that are entered without an amount bring nothing, however many are won. */
static void
open_deals_worth_nothing_are_no_coverage(void **state)
{
    (void) state;
    write_file("zero.csv", "deal_id,stage,entered_at,amount\n"
                           "A,Deal,2026-10-05,0\n"
                           "B,Deal,2026-10-09,0\n");
    write_file("zero.yaml", "stages: [Deal]\nhistory: zero.csv\ntargets: {2026Q4: 9万}\n"
                            "rates: {deal_size: 1万, new_deals_per_rep_week: 1, stages: "
                            "{Deal: {win_rate: 50%}}}\nteam: 2\n");
    assert_int_equal(run("$D plan $T/zero.yaml --as-of 2026-11-05 --trials 1024"), 0);
    assert_said(
        "The open deals are worth nothing: no amount of such deals would be enough");
    assert_int_equal(run("$D plan $T/zero.yaml --as-of 2026-11-05 --trials 128 --format "
                         "csv --table by_segment"),
                     0);
    assert_true(isnan(rung("all", "coverage")));
    assert_close(rung("all", "now"), 0, 0);
}

/* A target that millions of deals would not reach: no day to work up to is told,
 * and so no work until then, but from when on nothing helps: a deal takes forty days. */
static void
what_no_effort_makes_sure_has_no_day_to_work_to(void **state)
{
    (void) state;
    write_file("many.yaml", "stages: [Deal]\nteam: 2\ntargets: {2026Q4: 100亿}\n"
                            "effort: {visits_per_opportunity: 10}\n"
                            "rates: {deal_size: 1万, new_deals_per_rep_week: 1, stages: "
                            "{Deal: {exits: {Won: {share: 33%, days: fixed 40}, "
                            "Lost: {share: 67%, days: fixed 40}}}}}\n");
    assert_int_equal(run("$D plan $T/many.yaml --as-of 2026-10-05 --trials 128"), 0);
    assert_said(
        "No effort makes it 80 % sure: in too many futures no effort reaches it.");
    assert_null(strstr(said, "Until then"));
    assert_said("What is begun after 2026-11-2");
}

/* 2 reps have 66 weekdays each in 2026Q4: 26.4 weeks for 2962 visits. China takes 5 of
 * them and works Saturday 10 October: 24.8. */
static void
holidays_are_no_working_days(void **state)
{
    (void) state;
    write_file("usual.yaml",
               "stages: [Deal]\nteam: 2\ntargets: {2026Q4: 900万}\n"
               "effort: {visits_per_rep_week: 12, visits_per_opportunity: 10}\n"
               "rates: {deal_size: 10万, stages: {Deal: {win_rate: 33%}}}\n"
               "uncertainty: {rates: fixed, level: off}\n");
    write_file("old.csv", "date,kind\n2020-01-01,off\n");
    assert_int_equal(
        run("cat $T/usual.yaml > $T/cn.yaml; echo 'holidays: CN' >> $T/cn.yaml;"
            "cat $T/usual.yaml > $T/old.yaml;"
            "echo 'holidays: old.csv' >> $T/old.yaml"),
        0);
    assert_int_equal(run("$D plan $T/usual.yaml --as-of 2026-09-30 --format csv"), 0);
    assert_close(rung("0.8", "visits"), 2962, 0);
    assert_close(rung("0.8", "visits_per_rep_week"), ceil(2962 / 26.4), 0);
    assert_int_equal(run("$D plan $T/cn.yaml --as-of 2026-09-30 --format csv"), 0);
    assert_close(rung("0.8", "visits"), 2962, 0);
    assert_close(rung("0.8", "visits_per_rep_week"), ceil(2962 / 24.8), 0);
    assert_int_equal(run("$D plan $T/old.yaml --as-of 2026-09-30"), 0);
    assert_said("the last holiday that is known is 2020-01-01");
}

/* 2 reps find a deal a week each, 10 visits a deal, and no visit is decided: as usual 10
 * visits a rep and week, on the last day of a week off as on any other. */
static void
a_week_of_holidays_does_not_make_visits_unusual(void **state)
{
    (void) state;
    write_file("golden.yaml",
               "stages: [Deal]\nteam: 2\ntargets: {2026Q4: 900万}\nholidays: CN\n"
               "effort: {visits_per_opportunity: 10}\n"
               "rates: {deal_size: 10万, new_deals_per_rep_week: 1, stages: {Deal: "
               "{win_rate: 33%}}}\n"
               "uncertainty: {rates: fixed, level: off}\n");
    assert_int_equal(run("$D plan $T/golden.yaml --as-of 2026-10-07 --format json"), 0);
    assert_said("\"usual_visits_per_rep_week\": 10,");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_deals_take_more_visits_and_leads_than_averages_say),
        cmocka_unit_test(a_gap_of_220_takes_opportunities_and_visits_for_sure),
        cmocka_unit_test(coverage_needed_grows_with_deal_size_and_confidence),
        cmocka_unit_test(coverage_of_open_deals_is_the_same_and_a_level_raises_it),
        cmocka_unit_test(a_rep_truly_on_target_misses_it_almost_every_other_time),
        cmocka_unit_test(levers_are_solved_for_as_worked_by_hand),
        cmocka_unit_test(a_cycle_is_solved_for),
        cmocka_unit_test(what_cannot_be_planned_is_refused_with_what_would_do),
        cmocka_unit_test(targets_of_other_periods_are_named_with_what_would_plan_them),
        cmocka_unit_test(a_target_that_is_met_needs_nothing),
        cmocka_unit_test(the_chance_as_things_go_is_the_forecasts),
        cmocka_unit_test(the_last_useful_week_is_told_by_its_label),
        cmocka_unit_test(beyond_reach_is_said_with_its_reason),
        cmocka_unit_test(open_deals_worth_nothing_are_no_coverage),
        cmocka_unit_test(what_no_effort_makes_sure_has_no_day_to_work_to),
        cmocka_unit_test(holidays_are_no_working_days),
        cmocka_unit_test(a_week_of_holidays_does_not_make_visits_unusual),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
