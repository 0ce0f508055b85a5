/**
 * @file watch.h
 * Long runs: a line of progress on the terminal, and Ctrl-C. Source: sim/cli/watch.c.
 */
#ifndef DD_CLI_WATCH_H
#define DD_CLI_WATCH_H

#include "cli/complain.h"
#include "dealdice/question.h"
#include "dealdice/simulate.h"

#include <signal.h>

/** What Ctrl-C leaves: told beside the progress. */
typedef enum {
    DD_WATCH_TRIALS, /* an answer of the trials so far */
    DD_WATCH_PARTS,  /* an answer of the runs that are whole */
    DD_WATCH_DAYS,   /* an answer of the past days that are; later runs are left out */
    DD_WATCH_NOTHING,
} dd_watch_leaves;

typedef struct {
    dd_watch watch; /* what question->watch points to */
    dd_question *question;
    struct sigaction before; /* what Ctrl-C did before */
    int shown;               /* a line stands on the terminal */
    dd_watch_leaves leaves;
    size_t run, last; /* this one, from 1; trials told last */
    double began, told;
} dd_run_watch;

/**
 * Watch the run of a question. Until dd_watch_end the first Ctrl-C lets it stop after
 * the trials under way, a second one ends the program at once. An ignored Ctrl-C stays
 * ignored.
 */
void dd_watch_begin(dd_run_watch *self, dd_question *question, dd_watch_leaves leaves,
                    int quiet);
/** Wipe the line; Ctrl-C does what it did before. */
void dd_watch_end(dd_run_watch *self);

/** Whether Ctrl-C was pressed while a run was watched. */
int dd_watch_interrupted(void);

#endif
