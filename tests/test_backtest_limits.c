/* Where visits are limited, past days are forecast as `forecast` does: rep by rep. */
#include "answers.h"

#include "answers/backtest/backtest_replay.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define LIMITS \
    "effort: {visits_per_rep_week: 4, visits_per_opportunity: 8, visits_per_stage: " \
    "{Proposal: 3, Negotiation: 4}}\n"
#define FIXED "uncertainty: {rates: fixed, level: off}\n"

/* Of the demo's reps two came and one went on the way. */
static const char *const reps[] = {
    "Anna Keller,,",
    "Ben Okafor,,",
    "Carla Souza,,",
    "Daniel Roy,,",
    "Emi Tanaka,2026-05-01,",
    "刘洋,,",
    "吴婷,,",
    "周强,2025-12-01,",
    "孙丽,,2026-03-31",
    "李雷,,",
    "王芳,,",
    "赵敏,,",
    "陈浩,,",
    "韩梅梅,,",
};

static void
write_reps(void)
{
    char text[1000] = "owner,start,end\n";
    for (size_t i = 0; i < sizeof reps / sizeof *reps; i++)
        strcat(strcat(text, reps[i]), "\n");
    write_file("reps.csv", text);
}

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_reps();
    write_demo("limits.yaml", "reps: reps.csv\n" LIMITS);
    write_demo("deals.yaml", "reps: reps.csv\neffort: {visits_per_rep_week: 4, "
                             "visits_per_opportunity: 8}\n");
    write_demo("idle.yaml", "effort: {visits_per_rep_week: 9, visits_per_opportunity: "
                            "10, visits_per_stage: {Proposal: 0.001}}\n" FIXED);
    write_demo("ample.yaml", "effort: {visits_per_rep_week: 9, visits_per_opportunity: "
                             "10}\n" FIXED);
    return 0;
}

/* ---- the forecast of then ---- */

/* Its quantiles, as they are printed. */
static void
assert_forecast_says(const dd_yaml_node *origin, const char *how)
{
    static const char *const quantiles[] = { "p10", "p50", "p90" };
    char line[300], path[64];
    dd_yaml forecast;
    snprintf(line, sizeof line, "$D forecast %s --as-of %s --format json", how,
             at(origin, "as_of")->text);
    forecast = asked(line);
    assert_same(at(forecast.root, "periods 0 label"), at(origin, "period"));
    for (int q = 0; q < 3; q++) {
        snprintf(path, sizeof path, "periods 0 %s %s", at(origin, "what")->text,
                 quantiles[q]);
        assert_same(at(forecast.root, path), at(origin, quantiles[q]));
    }
    dd_yaml_free(&forecast);
}

static void
each_origin_says_what_forecast_said_on_that_day(void **state)
{
    static const char how[] = "$T/limits.yaml --period month --trials 128 --seed 6";
    char line[200];
    size_t n, seen = 0;
    (void) state;
    snprintf(line, sizeof line, "$D backtest %s --format json", how);
    dd_yaml answer = asked(line);
    n = at(answer.root, "origins")->n;
    assert_true(n > 20);
    for (const dd_yaml_node *o = at(answer.root, "origins")->first; o; o = o->next)
        if (++seen % 3 == 0) /* wins and bookings, before and after each coming */
            assert_forecast_says(o, how);
    dd_yaml_free(&answer);
}

/* Trials are as many as `forecast` takes, where nobody says how many. */
static void
it_is_the_same_forecast_without_any_option(void **state)
{
    dd_yaml answer
        = asked("$D backtest $T/limits.yaml --as-of 2026-01-15 --format json");
    (void) state;
    assert_forecast_says(at(answer.root, "origins 0"), "$T/limits.yaml");
    dd_yaml_free(&answer);
}

/* Fewer visits than are asked for: in every quarter less money is to come in than where
 * deals have all of theirs, and no more wins. */
static void
limits_that_bind_lower_what_is_forecast(void **state)
{
    dd_yaml limits = asked("$D backtest $T/limits.yaml --trials 512 --format json");
    dd_yaml deals = asked("$D backtest $T/deals.yaml --trials 512 --format json");
    const dd_yaml_node *one = at(limits.root, "origins")->first;
    const dd_yaml_node *other = at(deals.root, "origins")->first;
    (void) state;
    assert_int_equal(at(limits.root, "origins")->n, at(deals.root, "origins")->n);
    for (; one != NULL; one = one->next, other = other->next) {
        int money = strcmp(at(one, "what")->text, "bookings") == 0;
        double less = number(other, "p50") - number(one, "p50");
        assert_same(at(one, "actual"), at(other, "actual"));
        assert_true(money ? less > 0 : less >= 0);
    }
    dd_yaml_free(&limits);
    dd_yaml_free(&deals);
}

static void
threads_change_no_byte(void **state)
{
    static char one[sizeof said];
    (void) state;
    assert_int_equal(run("$D backtest $T/limits.yaml --trials 32 --tune "
                         "--threads 1 --format json"),
                     0);
    assert_said("without level");
    strcpy(one, said);
    assert_int_equal(run("$D backtest $T/limits.yaml --trials 32 --tune "
                         "--threads 2 --format json"),
                     0);
    assert_string_equal(said, one);
}

/* ---- against deals alone ---- */

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_backtest_options options;
    dd_replay_ground ground;
} world;

static void
read_world(world *w, const char *name, size_t trials)
{
    char path[64];
    dd_error err = { 0 };
    memset(w, 0, sizeof *w);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(dd_funnel_read(&w->funnel, path, NULL, &err), DD_OK);
    assert_int_equal(dd_history_read(&w->history, &w->funnel, NULL, &err), DD_OK);
    w->options = (dd_backtest_options){ .kind = DD_QUARTER,
                                        .as_of = w->history.last_day,
                                        .from = DD_NO_DAY,
                                        .to = DD_NO_DAY,
                                        .trials = trials,
                                        .seed = 4,
                                        .threads = 2 };
    w->ground = (dd_replay_ground){ .history = &w->history,
                                    .funnel = w->funnel,
                                    .options = &w->options };
    dd_error_free(&err);
}

static void
release(world *w)
{
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
}

/** Mean and its standard error; trials are independent where nothing is drawn. */
typedef struct {
    double mean, error;
} estimate;

static estimate
estimate_of(const int64_t *value, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t t = 0; t < n; t++) {
        sum += (double) value[t];
        squares += (double) value[t] * (double) value[t];
    }
    sum /= (double) n;
    return (estimate){ sum, sqrt((squares / (double) n - sum * sum) / (double) n) };
}

static void
assert_agree(const char *what, estimate reps_say, estimate deals_say)
{
    double error = hypot(reps_say.error, deals_say.error);
    print_message("%s: %.4g by reps, %.4g by deals, +- %.2g\n", what, reps_say.mean,
                  deals_say.mean, error);
    assert_close(reps_say.mean, deals_say.mean, 4 * error);
}

/* @param open  per trial: wins of open deals in the first period */
static void
play_parts(dd_replay *replay, world *w, dd_day as_of, int64_t *open)
{
    dd_origin origin = { .as_of = as_of };
    assert_int_equal(dd_replay_fit(replay, &origin, &w->ground, NULL), DD_OK);
    assert_int_equal(dd_replay_play(replay, &w->ground, 1, NULL), DD_OK);
    for (size_t t = 0; t < replay->outcomes.trials; t++) {
        int64_t wins = replay->outcomes.wins[t];
        open[t]
            = replay->tally ? replay->tally[t].open_first : wins - replay->fresh.wins[t];
        assert_true(open[t] >= 0 && open[t] <= wins);
    }
}

/* By the two engines, whose parts are told apart in two ways. */
static void
limits_that_bind_nobody_leave_the_forecast_of_deals_alone(void **state)
{
    static int64_t open_a[4096], open_b[8192];
    world a, b;
    dd_replay reps_play = { 0 }, deals_play = { 0 };
    dd_day day = dd_day_from_civil(2026, 3, 31);
    (void) state;
    read_world(&a, "idle.yaml", 4096);
    read_world(&b, "ample.yaml", 8192);
    play_parts(&reps_play, &a, day, open_a);
    play_parts(&deals_play, &b, day, open_b);
    assert_non_null(reps_play.tally);
    assert_null(deals_play.tally);
    assert_agree("open wins", estimate_of(open_a, 4096), estimate_of(open_b, 8192));
    for (size_t p = 0; p < DD_BACKTEST_AHEAD; p++) {
        const dd_outcomes *x = &reps_play.outcomes, *y = &deals_play.outcomes;
        assert_agree("wins", estimate_of(x->wins + p * 4096, 4096),
                     estimate_of(y->wins + p * 8192, 8192));
        assert_agree("open", estimate_of(x->open + p * 4096, 4096),
                     estimate_of(y->open + p * 8192, 8192));
        assert_agree("new", estimate_of(x->new_ + p * 4096, 4096),
                     estimate_of(y->new_ + p * 8192, 8192));
    }
    dd_replay_free(&reps_play);
    dd_replay_free(&deals_play);
    release(&a);
    release(&b);
}

/* ---- no peeking ---- */

/* The demo up to the end of May, whatever came later: rows gone, others in their place. */
static void
write_other_future(void)
{
    assert_int_equal(run("awk -F, 'NR == 1 || substr($5, 1, 10) <= \"2026-05-31\"' "
                         "scenarios/demo/history.csv > $T/other.csv && "
                         "echo 'X-1,x,x,Needs,2026-07-05 09:00:00,99,何欣,Clinics' >> "
                         "$T/other.csv"),
                     0);
}

static dd_backtest
scores_of(const char *name)
{
    world w;
    dd_backtest made;
    dd_error err = { 0 };
    read_world(&w, name, 64);
    w.options.kind = DD_MONTH;
    w.options.every = 10;
    w.options.as_of = dd_day_from_civil(2026, 5, 31);
    assert_int_equal(
        dd_backtest_make(&made, &w.history, &w.funnel, &w.options, NULL, &err), DD_OK);
    assert_int_equal(err.n, 0);
    release(&w);
    return made;
}

/* How many scores of origins from a day on differ; those before must not. */
static size_t
count_differences(const dd_backtest *a, const dd_backtest *b, dd_day from)
{
    size_t differ = 0;
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        for (int s = 0; s < DD_SLOTS; s++)
            for (int what = 0; what < DD_WHATS; what++) {
                const dd_scored *x = &a->origin[i].scored[s][what];
                const dd_scored *y = &b->origin[i].scored[s][what];
                int same = memcmp(&x->score, &y->score, sizeof x->score) == 0;
                if (a->origin[i].as_of < from)
                    assert_true(same);
                differ += !same;
            }
    return differ;
}

static void
what_comes_later_changes_no_forecast_of_before(void **state)
{
    static const char other[] = "history: other.csv\nreps: %s\ncurrency: CNY\n"
                                "stages: [Contact, Needs, Proposal, Negotiation]\n"
                                "team: 14\ntargets: {2026Q4: 850万}\n" LIMITS;
    dd_backtest whole = scores_of("limits.yaml"), changed;
    char text[600];
    (void) state;
    assert_true(whole.n > 20);
    write_other_future();
    /* who comes later does so, or not; who is there goes later, on some day or other */
    assert_int_equal(
        run("sed 's/^李雷,,$/李雷,,2026-05-20/; s/^赵敏,,$/赵敏,,2026-08-04/; "
            "s/^韩.*/&\\nLater One,2026-05-20,\\nLater Two,2026-09-01,"
            "2026-10-01/' $T/reps.csv > $T/later.csv"),
        0);
    snprintf(text, sizeof text, other, "later.csv");
    write_file("later.yaml", text);
    changed = scores_of("later.yaml");
    (void) count_differences(&whole, &changed, dd_day_from_civil(2026, 5, 20));
    dd_backtest_free(&changed);
    /* who was there then counts, from the day on which it was known */
    assert_int_equal(run("sed '/^周强/d' $T/reps.csv > $T/fewer.csv"), 0);
    snprintf(text, sizeof text, other, "fewer.csv");
    write_file("fewer.yaml", text);
    changed = scores_of("fewer.yaml");
    assert_true(count_differences(&whole, &changed, dd_day_from_civil(2025, 12, 1))
                > 20);
    dd_backtest_free(&changed);
    dd_backtest_free(&whole);
}

/* ---- what it says ---- */

static void
it_tells_by_whom_past_days_are_forecast(void **state)
{
    (void) state;
    assert_int_equal(run("$D backtest $T/limits.yaml --trials 64 --format json"), 0);
    assert_said("past days are forecast rep by rep, by the reps who were there then, "
                "with the visits that effort: tells now");
    assert_int_equal(run("$D backtest $T/idle.yaml --trials 64 --format json"), 0);
    assert_said("rep by rep, by the reps that team: tells now, with");
    assert_int_equal(run("$D backtest $T/deals.yaml --trials 64 --format json"), 0);
    assert_null(strstr(said, "\"capacity\""));
}

/* A funnel that no day can be forecast with says what is wrong with it; one whose stage
 * came late is forecast from then on, and says that it was not before. */
static void
days_that_could_not_be_forecast_are_told(void **state)
{
    (void) state;
    assert_int_equal(run("sed '/^stages/d; s/Proposal: 3/Propsal: 3/' $T/limits.yaml > "
                         "$T/typo.yaml; $D backtest $T/typo.yaml --trials 64 2>&1"),
                     1);
    assert_said("typo.yaml:6:80: visits for an unknown stage, read 'Propsal', expected");
    assert_int_equal(
        run("awk -F, -v OFS=, '$4 == \"Proposal\" && $5 > \"2026-02\" {$4 = \"Offer\"} "
            "1' scenarios/demo/history.csv > $T/offer.csv && "
            "printf 'history: offer.csv\\neffort: {visits_per_rep_week: 4, "
            "visits_per_stage: {Offer: 3}}\\n' > $T/offer.yaml && "
            "$D backtest $T/offer.yaml --period month --trials 64 --format json"),
        0);
    assert_said(
        "past days could not be forecast and are left out: visits for an unknown "
        "stage");
    assert_null(strstr(said, "\"as_of\": \"2025"));
    assert_said("\"as_of\": \"2026-02-28\"");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_origin_says_what_forecast_said_on_that_day),
        cmocka_unit_test(it_is_the_same_forecast_without_any_option),
        cmocka_unit_test(limits_that_bind_lower_what_is_forecast),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(limits_that_bind_nobody_leave_the_forecast_of_deals_alone),
        cmocka_unit_test(what_comes_later_changes_no_forecast_of_before),
        cmocka_unit_test(it_tells_by_whom_past_days_are_forecast),
        cmocka_unit_test(days_that_could_not_be_forecast_are_told),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
