/* Rows to deals: order, ends, refusals, pipelines and stages. Expectations are worked by
 * hand from the rows in each test. */
#include "history_text.h"

#define EVENTS "deal_id,stage,entered_at,amount,owner\n"
#define DEALS \
    "deal_id,stage,created_at,closed_at,close_date,amount,amount_won,probability\n"

static const dd_entry *
entry(const history_text *t, size_t deal, size_t i)
{
    return &t->history.entries[t->history.deals[deal].first + i];
}

static const char *
stage_name(const history_text *t, size_t deal, size_t i)
{
    const dd_pipeline *pipeline = &t->history.pipelines[t->history.deals[deal].pipeline];

    return pipeline->stages[entry(t, deal, i)->stage];
}

static void
assert_stages(const dd_pipeline *pipeline, const char *expected)
{
    char text[256] = "";

    for (size_t s = 0; s < pipeline->n_stages; s++) {
        strcat(text, s ? " " : "");
        strcat(text, pipeline->stages[s]);
    }
    assert_string_equal(text, expected);
}

static void
rows_of_a_deal_may_come_in_any_order(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Won,2025-03-09,70,Li\n"
                          "A,Contact,2025-01-02,50,Li\n"
                          "B,Contact,2025-01-05,20,Han\n"
                          "A,Proposal,2025-02-11,60,Han\n");
    assert_int_equal(t.history.n_deals, 2);
    assert_int_equal(t.history.n_entries, 4);
    assert_string_equal(t.history.deals[0].id, "A");
    assert_int_equal(t.history.deals[0].n, 3);
    assert_string_equal(stage_name(&t, 0, 0), "Contact");
    assert_string_equal(stage_name(&t, 0, 1), "Proposal");
    assert_int_equal(entry(&t, 0, 2)->stage, DD_WON);
    assert_int_equal(entry(&t, 0, 1)->amount, 6000);
    assert_int_equal(t.history.first_day, day_of("2025-01-02"));
    assert_int_equal(t.history.last_day, day_of("2025-03-09"));
    assert_int_equal(t.history.files[0].rows, 4);
    history_text_free(&t);
}

static void
rows_of_one_moment_keep_the_order_of_the_file(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Needs,2025-03-09,,\nA,Demo,2025-03-09,,\n"
                          "A,Contact,2025-01-09,,\nA,Offer,2025-03-09,,\n");
    assert_string_equal(stage_name(&t, 0, 1), "Needs");
    assert_string_equal(stage_name(&t, 0, 2), "Demo");
    assert_string_equal(stage_name(&t, 0, 3), "Offer");
    history_text_free(&t);
}

static void
known_words_in_english_and_chinese_end_a_deal(void **state)
{
    static const char *const won[]
        = { "Won", "CLOSED WON", "closed-won", "赢单", "成交", "签约收款" };
    static const char *const lost[]
        = { "lost", "Closed Lost", "输单", "丢单", "丢失", "无效", "流失" };
    char csv[256];
    history_text t;

    (void) state;
    for (size_t i = 0; i < 13; i++) {
        const char *word = i < 6 ? won[i] : lost[i - 6];
        snprintf(csv, sizeof(csv), EVENTS "A,联系,2025-01-02,,\nA,%s,2025-01-03,,\n",
                 word);
        history_of(&t, csv);
        assert_int_equal(entry(&t, 0, 1)->stage, i < 6 ? DD_WON : DD_LOST);
        assert_non_null(noted(&t.notes, "read_words"));
        history_text_free(&t);
    }
}

static void
the_funnels_own_words_end_a_deal_and_its_stages_do_not(void **state)
{
    char *won[] = { WORD("Signed") }, *stages[] = { WORD("Contact"), WORD("成交") };
    dd_pipeline_names list = { WORD(""), 2, stages };
    history_text t;

    (void) state;
    history_text_init(&t);
    t.funnel.won = (dd_words){ 1, won };
    t.funnel.pipelines = &list;
    t.funnel.n_pipelines = 1;
    history_text_read(&t, EVENTS "A,contact,2025-01-02,,\nA,成交,2025-01-03,,\n"
                                 "A,SIGNED,2025-01-05,,\n");
    assert_int_equal(t.status, DD_OK);
    assert_int_equal(entry(&t, 0, 0)->stage, 0);
    assert_int_equal(entry(&t, 0, 1)->stage, 1);
    assert_int_equal(entry(&t, 0, 2)->stage, DD_WON);
    history_text_free(&t);
}

static void
a_deal_that_goes_on_after_won_is_refused_from_there_on(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,\nA,Won,2025-02-03,,\n"
                          "A,Contact,2025-02-04,,\nA,Won,2025-02-05,,\n"
                          "B,Contact,2025-01-02,,\n");
    assert_int_equal(t.history.deals[0].n, 2);
    assert_int_equal(t.history.n_entries, 3);
    assert_int_equal(t.history.n_refusals, 2);
    assert_int_equal(t.history.files[0].refused, 2);
    assert_int_equal(t.history.refusals[0].line, 4);
    assert_string_equal(t.history.refusals[0].code, "after_end");
    assert_string_equal(t.history.refusals[0].reason,
                        "deal 'A' goes on after its end (Won on 2025-02-03)");
    assert_non_null(strstr(noted(&t.notes, "after_end"), "2 rows refused"));
    history_text_free(&t);
}

static void
won_written_again_is_no_going_on(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,\nA,Won,2025-02-03,10,\n"
                          "A,Won,2025-02-07,12,\n");
    assert_int_equal(t.history.n_refusals, 0);
    assert_int_equal(t.history.deals[0].amount_now, 1200);
    history_text_free(&t);
}

static void
closing_before_creation_is_refused(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, DEALS "A,Won,2025-03-05,2025-03-04,,,,\n"
                         "B,Won,2025-03-05,2025-03-05,,,,\n");
    assert_int_equal(t.history.n_deals, 1);
    assert_string_equal(t.history.deals[0].id, "B");
    assert_string_equal(t.history.refusals[0].code, "closed_before_created");
    assert_string_equal(
        t.history.refusals[0].reason,
        "closing before creation: closed 2025-03-04, created 2025-03-05");
    assert_int_equal(t.history.refusals[0].line, 2);
    history_text_free(&t);
}

static void
a_closing_date_does_not_contradict_a_creation_that_afternoon(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, DEALS "A,Lost,2025-03-05T16:20:00,2025-03-05,,,,\n");
    assert_int_equal(t.history.n_refusals, 0);
    assert_int_equal(entry(&t, 0, 1)->at, entry(&t, 0, 0)->at);
    assert_int_equal(t.history.recording_unit, 1);
    history_text_free(&t);
}

static void
a_second_row_of_an_id_is_refused_in_the_deals_layout(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, DEALS "A,Demo,2025-03-05,,,,,\nA,Demo,2025-03-06,,,,,\n");
    assert_int_equal(t.history.n_deals, 1);
    assert_string_equal(t.history.refusals[0].code, "duplicate_id");
    assert_string_equal(t.history.refusals[0].value, "A");
    assert_non_null(strstr(t.history.refusals[0].reason, "deal 'A' is already at "));
    history_text_free(&t);
}

static void
a_stage_not_among_the_funnels_is_refused_with_a_near_miss(void **state)
{
    char *stages[] = { WORD("Contact"), WORD("Proposal") };
    dd_pipeline_names list = { NULL, 2, stages };
    history_text t;

    (void) state;
    history_text_init(&t);
    t.funnel.pipelines = &list;
    t.funnel.n_pipelines = 1;
    history_text_read(&t, EVENTS "A,Contact,2025-01-02,,\nA,Demo,2025-01-04,,\n"
                                 "A,Propsal,2025-01-05,,\n");
    assert_int_equal(t.status, DD_OK);
    assert_int_equal(t.history.n_entries, 1);
    assert_string_equal(t.history.refusals[0].reason,
                        "stage 'Demo' is not among the funnel's stages");
    assert_string_equal(t.history.refusals[1].reason,
                        "stage 'Propsal' is not among the funnel's stages; did you mean "
                        "'Proposal'?");
    assert_stages(&t.history.pipelines[0], "Contact Proposal");
    history_text_free(&t);
}

static void
stages_are_ordered_by_how_most_deals_move(void **state)
{
    history_text t;

    (void) state;
    /* Three see Contact before Needs, one after it; most skip Offer; C jumps in. */
    history_of(&t, EVENTS "C,Offer,2025-01-01,,\nC,Won,2025-01-09,,\n"
                          "A,Contact,2025-01-02,,\nA,Needs,2025-01-04,,\n"
                          "A,Contact,2025-01-05,,\nA,Offer,2025-01-06,,\n"
                          "B,Contact,2025-01-02,,\nB,Needs,2025-01-03,,\n"
                          "D,Needs,2025-01-02,,\nD,Contact,2025-01-03,,\n"
                          "E,contact,2025-01-02,,\nE,NEEDS,2025-01-03,,\n");
    assert_stages(&t.history.pipelines[0], "Contact Needs Offer");
    assert_string_equal(stage_name(&t, 4, 1), "Needs");
    assert_non_null(strstr(noted(&t.notes, "read_stages"), "Contact, Needs, Offer"));
    history_text_free(&t);
}

/* By lines 4, 5 and 6: the rows in lines 2 and 3 did not exist when the deals began. */
static void
deals_stand_in_the_order_of_their_earliest_rows(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Offer,2025-03-09,,\nC,Offer,2025-03-08,,\n"
                          "B,Contact,2025-02-02,,\nC,Contact,2025-01-05,,\n"
                          "A,Contact,2025-01-02,,\n");
    assert_string_equal(t.history.deals[0].id, "B");
    assert_string_equal(t.history.deals[1].id, "C");
    assert_string_equal(t.history.deals[2].id, "A");
    assert_int_equal(t.history.deals[2].n, 2);
    assert_int_equal(entry(&t, 2, 1)->line, 2);
    assert_int_equal(entry(&t, 1, 0)->line, 5);
    history_text_free(&t);
}

/* Only neighbours were ever seen together; C was seen before B by the calendar. */
static void
neighbours_stand_as_the_majority_saw_them(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "X,C,2025-01-01,,\nX,D,2025-01-02,,\n"
                          "Y,B,2025-01-03,,\nY,C,2025-01-04,,\n"
                          "Z,A,2025-01-05,,\nZ,B,2025-01-06,,\n");
    assert_stages(&t.history.pipelines[0], "A B C D");
    history_text_free(&t);
}

static void
a_pipeline_column_makes_several(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, "deal_id,pipeline,stage,entered_at\n"
                   "A,New,Contact,2025-01-02\nA,New,Offer,2025-01-04\n"
                   "B,Renewal,Offer,2025-01-01\nA,Renewal,Offer,2025-01-05\n");
    assert_int_equal(t.history.n_pipelines, 2);
    assert_string_equal(t.history.pipelines[0].name, "Renewal"); /* used first */
    assert_stages(&t.history.pipelines[0], "Offer");
    assert_stages(&t.history.pipelines[1], "Contact Offer");
    assert_int_equal(t.history.deals[0].n, 2);
    assert_string_equal(t.history.refusals[0].code, "pipeline_changed");
    history_text_free(&t);
}

static void
a_pipeline_the_funnel_does_not_list_is_refused(void **state)
{
    char *stages[] = { WORD("Contact") };
    dd_pipeline_names lists[]
        = { { WORD("New"), 1, stages }, { WORD("Renewal"), 1, stages } };
    history_text t;

    (void) state;
    history_text_init(&t);
    t.funnel.pipelines = lists;
    t.funnel.n_pipelines = 2;
    history_text_read(&t, "deal_id,pipeline,stage,entered_at\n"
                          "A,renewal,Contact,2025-01-02\nB,Other,Contact,2025-01-04\n");
    assert_int_equal(t.status, DD_OK);
    assert_int_equal(t.history.n_deals, 1);
    assert_int_equal(t.history.deals[0].pipeline, 1);
    assert_string_equal(t.history.refusals[0].reason,
                        "pipeline 'Other' is not among the funnel's");
    history_text_free(&t);
}

static void
the_deals_layout_puts_open_first_and_orders_stages_by_the_crms_chances(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, DEALS "A,Offer,2025-01-02,,,50,,0.7\nB,Contact,2025-01-03,,,60,,0.1\n"
                         "C,Demo,2025-01-04,,,,,0.3\nD,Lead,,,,,,0.5\n"
                         "E,Won,2025-01-04,2025-02-01,,70,75,1\n");
    assert_stages(&t.history.pipelines[0], "Open Lead Contact Demo Offer");
    assert_int_equal(t.history.deals[0].stage_now, 4);
    assert_int_equal(t.history.deals[0].amount_now, 5000);
    assert_int_equal(entry(&t, 0, 0)->stage, 0);
    assert_int_equal(t.history.deals[4].n, 2);
    assert_int_equal(entry(&t, 4, 1)->amount, 7500);
    assert_int_equal(t.history.deals[4].stage_now, DD_WON);
    history_text_free(&t);
}

static void
deals_without_a_creation_date_are_kept(void **state)
{
    history_text t;

    (void) state;
    history_of(&t,
               DEALS "A,Demo,,,,,,\nB,Demo,2025-01-03,,,,,\nC,Won,,2025-02-01,,9,,\n");
    assert_int_equal(t.history.n_deals, 3);
    assert_int_equal(t.history.deals[0].n, 0);
    assert_int_equal(t.history.deals[2].n, 1);
    history_text_free(&t);
}

static void
a_planned_date_of_an_open_deal_never_sets_the_last_day(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, DEALS "A,Demo,2025-01-03,,2031-05-01,,,\n"
                         "B,Won,2025-01-03,,2025-02-07,,,\n");
    assert_int_equal(t.history.last_day, day_of("2025-02-07"));
    assert_int_equal(dd_moment_day(t.history.deals[0].close_expected),
                     day_of("2031-05-01"));
    assert_int_equal(t.history.recording_unit, 86400);
    history_text_free(&t);
}

static void
two_currencies_are_an_error_that_names_both(void **state)
{
    history_text t;

    (void) state;
    history_text_init(&t);
    history_text_read(&t, "deal_id,stage,entered_at,currency\n"
                          "A,Demo,2025-01-03,CNY\nB,Demo,2025-01-03,USD\n");
    assert_int_equal(t.status, DD_EDATA);
    assert_non_null(strstr(t.err.items[0].wrong, "two currencies, 'CNY' and 'USD'"));
    assert_int_equal(t.err.items[0].line, 3);
    history_text_free(&t);
}

static void
one_deal_is_a_history(void **state)
{
    history_text t;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,\n");
    assert_int_equal(t.history.n_deals, 1);
    assert_int_equal(t.history.first_day, t.history.last_day);
    history_text_free(&t);
}

static void
a_history_without_a_usable_row_quotes_the_first_refusal(void **state)
{
    history_text t;

    (void) state;
    history_text_init(&t);
    history_text_read(&t, DEALS "A,Won,2025-03-05,2025-03-04,,,,\n");
    assert_int_equal(t.status, DD_EDATA);
    assert_string_equal(
        t.err.items[0].wrong,
        "no row can be used, the first because: closing before creation: "
        "closed 2025-03-04, created 2025-03-05");
    assert_int_equal(t.err.items[0].line, 2);
    history_text_free(&t);
}

static void
beliefs_alone_make_the_pipeline(void **state)
{
    dd_stage_belief beliefs[]
        = { { .stage = WORD("Contact") }, { .stage = WORD("Proposal") } };
    history_text t;

    (void) state;
    history_text_init(&t);
    t.funnel.stages = beliefs;
    t.funnel.n_stages = 2;
    assert_int_equal(dd_history_read(&t.history, &t.funnel, &t.notes, &t.err), DD_OK);
    assert_int_equal(t.history.n_pipelines, 1);
    assert_stages(&t.history.pipelines[0], "Contact Proposal");
    assert_int_equal(t.history.last_day, DD_NO_DAY);
    history_text_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_deal_may_come_in_any_order),
        cmocka_unit_test(rows_of_one_moment_keep_the_order_of_the_file),
        cmocka_unit_test(known_words_in_english_and_chinese_end_a_deal),
        cmocka_unit_test(the_funnels_own_words_end_a_deal_and_its_stages_do_not),
        cmocka_unit_test(a_deal_that_goes_on_after_won_is_refused_from_there_on),
        cmocka_unit_test(won_written_again_is_no_going_on),
        cmocka_unit_test(closing_before_creation_is_refused),
        cmocka_unit_test(a_closing_date_does_not_contradict_a_creation_that_afternoon),
        cmocka_unit_test(a_second_row_of_an_id_is_refused_in_the_deals_layout),
        cmocka_unit_test(a_stage_not_among_the_funnels_is_refused_with_a_near_miss),
        cmocka_unit_test(stages_are_ordered_by_how_most_deals_move),
        cmocka_unit_test(deals_stand_in_the_order_of_their_earliest_rows),
        cmocka_unit_test(neighbours_stand_as_the_majority_saw_them),
        cmocka_unit_test(a_pipeline_column_makes_several),
        cmocka_unit_test(a_pipeline_the_funnel_does_not_list_is_refused),
        cmocka_unit_test(
            the_deals_layout_puts_open_first_and_orders_stages_by_the_crms_chances),
        cmocka_unit_test(deals_without_a_creation_date_are_kept),
        cmocka_unit_test(a_planned_date_of_an_open_deal_never_sets_the_last_day),
        cmocka_unit_test(two_currencies_are_an_error_that_names_both),
        cmocka_unit_test(one_deal_is_a_history),
        cmocka_unit_test(a_history_without_a_usable_row_quotes_the_first_refusal),
        cmocka_unit_test(beliefs_alone_make_the_pipeline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
