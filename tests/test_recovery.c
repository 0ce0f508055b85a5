/* From known rates to files and back: what made the deals is found again in them. */
#include "check.h"

#include "answers/sample/sample.h"
#include "model/rates.h"
#include "show/sample_files.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAGES 3
#define DRAWS 1200
#define COMPANIES 12

/* Slow stages, a step back, and 32 weeks only: half of the deals are still open. */
static const char company[]
    = "stages: [Contact, Needs, Offer]\n"
      "rates:\n"
      "  stages:\n"
      "    Contact:\n"
      "      exits:\n"
      "        Needs: {share: 55%, days: weibull 1.4 60}\n"
      "        Lost: {share: 45%, days: exponential 80}\n"
      "    Needs:\n"
      "      exits:\n"
      "        Offer: {share: 60%, days: lognormal 45 0.7}\n"
      "        Lost: {share: 40%, days: exponential 90}\n"
      "    Offer:\n"
      "      exits:\n"
      "        Won: {share: 50%, days: weibull 1.6 55}\n"
      "        Needs: {share: 15%, days: exponential 25}\n"
      "        Lost: {share: 35%, days: weibull 1.3 70}\n"
      "sample: {from: 2025-06-02, to: 2026-01-11, new_deals_per_rep_week: "
      "15.62, "
      "reps: [{owner: A}, {owner: B}, {owner: C}, {owner: D}, {owner: E}, {owner: F}, "
      "{owner: G}, {owner: H}, {owner: I}, {owner: J}], amount: lognormal 1万 0.5, "
      "seed: ";

/* The same, but every tenth deal that enters a stage stays there for ever. */
static const char with_stuck[]
    = "stages: [Contact, Needs, Offer]\n"
      "rates:\n"
      "  stages:\n"
      "    Contact:\n"
      "      exits:\n"
      "        Needs: {share: 49%, days: weibull 1.4 60}\n"
      "        Lost: {share: 41%, days: exponential 80}\n"
      "    Needs:\n"
      "      exits:\n"
      "        Offer: {share: 54%, days: lognormal 45 0.7}\n"
      "        Lost: {share: 36%, days: exponential 90}\n"
      "    Offer:\n"
      "      exits:\n"
      "        Won: {share: 45%, days: weibull 1.6 55}\n"
      "        Needs: {share: 13%, days: exponential 25}\n"
      "        Lost: {share: 32%, days: weibull 1.3 70}\n"
      "sample: {from: 2025-06-02, to: 2026-01-11, new_deals_per_rep_week: "
      "15.62, "
      "reps: [{owner: A}, {owner: B}, {owner: C}, {owner: D}, {owner: E}, {owner: F}, "
      "{owner: G}, {owner: H}, {owner: I}, {owner: J}], amount: lognormal 1万 0.5, "
      "seed: ";

typedef struct {
    double win_rate[STAGES], median_days[STAGES];
} rates;

/* All that a test opens; the files are gone by then. */
typedef struct {
    rates truth;
    dd_funnel funnel;
    dd_history history;
    dd_past past;
} world;

static world w;

static void
remember_truth(const dd_sample *sample)
{
    dd_error err = { 0 };
    dd_doc doc;

    assert_int_equal(dd_doc_init(&doc), DD_OK);
    assert_int_equal(dd_sample_describe(sample, &doc, &err), DD_OK);
    for (int s = 0; s < STAGES; s++) {
        char path[64];
        snprintf(path, sizeof(path), "stages.%d.win_rate", s);
        w.truth.win_rate[s] = dd_doc_get(doc.root, path)->number;
        snprintf(path, sizeof(path), "stages.%d.dwell_days.p50", s);
        w.truth.median_days[s] = dd_doc_get(doc.root, path)->number;
    }
    dd_doc_free(&doc);
}

static void
write_company(const char *folder, const char *truth_path, const char *made, int seed)
{
    dd_error err = { 0 };
    dd_funnel truth;
    dd_sample sample;
    FILE *file = fopen(truth_path, "w");

    assert_non_null(file);
    fprintf(file, "%s%d}\n", made, seed);
    fclose(file);
    assert_int_equal(dd_funnel_read(&truth, truth_path, NULL, &err), DD_OK);
    assert_int_equal(dd_sample_make(&sample, &truth, &err), DD_OK);
    assert_int_equal(dd_sample_write(&sample, folder, &err), DD_OK);
    remember_truth(&sample);
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

static void
open_world(const char *made, int seed)
{
    static const char *const names[]
        = { "funnel.yaml", "history.csv", "truth.json", "TRUTH.yaml" };
    char folder[] = "/tmp/dealdice_recovery_XXXXXX", path[4][64];
    dd_error err = { 0 };

    gsl_set_error_handler_off();
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 4; i++)
        snprintf(path[i], sizeof(path[i]), "%s/%s", folder, names[i]);
    write_company(folder, path[3], made, seed);
    assert_int_equal(dd_funnel_read(&w.funnel, path[0], NULL, &err), DD_OK);
    assert_int_equal(dd_history_read(&w.history, &w.funnel, NULL, &err), DD_OK);
    assert_int_equal(
        dd_history_as_of(&w.past, &w.history, w.history.last_day, NULL, &err), DD_OK);
    for (int i = 0; i < 4; i++)
        unlink(path[i]);
    assert_int_equal(rmdir(folder), 0);
}

static void
close_world(void)
{
    dd_past_free(&w.past);
    dd_history_free(&w.history);
    dd_funnel_free(&w.funnel);
}

static int
ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* How many of the truth's figures lie outside their interval, of 2 x STAGES, and of the
 * win rates alone. */
static int
missed(const dd_past *past, double interval, int *win_rates)
{
    static double win[STAGES][DRAWS], days[STAGES][DRAWS];
    dd_error err = { 0 };
    dd_model model;
    dd_rates drawn;
    int outside = 0;
    size_t low = (size_t) (DRAWS * (1.0 - interval) / 2), high = DRAWS - 1 - low;

    assert_int_equal(dd_model_fit(&model, past, &w.funnel, NULL, &err), DD_OK);
    assert_int_equal(dd_rates_init(&drawn, &model.process[0], &err), DD_OK);
    for (uint32_t d = 0; d < DRAWS; d++) {
        dd_rates_draw(&drawn, 5, d, 0);
        for (int s = 0; s < STAGES; s++) {
            win[s][d] = drawn.p_ever[s];
            days[s][d] = dd_stage_dwell_quantile(&drawn.stage[s], 0.5);
        }
    }
    for (int s = 0; s < STAGES; s++) {
        qsort(win[s], DRAWS, sizeof(double), ascending);
        qsort(days[s], DRAWS, sizeof(double), ascending);
        int win_rate
            = w.truth.win_rate[s] < win[s][low] || w.truth.win_rate[s] > win[s][high];
        *win_rates += win_rate;
        outside += win_rate;
        outside += w.truth.median_days[s] < days[s][low]
                   || w.truth.median_days[s] > days[s][high];
        print_message("stage %d: win rate %.4f in [%.4f, %.4f], median %.2f days in "
                      "[%.2f, %.2f]\n",
                      s, w.truth.win_rate[s], win[s][low], win[s][high],
                      w.truth.median_days[s], days[s][low], days[s][high]);
    }
    dd_rates_free(&drawn);
    dd_model_free(&model);
    return outside;
}

static size_t
open_deals(void)
{
    size_t open = 0;
    for (size_t i = 0; i < w.past.n_deals; i++)
        open += w.past.deals[i].stage >= 0;
    return open;
}

/* Of 72 figures .7 should miss. Where the truth's laws bend beyond the oldest deal seen
 * the fit goes straight on: over 100 such companies 3 % missed. P(more than 5) = 1/30. */
static void
known_rates_are_found_again_with_half_of_the_deals_open(void **state)
{
    int outside = 0, win_rates = 0;
    (void) state;

    for (int seed = 11; seed < 11 + COMPANIES; seed++) {
        open_world(company, seed);
        assert_close((double) w.past.n_deals, 5000, 300);
        assert_close((double) open_deals() / (double) w.past.n_deals, 0.5, 0.05);
        outside += missed(&w.past, 0.99, &win_rates);
        close_world();
    }
    print_message("%d of %d outside\n", outside, 2 * STAGES * COMPANIES);
    assert_in_range(outside, 0, 5);
}

/* In 32 weeks nobody is seen to be stuck. Taking the last hazard to run on, 90 %
 * intervals of win rates held the truth in 44 % of 24 companies; drawing how much of its fall is
 * due to stuck deals, in 74 %. */
static void
deals_that_never_leave_are_allowed_for_before_they_are_seen(void **state)
{
    int win_rates = 0;
    (void) state;

    for (int seed = 11; seed < 11 + COMPANIES; seed++) {
        open_world(with_stuck, seed);
        missed(&w.past, 0.90, &win_rates);
        close_world();
    }
    print_message("%d of %d outside\n", win_rates, STAGES * COMPANIES);
    assert_in_range(win_rates, 0, 14);
}

/* The same fit that forgets who is still waiting: most figures miss. */
static void
dropping_the_open_deals_would_be_seen(void **state)
{
    dd_past closed;
    size_t kept = 0;
    int win_rates = 0;
    (void) state;

    open_world(company, 11);
    closed = w.past;
    closed.spells = calloc(w.past.n_spells, sizeof(dd_spell));
    closed.deals = calloc(w.past.n_deals, sizeof(dd_past_deal));
    closed.n_deals = 0;
    assert_true(closed.spells != NULL && closed.deals != NULL);
    for (size_t i = 0; i < w.past.n_deals; i++) {
        const dd_past_deal *from = &w.past.deals[i];
        dd_past_deal *to = &closed.deals[closed.n_deals];
        if (from->stage >= 0)
            continue;
        *to = *from;
        to->first = kept;
        for (size_t k = 0; k < from->n; k++) {
            closed.spells[kept] = w.past.spells[from->first + k];
            closed.spells[kept++].deal = (uint32_t) closed.n_deals;
        }
        closed.n_deals++;
    }
    closed.n_spells = kept;
    assert_true(missed(&closed, 0.99, &win_rates) >= 4);
    free(closed.spells);
    free(closed.deals);
    close_world();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_rates_are_found_again_with_half_of_the_deals_open),
        cmocka_unit_test(deals_that_never_leave_are_allowed_for_before_they_are_seen),
        cmocka_unit_test(dropping_the_open_deals_would_be_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
