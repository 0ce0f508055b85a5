#include "answers/sample/sample.h"

#include "model/ever.h"

#include <math.h>
#include <string.h>

#define LONGEST_DAYS 1e7

/* The truth as model/ever.h reads it: a stage that resolves at once, by its shares. */
typedef struct {
    size_t n;
    dd_stage stage[DD_MAX_STAGES];
    int32_t to[DD_MAX_STAGES][DD_MAX_EXITS];
    double share[DD_MAX_STAGES][DD_MAX_EXITS];
} mixture;

static int
gather(mixture *self, const dd_funnel *truth)
{
    memset(self, 0, sizeof(*self));
    self->n = truth->pipelines[0].n_stages;
    if (self->n > DD_MAX_STAGES)
        return -1;
    for (size_t s = 0; s < self->n; s++) {
        const dd_stage_belief *belief = dd_sample_belief(truth, s);
        if (belief->n_exits > DD_MAX_EXITS)
            return -1;
        for (size_t j = 0; j < belief->n_exits; j++) {
            self->to[s][j] = dd_sample_exit(truth, belief->exits[j].to);
            self->share[s][j] = belief->exits[j].share;
        }
        self->stage[s].exits = belief->n_exits;
        self->stage[s].to = self->to[s];
        self->stage[s].rate = self->share[s];
    }
    return 0;
}

/* Share of those who leave that has left by then. */
static double
left_by(const dd_stage_belief *belief, double days)
{
    double left = 0.0, all = 0.0;

    for (size_t j = 0; j < belief->n_exits; j++) {
        left += belief->exits[j].share
                * (1.0 - dd_law_survival(&belief->exits[j].days, days));
        all += belief->exits[j].share;
    }
    return all > 0.0 ? left / all : 0.0;
}

/* Quantile of a mixture of laws, by halving an interval that holds it. */
static double
dwell_quantile(const dd_stage_belief *belief, double q)
{
    double low = 0.0, high = 1.0;

    while (left_by(belief, high) < q && high < LONGEST_DAYS)
        high *= 2.0;
    if (high >= LONGEST_DAYS)
        return (double) NAN;
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (left_by(belief, middle) < q)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static const char *
law_name(dd_law_kind kind)
{
    static const char *const names[]
        = { "exponential", "weibull", "lognormal", "fixed" };
    return names[kind];
}

static void
describe_exits(dd_doc *doc, dd_doc_node *stage, const dd_stage_belief *belief)
{
    dd_doc_node *list = dd_doc_list(doc, stage, "exits");

    for (size_t j = 0; j < belief->n_exits; j++) {
        const dd_exit_belief *exit = &belief->exits[j];
        dd_doc_node *item = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, item, "to", exit->to);
        dd_doc_chance(doc, item, "share", exit->share);
        dd_doc_text(doc, item, "law", law_name(exit->days.kind));
        dd_doc_number(doc, item, "median_days", dd_law_quantile(&exit->days, 0.5));
    }
}

/* Where those who enter the stage go: on, back, lost, nowhere. */
static void
describe_shares(dd_doc *doc, dd_doc_node *item, const mixture *m, size_t s)
{
    double on = 0.0, back = 0.0, lost = 0.0;

    for (size_t j = 0; j < m->stage[s].exits; j++) {
        int32_t to = m->to[s][j];
        if (to == DD_LOST)
            lost += m->share[s][j];
        else if (to == DD_WON || to > (int32_t) s)
            on += m->share[s][j];
        else
            back += m->share[s][j];
    }
    dd_doc_chance(doc, item, "step_rate", on);
    dd_doc_chance(doc, item, "back", back);
    dd_doc_chance(doc, item, "lost", lost);
    dd_doc_chance(doc, item, "never", fmax(0.0, 1.0 - on - back - lost));
}

static void
describe_stages(dd_doc *doc, const dd_funnel *truth, const mixture *m)
{
    dd_doc_node *list;
    double win[DD_MAX_STAGES];

    dd_stages_ever(m->stage, m->n, DD_WON, win);
    dd_doc_chance(doc, doc->root, "win_rate", win[0]);
    list = dd_doc_list(doc, doc->root, "stages");
    for (size_t s = 0; s < m->n; s++) {
        const dd_stage_belief *belief = dd_sample_belief(truth, s);
        dd_doc_node *item = dd_doc_object(doc, list, NULL), *dwell;
        dd_doc_text(doc, item, "name", belief->stage);
        dd_doc_chance(doc, item, "win_rate", win[s]);
        describe_shares(doc, item, m, s);
        dwell = dd_doc_object(doc, item, "dwell_days");
        dd_doc_number(doc, dwell, "p25", dwell_quantile(belief, 0.25));
        dd_doc_number(doc, dwell, "p50", dwell_quantile(belief, 0.50));
        dd_doc_number(doc, dwell, "p75", dwell_quantile(belief, 0.75));
        describe_exits(doc, item, belief);
    }
}

static void
describe_company(dd_doc *doc, const dd_sample *self)
{
    const dd_sample_truth *sample = &self->truth->sample;
    dd_doc_node *root = doc->root, *list, *amount;

    dd_doc_count(doc, root, "seed", (int64_t) sample->seed);
    dd_doc_day(doc, root, "from", sample->from);
    dd_doc_day(doc, root, "to", sample->to);
    dd_doc_count(doc, root, "deals", (int64_t) self->n_deals);
    if (self->truth->currency != NULL)
        dd_doc_text(doc, root, "currency", self->truth->currency);
    dd_doc_number(doc, root, "new_deals_per_rep_week", sample->new_deals_per_rep_week);
    list = dd_doc_list(doc, root, "reps");
    for (size_t i = 0; i < sample->n_reps; i++) {
        dd_doc_node *item = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, item, "owner", sample->reps[i].owner);
        if (sample->reps[i].team != NULL)
            dd_doc_text(doc, item, "team", sample->reps[i].team);
    }
    list = dd_doc_list(doc, root, "segments");
    for (size_t i = 0; i < sample->n_segments; i++) {
        dd_doc_node *item = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, item, "name", sample->segments[i].name);
        dd_doc_chance(doc, item, "share", sample->segments[i].share);
    }
    amount = dd_doc_object(doc, root, "amount");
    dd_doc_money(doc, amount, "median", sample->amount.a);
    dd_doc_number(doc, amount, "log_sd", sample->amount.b);
    dd_doc_money(doc, amount, "mean", dd_law_mean(&sample->amount));
}

dd_status
dd_sample_describe(const dd_sample *self, dd_doc *doc, dd_error *err)
{
    mixture m;

    if (gather(&m, self->truth))
        return dd_error_add(err, DD_EDATA, NULL, NULL, "at most 64",
                            "there are too many stages or exits");
    describe_company(doc, self);
    describe_stages(doc, self->truth, &m);
    return doc->failed ? dd_error_no_memory(err) : DD_OK;
}
