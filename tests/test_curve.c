/* Win and lost curves against closed forms, linear algebra and played spells. */
#include "hand_stages.h"

#include "base/isa.h"
#include "base/rng.h"
#include "model/curve/curve_lanes.h"

#include <string.h>

static void
solve(hand_stages *f, size_t n, size_t days, int32_t end)
{
    hand_stages_ready(f, n);
    assert_int_equal(dd_curve_init(&f->curve, &f->process, days, NULL), DD_OK);
    dd_curve_solve(&f->curve, f->lane, end);
}

static double
at(const hand_stages *f, size_t stage, double t)
{
    double out[DD_LANES];
    dd_curve_at(&f->curve, stage, t, out);
    assert_close(out[DD_LANES - 1], out[0], 0.0);
    return out[0];
}

/* Two exponential stages, 40 % lost in the first at the same hazard: .6 times the
 * hypoexponential law of means 20 and 33 days. */
static void
two_exponential_stages_have_the_hypoexponential_law(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    double start[] = { 0, 5000 }, a = 1 / 20.0, b = 1 / 33.0;
    double rate0[] = { 0.6 * a, 0.4 * a }, rate1[] = { b };
    int32_t to0[] = { 1, DD_LOST }, to1[] = { DD_WON };
    hand_stage(&f, 0, (dd_hazard){ .bands = 1, .start = start, .exits = 2, .to = to0 },
               rate0);
    hand_stage(&f, 1, (dd_hazard){ .bands = 1, .start = start, .exits = 1, .to = to1 },
               rate1);
    solve(&f, 2, 900, DD_WON);
    for (double t = 1; t <= 900; t += 47) {
        double law = 1 - (b * exp(-a * t) - a * exp(-b * t)) / (b - a);
        assert_close(at(&f, 0, t), 0.6 * law, t < 399 ? 2e-5 : 4e-4);
        assert_close(at(&f, 1, t), 1 - exp(-b * t), t < 399 ? 1e-9 : 1e-6);
    }
    hand_stages_free(&f);
}

/* A stage of one minute before the same two costs one minute, not one day. */
static void
screening_minutes_cost_nothing(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    double start[] = { 0, 5000 }, a = 1440.0, b = 1 / 33.0;
    double rate0[] = { 0.6 * a, 0.4 * a }, rate1[] = { b };
    int32_t to0[] = { 1, DD_LOST }, to1[] = { DD_WON };
    hand_stage(&f, 0, (dd_hazard){ .bands = 1, .start = start, .exits = 2, .to = to0 },
               rate0);
    hand_stage(&f, 1, (dd_hazard){ .bands = 1, .start = start, .exits = 1, .to = to1 },
               rate1);
    solve(&f, 2, 120, DD_WON);
    for (double t = 1; t <= 120; t += 7) {
        double law = 1 - (b * exp(-a * t) - a * exp(-b * t)) / (b - a);
        assert_close(at(&f, 0, t), 0.6 * law, 2e-5);
    }
    hand_stages_free(&f);
}

/** Screening minutes, a 30-day spike, a year-long stage, a loop and a skip. */
static void
set_hard_case(hand_stages *f)
{
    static double minutes[] = { 0, 0.002, 400 }, spike[] = { 0, 29.5, 30.5, 900 };
    static double year[] = { 0, 90, 1500 };
    static double rate0[] = { 300, 0.01, 200, 0.02 };
    static double rate1[] = { 0.01, 2.0, 0.002, 0.004, 0.3, 0.01, 0.003, 0.1, 0.001 };
    static double rate2[] = { 0.0005, 0.003, 0.001, 0.0008, 0.0007, 0.0002 };
    static int32_t to0[] = { 1, DD_LOST }, to1[] = { 2, DD_LOST, DD_WON },
                   to2[] = { 1, DD_WON, DD_LOST };
    hand_stage(f, 0, (dd_hazard){ .bands = 2, .start = minutes, .exits = 2, .to = to0 },
               rate0);
    hand_stage(f, 1, (dd_hazard){ .bands = 3, .start = spike, .exits = 3, .to = to1 },
               rate1);
    hand_stage(f, 2, (dd_hazard){ .bands = 2, .start = year, .exits = 3, .to = to2 },
               rate2);
}

/* 200 000 spells played one by one, age 17.3 days in the year-long stage; 4 MCSE. */
static void
curves_agree_with_played_spells_over_loops_and_spikes(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    enum { N = 200000 };
    const size_t day[] = { 31, 92, 365, 640 };
    double residual[4 * DD_LANES], entering[4] = { 0 }, aged[4] = { 0 };
    set_hard_case(&f);
    solve(&f, 3, 640, DD_WON);
    dd_curve_residual(&f.curve, f.lane, 2, 17.3, day, 4, residual);
    for (int i = 0; i < 2 * N; i++) {
        dd_stream stream = dd_stream_make(11, DD_RNG_TEST, (uint64_t) i, 0);
        int32_t s = i < N ? 0 : 2;
        double age = i < N ? 0.0 : 17.3, t = 0.0;
        for (uint32_t w = 0; s >= 0 && t < 700; w++) {
            uint32_t word[4];
            double dwell;
            dd_stream_words(&stream, w, word);
            int exit
                = dd_stage_play(&f.rates.stage[s], age, dd_uniform53(word[0], word[1]),
                                dd_uniform53(word[2], word[3]), &dwell);
            t += dwell;
            s = exit < 0 ? DD_STILL : f.rates.stage[s].to[exit];
            age = 0.0;
        }
        for (int k = 0; k < 4; k++)
            (i < N ? entering : aged)[k] += s == DD_WON && t <= (double) day[k];
    }
    for (int k = 0; k < 4; k++) {
        double p = at(&f, 0, (double) day[k]), q = residual[k * DD_LANES];
        assert_close(entering[k] / N, p, 4 * sqrt(p * (1 - p) / N) + 2.5e-5);
        assert_close(aged[k] / N, q, 4 * sqrt(q * (1 - q) / N) + 2.5e-5);
    }
    hand_stages_free(&f);
}

/* Far out the curve reaches what linear algebra says, and won + lost + stuck is 1. */
static void
curves_end_at_the_ultimate_chances(void **state)
{
    (void) state;
    hand_stages won = { 0 }, lost = { 0 };
    double p[3], q[3];
    set_hard_case(&won);
    set_hard_case(&lost);
    solve(&won, 3, 9000, DD_WON);
    solve(&lost, 3, 9000, DD_LOST);
    dd_stages_ever(won.rates.stage, 3, DD_WON, p);
    dd_stages_ever(won.rates.stage, 3, DD_LOST, q);
    for (size_t s = 0; s < 3; s++) {
        assert_close(at(&won, s, 9000), p[s], 2e-4);
        assert_close(at(&lost, s, 9000), q[s], 2e-4);
    }
    hand_stages_free(&won);
    hand_stages_free(&lost);
}

/* At age 0 the residual curve is the entering one; by its last day a deal is stuck. */
static void
residuals_begin_as_the_entering_curve_and_end_stuck(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    const size_t day[] = { 3, 29, 30, 31, 200, 399 };
    double residual[6 * DD_LANES];
    set_hard_case(&f);
    solve(&f, 3, 399, DD_WON);
    for (size_t s = 0; s < 3; s++) {
        dd_curve_residual(&f.curve, f.lane, s, 0.0, day, 6, residual);
        for (int k = 0; k < 6; k++)
            assert_close(residual[k * DD_LANES], at(&f, s, (double) day[k]), 1e-12);
    }
    dd_curve_residual(&f.curve, f.lane, 1, 900.0, day, 6, residual);
    assert_close(residual[5 * DD_LANES], 0.0, 0.0);
    hand_stages_free(&f);
}

/* Mass and first moment of a piece of the dwell law by the plain sum over its cells and
 * bands, G_b of a stage's band t days before the horizon from the curves themselves. */
static double
gain_of(const hand_stages *f, size_t s, size_t band, double t)
{
    const dd_stage *view = &f->rates.stage[s];
    double sum = 0.0;
    for (size_t j = 0; j < view->exits; j++) {
        double then
            = view->to[j] >= 0 ? at(f, (size_t) view->to[j], t) : view->to[j] == DD_WON;
        sum += view->rate[j * view->bands + band] * then;
    }
    return sum;
}

static double
plain_residual(const hand_stages *f, size_t s, double age, size_t day)
{
    const dd_stage *view = &f->rates.stage[s];
    double stay = 1.0, sum = 0.0;
    for (size_t k = 0; k < day; k++)
        for (size_t b = 0; b < view->bands; b++) {
            double cell = age + (double) k, from = fmax(view->start[b], cell), a = 0.0;
            double w = fmin(view->start[b + 1], cell + 1.0) - from,
                   t = (double) (day - k);
            for (size_t j = 0; w > 0.0 && j < view->exits; j++)
                a += view->rate[j * view->bands + b];
            if (w <= 0.0)
                continue;
            double mass = -expm1(-a * w) / a, moment = (mass - w * exp(-a * w)) / a;
            double late = (from - cell) * mass + moment;
            sum += stay * (mass - late) * gain_of(f, s, b, t)
                   + stay * late * gain_of(f, s, b, t - 1.0);
            stay *= exp(-a * w);
        }
    return sum;
}

static void
the_recurrence_gives_the_plain_sum_over_cells(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    const size_t day[] = { 1, 2, 31, 92, 399, 500, 640 };
    const double age[] = { 0.0, 0.5, 7.25, 17.3, 29.5, 30.5, 88.5, 300.5, 899.9 };
    double residual[7 * DD_LANES];
    set_hard_case(&f);
    solve(&f, 3, 640, DD_WON);
    for (size_t s = 1; s < 3; s++)
        for (size_t a = 0; a < sizeof age / sizeof *age; a++) {
            dd_curve_residual(&f.curve, f.lane, s, age[a], day, 7, residual);
            for (int k = 0; k < 7; k++)
                assert_close(residual[k * DD_LANES],
                             plain_residual(&f, s, age[a], day[k]), 1e-11);
        }
    hand_stages_free(&f);
}

/* Curves over both grids and what is read from them, by every instruction set at hand. */
static void
every_instruction_set_gives_the_same_bytes(void **state)
{
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    static double value[3 * 648 * DD_LANES], again[3 * 7 * DD_LANES],
        residual[21 * DD_LANES];
    const size_t day[] = { 1, 2, 31, 92, 399, 500, 640 };
    const double level[] = { 0.31, 1.0, 2.7 }, age[] = { 0.5, 7.25, 31.5 };
    double chance[3], other[3];
    size_t sets = 0;

    (void) state;
    for (int i = 0; i < 3; i++) {
        hand_stages f = { 0 };
        if (dd_isa_choose(isa[i], NULL))
            continue;
        set_hard_case(&f);
        solve(&f, 3, 640, DD_WON);
        for (size_t a = 0; a < 3; a++)
            dd_curve_residual(&f.curve, f.lane, 1, age[a], day, 7,
                              again + a * 7 * DD_LANES);
        f.curve.lanes->chances(level, 3, 0.173, other);
        if (sets++ == 0) {
            memcpy(value, f.curve.value, sizeof value);
            memcpy(residual, again, sizeof residual);
            memcpy(chance, other, sizeof chance);
        }
        assert_memory_equal(f.curve.value, value, sizeof value);
        assert_memory_equal(again, residual, sizeof residual);
        assert_memory_equal(other, chance, sizeof chance);
        hand_stages_free(&f);
    }
    assert_true(sets > 0);
    assert_close(chance[2], -expm1(-2.7 * 0.173), 1e-15);
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
}

/* Stages that resolve at once: 10/30/60/80 % to win hold from the first instant. */
static void
stages_that_resolve_at_once_do_so_at_time_zero(void **state)
{
    (void) state;
    hand_stages f = { 0 };
    double rate[4][2] = { { 1 / 3.0, 2 / 3.0 }, { .5, .5 }, { .75, .25 }, { .8, .2 } };
    int32_t to[4][2]
        = { { 1, DD_LOST }, { 2, DD_LOST }, { 3, DD_LOST }, { DD_WON, DD_LOST } };
    const double win[] = { 0.1, 0.3, 0.6, 0.8 };
    for (size_t s = 0; s < 4; s++)
        hand_stage(&f, s, (dd_hazard){ .exits = 2, .to = to[s] }, rate[s]);
    solve(&f, 4, 41, DD_WON);
    for (size_t s = 0; s < 4; s++) {
        assert_close(at(&f, s, 0), win[s], 1e-12);
        assert_close(at(&f, s, 41), win[s], 1e-12);
    }
    hand_stages_free(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_exponential_stages_have_the_hypoexponential_law),
        cmocka_unit_test(screening_minutes_cost_nothing),
        cmocka_unit_test(curves_agree_with_played_spells_over_loops_and_spikes),
        cmocka_unit_test(curves_end_at_the_ultimate_chances),
        cmocka_unit_test(the_recurrence_gives_the_plain_sum_over_cells),
        cmocka_unit_test(every_instruction_set_gives_the_same_bytes),
        cmocka_unit_test(residuals_begin_as_the_entering_curve_and_end_stuck),
        cmocka_unit_test(stages_that_resolve_at_once_do_so_at_time_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
