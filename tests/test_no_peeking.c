/* Altering anything after as-of leaves the past as it was: each test compares a past with
 * that of the same history under another future. */
#include "history_text.h"

#define EVENTS "deal_id,stage,entered_at,amount,owner,segment\n"
#define DEALS \
    "deal_id,stage,created_at,closed_at,close_date,amount,amount_won,probability\n"

/** A small generator of our own, so that a test is the same everywhere (Knuth's MMIX). */
static unsigned
dice(uint64_t *seed, unsigned sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned) (*seed >> 33) % sides;
}

#define ORIGIN "2025-02-15"

static const char *const STAGES[] = { "Contact", "Needs", "Offer", "Demo" };

/* Forty deals in January and February, rows after the origin by another seed. */
static void
write_events(char *csv, uint64_t seed, uint64_t future)
{
    char *end = csv + sprintf(csv, EVENTS);

    for (int deal = 0; deal < 40; deal++) {
        unsigned day = dice(&seed, 40) + 1, n = 1 + dice(&seed, 4);
        for (unsigned i = 0; i < n; i++, day += dice(&seed, 12)) {
            uint64_t *s = day > 46 ? &future : &seed;
            unsigned end_roll = dice(s, 6), stage = dice(s, 4), amount = dice(s, 90);
            unsigned owner = dice(s, day > 46 ? 9 : 5);
            const char *name = i + 1 < n || end_roll > 2 ? STAGES[stage]
                               : end_roll                ? "Won"
                                                         : "Lost";
            end += sprintf(end, "D%d,%s,2025-%02u-%02u,%u,rep%u,seg%u\n", deal, name,
                           day > 31 ? (day > 59 ? 3 : 2) : 1,
                           day > 31 ? (day > 59 ? day - 59 : day - 31) : day, amount,
                           owner, owner % 3);
        }
    }
    for (unsigned i = 0, n = dice(&future, 9); i < n; i++)
        end += sprintf(end, "F%u,Later%u,2025-03-%02u,7,rep%u,seg%u\n", i,
                       dice(&future, 3), 1 + dice(&future, 27), dice(&future, 20),
                       dice(&future, 9));
}

static char *
text_as_of(const char *csv, const char *as_of)
{
    history_text t;
    dd_past past;
    char *text;

    history_of(&t, csv);
    past_of(&past, &t, as_of);
    text = past_text(&past);
    dd_past_free(&past);
    history_text_free(&t);
    return text;
}

static void
altering_the_rows_after_as_of_changes_nothing_in_the_events_layout(void **state)
{
    static char csv[32768];

    (void) state;
    for (uint64_t seed = 1; seed <= 25; seed++) {
        write_events(csv, seed, 1000);
        char *before = text_as_of(csv, ORIGIN);
        for (uint64_t future = 1; future <= 4; future++) {
            write_events(csv, seed, 2000 + 17 * future + seed);
            char *after = text_as_of(csv, ORIGIN);
            assert_string_equal(after, before);
            free(after);
        }
        free(before);
    }
}

/* Sixty deals; whatever is decided after the origin, and whatever is final of deals then
 * open, comes by another seed. The first one ends on the last day of every variant. */
static void
write_deals(char *csv, uint64_t seed, uint64_t future)
{
    static const char *const ends[] = { "Won", "Lost" };
    char *out = csv + sprintf(csv, DEALS "Z,Lost,2025-01-01,2025-03-28,,0,,\n");

    for (int deal = 0; deal < 60; deal++) {
        unsigned created = 1 + dice(&seed, 31), closed = dice(&seed, 90);
        unsigned won = dice(&seed, 2), amount = won ? 10 + dice(&seed, 90) : 0;
        if (closed < 45 && closed >= created) {
            unsigned day = closed > 31 ? closed - 31 : closed;
            out += sprintf(out, "D%d,%s,2025-01-%02u,2025-%02u-%02u,,%u,,\n", deal,
                           ends[!won], created, closed > 31 ? 2 : 1, day, amount);
        } else if (dice(&future, 2)) {
            unsigned later = dice(&future, 2);
            out += sprintf(out, "D%d,%s,2025-01-%02u,2025-03-%02u,,%u,,\n", deal,
                           ends[later], created, 1 + dice(&future, 28),
                           later ? 0 : dice(&future, 90));
        } else {
            out += sprintf(out, "D%d,%s,2025-01-%02u,,2025-0%u-09,,,0.%u\n", deal,
                           STAGES[dice(&future, 4)], created, 4 + dice(&future, 5),
                           dice(&future, 9));
        }
    }
    for (unsigned i = 0, n = dice(&future, 9); i < n; i++)
        out += sprintf(out, "F%u,Later%u,2025-03-%02u,,,,,\n", i, dice(&future, 3),
                       1 + dice(&future, 27));
}

static void
altering_what_became_of_open_deals_changes_nothing_in_the_deals_layout(void **state)
{
    static char csv[32768];

    (void) state;
    for (uint64_t seed = 1; seed <= 25; seed++) {
        write_deals(csv, seed, 1000);
        char *before = text_as_of(csv, ORIGIN);
        for (uint64_t future = 1; future <= 4; future++) {
            write_deals(csv, seed, 2000 + 17 * future + seed);
            char *after = text_as_of(csv, ORIGIN);
            assert_string_equal(after, before);
            free(after);
        }
        free(before);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            altering_the_rows_after_as_of_changes_nothing_in_the_events_layout),
        cmocka_unit_test(
            altering_what_became_of_open_deals_changes_nothing_in_the_deals_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
