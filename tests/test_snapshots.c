/* Photos of the pipeline: what is dated, what is known when, what leaves unseen.
 * Expectations are worked by hand from the rows in each test. */
#include "funnel_folder.h"
#include "input/layouts.h"

#define HEAD "snapshot_at,deal_id,stage,amount,owner\n"
#define DAY(y, m, d) dd_day_from_civil(y, m, d)

static dd_moment
noon(dd_day day)
{
    return dd_day_end(day) - DD_SECONDS_PER_DAY / 2;
}

static void
read_csv(funnel_folder *f, const char *csv)
{
    folder_init(f);
    folder_write(f, "h.csv", csv);
    folder_must_read(f, "h.csv");
}

static void
past_at(dd_past *past, funnel_folder *f, dd_day as_of)
{
    assert_int_equal(dd_history_as_of(past, &f->history, as_of, &f->notes, &f->err),
                     DD_OK);
}

static const char *
stage_name(const dd_past *past, int32_t stage)
{
    return past->pipelines[0].stages[stage];
}

/* Photos on Mondays; A moves between the 6th and the 13th, so on the 9th at midnight and
 * a half; B appears between the 13th and the 20th and wins before the 27th. */
#define THREE_DEALS \
    HEAD "2025-01-06,A,Needs,50,Li\n2025-01-13,A,Demo,60,Han\n2025-01-20,A,Demo,70," \
         "Han\n" \
         "2025-01-27,A,Demo,70,Han\n2025-01-20,B,Needs,9,Li\n2025-01-27,B,Won,8,Li\n" \
         "2025-01-06,C,Needs,5,Li\n2025-01-13,C,Needs,5,Li\n"

static void
changes_are_dated_in_the_middle_of_two_photos(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f, THREE_DEALS);
    assert_int_equal(f.history.layout, DD_SNAPSHOTS);
    assert_int_equal(f.history.n_photos, 4);
    assert_int_equal(f.history.recording_unit, DD_SECONDS_PER_DAY);
    past_at(&past, &f, f.history.last_day);
    assert_int_equal(past.as_of, DAY(2025, 1, 27));
    const dd_past_deal *a = &past.deals[0], *b = &past.deals[1];
    assert_string_equal(stage_name(&past, a->stage), "Demo");
    assert_int_equal(a->entered, noon(DAY(2025, 1, 6)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(a->amount, 7000);
    assert_close(past.spells[a->first].dwell_days, 3.5, 1e-12);
    assert_int_equal(past.spells[a->first].exit, a->stage);
    assert_close(past.spells[a->first + 1].dwell_days, 18.0,
                 1e-12); /* to the 27th's end */
    assert_int_equal(b->stage, DD_WON);
    assert_int_equal(b->created, noon(DAY(2025, 1, 13)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(b->closed, noon(DAY(2025, 1, 20)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(b->amount, 800);
    assert_close(past.spells[b->first].dwell_days, 7.0, 1e-12);
    assert_string_equal(folder_noted(&f, "read_photos"),
                        "photos from 2025-01-06 to 2025-01-27: 4, mostly 7 days apart; "
                        "changes that no date tells: 3, dated in the middle of the "
                        "photos before and after");
    dd_past_free(&past);
    folder_free(&f);
}

/* C is last seen on the 13th and missing on the 20th: it left in the middle of them, but on
 * the 19th nobody knew. */
static void
a_deal_that_vanishes_counts_as_recycled_once_it_is_missed(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f, THREE_DEALS);
    past_at(&past, &f, DAY(2025, 1, 19));
    assert_string_equal(past.deals[1].id, "C");
    assert_int_equal(past.deals[1].stage, 0);
    assert_null(folder_noted(&f, "vanished_deals"));
    dd_past_free(&past);
    past_at(&past, &f, DAY(2025, 1, 20));
    const dd_past_deal *c = &past.deals[2];
    assert_string_equal(c->id, "C");
    assert_int_equal(c->stage, DD_RECYCLED);
    assert_int_equal(c->closed, noon(DAY(2025, 1, 13)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(past.spells[c->first].exit, DD_RECYCLED);
    assert_close(past.spells[c->first].dwell_days, 10.5, 1e-12);
    assert_non_null(strstr(folder_noted(&f, "vanished_deals"), "without an end: 1;"));
    dd_past_free(&past);
    folder_free(&f);
}

/* Between photos the last one is what is known: nobody was watched after it. */
static void
as_of_is_the_last_photo_before(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f, THREE_DEALS);
    past_at(&past, &f, DAY(2025, 1, 12));
    assert_int_equal(past.n_deals, 2);
    assert_string_equal(stage_name(&past, past.deals[0].stage), "Needs");
    assert_close(past.spells[0].dwell_days, 0.5, 1e-12);
    assert_int_equal(past.pipelines[0].n_stages, 1);
    assert_int_equal(past.deals[0].created, DD_NO_MOMENT);
    assert_int_equal(past.starts, DAY(2025, 1, 7));
    dd_past_free(&past);
    assert_int_equal(dd_history_as_of(&past, &f.history, DAY(2025, 1, 5), NULL, &f.err),
                     DD_EDATA);
    folder_free(&f);
}

static void
a_deal_that_comes_back_was_never_away(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f,
             HEAD "2025-01-06,A,Needs,,\n2025-01-13,B,Needs,,\n2025-01-20,A,Needs,,\n"
                  "2025-01-20,B,Needs,,\n");
    past_at(&past, &f, DAY(2025, 1, 13));
    assert_int_equal(past.deals[0].stage, DD_RECYCLED);
    dd_past_free(&past);
    past_at(&past, &f, DAY(2025, 1, 20));
    assert_int_equal(past.deals[0].stage, 0);
    assert_close(past.spells[0].dwell_days, 14.5, 1e-12);
    dd_past_free(&past);
    folder_free(&f);
}

/* Creation and end as the CRM dates them stand instead of the middle; a planned end, and
 * one before the last photo that shows the deal open, do not. */
static void
the_crms_own_dates_come_first(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(
        &f, "snapshot_at,deal_id,stage,created_at,close_date\n"
            "2025-01-06,A,Needs,2024-12-01,2025-03-01\n"
            "2025-01-13,A,Won,2024-12-01,2025-01-08\n"
            "2025-01-13,B,Needs,2025-01-09,\n2025-01-20,B,Lost,2025-01-09,2025-01-02\n"
            "2025-01-13,C,Needs,2025-01-09,\n2025-01-20,C,Lost,2025-01-09,2025-02-02\n");
    past_at(&past, &f, DAY(2025, 1, 20));
    assert_int_equal(past.deals[0].created, noon(DAY(2024, 12, 1)));
    assert_int_equal(past.deals[0].closed, noon(DAY(2025, 1, 8)));
    assert_close(past.spells[0].dwell_days, 38.0, 1e-12);
    assert_close(past.spells[0].from_days, 36.5, 1e-12); /* from the 7th's start */
    assert_int_equal(past.deals[1].created, noon(DAY(2025, 1, 9)));
    assert_int_equal(past.deals[1].closed,
                     noon(DAY(2025, 1, 13)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(past.deals[2].closed, past.deals[1].closed);
    dd_past_free(&past);
    folder_free(&f);
}

static void
photos_may_come_in_any_order_and_two_rows_of_one_are_refused(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f,
             HEAD "2025-01-20,A,Won,9,\n2025-01-06,A,Needs,5,\n2025-01-13,A,Demo,7,\n"
                  "2025-01-13,A,Needs,7,\n2025-01-06,B,Needs,,\n");
    past_at(&past, &f, DAY(2025, 1, 20));
    assert_int_equal(past.deals[0].stage, DD_WON);
    assert_int_equal(past.deals[0].n, 2);
    assert_int_equal(f.history.n_refusals, 1);
    assert_int_equal(f.history.refusals[0].line, 5);
    assert_string_equal(f.history.refusals[0].code, "duplicate_id");
    assert_non_null(strstr(f.history.refusals[0].reason,
                           "deal 'A' is on the photo of 2025-01-13 already, at "));
    dd_past_free(&past);
    folder_free(&f);
}

/* B came and was won between the 6th and the 13th: it ended in their middle, the 9th at
 * midnight and a half, and is taken to have come halfway to there, on the 8th at 6:00 in
 * the morning. C says when it came. D stood on the first photo as lost: when it came is
 * not known. */
static void
a_deal_that_no_photo_shows_open_counts_as_one_stay(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    read_csv(&f, "snapshot_at,deal_id,stage,amount,created_at\n"
                 "2025-01-06,A,Needs,5,\n2025-01-13,A,Demo,5,\n2025-01-13,B,Won,9,\n"
                 "2025-01-13,C,Lost,7,2025-01-08\n2025-01-06,D,Lost,3,\n");
    past_at(&past, &f, DAY(2025, 1, 13));
    const dd_past_deal *b = &past.deals[1], *c = &past.deals[2], *d = &past.deals[3];
    assert_string_equal(b->id, "B");
    assert_int_equal(b->n, 1);
    assert_int_equal(b->first_stage, 0);
    assert_int_equal(b->created, noon(DAY(2025, 1, 6)) + 7 * DD_SECONDS_PER_DAY / 4);
    assert_int_equal(b->closed, noon(DAY(2025, 1, 6)) + 7 * DD_SECONDS_PER_DAY / 2);
    assert_int_equal(past.spells[b->first].exit, DD_WON);
    assert_int_equal(past.spells[b->first].amount, 900);
    assert_close(past.spells[b->first].dwell_days, 1.75, 1e-12);
    assert_int_equal(c->created, noon(DAY(2025, 1, 8)));
    assert_int_equal(past.spells[c->first].exit, DD_LOST);
    assert_int_equal(d->n, 0);
    assert_int_equal(d->created, DD_NO_MOMENT);
    assert_non_null(strstr(folder_noted(&f, "unseen_deals"), "two photos: 2;"));
    dd_past_free(&past);
    folder_free(&f);
}

static void
files_named_by_days_are_photos(void **state)
{
    funnel_folder f;
    dd_past past;

    (void) state;
    folder_init(&f);
    folder_write(&f, "deals_20250113.csv", "deal_id,stage,amount\nA,Demo,7\n");
    folder_write(&f, "deals_20250106.csv", "deal_id,stage,amount\nA,Needs,7\n");
    folder_must_read(&f, "");
    assert_int_equal(f.history.layout, DD_SNAPSHOTS);
    past_at(&past, &f, DAY(2025, 1, 13));
    assert_int_equal(past.deals[0].n, 2);
    assert_close(past.spells[0].dwell_days, 3.5, 1e-12);
    dd_past_free(&past);
    folder_forget(&f);
    folder_read(&f, "deals_20250106.csv"); /* one file alone is no series of photos */
    folder_assert_wrong(&f, DD_EDATA, "no column for entered_at");
    folder_free(&f);
}

/* A file a year, each deal in one of them: nobody took photos. */
static void
parts_named_by_days_are_no_photos(void **state)
{
    funnel_folder f;

    (void) state;
    folder_init(&f);
    folder_write(&f, "deals-2023-12-31.csv",
                 "deal_id,stage,created_at,closed_at\nA,Won,2023-03-05,2023-04-01\n");
    folder_write(&f, "deals-2024-12-31.csv",
                 "deal_id,stage,created_at,closed_at\nB,Demo,2024-03-05,\n");
    folder_must_read(&f, "");
    assert_int_equal(f.history.layout, DD_DEALS);
    assert_int_equal(f.history.n_deals, 2);
    assert_int_equal(f.history.n_files, 2);
    assert_int_equal(f.history.deals[0].stage_now, DD_WON);
    folder_free(&f);
}

static void
days_are_found_in_names(void **state)
{
    (void) state;
    assert_int_equal(dd_layouts_dated("x/deals_20261116.csv"), DAY(2026, 11, 16));
    assert_int_equal(dd_layouts_dated("20261116"), DAY(2026, 11, 16));
    assert_int_equal(dd_layouts_dated("2026-11-16 export.csv"), DAY(2026, 11, 16));
    assert_int_equal(dd_layouts_dated("商机2026_11_16.csv"), DAY(2026, 11, 16));
    assert_int_equal(dd_layouts_dated("20261116/deals.csv"), DD_NO_DAY);
    assert_int_equal(dd_layouts_dated("20261316.csv"), DD_NO_DAY);
    assert_int_equal(dd_layouts_dated("120261116.csv"), DD_NO_DAY);
    assert_int_equal(dd_layouts_dated("2026-11_16.csv"), DD_NO_DAY);
    assert_int_equal(dd_layouts_dated("a20261.csv"), DD_NO_DAY);
    assert_int_equal(dd_layouts_dated(""), DD_NO_DAY);
}

static void
a_row_of_no_photo_is_refused(void **state)
{
    funnel_folder f;

    (void) state;
    read_csv(&f, HEAD ",A,Needs,5,\n2025-01-06,B,Needs,5,\n");
    assert_int_equal(f.history.n_deals, 1);
    assert_string_equal(f.history.refusals[0].code, "no_date");
    assert_string_equal(f.history.refusals[0].column, "snapshot_at");
    folder_free(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_dated_in_the_middle_of_two_photos),
        cmocka_unit_test(a_deal_that_vanishes_counts_as_recycled_once_it_is_missed),
        cmocka_unit_test(as_of_is_the_last_photo_before),
        cmocka_unit_test(a_deal_that_comes_back_was_never_away),
        cmocka_unit_test(the_crms_own_dates_come_first),
        cmocka_unit_test(photos_may_come_in_any_order_and_two_rows_of_one_are_refused),
        cmocka_unit_test(a_deal_that_no_photo_shows_open_counts_as_one_stay),
        cmocka_unit_test(files_named_by_days_are_photos),
        cmocka_unit_test(parts_named_by_days_are_no_photos),
        cmocka_unit_test(days_are_found_in_names),
        cmocka_unit_test(a_row_of_no_photo_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
