/* The clock: working days, and what of them repeats. */
#include "check.h"

#include "model/clock/clock.h"

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
    clock.speed[DD_MOVES].weekday[5] = 0.25; /* Saturday */
    clock.speed[DD_MOVES].weekday[6] = 0.0;
    clock.speed[DD_MOVES].week[0] = 2.0;
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
learn(double (*won)(dd_day), double (*lost)(dd_day), dd_workdays *workdays)
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
    funnel.workdays = workdays;
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_clock_fit(&clock, &past, &process, &funnel, NULL), DD_OK);
    dd_process_free(&process);
    free(spells);
    free(deals);
    return clock;
}

static void
weekends_are_found(void **state)
{
    (void) state;
    dd_clock clock = learn(five_day_week, five_day_week, NULL);
    for (int w = 0; w < 5; w++)
        assert_close(clock.speed[DD_MOVES].weekday[w], 1.4, 0.25);
    assert_true(clock.speed[DD_MOVES].weekday[5] < 0.5
                && clock.speed[DD_MOVES].weekday[6] < 0.5); /* shrunk to 1 */
}

static void
a_rush_at_the_end_of_quarters_is_found(void **state)
{
    (void) state;
    dd_clock clock = learn(quarter_end_rush, quarter_end_rush, NULL);
    for (int w = 0; w < 10; w++)
        assert_true(clock.speed[DD_MOVES].week[w] < 1.0);
    assert_true(clock.speed[DD_MOVES].week[12] > 1.8);
}

/* A batch that closes lost deals on weekdays only says nothing of how wins run. */
static void
losses_follow_other_clocks(void **state)
{
    (void) state;
    dd_clock clock = learn(steady, five_day_week, NULL);
    for (int w = 0; w < 7; w++)
        assert_close(clock.speed[DD_MOVES].weekday[w], 1.0, 0.15);
}

/* As sales teams do: what is still open at the end of a quarter is won, lost later. */
static double
quarter_end_mercy(dd_day day)
{
    dd_period quarter = dd_period_of(day, DD_QUARTER, 1);
    return quarter.end - day < 14 ? 0.3 : 1.1;
}

/* A third of what is still open goes on one day of every quarter, now here, now there. */
static double
clearing_days(dd_day day)
{
    dd_period quarter = dd_period_of(day, DD_QUARTER, 1);
    return day == quarter.start + (dd_day) (quarter.start * 37 % 83) ? 14.0 : 0.6;
}

static void
losses_keep_a_clock_of_their_own_where_quarters_show_it(void **state)
{
    (void) state;
    dd_clock clock = learn(quarter_end_rush, quarter_end_mercy, NULL);
    assert_true(clock.apart);
    assert_true(clock.speed[DD_MOVES].week[12] > 1.8);
    assert_true(clock.speed[DD_LOSSES].week[12] < 0.5);
    clock = learn(quarter_end_rush, steady, NULL);
    assert_true(clock.apart);
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        assert_close(clock.speed[DD_LOSSES].week[w], 1.0, 0.15);
    double moves, losses;
    dd_clock_speeds(&clock, DD_MOVES, dd_day_from_civil(2027, 3, 30), 1, &moves);
    dd_clock_speeds(&clock, DD_LOSSES, dd_day_from_civil(2027, 3, 30), 1, &losses);
    assert_true(moves > 1.8 && losses < 1.2);
}

static void
losses_follow_the_clock_of_moves_unless_shown_otherwise(void **state)
{
    (void) state;
    assert_false(learn(quarter_end_rush, quarter_end_rush, NULL).apart);
    assert_false(learn(steady, steady, NULL).apart);
    assert_false(learn(five_day_week, steady, NULL).apart);
    assert_false(learn(steady, clearing_days, NULL).apart);
}

/* 2026Q4 has 92 days: six weeks are counted from its start and six from its end. */
static void
weeks_are_counted_from_both_ends_of_a_quarter(void **state)
{
    (void) state;
    dd_period quarter = dd_period_of(dd_day_from_civil(2026, 11, 1), DD_QUARTER, 1);
    assert_int_equal(dd_clock_week(quarter.start + 6, &quarter), 0);
    assert_int_equal(dd_clock_week(quarter.start + 41, &quarter), 5);
    assert_int_equal(dd_clock_week(quarter.start + 42, &quarter), 6);
    assert_int_equal(dd_clock_week(quarter.end - 42, &quarter), 6);
    assert_int_equal(dd_clock_week(quarter.end - 41, &quarter), 7);
    assert_int_equal(dd_clock_week(quarter.end - 6, &quarter), 12);
}

static dd_workdays *china;

static double
closed_on_holidays(dd_day day)
{
    return dd_workdays_works(china, day) ? 1.5 : 0.02;
}

/* Like Sundays without moves, and weekends worked in their place like other workdays; the
 * mean over the year is 1. */
static void
holidays_are_learnt_where_they_are_kept(void **state)
{
    (void) state;
    double sum = 0.0;
    dd_clock clock = learn(closed_on_holidays, steady, china);
    assert_true(clock.speed[DD_MOVES].off < 0.35);
    assert_close(clock.speed[DD_MOVES].made_up, clock.speed[DD_MOVES].weekday[2], 0.35);
    sum = dd_clock_days(&clock, dd_day_from_civil(2024, 12, 31),
                        dd_day_from_civil(2026, 12, 31));
    assert_close(sum, 730, 8);
    sum = 0.0;
    for (dd_day day = dd_day_from_civil(2025, 1, 1);
         day <= dd_day_from_civil(2026, 12, 31); day++)
        sum += dd_clock_day(&clock, DD_MOVES, day);
    assert_close(sum, 730, 1e-9);
    dd_day first = dd_day_from_civil(2026, 10, 1);
    assert_true(dd_clock_days(&clock, first - 1, first + 6) < 2.5);
    assert_true(dd_clock_days(&clock, first + 7, first + 14) > 5.0);
}

/* Of one day off in two years little is learnt: it is believed to be like a Sunday. */
static void
a_holiday_of_which_little_is_known_is_like_a_sunday(void **state)
{
    dd_workdays *days = calloc(1, sizeof *days);
    (void) state;
    assert_non_null(days);
    assert_int_equal(
        dd_workdays_add(days, dd_day_from_civil(2026, 6, 10), DD_DAY_OFF, NULL), DD_OK);
    dd_clock clock = learn(five_day_week, five_day_week, days);
    assert_true(clock.speed[DD_MOVES].off < 0.8);
    assert_close(clock.speed[DD_MOVES].made_up, clock.speed[DD_MOVES].weekday[2], 0.1);
    dd_workdays_free(days);
}

static void
holidays_that_nobody_keeps_are_days_like_others(void **state)
{
    (void) state;
    dd_clock clock = learn(steady, steady, china);
    assert_close(clock.speed[DD_MOVES].off, 1.0, 0.15);
    assert_close(clock.speed[DD_MOVES].made_up, 1.0, 0.3);
}

static void
without_a_pattern_all_days_stay_alike(void **state)
{
    (void) state;
    dd_clock clock = learn(steady, steady, NULL);
    for (int w = 0; w < 7; w++)
        assert_close(clock.speed[DD_MOVES].weekday[w], 1.0, 0.12);
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        assert_close(clock.speed[DD_MOVES].week[w], 1.0, 0.12);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_add_up_speeds),
        cmocka_unit_test(weekends_are_found),
        cmocka_unit_test(a_rush_at_the_end_of_quarters_is_found),
        cmocka_unit_test(losses_follow_other_clocks),
        cmocka_unit_test(losses_keep_a_clock_of_their_own_where_quarters_show_it),
        cmocka_unit_test(losses_follow_the_clock_of_moves_unless_shown_otherwise),
        cmocka_unit_test(weeks_are_counted_from_both_ends_of_a_quarter),
        cmocka_unit_test(holidays_are_learnt_where_they_are_kept),
        cmocka_unit_test(a_holiday_of_which_little_is_known_is_like_a_sunday),
        cmocka_unit_test(holidays_that_nobody_keeps_are_days_like_others),
        cmocka_unit_test(without_a_pattern_all_days_stay_alike),
    };
    assert_int_equal(dd_workdays_china(&china, NULL), DD_OK);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dd_workdays_free(china);
    return failed;
}
