/**
 * @file trials.h
 * As many trials as a question asks for, and what they say. Source:
 * sim/answers/forecast/trials.c.
 */
#ifndef DD_ANSWERS_TRIALS_H
#define DD_ANSWERS_TRIALS_H

#include "answers/forecast/results.h"
#include "dealdice/simulate.h"
#include "engine/field/crew.h"

/** Trials x periods whose outcomes are kept: 4.2 million, 140 MB. Beyond it they are
 * counted, as tally.h says, in stretches of this size. */
#define DD_KEPT_OUTCOMES ((size_t) 1 << 22)

/** How many outcomes may be in memory, who else wants them, and who is played; zeroed:
 * DD_KEPT_OUTCOMES, nobody, and deals alone. */
typedef struct {
    size_t kept;
    dd_status (*take)(void *taker, const dd_outcomes *stretch, dd_error *err);
    void *taker;
    const dd_crew *crew; /* whose reps are played one by one; NULL: deals alone */
} dd_trials_how;

/**
 * Play question->trials trials; or, where question->precision is set, 64, 128, 256 ...
 * blocks until the MCSE is as small as that, and at most question->trials trials. It is
 * the MCSE of the chance of the first target, or without one that of the first period's
 * mean bookings relative to them.
 *
 * self->trials is 0 when the run was stopped before a block was played, and on all
 * ranks but the first.
 *
 * @param how    NULL: nobody else
 * @param notes  told when the precision was not reached, and when the run was stopped
 * @return DD_OK; DD_EDATA, DD_ENOMEM as dd_simulate; what how->take returns
 */
dd_status dd_trials_play(dd_results *self, const dd_model *model, const dd_book *book,
                         const dd_question *question, const dd_trials_how *how,
                         dd_notes *notes, dd_error *err);

#endif
