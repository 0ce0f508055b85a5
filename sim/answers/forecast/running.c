#include "answers/forecast/running.h"

#include "answers/forecast/summary.h"

#include <math.h>

/* Welford 1962. */
void
dd_moments_add(dd_moments *self, double value)
{
    double distance = value - self->mean;

    self->n += 1;
    self->mean += distance / self->n;
    self->squares += distance * (value - self->mean);
}

/* Two sets of values become one: Chan, Golub & LeVeque 1983. */
static void
merge(dd_moments *self, const dd_moments *other)
{
    double n = self->n + other->n, distance = other->mean - self->mean;

    self->mean += distance * other->n / n;
    self->squares += other->squares + distance * distance * self->n * other->n / n;
    self->n = n;
}

static void
add_block(dd_running *self, const int64_t *outcome, size_t n)
{
    dd_moments block = { .n = (double) n };
    size_t reached = 0;

    for (size_t i = 0; i < n; i++) {
        block.mean += (double) outcome[i];
        reached += outcome[i] >= self->target;
    }
    block.mean /= block.n;
    for (size_t i = 0; i < n; i++) {
        double distance = (double) outcome[i] - block.mean;
        block.squares += distance * distance;
    }
    merge(&self->trials, &block);
    self->reached += reached;
    if (n < DD_BLOCK)
        return;
    dd_moments_add(&self->blocks, block.mean);
    dd_moments_add(&self->reach, (double) reached / DD_BLOCK);
}

void
dd_running_add(dd_running *self, const int64_t *outcome, size_t n)
{
    for (size_t i = 0; i < n; i += DD_BLOCK)
        add_block(self, outcome + i, n - i < DD_BLOCK ? n - i : DD_BLOCK);
}

double
dd_running_sd(const dd_running *self)
{
    const dd_moments *m = &self->trials;

    return m->n > 1 ? sqrt(m->squares / (m->n - 1)) : (double) NAN;
}

/* Spread of the full blocks' results over sqrt(trials / DD_BLOCK). */
static double
mcse_of(const dd_running *self, const dd_moments *blocks)
{
    if (blocks->n < DD_MIN_BLOCKS)
        return (double) NAN;
    return sqrt(blocks->squares / (blocks->n - 1)) / sqrt(self->trials.n / DD_BLOCK);
}

double
dd_running_mean_mcse(const dd_running *self)
{
    if (self->independent)
        return dd_running_sd(self) / sqrt(self->trials.n);
    return mcse_of(self, &self->blocks);
}

double
dd_running_reach(const dd_running *self)
{
    return (double) self->reached / self->trials.n;
}

double
dd_running_reach_mcse(const dd_running *self)
{
    double p = dd_running_reach(self);

    if (p <= 0.0 || p >= 1.0)
        return self->independent || !isnan(mcse_of(self, &self->reach))
                   ? dd_summary_unseen_mcse(self->trials.n)
                   : (double) NAN;
    if (self->independent)
        return sqrt(p * (1 - p) / self->trials.n);
    return mcse_of(self, &self->reach);
}
