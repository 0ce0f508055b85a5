/* What a leader is told beside the figures: each from the figures themselves. */
#include "program.h"
#include "base/text.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

/* The number that a line of shell prints. */
static double
number_of(const char *line)
{
    assert_int_equal(run(line), 0);
    assert_true(said[0] != '\0');
    return atof(said);
}

/* Counted by hand in the history: stays that begin with Won since the first of October. */
static void
wins_that_are_booked_are_told_beside_those_to_come(void **state)
{
    char line[100];
    double booked = number_of("awk -F, '$4 == \"Won\" && $5 >= \"2026-10-01\"' "
                              "scenarios/demo/history.csv | wc -l");
    (void) state;
    assert_true(booked > 1.0);
    assert_int_equal(run("$D forecast $F --trials 128"), 0);
    assert_said(
        "\nFlag: green from a chance of 60 %, amber from 30 %, red from 5 %, else "
        "black.\n");
    snprintf(line, sizeof line,
             "\nWins are those to come: %.0f deals are booked in 2026Q4 already.\n",
             booked);
    assert_said(line);
    assert_close(number_of("$D forecast $F --trials 128 --format csv | awk -F, 'NR == 1 "
                           "{ for (i = 1; i <= NF; i++) if ($i == \"booked_wins\") k = "
                           "i } NR == 2 { print $k }'"),
                 booked, 0);
    assert_int_equal(run("$D forecast scenarios/demo/history.csv --trials 128"), 0);
    assert_null(strstr(said, "\nFlag"));
}

/* The sum of what open deals bring over the periods, told where it is far less than
 * their stages' win rates promise, and not where it is not. */
static void
a_pipeline_that_has_stood_long_is_told_to_be_worth_less(void **state)
{
    double open = number_of("$D forecast $F --trials 512 --format csv | awk -F, 'NR == "
                            "1 { for (i = 1; i <= NF; i++) if ($i == \"open_mean\") k = "
                            "i } NR > 1 { sum += $k } END { print sum }'");
    (void) state;
    assert_close(number_of("$D forecast $F --trials 512 --format json | tr -d '\\n ' | "
                           "sed 's/.*\"by_age\":{\"open\":\\([0-9.]*\\).*/\\1/'"),
                 open, 10);
    assert_int_equal(run("$D forecast $F --trials 512 | tr '\\n' ' '"), 0);
    assert_said("A win rate takes every deal of its stage for an average one; by their "
                "ages they bring ");
    assert_int_equal(run("$D forecast scenarios/worked/ten-deals-per-stage/funnel.yaml "
                         "| tr '\\n' ' '"),
                     0);
    assert_said("open, 180万 weighted.");
    assert_null(strstr(said, "by their ages"));
}

static void
stuck_deals_are_worth_what_their_lines_add_up_to(void **state)
{
    double amount = number_of("$D deals $F --trials 512 --stuck --format csv | awk -F, "
                              "'NR > 1 { sum += $9 } END { print sum }'");
    double all = number_of("$D deals $F --trials 512 --format json | sed -n "
                           "'s/.*\"stuck_amount\": //p'");
    (void) state;
    assert_true(amount > 1e6);
    assert_close(all, amount, 1e-6 * amount);
    assert_int_equal(run("$D deals $F --trials 512 | tr '\\n' ' '"), 0);
    assert_said(" of them are stuck, worth ");
    assert_said(
        " less than 5 % left ever to be won, and are better closed than counted; "
        "the other ");
    assert_int_equal(run("$D deals $F --trials 512 --stuck | tr '\\n' ' '"), 0);
    assert_said("A window without an end lasts beyond 20");
    /* p_won_ever is the eleventh, and less than a twentieth */
    double faded = number_of("$D deals $F --trials 512 --stuck --format csv | awk -F, "
                             "'NR > 1 && $11 < 0.05 { sum += $9; n++ } END { print sum "
                             "+ n }'");
    all = number_of("$D deals $F --trials 512 --format json | sed -n "
                    "'s/,$//; s/.*\"faded\": //p; s/.*\"faded_amount\": //p' | awk "
                    "'{ sum += $1 } END { print sum }'");
    assert_true(faded > 1e6 && faded < amount);
    assert_close(all, faded, 1e-6 * faded);
}

/* 14 reps x 12 visits at a tenth are 16.8 new deals a week, where history shows 12.4; 9
 * visits bring what came anyway. */
static void
decided_visits_tell_that_they_take_the_place_of_what_came(void **state)
{
    static const char funnel[]
        = "history: %s/scenarios/demo/history.csv\nteam: 14\nstages: [Contact, Needs, "
          "Proposal, Negotiation]\neffort: {visits_per_rep_week: %d, "
          "visits_per_opportunity: 10}\n";
    char text[2000], here[1000];
    (void) state;
    assert_non_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text, funnel, here, 12);
    write_file("twelve.yaml", text);
    snprintf(text, sizeof text, funnel, here, 9);
    write_file("nine.yaml", text);
    assert_int_equal(run("$D forecast $T/twelve.yaml --trials 128 --format json"), 0);
    assert_said(
        "\"visits_decide\", \"text\": \"new deals follow the visits that effort: "
        "decides: 16.8 a week, where 12.4 came lately");
    strcpy(strstr(text, "effort:"),
           "effort: {visits_per_rep_week: 12, visits_per_opportunity: 10, "
           "visits_per_stage: {Proposal: 2}}\n");
    write_file("both.yaml", text);
    assert_int_equal(run("$D forecast $T/both.yaml --trials 128 --format json"), 0);
    assert_said("decides: 16.8 a week but for the visits that open deals take first "
                "(visits_per_stage), where 12.4 came lately");
    assert_int_equal(run("$D forecast $T/nine.yaml --trials 128 --format json"), 0);
    assert_null(strstr(said, "visits_decide"));
}

/* Seven full blocks of 128 are too few for an error; eight are enough. */
static void
too_few_trials_for_an_error_are_told_by_every_answer(void **state)
{
    static const char *const commands[] = { "forecast $F", "whatif $F --levers",
                                            "plan $F", "whatif $F --grid hire=0:1" };
    (void) state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char line[160];
        snprintf(line, sizeof line, "$D %s --periods 1 --trials 1023 --format json",
                 commands[i]);
        assert_int_equal(run(line), 0);
        assert_said("\"few_trials\"");
        snprintf(line, sizeof line, "$D %s --periods 1 --trials 1024 --format json",
                 commands[i]);
        assert_int_equal(run(line), 0);
        assert_null(strstr(said, "\"few_trials\""));
    }
}

/* Names in hanzi, owners, ids of eighteen letters, dates of the CRM's: a screen holds it. */
static void
deals_fit_within_a_hundred_columns(void **state)
{
    static const char *const of[]
        = { "$F", "$F --stuck", "$F --owner 陈浩 --handover", "tests/exports/*.csv" };
    (void) state;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        char line[200];
        size_t widest = 0;
        snprintf(line, sizeof line,
                 "for f in %.*s; do $D deals $f%s --trials 128 2>/dev/null; done; true",
                 (int) strcspn(of[i], " "), of[i], of[i] + strcspn(of[i], " "));
        run(line);
        for (const char *row = said; *row != '\0'; row += strcspn(row, "\n") + 1) {
            size_t wide = dd_text_width_n(row, strcspn(row, "\n"));
            widest = wide > widest ? wide : widest;
        }
        assert_true(widest > 80 && widest <= 100);
    }
}

/* Their open deals are counted by hand in the history; whoever stands in the file and
 * stays is not told. */
static void
owners_whom_the_file_of_reps_does_not_have_at_work_are_told(void **state)
{
    char here[256], text[512], line[160];
    int gone = 0, all = 0;

    (void) state;
    assert_non_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text,
             "history: %s/scenarios/demo/history.csv\nreps: reps.csv\n", here);
    write_file("absent.yaml", text);
    assert_int_equal(run("{ echo owner,start,end; awk -F, 'NR > 1 && $7 != \"李雷\" "
                         "{ print $7 \",,\" ($7 == \"周强\" ? \"2026-06-30\" : \"\") }' "
                         "scenarios/demo/history.csv | sort -u; } > $T/reps.csv"),
                     0);
    gone = (int) number_of(
        "awk -F, '{ at[$1] = $4; of[$1] = $7 } END { for (d in at) n += of[d] == "
        "\"周强\" && at[d] != \"Won\" && at[d] != \"Lost\"; print n }' "
        "scenarios/demo/history.csv");
    all = gone
          + (int) number_of(
              "awk -F, '{ at[$1] = $4; of[$1] = $7 } END { for (d in at) n += of[d] == "
              "\"李雷\" && at[d] != \"Won\" && at[d] != \"Lost\"; print n }' "
              "scenarios/demo/history.csv");
    assert_true(gone > 1 && all > gone + 1);
    assert_int_equal(run("$D check $T/absent.yaml --format json"), 0);
    snprintf(line, sizeof line, "%d open deals of owners whom the file of reps", all);
    assert_said(line);
    snprintf(line, sizeof line, "周强 (%d deals, until 2026-06-30)", gone);
    assert_said(line);
    snprintf(line, sizeof line, "李雷 (%d deals, not in the file);", all - gone);
    assert_said(line);
    assert_null(strstr(said, " others;"));
    write_file("leave.yaml", "name: l\nleave: [{owner: 李雷, date: 2027-01-04}]\n");
    assert_int_equal(run("$D whatif $T/absent.yaml $T/leave.yaml 2>&1"), 1);
    assert_said("leave.yaml:2:17: '李雷' owns deals but is not in the file of reps");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wins_that_are_booked_are_told_beside_those_to_come),
        cmocka_unit_test(a_pipeline_that_has_stood_long_is_told_to_be_worth_less),
        cmocka_unit_test(stuck_deals_are_worth_what_their_lines_add_up_to),
        cmocka_unit_test(decided_visits_tell_that_they_take_the_place_of_what_came),
        cmocka_unit_test(deals_fit_within_a_hundred_columns),
        cmocka_unit_test(owners_whom_the_file_of_reps_does_not_have_at_work_are_told),
        cmocka_unit_test(too_few_trials_for_an_error_are_told_by_every_answer),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
