/* The clock: working days, and what of them repeats. */
#include "check.h"

#include "model/clock.h"

#include <stdlib.h>
#include <string.h>

/* 2027-01-01 is a Friday: Fri Sat Sun Mon of that week, all in the quarter's first. */
static void
working_days_add_up_speeds(void **state)
{
    (void) state;
    dd_clock clock;
    dd_day friday = dd_day_from_civil(2027, 1, 1);
    dd_clock_init(&clock);
    assert_close(dd_clock_days(&clock, friday - 1, friday + 88), 89, 0);
    clock.runs = 1;
    clock.weekday[5] = 0.25; /* Saturday */
    clock.weekday[6] = 0.0;
    clock.week[0] = 2.0;
    assert_close(dd_clock_days(&clock, friday - 1, friday + 3), 2 * (1 + 0.25 + 0 + 1),
                 1e-12);
    /* the two days after 31 March begin a quarter: its first week again */
    assert_close(dd_clock_days(&clock, friday + 89, friday + 91), 2 * (1 + 1), 1e-12);
}

/** Deals of one stage, won and lost at 2.5 % a day each, times the day's speed. */
static dd_past
company(dd_spell *spells, dd_past_deal *deals, size_t n, int days, double (*won)(dd_day),
        double (*lost)(dd_day), dd_day first)
{
    static const char *stages[] = { "Offer" };
    static dd_pipeline pipeline = { .name = "", .n_stages = 1, .stages = stages };
    dd_past past = { .as_of = first + days - 1,
                     .starts = DD_NO_DAY,
                     .first_day = first,
                     .recording_unit = 86400,
                     .n_pipelines = 1,
                     .pipelines = &pipeline,
                     .n_deals = n,
                     .deals = deals,
                     .n_spells = n,
                     .spells = spells };
    srand(7);
    for (size_t i = 0; i < n; i++) {
        dd_day day = first + (dd_day) (i * (size_t) days / n), left = day;
        int32_t exit = DD_STILL;
        while (exit == DD_STILL && ++left <= past.as_of)
            if (rand() / (RAND_MAX + 1.0) < 0.025 * won(left))
                exit = DD_WON;
            else if (rand() / (RAND_MAX + 1.0) < 0.025 * lost(left))
                exit = DD_LOST;
        deals[i] = (dd_past_deal){ .stage = exit == DD_STILL ? 0 : exit };
        spells[i] = (dd_spell){ .deal = (uint32_t) i,
                                .exit = exit,
                                .entered = ((dd_moment) day * 2 + 1) * 43200,
                                .dwell_days = left - day };
        if (exit == DD_STILL)
            spells[i].dwell_days = past.as_of - day + 0.5;
    }
    return past;
}

static double
five_day_week(dd_day day)
{
    int weekday = (int) ((day + 3) % 7);
    return weekday < 5 ? 1.4 : 0.0;
}

static double
quarter_end_rush(dd_day day)
{
    dd_period quarter = dd_period_of(day, DD_QUARTER, 1);
    return quarter.end - day < 14 ? 3.0 : 0.7;
}

static double
steady(dd_day day)
{
    (void) day;
    return 1.0;
}

static dd_clock
learn(double (*won)(dd_day), double (*lost)(dd_day))
{
    enum { N = 8000 };
    dd_spell *spells = malloc(N * sizeof *spells);
    dd_past_deal *deals = malloc(N * sizeof *deals);
    dd_past past
        = company(spells, deals, N, 730, won, lost, dd_day_from_civil(2025, 1, 1));
    dd_funnel funnel;
    dd_process process;
    dd_clock clock;
    dd_funnel_init(&funnel);
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_clock_fit(&clock, &past, &process, 1, NULL), DD_OK);
    dd_process_free(&process);
    free(spells);
    free(deals);
    return clock;
}

static void
weekends_are_found(void **state)
{
    (void) state;
    dd_clock clock = learn(five_day_week, five_day_week);
    for (int w = 0; w < 5; w++)
        assert_close(clock.weekday[w], 1.4, 0.25);
    assert_true(clock.weekday[5] < 0.5 && clock.weekday[6] < 0.5); /* shrunk to 1 */
}

static void
a_rush_at_the_end_of_quarters_is_found(void **state)
{
    (void) state;
    dd_clock clock = learn(quarter_end_rush, quarter_end_rush);
    for (int w = 0; w < 10; w++)
        assert_true(clock.week[w] < 1.0);
    assert_true(clock.week[12] > 1.8);
}

/* A batch that closes lost deals on weekdays only says nothing of how wins run. */
static void
losses_follow_other_clocks(void **state)
{
    (void) state;
    dd_clock clock = learn(steady, five_day_week);
    for (int w = 0; w < 7; w++)
        assert_close(clock.weekday[w], 1.0, 0.15);
}

static void
without_a_pattern_all_days_stay_alike(void **state)
{
    (void) state;
    dd_clock clock = learn(steady, steady);
    for (int w = 0; w < 7; w++)
        assert_close(clock.weekday[w], 1.0, 0.12);
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        assert_close(clock.week[w], 1.0, 0.12);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_add_up_speeds),
        cmocka_unit_test(weekends_are_found),
        cmocka_unit_test(a_rush_at_the_end_of_quarters_is_found),
        cmocka_unit_test(losses_follow_other_clocks),
        cmocka_unit_test(without_a_pattern_all_days_stay_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
