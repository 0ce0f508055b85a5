/* What a scenario says of single deals, where reps are played one by one: the day that is
 * said, and the level that moves the chance that is. Visits here are asked for by so few
 * that they limit nobody. */
#include "answers.h"
#include "dealdice/date.h"

#define IDLE \
    "effort: {visits_per_rep_week: 12, visits_per_opportunity: 10, " \
    "visits_per_stage: {Proposal: 0.001}}\n"
#define DEALS "effort: {visits_per_rep_week: 12, visits_per_opportunity: 10}\n"

#define WEEKS 13

/* The demo's history, but nobody works on weekends: what moved then moves on Monday. */
static void
write_weekdays(void)
{
    char path[64], line[1000];
    FILE *in = fopen("scenarios/demo/history.csv", "r"), *out;
    snprintf(path, sizeof path, "%s/weekdays.csv", folder);
    out = fopen(path, "w");
    assert_true(in != NULL && out != NULL);
    while (fgets(line, sizeof line, in)) {
        char *moment = strstr(line, ",202"), day[16];
        int year, month, in_month, weekday;
        if (moment && sscanf(moment, ",%4d-%2d-%2d ", &year, &month, &in_month) == 3) {
            dd_day was = dd_day_from_civil(year, month, in_month);
            weekday = (int) ((was + 3) % 7); /* day 0 was a Thursday */
            if (weekday >= 5) {
                dd_day_format(was + 7 - weekday, day);
                memcpy(moment + 1, day, 10);
                memcpy(moment + 12, weekday == 5 ? "00:00:01" : "00:00:02", 8);
            }
        }
        fputs(line, out);
    }
    assert_int_equal(fclose(in) + fclose(out), 0);
}

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_weekdays();
    write_file("weekdays.yaml",
               "history: weekdays.csv\ncurrency: CNY\nteam: 14\nholidays: CN\n"
               "stages: [Contact, Needs, Proposal, Negotiation]\n" IDLE);
    write_demo("calm.yaml", IDLE "uncertainty: {rates: fixed, level: off}\n");
    write_demo("rough.yaml", IDLE "uncertainty: {rates: fixed}\n");
    write_demo("deals.yaml", DEALS "uncertainty: {rates: fixed}\n");
    return run("{ echo 'name: halves'; $D deals $F --trials 128 --format csv | awk -F, "
               "'NR > 1 { print (NR == 2 ? \"deals: {\" : \",\") $1 \": {win_rate: 50%, "
               "close: 2026-12-20, amount: 100万}\" } END { print \"}\" }'; } > "
               "$T/halves.yaml");
}

/* Deals so old that they hardly ever bring anything in the base, each closing a week after
 * the one before. */
static void
write_days(const char *name, dd_day first, size_t weeks)
{
    static const char *const old[]
        = { "D-00570", "D-00605", "D-00524", "D-00447", "D-00500", "D-00453", "D-00426",
            "D-00344", "D-00197", "D-00239", "D-00123", "D-00167", "D-00801" };
    char file[32], text[1600];
    snprintf(text, sizeof text, "name: %s\ndeals: {", name);
    for (size_t i = 0; i < weeks; i++) {
        size_t n = strlen(text);
        char close[16];
        snprintf(text + n, sizeof text - n,
                 "%s%s: {win_rate: 100%%, close: %s, amount: "
                 "%zu万}",
                 i > 0 ? ", " : "", old[i], dd_day_format(first + 7 * (dd_day) i, close),
                 101 + i);
    }
    strcat(text, "}\n");
    snprintf(file, sizeof file, "%s.yaml", name);
    write_file(file, text);
}

/* Sundays are the last days of weeks and Mondays the first ones: whatever the clock makes of
 * a day, a period's last one is none of the next period's, its first none of the one
 * before. Other deals keep their luck: the mean and nine tenths of the futures
 * differ by no more. */
static void
a_day_that_is_said_is_of_its_own_period(void **state)
{
    static const char *const of[] = { "mean", "p10", "p50", "p90" };
    const dd_day sunday = dd_day_from_civil(2026, 11, 22); /* as-of is the Friday */
    dd_yaml answer;
    (void) state;
    write_days("sundays", sunday, WEEKS);
    write_days("mondays", sunday + 1, WEEKS - 1);
    answer = asked(
        "$D whatif $T/weekdays.yaml $T/sundays.yaml $T/mondays.yaml --period week "
        "--trials 1024 --format json");
    for (int s = 1; s <= 2; s++)
        for (int w = 0; w < WEEKS; w++) {
            char path[64];
            int deal = s == 1 ? w : w - 1;
            for (size_t q = deal < 0; q < 4; q++) {
                snprintf(path, sizeof path, "scenarios %d periods %d difference %s", s,
                         w, of[q]);
                assert_close(number(answer.root, path),
                             deal < 0 ? 0 : 10000 * (101 + deal), 0.002);
            }
        }
    dd_yaml_free(&answer);
}

static double
sd_of(const char *funnel)
{
    char line[160];
    double sd;
    snprintf(line, sizeof line,
             "$D whatif $T/%s $T/halves.yaml --periods 1 --trials 8192 --format json",
             funnel);
    dd_yaml answer = asked(line);
    assert_said("\"name\": \"halves\"");
    sd = number(answer.root, "scenarios 1 periods 0 bookings sd");
    dd_yaml_free(&answer);
    return sd;
}

/* 285 deals of 100万, won with one half each: sqrt(285) / 2 wins, 844万, when each has its
 * own luck only. A level moves them all together, by reps as by curves. */
static void
a_chance_that_is_said_moves_with_the_level(void **state)
{
    double calm = sd_of("calm.yaml"), rough = sd_of("rough.yaml");
    double deals = sd_of("deals.yaml");
    (void) state;
    print_message("sd %.0f alone, %.0f by reps, %.0f by deals\n", calm, rough, deals);
    assert_close(calm / (1e6 * sqrt(285) / 2), 1, 0.04);
    assert_close(rough / deals, 1, 0.06);
    assert_true(deals > 1.3 * calm);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_that_is_said_is_of_its_own_period),
        cmocka_unit_test(a_chance_that_is_said_moves_with_the_level),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
