/**
 * @file check.h
 * What was read and decided, and what is too thin to trust. Source: sim/answers/check.c.
 */
#ifndef DD_ANSWERS_CHECK_H
#define DD_ANSWERS_CHECK_H

#include "dealdice/doc.h"
#include "dealdice/past.h"

#define DD_THIN 10 /* fewer exits or ends than this say little */

/** Something that the history hardly shows. */
typedef struct {
    const char *what;     /* "stage", "segment", "pipeline", "history" */
    const char *pipeline; /* NULL: of all */
    const char *name;
    size_t seen; /* exits of a stage; deals that ended of all else */
} dd_thin;

/** One stage as the past shows it. */
typedef struct {
    size_t entered, left, open; /* spells; those that ended; deals that stand there */
} dd_check_stage;

/** Borrows history, past and notes; they must outlive it. */
typedef struct {
    const dd_history *history;
    const dd_past *past;
    const dd_notes *notes; /* NULL: none */
    int any_day;           /* beliefs alone: nobody said a day, and none is told */
    size_t open, won, lost, recycled;
    dd_check_stage *stages; /* all pipelines' stages one after another; owned */
    size_t n_thin;
    dd_thin *thin; /* owned */
} dd_check;

/**
 * @param past   as of the day that is checked, usually history->last_day; of beliefs
 *               alone any day will do (any_day)
 * @param notes  what reading and looking back decided; may be NULL
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_check_make(dd_check *self, const dd_history *history, const dd_past *past,
                        const dd_notes *notes, dd_error *err);
void dd_check_free(dd_check *self);
/** JSON's keys are as_of, currency, warnings, decisions (notes whose codes begin with
 * "read_"), files, pipelines, stages, deals, open, won, lost, recycled, from, to,
 * refusals, thin; reps, visits and leads where there are files of them. */
void dd_check_describe(const dd_check *self, dd_doc *doc);

#endif
