/* A past's own past is what the history's was on that day. */
#include "check.h"

#include "dealdice/past.h"

#include <string.h>

static void
assert_same_deal(const dd_past *a, const dd_past_deal *x, const dd_past *b,
                 const dd_past_deal *y)
{
    assert_string_equal(x->id, y->id);
    assert_int_equal(x->stage, y->stage);
    assert_int_equal(x->created, y->created);
    assert_int_equal(x->closed, y->closed);
    assert_int_equal(x->entered, y->entered);
    assert_int_equal(x->n, y->n);
    for (size_t i = 0; i < x->n; i++) {
        const dd_spell *s = &a->spells[x->first + i], *t = &b->spells[y->first + i];
        assert_int_equal(s->stage, t->stage);
        assert_int_equal(s->exit, t->exit);
        assert_int_equal(s->entered, t->entered);
        assert_close(s->dwell_days, t->dwell_days, 1e-9);
        assert_close(s->from_days, t->from_days, 0);
        assert_ptr_equal(&b->deals[t->deal], y);
    }
}

/* Seven days of the demo, some mid-quarter, each reached both ways. */
static void
looking_back_from_a_past_is_looking_back_from_the_history(void **state)
{
    (void) state;
    dd_error err = { 0 };
    dd_funnel funnel;
    dd_history history;
    dd_past now, then, earlier;
    assert_int_equal(dd_funnel_read(&funnel, "scenarios/demo/funnel.yaml", NULL, &err),
                     DD_OK);
    assert_int_equal(dd_history_read(&history, &funnel, NULL, &err), DD_OK);
    assert_int_equal(dd_history_as_of(&now, &history, history.last_day, NULL, &err),
                     DD_OK);
    for (int back = 0; back < 700; back += 103) {
        dd_day day = history.last_day - back;
        size_t open = 0;
        assert_int_equal(dd_history_as_of(&then, &history, day, NULL, &err), DD_OK);
        assert_int_equal(dd_past_earlier(&earlier, &now, day, &err), DD_OK);
        assert_int_equal(then.n_deals, earlier.n_deals);
        assert_int_equal(then.n_spells, earlier.n_spells);
        assert_int_equal(earlier.as_of, day);
        for (size_t i = 0; i < then.n_deals; i++) {
            assert_same_deal(&then, &then.deals[i], &earlier, &earlier.deals[i]);
            open += earlier.deals[i].stage >= 0;
        }
        assert_true(open > 0);
        dd_past_free(&then);
        dd_past_free(&earlier);
    }
    dd_past_free(&now);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_back_from_a_past_is_looking_back_from_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
