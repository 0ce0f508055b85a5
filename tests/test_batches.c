/* Batch-dated exits. Expectations follow from how the made-up companies write rows. */
#include "history_text.h"
#include "simulated_company.h"

#include "history/batches.h"

#define EVENTS "deal_id,stage,entered_at,amount\n"

static const char *
warned(history_text *t, const char *as_of)
{
    dd_past past;

    past_of(&past, t, as_of);
    assert_int_equal(dd_note_batches(&past, &t->notes), DD_OK);
    dd_past_free(&past);
    return noted(&t->notes, "batch_dated_exits");
}

static char *
row(char *out, int deal, const char *stage, dd_day day)
{
    char date[16];

    return out + sprintf(out, "D%d,%s,%s,\n", deal, stage, dd_day_format(day, date));
}

/* A deal a day is lost 20 to 39 days later, but that is written on the last days of
 * June and of December only, if `late`; else on its day. */
static void
write_losses(char *csv, int late)
{
    const dd_day start = day_of("2024-01-01"), june = day_of("2024-06-30"),
                 december = day_of("2024-12-31");
    char *out = csv + sprintf(csv, EVENTS);

    out = row(out, 999, "Contact", start + 1); /* the history is seen to be complete */
    out = row(out, 999, "Won", start + 2);
    for (int i = 0; i < 330; i++) {
        const dd_day lost = start + i + 20 + i * 7 % 20;
        out = row(out, i, "Contact", start + i);
        if (late && lost <= december)
            out = row(out, i, "Lost", lost <= june ? june : december);
        else if (lost <= december)
            out = row(out, i, "Lost", lost);
    }
}

/* Days are counted from 1, so that 30 June is 182 and 31 December 366: deal i came on day
 * i + 1 and was at risk on each day from then to the one on which its loss was written. */
static void
losses_written_twice_a_year_are_told_with_their_days(void **state)
{
    static char csv[32768];
    history_text t;
    char figures[64], risk[64];
    long at_risk = 2 /* the win's */, in_december = 0;

    (void) state;
    write_losses(csv, 1);
    history_of(&t, csv);
    for (long i = 0; i < 330; i++) {
        const long came = i + 1, lost = came + 20 + i * 7 % 20;
        at_risk += (lost <= 182 ? 182 : 366) - came + 1;
        in_december += lost > 182 && lost <= 366;
    }
    const char *text = warned(&t, "2024-12-31");
    assert_non_null(text);
    sprintf(figures, "%ld of 330 on 1 day,", in_december);
    sprintf(risk, "with %.2g %% of the time",
            100.0 * (double) in_december / (double) at_risk);
    assert_non_null(strstr(text, "exits of 'Contact' to 'Lost'"));
    assert_non_null(strstr(text, figures));
    assert_non_null(strstr(text, risk));
    assert_non_null(strstr(text, "the latest of these was 2024-12-31"));
    assert_non_null(strstr(text, "may be lost already"));
    history_text_free(&t);
}

static void
losses_written_on_their_day_are_no_batches(void **state)
{
    static char csv[32768];
    history_text t;

    (void) state;
    write_losses(csv, 0);
    history_of(&t, csv);
    assert_null(warned(&t, "2024-12-31"));
    history_text_free(&t);
}

/* Sixty deals come from a fair every second month and are decided on the next day: the exits
 * come in lumps, but so do the deals at risk. */
static void
lumps_that_follow_the_deals_at_risk_are_no_batches(void **state)
{
    static char csv[32768];
    char *out = csv + sprintf(csv, EVENTS);
    const dd_day start = day_of("2024-01-10");
    history_text t;

    (void) state;
    for (int i = 0; i < 360; i++) {
        out = row(out, i, "Contact", start + i / 60 * 61);
        out = row(out, i, i % 3 ? "Lost" : "Won", start + i / 60 * 61 + 1);
    }
    history_of(&t, csv);
    assert_null(warned(&t, "2024-12-31"));
    history_text_free(&t);
}

static int
is_warned(const simulated_company *company)
{
    char *csv = NULL;
    size_t size;
    FILE *out = open_memstream(&csv, &size);
    history_text t;

    assert_non_null(out);
    assert_true(simulated_write(company, out));
    fclose(out);
    history_of(&t, csv);
    char last[16];
    dd_day_format(SIMULATED_START + company->days - 1, last);
    int warning = warned(&t, last) != NULL;
    history_text_free(&t);
    free(csv);
    return warning;
}

/* Small and large, with and without a rush at quarters' ends: no batch is in them. */
static void
companies_that_write_each_day_are_not_warned(void **state)
{
    int warnings = 0;

    (void) state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        simulated_company company = { .seed = seed,
                                      .deals_per_day = seed % 2 ? 0.35 : 6.1,
                                      .days = seed % 4 < 2 ? 170 : 610,
                                      .rush = seed % 3 ? 0.0 : 3.0 };
        warnings += is_warned(&company);
    }
    assert_int_equal(warnings, 0);
}

/* A deal a day for 200 days, and so many more on the 100th and so many on the 150th. */
static const char *
warned_of_import(history_text *t, int more, int later, const char *starts)
{
    static char csv[32768];
    char *out = csv + sprintf(csv, EVENTS);
    const dd_day start = day_of("2024-01-01");
    dd_past past;

    out = row(out, 9999, "Contact", start);
    out = row(out, 9999, "Won", start + 1);
    for (int i = 0; i < 200; i++)
        out = row(out, i, "Contact", start + 1 + i);
    for (int i = 0; i < more; i++)
        out = row(out, 1000 + i, "Contact", start + 100);
    for (int i = 0; i < later; i++)
        out = row(out, 2000 + i, "Contact", start + 150);
    history_text_init(t);
    if (starts)
        t->funnel.history_starts = day_of(starts);
    assert_int_equal(history_text_read(t, csv), DD_OK);
    past_of(&past, t, "2024-07-19");
    assert_int_equal(dd_note_imports(&past, &t->notes), DD_OK);
    dd_past_free(&past);
    return noted(&t->notes, "imported_deals");
}

static void
a_day_on_which_many_deals_appear_is_told_as_an_import(void **state)
{
    history_text t;
    const char *text;

    (void) state;
    text = warned_of_import(&t, 40, 0, NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "41 of 241 deals first appear on 2024-04-10"));
    assert_non_null(strstr(text, "'history_starts: 2024-04-11'"));
    history_text_free(&t);
}

static void
few_deals_on_a_day_are_no_import(void **state)
{
    history_text t;

    (void) state;
    assert_null(warned_of_import(&t, 20, 0, NULL)); /* 21 of 221, but less than 30 */
    history_text_free(&t);
}

static void
deals_entered_in_batches_are_no_import(void **state)
{
    history_text t;

    (void) state;
    assert_null(warned_of_import(&t, 40, 30, NULL)); /* 41 on a day, 31 on another */
    history_text_free(&t);
    assert_non_null(warned_of_import(&t, 40, 15, NULL));
    history_text_free(&t);
}

/* What is advised quiets it. */
static void
an_import_before_the_history_starts_is_not_told(void **state)
{
    history_text t;

    (void) state;
    assert_null(warned_of_import(&t, 40, 0, "2024-04-11"));
    history_text_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_written_twice_a_year_are_told_with_their_days),
        cmocka_unit_test(losses_written_on_their_day_are_no_batches),
        cmocka_unit_test(a_day_on_which_many_deals_appear_is_told_as_an_import),
        cmocka_unit_test(few_deals_on_a_day_are_no_import),
        cmocka_unit_test(deals_entered_in_batches_are_no_import),
        cmocka_unit_test(an_import_before_the_history_starts_is_not_told),
        cmocka_unit_test(lumps_that_follow_the_deals_at_risk_are_no_batches),
        cmocka_unit_test(companies_that_write_each_day_are_not_warned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
