/* Open deals and what is booked. Expectations are worked by hand. */
#include "history_text.h"

#include "dealdice/book.h"

#define EVENTS "deal_id,stage,entered_at,amount,owner\n"

static const char *const ROWS
    = EVENTS "A,Contact,2025-01-02,50,Li\nA,Won,2025-01-20,80,Li\n"
             "B,Contact,2025-01-10,40,Li\nB,Offer,2025-02-07,45,Han\n"
             "C,Contact,2025-01-10,,Li\nC,Won,2025-02-20,,Li\n"
             "D,Contact,2024-11-03,30,Li\nD,Won,2024-12-30,33,Li\n"
             "E,Contact,2025-02-01,70,Li\nE,Lost,2025-02-20,70,Li\n"
             "F,Contact,2025-02-20,,Li\n";

/** Two quarters from 2025Q1 on. */
static dd_question
two_quarters(dd_period periods[2])
{
    periods[0] = dd_period_of(day_of("2025-02-21"), DD_QUARTER, 1);
    periods[1] = dd_period_next(&periods[0], 1);
    return (dd_question){ .as_of = day_of("2025-02-20"),
                          .n_periods = 2,
                          .periods = periods };
}

static dd_status
book_of(dd_book *book, history_text *t, dd_past *past)
{
    dd_period periods[2];
    const dd_question question = two_quarters(periods);

    assert_int_equal(
        dd_history_as_of(past, &t->history, question.as_of, &t->notes, &t->err), DD_OK);
    return dd_book_init(book, past, &t->funnel, &question, &t->err);
}

static void
open_deals_stand_in_the_order_of_the_history_with_their_age(void **state)
{
    history_text t;
    dd_past past;
    dd_book book;

    (void) state;
    history_of(&t, ROWS);
    assert_int_equal(book_of(&book, &t, &past), DD_OK);
    assert_int_equal(book.n, 2);
    assert_string_equal(book.id[0], "B");
    assert_int_equal(book.stage[0], 1);
    assert_close(book.age_days[0], 13.5,
                 1e-12); /* noon of 7 to the end of 20 February */
    assert_int_equal(book.amount[0], 4500);
    assert_string_equal(past.owners.items[book.owner[0]], "Han");
    assert_true(book.key[0] == t.history.deals[1].key);
    assert_string_equal(book.id[1], "F");
    assert_close(book.age_days[1], 0.5, 1e-12);
    assert_int_equal(book.amount[1], DD_UNKNOWN_AMOUNT);
    dd_book_free(&book);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
wins_of_the_period_are_booked_and_one_without_amount_books_nothing(void **state)
{
    history_text t;
    dd_past past;
    dd_book book;

    (void) state;
    history_of(&t, ROWS);
    assert_int_equal(book_of(&book, &t, &past), DD_OK);
    assert_int_equal(book.booked[0], 8000);
    assert_int_equal(book.booked_wins[0], 2);
    assert_int_equal(book.booked[1], 0);
    assert_non_null(noted(&t.notes, "amountless_wins"));
    dd_book_free(&book);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
the_funnels_booked_replaces_what_the_history_shows(void **state)
{
    dd_period_amount booked[] = { { .period = WORD("2025Q1"), .amount = 123400 },
                                  { .period = WORD("2024Q4"), .amount = 99 } };
    history_text t;
    dd_past past;
    dd_book book;

    (void) state;
    history_of(&t, ROWS);
    t.funnel.booked = booked;
    t.funnel.n_booked = 2;
    assert_int_equal(book_of(&book, &t, &past), DD_OK);
    assert_int_equal(book.booked[0], 123400);
    assert_int_equal(book.booked_wins[0], 0);
    assert_int_equal(book.booked[1], 0);
    dd_book_free(&book);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
an_undated_deal_has_no_age(void **state)
{
    history_text t;
    dd_past past;
    dd_book book;

    (void) state;
    history_of(&t, "deal_id,stage,created_at,closed_at,amount\n"
                   "A,Demo,,,20\nB,Lost,2025-01-09,2025-02-20,\n");
    assert_int_equal(book_of(&book, &t, &past), DD_OK);
    assert_int_equal(book.n, 1);
    assert_true(isnan(book.age_days[0]));
    assert_int_equal(book.amount[0], 2000);
    dd_book_free(&book);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
sums_beyond_two_to_the_47_are_refused(void **state)
{
    dd_period_amount booked = { .period = WORD("2025Q1"), .amount = INT64_C(1) << 47 };
    history_text t;
    dd_past past;
    dd_book book;

    (void) state;
    history_of(&t, EVENTS "A,Contact,2025-01-02,800000000000,Li\n"
                          "B,Contact,2025-02-20,700000000000,Li\n");
    assert_int_equal(book_of(&book, &t, &past), DD_EDATA);
    assert_non_null(strstr(t.err.items[0].wrong, "the amounts of open deals add up"));
    dd_past_free(&past);
    history_text_free(&t);
    history_of(&t, ROWS);
    t.funnel.booked = &booked;
    t.funnel.n_booked = 1;
    assert_int_equal(book_of(&book, &t, &past), DD_EDATA);
    assert_string_equal(t.err.items[0].read, "2025Q1");
    dd_past_free(&past);
    history_text_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_deals_stand_in_the_order_of_the_history_with_their_age),
        cmocka_unit_test(
            wins_of_the_period_are_booked_and_one_without_amount_books_nothing),
        cmocka_unit_test(the_funnels_booked_replaces_what_the_history_shows),
        cmocka_unit_test(an_undated_deal_has_no_age),
        cmocka_unit_test(sums_beyond_two_to_the_47_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
