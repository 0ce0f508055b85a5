/**
 * @file forecast.h
 * What will be booked per period, and the chance of each target. Sources:
 * sim/answers/forecast/forecast.c, sim/answers/forecast/forecast_describe.c.
 */
#ifndef DD_ANSWERS_FORECAST_H
#define DD_ANSWERS_FORECAST_H

#include "answers/forecast/cash.h"
#include "answers/forecast/results.h"
#include "dealdice/doc.h"
#include "dealdice/model.h"
#include "model/clock/season.h"

/** One period. Amounts in minor units; what depends on a target is NAN without one. */
typedef struct {
    dd_period period;
    int64_t booked;
    int64_t booked_wins; /* deals won in it already */
    int64_t target;      /* DD_NO_TARGET */
    double p_target, p_target_mcse;
    double attainment;        /* (booked + weighted) / target */
    double gap;               /* target - booked - weighted */
    double gap_at_confidence; /* target - the (1 - confidence) quantile of bookings */
    double coverage;          /* open pipeline / still to book; NAN: nothing is left */
    const char *flag;         /* by p_target; NULL without target */
    dd_summary bookings, open, new_;
    dd_summary wins; /* deals */
} dd_forecast_period;

/** The manager's line of one stage: open deals times the chance of ever winning. */
typedef struct {
    const char *pipeline; /* NULL when there is only one */
    const char *name;     /* borrowed from the history */
    size_t deals;
    double amount; /* deals without one count with the mean of new deals */
    double win_rate;
    double weighted;
} dd_forecast_stage;

typedef struct {
    dd_day as_of;
    char *currency; /* NULL unknown */
    size_t trials;
    double confidence;
    double open_pipeline, weighted_pipeline; /* minor units */
    size_t n_periods;
    dd_forecast_period *periods;
    dd_cash cash; /* the caller may set it before the description; freed with the rest */
    size_t n_stages;
    dd_forecast_stage *stages;
    dd_bins bins;           /* as in the results, copied */
    dd_variance variance;   /* as in the results */
    size_t wins;            /* won deals that the rates rest on */
    int32_t history_days;   /* that they were seen in */
    size_t windows;         /* past windows that told the market's spread */
    double spread;          /* of the market: log-normal sd, 0 when switched off ... */
    double arrivals_spread; /* ... and of new deals */
    dd_season season;       /* of the deals to come */
} dd_forecast;

/** The least chances of the target that are told to be red, amber and green. */
#define DD_FLAG_RED 0.05
#define DD_FLAG_AMBER 0.30
#define DD_FLAG_GREEN 0.60

/** green, amber, red, else black. */
const char *dd_forecast_flag(double p_target);

/**
 * @param past      where the deals come from: names of stages
 * @param currency  copied; NULL unknown
 * @param notes     told of deals without amount, and of too few trials for an MCSE
 * @return DD_OK; DD_ENOMEM. On failure self is freed.
 */
dd_status dd_forecast_make(dd_forecast *self, const dd_results *results,
                           const dd_past *past, const dd_book *book,
                           const dd_question *question, const dd_model *model,
                           const char *currency, dd_notes *notes, dd_error *err);
void dd_forecast_free(dd_forecast *self);

/** Keys as_of, currency, trials, warnings, periods, stages; and what text says. */
void dd_forecast_describe(const dd_forecast *self, const dd_notes *notes, dd_doc *doc);

#endif
