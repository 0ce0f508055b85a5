/**
 * @file crew.h
 * Reps and the rules they work by: the plain input of a forecast under capacity, to be
 * filled from scenario files. Source: sim/engine/field/crew.c.
 *
 * Days count from the end of as-of: day 0 is the first one forecast. A rep comes and goes
 * in the morning.
 *
 * A rep has so many visits a week. Each morning the open deals ask for theirs; if they ask
 * for more than there is, their hazards of advancing run at what there is over what is
 * asked for, until the next morning, while the others run on. What is left over
 * prospects. Where nothing limits visits, all run on, and reps bring what the model says.
 */
#ifndef DD_ENGINE_CREW_H
#define DD_ENGINE_CREW_H

#include "dealdice/book.h"
#include "dealdice/model.h"

#include "base/workdays.h"

/** Someone who sells. */
typedef struct {
    uint64_t key;  /* dd_hash of the name, of a hire's number: addresses the luck */
    double starts; /* day; below 0: at work since then (tenure at as-of) */
    double leaves; /* day; INFINITY: nothing is known */
    int32_t heir;  /* the rep who takes over, -1: those who are there by lot */
    size_t n_ramp; /* a ramp of his own; 0: the crew's, as who follows him has */
    const double *ramp;
} dd_crew_rep;

/** How reps come, go and hand over, from a morning on. */
typedef struct {
    double from;   /* day; of a crew's first rules not read, they hold from the start */
    size_t n_ramp; /* 0: no ramp */
    const double *ramp; /* of who starts under them: share of a rep's visits (without
                           limit: of new deals) in each month of tenure; the last holds
                           on */
    size_t n_attrition; /* 0: nobody leaves by chance */
    const double *attrition_from; /* months of tenure, ascending from 0 ... */
    const double *attrition;      /* ... from which reps leave at so much a month (a
                                     hazard: 1/6 is a mean tenure of six months) */
    double refill_days; /* until the place of who leaves is taken; INFINITY: never */
    dd_handover handover[DD_PARTS]; /* what its odds take is lost there and then */
    double
        recycle_days; /* a deal that is lost is back after; INFINITY: never; once only */
    double recycle_odds; /* times those of a new one, above 0, at most 1 */
    double referral;     /* 0..1: new deals bred by each won one, for its rep */
} dd_crew_rules;

/** Visits from a later law of the model on (dd_model.later). */
typedef struct {
    double visits_per_week;
    int visits_drawn;     /* as of dd_crew: times what this is of the crew's mean */
    const double *visits; /* per stage */
} dd_crew_law;

typedef struct {
    size_t n;
    const dd_crew_rep *rep;
    const int32_t *of_deal; /* per open deal of the book: its rep; -1: nobody's, who
                                waits for none and is never handed over */
    double visits_per_week; /* of a rep past the ramp; INFINITY: no limit */
    const double *visits;   /* per stage, pipeline after pipeline: visits a week that a
                                deal there asks for, unless it never leaves */
    double new_per_visit;   /* deals that a visit left over brings; NAN: nobody knows,
                                reps bring what they do without limit. Not read without */
    int visits_drawn, new_drawn; /* where the model decides effort, these two stand for
                                    their means: each block takes them as its draw has
                                    them */
    int by_workdays;             /* visits left over are made on working days; else on
                                    all days alike */
    const dd_workdays *workdays; /* NULL: Monday to Friday, no holidays */
    double divided;      /* 0..1: share of what such visits bring that more reps only
                                divide, as if those at work at as-of looked for it */
    double market;       /* 0..1: share of the model's arrivals that come whoever is
                                there, to those who are by lot; reps bring the others,
                                unless it is their visits that bring deals */
    dd_crew_rules rules; /* from the start */
    size_t n_changes;    /* 0: they hold for ever */
    const dd_crew_rules *changes; /* else what holds from later days on, ascending
                                     after 0: from the first morning on or after each */
    int step_days;            /* from one morning to the next, 1 or more: 1 is a day */
    size_t n_later;           /* 0: visits stay as they are, whatever the model's laws */
    const dd_crew_law *later; /* else of each later law, in their order */
} dd_crew;

/** No rule at all: no limit, no ramp, nobody leaves, all new deals from the market. */
void dd_crew_init(dd_crew *self);

/**
 * @param book  whose deals the owners and pipelines have to fit
 * @return DD_OK; DD_EUSAGE naming what is impossible
 */
dd_status dd_crew_check(const dd_crew *self, const dd_book *book, dd_error *err);

/** The rules that hold on a day. */
const dd_crew_rules *dd_crew_rules_on(const dd_crew *self, double day);
/** Does anybody leave by chance, sooner or later? */
int dd_crew_has_attrition(const dd_crew *self);

/** Share of the whole that a rep who starts on a day does on another.
 * @param rep  NULL: by the rules of the day on which he starts */
double dd_crew_ramp(const dd_crew *self, const dd_crew_rep *rep, double starts,
                    double day);

/** The tenure at which a rep who is there at as-of, or `starts` later, leaves by chance: u
 * in (0, 1), the chance to stay on for so long; days, INFINITY: never. */
double dd_crew_tenure(const dd_crew *self, double starts, double u);

#endif
