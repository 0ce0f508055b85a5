/**
 * @file paths_run.h
 * What all trials by paths share. Source: sim/engine/paths/paths_run.c.
 */
#ifndef DD_ENGINE_PATHS_RUN_H
#define DD_ENGINE_PATHS_RUN_H

#include "engine/laws/laws.h"

typedef struct {
    const dd_model *model; /* the first law's */
    const dd_book *book;
    const dd_question *question;
    dd_law_days laws;  /* one, but under levers that start later */
    double *open_end;  /* per period, working days from the end of as-of, whole ... */
    double *new_end;   /* ... and in full, for deals to come */
    double *work;      /* per calendar day from as-of: working days until its end */
    double *coming;    /* ... and average days that bring as many deals, by the law of
                          each day */
    int uneven;        /* they differ from the calendar's */
    double *part_end;  /* per period of the rows: as open_end */
    size_t days;       /* calendar days to the end of the last period */
    dd_levels *levels; /* per open deal */
    dd_rows rows;
    dd_rows unsaid; /* the same deals, whatever a scenario says of single ones */
    double horizon; /* the last working day of any deal */
} dd_path_run;

/** Borrows all. To be freed also when it fails. */
dd_status dd_path_run_init(dd_path_run *self, const dd_model *model, const dd_book *book,
                           const dd_question *question, dd_error *err);
void dd_path_run_free(dd_path_run *self);

/** What multiplies levels under a law: the market's, where it changes; else it is in them. */
double dd_path_run_market(const dd_path_run *self, size_t law);

/** Working days until a moment of the calendar, both from the end of as-of. */
double dd_path_run_work(const dd_path_run *self, double calendar_days);

/** The moment of the calendar by which as many deals have come as in so many average
 * days; both from the end of as-of. NAN: it lies beyond the last period. */
double dd_path_run_came(const dd_path_run *self, double average_days);

/** The period in which a working day falls; n_periods: beyond them all. */
size_t dd_path_run_period(const dd_path_run *self, int is_new, double day);

#endif
