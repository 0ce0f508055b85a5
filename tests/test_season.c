/* The season of arrivals: found where it was planted, none where there is none. */
#include "check.h"

#include "answers/backtest/backtest.h"
#include "base/rng.h"
#include "model/clock/season.h"
#include "model/curve/process.h"
#include "temp_file.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>

#define MOST_DEALS 40000
#define FIRST dd_day_from_civil(2022, 3, 1)

/** Arrivals of a made-up company, and what is known of them on its last day. */
typedef struct {
    dd_past_deal *deal;
    dd_past past;
} market;

/** What the arrivals of a day are multiplied by; wandering: the log of their level. */
typedef double shape(dd_day day);

static double
even(dd_day day)
{
    (void) day;
    return 1.0;
}

static int
month_of(dd_day day)
{
    int year, month, of_month;
    dd_day_to_civil(day, &year, &month, &of_month);
    return month;
}

static double
quiet_august(dd_day day)
{
    return month_of(day) == 8 ? 0.4 : 1.0;
}

/* A market that opened in its first spring and had all but closed after a year. */
static double
closing(dd_day day)
{
    int year, month, of_month;
    dd_day_to_civil(day, &year, &month, &of_month);
    return year == 2022 ? 1.0 + (month > 6) : day % 7 == 0 ? 0.02 : 0.0;
}

/* Deals a day times the shape; the level takes a normal step of `drift` a week. */
static void
make(market *self, uint64_t seed, int days, double per_day, double drift, shape *of)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_TEST, 5, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double level = 0.0;
    size_t n = 0;

    self->deal = calloc(MOST_DEALS, sizeof *self->deal);
    assert_non_null(self->deal);
    assert_non_null(r);
    for (dd_day day = FIRST; day < FIRST + days; day++) {
        level += day % 7 == 0 ? gsl_ran_gaussian(r, drift) : 0.0;
        for (unsigned k = gsl_ran_poisson(r, per_day * exp(level) * of(day)); k > 0;
             k--) {
            assert_true(n < MOST_DEALS);
            self->deal[n++].created = ((dd_moment) day * 2 + 1) * 43200;
        }
    }
    self->past = (dd_past){ .as_of = FIRST + days - 1,
                            .starts = DD_NO_DAY,
                            .first_day = FIRST,
                            .n_deals = n,
                            .deals = self->deal };
    gsl_rng_free(r);
}

static int
has_season(uint64_t seed, int days, double per_day, double drift, shape *of,
           dd_season *season)
{
    market m;
    make(&m, seed, days, per_day, drift, of);
    dd_season_fit(season, &m.past);
    free(m.deal);
    return season->runs;
}

/* 30 months, 4 deals a day: of an average month August has .4 / (11.4 / 12), the others
 * 12/11.4. A count of 50 has an error of 14 %, two of them of 10 %. */
static void
a_planted_season_is_found(void **state)
{
    enum { COMPANIES = 20 };
    double august = 0.0, others = 0.0;
    dd_season season;

    (void) state;
    for (uint64_t seed = 1; seed <= COMPANIES; seed++) {
        double sum = 0.0;
        assert_true(has_season(seed, 914, 4.0, 0.01, quiet_august, &season));
        for (int m = 0; m < 12; m++)
            sum += season.month[m];
        assert_close(sum, 12.0, 1e-9);
        assert_true(season.chance > 0.9);
        august += season.month[7] / COMPANIES;
        others += (sum - season.month[7]) / 11 / COMPANIES;
    }
    print_message("August %.3f, others %.3f\n", august, others);
    assert_close(august, 0.4 / 0.95, 0.06);
    assert_close(others, 1.0 / 0.95, 0.01);
}

static void
where_there_is_none_none_is_seen(void **state)
{
    static const int days[] = { 430, 640, 914, 1400 };
    int seen = 0, of = 0;
    dd_season season;

    (void) state;
    for (uint64_t seed = 1; seed <= 200; seed++, of++)
        seen += has_season(seed, days[seed % 4], seed % 2 ? 2.0 : 8.0,
                           seed % 3 ? 0.0 : 0.05, even, &season);
    print_message("%d of %d\n", seen, of);
    assert_true(seen <= of / 20);
    assert_close(season.month[7], 1.0, seen == 0 ? 0.0 : 1.0);
}

static void
a_market_that_closed_has_no_season(void **state)
{
    dd_season season;

    (void) state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        assert_false(has_season(seed, 900, 20.0, 0.02, closing, &season));
}

/* August 2022 came once: what it told counts for less than all. */
static void
what_came_once_is_shrunk(void **state)
{
    double once = 0.0, twice = 0.0;
    dd_season season;

    (void) state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        if (has_season(seed, 500, 4.0, 0.01, quiet_august, &season))
            once += log(season.month[7]);
        if (has_season(seed, 914, 4.0, 0.01, quiet_august, &season))
            twice += log(season.month[7]);
    }
    assert_true(once < 0.0);
    assert_true(twice < once - 1.0);
}

static void
fewer_than_13_months_tell_nothing(void **state)
{
    dd_season season;

    (void) state;
    assert_false(has_season(3, 365, 9.0, 0.0, quiet_august, &season));
    assert_close(season.chance, 0.0, 0.0);
}

/* From 29 July to 3 August: three days at 1.1, three at .4. */
static void
days_count_as_their_month_has_it(void **state)
{
    dd_season season;
    dd_day july = dd_day_from_civil(2023, 7, 28);

    (void) state;
    dd_season_init(&season);
    assert_close(dd_season_days(&season, july, july + 6), 6.0, 0.0);
    season.runs = 1;
    season.month[6] = 1.1;
    season.month[7] = 0.4;
    assert_close(dd_season_days(&season, july, july + 6), 3 * 1.1 + 3 * 0.4, 1e-12);
    assert_close(dd_season_at(&season, july + 4), 0.4, 0.0);
}

/* The rate is that of an average month: 8 a day, in August as well, when 3.2 came. Weeks
 * of the last 26 (memory 0) hold the 31 days of August, which brought .4 each. */
static void
rates_are_those_of_an_average_month(void **state)
{
    market m;
    dd_season season;
    dd_arrivals arrivals = { .weeks = { 26.0 } };
    double n[DD_MEMORIES], days[DD_MEMORIES];

    (void) state;
    make(&m, 11, 550, 8.0, 0.0, quiet_august); /* ends on 2023-09-01 */
    dd_season_init(&season);
    season.runs = 1;
    season.month[7] = 0.4;
    dd_arrivals_count(&m.past, 0, &season, n, days);
    assert_close(days[0], 182 - 31 * 0.6, 1e-9);
    dd_arrivals_take_season(&arrivals, &m.past, 0, &season);
    assert_close(arrivals.weeks[0], (182 - 31 * 0.6) / 7, 1e-9);
    assert_close(n[0] / days[0], 8.0, 4 * sqrt(8.0 / 163));
    free(m.deal);
}

/* Three of five deals are won two days later: months hang on what arrives in them. */
static void
write_company(const char *path, const dd_past *past)
{
    FILE *file = fopen(path, "w");
    char day[16];
    assert_non_null(file);
    fputs("deal_id,stage,entered_at\n", file);
    for (size_t i = 0; i < past->n_deals; i++) {
        dd_day came = dd_moment_day(past->deals[i].created);
        fprintf(file, "%zu,Offer,%s\n", i, dd_day_format(came, day));
        if (came + 2 <= past->as_of)
            fprintf(file, "%zu,%s,%s\n", i, i % 5 < 3 ? "Won" : "Lost",
                    dd_day_format(came + 2, day));
    }
    assert_int_equal(fclose(file), 0);
}

static double
crps_of_months(const char *path, unsigned off)
{
    dd_funnel funnel;
    dd_history history;
    dd_backtest backtest;
    double crps;
    assert_int_equal(dd_funnel_read(&funnel, path, NULL, NULL), DD_OK);
    funnel.parts.off = off;
    assert_int_equal(dd_history_read(&history, &funnel, NULL, NULL), DD_OK);
    dd_backtest_options options = { .kind = DD_MONTH,
                                    .as_of = history.last_day,
                                    .from = FIRST + 510,
                                    .to = DD_NO_DAY,
                                    .trials = 512,
                                    .seed = 1 };
    assert_int_equal(
        dd_backtest_make(&backtest, &history, &funnel, &options, NULL, NULL), DD_OK);
    crps = backtest.summary[DD_SLOT_ALL][DD_WHAT_WINS].crps;
    dd_backtest_free(&backtest);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
    return crps;
}

/* From August 2023, the second, to March 2025. */
static void
a_season_is_worth_knowing(void **state)
{
    market m;
    char *path = temp_file("");

    (void) state;
    make(&m, 4, 1127, 5.0, 0.01, quiet_august);
    write_company(path, &m.past);
    double with = crps_of_months(path, 0),
           without = crps_of_months(path, DD_PART_SEASON);
    print_message("CRPS of wins %.2f, without %.2f\n", with, without);
    assert_true(with < 0.9 * without);
    temp_file_free(path);
    free(m.deal);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_season_is_found),
        cmocka_unit_test(where_there_is_none_none_is_seen),
        cmocka_unit_test(a_market_that_closed_has_no_season),
        cmocka_unit_test(what_came_once_is_shrunk),
        cmocka_unit_test(fewer_than_13_months_tell_nothing),
        cmocka_unit_test(days_count_as_their_month_has_it),
        cmocka_unit_test(rates_are_those_of_an_average_month),
        cmocka_unit_test(a_season_is_worth_knowing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
