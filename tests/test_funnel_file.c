#include "check.h"
#include "dealdice/funnel.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/dealdice_funnel_XXXXXX";
static char path[64];

static int
make_folder(void **state)
{
    (void) state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/funnel.yaml", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    unlink(path);
    return rmdir(folder);
}

static dd_status
read_text(dd_funnel *funnel, const char *text, dd_error *err)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return dd_funnel_read(funnel, path, NULL, err);
}

/* The only problem of this text. right may be NULL: not looked at. */
static void
check_refused(const char *text, long line, long column, const char *wrong,
              const char *right)
{
    dd_error err = { 0 };
    dd_funnel funnel;

    assert_int_equal(read_text(&funnel, text, &err), DD_EDATA);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].wrong, wrong);
    assert_string_equal(err.items[0].file, path);
    assert_int_equal(err.items[0].line, line);
    assert_int_equal(err.items[0].column, column);
    if (right != NULL)
        assert_string_equal(err.items[0].right, right);
    dd_error_free(&err);
}

static void
every_key_reaches_its_place(void **state)
{
    dd_error err = { 0 };
    dd_funnel f;
    char day[16];
    (void) state;

    assert_int_equal(
        read_text(&f,
                  "history: [a.csv, /data/b.csv]\n"
                  "currency: CNY\nperiod: month\nfiscal_year_starts: 4\n"
                  "columns: {deal_id: 商机编号, stage: 销售阶段}\n"
                  "stages: [Contact, Needs, Proposal]\n"
                  "won: [赢单]\nlost: 输单\nhistory_starts: 2025-01-01\n"
                  "targets: {FY2027Q1: 500万, FY2027Q2: {all: 620.5万}}\n"
                  "booked: {FY2027Q1: 180万}\nteam: 14\n"
                  "rates:\n  worth: 30\n  deal_size: 8万 to 30万\n"
                  "  new_deals_per_rep_week: 1.5\n"
                  "  stages:\n    Contact: {win_rate: 10%, days: 20 to 40}\n"
                  "    Proposal:\n      exits:\n"
                  "        赢单: {share: 40%, days: weibull 1.5 30}\n"
                  "        Needs: {share: 25%}\n"
                  "new_business: off\n"
                  "uncertainty: {rates: fixed, level: off}\n",
                  &err),
        DD_OK);
    assert_int_equal(f.history.n, 2);
    assert_memory_equal(f.history.items[0], folder, strlen(folder));
    assert_string_equal(f.history.items[0] + strlen(folder), "/a.csv");
    assert_string_equal(f.history.items[1], "/data/b.csv");
    assert_string_equal(f.currency, "CNY");
    assert_int_equal(f.period, DD_MONTH);
    assert_int_equal(f.fiscal_year_starts, 4);
    assert_int_equal(f.n_columns, 2);
    assert_string_equal(f.columns[1].known, "stage");
    assert_string_equal(f.columns[1].heading, "销售阶段");
    assert_int_equal(f.columns[0].place.line, 5);
    assert_int_equal(f.n_pipelines, 1);
    assert_int_equal(f.pipelines[0].n_stages, 3);
    assert_string_equal(f.pipelines[0].stages[2], "Proposal");
    assert_string_equal(f.won.items[0], "赢单");
    assert_string_equal(f.lost.items[0], "输单");
    assert_string_equal(dd_day_format(f.history_starts, day), "2025-01-01");
    assert_int_equal(f.n_targets, 2);
    assert_string_equal(f.targets[0].period, "FY2027Q1");
    assert_int_equal(f.targets[0].amount, 500000000);
    assert_int_equal(f.targets[1].amount, 620500000);
    assert_null(f.targets[1].group);
    assert_int_equal(f.booked[0].amount, 180000000);
    assert_int_equal(f.team, 14);
    assert_close(f.worth, 30, 0);
    assert_close(f.deal_size.low, 8e6, 0);
    assert_close(f.deal_size.high, 30e6, 0);
    assert_close(f.new_deals_per_rep_week.low, 1.5, 0);
    assert_int_equal(f.n_stages, 2);
    assert_string_equal(f.stages[0].stage, "Contact");
    assert_null(f.stages[0].pipeline);
    assert_close(f.stages[0].win_rate.low, 0.1, 1e-15);
    assert_close(f.stages[0].days.high, 40, 0);
    assert_int_equal(f.stages[1].n_exits, 2);
    assert_string_equal(f.stages[1].exits[0].to, "赢单");
    assert_close(f.stages[1].exits[0].share, 0.4, 1e-15);
    assert_int_equal(f.stages[1].exits[0].days.kind, DD_LAW_WEIBULL);
    assert_int_equal(f.stages[1].exits[1].days.kind, DD_LAW_FIXED);
    assert_int_equal(f.new_business, 0);
    assert_int_equal(f.rates_estimated, 0);
    assert_int_equal(f.level_estimated, 0);
    dd_funnel_free(&f);
}

static void
pipelines_have_their_own_stages_and_beliefs(void **state)
{
    dd_error err = { 0 };
    dd_funnel f;
    (void) state;

    assert_int_equal(
        read_text(&f,
                  "stages: {Field: [Visit, Offer], Online: [Trial, Offer]}\n"
                  "rates:\n  stages:\n"
                  "    Field: {Visit: {win_rate: 20%}, Offer: {win_rate: 50%}}\n"
                  "    Online: {Trial: {win_rate: 5%}}\n",
                  &err),
        DD_OK);
    assert_int_equal(f.n_pipelines, 2);
    assert_string_equal(f.pipelines[1].name, "Online");
    assert_string_equal(f.pipelines[1].stages[0], "Trial");
    assert_int_equal(f.n_stages, 3);
    assert_string_equal(f.stages[1].pipeline, "Field");
    assert_string_equal(f.stages[2].pipeline, "Online");
    dd_funnel_free(&f);
}

static void
what_is_not_written_keeps_its_default(void **state)
{
    dd_error err = { 0 };
    dd_funnel f;
    (void) state;

    assert_int_equal(read_text(&f, "", &err), DD_OK);
    assert_int_equal(f.period, DD_QUARTER);
    assert_int_equal(f.fiscal_year_starts, 1);
    assert_int_equal(f.history_starts, DD_NO_DAY);
    assert_int_equal(f.new_business, 1);
    assert_int_equal(f.rates_estimated, 1);
    assert_int_equal(f.level_estimated, 1);
    assert_int_equal(f.history.n, 0);
    assert_null(f.currency);
    assert_false(f.deal_size.given);
    dd_funnel_free(&f);
}

static void
a_history_alone_is_a_funnel(void **state)
{
    dd_error err = { 0 };
    dd_funnel f;
    (void) state;

    assert_int_equal(dd_funnel_read(&f, "some/export.CSV", NULL, &err), DD_OK);
    assert_null(f.path);
    assert_int_equal(f.history.n, 1);
    assert_string_equal(f.history.items[0], "some/export.CSV");
    dd_funnel_free(&f);
}

static void
an_unknown_key_is_refused_with_the_nearest_one(void **state)
{
    (void) state;
    check_refused("team: 3\ncurrancy: CNY\n", 2, 1, "unknown key", "currency");
    check_refused("rates:\n  deals_size: 8万\n", 2, 3, "unknown key", "deal_size");
    check_refused("rates: {stages: {A: {winrate: 10%}}}\n", 1, 22, "unknown key",
                  "win_rate");
    check_refused("uncertainty: {zzz: off}\n", 1, 15, "unknown key",
                  "one of rates, level");
}

static void
a_wrong_type_is_refused_at_the_value(void **state)
{
    (void) state;
    check_refused("team: many\n", 1, 7, "'team' cannot be read", "a whole number");
    check_refused("team: [3]\n", 1, 7, "'team' is a list where a single value is needed",
                  "a whole number");
    check_refused("team:\n", 1, 6, "'team' has no value", NULL);
    check_refused("rates: 30\n", 1, 8,
                  "'rates' is a single value where a map of keys is "
                  "needed",
                  NULL);
    check_refused("rates: {deal_size: much}\n", 1, 20, "'deal_size' cannot be read",
                  "an amount such as 12.5万, or a range 'low to high'");
    check_refused("rates: {worth: nan}\n", 1, 16, "'worth' cannot be read", NULL);
    check_refused("stages: Contact\n", 1, 9,
                  "'stages' is a single value where a list is needed", NULL);
    check_refused("history_starts: 2025-02-30\n", 1, 17,
                  "'history_starts' cannot be read", "a day such as 2026-11-21");
    check_refused("period: fortnight\n", 1, 9, "'period' cannot be read",
                  "year, half, quarter, month or week");
    check_refused("new_business: some\n", 1, 15,
                  "'new_business' must be one of its words", "off|estimated");
    check_refused("currency: yuan\n", 1, 11, "'currency' cannot be read", NULL);
    check_refused("targets: {2026Q4: soon}\n", 1, 19, "the amount cannot be read", NULL);
    check_refused("rates: {stages: {A: {exits: {Won: {share: 50%, days: weib 1 2}}}}}\n",
                  1, 54, "'days' cannot be read", NULL);
}

static void
a_value_out_of_range_is_refused(void **state)
{
    (void) state;
    check_refused("fiscal_year_starts: 13\n", 1, 21,
                  "'fiscal_year_starts' is out of range", "1 to 12");
    check_refused("team: 0\n", 1, 7, "'team' is out of range", "1 to 1000000");
    check_refused("rates: {stages: {A: {win_rate: 120%}}}\n", 1, 32,
                  "'win_rate' is out of range", "0% to 100%");
    check_refused("rates: {stages: {A: {days: -3}}}\n", 1, 28, "'days' is out of range",
                  "0 to 36500 days");
    check_refused("rates: {deal_size: -8万}\n", 1, 20, "'deal_size' is below zero",
                  NULL);
    check_refused("targets: {2026Q4: -1}\n", 1, 19, "the amount is below zero", NULL);
    check_refused(
        "rates: {stages: {A: {exits: {Won: {share: 70%}, Lost: {share: 40%}}}}}"
        "\n",
        1, 29, "the exits of a stage add up to 110%", NULL);
}

static void
win_rates_that_fall_along_the_stages_are_refused(void **state)
{
    (void) state;
    check_refused(
        "stages: [A, B, C]\nrates:\n  stages:\n    C: {win_rate: 20%}\n"
        "    A: {win_rate: 30%}\n",
        4, 5, "win rates fall along the stages: 'C' has 20%, 'A' before it 30%", NULL);
    check_refused(
        "rates:\n  stages:\n    A: {win_rate: 30%}\n    B: {win_rate: 10%}\n", 4, 5,
        "win rates fall along the stages: 'B' has 10%, 'A' before it 30%", NULL);
}

static void
beliefs_about_unknown_stages_are_refused(void **state)
{
    (void) state;
    check_refused("stages: [Contact, Needs]\nrates: {stages: {Contacts: {days: 3}}}\n",
                  2, 18, "unknown stage", "Contact");
    check_refused("stages: [Contact, Needs]\n"
                  "rates: {stages: {Needs: {exits: {Wonn: {share: 1}}}}}\n",
                  2, 18, "unknown stage or end among the exits", "Won");
    check_refused(
        "stages: [Contact]\n"
        "rates: {stages: {Contact: {win_rate: 10%, exits: {Won: {share: 1}}}}}\n",
        2, 18, "'exits' takes the place of 'win_rate' and 'days'", NULL);
    check_refused("stages: [A, B, A]\n", 1, 16, "the stage 'A' is written twice", NULL);
    check_refused("stages: [A, Won]\nwon: Won\n", 1, 9, "'Won' is a stage and an end",
                  NULL);
}

static void
a_key_of_a_later_version_is_refused_not_ignored(void **state)
{
    (void) state;
    check_refused("targets: {2026Q4: {East: 200万}}\n", 1, 20,
                  "figures for a group are not served by this version", "all");
}

static void
leads_come_from_reps_the_market_or_a_share_of_it(void **state)
{
    static const char *const text[]
        = { "leads_from: reps\n", "leads_from: market\n", "leads_from: 60%\n" };
    static const double share[] = { 0, 1, 0.6 };
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(read_text(&funnel, text[i], &err), DD_OK);
        assert_close(funnel.market, share[i], 1e-12);
        dd_funnel_free(&funnel);
    }
    assert_true(isnan(funnel.market)); /* not said */
    check_refused("leads_from: team\n", 1, 13, "'leads_from' cannot be read",
                  "reps, market, or the market's share such as 60%");
    check_refused("leads_from: 160%\n", 1, 13, "'leads_from' cannot be read",
                  "reps, market, or the market's share such as 60%");
}

static void
effort_and_ramp_are_read_as_beliefs_and_shares(void **state)
{
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    assert_int_equal(read_text(&funnel,
                               "stages: [Needs, Proposal]\n"
                               "rates: {ramp: [0, 50%, 0.75]}\n"
                               "effort:\n"
                               "  visits_per_rep_week: 12\n"
                               "  visits_per_opportunity: 8 to 12\n"
                               "  leads_per_visit: 5\n"
                               "  visits_per_stage: {Proposal: 2.5}\n",
                               &err),
                     DD_OK);
    assert_int_equal(funnel.n_ramp, 3);
    assert_close(funnel.ramp[1], .5, 0);
    assert_close(funnel.ramp[2], .75, 0);
    assert_close(funnel.effort.visits_per_rep_week.low, 12, 0);
    assert_close(funnel.effort.visits_per_opportunity.high, 12, 0);
    assert_close(funnel.effort.visits_per_opportunity.low, 8, 0);
    assert_close(funnel.effort.leads_per_visit.high, 5, 0);
    assert_int_equal(funnel.effort.n_stages, 1);
    assert_string_equal(funnel.effort.stages[0].stage, "Proposal");
    assert_close(funnel.effort.stages[0].visits, 2.5, 0);
    dd_funnel_free(&funnel);
    dd_error_free(&err);
}

static void
instalments_are_read_and_must_be_the_whole(void **state)
{
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    assert_int_equal(read_text(&funnel,
                               "collect: [{share: 30%, after: 0},"
                               " {share: 0.45, after: 60 days}, {share: 25%, after: 8 "
                               "weeks}]\n",
                               &err),
                     DD_OK);
    assert_int_equal(funnel.n_collect, 3);
    assert_close(funnel.collect[1].share, .45, 0);
    assert_close(funnel.collect[1].days, 60, 0);
    assert_close(funnel.collect[2].days, 56, 0);
    dd_funnel_free(&funnel);
    check_refused("collect: [{share: 30%}, {share: 60%, after: 5}]\n", 1, 10,
                  "the instalments of 'collect' add up to 90%", "100% in all");
    check_refused("collect: [{after: 0}, {share: 100%}]\n", 1, 11,
                  "an instalment has no share", NULL);
    dd_error_free(&err);
}

static void
impossible_effort_is_refused_where_it_stands(void **state)
{
    (void) state;
    check_refused("effort: {visits_per_opportunity: 0.5}\n", 1, 34,
                  "'visits_per_opportunity' is out of range", NULL);
    check_refused("stages: [Needs]\neffort: {visits_per_stage: {Neds: 2}}\n", 2, 29,
                  "unknown stage", "Needs");
    check_refused(
        "effort: {visits_per_rep_week: 0, visits_per_opportunity: 10}\n", 1, 31,
        "reps who make no visits cannot be planned with",
        "visits such as 12; without 'visits_per_rep_week' deals come as lately");
    check_refused("rates: {deal_size: -3}\n", 1, 20, "'deal_size' is below zero",
                  "an amount such as 12.5万");
    check_refused("rates: {ramp: []}\n", 1, 15, "the ramp has no steps",
                  "a month each, such as [0, 50%], or [100%] for none");
    check_refused("effort: {visits_per_stage: {Needs: many}}\n", 1, 36,
                  "the visits of a stage cannot be read", "visits such as 2");
    check_refused("rates: {ramp: [50%, 30%]}\n", 1, 21,
                  "a step of the ramp cannot be right",
                  "a share from 0% to 100%, not below the month before");
}

static void
a_target_needs_a_period_of_this_fiscal_year(void **state)
{
    (void) state;
    check_refused("targets: {2026Q5: 1万}\n", 1, 11, "this is no period",
                  "a period such as 2026Q4, 2026-12 or 2026-W47");
    check_refused("targets: {2026Q4: 1万}\nfiscal_year_starts: 4\n", 1, 11,
                  "this is no period", NULL);
    check_refused("booked: {soon: 1万}\n", 1, 10, "this is no period", NULL);
}

static void
anchors_and_aliases_are_refused(void **state)
{
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    assert_int_equal(read_text(&funnel, "won: &w [赢单]\nlost: *w\n", &err), DD_EDATA);
    assert_int_equal(err.n, 2);
    assert_string_equal(err.items[0].wrong, "anchors are not allowed");
    assert_string_equal(err.items[1].wrong, "aliases are not allowed");
    assert_int_equal(err.items[1].line, 2);
    assert_int_equal(err.items[1].column, 7);
    dd_error_free(&err);
}

static void
one_run_tells_all_problems_in_the_order_of_the_file(void **state)
{
    static const long lines[] = { 1, 2, 3, 4, 6 };
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    assert_int_equal(read_text(&funnel,
                               "teem: 3\nfiscal_year_starts: 0\ncollect: 30%\n"
                               "targets: {then: 5万}\nperiod: week\nteam: x\n",
                               &err),
                     DD_EDATA);
    assert_int_equal(err.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(err.items[i].line, lines[i]);
    dd_error_free(&err);
}

static void
a_missing_funnel_file_is_told(void **state)
{
    dd_error err = { 0 };
    dd_funnel funnel;
    (void) state;

    assert_int_equal(dd_funnel_read(&funnel, "no/funnel.yaml", NULL, &err), DD_EIO);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].file, "no/funnel.yaml");
    assert_string_equal(err.items[0].wrong,
                        "cannot read the file: No such file or directory");
    dd_error_free(&err);
}

static void
a_made_up_company_is_read(void **state)
{
    dd_error err = { 0 };
    dd_funnel f;
    char day[16];
    (void) state;

    assert_int_equal(
        read_text(&f,
                  "sample:\n  seed: 7\n  from: 2024-11-01\n  to: 2026-10-31\n"
                  "  layout: events\n  new_deals_per_rep_week: 0.8\n"
                  "  reps: [{owner: 李雷, team: East}, {owner: Ann}]\n"
                  "  segments: {A: 60%, B: 40%}\n"
                  "  amount: lognormal 12万 0.8\n  names: both\n",
                  &err),
        DD_OK);
    assert_true(f.sample.given);
    assert_int_equal(f.sample.seed, 7);
    assert_string_equal(dd_day_format(f.sample.to, day), "2026-10-31");
    assert_string_equal(f.sample.layout, "events");
    assert_int_equal(f.sample.n_reps, 2);
    assert_string_equal(f.sample.reps[0].team, "East");
    assert_null(f.sample.reps[1].team);
    assert_close(f.sample.segments[1].share, 0.4, 1e-15);
    assert_close(f.sample.amount.a, 12e6, 0);
    dd_funnel_free(&f);
}

#define SAMPLE \
    "{from: 2024-01-01, to: 2024-12-31, new_deals_per_rep_week: 1, " \
    "reps: [{owner: Ann}], amount: lognormal 1万 1, "

static void
an_impossible_company_is_refused(void **state)
{
    (void) state;
    check_refused("sample: " SAMPLE "\n  layout: snapshots}\n", 2, 11,
                  "the layout 'snapshots' is not served by this version",
                  "events or deals");
    check_refused("sample: " SAMPLE "\n  segments: {A: 60%, B: 30%}}\n", 2, 13,
                  "the segments add up to 90%", NULL);
    check_refused("sample: " SAMPLE "\n  names: fr}\n", 2, 10, "unknown names",
                  "one of en, zh, both");
    check_refused(
        "sample: {from: 2024-01-01, to: 2023-01-01, new_deals_per_rep_week: 1, "
        "reps: [{owner: Ann}], amount: lognormal 1万 1}\n",
        1, 1, "'sample' ends before it begins", NULL);
    check_refused("sample: {to: 2023-01-01, new_deals_per_rep_week: 1, "
                  "reps: [{owner: Ann}], amount: lognormal 1万 1}\n",
                  1, 1, "'sample' says no 'from'", "from");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_reaches_its_place),
        cmocka_unit_test(pipelines_have_their_own_stages_and_beliefs),
        cmocka_unit_test(what_is_not_written_keeps_its_default),
        cmocka_unit_test(a_history_alone_is_a_funnel),
        cmocka_unit_test(an_unknown_key_is_refused_with_the_nearest_one),
        cmocka_unit_test(a_wrong_type_is_refused_at_the_value),
        cmocka_unit_test(a_value_out_of_range_is_refused),
        cmocka_unit_test(win_rates_that_fall_along_the_stages_are_refused),
        cmocka_unit_test(beliefs_about_unknown_stages_are_refused),
        cmocka_unit_test(effort_and_ramp_are_read_as_beliefs_and_shares),
        cmocka_unit_test(instalments_are_read_and_must_be_the_whole),
        cmocka_unit_test(impossible_effort_is_refused_where_it_stands),
        cmocka_unit_test(a_key_of_a_later_version_is_refused_not_ignored),
        cmocka_unit_test(leads_come_from_reps_the_market_or_a_share_of_it),
        cmocka_unit_test(a_target_needs_a_period_of_this_fiscal_year),
        cmocka_unit_test(anchors_and_aliases_are_refused),
        cmocka_unit_test(one_run_tells_all_problems_in_the_order_of_the_file),
        cmocka_unit_test(a_missing_funnel_file_is_told),
        cmocka_unit_test(a_made_up_company_is_read),
        cmocka_unit_test(an_impossible_company_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
