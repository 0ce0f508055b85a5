/**
 * @file roster.h
 * A company's crew, as it stands or under a scenario: who sells, with whose deals, on how
 * many visits, and by which rules they come, go and hand over. Sources in
 * sim/engine/roster: roster.c, roster_rules.c (rules), roster_people.c (people).
 *
 * People are those of the file of reps, else owners seen of late; where `team:` tells
 * another number, owners of open deals and beside them as many whom nobody named.
 * Tenure that nobody wrote down is long. Visits are limited where the funnel decides how
 * many a rep makes a week. A deal takes `visits_per_stage` while it is in a stage: it
 * asks for that many over the mean stay of those who leave, which is more a week as only
 * those who leave ask.
 */
#ifndef DD_ENGINE_ROSTER_H
#define DD_ENGINE_ROSTER_H

#include "dealdice/past.h"
#include "engine/field/crew.h"

#define DD_ROSTER_MOST 20000 /* reps */

/** Where a rule comes from. */
typedef enum {
    DD_BY_NOBODY, /* there is none */
    DD_BY_SCENARIO,
    DD_BY_PRESET,
    DD_BY_FUNNEL,
    DD_BY_REPS,   /* as the file of reps shows */
    DD_BY_OWNERS, /* those of deals seen of late */
} dd_rule_source;

/** Whose crew it is. All borrowed as long as the roster lives. */
typedef struct {
    const dd_past *past;
    const dd_funnel *funnel;
    const dd_model *model; /* under the scenario's levers, if any */
    const dd_book *book;   /* likewise */
    dd_day as_of;
} dd_roster_of;

/** What holds from a day on. */
typedef struct {
    dd_day from;            /* the day after as-of, of the first */
    dd_team_rules said;     /* by the scenario; with all of its hires and leavers, whose
                               ramps end at 1 in the first */
    dd_rule_source ramp_by; /* of who comes */
    size_t n_ramp;
    double *ramp, *from_month, *a_month; /* what the crew's rules point to */
} dd_roster_rules;

typedef struct {
    dd_crew crew;            /* points into what follows, and to the funnel's workdays */
    size_t n_known;          /* reps at work or known to come; hires stand behind them */
    size_t n_hires;          /* of the scenario */
    size_t n_leavers;        /* of the scenario, by name */
    dd_crew_rep *rep;        /* n_known + n_hires */
    const char **name;       /* likewise; borrowed, NULL: nobody in particular */
    int32_t *of_deal;        /* per open deal of the book */
    size_t n_later;          /* laws of the model that begin later */
    dd_crew_law *later;      /* n_later: visits by each */
    dd_day *later_from;      /* n_later: the first day of each */
    double *visits;          /* per law, and stage of all pipelines; NULL: no stage takes
                                any */
    size_t n_own_ramp;       /* at least 1 */
    double *own_ramp;        /* of the company's reps */
    size_t n_rules;          /* at least 1 */
    dd_roster_rules *rules;  /* by ascending days */
    dd_crew_rules *changes;  /* the crew's, of all but the first */
    dd_rule_source known_by; /* who is there */
    double market;           /* `leads_from`, as read or 0 */
    dd_rule_source market_by;
} dd_roster;

/**
 * @param scenario  NULL: the company as it stands
 * @return DD_OK; DD_EDATA with one problem each for a hire or leaver in the past, a team
 *         or an owner that is not known (with the nearest name), a leaver who is gone by
 *         then or leaves twice, a hand-over to one who is gone or has not come by then,
 *         for `leads_from` that starts later, and for more than DD_ROSTER_MOST reps;
 *         DD_ENOMEM. On failure self is freed.
 */
dd_status dd_roster_init(dd_roster *self, const dd_roster_of *of,
                         const dd_scenario *scenario, dd_error *err);
void dd_roster_free(dd_roster *self);

/** Read `leads_from` otherwise: the market's share of new deals, 0..1. */
void dd_roster_read_leads(dd_roster *self, double market);
/** Does the funnel tell both how many visits reps make and how many deals ask for? Then
 * these limit each other, and futures are played rep by rep. */
int dd_roster_is_asked(const dd_funnel *funnel);
/** Tell, where visits are limited, how many of them the open deals ask for (`capacity`);
 * and where nothing limits them though deals ask for some.
 * @param by_rep  0: the answer takes deals alone, as if each had all of its visits
 * @return DD_OK; as dd_roster_init */
dd_status dd_roster_note(const dd_roster_of *of, int by_rep, dd_notes *notes,
                         dd_error *err);
/** Is there a limit that the company's own deals or prospecting meet? */
int dd_roster_is_limited(const dd_roster *self);

#endif
