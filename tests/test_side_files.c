/* Reps and activities: what is read, what is refused. Expectations are worked by hand. */
#include "funnel_folder.h"

#define HISTORY \
    "deal_id,stage,entered_at,owner\nZ,Needs,2025-01-09,Han\nA,Needs,2025-01-03,Li\n"

static void
read_with(funnel_folder *f, const char *reps, const char *activities, const char *more)
{
    char yaml[512];

    folder_init(f);
    folder_write(f, "h.csv", HISTORY);
    if (reps)
        folder_write(f, "reps.csv", reps);
    if (activities)
        folder_write(f, "act.csv", activities);
    snprintf(yaml, sizeof yaml, "history: h.csv\n%s%s%s", reps ? "reps: reps.csv\n" : "",
             activities ? "activities: act.csv\n" : "", more);
    folder_write(f, "funnel.yaml", yaml);
    folder_read(f, "funnel.yaml");
}

static void
assert_refusal(const funnel_folder *f, size_t i, long line, const char *code,
               const char *reason)
{
    assert_true(i < f->history.n_refusals);
    assert_int_equal(f->history.refusals[i].line, line);
    assert_string_equal(f->history.refusals[i].code, code);
    assert_string_equal(f->history.refusals[i].reason, reason);
}

static void
reps_are_read_with_their_spans_and_quotas(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(
        &f,
        "owner,team,start,end,quota,quota_period\n"
        "Li,East,2024-01-01,2024-12-31,50万,quarter\nLi,West,2025-01-01,,120万,year\n"
        "Mei,East,,,,\n",
        NULL, "period: month\n");
    assert_int_equal(f.status, DD_OK);
    assert_int_equal(f.history.n_reps, 3);
    const dd_rep *reps = f.history.reps;
    assert_string_equal(reps[0].team, "East");
    assert_int_equal(reps[0].start, dd_day_from_civil(2024, 1, 1));
    assert_int_equal(reps[0].end, dd_day_from_civil(2024, 12, 31));
    assert_int_equal(reps[0].quota, 50000000);
    assert_int_equal(reps[0].quota_period, DD_QUARTER);
    assert_string_equal(f.history.owners.items[reps[1].owner], "Li");
    assert_int_equal(reps[1].end, DD_NO_DAY);
    assert_int_equal(reps[1].quota_period, DD_YEAR);
    assert_int_equal(reps[2].owner, -1);
    assert_int_equal(reps[2].start, DD_NO_DAY);
    assert_int_equal(reps[2].quota, DD_UNKNOWN_AMOUNT);
    assert_int_equal(reps[2].quota_period, DD_MONTH);
    assert_string_equal(f.history.files[1].layout, "reps");
    assert_int_equal(f.history.files[1].rows, 3);
    folder_free(&f);
}

static void
two_overlapping_spans_of_a_rep_are_refused(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f,
              "负责人,入职日期,离职日期\n李雷,2024-01-01,2024-06-30\n"
              "李雷,2024-06-30,\n李雷,2024-07-01,\n李雷,,2023-12-31\n韩梅梅,,\n",
              NULL, "");
    assert_int_equal(f.status, DD_OK);
    assert_int_equal(f.history.n_reps, 4);
    assert_int_equal(f.history.files[1].refused, 1);
    assert_refusal(&f, 0, 3, "overlapping_spans",
                   "the rep has a span over the same days already, in line 2");
    assert_non_null(strstr(folder_noted(&f, "overlapping_spans"), "reps.csv:3"));
    folder_free(&f);
}

static void
ends_of_reps_are_read_as_their_starts(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f, "owner,start,end\nLi,25/03/2024,05/04/2024\n", NULL, "");
    assert_int_equal(f.status, DD_OK);
    assert_int_equal(f.history.n_reps, 1);
    assert_int_equal(f.history.reps[0].end - f.history.reps[0].start, 11);
    folder_free(&f);
}

static void
rows_of_reps_that_cannot_be_used_are_refused(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f,
              "owner,start,end,quota,quota_period\n,2024-01-01,,,\n"
              "Li,2024-02-30,,,\nLi,2024-03-05,2024-03-04,,\nLi,,,lots,\nLi,,,5,blue\n"
              "Li\n",
              NULL, "");
    assert_int_equal(f.history.n_reps, 1);
    assert_refusal(&f, 0, 2, "no_owner", "no owner");
    assert_refusal(&f, 1, 3, "bad_date", "there is no such date");
    assert_refusal(&f, 2, 4, "ends_before_start", "ends before it starts");
    assert_refusal(&f, 3, 5, "bad_amount", "not an amount");
    assert_refusal(&f, 4, 6, "bad_period", "not year, half, quarter, month or week");
    folder_free(&f);
}

static void
headings_of_reps_that_nobody_knows_are_told(void **state)
{
    funnel_folder f;
    const char *note = NULL;

    (void) state;
    read_with(&f, "负责人,离职日,季度指标,指标\nLi,2024-06-30,7万,-3\nMei,,,12.5万\n",
              NULL, "columns: {end: 离职日}\n");
    for (size_t i = 0; i < f.notes.n; i++)
        if (strstr(f.notes.items[i].text, "reps.csv: "))
            note = note ? note : f.notes.items[i].text;
    assert_non_null(note);
    assert_non_null(strstr(note, "reps.csv: owner from '负责人', end from '离职日', "
                                 "quota from '指标'; not used: 季度指标"));
    assert_refusal(&f, 0, 2, "negative_quota", "a quota below zero");
    assert_int_equal(f.history.n_reps, 1);
    assert_int_equal(f.history.reps[0].quota, 12500000);
    folder_free(&f);
}

/* Deal A stands behind Z in the file and before it in time. */
static void
activities_find_their_kind_owner_and_deal(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(
        &f, NULL,
        "date,owner,activity,count,deal_id\n2025-01-05,Li,visit,3,A\n"
        "2025/1/6,Mei,外勤,,\n2025-01-07,Han,新线索,12,Z\n2025-01-08,Han,call,1,\n",
        "activity_names: {lead: [新线索]}\n");
    assert_int_equal(f.status, DD_OK);
    assert_int_equal(f.history.n_activities, 4);
    const dd_activity *a = f.history.activities;
    assert_int_equal(a[0].kind, DD_VISIT);
    assert_int_equal(a[0].count, 3);
    assert_int_equal(a[0].day, dd_day_from_civil(2025, 1, 5));
    assert_string_equal(f.history.deals[a[0].deal].id, "A");
    assert_string_equal(f.history.owners.items[a[0].owner], "Li");
    assert_int_equal(a[1].kind, DD_VISIT);
    assert_int_equal(a[1].count, 1);
    assert_int_equal(a[1].owner, -1);
    assert_int_equal(a[1].deal, -1);
    assert_string_equal(a[1].name, "Mei");
    assert_int_equal(a[2].kind, DD_LEAD);
    assert_string_equal(f.history.deals[a[2].deal].id, "Z");
    assert_int_equal(a[3].kind, DD_OTHER_ACTIVITY);
    assert_string_equal(folder_noted(&f, "read_activity"), "'visit' counts as visits");
    folder_free(&f);
}

/* Rows newest first put deals into another order than that of their ids. */
static void
deals_that_were_put_in_order_are_still_found(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv",
                 "deal_id,stage,entered_at\nA,Demo,2025-02-09\nB,Needs,2025-01-09\n"
                 "A,Needs,2025-01-03\n");
    folder_write(&f, "act.csv", "date,activity,deal_id\n2025-01-05,visit,A\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\nactivities: act.csv\n");
    folder_must_read(&f, "funnel.yaml");
    assert_string_equal(f.history.deals[1].id, "A");
    assert_int_equal(f.history.activities[0].deal, 1);
    folder_free(&f);
}

static void
an_activity_for_an_unknown_deal_is_refused(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f, NULL,
              "date,activity,count,deal_id\n2025-01-05,visit,1,Q7\n,visit,1,\n"
              "2025-01-05,,1,\n2025-01-05,visit,1.5,\n2025-01-05,visit,-1,\n",
              "");
    assert_int_equal(f.status, DD_OK);
    assert_int_equal(f.history.n_activities, 0);
    assert_int_equal(f.history.files[1].refused, 5);
    assert_refusal(&f, 0, 2, "unknown_deal", "deal 'Q7' is not in the history");
    assert_refusal(&f, 1, 3, "no_date", "no date");
    assert_refusal(&f, 2, 4, "no_activity", "no activity");
    assert_refusal(&f, 3, 5, "bad_count", "not a count such as 3");
    assert_refusal(&f, 4, 6, "bad_count", "not a count such as 3");
    folder_free(&f);
}

static void
columns_of_the_funnel_file_serve_all_files(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f, "who,squad\nLi,East\n", "when,what,Deal ref\n2025-01-05,visit,A\n",
              "columns: {owner: who, team: squad, date: when, activity: what, "
              "deal_id: Deal ref}\n");
    assert_int_equal(f.status, DD_OK);
    assert_string_equal(f.history.reps[0].team, "East");
    assert_int_equal(f.history.activities[0].kind, DD_VISIT);
    assert_int_equal(f.history.activities[0].deal, 1);
    assert_string_equal(f.history.owners.items[0], "Li");
    folder_free(&f);
}

static void
a_file_without_a_needed_column_is_refused(void **state)
{
    funnel_folder f;

    (void) state;
    read_with(&f, "colour\nred\n", NULL, "");
    folder_assert_wrong(&f, DD_EDATA, "no column for owner among the reps");
    folder_free(&f);
    read_with(&f, NULL, "day,who\n2025-01-05,Li\n", "");
    folder_assert_wrong(&f, DD_EDATA, "no column for activity among the activities");
    folder_free(&f);
    read_with(&f, NULL, NULL, "reps: nowhere.csv\n");
    folder_assert_wrong(&f, DD_EIO, "cannot be opened");
    folder_free(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reps_are_read_with_their_spans_and_quotas),
        cmocka_unit_test(two_overlapping_spans_of_a_rep_are_refused),
        cmocka_unit_test(ends_of_reps_are_read_as_their_starts),
        cmocka_unit_test(rows_of_reps_that_cannot_be_used_are_refused),
        cmocka_unit_test(headings_of_reps_that_nobody_knows_are_told),
        cmocka_unit_test(activities_find_their_kind_owner_and_deal),
        cmocka_unit_test(deals_that_were_put_in_order_are_still_found),
        cmocka_unit_test(an_activity_for_an_unknown_deal_is_refused),
        cmocka_unit_test(columns_of_the_funnel_file_serve_all_files),
        cmocka_unit_test(a_file_without_a_needed_column_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
