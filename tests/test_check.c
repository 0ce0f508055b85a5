/* What `check` tells. Expectations are counted by hand from the rows. */
#include "history_text.h"

#include "answers/check.h"

#define EVENTS "deal_id,stage,entered_at,amount,segment\n"

/** A history, its check and the doc that describes it. */
typedef struct {
    history_text t;
    dd_past past;
    dd_check check;
    dd_doc doc;
} checked;

static void
check_of(checked *self, const char *csv)
{
    history_text *t = &self->t;

    history_of(t, csv);
    assert_int_equal(dd_history_as_of(&self->past, &t->history, t->history.last_day,
                                      &t->notes, &t->err),
                     DD_OK);
    assert_int_equal(
        dd_check_make(&self->check, &t->history, &self->past, &t->notes, &t->err),
        DD_OK);
    assert_int_equal(dd_doc_init(&self->doc), DD_OK);
    dd_check_describe(&self->check, &self->doc);
    assert_false(self->doc.failed);
}

static void
checked_free(checked *self)
{
    dd_doc_free(&self->doc);
    dd_check_free(&self->check);
    dd_past_free(&self->past);
    history_text_free(&self->t);
}

static int64_t
count_at(const checked *self, const char *path)
{
    const dd_doc_node *node = dd_doc_get(self->doc.root, path);

    assert_non_null(node);
    assert_int_equal(node->kind, DD_DOC_COUNT);
    return node->count;
}

static const char *
text_at(const checked *self, const char *path)
{
    const dd_doc_node *node = dd_doc_get(self->doc.root, path);

    assert_non_null(node);
    return node->text;
}

static const char *const ROWS
    = EVENTS "A,Contact,2025-01-02,50,East\nA,Offer,2025-01-05,50,East\n"
             "A,Won,2025-01-20,80,East\nA,Offer,2025-01-21,80,East\n"
             "B,Contact,2025-01-10,40,West\nB,Lost,2025-02-07,45,West\n"
             "C,Contact,2025-02-10,,West\n";

static void
files_counts_and_dates_are_told(void **state)
{
    checked c;

    (void) state;
    check_of(&c, ROWS);
    assert_string_equal(text_at(&c, "files.0.file"), c.t.path);
    assert_string_equal(text_at(&c, "files.0.layout"), "events");
    assert_int_equal(count_at(&c, "files.0.rows"), 7);
    assert_int_equal(count_at(&c, "files.0.refused"), 1);
    assert_int_equal(count_at(&c, "deals"), 3);
    assert_int_equal(count_at(&c, "open"), 1);
    assert_int_equal(count_at(&c, "won"), 1);
    assert_int_equal(count_at(&c, "lost"), 1);
    assert_int_equal(dd_doc_get(c.doc.root, "from")->count, day_of("2025-01-02"));
    assert_int_equal(dd_doc_get(c.doc.root, "to")->count, day_of("2025-02-10"));
    checked_free(&c);
}

static void
stages_stand_in_order_with_who_entered_left_and_stands_there(void **state)
{
    checked c;

    (void) state;
    check_of(&c, ROWS);
    assert_string_equal(text_at(&c, "pipelines.0.stages.0"), "Contact");
    assert_string_equal(text_at(&c, "pipelines.0.stages.1"), "Offer");
    assert_int_equal(count_at(&c, "stages.0.entered"), 3);
    assert_int_equal(count_at(&c, "stages.0.left"), 2);
    assert_int_equal(count_at(&c, "stages.0.open"), 1);
    assert_int_equal(count_at(&c, "stages.1.entered"), 1);
    assert_int_equal(count_at(&c, "stages.1.left"), 1);
    checked_free(&c);
}

static void
refused_rows_are_told_with_place_and_reason(void **state)
{
    checked c;

    (void) state;
    check_of(&c, ROWS);
    assert_int_equal(count_at(&c, "refusals.0.line"), 5);
    assert_string_equal(text_at(&c, "refusals.0.value"), "A");
    assert_string_equal(text_at(&c, "refusals.0.reason"),
                        "deal 'A' goes on after its end (Won on 2025-01-20)");
    assert_null(dd_doc_get(c.doc.root, "refusals.1"));
    checked_free(&c);
}

static void
what_is_seen_fewer_than_ten_times_is_thin(void **state)
{
    static char csv[4096];
    char *out = csv + sprintf(csv, EVENTS);
    checked c;

    (void) state;
    for (int i = 0; i < 24; i++) /* East: 12 won; West: 3 won, 9 lost; Offer: 9 exits */
        out += sprintf(out, "D%d,Contact,2025-01-02,9,%s\n", i,
                       i < 12 ? "East" : "West");
    for (int i = 0; i < 24; i++) {
        if (i >= 15)
            out += sprintf(out, "D%d,Offer,2025-01-05,9,West\n", i);
        out += sprintf(out, "D%d,%s,2025-01-09,9,West\n", i, i < 15 ? "Won" : "Lost");
    }
    check_of(&c, csv);
    assert_int_equal(c.check.n_thin, 2);
    assert_string_equal(text_at(&c, "thin.0.what"), "lost deals");
    assert_int_equal(count_at(&c, "thin.0.seen"), 9);
    assert_string_equal(text_at(&c, "thin.1.what"), "stage");
    assert_string_equal(text_at(&c, "thin.1.name"), "Offer");
    assert_int_equal(count_at(&c, "thin.1.seen"), 9);
    checked_free(&c);
}

static void
decisions_and_warnings_are_told_apart(void **state)
{
    checked c;

    (void) state;
    check_of(&c, ROWS);
    assert_string_equal(text_at(&c, "decisions.0.code"), "read_columns");
    assert_string_equal(text_at(&c, "decisions.1.code"), "read_layout");
    assert_string_equal(text_at(&c, "warnings.0.code"), "after_end");
    assert_string_equal(text_at(&c, "warnings.1.code"), "amountless_deals");
    assert_null(dd_doc_get(c.doc.root, "warnings.2"));
    checked_free(&c);
}

static void
stages_of_the_deals_layout_have_no_past(void **state)
{
    checked c;

    (void) state;
    check_of(&c, "deal_id,stage,created_at,closed_at,amount\n"
                 "A,Demo,2025-01-02,,20\nB,Lost,2025-01-09,2025-02-20,\n");
    assert_string_equal(text_at(&c, "stages.0.name"), "Open");
    assert_int_equal(count_at(&c, "stages.0.entered"), 2);
    assert_int_equal(count_at(&c, "stages.0.open"), 0);
    assert_int_equal(dd_doc_get(c.doc.root, "stages.1.entered")->kind, DD_DOC_NULL);
    assert_int_equal(count_at(&c, "stages.1.open"), 1);
    checked_free(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_counts_and_dates_are_told),
        cmocka_unit_test(stages_stand_in_order_with_who_entered_left_and_stands_there),
        cmocka_unit_test(refused_rows_are_told_with_place_and_reason),
        cmocka_unit_test(what_is_seen_fewer_than_ten_times_is_thin),
        cmocka_unit_test(decisions_and_warnings_are_told_apart),
        cmocka_unit_test(stages_of_the_deals_layout_have_no_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
