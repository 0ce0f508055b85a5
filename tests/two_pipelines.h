/**
 * @file two_pipelines.h
 * A small company that sells twice: beside "Sales" of small_company.h there is "Service",
 * whose deals come oftener, win by other ways and bring a fifth as much.
 */
#ifndef DD_TESTS_TWO_PIPELINES_H
#define DD_TESTS_TWO_PIPELINES_H

#include "model/amounts.h"
#include "model/curve/process.h"
#include "small_company.h"

static char service_name[] = "Service";
static dd_pipeline two_pipelines[]
    = { { .name = "Sales", .n_stages = 3, .stages = small_stages },
        { .name = "Service", .n_stages = 3, .stages = small_stages } };

static dd_exit_belief service_contact_exits[] = {
    { small_needs, 0.38, { DD_LAW_WEIBULL, 1.2, 6.3 } },
    { small_won, 0.27, { DD_LAW_EXPONENTIAL, 44.0, 0 } },
    { small_lost, 0.31, { DD_LAW_EXPONENTIAL, 21.9, 0 } },
};
static dd_exit_belief service_needs_exits[] = {
    { small_proposal, 0.61, { DD_LAW_EXPONENTIAL, 9.7, 0 } },
    { small_contact, 0.05, { DD_LAW_EXPONENTIAL, 3.1, 0 } },
    { small_lost, 0.22, { DD_LAW_WEIBULL, 1.5, 27.0 } },
};
static dd_exit_belief service_proposal_exits[] = {
    { small_won, 0.74, { DD_LAW_WEIBULL, 1.7, 11.4 } },
    { small_needs, 0.03, { DD_LAW_EXPONENTIAL, 5.2, 0 } },
    { small_lost, 0.19, { DD_LAW_EXPONENTIAL, 13.6, 0 } },
};

/** Fit the first n_pipelines of the two anew, to beliefs worth so many deals a stage; 0:
 * they are known for sure. */
static inline void
two_pipelines_fit(small_company *self, size_t n_pipelines, double new_deals_per_week,
                  double worth)
{
    char *sales = (char *) two_pipelines[0].name;
    dd_stage_belief stages[] = {
        { sales, small_contact, .n_exits = 3, .exits = small_contact_exits },
        { sales, small_needs, .n_exits = 3, .exits = small_needs_exits },
        { sales, small_proposal, .n_exits = 3, .exits = small_proposal_exits },
        { service_name, small_contact, .n_exits = 3, .exits = service_contact_exits },
        { service_name, small_needs, .n_exits = 3, .exits = service_needs_exits },
        { service_name, small_proposal, .n_exits = 3, .exits = service_proposal_exits },
    };
    dd_funnel funnel;

    dd_funnel_init(&funnel);
    funnel.stages = stages;
    funnel.n_stages = 3 * n_pipelines;
    funnel.worth = worth;
    funnel.deal_size = (dd_belief){ 1, 80000, 300000 };
    funnel.new_deals_per_rep_week
        = (dd_belief){ 1, new_deals_per_week, new_deals_per_week };
    self->past.n_pipelines = n_pipelines;
    self->past.pipelines = two_pipelines;
    dd_model_free(&self->model);
    assert_int_equal(dd_model_fit(&self->model, &self->past, &funnel, NULL, NULL),
                     DD_OK);
    if (n_pipelines < 2)
        return;
    for (size_t i = 0; i < SMALL_DEALS; i++)
        self->pipeline[i] = (int32_t) (i / 3 % 2);
    for (size_t i = 0; i < self->model.amounts[1].fresh.n; i++)
        self->model.amounts[1].fresh.value[i] *= 0.2;
    if (worth <= 0.0)
        self->model.process[1].arrivals.fixed_per_week *= 2.3;
}

#endif
