/* The CRM's own chances in the deals layout: beliefs worth 30 deals about the stages that
 * open deals are shown in, where nothing else tells the stages apart. */
#include "history_text.h"

#include "model/rates.h"

/* Ten closed deals (four won), and at the last day deals in Contact (10 % and 20 %), in
 * Offer (60 %) and in Demo (no chance stated). */
#define CSV \
    "deal_id,stage,created_at,closed_at,probability\n" \
    "A,Won,2025-01-01,2025-01-21,100\nB,Won,2025-01-02,2025-02-01,100\n" \
    "C,Won,2025-01-05,2025-03-02,100\nD,Won,2025-01-08,2025-02-11,100\n" \
    "E,Lost,2025-01-01,2025-02-21,0\nF,Lost,2025-01-03,2025-01-13,0\n" \
    "G,Lost,2025-01-04,2025-03-09,0\nH,Lost,2025-01-06,2025-02-02,0\n" \
    "I,Lost,2025-01-07,2025-01-30,0\nJ,Lost,2025-01-09,2025-03-31,0\n" \
    "K,Contact,2025-02-01,,10\nL,Contact,2025-03-01,,20\nM,Offer,2025-02-20,,60\n" \
    "N,Demo,2025-02-22,,\n"

/** A pipeline learnt as of a day. */
typedef struct {
    history_text text;
    dd_past past;
    dd_process process;
    dd_rates rates;
} learnt;

static void
learn(learnt *self, const char *as_of, const dd_stage_belief *belief)
{
    history_of(&self->text, CSV);
    past_of(&self->past, &self->text, as_of);
    self->text.funnel.stages = (dd_stage_belief *) belief;
    self->text.funnel.n_stages = belief != NULL;
    assert_int_equal(dd_process_fit(&self->process, &self->past, 0, &self->text.funnel,
                                    &self->text.notes, &self->text.err),
                     DD_OK);
    assert_int_equal(dd_rates_init(&self->rates, &self->process, NULL), DD_OK);
    dd_rates_mean(&self->rates);
}

static void
learnt_free(learnt *self)
{
    dd_rates_free(&self->rates);
    dd_process_free(&self->process);
    dd_past_free(&self->past);
    history_text_free(&self->text);
}

static double
chance(const learnt *self, const char *stage)
{
    for (size_t s = 0; s < self->process.n_stages; s++)
        if (strcmp(self->process.stage_name[s], stage) == 0)
            return self->rates.p_ever[s];
    fail_msg("no stage %s", stage);
    return 0.0;
}

static void
stages_win_by_the_mean_of_the_crms_chances(void **state)
{
    learnt l;

    (void) state;
    learn(&l, "2025-03-31", NULL);
    assert_close(chance(&l, "Contact"), 0.15, 1e-9);
    assert_close(chance(&l, "Offer"), 0.60, 1e-9);
    assert_close(chance(&l, "Demo"), chance(&l, "Open"), 1e-12);
    assert_true(chance(&l, "Open") > 0.3 && chance(&l, "Open") < 0.45);
    assert_non_null(
        strstr(noted(&l.text.notes, "crm_chances"),
               "'Contact' win by the CRM's own chances, 15 % in the mean of 2"));
    learnt_free(&l);
}

/* Beta(18, 12): mean 0.6, sd sqrt(0.6 x 0.4 / 31) = 0.0880. Means within 4 MCSE. */
static void
a_chance_is_drawn_as_worth_thirty_deals(void **state)
{
    enum { DRAWS = 2000 };
    double sum = 0.0, squares = 0.0;
    learnt l;

    (void) state;
    learn(&l, "2025-03-31", NULL);
    for (uint32_t block = 0; block < DRAWS; block++) {
        dd_rates_draw(&l.rates, 5, block, 0);
        const double p = chance(&l, "Offer");
        sum += p;
        squares += p * p;
    }
    const double mean = sum / DRAWS, sd = sqrt(squares / DRAWS - mean * mean);
    assert_close(mean, 0.6, 4 * 0.0880 / sqrt(DRAWS));
    assert_close(sd, 0.0880, 4 * 0.0880 / sqrt(2.0 * DRAWS));
    learnt_free(&l);
}

static void
beliefs_about_stages_leave_the_crms_chances_aside(void **state)
{
    const dd_stage_belief belief
        = { .stage = WORD("Demo"), .win_rate = { 1, 0.5, 0.5 } };
    learnt l;

    (void) state;
    learn(&l, "2025-03-31", &belief);
    assert_close(chance(&l, "Offer"), chance(&l, "Open"), 1e-12);
    assert_null(noted(&l.text.notes, "crm_chances"));
    learnt_free(&l);
}

/* Chances are columns of today: on an earlier day nobody had stated them yet. */
static void
on_an_earlier_day_chances_are_unknown(void **state)
{
    learnt l;

    (void) state;
    learn(&l, "2025-03-15", NULL);
    assert_int_equal(l.process.n_stages, 1);
    assert_null(noted(&l.text.notes, "crm_chances"));
    learnt_free(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_win_by_the_mean_of_the_crms_chances),
        cmocka_unit_test(a_chance_is_drawn_as_worth_thirty_deals),
        cmocka_unit_test(beliefs_about_stages_leave_the_crms_chances_aside),
        cmocka_unit_test(on_an_earlier_day_chances_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
