/* Memory released all at once, and the dictionary that lives in it. */
#include "check.h"

#include "base/table.h"

#include <string.h>

static void
pieces_are_aligned_and_do_not_overlap(void **state)
{
    static const size_t sizes[] = { 1, 7, 16, 100, 5000, 0, 70000, 3, 9000000, 24 };
    dd_arena *arena = dd_arena_new();
    unsigned char *pieces[300];

    (void) state;
    for (size_t i = 0; i < 300; i++) {
        const size_t n = sizes[i % 10] / (i > 20 ? 100 : 1);
        pieces[i] = dd_arena_alloc(arena, n);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t) pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int) (i % 251), n);
    }
    for (size_t i = 0; i < 300; i++) {
        const size_t n = sizes[i % 10] / (i > 20 ? 100 : 1);
        for (size_t k = 0; k < n; k += 97)
            assert_int_equal(pieces[i][k], i % 251);
    }
    dd_arena_free(arena);
}

static void
an_impossible_size_is_no_memory(void **state)
{
    dd_arena *arena = dd_arena_new();

    (void) state;
    assert_null(dd_arena_alloc(arena, SIZE_MAX));
    assert_null(dd_arena_alloc(arena, SIZE_MAX - 8));
    assert_null(dd_arena_copy(arena, "", SIZE_MAX));
    assert_non_null(dd_arena_alloc(arena, 8));
    dd_arena_free(arena);
    dd_arena_free(NULL);
}

static void
a_copy_is_closed_by_a_zero(void **state)
{
    dd_arena *arena = dd_arena_new();

    (void) state;
    assert_string_equal(dd_arena_copy(arena, "赢单 and more", 6), "赢单");
    assert_string_equal(dd_arena_copy(arena, NULL, 0), "");
    dd_arena_free(arena);
}

static void
each_different_word_gets_the_next_number(void **state)
{
    dd_arena *arena = dd_arena_new();
    dd_table table = { 0 };

    (void) state;
    assert_int_equal(dd_table_find(&table, "Li"), -1);
    assert_int_equal(dd_table_add(&table, arena, "Li"), 0);
    assert_int_equal(dd_table_add(&table, arena, ""), 1);
    assert_int_equal(dd_table_add(&table, arena, "Li"), 0);
    assert_int_equal(dd_table_add(&table, arena, "li"), 2);
    assert_int_equal(dd_table_find(&table, "li"), 2);
    assert_int_equal(dd_table_find(&table, "Han"), -1);
    assert_string_equal(table.items[1], "");
    dd_table_free(&table);
    dd_arena_free(arena);
}

static void
ten_thousand_words_keep_their_numbers(void **state)
{
    dd_arena *arena = dd_arena_new();
    dd_table table = { 0 };
    char word[16];

    (void) state;
    for (int i = 0; i < 10000; i++) {
        snprintf(word, sizeof(word), "deal%d", i * 7);
        assert_int_equal(dd_table_add(&table, arena, word), i);
    }
    for (int i = 0; i < 10000; i += 13) {
        snprintf(word, sizeof(word), "deal%d", i * 7);
        assert_int_equal(dd_table_find(&table, word), i);
        assert_string_equal(table.items[i], word);
    }
    assert_int_equal(table.n, 10000);
    dd_table_free(&table);
    dd_arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_do_not_overlap),
        cmocka_unit_test(an_impossible_size_is_no_memory),
        cmocka_unit_test(a_copy_is_closed_by_a_zero),
        cmocka_unit_test(each_different_word_gets_the_next_number),
        cmocka_unit_test(ten_thousand_words_keep_their_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
