#include "answers/forecast/summary.h"

#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_ranking_init(dd_ranking *self, const int64_t *outcome, size_t trials, int independent,
                dd_error *err)
{
    int64_t *value, *spare;

    memset(self, 0, sizeof *self);
    if (trials == 0)
        return dd_error_add(err, DD_EDATA, NULL, NULL, "one trial or more",
                            "no trial to summarise");
    value = malloc(trials * sizeof *value);
    spare = malloc(trials * sizeof *spare);
    if (!value || !spare) {
        free(value);
        free(spare);
        return dd_error_no_memory(err);
    }
    memcpy(value, outcome, trials * sizeof *value);
    self->sorted = dd_sort_integers(value, spare, trials);
    free(self->sorted == value ? spare : value);
    self->outcome = outcome;
    self->trials = trials;
    self->independent = independent;
    return DD_OK;
}

void
dd_ranking_free(dd_ranking *self)
{
    free(self->sorted);
    memset(self, 0, sizeof *self);
}

/* ---- statistics of a stretch of trials ---- */

double
dd_summary_mean(const int64_t *outcome, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double) outcome[i];
    return sum / (double) n;
}

double
dd_summary_sd(const int64_t *outcome, size_t n, double mean)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double distance = (double) outcome[i] - mean;
        sum += distance * distance;
    }
    return n > 1 ? sqrt(sum / (double) (n - 1)) : (double) NAN;
}

/* A statistic of n trials that the MCSE is asked of. */
typedef double statistic(const int64_t *outcome, size_t n, int64_t amount);

static double
block_mean(const int64_t *outcome, size_t n, int64_t amount)
{
    (void) amount;
    return dd_summary_mean(outcome, n);
}

static double
block_reach(const int64_t *outcome, size_t n, int64_t amount)
{
    size_t reached = 0;

    for (size_t i = 0; i < n; i++)
        reached += outcome[i] >= amount;
    return (double) reached / (double) n;
}

/* Spread of the full blocks' results over sqrt(trials / DD_BLOCK), in two passes. */
static double
mcse_of_blocks(const dd_ranking *self, statistic *result, int64_t amount)
{
    size_t blocks = self->trials / DD_BLOCK;
    double mean = 0, squares = 0;

    if (blocks < DD_MIN_BLOCKS)
        return (double) NAN;
    for (size_t b = 0; b < blocks; b++)
        mean += result(self->outcome + b * DD_BLOCK, DD_BLOCK, amount) / (double) blocks;
    for (size_t b = 0; b < blocks; b++) {
        double distance = result(self->outcome + b * DD_BLOCK, DD_BLOCK, amount) - mean;
        squares += distance * distance;
    }
    return sqrt(squares / (double) (blocks - 1))
           / sqrt((double) self->trials / DD_BLOCK);
}

/* ---- what is asked ---- */

int64_t
dd_summary_quantile(const dd_ranking *self, double q)
{
    /* The rank of x: share(Y <= x) >= q. The slack forgives q n = 7.000000000000001. */
    double rank = ceil(q * (double) self->trials - 1e-9);

    if (!(rank >= 1))
        return self->sorted[0];
    if (rank >= (double) self->trials)
        return self->sorted[self->trials - 1];
    return self->sorted[(size_t) rank - 1];
}

/* Trials with an outcome below amount. */
static size_t
count_below(const dd_ranking *self, int64_t amount)
{
    size_t low = 0, high = self->trials;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->sorted[middle] < amount)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double
dd_summary_reach(const dd_ranking *self, int64_t amount)
{
    return (double) (self->trials - count_below(self, amount)) / (double) self->trials;
}

double
dd_summary_unseen_mcse(double trials)
{
    double p = 1.0 / (trials + 2.0);
    return sqrt(p * (1.0 - p) / trials);
}

double
dd_summary_reach_mcse(const dd_ranking *self, int64_t amount)
{
    double p = dd_summary_reach(self, amount);

    if (p <= 0.0 || p >= 1.0)
        return self->independent || self->trials / DD_BLOCK >= DD_MIN_BLOCKS
                   ? dd_summary_unseen_mcse((double) self->trials)
                   : (double) NAN;
    if (self->independent)
        return sqrt(p * (1 - p) / (double) self->trials);
    return mcse_of_blocks(self, block_reach, amount);
}

double
dd_summary_quantile_mcse(const dd_ranking *self, double q)
{
    int64_t x = dd_summary_quantile(self, q);
    double mcse, low, high;

    /* share(Y <= x) = 1 - share(Y >= x + 1): the same standard error. */
    mcse = x == INT64_MAX ? 0 : dd_summary_reach_mcse(self, x + 1);
    if (isnan(mcse))
        return (double) NAN;
    low = (double) dd_summary_quantile(self, fmax(q - mcse, 0));
    high = (double) dd_summary_quantile(self, fmin(q + mcse, 1));
    return (high - low) / 2;
}

dd_summary
dd_summary_of(const dd_ranking *self)
{
    dd_summary s;

    s.mean = dd_summary_mean(self->outcome, self->trials);
    s.sd = dd_summary_sd(self->outcome, self->trials, s.mean);
    s.mean_mcse = self->independent ? s.sd / sqrt((double) self->trials)
                                    : mcse_of_blocks(self, block_mean, 0);
    s.p05 = (double) dd_summary_quantile(self, 0.05);
    s.p10 = (double) dd_summary_quantile(self, 0.10);
    s.p20 = (double) dd_summary_quantile(self, 0.20);
    s.p25 = (double) dd_summary_quantile(self, 0.25);
    s.p50 = (double) dd_summary_quantile(self, 0.50);
    s.p75 = (double) dd_summary_quantile(self, 0.75);
    s.p80 = (double) dd_summary_quantile(self, 0.80);
    s.p90 = (double) dd_summary_quantile(self, 0.90);
    s.p95 = (double) dd_summary_quantile(self, 0.95);
    return s;
}

dd_status
dd_summary_note_few(double mcse, size_t trials, dd_notes *notes)
{
    if (!isnan(mcse))
        return DD_OK;
    return dd_notes_add(
        notes, "few_trials",
        "trials are too few to tell the simulation's own error: %zu; take "
        "at least %d",
        trials, DD_MIN_BLOCKS * DD_BLOCK);
}

void
dd_summary_describe(const dd_summary *self, dd_doc *doc, dd_doc_node *parent,
                    const char *key,
                    void (*put)(dd_doc *, dd_doc_node *, const char *, double))
{
    dd_doc_node *node = dd_doc_object(doc, parent, key);
    put(doc, node, "mean", self->mean);
    put(doc, node, "mean_mcse", self->mean_mcse);
    put(doc, node, "sd", self->sd);
    put(doc, node, "p05", self->p05);
    put(doc, node, "p10", self->p10);
    put(doc, node, "p20", self->p20);
    put(doc, node, "p25", self->p25);
    put(doc, node, "p50", self->p50);
    put(doc, node, "p75", self->p75);
    put(doc, node, "p80", self->p80);
    put(doc, node, "p90", self->p90);
    put(doc, node, "p95", self->p95);
}
