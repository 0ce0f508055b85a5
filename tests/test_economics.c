/* What a scenario earns and costs: by hand, and by the program against bookings. */
#include "answers/whatif/economics.h"
#include "program.h"

#define POINTS 3
#define TRIALS 5

static dd_period three[] = { { .start = 1, .end = 30 },
                             { .start = 31, .end = 61 },
                             { .start = 62, .end = 91 } };

static dd_economics
make(const int64_t *income, const dd_payroll *payroll, double margin, double rep_month,
     double hire_once)
{
    static const int64_t nothing[POINTS * TRIALS];
    static int32_t none[POINTS * TRIALS];
    const dd_payroll nobody = { POINTS, TRIALS, none, none };
    const dd_books_of of = { income, payroll }, base = { nothing, &nobody };
    const dd_scenario scenario
        = { .margin = margin, .rep_month = rep_month, .hire_once = hire_once };
    const dd_question question = { .n_periods = POINTS,
                                   .periods = three,
                                   .trials = TRIALS,
                                   .rates_fixed = 1,
                                   .level_off = 1 };
    dd_economics self;

    assert_int_equal(dd_economics_make(&self, &scenario, &question, &of, &base, NULL),
                     DD_OK);
    return self;
}

/* A thousand a rep-day, five thousand a hire: 10 days and a hire, 31 days, 30 days cost
 * 15000, 46000, 76000 so far. Of half of what is booked, the five trials are ahead:
 *
 *     booked             net so far              paid back
 *     0 60000 40000      -15000 -16000 -26000    never
 *     0 92000 60000      -15000      0      0    by the second
 *     30000 0 200000          0 -31000  39000    by the third: it fell behind again
 *     100000 0 0          35000   4000 -26000    never: it did not last
 *     200000 0 0          85000  54000  24000    by the first
 */
static void
the_month_in_which_it_pays_back_is_that_of_the_sums_by_hand(void **state)
{
    static const int64_t income[POINTS * TRIALS]
        = { 0, 0, 30000, 100000, 200000, 60000, 92000, 0,
            0, 0, 40000, 60000,  200000, 0,     0 };
    static int32_t days[]
        = { 10, 10, 10, 10, 10, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30 },
        hires[POINTS * TRIALS] = { 1, 1, 1, 1, 1 };
    const dd_payroll payroll = { POINTS, TRIALS, days, hires };
    dd_economics e = make(income, &payroll, 0.5, 1000 * DD_MONTH_DAYS, 5000);

    (void) state;
    assert_int_equal(e.n, POINTS);
    assert_close(e.points[0].cost, 15000, 1e-9);
    assert_close(e.points[1].cost, 46000, 1e-9);
    assert_close(e.points[2].cost, 76000, 1e-9);
    assert_close(e.points[0].earned, (15000 + 50000 + 100000) / 5.0, 1e-9);
    assert_close(e.points[0].net.mean, (165000 - 75000) / 5.0, 1e-9);
    assert_close(e.points[2].net.p50, 0, 1e-9);
    assert_close(e.points[0].p_ahead, 0.6, 1e-12);
    assert_close(e.points[1].p_ahead, 0.6, 1e-12);
    assert_close(e.points[2].p_ahead, 0.6, 1e-12);
    assert_true(e.costs);
    assert_int_equal(e.pays_back_p50, 91); /* one, two, three of five */
    assert_int_equal(e.pays_back_p80, DD_NO_DAY);
    dd_economics_free(&e);
}

/* Nothing is paid back before it costs: hired on the last day of the second month, earned
 * at once. */
static void
what_has_not_cost_yet_is_not_paid_back(void **state)
{
    static const int64_t income[POINTS * TRIALS]
        = { 0, 0, 0, 0, 0, 9000, 9000, 9000, 9000, 9000 };
    static int32_t days[POINTS * TRIALS] = { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1 },
                                 hires[POINTS * TRIALS];
    const dd_payroll payroll = { POINTS, TRIALS, days, hires };
    dd_economics e = make(income, &payroll, 0.5, 1000 * DD_MONTH_DAYS, (double) NAN);

    (void) state;
    assert_int_equal(e.pays_back_p50, 61);
    assert_int_equal(e.pays_back_p80, 61);
    assert_close(e.points[1].net.mean, 3500, 1e-9);
    dd_economics_free(&e);
    e = make(income, &payroll, 0.5, (double) NAN, (double) NAN);
    assert_false(e.costs);
    assert_int_equal(e.pays_back_p50, DD_NO_DAY);
    dd_economics_free(&e);
    e = make(income, &payroll, (double) NAN, 5000, 5000);
    assert_int_equal(e.n, 0);
}

/* ---- by the program ---- */

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("dearer.yaml", "name: dearer\ndeal_size: +5%\n"
                              "economics: {margin: 60%}\n");
    assert_int_equal(
        run("sed \"s|^history: |history: $PWD/scenarios/demo/|\" $F > $T/now.yaml && "
            "cp $T/now.yaml $T/once.yaml && cp $T/now.yaml $T/later.yaml && "
            "cp $T/now.yaml $T/many.yaml && "
            "echo 'collect: [{share: 100%, after: 0}]' >> $T/once.yaml && "
            "echo 'collect: [{share: 100%, after: 31 days}]' >> $T/later.yaml && "
            "echo 'collect: [{share: 20%, after: 0}, {share: 20%, after: 9 days}, "
            "{share: 20%, after: 17 days}, {share: 20%, after: 38 days}, {share: 10%, "
            "after: 47 days}, {share: 5%, after: 53 days}, {share: 3%, after: 71 days}, "
            "{share: 2%, after: 79 days}]' >> $T/many.yaml"),
        0);
    return 0;
}

static int
remove_folder(void **state)
{
    char line[64];
    (void) state;
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

/* Net so far by a day, as JSON tells it: the first figure after its "end". */
static double
net_by(const char *funnel, const char *day)
{
    char line[256], end[40];
    const char *found;

    snprintf(line, sizeof line,
             "$D whatif $T/%s $T/dearer.yaml --trials 1024 --format json | tr -d ' \\n'",
             funnel);
    assert_int_equal(run(line), 0);
    snprintf(end, sizeof end, "\"end\":\"%s\"", day);
    found = strstr(said, end);
    assert_non_null(found);
    found = strstr(found, "\"net\":{\"mean\":");
    assert_non_null(found);
    return atof(found + strlen("\"net\":{\"mean\":"));
}

/* Cash at once is bookings; cash a month later is what was booked a month before. */
static void
net_follows_cash_where_the_funnel_tells_when_it_comes(void **state)
{
    double now = net_by("now.yaml", "2027-01-31");

    (void) state;
    assert_true(now > 0);
    assert_said("\"pays_back\":{\"p50\":null,\"p80\":null},\"p_paid_back\":null");
    assert_close(net_by("once.yaml", "2027-01-31"), now, 0);
    assert_close(net_by("later.yaml", "2027-03-31"), net_by("now.yaml", "2027-02-28"),
                 0);
    /* Eight instalments would cut months into too many: then periods alone are told. */
    now = net_by("now.yaml", "2027-03-31");
    assert_true(net_by("many.yaml", "2027-03-31") < now);
    assert_null(strstr(said, "\"end\":\"2027-01-31\""));
}

/* The first figure under a key of what a hire on 2026-10-01 has brought by a day. */
static double
hired_by(const char *day, const char *key)
{
    char end[40];
    const char *found;

    snprintf(end, sizeof end, "\"end\":\"%s\"", day);
    found = strstr(said, end);
    assert_non_null(found);
    found = strstr(found, key);
    assert_non_null(found);
    return atof(found + strlen(key));
}

/* A hire costs 60万 and 20万 a month, so .6571万 a day. A whole rep finds 100 deals a week of
 * 1万 each, all won at once: with a margin of 10 % he earns 1.4286万 a day, on the 30
 * mornings of the second month half of it, on the 31 of the first nothing. After t days the
 * net is 1.4286 (t - 46) - .6571 t - 60 (万), which is 0 on day 163, the 12th of March; on
 * the 28th of February it is -9.2, on the 31st of March 14.7, with a sd of 5. */
static void
a_hire_pays_back_when_it_does_by_hand(void **state)
{
    (void) state;
    write_file("plain.yaml", "currency: CNY\n"
                             "stages: [Deal]\n"
                             "team: 2\n"
                             "rates: {deal_size: 1万, new_deals_per_rep_week: 100, "
                             "stages: {Deal: {win_rate: 100%}}}\n"
                             "uncertainty: {rates: fixed, level: off}\n");
    write_file("hire.yaml", "name: one more\n"
                            "hire: [{count: 1, start: 2026-10-01, ramp: [0, 50%]}]\n"
                            "economics: {margin: 10%, rep_month: 20万, hire_once: "
                            "60万}\n");
    assert_int_equal(run("$D whatif $T/plain.yaml $T/hire.yaml --as-of 2026-09-30 "
                         "--periods 4 --trials 2048 --format json | tr -d ' \\n'"),
                     0);
    assert_said("\"pays_back\":{\"p50\":\"2027-03-31\",\"p80\":\"2027-03-31\"}");
    assert_close(hired_by("2026-10-31", "\"cost\":"), 6e5 + 2e5 * 31 / DD_MONTH_DAYS,
                 .01);
    assert_close(hired_by("2027-03-31", "\"cost\":"), 6e5 + 2e5 * 182 / DD_MONTH_DAYS,
                 .01);
    assert_close(hired_by("2026-10-31", "\"earned\":"), 0, 0);
    assert_close(hired_by("2027-03-31", "\"earned\":"), 1000 * 100 / 7.0 * (182 - 46),
                 4 * hired_by("2027-03-31", "\"earned_mcse\":"));
    assert_true(hired_by("2027-02-28", "\"p_ahead\":") < 0.06);
    assert_true(hired_by("2027-03-31", "\"p_ahead\":") > 0.99);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_month_in_which_it_pays_back_is_that_of_the_sums_by_hand),
        cmocka_unit_test(what_has_not_cost_yet_is_not_paid_back),
        cmocka_unit_test(net_follows_cash_where_the_funnel_tells_when_it_comes),
        cmocka_unit_test(a_hire_pays_back_when_it_does_by_hand),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
