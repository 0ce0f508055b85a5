#include "engine/exact.h"
#include "hand_made.h"

#include <gsl/gsl_randist.h>

static dd_exact
total(const hand_made *hand, size_t first, size_t last)
{
    dd_exact exact;

    assert_int_equal(dd_exact_total(&exact, &hand->book, &hand->rows, &hand->tables,
                                    first, last, NULL),
                     DD_OK);
    return exact;
}

static double
chance_of(const dd_exact *exact, int64_t amount)
{
    return dd_exact_reach(exact, amount) - dd_exact_reach(exact, amount + 1);
}

/* Moments of the lattice itself. */
static void
lattice_moments(const dd_exact *exact, double *sum, double *mean, double *sd)
{
    double variance = 0;

    *sum = *mean = 0;
    for (size_t i = 0; i < exact->n; i++) {
        *sum += exact->chance[i];
        *mean += exact->chance[i] * (exact->origin + (double) i * exact->step);
    }
    for (size_t i = 0; i < exact->n; i++) {
        double distance = exact->origin + (double) i * exact->step - *mean;
        variance += exact->chance[i] * distance * distance;
    }
    *sd = sqrt(variance);
}

/* One deal of 100 each at 10, 30, 60, 80 %; 100 booked. */
static void
four_deals_of_one_size(hand_made *hand, size_t of_each, int64_t amount)
{
    static const double chance[] = { 0.1, 0.3, 0.6, 0.8 };

    hand_make(hand, 4 * of_each, 1);
    hand->book.booked[0] = 100;
    for (size_t i = 0; i < 4 * of_each; i++) {
        hand->book.amount[i] = amount;
        hand_chance(hand, i, 0, chance[i / of_each]);
    }
}

/* DESIGN 8.1, by hand: .9*.7*.4*.2 = .0504 and so on. */
static void
four_deals_have_the_worked_distribution(void **state)
{
    static const double expected[] = { 0.0504, 0.3044, 0.4544, 0.1764, 0.0144 };
    hand_made hand;
    dd_exact exact;

    (void) state;
    four_deals_of_one_size(&hand, 1, 100);
    exact = total(&hand, 0, 0);
    for (int i = 0; i < 5; i++)
        assert_close(chance_of(&exact, 100 + 100 * i), expected[i], 1e-12);
    assert_close(exact.mean, 280, 1e-9);
    assert_close(exact.sd, sqrt(7000), 1e-9); /* 83.7: .09 + .21 + .24 + .16 = .7 */
    assert_close(exact.added_sd, 0, 0);
    assert_close(dd_exact_reach(&exact, 500), 0.0144, 1e-12);
    assert_close(dd_exact_quantile(&exact, 0.5), 300, 0);
    assert_close(dd_exact_quantile(&exact, 0.0504), 100, 0);
    assert_close(dd_exact_quantile(&exact, 0.99), 500, 0);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* DESIGN 8.1: mean 280, sd 26.5, P5/50/95 = 240/280/320, P(>= 500) = prod p^10 =
 * .0144^10 = 3.83e-19, far below what a transform resolves. */
static void
forty_small_deals_keep_even_the_smallest_chance(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    four_deals_of_one_size(&hand, 10, 10);
    exact = total(&hand, 0, 0);
    assert_close(exact.mean, 280, 1e-9);
    assert_close(exact.sd, sqrt(700), 1e-9);
    assert_close(dd_exact_quantile(&exact, 0.05), 240, 0);
    assert_close(dd_exact_quantile(&exact, 0.50), 280, 0);
    assert_close(dd_exact_quantile(&exact, 0.95), 320, 0);
    assert_close(dd_exact_reach(&exact, 500) / pow(0.0144, 10), 1, 1e-9);
    assert_close(exact.clipped, 0, 0);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* Winners to come with mean 1e-200 change nothing but the method. */
static void
transform_and_convolution_agree(void **state)
{
    static const int64_t amount[] = { 170, 35, 910, 435, 275, 5, 1090 };
    hand_made hand;
    dd_exact direct, transformed;

    (void) state;
    hand_make(&hand, 7, 1);
    hand.book.booked[0] = 12;
    for (size_t i = 0; i < 7; i++) {
        hand.book.amount[i] = amount[i];
        hand_chance(&hand, i, 0, 0.07 + 0.13 * (double) i);
    }
    direct = total(&hand, 0, 0);
    hand_winners(&hand, 0, 1e-200);
    hand.size.value = (const double[]){ 5.0 };
    transformed = total(&hand, 0, 0);
    for (int64_t x = 12; x < 12 + 2925; x += 5)
        assert_close(chance_of(&transformed, x), chance_of(&direct, x), 1e-14);
    assert_true(transformed.clipped < 1e-12);
    dd_exact_free(&direct);
    dd_exact_free(&transformed);
    hand_free(&hand);
}

/* Closed form: Poisson(3.7) winners of 250 each. */
static void
winners_to_come_are_poisson(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 0, 1);
    hand_winners(&hand, 0, 3.7);
    hand.size.value = (const double[]){ 250.0 };
    exact = total(&hand, 0, 0);
    for (unsigned k = 0; k < 20; k++)
        assert_close(chance_of(&exact, 250 * (int64_t) k), gsl_ran_poisson_pdf(k, 3.7),
                     1e-14);
    assert_close(exact.sd, 250 * sqrt(3.7), 1e-9);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* By hand: a deal of 200 won with .5 closes at 200 or, with .25, at 300; one of unknown
 * amount won with .4 brings 100 or 400 with .5 each. */
static void
amounts_that_are_drawn_are_mixtures(void **state)
{
    static const double ratio[] = { 1.0, 1.5 }, size[] = { 100, 400 };
    double ratio_chance[] = { 0.75, 1.0 }, size_chance[] = { 0.5, 1.0 };
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 2, 1);
    hand.ratio = (dd_size_law){ 2, ratio, ratio_chance };
    hand.size = (dd_size_law){ 2, size, size_chance };
    hand.book.amount[0] = 200;
    hand.book.amount[1] = DD_UNKNOWN_AMOUNT;
    hand_chance(&hand, 0, 0, 0.5);
    hand_chance(&hand, 1, 0, 0.4);
    exact = total(&hand, 0, 0);
    assert_close(chance_of(&exact, 0), 0.30, 1e-14);
    assert_close(chance_of(&exact, 100), 0.10, 1e-14);
    assert_close(chance_of(&exact, 200), 0.225, 1e-14);
    assert_close(chance_of(&exact, 300), 0.075 + 0.075, 1e-14);
    assert_close(chance_of(&exact, 400), 0.10 + 0.025, 1e-14);
    assert_close(chance_of(&exact, 700), 0.025, 1e-14);
    assert_close(exact.mean, 0.5 * 225 + 0.4 * 250, 1e-12);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* By hand: won by .2, .5, .6: within the second and third period .4 together. */
static void
periods_together_take_the_difference_of_their_chances(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 1, 3);
    hand.book.amount[0] = 70;
    hand.book.booked[1] = 1000;
    hand.book.booked[2] = 500;
    hand_chance(&hand, 0, 0, 0.2);
    hand_chance(&hand, 0, 1, 0.5);
    hand_chance(&hand, 0, 2, 0.6);
    exact = total(&hand, 1, 2);
    assert_close(chance_of(&exact, 1500), 0.6, 1e-14);
    assert_close(chance_of(&exact, 1570), 0.4, 1e-14);
    dd_exact_free(&exact);
    exact = total(&hand, 0, 0);
    assert_close(chance_of(&exact, 70), 0.2, 1e-14);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* 600 coprime amounts of up to 10^9 fit no lattice of 2^16 points. */
static void
splitting_keeps_the_mean_and_says_what_it_adds(void **state)
{
    hand_made hand;
    dd_exact exact;
    double sum, mean, sd;

    (void) state;
    hand_make(&hand, 600, 1);
    for (size_t i = 0; i < 600; i++) {
        hand.book.amount[i] = 100000007 + (int64_t) i * 1499977;
        hand_chance(&hand, i, 0, 0.02 + 0.0015 * (double) i);
    }
    hand_winners(&hand, 0, 40.0);
    hand.size.value = (const double[]){ 123456789.0 };
    exact = total(&hand, 0, 0);
    lattice_moments(&exact, &sum, &mean, &sd);
    assert_int_equal(exact.n, 65536);
    assert_close(sum, 1, 1e-11);
    assert_close(mean / exact.mean, 1, 1e-10);
    assert_true(exact.added_sd > 0 && exact.added_sd < 0.01 * exact.sd);
    assert_close(sd / hypot(exact.sd, exact.added_sd), 1, 1e-7);
    assert_true(exact.clipped < 1e-9);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* Mean + 10 sd would end at 3.2e6, before the deal itself. */
static void
a_rare_large_deal_is_not_cut_off(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 2, 1);
    hand.book.amount[0] = 10000019;
    hand.book.amount[1] = 37;
    hand_chance(&hand, 0, 0, 0.001);
    hand_chance(&hand, 1, 0, 0.5);
    exact = total(&hand, 0, 0);
    assert_close(dd_exact_reach(&exact, 9990000), 0.001, 1e-9);
    assert_close(exact.mean, 10000.019 + 18.5, 1e-6);
    dd_exact_free(&exact);
    hand_free(&hand);
}

/* 40 certain wins of 7919 and one even chance of 3 on a lattice too narrow for all. */
static void
certain_wins_are_certain_and_refunds_subtract(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 41, 1);
    for (size_t i = 0; i < 40; i++) {
        hand.book.amount[i] = 7919;
        hand_chance(&hand, i, 0, 1.0);
    }
    hand.book.amount[40] = -3;
    hand_chance(&hand, 40, 0, 0.5);
    exact = total(&hand, 0, 0);
    assert_close(chance_of(&exact, 40 * 7919), 0.5, 1e-9);
    assert_close(chance_of(&exact, 40 * 7919 - 3), 0.5, 1e-9);
    dd_exact_free(&exact);
    hand_free(&hand);
}

static void
nothing_to_win_leaves_what_is_booked(void **state)
{
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 1, 1);
    hand.book.amount[0] = 900;
    hand.book.booked[0] = 4711;
    exact = total(&hand, 0, 0);
    assert_close(chance_of(&exact, 4711), 1, 0);
    assert_close(exact.sd, 0, 0);
    assert_close(dd_exact_quantile(&exact, 0.9), 4711, 0);
    dd_exact_free(&exact);
    hand_free(&hand);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_deals_have_the_worked_distribution),
        cmocka_unit_test(forty_small_deals_keep_even_the_smallest_chance),
        cmocka_unit_test(transform_and_convolution_agree),
        cmocka_unit_test(winners_to_come_are_poisson),
        cmocka_unit_test(amounts_that_are_drawn_are_mixtures),
        cmocka_unit_test(periods_together_take_the_difference_of_their_chances),
        cmocka_unit_test(splitting_keeps_the_mean_and_says_what_it_adds),
        cmocka_unit_test(a_rare_large_deal_is_not_cut_off),
        cmocka_unit_test(certain_wins_are_certain_and_refunds_subtract),
        cmocka_unit_test(nothing_to_win_leaves_what_is_booked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
