#include "history/order.h"

#include <stdlib.h>
#include <string.h>

/** The votes of one pipeline. */
typedef struct {
    size_t n;
    const char **name;
    uint64_t
        *before; /* n x n: deals that saw the row's stage first, then the column's */
    dd_moment *since; /* first seen; INT64_MAX never */
    int32_t *visited; /* of the deal that votes, n_visited of them */
    size_t *voter;    /* per stage: the last deal that visited it, + 1 */
    size_t n_visited;
    int64_t *score;
} ballot;

static void
ballot_free(ballot *self)
{
    free(self->before);
    free(self->since);
    free(self->visited);
    free(self->voter);
    free(self->score);
}

static int
ballot_init(ballot *self, const dd_pipeline *pipeline)
{
    const size_t n = pipeline->n_stages;

    self->n = n;
    self->name = pipeline->stages;
    self->before = calloc(n * n + 1, sizeof(*self->before));
    self->since = malloc((n + 1) * sizeof(*self->since));
    self->visited = malloc((n + 1) * sizeof(*self->visited));
    self->voter = calloc(n + 1, sizeof(*self->voter));
    self->score = calloc(n + 1, sizeof(*self->score));
    if (!self->before || !self->since || !self->visited || !self->voter || !self->score)
        return -1;
    for (size_t s = 0; s < n; s++)
        self->since[s] = INT64_MAX;
    return 0;
}

static void
visit(ballot *self, size_t deal, int32_t stage, dd_moment at)
{
    if (at < self->since[stage])
        self->since[stage] = at;
    if (self->voter[stage] == deal + 1)
        return;
    self->voter[stage] = deal + 1;
    for (size_t v = 0; v < self->n_visited; v++)
        self->before[(size_t) self->visited[v] * self->n + (size_t) stage]++;
    self->visited[self->n_visited++] = stage;
}

/* On its last day the deals layout shows where its open deals stand. */
static void
show(ballot *ballots, const dd_history *history)
{
    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        if (deal->stage_now >= 0)
            ballots[deal->pipeline].since[deal->stage_now] = INT64_MIN;
    }
}

static void
vote(ballot *ballots, const dd_history *history, dd_moment until)
{
    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        const dd_entry *entry = history->entries + deal->first;
        ballot *self = &ballots[deal->pipeline];
        self->n_visited = 0;
        for (size_t i = 0; i < deal->n && entry[i].known < until; i++)
            if (entry[i].stage >= 0)
                visit(self, d, entry[i].stage, entry[i].at);
    }
    if (history->layout == DD_DEALS && until >= dd_day_end(history->last_day))
        show(ballots, history);
}

/* Positive when the majority saw a before b. */
static int
majority(const ballot *self, int32_t a, int32_t b)
{
    uint64_t ab = self->before[(size_t) a * self->n + (size_t) b];
    uint64_t ba = self->before[(size_t) b * self->n + (size_t) a];

    return (ab > ba) - (ab < ba);
}

static int
stands_before(const ballot *self, int32_t a, int32_t b)
{
    if (self->score[a] != self->score[b])
        return self->score[a] > self->score[b];
    if (self->since[a] != self->since[b])
        return self->since[a] < self->since[b];
    return strcmp(self->name[a], self->name[b]) < 0;
}

static void
sort_by_score(ballot *self, int32_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            self->score[order[i]] += majority(self, order[i], order[j]);
    for (size_t i = 1; i < n; i++) {
        int32_t stage = order[i];
        size_t j = i;
        for (; j > 0 && stands_before(self, stage, order[j - 1]); j--)
            order[j] = order[j - 1];
        order[j] = stage;
    }
}

/* Each exchange satisfies a majority more and none less, so this ends. */
static void
exchange_neighbours(const ballot *self, int32_t *order, size_t n)
{
    for (size_t i = 1; i < n;) {
        if (majority(self, order[i], order[i - 1]) <= 0) {
            i++;
            continue;
        }
        int32_t stage = order[i];
        order[i] = order[i - 1];
        order[i - 1] = stage;
        i -= i > 1;
    }
}

static int
count_votes(ballot *self, const dd_pipeline *pipeline, dd_stage_order *result)
{
    const size_t given = pipeline->n_given;

    result->n = 0;
    result->order = malloc((self->n + 1) * sizeof(*result->order));
    result->place = malloc((self->n + 1) * sizeof(*result->place));
    if (!result->order || !result->place)
        return -1;
    for (size_t s = 0; s < self->n; s++) {
        result->place[s] = -1;
        if (s < given || self->since[s] != INT64_MAX)
            result->order[result->n++] = (int32_t) s;
    }
    if (given == 0) {
        sort_by_score(self, result->order, result->n);
        exchange_neighbours(self, result->order, result->n);
    }
    for (size_t i = 0; i < result->n; i++)
        result->place[result->order[i]] = (int32_t) i;
    return 0;
}

dd_status
dd_stage_orders(dd_stage_order *orders, const dd_history *history, dd_moment until,
                dd_error *err)
{
    const size_t n = history->n_pipelines;
    ballot *ballots = calloc(n + 1, sizeof(*ballots));
    int failed = !ballots;

    memset(orders, 0, n * sizeof(*orders));
    for (size_t p = 0; p < n && !failed; p++)
        failed = ballot_init(&ballots[p], &history->pipelines[p]);
    if (!failed)
        vote(ballots, history, until);
    for (size_t p = 0; p < n && !failed; p++)
        failed = count_votes(&ballots[p], &history->pipelines[p], &orders[p]);
    for (size_t p = 0; ballots && p < n; p++)
        ballot_free(&ballots[p]);
    free(ballots);
    return failed ? dd_error_no_memory(err) : DD_OK;
}

void
dd_stage_orders_free(dd_stage_order *orders, size_t n_pipelines)
{
    for (size_t p = 0; orders && p < n_pipelines; p++) {
        free(orders[p].order);
        free(orders[p].place);
    }
}
