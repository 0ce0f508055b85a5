/* Factors from the exits of a past: backfitting over dd_odds_fit. */
#include "base/rng.h"
#include "base/sort.h"
#include "model/factors/factor_odds.h"
#include "model/factors/factors_fit.h"
#include "model/curve/process.h"
#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RECENT_DAYS (26 * 7)
#define SWEEPS 8
#define SETTLED 0.02   /* log odds */
#define LEAST_CLASS 20 /* deals from which on a share among open, lost, won counts */
#define LIKE_SHARE 0.1 /* how far these may differ in how often a column is filled */
#define BINS_PER_LOGIT 8.0

typedef struct {
    const dd_past *past;
    const dd_process *process;
    int32_t pipeline;
    dd_rates rates;
    double
        fresh[DD_MAX_STAGES]; /* chance of a deal that has just entered; NAN: unasked */
    dd_alike *deals;          /* all that were watched, one by one */
    unsigned char *ends;      /* of the same deals: 0 open, 1 won, 2 ended otherwise */
    dd_seen_exit *exits;
    size_t n, n_exits;
    double least_evidence;
    double common; /* log odds of all deals against what the rates say */
    dd_odds_fitter *fitter;
} fitting;

/* ---- deals and exits as factors see them ---- */

/* The first stay that was watched: who ended before that was never at risk. */
static const dd_spell *
first_watched(const dd_past *past, const dd_past_deal *deal)
{
    for (size_t i = deal->first; i < deal->first + deal->n; i++)
        if (past->spells[i].from_days < past->spells[i].dwell_days)
            return &past->spells[i];
    return NULL;
}

static double
ever_after(const fitting *f, int32_t to)
{
    return to >= 0 ? f->rates.p_ever[to] : to == DD_WON;
}

/* Chance of ever winning for who leaves the stage at this age: by the hazards there. */
static double
chance_of_leaving(const fitting *f, const dd_spell *spell)
{
    const dd_stage *view = &f->rates.stage[spell->stage];
    double all = 0.0, won = 0.0;
    size_t b = 0;

    while (b + 1 < view->bands && view->start[b + 1] < spell->dwell_days)
        b++;
    for (size_t j = 0; j < view->exits; j++) {
        double rate = view->rate[view->bands ? j * view->bands + b : j];
        all += rate;
        won += rate * ever_after(f, view->to[j]);
    }
    return all > 0.0 ? won / all : -1.0;
}

static void
add_exits(fitting *f, const dd_past_deal *deal, const dd_levels *levels)
{
    for (size_t i = deal->first; i < deal->first + deal->n; i++) {
        const dd_spell *spell = &f->past->spells[i];
        double before = chance_of_leaving(f, spell);
        if (spell->exit == DD_STILL || spell->from_days >= spell->dwell_days
            || !(before > 0.0 && before < 1.0))
            continue;
        f->exits[f->n_exits++] = (dd_seen_exit){ .levels = *levels,
                                                 .before = before,
                                                 .after = ever_after(f, spell->exit) };
    }
}

/* Most deals are watched from their first moment on: that is asked once a stage. */
static double
chance_at(fitting *f, const dd_spell *first)
{
    size_t stage = (size_t) first->stage;

    if (first->from_days != 0.0)
        return fmin(dd_rates_ever(&f->rates, stage, first->from_days), 1.0);
    if (isnan(f->fresh[stage]))
        f->fresh[stage] = fmin(dd_rates_ever(&f->rates, stage, 0.0), 1.0);
    return f->fresh[stage];
}

static void
add_deal(fitting *f, const dd_factors *self, const dd_past_deal *deal,
         const dd_spell *first)
{
    dd_day from = f->past->as_of - RECENT_DAYS;
    dd_levels levels = { { deal->first_owner, deal->segment, deal->kind, deal->source,
                           dd_factors_band(self, deal->first_amount) } };
    int recent = deal->created != DD_NO_MOMENT && dd_moment_day(deal->created) > from;

    f->ends[f->n] = (unsigned char) (deal->stage >= 0        ? 0
                                     : deal->stage == DD_WON ? 1
                                                             : 2);
    f->deals[f->n++] = (dd_alike){
        .levels = levels,
        .chance = chance_at(f, first),
        .deals = 1.0,
        .arrived = recent,
    };
    add_exits(f, deal, &levels);
}

static dd_status
collect(fitting *f, const dd_factors *self, dd_error *err)
{
    f->deals = malloc((f->past->n_deals + 1) * sizeof *f->deals);
    f->exits = malloc((f->past->n_spells + 1) * sizeof *f->exits);
    f->ends = malloc(f->past->n_deals + 1);
    if (!f->deals || !f->exits || !f->ends)
        return dd_error_no_memory(err);
    for (size_t s = 0; s < DD_MAX_STAGES; s++)
        f->fresh[s] = (double) NAN;
    for (size_t d = 0; d < f->past->n_deals; d++) {
        const dd_past_deal *deal = &f->past->deals[d];
        const dd_spell *first
            = deal->pipeline == f->pipeline ? first_watched(f->past, deal) : NULL;
        if (first)
            add_deal(f, self, deal, first);
    }
    return DD_OK;
}

/* Quarters of the amounts known when deals were first seen. */
static dd_status
set_bands(const fitting *f, dd_factors *self, dd_error *err)
{
    int64_t *known = malloc((2 * f->past->n_deals + 1) * sizeof *known), *sorted;
    size_t n = 0;

    if (!known)
        return dd_error_no_memory(err);
    for (size_t d = 0; d < f->past->n_deals; d++) {
        const dd_past_deal *deal = &f->past->deals[d];
        if (deal->pipeline == f->pipeline && deal->first_amount != DD_UNKNOWN_AMOUNT
            && deal->first_amount > 0)
            known[n++] = deal->first_amount;
    }
    sorted = dd_sort_integers(known, known + n, n);
    for (size_t b = 1; n > 0 && b < DD_AMOUNT_BANDS; b++)
        self->band[b - 1] = sorted[n * b / DD_AMOUNT_BANDS];
    free(known);
    return DD_OK;
}

/* ---- which columns are fit to be factors ---- */

/*
 * A column that is filled at the close tells the outcome: it is no factor unless it is
 * known for most deals, and about as often for those open, lost and won.
 */
static int
is_filled_alike(const fitting *f, dd_factor_kind kind)
{
    double n[3] = { 0 }, known[3] = { 0 }, all = 0.0, all_known = 0.0;

    for (size_t i = 0; i < f->n; i++) {
        n[f->ends[i]] += 1.0;
        known[f->ends[i]] += f->deals[i].levels.of[kind] >= 0;
    }
    for (int c = 0; c < 3; c++) {
        all += n[c];
        all_known += known[c];
    }
    for (int c = 0; c < 3; c++)
        if (n[c] >= LEAST_CLASS && fabs(known[c] / n[c] - all_known / all) > LIKE_SHARE)
            return 0;
    return all_known > 0.5 * all;
}

static size_t
levels_used(const fitting *f, dd_factor_kind kind)
{
    int32_t first = -1;

    for (size_t i = 0; i < f->n; i++) {
        int32_t level = f->deals[i].levels.of[kind];
        if (level >= 0 && first >= 0 && level != first)
            return 2;
        if (level >= 0)
            first = level;
    }
    return first >= 0;
}

static const char *
name_of(const dd_past *past, dd_factor_kind kind, size_t level)
{
    static const char *const band[DD_AMOUNT_BANDS] = { "1", "2", "3", "4" };
    const dd_names *names[]
        = { &past->owners, &past->segments, &past->kinds, &past->sources };

    return kind == DD_BY_AMOUNT ? band[level] : names[kind]->items[level];
}

static size_t
names_of(const dd_past *past, dd_factor_kind kind)
{
    const size_t n[DD_FACTORS] = { past->owners.n, past->segments.n, past->kinds.n,
                                   past->sources.n, DD_AMOUNT_BANDS };

    return n[kind];
}

static uint64_t
address_of(const fitting *f, dd_factor_kind kind, const char *name)
{
    uint64_t part[3] = { dd_hash(f->process->name, strlen(f->process->name)),
                         (uint64_t) kind, dd_hash(name, strlen(name)) };

    return dd_hash((const char *) part, sizeof part);
}

static dd_status
start_factor(const fitting *f, dd_factor *self, dd_factor_kind kind, dd_error *err)
{
    size_t n = names_of(f->past, kind);

    if (levels_used(f, kind) < 2 || !is_filled_alike(f, kind))
        return DD_OK;
    self->level = calloc(n, sizeof *self->level);
    if (!self->level)
        return dd_error_no_memory(err);
    self->n = n;
    for (size_t i = 0; i < n; i++)
        self->level[i].key = address_of(f, kind, name_of(f->past, kind, i));
    return DD_OK;
}

/* ---- backfitting ---- */

static void
drop_factor(dd_factor *self)
{
    free(self->level);
    memset(self, 0, sizeof *self);
}

static double
mean_of(const dd_factor *factor, int32_t level)
{
    return level >= 0 && (size_t) level < factor->n ? factor->level[level].mean : 0.0;
}

static void
sum_up(fitting *f, const dd_factors *self)
{
    for (size_t i = 0; i < f->n_exits; i++) {
        double sum = f->common;
        for (int k = 0; k < DD_FACTORS; k++)
            sum += mean_of(&self->factor[k], f->exits[i].levels.of[k]);
        f->exits[i].theta = exp(sum);
    }
}

/* A step of Newton's method for the common odds that make all exits likeliest. */
static double
common_step(const fitting *f, double times)
{
    double slope = 0.0, bend = 0.0;

    for (size_t i = 0; i < f->n_exits; i++) {
        const dd_seen_exit *exit = &f->exits[i];
        double before = dd_on_odds(exit->before, times * exit->theta);
        double after = dd_on_odds(exit->after, times * exit->theta);
        slope += after - before;
        bend += before * (1.0 - before) - after * (1.0 - after);
    }
    return bend > 0.0 ? fmax(fmin(slope / bend, 0.5), -0.5) : 0.0;
}

static void
fit_common(fitting *f)
{
    double sum = 0.0, step = 1.0, times;

    for (int turn = 0; turn < 20 && fabs(step) > 1e-4; turn++) {
        step = common_step(f, exp(sum));
        sum += step;
    }
    f->common += sum;
    times = exp(sum);
    for (size_t i = 0; i < f->n_exits; i++)
        f->exits[i].theta *= times;
}

/* @return how far the level that moved most has */
static double
fit_factor(fitting *f, dd_factors *self, dd_factor_kind kind, int may_drop)
{
    dd_factor *factor = &self->factor[kind];
    dd_odds_news news = { 0.0, 0.0 };

    if (dd_odds_glance(f->fitter, factor, kind, f->exits, f->n_exits) > 0.0)
        news = dd_odds_fit(f->fitter, factor, kind, f->exits, f->n_exits, 0.0);
    if (may_drop && news.evidence < f->least_evidence)
        drop_factor(factor);
    sum_up(f, self);
    fit_common(f);
    return news.moved;
}

/* None is dropped before all have been looked at: one may hide behind another. */
static void
backfit(fitting *f, dd_factors *self)
{
    double most = 1.0;

    sum_up(f, self);
    fit_common(f);
    for (int sweep = 0; sweep < SWEEPS && (sweep < 2 || most > SETTLED); sweep++) {
        most = 0.0;
        for (int k = 0; k < DD_FACTORS; k++)
            if (self->factor[k].n > 0)
                most = fmax(most, fit_factor(f, self, (dd_factor_kind) k, sweep > 0));
    }
}

/* ---- kinds of deals ---- */

static int
bin_of(double chance)
{
    double logit = log(fmax(chance, 1e-9) / (1.0 - chance));
    return (int) lround(BINS_PER_LOGIT * logit);
}

static int
compare_alike(const void *a, const void *b)
{
    const dd_alike *x = a, *y = b;
    int order = memcmp(&x->levels, &y->levels, sizeof x->levels);

    if (order != 0)
        return order;
    if (bin_of(x->chance) != bin_of(y->chance))
        return bin_of(x->chance) < bin_of(y->chance) ? -1 : 1;
    return (x->chance > y->chance) - (x->chance < y->chance);
}

static void
join_alike(dd_factors *self)
{
    size_t n = 0;

    for (size_t i = 0; i < self->n_alike; i++) {
        const dd_alike from = self->alike[i];
        dd_alike *to = &self->alike[n > 0 ? n - 1 : 0];
        if (n == 0 || memcmp(&to->levels, &from.levels, sizeof to->levels) != 0
            || bin_of(to->chance) != bin_of(from.chance)) {
            self->alike[n++] = from;
            continue;
        }
        to->chance = (to->deals * to->chance + from.chance) / (to->deals + 1.0);
        to->deals += 1.0;
        to->arrived += from.arrived;
    }
    self->n_alike = n;
}

/* Deals to come are like those of the last weeks, or like all where none came then. */
static void
set_alike(fitting *f, dd_factors *self)
{
    double recent = 0.0;

    for (size_t i = 0; i < f->n; i++)
        recent += f->deals[i].arrived;
    for (size_t i = 0; i < f->n; i++) {
        dd_alike *alike = &f->deals[i];
        alike->arrived = recent > 0.0 ? alike->arrived / recent : 1.0 / (double) f->n;
        for (int k = 0; k < DD_FACTORS; k++)
            if (self->factor[k].n == 0)
                alike->levels.of[k] = -1;
    }
    qsort(f->deals, f->n, sizeof *f->deals, compare_alike);
    self->alike = f->deals;
    self->n_alike = f->n;
    f->deals = NULL;
    join_alike(self);
}

/* ---- all of it ---- */

static dd_status
learn(fitting *f, dd_factors *self, dd_error *err)
{
    size_t most = 0;
    dd_status status = set_bands(f, self, err);

    if (!status)
        status = collect(f, self, err);
    for (int k = 0; !status && k < DD_FACTORS; k++) {
        status = start_factor(f, &self->factor[k], (dd_factor_kind) k, err);
        most = self->factor[k].n > most ? self->factor[k].n : most;
    }
    if (status || most == 0)
        return status;
    f->fitter = dd_odds_fitter_new(most);
    if (!f->fitter)
        return dd_error_no_memory(err);
    backfit(f, self);
    for (int k = 0; k < DD_FACTORS; k++)
        self->n += self->factor[k].n > 0;
    if (self->n > 0)
        set_alike(f, self);
    return DD_OK;
}

dd_status
dd_factors_learn(dd_factors *self, const dd_process *process, const dd_past *past,
                 int32_t pipeline, double least_evidence, dd_error *err)
{
    fitting f = { .past = past,
                  .process = process,
                  .pipeline = pipeline,
                  .least_evidence = least_evidence };
    dd_status status;

    memset(self, 0, sizeof *self);
    /* The deals layout tells owners and segments as they ended: after an earlier day. */
    if (past->layout == DD_DEALS && !past->present)
        return DD_OK;
    status = dd_rates_init(&f.rates, process, err);
    if (!status) {
        dd_rates_mean(&f.rates);
        status = learn(&f, self, err);
    }
    dd_odds_fitter_free(f.fitter);
    dd_rates_free(&f.rates);
    free(f.deals);
    free(f.ends);
    free(f.exits);
    if (status)
        dd_factors_free(self);
    return status;
}
