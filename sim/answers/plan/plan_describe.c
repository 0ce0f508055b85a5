/* The plan in keys. */
#include "answers/plan/plan_words.h"

#include <math.h>
#include <stdio.h>

static const char *const unit_keys[] = { "deals", "opportunities", "visits", "leads" };

static void
put_count(dd_doc *doc, dd_doc_node *node, const char *key, double count)
{
    if (isnan(count))
        dd_doc_null(doc, node, key);
    else
        dd_doc_count(doc, node, key, llround(count));
}

static void
describe_rung(const dd_plan_rung *rung, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    double on_open = isnan(rung->visits_open) ? 0.0 : rung->visits_open;
    char key[48];
    dd_doc_share(doc, node, "confidence", rung->confidence);
    dd_doc_ratio(doc, node, "effort", rung->effort);
    for (int u = 0; u < DD_EFFORT_UNITS; u++) {
        put_count(doc, node, unit_keys[u],
                  rung->need[u] + (u == DD_IN_VISITS ? on_open : 0.0));
        snprintf(key, sizeof key, "%s_mcse", unit_keys[u]);
        dd_doc_number(doc, node, key, rung->mcse[u]);
    }
    put_count(doc, node, "visits_new", rung->need[DD_IN_VISITS]);
    put_count(doc, node, "visits_open", rung->visits_open);
    put_count(doc, node, "visits_per_rep_week", rung->visits_per_rep_week);
    put_count(doc, node, "leads_per_rep_week", rung->leads_per_rep_week);
    dd_doc_text(doc, node, "reason", rung->reason);
}

static void
describe_reps(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "by_rep");
    for (size_t i = 0; i < self->n_reps; i++) {
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "owner", self->reps[i].owner);
        put_count(doc, node, "visits_per_week", self->reps[i].visits_per_week);
        put_count(doc, node, "leads_per_week", self->reps[i].leads_per_week);
    }
}

static void
describe_coverage(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "by_segment");
    for (size_t i = 0; i < self->n_coverage; i++) {
        const dd_plan_coverage *coverage = &self->coverage[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "name", coverage->name ? coverage->name : "all");
        dd_doc_ratio(doc, node, "coverage", coverage->coverage);
        dd_doc_ratio(doc, node, "coverage_average", coverage->average);
        dd_doc_ratio(doc, node, "now", coverage->now);
    }
}

static const char *
source_of(dd_rule_source by)
{
    static const char *const words[]
        = { "none", "scenario", "preset", "funnel file", "file of reps" };
    return words[by];
}

static void
describe_headcount(const dd_headcount *self, dd_doc *doc)
{
    dd_doc_node *node = dd_doc_object(doc, doc->root, "solve"), *list;
    dd_doc_text(doc, node, "lever", "headcount");
    dd_doc_day(doc, node, "from", self->from);
    dd_doc_count(doc, node, "trials", (int64_t) self->trials);
    dd_doc_count(doc, node, "reps_now", (int64_t) self->reps_now);
    dd_doc_text(doc, node, "ramp_by", source_of(self->ramp_by));
    list = dd_doc_list(doc, node, "ramp");
    for (size_t m = 0; m < self->n_ramp; m++)
        dd_doc_share(doc, list, NULL, self->ramp[m]);
    dd_doc_count(doc, node, "furthest", self->furthest);
    list = dd_doc_list(doc, node, "ladder");
    for (size_t i = 0; i < self->n_rungs; i++) {
        const dd_headcount_rung *rung = &self->rungs[i];
        node = dd_doc_object(doc, list, NULL);
        dd_doc_share(doc, node, "confidence", rung->confidence);
        put_count(doc, node, "hires",
                  rung->hires < 0 ? (double) NAN : (double) rung->hires);
        dd_doc_chance(doc, node, "p_target", rung->p_target);
        dd_doc_chance(doc, node, "p_target_mcse", rung->p_target_mcse);
        dd_doc_text(doc, node, "reason", *rung->reason ? rung->reason : NULL);
    }
}

static void
describe_solved(const dd_plan *self, dd_doc *doc)
{
    const dd_solved *solved = &self->solved;
    dd_doc_node *node;
    if (self->headcount.n_rungs > 0) {
        describe_headcount(&self->headcount, doc);
        return;
    }
    if (!self->has_solved) {
        dd_doc_null(doc, doc->root, "solve");
        return;
    }
    node = dd_doc_object(doc, doc->root, "solve");
    dd_doc_text(doc, node, "lever", dd_lever_name(solved->lever));
    dd_doc_ratio(doc, node, "factor", solved->factor);
    dd_doc_share(doc, node, "change", solved->factor - 1.0);
    dd_doc_chance(doc, node, "p_target", solved->p_target);
    dd_doc_chance(doc, node, "p_target_mcse", solved->p_target_mcse);
    dd_doc_ratio(doc, node, "furthest", solved->furthest);
    dd_doc_text(doc, node, "reason",
                isnan(solved->factor) ? "not even the furthest that was tried is enough"
                                      : NULL);
}

static void
describe_move_deal(const dd_move_deal *move, double now, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    char what[256];
    snprintf(what, sizeof what, "%s %s", move->id, move->name ? move->name : "");
    dd_doc_text(doc, node, "kind", "deal");
    dd_doc_text(doc, node, "what", what);
    dd_doc_text(doc, node, "deal_id", move->id);
    dd_doc_text(doc, node, "name", move->name);
    dd_doc_text(doc, node, "owner", move->owner);
    dd_doc_null(doc, node, "lever");
    dd_doc_null(doc, node, "pipeline");
    dd_doc_text(doc, node, "stage", move->stage);
    dd_doc_text(doc, node, "change", "won");
    dd_doc_money_exact(doc, node, "amount", move->amount);
    dd_doc_chance(doc, node, "p_won", move->p_won);
    dd_doc_chance(doc, node, "p_target", now + move->p_target_won);
    dd_doc_points(doc, node, "p_target_change", move->p_target_won);
    dd_doc_points(doc, node, "mcse", move->p_target_won_mcse);
    dd_doc_chance(doc, node, "p_target_lost", now + move->p_target_lost);
    dd_doc_points(doc, node, "lost_mcse", move->p_target_lost_mcse);
}

static void
describe_move_lever(const dd_whatif_lever *lever, double now, dd_doc *doc,
                    dd_doc_node *list)
{
    static const char *const none[] = { "deal_id", "name", "owner" };
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    char change[48];
    dd_doc_text(doc, node, "kind", "lever");
    dd_doc_text(doc, node, "what", dd_lever_name(lever->lever));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        dd_doc_null(doc, node, none[i]);
    dd_doc_text(doc, node, "lever", dd_lever_name(lever->lever));
    dd_doc_text(doc, node, "pipeline", lever->pipeline);
    dd_doc_text(doc, node, "stage", lever->stage);
    dd_doc_text(doc, node, "change",
                dd_change_format(&lever->change, lever->lever, change));
    dd_doc_null(doc, node, "amount");
    dd_doc_null(doc, node, "p_won");
    dd_doc_chance(doc, node, "p_target", now + lever->p_target_change);
    dd_doc_points(doc, node, "p_target_change", lever->p_target_change);
    dd_doc_points(doc, node, "mcse", lever->mcse);
    dd_doc_null(doc, node, "p_target_lost");
    dd_doc_null(doc, node, "lost_mcse");
}

static void
describe_moves(const dd_plan *self, dd_doc *doc)
{
    const dd_moves *moves = &self->moves;
    dd_doc_node *list = dd_doc_list(doc, doc->root, "moves");
    for (size_t i = 0; i < moves->n_deals; i++)
        describe_move_deal(&moves->deals[i], moves->p_now, doc, list);
    for (size_t i = 0; i < moves->n_levers; i++)
        describe_move_lever(&moves->levers[i], moves->p_now, doc, list);
}

static void
describe_quotas(const dd_plan *self, dd_doc *doc)
{
    const dd_quotas *quotas = &self->quotas;
    dd_doc_node *list = dd_doc_list(doc, doc->root, "quotas");
    for (size_t i = 0; i < quotas->n; i++) {
        const dd_quota *quota = &quotas->items[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "owner", quota->owner);
        dd_doc_money_exact(doc, node, "quota", quota->quota);
        dd_doc_chance(doc, node, "p_attain", quota->p_attain);
        dd_doc_chance(doc, node, "p_attain_mcse", quota->p_attain_mcse);
        dd_doc_money(doc, node, "expected", quota->expected);
        dd_doc_ratio(doc, node, "balance", quota->balance);
        dd_doc_money_exact(doc, node, "quota_now", quota->quota_now);
        dd_doc_chance(doc, node, "p_attain_now", quota->p_attain_now);
    }
}

static void
describe_reach(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "reach");
    for (size_t i = 0; i < 3 && self->unit; i++) {
        const dd_plan_reach *reach = &self->reach[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "unit", self->unit);
        dd_doc_share(doc, node, "share", reach->share);
        dd_doc_number(doc, node, "per_rep_week", reach->per_rep_week);
        put_count(doc, node, "in_all", reach->in_all);
        dd_doc_chance(doc, node, "p_target", reach->p_target);
        dd_doc_chance(doc, node, "p_target_mcse", reach->p_target_mcse);
    }
}

/* The week by its ISO label, as programs read it, and its last useful day. */
static void
put_last_useful(dd_doc *doc, dd_doc_node *root, dd_day day)
{
    if (day == DD_NO_DAY)
        dd_doc_null(doc, root, "last_useful_week");
    else
        dd_doc_text(doc, root, "last_useful_week", dd_period_of(day, DD_WEEK, 1).label);
    dd_doc_day(doc, root, "last_useful_day", day);
}

static void
describe_all(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *root = doc->root, *done;
    dd_doc_text(doc, root, "period", self->period.label);
    dd_doc_money_exact(doc, root, "target", self->target);
    if (self->target_deals > 0)
        dd_doc_count(doc, root, "target_deals", self->target_deals);
    else
        dd_doc_null(doc, root, "target_deals");
    dd_doc_chance(doc, root, "p_hit_now", self->p_hit_now);
    dd_doc_chance(doc, root, "p_hit_now_mcse", self->p_hit_now_mcse);
    dd_doc_chance(doc, root, "p_without_effort", self->p_idle);
    dd_doc_money_exact(doc, root, "booked", self->booked);
    dd_doc_count(doc, root, "won", self->booked_wins);
    dd_doc_money(doc, root, "by_itself", self->open);
    put_last_useful(doc, root, self->last_useful_day);
    dd_doc_number(doc, root, "rep_weeks", self->rep_weeks);
    dd_doc_number(doc, root, "usual_visits_per_rep_week", self->usual_visits);
    done = dd_doc_object(doc, root, "done");
    put_count(doc, done, "visits", self->done_visits);
    put_count(doc, done, "leads", self->done_leads);
    put_count(doc, done, "opportunities", self->done_opportunities);
}

void
dd_plan_describe(const dd_plan *self, const dd_notes *notes, dd_doc *doc)
{
    dd_doc_node *rungs;
    const dd_doc_node *asked;
    char path[32];

    dd_doc_day(doc, doc->root, "as_of", self->as_of);
    dd_doc_text(doc, doc->root, "currency", self->currency);
    dd_doc_count(doc, doc->root, "trials", (int64_t) self->trials);
    dd_doc_warnings(doc, notes);
    describe_all(self, doc);
    rungs = dd_doc_list(doc, doc->root, "ladder");
    for (size_t i = 0; i < self->n_rungs; i++)
        describe_rung(&self->rungs[i], doc, rungs);
    describe_reps(self, doc);
    describe_coverage(self, doc);
    describe_solved(self, doc);
    describe_quotas(self, doc);
    describe_moves(self, doc);
    describe_reach(self, doc);
    if (doc->failed)
        return;
    snprintf(path, sizeof path, "ladder.%zu", self->asked);
    asked = dd_doc_get(doc->root, path);
    dd_plan_say(self, doc, asked);
    dd_doc_say(doc, NULL,
               self->currency != NULL
                   ? "As of {as_of}, amounts in {currency}, {trials} trials."
                   : "As of {as_of}, {trials} trials.");
}
