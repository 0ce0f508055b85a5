/* What people are told when their files are not what they think: each message by the
 * program itself, with its place and its exit status. */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/dd_messages_XXXXXX";
static char said[100000];

/* Run the program in the folder; both outputs are kept. @return the exit status */
static int
run(const char *arguments)
{
    char command[2000], here[1000], said_path[1100];
    const char *program = getenv("DEALDICE");
    FILE *pipe;
    int status;

    assert_non_null(getcwd(here, sizeof here));
    program = program != NULL ? program : "build/dealdice";
    snprintf(said_path, sizeof said_path, "%s%s%s", program[0] == '/' ? "" : here,
             program[0] == '/' ? "" : "/", program);
    snprintf(command, sizeof command, "cd %s && '%s' %s 2>&1", folder, said_path,
             arguments);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, sizeof said - 1, pipe)] = '\0';
    status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
assert_tells(const char *arguments, int status, const char *message)
{
    int got = run(arguments);

    if (strstr(said, message) == NULL)
        fail_msg("'%s' says:\n%s\nand not:\n%s", arguments, said, message);
    assert_int_equal(got, status);
}

static FILE *
file_in_folder(const char *name)
{
    char path[100];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void
write_file(const char *name, const char *text)
{
    FILE *file = file_in_folder(name);

    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#define HEADING "deal_id,stage,entered_at,amount\n"
#define WON_DEAL(id, month) \
    id ",Contact,2026-" month "-03,900\n" id ",Needs,2026-" month "-09,900\n" id \
       ",Won,2026-" month "-27,900\n"
#define LOST_DEAL(id, month) \
    id ",Contact,2026-" month "-04,700\n" id ",Lost,2026-" month "-21,700\n"
#define OPEN_DEAL(id, month) id ",Contact,2026-" month "-11,800\n"
#define GOOD \
    HEADING WON_DEAL("W-1", "01") WON_DEAL("W-2", "02") LOST_DEAL("L-1", "01") \
        LOST_DEAL("L-2", "03") OPEN_DEAL("O-1", "04")

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("good.csv", GOOD);
    return 0;
}

static int
remove_folder(void **state)
{
    char command[100];

    (void) state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void
files_that_are_none_are_told_by_name(void **state)
{
    char none[100];

    (void) state;
    assert_tells("forecast nope.csv", 1,
                 "nope.csv: cannot be opened: No such file or directory\n");
    snprintf(none, sizeof none, "%s/none", folder);
    assert_int_equal(mkdir(none, 0700), 0);
    assert_tells("forecast none", 1, "none: is a folder without CSV files, expected");
    write_file("empty.csv", "");
    assert_tells("forecast empty.csv", 1,
                 "empty.csv: is empty, expected a heading, and rows below it\n");
    write_file("heading.csv", HEADING);
    assert_tells("forecast heading.csv", 1,
                 "heading.csv: has a heading but no rows, expected a row");
    write_file("unknown.csv", "foo,bar,baz\n1,2,3\n");
    assert_tells(
        "forecast unknown.csv", 1,
        "unknown.csv:1: no known column, read 'foo, bar, baz', expected columns "
        "for deal_id, stage and entered_at");
}

/* The quote opened in line 3 spoils that line and no other: 1000 rows less one. */
static void
a_quote_left_open_costs_one_row_of_a_thousand(void **state)
{
    FILE *file = file_in_folder("quote.csv");

    (void) state;
    fputs(HEADING, file);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "Q-%d,%sContact,2026-03-%02d,\n", i, i == 1 ? "\"" : "",
                1 + i % 28);
    assert_int_equal(fclose(file), 0);
    assert_tells("check quote.csv", 0, "quote.csv:3: a quote that is never closed");
    assert_non_null(strstr(said, "999 deals: 0 won, 0 lost, 999 open"));
}

static void
rows_that_cannot_be_are_refused_with_their_place(void **state)
{
    (void) state;
    write_file("february.csv", GOOD "X-1,Contact,2026-02-30,100\n");
    assert_tells("forecast february.csv", 0,
                 "- 1 row refused: february.csv:13: there is no such date, read "
                 "'2026-02-30'\n");
    write_file("after.csv", GOOD "W-1,Needs,2026-02-05,900\n");
    assert_tells("forecast after.csv", 0,
                 "- 1 row refused: after.csv:13: deal 'W-1' goes on after its end (Won "
                 "on\n  2026-01-27)\n");
    write_file("backward.csv", "deal_id,created_at,stage,closed_at,amount\n"
                               "B-1,2026-01-05,Won,2026-02-11,500\n"
                               "B-2,2026-01-09,Lost,2026-02-02,300\n"
                               "B-3,2026-03-05,Won,2026-02-04,500\n"
                               "B-4,2026-03-07,Contact,,500\n");
    assert_tells("forecast backward.csv", 0,
                 "- 1 row refused: backward.csv:4: closing before creation: closed "
                 "2026-02-04,");
}

static void
every_wrong_key_of_a_funnel_file_is_told_in_one_run(void **state)
{
    (void) state;
    write_file("key.yaml", "history: good.csv\nperid: month\n");
    assert_tells("forecast key.yaml", 1,
                 "key.yaml:2:1: unknown key, read 'perid', expected period\n");
    write_file("type.yaml", "history: good.csv\nteam: many\nstages: 5\n");
    assert_tells("forecast type.yaml", 1,
                 "type.yaml:2:7: 'team' cannot be read, read 'many', expected a whole "
                 "number\ntype.yaml:3:9: 'stages' is a single value where a list is");
    write_file("range.yaml",
               "history: good.csv\nfiscal_year_starts: 13\nrates: {stages: "
               "{Contact: {win_rate: 140%}}}\n");
    assert_tells("forecast range.yaml", 1,
                 "range.yaml:2:21: 'fiscal_year_starts' is out of range, read '13', "
                 "expected 1 to 12\nrange.yaml:3:38: 'win_rate' is out of range, read "
                 "'140%'");
    write_file("alias.yaml", "history: good.csv\ntargets: &t {2026Q4: 1}\nbooked: *t\n");
    assert_tells("forecast alias.yaml", 1, "alias.yaml:3:9: aliases are not allowed");
}

/* The small history ends on 11 April 2026. */
static void
days_and_targets_outside_the_data_are_told(void **state)
{
    (void) state;
    assert_tells("forecast good.csv --target 500@2025Q4", 2,
                 "--target: 2025Q4 is over, read '500@2025Q4', expected 2026Q2");
    write_file("past.yaml", "history: good.csv\ntargets: {2025Q4: 500}\n");
    assert_tells("forecast past.yaml", 0,
                 "- the target of 2025Q4 is not used: that period is over\n");
    assert_tells("forecast good.csv --as-of 2025-12-31", 1,
                 "as-of before the data, which begin on 2026-01-03, read '2025-12-31'");
    write_file("starts.yaml", "history: good.csv\nhistory_starts: 2026-03-15\n");
    assert_tells("forecast starts.yaml --as-of 2026-03-14", 1,
                 "history_starts after as-of 2026-03-14: nothing was watched by then, "
                 "read '2026-03-15', expected a day before as-of\n");
}

/* One slip of the pen makes it 2095; neither a quiet summer nor an as-of that is said
 * does. */
static void
a_last_entry_far_behind_all_others_is_told(void **state)
{
    (void) state;
    write_file("slip.csv", GOOD OPEN_DEAL("O-2", "05") "O-999,Contact,2095-02-01,300\n"
                                                       "O-998,Contact,2095-02-03,300\n");
    assert_int_equal(run("check slip.csv --format json"), 0);
    assert_non_null(strstr(
        said, "slip.csv:14: the last 2 entries, of deal O-999 on 2095-02-01, came 25103 "
              "days after the one before: all is told as of then; --as-of 2026-05-11 if "
              "the date is wrong"));
    assert_int_equal(run("forecast slip.csv --as-of 2026-05-11 --trials 128 --format "
                         "json"),
                     0);
    assert_null(strstr(said, "lone_end"));
    write_file("quiet.csv", GOOD "O-2,Contact,2026-07-02,300\n");
    assert_int_equal(run("check quiet.csv --format json"), 0);
    assert_null(strstr(said, "lone_end"));
}

/* Old deals lie about in every stage, the young ones tell. */
static void
stages_without_chances_stand_by_how_young_their_deals_are(void **state)
{
    (void) state;
    write_file("export.csv", "deal_id,stage,created_at,closed_at,amount\n"
                             "A,Closing,2026-01-05,,900\nB,First,2026-01-06,,900\n"
                             "C,First,2026-06-01,,700\nD,Offer,2026-04-12,,300\n"
                             "E,Won,2026-01-07,2026-04-02,500\n"
                             "F,Lost,2026-02-07,2026-05-02,500\n");
    assert_tells("check export.csv --format csv --table stages", 0,
                 "Pipeline,First,,,2\nPipeline,Offer,,,1\nPipeline,Closing,,,1\n");
}

static void
a_history_that_teaches_little_is_told_to_be_thin(void **state)
{
    (void) state;
    write_file("closed.csv",
               HEADING WON_DEAL("W-1", "01") WON_DEAL("W-2", "02") LOST_DEAL("L", "03"));
    assert_tells("forecast closed.csv", 0, "- no deal is open on 2026-03-21\n");
    assert_non_null(strstr(said, "- only 2 deals were ever won by 2026-03-21: "));
    write_file("lost.csv", HEADING LOST_DEAL("L-1", "02") OPEN_DEAL("O-1", "03"));
    assert_tells("forecast lost.csv", 1,
                 "no deal was ever won by 2026-03-11, so that win rates cannot be "
                 "learnt, expected history with won deals, or `rates:` in a funnel "
                 "file\n");
    write_file("one.csv", HEADING WON_DEAL("W", "05"));
    assert_tells("forecast one.csv", 0,
                 "- only 1 deal was ever won by 2026-05-27: expect wide intervals\n"
                 "- only 1 deal ever left stage 'Contact': its rates are a guess\n");
    write_file("stays.csv", HEADING "W,Contact,2026-05-01,100\nW,Won,2026-05-27,100\n"
                                    "O,Needs,2026-05-02,100\n");
    assert_tells("forecast stays.csv", 0,
                 "- no deal ever left stage 'Needs': its rates are a guess\n");
    write_file("nothing.yaml", "currency: CNY\n");
    assert_tells(
        "check nothing.yaml", 1,
        "there is no history to tell the last day that is known, expected --as-of "
        "DATE\n");
    write_file("ends.csv", HEADING "W,Won,2026-03-02,100\nL,Lost,2026-03-05,100\n");
    assert_tells("forecast ends.csv", 1,
                 "of no deal more than its end is known by 2026-03-05, so that nothing "
                 "tells how deals move, expected creation dates (created_at), stages");
    write_file("open.csv", HEADING OPEN_DEAL("O", "05"));
    assert_tells("forecast open.csv", 1, "no deal was ever won by 2026-05-11");
}

/* By hand: 2 reps x .5 deals a week x 92 days / 7 x 30 % x 100 = 394.29; the MCSE is 1.1.
 */
static void
beliefs_alone_are_enough_from_a_day_that_is_told(void **state)
{
    (void) state;
    write_file("believers.csv", "owner,start\nAnn,2026-01-05\n");
    write_file("beliefs.yaml",
               "reps: believers.csv\nstages: [Contact]\nrates:\n  stages: {Contact: "
               "{win_rate: 30%}}\n  deal_size: 100\n  "
               "new_deals_per_rep_week: 0.5\n"
               "uncertainty: {rates: fixed, level: off}\n");
    assert_tells("forecast beliefs.yaml --as-of 2026-09-30", 0,
                 "2026Q4: Booked 0; expect 19");
    assert_null(strstr(said, "the data end"));
    assert_tells("forecast beliefs.yaml", 1, "expected --as-of DATE\n");
    assert_tells("check beliefs.yaml", 0, "No history: beliefs alone, good on any day");
    assert_non_null(strstr(said, "Contact        0     0         0"));
    assert_non_null(strstr(said, "- there are no deals: what is forecast is new "));
    assert_null(strstr(said, "1970"));
    assert_null(strstr(said, "Too thin"));
    assert_tells("check beliefs.yaml --format json", 0, "\"as_of\": null");
}

static void
amounts_that_cannot_be_counted_or_take_away_are_told(void **state)
{
    (void) state;
    write_file("rupiah.csv", GOOD "R-1,Needs,2026-01-03,900000000000\n"
                                  "R-2,Needs,2026-01-04,700000000000\n");
    assert_tells(
        "forecast rupiah.csv", 1,
        "the amounts of open deals add up to more than this program can count, "
        "read 'R-2', expected less than 1.4 trillion in the forecast's currency");
    write_file("credit.csv", GOOD "N-1,Contact,2026-03-01,50\nN-1,Won,2026-03-09,-50\n");
    assert_tells(
        "check credit.csv", 0,
        "- won deals with a negative amount: 1; each takes from what is booked");
}

/* 't' stands in many a message, and has been read all the same. */
static void
what_was_read_is_told_unless_it_is_quoted_already(void **state)
{
    (void) state;
    assert_tells("deals good.csv --owner t", 2, "not in the history, read 't'");
    write_file("back.yaml", "history: good.csv\nrates: {deal_size: 30万 to 8万}\n");
    assert_tells(
        "forecast back.yaml", 1,
        "back.yaml:2:20: the range of 'deal_size' runs backwards, read '30万 to "
        "8万', expected the smaller figure first\n");
    write_file("old.csv", GOOD "Y-1,Contact,1500-03-01,50\n");
    assert_tells("forecast old.csv --format json", 0,
                 "1 row refused: old.csv:13: its year is none from 1900 to 2199, "
                 "read '1500-03-01'");
}

static void
wrong_usage_is_told_with_what_was_meant(void **state)
{
    (void) state;
    assert_tells("forcast good.csv", 2,
                 "unknown command 'forcast': did you mean 'forecast'?\n");
    assert_tells("forecast good.csv --perods 3", 2,
                 "unknown option '--perods': did you mean '--periods'?\n");
    assert_tells("forecast good.csv --trials 100", 0,
                 "- trials are too few to tell the simulation's own error: 100; take at "
                 "least 1024\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_none_are_told_by_name),
        cmocka_unit_test(a_quote_left_open_costs_one_row_of_a_thousand),
        cmocka_unit_test(rows_that_cannot_be_are_refused_with_their_place),
        cmocka_unit_test(every_wrong_key_of_a_funnel_file_is_told_in_one_run),
        cmocka_unit_test(days_and_targets_outside_the_data_are_told),
        cmocka_unit_test(a_last_entry_far_behind_all_others_is_told),
        cmocka_unit_test(stages_without_chances_stand_by_how_young_their_deals_are),
        cmocka_unit_test(a_history_that_teaches_little_is_told_to_be_thin),
        cmocka_unit_test(beliefs_alone_are_enough_from_a_day_that_is_told),
        cmocka_unit_test(amounts_that_cannot_be_counted_or_take_away_are_told),
        cmocka_unit_test(what_was_read_is_told_unless_it_is_quoted_already),
        cmocka_unit_test(wrong_usage_is_told_with_what_was_meant),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
