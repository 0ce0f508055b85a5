/* Backtests of the demo company: what they score is what came, and they never peek. */
#include "check.h"

#include "answers/backtest/backtest_replay.h"
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
        assert_int_equal(origin->scored[DD_SLOT_ALL][DD_WHAT_WINS].actual, wins);
        assert_true(origin->scored[DD_SLOT_ALL][DD_WHAT_WINS].score.crps >= 0);
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
    const dd_backtest_summary *sum = &w.backtest.summary[DD_SLOT_ALL][DD_WHAT_BOOKINGS];
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
            const dd_scored *a = &whole.backtest.origin[i].scored[DD_SLOT_ALL][what];
            const dd_scored *b = &cut.backtest.origin[i].scored[DD_SLOT_ALL][what];
            assert_memory_equal(&a->score, &b->score, sizeof a->score);
            assert_memory_equal(a->crps_of, b->crps_of, sizeof a->crps_of);
        }
    release(&whole);
    release(&cut);
    temp_file_free(path);
}

/** Rows of the demo's file: which deal, when, won or not. */
typedef struct {
    char id[24], date[11];
    int won;
} row;

static size_t
read_rows(row *rows, size_t most)
{
    char line[1024];
    size_t n = 0;
    FILE *file = fopen(DEMO, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        const char *date = strstr(line, ",20");
        if (!date)
            continue;
        assert_true(n < most);
        snprintf(rows[n].id, sizeof rows[n].id, "%.*s", (int) strcspn(line, ","), line);
        snprintf(rows[n].date, sizeof rows[n].date, "%.10s", date + 1);
        rows[n++].won = strstr(line, ",Won,") || strstr(line, "赢单");
    }
    fclose(file);
    return n;
}

/* Wins in the period of deals that have a row by as-of, counted from the file. */
static long
wins_of_known_deals(const row *rows, size_t n, const dd_origin *origin)
{
    char as_of[16], to[16];
    long wins = 0;
    dd_day_format(origin->as_of, as_of);
    dd_day_format(origin->period.end, to);
    for (size_t i = 0; i < n; i++) {
        int known = 0;
        if (!rows[i].won || strcmp(rows[i].date, as_of) <= 0
            || strcmp(rows[i].date, to) > 0)
            continue;
        for (size_t k = 0; k < n; k++)
            known |= strcmp(rows[k].id, rows[i].id) == 0
                     && strcmp(rows[k].date, as_of) <= 0;
        wins += known;
    }
    return wins;
}

static void
parts_are_of_deals_open_then_and_of_those_since(void **state)
{
    (void) state;
    static row rows[20000];
    size_t n = read_rows(rows, 20000);
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 0);
    for (size_t i = 0; i < w.backtest.n; i++) {
        const dd_origin *origin = &w.backtest.origin[i];
        for (int what = 0; what < DD_WHATS; what++)
            assert_int_equal(origin->scored[DD_SLOT_OPEN][what].actual
                                 + origin->scored[DD_SLOT_NEW][what].actual,
                             origin->scored[DD_SLOT_ALL][what].actual);
        assert_int_equal(origin->scored[DD_SLOT_OPEN][DD_WHAT_WINS].actual,
                         wins_of_known_deals(rows, n, origin));
    }
    assert_true(w.backtest.summary[DD_SLOT_NEW][DD_WHAT_WINS].coverage80 > 0.5);
    assert_true(w.backtest.summary[DD_SLOT_OPEN][DD_WHAT_WINS].coverage80 > 0.5);
    release(&w);
}

/* What the split of wins rests on: deals to come have luck of their own. */
static void
deals_to_come_are_the_same_without_open_ones(void **state)
{
    (void) state;
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 0);
    dd_backtest_options options
        = { .kind = DD_QUARTER, .as_of = w.history.last_day, .trials = 1000, .seed = 3 };
    dd_replay_ground ground
        = { .history = &w.history, .funnel = w.funnel, .options = &options };
    dd_origin origin = { .as_of = dd_day_from_civil(2026, 3, 31) };
    dd_replay replay = { 0 };
    int64_t more = 0;
    assert_int_equal(dd_replay_fit(&replay, &origin, &ground, NULL), DD_OK);
    assert_int_equal(dd_replay_play(&replay, &ground, 1, NULL), DD_OK);
    size_t cells = replay.fresh.trials;
    assert_int_equal(cells, 1000);
    assert_int_equal(replay.fresh.periods, 1);
    assert_memory_equal(replay.fresh.new_, replay.outcomes.new_,
                        cells * sizeof(int64_t));
    for (size_t i = 0; i < cells; i++) {
        assert_true(replay.fresh.wins[i] <= replay.outcomes.wins[i]);
        assert_int_equal(replay.fresh.open[i], 0);
        more += replay.outcomes.wins[i] - replay.fresh.wins[i];
    }
    assert_true(more > 0);
    dd_replay_free(&replay);
    release(&w);
}

/* The second period of one origin is the first of the next. */
static void
later_periods_are_scored_once_they_are_over(void **state)
{
    (void) state;
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 0);
    size_t n = w.backtest.n;
    for (size_t i = 0; i < n; i++)
        for (int k = 1; k < DD_BACKTEST_AHEAD; k++) {
            const dd_scored *later = w.backtest.origin[i].scored[DD_SLOT_SECOND + k - 1];
            assert_int_equal(later[DD_WHAT_WINS].known, i + (size_t) k < n);
            for (int what = 0; what < DD_WHATS && i + (size_t) k < n; what++)
                assert_int_equal(
                    later[what].actual,
                    w.backtest.origin[i + (size_t) k].scored[DD_SLOT_ALL][what].actual);
        }
    const dd_backtest_summary *second = &w.backtest.summary[DD_SLOT_SECOND][0];
    assert_int_equal(second->n, n - 1);
    assert_true(isnan(second->skill[DD_REFERENCE_WEIGHTED]));
    assert_false(isnan(second->skill[DD_REFERENCE_RUN_RATE]));
    /* n - 1 forecasts of two months: the n months hold every day once */
    assert_true(second->n_effective > 0.5 * (double) n - 0.6
                && second->n_effective < 0.5 * (double) n + 0.6);
    release(&w);
}

static void
reliability_counts_every_forecast(void **state)
{
    (void) state;
    world w;
    backtest_of(&w, DEMO, DD_NO_DAY, 7, 0);
    for (int what = 0; what < DD_WHATS; what++) {
        const dd_backtest_summary *sum = &w.backtest.summary[DD_SLOT_ALL][what];
        size_t chances = 0;
        double said = 0.0, came = 0.0;
        for (int f = 0; f < DD_BACKTEST_CHANCES; f++) {
            double n = (double) sum->chances[f];
            chances += sum->chances[f];
            if (sum->chances[f] == 0)
                continue;
            assert_true(sum->said[f] >= 0.2 * f && sum->said[f] <= 0.2 * (f + 1));
            said += n * sum->said[f];
            came += n * sum->came[f];
        }
        assert_int_equal(chances, DD_BACKTEST_TARGETS * sum->n);
        /* a steady company: what was said is what came, over all */
        assert_close(said / (double) chances, came / (double) chances, 0.15);
    }
    release(&w);
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

typedef struct {
    atomic_int stop;
    size_t at;   /* past days after which it is pressed */
    size_t told; /* last */
} button;

static void
press(void *listener, size_t done)
{
    button *self = listener;
    self->told = done;
    if (done >= self->at)
        atomic_store(&self->stop, 1);
}

/* Those that are whole by then are what they are without it; none is no answer. */
static void
a_stopped_backtest_holds_the_days_that_were_whole(void **state)
{
    (void) state;
    world w, part;
    dd_error err = { 0 };
    dd_notes notes = { 0 };
    backtest_of(&w, DEMO, DD_NO_DAY, 0, 1);
    button pressed = { .at = 9 };
    dd_watch watch = { &pressed.stop, press, &pressed };
    dd_backtest_options options = { .kind = DD_MONTH,
                                    .as_of = w.history.last_day,
                                    .from = DD_NO_DAY,
                                    .to = DD_NO_DAY,
                                    .trials = 2048,
                                    .seed = 5,
                                    .threads = 1,
                                    .watch = &watch };
    memset(&part, 0, sizeof part);
    assert_false(w.backtest.stopped);
    assert_int_equal(
        dd_backtest_make(&part.backtest, &w.history, &w.funnel, &options, &notes, &err),
        DD_OK);
    assert_true(part.backtest.stopped);
    assert_int_equal(pressed.told, 9);
    assert_true(part.backtest.n > 0 && part.backtest.n < w.backtest.n);
    for (size_t i = 0; i < part.backtest.n; i++)
        assert_memory_equal(part.backtest.origin[i].scored[DD_SLOT_ALL],
                            w.backtest.origin[i].scored[DD_SLOT_ALL],
                            sizeof w.backtest.origin[i].scored[DD_SLOT_ALL]);
    assert_int_equal(notes.n > 0, 1);
    assert_string_equal(notes.items[notes.n - 1].code, "interrupted");
    release(&part);
    atomic_store(&pressed.stop, 1);
    assert_int_equal(
        dd_backtest_make(&part.backtest, &w.history, &w.funnel, &options, NULL, &err),
        DD_ESTOPPED);
    assert_null(part.backtest.origin);
    dd_notes_free(&notes);
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
        cmocka_unit_test(parts_are_of_deals_open_then_and_of_those_since),
        cmocka_unit_test(deals_to_come_are_the_same_without_open_ones),
        cmocka_unit_test(later_periods_are_scored_once_they_are_over),
        cmocka_unit_test(reliability_counts_every_forecast),
        cmocka_unit_test(too_short_a_history_is_refused),
        cmocka_unit_test(a_stopped_backtest_holds_the_days_that_were_whole),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
