/* What-ifs that change the team, by the program: nothing where nothing should change, known
 * laws, messages. */
#include "answers.h"

#include <math.h>

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_demo("market.yaml", "leads_from: market\n");
    write_demo("fixed.yaml", "uncertainty: {rates: fixed, level: off}\n");
    write_demo("busy.yaml", "effort: {visits_per_rep_week: 6, visits_per_opportunity: 8,"
                            " visits_per_stage: {Proposal: 3, Negotiation: 4}}\n");
    write_file("nobody.yaml", "name: nobody\nleave: []\n");
    write_file("hire.yaml", "name: hire\nhire: [{count: 5, start: 2026-12-01}]\n");
    write_file("early.yaml", "name: early\n"
                             "hire: [{count: 2, start: 2026-11-30, ramp: [50%]}]\n");
    write_file("late.yaml", "name: late\n"
                            "hire: [{count: 2, start: 2026-12-28, ramp: [50%]}]\n");
    write_file("slow.yaml",
               "name: slow\nhire: [{start: 2027-06-01, ramp: [0, 10%, 20%, 30%, 40%, "
               "50%, 60%, 70%, 80%, 90%]}]\n");
    write_file("leave.yaml", "name: leave\nleave: [{owner: 李雷, date: 2026-12-14, to: "
                             "Emi Tanaka}, {owner: 周强, date: 2027-02-01}]\n");
    write_file("careless.yaml", "name: careless\nbase: leave.yaml\n"
                                "handover: {lower: {odds: 0.5}, middle: {odds: 0.5}}\n");
    write_file("force.yaml", "name: force\npreset: fieldforce\nrefill: {after: 9 "
                             "days}\n");
    write_file("quick.yaml", "name: quick\npreset: fieldforce\nleads_from: 60%\n"
                             "hire: [{start: 2026-12-01}]\n");
    return 0;
}

/* ---- nothing changes where nothing should ---- */

/* Bookings and chances of two scenarios, to the byte. */
static void
assert_alike(const dd_yaml_node *root, int one, int other)
{
    static const char *const keys[] = { "bookings", "p_target", "p_target_mcse" };
    for (int p = 0; p < 4; p++)
        for (int k = 0; k < 3; k++) {
            char a[64], b[64];
            snprintf(a, sizeof a, "scenarios %d periods %d %s", one, p, keys[k]);
            snprintf(b, sizeof b, "scenarios %d periods %d %s", other, p, keys[k]);
            assert_same(at(root, a), at(root, b));
        }
}

static void
under_market_without_limits_hires_change_no_byte(void **state)
{
    dd_yaml tree
        = asked("$D whatif $T/market.yaml $T/hire.yaml --trials 400 --periods 4 "
                "--format json");
    (void) state;
    assert_alike(tree.root, 0, 1);
    assert_true(number(tree.root, "scenarios 1 periods 3 cumulative p90") == 0);
    /* Bringing deals of their own, they add a good third: 5 beside 14. */
    assert_true(number(tree.root, "scenarios 1 other_leads market") == 0);
    assert_true(
        number(tree.root, "scenarios 1 other_leads bookings_change")
        > 10 * number(tree.root, "scenarios 1 other_leads bookings_change_mcse"));
    dd_yaml_free(&tree);
}

static void
a_leaver_who_hands_over_at_once_and_whole_changes_no_byte(void **state)
{
    dd_yaml tree = asked("$D whatif $T/market.yaml $T/leave.yaml $T/careless.yaml "
                         "--trials 400 --periods 4 --format json");
    (void) state;
    assert_alike(tree.root, 0, 1);
    assert_true(number(tree.root, "scenarios 1 orphaned_share") > 0);
    assert_true(number(tree.root, "scenarios 2 periods 0 difference mean") < 0);
    dd_yaml_free(&tree);
}

/* Four weeks later the same luck, to the cent: nothing else there knows the date. */
static void
hires_moved_by_four_weeks_move_what_they_bring_by_four_weeks(void **state)
{
    enum { WEEKS = 20 };
    dd_yaml tree = asked("$D whatif $F $T/early.yaml $T/late.yaml --trials 256 --period "
                         "week --periods 20 --format json");
    double all = 0;
    (void) state;
    for (int week = 0; week + 4 < WEEKS; week++) {
        char early[64], late[64];
        snprintf(early, sizeof early, "scenarios 1 periods %d difference", week);
        snprintf(late, sizeof late, "scenarios 2 periods %d difference", week + 4);
        assert_same(at(tree.root, early), at(tree.root, late));
        strcat(early, " mean");
        all += number(tree.root, early);
    }
    assert_true(all > 0);
    dd_yaml_free(&tree);
}

/* ---- laws ---- */

static void
assert_near(const dd_yaml_node *a, const char *at_a, const dd_yaml_node *b,
            const char *at_b)
{
    char error[96];
    double x = number(a, at_a), y = number(b, at_b), mcse = 0;
    snprintf(error, sizeof error, "%s_mcse", at_a);
    mcse += pow(number(a, error), 2);
    snprintf(error, sizeof error, "%s_mcse", at_b);
    mcse += pow(number(b, error), 2);
    if (!(fabs(x - y) <= 4 * sqrt(mcse)))
        fail_msg("%s: %g and %g, %.1f errors apart", at_b, x, y,
                 fabs(x - y) / sqrt(mcse));
}

/* Rates fixed and the level off, so that both play the same law. */
static void
where_nothing_limits_reps_play_the_forecast(void **state)
{
    dd_yaml reps = asked("$D whatif $T/fixed.yaml $T/nobody.yaml --trials 2048 --format "
                         "json");
    dd_yaml forecast = asked("$D forecast $T/fixed.yaml --trials 16384 --format json");
    (void) state;
    assert_alike(reps.root, 0, 1);
    for (int p = 0; p < 4; p++) {
        char in_reps[64], in_forecast[64];
        snprintf(in_reps, sizeof in_reps, "scenarios 0 periods %d bookings mean", p);
        snprintf(in_forecast, sizeof in_forecast, "periods %d bookings mean", p);
        assert_near(reps.root, in_reps, forecast.root, in_forecast);
        snprintf(in_reps, sizeof in_reps, "scenarios 0 periods %d p_target", p);
        snprintf(in_forecast, sizeof in_forecast, "periods %d p_target", p);
        if (p < 2) /* which have targets */
            assert_near(reps.root, in_reps, forecast.root, in_forecast);
    }
    dd_yaml_free(&reps);
    dd_yaml_free(&forecast);
}

/* Six months of mean tenure, effort that pays two months later: 1 - exp(-2/6) = .283; reps
 * leave in the morning after, so that it is a little more. */
static void
of_effort_that_pays_after_two_months_28_percent_is_orphaned(void **state)
{
    dd_yaml tree;
    double share, mcse;
    (void) state;
    write_file("two.yaml",
               "currency: CNY\nteam: 5\nuncertainty: {rates: fixed, level: off}\n"
               "stages: [Effort]\nrates:\n  new_deals_per_rep_week: 1\n"
               "  deal_size: 1万\n  stages: {Effort: {exits: {Won: {share: 100%, days: "
               "fixed 60.875}}}}\n");
    write_file("tenure.yaml", "name: tenure\nattrition: 16.66667% a month\n"
                              "refill: {after: 0 days}\n");
    tree = asked("$D whatif $T/two.yaml $T/tenure.yaml --as-of 2026-11-20 --trials 1024 "
                 "--format json");
    share = number(tree.root, "scenarios 1 orphaned_share");
    mcse = number(tree.root, "scenarios 1 orphaned_share_mcse");
    assert_true(number(tree.root, "scenarios 0 orphaned_share") == 0);
    assert_close(share, 1 - exp(-2.0 / 6), 4 * mcse + 0.5 / 182.6);
    assert_true(mcse < 0.006);
    dd_yaml_free(&tree);
}

/* Visits that open deals eat are not there for new ones: limits that bind, so that hires
 * bring more than their share. */
static void
hires_relieve_a_team_that_is_short_of_visits(void **state)
{
    dd_yaml tree = asked("$D whatif $T/busy.yaml $T/hire.yaml --trials 256 --periods 4 "
                         "--format json");
    (void) state;
    assert_true(number(tree.root, "scenarios 1 periods 3 p_better") > 0.9);
    /* As many leads found between more of them: what is left is time for deals. */
    assert_true(number(tree.root, "scenarios 1 other_leads bookings_change") > 0);
    dd_yaml_free(&tree);
}

/* ---- what is printed ---- */

static void
every_value_that_a_preset_sets_is_printed(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F $T/force.yaml --trials 128 --periods 1 --format "
                         "csv --table rules"),
                     0);
    assert_said("scenario,rule,value,from\n");
    assert_said("base,reps,14,funnel\n");
    assert_said("base,leads_from,reps: each brings deals of their own,taken so\n");
    assert_said(
        "force,ramp of who comes,\"25, 75, 100 % by month\",preset fieldforce\n");
    assert_said("force,attrition,16.7 % a month (mean tenure 6 months),"
                "preset fieldforce\n");
    assert_said("force,refill,after 9 days,scenario\n");
    assert_said("force,\"handover, upper\",\"after 7 days, odds of winning x 0.8\","
                "preset fieldforce\n");
    assert_said("force,\"handover, middle\",\"after 3 days, odds of winning x 0.9\","
                "preset fieldforce\n");
    assert_said("force,\"handover, lower\",\"after 1 day, odds of winning x 1\","
                "preset fieldforce\n");
    assert_said("force,recycle,\"after 60 days, odds of winning x 0.6\","
                "preset fieldforce\n");
}

/* A hire's own ramp is his alone where the funnel tells the company's. */
static void
who_refills_a_place_has_the_companys_ramp(void **state)
{
    (void) state;
    write_demo("ramp.yaml", "rates: {ramp: [0, 40%]}\n");
    write_file("own.yaml", "name: own\nattrition: 2% a month\nrefill: {after: 9 days}\n"
                           "hire: [{start: 2027-01-04, ramp: [50%]}]\n");
    assert_int_equal(run("$D whatif $T/ramp.yaml $T/own.yaml --trials 128 --periods 1 "
                         "--format csv --table rules"),
                     0);
    assert_said("own,ramp of who comes,\"0, 40, 100 % by month\",funnel\n");
    assert_int_equal(run("$D whatif $F $T/own.yaml --trials 128 --periods 1 "
                         "--format csv --table rules"),
                     0);
    assert_said("own,ramp of who comes,\"50, 100 % by month\",scenario\n");
}

/* With nobody at work at as-of, nothing tells what one rep brings: deals come all the
 * same. */
static void
a_team_that_starts_tomorrow_gets_the_leads_there_are(void **state)
{
    dd_yaml all, none;
    double mean;
    (void) state;
    write_demo("tomorrow.yaml", "reps: tomorrow.csv\n");
    write_file("tomorrow.csv", "owner,team,start,end\n李雷,East,2026-12-01,\n");
    all = asked("$D whatif $F $T/nobody.yaml --as-of 2026-11-30 --trials 128 "
                "--periods 4 --format json");
    mean = number(all.root, "scenarios 0 periods 3 bookings mean");
    none = asked("$D whatif $T/tomorrow.yaml $T/nobody.yaml --as-of 2026-11-30 "
                 "--trials 128 --periods 4 --format json");
    assert_true(mean > 0);
    assert_close(number(none.root, "scenarios 0 periods 3 bookings mean") / mean, 1,
                 0.3);
    dd_yaml_free(&all);
    dd_yaml_free(&none);
}

/* Each figure of a hand-over is told by itself. */
static void
what_a_scenario_says_itself_is_not_its_presets(void **state)
{
    (void) state;
    write_file("part.yaml", "name: part\npreset: fieldforce\nrecycle: {after: 9 days}\n"
                            "handover: {upper: {delay: 11 days}, lower: {delay: 2 days, "
                            "odds: 0.7}}\n");
    write_file("bare.yaml", "name: bare\nattrition: 5% a month\n"
                            "handover: {lower: {odds: 0.7}}\n");
    assert_int_equal(run("$D whatif $F $T/part.yaml $T/bare.yaml --trials 128 "
                         "--periods 1 --format csv --table rules"),
                     0);
    assert_said("part,\"handover, upper\",\"after 11 days, odds of winning x 0.8\","
                "\"days: scenario, odds: preset fieldforce\"\n");
    assert_said("part,\"handover, middle\",\"after 3 days, odds of winning x 0.9\","
                "preset fieldforce\n");
    assert_said("part,\"handover, lower\",\"after 2 days, odds of winning x 0.7\","
                "scenario\n");
    assert_said("part,recycle,\"after 9 days, odds of winning x 0.6\","
                "\"days: scenario, odds: preset fieldforce\"\n");
    assert_said("bare,\"handover, upper\",\"after 0 days, odds of winning x 1\","
                "taken so\n");
    assert_said("bare,\"handover, lower\",\"after 0 days, odds of winning x 0.7\","
                "\"days: taken so, odds: scenario\"\n");
}

static void
scenarios_without_a_team_know_no_rules(void **state)
{
    (void) state;
    write_file("size.yaml", "name: size\ndeal_size: +5%\n");
    assert_int_equal(run("$D whatif $F $T/size.yaml --trials 128 --periods 1 --format "
                         "csv --table rules"),
                     0);
    assert_string_equal(said, "scenario,rule,value,from\n");
}

static void
the_other_reading_of_leads_is_told(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif $F $T/hire.yaml --trials 256 --periods 4"), 0);
    assert_said("If the new reps of 'hire' bring no deals of their own but share those "
                "there are,\nbookings to the end of 2027Q3 change by 0 instead.\n");
    assert_said("Reps are played one by one, in the base too");
    assert_int_equal(run("$D whatif $F $T/quick.yaml --trials 256 --periods 4"), 0);
    assert_said("If the new reps of 'quick' bring deals of their own, bookings");
    assert_said("60 % from the market, which more reps only divide");
}

/* Ten months of ramp from 2027-06-01 and the 90 % cycle of won deals behind it. */
static void
hires_are_followed_until_they_have_paid_or_not(void **state)
{
    dd_yaml tree = asked("$D whatif $F $T/slow.yaml --trials 128 --format json");
    size_t n = at(tree.root, "scenarios 0 periods")->n;
    (void) state;
    assert_true(n == 8 || n == 9); /* 2028-03-31 and some months */
    dd_yaml_free(&tree);
    tree = asked("$D whatif $F $T/slow.yaml --trials 128 --periods 3 --format json");
    assert_int_equal(at(tree.root, "scenarios 0 periods")->n, 3);
    dd_yaml_free(&tree);
    write_file("a.yaml", "name: a\nhire:\n  - {count: 2, start: 2027-05-03}\n"
                         "leave: [{owner: 李雷, date: 2028-01-31}]\n");
    assert_int_equal(
        run("$D whatif $F $T/a.yaml --trials 128 --periods 2 --format json"), 0);
    assert_said("/a.yaml:3: these hires start on 2027-05-03, after 2027Q1, the");
    assert_said("/a.yaml:4: this rep leaves on 2028-01-31, after 2027Q1, the");
}

static void
a_grid_of_hires_holds_whole_reps_and_the_base(void **state)
{
    dd_yaml tree
        = asked("$D whatif $F --grid 'hire=0:10/3 cycle=-20%:0%/1' --trials 256 "
                "--periods 4 --format json");
    static const char *const hires[] = { "0", "0", "3", "3", "7", "7", "10", "10" };
    (void) state;
    assert_int_equal(at(tree.root, "grid")->n, 8);
    for (int i = 0; i < 8; i++) {
        char path[32];
        snprintf(path, sizeof path, "grid %d hire", i);
        assert_string_equal(at(tree.root, path)->text, hires[i]);
    }
    assert_same(at(tree.root, "grid 1 bookings_mean"),
                at(tree.root, "scenarios 0 periods 3 cumulative bookings"));
    assert_true(number(tree.root, "grid 7 bookings_mean")
                > 1.2 * number(tree.root, "grid 1 bookings_mean"));
    dd_yaml_free(&tree);
    /* Those of a grid start on the day after as-of. */
    write_file("three.yaml", "name: three\nhire: [{count: 3, start: 2026-12-01}]\n");
    tree = asked("$D whatif $F $T/three.yaml --as-of 2026-11-30 --grid 'hire=0:3/1' "
                 "--trials 256 --periods 4 --format json");
    assert_same(at(tree.root, "grid 1 bookings_mean"),
                at(tree.root, "scenarios 1 periods 3 cumulative bookings"));
    dd_yaml_free(&tree);
    assert_int_equal(run("$D whatif $F --grid 'hire=0:3' --trials 128 --periods 1 "
                         "--format csv --table rules"),
                     0);
    assert_said("grid,hire,0 to 3 from 2026-11-21,taken so\n"
                "grid,ramp of who comes,100 % from the first day,taken so\n");
    assert_int_equal(run("$D whatif $F --grid 'hire=1.5:4' 2>&1"), 2);
    assert_said("--grid: hires are whole reps, read 'hire=1.5:4', expected '");
    assert_int_equal(run("$D whatif $F --grid 'hire=-2:3' 2>&1"), 2);
    assert_said("--grid: hires are 0 to 1000");
    assert_int_equal(run("$D whatif $F --grid 'hire=0:100000' 2>&1"), 2);
    assert_said("--grid: hires are 0 to 1000");
    assert_int_equal(run("$D whatif $F --grid 'hire=3:0' 2>&1"), 2);
    assert_said("--grid: no numbers of reps from fewer to more");
    assert_int_equal(run("$D whatif $F --grid 'hires=0:4' 2>&1"), 2);
    assert_said("unknown lever");
    assert_said("expected hire");
}

/* ---- messages ---- */

/* Of five in the file one is to come, and two have gone by the last period's end. */
static void
who_comes_and_goes_anyway_is_told_of_the_base(void **state)
{
    (void) state;
    write_demo("planned.yaml",
               "reps: planned.csv\n"
               "effort: {visits_per_rep_week: 6, visits_per_opportunity: "
               "8, visits_per_stage: {Proposal: 3}}\n");
    write_file("planned.csv", "owner,start,end\n李雷,2024-01-01,\n"
                              "周强,2024-01-01,2026-12-31\n刘洋,2027-01-04,2027-02-01\n"
                              "王芳,,2030-01-01\nEmi Tanaka,2024-01-01,\n");
    write_file("eight.yaml", "name: eight\nvisits_per_rep_week: 8\n");
    write_file("then.yaml", "name: then\nbase: eight.yaml\nfrom: 2027-02-01\n"
                            "visits_per_rep_week: +25%\n");
    assert_int_equal(run("$D whatif $T/planned.yaml $T/eight.yaml $T/then.yaml --trials "
                         "128 --periods 3 --format csv --table rules"),
                     0);
    assert_said("base,reps,\"4, and 1 to come; 2 leave by 2027-06-30\",file of reps\n"
                "base,handover,\"on the same day, nothing is lost by it\",taken so\n");
    assert_said("base,visits,\"6 a rep and week, open deals first\",funnel\n"
                "eight,visits,\"8 a rep and week, open deals first\",scenario\n"
                "then,visits,\"8 a rep and week, open deals first\",scenario\n"
                "then,visits,\"10 a rep and week from 2027-02-01, open deals first\","
                "scenario\n");
}

/* The same rules beside one who leaves are met, and nothing is told. */
static void
rules_that_nobody_meets_are_told(void **state)
{
    (void) state;
    write_file("idle.yaml",
               "name: idle\ndeal_size: +5%\nhandover: {upper: {delay: 9 days}}"
               "\nrefill: {after: 9 days}\nleads_from: market\n"
               "economics: {rep_month: 3万}\n");
    write_file("busied.yaml", "name: busied\nbase: idle.yaml\n"
                              "leave: [{owner: 李雷, date: 2027-01-04}]\n"
                              "economics: {margin: 40%}\n");
    write_file("none.yaml", "name: none\npreset: expert\nattrition: 0% a month\n");
    write_file("over.yaml", "name: over\nbase: busied.yaml\nfrom: 2027-01-05\n"
                            "handover: {upper: {delay: 9 days}}\nreferral: 0.1\n");
    write_file("tired.yaml", "name: tired\nfrom: 2027-01-05\nrefill: {after: 2 days}\n"
                             "leave: [{owner: 李雷, date: 2027-01-04}]\n");
    write_file("fresh.yaml", "name: fresh\nfrom: 2027-01-04\nrefill: {after: 2 days}\n"
                             "leave: [{owner: 李雷, date: 2027-01-04}]\n");
    write_file("soon.yaml", "name: soon\nbase: tired.yaml\nattrition: 3% a month\n"
                            "from: 2036-01-05\n");
    assert_int_equal(
        run("$D whatif $F $T/idle.yaml $T/busied.yaml $T/none.yaml $T/over.yaml "
            "$T/tired.yaml $T/fresh.yaml $T/soon.yaml --trials 128 --format csv --table "
            "warnings"),
        0);
    assert_said("no_effect,'idle': no effect of handover: nobody leaves\n");
    assert_said("no_effect,'idle': no effect of refill: nobody leaves\n");
    assert_said(
        "no_effect,\"'idle': no effect of leads_from: nobody comes, leaves or ramps "
        "up\"\n");
    assert_said("no_margin,'idle': economics: without margin neither net nor");
    assert_said("'tired': no effect of refill: nobody leaves from 2027-01-05 on\n");
    assert_said("soon.yaml:4: its rules start on 2036-01-05, after 20");
    assert_null(strstr(said, "'busied'"));
    assert_null(strstr(said, "'over'"));
    assert_null(strstr(said, "'fresh'"));
    assert_null(strstr(said, "'soon': no effect"));
    assert_null(strstr(said, "'none': no effect"));
}

static void
what_the_team_does_not_bear_is_told_with_its_place(void **state)
{
    (void) state;
    write_file("a.yaml", "name: a\n"
                         "hire: [{start: 2026-11-20}, {start: 2027-01-04, team: Est}]\n"
                         "leave:\n"
                         "  - {owner: 李磊, date: 2027-01-04}\n"
                         "  - {owner: 周强, date: 2026-11-01}\n"
                         "  - {owner: 李雷, date: 2027-01-04, to: 刘洋}\n"
                         "  - {owner: 李雷, date: 2027-02-01}\n"
                         "  - {owner: 刘洋, date: 2027-01-04, to: 刘洋}\n"
                         "  - {owner: Daniel Roy, date: 2027-03-01, to: Dan Roi}\n");
    assert_int_equal(run("$D whatif $F $T/a.yaml 2>&1"), 1);
    assert_said(
        "/a.yaml:2:16: hires cannot start on 2026-11-20: the past is known up to "
        "2026-11-20");
    assert_said("/a.yaml:2:55: unknown team");
    assert_said("expected a file of reps that names its teams");
    assert_said("/a.yaml:4:13: unknown owner");
    assert_said("expected 李雷");
    assert_said("/a.yaml:5:23: nobody can leave on 2026-11-01");
    assert_said("/a.yaml:6:39: '李雷' hands over to '刘洋', who leaves on 2027-01-04");
    assert_said("/a.yaml:7:13: '李雷' leaves twice");
    assert_said("/a.yaml:8:39: '刘洋' cannot hand over to the same rep");
    assert_said("/a.yaml:9:47: unknown owner");
}

static void
the_file_of_reps_knows_teams_and_who_is_gone(void **state)
{
    (void) state;
    write_demo("reps.yaml", "reps: reps.csv\n");
    write_file("reps.csv", "owner,team,start,end\n李雷,East,2024-01-01,\n"
                           "周强,West,2024-01-01,2026-06-30\n"
                           "刘洋,West,2024-01-01,2026-12-31\n"
                           "Emi Tanaka,West,2024-01-01,\n");
    write_file("b.yaml", "name: b\nhire: [{start: 2027-01-04, team: Est}]\n"
                         "leave:\n"
                         "  - {owner: 周强, date: 2027-01-04}\n"
                         "  - {owner: 刘洋, date: 2027-02-01}\n"
                         "  - {owner: 李雷, date: 2027-03-01, to: 刘洋}\n");
    assert_int_equal(run("$D whatif $T/reps.yaml $T/b.yaml 2>&1"), 1);
    assert_said("/b.yaml:2:34: unknown team");
    assert_said("expected East");
    assert_said("/b.yaml:4:13: '周强' is not there any more");
    assert_said("/b.yaml:5:13: '刘洋' is gone already on 2027-01-01");
    assert_said("'李雷' hands over to '刘洋', who leaves on 2027-01-01");
    write_file("reps.csv", "owner,team,start,end\n李雷,East,2024-01-01,\n"
                           "刘洋,West,2024-01-01,2026-12-31\n刘敏,,2027-01-05,\n");
    write_file("b.yaml", "name: b\nleave:\n"
                         "  - {owner: 李雷, date: 2027-01-04, to: 刘敏}\n"
                         "  - {owner: 刘洋, date: 2026-12-15, to: 刘敏}\n");
    assert_int_equal(run("$D whatif $T/reps.yaml $T/b.yaml 2>&1"), 1);
    assert_said("/b.yaml:3:39: '李雷' hands over to '刘敏', who starts on 2027-01-05, "
                "expected someone who is there by then");
    assert_said("/b.yaml:4:39: '刘洋' hands over to '刘敏', who starts on 2027-01-05");
    write_file("c.yaml", "name: c\nhire: [{start: 2027-01-04, team: East}]\n"
                         "leave: [{owner: 刘洋, date: 2026-12-15, to: 李雷}]\n");
    assert_int_equal(run("$D whatif $T/reps.yaml $T/c.yaml --trials 128 --periods 1"),
                     0);
    assert_said("1 from 2027-01-04 for East");
    assert_said("file of reps");
}

/* The past is known up to the end of as-of. */
static void
whoever_leaves_on_as_of_is_gone(void **state)
{
    (void) state;
    write_demo("today.yaml", "reps: today.csv\n");
    write_file("today.csv", "owner,team,start,end\n李雷,East,2024-01-01,\n"
                            "周强,West,2024-01-01,2026-11-30\n");
    write_file("g.yaml", "name: g\nleave:\n  - {owner: 周强, date: 2027-01-04}\n"
                         "  - {owner: 李雷, date: 2026-11-30}\n");
    assert_int_equal(run("$D whatif $T/today.yaml $T/g.yaml --as-of 2026-11-30 2>&1"),
                     1);
    assert_said("/g.yaml:3:13: '周强' is not there any more");
    assert_said("nobody can leave on 2026-11-30: the past is known up to 2026-11-30");
}

static void
a_crowd_is_refused(void **state)
{
    (void) state;
    write_file("crowd.yaml", "name: crowd\nhire: [{count: 9999, start: 2027-01-04}, "
                             "{count: 9999, start: 2027-01-04}]\n");
    assert_int_equal(run("$D whatif $F $T/crowd.yaml 2>&1"), 1);
    assert_said("/crowd.yaml:2:1: 20012 reps are too many to be played one by one, "
                "expected at most 20000");
}

/* 10,001 reps of the file are so many, not twice as many. */
static void
reps_of_a_file_are_counted_once(void **state)
{
    (void) state;
    assert_int_equal(run("(echo owner; seq -f 'Rep %.0f' 10001) > $T/many.csv; "
                         "printf 'name: one\\nhire: [{start: 2027-01-04}]\\n' > "
                         "$T/one.yaml"),
                     0);
    write_file("many.yaml", "stages: [Deal]\ncurrency: CNY\nreps: many.csv\n"
                            "rates: {deal_size: 10万, new_deals_per_rep_week: 0.0001, "
                            "stages: {Deal: {win_rate: 50%}}}\n");
    assert_int_equal(run("$D whatif $T/many.yaml $T/one.yaml --as-of 2026-11-21 "
                         "--trials 1 --periods 1"),
                     0);
    assert_int_equal(
        run("sed -i 's/start:/count: 10000, start:/' $T/one.yaml; $D whatif "
            "$T/many.yaml $T/one.yaml --as-of 2026-11-21 2>&1"),
        1);
    assert_said(": 20001 reps are too many to be played one by one");
}

/* What a rep brings a week is believed of the two who are at work, whatever `team:` says. */
static void
the_file_of_reps_holds_over_a_number_of_heads(void **state)
{
    static const char *const team[] = { "", "team: 9\n" };
    char text[300];
    dd_yaml told[2];
    (void) state;
    write_file("two.csv", "owner,start,end\nAnn,,\nBob,,\nCid,,2026-01-31\n");
    for (int k = 0; k < 2; k++) {
        snprintf(
            text, sizeof text,
            "stages: [Deal]\ncurrency: CNY\nreps: two.csv\nuncertainty: {rates: fixed, "
            "level: off}\n%srates: {deal_size: 10万, new_deals_per_rep_week: 3, "
            "stages: {Deal: {win_rate: 50%%}}}\n",
            team[k]);
        write_file("two.yaml", text);
        told[k] = asked("$D forecast $T/two.yaml --as-of 2026-11-21 --trials 2048 "
                        "--periods 2 --format json");
        assert_int_equal(strstr(said, "team: says 9 reps, the file of reps has 2 for "
                                      "as-of: the file holds")
                             != NULL,
                         k);
    }
    assert_same(at(told[0].root, "periods"), at(told[1].root, "periods"));
    /* 90 days, 6 a week, half of them won */
    assert_close(number(told[1].root, "periods 1 wins mean"), 3 * 90 / 7.0, 0.6);
    dd_yaml_free(&told[0]);
    dd_yaml_free(&told[1]);
}

/* ---- from a day on ---- */

/* Rules from the day after as-of on are rules; beyond the last period, none. */
static void
rules_start_with_the_first_day_or_never(void **state)
{
    static const char rules[] = "preset: fieldforce\nreferral: 0.3\n"
                                "attrition: {0-6: 9% a month, 6-: 4% a month}\n";
    static const char *const heads[]
        = { "name: plain\n", "name: first\nfrom: 2026-12-01\n",
            "name: never\nfrom: 2027-10-01\n" };
    static const char *const files[] = { "plain.yaml", "first.yaml", "never.yaml" };
    dd_yaml tree;
    (void) state;
    for (int k = 0; k < 3; k++) {
        char text[300];
        snprintf(text, sizeof text, "%s%s", heads[k], rules);
        write_file(files[k], text);
    }
    tree = asked("$D whatif $T/busy.yaml $T/plain.yaml $T/first.yaml $T/never.yaml "
                 "--as-of 2026-11-30 --trials 256 --periods 4 --format json");
    assert_string_equal(at(tree.root, "scenarios 0 periods 3 label")->text, "2027Q3");
    assert_alike(tree.root, 1, 2);
    assert_alike(tree.root, 0, 3);
    assert_true(number(tree.root, "scenarios 1 periods 3 bookings mean")
                != number(tree.root, "scenarios 0 periods 3 bookings mean"));
    dd_yaml_free(&tree);
}

/* Who leaves on a morning goes by that morning's rules. */
static void
a_handover_from_the_day_of_leaving_on_is_one_and_a_day_later_none(void **state)
{
    static const char *const names[] = { "now", "that", "next" };
    static const char *const from[] = { "", "from: 2026-12-14\n", "from: 2026-12-15\n" };
    dd_yaml tree;
    (void) state;
    write_file("gone.yaml", "name: gone\nleave: [{owner: 李雷, date: 2026-12-14}]\n");
    for (int k = 0; k < 3; k++) {
        char file[16], text[200];
        snprintf(file, sizeof file, "%s.yaml", names[k]);
        snprintf(text, sizeof text,
                 "name: %s\nbase: gone.yaml\n%shandover: {upper: {odds: 0.1}, middle: "
                 "{odds: 0.1}, lower: {odds: 0.1}}\n",
                 names[k], from[k]);
        write_file(file, text);
    }
    tree = asked("$D whatif $F $T/gone.yaml $T/now.yaml $T/that.yaml $T/next.yaml "
                 "--trials 256 --periods 4 --format json");
    assert_alike(tree.root, 2, 3);
    assert_alike(tree.root, 1, 4);
    assert_true(number(tree.root, "scenarios 2 periods 3 cumulative mean")
                < number(tree.root, "scenarios 1 periods 3 cumulative mean"));
    dd_yaml_free(&tree);
}

static void
rules_of_later_days_are_printed_with_their_day(void **state)
{
    (void) state;
    write_file("low.yaml", "name: low\nattrition: 2% a month\nrecycle: {after: 9 days}\n"
                           "handover: {lower: {delay: 4 days}}\n");
    write_file("high.yaml",
               "name: high\nbase: low.yaml\nfrom: 2027-02-01\n"
               "attrition: {0-6: 8% a month, 6-: 2% a month}\nrefill: {after: 20 days}\n"
               "handover: {upper: {odds: 0.7}}\n");
    write_file("force.later.yaml", "name: later\nbase: high.yaml\nfrom: 2027-04-01\n"
                                   "preset: fieldforce\nrecycle: {after: 9 days, odds: "
                                   "1}\nreferral: 0.25\n");
    assert_int_equal(run("$D whatif $F $T/force.later.yaml --trials 128 --periods 3 "
                         "--format csv --table rules"),
                     0);
    assert_string_equal(
        strstr(said, "later,"),
        "later,ramp of who comes,100 % from the first day,taken so\n"
        "later,attrition,2 % a month (mean tenure 50 months),scenario\n"
        "later,\"handover, upper\",\"after 0 days, odds of winning x 1\",taken so\n"
        "later,\"handover, middle\",\"after 0 days, odds of winning x 1\",taken so\n"
        "later,\"handover, lower\",\"after 4 days, odds of winning x 1\",\"days: "
        "scenario, odds: taken so\"\n"
        "later,recycle,\"after 9 days, odds of winning x 1\",\"days: scenario, odds: "
        "taken so\"\n"
        "later,attrition,\"from month 0 on 8 % a month, from 2027-02-01\",scenario\n"
        "later,attrition,\"from month 6 on 2 % a month, from 2027-02-01\",scenario\n"
        "later,refill,\"after 20 days, from 2027-02-01\",scenario\n"
        "later,\"handover, upper\",\"after 0 days, odds of winning x 0.7, from "
        "2027-02-01\",\"days: taken so, odds: scenario\"\n"
        "later,\"handover, middle\",\"after 0 days, odds of winning x 1, from "
        "2027-02-01\",taken so\n"
        "later,\"handover, lower\",\"after 4 days, odds of winning x 1, from "
        "2027-02-01\",\"days: scenario, odds: taken so\"\n"
        "later,ramp of who comes,\"25, 75, 100 % by month, from 2027-04-01\",preset "
        "fieldforce\n"
        "later,attrition,\"16.7 % a month (mean tenure 6 months), from "
        "2027-04-01\",preset fieldforce\n"
        "later,refill,\"after 28 days, from 2027-04-01\",preset fieldforce\n"
        "later,\"handover, upper\",\"after 7 days, odds of winning x 0.8, from "
        "2027-04-01\",preset fieldforce\n"
        "later,\"handover, middle\",\"after 3 days, odds of winning x 0.9, from "
        "2027-04-01\",preset fieldforce\n"
        "later,\"handover, lower\",\"after 1 day, odds of winning x 1, from "
        "2027-04-01\",preset fieldforce\n"
        "later,referral,\"0.25 new deals for each won, from 2027-04-01\",scenario\n");
}

static void
where_deals_come_from_does_not_start_later(void **state)
{
    (void) state;
    write_file("d.yaml", "name: d\nfrom: 2027-01-01\nmarket: -5%\nreferral: 0.1\n"
                         "hire: [{start: 2027-01-04}]\n");
    assert_int_equal(run("$D whatif $F $T/d.yaml --trials 128 --periods 2"), 0);
    write_file("g.yaml", "name: g\nfrom: 2026-12-01\nreferral: 0.1\n"
                         "leads_from: market\n");
    assert_int_equal(run("$D whatif $F $T/g.yaml --as-of 2026-11-30 --trials 128 "
                         "--periods 1"),
                     0);
    assert_int_equal(run("$D whatif $F $T/g.yaml --as-of 2026-11-29 --trials 128 "
                         "--periods 1 2>&1"),
                     1);
    assert_said("/g.yaml:2:7: 'leads_from' cannot start later than the day after as-of: "
                "it tells how all deals come");
    assert_said("expected 2026-11-30");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(under_market_without_limits_hires_change_no_byte),
        cmocka_unit_test(a_leaver_who_hands_over_at_once_and_whole_changes_no_byte),
        cmocka_unit_test(hires_moved_by_four_weeks_move_what_they_bring_by_four_weeks),
        cmocka_unit_test(where_nothing_limits_reps_play_the_forecast),
        cmocka_unit_test(of_effort_that_pays_after_two_months_28_percent_is_orphaned),
        cmocka_unit_test(hires_relieve_a_team_that_is_short_of_visits),
        cmocka_unit_test(every_value_that_a_preset_sets_is_printed),
        cmocka_unit_test(who_refills_a_place_has_the_companys_ramp),
        cmocka_unit_test(a_team_that_starts_tomorrow_gets_the_leads_there_are),
        cmocka_unit_test(what_a_scenario_says_itself_is_not_its_presets),
        cmocka_unit_test(scenarios_without_a_team_know_no_rules),
        cmocka_unit_test(the_other_reading_of_leads_is_told),
        cmocka_unit_test(hires_are_followed_until_they_have_paid_or_not),
        cmocka_unit_test(a_grid_of_hires_holds_whole_reps_and_the_base),
        cmocka_unit_test(who_comes_and_goes_anyway_is_told_of_the_base),
        cmocka_unit_test(rules_that_nobody_meets_are_told),
        cmocka_unit_test(what_the_team_does_not_bear_is_told_with_its_place),
        cmocka_unit_test(the_file_of_reps_knows_teams_and_who_is_gone),
        cmocka_unit_test(whoever_leaves_on_as_of_is_gone),
        cmocka_unit_test(a_crowd_is_refused),
        cmocka_unit_test(reps_of_a_file_are_counted_once),
        cmocka_unit_test(the_file_of_reps_holds_over_a_number_of_heads),
        cmocka_unit_test(rules_start_with_the_first_day_or_never),
        cmocka_unit_test(
            a_handover_from_the_day_of_leaving_on_is_one_and_a_day_later_none),
        cmocka_unit_test(rules_of_later_days_are_printed_with_their_day),
        cmocka_unit_test(where_deals_come_from_does_not_start_later),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
