#include "check.h"
#include "dealdice/error.h"

#include <string.h>

static void
a_problem_keeps_its_place_and_words(void **state)
{
    dd_error err = { 0 };
    dd_place place = { "funnel.yaml", 7, 3 };
    (void) state;

    assert_int_equal(dd_error_add(&err, DD_EDATA, &place, "30 pct", "such as 30%",
                                  "%s of stage '%s' is not a rate", "win_rate", "需求"),
                     DD_EDATA);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].file, "funnel.yaml");
    assert_int_equal(err.items[0].line, 7);
    assert_int_equal(err.items[0].column, 3);
    assert_string_equal(err.items[0].wrong, "win_rate of stage '需求' is not a rate");
    assert_string_equal(err.items[0].read, "30 pct");
    assert_string_equal(err.items[0].right, "such as 30%");
    dd_error_free(&err);
    assert_int_equal(err.n, 0);
    assert_null(err.items);
}

static void
one_run_gathers_many_problems_in_their_order(void **state)
{
    dd_error err = { 0 };
    (void) state;

    for (int i = 0; i < 41; i++)
        dd_error_add(&err, DD_EUSAGE, NULL, NULL, NULL, "problem %d", i);
    assert_int_equal(err.n, 41);
    assert_string_equal(err.items[40].wrong, "problem 40");
    assert_null(err.items[40].file);
    assert_null(err.items[40].read);
    dd_error_free(&err);
}

static void
without_a_listener_the_status_still_comes_back(void **state)
{
    (void) state;
    assert_int_equal(dd_error_add(NULL, DD_EIO, NULL, NULL, NULL, "no such file"),
                     DD_EIO);
    assert_int_equal(dd_error_no_memory(NULL), DD_ENOMEM);
}

static void
running_out_of_memory_is_remembered(void **state)
{
    dd_error err = { 0 };
    (void) state;
    assert_int_equal(dd_error_no_memory(&err), DD_ENOMEM);
    assert_int_equal(err.out_of_memory, 1);
    dd_error_free(&err);
    assert_int_equal(err.out_of_memory, 0);
}

static void
the_same_note_is_kept_once(void **state)
{
    dd_notes notes = { 0 }, all = { 0 };
    (void) state;

    for (int i = 0; i < 3; i++)
        assert_int_equal(dd_notes_add(&notes, "thin_history", "only %d wins", 4), DD_OK);
    assert_int_equal(dd_notes_add(&notes, "thin_history", "only %d wins", 5), DD_OK);
    assert_int_equal(notes.n, 2);
    assert_int_equal(dd_notes_add(&all, "thin_history", "only %d wins", 5), DD_OK);
    assert_int_equal(dd_notes_append(&all, &notes), DD_OK);
    assert_int_equal(all.n, 2);
    assert_string_equal(all.items[0].text, "only 5 wins");
    assert_string_equal(all.items[1].text, "only 4 wins");
    dd_notes_free(&notes);
    dd_notes_free(&all);
    assert_null(all.items);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_keeps_its_place_and_words),
        cmocka_unit_test(one_run_gathers_many_problems_in_their_order),
        cmocka_unit_test(without_a_listener_the_status_still_comes_back),
        cmocka_unit_test(running_out_of_memory_is_remembered),
        cmocka_unit_test(the_same_note_is_kept_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
