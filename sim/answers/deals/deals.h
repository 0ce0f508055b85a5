/**
 * @file deals.h
 * Every open deal by name: its chances, when it would be won, whether it is stuck, what
 * it is expected to bring. Sources: sim/answers/deals/deals.c, sim/answers/deals/deals_choose.c,
 * sim/answers/deals/deals_describe.c.
 *
 * Nothing is sampled but the posterior: what is shown are expectations over the very
 * draws and levels that the forecast plays, so that expected amounts add up to its `open`.
 * As there, deals of one stage share their curve with those of their age in whole days.
 */
#ifndef DD_ANSWERS_DEALS_H
#define DD_ANSWERS_DEALS_H

#include "dealdice/book.h"
#include "dealdice/doc.h"
#include "dealdice/model.h"

#define DD_DEALS_PRINTED 20 /* text prints no more unless asked to */
/** Who is stuck and less likely ever to be won than this is better closed than asked
 * about. */
#define DD_FADED_CHANCE 0.05
/** A deal is stuck when it is older than this share of the deals that got this far, */
#define DD_STUCK_AGE 0.75
/** and its chance to be won has fallen below this part of what it was on entering. */
#define DD_STUCK_CHANCE 0.5

/** One open deal. Strings are borrowed; NAN, NULL and DD_NO_DAY: unknown. */
typedef struct {
    const char *id, *name, *owner, *segment, *stage;
    const char *pipeline;  /* NULL when there is only one */
    const char *part;      /* of the funnel: "upper", "middle", "lower" */
    double age_days;       /* in that stage */
    double age_percentile; /* share of the deals entering this stage that leave it
                              younger, open ones counted */
    int stuck;             /* -1: unknown */
    int64_t amount;        /* minor units, DD_UNKNOWN_AMOUNT */
    double p_won_period, p_won_ever, p_lost;
    dd_day close_p10, close_p50, close_p90; /* of being won, given that it is; DD_NO_DAY
                                               beyond two years */
    double expected;                        /* minor units won in the period */
    double variance_share; /* of the variance of what open deals bring in the period */
    dd_day crm_close_date;
    double crm_probability;
    size_t place; /* in the book */
} dd_deal_line;

/** Which of them, and in what order. Zeroed: all, by expected amount. */
typedef struct {
    const char *owner, *team, *stage, *segment; /* NULL: any */
    int stuck;                                  /* stuck ones only */
    const char *sort;                           /* a key of the output; NULL: expected */
    size_t top;                                 /* 0: all */
    int handover; /* lower part of the funnel first; goes with owner */
} dd_deals_choice;

typedef struct {
    dd_day as_of;
    dd_period period;
    char *currency; /* NULL unknown */
    size_t trials;  /* that the draws stand for */
    size_t n;       /* lines */
    dd_deal_line *line;
    size_t n_open; /* all open deals, whichever are chosen */
    /* Of the chosen ones, before `top` cuts them: */
    size_t chosen, stuck;
    double amount;                       /* minor units; of those that have one */
    double expected;                     /* minor units won in the period */
    double wins;                         /* expected in the period */
    double stuck_amount, stuck_expected; /* the same of the stuck ones */
    size_t faded; /* stuck ones with less than DD_FADED_CHANCE of ever being won */
    double faded_amount; /* minor units, of those that have one */
    int handover;
    int top_asked;
} dd_deals;

/**
 * All open deals, in the order of the book.
 *
 * @param question  its first period is the one asked about
 * @param currency  copied; NULL unknown
 * @return DD_OK; DD_ENOMEM. On failure self is freed
 */
dd_status dd_deals_make(dd_deals *self, const dd_past *past, const dd_book *book,
                        const dd_model *model, const dd_question *question,
                        const char *currency, dd_error *err);
void dd_deals_free(dd_deals *self);

/** Count the lines anew: chosen, stuck, amount, expected, wins. */
void dd_deals_count(dd_deals *self);

/**
 * Keep the deals that are asked for, in the order that is asked for.
 *
 * @param past     its owners, stages and segments are the names that may be asked for
 * @param history  its reps have teams; that of the owner's latest span begun by as-of
 * @return DD_OK; DD_EUSAGE for a name or key that is not there (did-you-mean), or a
 *         handover without owner
 */
dd_status dd_deals_choose(dd_deals *self, const dd_deals_choice *choice,
                          const dd_past *past, const dd_history *history, dd_error *err);

/** Keys as_of, currency, trials, warnings, period, open, chosen, amount, expected,
 * wins, stuck, faded, deals; and what text says. */
void dd_deals_describe(const dd_deals *self, const dd_notes *notes, dd_doc *doc);

#endif
