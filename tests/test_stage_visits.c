/* Visits that deals take on their way, against the exponential law. */
#include "engine/effort/stage_visits.h"

#include "model/effort.h"
#include "small_company.h"

#define CALL_DAYS 12.5
#define DAYS 21

static char small_offer[] = "Offer", small_call[] = "Call";
static const char *two_names[] = { "Call", "Offer" };

/* Calls end by the exponential law, 55 % of them in an offer; offers stay for long. */
static void
two_stages(small_company *company, dd_stage_visits *visits, size_t n_visits)
{
    static dd_pipeline pipeline = { .name = "S", .n_stages = 2, .stages = two_names };
    static dd_exit_belief of_call[]
        = { { small_offer, 0.55, { DD_LAW_EXPONENTIAL, CALL_DAYS, 0 } },
            { small_lost, 0.45, { DD_LAW_EXPONENTIAL, CALL_DAYS, 0 } } };
    static dd_exit_belief of_offer[]
        = { { small_won, 1.0, { DD_LAW_EXPONENTIAL, 400.0, 0 } } };
    dd_stage_belief stages[]
        = { { .stage = small_call, .n_exits = 2, .exits = of_call },
            { .stage = small_offer, .n_exits = 1, .exits = of_offer } };
    dd_funnel funnel;

    small_init(company, 0.0, 1);
    dd_model_free(&company->model);
    dd_funnel_init(&funnel);
    funnel.stages = stages;
    funnel.n_stages = 2;
    funnel.deal_size = (dd_belief){ 1, 100, 100 };
    funnel.effort.stages = visits;
    funnel.effort.n_stages = n_visits;
    company->past.pipelines = &pipeline;
    for (size_t i = 0; i < SMALL_DEALS; i++)
        company->stage[i] = (int32_t) (i % 4 == 3);
    assert_int_equal(dd_model_fit(&company->model, &company->past, &funnel, NULL, NULL),
                     DD_OK);
}

/* Thirty calls, whatever their age, come to an offer within t by .55 (1 - exp(-t/12.5));
 * ten offers are there already and have had their visits. */
static void
open_deals_take_the_visits_of_stages_they_come_to(void **state)
{
    dd_stage_visits visits = { .stage = small_offer, .visits = 2.5 };
    dd_stage_visits_taken taken;
    small_company company;
    double chance = 0.55 * -expm1(-DAYS / CALL_DAYS);
    (void) state;

    two_stages(&company, &visits, 1);
    assert_int_equal(dd_stage_visits_expect(&taken, &company.model, &company.book,
                                            SMALL_AS_OF, DAYS, NULL),
                     DD_OK);
    assert_close(taken.open, 30 * 2.5 * chance,
                 4 * 2.5 * sqrt(30 * chance * (1 - chance) / 512));
    small_free(&company);
}

/* Found evenly over the team's days: every weekday has the same share. */
static void
opportunities_take_theirs_from_the_day_they_are_found(void **state)
{
    dd_stage_visits visits[] = { { .stage = small_offer, .visits = 2.5 },
                                 { .stage = small_call, .visits = 1.5 } };
    dd_stage_visits_taken taken;
    small_company company;
    double expected = 0.0, workdays = 0.0;
    (void) state;

    two_stages(&company, visits, 2);
    for (int d = 1; d <= DAYS; d++) {
        int works = dd_workdays_works(NULL, SMALL_AS_OF + d);
        workdays += works;
        expected += works * (1.5 - 2.5 * 0.55 * expm1(-(DAYS - d + 0.5) / CALL_DAYS));
    }
    assert_close(workdays, 15, 0);
    assert_int_equal(dd_stage_visits_expect(&taken, &company.model, &company.book,
                                            SMALL_AS_OF, DAYS, NULL),
                     DD_OK);
    assert_close(taken.per_opportunity, expected / workdays, 0.04);
    small_free(&company);
}

static void
without_visits_by_stage_none_are_taken(void **state)
{
    dd_stage_visits_taken taken = { 1.0, 1.0 };
    small_company company;
    (void) state;

    two_stages(&company, NULL, 0);
    assert_int_equal(dd_stage_visits_expect(&taken, &company.model, &company.book,
                                            SMALL_AS_OF, DAYS, NULL),
                     DD_OK);
    assert_close(taken.open, 0, 0);
    assert_close(taken.per_opportunity, 0, 0);
    small_free(&company);
}

static void
visits_of_a_stage_that_is_not_there_are_refused(void **state)
{
    dd_stage_visits visits = { .stage = small_needs, .visits = 2 };
    small_company company;
    dd_funnel funnel;
    dd_error err = { 0 };
    (void) state;

    two_stages(&company, NULL, 0);
    small_free(&company);
    dd_funnel_init(&funnel);
    funnel.effort.stages = &visits;
    funnel.effort.n_stages = 1;
    dd_effort effort;
    assert_int_equal(dd_effort_fit(&effort, &company.past, &funnel, 0.0, NULL, &err),
                     DD_EDATA);
    assert_string_equal(err.items[0].wrong, "visits for an unknown stage");
    assert_string_equal(err.items[0].read, "Needs");
    dd_error_free(&err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_deals_take_the_visits_of_stages_they_come_to),
        cmocka_unit_test(opportunities_take_theirs_from_the_day_they_are_found),
        cmocka_unit_test(without_visits_by_stage_none_are_taken),
        cmocka_unit_test(visits_of_a_stage_that_is_not_there_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
