/* Backtests of the demo company: what they score is what came, and they never peek. */
#include "check.h"

#include "answers/backtest.h"
#include "temp_file.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#define DEMO "scenarios/demo/history.csv"

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_backtest backtest;
} world;

static void
backtest_of(world *w, const char *path, dd_day as_of, int32_t every, int threads)
{
    dd_error err = { 0 };
    memset(w, 0, sizeof *w);
    dd_backtest_options options = { .kind = DD_MONTH,
                                    .every = every,
                                    .from = DD_NO_DAY,
                                    .to = DD_NO_DAY,
                                    .trials = 2048,
                                    .seed = 5,
                                    .threads = threads };
    assert_int_equal(dd_funnel_read(&w->funnel, path, NULL, &err), DD_OK);
    assert_int_equal(dd_history_read(&w->history, &w->funnel, NULL, &err), DD_OK);
    options.as_of = as_of != DD_NO_DAY ? as_of : w->history.last_day;
    assert_int_equal(
        dd_backtest_make(&w->backtest, &w->history, &w->funnel, &options, NULL, &err),
        DD_OK);
    dd_error_free(&err);
}

static void
release(world *w)
{
    dd_backtest_free(&w->backtest);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
}

/* Actual wins are counted here from the file's rows, by date as text. */
static void
what_is_scored_is_what_came(void **state)
{
    (void) state;
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 0);
    assert_true(w.backtest.n >= 8);
    for (size_t i = 0; i < w.backtest.n; i++) {
        const dd_origin *origin = &w.backtest.origin[i];
        char line[1024], from[16], to[16];
        long wins = 0;
        FILE *file = fopen(DEMO, "r");
        assert_non_null(file);
        assert_int_equal(origin->as_of, origin->period.start - 1);
        dd_day_format(origin->period.start, from);
        dd_day_format(origin->period.end, to);
        while (fgets(line, sizeof line, file)) {
            const char *date = strstr(line, ",20");
            if (!date || (!strstr(line, ",Won,") && !strstr(line, "赢单")))
                continue;
            wins += strncmp(date + 1, from, 10) >= 0 && strncmp(date + 1, to, 10) <= 0;
        }
        fclose(file);
        assert_int_equal(origin->what[DD_WHAT_WINS].actual, wins);
        assert_true(origin->what[DD_WHAT_WINS].score.crps >= 0);
        assert_true(origin->known_wins >= DD_BACKTEST_MIN_WINS);
    }
    release(&w);
}

/* The company's rates never change: intervals should hold, and beat the spreadsheet. */
static void
a_steady_company_is_forecast_well(void **state)
{
    (void) state;
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 0);
    const dd_backtest_summary *sum = &w.backtest.summary[DD_WHAT_BOOKINGS];
    assert_true(sum->coverage80 >= 0.6);
    assert_true(sum->skill[DD_REFERENCE_WEIGHTED] > 0.5);
    assert_true(sum->skill[DD_REFERENCE_RUN_RATE] > 0.0);
    assert_close(sum->n_effective, (double) sum->n, 1e-9); /* months do not overlap */
    release(&w);
}

/* Cut the file after a month: every forecast made before is the same to the last bit. */
static void
later_rows_change_no_earlier_forecast(void **state)
{
    (void) state;
    world whole, cut;
    char line[1024];
    const char *last = "2026-05-31";
    dd_day day = dd_day_from_civil(2026, 5, 31);
    char *path = temp_file("");
    FILE *in = fopen(DEMO, "r"), *out = fopen(path, "w");
    assert_non_null(in);
    assert_non_null(out);
    for (int n = 0; fgets(line, sizeof line, in); n++) {
        const char *date = strstr(line, ",20");
        if (n == 0 || (date && strncmp(date + 1, last, 10) <= 0))
            fputs(line, out);
    }
    fclose(in);
    fclose(out);
    backtest_of(&whole, DEMO, day, 7, 1);
    backtest_of(&cut, path, day, 7, 2);
    assert_int_equal(whole.backtest.n, cut.backtest.n);
    assert_true(whole.backtest.n > 20);
    for (size_t i = 0; i < cut.backtest.n; i++)
        for (int what = 0; what < DD_WHATS; what++) {
            const dd_scored *a = &whole.backtest.origin[i].what[what];
            const dd_scored *b = &cut.backtest.origin[i].what[what];
            assert_memory_equal(&a->score, &b->score, sizeof a->score);
            assert_memory_equal(a->crps_of, b->crps_of, sizeof a->crps_of);
        }
    release(&whole);
    release(&cut);
    temp_file_free(path);
}

static void
too_short_a_history_is_refused(void **state)
{
    (void) state;
    world w = { 0 };
    dd_error err = { 0 };
    dd_backtest_options options
        = { .kind = DD_YEAR, .from = DD_NO_DAY, .to = DD_NO_DAY };
    assert_int_equal(dd_funnel_read(&w.funnel, DEMO, NULL, &err), DD_OK);
    assert_int_equal(dd_history_read(&w.history, &w.funnel, NULL, &err), DD_OK);
    options.as_of = w.history.last_day;
    assert_int_equal(
        dd_backtest_make(&w.backtest, &w.history, &w.funnel, &options, NULL, &err),
        DD_EDATA);
    assert_string_equal(err.items[0].wrong,
                        "no year has 30 won deals before it and its end in the data");
    dd_error_free(&err);
    release(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_scored_is_what_came),
        cmocka_unit_test(a_steady_company_is_forecast_well),
        cmocka_unit_test(later_rows_change_no_earlier_forecast),
        cmocka_unit_test(too_short_a_history_is_refused),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
