/*
 * Scaling: W1's deals again and again under keys of their own, 2 000 to 1 000 000, one
 * quarter with a level: the rate should stay flat, since nothing is stored per deal and
 * trial.
 */
#include "answers/forecast/results.h"
#include "bench.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
repeated(const void *array, size_t n, size_t size, size_t copies)
{
    char *all = malloc(n * size * copies);

    for (size_t i = 0; all != NULL && i < copies; i++)
        memcpy(all + i * n * size, array, n * size);
    return all;
}

static int
repeat_book(dd_book *many, const dd_book *book, size_t copies)
{
    *many = *book;
    many->n = book->n * copies;
    many->key = repeated(book->key, book->n, sizeof *book->key, copies);
    many->pipeline = repeated(book->pipeline, book->n, sizeof *book->pipeline, copies);
    many->stage = repeated(book->stage, book->n, sizeof *book->stage, copies);
    many->age_days = repeated(book->age_days, book->n, sizeof *book->age_days, copies);
    many->amount = repeated(book->amount, book->n, sizeof *book->amount, copies);
    if (!many->key || !many->pipeline || !many->stage || !many->age_days
        || !many->amount)
        return 1;
    for (size_t i = 0; i < many->n; i++)
        many->key[i] = many->key[i] * 0x9e3779b97f4a7c15 + i;
    return 0;
}

static void
free_repeated(dd_book *many)
{
    free(many->key);
    free(many->pipeline);
    free(many->stage);
    free(many->age_days);
    free(many->amount);
}

static int
play_copies(workload *work, const dd_book *book, size_t copies, size_t trials,
            const char *name, double *rate)
{
    dd_summary summary;
    double seconds, played;
    int wrong = repeat_book(&work->book, book, copies);

    work->question.trials = trials;
    wrong = wrong || workload_play(work, &seconds, &summary);
    if (!wrong) {
        played = (double) work->book.n * (double) trials;
        bench_row((bench_what){ "scaling", name, "whole run, level" }, played,
                  "deal-trials", seconds);
        *rate = played / seconds;
    }
    free_repeated(&work->book);
    return wrong;
}

/* Trials and all that an answer says of them. @return wall seconds, or -1 */
static double
time_results(const workload *work)
{
    dd_outcomes outcomes = { 0 };
    dd_results results = { 0 };
    double start = bench_wall();
    int wrong = dd_simulate(&outcomes, &work->model, &work->book, &work->question, NULL)
                || dd_results_of(&results, &outcomes, &work->question, NULL);
    double seconds = bench_wall() - start;

    dd_results_free(&results);
    dd_outcomes_free(&outcomes);
    return wrong ? -1 : seconds;
}

/* The same run by one thread and by two: wall time, the best of the rounds, since the
 * machine may be busy. */
int
bench_threads(size_t rounds)
{
    double best[3] = { 0, HUGE_VAL, HUGE_VAL };
    workload work;
    int wrong = workload_read(&work, "bench/w1/funnel.yaml", NULL, 4, 262144);

    work.question.level_off = work.model.level_off = 0;
    for (size_t i = 0; i < rounds && !wrong; i++)
        for (int threads = 1; threads <= 2 && !wrong; threads++) {
            work.question.threads = threads;
            double seconds = time_results(&work);
            wrong = seconds < 0;
            best[threads] = fmin(best[threads], seconds);
        }
    for (int threads = 1; threads <= 2 && !wrong; threads++)
        bench_row(
            (bench_what){ "threads", threads == 1 ? "1" : "2", "wall, 4 quarters" },
            (double) work.book.n * 262144, "deal-trials", best[threads]);
    if (!wrong)
        bench_goal("two threads over one, wall", best[1] / best[2], 1.9, 2, 0);
    workload_free(&work);
    return wrong;
}

int
bench_scaling(size_t rounds)
{
    double few = 0, many = 0, rate;
    workload work;
    int wrong = workload_read(&work, "bench/w1/funnel.yaml", NULL, 1, 10000);
    dd_book book = work.book;

    (void) rounds; /* each is long enough to be told apart once */
    work.question.level_off = work.model.level_off = 0;
    wrong = wrong
            || play_copies(&work, &book, 1, 1280, "2 000 deals, 1 280 trials", &rate)
            || play_copies(&work, &book, 1, 10240, "2 000 deals, 10 240 trials", &rate)
            || play_copies(&work, &book, 1, 327680, "2 000 deals", &few)
            || play_copies(&work, &book, 10, 32768, "20 000 deals", &rate)
            || play_copies(&work, &book, 100, 16384, "200 000 deals", &rate)
            || play_copies(&work, &book, 500, 8192, "1 000 000 deals", &many);
    if (!wrong)
        bench_goal("scaling: rate at 10^6 deals over that at 2 000", many / few, 0.9, 1,
                   0);
    work.book = book;
    workload_free(&work);
    return wrong;
}
