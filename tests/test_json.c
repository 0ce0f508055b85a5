#include "check.h"
#include "show/json.h"

#include <stdlib.h>

/* The doc as JSON, to be freed. */
static char *
json_of(const dd_doc *doc)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    dd_json_write(doc, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
assert_json(dd_doc *doc, const char *expected)
{
    char *text = json_of(doc);
    assert_string_equal(text, expected);
    free(text);
    dd_doc_free(doc);
}

static void
strings_are_escaped_and_invalid_bytes_replaced(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_text(&doc, doc.root, "a", "say \"hi\\\"\n\t\x01");
    dd_doc_text(&doc, doc.root, "客户", "李雷 \xff!");
    assert_json(&doc, "{\"a\": \"say \\\"hi\\\\\\\"\\n\\t\\u0001\", "
                      "\"客户\": \"李雷 \\ufffd!\"}\n");
}

/* 0.1 + 0.2 is 0.30000000000000004 in full; ten digits are what machines agree on. */
static void
numbers_have_ten_digits_and_money_two_decimals(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_number(&doc, doc.root, "sum", 0.1 + 0.2);
    dd_doc_chance(&doc, doc.root, "p", 4.25e-19);
    dd_doc_number(&doc, doc.root, "zero", -0.0);
    dd_doc_money(&doc, doc.root, "mean", 280249612.5);
    dd_doc_money(&doc, doc.root, "debt", -4.0);
    dd_doc_money(&doc, doc.root, "nothing", -0.3);
    dd_doc_count(&doc, doc.root, "n", INT64_C(-9007199254740993));
    assert_json(&doc, "{\"sum\": 0.3, \"p\": 4.25e-19, \"zero\": 0, "
                      "\"mean\": 2802496.13, \"debt\": -0.04, \"nothing\": 0.00, "
                      "\"n\": -9007199254740993}\n");
}

static void
keys_stand_in_the_order_built_and_nests_are_indented(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_day(&doc, doc.root, "as_of", dd_day_from_civil(2026, 11, 21));
    dd_doc_node *list = dd_doc_list(&doc, doc.root, "periods");
    dd_doc_truth(&doc, dd_doc_object(&doc, list, NULL), "z", 7);
    dd_doc_null(&doc, dd_doc_object(&doc, list, NULL), "a");
    dd_doc_list(&doc, doc.root, "empty");
    assert_json(&doc, "{\n"
                      "  \"as_of\": \"2026-11-21\",\n"
                      "  \"periods\": [\n"
                      "    {\"z\": true},\n"
                      "    {\"a\": null}\n"
                      "  ],\n"
                      "  \"empty\": []\n"
                      "}\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped_and_invalid_bytes_replaced),
        cmocka_unit_test(numbers_have_ten_digits_and_money_two_decimals),
        cmocka_unit_test(keys_stand_in_the_order_built_and_nests_are_indented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
