/* Of the deals that were given a chance to be won within 90 days, how many were? On
 * public histories, from rolling origins, each knowing only what was known then. */
#include "answers/deals/deals.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAYS 90
#define TRIALS 1024 /* eight posterior draws */

static const double edge[]
    = { 0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01 };
#define BINS (sizeof edge / sizeof *edge - 1)

/* What was said and what came, over deals and origins. */
typedef struct {
    size_t origins, n[BINS];
    double said[BINS], came[BINS];
    double squared; /* sum of (said - came)^2 */
} reliability;

/* A deal's end as the whole history tells it. */
typedef struct {
    uint64_t key;
    dd_moment won; /* DD_NO_MOMENT: not won */
} ending;

static int
compare_keys(const void *a, const void *b)
{
    uint64_t x = ((const ending *) a)->key, y = ((const ending *) b)->key;
    return (x > y) - (x < y);
}

static ending *
endings_of(const dd_past *all)
{
    ending *endings = malloc((all->n_deals + 1) * sizeof *endings);
    assert_non_null(endings);
    for (size_t d = 0; d < all->n_deals; d++) {
        const dd_past_deal *deal = &all->deals[d];
        endings[d]
            = (ending){ deal->key, deal->stage == DD_WON ? deal->closed : DD_NO_MOMENT };
    }
    qsort(endings, all->n_deals, sizeof *endings, compare_keys);
    return endings;
}

static int
came_true(const ending *endings, size_t n, uint64_t key, dd_day end)
{
    const ending wanted = { key, 0 };
    const ending *found = bsearch(&wanted, endings, n, sizeof *endings, compare_keys);
    assert_non_null(found);
    return found->won != DD_NO_MOMENT && found->won < dd_day_end(end);
}

static void
add(reliability *self, double said, int came)
{
    size_t b = 0;
    while (b + 1 < BINS && said >= edge[b + 1])
        b++;
    self->n[b]++;
    self->said[b] += said;
    self->came[b] += came;
    self->squared += (said - came) * (said - came);
}

/* All open deals of one origin. */
static void
add_origin(reliability *self, const dd_history *history, const dd_funnel *funnel,
           const ending *endings, size_t n_endings, dd_day as_of)
{
    dd_period period = { .kind = DD_QUARTER, .start = as_of + 1, .end = as_of + DAYS };
    int64_t target = DD_NO_TARGET;
    dd_question question = { .as_of = as_of,
                             .n_periods = 1,
                             .periods = &period,
                             .target = &target,
                             .confidence = 0.8,
                             .trials = TRIALS,
                             .seed = 1 };
    dd_past past;
    dd_model model;
    dd_book book;
    dd_deals deals;
    assert_int_equal(dd_history_as_of(&past, history, as_of, NULL, NULL), DD_OK);
    assert_int_equal(dd_model_fit(&model, &past, funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_model_fit_level(&model, &past, funnel, &period, NULL), DD_OK);
    assert_int_equal(dd_book_init(&book, &past, funnel, &question, NULL), DD_OK);
    assert_int_equal(dd_deals_make(&deals, &past, &book, &model, &question, NULL, NULL),
                     DD_OK);
    for (size_t i = 0; i < deals.n; i++)
        add(self, deals.line[i].p_won_period,
            came_true(endings, n_endings, book.key[i], as_of + DAYS));
    self->origins++;
    dd_deals_free(&deals);
    dd_book_free(&book);
    dd_model_free(&model);
    dd_past_free(&past);
}

static void
read_reliability(reliability *self, const char *path, dd_day from, dd_day to,
                 dd_day step)
{
    dd_funnel funnel;
    dd_history history;
    dd_past all;
    ending *endings;
    *self = (reliability){ 0 };
    assert_int_equal(dd_funnel_read(&funnel, path, NULL, NULL), DD_OK);
    assert_int_equal(dd_history_read(&history, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_history_as_of(&all, &history, history.last_day, NULL, NULL),
                     DD_OK);
    endings = endings_of(&all);
    for (dd_day day = from; day <= to && day + DAYS <= history.last_day; day += step)
        add_origin(self, &history, &funnel, endings, all.n_deals, day);
    free(endings);
    dd_past_free(&all);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
}

static double
sum_of(const double *values)
{
    double sum = 0.0;
    for (size_t b = 0; b < BINS; b++)
        sum += values[b];
    return sum;
}

static double
count_of(const reliability *self)
{
    double n = 0.0;
    for (size_t b = 0; b < BINS; b++)
        n += (double) self->n[b];
    return n;
}

/* 1 - Brier score over that of saying the same to every deal, the share that came. */
static double
skill_of(const reliability *self)
{
    double n = count_of(self), share = sum_of(self->came) / n;
    return 1.0 - self->squared / (n * share * (1.0 - share));
}

static void
print_table(const reliability *self, const char *name)
{
    print_message("%s, %zu origins: P(won within %d days)\n", name, self->origins, DAYS);
    print_message("    said         deals    said    came\n");
    for (size_t b = 0; b < BINS; b++)
        if (self->n[b] > 0)
            print_message("%4.0f to %3.0f %%  %7zu  %5.1f %%  %5.1f %%\n", 100 * edge[b],
                          fmin(100 * edge[b + 1], 100), self->n[b],
                          100 * self->said[b] / (double) self->n[b],
                          100 * self->came[b] / (double) self->n[b]);
    print_message("  all          %7.0f  %5.1f %%  %5.1f %%  Brier skill %.2f\n",
                  count_of(self), 100 * sum_of(self->said) / count_of(self),
                  100 * sum_of(self->came) / count_of(self), skill_of(self));
}

/* Loose bounds: a few origins share one market, so that deals are far from independent. */
static void
assert_reliable(const char *path, dd_day from, dd_day to, dd_day step)
{
    reliability r;
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not here\n", path);
        skip();
    }
    read_reliability(&r, path, from, to, step);
    print_table(&r, path);
    assert_true(r.origins >= 5);
    assert_true(sum_of(r.said) < 1.5 * sum_of(r.came));
    assert_true(sum_of(r.came) < 1.5 * sum_of(r.said));
    assert_true(skill_of(&r) > 0.0);
}

static void
chances_come_true_about_as_often_as_said_in_a_crm(void **state)
{
    (void) state;
    assert_reliable("../shared/data/maven_crm/history.csv",
                    dd_day_from_civil(2017, 5, 31), dd_day_from_civil(2017, 12, 31), 30);
}

/* 9 900 of its 10 000 cases began by June 2008; what is open a year later hardly moves. */
static void
chances_come_true_about_as_often_as_said_where_a_stage_takes_a_year(void **state)
{
    (void) state;
    assert_reliable("../shared/data/traffic_fines.csv", dd_day_from_civil(2007, 6, 30),
                    dd_day_from_civil(2009, 6, 30), 91);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_come_true_about_as_often_as_said_in_a_crm),
        cmocka_unit_test(
            chances_come_true_about_as_often_as_said_where_a_stage_takes_a_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
