/* A doc's lists as CSV. */
#include "check.h"
#include "show/csv.h"
#include "show/show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
csv_of(const dd_doc *doc, const char *table, int provenance)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const dd_doc_node *list = dd_csv_table(doc, table, "--table", NULL);
    assert_non_null(out);
    assert_non_null(list);
    assert_int_equal(dd_csv_write(doc, list, provenance, out), DD_OK);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
assert_csv(dd_doc *doc, const char *table, int provenance, const char *expected)
{
    char *text = csv_of(doc, table, provenance);
    assert_int_equal(doc->failed, 0);
    assert_string_equal(text, expected);
    free(text);
}

static dd_doc_node *
new_list(dd_doc *doc, const char *key)
{
    assert_int_equal(dd_doc_init(doc), DD_OK);
    return dd_doc_list(doc, doc->root, key);
}

static void
nested_keys_are_joined_and_every_row_has_every_column(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "periods"), *row, *inner;
    (void) state;
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "label", "2026Q4");
    inner = dd_doc_object(&doc, row, "bookings");
    dd_doc_money(&doc, inner, "mean", -123456.0);
    dd_doc_null(&doc, inner, "p50");
    dd_doc_day(&doc, row, "end", 20000);
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "label", "2027Q1");
    dd_doc_truth(&doc, row, "late", 1);
    dd_doc_chance(&doc, row, "p", 0.1 + 0.2);
    assert_csv(&doc, "periods", 0,
               "label,bookings_mean,bookings_p50,end,late,p\n"
               "2026Q4,-1234.56,,2024-10-04,,\n"
               "2027Q1,,,,true,0.3\n");
    dd_doc_free(&doc);
}

/* RFC 4180, 2.5 to 2.7: commas, quotes and line breaks are enclosed, quotes doubled. */
static void
text_is_quoted_where_it_must_be(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "t"), *row;
    (void) state;
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "a", "Müller, Söhne");
    dd_doc_text(&doc, row, "b", "say \"hi\"");
    dd_doc_text(&doc, row, "c", "two\nlines");
    dd_doc_text(&doc, row, "d", "朗月照明续约");
    dd_doc_text(&doc, row, "e", "#7");
    dd_doc_text(&doc, row, "f", "bad\xffyte");
    assert_csv(&doc, "t", 0,
               "a,b,c,d,e,f\n\"Müller, Söhne\",\"say \"\"hi\"\"\",\"two\nlines\","
               "朗月照明续约,\"#7\",bad\xef\xbf\xbdyte\n");
    dd_doc_free(&doc);
}

static void
text_that_a_spreadsheet_would_run_gets_an_apostrophe(void **state)
{
    static const char *const evil[] = { "=1+1", "+49", "-5", "@SUM", "\tx", "\rx" };
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "t");
    (void) state;
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        dd_doc_node *row = dd_doc_object(&doc, list, NULL);
        dd_doc_text(&doc, row, "a", evil[i]);
        dd_doc_number(&doc, row, "n", -2.5);
    }
    assert_csv(&doc, "t", 0,
               "a,n\n'=1+1,-2.5\n'+49,-2.5\n'-5,-2.5\n'@SUM,-2.5\n'\tx,-2.5\n"
               "\"'\rx\",-2.5\n");
    dd_doc_free(&doc);
}

static void
a_list_of_values_is_one_cell_and_a_list_of_objects_none(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "pipelines"), *row, *inner;
    (void) state;
    row = dd_doc_object(&doc, list, NULL);
    inner = dd_doc_list(&doc, row, "stages");
    dd_doc_text(&doc, inner, NULL, "Contact");
    dd_doc_text(&doc, inner, NULL, "Needs, Demo");
    inner = dd_doc_list(&doc, row, "groups");
    dd_doc_object(&doc, inner, NULL);
    dd_doc_count(&doc, row, "n", 3);
    assert_csv(&doc, "pipelines", 0, "stages,n\n\"Contact; Needs, Demo\",3\n");
    dd_doc_free(&doc);
}

/* An empty line would be no row to most readers. */
static void
an_unknown_value_that_is_alone_in_its_row_is_still_a_row(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "t");
    (void) state;
    dd_doc_null(&doc, dd_doc_object(&doc, list, NULL), "a");
    assert_csv(&doc, "t", 0, "a\n\"\"\n");
    dd_doc_free(&doc);
}

static void
an_empty_list_still_has_its_header_where_that_is_known(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "deals");
    (void) state;
    dd_doc_list_keys(&doc, list, "deal_id,amount.mean");
    dd_doc_list(&doc, doc.root, "bare");
    assert_csv(&doc, "deals", 0, "deal_id,amount_mean\n");
    assert_csv(&doc, "bare", 0, "");
    dd_doc_free(&doc);
}

static void
provenance_comes_first_a_line_each(void **state)
{
    dd_doc doc;
    dd_doc_node *list, *made_by;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    made_by = dd_doc_object(&doc, doc.root, "made_by");
    dd_doc_text(&doc, made_by, "command", "dealdice deals 'a\nb.csv'");
    dd_doc_count(&doc, made_by, "seed", 7);
    dd_doc_day(&doc, doc.root, "as_of", 20000);
    dd_doc_null(&doc, doc.root, "currency");
    list = dd_doc_list(&doc, doc.root, "t");
    dd_doc_count(&doc, dd_doc_object(&doc, list, NULL), "n", 1);
    assert_csv(&doc, "t", 1,
               "# command = dealdice deals 'a b.csv'\n# seed = 7\n"
               "# as_of = 2024-10-04\n# currency = \nn\n1\n");
    dd_doc_free(&doc);
}

static void
a_table_that_is_not_there_is_refused_and_leaves_no_file(void **state)
{
    dd_doc doc;
    dd_error err = { 0 };
    dd_show_how how = { DD_FORMAT_CSV, "/tmp/dealdice-no-such-table.csv", "perids", 0 };
    (void) state;
    new_list(&doc, "periods");
    dd_doc_list(&doc, doc.root, "stages");
    assert_int_equal(dd_show(&doc, &how, &err), DD_EUSAGE);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].file, "--table");
    assert_string_equal(err.items[0].wrong, "no such table: did you mean 'periods'?");
    assert_string_equal(err.items[0].read, "perids");
    assert_string_equal(err.items[0].right, "one of periods, stages");
    assert_int_not_equal(access(how.path, F_OK), 0);
    dd_error_free(&err);
    dd_doc_free(&doc);
}

/* A scenario's periods: its own values stand before each of them. */
static void
a_list_may_hold_its_rows_within_its_elements(void **state)
{
    dd_doc doc;
    dd_doc_node *list = new_list(&doc, "scenarios"), *row, *inner, *period;
    (void) state;
    dd_doc_list_rows(list, "periods");
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = { "base", "slump", "nothing" };
        row = dd_doc_object(&doc, list, NULL);
        dd_doc_text(&doc, row, "name", names[i]);
        inner = dd_doc_list(&doc, row, "periods");
        for (int p = 0; p < (i < 2 ? 2 : 0); p++) {
            period = dd_doc_object(&doc, inner, NULL);
            dd_doc_count(&doc, period, "label", 2026 + p);
            if (i > 0)
                dd_doc_points(&doc, period, "change", -0.0625);
        }
    }
    assert_csv(&doc, "scenarios", 0,
               "name,label,change\n"
               "base,2026,\n"
               "base,2027,\n"
               "slump,2026,-0.0625\n"
               "slump,2027,-0.0625\n"
               "nothing,,\n");
    dd_doc_free(&doc);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_keys_are_joined_and_every_row_has_every_column),
        cmocka_unit_test(text_is_quoted_where_it_must_be),
        cmocka_unit_test(text_that_a_spreadsheet_would_run_gets_an_apostrophe),
        cmocka_unit_test(a_list_of_values_is_one_cell_and_a_list_of_objects_none),
        cmocka_unit_test(a_list_may_hold_its_rows_within_its_elements),
        cmocka_unit_test(an_unknown_value_that_is_alone_in_its_row_is_still_a_row),
        cmocka_unit_test(an_empty_list_still_has_its_header_where_that_is_known),
        cmocka_unit_test(provenance_comes_first_a_line_each),
        cmocka_unit_test(a_table_that_is_not_there_is_refused_and_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
