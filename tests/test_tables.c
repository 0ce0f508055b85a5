/* Tables of a block: rows of the book, expected winners among deals to come. */
#include "check.h"

#include "engine/cells/new_winners.h"
#include "model/clock/clock.h"
#include "model/curve/process.h"
#include "small_played.h"

#include <string.h>

/* Winners by T of deals arriving at r a day with W(t) = 1 - e^(-a t), level l:
 * r (T - (1 - e^(-a l T)) / (a l)). */
static void
expected_new_winners_integrate_the_curve(void **state)
{
    (void) state;
    enum { DAYS = 200 };
    const double a = 0.013, rate = 0.7, ends[] = { 31, 92, 200 };
    double work[DAYS + 1], left[3 * (DAYS + 1)];
    double win[DAYS + 1], level[DD_BLOCK], coefficient[3 * DD_LEVEL_NODES] = { 0 };
    dd_new_winners fresh = { .coefficient = coefficient };
    dd_tables tables = { .periods = 3, .pipelines = 1, .fresh = &fresh };
    for (int d = 0; d <= DAYS; d++)
        win[d] = -expm1(-a * d);
    for (int i = 0; i < DD_BLOCK; i++)
        level[i] = exp(-0.9 + 1.7 * i / (DD_BLOCK - 1));
    dd_new_winners_range(&fresh, level);
    for (int d = 0; d <= DAYS; d++)
        work[d] = d;
    dd_new_winners_left(left, DAYS, work, NULL, ends, 3, 0, DAYS);
    dd_new_winners_add(&fresh, win, DAYS, rate, left, 3, NULL);
    for (int i = 0; i < DD_BLOCK; i += 9)
        for (size_t p = 0; p < 3; p++) {
            double al = a * level[i];
            double exact = rate * (ends[p] - (1 - exp(-al * ends[p])) / al);
            assert_close(dd_tables_new_winners(&tables, 0, p, level[i], 1.3),
                         1.3 * exact,
                         2e-4 * exact); /* the trapezoid of a day, h^2 a l / 6 T */
        }
}

/* No curve: all are won at once, so winners by the end are arrivals: 1 + .5 + .25 of days
 * 1 to 3, 0 of day 4, at 3 a day. One period ends within. */
static void
deals_to_come_are_as_many_as_their_days_bring(void **state)
{
    (void) state;
    const double ends[] = { 2, 4 }, coming[] = { 1.0, 0.5, 0.25, 0.0 };
    const double work[] = { 0, 1.5, 2, 2, 4 };
    double left[2 * 5], sum[2] = { 0.0 }, late = 0.0;
    dd_new_winners_left(left, 4, work, coming, ends, 2, 0, 4);
    for (int d = 0; d <= 4; d++) {
        sum[0] += left[d];
        sum[1] += left[5 + d];
        late += left[5 + d] * d;
    }
    assert_close(sum[0], 1.5, 1e-12);
    assert_close(sum[1], 1.75, 1e-12);
    /* working days left, from the middle of each day: 3.25, 2.25, 2 and 1 */
    assert_close(late, 1.0 * 3.25 + 0.5 * 2.25 + 0.25 * 2.0, 1e-12);
}

/* Read at many levels against 1 - exp(-e^x h) itself, at the widths told in chebyshev.h. */
static void
few_levels_tell_all_of_them(void **state)
{
    static const double width[] = { 0.03, 0.41, 1.2, 1.21, 2.5, 3.6, 4.5 };
    static const double within[] = { 5e-7, 5e-7, 5e-7, 1e-12, 2e-8, 2e-6, 3e-5 };
    static const double hazard[] = { 0.003, 0.17, 0.9, 3.1, 7.7 };

    (void) state;
    for (int w = 0; w < 7; w++)
        for (int h = 0; h < 5; h++) {
            double low = -0.07 - width[w] / 2, high = low + width[w];
            double value[DD_LEVEL_NODES], coefficient[DD_LEVEL_NODES];
            size_t n = dd_chebyshev_nodes(low, high);
            for (size_t i = 0; i < n; i++)
                value[i] = -expm1(-exp(dd_chebyshev_node(i, low, high)) * hazard[h]);
            dd_chebyshev_fit(n, value, coefficient);
            for (int i = 0; i <= 60; i++) {
                double x = low + width[w] * i / 60, exact = -expm1(-exp(x) * hazard[h]);
                assert_close(dd_chebyshev_at(coefficient, low, high, x), exact,
                             within[w] * exact);
            }
        }
}

static void
a_level_that_never_moves_needs_one_node(void **state)
{
    (void) state;
    double win[11], level[DD_BLOCK], coefficient[DD_LEVEL_NODES] = { 0 },
                                     ends[] = { 10 }, work[11], left[11];
    dd_new_winners fresh = { .coefficient = coefficient };
    dd_tables tables = { .periods = 1, .pipelines = 1, .fresh = &fresh };
    for (int d = 0; d <= 10; d++)
        win[d] = 0.02 * (work[d] = d);
    for (int i = 0; i < DD_BLOCK; i++)
        level[i] = 1.0;
    dd_new_winners_range(&fresh, level);
    dd_new_winners_left(left, 10, work, NULL, ends, 1, 0, 10);
    dd_new_winners_add(&fresh, win, 10, 3.0, left, 1, NULL);
    assert_close(dd_tables_new_winners(&tables, 0, 0, 1.0, 1.0), 3.0, 1e-12);
}

/* Ages 4.1 and 4.9 share the row of 4.5 days; another stage or an unknown age do not. */
static void
deals_of_one_stage_and_day_share_a_row(void **state)
{
    (void) state;
    int32_t pipelines[5] = { 0 }, stages[] = { 1, 1, 0, 1, 1 };
    double ages[] = { 4.1, (double) NAN, 4.2, 4.9, 300.2 };
    dd_period period = { .start = 101, .end = 190 };
    uint64_t keys[] = { 11, 22, 33, 44, 55 };
    int64_t amounts[] = { 100, 200, 300, 400, 500 };
    dd_book book = { .n = 5,
                     .key = keys,
                     .pipeline = pipelines,
                     .stage = stages,
                     .age_days = ages,
                     .amount = amounts };
    dd_question question = { .as_of = 100, .n_periods = 1, .periods = &period };
    dd_process processes[4] = { 0 };
    dd_model model = { .n_pipelines = 4, .process = processes };
    dd_rows rows;
    assert_int_equal(dd_rows_init(&rows, &model, &book, &question, NULL), DD_OK);
    assert_int_equal(rows.n, 4);
    assert_int_equal(rows.of_deal[0], rows.of_deal[3]);
    assert_true(isnan(rows.age_days[rows.of_deal[1]]));
    assert_close(rows.age_days[rows.of_deal[0]], 4.5, 0);
    assert_close(rows.age_days[rows.of_deal[4]], 300.5, 0);
    assert_int_equal(rows.stage[rows.of_deal[2]], 0);
    assert_close(rows.end_days[0], 90, 0);
    for (int i = 0; i < 5; i++) { /* the deals stand row after row */
        size_t deal = rows.deal[i].key / 11 - 1;
        assert_int_equal(rows.deal[i].amount, amounts[deal]);
        assert_int_equal(rows.deal[i].row, rows.of_deal[deal]);
        assert_true(i == 0 || rows.deal[i - 1].row <= rows.deal[i].row);
    }
    dd_rows_free(&rows);
}

/* What one period of so many days brings: the last row's hazard and new winners. */
static void
tables_over(dd_day days, double speed, double *hazard, double *winners)
{
    small_company company;
    dd_rows rows;
    dd_table_maker *maker;
    small_init(&company, 2.3, 128);
    company.question.n_periods = 1;
    company.period[0].end = SMALL_AS_OF + days;
    company.model.clock->runs = speed < 1.0;
    for (int i = 0; i < 7; i++)
        company.model.clock->speed[DD_MOVES].weekday[i] = speed;
    maker = small_maker(&rows, &company.model, &company.book, &company.question);
    const dd_tables *tables = dd_table_maker_run(maker, 0);
    *hazard = tables->hazard[rows.n - 1];
    *winners = dd_tables_new_winners(tables, 0, 0, 1.0, 1.0);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    small_free(&company);
}

/* 180 days at half speed are 90 working days for a deal, but bring 180 days' arrivals. */
static void
a_slow_clock_slows_deals_and_not_arrivals(void **state)
{
    (void) state;
    double slow_hazard, slow_winners, hazard, winners;
    tables_over(180, 0.5, &slow_hazard, &slow_winners);
    tables_over(90, 1.0, &hazard, &winners);
    assert_true(hazard > 0.0 && winners > 0.0);
    assert_close(slow_hazard, hazard, 1e-12);
    assert_close(slow_winners, 2.0 * winners, 1e-9);
}

/* By hand: two calendar days, the first of them two thirds of a working day, the second
 * none, then a day of 1.5. Of those who arrive on the first, 2.1667..1.5 are left to the
 * end: a quarter of it above 2 (mean 2.0833), three quarters below it (mean 1.75). */
static void
arrivals_come_by_the_calendar_and_move_by_the_clock(void **state)
{
    (void) state;
    const double work[] = { 0, 2 / 3., 2 / 3., 13 / 6. }, ends[] = { 1, 3 };
    double left[8];
    dd_new_winners_left(left, 3, work, NULL, ends, 2, 0, 3);
    const double first[] = { 1 - 1 / 3., 1 / 3., 0, 0 };
    /* second day: one whole day with 1.5 left; third: 1.5 to 0, a third of it above 1 */
    const double second[]
        = { 2 / 3. * 0.5, 0.75 * 0.25 + 0.5 + 1 / 3. * 0.75 + 1 / 3.,
            0.25 * (1 - 1 / 12.) + 0.75 * 0.75 + 0.5 + 1 / 3. * 0.25, 0.25 / 12 };
    for (int d = 0; d < 4; d++) {
        assert_close(left[d], first[d], 1e-12);
        assert_close(left[4 + d], second[d], 1e-12);
    }
}

/* How many periods are asked for changes nothing in the first one. */
static void
a_longer_horizon_leaves_the_first_period_as_it_is(void **state)
{
    (void) state;
    double hazard[2], winners[2];
    for (int i = 0; i < 2; i++) {
        small_company company;
        dd_rows rows;
        dd_table_maker *maker;
        small_init(&company, 2.3, 128);
        company.question.n_periods = i ? 3 : 1;
        company.model.clock->runs = 1;
        for (int week = 0; week < DD_QUARTER_WEEKS; week++)
            company.model.clock->speed[DD_MOVES].week[week] = week < 6 ? 0.4 : 1.5;
        maker = small_maker(&rows, &company.model, &company.book, &company.question);
        const dd_tables *tables = dd_table_maker_run(maker, 0);
        hazard[i] = tables->hazard[5 * company.question.n_periods];
        winners[i] = dd_tables_new_winners(tables, 0, 0, 1.0, 1.0);
        dd_table_maker_free(maker);
        dd_rows_free(&rows);
        small_free(&company);
    }
    assert_true(winners[0] > 1e-4);
    assert_close(winners[0], winners[1], 1e-9 * winners[0]);
    assert_close(hazard[0], hazard[1], 1e-12);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_new_winners_integrate_the_curve),
        cmocka_unit_test(deals_to_come_are_as_many_as_their_days_bring),
        cmocka_unit_test(arrivals_come_by_the_calendar_and_move_by_the_clock),
        cmocka_unit_test(a_longer_horizon_leaves_the_first_period_as_it_is),
        cmocka_unit_test(few_levels_tell_all_of_them),
        cmocka_unit_test(a_level_that_never_moves_needs_one_node),
        cmocka_unit_test(deals_of_one_stage_and_day_share_a_row),
        cmocka_unit_test(a_slow_clock_slows_deals_and_not_arrivals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
