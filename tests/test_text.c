/* Words and numbers as people write them. Widths: Unicode's East Asian Width property;
 * invalid UTF-8: the cases of RFC 3629, section 10, and of Unicode's table 3-7. */
#include "check.h"

#include "base/text.h"

#include <string.h>

static void
a_chinese_character_takes_two_columns_and_an_accent_none(void **state)
{
    (void) state;
    assert_int_equal(dd_text_width("Deal"), 4);
    assert_int_equal(dd_text_width("客户 A"), 6);
    assert_int_equal(dd_text_width("１２万"), 6);
    assert_int_equal(dd_text_width("e\xCC\x81"), 1); /* e + combining acute */
    assert_int_equal(dd_text_width("a\xFFz"), 3);
    assert_int_equal(dd_text_width_n("客户", 3), 2);
}

static void
utf8_is_valid_up_to_its_first_impossible_byte(void **state)
{
    (void) state;
    assert_int_equal(dd_utf8_valid("0123456789 客户 é 🎲", 25), 25);
    assert_int_equal(dd_utf8_valid("", 0), 0);
    assert_int_equal(dd_utf8_valid("ab\xC0\x80", 4), 2);        /* overlong NUL */
    assert_int_equal(dd_utf8_valid("\xE0\x9F\xBF", 3), 0);      /* overlong */
    assert_int_equal(dd_utf8_valid("x\xED\xA0\x80", 4), 1);     /* surrogate */
    assert_int_equal(dd_utf8_valid("\xF0\x8F\xBF\xBF", 4), 0);  /* overlong */
    assert_int_equal(dd_utf8_valid("\xF4\x90\x80\x80", 4), 0);  /* past U+10FFFF */
    assert_int_equal(dd_utf8_valid("12345678\xE5\xAE", 10), 8); /* cut short */
    assert_int_equal(dd_utf8_valid("\xE5\xAE\x41", 3), 0);
    assert_int_equal(dd_utf8_valid("M\xFCller", 6), 1); /* Windows-1252 */
}

static void
trimming_knows_the_blanks_of_spreadsheets(void **state)
{
    const char *text = "\xEF\xBB\xBF\t \xC2\xA0 deal 7　\r\n";
    size_t n = strlen(text);

    (void) state;
    dd_text_trim(&text, &n);
    assert_int_equal(n, 6);
    assert_memory_equal(text, "deal 7", 6);
    assert_true(dd_text_blank("　 \xC2\xA0", 6));
    assert_false(dd_text_blank("é", 2));
}

static void
full_width_forms_become_ascii(void **state)
{
    char narrow[32];

    (void) state;
    assert_int_equal(dd_text_narrow("　￥１２，３４５．６万", 33, narrow, sizeof narrow),
                     13);
    assert_string_equal(narrow, "¥12,345.6万");
    assert_int_equal(dd_text_narrow("12345678", 8, narrow, 8), (size_t) -1);
    assert_int_equal(dd_text_narrow("1234567", 7, narrow, 8), 7);
}

static void
words_are_the_same_whatever_their_case_blanks_and_underscores(void **state)
{
    char key[16];

    (void) state;
    assert_true(dd_same_word("Deal_ID", "deal id"));
    assert_true(dd_same_word("\xEF\xBB\xBF商机 编号", "商机编号"));
    assert_true(dd_same_word("NEGÓCIO - Etapa", "negócio etapa"));
    assert_true(dd_same_word("ＩＤ", "id"));
    assert_false(dd_same_word("deal", "deals"));
    assert_false(dd_same_word("won", "lost"));
    assert_int_equal(dd_word_key("Closed - WON", 12, key, sizeof key), 9);
    assert_string_equal(key, "closedwon");
    assert_int_equal(dd_word_key("a word that is too long", 23, key, sizeof key),
                     (size_t) -1);
}

/* Distances worked by hand. */
static void
edit_distance_counts_a_swap_as_one(void **state)
{
    (void) state;
    assert_int_equal(dd_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(dd_edit_distance("forecast", "forceast"), 1);
    assert_int_equal(dd_edit_distance("", "abc"), 3);
    assert_int_equal(dd_edit_distance("商机编号", "商机编码"), 1);
    assert_int_equal(dd_edit_distance("Deal_ID", "deal id"), 0);
}

static void
a_near_miss_is_proposed_and_a_far_one_is_not(void **state)
{
    static const char *const keys[] = { "currency", "targets", "team", "booked", "won" };

    (void) state;
    assert_string_equal(dd_did_you_mean("curency", keys, 5), "currency");
    assert_string_equal(dd_did_you_mean("tagrets", keys, 5), "targets");
    assert_string_equal(dd_did_you_mean("wonn", keys, 5), "won");
    assert_null(dd_did_you_mean("profit", keys, 5));
    assert_null(dd_did_you_mean("x", keys, 5));
    assert_null(dd_did_you_mean("team", keys, 0));
}

static void
a_plain_number_is_read_and_nothing_else(void **state)
{
    static const char *const wrong[]
        = { "",   " ",     "nan", "inf", "0x10", "1,000", "1e5", "3 4",
            "7%", "1.2.3", ".",   "-",   "5万",  "12abc", "--1" };
    double value = 0.0;

    (void) state;
    assert_int_equal(dd_number_parse(" -12.385 ", 9, &value), 0);
    assert_close(value, -12.385, 0.0);
    assert_int_equal(dd_number_parse("１２．５", 12, &value), 0);
    assert_close(value, 12.5, 0.0);
    assert_int_equal(dd_number_parse("+.25", 4, &value), 0);
    assert_close(value, 0.25, 0.0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(dd_number_parse(wrong[i], strlen(wrong[i]), &value), -1);
    assert_int_equal(dd_number_parse("1\0 2", 4, &value), -1);
    assert_close(value, 0.25, 0.0);
}

static void
a_whole_number_stays_within_64_bits(void **state)
{
    long long value = 0;

    (void) state;
    assert_int_equal(dd_integer_parse("-32768", 6, &value), 0);
    assert_true(value == -32768);
    assert_int_equal(dd_integer_parse("9223372036854775807", 19, &value), 0);
    assert_true(value == 9223372036854775807LL);
    assert_int_equal(dd_integer_parse("9223372036854775808", 19, &value), -1);
    assert_int_equal(dd_integer_parse("1.0", 3, &value), -1);
    assert_int_equal(dd_integer_parse("", 0, &value), -1);
}

static void
a_percentage_needs_its_sign_and_a_share_does_not(void **state)
{
    double value = 0.0;

    (void) state;
    assert_int_equal(dd_percent_parse("30%", 3, &value), 0);
    assert_close(value, 0.3, 1e-16);
    assert_int_equal(dd_percent_parse("-2.5 ％", 8, &value), 0);
    assert_close(value, -0.025, 1e-16);
    assert_int_equal(dd_percent_parse("30", 2, &value), -1);
    assert_int_equal(dd_percent_parse("%", 1, &value), -1);
    assert_int_equal(dd_share_parse("0.185", 5, &value), 0);
    assert_close(value, 0.185, 1e-16);
    assert_int_equal(dd_share_parse("18.5%", 5, &value), 0);
    assert_close(value, 0.185, 1e-16);
    assert_int_equal(dd_share_parse("most", 4, &value), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chinese_character_takes_two_columns_and_an_accent_none),
        cmocka_unit_test(utf8_is_valid_up_to_its_first_impossible_byte),
        cmocka_unit_test(trimming_knows_the_blanks_of_spreadsheets),
        cmocka_unit_test(full_width_forms_become_ascii),
        cmocka_unit_test(words_are_the_same_whatever_their_case_blanks_and_underscores),
        cmocka_unit_test(edit_distance_counts_a_swap_as_one),
        cmocka_unit_test(a_near_miss_is_proposed_and_a_far_one_is_not),
        cmocka_unit_test(a_plain_number_is_read_and_nothing_else),
        cmocka_unit_test(a_whole_number_stays_within_64_bits),
        cmocka_unit_test(a_percentage_needs_its_sign_and_a_share_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
