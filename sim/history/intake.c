#include "history/intake.h"

#include "base/rng.h"
#include "base/text.h"
#include "history/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
dd_intake_room(void **items, size_t *room, size_t n, size_t size)
{
    size_t wider = *room ? *room + *room / 2 : 64;
    void *moved;

    if (n < *room)
        return 0;
    moved = wider > SIZE_MAX / size ? NULL : realloc(*items, wider * size);
    if (!moved)
        return -1;
    *items = moved;
    *room = wider;
    return 0;
}

/* Number of a cell's word, -1 for an empty cell. */
static dd_status
number_of(dd_intake *self, dd_table *table, const char *word, int32_t *found)
{
    *found = -1;
    if (!word)
        return DD_OK;
    *found = dd_table_add(table, self->history->arena, word);
    return *found < 0 ? dd_error_no_memory(self->err) : DD_OK;
}

dd_status
dd_intake_owner(dd_intake *self, const dd_row *row, int32_t *found)
{
    return number_of(self, &self->owners, row->owner, found);
}

/* The stage's number by its word without case and blanks, and its place in every list
 * of the funnel. */
static dd_status
learn_stage(dd_intake *self, const char *word, dd_intake_word *learnt)
{
    const dd_funnel *funnel = self->funnel;
    char key[256];
    void *labels = self->labels;
    size_t n = self->stage_keys.n;

    if (dd_word_key(word, strlen(word), key, sizeof(key)) == (size_t) -1)
        snprintf(key, sizeof(key), "%.255s", word);
    if (dd_intake_room(&labels, &self->labels_room, n, sizeof(*self->labels)))
        return dd_error_no_memory(self->err);
    self->labels = labels;
    if (number_of(self, &self->stage_keys, key, &learnt->number))
        return DD_ENOMEM;
    if (self->stage_keys.n > n)
        self->labels[n] = self->stage_words.items[self->stage_words.n - 1];
    learnt->given = dd_arena_alloc(self->history->arena,
                                   (funnel->n_pipelines + 1) * sizeof(*learnt->given));
    if (!learnt->given)
        return dd_error_no_memory(self->err);
    for (size_t p = 0; p < funnel->n_pipelines; p++) {
        const dd_pipeline_names *list = &funnel->pipelines[p];
        learnt->given[p] = -1;
        for (size_t s = list->n_stages; s-- > 0;)
            if (dd_same_word(list->stages[s], word))
                learnt->given[p] = (int32_t) s;
    }
    return DD_OK;
}

static dd_status
too_many(dd_intake *self, const char *what, const char *word, size_t most)
{
    const dd_place place = { .file = self->path };

    return dd_error_add(self->err, DD_EDATA, &place, word, NULL,
                        "more than %zu different %s: is this the right column?", most,
                        what);
}

dd_status
dd_intake_stage(dd_intake *self, const char *word, const dd_intake_word **found)
{
    size_t n = self->stage_words.n;
    void *words = self->words;
    int32_t number;

    if (dd_intake_room(&words, &self->words_room, n, sizeof(*self->words)))
        return dd_error_no_memory(self->err);
    self->words = words;
    if (number_of(self, &self->stage_words, word, &number))
        return DD_ENOMEM;
    *found = &self->words[number];
    if (self->stage_words.n == n)
        return DD_OK;
    if (n >= 2 * DD_MOST_STAGE_WORDS)
        return too_many(self, "stages", word, DD_MOST_STAGE_WORDS);
    self->words[n] = (dd_intake_word){ .end = dd_end_of_word(self->funnel, word) };
    if (self->words[n].end != DD_STILL)
        return DD_OK;
    if (learn_stage(self, word, &self->words[n]))
        return DD_ENOMEM;
    if (self->stage_keys.n > DD_MOST_STAGE_WORDS)
        return too_many(self, "stages", word, DD_MOST_STAGE_WORDS);
    return DD_OK;
}

/* A funnel with one list serves every row; with several, a row must name its own. */
static int32_t
given_pipeline(const dd_funnel *funnel, const char *word)
{
    for (size_t p = 0; p < funnel->n_pipelines; p++)
        if (funnel->pipelines[p].name && dd_same_word(funnel->pipelines[p].name, word))
            return (int32_t) p;
    if (funnel->n_pipelines != 1)
        return -1;
    return !funnel->pipelines[0].name || !*funnel->pipelines[0].name || !*word ? 0 : -1;
}

static dd_status
refuse_pipeline(dd_intake *self, const dd_row *row)
{
    const char *word = row->pipeline ? row->pipeline : "";
    char reason[512];
    const dd_row_refusal refusal = {
        .line = row->line,
        .column = "pipeline",
        .value = word,
        .code = "unknown_pipeline",
        .reason = reason,
    };

    snprintf(reason, sizeof(reason), "pipeline '%.200s' is not among the funnel's",
             word);
    return dd_intake_refuse(self, self->file, &refusal);
}

dd_status
dd_intake_pipeline(dd_intake *self, const dd_row *row, int32_t *found, int *refused)
{
    const char *word = row->pipeline ? row->pipeline : "";
    size_t n = self->pipeline_words.n;
    void *given = self->given_pipeline;
    int32_t number;

    if (dd_intake_room(&given, &self->given_room, n, sizeof(*self->given_pipeline)))
        return dd_error_no_memory(self->err);
    self->given_pipeline = given;
    if (number_of(self, &self->pipeline_words, word, &number))
        return DD_ENOMEM;
    if (self->pipeline_words.n > DD_MAX_PIPELINES)
        return too_many(self, "pipelines", word, DD_MAX_PIPELINES);
    if (self->pipeline_words.n > n)
        self->given_pipeline[n] = given_pipeline(self->funnel, word);
    *refused = 0;
    *found = number;
    if (self->funnel->n_pipelines == 0)
        return DD_OK;
    *found = self->given_pipeline[number];
    *refused = *found < 0;
    return *refused ? refuse_pipeline(self, row) : DD_OK;
}

static dd_status
refuse_stage(dd_intake *self, const dd_row *row, const dd_pipeline_names *list)
{
    const char *meant = dd_did_you_mean(row->stage, (const char *const *) list->stages,
                                        list->n_stages);
    char reason[512];
    const dd_row_refusal refusal = {
        .line = row->line,
        .column = "stage",
        .value = row->stage,
        .code = "unknown_stage",
        .reason = reason,
    };

    snprintf(reason, sizeof(reason),
             "stage '%.150s' is not among the funnel's stages%s%.150s%s", row->stage,
             meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    return dd_intake_refuse(self, self->file, &refusal);
}

dd_status
dd_intake_place(dd_intake *self, const dd_row *row, const dd_intake_word *word,
                int32_t pipeline, int32_t *found, int *refused)
{
    *refused = 0;
    *found = word->number;
    if (self->funnel->n_pipelines == 0)
        return DD_OK;
    *found = word->given[pipeline];
    *refused = *found < 0;
    return *refused ? refuse_stage(self, row, &self->funnel->pipelines[pipeline])
                    : DD_OK;
}

dd_status
dd_intake_deal(dd_intake *self, const char *id, uint32_t *found, int *fresh)
{
    dd_history *history = self->history;
    void *deals = history->deals, *spans = self->spans;
    size_t n = history->n_deals;
    int32_t number;

    if (dd_intake_room(&deals, &self->deals_room, n, sizeof(*history->deals)) == 0)
        history->deals = deals;
    if (dd_intake_room(&spans, &self->spans_room, n, sizeof(*self->spans)) == 0)
        self->spans = spans;
    if (n >= self->deals_room || n >= self->spans_room)
        return dd_error_no_memory(self->err);
    if (number_of(self, &self->ids, id, &number))
        return DD_ENOMEM;
    *found = (uint32_t) number;
    *fresh = self->ids.n > n;
    if (!*fresh)
        return DD_OK;
    history->deals[n] = (dd_deal){
        .id = self->ids.items[n],
        .key = dd_hash(id, strlen(id)),
        .segment = -1,
        .kind = -1,
        .source = -1,
        .stage_now = DD_STILL,
        .owner_now = -1,
        .amount_now = DD_UNKNOWN_AMOUNT,
        .created = DD_NO_MOMENT,
        .close_expected = DD_NO_MOMENT,
        .probability = (double) NAN,
    };
    self->spans[n] = (dd_intake_span){ { INT64_MAX, 0, 0 }, { INT64_MIN, -1, -1 } };
    history->n_deals++;
    return DD_OK;
}

static int
comes_before(const dd_intake_when *a, const dd_intake_when *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    return a->file != b->file ? a->file < b->file : a->line < b->line;
}

static dd_status
keep_name(dd_intake *self, const char *name, const char **kept)
{
    if (!name)
        *kept = NULL;
    else if (!*kept || strcmp(*kept, name) != 0)
        *kept = dd_arena_copy(self->history->arena, name, strlen(name));
    return name && !*kept ? dd_error_no_memory(self->err) : DD_OK;
}

static dd_status
describe_start(dd_intake *self, dd_deal *deal, const dd_row *row, int32_t pipeline)
{
    int32_t account;

    deal->pipeline = pipeline;
    if (number_of(self, &self->segments, row->segment, &deal->segment)
        || number_of(self, &self->kinds, row->kind, &deal->kind)
        || number_of(self, &self->sources, row->source, &deal->source)
        || number_of(self, &self->texts, row->account, &account)
        || keep_name(self, row->name, &deal->name))
        return DD_ENOMEM;
    deal->account = account < 0 ? NULL : self->texts.items[account];
    return DD_OK;
}

dd_status
dd_intake_describe(dd_intake *self, uint32_t number, const dd_row *row, dd_moment at,
                   int32_t pipeline)
{
    dd_deal *deal = &self->history->deals[number];
    dd_intake_span *span = &self->spans[number];
    const dd_intake_when when = { at, self->file, row->line };

    if (!comes_before(&when, &span->latest)) {
        span->latest = when;
        deal->close_expected = row->close_date;
        deal->probability = row->probability;
    }
    if (!comes_before(&when, &span->earliest))
        return DD_OK;
    span->earliest = when;
    deal->created = row->created_at;
    return describe_start(self, deal, row, pipeline);
}

dd_status
dd_intake_add_row(dd_intake *self, const dd_intake_row *row)
{
    void *rows = self->rows;

    if (dd_intake_room(&rows, &self->rows_room, self->n_rows, sizeof(*row)))
        return dd_error_no_memory(self->err);
    self->rows = rows;
    self->rows[self->n_rows] = *row;
    if (self->history->layout != DD_SNAPSHOTS)
        self->rows[self->n_rows].entry.known = row->entry.at;
    self->n_rows++;
    return DD_OK;
}

static dd_status
take_row(void *context, const dd_row *row)
{
    dd_intake *self = context;
    dd_row counted = *row;
    int refused = 0;
    dd_status status = dd_intake_convert(self, &counted, &refused);

    if (status || refused)
        return status;
    switch (self->history->layout) {
    case DD_EVENTS:
        return dd_intake_event(self, &counted);
    case DD_SNAPSHOTS:
        return dd_intake_photo(self, &counted);
    default:
        return dd_intake_whole_deal(self, &counted);
    }
}

static dd_status
take_refusal(void *context, const dd_row_refusal *refusal)
{
    dd_intake *self = context;

    return dd_intake_refuse(self, self->file, refusal);
}

static const char *
layout_name(dd_layout layout)
{
    return layout == DD_DEALS ? "deals" : layout == DD_EVENTS ? "events" : "snapshots";
}

static dd_status
begin_file(void *context, const dd_file_facts *facts)
{
    dd_intake *self = context;
    dd_history *history = self->history;
    const dd_place place = { .file = self->path };

    if (self->file > 0 && facts->layout != history->layout)
        return dd_error_add(self->err, DD_EDATA, &place, layout_name(facts->layout),
                            layout_name(history->layout),
                            "another layout than the history's first file");
    history->layout = facts->layout;
    history->files[self->file].layout = layout_name(facts->layout);
    return DD_OK;
}

dd_status
dd_intake_add_file(dd_intake *self, const char *path)
{
    dd_history *history = self->history;
    size_t n = history->n_files + 1;
    dd_file *files = realloc(history->files, n * sizeof(*files));
    char *copy = dd_arena_copy(history->arena, path, strlen(path));

    if (files)
        history->files = files;
    if (!files || !copy)
        return dd_error_no_memory(self->err);
    files[n - 1] = (dd_file){ .path = copy };
    history->n_files = n;
    self->file = (int32_t) (n - 1);
    self->path = copy;
    return DD_OK;
}

dd_status
dd_intake_open(dd_intake *self, const char *path, dd_row_sink *sink)
{
    *sink = (dd_row_sink){ self, begin_file, take_row, take_refusal };
    return dd_intake_add_file(self, path);
}

dd_status
dd_intake_init(dd_intake *self, dd_history *history, const dd_funnel *funnel,
               dd_notes *notes, dd_error *err)
{
    memset(self, 0, sizeof(*self));
    memset(history, 0, sizeof(*history));
    self->history = history;
    self->funnel = funnel;
    self->notes = notes;
    self->err = err;
    history->layout = DD_EVENTS;
    history->first_day = history->last_day = DD_NO_DAY;
    history->starts = funnel->history_starts;
    history->recording_unit = 1;
    history->arena = dd_arena_new();
    return history->arena ? DD_OK : dd_error_no_memory(err);
}

void
dd_intake_free(dd_intake *self)
{
    dd_table *tables[] = {
        &self->ids,     &self->stage_words, &self->pipeline_words,
        &self->owners,  &self->kinds,       &self->segments,
        &self->sources, &self->texts,       &self->stage_keys,
    };

    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        dd_table_free(tables[i]);
    free(self->words);
    free(self->labels);
    free(self->given_pipeline);
    free(self->rows);
    free(self->spans);
    free(self->counts);
    free(self->converted);
    free(self->moved);
    memset(self, 0, sizeof(*self));
}
