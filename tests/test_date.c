/* Days, moments and the forms they are written in. Seconds since 1970: GNU date. */
#include "check.h"

#include "base/date_form.h"

#include <string.h>

#define NOON_5_MARCH INT64_C(1709640000)  /* 2024-03-05 12:00 */
#define START_5_MARCH INT64_C(1709596800) /* 2024-03-05 00:00 */

static void
days_count_from_1970_and_come_back(void **state)
{
    int year, month, day;

    (void) state;
    assert_int_equal(dd_day_from_civil(1970, 1, 1), 0);
    assert_int_equal(dd_day_from_civil(2000, 2, 29), 11016);
    assert_int_equal(dd_day_from_civil(1969, 12, 31), -1);
    assert_int_equal(dd_day_from_civil(2026, 11, 21), 20778);
    for (dd_day d = dd_day_from_civil(1599, 12, 31); d < 90000; d++) {
        dd_day_to_civil(d, &year, &month, &day);
        assert_int_equal(dd_day_from_civil(year, month, day), d);
    }
}

/* 1970-01-01 was a Thursday, 1582-10-15 (the first of the calendar) a Friday. */
static void
weeks_begin_on_monday_before_1970_too(void **state)
{
    (void) state;

    assert_int_equal(dd_day_weekday(0), 3);
    assert_int_equal(dd_day_weekday(dd_day_from_civil(1969, 12, 28)), 6);
    assert_int_equal(dd_day_weekday(dd_day_from_civil(1969, 12, 29)), 0);
    assert_int_equal(dd_day_weekday(dd_day_from_civil(1582, 10, 15)), 4);
    assert_int_equal(dd_day_weekday(dd_day_from_civil(2026, 11, 21)), 5);
}

static void
a_date_that_does_not_exist_is_no_day(void **state)
{
    (void) state;
    assert_int_equal(dd_day_from_civil(2026, 2, 30), DD_NO_DAY);
    assert_int_equal(dd_day_from_civil(2100, 2, 29), DD_NO_DAY);
    assert_int_equal(dd_day_from_civil(2026, 4, 31), DD_NO_DAY);
    assert_int_equal(dd_day_from_civil(2026, 13, 1), DD_NO_DAY);
    assert_int_equal(dd_day_from_civil(2026, 0, 1), DD_NO_DAY);
    assert_int_equal(dd_day_from_civil(2026, 1, 0), DD_NO_DAY);
}

static void
a_moment_belongs_to_the_day_that_holds_it(void **state)
{
    char buffer[16];

    (void) state;
    assert_int_equal(dd_moment_day(0), 0);
    assert_int_equal(dd_moment_day(86399), 0);
    assert_int_equal(dd_moment_day(-1), -1);
    assert_int_equal(dd_moment_day(-86400), -1);
    assert_int_equal(dd_moment_day(-86401), -2);
    assert_int_equal(dd_moment_day(dd_day_end(20778) - 1), 20778);
    assert_int_equal(dd_moment_day(dd_day_end(20778)), 20779);
    assert_string_equal(dd_day_format(20778, buffer), "2026-11-21");
    assert_string_equal(dd_day_format(-1, buffer), "1969-12-31");
}

typedef struct {
    const char *text;
    int64_t seconds;
    int has_time;
} reading;

static void
assert_readings(const reading *readings, size_t n, dd_day_order order, int offset)
{
    for (size_t i = 0; i < n; i++) {
        dd_moment moment = DD_NO_MOMENT;
        int has_time = -1;
        dd_date_status status
            = dd_moment_read(readings[i].text, strlen(readings[i].text), order, offset,
                             &moment, &has_time);
        if (status != DD_DATE_OK || moment != readings[i].seconds)
            print_error("'%s' read as %lld, status %d\n", readings[i].text,
                        (long long) moment, (int) status);
        assert_int_equal(status, DD_DATE_OK);
        assert_true(moment == readings[i].seconds);
        assert_int_equal(has_time, readings[i].has_time);
    }
}

static void
every_form_of_an_export_is_read(void **state)
{
    static const reading readings[] = {
        { "2024-03-05", NOON_5_MARCH, 0 },
        { "2024-3-5", NOON_5_MARCH, 0 },
        { " 2024/3/5 ", NOON_5_MARCH, 0 },
        { "2024/03/05", NOON_5_MARCH, 0 },
        { "2024.03.05", NOON_5_MARCH, 0 },
        { "20240305", NOON_5_MARCH, 0 },
        { "2024年3月5日", NOON_5_MARCH, 0 },
        { "２０２４年３月５日", NOON_5_MARCH, 0 },
        { "05.03.2024", NOON_5_MARCH, 0 },
        { "5 Mar 2024", NOON_5_MARCH, 0 },
        { "05-Mar-2024", NOON_5_MARCH, 0 },
        { "05-MAR-2024 14:30", START_5_MARCH + 52200, 1 },
        { "Mar 5, 2024", NOON_5_MARCH, 0 },
        { "Mar. 5, 2024", NOON_5_MARCH, 0 },
        { "March 5, 2024, 10:22 AM", START_5_MARCH + 37320, 1 },
        { "5. march 2024", NOON_5_MARCH, 0 },
        { "45356", NOON_5_MARCH, 0 },
        { "2024年3月5日 10:22", START_5_MARCH + 37320, 1 },
        { "2024年3月5日10时22分", START_5_MARCH + 37320, 1 },
        { "2024/3/5 下午3:05", START_5_MARCH + 54300, 1 },
        { "2024/3/5 上午12:05", START_5_MARCH + 300, 1 },
        { "05.03.2024 14:30", START_5_MARCH + 52200, 1 },
        { "2024-03-05 14:30:09", START_5_MARCH + 52209, 1 },
        { "2024-03-05T10:22:01", START_5_MARCH + 37321, 1 },
        { "2024-03-05T10:22:01.999", START_5_MARCH + 37321, 1 },
        { "2024-03-05T10:22:01Z", START_5_MARCH + 37321, 1 },
        { "2024-03-05 10:22:01 UTC", START_5_MARCH + 37321, 1 },
        { "2024-03-05T10:22:01+05:00", START_5_MARCH + 19321, 1 },
        { "2024-03-05T10:22:01-0330", START_5_MARCH + 49921, 1 },
        { "2024-03-05 1:07 PM", START_5_MARCH + 47220, 1 },
        { "2024-03-05 12:07am", START_5_MARCH + 420, 1 },
        { "45356.25", START_5_MARCH + 21600, 1 },
        { "25/03/2024", NOON_5_MARCH + 20 * 86400, 0 },
        { "03/25/2024", NOON_5_MARCH + 20 * 86400, 0 },
        { "25-03-2024", NOON_5_MARCH + 20 * 86400, 0 },
        { "03/03/2024", NOON_5_MARCH - 2 * 86400, 0 },
        { "2024-02-29", NOON_5_MARCH - 5 * 86400, 0 },
    };

    (void) state;
    assert_readings(readings, sizeof readings / sizeof *readings, DD_ORDER_UNKNOWN, 0);
}

static void
a_written_offset_is_converted_and_others_are_local(void **state)
{
    static const reading readings[] = {
        { "2024-03-05T10:22:01Z", START_5_MARCH + 37321 + 28800, 1 },
        { "2024-03-05T10:22:01+08:00", START_5_MARCH + 37321, 1 },
        { "2024-03-05T10:22:01", START_5_MARCH + 37321, 1 },
        { "2024-03-05", NOON_5_MARCH, 0 },
    };

    (void) state;
    assert_readings(readings, 4, DD_ORDER_UNKNOWN, 8 * 3600);
    assert_true(dd_moment_parse("2024-03-05T10:22:01Z", 20, 3600, NULL)
                == START_5_MARCH + 37321 + 3600);
}

static void
assert_refused(const char *text, dd_date_status expected)
{
    dd_moment moment = 42;
    dd_date_status status
        = dd_moment_read(text, strlen(text), DD_ORDER_UNKNOWN, 0, &moment, NULL);

    if (status != expected)
        print_error("'%s': status %d\n", text, (int) status);
    assert_int_equal(status, expected);
    assert_true(moment == 42);
}

static void
a_date_that_cannot_be_is_refused(void **state)
{
    static const char *const impossible[]
        = { "2024-02-30",          "2023-02-29",       "30.02.2024",       "2024/13/1",
            "2024-03-05 25:00",    "2024-03-05 24:00", "2024-03-05 10:60", "31/31/2024",
            "2024-03-05 13:00 PM", "31 Apr 2024",      "2024年2月30日" };
    static const char *const years[] = { "0024-03-05", "9999-12-31", "1899-12-31" };

    (void) state;
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++)
        assert_refused(impossible[i], DD_DATE_IMPOSSIBLE);
    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        assert_refused(years[i], DD_DATE_YEAR);
    assert_string_equal(dd_date_reason(DD_DATE_IMPOSSIBLE), "there is no such date");
    assert_string_equal(dd_date_reason(DD_DATE_YEAR),
                        "its year is none from 1900 to 2199");
}

static void
what_is_no_date_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",           "soon",         "2024-03-05x",        "2024-03-05 10",
        "2024-03/05", "5/3/24",       "2024-03-05T",        "2024-03-05 10:22 +99:00",
        "19999",      "80001",        "1709640000",         "2024-03-05 10:2",
        "#REF!",      "2024-03",      "2024-03-05 10:22 x", "2024-03-0510:22",
        "Mar 2024",   "Marc 5, 2024", "5 Mar 24",           "Mar5,2024x",
        "5 Mar",      "05.03.24",     "45356 10:00",        "2024年3月",
        "12,5"
    };

    (void) state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(wrong[i], DD_DATE_NOT);
    assert_true(dd_moment_parse("soon", 4, 0, NULL) == DD_NO_MOMENT);
}

static dd_day_order
decide(const char *const *cells, size_t n)
{
    dd_day_order_evidence evidence = { 0 };

    for (size_t i = 0; i < n; i++)
        dd_day_order_add(&evidence, cells[i], strlen(cells[i]));
    return dd_day_order_decide(&evidence);
}

static void
the_column_tells_whether_the_day_comes_first(void **state)
{
    static const char *const british[] = { "03/05/2024", "14/05/2024", "n/a" };
    static const char *const american[] = { "03/05/2024", "03/15/2024 10:00" };
    static const char *const torn[] = { "14/05/2024", "03/15/2024" };
    static const char *const silent[] = { "03/05/2024", "2024-05-14", "14.05.2024" };
    static const reading day_first[] = { { "05/03/2024", NOON_5_MARCH, 0 } };
    static const reading month_first[] = { { "03/05/2024", NOON_5_MARCH, 0 } };

    (void) state;
    assert_int_equal(decide(british, 3), DD_ORDER_DAY_FIRST);
    assert_int_equal(decide(american, 2), DD_ORDER_MONTH_FIRST);
    assert_int_equal(decide(torn, 2), DD_ORDER_UNKNOWN);
    assert_int_equal(decide(silent, 3), DD_ORDER_UNKNOWN);
    assert_readings(day_first, 1, DD_ORDER_DAY_FIRST, 0);
    assert_readings(month_first, 1, DD_ORDER_MONTH_FIRST, 0);
    assert_refused("03/05/2024", DD_DATE_AMBIGUOUS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970_and_come_back),
        cmocka_unit_test(weeks_begin_on_monday_before_1970_too),
        cmocka_unit_test(a_date_that_does_not_exist_is_no_day),
        cmocka_unit_test(a_moment_belongs_to_the_day_that_holds_it),
        cmocka_unit_test(every_form_of_an_export_is_read),
        cmocka_unit_test(a_written_offset_is_converted_and_others_are_local),
        cmocka_unit_test(a_date_that_cannot_be_is_refused),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(the_column_tells_whether_the_day_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
