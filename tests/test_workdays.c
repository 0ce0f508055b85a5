/* Days that are worked: China's holidays, and those of a file. */
#include "check.h"

#include "base/workdays.h"
#include "dealdice/funnel.h"
#include "dealdice/question.h"
#include "model/team.h"
#include "temp_file.h"

static dd_day
on(int year, int month, int day)
{
    return dd_day_from_civil(year, month, day);
}

static void
without_holidays_monday_to_friday_are_worked(void **state)
{
    (void) state;
    for (int d = 0; d < 7; d++) /* 2026-11-23 is a Monday */
        assert_int_equal(dd_workdays_works(NULL, on(2026, 11, 23) + d), d < 5);
}

/* The law gave 11 holidays a year and gives 13 since 2025; weekends that are worked make up
 * for those in between. 2015 had one more on 3 September, and in 2020 the Spring Festival
 * was made longer by a Friday and a Saturday that was to be worked. */
static void
chinas_notices_give_as_many_days_as_the_law(void **state)
{
    (void) state;
    dd_workdays *china;
    assert_int_equal(dd_workdays_china(&china, NULL), DD_OK);
    for (int year = 2015; year <= 2026; year++) {
        int law = year >= 2025   ? 13
                  : year == 2015 ? 12
                  : year == 2020 ? 13
                                 : 11,
            off = 0;
        for (dd_day day = on(year, 1, 1); day <= on(year, 12, 31); day++)
            off += dd_workdays_works(NULL, day) - dd_workdays_works(china, day);
        /* 31 December 2018 was off for a Saturday worked in the same year */
        assert_int_equal(off, law);
    }
    dd_workdays_free(china);
}

/* From the notices' text. */
static void
chinas_days_are_those_of_the_notices(void **state)
{
    (void) state;
    dd_workdays *china;
    assert_int_equal(dd_workdays_china(&china, NULL), DD_OK);
    assert_int_equal(dd_workdays_kind(china, on(2026, 2, 23)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2026, 2, 24)), DD_DAY_USUAL);
    assert_int_equal(dd_workdays_kind(china, on(2026, 2, 14)), DD_DAY_MADE_UP);
    assert_int_equal(dd_workdays_kind(china, on(2026, 2, 15)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2026, 2, 28)), DD_DAY_MADE_UP);
    assert_int_equal(dd_workdays_kind(china, on(2025, 10, 8)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2024, 5, 11)), DD_DAY_MADE_UP);
    assert_int_equal(dd_workdays_kind(china, on(2020, 2, 1)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2015, 9, 4)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2027, 2, 5)), DD_DAY_OFF);
    assert_int_equal(dd_workdays_kind(china, on(2014, 12, 31)), DD_DAY_USUAL);
    for (size_t i = 0; i < china->n; i++) {
        int weekday = dd_workdays_works(NULL, china->day[i]);
        assert_true(i == 0 || china->day[i - 1] < china->day[i]);
        if (china->kind[i] == DD_DAY_MADE_UP)
            assert_false(weekday); /* only weekends are worked instead */
    }
    dd_workdays_free(china);
}

/* A funnel file with these holidays: a country's, or a file's. */
static dd_status
read_named(const char *name, dd_funnel *funnel, dd_error *err)
{
    char text[256], path[64];
    snprintf(text, sizeof text, "currency: CNY\nholidays: %s\n", name);
    char *plain = temp_file(text);
    snprintf(path, sizeof path, "%s.yaml", plain);
    assert_int_equal(rename(plain, path), 0);
    dd_status status = dd_funnel_read(funnel, path, NULL, err);
    unlink(path);
    free(plain);
    return status;
}

/* A funnel file beside a file of holidays. @return what reading it says */
static dd_status
read_with(const char *holidays, dd_funnel *funnel, dd_error *err)
{
    char *days = temp_file(holidays);
    dd_status status = read_named(days, funnel, err);
    temp_file_free(days);
    return status;
}

static void
a_file_tells_days_off_and_weekends_that_are_worked(void **state)
{
    (void) state;
    dd_funnel funnel;
    assert_int_equal(
        read_with(
            "date,kind\n2027-12-24,off\n2027/12/27,\n2028年1月8日,班\n2028-01-10,休\n",
            &funnel, NULL),
        DD_OK);
    assert_int_equal(funnel.workdays->n, 4);
    assert_false(dd_workdays_works(funnel.workdays, on(2027, 12, 24)));
    assert_false(dd_workdays_works(funnel.workdays, on(2027, 12, 27)));
    assert_false(dd_workdays_works(funnel.workdays, on(2028, 1, 10)));
    assert_true(dd_workdays_works(funnel.workdays, on(2028, 1, 8)));
    assert_true(dd_workdays_works(funnel.workdays, on(2027, 12, 28)));
    dd_funnel_free(&funnel);
}

static void
assert_refused(const char *holidays, long line, const char *read, const char *wrong)
{
    dd_funnel funnel;
    dd_error err = { 0 };
    assert_int_equal(read_with(holidays, &funnel, &err), DD_EDATA);
    assert_int_equal(err.n, 1);
    assert_int_equal(err.items[0].line, line);
    assert_string_equal(err.items[0].read, read);
    assert_string_equal(err.items[0].wrong, wrong);
    dd_error_free(&err);
}

static void
days_that_cannot_be_read_are_refused_with_their_line(void **state)
{
    (void) state;
    assert_refused("date,kind\n2027-12-24,off\n2027-02-30,off\n", 3, "2027-02-30",
                   "the holiday's date cannot be read");
    assert_refused("date,kind\n2027-12-24,maybe\n", 2, "maybe",
                   "it is not told whether the day is off");
    assert_refused("day,kind\n2027-12-24,off\n", 1, "day",
                   "the first column is not the date");
    assert_refused("date,kind\n2027-02-06,off\n2027-02-06,work\n", 3, "2027-02-06",
                   "the day is off by one row and worked by another");
}

static void
only_chinas_holidays_need_no_file(void **state)
{
    (void) state;
    dd_funnel funnel;
    dd_error err = { 0 };
    assert_int_equal(read_named("cn", &funnel, NULL), DD_OK);
    assert_int_equal(dd_workdays_kind(funnel.workdays, on(2026, 2, 23)), DD_DAY_OFF);
    dd_funnel_free(&funnel);
    assert_int_equal(read_named("US", &funnel, &err), DD_EDATA);
    assert_int_equal(err.n, 1);
    assert_int_equal(err.items[0].line, 2);
    assert_string_equal(err.items[0].read, "US");
    assert_string_equal(err.items[0].wrong, "'holidays' names no file that can be read");
    assert_non_null(strstr(err.items[0].right, "CN"));
    dd_error_free(&err);
}

/* Told to 3 October 2027: enough for 2027, none of it is for 2028. */
static void
holidays_that_end_before_the_periods_do_are_told(void **state)
{
    (void) state;
    const dd_day as_of = on(2026, 11, 21);
    for (int far = 0; far < 2; far++) {
        dd_funnel funnel;
        dd_question question;
        dd_question_options asked = { .periods = far ? 6 : 5 };
        dd_notes notes = { 0 };
        assert_int_equal(read_named("CN", &funnel, NULL), DD_OK);
        assert_int_equal(
            dd_question_init(&question, &funnel, as_of, &asked, &notes, NULL), DD_OK);
        assert_int_equal(notes.n, far);
        if (far)
            assert_string_equal(notes.items[0].text,
                                "the last holiday that is known is 2027-10-03: later "
                                "ones, to the end of 2028Q1, count as usual days");
        dd_notes_free(&notes);
        dd_question_free(&question);
        dd_funnel_free(&funnel);
    }
}

/* The week of 1 October 2026 has three working days, and Saturday the 10th is worked. */
static void
reps_do_not_work_on_holidays(void **state)
{
    (void) state;
    dd_workdays *china;
    assert_int_equal(dd_workdays_china(&china, NULL), DD_OK);
    dd_member one = { .heads = 2.0, .start = DD_NO_DAY, .end = DD_NO_DAY };
    dd_team team = { .n = 1, .members = &one, .workdays = china };
    double week = 0.0, made_up = 0.0;
    for (dd_day day = on(2026, 9, 28); day <= on(2026, 10, 4); day++)
        week += dd_team_weeks(&team, day);
    for (dd_day day = on(2026, 10, 8); day <= on(2026, 10, 11); day++)
        made_up += dd_team_weeks(&team, day);
    assert_close(week, 2.0 * 3 / 5, 1e-12);
    assert_close(made_up, 2.0 * 3 / 5, 1e-12);
    dd_workdays_free(china);
}

/* On 2026-10-07 the last five worked days are 24 to 30 September, the next 8, 9, 10, 12 and
 * 13 October; one of three comes on the 12th. */
static void
a_usual_week_looks_past_holidays(void **state)
{
    (void) state;
    dd_workdays *china;
    assert_int_equal(dd_workdays_china(&china, NULL), DD_OK);
    dd_member two[] = { { .heads = 2.0, .start = DD_NO_DAY, .end = DD_NO_DAY },
                        { .heads = 1.0, .start = on(2026, 10, 12), .end = DD_NO_DAY } };
    dd_team team = { .n = 2, .members = two, .workdays = china };
    assert_close(dd_team_week_until(&team, on(2026, 10, 7)), 2.0, 1e-12);
    assert_close(dd_team_week_until(&team, on(2026, 10, 12)), 2.0 + 1.0 / 5, 1e-12);
    assert_close(dd_team_week_from(&team, on(2026, 10, 1)), 2.0 + 2.0 / 5, 1e-12);
    team.workdays = NULL;
    assert_close(dd_team_week_until(&team, on(2026, 10, 7)), 2.0, 1e-12);
    assert_close(dd_team_week_from(&team, on(2026, 10, 10)), 3.0, 1e-12);
    dd_workdays_free(china);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_holidays_monday_to_friday_are_worked),
        cmocka_unit_test(chinas_notices_give_as_many_days_as_the_law),
        cmocka_unit_test(chinas_days_are_those_of_the_notices),
        cmocka_unit_test(a_file_tells_days_off_and_weekends_that_are_worked),
        cmocka_unit_test(days_that_cannot_be_read_are_refused_with_their_line),
        cmocka_unit_test(only_chinas_holidays_need_no_file),
        cmocka_unit_test(holidays_that_end_before_the_periods_do_are_told),
        cmocka_unit_test(reps_do_not_work_on_holidays),
        cmocka_unit_test(a_usual_week_looks_past_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
