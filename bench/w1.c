/*
 * W1: 2 000 open deals, 5 stages, 8 segments, 10 000 trials of 90 days on one thread;
 * rates known. dealdice's whole run (curves, tables, trials, quantiles) against naive_w1.
 * Both are timed by CPU time, alternately, and must agree within Monte-Carlo error.
 *
 *   build/bench/w1 [ROUNDS=5] [FUNNEL=bench/w1/funnel.yaml]
 */
#include "answers/summary.h"
#include "dealdice/history.h"
#include "engine/simulate.h"
#include "naive_w1.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIALS 10000
#define MAX_ROUNDS 99

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
} workload;

static double
cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static dd_status
read_workload(workload *self, const char *path, dd_error *err)
{
    dd_question_options options = { .trials = TRIALS, .periods = 1, .threads = 1 };
    dd_notes notes = { 0 };
    dd_day as_of = dd_day_from_civil(2026, 12, 31);
    dd_status status;

    options.seed = 1;
    status = dd_funnel_read(&self->funnel, path, &notes, err);
    if (!status)
        status = dd_history_read(&self->history, &self->funnel, &notes, err);
    if (!status)
        status = dd_history_as_of(&self->past, &self->history, as_of, &notes, err);
    if (!status)
        status = dd_question_init(&self->question, &self->funnel, as_of, &options,
                                  &notes, err);
    if (!status)
        status = dd_model_fit(&self->model, &self->past, &self->funnel, &notes, err);
    if (!status)
        status = dd_book_init(&self->book, &self->past, &self->funnel, &self->question,
                              err);
    dd_notes_free(&notes);
    return status;
}

static void
free_workload(workload *self)
{
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
}

/* The funnel's own words for what the model was fitted to: `exits` per stage. */
static int
naive_rates(w1_rates *rates, const workload *work)
{
    int filled = 0;
    const dd_period *period = &work->question.periods[0];

    memset(rates, 0, sizeof *rates);
    rates->horizon_days = period->end - work->question.as_of;
    for (size_t i = 0; i < work->funnel.n_stages; i++) {
        const dd_stage_belief *belief = &work->funnel.stages[i];
        int segment = belief->pipeline[0] - 'A', stage = belief->stage[1] - '1';
        const dd_exit_belief *advance = &belief->exits[0], *lost = &belief->exits[1];

        if (segment < 0 || segment >= W1_SEGMENTS || stage < 0 || stage >= W1_STAGES)
            return 0;
        rates->stage[segment][stage]
            = (w1_stage){ advance->share, advance->days.a, advance->days.b, lost->days.a,
                          lost->days.b };
        filled++;
    }
    return filled == W1_SEGMENTS * W1_STAGES;
}

static dd_status
summarise(const int64_t *won, dd_summary *summary, dd_error *err)
{
    dd_ranking ranking;
    dd_status status = dd_ranking_init(&ranking, won, TRIALS, 1, err);

    if (status)
        return status;
    *summary = dd_summary_of(&ranking);
    dd_ranking_free(&ranking);
    return DD_OK;
}

static dd_status
run_dealdice(const workload *work, double *seconds, dd_summary *summary, dd_error *err)
{
    dd_outcomes outcomes = { 0 };
    double start = cpu_seconds();
    dd_status status
        = dd_simulate(&outcomes, &work->model, &work->book, &work->question, err);

    if (!status)
        status = summarise(outcomes.bookings, summary, err);
    *seconds = cpu_seconds() - start;
    dd_outcomes_free(&outcomes);
    return status;
}

static dd_status
run_naive(const workload *work, const w1_rates *rates, unsigned long seed,
          double *seconds, dd_summary *summary, dd_error *err)
{
    int64_t *won = malloc(TRIALS * sizeof *won);
    double start = cpu_seconds();
    dd_status status;

    if (!won)
        return dd_error_no_memory(err);
    w1_play_naively(rates, &work->book, TRIALS, seed, won);
    status = summarise(won, summary, err);
    *seconds = cpu_seconds() - start;
    free(won);
    return status;
}

static double
median(double *values, size_t n)
{
    gsl_sort(values, 1, n);
    return values[n / 2];
}

static void
print_row(const char *name, double seconds, double deal_trials, const dd_summary *d)
{
    printf(
        "%-22s %10.2f ms %10.1f M/s  mean %.0f  sd %.0f  P10 %.0f  P50 %.0f  P90 %.0f\n",
        name, 1e3 * seconds, 1e-6 * deal_trials / seconds, d->mean / 100, d->sd / 100,
        d->p10 / 100, d->p50 / 100, d->p90 / 100);
}

/* Both means are off by sd / sqrt(n), both sds by sd / sqrt(2n): 4 MCSE of each
 * difference, and 0.1 % of the mean for Weibull dwells laid into 16 bands of age. */
static int
agree(const dd_summary *a, const dd_summary *b)
{
    double mcse = a->sd * sqrt(2.0 / TRIALS);
    double mean = fabs(a->mean - b->mean), sd = fabs(a->sd - b->sd);

    printf("means differ by %.2f MCSE, standard deviations by %.2f\n", mean / mcse,
           sd / (mcse / sqrt(2.0)));
    return mean <= 4.0 * mcse + 1e-3 * b->mean && sd <= 4.0 * mcse / sqrt(2.0);
}

static int
compare(const workload *work, const w1_rates *rates, int rounds, dd_error *err)
{
    double ours[MAX_ROUNDS], naive[MAX_ROUNDS];
    double deal_trials = (double) work->book.n * TRIALS;
    dd_summary our_summary = { 0 }, naive_summary = { 0 };

    for (int i = 0; i < rounds; i++) {
        if (run_naive(work, rates, 1000 + (unsigned long) i, &naive[i], &naive_summary,
                      err)
            || run_dealdice(work, &ours[i], &our_summary, err))
            return 1;
    }
    printf("W1: %zu deals x %d trials, one thread, whole run, median CPU time of %d\n",
           work->book.n, TRIALS, rounds);
    print_row("naive C, GSL mt19937", median(naive, (size_t) rounds), deal_trials,
              &naive_summary);
    print_row("dealdice, cells", median(ours, (size_t) rounds), deal_trials,
              &our_summary);
    printf("ratio %.0f\n",
           median(naive, (size_t) rounds) / median(ours, (size_t) rounds));
    return agree(&our_summary, &naive_summary) ? 0 : 1;
}

int
main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    const char *path = argc > 2 ? argv[2] : "bench/w1/funnel.yaml";
    workload work = { 0 };
    w1_rates rates;
    dd_error err = { 0 };
    int status = 1;

    gsl_set_error_handler_off();
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "w1: rounds must be 1 to %d\n", MAX_ROUNDS);
        return 2;
    }
    if (!read_workload(&work, path, &err) && naive_rates(&rates, &work))
        status = compare(&work, &rates, rounds, &err);
    for (size_t i = 0; i < err.n; i++)
        fprintf(stderr, "w1: %s\n", err.items[i].wrong);
    if (status)
        fprintf(stderr, "w1: no agreement or no run\n");
    free_workload(&work);
    dd_error_free(&err);
    return status;
}
