/* Memory in huge pages: what is asked of the system, and that a refusal changes nothing. */
#define _DEFAULT_SOURCE
#include "check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define MB ((uintptr_t) 1 << 20)
#define TAKEN (30 * MB)

/* What heap.c asked for, and what it is to be told. */
static struct {
    int refuse_options, refuse_memory, refuse_pages;
    int options, memory, pages, freed;
    uintptr_t room, begin, end;
} seen;

static int
take_option(int option, int value)
{
    (void) option;
    seen.options++;
    return seen.refuse_options ? 0 : mallopt(option, value);
}

static void *
take_memory(size_t bytes)
{
    void *room = seen.refuse_memory ? NULL : malloc(bytes);
    seen.memory++;
    seen.room = (uintptr_t) room;
    assert_int_equal(bytes, TAKEN);
    return room;
}

static int
take_pages(void *begin, size_t bytes, int advice)
{
    seen.pages++;
    seen.begin = (uintptr_t) begin;
    seen.end = seen.begin + bytes;
    return seen.refuse_pages ? -1 : madvise(begin, bytes, advice);
}

static void
give_back(void *room)
{
    seen.freed++;
    assert_true(room != NULL && (uintptr_t) room == seen.room);
    free(room);
}

#define mallopt(option, value) take_option(option, value)
#define malloc(bytes) take_memory(bytes)
#define madvise(begin, bytes, advice) take_pages(begin, bytes, advice)
#define free(room) give_back(room)
#undef _DEFAULT_SOURCE
#include "cli/heap.c"
#undef mallopt
#undef malloc
#undef madvise
#undef free

static void
ask(int refuse_options, int refuse_memory, int refuse_pages)
{
    memset(&seen, 0, sizeof seen);
    seen.refuse_options = refuse_options;
    seen.refuse_memory = refuse_memory;
    seen.refuse_pages = refuse_pages;
    dd_heap_in_huge_pages();
    if (seen.options == 0)
        skip(); /* a system without */
}

static void
whole_huge_pages_are_asked_for_within_what_was_taken(void **state)
{
    (void) state;
    ask(0, 0, 0);
    if (seen.memory == 0)
        skip(); /* an allocator that takes no options */
    assert_int_equal(seen.pages, 1);
    assert_int_equal(seen.begin % (2 * MB), 0);
    assert_int_equal(seen.end % (2 * MB), 0);
    assert_true(seen.begin >= seen.room && seen.end <= seen.room + TAKEN);
    assert_true(seen.end - seen.begin >= TAKEN - 4 * MB);
    assert_int_equal(seen.freed, 1);
}

/* Bytes that glibc holds for the program; 0: another allocator does. */
static size_t
held(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    return mallinfo2().arena;
#else
    return 0;
#endif
}

/* Freed, it stays the program's: 20 MB are given out of it. */
static void
the_next_memory_comes_out_of_them(void **state)
{
    uintptr_t room;
    void *next;
    (void) state;
    ask(0, 0, 0);
    if (seen.memory == 0 || held() == 0)
        skip();
    assert_true(held() >= TAKEN);
    next = malloc(20 * MB);
    assert_non_null(next);
    room = (uintptr_t) next;
    assert_true(room >= seen.room && room + 20 * MB <= seen.room + TAKEN);
    free(next);
}

static void
a_refusal_leaves_memory_as_it_is(void **state)
{
    (void) state;
    ask(1, 0, 0);
    assert_int_equal(seen.memory + seen.pages + seen.freed, 0);
    ask(0, 1, 0);
    assert_int_equal(seen.pages + seen.freed, 0);
    ask(0, 0, 1);
    assert_int_equal(seen.freed, seen.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_huge_pages_are_asked_for_within_what_was_taken),
        cmocka_unit_test(the_next_memory_comes_out_of_them),
        cmocka_unit_test(a_refusal_leaves_memory_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
