/* Left truncation. Expectations follow from how the made-up export was cut. */
#include "history_text.h"

#include "history/truncation.h"

#define EVENTS "deal_id,stage,entered_at,amount,owner,segment\n"

/* Deals are created one a day from 2025-01-01 on; each closes on its 20th day, but the
 * export begins with the closings of 1 April: older closed deals are not there. */
static void
write_survivors(char *csv, int complete)
{
    char *out = csv + sprintf(csv, EVENTS);
    const dd_day start = day_of("2025-01-01"), first = day_of("2025-04-01");

    for (int i = 0; i < 200; i++) {
        /* Every fifth deal lives 90 days, so that survivors are there. */
        const dd_day created = start + i, closed = created + (i % 5 ? 20 : 90);
        char a[16], b[16];
        if (closed < first && !complete)
            continue;
        dd_day_format(created, a);
        out += sprintf(out, "D%d,Contact,%s,,,\n", i, a);
        if (closed <= start + 200)
            out += sprintf(out, "D%d,Won,%s,,,\n", i, dd_day_format(closed, b));
    }
}

static void
survivors_are_watched_from_the_first_closing_on(void **state)
{
    static char csv[32768];
    history_text t;
    dd_past past;
    double expected;

    (void) state;
    write_survivors(csv, 0);
    history_of(&t, csv);
    past_of(&past, &t, "2025-07-19");
    assert_int_equal(past.starts, day_of("2025-04-01"));
    assert_int_equal(dd_truncation_day(&past, &expected), past.starts);
    assert_true(expected > 12);
    assert_non_null(
        strstr(noted(&t.notes, "left_truncation"), "closed before 2025-04-01"));
    /* D0 came on 1 January at noon: 89.5 days before 1 April began. */
    assert_close(past.spells[0].from_days, 89.5, 1e-12);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
a_complete_history_is_not_truncated(void **state)
{
    static char csv[32768];
    history_text t;
    dd_past past;

    (void) state;
    write_survivors(csv, 1);
    history_of(&t, csv);
    past_of(&past, &t, "2025-07-19");
    assert_int_equal(past.starts, DD_NO_DAY);
    assert_close(past.spells[0].from_days, 0, 0);
    dd_past_free(&past);
    history_text_free(&t);
}

static void
history_starts_of_the_funnel_stands_and_older_spells_count_nothing(void **state)
{
    history_text t;
    dd_past past;

    (void) state;
    history_text_init(&t);
    t.funnel.history_starts = day_of("2025-02-01");
    history_text_read(&t, EVENTS "A,Contact,2025-01-02,,,\nA,Offer,2025-01-12,,,\n"
                                 "A,Won,2025-02-08,,,\nB,Contact,2025-02-03,,,\n");
    past_of(&past, &t, "2025-02-10");
    assert_int_equal(past.starts, day_of("2025-02-01"));
    assert_close(past.spells[0].from_days, past.spells[0].dwell_days, 0);
    assert_close(past.spells[1].from_days, 19.5, 1e-12);
    assert_close(past.spells[2].from_days, 0, 0);
    assert_null(noted(&t.notes, "left_truncation"));
    dd_past_free(&past);
    history_text_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survivors_are_watched_from_the_first_closing_on),
        cmocka_unit_test(a_complete_history_is_not_truncated),
        cmocka_unit_test(
            history_starts_of_the_funnel_stands_and_older_spells_count_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
