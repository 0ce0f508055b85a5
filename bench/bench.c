/*
 * bench DEALDICE [ROUNDS=5] [RESULTS.csv [RANKS]]: dealdice against its peers, in one run,
 * and PERFORMANCE goals met or not. Status 1 when peers disagree about the answer.
 */
#include "bench.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MOST_GOALS 32

typedef struct {
    const char *says;
    double got, goal, stretch;
    int less;
} goal;

static goal goals[MOST_GOALS];
static size_t n_goals;
static FILE *results;

double
bench_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

double
bench_wall(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

double
bench_median(double *seconds, size_t n)
{
    gsl_sort(seconds, 1, n);
    return seconds[n / 2];
}

void
bench_row(bench_what what, double work, const char *unit, double seconds)
{
    printf("%-8s %-28s %-22s %10.2f ms %10.1f M %s/s\n", what.workload, what.name,
           what.way, 1e3 * seconds, 1e-6 * work / seconds, unit);
    if (results != NULL)
        fprintf(results, "%s,\"%s\",\"%s\",%.0f,%s,%.6f\n", what.workload, what.name,
                what.way, work, unit, seconds);
}

void
bench_goal(const char *says, double got, double goal_, double stretch, int less)
{
    if (n_goals < MOST_GOALS)
        goals[n_goals++] = (goal){ says, got, goal_, stretch, less };
}

static int
is_met(const goal *self, double wanted)
{
    return self->less ? self->got <= wanted : self->got >= wanted;
}

static void
print_goals(void)
{
    printf("\n%-58s %9s %8s %8s\n", "goal", "got", "goal", "stretch");
    for (size_t i = 0; i < n_goals; i++) {
        const goal *g = &goals[i];
        printf("%-58s %9.3g %8.3g %8.3g  %s\n", g->says, g->got, g->goal, g->stretch,
               is_met(g, g->stretch) ? "stretch met"
               : is_met(g, g->goal)  ? "met"
                                     : "not met");
    }
}

int
bench_agree(const char *says, double mean, double mcse, double other, double other_mcse,
            double slack)
{
    double off = fabs(mean - other), error = hypot(mcse, other_mcse);
    int agree = off <= 4 * error + slack * fabs(other);

    printf("         %s: means differ by %.2f standard errors%s\n", says, off / error,
           agree ? "" : ": NO AGREEMENT");
    return !agree;
}

int
main(int argc, char **argv)
{
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
    int wrong = 0;

    gsl_set_error_handler_off();
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2 || rounds < 1 || rounds > BENCH_MOST_ROUNDS) {
        fprintf(stderr, "usage: bench DEALDICE [ROUNDS] [RESULTS.csv [RANKS]]\n");
        return 2;
    }
    results = argc > 3 ? fopen(argv[3], "w") : NULL;
    if (results != NULL)
        fprintf(results, "workload,name,way,work,unit,cpu_seconds\n");
    /* First: a child counts the memory that its parent had. */
    wrong |= bench_program((size_t) rounds, argv[1]);
    wrong |= bench_w1((size_t) rounds);
    wrong |= bench_w2((size_t) rounds);
    wrong |= bench_w3((size_t) rounds);
    wrong |= bench_f1((size_t) rounds);
    wrong |= bench_scaling((size_t) rounds);
    wrong |= bench_threads((size_t) rounds);
    wrong |= bench_ranks((size_t) rounds, argc > 4 ? argv[4] : NULL);
    print_goals();
    if (results != NULL && fclose(results) != 0)
        return 1;
    return wrong;
}
