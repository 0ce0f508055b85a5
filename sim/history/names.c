#include "history/assemble.h"

#include <stdlib.h>
#include <string.h>

#define NEVER INT64_MAX

/** A word and when it was first used. */
typedef struct {
    const char *word;
    dd_moment since;
    int32_t number;
} used_name;

static int
compare_use(const void *a, const void *b)
{
    const used_name *x = a, *y = b;

    if (x->since != y->since)
        return x->since < y->since ? -1 : 1;
    return strcmp(x->word, y->word);
}

/** A list being ranked: when each was first used, then the place of each. */
typedef struct {
    const dd_table *table;
    used_name *names;
    int *used;
    int32_t *place;
} ranking;

static void
ranking_free(ranking *self)
{
    free(self->names);
    free(self->used);
    free(self->place);
}

static int
ranking_init(ranking *self, const dd_table *table)
{
    self->table = table;
    self->names = malloc((table->n + 1) * sizeof(*self->names));
    self->used = calloc(table->n + 1, sizeof(*self->used));
    self->place = malloc((table->n + 1) * sizeof(*self->place));
    if (!self->names || !self->used || !self->place)
        return -1;
    for (size_t i = 0; i < table->n; i++)
        self->names[i] = (used_name){ table->items[i], NEVER, (int32_t) i };
    return 0;
}

static void
use(ranking *self, int32_t number, dd_moment at)
{
    if (number < 0)
        return;
    self->used[number] = 1;
    if (at < self->names[number].since)
        self->names[number].since = at;
}

/* Order by first use, the never used left out. */
static dd_status
ranking_close(ranking *self, dd_arena *arena, dd_names *names)
{
    size_t n = 0;

    qsort(self->names, self->table->n, sizeof(*self->names), compare_use);
    names->items = dd_arena_alloc(arena, (self->table->n + 1) * sizeof(*names->items));
    if (!names->items)
        return DD_ENOMEM;
    for (size_t i = 0; i < self->table->n; i++) {
        int32_t number = self->names[i].number;
        self->place[number] = -1;
        if (!self->used[number])
            continue;
        self->place[number] = (int32_t) n;
        names->items[n++] = self->names[i].word;
    }
    names->n = n;
    return DD_OK;
}

static void
move(const ranking *self, int32_t *number)
{
    if (*number >= 0)
        *number = self->place[*number];
}

enum { OWNERS, SEGMENTS, KINDS, SOURCES, PIPELINES, LISTS };

static void
use_deal(ranking *lists, const dd_deal *deal, const dd_entry *entries, int pipelines)
{
    dd_moment since = deal->n > 0 ? entries[deal->first].known : NEVER;

    use(&lists[SEGMENTS], deal->segment, since);
    use(&lists[KINDS], deal->kind, since);
    use(&lists[SOURCES], deal->source, since);
    if (pipelines)
        use(&lists[PIPELINES], deal->pipeline, since);
    use(&lists[OWNERS], deal->owner_now, since);
    for (size_t i = deal->first; i < deal->first + deal->n; i++)
        use(&lists[OWNERS], entries[i].owner, entries[i].known);
}

static void
move_deal(const ranking *lists, dd_deal *deal, dd_entry *entries, int pipelines)
{
    move(&lists[SEGMENTS], &deal->segment);
    move(&lists[KINDS], &deal->kind);
    move(&lists[SOURCES], &deal->source);
    move(&lists[OWNERS], &deal->owner_now);
    if (pipelines)
        move(&lists[PIPELINES], &deal->pipeline);
    for (size_t i = deal->first; i < deal->first + deal->n; i++)
        move(&lists[OWNERS], &entries[i].owner);
}

/* Without pipelines in the file there is one, named so. */
static dd_status
make_pipelines(dd_intake *self, const dd_names *names)
{
    dd_history *history = self->history;

    history->n_pipelines = names->n;
    history->pipelines
        = dd_arena_alloc(history->arena, (names->n + 1) * sizeof(*history->pipelines));
    if (!history->pipelines)
        return DD_ENOMEM;
    for (size_t p = 0; p < names->n; p++)
        history->pipelines[p]
            = (dd_pipeline){ .name = *names->items[p] ? names->items[p] : "Pipeline" };
    return DD_OK;
}

static dd_status
rank(dd_intake *self, ranking *lists)
{
    dd_history *h = self->history;
    const int inferred = self->funnel->n_pipelines == 0;
    dd_names pipelines = { 0 };

    for (size_t d = 0; d < h->n_deals; d++)
        use_deal(lists, &h->deals[d], h->entries, inferred);
    if (ranking_close(&lists[OWNERS], h->arena, &h->owners)
        || ranking_close(&lists[SEGMENTS], h->arena, &h->segments)
        || ranking_close(&lists[KINDS], h->arena, &h->kinds)
        || ranking_close(&lists[SOURCES], h->arena, &h->sources)
        || (inferred && ranking_close(&lists[PIPELINES], h->arena, &pipelines))
        || (inferred && make_pipelines(self, &pipelines)))
        return DD_ENOMEM;
    for (size_t d = 0; d < h->n_deals; d++)
        move_deal(lists, &h->deals[d], h->entries, inferred);
    return DD_OK;
}

dd_status
dd_assemble_names(dd_intake *self)
{
    const dd_table *tables[LISTS] = {
        &self->owners,  &self->segments,       &self->kinds,
        &self->sources, &self->pipeline_words,
    };
    ranking lists[LISTS] = { 0 };
    dd_status status = DD_OK;

    for (int i = 0; i < LISTS; i++)
        if (ranking_init(&lists[i], tables[i]))
            status = DD_ENOMEM;
    if (status == DD_OK)
        status = rank(self, lists);
    for (int i = 0; i < LISTS; i++)
        ranking_free(&lists[i]);
    return status ? dd_error_no_memory(self->err) : DD_OK;
}
