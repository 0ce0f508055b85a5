/**
 * @file small_company.h
 * A company of three stages with a step back and a skip, stated by its funnel, with
 * open deals of many ages: for tests of the engine on a real model.
 */
#ifndef DD_TESTS_SMALL_COMPANY_H
#define DD_TESTS_SMALL_COMPANY_H

#include "base/rng.h"
#include "check.h"
#include "dealdice/book.h"
#include "dealdice/model.h"

#include <stdlib.h>
#include <string.h>

#define SMALL_DEALS 40
#define SMALL_PERIODS 3
#define SMALL_AS_OF 20000

typedef struct {
    dd_past past;
    dd_model model;
    dd_book book;
    dd_question question;
    uint64_t key[SMALL_DEALS + 1];
    int32_t pipeline[SMALL_DEALS + 1], stage[SMALL_DEALS + 1];
    double age_days[SMALL_DEALS + 1];
    int64_t amount[SMALL_DEALS + 1];
    int64_t booked[SMALL_PERIODS], booked_wins[SMALL_PERIODS];
    dd_period period[SMALL_PERIODS];
    int64_t target[SMALL_PERIODS];
} small_company;

static const char *small_stages[] = { "Contact", "Needs", "Proposal" };
static dd_pipeline small_pipeline
    = { .name = "Sales", .n_stages = 3, .stages = small_stages };
static char small_won[] = "Won", small_lost[] = "Lost", small_contact[] = "Contact",
            small_needs[] = "Needs", small_proposal[] = "Proposal";

static dd_exit_belief small_contact_exits[] = {
    { small_needs, 0.45, { DD_LAW_EXPONENTIAL, 17.3, 0 } },
    { small_proposal, 0.08, { DD_LAW_WEIBULL, 1.6, 41.0 } },
    { small_lost, 0.40, { DD_LAW_EXPONENTIAL, 48.7, 0 } },
};
static dd_exit_belief small_needs_exits[] = {
    { small_proposal, 0.55, { DD_LAW_WEIBULL, 1.4, 26.0 } },
    { small_contact, 0.10, { DD_LAW_EXPONENTIAL, 12.1, 0 } },
    { small_lost, 0.35, { DD_LAW_EXPONENTIAL, 33.9, 0 } },
};
static dd_exit_belief small_proposal_exits[] = {
    { small_won, 0.52, { DD_LAW_WEIBULL, 1.9, 38.0 } },
    { small_needs, 0.07, { DD_LAW_EXPONENTIAL, 9.4, 0 } },
    { small_lost, 0.36, { DD_LAW_EXPONENTIAL, 55.2, 0 } },
};

static inline void
small_model(small_company *self, double new_deals_per_week)
{
    dd_stage_belief stages[] = {
        { .stage = small_contact, .n_exits = 3, .exits = small_contact_exits },
        { .stage = small_needs, .n_exits = 3, .exits = small_needs_exits },
        { .stage = small_proposal, .n_exits = 3, .exits = small_proposal_exits },
    };
    dd_funnel funnel;

    dd_funnel_init(&funnel);
    funnel.stages = stages;
    funnel.n_stages = 3;
    funnel.deal_size = (dd_belief){ 1, 80000, 300000 };
    funnel.new_deals_per_rep_week
        = (dd_belief){ 1, new_deals_per_week, new_deals_per_week };
    self->past = (dd_past){ .as_of = SMALL_AS_OF,
                            .starts = DD_NO_DAY,
                            .first_day = SMALL_AS_OF - 800,
                            .recording_unit = 86400,
                            .n_pipelines = 1,
                            .pipelines = &small_pipeline };
    assert_int_equal(dd_model_fit(&self->model, &self->past, &funnel, NULL, NULL),
                     DD_OK);
}

static inline void
small_deal(small_company *self, size_t i)
{
    char id[24];

    snprintf(id, sizeof id, "OPP-%zu", i);
    self->key[i] = dd_hash(id, strlen(id));
    self->stage[i] = (int32_t) (i % 3);
    self->age_days[i] = 0.5 + (double) (i * 37 % 90);
    self->amount[i] = i % 6 == 4 ? DD_UNKNOWN_AMOUNT : 51000 + 6700 * (int64_t) i;
}

/** Three periods of 31, 59 and 90 days; 40 open deals; level off and rates fixed. */
static inline void
small_init(small_company *self, double new_deals_per_week, size_t trials)
{
    static const dd_day end[]
        = { SMALL_AS_OF + 31, SMALL_AS_OF + 90, SMALL_AS_OF + 180 };

    memset(self, 0, sizeof *self);
    small_model(self, new_deals_per_week);
    for (size_t i = 0; i <= SMALL_DEALS; i++)
        small_deal(self, i);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        self->booked[p] = 1000000 * (int64_t) (p == 0);
        self->target[p] = DD_NO_TARGET;
        self->period[p].start = p == 0 ? SMALL_AS_OF - 30 : end[p - 1] + 1;
        self->period[p].end = end[p];
    }
    self->book = (dd_book){ .n = SMALL_DEALS,
                            .key = self->key,
                            .pipeline = self->pipeline,
                            .stage = self->stage,
                            .age_days = self->age_days,
                            .amount = self->amount,
                            .periods = SMALL_PERIODS,
                            .booked = self->booked,
                            .booked_wins = self->booked_wins };
    self->question = (dd_question){ .as_of = SMALL_AS_OF,
                                    .n_periods = SMALL_PERIODS,
                                    .periods = self->period,
                                    .target = self->target,
                                    .confidence = 0.8,
                                    .trials = trials,
                                    .seed = 1,
                                    .threads = 1,
                                    .rates_fixed = 1,
                                    .level_off = 1 };
}

static inline void
small_free(small_company *self)
{
    dd_model_free(&self->model);
}

#endif
