#include "check.h"
#include "dealdice/doc.h"
#include "dealdice/funnel.h"

static void
a_path_of_keys_and_numbers_finds_the_value(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_node *list = dd_doc_list(&doc, doc.root, "periods");
    dd_doc_object(&doc, list, NULL);
    dd_doc_node *second = dd_doc_object(&doc, list, NULL);
    dd_doc_money(&doc, dd_doc_object(&doc, second, "bookings"), "p50", 238551.0);
    const dd_doc_node *found = dd_doc_get(doc.root, "periods.1.bookings.p50");
    assert_non_null(found);
    assert_close(found->number, 238551.0, 0.0);
    assert_null(dd_doc_get(doc.root, "periods.2.bookings"));
    assert_null(dd_doc_get(doc.root, "period"));
    assert_null(dd_doc_get(doc.root, "periods.1.book"));
    dd_doc_free(&doc);
}

static void
what_is_not_finite_or_not_known_becomes_null(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_number(&doc, doc.root, "a", (double) NAN);
    dd_doc_chance(&doc, doc.root, "b", (double) INFINITY);
    dd_doc_money_exact(&doc, doc.root, "c", DD_UNKNOWN_AMOUNT);
    dd_doc_day(&doc, doc.root, "d", DD_NO_DAY);
    dd_doc_text(&doc, doc.root, "e", NULL);
    for (const dd_doc_node *node = doc.root->first; node != NULL; node = node->next)
        assert_int_equal(node->kind, DD_DOC_NULL);
    dd_doc_free(&doc);
}

static void
a_missing_parent_is_accepted_so_that_describers_need_no_checks(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_count(&doc, dd_doc_object(&doc, NULL, "lost"), "n", 3);
    assert_null(doc.root->first);
    dd_doc_free(&doc);
    dd_doc_free(&doc);
}

static void
notes_become_warnings_but_for_what_was_merely_read(void **state)
{
    dd_doc doc;
    dd_notes notes = { 0 };
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    assert_int_equal(dd_notes_add(&notes, "read_layout", "events"), DD_OK);
    assert_int_equal(dd_notes_add(&notes, "thin_history", "only %d wins", 7), DD_OK);
    dd_doc_warnings(&doc, &notes);
    assert_string_equal(dd_doc_get(doc.root, "warnings.0.code")->text, "thin_history");
    assert_string_equal(dd_doc_get(doc.root, "warnings.0.text")->text, "only 7 wins");
    dd_notes_free(&notes);
    dd_doc_free(&doc);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_of_keys_and_numbers_finds_the_value),
        cmocka_unit_test(what_is_not_finite_or_not_known_becomes_null),
        cmocka_unit_test(a_missing_parent_is_accepted_so_that_describers_need_no_checks),
        cmocka_unit_test(notes_become_warnings_but_for_what_was_merely_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
