/* --rejects and --strict through the program, and the lines that are quoted. */
#include "answers.h"
#include "input/lines.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("good.csv", "deal_id,stage,entered_at\nA,Needs,2025-01-03\n");
    write_file("bad.csv",
               "deal_id,stage,entered_at,amount\r\nA,Needs,2025-01-03,5\r\n\r\n"
               "B,Needs,soon,\"1,5\"\r\nA,Won,2025-02-03,7\r\nA,Needs,2025-03-03,7\r\n"
               "=C,Needs,,\r\n");
    return 0;
}

static void
refused_rows_are_written_in_the_order_of_their_lines(void **state)
{
    (void) state;
    assert_int_equal(run("$D check $T/bad.csv --rejects $T/r.csv >/dev/null; "
                         "sed \"s|$T/||\" $T/r.csv"),
                     0);
    assert_string_equal(
        said, "file,line,column,value,reason,original\n"
              "bad.csv,4,entered_at,soon,not a date,\"B,Needs,soon,\"\"1,5\"\"\"\n"
              "bad.csv,6,deal_id,A,deal 'A' goes on after its end (Won on 2025-02-03),"
              "\"A,Needs,2025-03-03,7\"\n"
              "bad.csv,7,entered_at,,no date,\"'=C,Needs,,\"\n");
}

static void
without_refused_rows_there_is_a_heading(void **state)
{
    (void) state;
    assert_int_equal(run("$D check $T/good.csv --rejects $T/r.csv >/dev/null; "
                         "cat $T/r.csv"),
                     0);
    assert_string_equal(said, "file,line,column,value,reason,original\n");
    assert_int_equal(run("$D check $T/good.csv --rejects /no/such/r.csv 2>&1"), 1);
    assert_said("/no/such/r.csv");
}

static void
strict_makes_any_refusal_an_error(void **state)
{
    (void) state;
    assert_int_equal(run("$D check $T/good.csv --strict 2>&1"), 0);
    assert_int_equal(run("$D check $T/bad.csv 2>&1"), 0);
    assert_int_equal(run("$D check $T/bad.csv --strict 2>&1"), 1);
    assert_said("Rows refused"); /* the answer all the same */
    assert_said("bad.csv:4: rows refused under --strict: 3, the first because: not a "
                "date, read 'soon'");
    assert_int_equal(run("$D forecast $T/bad.csv --strict 2>&1"), 1);
    assert_said("rows refused under --strict");
    assert_int_equal(run("$D deals $T/bad.csv --strict 2>&1"), 1);
    assert_said("rows refused under --strict");
    assert_int_equal(run("$D backtest $T/bad.csv --strict 2>&1"), 1);
    assert_said("rows refused under --strict");
}

static void
assert_line(const void *bytes, size_t n, long line, const char *expected)
{
    const long wanted[] = { 1, line, line, 99 };
    char *text[4], path[64];
    dd_error err = { 0 };
    FILE *file;

    snprintf(path, sizeof path, "%s/r.csv", folder);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    assert_int_equal(dd_lines_find(path, wanted, 4, text, &err), DD_OK);
    assert_string_equal(text[1], expected);
    assert_string_equal(text[2], expected);
    assert_null(text[3]);
    for (int i = 0; i < 4; i++)
        free(text[i]);
}

static void
lines_are_found_in_every_encoding(void **state)
{
    static const char utf16[] = "\xFF\xFE"
                                "a\0\n\0k\x4E\n\0c\0";
    char *text[1];
    const long line = 1;
    dd_error err = { 0 };

    (void) state;
    assert_line("a\nb\r\nc", 6, 2, "b");
    assert_line("a\nb\r\nc", 6, 3, "c");
    assert_line("a\rb\rc", 5, 2, "b");
    assert_line("a\n\nc\n", 5, 2, "");
    assert_line(utf16, sizeof utf16 - 1, 2, "乫");
    /* A record goes on inside a cell's quotes, unless they never close: then its first
     * line is all that is surely its own. A quote within a cell opens nothing. */
    assert_line("a\nb,\"c\nd \"\"e\"\"\",f\ng", 19, 2, "b,\"c\nd \"\"e\"\"\",f");
    assert_line("a\nb,\"c\nd\ne", 11, 2, "b,\"c");
    assert_line("a\nb,5\"c\nd\n", 10, 2, "b,5\"c");
    assert_int_equal(dd_lines_find("/no/such", &line, 1, text, &err), DD_EIO);
    dd_error_free(&err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_rows_are_written_in_the_order_of_their_lines),
        cmocka_unit_test(without_refused_rows_there_is_a_heading),
        cmocka_unit_test(strict_makes_any_refusal_an_error),
        cmocka_unit_test(lines_are_found_in_every_encoding),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
