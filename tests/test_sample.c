#include "check.h"

#include "answers/sample/sample.h"
#include "dealdice/history.h"
#include "show/sample_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMPANY \
    "stages: [Contact, Offer]\n" \
    "currency: CNY\n" \
    "targets: {2024Q1: 500万}\n" \
    "rates:\n" \
    "  stages:\n" \
    "    Contact:\n" \
    "      exits:\n" \
    "        Offer: {share: 50%, days: weibull 1.5 20}\n" \
    "        Lost: {share: 30%, days: exponential 12}\n" \
    "    Offer:\n" \
    "      exits:\n" \
    "        Won: {share: 40%, days: lognormal 9 0.5}\n" \
    "        Contact: {share: 25%, days: fixed 3}\n" \
    "        Lost: {share: 35%, days: exponential 30}\n"
#define SAMPLE(reps, seed, more) \
    "sample: {seed: " seed ", from: 2020-01-01, to: 2023-12-31, " \
    "new_deals_per_rep_week: 3.7, reps: [" reps "], segments: {A: 61%, B: 39%}, " \
    "amount: lognormal 12万 0.8" more "}\n"
#define THREE "{owner: Ann}, {owner: 李雷, team: East}, {owner: Bo}"

static char folder[] = "/tmp/dealdice_sample_XXXXXX";

static int
make_folder(void **state)
{
    (void) state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static const char *
inside(const char *name)
{
    static char path[4][128];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
    return path[turn];
}

static int
remove_folder(void **state)
{
    static const char *const names[]
        = { "TRUTH.yaml",    "a/history.csv", "a/funnel.yaml", "a/truth.json",
            "b/history.csv", "b/funnel.yaml", "b/truth.json" };
    (void) state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(inside(names[i]));
    rmdir(inside("a"));
    rmdir(inside("b"));
    return rmdir(folder);
}

static void
read_truth(dd_funnel *truth, const char *text)
{
    const char *path = inside("TRUTH.yaml");
    FILE *file = fopen(path, "w");
    dd_error err = { 0 };

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(dd_funnel_read(truth, path, NULL, &err), DD_OK);
}

static void
make(dd_sample *sample, dd_funnel *truth, const char *text)
{
    dd_error err = { 0 };

    read_truth(truth, text);
    assert_int_equal(dd_sample_make(sample, truth, &err), DD_OK);
}

static char *
contents(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *bytes;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t) ftell(file);
    rewind(file);
    bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    bytes[*n] = '\0';
    fclose(file);
    return bytes;
}

static int
same_bytes(const char *a, const char *b)
{
    size_t n, m;
    char *x = contents(a, &n), *y = contents(b, &m);
    int same = n == m && memcmp(x, y, n) == 0;

    free(x);
    free(y);
    return same;
}

/* 3 reps x 1461 / 7 weeks x 3.7 = 2316.7 deals; Poisson: sd 48.1. */
static void
deals_arrive_at_the_rate_of_the_truth(void **state)
{
    dd_sample sample;
    dd_funnel truth;
    (void) state;

    make(&sample, &truth, COMPANY SAMPLE(THREE, "7", ""));
    assert_close((double) sample.n_deals, 3 * 1461.0 / 7 * 3.7, 4 * 48.1);
    for (size_t i = 0; i < sample.n_deals; i++) {
        int hour = (int) (sample.deals[i].created % DD_SECONDS_PER_DAY / 3600);
        int weekday = (dd_moment_day(sample.deals[i].created) + 3) % 7;
        assert_true(hour >= 9 && hour < 18 && weekday < 5);
    }
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

static void
nothing_is_written_after_the_last_day(void **state)
{
    dd_sample sample;
    dd_funnel truth;
    (void) state;

    make(&sample, &truth, COMPANY SAMPLE(THREE, "7", ""));
    for (size_t i = 0; i < sample.n_deals; i++) {
        const dd_sample_deal *deal = &sample.deals[i];
        assert_true(i == 0 || sample.deals[i - 1].created <= deal->created);
        for (size_t e = 0; e < deal->n; e++) {
            const dd_sample_entry *entry = &sample.entries[deal->first + e];
            assert_true(dd_moment_day(entry->at) <= truth.sample.to);
            assert_true(e == 0 || entry[-1].at < entry->at);
            assert_true(e == 0 || entry[-1].stage >= 0); /* nothing after an end */
        }
    }
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

/* Spells of Contact that began 400 days before the end have all but surely ended if
 * they ever will: their exits follow the shares, binomially. */
static void
exits_follow_their_shares_and_laws(void **state)
{
    double n = 0, offer = 0, lost = 0, below_median = 0, fixed = 0, back = 0;
    dd_sample sample;
    dd_funnel truth;
    dd_moment limit;
    (void) state;

    make(&sample, &truth, COMPANY SAMPLE(THREE, "7", ""));
    limit = dd_day_end(truth.sample.to - 400);
    for (size_t i = 0; i < sample.n_deals; i++)
        for (size_t e = 0; e < sample.deals[i].n; e++) {
            const dd_sample_entry *at = &sample.entries[sample.deals[i].first + e];
            int last = e + 1 == sample.deals[i].n;
            if (at->stage == 1 && !last && at[1].stage == 0) {
                back++;
                fixed += at[1].at - at->at == 3 * DD_SECONDS_PER_DAY;
            }
            if (at->stage != 0 || at->at >= limit)
                continue;
            n++;
            lost += !last && at[1].stage == DD_LOST;
            if (last || at[1].stage != 1)
                continue;
            offer++;
            /* median of Weibull(1.5, 20): 20 (ln 2)^(1/1.5) = 15.664 days */
            below_median += (double) (at[1].at - at->at) / 86400.0 < 15.664;
        }
    assert_true(n > 1500);
    assert_close(offer / n, 0.5, 4 * sqrt(0.25 / n));
    assert_close(lost / n, 0.3, 4 * sqrt(0.21 / n));
    assert_close(below_median / offer, 0.5, 4 * sqrt(0.25 / offer));
    assert_true(back > 100);
    assert_close(fixed, back, 0);
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

static void
a_rep_more_leaves_the_deals_of_all_others_as_they_were(void **state)
{
    dd_sample few, more;
    dd_funnel truth, larger;
    size_t seen = 0;
    (void) state;

    make(&few, &truth, COMPANY SAMPLE(THREE, "7", ""));
    make(&more, &larger, COMPANY SAMPLE(THREE ", {owner: Cy}", "7", ""));
    assert_true(more.n_deals > few.n_deals + 500);
    for (size_t i = 0; i < more.n_deals; i++) {
        const dd_sample_deal *y = &more.deals[i], *x = &few.deals[seen];
        if (y->owner == 3)
            continue;
        assert_true(seen < few.n_deals);
        assert_int_equal(x->created, y->created);
        assert_int_equal(x->amount, y->amount);
        assert_int_equal(x->n, y->n);
        for (size_t e = 0; e < x->n; e++) {
            assert_int_equal(few.entries[x->first + e].at,
                             more.entries[y->first + e].at);
            assert_int_equal(few.entries[x->first + e].stage,
                             more.entries[y->first + e].stage);
        }
        seen++;
    }
    assert_int_equal(seen, few.n_deals);
    dd_sample_free(&few);
    dd_sample_free(&more);
    dd_funnel_free(&truth);
    dd_funnel_free(&larger);
}

static void
the_same_truth_gives_the_same_bytes_and_another_seed_others(void **state)
{
    static const char *const names[] = { "history.csv", "funnel.yaml", "truth.json" };
    dd_error err = { 0 };
    dd_sample sample;
    dd_funnel truth;
    char a[32], b[32];
    (void) state;

    for (int round = 0; round < 3; round++) {
        make(&sample, &truth,
             round < 2 ? COMPANY SAMPLE(THREE, "7", ", names: both")
                       : COMPANY SAMPLE(THREE, "8", ", names: both"));
        assert_int_equal(dd_sample_write(&sample, inside(round ? "b" : "a"), &err),
                         DD_OK);
        dd_sample_free(&sample);
        dd_funnel_free(&truth);
        for (int i = 0; i < 3 && round > 0; i++) {
            snprintf(a, sizeof(a), "a/%s", names[i]);
            snprintf(b, sizeof(b), "b/%s", names[i]);
            assert_int_equal(same_bytes(inside(a), inside(b)), round == 1 || i == 1);
        }
    }
}

static void
what_is_written_is_read_back(void **state)
{
    static const char *const texts[] = {
        COMPANY SAMPLE(THREE, "7", ", names: both, layout: events"),
        COMPANY SAMPLE(THREE, "7", ", names: both, layout: deals"),
    };
    dd_error err = { 0 };
    (void) state;

    for (int i = 0; i < 2; i++) {
        dd_sample sample;
        dd_funnel truth, funnel;
        dd_history history;
        make(&sample, &truth, texts[i]);
        assert_int_equal(dd_sample_write(&sample, inside("a"), &err), DD_OK);
        assert_int_equal(dd_funnel_read(&funnel, inside("a/funnel.yaml"), NULL, &err),
                         DD_OK);
        assert_int_equal(funnel.pipelines[0].n_stages, 2);
        assert_int_equal(funnel.targets[0].amount, 500000000);
        assert_int_equal(funnel.team, 3);
        assert_int_equal(dd_history_read(&history, &funnel, NULL, &err), DD_OK);
        assert_int_equal(history.n_deals, sample.n_deals);
        assert_int_equal(history.n_refusals, 0);
        assert_int_equal(history.owners.n, 3);
        assert_int_equal(history.segments.n, 2);
        if (i == 0)
            assert_int_equal(history.n_entries, sample.n_entries);
        dd_history_free(&history);
        dd_funnel_free(&funnel);
        dd_funnel_free(&truth);
        dd_sample_free(&sample);
    }
}

static double
number_at(const dd_doc *doc, const char *path)
{
    const dd_doc_node *node = dd_doc_get(doc->root, path);
    assert_non_null(node);
    return node->number;
}

/* By hand: w_Offer = 0.4 + 0.25 w_Contact, w_Contact = 0.5 w_Offer, so
 * w_Offer = 0.4 / 0.875 = 16/35 and w_Contact = 8/35. */
static void
the_truth_tells_the_rates_worked_by_hand(void **state)
{
    dd_error err = { 0 };
    dd_sample sample;
    dd_funnel truth;
    dd_doc doc;
    double m;
    (void) state;

    make(&sample, &truth, COMPANY SAMPLE(THREE, "7", ""));
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    assert_int_equal(dd_sample_describe(&sample, &doc, &err), DD_OK);
    assert_close(number_at(&doc, "win_rate"), 8.0 / 35, 1e-12);
    assert_close(number_at(&doc, "stages.1.win_rate"), 16.0 / 35, 1e-12);
    assert_close(number_at(&doc, "stages.0.step_rate"), 0.5, 1e-12);
    assert_close(number_at(&doc, "stages.0.never"), 0.2, 1e-12);
    assert_close(number_at(&doc, "stages.1.step_rate"), 0.4, 1e-12);
    assert_close(number_at(&doc, "stages.1.back"), 0.25, 1e-12);
    assert_close(number_at(&doc, "stages.1.lost"), 0.35, 1e-12);
    /* half of those who leave have left: 0.5 F_weibull(m) + 0.3 F_exp(m) = 0.4 */
    m = number_at(&doc, "stages.0.dwell_days.p50");
    assert_close(0.5 * (1 - exp(-pow(m / 20, 1.5))) + 0.3 * (1 - exp(-m / 12)), 0.4,
                 1e-9);
    /* 12万 x exp(0.8^2 / 2), in minor units */
    assert_close(number_at(&doc, "amount.mean"), 12e6 * exp(0.32), 1);
    dd_doc_free(&doc);
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

static void
check_refused(const char *text, const char *wrong)
{
    dd_error err = { 0 };
    dd_sample sample;
    dd_funnel truth;

    read_truth(&truth, text);
    assert_int_equal(dd_sample_make(&sample, &truth, &err), DD_EDATA);
    assert_string_equal(err.items[0].wrong, wrong);
    assert_null(sample.deals);
    dd_error_free(&err);
    dd_funnel_free(&truth);
}

static void
a_truth_that_says_too_little_is_refused(void **state)
{
    (void) state;
    check_refused(COMPANY, "there is no 'sample' that says what to make");
    check_refused("stages: [Contact]\n" SAMPLE(THREE, "7", ""),
                  "the stage 'Contact' has no exits");
    check_refused("stages: {P: [A], Q: [B]}\n" SAMPLE(THREE, "7", ""),
                  "a made-up company needs the stages of one pipeline");
    check_refused(COMPANY SAMPLE("{owner: Ann}, {owner: Ann}", "7", ""),
                  "two reps have one name");
    check_refused(COMPANY "sample: {from: 1900-01-01, to: 2023-12-31, "
                          "new_deals_per_rep_week: 9999, reps: [{owner: Ann}], "
                          "amount: lognormal 1万 1}\n",
                  "the company is too large");
}

static void
a_folder_that_cannot_be_made_is_told(void **state)
{
    dd_error err = { 0 };
    dd_sample sample;
    dd_funnel truth;
    (void) state;

    make(&sample, &truth, COMPANY SAMPLE(THREE, "7", ""));
    assert_int_equal(dd_sample_write(&sample, "/no/such/place", &err), DD_EIO);
    assert_string_equal(err.items[0].wrong,
                        "cannot make the folder: No such file or directory");
    dd_error_free(&err);
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

static void
the_demo_is_what_its_truth_makes(void **state)
{
    dd_error err = { 0 };
    dd_sample sample;
    dd_funnel truth;
    (void) state;

    assert_int_equal(dd_funnel_read(&truth, "scenarios/demo/TRUTH.yaml", NULL, &err),
                     DD_OK);
    assert_int_equal(dd_sample_make(&sample, &truth, &err), DD_OK);
    assert_int_equal(dd_sample_write(&sample, inside("a"), &err), DD_OK);
    assert_true(same_bytes(inside("a/history.csv"), "scenarios/demo/history.csv"));
    assert_true(same_bytes(inside("a/funnel.yaml"), "scenarios/demo/funnel.yaml"));
    dd_sample_free(&sample);
    dd_funnel_free(&truth);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_arrive_at_the_rate_of_the_truth),
        cmocka_unit_test(nothing_is_written_after_the_last_day),
        cmocka_unit_test(exits_follow_their_shares_and_laws),
        cmocka_unit_test(a_rep_more_leaves_the_deals_of_all_others_as_they_were),
        cmocka_unit_test(the_same_truth_gives_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(the_truth_tells_the_rates_worked_by_hand),
        cmocka_unit_test(a_truth_that_says_too_little_is_refused),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_told),
        cmocka_unit_test(the_demo_is_what_its_truth_makes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
