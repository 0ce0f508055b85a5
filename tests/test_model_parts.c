/* Parts of the model that a company may do without: read, used, told. */
#include "check.h"

#include "funnel_folder.h"
#include "model/clock/clock.h"
#include "model/level/level.h"

#include <gsl/gsl_errno.h>

#define DEMO "scenarios/demo/history.csv"
#define AS_OF dd_day_from_civil(2026, 3, 31)

static dd_status
read_model_line(const char *line, dd_parts *parts, char wrong[256], char right[256])
{
    funnel_folder folder;
    char text[256], path[128];
    folder_init(&folder);
    snprintf(text, sizeof text, "history: a.csv\nmodel: %s\n", line);
    folder_write(&folder, "funnel.yaml", text);
    dd_status status
        = dd_funnel_read(&folder.funnel, folder_join(&folder, "funnel.yaml", path),
                         &folder.notes, &folder.err);
    *parts = folder.funnel.parts;
    wrong[0] = right[0] = '\0';
    if (status) {
        assert_int_equal(folder.err.items[0].line, 2);
        snprintf(wrong, 256, "%s", folder.err.items[0].wrong);
        snprintf(right, 256, "%s",
                 folder.err.items[0].right ? folder.err.items[0].right : "");
    }
    folder_free(&folder);
    return status;
}

static void
the_model_section_switches_parts_off(void **state)
{
    (void) state;
    dd_parts parts;
    char wrong[256], right[256];
    assert_int_equal(read_model_line("{clock: off, tracking: off, spread: 1.35}", &parts,
                                     wrong, right),
                     DD_OK);
    assert_int_equal(parts.off, DD_PART_CLOCK | DD_PART_TRACKING);
    assert_close(parts.spread, 1.35, 0.0);
    assert_int_equal(read_model_line("{}", &parts, wrong, right), DD_OK);
    assert_int_equal(parts.off, 0);
    assert_int_equal(read_model_line("{level: off, memories: on}", &parts, wrong, right),
                     DD_OK);
    assert_int_equal(parts.off, DD_PART_LEVEL);
}

static void
an_unknown_part_is_refused_with_the_nearest(void **state)
{
    (void) state;
    dd_parts parts;
    char wrong[256], right[256];
    assert_int_equal(read_model_line("{trackin: off}", &parts, wrong, right), DD_EDATA);
    assert_string_equal(wrong, "unknown key");
    assert_string_equal(right, "tracking");
    assert_int_equal(read_model_line("{clock: maybe}", &parts, wrong, right), DD_EDATA);
    assert_string_equal(right, "off|on");
    assert_int_equal(read_model_line("{spread: 7}", &parts, wrong, right), DD_EDATA);
    assert_string_equal(right, "0.1 to 5");
    assert_int_equal(read_model_line("on", &parts, wrong, right), DD_EDATA);
}

/** The demo company, fitted. */
typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_model model;
    dd_notes notes;
} world;

static void
fit(world *w, dd_parts parts)
{
    memset(w, 0, sizeof *w);
    assert_int_equal(dd_funnel_read(&w->funnel, DEMO, NULL, NULL), DD_OK);
    w->funnel.parts = parts;
    assert_int_equal(dd_history_read(&w->history, &w->funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_history_as_of(&w->past, &w->history, AS_OF, NULL, NULL), DD_OK);
    assert_int_equal(dd_model_fit(&w->model, &w->past, &w->funnel, &w->notes, NULL),
                     DD_OK);
    dd_period period = dd_period_of(AS_OF + 1, DD_MONTH, 1);
    assert_int_equal(dd_model_fit_level(&w->model, &w->past, &w->funnel, &period, NULL),
                     DD_OK);
}

static void
release(world *w)
{
    dd_model_free(&w->model);
    dd_past_free(&w->past);
    dd_history_free(&w->history);
    dd_notes_free(&w->notes);
    dd_funnel_free(&w->funnel);
}

/* One stage, left at one rate at any age since its days are believed, and nobody comes
 * from February to June: all who are open at a month's start have the same chance. */
static void
write_open_deals(funnel_folder *folder)
{
    char *rows;
    size_t size;
    FILE *out = open_memstream(&rows, &size);
    assert_non_null(out);
    fputs("deal_id,stage,entered_at\n", out);
    for (int i = 0; i < 240; i++) {
        fprintf(out, "D-%d,Deal,2024-01-%02d\n", i, 2 + i % 7);
        if (i < 90)
            fprintf(out, "D-%d,%s,2024-03-%02d\n", i, i % 2 ? "Won" : "Lost", 1 + i % 9);
        else if (i < 100)
            fprintf(out, "D-%d,Won,2024-06-11\n", i);
    }
    fputs("D-9999,Deal,2024-07-01\n", out); /* June is over */
    assert_int_equal(fclose(out), 0);
    folder_write(folder, "h.csv", rows);
    folder_write(folder, "funnel.yaml",
                 "history: h.csv\n"
                 "stages: [Deal]\n"
                 "rates: {stages: {Deal: {win_rate: 60%, days: 40}}}\n"
                 "model: {clock: off, season: off}\n");
    free(rows);
}

static void
windows_know_how_their_wins_respond_and_how_lucky_they_are(void **state)
{
    funnel_folder folder;
    dd_past past;
    dd_model model;
    dd_day as_of = dd_day_from_civil(2024, 6, 30);
    dd_period period = dd_period_of(as_of + 1, DD_MONTH, 1);
    (void) state;

    folder_init(&folder);
    write_open_deals(&folder);
    assert_int_equal(folder_read(&folder, "funnel.yaml"), DD_OK);
    assert_int_equal(dd_history_as_of(&past, &folder.history, as_of, NULL, NULL), DD_OK);
    assert_int_equal(dd_model_fit(&model, &past, &folder.funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_model_fit_level(&model, &past, &folder.funnel, &period, NULL),
                     DD_OK);
    assert_int_equal(model.level->windows, 3); /* April, May, June */
    for (size_t k = model.level->far.n - 3; k < model.level->far.n; k++) {
        const dd_level_window *w = &model.level->far.window[k];
        double win = w->expected_wins[0] / 150;
        assert_true(win > 0.1 && win < 0.5);
        assert_close(w->response[0], -(1 - win) * log(1 - win) / win, 1e-9);
        assert_close(w->luck[0], 1 - win, 1e-9);
        assert_close(w->wins, k + 1 == model.level->far.n ? 10 : 0, 0);
    }
    dd_model_free(&model);
    dd_past_free(&past);
    folder_free(&folder);
}

static dd_spread
draw(const dd_level *level, uint32_t i)
{
    dd_stream stream = dd_stream_make(7, DD_RNG_TEST, 0, i);
    gsl_rng *r = dd_rng_gsl(&stream);
    assert_non_null(r);
    dd_spread spread = dd_spread_draw(level, r);
    gsl_rng_free(r);
    return spread;
}

static void
a_part_that_is_off_does_nothing(void **state)
{
    (void) state;
    world all, calm, plain;
    int moved = 0;
    fit(&all, (dd_parts){ 0 });
    fit(&calm, (dd_parts){ .off = DD_PART_LEVEL });
    fit(&plain, (dd_parts){ .off = DD_PART_TRACKING | DD_PART_MEMORIES | DD_PART_CLOCK,
                            .spread = 1.7 });
    assert_true(all.model.level->windows > 3);
    for (uint32_t i = 0; i < 200; i++) {
        dd_spread a = draw(all.model.level, i), c = draw(calm.model.level, i),
                  p = draw(plain.model.level, i);
        double wins[DD_BLOCK], arrivals[DD_BLOCK];
        dd_level_block(&c, 3, i, wins, arrivals);
        for (int lane = 0; lane < DD_BLOCK; lane++) {
            assert_close(wins[lane], 1.0, 0.0);
            assert_close(arrivals[lane], 1.0, 0.0);
        }
        assert_close(p.wins_mean, 1.0, 0.0);
        assert_int_equal(p.memory, 0);
        assert_close(remainder(p.wins / 1.7 * DD_SPREADS - 0.5, 1.0), 0.0, 1e-9);
        moved += a.memory != 0 && fabs(a.wins_mean - 1.0) > 0.0;
    }
    assert_true(moved > 10);
    assert_true(all.model.clock->runs);
    assert_false(plain.model.clock->runs);
    release(&all);
    release(&calm);
    release(&plain);
}

/* What a backtest relies on when it tries parts without fitting again. */
static void
parts_taken_later_are_as_if_fitted_so(void **state)
{
    (void) state;
    const dd_parts tried[] = { { .off = DD_PART_TRACKING },
                               { .off = DD_PART_MEMORIES, .spread = 0.6 },
                               { .off = DD_PART_LEVEL },
                               { 0 } };
    world later;
    fit(&later, (dd_parts){ 0 });
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        world fitted;
        fit(&fitted, tried[i]);
        dd_model_take_parts(&later.model, &tried[i]);
        assert_memory_equal(later.model.level->wins, fitted.model.level->wins,
                            sizeof fitted.model.level->wins);
        assert_memory_equal(later.model.level->arrivals, fitted.model.level->arrivals,
                            sizeof fitted.model.level->arrivals);
        assert_close(later.model.level->scale, fitted.model.level->scale, 0.0);
        assert_memory_equal(later.model.process[0].arrivals.memory_chance,
                            fitted.model.process[0].arrivals.memory_chance,
                            sizeof fitted.model.level->memory_chance);
        release(&fitted);
    }
    release(&later);
}

static const char *
noted(const dd_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return notes->items[i].text;
    return NULL;
}

static void
what_is_off_is_told(void **state)
{
    (void) state;
    world w;
    fit(&w, (dd_parts){ .off = DD_PART_CLOCK, .spread = 1.4 });
    assert_string_equal(noted(&w.notes, "part_off"),
                        "clock is off (model:): all days and weeks count alike");
    assert_string_equal(noted(&w.notes, "spread_scaled"),
                        "how far markets stray is taken times 1.4 (model:)");
    release(&w);
    fit(&w, (dd_parts){ .spread = 1.0 });
    assert_null(noted(&w.notes, "part_off"));
    assert_null(noted(&w.notes, "spread_scaled"));
    release(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_section_switches_parts_off),
        cmocka_unit_test(an_unknown_part_is_refused_with_the_nearest),
        cmocka_unit_test(a_part_that_is_off_does_nothing),
        cmocka_unit_test(windows_know_how_their_wins_respond_and_how_lucky_they_are),
        cmocka_unit_test(parts_taken_later_are_as_if_fitted_so),
        cmocka_unit_test(what_is_off_is_told),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
