/* Quotas of equal chance. */
#include "answers/plan/plan_quotas.h"

#include "dealdice/outcomes.h"
#include "engine/player.h"
#include "funnel_folder.h"

#include <gsl/gsl_errno.h>
#include <math.h>

/* Worked by hand: the columns' sums are 30, 60, 110, 170, 260; the first of at least 100
 * is 110, of which 10, 40 and 60 stand in the columns. */
static void
a_target_is_shared_out_where_the_outcomes_add_up_to_it(void **state)
{
    int64_t a[] = { 10, 10, 10, 20, 30 }, b[] = { 0, 10, 40, 50, 80 },
            c[] = { 20, 40, 60, 100, 150 };
    int64_t *sorted[] = { a, b, c }, quota[3];
    (void) state;

    dd_quotas_share(sorted, 3, 5, 110, quota);
    assert_int_equal(quota[0], 10);
    assert_int_equal(quota[1], 40);
    assert_int_equal(quota[2], 60);
    dd_quotas_share(sorted, 3, 5, 100, quota);
    assert_int_equal(quota[0], 9);
    assert_int_equal(quota[1], 36); /* 45.45 in sum is 45 */
    assert_int_equal(quota[2], 55);
    dd_quotas_share(sorted, 3, 5, 1000, quota); /* beyond all: the greatest, scaled */
    assert_int_equal(quota[0] + quota[1] + quota[2], 1000);
    assert_int_equal(quota[0], 115);
}

typedef struct {
    funnel_folder folder;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_roster team;
} company;

/* The demo with a reps.csv, asked for two quarters. */
static void
open_company_with(company *self, const char *reps, const char *keys)
{
    const char *target = "700万@2027Q1";
    dd_question_options options = { .targets = &target, .n_targets = 1, .trials = 4096 };
    char text[700], cwd[256];
    dd_error *err = &self->folder.err;

    gsl_set_error_handler_off();
    memset(self, 0, sizeof *self);
    folder_init(&self->folder);
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(text, sizeof text,
             "history: %s/scenarios/demo/history.csv\nreps: reps.csv\ncurrency: CNY\n%s",
             cwd, keys);
    folder_write(&self->folder, "funnel.yaml", text);
    folder_write(&self->folder, "reps.csv", reps);
    folder_must_read(&self->folder, "funnel.yaml");
    dd_day as_of = self->folder.history.last_day;
    assert_int_equal(
        dd_history_as_of(&self->past, &self->folder.history, as_of, NULL, err), DD_OK);
    assert_int_equal(dd_question_init(&self->question, &self->folder.funnel, as_of,
                                      &options, NULL, err),
                     DD_OK);
    assert_int_equal(
        dd_model_fit(&self->model, &self->past, &self->folder.funnel, NULL, err), DD_OK);
    assert_int_equal(dd_book_init(&self->book, &self->past, &self->folder.funnel,
                                  &self->question, err),
                     DD_OK);
}

static void
open_company(company *self, const char *reps)
{
    open_company_with(self, reps, "");
}

static void
close_company(company *self)
{
    dd_roster_free(&self->team);
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    folder_free(&self->folder);
}

static void
quotas_add_up_and_are_equally_likely(void **state)
{
    company c;
    dd_quotas quotas;
    int64_t sum = 0;
    (void) state;

    open_company(&c, "owner,start,end,quota\n"
                     "陈浩,,,50万\n"
                     "王芳,,,\n"
                     "Emi Tanaka,,,\n"
                     "李雷,,,80万\n"
                     "Gone,,2026-06-30,\n"
                     "New,2027-01-04,,\n");
    assert_int_equal(dd_quotas_make(&quotas, &c.model, &c.book, &c.past, &c.question, 1,
                                    700000000, NULL, &c.folder.err),
                     DD_OK);
    assert_int_equal(quotas.n, 5); /* who left has none, who comes has */
    for (size_t i = 0; i < quotas.n; i++) {
        const dd_quota *quota = &quotas.items[i];
        sum += quota->quota;
        if (i < 4)
            assert_close(quota->p_attain, quotas.p_attain, .005);
    }
    /* Who begins in January wins nothing by March in more futures than that. */
    assert_int_equal(quotas.items[4].quota, 0);
    assert_int_equal(sum, 700000000);
    assert_true(quotas.unowned > 0);
    assert_int_equal(quotas.items[0].quota_now, 50000000);
    assert_true(quotas.items[0].p_attain_now > 0 && quotas.items[0].p_attain_now < 1);
    /* A smaller quota is attained more often. */
    assert_true((quotas.items[0].quota < 50000000)
                == (quotas.items[0].p_attain > quotas.items[0].p_attain_now));
    assert_int_equal(quotas.items[1].quota_now, DD_UNKNOWN_AMOUNT);
    dd_quotas_free(&quotas);
    close_company(&c);
}

/* Two who have no deals and the same days are alike. */
static void
reps_who_are_alike_get_the_same(void **state)
{
    company c;
    dd_quotas quotas;
    (void) state;

    open_company(&c, "owner,start\nOne,2026-12-07\nTwo,2026-12-07\n");
    assert_int_equal(dd_quotas_make(&quotas, &c.model, &c.book, &c.past, &c.question, 1,
                                    100000001, NULL, &c.folder.err),
                     DD_OK);
    assert_int_equal(quotas.n, 2);
    assert_int_equal(quotas.items[0].quota, 50000001);
    assert_int_equal(quotas.items[1].quota, 50000000);
    assert_close(quotas.items[0].balance, 1, 1e-9);
    assert_close(quotas.items[0].expected, quotas.items[1].expected, 1e-3);
    assert_int_equal(quotas.unowned, c.book.n);
    dd_quotas_free(&quotas);
    close_company(&c);
}

/* ---- where visits are limited ---- */

#define NOT_DRAWN "uncertainty: {rates: fixed, level: off}\n"
#define BUSY \
    "effort: {visits_per_rep_week: 6, visits_per_opportunity: 5, visits_per_stage: " \
    "{Proposal: 3, Negotiation: 4}}\n"
#define REPS \
    "owner,quota\n陈浩,40万\n王芳,60万\nCarla Souza,30万\n孙丽,80万\n刘洋,50万\n" \
    "韩梅梅,50万\n赵敏,40万\nAnna Keller,45万\n周强,35万\nDaniel Roy,65万\n" \
    "吴婷,60万\nEmi Tanaka,30万\n李雷,70万\nBen Okafor,60万\n"

static void
seat_team(company *c)
{
    const dd_roster_of of
        = { &c->past, &c->folder.funnel, &c->model, &c->book, c->question.as_of };
    assert_int_equal(dd_roster_init(&c->team, &of, NULL, &c->folder.err), DD_OK);
    assert_true(dd_roster_is_limited(&c->team));
}

static dd_quotas
quotas_of(company *c, const dd_roster *team)
{
    dd_quotas quotas;
    assert_int_equal(dd_quotas_make(&quotas, &c->model, &c->book, &c->past, &c->question,
                                    1, 700000000, team, &c->folder.err),
                     DD_OK);
    return quotas;
}

static double
expected_of_all(const dd_quotas *self)
{
    double sum = 0.0;
    for (size_t i = 0; i < self->n; i++)
        sum += self->items[i].expected;
    return sum;
}

/* All deals have an owner of the team: what the reps expect is what the forecast does, and
 * less than where all deals have their visits. */
static void
under_limits_quotas_share_out_the_forecast(void **state)
{
    company c;
    dd_quotas quotas, alone;
    dd_outcomes outcomes;
    double mean = 0.0;
    int64_t sum = 0;
    (void) state;

    open_company_with(&c, REPS, BUSY);
    seat_team(&c);
    quotas = quotas_of(&c, &c.team);
    alone = quotas_of(&c, NULL);
    c.question.n_periods = 2; /* no further than the quotas' */
    assert_int_equal(dd_player_simulate(&outcomes, &c.model, &c.book, &c.question,
                                        &c.team.crew, &c.folder.err),
                     DD_OK);
    for (size_t t = 0; t < outcomes.trials; t++)
        mean += (double) outcomes.bookings[outcomes.trials + t]
                / (double) outcomes.trials;
    assert_int_equal(quotas.unowned, 0);
    assert_close(expected_of_all(&quotas), mean, 1e-6 * mean);
    assert_true(quotas.p_attain < alone.p_attain - 0.05);
    for (size_t i = 0; i < quotas.n; i++) {
        sum += quotas.items[i].quota;
        assert_close(quotas.items[i].p_attain, quotas.p_attain, .02);
    }
    assert_int_equal(sum, 700000000);
    dd_quotas_free(&quotas);
    dd_quotas_free(&alone);
    dd_outcomes_free(&outcomes);
    close_company(&c);
}

/* Each rep's chance of one and the same quota: another engine, whose reps are played one
 * at a time with a share of all visits, agrees where hardly anybody asks for visits. */
static void
where_no_limit_binds_quotas_are_those_of_deals_alone(void **state)
{
    company c;
    dd_quotas reps, alone;
    (void) state;

    open_company_with(&c, REPS,
                      NOT_DRAWN "effort: {visits_per_rep_week: 12, "
                                "visits_per_opportunity: 10, visits_per_stage: "
                                "{Proposal: 0.001}}\n");
    seat_team(&c);
    reps = quotas_of(&c, &c.team);
    alone = quotas_of(&c, NULL);
    assert_int_equal(reps.n, 14);
    for (size_t i = 0; i < reps.n; i++) {
        double p = alone.items[i].p_attain_now;
        assert_string_equal(reps.items[i].owner, alone.items[i].owner);
        assert_true(p > 0.05 && p < 0.95);
        assert_close(reps.items[i].p_attain_now, p, 4 * sqrt(2 * p * (1 - p) / 4096));
    }
    assert_close(expected_of_all(&reps), expected_of_all(&alone),
                 0.01 * expected_of_all(&alone));
    dd_quotas_free(&reps);
    dd_quotas_free(&alone);
    close_company(&c);
}

/* Without deals of their own, and the same days: each other's quota is as likely. */
static void
under_limits_reps_who_are_alike_get_alike_quotas(void **state)
{
    company c;
    dd_quotas quotas;
    (void) state;

    open_company_with(&c, "owner,quota\nOne,150万\nTwo,150万\nThree,150万\n",
                      NOT_DRAWN
                      "effort: {visits_per_rep_week: 30, visits_per_opportunity: 5, "
                      "visits_per_stage: {Proposal: 9, Negotiation: 9}}\n");
    seat_team(&c);
    quotas = quotas_of(&c, &c.team);
    assert_int_equal(quotas.n, 3);
    for (size_t i = 1; i < 3; i++) {
        double p = quotas.items[0].p_attain_now;
        assert_true(p > 0.05 && p < 0.95);
        assert_close(quotas.items[i].p_attain_now, p, 4 * sqrt(2 * p * (1 - p) / 4096));
        assert_close((double) quotas.items[i].quota, 7e8 / 3, 0.05 * 7e8 / 3);
    }
    assert_int_equal(quotas.unowned, c.book.n);
    dd_quotas_free(&quotas);
    close_company(&c);
}

static void
under_limits_quotas_are_the_same_for_any_threads(void **state)
{
    company c;
    dd_quotas one, two;
    (void) state;

    open_company_with(&c, REPS, BUSY);
    seat_team(&c);
    c.question.threads = 1;
    one = quotas_of(&c, &c.team);
    c.question.threads = 2;
    two = quotas_of(&c, &c.team);
    assert_int_equal(one.n, two.n);
    assert_memory_equal(one.items, two.items, one.n * sizeof *one.items);
    dd_quotas_free(&one);
    dd_quotas_free(&two);
    close_company(&c);
}

static void
without_anybody_there_are_no_quotas(void **state)
{
    company c;
    dd_quotas quotas;
    (void) state;

    open_company(&c, "owner,end\n陈浩,2026-06-30\n");
    assert_int_equal(dd_quotas_make(&quotas, &c.model, &c.book, &c.past, &c.question, 1,
                                    700000000, NULL, &c.folder.err),
                     DD_EUSAGE);
    folder_assert_wrong(&c.folder, DD_OK, "nobody is known who could have a quota");
    close_company(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_shared_out_where_the_outcomes_add_up_to_it),
        cmocka_unit_test(quotas_add_up_and_are_equally_likely),
        cmocka_unit_test(reps_who_are_alike_get_the_same),
        cmocka_unit_test(under_limits_quotas_share_out_the_forecast),
        cmocka_unit_test(where_no_limit_binds_quotas_are_those_of_deals_alone),
        cmocka_unit_test(under_limits_reps_who_are_alike_get_alike_quotas),
        cmocka_unit_test(under_limits_quotas_are_the_same_for_any_threads),
        cmocka_unit_test(without_anybody_there_are_no_quotas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
