#include "answers/forecast/summary.h"
#include "base/isa.h"
#include "engine/cells/cells.h"
#include "engine/exact.h"
#include "engine/player.h"
#include "dealdice/simulate.h"
#include "small_played.h"

static void
assert_same(const dd_outcomes *a, const dd_outcomes *b)
{
    size_t bytes = a->periods * a->trials * sizeof *a->open;

    assert_int_equal(a->trials, b->trials);
    assert_memory_equal(a->open, b->open, bytes);
    assert_memory_equal(a->new_, b->new_, bytes);
    assert_memory_equal(a->wins, b->wins, bytes);
    assert_memory_equal(a->bookings, b->bookings, bytes);
}

static void
any_number_of_threads_gives_the_same_outcomes(void **state)
{
    static const int threads[] = { 2, 5 };
    small_company company;
    dd_outcomes one;

    (void) state;
    small_init(&company, 3.0, 5000);
    company.question.level_off = company.question.rates_fixed = 0;
    one = small_played(&company, &company.model);
    for (int i = 0; i < 2; i++) {
        dd_outcomes more;
        company.question.threads = threads[i];
        more = small_played(&company, &company.model);
        assert_same(&one, &more);
        dd_outcomes_free(&more);
    }
    dd_outcomes_free(&one);
    small_free(&company);
}

/* One trial, a block but one, a block, one more, and blocks that no thread gets evenly. */
static void
any_number_of_trials_is_the_beginning_of_more_by_every_instruction_set(void **state)
{
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    static const size_t trials[] = { 1, 127, 128, 129, 10007 };
    small_company company;
    dd_outcomes all;

    (void) state;
    small_init(&company, 3.0, 10240);
    company.question.level_off = company.question.rates_fixed = 0;
    assert_int_equal(dd_isa_choose("baseline", NULL), DD_OK);
    all = small_played(&company, &company.model);
    for (int i = 0; i < 3; i++)
        for (int k = 0; dd_isa_choose(isa[i], NULL) == DD_OK && k < 5; k++) {
            dd_outcomes some;
            company.question.trials = trials[k];
            company.question.threads = k % 2 ? 5 : 1;
            some = small_played(&company, &company.model);
            assert_int_equal(some.trials, trials[k]);
            for (size_t p = 0; p < all.periods; p++)
                for (size_t t = 0; t < trials[k]; t++) {
                    size_t a = p * trials[k] + t, b = p * all.trials + t;
                    assert_true(some.open[a] == all.open[b]
                                && some.new_[a] == all.new_[b]
                                && some.wins[a] == all.wins[b]);
                    assert_true(some.wins[a] >= 0
                                && some.bookings[a] == all.bookings[b]);
                }
            dd_outcomes_free(&some);
        }
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    dd_outcomes_free(&all);
    small_free(&company);
}

static void
another_seed_gives_other_outcomes(void **state)
{
    small_company company;
    dd_outcomes one, two;

    (void) state;
    small_init(&company, 3.0, 1000);
    one = small_played(&company, &company.model);
    company.question.seed = 2;
    two = small_played(&company, &company.model);
    assert_memory_not_equal(one.open, two.open, 1000 * sizeof *one.open);
    assert_memory_not_equal(one.new_, two.new_, 1000 * sizeof *one.new_);
    dd_outcomes_free(&one);
    dd_outcomes_free(&two);
    small_free(&company);
}

/* 1000 trials are 7 blocks and 104 lanes: the first 1000 of 1280. */
static void
surplus_trials_are_dropped_and_fewer_trials_are_the_first_of_more(void **state)
{
    small_company company;
    dd_outcomes few, many;

    (void) state;
    small_init(&company, 3.0, 1000);
    company.question.level_off = 0;
    few = small_played(&company, &company.model);
    company.question.trials = 1280;
    many = small_played(&company, &company.model);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_memory_equal(few.bookings + p * 1000, many.bookings + p * 1280,
                            1000 * sizeof *few.bookings);
    dd_outcomes_free(&few);
    dd_outcomes_free(&many);
    small_free(&company);
}

static void
bookings_are_booked_and_open_and_new(void **state)
{
    small_company company;
    dd_outcomes out;

    (void) state;
    small_init(&company, 3.0, 700);
    out = small_played(&company, &company.model);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        for (size_t t = 0; t < 700; t++) {
            size_t i = p * 700 + t;
            assert_int_equal(out.bookings[i],
                             company.booked[p] + out.open[i] + out.new_[i]);
            assert_true((out.wins[i] == 0) == (out.open[i] + out.new_[i] == 0));
        }
    dd_outcomes_free(&out);
    small_free(&company);
}

/* The deal that comes last adds what it wins; nothing else moves, level and draws on. */
static void
another_deal_only_adds_its_own_wins(void **state)
{
    small_company company;
    dd_outcomes before, after;

    (void) state;
    small_init(&company, 3.0, 2000);
    company.question.level_off = company.question.rates_fixed = 0;
    company.amount[SMALL_DEALS] = 777;
    before = small_played(&company, &company.model);
    company.book.n++;
    after = small_played(&company, &company.model);
    for (size_t i = 0; i < SMALL_PERIODS * 2000; i++) {
        int64_t added = after.open[i] - before.open[i];
        assert_true(added == 0 || added == 777);
        assert_int_equal(after.new_[i], before.new_[i]);
        assert_int_equal(after.wins[i] - before.wins[i], added / 777);
    }
    dd_outcomes_free(&before);
    dd_outcomes_free(&after);
    small_free(&company);
}

/* Block 11 played alone, from the group of blocks that begins with 8. */
static void
a_block_played_alone_is_the_same_stretch_of_trials(void **state)
{
    enum { BLOCK = 11, TRIALS = 13 * DD_BLOCK };
    small_company company;
    dd_table_maker *maker;
    dd_block_sums sums;
    dd_outcomes out;
    dd_rows rows;

    (void) state;
    small_init(&company, 3.0, TRIALS);
    company.question.level_off = company.question.rates_fixed = 0;
    out = small_played(&company, &company.model);
    maker = small_maker(&rows, &company.model, &company.book, &company.question);
    assert_int_equal(
        dd_block_sums_init(&sums, SMALL_PERIODS, dd_cells_values(&company.model), NULL),
        DD_OK);
    dd_cells_block(&rows, &dd_table_maker_run(maker, 8)[BLOCK - 8], 1, BLOCK, &sums);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        assert_memory_equal(out.open + p * TRIALS + BLOCK * DD_BLOCK,
                            sums.open + p * DD_BLOCK, DD_BLOCK * sizeof *out.open);
        assert_memory_equal(out.new_ + p * TRIALS + BLOCK * DD_BLOCK,
                            sums.new_ + p * DD_BLOCK, DD_BLOCK * sizeof *out.new_);
    }
    dd_block_sums_free(&sums);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    dd_outcomes_free(&out);
    small_free(&company);
}

/* Fixed rates, level off: the tables of the first block are those of all. */
static dd_exact
exact_of(const small_company *company, size_t first, size_t last)
{
    dd_table_maker *maker;
    dd_rows rows;
    dd_exact exact;

    maker = small_maker(&rows, &company->model, &company->book, &company->question);
    assert_int_equal(dd_exact_total(&exact, &company->book, &rows,
                                    dd_table_maker_run(maker, 0), first, last, NULL),
                     DD_OK);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return exact;
}

/* Mean, P(>= target) and quantiles of every period within four MCSE of the exact law. */
static void
simulation_agrees_with_exact(void **state)
{
    enum { TRIALS = 32768 };
    small_company company;
    dd_outcomes out;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    out = small_played(&company, &company.model);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        dd_exact exact = exact_of(&company, p, p);
        dd_ranking ranking;
        dd_summary summary;
        assert_int_equal(
            dd_ranking_init(&ranking, out.bookings + p * TRIALS, TRIALS, 1, NULL),
            DD_OK);
        summary = dd_summary_of(&ranking);
        assert_close(summary.mean, exact.mean, 4 * summary.mean_mcse);
        assert_close(summary.sd / exact.sd, 1, 0.03);
        for (double z = -1.5; z <= 1.5; z += 0.5) {
            int64_t target = (int64_t) (exact.mean + z * exact.sd);
            double chance = dd_exact_reach(&exact, target);
            assert_close(dd_summary_reach(&ranking, target), chance,
                         4 * sqrt(chance * (1 - chance) / TRIALS));
        }
        assert_close(summary.p50, dd_exact_quantile(&exact, 0.5),
                     4 * dd_summary_quantile_mcse(&ranking, 0.5) + exact.step);
        assert_close(summary.p90, dd_exact_quantile(&exact, 0.9),
                     4 * dd_summary_quantile_mcse(&ranking, 0.9) + exact.step);
        dd_ranking_free(&ranking);
        dd_exact_free(&exact);
    }
    dd_outcomes_free(&out);
    small_free(&company);
}

/* z-scores of 60 seeds against the exact law: mean 0 and variance 1, chi-squared over 60
 * (.0005 and .9995 quantiles .47 and 1.83). */
static void
z_scores_over_seeds_are_standard_normal(void **state)
{
    enum { SEEDS = 60, TRIALS = 1024 };
    double sum[3] = { 0 }, squares[3] = { 0 };
    small_company company;
    dd_exact exact;
    int64_t target;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    exact = exact_of(&company, 1, 1);
    target = (int64_t) (exact.mean + 0.7 * exact.sd);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        int64_t median = (int64_t) dd_exact_quantile(&exact, 0.5) + 1;
        double chance[]
            = { dd_exact_reach(&exact, target), dd_exact_reach(&exact, median) };
        dd_ranking ranking;
        double z[3];
        dd_outcomes out;
        company.question.seed = 7000 + seed;
        out = small_played(&company, &company.model);
        assert_int_equal(
            dd_ranking_init(&ranking, out.bookings + TRIALS, TRIALS, 1, NULL), DD_OK);
        z[0] = (dd_summary_of(&ranking).mean - exact.mean) / exact.sd;
        z[1] = (dd_summary_reach(&ranking, target) - chance[0])
               / sqrt(chance[0] * (1 - chance[0]));
        z[2] = (dd_summary_reach(&ranking, median) - chance[1])
               / sqrt(chance[1] * (1 - chance[1]));
        for (int i = 0; i < 3; i++) {
            sum[i] += z[i] * sqrt(TRIALS);
            squares[i] += z[i] * z[i] * TRIALS;
        }
        dd_ranking_free(&ranking);
        dd_outcomes_free(&out);
    }
    for (int i = 0; i < 3; i++) {
        assert_close(sum[i] / SEEDS, 0, 4 / sqrt(SEEDS));
        assert_close(squares[i] / SEEDS, 1.15, 0.68);
    }
    dd_exact_free(&exact);
    small_free(&company);
}

/* With levels, P(target) of 24 seeds spreads as the printed MCSE says: the ratio of
 * variances is chi-squared over 23, whose .0005 and .9995 quantiles are .27 and 2.6. */
static void
mcse_from_blocks_is_the_spread_over_seeds(void **state)
{
    enum { SEEDS = 24, TRIALS = 4096 };
    double reach[SEEDS], mean = 0, variance = 0, mcse2 = 0;
    small_company company;

    (void) state;
    small_init(&company, 4.0, TRIALS);
    company.question.level_off = company.question.rates_fixed = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        dd_ranking ranking;
        dd_outcomes out;
        company.question.seed = 100 + seed;
        out = small_played(&company, &company.model);
        assert_int_equal(
            dd_ranking_init(&ranking, out.bookings + TRIALS, TRIALS, 0, NULL), DD_OK);
        reach[seed] = dd_summary_reach(&ranking, 1000000);
        mean += reach[seed] / SEEDS;
        mcse2 += pow(dd_summary_reach_mcse(&ranking, 1000000), 2) / SEEDS;
        dd_ranking_free(&ranking);
        dd_outcomes_free(&out);
    }
    for (int i = 0; i < SEEDS; i++)
        variance += (reach[i] - mean) * (reach[i] - mean) / (SEEDS - 1);
    assert_true(mean > 0.1 && mean < 0.9);
    assert_close(variance / mcse2, 1.4, 1.2);
    small_free(&company);
}

/* 40 stretches of 1024 trials; the flag is set as the first ones are told. */
typedef struct {
    atomic_int stop;
    size_t told;
} listener;

static void
stop_after_3000(void *arg, size_t done)
{
    listener *self = arg;
    assert_true(done > self->told || done == 0);
    self->told = done;
    if (done >= 3000)
        atomic_store(&self->stop, 1);
}

static void
a_stopped_run_is_the_beginning_of_the_whole_one(void **state)
{
    static const int threads[] = { 1, 2, 5 };
    small_company company;
    dd_outcomes whole;

    (void) state;
    small_init(&company, 3.0, 40 * 1024);
    company.question.level_off = company.question.rates_fixed = 0;
    whole = small_played(&company, &company.model);
    for (int i = 0; i < 3; i++) {
        listener heard = { 0 };
        dd_watch watch = { &heard.stop, stop_after_3000, &heard };
        dd_outcomes part;
        company.question.threads = threads[i];
        company.question.watch = &watch;
        part = small_played(&company, &company.model);
        assert_true(part.trials >= 1024 && part.trials < 40 * 1024);
        assert_int_equal(part.trials % DD_BLOCK, 0);
        assert_true(threads[i] > 1 || part.trials == 3 * 1024);
        assert_memory_equal(part.expected, whole.expected,
                            part.trials * sizeof *part.expected);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            assert_memory_equal(part.bookings + p * part.trials,
                                whole.bookings + p * whole.trials,
                                part.trials * sizeof *part.bookings);
        dd_outcomes_free(&part);
    }
    dd_outcomes_free(&whole);
    small_free(&company);
}

static void
a_run_stopped_before_it_began_holds_nothing(void **state)
{
    atomic_int stop = 1;
    dd_watch watch = { .stop = &stop };
    small_company company;
    dd_outcomes none;

    (void) state;
    small_init(&company, 3.0, 5000);
    company.question.watch = &watch;
    none = small_played(&company, &company.model);
    assert_int_equal(none.trials, 0);
    dd_outcomes_free(&none);
    small_free(&company);
}

/* 3000 trials grown to 7000 and played on, then cut to 1500: always the first ones. */
static void
columns_grow_and_shrink_without_losing_their_order(void **state)
{
    small_company company;
    dd_outcomes whole, part;
    dd_player *player;

    (void) state;
    small_init(&company, 3.0, 7000);
    company.question.level_off = company.question.rates_fixed = 0;
    whole = small_played(&company, &company.model);
    assert_int_equal(dd_player_new(&player, &company.model, &company.book,
                                   &company.question, NULL, NULL),
                     DD_OK);
    assert_int_equal(dd_outcomes_init(&part, SMALL_PERIODS, 3072, NULL), DD_OK);
    assert_int_equal(dd_player_play(player, &part, 0, 3072), 3072);
    assert_int_equal(dd_outcomes_resize(&part, 7000, NULL), DD_OK);
    assert_int_equal(dd_player_play(player, &part, 3072, 7000), 7000);
    assert_same(&whole, &part);
    assert_memory_equal(whole.expected, part.expected, 7000 * sizeof *part.expected);
    assert_int_equal(dd_outcomes_resize(&part, 1500, NULL), DD_OK);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_memory_equal(part.wins + p * 1500, whole.wins + p * 7000,
                            1500 * sizeof *part.wins);
    dd_player_free(player);
    dd_outcomes_free(&whole);
    dd_outcomes_free(&part);
    small_free(&company);
}

static void
sums_that_do_not_fit_are_refused(void **state)
{
    small_company company;
    dd_outcomes out;
    dd_error err = { 0 };

    (void) state;
    small_init(&company, 3.0, 100);
    company.amount[7] = INT64_C(1) << 47;
    assert_int_equal(
        dd_simulate(&out, &company.model, &company.book, &company.question, &err),
        DD_EDATA);
    assert_string_equal(err.items[0].wrong,
                        "amounts of open deals are too large to be summed");
    assert_null(out.open);
    dd_error_free(&err);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_outcomes),
        cmocka_unit_test(
            any_number_of_trials_is_the_beginning_of_more_by_every_instruction_set),
        cmocka_unit_test(another_seed_gives_other_outcomes),
        cmocka_unit_test(
            surplus_trials_are_dropped_and_fewer_trials_are_the_first_of_more),
        cmocka_unit_test(bookings_are_booked_and_open_and_new),
        cmocka_unit_test(another_deal_only_adds_its_own_wins),
        cmocka_unit_test(a_block_played_alone_is_the_same_stretch_of_trials),
        cmocka_unit_test(simulation_agrees_with_exact),
        cmocka_unit_test(z_scores_over_seeds_are_standard_normal),
        cmocka_unit_test(mcse_from_blocks_is_the_spread_over_seeds),
        cmocka_unit_test(a_stopped_run_is_the_beginning_of_the_whole_one),
        cmocka_unit_test(a_run_stopped_before_it_began_holds_nothing),
        cmocka_unit_test(columns_grow_and_shrink_without_losing_their_order),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
