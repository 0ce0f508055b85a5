/* How many hires it takes: worked by hand, and against the what-if of so many. */
#include "program.h"

#include <gsl/gsl_cdf.h>

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("two.yaml", "currency: CNY\n"
                           "stages: [Deal]\n"
                           "team: 2\n"
                           "rates: {deal_size: 10万, new_deals_per_rep_week: 1, "
                           "stages: {Deal: {win_rate: 50%}}}\n"
                           "uncertainty: {rates: fixed, level: off}\n");
    return run("cp \"$T/two.yaml\" \"$T/market.yaml\" && "
               "echo 'leads_from: market' >> \"$T/market.yaml\" && "
               "sed 's/win_rate: 50%/win_rate: 50%, days: 40/' \"$T/two.yaml\" > "
               "\"$T/slow.yaml\" && "
               "sed 's/rates: {/rates: {ramp: [0, 50%], /' \"$T/two.yaml\" > "
               "\"$T/ramp.yaml\" && "
               "sed 's/team: 2/team: 1/' \"$T/two.yaml\" > \"$T/one.yaml\"");
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

/* Hires on the i-th rung of the answer in `said`; -1: null. */
static long
hires_on(int i)
{
    const char *at = strstr(said, "\"solve\"");
    for (; i >= 0 && at != NULL; i--)
        at = strstr(at + 1, "\"hires\": ");
    assert_non_null(at);
    at += strlen("\"hires\": ");
    return *at == 'n' ? -1 : atol(at);
}

static void
assert_hires(const char *options, long a, long b, long c, long d)
{
    char line[300];
    snprintf(line, sizeof line,
             "$D plan --as-of 2026-09-30 --trials 4096 --format json %s", options);
    assert_int_equal(run(line), 0);
    assert_int_equal(hires_on(0), a);
    assert_int_equal(hires_on(1), b);
    assert_int_equal(hires_on(2), c);
    assert_int_equal(hires_on(3), d);
}

/* Two reps find a deal a week each, and every other one is won at once: over the quarter's
 * 92 days 13.14 wins, Poisson; each of n hires from November on, 61 days, 4.357 more. At
 * least 16 come with 24.9, 67.2, 91.9, 98.7 % for n = 0 to 3. */
static void
hires_are_as_many_as_poisson_wins_take(void **state)
{
    (void) state;
    assert_hires("\"$T/two.yaml\" --target-deals 16 --solve headcount@2026-11-01", 1, 2,
                 2, 3);
    assert_hires("\"$T/two.yaml\" --target-deals 5 --solve headcount@2026-11-01", 0, 0,
                 0, 0);
    /* Up to eight beside a single one: 6.57 + 4.357 n of at least 28. */
    assert_hires("\"$T/one.yaml\" --target-deals 28 --solve headcount@2026-11-01", 5, 6,
                 7, 8);
}

/* Nothing in the first month of 30.44 days and half in the second: 1.094 wins a hire. 57.5
 * % with 3 (46.6 % with 2), 82.8 % with 6 (76.0 %), 92.0 % with 8 (88.1 %), and four times
 * the team is no more than that. */
static void
a_ramp_takes_more_hires_or_is_too_long(void **state)
{
    (void) state;
    assert_hires("\"$T/ramp.yaml\" --target-deals 16 --solve headcount@2026-11-01", 3, 6,
                 8, -1);
    assert_said("8 more would not be enough");
    assert_int_equal(run("$D plan \"$T/ramp.yaml\" --as-of 2026-09-30 --target-deals 16 "
                         "--solve headcount@2026-11-01 --trials 4096"),
                     0);
    assert_said("6 more reps from 2026-11-01 beside the 2 there are, whole\n");
    assert_said("after 2 months as the funnel says, make it 8");
}

static void
why_no_number_is_enough_is_told(void **state)
{
    (void) state;
    assert_hires("\"$T/market.yaml\" --target-deals 16 --solve headcount", -1, -1, -1,
                 -1);
    assert_said("more reps would only divide the leads there are (leads_from: market)");
    assert_hires("\"$T/slow.yaml\" --target-deals 16 --solve headcount@2026-12-30", -1,
                 -1, -1, -1);
    assert_said("what reps hired on that day begin is won after the period's end");
    assert_int_equal(run("$D plan \"$T/two.yaml\" --as-of 2026-09-30 --target-deals 16 "
                         "--solve headcount@2027-01-04 2>&1"),
                     2);
    assert_said("--solve: hires cannot start outside the time that is planned, read "
                "'2027-01-04', expected a day from 2026-10-01 to 2026-12-31");
    assert_int_equal(run("$D plan \"$T/two.yaml\" --as-of 2026-09-30 --target-deals 16 "
                         "--solve headcount@soon 2>&1"),
                     2);
    assert_said("--solve: hires' first day cannot be read, read 'soon'");
    assert_int_equal(run("$D plan \"$T/two.yaml\" --as-of 2026-09-30 --target-deals 16 "
                         "--solve headcuont 2>&1"),
                     2);
    assert_said("expected headcount");
}

/* One rep: eight more are looked at, not four times the team. Near the most that can be
 * played one by one it is looked no further than that. */
static void
how_far_it_was_looked_is_told(void **state)
{
    (void) state;
    assert_int_equal(run("sed 's/team: 2/team: 1/' \"$T/two.yaml\" > \"$T/one.yaml\" && "
                         "sed 's/team: 2/team: 19998/; s/week: 1/week: 0.0001/' "
                         "\"$T/two.yaml\" > \"$T/crowd.yaml\""),
                     0);
    assert_hires("\"$T/one.yaml\" --target-deals 80 --solve headcount@2026-11-01", -1,
                 -1, -1, -1);
    assert_said("\"furthest\": 8");
    assert_said("8 more would not be enough");
    assert_int_equal(run("$D plan \"$T/crowd.yaml\" --as-of 2026-09-30 --trials 1 "
                         "--target-deals 90 --solve headcount --format json"),
                     0);
    assert_said("\"furthest\": 2");
    assert_said("20000 reps are not enough, and no more can be played one by one");
}

/* 300 reps at a tenth of a deal a week and one half of them won: 197.1 wins to the end of
 * the quarter, Poisson, and 0.4357 more for each hire from November on. What is found is
 * enough, and one fewer would not be, as far as 4 096 trials tell. */
static void
a_large_team_is_searched_as_exact_chances_have_it(void **state)
{
    static const double confidence[] = { 0.5, 0.8, 0.9, 0.95 };
    const double base = 300 * 0.05 * 92 / 7, gain = 0.05 * 61 / 7;
    (void) state;
    assert_int_equal(run("sed 's/team: 2/team: 300/; s/week: 1/week: 0.1/' "
                         "\"$T/two.yaml\" > \"$T/large.yaml\"; $D plan "
                         "\"$T/large.yaml\" --as-of 2026-09-30 --target-deals 230 "
                         "--solve headcount@2026-11-01 --format json"),
                     0);
    for (int i = 0; i < 4; i++) {
        double hires = (double) hires_on(i), fewer = hires - 1;
        double error = 4 * sqrt(confidence[i] * (1 - confidence[i]) / 4096);
        assert_true(gsl_cdf_poisson_Q(229, base + gain * hires) > confidence[i] - error);
        assert_true(gsl_cdf_poisson_Q(229, base + gain * fewer) < confidence[i] + error);
    }
}

/* 3 000 reps take fewer trials, as the answer tells. */
static void
thousands_of_reps_take_fewer_trials(void **state)
{
    (void) state;
    assert_int_equal(
        run("sed 's/team: 2/team: 3000/; s/week: 1/week: 0.01/' "
            "\"$T/two.yaml\" > \"$T/huge.yaml\"; $D plan \"$T/huge.yaml\" "
            "--as-of 2026-12-21 --target-deals 1 --solve headcount --format "
            "json"),
        0);
    assert_non_null(strstr(strstr(said, "\"solve\""), "\"trials\": 2048"));
}

static double
chance_with(const char *funnel, const char *target, long hires)
{
    char line[400];
    const char *at;
    snprintf(line, sizeof line,
             "printf 'name: h\\nhire: [{count: %ld, start: 2026-12-07}]\\n' > "
             "\"$T/h.yaml\"; $D whatif %s \"$T/h.yaml\" --periods 2 --target "
             "%s@2027Q1 --trials 128 --format json",
             hires, funnel, target);
    assert_int_equal(run(line), 0);
    at = strstr(said, "\"name\": \"h\"");
    assert_non_null(at);
    at = strstr(at, "\"2027Q1\"");
    assert_non_null(at);
    at = strstr(at, "\"p_target\": ");
    assert_non_null(at);
    return atof(at + strlen("\"p_target\": "));
}

static void
assert_whatif_says_the_same(const char *funnel, const char *target)
{
    long hires;
    const char *at;
    char line[400];
    double p;

    snprintf(line, sizeof line,
             "$D plan %s --periods 2 --target %s@2027Q1 --trials 128 --confidence 55%% "
             "--solve headcount@2026-12-07 --format json",
             funnel, target);
    assert_int_equal(run(line), 0);
    hires = hires_on(1); /* 50, 55, 80 ... */
    at = strstr(strstr(said, "\"solve\""), "\"confidence\": 0.55");
    assert_non_null(at);
    p = atof(strstr(at, "\"p_target\": ") + strlen("\"p_target\": "));
    assert_true(hires > 1 && p >= 0.55);
    assert_close(chance_with(funnel, target, hires), p, 0);
    assert_true(chance_with(funnel, target, hires - 1) < 0.55);
}

/* The same trials of the same scenario: enough with so many, too few with one less. */
static void
a_whatif_with_so_many_hires_says_the_same(void **state)
{
    (void) state;
    assert_whatif_says_the_same("$F", "800万");
}

/* By lot without limits, and limits without a lot, where one play tells all numbers; both,
 * and leads that visits find but reps divide, where each number is played. */
static void
whoever_is_in_whose_way_a_whatif_says_the_same(void **state)
{
    static const char *const keys[]
        = { "leads_from: 60%\n",
            "effort: {visits_per_rep_week: 12, visits_per_opportunity: 10, "
            "visits_per_stage: {Proposal: 6}}\n",
            "effort: {visits_per_rep_week: 6, visits_per_opportunity: 8, "
            "visits_per_stage: {Proposal: 3}}\n",
            "leads_from: 60%\neffort: {visits_per_rep_week: 12, "
            "visits_per_opportunity: 10, visits_per_stage: {Proposal: 1}}\n" };
    static const char *const targets[] = { "900万", "1000万", "800万", "1000万" };
    char here[512], text[1200];

    (void) state;
    assert_non_null(getcwd(here, sizeof here));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        snprintf(text, sizeof text,
                 "history: %s/scenarios/demo/history.csv\ncurrency: CNY\n"
                 "stages: [Contact, Needs, Proposal, Negotiation]\nteam: 14\n%s",
                 here, keys[i]);
        write_file("own.yaml", text);
        assert_whatif_says_the_same("\"$T/own.yaml\"", targets[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hires_are_as_many_as_poisson_wins_take),
        cmocka_unit_test(a_ramp_takes_more_hires_or_is_too_long),
        cmocka_unit_test(why_no_number_is_enough_is_told),
        cmocka_unit_test(how_far_it_was_looked_is_told),
        cmocka_unit_test(a_large_team_is_searched_as_exact_chances_have_it),
        cmocka_unit_test(thousands_of_reps_take_fewer_trials),
        cmocka_unit_test(a_whatif_with_so_many_hires_says_the_same),
        cmocka_unit_test(whoever_is_in_whose_way_a_whatif_says_the_same),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
