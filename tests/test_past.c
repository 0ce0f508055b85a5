/* What was known on a day. Expectations are worked by hand. */
#include "history_text.h"

#define EVENTS "deal_id,stage,entered_at,amount,owner,segment\n"
#define DEALS \
    "deal_id,stage,created_at,closed_at,close_date,amount,amount_won,probability\n"

static void
spells_run_from_stage_to_stage_and_the_last_to_the_end_of_as_of(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,50,Li,x\nA,Offer,2025-01-09,60,Han,y\n"
                          "A,Contact,2025-01-12,70,Li,x\nA,Won,2025-02-01,80,Li,x\n"
                          "B,Contact,2025-01-10,40,Li,x\n");
    past_of(&past, &t, "2025-01-20");
    assert_int_equal(past.n_deals, 2);
    assert_int_equal(past.n_spells, 4);
    assert_close(past.spells[0].dwell_days, 7, 1e-12);
    assert_int_equal(past.spells[0].exit, 1);
    assert_int_equal(past.spells[0].amount, 5000);
    assert_close(past.spells[1].dwell_days, 3, 1e-12);
    assert_int_equal(past.spells[1].exit, 0);
    assert_int_equal(past.spells[2].exit, DD_STILL);
    assert_close(past.spells[2].dwell_days, 8.5,
                 1e-12); /* noon of the 12th to the end */
    assert_int_equal(past.deals[0].stage, 0);
    assert_int_equal(past.deals[0].amount, 7000);
    assert_int_equal(past.deals[0].closed, DD_NO_MOMENT);
    assert_string_equal(past.owners.items[past.deals[0].owner], "Li");
    assert_int_equal(past.deals[1].first, 3);
    assert_int_equal(past.deals[1].n, 1);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
consecutive_rows_of_a_stage_are_one_spell_that_keeps_the_last_amount(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,50,,\nA,Contact,2025-01-05,55,,\n"
                          "A,Contact,2025-01-07,,,\nA,Lost,2025-01-10,,,\n");
    past_of(&past, &t, "2025-01-06");
    assert_int_equal(past.n_spells, 1);
    assert_int_equal(past.spells[0].amount, 5500);
    assert_close(past.spells[0].dwell_days, 4.5, 1e-12);
    dd_past_free(&past);
    past_of(&past, &t, "2025-01-10");
    assert_int_equal(past.n_spells, 1);
    assert_close(past.spells[0].dwell_days, 8, 1e-12);
    assert_int_equal(past.spells[0].exit, DD_LOST);
    assert_int_equal(past.deals[0].amount, 5500); /* empty is unknown, not nothing */
    assert_int_equal(past.deals[0].stage, DD_LOST);
    assert_int_equal(dd_moment_day(past.deals[0].closed), day_of("2025-01-10"));
    dd_past_free(&past);
    history_text_free(&t);
}

static void
a_dwell_of_zero_counts_half_a_recording_unit(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,,\nA,Offer,2025-01-02,,,\n"
                          "A,Won,2025-01-07T09:30:00,,,\n");
    past_of(&past, &t, "2025-01-06"); /* only dates are known by then */
    assert_close(past.spells[0].dwell_days, 0.5, 1e-12);
    dd_past_free(&past);
    past_of(&past, &t, "2025-01-07");
    assert_close(past.spells[0].dwell_days, 0.5 / 86400, 1e-15);
    assert_close(past.spells[1].dwell_days, 5 - 2.5 / 24, 1e-12);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
a_deal_first_seen_at_its_end_has_no_spell(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Won,2025-01-07,30,,\nB,Contact,2025-01-02,,,\n");
    past_of(&past, &t, "2025-01-08");
    assert_int_equal(past.deals[0].n, 0);
    assert_int_equal(past.deals[0].created, DD_NO_MOMENT);
    assert_int_equal(past.deals[0].first_stage, 0);
    assert_int_equal(past.deals[0].amount, 3000);
    assert_int_equal(dd_moment_day(past.deals[0].closed), day_of("2025-01-07"));
    dd_past_free(&past);
    history_text_free(&t);
}

static void
as_of_before_the_data_is_an_error(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,,\n");
    assert_int_equal(
        dd_history_as_of(&past, &t.history, day_of("2025-01-01"), &t.notes, &t.err),
        DD_EDATA);
    assert_string_equal(t.err.items[0].wrong,
                        "as-of before the data, which begin on 2025-01-02");
    assert_int_equal(dd_history_as_of(&past, &t.history, DD_NO_DAY, NULL, &t.err),
                     DD_EDATA);
    history_text_free(&t);
}

static void
no_open_deals_and_wins_without_amount_are_noted(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,,,\nA,Won,2025-01-03,,,\n");
    past_of(&past, &t, "2025-01-03");
    assert_string_equal(noted(&t.notes, "no_open_deals"),
                        "no deal is open on 2025-01-03");
    assert_non_null(strstr(noted(&t.notes, "amountless_wins"), "amount: 1;"));
    dd_past_free(&past);
    history_text_free(&t);
}

static const char *const ONE_OF_EACH
    = DEALS "A,Offer,2025-01-02,,2025-04-01,50,,0.6\nB,Demo,2025-01-03,,,,,\n"
            "C,Won,2025-01-04,2025-01-09,,70,75,\nD,Lost,2025-01-04,2025-02-01,,0,,\n"
            "E,Demo,,,,20,,\n";

static void
what_is_not_known_of_deals_is_counted_as_of_the_day(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, DEALS "A,Demo,,,,,,\nB,Demo,2025-01-03,,,,,\n"
                         "C,Won,,2025-02-01,,9,,\nD,Demo,2025-03-03,,,,,\n");
    past_of(&past, &t, "2025-02-01");
    assert_null(noted(&t.notes, "undated_deals"));
    assert_non_null(strstr(noted(&t.notes, "ends_only"), "date: 1;"));
    assert_non_null(strstr(noted(&t.notes, "amountless_deals"), "amount: 1;"));
    dd_past_free(&past);
    dd_notes_free(&t.notes);
    past_of(&past, &t, "2025-03-03");
    assert_non_null(strstr(noted(&t.notes, "undated_deals"), "creation date: 1;"));
    assert_non_null(strstr(noted(&t.notes, "amountless_deals"), "amount: 3;"));
    dd_past_free(&past);
    history_text_free(&t);
}

static void
on_the_last_day_open_deals_stand_where_the_deals_layout_shows_them(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, ONE_OF_EACH);
    past_of(&past, &t, "2025-02-01");
    assert_int_equal(past.n_deals, 5);
    assert_string_equal(past.pipelines[0].stages[past.deals[0].stage], "Offer");
    assert_string_equal(past.pipelines[0].stages[past.deals[1].stage], "Demo");
    assert_int_equal(past.deals[0].amount, 5000);
    assert_close(past.deals[0].probability, 0.6, 1e-12);
    assert_int_equal(past.spells[0].stage, 0);
    assert_int_equal(past.spells[0].exit, DD_STILL);
    assert_int_equal(past.deals[2].amount, 7500);
    assert_int_equal(past.deals[4].n, 0);
    assert_int_equal(past.deals[4].entered, DD_NO_MOMENT);
    assert_int_equal(past.deals[4].amount, 2000);
    assert_int_equal(past.recording_unit, 86400);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
before_the_last_day_all_open_deals_stand_in_open_without_amount(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, ONE_OF_EACH);
    past_of(&past, &t, "2025-01-31");
    assert_int_equal(past.n_deals, 4); /* undated E is known at the present only */
    assert_int_equal(past.pipelines[0].n_stages, 1);
    assert_string_equal(past.pipelines[0].stages[0], "Open");
    for (int d = 0; d < 4; d++)
        assert_int_equal(past.deals[d].stage, d == 2 ? DD_WON : 0);
    assert_int_equal(past.deals[0].amount, DD_UNKNOWN_AMOUNT);
    assert_int_equal(past.deals[3].amount, DD_UNKNOWN_AMOUNT);
    assert_int_equal(past.deals[2].amount, 7500);
    assert_int_equal(past.deals[0].close_expected, DD_NO_MOMENT);
    assert_true(isnan(past.deals[0].probability));
    dd_past_free(&past);
    history_text_free(&t);
}

static void
amounts_filled_for_open_and_lost_deals_are_known_from_creation(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_of(&t, DEALS "A,Demo,2025-01-02,,,50,,\nB,Lost,2025-01-02,2025-01-05,,60,,\n"
                         "C,Won,2025-01-04,2025-02-09,,70,75,\n");
    past_of(&past, &t, "2025-01-31");
    assert_int_equal(past.deals[0].amount, 5000);
    assert_int_equal(past.deals[2].amount, 7000);
    assert_int_equal(past.spells[2].amount, 7000);
    dd_past_free(&past);
    past_of(&past, &t, "2025-02-09");
    assert_int_equal(past.deals[2].amount, 7500);
    assert_int_equal(past.spells[2].amount, 7000);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
stages_first_seen_later_are_not_known_yet(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    /* All in all Offer comes before Needs; by the 8th only the other way was seen. */
    history_of(&t, EVENTS "A,Needs,2025-01-02,,,\nA,Offer,2025-01-08,,Han,\n"
                          "B,Offer,2025-01-11,,,z\nB,Needs,2025-01-12,,,\n"
                          "C,Offer,2025-01-13,,,\nC,Needs,2025-01-14,,Li,\n");
    past_of(&past, &t, "2025-01-07");
    assert_int_equal(past.pipelines[0].n_stages, 1);
    assert_string_equal(past.pipelines[0].stages[0], "Needs");
    assert_int_equal(past.owners.n, 0);
    dd_past_free(&past);
    past_of(&past, &t, "2025-01-08");
    assert_string_equal(past.pipelines[0].stages[1], "Offer");
    assert_int_equal(past.deals[0].stage, 1);
    assert_int_equal(past.owners.n, 1);
    assert_int_equal(past.segments.n, 0);
    dd_past_free(&past);
    past_of(&past, &t, "2025-01-14");
    assert_string_equal(past.pipelines[0].stages[0], "Offer");
    assert_int_equal(past.deals[0].stage, 0);
    dd_past_free(&past);
    history_text_free(&t);
}

/* The public histories, as ../shared/data/README.md counts them. */
static void
public_histories_are_counted_as_published(void **state)
{
    static const struct {
        const char *path;
        size_t won, lost, open;
        const char *starts;
    } data[] = {
        { "../shared/data/maven_crm/history.csv", 4238, 2473, 1589, "2017-03-01" },
        { "../shared/data/maven_crm/sales_pipeline.csv", 4238, 2473, 2089,
          "2017-03-01" },
        { "../shared/data/traffic_fines.csv", 4540, 3387, 2073, NULL },
        { "../shared/data/travel_claims.csv", 9912, 346, 99, NULL },
        { "../shared/data/hospital_billing.csv", 6962, 953, 2085, NULL },
    };

    (void) state;
    if (access(data[0].path, R_OK)) {
        printf("skipped: no public data at ../shared/data\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(data) / sizeof(*data); i++) {
        char *paths[] = { (char *) data[i].path };
        history_text t;
        dd_past past;
        size_t counted[3] = { 0 };
        history_text_init(&t);
        t.funnel.history = (dd_words){ 1, paths };
        assert_int_equal(dd_history_read(&t.history, &t.funnel, &t.notes, &t.err),
                         DD_OK);
        assert_int_equal(
            dd_history_as_of(&past, &t.history, t.history.last_day, NULL, &t.err),
            DD_OK);
        for (size_t d = 0; d < past.n_deals; d++)
            counted[past.deals[d].stage == DD_WON ? 0
                    : past.deals[d].stage < 0     ? 1
                                                  : 2]++;
        assert_int_equal(counted[0], data[i].won);
        assert_int_equal(counted[1], data[i].lost);
        assert_int_equal(counted[2], data[i].open);
        assert_int_equal(past.starts,
                         data[i].starts ? day_of(data[i].starts) : DD_NO_DAY);
        dd_past_free(&past);
        history_text_free(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            spells_run_from_stage_to_stage_and_the_last_to_the_end_of_as_of),
        cmocka_unit_test(
            consecutive_rows_of_a_stage_are_one_spell_that_keeps_the_last_amount),
        cmocka_unit_test(a_dwell_of_zero_counts_half_a_recording_unit),
        cmocka_unit_test(a_deal_first_seen_at_its_end_has_no_spell),
        cmocka_unit_test(as_of_before_the_data_is_an_error),
        cmocka_unit_test(no_open_deals_and_wins_without_amount_are_noted),
        cmocka_unit_test(what_is_not_known_of_deals_is_counted_as_of_the_day),
        cmocka_unit_test(
            on_the_last_day_open_deals_stand_where_the_deals_layout_shows_them),
        cmocka_unit_test(
            before_the_last_day_all_open_deals_stand_in_open_without_amount),
        cmocka_unit_test(amounts_filled_for_open_and_lost_deals_are_known_from_creation),
        cmocka_unit_test(stages_first_seen_later_are_not_known_yet),
        cmocka_unit_test(public_histories_are_counted_as_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
