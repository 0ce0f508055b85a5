/* Curves under two clocks: against plain curves, closed forms and brute force. */
#include "hand_stages.h"

#include <string.h>

#define DAYS 60

/* Lane l has DAYS - 7 l days. */
static void
solve(hand_stages *f, size_t n, const double *moves, const double *losses)
{
    size_t end[DD_LANES];
    hand_stages_ready(f, n);
    for (size_t l = 0; l < DD_LANES; l++)
        end[l] = DAYS - 7 * l;
    assert_int_equal(dd_dated_curve_init(&f->dated, &f->process, DAYS, NULL), DD_OK);
    dd_dated_curve_solve(&f->dated, f->lane, moves, losses, end);
}

/** Screening at once, a 30-day spike after hours, a loop, a step back and a skip. */
static void
set_hard_case(hand_stages *f)
{
    static double spike[] = { 0, 0.25, 29.5, 30.5, 900 }, slow[] = { 0, 9.3, 1500 };
    static double rate0[] = { 0.83, 0.11 };
    static double rate1[]
        = { 0.7, 0.01, 2.0, 0.002, 0.4, 0.004, 0.3, 0.01, 0.001, 0.003, 0.1, 0.001 };
    static double rate2[] = { 0.02, 0.03, 0.031, 0.018, 0.017, 0.022 };
    static int32_t to0[] = { 1, DD_LOST }, to1[] = { 2, DD_LOST, DD_WON },
                   to2[] = { 1, DD_WON, DD_RECYCLED };
    hand_stage(f, 0, (dd_hazard){ .exits = 2, .to = to0 }, rate0);
    hand_stage(f, 1, (dd_hazard){ .bands = 4, .start = spike, .exits = 3, .to = to1 },
               rate1);
    hand_stage(f, 2, (dd_hazard){ .bands = 2, .start = slow, .exits = 3, .to = to2 },
               rate2);
}

static void
on_days_that_are_all_alike_it_is_the_plain_curve(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    double even[DAYS], out[DD_LANES], want[DD_LANES];
    set_hard_case(&f);
    for (int d = 0; d < DAYS; d++)
        even[d] = 1.0;
    solve(&f, 3, even, even);
    assert_int_equal(dd_curve_init(&f.curve, &f.process, DAYS, NULL), DD_OK);
    dd_curve_solve(&f.curve, f.lane, DD_WON);
    for (size_t s = 0; s < 3; s++)
        for (size_t day = 0; day <= DAYS; day += 5) {
            dd_dated_curve_at(&f.dated, s, day, out);
            for (int l = 0; l < DD_LANES; l++) {
                double left = DAYS - 7.0 * l - (double) day;
                dd_curve_at(&f.curve, s, left, want);
                assert_close(out[l], left >= 0.0 ? want[0] : 0.0, 1e-12);
            }
        }
    for (size_t s = 0; s < 3; s++)
        for (double age = 0.5; age < 70.0; age += 7.7) {
            size_t day = DAYS - 7;
            dd_curve_residual(&f.curve, f.lane, s, age, &day, 1, want);
            dd_dated_curve_residual(&f.dated, s, age, out);
            assert_close(out[1], want[0], 1e-12);
        }
    hand_stages_free(&f);
}

static double
rush(int day)
{
    return day % 13 > 9 ? 2.7 : day % 7 == 3 ? 0.0 : 0.6;
}

static double
clearing(int day)
{
    return day % 11 == 5 ? 6.1 : 0.4;
}

/* One stage, won at a and lost at b a day: day by day a c / h (1 - exp(-h)) of those
 * left, h = a c + b c'. */
static void
one_stage_agrees_with_the_sum_over_days(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    double start[] = { 0, 5000 }, rate[] = { 0.031, 0.047 };
    double moves[DAYS], losses[DAYS], out[DD_LANES], old[DD_LANES];
    int32_t to[] = { DD_WON, DD_LOST };
    hand_stage(&f, 0, (dd_hazard){ .bands = 1, .start = start, .exits = 2, .to = to },
               rate);
    for (int d = 0; d < DAYS; d++) {
        moves[d] = rush(d);
        losses[d] = clearing(d);
    }
    solve(&f, 1, moves, losses);
    for (size_t from = 0; from < DAYS; from += 4) {
        double left = 1.0, won = 0.0;
        for (size_t d = from; d < DAYS - 14; d++) {
            double a = rate[0] * moves[d], h = a + rate[1] * losses[d];
            won += left * (h > 0.0 ? -a / h * expm1(-h) : 0.0);
            left *= exp(-h);
        }
        dd_dated_curve_at(&f.dated, 0, from, out);
        assert_close(out[2], won, 1e-12);
    }
    dd_dated_curve_at(&f.dated, 0, 0, out);
    dd_dated_curve_residual(&f.dated, 0, 211.5, old);
    assert_close(old[0], out[0], 1e-12); /* a constant hazard has no memory */
    hand_stages_free(&f);
}

#define FINE 64 /* steps a day of the brute force */

static double
rate_of(const dd_stage *view, size_t exit, double age)
{
    for (size_t b = 0; b < view->bands; b++)
        if (age < view->start[b + 1])
            return view->rate[exit * view->bands + b];
    return 0.0;
}

/* Every step of every stay, from the last day backward; what is next is looked up at the
 * end of the step in which a deal leaves. */
static double
enter_by_force(const hand_stages *f, double (*chance)[DAYS * FINE + 1], size_t s,
               size_t now, size_t end, double age_days)
{
    const dd_stage *view = &f->rates.stage[s];
    double left = 1.0, sum = 0.0;
    for (size_t n = now; n < end; n++) {
        double age = age_days + ((double) (n - now) + 0.5) / FINE, all = 0.0, gain = 0.0;
        for (size_t j = 0; j < view->exits; j++) {
            int lost = view->to[j] == DD_LOST || view->to[j] == DD_RECYCLED;
            double rate = rate_of(view, j, age)
                          * (lost ? f->dated.losses : f->dated.moves)[n / FINE];
            all += rate;
            gain += rate
                    * (view->to[j] >= 0 ? chance[view->to[j]][n + 1]
                                        : view->to[j] == DD_WON);
        }
        sum += all > 0.0 ? left * gain / all * -expm1(-all / FINE) : 0.0;
        left *= exp(-all / FINE);
    }
    return sum;
}

static void
ages_and_dates_agree_with_brute_force(void **state)
{
    (void) state;
    static double chance[3][DAYS * FINE + 1];
    hand_stages f = { 0 };
    double moves[DAYS], losses[DAYS], out[DD_LANES];
    size_t end = (DAYS - 7 * 3) * FINE;
    set_hard_case(&f);
    for (int d = 0; d < DAYS; d++) {
        moves[d] = rush(d);
        losses[d] = clearing(d);
    }
    solve(&f, 3, moves, losses);
    for (size_t n = end; n-- > 0;) {
        chance[2][n] = enter_by_force(&f, chance, 2, n, end, 0.0);
        chance[1][n] = enter_by_force(&f, chance, 1, n, end, 0.0);
        chance[0][n] = 0.83 * chance[1][n];
    }
    for (size_t s = 0; s < 3; s++)
        for (size_t day = 0; day < end / FINE; day += 6) {
            dd_dated_curve_at(&f.dated, s, day, out);
            assert_close(out[3], chance[s][day * FINE], 3e-3);
        }
    for (size_t s = 1; s < 3; s++)
        for (double age = 0.5; age < 41.0; age += 8.25) {
            dd_dated_curve_residual(&f.dated, s, age, out);
            assert_close(out[3], enter_by_force(&f, chance, s, 0, end, age), 3e-3);
        }
    hand_stages_free(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_days_that_are_all_alike_it_is_the_plain_curve),
        cmocka_unit_test(one_stage_agrees_with_the_sum_over_days),
        cmocka_unit_test(ages_and_dates_agree_with_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
