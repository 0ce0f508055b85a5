/* Files as they should not be, and what the program says of them. */
#include "funnel_folder.h"

#include <sys/wait.h>

static funnel_folder here;
static char said[1 << 20];

/* `dealdice check` of a file, called from its folder: long paths would wrap the tables.
 * Returns the status. */
static int
check(const char *name)
{
    const char *program = getenv("DEALDICE");
    char command[600];
    size_t n;
    FILE *pipe;
    int status;

    snprintf(command, sizeof command,
             "D=$(realpath '%s'); cd %s && \"$D\" check ./%s 2>&1 | sed 's|\\./||g; s/  "
             "*/ /g'",
             program ? program : "build/dealdice", here.path, name);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    n = fread(said, 1, sizeof said - 1, pipe);
    said[n] = '\0';
    status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
assert_said(const char *part)
{
    if (!strstr(said, part))
        fail_msg("'%s' is not in:\n%.3000s", part, said);
}

static void
check_bytes(const void *bytes, size_t n)
{
    folder_init(&here);
    folder_write_bytes(&here, "h.csv", bytes, n);
    check("h.csv");
}

static void
check_text(const char *text)
{
    check_bytes(text, strlen(text));
}

static void
a_nul_byte_is_told(void **state)
{
    static const char bytes[] = "deal_id,stage,entered_at\nA,Contact,2024-03-05\n"
                                "B\0,Contact,2024-03-05\n";

    (void) state;
    check_bytes(bytes, sizeof bytes - 1);
    assert_said("h.csv 3 B ,Contact,2024-03-05 a NUL byte: this is not text");
    folder_free(&here);
}

static void
a_broken_formula_is_told(void **state)
{
    (void) state;
    check_text("deal_id,stage,entered_at,amount\nA,Contact,2024-03-05,#REF!\n"
               "B,Contact,#REF!,5\nC,Contact,2024-03-05,5\n");
    assert_said("h.csv 2 amount #REF! not an amount");
    assert_said("h.csv 3 entered_at #REF! not a date");
    assert_said("1 deals: 0 won");
    folder_free(&here);
}

static void
two_currencies_are_told_with_the_way_out(void **state)
{
    (void) state;
    check_text("deal_id,stage,entered_at,amount,currency\nA,Contact,2024-03-05,5,EUR\n"
               "B,Contact,2024-03-06,5,USD\n");
    assert_said(
        "h.csv:3: two currencies, 'EUR' and 'USD', and no exchange rate: amounts "
        "of both cannot be added, expected 'currency: EUR' and 'fx: {USD: RATE}' "
        "in a funnel file");
    folder_free(&here);
}

static void
a_field_of_a_million_characters_is_quoted_by_its_start(void **state)
{
    const size_t n = 1000000;
    char *text = malloc(n + 200);
    size_t used
        = (size_t) sprintf(text, "deal_id,stage,entered_at,amount\n"
                                 "B,Contact,2024-03-05,5\nA,Contact,2024-03-05,");

    (void) state;
    assert_non_null(text);
    memset(text + used, 'x', n);
    strcpy(text + used + n, "\n");
    check_text(text);
    assert_said("xxx…");
    assert_said("h.csv:3: not an amount");
    assert_true(strlen(said) < 5000);
    folder_free(&here);
    free(text);
}

static void
three_thousand_columns_are_read_or_quoted_by_their_start(void **state)
{
    char *text = malloc(200000);
    size_t used = 0;

    (void) state;
    assert_non_null(text);
    for (int c = 0; c < 3000; c++)
        used += (size_t) sprintf(text + used, "f%d,", c);
    used += (size_t) sprintf(text + used, "deal_id,stage,entered_at\n");
    for (int c = 0; c < 3000; c++)
        used += (size_t) sprintf(text + used, "%d,", c);
    sprintf(text + used, "A,Contact,2024-03-05\n");
    check_text(text);
    assert_said("1 deals: 0 won, 0 lost, 1 open");
    folder_free(&here);
    memcpy(strstr(text, "deal_id,stage,entered_at"), "ddd,sss,eee             ", 24);
    check_text(text);
    assert_said("h.csv:1: no known column, read 'f0, f1, f2,");
    assert_true(strlen(said) < 2000);
    folder_free(&here);
    free(text);
}

static void
a_workbook_renamed_is_told(void **state)
{
    static const char bytes[] = "PK\3\4\24\0\6\0\10\0\0\0!\0xl/worksheets/sheet1.xml";

    (void) state;
    check_bytes(bytes, sizeof bytes - 1);
    assert_said("h.csv: is a workbook, not a CSV file");
    assert_said("CSV UTF-8");
    folder_free(&here);
}

/* UTF-8 with one line pasted in Windows-1252: that line is lost, no other is bent. */
static void
mixed_encodings_cost_only_their_rows(void **state)
{
    (void) state;
    check_text("deal_id,stage,entered_at,owner\nA,Contact,2024-03-05,Jörg\n"
               "B,Contact,2024-03-05,J\xF6rg\nC,Contact,2024-03-05,Zoë\n");
    assert_said("2 deals: 0 won");
    assert_said("h.csv 3 B,Contact,2024-03-05,J bytes that do not belong to the file's "
                "encoding");
    folder_free(&here);
}

static void
duplicate_ids_are_told_with_the_first_one(void **state)
{
    (void) state;
    check_text("deal_id,stage,created_at\nA,Contact,2024-03-05\nB,Contact,2024-03-05\n"
               "A,Needs,2024-03-06\n");
    assert_said("h.csv 4 deal_id A deal 'A' is already at h.csv:2");
    folder_free(&here);
}

static void
two_stages_at_one_moment_keep_the_order_of_the_file(void **state)
{
    (void) state;
    check_text("deal_id,stage,entered_at\nA,Contact,2024-03-05\nA,Needs,2024-03-05\n"
               "A,Needs,2024-03-05\nA,Won,2024-03-07\n");
    assert_said("as the deal's row before, in another stage: 1;");
    assert_said("inferred from how deals move: Contact, Needs");
    folder_free(&here);
}

static void
photos_out_of_order_are_put_in_order(void **state)
{
    (void) state;
    folder_init(&here);
    folder_write(&here, "b_20240305.csv", "deal_id,stage\nA,Needs\n");
    folder_write(&here, "a_20240312.csv", "deal_id,stage\nA,Offer\nB,Needs\n");
    check("");
    assert_said("photos from 2024-03-05 to 2024-03-12: 2, mostly 7 days apart");
    assert_said("Pipeline Needs 2 1 1");
    folder_free(&here);
}

static void
people_and_activities_that_contradict_the_history_are_told(void **state)
{
    (void) state;
    folder_init(&here);
    folder_write(&here, "h.csv", "deal_id,stage,entered_at\nA,Contact,2024-03-05\n");
    folder_write(&here, "reps.csv",
                 "owner,start,end\nLi,2024-01-01,2024-06-30\n"
                 "Li,2024-06-01,\n");
    folder_write(&here, "act.csv",
                 "date,owner,activity,count,deal_id\n2024-03-06,Li,visit,2,Q7\n"
                 "2024-03-06,Li,visit,2,A\n");
    folder_write(&here, "f.yaml",
                 "history: h.csv\nreps: reps.csv\nactivities: act.csv\n");
    check("f.yaml");
    assert_said("reps.csv 3 owner Li the rep has a span over the same days already, in "
                "line 2");
    assert_said("act.csv 2 deal_id Q7 deal 'Q7' is not in the history");
    assert_said("Spans of reps: 1.");
    assert_said("Activities: 2 visits, 0 leads.");
    assert_said("reps.csv reps UTF-8 2 1");
    folder_free(&here);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nul_byte_is_told),
        cmocka_unit_test(a_broken_formula_is_told),
        cmocka_unit_test(two_currencies_are_told_with_the_way_out),
        cmocka_unit_test(a_field_of_a_million_characters_is_quoted_by_its_start),
        cmocka_unit_test(three_thousand_columns_are_read_or_quoted_by_their_start),
        cmocka_unit_test(a_workbook_renamed_is_told),
        cmocka_unit_test(mixed_encodings_cost_only_their_rows),
        cmocka_unit_test(duplicate_ids_are_told_with_the_first_one),
        cmocka_unit_test(two_stages_at_one_moment_keep_the_order_of_the_file),
        cmocka_unit_test(photos_out_of_order_are_put_in_order),
        cmocka_unit_test(people_and_activities_that_contradict_the_history_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
