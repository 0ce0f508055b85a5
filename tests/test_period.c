#include "check.h"
#include "dealdice/date.h"

#include <string.h>

static void
check_period(dd_period period, const char *label, const char *start, const char *end)
{
    char text[16];

    assert_string_equal(period.label, label);
    assert_string_equal(dd_day_format(period.start, text), start);
    assert_string_equal(dd_day_format(period.end, text), end);
}

static void
check_label(const char *label, int fiscal_start, const char *start, const char *end)
{
    dd_period period;

    assert_int_equal(dd_period_parse(label, fiscal_start, &period), 0);
    check_period(period, label, start, end);
}

static void
a_day_lies_in_its_calendar_periods(void **state)
{
    dd_day day = dd_day_from_civil(2026, 11, 21);
    (void) state;

    check_period(dd_period_of(day, DD_YEAR, 1), "2026", "2026-01-01", "2026-12-31");
    check_period(dd_period_of(day, DD_HALF, 1), "2026H2", "2026-07-01", "2026-12-31");
    check_period(dd_period_of(day, DD_QUARTER, 1), "2026Q4", "2026-10-01", "2026-12-31");
    check_period(dd_period_of(day, DD_MONTH, 1), "2026-11", "2026-11-01", "2026-11-30");
    check_period(dd_period_of(day, DD_WEEK, 1), "2026-W47", "2026-11-16", "2026-11-22");
}

/* A year from April 2026 to March 2027 is FY2027. */
static void
a_fiscal_year_is_named_by_the_year_in_which_it_ends(void **state)
{
    (void) state;
    check_label("FY2027", 4, "2026-04-01", "2027-03-31");
    check_label("FY2027Q1", 4, "2026-04-01", "2026-06-30");
    check_label("FY2027Q4", 4, "2027-01-01", "2027-03-31");
    check_label("FY2027H2", 4, "2026-10-01", "2027-03-31");
    check_period(dd_period_of(dd_day_from_civil(2027, 3, 31), DD_QUARTER, 4), "FY2027Q4",
                 "2027-01-01", "2027-03-31");
    check_period(dd_period_of(dd_day_from_civil(2027, 4, 1), DD_QUARTER, 4), "FY2028Q1",
                 "2027-04-01", "2027-06-30");
    check_period(dd_period_of(dd_day_from_civil(2026, 1, 31), DD_QUARTER, 2), "FY2026Q4",
                 "2025-11-01", "2026-01-31");
}

static void
months_and_weeks_stay_those_of_the_calendar(void **state)
{
    (void) state;
    check_label("2026-12", 4, "2026-12-01", "2026-12-31");
    check_label("2028-02", 1, "2028-02-01", "2028-02-29");
    check_label("2026-W47", 10, "2026-11-16", "2026-11-22");
}

/* ISO 8601: 2020 has 53 weeks, 2021 has 52; 2024-12-30 is in 2025-W01, 2027-01-01 in
 * 2026-W53. */
static void
iso_weeks_at_the_turn_of_the_year(void **state)
{
    dd_period period;
    (void) state;

    check_label("2020-W53", 1, "2020-12-28", "2021-01-03");
    assert_int_equal(dd_period_parse("2021-W53", 1, &period), -1);
    assert_int_equal(dd_period_parse("2021-W00", 1, &period), -1);
    check_period(dd_period_of(dd_day_from_civil(2024, 12, 30), DD_WEEK, 1), "2025-W01",
                 "2024-12-30", "2025-01-05");
    check_period(dd_period_of(dd_day_from_civil(2027, 1, 1), DD_WEEK, 1), "2026-W53",
                 "2026-12-28", "2027-01-03");
    check_period(dd_period_of(dd_day_from_civil(1969, 12, 28), DD_WEEK, 1), "1969-W52",
                 "1969-12-22", "1969-12-28");
}

static void
periods_follow_one_another_without_a_gap(void **state)
{
    static const int starts[] = { 1, 4, 7, 12 };
    (void) state;

    for (int kind = DD_YEAR; kind <= DD_WEEK; kind++)
        for (size_t s = 0; s < 4; s++) {
            dd_period p = dd_period_of(dd_day_from_civil(2019, 5, 17),
                                       (dd_period_kind) kind, starts[s]);
            for (int i = 0; i < 60; i++) {
                dd_period next = dd_period_next(&p, starts[s]), again;
                assert_int_equal(next.start, p.end + 1);
                assert_int_equal(dd_period_parse(next.label, starts[s], &again), 0);
                assert_memory_equal(&again, &next, sizeof(next));
                p = next;
            }
        }
}

static void
what_is_no_label_is_refused(void **state)
{
    static const char *const bad[]
        = { "",         "26Q4",    "2026Q5", "2026Q0",  "2026H3",
            "2026-13",  "2026-00", "2026-1", "2026Q44", "2026 Q4",
            "FY2026Q4", "2026-W5", "Q42026", "0000",    "2026-12-01" };
    dd_period period;
    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(dd_period_parse(bad[i], 1, &period), -1);
    /* where the year starts in April, 2026Q4 would be read in two ways */
    assert_int_equal(dd_period_parse("2026Q4", 4, &period), -1);
}

static void
kinds_are_read_as_people_write_them(void **state)
{
    static const char *const words[] = { "year", "half", "quarters", "MONTH", "周" };
    dd_period_kind kind;
    (void) state;

    for (int i = 0; i < 5; i++) {
        assert_int_equal(dd_period_kind_parse(words[i], &kind), 0);
        assert_int_equal(kind, i);
    }
    assert_int_equal(dd_period_kind_parse("fortnight", &kind), -1);
    assert_string_equal(dd_period_kind_name(DD_QUARTER), "quarter");
    assert_int_equal(dd_period_default_count(DD_QUARTER), 4);
    assert_int_equal(dd_period_default_count(DD_MONTH), 12);
    assert_int_equal(dd_period_default_count(DD_WEEK), 13);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_lies_in_its_calendar_periods),
        cmocka_unit_test(a_fiscal_year_is_named_by_the_year_in_which_it_ends),
        cmocka_unit_test(months_and_weeks_stay_those_of_the_calendar),
        cmocka_unit_test(iso_weeks_at_the_turn_of_the_year),
        cmocka_unit_test(periods_follow_one_another_without_a_gap),
        cmocka_unit_test(what_is_no_label_is_refused),
        cmocka_unit_test(kinds_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
