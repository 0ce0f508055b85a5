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

/* How far a run is that may end any time: only with its precision, or with its trials. */
static void
tell(void *listener, size_t done)
{
    dd_run_watch *self = listener;
    const dd_question *question = self->question;
    double now = seconds(), took = now - self->began;
    double share = (double) done / (double) question->trials;
    if (took < PATIENCE || now - self->told < BETWEEN)
        return;
    self->told = now;
    self->shown = 1;
    if (question->precision > 0.0)
        fprintf(stderr, "\r%zu trials", done);
    else
        fprintf(stderr, "\r%.0f %% of %zu trials, %.0f s left", 100.0 * share,
                question->trials, took * (1.0 - share) / share);
    fputs("; Ctrl-C answers with these \033[K", stderr);
    fflush(stderr);
}

void
dd_watch_begin(dd_run_watch *self, dd_question *question, int quiet)
{
    /* SA_RESETHAND: the second time the signal does what it does by default. */
    struct sigaction action = { .sa_handler = stop, .sa_flags = (int) SA_RESETHAND };
    *self = (dd_run_watch){ .question = question, .began = seconds() };
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
