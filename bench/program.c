/*
 * The program as people run it: CPU time and memory from its start to its answer, and how
 * fast it reads a history. The company is made by `dealdice sample`.
 */
#include "bench.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RANKS_TRIALS "1048576"

/* Run with stdout and stderr thrown away. @return CPU seconds, or -1; *kbytes at most */
static double
run(char *const *words, long *kbytes)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr))
            execv(words[0], words);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0)
        return -1;
    *kbytes = usage.ru_maxrss;
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + 1e-6 * (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double
median_run(char *const *words, size_t rounds, long *kbytes)
{
    double second[BENCH_MOST_ROUNDS];

    for (size_t i = 0; i < rounds; i++)
        second[i] = run(words, kbytes);
    return bench_median(second, rounds);
}

static void
time_answer(const char *dealdice, const char *funnel, const char *trials,
            const char *name, size_t rounds, const char *goal, double most,
            double stretch)
{
    char program[512], path[512], number[32], said[80];
    char command[] = "forecast", option[] = "--trials", quiet[] = "--quiet";
    char *words[] = { program, command, path, option, number, quiet, NULL };
    long kbytes = 0;
    double seconds;

    snprintf(program, sizeof program, "%s", dealdice);
    snprintf(path, sizeof path, "%s", funnel);
    snprintf(number, sizeof number, "%s", trials);
    seconds = median_run(words, rounds, &kbytes);
    snprintf(said, sizeof said, "start to answer, %ld MB", kbytes / 1024);
    bench_row((bench_what){ "answer", name, said }, strtod(trials, NULL), "trials",
              seconds);
    bench_goal(goal, 1e3 * seconds, most, stretch, 1);
}

/* Wall time of W1 under so many ranks of one thread, the best of the rounds. */
static double
time_ranks(const char *dealdice, int ranks, size_t rounds)
{
    char line[1200];
    double best = HUGE_VAL;

    snprintf(line, sizeof line,
             "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
             "mpirun --oversubscribe -n %d '%s' forecast bench/w1/funnel.yaml "
             "--as-of 2026-12-31 --trials " RANKS_TRIALS
             " --threads 1 --quiet > /dev/null",
             ranks, dealdice);
    for (size_t i = 0; i < rounds; i++) {
        double start = bench_wall();
        if (system(line) != 0) /* NOLINT(cert-env33-c): our own words */
            return -1;
        best = fmin(best, bench_wall() - start);
    }
    return best;
}

int
bench_ranks(size_t rounds, const char *dealdice)
{
    double trials = 2000 * strtod(RANKS_TRIALS, NULL), one, two;

    if (dealdice == NULL) {
        printf("ranks    not built (no OpenMPI), left out\n");
        return 0;
    }
    one = time_ranks(dealdice, 1, rounds);
    two = time_ranks(dealdice, 2, rounds);
    if (one < 0 || two < 0) {
        printf("ranks    mpirun failed\n");
        return 1;
    }
    bench_row((bench_what){ "ranks", "1", "wall, mpirun to answer" }, trials,
              "deal-trials", one);
    bench_row((bench_what){ "ranks", "2", "wall, mpirun to answer" }, trials,
              "deal-trials", two);
    bench_goal("two ranks over one, wall, mpirun's own start included", one / two, 1.9,
               2, 0);
    return 0;
}

static int
time_reading(const char *folder, size_t rounds)
{
    double second[BENCH_MOST_ROUNDS];
    char path[512];
    struct stat about;
    int wrong = 0;

    snprintf(path, sizeof path, "%s/history.csv", folder);
    if (stat(path, &about) != 0)
        return 1;
    for (size_t i = 0; i < rounds && !wrong; i++) {
        dd_funnel funnel;
        dd_history history;
        dd_notes notes = { 0 };
        double start = bench_seconds();
        wrong = dd_funnel_read(&funnel, path, &notes, NULL)
                || dd_history_read(&history, &funnel, &notes, NULL);
        second[i] = bench_seconds() - start;
        dd_history_free(&history);
        dd_funnel_free(&funnel);
        dd_notes_free(&notes);
    }
    double seconds = bench_median(second, rounds), bytes = (double) about.st_size;
    bench_row((bench_what){ "reading", "dealdice", "history CSV to deals" }, bytes,
              "bytes", seconds);
    bench_goal("reading a history CSV to deals, MB/s", 1e-6 * bytes / seconds, 100, 200,
               0);
    return wrong;
}

/* rates: fixed, level: off, appended to a copy of the funnel file. */
static int
fix_rates(const char *folder)
{
    char line[1200];

    snprintf(line, sizeof line,
             "cd '%s' && { cat funnel.yaml; "
             "echo 'uncertainty: {rates: fixed, level: off}'; } > fixed.yaml",
             folder);
    return system(
        line); /* NOLINT(cert-env33-c): a fixed line over a folder of our own */
}

int
bench_program(size_t rounds, const char *dealdice)
{
    char folder[] = "/tmp/dd_bench_XXXXXX", line[1200], funnel[600];
    int wrong = mkdtemp(folder) == NULL;

    snprintf(line, sizeof line, "'%s' sample bench/company/TRUTH.yaml -o '%s' > %s/said",
             dealdice, folder, folder);
    wrong = wrong || system(line) != 0 || fix_rates(folder) != 0;
    if (!wrong) {
        snprintf(funnel, sizeof funnel, "%s/fixed.yaml", folder);
        time_answer(dealdice, funnel, "10000", "rates fixed, 10 000 trials", rounds,
                    "start to answer, rates fixed, 10 000 trials, CPU ms", 60, 25);
        snprintf(funnel, sizeof funnel, "%s/funnel.yaml", folder);
        time_answer(dealdice, funnel, "32768", "estimated, 32 768 trials", rounds,
                    "start to answer, all estimated, 32 768 trials, CPU ms", 250, 100);
        wrong = time_reading(folder, rounds);
    }
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    return system(line) != 0 || wrong;
}
