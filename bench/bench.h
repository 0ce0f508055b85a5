/**
 * @file bench.h
 * Rows of a benchmark: measured, printed, kept as CSV, held against goals.
 * Times are CPU time of this process, medians over rounds in one run, since wall time on
 * a shared machine moves threefold.
 */
#ifndef DD_BENCH_BENCH_H
#define DD_BENCH_BENCH_H

#include <stddef.h>

#define BENCH_MOST_ROUNDS 99

/** What was run. */
typedef struct {
    const char *workload; /* "W1" */
    const char *name;     /* "dealdice, avx2" */
    const char *way;      /* what it does: "collapsed", "stage by stage", "kernel" ... */
} bench_what;

/** CPU seconds of this process so far. */
double bench_seconds(void);
/** Seconds on the wall, where threads are compared. */
double bench_wall(void);
double bench_median(double *seconds, size_t n);
/** Print and keep a row: work units (deal-trials, paths, bytes) in so many seconds. */
void bench_row(bench_what what, double work, const char *unit, double seconds);
/** Keep a goal for the table at the end; more is better, or with `less` less.
 * @param stretch  0: none */
void bench_goal(const char *says, double got, double goal, double stretch, int less);
/** Print whether both means agree within four standard errors of their difference and
 * `slack` of the mean. @return 0 if so */
int bench_agree(const char *says, double mean, double mcse, double other,
                double other_mcse, double slack);

/** What a peer in another language says of itself. */
typedef struct {
    char name[16];
    double seconds, mean, sd;
} bench_peer;

/** Run the first of these programs (the last is NULL) that answers, with arguments.
 * @return how many peers it measured, at most two; 0: it is not installed */
size_t bench_peers(const char *const *programs, const char *arguments,
                   bench_peer peers[2]);

/* The workloads; each returns 0, or 1 when peers disagree or something cannot run. */
int bench_w1(size_t rounds);
int bench_w2(size_t rounds);
int bench_w3(size_t rounds);
int bench_f1(size_t rounds);
int bench_scaling(size_t rounds);
int bench_threads(size_t rounds);
/** @param dealdice  built for ranks; NULL: left out, which is said */
int bench_ranks(size_t rounds, const char *dealdice);
int bench_program(size_t rounds, const char *dealdice);

#endif
