/* A sales leader's sums, through the commands that answer them. */
#include "program.h"

#include <math.h>

#define FIXED "uncertainty: {rates: fixed, level: off}\n"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("ladder.yaml",
               "currency: CNY\nperiod: year\nstages: [Call, Visit, Offer, Contract]\n"
               "rates: {deal_size: 10万, stages: {Call: {win_rate: 10%}, Visit: "
               "{win_rate: 14.2857142857%}, Offer: {win_rate: 25%}, Contract: "
               "{win_rate: 50%}}}\n"
               "team: 1\neffort: {visits_per_rep_week: 100, visits_per_opportunity: "
               "1}\n" FIXED);
    write_file("parts.csv", "deal_id,stage,entered_at,amount\n"
                            "D-1,Upper,2026-11-02,1000000\n");
    write_file("parts.yaml", "history: parts.csv\ncurrency: CNY\n"
                             "stages: [Upper, Middle, Lower]\n"
                             "rates: {stages: {Upper: {win_rate: 25%}, Middle: "
                             "{win_rate: 50%}, Lower: {win_rate: 75%}}}\n" FIXED);
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

/* A number behind a key in `said`, from a place on. */
static double
after(const char *place, const char *key)
{
    const char *at = strstr(said, place);
    assert_non_null(at);
    at = strstr(at, key);
    assert_non_null(at);
    return atof(at + strlen(key));
}

static double
step_to(const char *scenario, const char *text)
{
    char line[200];
    write_file(scenario, text);
    snprintf(line, sizeof line,
             "$D whatif $T/ladder.yaml $T/%s --as-of 2026-12-31 --periods 1 "
             "--trials 8192 --format json",
             scenario);
    assert_int_equal(run(line), 0);
    return after("\"name\": \"x\"", "\"mean\": ") / after("\"base\"", "\"mean\": ");
}

/* 100 -> 70 -> 40 -> 20 -> 10: steps .7000 .5714 .5000 .5000, their product .1000. A step
 * set to 1 lifts what is won by one over what it was. */
static void
a_ladder_has_the_steps_worked_by_hand(void **state)
{
    static const struct {
        const char *stage;
        double step;
    } steps[]
        = { { "Call", .7 }, { "Visit", 4.0 / 7 }, { "Offer", .5 }, { "Contract", .5 } };
    double product = 1.0;
    (void) state;
    for (int i = 0; i < 4; i++) {
        char text[100];
        snprintf(text, sizeof text, "name: x\nstep_rate: {%s: 100%%}\n", steps[i].stage);
        double lifted = step_to("x.yaml", text);
        /* Five hundred wins a year in 8 192 futures: known to a few parts in 10 000. */
        assert_close(1.0 / lifted, steps[i].step, .002);
        product /= lifted;
    }
    assert_close(product, .1, .001);
}

/* 25, 50 and 75 % of what stands in the parts of the funnel: 25万 of 100万 above. */
static void
a_hundred_in_the_upper_part_weigh_twenty_five(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast $T/parts.yaml --as-of 2026-11-20 --format json"),
                     0);
    assert_close(after("\"stages\": [", "\"weighted\": "), 250000, .005);
    assert_close(after("\"periods\": [", "\"weighted_pipeline\": "), 250000, .005);
    assert_int_equal(run("$D forecast $T/parts.yaml --as-of 2026-11-20"), 0);
    assert_said("In all 100万 open, 25万 weighted.");
}

/* 1.1892^4 = 2.0000: visits, two steps and the size. */
static void
four_equal_levers_of_a_fifth_nearly_double_what_is_booked(void **state)
{
    (void) state;
    assert_close(step_to("four.yaml", "name: x\nvisits_per_rep_week: +18.92%\n"
                                      "step_rate: {Offer: +18.92%, Contract: +18.92%}\n"
                                      "deal_size: +18.92%\n"),
                 2.0, .004);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_has_the_steps_worked_by_hand),
        cmocka_unit_test(a_hundred_in_the_upper_part_weigh_twenty_five),
        cmocka_unit_test(four_equal_levers_of_a_fifth_nearly_double_what_is_booked),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
