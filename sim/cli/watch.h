/**
 * @file watch.h
 * Long runs: a line of progress on the terminal, and Ctrl-C. Source: sim/cli/watch.c.
 */
#ifndef DD_CLI_WATCH_H
#define DD_CLI_WATCH_H

#include "dealdice/question.h"
#include "dealdice/simulate.h"

#include <signal.h>

#define DD_INTERRUPTED 130 /* the exit status of a run that Ctrl-C ended early */

typedef struct {
    dd_watch watch; /* what question->watch points to */
    dd_question *question;
    struct sigaction before; /* what Ctrl-C did before */
    int shown;               /* a line stands on the terminal */
    double began, told;
} dd_run_watch;

/**
 * Watch the run of a question. Until dd_watch_end the first Ctrl-C lets it stop after
 * the trials under way, a second one ends the program at once. An ignored Ctrl-C stays
 * ignored.
 */
void dd_watch_begin(dd_run_watch *self, dd_question *question, int quiet);
/** Wipe the line; Ctrl-C does what it did before. */
void dd_watch_end(dd_run_watch *self);

/** Whether Ctrl-C was pressed while a run was watched. */
int dd_watch_interrupted(void);

#endif
