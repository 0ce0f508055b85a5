/* Quotas of equal chance. */
#include "answers/plan/plan_quotas.h"

#include "funnel_folder.h"

#include <gsl/gsl_errno.h>

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
} company;

/* The demo with a reps.csv, asked for two quarters. */
static void
open_company(company *self, const char *reps)
{
    const char *target = "700万@2027Q1";
    dd_question_options options = { .targets = &target, .n_targets = 1, .trials = 4096 };
    char text[400], cwd[256];
    dd_error *err = &self->folder.err;

    gsl_set_error_handler_off();
    memset(self, 0, sizeof *self);
    folder_init(&self->folder);
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(text, sizeof text,
             "history: %s/scenarios/demo/history.csv\nreps: reps.csv\ncurrency: CNY\n",
             cwd);
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
close_company(company *self)
{
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
                                    700000000, &c.folder.err),
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
                                    100000001, &c.folder.err),
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

static void
without_anybody_there_are_no_quotas(void **state)
{
    company c;
    dd_quotas quotas;
    (void) state;

    open_company(&c, "owner,end\n陈浩,2026-06-30\n");
    assert_int_equal(dd_quotas_make(&quotas, &c.model, &c.book, &c.past, &c.question, 1,
                                    700000000, &c.folder.err),
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
        cmocka_unit_test(without_anybody_there_are_no_quotas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
