#include "check.h"
#include "dealdice/question.h"

#include <stdlib.h>
#include <string.h>

static dd_day
november_21(void)
{
    return dd_day_from_civil(2026, 11, 21);
}

/* Ask with these options of a funnel without targets; one refusal, of these words. */
static void
check_refused(const dd_question_options *options, const char *wrong)
{
    dd_error err = { 0 };
    dd_question question;
    dd_funnel funnel;

    dd_funnel_init(&funnel);
    assert_int_equal(
        dd_question_init(&question, &funnel, november_21(), options, NULL, &err),
        DD_EUSAGE);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].wrong, wrong);
    assert_null(question.periods);
    dd_error_free(&err);
}

static void
check_target_refused(const char *target, const char *wrong)
{
    dd_question_options options = { .targets = &target, .n_targets = 1 };
    check_refused(&options, wrong);
}

static void
without_options_four_quarters_from_the_day_after_as_of(void **state)
{
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), NULL, NULL, &err),
                     DD_OK);
    assert_int_equal(q.n_periods, 4);
    assert_string_equal(q.periods[0].label, "2026Q4");
    assert_string_equal(q.periods[3].label, "2027Q3");
    assert_int_equal(q.target[0], DD_NO_TARGET);
    assert_int_equal(q.trials, DD_DEFAULT_TRIALS);
    assert_close(q.confidence, 0.8, 0);
    assert_int_equal(q.seed, 1);
    assert_false(q.rates_fixed);
    assert_false(q.level_off);
    dd_question_free(&q);
    /* on a period's last day the next one is the first */
    assert_int_equal(
        dd_question_init(&q, &funnel, dd_day_from_civil(2026, 12, 31), NULL, NULL, &err),
        DD_OK);
    assert_string_equal(q.periods[0].label, "2027Q1");
    dd_question_free(&q);
}

static void
the_command_line_chooses_kind_and_number_of_periods(void **state)
{
    dd_question_options options = { .period = "month",
                                    .periods = 3,
                                    .trials = 1000,
                                    .seed = 9,
                                    .confidence = 0.9,
                                    .threads = 2 };
    dd_question_options until = { .period = "2027Q2" };
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    funnel.rates_estimated = 0;
    funnel.level_estimated = 0;
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), &options, NULL, &err),
                     DD_OK);
    assert_int_equal(q.n_periods, 3);
    assert_string_equal(q.periods[2].label, "2027-01");
    assert_int_equal(q.trials, 1000);
    assert_int_equal(q.seed, 9);
    assert_int_equal(q.threads, 2);
    assert_close(q.confidence, 0.9, 0);
    assert_true(q.rates_fixed);
    assert_true(q.level_off);
    dd_question_free(&q);
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), &until, NULL, &err),
                     DD_OK);
    assert_int_equal(q.n_periods, 3); /* 2026Q4 to 2027Q2 */
    dd_question_free(&q);
}

static void
targets_come_from_the_funnel_and_the_command_line_prevails(void **state)
{
    char q4[] = "2026Q4", q1[] = "2027Q1";
    dd_period_amount targets[]
        = { { q4, NULL, 500000000, { 0 } }, { q1, NULL, 620000000, { 0 } } };
    const char *said[] = { "450万", "1.2亿@2027Q2" };
    dd_question_options options = { .targets = said, .n_targets = 2 };
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    funnel.targets = targets;
    funnel.n_targets = 2;
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), &options, NULL, &err),
                     DD_OK);
    assert_int_equal(q.target[0], 450000000);
    assert_int_equal(q.target[1], 620000000);
    assert_int_equal(q.target[2], INT64_C(12000000000));
    assert_int_equal(q.target[3], DD_NO_TARGET);
    dd_question_free(&q);
}

static void
a_funnel_target_of_another_period_is_said_and_not_used(void **state)
{
    char year[] = "2026", past[] = "2026Q3", month[] = "2026-12", far[] = "2029Q4";
    dd_period_amount targets[] = { { year, NULL, 7, { 0 } },
                                   { past, NULL, 5, { 0 } },
                                   { month, NULL, 3, { 0 } },
                                   { far, NULL, 2, { 0 } } };
    dd_notes notes = { 0 };
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    funnel.targets = targets;
    funnel.n_targets = 4;
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), NULL, &notes, &err),
                     DD_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(q.target[i], DD_NO_TARGET);
    assert_int_equal(notes.n, 4);
    assert_string_equal(notes.items[0].code, "target_not_used");
    assert_string_equal(notes.items[0].text,
                        "the target of 2026 is not used: that period is longer than the "
                        "periods forecast, and a target is never split silently");
    assert_string_equal(notes.items[1].text,
                        "the target of 2026Q3 is not used: that period is over");
    assert_non_null(strstr(notes.items[2].text, "is shorter than the periods"));
    assert_non_null(strstr(notes.items[3].text, "lies beyond the periods forecast"));
    dd_notes_free(&notes);
    dd_question_free(&q);
}

static void
a_funnel_target_of_zero_is_refused_at_its_place(void **state)
{
    char q4[] = "2026Q4";
    dd_period_amount target = { q4, NULL, 0, { "funnel.yaml", 9, 12 } };
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    funnel.targets = &target;
    funnel.n_targets = 1;
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), NULL, NULL, &err),
                     DD_EDATA);
    assert_string_equal(err.items[0].wrong, "the target of 2026Q4 is not above zero");
    assert_int_equal(err.items[0].line, 9);
    dd_error_free(&err);
}

static void
a_target_on_the_command_line_must_fit(void **state)
{
    (void) state;
    check_target_refused("500万@2026Q3", "--target: 2026Q3 is over");
    check_target_refused("500万@2026",
                         "--target: 2026 is longer than the periods forecast, and a "
                         "target is never split silently");
    check_target_refused("500万@2030Q1", "--target: 2030Q1 lies beyond the periods "
                                         "forecast");
    check_target_refused("500万@Q4", "--target names no period");
    check_target_refused("lots", "--target is not an amount");
    check_target_refused("@2026Q4", "--target is not an amount");
    check_target_refused("-5万", "--target is not above zero");
    check_target_refused("0", "--target is not above zero");
    check_target_refused("99999999亿", "--target is too large");
}

static void
one_period_has_one_target(void **state)
{
    const char *said[] = { "5万", "6万@2026Q4" };
    dd_question_options options = { .targets = said, .n_targets = 2 };
    (void) state;
    check_refused(&options, "--target is given twice for one period");
}

static void
settings_out_of_range_are_refused(void **state)
{
    dd_question_options over = { .period = "2026Q3" }, none = { .period = "fortnight" };
    dd_question_options far = { .period = "2099Q3" }, many = { .periods = 65 };
    dd_question_options few = { .periods = -1 }, trials = { .trials = -5 };
    dd_question_options sure = { .confidence = 1.0 }, threads = { .threads = -1 };
    (void) state;

    check_refused(&over, "--period is over");
    check_refused(&none, "--period is no period");
    check_refused(&far, "--period lies too far ahead");
    check_refused(&many, "--periods is out of range");
    check_refused(&few, "--periods is out of range");
    check_refused(&trials, "--trials is out of range");
    check_refused(&sure, "--confidence is out of range");
    check_refused(&threads, "--threads is below zero");
}

static void
all_that_is_wrong_is_told_in_one_run(void **state)
{
    const char *said[] = { "x", "5万@2020Q1" };
    dd_question_options options
        = { .targets = said, .n_targets = 2, .trials = -1, .confidence = 3.0 };
    dd_error err = { 0 };
    dd_question q;
    dd_funnel funnel;
    (void) state;

    dd_funnel_init(&funnel);
    assert_int_equal(dd_question_init(&q, &funnel, november_21(), &options, NULL, &err),
                     DD_EUSAGE);
    assert_int_equal(err.n, 4);
    dd_error_free(&err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_four_quarters_from_the_day_after_as_of),
        cmocka_unit_test(the_command_line_chooses_kind_and_number_of_periods),
        cmocka_unit_test(targets_come_from_the_funnel_and_the_command_line_prevails),
        cmocka_unit_test(a_funnel_target_of_another_period_is_said_and_not_used),
        cmocka_unit_test(a_funnel_target_of_zero_is_refused_at_its_place),
        cmocka_unit_test(a_target_on_the_command_line_must_fit),
        cmocka_unit_test(one_period_has_one_target),
        cmocka_unit_test(settings_out_of_range_are_refused),
        cmocka_unit_test(all_that_is_wrong_is_told_in_one_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
