/* Amounts as people write them; minor units worked by hand. */
#include "check.h"

#include "base/money.h"

#include <string.h>

typedef struct {
    const char *text;
    int64_t minor;
} reading;

static void
assert_readings(const reading *readings, size_t n, dd_decimal decimal)
{
    for (size_t i = 0; i < n; i++) {
        int64_t minor = INT64_MIN;
        dd_money_status status = dd_money_parse(
            readings[i].text, strlen(readings[i].text), decimal, &minor);
        if (status != DD_MONEY_OK || minor != readings[i].minor)
            print_error("'%s' read as %lld, status %d\n", readings[i].text,
                        (long long) minor, (int) status);
        assert_int_equal(status, DD_MONEY_OK);
        assert_true(minor == readings[i].minor);
    }
}

static void
amounts_are_read_as_people_write_them(void **state)
{
    static const reading readings[] = {
        { "1234.5", 123450 },
        { "1,234.50", 123450 },
        { "2.900,00", 290000 },
        { "€ 11398,00", 1139800 },
        { "€ 2.900,00", 290000 },
        { "R$ 1.250.000,75", 125000075 },
        { "¥12.5万", 12500000 },
        { "￥１２．５万", 12500000 },
        { "500万", 500000000 },
        { "500万元", 500000000 },
        { "1.2亿", INT64_C(12000000000) },
        { "8万", 8000000 },
        { "1.234万", 1234000 },
        { "3千", 300000 },
        { "2百万", 200000000 },
        { "500k", 50000000 },
        { "2.5k", 250000 },
        { "2.5M USD", 250000000 },
        { "CNY 17", 1700 },
        { "17 EUR", 1700 },
        { "MXN 17", 1700 },
        { "17MXN", 1700 },
        { "-100", -10000 },
        { "−¥100", -10000 },
        { "$-100", -10000 },
        { "(100.25)", -10025 },
        { "+7", 700 },
        { "0", 0 },
        { "0,00", 0 },
        { "0.125", 13 },
        { "1 234 567,8", 123456780 },
        { "1\xC2\xA0"
          "234",
          123400 },
        { "1'234.50", 123450 },
        { "1,234,567", 123456700 },
        { "1.234.567", 123456700 },
        { "1,234", 123400 },
        { "11000", 1100000 },
        { ".5", 50 },
        { "7.", 700 },
        { "１，２３４，５６７．８９", 123456789 },
    };

    (void) state;
    assert_readings(readings, sizeof readings / sizeof *readings, DD_DECIMAL_UNKNOWN);
}

static void
the_column_tells_what_a_lone_separator_means(void **state)
{
    static const reading with_point[] = { { "1.234", 123 }, { "1,234", 123400 } };
    static const reading with_comma[] = { { "1.234", 123400 }, { "1,234", 123 } };
    int64_t minor = 42;

    (void) state;
    assert_readings(with_point, 2, DD_DECIMAL_POINT);
    assert_readings(with_comma, 2, DD_DECIMAL_COMMA);
    assert_int_equal(dd_money_parse("1.234", 5, DD_DECIMAL_UNKNOWN, &minor),
                     DD_MONEY_AMBIGUOUS);
    assert_true(minor == 42);
}

static void
rounding_is_exact_and_halves_go_away_from_zero(void **state)
{
    static const reading readings[] = {
        { "1.005", 101 }, /* the nearest double is below 1.005 */
        { "2.675", 268 },
        { "-1.005", -101 },
        { "0.00499999999999999999999", 0 },
        { "0.005", 1 },
        { "0.12345678万", 123457 },
        { "90071992547.40993", INT64_C(9007199254741) },
    };

    (void) state;
    assert_readings(readings, sizeof readings / sizeof *readings, DD_DECIMAL_POINT);
}

static void
what_is_no_amount_is_refused(void **state)
{
    static const char *const wrong[]
        = { "",      "abc",  "#REF!", "12abc",  "1,23,456",    "1.23.4", "1,234.5,6",
            "12 34", "1..5", "--5",   "nan",    "1e5",         "0x10",   "万",
            "5 6 7", "12%",  "¥",     "1,,234", "12,34.567.8", "()",     "5万6" };
    int64_t minor = 42;

    (void) state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dd_money_status status
            = dd_money_parse(wrong[i], strlen(wrong[i]), DD_DECIMAL_UNKNOWN, &minor);
        if (status != DD_MONEY_NOT)
            print_error("'%s' was not refused\n", wrong[i]);
        assert_int_equal(status, DD_MONEY_NOT);
    }
    assert_true(minor == 42);
    assert_string_equal(dd_money_reason(DD_MONEY_NOT), "not an amount");
}

/* 2^47 = 140 737 488 355 328 */
static void
an_amount_beyond_two_to_the_47_is_refused(void **state)
{
    static const reading most[] = { { "1407374883553.28", INT64_C(140737488355328) },
                                    { "-1407374883553.28", -INT64_C(140737488355328) } };
    static const char *const more[]
        = { "1407374883553.29",  "-1407374883553.29",
            "1407374883553.285", "20000亿",
            "9999999万亿",       "99999999999999999999999999999999999999" };
    int64_t minor;

    (void) state;
    assert_readings(most, 2, DD_DECIMAL_POINT);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        assert_int_equal(
            dd_money_parse(more[i], strlen(more[i]), DD_DECIMAL_POINT, &minor),
            DD_MONEY_TOO_LARGE);
}

static dd_decimal
decide(const char *const *cells, size_t n)
{
    dd_decimal_evidence evidence = { 0, 0 };

    for (size_t i = 0; i < n; i++)
        dd_decimal_evidence_add(&evidence, cells[i], strlen(cells[i]));
    return dd_decimal_decide(&evidence);
}

static void
a_column_is_decided_by_its_unmistakable_cells(void **state)
{
    static const char *const zoho[] = { "11000", "€ 2.900,00", "€ 11398,00", "1.234" };
    static const char *const plain[] = { "1.234", "26.85", "#REF!", "" };
    static const char *const grouped[] = { "1,234,567", "1.234" };
    static const char *const torn[] = { "12.5", "12,5" };
    static const char *const silent[] = { "1.234", "5,678", "900" };

    (void) state;
    assert_int_equal(decide(zoho, 4), DD_DECIMAL_COMMA);
    assert_int_equal(decide(plain, 4), DD_DECIMAL_POINT);
    assert_int_equal(decide(grouped, 2), DD_DECIMAL_POINT);
    assert_int_equal(decide(torn, 2), DD_DECIMAL_UNKNOWN);
    assert_int_equal(decide(silent, 3), DD_DECIMAL_UNKNOWN);
}

static void
assert_written(double minor, const char *currency, dd_money_style style,
               const char *expected)
{
    char buffer[DD_MONEY_BUFFER];

    assert_string_equal(dd_money_format(buffer, minor, currency, style), expected);
}

static void
chinese_amounts_are_written_in_wan_and_yi(void **state)
{
    (void) state;
    assert_written(280e6, "CNY", DD_MONEY_SHORT, "280万");
    assert_written(83.66e6, "CNY", DD_MONEY_SHORT, "83.7万");
    assert_written(-12.5e6, "CNY", DD_MONEY_SHORT, "-12.5万");
    assert_written(1.2e10, "CNY", DD_MONEY_SHORT, "1.2亿");
    assert_written(1.236e10, "CNY", DD_MONEY_SHORT, "1.24亿");
    assert_written(9999.96e6, "CNY", DD_MONEY_SHORT, "1亿");
    assert_written(9999.94e6, "CNY", DD_MONEY_SHORT, "9999.9万");
    assert_written(999960.0, "CNY", DD_MONEY_SHORT, "1万");
    assert_written(123400.0, "CNY", DD_MONEY_SHORT, "1,234");
    assert_written(0.0, "CNY", DD_MONEY_SHORT, "0");
}

static void
other_amounts_have_their_thousands_marked(void **state)
{
    (void) state;
    assert_written(280249600.0, "USD", DD_MONEY_SHORT, "2,802,496");
    assert_written(280249650.0, NULL, DD_MONEY_SHORT, "2,802,497");
    assert_written(1867.0, NULL, DD_MONEY_SHORT, "18.67");
    assert_written(1850.0, NULL, DD_MONEY_SHORT, "18.5");
    assert_written(123456750.0, "CNY", DD_MONEY_GROUPED, "1,234,567.50");
    assert_written(-99905.4, "EUR", DD_MONEY_GROUPED, "-999.05");
    assert_written(123456750.0, "CNY", DD_MONEY_EXACT, "1234567.50");
    assert_written(-5.0, NULL, DD_MONEY_EXACT, "-0.05");
    assert_written(-0.4, NULL, DD_MONEY_EXACT, "0.00");
    assert_written((double) NAN, NULL, DD_MONEY_SHORT, "-");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_as_people_write_them),
        cmocka_unit_test(the_column_tells_what_a_lone_separator_means),
        cmocka_unit_test(rounding_is_exact_and_halves_go_away_from_zero),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(an_amount_beyond_two_to_the_47_is_refused),
        cmocka_unit_test(a_column_is_decided_by_its_unmistakable_cells),
        cmocka_unit_test(chinese_amounts_are_written_in_wan_and_yi),
        cmocka_unit_test(other_amounts_have_their_thousands_marked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
