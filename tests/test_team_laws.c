/* Laws of a team, by the program, against what they come to by hand. Deals are worth
 * 10 000 each and decided as they come, so that what is booked counts them. */
#include "answers.h"

#include "dealdice/date.h"

#include <math.h>

#define SIZE 1e4
#define DAYS 184 /* of the two quarters after 2026-09-30: 92 and 90, and two more */
#define MONTH 30.4375

static const char beliefs[] = "currency: CNY\nteam: 4\nstages: [Deal]\n"
                              "uncertainty: {rates: fixed, level: off}\n"
                              "rates: {deal_size: 1万, new_deals_per_rep_week: 2, "
                              "stages: {Deal: {win_rate: %d%%}}}\n";

static void
write_team(const char *name, int win_rate)
{
    char text[400];
    snprintf(text, sizeof text, beliefs, win_rate);
    write_file(name, text);
}

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_team("sure.yaml", 100);
    write_team("half.yaml", 50);
    write_file("banded.yaml", "name: banded\nhire: [{count: 5, start: 2026-10-01}]\n"
                              "attrition: {0-2: 40% a month, 2-: 0% a month}\n");
    write_file("refer.yaml", "name: refer\nreferral: 0.2\n");
    write_file("refer-later.yaml", "name: later\nfrom: 2026-12-20\nreferral: 0.2\n");
    write_file("go-later.yaml", "name: go\nfrom: 2026-11-10\nattrition: 20% a month\n");
    write_file(
        "stuck.yaml",
        "currency: CNY\nteam: 4\nstages: [Deal]\n"
        "uncertainty: {rates: fixed, level: off}\n"
        "rates: {deal_size: 1万, new_deals_per_rep_week: 0, stages: {Deal: {exits: "
        "{Won: {share: 30%, days: fixed 7}}}}}\n"
        "effort: {visits_per_rep_week: 20, visits_per_opportunity: 2, "
        "visits_per_stage: {Deal: 1}}\n");
    return 0;
}

/* Deals that a scenario brings more than its base in the first two quarters. */
static double
deals_more(const char *funnel, const char *scenario, double *mcse)
{
    char line[200];
    double more;
    snprintf(line, sizeof line,
             "$D whatif $T/%s $T/%s --as-of 2026-09-30 --periods 2 --trials 2048 "
             "--format json",
             funnel, scenario);
    dd_yaml tree = asked(line);
    more = number(tree.root, "scenarios 1 periods 1 cumulative mean") / SIZE;
    *mcse = number(tree.root, "scenarios 1 periods 1 cumulative mcse") / SIZE;
    dd_yaml_free(&tree);
    return more;
}

/* Hires leave at .4 a month for two months and then stay; the team of old has long been
 * past its second month. Who leaves works to the end of the day. */
static void
attrition_goes_by_months_of_tenure(void **state)
{
    double mcse, more = deals_more("sure.yaml", "banded.yaml", &mcse);
    double band = 2 * MONTH, whole = 92 + 90;
    double there = MONTH / 0.4 * (1 - exp(-0.8)) + exp(-0.8) * (whole - band);
    double late = 0.5 * (1 - exp(-0.8));
    (void) state;
    print_message("%.2f +- %.2f more, %.2f by hand\n", more, mcse,
                  5 * 2.0 / 7 * (there + late));
    assert_close(more, 5 * 2.0 / 7 * (there + late), 4 * mcse);
    assert_true(4 * mcse < 0.05 * more);
}

/* Each win breeds .2 deals, every other of them won: 1 / (1 - .1) wins for one. */
static void
won_deals_breed_deals(void **state)
{
    double mcse, more = deals_more("half.yaml", "refer.yaml", &mcse);
    double wins = 4 * 2.0 / 7 * (92 + 90) * 0.5;
    (void) state;
    print_message("%.2f +- %.2f more, %.2f by hand\n", more, mcse, wins / 9);
    assert_close(more, wins / 9, 4 * mcse);
    assert_true(4 * mcse < 0.05 * more);
}

/* The same from the 80th day on. */
static void
wins_from_a_day_on_breed_deals(void **state)
{
    double mcse, more = deals_more("half.yaml", "refer-later.yaml", &mcse);
    double wins = 4 * 2.0 / 7 * (92 + 90 - 80) * 0.5;
    (void) state;
    print_message("%.2f +- %.2f more, %.2f by hand\n", more, mcse, wins / 9);
    assert_close(more, wins / 9, 4 * mcse);
    assert_true(4 * mcse < 0.05 * more);
}

/* From the 40th day on exp(-.2 t) of a team are there after t months; who leaves works to
 * the end of the day. */
static void
a_team_dwindles_from_a_day_on(void **state)
{
    double mcse, more = deals_more("sure.yaml", "go-later.yaml", &mcse);
    double days = 92 + 90 - 40, left = exp(-0.2 * days / MONTH);
    double there = (MONTH / 0.2 + 0.5) * (1 - left), by_hand;
    (void) state;
    by_hand = 4 * 2.0 / 7 * (there - days);
    print_message("%.2f +- %.2f more, %.2f by hand\n", more, mcse, by_hand);
    assert_close(more, by_hand, 4 * mcse);
    assert_true(4 * mcse < 0.05 * fabs(more));
}

/* Deals that a leaver would have found are not found; under the market all are. */
static void
what_a_leaver_would_find_goes_with_him(void **state)
{
    double mcse, more;
    (void) state;
    write_file("reps.csv", "owner,start\nAda,2020-01-01\nBo,2020-01-01\nCy,2020-01-01\n"
                           "Di,2020-01-01\n");
    assert_int_equal(run("sed 's/^team: 4/reps: reps.csv/' $T/sure.yaml > "
                         "$T/named.yaml && cp $T/named.yaml $T/fair.yaml && "
                         "echo 'leads_from: market' >> $T/fair.yaml"),
                     0);
    write_file("goes.yaml", "name: goes\nleave: [{owner: Cy, date: 2026-11-10}]\n");
    more = deals_more("named.yaml", "goes.yaml", &mcse);
    assert_close(more, -2.0 / 7 * (92 + 90 - 40), 4 * mcse);
    assert_true(4 * mcse < 0.05 * fabs(more));
    assert_close(deals_more("fair.yaml", "goes.yaml", &mcse), 0, 0);
}

/* Seven in ten stay for ever and ask for nothing; each deal found takes a visit on average
 * all the same, for a visit finds half a deal: of 80 a week a third of the finds. */
static void
deals_that_leave_take_the_visits_of_all(void **state)
{
    dd_yaml tree = asked("$D forecast $T/stuck.yaml --as-of 2026-09-30 --trials 2048 "
                         "--format json");
    double found = 0.5 * 80 / (1 + 0.5) / 7;
    (void) state;
    for (int p = 1; p < 3; p++) { /* of 90 and 91 days, once it runs evenly */
        char path[64];
        double wins, by_hand = 0.3 * found * (89 + p);
        snprintf(path, sizeof path, "periods %d bookings mean", p);
        wins = number(tree.root, path) / SIZE;
        print_message("%.1f wins, %.1f by hand\n", wins, by_hand);
        assert_close(wins, by_hand, 0.03 * by_hand);
    }
    dd_yaml_free(&tree);
}

/* ---- a ramp that the file of reps shows ---- */

/* Twelve reps, a month between their starts, who find a deal every sixth day from `idle`
 * days after it on; a third of the deals is won after ten days. */
static void
write_history(int idle)
{
    static char deals[160000], reps[1000];
    size_t n = (size_t) sprintf(deals, "deal_id,owner,stage,entered_at\n");
    size_t m = (size_t) sprintf(reps, "owner,start\n");
    dd_day first = dd_moment_day(dd_moment_parse("2024-06-03", 10, 0, NULL)), id = 0;
    char day[16];

    for (int r = 0; r < 12; r++) {
        dd_day start = first + 30 * r;
        m += (size_t) sprintf(reps + m, "Rep %c,%s\n", 'A' + r,
                              dd_day_format(start, day));
        for (dd_day found = start + idle + r % 5; found < first + 760;
             found += 6, id++) {
            n += (size_t) sprintf(deals + n, "D-%d,Rep %c,Deal,%s\n", id, 'A' + r,
                                  dd_day_format(found, day));
            n += (size_t) sprintf(deals + n, "D-%d,Rep %c,%s,%s\n", id, 'A' + r,
                                  id % 3 == 0 ? "Won" : "Lost",
                                  dd_day_format(found + 10, day));
        }
    }
    assert_true(n < sizeof deals && m < sizeof reps);
    write_file("deals.csv", deals);
    write_file("starts.csv", reps);
    write_file("seen.yaml", "history: deals.csv\nreps: starts.csv\ncurrency: CNY\n"
                            "stages: [Deal]\nrates: {deal_size: 1万}\n");
    write_file("one.yaml", "name: one\nhire: [{start: 2026-09-01}]\n");
}

static void
hires_ramp_as_the_file_of_reps_shows(void **state)
{
    const char *line = "$D whatif $T/seen.yaml $T/one.yaml --periods 1 --trials 128 "
                       "--format csv --table rules";
    const char *at;
    (void) state;
    write_history(61);
    assert_int_equal(run(line), 0);
    at = strstr(said, "one,ramp of who comes,");
    assert_non_null(at);
    at += strlen("one,ramp of who comes,\"");
    assert_true(atof(at) < 15); /* of a whole rep, in the first month */
    assert_non_null(strstr(at, "by month\",file of reps"));
    write_history(0);
    assert_int_equal(run(line), 0);
    assert_said("one,ramp of who comes,100 % from the first day,taken so");
}

/* Eight deals a week for two years, half of them won as they come: 8 x 731/7 / 2, however far
 * off the day is; and who only shares what the market brings changes none of them. */
static void
deals_decided_as_they_come_are_won_as_often_in_two_years_as_tomorrow(void **state)
{
    const double by_hand = 8 * 731 / 7.0 / 2, later = 8 * 183 / 7.0 / 2;
    double wins, mcse;
    dd_yaml tree;
    (void) state;
    write_file("nobody.yaml", "name: nobody\nleave: []\n");
    write_file("share.yaml", "name: share\nleads_from: market\n"
                             "hire: [{count: 4, start: 2026-12-01, ramp: [0, 50%]}]\n");
    tree
        = asked("$D whatif $T/half.yaml $T/nobody.yaml $T/share.yaml --as-of 2026-09-30 "
                "--periods 8 --trials 4096 --format json");
    wins = 0;
    for (int p = 0; p < 8; p++) {
        char path[64];
        snprintf(path, sizeof path, "scenarios 1 periods %d bookings mean", p);
        wins += number(tree.root, path) / SIZE;
    }
    mcse = sqrt(by_hand / 4096);
    if (!(fabs(wins - by_hand) < 4 * mcse))
        fail_msg("%.2f wins +- %.2f, %.2f by hand", wins, mcse, by_hand);
    wins = (number(tree.root, "scenarios 1 periods 6 bookings mean")
            + number(tree.root, "scenarios 1 periods 7 bookings mean"))
           / SIZE;
    mcse = sqrt(later / 4096);
    if (!(fabs(wins - later) < 4 * mcse))
        fail_msg("%.2f wins +- %.2f in the last half year", wins, mcse);
    for (int p = 0; p < 8; p++) {
        char path[64];
        snprintf(path, sizeof path, "scenarios 2 periods %d difference mean", p);
        assert_true(number(tree.root, path) == 0);
        snprintf(path, sizeof path, "scenarios 2 periods %d difference p10", p);
        assert_true(number(tree.root, path) == 0);
    }
    dd_yaml_free(&tree);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attrition_goes_by_months_of_tenure),
        cmocka_unit_test(
            deals_decided_as_they_come_are_won_as_often_in_two_years_as_tomorrow),
        cmocka_unit_test(won_deals_breed_deals),
        cmocka_unit_test(wins_from_a_day_on_breed_deals),
        cmocka_unit_test(a_team_dwindles_from_a_day_on),
        cmocka_unit_test(what_a_leaver_would_find_goes_with_him),
        cmocka_unit_test(deals_that_leave_take_the_visits_of_all),
        cmocka_unit_test(hires_ramp_as_the_file_of_reps_shows),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
