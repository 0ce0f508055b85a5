/* Property, through the program: whatever comes after --as-of, the forecast of that day is
 * the same to the byte. A made-up company is written in each layout; all that happens after
 * the origin comes by another seed. */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dealdice/date.h"

/* Day, counted from 2025-01-01: photos of 118 and 125 put changes at 121.5. */
#define ORIGIN 123
#define LAST 200
#define DEALS 150
#define STEPS 8
#define FUTURES 4

enum { WON = 100, LOST, OPEN };

typedef struct {
    int day, stage;
    unsigned amount, owner;
} step;

typedef struct {
    step steps[STEPS];
    int n;
} life;

/** A small generator of our own, so that a test is the same everywhere (Knuth's MMIX). */
static unsigned
dice(uint64_t *seed, unsigned sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned) (*seed >> 33) % sides;
}

/* Until the origin by one seed, then by the other: neither moves the other's rolls. */
static void
live(life *self, int number, uint64_t past, uint64_t future)
{
    uint64_t known = past * 1000 + (uint64_t) number, unknown = future + known;
    int day = (int) dice(&known, ORIGIN), stage = 0;

    self->n = 0;
    while (self->n < STEPS && day < LAST) {
        uint64_t *by = day > ORIGIN ? &unknown : &known;
        self->steps[self->n++] = (step){ day, stage, 10 + dice(by, 90), dice(by, 5) };
        if (stage >= WON)
            return;
        const unsigned roll = dice(by, 10);
        stage = roll < 4 ? stage + 1 : roll < 6 ? LOST : roll < 9 ? WON : 0;
        stage = stage == 4 ? WON : stage;
        day += 1 + (int) dice(by, 40);
        if (day > ORIGIN && by == &known) { /* what happens then is not decided yet */
            day = ORIGIN + 1 + (int) dice(&unknown, 70);
            stage = dice(&unknown, 2) ? LOST : (int) dice(&unknown, 4);
        }
    }
}

static const char *
stage_name(int stage)
{
    static const char *const names[] = { "Contact", "Needs", "Offer", "Demo" };

    return stage == WON ? "Won" : stage == LOST ? "Lost" : names[stage];
}

static const char *
date(int day, char text[16])
{
    return dd_day_format(dd_day_from_civil(2025, 1, 1) + day, text);
}

static void
write_events(FILE *out, const life *deals, uint64_t future)
{
    char day[16];

    fprintf(out, "deal_id,stage,entered_at,amount,owner\n");
    for (int d = 0; d < DEALS; d++)
        for (int i = 0; i < deals[d].n; i++)
            fprintf(out, "D%d,%s,%s,%u,rep%u\n", d, stage_name(deals[d].steps[i].stage),
                    date(deals[d].steps[i].day, day), deals[d].steps[i].amount,
                    deals[d].steps[i].owner);
    for (unsigned i = 0, n = dice(&future, 40); i < n; i++)
        fprintf(out, "F%u,Later%u,%s,7,new%u\n", i, dice(&future, 3),
                date(ORIGIN + 1 + (int) dice(&future, 70), day), dice(&future, 20));
}

static void
write_deals(FILE *out, const life *deals, uint64_t future)
{
    char created[16], closed[16];

    fprintf(out, "deal_id,stage,created_at,closed_at,close_date,amount,amount_won,"
                 "probability\nZ,Contact,2025-07-20,,,,,\n");
    for (int d = 0; d < DEALS; d++) {
        const step *first = &deals[d].steps[0], *last = &deals[d].steps[deals[d].n - 1];
        const int ended = last->stage >= WON, unknown = !ended || last->day > ORIGIN;
        const unsigned won = last->stage == WON ? last->amount : 0;
        fprintf(out, "D%d,%s,%s,%s,", d, stage_name(last->stage),
                date(first->day, created), ended ? date(last->day, closed) : "");
        if (unknown) /* final columns of a deal that was open */
            fprintf(out, "%s,%u,%u,0.%u\n",
                    date(ORIGIN + (int) dice(&future, 90), closed), dice(&future, 90),
                    ended ? won : 0, dice(&future, 9));
        else
            fprintf(out, "%s,,%u,\n", closed, won);
    }
    for (unsigned i = 0, n = dice(&future, 40); i < n; i++)
        fprintf(out, "F%u,Later%u,%s,,,,,\n", i, dice(&future, 3),
                date(ORIGIN + 1 + (int) dice(&future, 70), created));
}

/* A photo a week; deals that have ended stay on it for a while. */
static void
write_photos(FILE *out, const life *deals, uint64_t future)
{
    char day[16];

    fprintf(out, "snapshot_at,deal_id,stage,amount,owner,probability\n");
    for (int photo = 6; photo < LAST; photo += 7) {
        for (int d = 0; d < DEALS; d++) {
            const step *at = NULL;
            for (int i = 0; i < deals[d].n && deals[d].steps[i].day <= photo; i++)
                at = &deals[d].steps[i];
            if (!at || (at->stage >= WON && at->day < photo - 30))
                continue;
            fprintf(out, "%s,D%d,%s,%u,rep%u,0.%u\n", date(photo, day), d,
                    stage_name(at->stage), at->amount, at->owner,
                    photo > ORIGIN ? dice(&future, 9) : 5);
        }
        for (unsigned i = 0, n = photo > ORIGIN ? dice(&future, 9) : 0; i < n; i++)
            fprintf(out, "%s,F%d-%u,Later%u,7,new%u,\n", date(photo, day), photo, i,
                    dice(&future, 3), dice(&future, 20));
    }
}

static char path[64]; /* the same for all: a message may quote it */

static int
make_file(void **state)
{
    int fd;

    (void) state;
    strcpy(path, "/tmp/dealdice_XXXXXX.csv");
    fd = mkstemps(path, 4);
    return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
    (void) state;
    return unlink(path);
}

/* What the program says, but for the checksum of its input. */
static char *
forecast(void)
{
    const char *program = getenv("DEALDICE");
    char command[512], *said = calloc(1, 1 << 20);
    size_t n;
    FILE *pipe;

    snprintf(
        command, sizeof command,
        "'%s' forecast %s --as-of 2025-05-04 --period month --periods 2 --trials 512 "
        "--target 500 --format json | grep -v input_sha256",
        program ? program : "build/dealdice", path);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(said);
    n = fread(said, 1, (1 << 20) - 1, pipe);
    assert_int_equal(pclose(pipe), 0);
    assert_true(n > 500); /* an answer */
    return said;
}

static char *
forecast_of(void (*write)(FILE *, const life *, uint64_t), uint64_t past,
            uint64_t future)
{
    life deals[DEALS];
    FILE *out = fopen(path, "w");
    char *said;

    assert_non_null(out);
    for (int d = 0; d < DEALS; d++)
        live(&deals[d], d, past, future);
    write(out, deals, future);
    assert_int_equal(fclose(out), 0);
    said = forecast();
    return said;
}

static void
check_layout(void (*write)(FILE *, const life *, uint64_t))
{
    char *first = forecast_of(write, 1, 1000), *other = forecast_of(write, 2, 1000);

    assert_string_not_equal(first, other); /* the past is seen */
    free(other);
    for (uint64_t future = 1; future <= FUTURES; future++) {
        char *again = forecast_of(write, 1, 5000 + 977 * future);
        assert_string_equal(again, first);
        free(again);
    }
    free(first);
}

static void
in_the_events_layout_the_future_changes_no_byte(void **state)
{
    (void) state;
    check_layout(write_events);
}

static void
in_the_deals_layout_the_future_changes_no_byte(void **state)
{
    (void) state;
    check_layout(write_deals);
}

static void
in_the_snapshots_layout_the_future_changes_no_byte(void **state)
{
    (void) state;
    check_layout(write_photos);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_events_layout_the_future_changes_no_byte),
        cmocka_unit_test(in_the_deals_layout_the_future_changes_no_byte),
        cmocka_unit_test(in_the_snapshots_layout_the_future_changes_no_byte),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
