#include "cli/watch.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 1.0 /* seconds without a line */
#define BETWEEN 0.2  /* seconds from line to line */

static atomic_int interrupted;

static void
stop(int signal_number)
{
    (void) signal_number;
    atomic_store(&interrupted, 1);
}

static double
seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* One run of trials that may end any time: only with its precision, or with its trials. */
static void
tell_trials(const dd_run_watch *self, size_t done, double took)
{
    const dd_question *question = self->question;
    double share = (double) done / (double) question->trials;

    if (question->precision > 0.0)
        fprintf(stderr, "\r%zu trials", done);
    else
        fprintf(stderr, "\r%.0f %% of %zu trials, %.0f s left", 100.0 * share,
                question->trials, took * (1.0 - share) / share);
    fputs("; Ctrl-C answers with these \033[K", stderr);
}

/* One of many runs: how many more there are nobody knows. */
static void
tell_run(const dd_run_watch *self, size_t done)
{
    fprintf(stderr, "\rrun %zu: %zu trials; Ctrl-C %s \033[K", self->run, done,
            self->leaves == DD_WATCH_PARTS ? "answers with what is whole"
                                           : "ends it without an answer");
}

/* Past days of a backtest, and of what follows it. */
static void
tell_days(const dd_run_watch *self, size_t done)
{
    if (self->run > 1)
        fprintf(stderr, "\rtuning, run %zu: %zu past days; Ctrl-C leaves it out \033[K",
                self->run - 1, done);
    else
        fprintf(stderr, "\r%zu past days; Ctrl-C answers with these \033[K", done);
}

static void
tell(void *listener, size_t done)
{
    dd_run_watch *self = listener;
    double now = seconds(), took = now - self->began;

    self->run += done < self->last || self->run == 0;
    self->last = done;
    if (took < PATIENCE || now - self->told < BETWEEN)
        return;
    self->told = now;
    self->shown = 1;
    if (self->leaves == DD_WATCH_TRIALS)
        tell_trials(self, done, took);
    else if (self->leaves == DD_WATCH_DAYS)
        tell_days(self, done);
    else
        tell_run(self, done);
    fflush(stderr);
}

void
dd_watch_begin(dd_run_watch *self, dd_question *question, dd_watch_leaves leaves,
               int quiet)
{
    /* SA_RESETHAND: the second time the signal does what it does by default. */
    struct sigaction action = { .sa_handler = stop, .sa_flags = (int) SA_RESETHAND };
    *self = (dd_run_watch){ .question = question, .leaves = leaves, .began = seconds() };
    self->watch.stop = &interrupted;
    self->watch.listener = self;
    self->watch.tell = !quiet && isatty(STDERR_FILENO) ? tell : NULL;
    question->watch = &self->watch;
    sigaction(SIGINT, NULL, &self->before);
    if (self->before.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

void
dd_watch_end(dd_run_watch *self)
{
    sigaction(SIGINT, &self->before, NULL);
    if (self->shown)
        fputs("\r\033[K", stderr);
    self->question->watch = NULL;
}

int
dd_watch_interrupted(void)
{
    return atomic_load(&interrupted);
}
