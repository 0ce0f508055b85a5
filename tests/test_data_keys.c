/* Keys of the funnel file that say which data there are and how they are meant: folders,
 * clock, currencies, ends. Expectations are worked by hand from the rows. */
#include "funnel_folder.h"

#define EVENTS "deal_id,stage,entered_at,amount\n"

static void
a_folder_stands_for_its_csv_files_by_name(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "data/", "");
    folder_write(&f, "data/b.CSV", EVENTS "B,Won,2025-02-03,7\n");
    folder_write(&f, "data/a.csv", EVENTS "B,Needs,2025-01-03,7\nA,Needs,2025-01-04,\n");
    folder_write(&f, "data/readme.txt", "not a table\n");
    folder_write(&f, "data/.hidden.csv", "no,history\n1,2\n");
    folder_write(&f, "data/reps.csv", "owner\nLi\n");
    folder_write(&f, "funnel.yaml", "history: data\nreps: data/reps.csv\n");
    folder_must_read(&f, "funnel.yaml");
    assert_int_equal(f.funnel.history.n, 2);
    assert_int_equal(f.history.n_deals, 2);
    assert_int_equal(f.history.deals[0].n, 2);
    assert_int_equal(f.history.n_reps, 1);
    assert_non_null(strstr(folder_noted(&f, "read_folder"), ": 1, passed over"));
    folder_forget(&f);
    remove(folder_join(&f, "data/reps.csv", (char[128]){ 0 }));
    folder_must_read(&f, "data");
    assert_int_equal(f.history.n_files, 2);
    folder_free(&f);
}

static void
a_folder_without_csv_files_is_refused(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "note.txt", "nothing\n");
    folder_read(&f, "");
    folder_assert_wrong(&f, DD_EDATA, "is a folder without CSV files");
    folder_free(&f);
}

static void
files_of_two_layouts_are_refused_together(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "a.csv", EVENTS "A,Needs,2025-01-03,7\n");
    folder_write(&f, "b.csv", "deal_id,stage,created_at\nB,Needs,2025-01-03\n");
    folder_read(&f, "");
    folder_assert_wrong(&f, DD_EDATA, "another layout than the history's first file");
    folder_free(&f);
}

/* 22:30 at Greenwich on the 5th is 06:30 on the 6th in Beijing; 01:00+05:00 on the 7th is
 * 04:00; what has no offset is Beijing's already. */
static void
written_offsets_are_converted_to_the_companys_clock(void **state)
{
    const dd_moment day6 = 19788 * DD_SECONDS_PER_DAY;
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv",
                 EVENTS "A,Needs,2024-03-05T22:30:00Z,\n"
                        "A,Demo,2024-03-07T01:00:00+05:00,\nA,Won,2024-03-08 09:00,\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\ntimezone: +08:00\n");
    folder_must_read(&f, "funnel.yaml");
    assert_int_equal(f.history.entries[0].at, day6 + 6 * 3600 + 1800);
    assert_int_equal(f.history.entries[1].at, day6 + 28 * 3600);
    assert_int_equal(f.history.entries[2].at, day6 + 57 * 3600);
    assert_null(folder_noted(&f, "written_offsets"));
    folder_forget(&f);
    folder_must_read(&f, "h.csv");
    assert_int_equal(f.history.entries[0].at, day6 - 5400);
    assert_non_null(folder_noted(&f, "written_offsets"));
    folder_free(&f);
}

/* What a CRM exports as the midnight of Beijing is a day there. */
static void
midnights_are_those_of_the_companys_clock(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv", EVENTS "A,Needs,2024-03-05T16:00:00Z,\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\ntimezone: +8\n");
    folder_must_read(&f, "funnel.yaml");
    assert_int_equal(f.history.last_day, 19788);
    assert_int_equal(f.history.recording_unit, DD_SECONDS_PER_DAY);
    folder_free(&f);
}

static void
check_yaml(const char *text, const char *wrong)
{
    funnel_folder f;

    folder_init(&f);
    folder_write(&f, "funnel.yaml", text);
    folder_read(&f, "funnel.yaml");
    folder_assert_wrong(&f, DD_EDATA, wrong);
    folder_free(&f);
}

static void
keys_that_make_no_sense_are_refused(void **state)
{
    (void) state;
    check_yaml("timezone: Beijing\n", "'timezone' cannot be read");
    check_yaml("timezone: +25:00\n", "'timezone' cannot be read");
    check_yaml("timezone: +080\n", "'timezone' cannot be read");
    check_yaml("fx: {USD: 7.1}\n", "exchange rates into which currency?");
    check_yaml("currency: CNY\nfx: {USD: -7}\n", "the exchange rate cannot be read");
    check_yaml("currency: CNY\nfx: {dollar: 7}\n", "this is no currency");
    check_yaml("currency: CNY\nfx: 7\n", "is a single value where a map of keys");
    check_yaml("activity_names: {call: 电话}\n", "unknown key");
    check_yaml("won: [成交]\nrecycled: [成交]\n",
               "'成交' stands for won and for recycled");
    check_yaml("stages: [A, 公海]\nrecycled: 公海\n", "'公海' is a stage and an end");
}

/* 12.50 USD x 7.1 = 88.75 CNY; a cell without a currency is in the company's. */
static void
amounts_in_other_currencies_are_converted(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv",
                 "deal_id,stage,entered_at,amount,amount_won,currency\n"
                 "A,Needs,2025-01-03,12.50,,USD\nA,Won,2025-01-05,12.50,100,usd\n"
                 "B,Needs,2025-01-03,9,,CNY\nC,Needs,2025-01-03,8,,\n"
                 "D,Needs,2025-01-03,,,USD\nE,Needs,2025-01-03,1300000000000,,USD\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\ncurrency: CNY\nfx: {USD: 7.1}\n");
    folder_must_read(&f, "funnel.yaml");
    assert_string_equal(f.history.currency, "CNY");
    assert_int_equal(f.history.entries[0].amount, 8875);
    assert_int_equal(f.history.entries[1].amount, 71000);
    assert_int_equal(f.history.entries[2].amount, 900);
    assert_int_equal(f.history.entries[3].amount, 800);
    assert_int_equal(f.history.entries[4].amount, DD_UNKNOWN_AMOUNT);
    assert_int_equal(f.history.n_refusals, 1);
    assert_string_equal(f.history.refusals[0].code, "bad_amount");
    assert_int_equal(f.history.refusals[0].line, 7);
    assert_string_equal(folder_noted(&f, "read_fx"), "rows in USD: 4, at 7.1 CNY each");
    folder_free(&f);
}

static void
a_currency_without_a_rate_is_an_error_that_names_both(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv",
                 "deal_id,stage,entered_at,amount,currency\n"
                 "A,Needs,2025-01-03,9,CNY\nB,Needs,2025-01-03,9,EUR\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\ncurrency: CNY\nfx: {USD: 7.1}\n");
    folder_read(&f, "funnel.yaml");
    folder_assert_wrong(&f, DD_EDATA,
                        "two currencies, 'CNY' and 'EUR', and no exchange rate");
    assert_string_equal(f.err.items[0].right,
                        "'currency: CNY' and 'fx: {EUR: RATE}' in a funnel file");
    assert_int_equal(f.err.items[0].line, 3);
    folder_free(&f);
}

static void
words_for_recycled_end_a_deal(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "h.csv", EVENTS "A,Needs,2025-01-03,9\nA,回池,2025-02-03,9\n");
    folder_write(&f, "funnel.yaml", "history: h.csv\nrecycled: [回池]\n");
    folder_must_read(&f, "funnel.yaml");
    assert_int_equal(f.history.entries[1].stage, DD_RECYCLED);
    assert_int_equal(f.history.pipelines[0].n_stages, 1);
    folder_free(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_stands_for_its_csv_files_by_name),
        cmocka_unit_test(a_folder_without_csv_files_is_refused),
        cmocka_unit_test(files_of_two_layouts_are_refused_together),
        cmocka_unit_test(written_offsets_are_converted_to_the_companys_clock),
        cmocka_unit_test(midnights_are_those_of_the_companys_clock),
        cmocka_unit_test(keys_that_make_no_sense_are_refused),
        cmocka_unit_test(amounts_in_other_currencies_are_converted),
        cmocka_unit_test(a_currency_without_a_rate_is_an_error_that_names_both),
        cmocka_unit_test(words_for_recycled_end_a_deal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
