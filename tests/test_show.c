/* Text for people: values, templates, tables, bars, files. */
#include "check.h"
#include "base/text.h"
#include "show/output.h"
#include "show/show.h"
#include "show/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double no_error = 0.0;

static void
assert_money(double minor, double error, const char *currency, const char *expected)
{
    char buffer[DD_VALUE_BUFFER];
    assert_string_equal(dd_value_money(buffer, minor, error, currency), expected);
}

static void
amounts_are_written_as_people_read_them(void **state)
{
    (void) state;
    assert_money(500000000.0, no_error, "CNY", "500万");
    assert_money(182340000.0, no_error, "CNY", "182.34万");
    assert_money(1234000000000.0, no_error, "CNY", "123.4亿");
    assert_money(-182340000.0, no_error, "CNY", "-182.34万");
    assert_money(523450.0, no_error, "CNY", "5,235");
    assert_money(280249600.0, no_error, "USD", "2,802,496");
    assert_money(18679.0, no_error, NULL, "186.79");
    assert_money(0.0, no_error, "CNY", "0");
}

/* A standard error of 34 567.89 knows the ten-thousands: 2 802 496 -> 280万. */
static void
digits_below_the_first_of_the_standard_error_are_cut(void **state)
{
    (void) state;
    assert_money(280249612.0, 3456789.0, "USD", "2,800,000");
    assert_money(280249612.0, 3456789.0, "CNY", "280万");
    assert_money(280249612.0, 234567.0, "CNY", "280.2万");
    assert_money(1196.0, 3456789.0, "USD", "0");
}

static void
changes_of_chances_have_a_sign_and_their_errors_none(void **state)
{
    static const double change[] = { 0.0594, -0.132, 0.00001, 0.257 };
    static const double error[] = { 0.0021, 0.004, 0.0001, 0.031 };
    static const char *const said[] = { "+5.9 pp ± 0.2 pp", "-13.2 pp ± 0.4 pp",
                                        "0.0 pp ± 0.0 pp", "+26 pp ± 3 pp" };
    const dd_value_style style = { NULL, 0, DD_NO_DAY };
    (void) state;
    for (int i = 0; i < 4; i++) {
        dd_doc doc;
        char *text;
        assert_int_equal(dd_doc_init(&doc), DD_OK);
        dd_doc_points(&doc, doc.root, "change", change[i]);
        dd_doc_points(&doc, doc.root, "mcse", error[i]);
        text = dd_template_fill("{change+-mcse}", doc.root, &style, NULL, NULL);
        assert_string_equal(text, said[i]);
        free(text);
        dd_doc_free(&doc);
    }
}

/* 504.56 + 315.56 + 1.59 = 821.71: cut, they make 820; the two steps to 822 go to the
 * largest remainders, .59 and .56 (the first of two). */
static void
parts_as_written_add_up_to_the_sum_as_written(void **state)
{
    const double part[] = { 504560000.0, 315560000.0, 1590000.0 };
    double step = dd_value_step(821710000.0, 1350000.0, "CNY"), sum = 0.0;
    (void) state;
    assert_close(step, 1000000.0, 0.0);
    assert_close(dd_value_part(part, 3, 0, step), 505000000.0, 0.0);
    assert_close(dd_value_part(part, 3, 1, step), 315000000.0, 0.0);
    assert_close(dd_value_part(part, 3, 2, step), 2000000.0, 0.0);
    for (size_t i = 0; i < 3; i++)
        sum += dd_value_part(part, 3, i, step);
    assert_close(sum, 822000000.0, 0.0);
}

static void
assert_chance(double chance, double error, const char *expected)
{
    char buffer[DD_VALUE_BUFFER];
    assert_string_equal(dd_value_chance(buffer, chance, error), expected);
}

static void
simulated_chances_are_never_quite_nothing_or_certain(void **state)
{
    const double exact = (double) NAN;
    (void) state;
    assert_chance(0.7134, 0.004, "71.3 %");
    assert_chance(0.7134, 0.04, "71 %");
    assert_chance(0.0, 3e-5, "< 0.1 %");
    assert_chance(1.0, 3e-5, "> 99.9 %");
    assert_chance(0.0, -1.0, "< 0.1 %");
    assert_chance(0.4, 0.0, "40.0 %");
    assert_chance(1.0, 0.0, "100 %");
    assert_chance(0.0, exact, "0 %");
    assert_chance(1.0, exact, "100 %");
    assert_chance(0.0713, exact, "7.1 %");
    assert_chance(0.713, exact, "71 %");
}

/* The doc as text, to be freed. */
static char *
text_of(const dd_doc *doc, int colour)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(dd_text_write(doc, colour, out), DD_OK);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
assert_text(dd_doc *doc, const char *expected)
{
    char *text = text_of(doc, 0);
    assert_string_equal(text, expected);
    free(text);
    dd_doc_free(doc);
}

/* 0.52 of 10 columns are 5 full ones, 0.8 ends with the eighth; wide words before a bar
 * do not move it; nothing is drawn of what is not known. */
static void
bars_of_what_came_stand_against_marks_of_what_was_said(void **state)
{
    static const dd_doc_column columns[]
        = { { "Of", "{of}" }, { "", "{came#10@said}" } };
    dd_doc doc;
    dd_doc_node *list, *row;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    list = dd_doc_list(&doc, doc.root, "rows");
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "of", "客户");
    dd_doc_chance(&doc, row, "came", 0.52);
    dd_doc_chance(&doc, row, "said", 0.8);
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "of", "won");
    dd_doc_chance(&doc, row, "came", 1.0);
    dd_doc_chance(&doc, row, "said", 0.5);
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "of", "new");
    dd_doc_null(&doc, row, "came");
    dd_doc_chance(&doc, row, "said", 0.5);
    dd_doc_table(&doc, NULL, list, columns, 2);
    assert_text(&doc, "Of    \n"
                      "────────────────\n"
                      "客户  █████··┃··\n"
                      "won   ████┃█████\n"
                      "new   \n");
}

static void
a_sentence_is_filled_with_values_and_their_errors(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_text(&doc, doc.root, "currency", "CNY");
    dd_doc_text(&doc, doc.root, "label", "2026Q4");
    dd_doc_chance(&doc, doc.root, "p", 0.7134);
    dd_doc_chance(&doc, doc.root, "p_mcse", 0.0041);
    dd_doc_money(&doc, doc.root, "mean", 620341827.0);
    dd_doc_money(&doc, doc.root, "mean_mcse", 1200000.0);
    dd_doc_null(&doc, doc.root, "target");
    dd_doc_say(&doc, NULL, "{label}: {p+-p_mcse}, expect {mean~mean_mcse} of {target}.");
    dd_doc_say(&doc, NULL, "Nothing is known of {target}.");
    assert_text(&doc, "2026Q4: 71.3 % ± 0.4 %, expect 620万 of –.\n");
}

/* A third of 10,000 each; the unit that is left goes to the largest. */
static void
a_template_writes_parts_so_that_they_add_up(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_money(&doc, doc.root, "a", 333333.3);
    dd_doc_money(&doc, doc.root, "b", 333333.3);
    dd_doc_money(&doc, doc.root, "c", 333333.4);
    dd_doc_say(&doc, NULL, "{a=a+b+c} + {b=a+b+c} + {c=a+b+c}");
    assert_text(&doc, "3,333 + 3,333 + 3,334\n");
}

/* 5,193 + 362 = 5,555, known to the hundred: 5,600, of which the smaller part lost more. An
 * unknown part is no part, and leaves the other as it is. */
static void
counts_are_written_so_that_they_add_up(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_count(&doc, doc.root, "new", 5193);
    dd_doc_count(&doc, doc.root, "open", 362);
    dd_doc_count(&doc, doc.root, "all", 5555);
    dd_doc_null(&doc, doc.root, "none");
    dd_doc_number(&doc, doc.root, "e", 229.8);
    dd_doc_say(&doc, NULL, "{all~e} = {new~e=new+open} + {open~e=new+open}");
    dd_doc_say(&doc, NULL, "{new=new+open} + {open=new+open}; {open=open+none}");
    assert_text(&doc, "5,600 = 5,200 + 400\n5,193 + 362; 362\n");
}

static void
tables_line_up_under_chinese_names_and_drop_unknown_columns(void **state)
{
    static const dd_doc_column columns[] = {
        { "Stage", "{name}" },
        { "Deals", "{deals}" },
        { "Gap", "{gap}" },
        { "Range", "{low} – {high}" },
    };
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_node *list = dd_doc_list(&doc, doc.root, "stages");
    for (int i = 0; i < 2; i++) {
        dd_doc_node *row = dd_doc_object(&doc, list, NULL);
        dd_doc_text(&doc, row, "name", i ? "Negotiation" : "初次接触");
        dd_doc_count(&doc, row, "deals", i ? 7 : 1234);
        dd_doc_null(&doc, row, "gap");
        dd_doc_count(&doc, row, "low", 3 * i);
        dd_doc_count(&doc, row, "high", 11 * (i + 1));
    }
    dd_doc_table(&doc, "By stage", list, columns, 4);
    assert_text(&doc, "By stage\n"
                      "Stage        Deals   Range\n"
                      "──────────────────────────\n"
                      "初次接触     1,234  0 – 11\n"
                      "Negotiation      7  3 – 22\n");
}

static void
assert_lines_within(const char *text, size_t widest)
{
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(dd_text_width_n(line, strcspn(line, "\n")) <= widest);
}

/* With gaps of 2 between them columns of 5, 30, 60, 11 and 6 are 120: the widest is cut. An
 * id of 62 leaves 34 for name and note alone, of 20 and 14; one of 78 leaves 18, which is
 * less than was asked for. Half a wide character is none. */
static void
a_table_that_is_to_fit_cuts_words_and_leaves_out_columns(void **state)
{
    static const dd_doc_column columns[] = {
        { "Id", "{id}" },         { "Name", "{name}" }, { "Note", "{note}" },
        { "Amount", "{amount}" }, { "Days", "{days}" },
    };
    static const signed char fit[] = { 0, -20, -10, 2, 1 };
    static const struct {
        int id;
        const char *name, *note;
        int all;
    } cases[] = { { 5, "a name of 30 columns, that is.  望岳地产",
                    "维保合同的备注有六十列宽一直写…   123,456,789  12,345\n", 1 },
                  { 62, "  a name of 30 column…", "  望岳地产维保…\n", 0 },
                  { 78, "  a name of…", "  望岳地…\n", 0 } };
    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dd_doc doc;
        char id[80], *text;
        memset(id, 'x', sizeof id);
        id[cases[i].id] = '\0';
        assert_int_equal(dd_doc_init(&doc), DD_OK);
        dd_doc_node *list = dd_doc_list(&doc, doc.root, "rows");
        dd_doc_node *row = dd_doc_object(&doc, list, NULL);
        dd_doc_text(&doc, row, "id", id);
        dd_doc_text(&doc, row, "name", "a name of 30 columns, that is.");
        dd_doc_text(&doc, row, "note",
                    "望岳地产维保合同的备注有六十列宽一直写到这里为止才算完的字吧");
        dd_doc_count(&doc, row, "amount", 123456789);
        dd_doc_count(&doc, row, "days", 12345);
        dd_doc_table(&doc, NULL, list, columns, 5);
        dd_doc_table_fit(&doc, fit);
        text = text_of(&doc, 0);
        assert_lines_within(text, 100);
        assert_int_equal(strstr(text, "Days") != NULL, cases[i].all);
        if (!strstr(text, cases[i].name) || !strstr(text, cases[i].note))
            fail_msg("%s", text);
        free(text);
        dd_doc_free(&doc);
    }
}

/* 8 + 40 + 62 + 9 columns and three times two between: 25 too many. The note gives 22 of them,
 * down to the name's 40, and both in turn the rest: 38 and 39. A word that is longer than a
 * line is broken, and no line ends in a blank. */
static void
words_of_a_table_too_wide_go_on_below(void **state)
{
    static const dd_doc_column columns[] = {
        { "Id", "{id}" }, { "Name", "{name}" }, { "Note", "{note}" }, { "N", "{n}" }
    };
    dd_doc doc;
    char *text;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_node *list = dd_doc_list(&doc, doc.root, "rows");
    dd_doc_node *row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "id", "xxxxxxxx");
    dd_doc_text(&doc, row, "name", "a name that is forty columns wide, this.");
    dd_doc_text(&doc, row, "note",
                "望岳地产维保合同的备注有六十列宽一直写到这里为止才算完的字吧");
    dd_doc_count(&doc, row, "n", 1234567);
    row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "id", "y");
    dd_doc_text(&doc, row, "name", "short");
    dd_doc_text(&doc, row, "note", "short");
    dd_doc_count(&doc, row, "n", 5);
    dd_doc_table(&doc, NULL, list, columns, 4);
    text = text_of(&doc, 0);
    assert_lines_within(text, 100);
    if (!strstr(
            text,
            "xxxxxxxx  a name that is forty columns wide,      "
            "望岳地产维保合同的备注有六十列宽一直写   1,234,567\n"
            "          this.                                   到这里为止才算完的字吧\n"
            "y         short                                   short                    "
            "                        5\n"))
        fail_msg("%s", text);
    assert_null(strstr(text, " \n"));
    free(text);
    dd_doc_free(&doc);
}

/* The year goes where the day is the next of its name: not on as-of's own day a year on, but
 * for 29 February whenever it comes. */
static void
a_day_within_a_year_needs_no_year(void **state)
{
    static const struct {
        int year, month, day;
        const char *text;
    } days[] = { { 2026, 11, 21, "11-21" },      { 2027, 11, 20, "11-20" },
                 { 2027, 11, 21, "2027-11-21" }, { 2026, 11, 20, "2026-11-20" },
                 { 2026, 11, 19, "2026-11-19" }, { 2028, 2, 29, "02-29" },
                 { 2032, 1, 31, "2032-01-31" } };
    char buffer[DD_VALUE_BUFFER];
    (void) state;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        dd_day day = dd_day_from_civil(days[i].year, days[i].month, days[i].day);
        dd_value_day(buffer, day, dd_day_from_civil(2026, 11, 20));
        assert_string_equal(buffer, days[i].text);
        dd_value_day(buffer, day, DD_NO_DAY);
        assert_int_equal(strlen(buffer), 10);
    }
}

static void
what_is_true_is_marked(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_truth(&doc, doc.root, "yes", 1);
    dd_doc_truth(&doc, doc.root, "no", 0);
    dd_doc_null(&doc, doc.root, "unknown");
    dd_doc_say(&doc, NULL, "a{yes?*} b{no?*} c{unknown?*} {yes}");
    assert_text(&doc, "a* b c yes\n");
}

static void
warnings_close_the_text_and_long_ones_are_folded(void **state)
{
    dd_doc doc;
    dd_notes notes = { 0 };
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    assert_int_equal(dd_notes_add(&notes, "a", "short"), DD_OK);
    assert_int_equal(dd_notes_add(&notes, "b",
                                  "forty characters of text come first here "
                                  "and as many again follow the first ones"),
                     DD_OK);
    dd_doc_warnings(&doc, &notes);
    dd_doc_say(&doc, NULL, "Said.");
    dd_notes_free(&notes);
    assert_text(&doc, "Said.\n\nTo know\n- short\n"
                      "- forty characters of text come first here and as many again "
                      "follow the first\n  ones\n");
}

/* 76 columns stand before "46", so that "46 %" would fit a line of 80, and "± 2 %" not. */
static void
a_number_stays_with_its_sign_and_error(void **state)
{
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_say(&doc, NULL,
               "seventy-six columns of text come before the number and its error, and "
               "then - 46 % ± 2 %.");
    assert_text(&doc,
                "seventy-six columns of text come before the number and its error, "
                "and then -\n46 % ± 2 %.\n");
}

static void
bars_show_the_shape_and_marks_point_at_their_bin(void **state)
{
    const double share[] = { 0.125, 0.5, 0.375 };
    dd_doc doc;
    char *text;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_histogram(&doc, "Bookings", 40000.0, 10000.0, share, 3);
    dd_doc_histogram_mark(&doc, 57300.0, "median");
    dd_doc_histogram_mark(&doc, 90000.0, "target");
    text = text_of(&doc, 0);
    assert_non_null(strstr(text, "   below 500 █████████ 12 %\n"));
    assert_non_null(strstr(text, "   500 – 600 ████████████████████████████████████ "
                                 "50 %  ◂ median 570\n"));
    assert_non_null(strstr(text, "600 and more ███████████████████████████ 38 %"
                                 "  ◂ target 900\n"));
    free(text);
    dd_doc_free(&doc);
}

static void
flags_are_coloured_only_where_colour_is_asked_for(void **state)
{
    dd_doc doc;
    char *plain, *coloured;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_flag(&doc, doc.root, "flag", "red");
    dd_doc_say(&doc, NULL, "{flag}");
    plain = text_of(&doc, 0);
    coloured = text_of(&doc, 1);
    assert_string_equal(plain, "red\n");
    assert_string_equal(coloured, "\033[31mred\033[0m\n");
    free(plain);
    free(coloured);
    dd_doc_free(&doc);
}

static void
a_long_table_prints_its_first_rows_only(void **state)
{
    static const dd_doc_column columns[] = { { "N", "{n}" } };
    dd_doc doc;
    dd_doc_node *list;
    char *text;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    list = dd_doc_list(&doc, doc.root, "rows");
    for (int i = 0; i < 30; i++)
        dd_doc_count(&doc, dd_doc_object(&doc, list, NULL), "n", 100 + i);
    dd_doc_table(&doc, NULL, list, columns, 1);
    dd_doc_table_rows(&doc, 2);
    text = text_of(&doc, 0);
    assert_string_equal(text, "  N\n───\n100\n101\n");
    free(text);
    dd_doc_free(&doc);
}

static void
every_so_many_rows_are_printed_up_to_the_last(void **state)
{
    static const dd_doc_column columns[] = { { "N", "{n}" } };
    dd_doc doc;
    dd_doc_node *list;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    list = dd_doc_list(&doc, doc.root, "rows");
    for (int i = 0; i < 11; i++)
        dd_doc_count(&doc, dd_doc_object(&doc, list, NULL), "n", 100 + i);
    dd_doc_table(&doc, NULL, list, columns, 1);
    dd_doc_table_step(&doc, 3);
    assert_text(&doc, "  N\n───\n101\n104\n107\n110\n");
}

/* 93 columns by its headings, 78 where the widest of them take two lines. */
static void
headings_take_two_lines_where_a_table_is_too_wide(void **state)
{
    static const dd_doc_column columns[] = {
        { "Name", "{name}" },
        { "+ new deals", "{n}" },
        { "Chance of target", "{n}" },
        { "Last", "{n}" },
    };
    dd_doc doc;
    (void) state;
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_doc_node *list = dd_doc_list(&doc, doc.root, "rows");
    dd_doc_node *row = dd_doc_object(&doc, list, NULL);
    dd_doc_text(&doc, row, "name",
                "a name of fifty-four letters, which is most of a line");
    dd_doc_count(&doc, row, "n", 1234);
    dd_doc_table(&doc, NULL, list, columns, 4);
    assert_text(
        &doc, "                                                       + new     Chance\n"
              "Name                                                   deals  of target  "
              " Last\n"
              "─────────────────────────────────────────────────────────────────────────"
              "─────\n"
              "a name of fifty-four letters, which is most of a line  1,234      1,234  "
              "1,234\n");
}

static void
read_file(const char *path, char text[64])
{
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, 63, in)] = '\0';
    fclose(in);
}

static void
a_file_appears_whole_when_closed_and_not_before(void **state)
{
    char folder[] = "/tmp/dd_show_XXXXXX", path[64], text[64];
    dd_output output;
    (void) state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
    assert_int_equal(dd_output_open(&output, path, NULL), DD_OK);
    fputs("first", output.file);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(dd_output_close(&output, NULL), DD_OK);
    assert_int_equal(dd_output_open(&output, path, NULL), DD_OK);
    fputs("second", output.file);
    dd_output_abandon(&output);
    read_file(path, text);
    assert_string_equal(text, "first");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void
a_full_disk_and_a_missing_folder_are_errors_with_their_reason(void **state)
{
    dd_output output;
    dd_error err = { 0 };
    (void) state;
    assert_int_equal(dd_output_open(&output, "/dev/full", &err), DD_OK);
    fputs("text", output.file);
    assert_int_equal(dd_output_close(&output, &err), DD_EIO);
    assert_string_equal(err.items[0].file, "/dev/full");
    assert_string_equal(err.items[0].wrong, "cannot write: No space left on device");
    assert_int_equal(dd_output_open(&output, "/no/such/folder/x", &err), DD_EIO);
    assert_string_equal(err.items[1].wrong, "cannot write: No such file or directory");
    assert_int_equal(dd_output_open(&output, "/tmp", &err), DD_EIO);
    assert_string_equal(err.items[2].wrong, "cannot write: Is a directory");
    dd_error_free(&err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_written_as_people_read_them),
        cmocka_unit_test(bars_of_what_came_stand_against_marks_of_what_was_said),
        cmocka_unit_test(digits_below_the_first_of_the_standard_error_are_cut),
        cmocka_unit_test(changes_of_chances_have_a_sign_and_their_errors_none),
        cmocka_unit_test(parts_as_written_add_up_to_the_sum_as_written),
        cmocka_unit_test(a_template_writes_parts_so_that_they_add_up),
        cmocka_unit_test(counts_are_written_so_that_they_add_up),
        cmocka_unit_test(simulated_chances_are_never_quite_nothing_or_certain),
        cmocka_unit_test(a_sentence_is_filled_with_values_and_their_errors),
        cmocka_unit_test(tables_line_up_under_chinese_names_and_drop_unknown_columns),
        cmocka_unit_test(a_table_that_is_to_fit_cuts_words_and_leaves_out_columns),
        cmocka_unit_test(words_of_a_table_too_wide_go_on_below),
        cmocka_unit_test(a_day_within_a_year_needs_no_year),
        cmocka_unit_test(what_is_true_is_marked),
        cmocka_unit_test(warnings_close_the_text_and_long_ones_are_folded),
        cmocka_unit_test(a_number_stays_with_its_sign_and_error),
        cmocka_unit_test(bars_show_the_shape_and_marks_point_at_their_bin),
        cmocka_unit_test(flags_are_coloured_only_where_colour_is_asked_for),
        cmocka_unit_test(a_long_table_prints_its_first_rows_only),
        cmocka_unit_test(every_so_many_rows_are_printed_up_to_the_last),
        cmocka_unit_test(headings_take_two_lines_where_a_table_is_too_wide),
        cmocka_unit_test(a_file_appears_whole_when_closed_and_not_before),
        cmocka_unit_test(a_full_disk_and_a_missing_folder_are_errors_with_their_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
