/* Which column is which: headings as CRMs write them (their export formats). */
#include "check.h"

#include "input/columns.h"

#include <string.h>

#define MOST 16

/** A heading made of words, and what was found in it. */
typedef struct {
    dd_cell cells[MOST];
    dd_csv_row heading;
    dd_funnel funnel;
    dd_columns columns;
    dd_error err;
    dd_status status;
} search;

static void
find(search *self, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        self->cells[i] = (dd_cell){ words[i], strlen(words[i]) };
    self->heading = (dd_csv_row){ 1, n, self->cells };
    self->status = dd_columns_find(&self->columns, &self->heading, &self->funnel,
                                   "export.csv", &self->err);
}

typedef struct {
    dd_column column;
    int at;
} place;

static void
assert_found(const char *const *words, size_t n, const place *expected,
             size_t n_expected)
{
    search s = { 0 };

    find(&s, words, n);
    assert_int_equal(s.status, DD_OK);
    for (size_t i = 0; i < n_expected; i++) {
        int at = s.columns.at[expected[i].column];
        if (at != expected[i].at)
            print_error("%s at %d, expected %d\n", dd_column_name_of(expected[i].column),
                        at, expected[i].at);
        assert_int_equal(at, expected[i].at);
        if (at >= 0)
            assert_string_equal(s.columns.heading[expected[i].column], words[at]);
    }
}

#define ASSERT_FOUND(words, ...) \
    do { \
        static const place expected_[] = { __VA_ARGS__ }; \
        assert_found((words), sizeof(words) / sizeof *(words), expected_, \
                     sizeof expected_ / sizeof *expected_); \
    } while (0)

static void
our_own_names_are_known(void **state)
{
    search s = { 0 };
    const char *name;

    (void) state;
    for (int c = 0; c < DD_COLUMNS; c++) {
        name = dd_column_name_of((dd_column) c);
        find(&s, &name, 1);
        assert_int_equal(s.columns.at[c], 0);
    }
}

static void
no_heading_stands_for_two_columns(void **state)
{
    (void) state;
    for (int c = 0; c < DD_COLUMNS; c++) {
        for (size_t i = 0; dd_column_heading((dd_column) c, i); i++) {
            search s = { 0 };
            const char *heading = dd_column_heading((dd_column) c, i);
            find(&s, &heading, 1);
            if (s.columns.at[c] != 0)
                print_error("'%s' is not %s\n", heading,
                            dd_column_name_of((dd_column) c));
            assert_int_equal(s.columns.at[c], 0);
        }
    }
}

static void
the_headings_of_maven_are_known(void **state)
{
    static const char *const words[]
        = { "opportunity_id", "sales_agent", "product",    "account",
            "deal_stage",     "engage_date", "close_date", "close_value" };

    (void) state;
    ASSERT_FOUND(words, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_OWNER, 1 },
                 { DD_COLUMN_KIND, 2 }, { DD_COLUMN_ACCOUNT, 3 }, { DD_COLUMN_STAGE, 4 },
                 { DD_COLUMN_CREATED_AT, 5 }, { DD_COLUMN_CLOSE_DATE, 6 },
                 { DD_COLUMN_AMOUNT_WON, 7 }, { DD_COLUMN_AMOUNT, -1 },
                 { DD_COLUMN_CLOSED_AT, -1 });
}

static void
the_headings_of_chinese_crms_are_known(void **state)
{
    static const char *const long_form[] = { "\xEF\xBB\xBF商机编号",
                                             "商机名称",
                                             "客户ID",
                                             "商机阶段",
                                             "预估金额",
                                             "实际金额",
                                             "预期成交日期",
                                             "实际成交日期",
                                             "负责人",
                                             "优先级",
                                             "创建时间" };
    static const char *const short_form[]
        = { "标题", "关联客户", "阶段", "金额", "成交概率", "预计成交日期", "描述" };
    static const char *const events[]
        = { "商机编号", "销售阶段", "阶段变更时间", "跟进人" };

    (void) state;
    ASSERT_FOUND(long_form, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_NAME, 1 },
                 { DD_COLUMN_ACCOUNT, 2 }, { DD_COLUMN_STAGE, 3 },
                 { DD_COLUMN_AMOUNT, 4 }, { DD_COLUMN_AMOUNT_WON, 5 },
                 { DD_COLUMN_CLOSE_DATE, 6 }, { DD_COLUMN_CLOSED_AT, 7 },
                 { DD_COLUMN_OWNER, 8 }, { DD_COLUMN_CREATED_AT, 10 });
    ASSERT_FOUND(short_form, { DD_COLUMN_NAME, 0 }, { DD_COLUMN_ACCOUNT, 1 },
                 { DD_COLUMN_STAGE, 2 }, { DD_COLUMN_AMOUNT, 3 },
                 { DD_COLUMN_PROBABILITY, 4 }, { DD_COLUMN_CLOSE_DATE, 5 },
                 { DD_COLUMN_DEAL_ID, -1 });
    ASSERT_FOUND(events, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_STAGE, 1 },
                 { DD_COLUMN_ENTERED_AT, 2 }, { DD_COLUMN_OWNER, 3 });
}

static void
salesforce_history_dates_its_rows_by_their_creation(void **state)
{
    static const char *const history[] = {
        "Id",     "OpportunityId",   "CreatedById", "CreatedDate", "StageName",
        "Amount", "ExpectedRevenue", "CloseDate",   "Probability", "ForecastCategory"
    };
    static const char *const deals[] = { "Opportunity ID", "Opportunity Name", "Stage",
                                         "Created Date", "Close Date" };

    (void) state;
    ASSERT_FOUND(history, { DD_COLUMN_DEAL_ID, 1 }, { DD_COLUMN_ENTERED_AT, 3 },
                 { DD_COLUMN_CREATED_AT, -1 }, { DD_COLUMN_STAGE, 4 },
                 { DD_COLUMN_AMOUNT, 5 }, { DD_COLUMN_CLOSE_DATE, 7 },
                 { DD_COLUMN_PROBABILITY, 8 });
    ASSERT_FOUND(deals, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_CREATED_AT, 3 },
                 { DD_COLUMN_ENTERED_AT, -1 });
}

static void
other_crms_are_known_too(void **state)
{
    static const char *const hubspot[]
        = { "Record ID",  "Deal Name",   "Deal Stage", "Pipeline", "Amount",
            "Close Date", "Create Date", "Deal owner", "Deal Type" };
    static const char *const zoho[]
        = { "Record Id",    "Deal Name",   "Deal Owner",   "Stage",
            "Closing Date", "Amount",      "Created Time", "Probability (%)",
            "Lead Source",  "Account Name" };
    static const char *const pipedrive[] = { "Negócio - Título",
                                             "Negócio - Etapa",
                                             "Negócio - Status",
                                             "Negócio - Ganho em",
                                             "Negócio - Negócio criado em",
                                             "Negócio - Valor" };
    static const char *const bitrix[]
        = { "event_id", "deal_id", "old_stage_id", "new_stage_id", "changed_at" };

    (void) state;
    ASSERT_FOUND(
        hubspot, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_NAME, 1 }, { DD_COLUMN_STAGE, 2 },
        { DD_COLUMN_PIPELINE, 3 }, { DD_COLUMN_AMOUNT, 4 }, { DD_COLUMN_CLOSE_DATE, 5 },
        { DD_COLUMN_CREATED_AT, 6 }, { DD_COLUMN_OWNER, 7 }, { DD_COLUMN_KIND, 8 });
    ASSERT_FOUND(zoho, { DD_COLUMN_DEAL_ID, 0 }, { DD_COLUMN_OWNER, 2 },
                 { DD_COLUMN_CLOSE_DATE, 4 }, { DD_COLUMN_CREATED_AT, 6 },
                 { DD_COLUMN_PROBABILITY, 7 }, { DD_COLUMN_SOURCE, 8 },
                 { DD_COLUMN_ACCOUNT, 9 });
    ASSERT_FOUND(pipedrive, { DD_COLUMN_NAME, 0 }, { DD_COLUMN_STAGE, 1 },
                 { DD_COLUMN_STATUS, 2 }, { DD_COLUMN_WON_AT, 3 },
                 { DD_COLUMN_CREATED_AT, 4 }, { DD_COLUMN_AMOUNT, 5 });
    ASSERT_FOUND(bitrix, { DD_COLUMN_DEAL_ID, 1 }, { DD_COLUMN_STAGE, 3 },
                 { DD_COLUMN_ENTERED_AT, 4 });
}

static void
the_funnels_columns_come_first(void **state)
{
    static const char *const words[] = { "deal_id", "Ref No", "stage", "Phase" };
    dd_column_name given[] = { { (char *) "deal_id", (char *) "ref_no", { 0 } },
                               { (char *) "stage", (char *) "Phase", { 0 } } };
    search s = { 0 };

    (void) state;
    s.funnel.columns = given;
    s.funnel.n_columns = 2;
    find(&s, words, 4);
    assert_int_equal(s.status, DD_OK);
    assert_int_equal(s.columns.at[DD_COLUMN_DEAL_ID], 1);
    assert_int_equal(s.columns.at[DD_COLUMN_STAGE], 3);
}

static void
an_override_that_fits_nothing_is_refused_with_what_was_meant(void **state)
{
    static const char *const words[] = { "Reference", "Phase", "When" };
    dd_column_name given[]
        = { { (char *) "deal_id", (char *) "Refrence", { "funnel.yaml", 7, 20 } },
            { (char *) "stagee", (char *) "Phase", { "funnel.yaml", 8, 3 } } };
    search s = { 0 };

    (void) state;
    s.funnel.columns = given;
    s.funnel.n_columns = 2;
    find(&s, words, 3);
    assert_int_equal(s.status, DD_EDATA);
    assert_int_equal(s.err.n, 2);
    assert_string_equal(s.err.items[0].wrong, "'export.csv' has no such column");
    assert_string_equal(s.err.items[0].read, "Refrence");
    assert_string_equal(s.err.items[0].right, "Reference");
    assert_int_equal(s.err.items[0].line, 7);
    assert_string_equal(s.err.items[1].wrong, "no such column");
    assert_string_equal(s.err.items[1].right, "stage");
    dd_error_free(&s.err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_names_are_known),
        cmocka_unit_test(no_heading_stands_for_two_columns),
        cmocka_unit_test(the_headings_of_maven_are_known),
        cmocka_unit_test(the_headings_of_chinese_crms_are_known),
        cmocka_unit_test(salesforce_history_dates_its_rows_by_their_creation),
        cmocka_unit_test(other_crms_are_known_too),
        cmocka_unit_test(the_funnels_columns_come_first),
        cmocka_unit_test(an_override_that_fits_nothing_is_refused_with_what_was_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
