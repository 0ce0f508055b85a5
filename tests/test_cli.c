/* The program as people meet it: its messages, exit statuses and files. */
#include "program.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("funnel.yaml", "history: history.csv\n"
                              "currency: CNY\n"
                              "stages: [Contact, Needs, Proposal]\n"
                              "targets: {2026Q4: 120万}\n"
                              "rates:\n"
                              "  stages:\n"
                              "    Contact: {win_rate: 20%, days: 30}\n"
                              "    Needs: {win_rate: 40%, days: 20}\n"
                              "    Proposal: {win_rate: 70%, days: 10}\n"
                              "  deal_size: 30万\n"
                              "  new_deals_per_rep_week: 0.5\n"
                              "team: 2\n");
    write_file("history.csv", "deal_id,stage,entered_at,amount\n"
                              "A-1,Contact,2026-10-01,300000\n"
                              "A-1,Needs,2026-10-12,300000\n"
                              "A-2,Contact,2026-10-03,250000\n"
                              "A-2,Proposal,2026-10-20,280000\n"
                              "A-2,Won,2026-11-02,280000\n"
                              "李雷,Contact,2026-10-08,410000\n"
                              "李雷,Proposal,2026-11-03,410000\n"
                              "A-4,Contact,2026-10-30,\n");
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

static void
alone_it_tells_what_it_can_do(void **state)
{
    (void) state;
    assert_int_equal(run("$D"), 0);
    assert_said("Usage: dealdice COMMAND FUNNEL");
    assert_said("  forecast ");
    assert_int_equal(run("$D help"), 0);
    assert_said("  forecast ");
    assert_int_equal(run("$D --version"), 0);
    assert_said("dealdice ");
}

static void
an_unknown_command_is_refused_with_what_was_meant(void **state)
{
    (void) state;
    assert_int_equal(run("$D forcast x.csv 2>&1"), 2);
    assert_said("unknown command 'forcast': did you mean 'forecast'?");
    assert_int_equal(run("$D qwertz 2>&1"), 2);
    assert_said("unknown command 'qwertz'\n");
    assert_int_equal(run("$D \"$T/funnel.yaml\" 2>&1"), 2);
    assert_said("did you mean 'dealdice forecast /tmp/");
}

/* A deal a day, every one that is lost written down at the half year's end. */
static void
every_command_warns_of_exits_written_in_batches(void **state)
{
    const char *commands[] = { "check", "forecast --trials 500", "deals --trials 500",
                               "plan --target-deals 2 --trials 500" };
    char line[300];

    (void) state;
    assert_int_equal(
        run("(echo deal_id,stage,entered_at; for i in $(seq 170); do "
            "d=$(date -u -d \"2025-01-01 +$i days\" +%F); echo $i,Needs,$d; "
            "case $i in *[05]) echo $i,Won,$d;; *) echo $i,Lost,2025-06-30;; esac; "
            "done) > \"$T/lumps.csv\""),
        0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(line, sizeof line, "$D %s \"$T/lumps.csv\" --format json 2>&1",
                 commands[i]);
        assert_int_equal(run(line), 0);
        assert_said("\"batch_dated_exits\"");
    }
}

static void
an_unknown_option_is_refused_with_what_was_meant(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast x.csv --targt 5 2>&1"), 2);
    assert_said("unknown option '--targt': did you mean '--target'?");
    assert_said("Try 'dealdice forecast --help'.");
    assert_int_equal(run("$D check x.csv --trials=5 2>&1"), 2);
    assert_said("unknown option '--trials'");
}

static void
values_that_make_no_sense_are_refused_as_wrong_usage(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast x.csv --as-of 2026-02-30 2>&1"), 2);
    assert_said("--as-of: no such date, read '2026-02-30', expected a date such as "
                "2026-09-30");
    assert_int_equal(run("$D forecast x.csv --trials 0 2>&1"), 2);
    assert_said("--trials: out of range, read '0', expected a whole number from 1");
    assert_int_equal(run("$D forecast x.csv --trials 1e6 2>&1"), 2);
    assert_said("--trials: not a whole number, read '1e6'");
    assert_int_equal(run("$D forecast x.csv --confidence 80 2>&1"), 2);
    assert_said("--confidence: not a probability, read '80', expected 80% or 0.8");
    assert_int_equal(run("$D forecast x.csv --precision 0 2>&1"), 2);
    assert_said("--precision: no number of trials is without error, read '0', expected "
                "an error above 0% and below 100%, such as 0.5%");
    assert_int_equal(run("$D forecast x.csv --precision fine 2>&1"), 2);
    assert_said("--precision: not an error in per cent, read 'fine'");
    assert_int_equal(run("$D forecast x.csv --precision 150% 2>&1"), 2);
    assert_said("--precision: out of range, read '150%'");
    assert_int_equal(run("$D forecast x.csv --format xml 2>&1"), 2);
    assert_said("--format: unknown format, read 'xml', expected text, json or csv");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --period fortnight 2>&1"), 2);
    assert_said("fortnight");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --target many 2>&1"), 2);
    assert_said("many");
}

static void
one_file_is_needed_and_one_is_enough(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast 2>&1"), 2);
    assert_said("no file given, expected FUNNEL");
    assert_int_equal(run("$D forecast a.csv b.csv 2>&1"), 2);
    assert_said("more than one file given, read 'b.csv'");
}

static void
a_missing_file_and_a_folder_are_told_by_name(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast /no/such/history.csv 2>&1"), 1);
    assert_said("/no/such/history.csv: ");
    assert_said("No such file or directory");
    assert_int_equal(run("$D forecast /no/such/funnel.yaml 2>&1"), 1);
    assert_said("/no/such/funnel.yaml: ");
}

static void
every_problem_of_a_funnel_file_is_told_with_its_place(void **state)
{
    (void) state;
    write_file("wrong.yaml", "histroy: history.csv\ncurrency: [1]\n");
    assert_int_equal(run("$D forecast \"$T/wrong.yaml\" 2>&1"), 1);
    assert_said("/wrong.yaml:1:1: ");
    assert_said("histroy");
    assert_said("/wrong.yaml:2:11: ");
}

static void
an_output_that_cannot_be_written_is_an_error_and_leaves_nothing(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" -o /no/such/out.json 2>&1"), 1);
    assert_said("/no/such/out.json: cannot write: No such file or directory");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" 2>&1 > /dev/full"), 1);
    assert_said("standard output: cannot write: No space left on device");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --samples /dev/full 2>&1"), 1);
    assert_said("/dev/full: cannot write: No space left on device");
}

static void
a_reader_that_goes_away_is_no_error(void **state)
{
    (void) state;
    run("{ $D forecast \"$T/funnel.yaml\" --format json --period week 2>&1 >&3; "
        "echo \"status $?\"; } 3>&1 >\"$T/told\" | true; cat \"$T/told\"");
    assert_string_equal(said, "status 0\n");
}

static void
the_answer_is_the_same_for_any_number_of_threads_and_not_for_any_seed(void **state)
{
    (void) state;
    assert_int_equal(
        run("cd \"$T\"; P=\"$D\"; case $P in /*) ;; *) P=$OLDPWD/$P;; esac; "
            "for t in 1 2 5; do $P forecast funnel.yaml --format json "
            "--seed 7 --threads $t -o $t.json || exit 9; done; "
            "cmp 1.json 2.json && cmp 1.json 5.json && "
            "$P forecast funnel.yaml --format json --seed 8 -o 8.json && "
            "grep -v made_by 1.json > a && grep -v made_by 8.json > b && "
            "! cmp -s a b && ls"),
        0);
    assert_said("5.json\n");
    assert_null(strstr(said, ".tmp"));
}

/* Over a history whose level says how moves are remembered, whatever of it is drawn and in
 * which order blocks come to a thread: each batch may need other curves. */
static void
it_is_the_same_whatever_of_the_uncertainty_is_off(void **state)
{
    static const char *const uncertainty[]
        = { "{}", "{rates: fixed}", "{level: off}", "{rates: fixed, level: off}" };
    (void) state;
    for (size_t i = 0; i < sizeof uncertainty / sizeof *uncertainty; i++) {
        char line[600];
        snprintf(line, sizeof line,
                 "{ echo \"history: $PWD/scenarios/demo/history.csv\"; "
                 "echo 'team: 14'; echo 'uncertainty: %s'; echo 'effort: "
                 "{visits_per_rep_week: 12, visits_per_opportunity: 10}'; } > "
                 "\"$T/demo.yaml\"; for t in 1 2 3 5; do $D forecast \"$T/demo.yaml\" "
                 "--trials 4096 --threads $t --format csv | md5sum; done | sort -u | "
                 "wc -l",
                 uncertainty[i]);
        assert_int_equal(run(line), 0);
        assert_int_equal(atoi(said), 1);
    }
}

static void
json_says_what_made_it_without_what_changes_nothing(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --format json --seed 7 "
                         "--threads 2 -o \"$T/made.json\" -q; cat \"$T/made.json\"; "
                         "cat \"$T/funnel.yaml\" \"$T/history.csv\" | sha256sum"),
                     0);
    assert_said("{\n  \"made_by\": {\"version\": \"");
    assert_said("funnel.yaml --format json --seed 7\", \"seed\": 7, \"input_sha256\": ");
    /* The checksum is the one that sha256sum prints last. */
    char *last = said + strlen(said) - 1;
    while (last > said && last[-1] != '\n')
        last--;
    last[64] = '\0';
    char *first = strstr(said, last);
    assert_ptr_not_equal(first, last);
}

static void
samples_hold_every_trial_of_every_period(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --trials 200 --periods 2 "
                         "--samples \"$T/s.csv\" > /dev/null; wc -l < \"$T/s.csv\"; "
                         "head -n 3 \"$T/s.csv\"; awk -F, 'NR > 1 && $2 == \"2026Q4\" "
                         "&& $3 != $4 + $5 + 280000 { bad++ } END { print bad + 0 }' "
                         "\"$T/s.csv\""),
                     0);
    assert_memory_equal(said, "401\ntrial,period,bookings,open,new,wins\n1,2026Q4,", 49);
    assert_said("\n1,2027Q1,");
    assert_int_equal(strcmp(said + strlen(said) - 3, "\n0\n"), 0);
}

/* The small company's chance has an MCSE of about 0.6 % after 8192 trials. */
static void
a_precision_is_reached_or_said_to_be_out_of_reach(void **state)
{
    (void) state;
    assert_int_equal(
        run("$D forecast \"$T/funnel.yaml\" --precision 0.2% --format csv | awk -F, "
            "'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 2 { e = "
            "$at[\"p_target_mcse\"]; print (e > 0.001 && e <= 0.002) ? \"reached\" : e "
            "}'"),
        0);
    assert_string_equal(said, "reached\n");
    assert_int_equal(
        run("$D forecast \"$T/funnel.yaml\" --precision 0.2% --format json | "
            "sed -n 's/^  \"trials\": \\(.*\\),/\\1/p'"),
        0);
    long trials = atol(said);
    assert_true(trials > 8192 && (trials & (trials - 1)) == 0);
    assert_int_equal(
        run("$D forecast \"$T/funnel.yaml\" --precision 0.02% --trials 9000 "
            "--format json"),
        0);
    assert_said("{\"code\": \"precision_not_reached\", \"text\": \"the chance of the "
                "target is known to within ");
    assert_said(
        "percentage points by 9000 trials, not to 0.02: --trials allows more\"}");
}

static void
the_answer_comes_first_and_no_escape_sequence_in_a_pipe(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --seed 1"), 0);
    assert_memory_equal(said, "2026Q4: ", 8);
    assert_said(" chance of 120万");
    assert_said("Booked 28万; expect ");
    assert_null(strchr(said, '\033'));
}

/* The small history ends on 3 November 2026. */
static void
an_as_of_outside_the_data_is_refused_before_and_told_after(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --as-of 2020-01-01 2>&1"), 1);
    assert_said("as-of before the data");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --as-of 2026-11-20"), 0);
    assert_said("- the data end on 2026-11-03: that nothing happened from then to");
}

/* What --since says for this once history_starts says in the file. */
static void
since_is_the_day_on_which_history_starts(void **state)
{
    (void) state;
    write_file("a.yaml", "history: demo.csv\n");
    write_file("b.yaml", "history: demo.csv\nhistory_starts: 2026-01-01\n");
    assert_int_equal(run("cp scenarios/demo/history.csv \"$T/demo.csv\" && "
                         "$D forecast \"$T/a.yaml\" --trials 200 > \"$T/all\" && "
                         "$D forecast \"$T/b.yaml\" --trials 200 > \"$T/key\" && "
                         "$D forecast \"$T/a.yaml\" --trials 200 --since 2026-01-01 "
                         "> \"$T/option\" && cmp \"$T/key\" \"$T/option\""),
                     0);
    assert_int_equal(run("cmp -s \"$T/all\" \"$T/option\""), 1);
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --since 2030-01-01 2>&1"), 2);
    assert_said("--since: nothing was watched by as-of 2026-11-03, read '2030-01-01'");
}

static void
csv_holds_the_main_list_or_the_table_asked_for(void **state)
{
    (void) state;
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --trials 200 --format csv "
                         "--periods 1"),
                     0);
    assert_memory_equal(said, "label,start,end,booked,", 23);
    assert_said("\n2026Q4,2026-10-01,2026-12-31,280000.00,1200000.00,");
    assert_int_equal(run("$D forecast \"$T/funnel.yaml\" --trials 200 --format csv "
                         "--table stages --provenance --seed 7"),
                     0);
    assert_memory_equal(said, "# version = ", 12);
    assert_said("\n# seed = 7\n");
    assert_said("\n# as_of = 2026-11-03\n");
    assert_said("\nname,deals,amount,win_rate,weighted\nContact,1,");
    assert_int_equal(run("$D check \"$T/funnel.yaml\" --format csv"), 0);
    assert_memory_equal(said, "file,layout,encoding,rows,refused\n", 34);
}

static void
deals_are_listed_by_name(void **state)
{
    (void) state;
    assert_int_equal(run("$D deals \"$T/funnel.yaml\" --trials 200"), 0);
    assert_memory_equal(said, "2026Q4: 3 open deals, worth 71万 in all, should bring ",
                        54);
    assert_said("\n李雷  ");
    assert_int_equal(run("$D deals \"$T/funnel.yaml\" --trials 200 --format csv "
                         "--stage needs"),
                     0);
    assert_said("deal_id,name,owner,segment,stage,age_days,age_percentile,stuck,amount,"
                "p_won_period,p_won_ever,p_lost,close_p10,close_p50,close_p90,expected,"
                "variance_share,slips,crm_close_date,crm_probability\nA-1,,,,Needs,");
    assert_int_equal(run("$D deals \"$T/funnel.yaml\" --trials 200 --format csv "
                         "--stage needs --stuck"),
                     0);
    assert_memory_equal(said, "deal_id,name,owner,", 19); /* none, and still a header */
    assert_int_equal(run("$D deals \"$T/funnel.yaml\" --stage neds 2>&1"), 2);
    assert_said("--stage: not in the history: did you mean 'Needs'?");
    assert_int_equal(run("$D deals x.csv --top 0 2>&1"), 2);
    assert_said("--top: out of range, read '0'");
}

static void
what_only_csv_has_is_refused_elsewhere(void **state)
{
    (void) state;
    assert_int_equal(run("$D check x.csv --table stages 2>&1"), 2);
    assert_said("--table goes with CSV only, expected --format csv");
    assert_int_equal(run("$D check x.csv --format json --provenance 2>&1"), 2);
    assert_said("--provenance goes with CSV only");
    assert_int_equal(run("$D check \"$T/funnel.yaml\" --format csv --table file 2>&1"),
                     2);
    assert_said("--table: no such table: did you mean 'files'?, read 'file', expected "
                "one of files, pipelines, stages,");
}

static void
a_backtest_has_tables_of_what_was_said_and_what_came(void **state)
{
    (void) state;
    if (access("scenarios/demo/funnel.yaml", R_OK) != 0) {
        print_message("skipped: scenarios/demo is not here\n");
        skip();
    }
    assert_int_equal(run("$D backtest scenarios/demo/funnel.yaml --period month "
                         "--trials 500 --format csv --table ranges"),
                     0);
    assert_said("what,said,came,n\nbookings,0.5,");
    assert_int_equal(run("$D backtest scenarios/demo/funnel.yaml --period month "
                         "--trials 500 --format csv --table ahead"),
                     0);
    assert_said("ahead,what,n,n_effective,coverage50,");
    assert_int_equal(
        run("$D backtest scenarios/demo/funnel.yaml --period month --trials 500"), 0);
    assert_said("Said and came: a bar should end at its mark");
    assert_said("┃");
}

/* What --tune prints is read back by a funnel file, and forecasts tell it. */
static void
tuning_prints_a_line_that_a_funnel_file_takes(void **state)
{
    (void) state;
    if (access("scenarios/demo/funnel.yaml", R_OK) != 0) {
        print_message("skipped: scenarios/demo is not here\n");
        skip();
    }
    assert_int_equal(run("$D backtest scenarios/demo/history.csv --period month --tune "
                         "--trials 256 | tee $T/tuned | grep '^model: {' > $T/line && "
                         "{ echo 'history: history.csv'; cat $T/line; } > $T/f.yaml && "
                         "$D check $T/f.yaml > /dev/null && cat $T/tuned; "
                         "rm $T/tuned $T/line $T/f.yaml"),
                     0);
    assert_said("without clock");
    assert_said("spread × 1.4");
    assert_int_equal(run("printf 'history: history.csv\\nmodel: {clock: off}\\n' > "
                         "$T/f.yaml; $D forecast $T/f.yaml --trials 256; rm $T/f.yaml"),
                     0);
    assert_said("clock is off (model:): all days and weeks count alike");
}

static void
every_example_in_the_help_runs(void **state)
{
    (void) state;
    if (access("scenarios/demo/funnel.yaml", R_OK) != 0) {
        print_message("skipped: scenarios/demo is not here\n");
        skip();
    }
    assert_int_equal(
        run("for c in check forecast deals backtest sample; do $D $c --help | "
            "sed -n 's/^  dealdice /dealdice /p' > \"$T/examples\" || exit 8; "
            "test -s \"$T/examples\" || exit 9; while read -r name line; do "
            "eval \"$D $line\" > /dev/null || { echo \"failed: $line\"; exit 7; }; "
            "done < \"$T/examples\"; done"),
        0);
}

static void
any_instruction_set_gives_the_same_bytes(void **state)
{
    (void) state;
    assert_int_equal(
        run("{ cat $T/funnel.yaml; echo 'effort: {visits_per_rep_week: 40,"
            " visits_per_opportunity: 3 to 6}'; } > $T/visits.yaml;"
            "for f in funnel visits; do "
            "  $D forecast $T/$f.yaml --format json > $T/one.json || exit 3;"
            "  for isa in baseline avx2 avx512; do "
            "    DEALDICE_ISA=$isa $D forecast $T/$f.yaml --format json "
            "      > $T/two.json 2> /dev/null && ! cmp $T/one.json $T/two.json;"
            "  done; grep -q p_target $T/one.json || exit 4; "
            "done; rm $T/one.json $T/two.json $T/visits.yaml"),
        0);
    assert_null(strstr(said, "differ"));
    assert_int_equal(run("DEALDICE_ISA=z80 $D forecast $T/funnel.yaml 2>&1"), 2);
    assert_said("DEALDICE_ISA=z80: not an instruction set that this processor has");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_it_tells_what_it_can_do),
        cmocka_unit_test(an_unknown_command_is_refused_with_what_was_meant),
        cmocka_unit_test(every_command_warns_of_exits_written_in_batches),
        cmocka_unit_test(an_unknown_option_is_refused_with_what_was_meant),
        cmocka_unit_test(values_that_make_no_sense_are_refused_as_wrong_usage),
        cmocka_unit_test(one_file_is_needed_and_one_is_enough),
        cmocka_unit_test(a_missing_file_and_a_folder_are_told_by_name),
        cmocka_unit_test(every_problem_of_a_funnel_file_is_told_with_its_place),
        cmocka_unit_test(
            an_output_that_cannot_be_written_is_an_error_and_leaves_nothing),
        cmocka_unit_test(a_reader_that_goes_away_is_no_error),
        cmocka_unit_test(
            the_answer_is_the_same_for_any_number_of_threads_and_not_for_any_seed),
        cmocka_unit_test(it_is_the_same_whatever_of_the_uncertainty_is_off),
        cmocka_unit_test(json_says_what_made_it_without_what_changes_nothing),
        cmocka_unit_test(samples_hold_every_trial_of_every_period),
        cmocka_unit_test(a_precision_is_reached_or_said_to_be_out_of_reach),
        cmocka_unit_test(the_answer_comes_first_and_no_escape_sequence_in_a_pipe),
        cmocka_unit_test(an_as_of_outside_the_data_is_refused_before_and_told_after),
        cmocka_unit_test(since_is_the_day_on_which_history_starts),
        cmocka_unit_test(csv_holds_the_main_list_or_the_table_asked_for),
        cmocka_unit_test(deals_are_listed_by_name),
        cmocka_unit_test(what_only_csv_has_is_refused_elsewhere),
        cmocka_unit_test(a_backtest_has_tables_of_what_was_said_and_what_came),
        cmocka_unit_test(tuning_prints_a_line_that_a_funnel_file_takes),
        cmocka_unit_test(every_example_in_the_help_runs),
        cmocka_unit_test(any_instruction_set_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
