#include "check.h"
#include "input/schema.h"

#include <stdlib.h>
#include <string.h>

static dd_status
parse(dd_yaml *doc, const char *text, dd_error *err)
{
    return dd_yaml_parse(doc, "plan.yaml", text, strlen(text), err);
}

/* The text yields exactly this first problem, at this place. */
static void
check_refused(const char *text, long line, long column, const char *wrong)
{
    dd_error err = { 0 };
    dd_yaml doc;

    assert_int_equal(parse(&doc, text, &err), DD_EDATA);
    assert_true(err.n >= 1);
    assert_string_equal(err.items[0].file, "plan.yaml");
    assert_string_equal(err.items[0].wrong, wrong);
    assert_int_equal(err.items[0].line, line);
    assert_int_equal(err.items[0].column, column);
    dd_yaml_free(&doc);
    dd_error_free(&err);
}

static void
keys_and_values_know_their_places(void **state)
{
    dd_error err = { 0 };
    const dd_yaml_node *stages, *item;
    dd_yaml doc;
    (void) state;

    assert_int_equal(
        parse(&doc, "# story\n商机:   12.5万\nstages: [Contact, 需求, x]\n", &err),
        DD_OK);
    assert_int_equal(doc.root->n, 2);
    item = dd_yaml_get(doc.root, "商机");
    assert_string_equal(item->text, "12.5万");
    assert_int_equal(item->key_place.line, 2);
    assert_int_equal(item->key_place.column, 1);
    assert_int_equal(item->place.column, 7); /* characters, not bytes */
    stages = dd_yaml_get(doc.root, "stages");
    assert_int_equal(stages->kind, DD_YAML_LIST);
    assert_int_equal(stages->n, 3);
    item = stages->first->next->next;
    assert_string_equal(item->text, "x");
    assert_int_equal(item->place.line, 3);
    assert_int_equal(item->place.column, 23);
    assert_null(dd_yaml_get(doc.root, "fx"));
    dd_yaml_free(&doc);
}

static void
json_is_read_by_the_same_code(void **state)
{
    dd_error err = { 0 };
    dd_yaml doc;
    (void) state;

    assert_int_equal(
        parse(&doc, "{\"deal_size\": \"+5%\", \"hire\": [{\"count\": 5}]}", &err),
        DD_OK);
    assert_string_equal(dd_yaml_get(doc.root, "deal_size")->text, "+5%");
    assert_string_equal(dd_yaml_get(dd_yaml_get(doc.root, "hire")->first, "count")->text,
                        "5");
    dd_yaml_free(&doc);
}

static void
an_empty_document_has_no_keys_and_null_no_value(void **state)
{
    dd_error err = { 0 };
    dd_yaml doc;
    (void) state;

    assert_int_equal(parse(&doc, "# nothing yet\n", &err), DD_OK);
    assert_int_equal(doc.root->n, 0);
    dd_yaml_free(&doc);
    assert_int_equal(parse(&doc, "a: ~\nb: 'null'\n", &err), DD_OK);
    assert_string_equal(dd_yaml_get(doc.root, "a")->text, "");
    assert_string_equal(dd_yaml_get(doc.root, "b")->text, "null");
    dd_yaml_free(&doc);
}

static void
what_hides_the_meaning_is_refused(void **state)
{
    (void) state;
    check_refused("a: &x 1\nb: 2\n", 1, 4, "anchors are not allowed");
    check_refused("a: 1\nb: *x\n", 2, 4, "aliases are not allowed");
    check_refused("a: !!int 1\n", 1, 4, "tags are not allowed");
    check_refused("a: 1\n---\nb: 2\n", 2, 1, "only one document is allowed in a file");
    check_refused("? [a, b]\n: 1\n", 1, 3, "a key must be a single word");
    check_refused("a: \"x\\0y\"\n", 1, 4, "a NUL byte is not allowed");
    check_refused("- a\n- b\n", 1, 1, "the file holds no keys");
    check_refused("a: 1\nb: 2\na: 3\n", 3, 1,
                  "the key 'a' is written twice, first in line 1");
}

static void
several_problems_are_told_in_one_run(void **state)
{
    dd_error err = { 0 };
    dd_yaml doc;
    (void) state;

    assert_int_equal(parse(&doc, "a: &x 1\nb: *x\nb: 2\n", &err), DD_EDATA);
    assert_int_equal(err.n, 3);
    assert_non_null(doc.root); /* so that keys can be checked too */
    dd_yaml_free(&doc);
    dd_error_free(&err);
}

static void
broken_syntax_is_told_with_its_place(void **state)
{
    (void) state;
    check_refused("a: [1, 2\nb: 3\n", 2, 2, "did not find expected ',' or ']'");
    check_refused("a: 1\n\tb: 2\n", 2, 1,
                  "found a tab character that violates indentation");
    check_refused("a: 1\nb: \xff\xfe\n", 2, 4, "invalid leading UTF-8 octet");
}

static void
size_and_depth_are_capped(void **state)
{
    char *text = malloc(DD_YAML_MAX_BYTES + 2);
    dd_error err = { 0 };
    dd_yaml doc;
    (void) state;

    memset(text, '#', DD_YAML_MAX_BYTES + 1);
    text[DD_YAML_MAX_BYTES + 1] = '\0';
    assert_int_equal(parse(&doc, text, &err), DD_EDATA);
    assert_string_equal(err.items[0].wrong, "the file is too large");
    dd_yaml_free(&doc);
    dd_error_free(&err);
    memcpy(text, "a: ", 4);
    memset(text + 3, '[', 40);
    text[43] = '\0';
    check_refused(text, 1, 19, "nested too deeply");
    free(text);
}

static void
a_missing_file_and_a_folder_are_told(void **state)
{
    dd_error err = { 0 };
    dd_yaml doc;
    (void) state;

    assert_int_equal(dd_yaml_read(&doc, "no/such/plan.yaml", &err), DD_EIO);
    assert_string_equal(err.items[0].wrong,
                        "cannot read the file: No such file or directory");
    assert_string_equal(err.items[0].file, "no/such/plan.yaml");
    dd_yaml_free(&doc);
    dd_error_free(&err);
    assert_int_equal(dd_yaml_read(&doc, "/", &err), DD_EIO);
    assert_string_equal(err.items[0].wrong, "cannot read the file: Is a directory");
    dd_yaml_free(&doc);
    dd_error_free(&err);
}

static void
figures_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        dd_unit unit;
        double value;
    } good[] = {
        { "1.5", DD_UNIT_NUMBER, 1.5 },
        { "30%", DD_UNIT_SHARE, 0.3 },
        { "0.3", DD_UNIT_SHARE, 0.3 },
        { "60 days", DD_UNIT_DAYS, 60 },
        { "60", DD_UNIT_DAYS, 60 },
        { "8 weeks", DD_UNIT_DAYS, 56 },
        { "45天", DD_UNIT_DAYS, 45 },
        { "12.5万", DD_UNIT_MONEY, 12500000 },
        { "¥ 1,234.50", DD_UNIT_MONEY, 123450 },
        { "0", DD_UNIT_MONEY, 0 },
    };
    static const struct {
        const char *text;
        dd_unit unit;
    } bad[] = {
        { "nan", DD_UNIT_NUMBER },   { "inf", DD_UNIT_NUMBER },
        { "0x10", DD_UNIT_NUMBER },  { "1,5", DD_UNIT_NUMBER },
        { "5x", DD_UNIT_NUMBER },    { "", DD_UNIT_NUMBER },
        { "30 pct", DD_UNIT_SHARE }, { "2 months", DD_UNIT_DAYS },
        { "days", DD_UNIT_DAYS },    { "lots", DD_UNIT_MONEY },
    };
    double value;
    (void) state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(
            dd_value_read(good[i].text, strlen(good[i].text), good[i].unit, &value), 0);
        assert_close(value, good[i].value, 1e-12);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(
            dd_value_read(bad[i].text, strlen(bad[i].text), bad[i].unit, &value), -1);
}

static void
ranges_become_beliefs(void **state)
{
    dd_belief belief;
    (void) state;

    assert_int_equal(dd_value_belief("8万 to 30万", DD_UNIT_MONEY, &belief), 0);
    assert_int_equal(belief.given, 1);
    assert_close(belief.low, 8e6, 0);
    assert_close(belief.high, 30e6, 0);
    assert_int_equal(dd_value_belief("10%至25%", DD_UNIT_SHARE, &belief), 0);
    assert_close(belief.high, 0.25, 1e-15);
    assert_int_equal(dd_value_belief("30 to 45 days", DD_UNIT_DAYS, &belief), 0);
    assert_close(belief.high, 45, 0);
    assert_int_equal(dd_value_belief("1.5", DD_UNIT_NUMBER, &belief), 0);
    assert_close(belief.low, 1.5, 0);
    assert_close(belief.high, 1.5, 0);
    assert_int_equal(dd_value_belief("30 to 10", DD_UNIT_NUMBER, &belief), -2);
    assert_int_equal(dd_value_belief("5 to", DD_UNIT_NUMBER, &belief), -1);
    assert_int_equal(dd_value_belief("5 to x", DD_UNIT_NUMBER, &belief), -1);
}

static void
laws_are_read_by_name(void **state)
{
    dd_law law;
    (void) state;

    assert_int_equal(dd_value_law("weibull 1.5 30 days", DD_UNIT_DAYS, &law), 0);
    assert_int_equal(law.kind, DD_LAW_WEIBULL);
    assert_close(law.a, 1.5, 0);
    assert_close(law.b, 30, 0);
    assert_int_equal(dd_value_law("lognormal 12万 0.8", DD_UNIT_MONEY, &law), 0);
    assert_int_equal(law.kind, DD_LAW_LOGNORMAL);
    assert_close(law.a, 12e6, 0);
    assert_close(law.b, 0.8, 0);
    assert_int_equal(dd_value_law("fixed 0", DD_UNIT_DAYS, &law), 0);
    assert_int_equal(law.kind, DD_LAW_FIXED);
    assert_int_equal(dd_value_law("exponential 6 weeks", DD_UNIT_DAYS, &law), 0);
    assert_close(law.a, 42, 0);
    assert_int_equal(dd_value_law("17", DD_UNIT_DAYS, &law), 0);
    assert_int_equal(law.kind, DD_LAW_EXPONENTIAL);
    assert_int_equal(dd_value_law("weibull 0 30", DD_UNIT_DAYS, &law), -1);
    assert_int_equal(dd_value_law("weibull 30", DD_UNIT_DAYS, &law), -1);
    assert_int_equal(dd_value_law("lognormal 20", DD_UNIT_DAYS, &law), -1);
    assert_int_equal(dd_value_law("gamma 2 3", DD_UNIT_DAYS, &law), -1);
    assert_int_equal(dd_value_law("exponential", DD_UNIT_DAYS, &law), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_values_know_their_places),
        cmocka_unit_test(json_is_read_by_the_same_code),
        cmocka_unit_test(an_empty_document_has_no_keys_and_null_no_value),
        cmocka_unit_test(what_hides_the_meaning_is_refused),
        cmocka_unit_test(several_problems_are_told_in_one_run),
        cmocka_unit_test(broken_syntax_is_told_with_its_place),
        cmocka_unit_test(size_and_depth_are_capped),
        cmocka_unit_test(a_missing_file_and_a_folder_are_told),
        cmocka_unit_test(figures_are_read_as_people_write_them),
        cmocka_unit_test(ranges_become_beliefs),
        cmocka_unit_test(laws_are_read_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
