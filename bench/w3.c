/*
 * W3: capacity. 50 reps without open deals prospect for a year with twelve visits a week
 * each; their deals ask for visits, advance at the speed that is left, and leave nothing
 * to prospect with when there are many. 1 000 trials on one thread, rates known; the plan
 * is made anew each week. Naive C and numba play the same deals, rep by rep and week by
 * week, on the same hazards: like for like.
 */
#include "bench.h"

#include "base/rng.h"
#include "engine/field/field.h"
#include "model/rates.h"
#include "naive.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TRIALS 1000
#define REPS 50

static const double visits[W1_STAGES] = { 1, 1, 1.5, 2, 2 };
static const naive_crew rules = { REPS, 12, visits, 0.35 };

static int
play_field(const workload *work, const dd_crew *crew, dd_tally *tally, double *seconds)
{
    double start = bench_seconds();
    dd_outcomes outcomes;

    if (dd_field_simulate(&outcomes, tally, &work->model, &work->book, &work->question,
                          crew, NULL))
        return 1;
    *seconds = bench_seconds() - start;
    dd_outcomes_free(&outcomes);
    return 0;
}

static void
mean_and_error(const dd_tally *tally, double *mean, double *error, double *deals)
{
    double square = 0;

    *mean = *deals = 0;
    for (size_t i = 0; i < TRIALS; i++) {
        *deals += tally[i].deals;
        *mean += tally[i].won / (double) TRIALS;
        square += tally[i].won * (double) tally[i].won / TRIALS;
    }
    *error = sqrt((square - *mean * *mean) / TRIALS);
}

static void
write_risk(FILE *to, const dd_risk *risk, double visits_)
{
    const float *row[] = { risk->hazard, risk->age, risk->days };

    fprintf(to, "%g", visits_);
    for (int i = 0; i < 3; i++)
        for (int b = 0; b < DD_MAX_BANDS; b++)
            fprintf(to, ",%.9g", (double) row[i][b]);
    fprintf(to, ",%.9g\n", (double) risk->total);
}

/* numba where a Python has it; BENCH_PYTHON names another one. */
static int
against_python(const dd_risks *stages, double days, double ours, double deals,
               double we_say, double our_error)
{
    const char *own = getenv("BENCH_PYTHON");
    const char *const python[] = { own ? own : "python3", "/usr/bin/python3", NULL };
    char path[] = "/tmp/dd_bench_XXXXXX", arguments[160];
    int handle = mkstemp(path);
    FILE *file = handle < 0 ? NULL : fdopen(handle, "w");
    bench_peer peer[2];
    size_t n = 0;

    for (int s = 0; file != NULL && s < W1_STAGES; s++) {
        write_risk(file, &stages[s].advance, visits[s]);
        write_risk(file, &stages[s].leave, visits[s]);
    }
    if (file != NULL && fclose(file) == 0) {
        snprintf(arguments, sizeof arguments, "bench/peers.py W3 %s %d %g %zu %g %g",
                 path, TRIALS, days, rules.reps, rules.visits_per_week,
                 rules.new_per_visit);
        n = bench_peers(python, arguments, peer);
    }
    remove(path);
    if (n == 0) {
        printf("W3       numba: not installed, left out\n");
        return 0;
    }
    bench_row((bench_what){ "W3", peer[0].name, "weekly" }, deals, "deals",
              peer[0].seconds);
    bench_goal("W3, capacity: times numba", peer[0].seconds / ours, 12, 25, 0);
    return bench_agree(peer[0].name, we_say, our_error, peer[0].mean,
                       peer[0].sd / sqrt(TRIALS), 0);
}

static int
compare(const workload *work, const dd_crew *crew, const dd_risks *stages,
        dd_tally *ours, dd_tally *naive, size_t rounds)
{
    double our_time[BENCH_MOST_ROUNDS], naive_time[BENCH_MOST_ROUNDS];
    double we_say, our_error, naive_says, naive_error, deals, naive_deals;
    double days = work->question.periods[work->question.n_periods - 1].end
                  - work->question.as_of;
    int wrong = 0;

    rounds = rounds < 3 ? rounds : 3;
    for (size_t i = 0; i < rounds && !wrong; i++) {
        double start = bench_seconds();
        if (!getenv("NONAIVE"))
            naive_w3(stages, &rules, days, TRIALS, 11 + i, naive);
        naive_time[i] = bench_seconds() - start;
        wrong = play_field(work, crew, ours, &our_time[i]);
    }
    if (wrong)
        return 1;
    mean_and_error(ours, &we_say, &our_error, &deals);
    mean_and_error(naive, &naive_says, &naive_error, &naive_deals);
    bench_row((bench_what){ "W3", "naive C, GSL", "weekly" }, naive_deals, "deals",
              bench_median(naive_time, rounds));
    bench_row((bench_what){ "W3", "dealdice", "weekly" }, deals, "deals",
              bench_median(our_time, rounds));
    bench_goal("W3, capacity: times naive C",
               bench_median(naive_time, rounds) / deals * naive_deals
                   / bench_median(our_time, rounds),
               12, 25, 0);
    return bench_agree("naive C", we_say, our_error, naive_says, naive_error, 0)
           | against_python(stages, days, bench_median(our_time, rounds), deals, we_say,
                            our_error);
}

int
bench_w3(size_t rounds)
{
    static dd_risks stages[W1_STAGES];
    dd_crew_rep rep[REPS];
    dd_tally *ours = calloc(TRIALS, sizeof *ours),
             *naive = calloc(TRIALS, sizeof *naive);
    dd_rates rates = { 0 };
    dd_crew crew;
    workload work;
    int wrong = workload_read(&work, "bench/w2/funnel.yaml", NULL, 4, TRIALS);

    dd_crew_init(&crew);
    for (size_t r = 0; r < REPS; r++)
        rep[r] = (dd_crew_rep){ .key = dd_hash((const char *) &r, sizeof r),
                                .starts = -1000,
                                .leaves = (double) INFINITY,
                                .heir = -1 };
    crew.n = REPS;
    crew.rep = rep;
    crew.visits_per_week = rules.visits_per_week;
    crew.visits = visits;
    crew.new_per_visit = rules.new_per_visit;
    crew.market = 0;
    crew.step_days = 7;
    if (!wrong)
        wrong = !ours || !naive || dd_rates_init(&rates, &work.model.process[0], NULL);
    if (!wrong) {
        dd_rates_mean(&rates);
        for (int32_t s = 0; s < W1_STAGES; s++)
            dd_risks_make(&stages[s], &rates.stage[s], s);
        wrong = compare(&work, &crew, stages, ours, naive, rounds);
    }
    dd_rates_free(&rates);
    free(ours);
    free(naive);
    workload_free(&work);
    return wrong;
}
