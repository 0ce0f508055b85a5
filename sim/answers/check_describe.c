#include "answers/check.h"

#include <string.h>

#define MOST_SHOWN 1000 /* refusals told one by one */
#define MOST_PRINTED 20 /* more than these are not for reading */

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

/* An unknown text is null, as an unknown number is. */
static void
put_text(dd_doc *doc, dd_doc_node *parent, const char *key, const char *text)
{
    if (text)
        dd_doc_text(doc, parent, key, text);
    else
        dd_doc_null(doc, parent, key);
}

static void
put_day(dd_doc *doc, const char *key, dd_day day)
{
    if (day == DD_NO_DAY)
        dd_doc_null(doc, doc->root, key);
    else
        dd_doc_day(doc, doc->root, key, day);
}

static int
is_decision(const dd_note *note)
{
    return strncmp(note->code, "read_", 5) == 0;
}

static int
has_decisions(const dd_notes *notes)
{
    for (size_t i = 0; notes && i < notes->n; i++)
        if (is_decision(&notes->items[i]))
            return 1;
    return 0;
}

static void
describe_notes(const dd_check *self, dd_doc *doc, const char *key, int decisions)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, key);
    dd_doc_list_keys(doc, list, "code,text");

    for (size_t i = 0; self->notes && i < self->notes->n; i++) {
        const dd_note *note = &self->notes->items[i];
        dd_doc_node *node;
        if (is_decision(note) != decisions)
            continue;
        node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "code", note->code);
        dd_doc_text(doc, node, "text", note->text);
        if (decisions)
            dd_doc_say(doc, node, "- {text}");
    }
}

static void
describe_files(const dd_check *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "File", "{file}" }, { "Layout", "{layout}" },   { "Encoding", "{encoding}" },
        { "Rows", "{rows}" }, { "Refused", "{refused}" },
    };
    dd_doc_node *list = dd_doc_list(doc, doc->root, "files");

    for (size_t f = 0; f < self->history->n_files; f++) {
        const dd_file *file = &self->history->files[f];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "file", file->path);
        put_text(doc, node, "layout", file->layout);
        put_text(doc, node, "encoding", file->encoding);
        dd_doc_count(doc, node, "rows", (int64_t) file->rows);
        dd_doc_count(doc, node, "refused", (int64_t) file->refused);
    }
    dd_doc_table(doc, "Files", list, columns, N_OF(columns));
}

static void
describe_pipelines(const dd_check *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "pipelines");

    for (size_t p = 0; p < self->past->n_pipelines; p++) {
        const dd_pipeline *pipeline = &self->past->pipelines[p];
        dd_doc_node *node = dd_doc_object(doc, list, NULL), *stages;
        dd_doc_text(doc, node, "name", pipeline->name);
        stages = dd_doc_list(doc, node, "stages");
        for (size_t s = 0; s < pipeline->n_stages; s++)
            dd_doc_text(doc, stages, NULL, pipeline->stages[s]);
    }
}

/* What a stage shown by the deals layout saw before its last day is unknown. */
static void
describe_stages(const dd_check *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "Pipeline", "{pipeline}" }, { "Stage", "{name}" },
        { "Entered", "{entered}" },   { "Left", "{left}" },
        { "Open now", "{open}" },
    };
    const dd_past *past = self->past;
    const dd_check_stage *stage = self->stages;
    dd_doc_node *list = dd_doc_list(doc, doc->root, "stages");

    for (size_t p = 0; p < past->n_pipelines; p++) {
        for (size_t s = 0; s < past->pipelines[p].n_stages; s++, stage++) {
            dd_doc_node *node = dd_doc_object(doc, list, NULL);
            dd_doc_text(doc, node, "pipeline", past->pipelines[p].name);
            dd_doc_text(doc, node, "name", past->pipelines[p].stages[s]);
            if (past->layout == DD_DEALS && s > 0) {
                dd_doc_null(doc, node, "entered");
                dd_doc_null(doc, node, "left");
            } else {
                dd_doc_count(doc, node, "entered", (int64_t) stage->entered);
                dd_doc_count(doc, node, "left", (int64_t) stage->left);
            }
            dd_doc_count(doc, node, "open", (int64_t) stage->open);
        }
    }
    dd_doc_table(doc, "Stages, in order", list, columns, N_OF(columns));
}

static void
describe_counts(const dd_check *self, dd_doc *doc)
{
    dd_doc_count(doc, doc->root, "deals", (int64_t) self->past->n_deals);
    dd_doc_count(doc, doc->root, "open", (int64_t) self->open);
    dd_doc_count(doc, doc->root, "won", (int64_t) self->won);
    dd_doc_count(doc, doc->root, "lost", (int64_t) self->lost);
    dd_doc_count(doc, doc->root, "recycled", (int64_t) self->recycled);
    put_day(doc, "from", self->history->first_day);
    put_day(doc, "to", self->history->last_day);
    if (self->history->n_deals == 0) {
        dd_doc_say(doc, NULL,
                   self->any_day
                       ? "No history: beliefs alone, good on any day (--as-of DATE)."
                       : "No history: beliefs alone.");
        return;
    }
    dd_doc_say(doc, NULL,
               "{deals} deals: {won} won, {lost} lost, {open} open as of {as_of}.");
    dd_doc_say(doc, NULL, "Moments run from {from} to {to}.");
}

static int64_t
count_activities(const dd_history *history, dd_activity_kind kind)
{
    int64_t n = 0;

    for (size_t i = 0; i < history->n_activities; i++)
        n += history->activities[i].kind == kind ? history->activities[i].count : 0;
    return n;
}

/* Only what the funnel file names is told. */
static void
describe_people(const dd_check *self, dd_doc *doc)
{
    const dd_history *history = self->history;

    if (history->n_reps > 0) {
        dd_doc_count(doc, doc->root, "reps", (int64_t) history->n_reps);
        dd_doc_say(doc, NULL, "Spans of reps: {reps}.");
    }
    if (history->n_activities > 0) {
        dd_doc_count(doc, doc->root, "visits", count_activities(history, DD_VISIT));
        dd_doc_count(doc, doc->root, "leads", count_activities(history, DD_LEAD));
        dd_doc_say(doc, NULL, "Activities: {visits} visits, {leads} leads.");
    }
}

static void
describe_refusals(const dd_check *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "File", "{file}" },   { "Line", "{line}" },     { "Column", "{column}" },
        { "Value", "{value}" }, { "Reason", "{reason}" },
    };
    /* Values and reasons stand whole in one line each, as they are searched for. */
    static const signed char whole[N_OF(columns)] = { 0 };
    const dd_history *history = self->history;
    dd_doc_node *list = dd_doc_list(doc, doc->root, "refusals");
    dd_doc_list_keys(doc, list, "file,line,column,value,reason");

    for (size_t i = 0; i < history->n_refusals && i < MOST_SHOWN; i++) {
        const dd_refusal *refusal = &history->refusals[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "file", history->files[refusal->file].path);
        dd_doc_count(doc, node, "line", refusal->line);
        put_text(doc, node, "column", refusal->column);
        put_text(doc, node, "value", refusal->value);
        put_text(doc, node, "reason", refusal->reason);
    }
    if (history->n_refusals > MOST_PRINTED)
        return;
    dd_doc_table(doc, "Rows refused", list, columns, N_OF(columns));
    dd_doc_table_fit(doc, whole);
}

static void
describe_thin(const dd_check *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "What", "{what}" },
        { "Pipeline", "{pipeline}" },
        { "Name", "{name}" },
        { "Ends seen", "{seen}" },
    };
    dd_doc_node *list = dd_doc_list(doc, doc->root, "thin");
    dd_doc_list_keys(doc, list, "what,pipeline,name,seen");

    for (size_t i = 0; i < self->n_thin; i++) {
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "what", self->thin[i].what);
        put_text(doc, node, "pipeline", self->thin[i].pipeline);
        put_text(doc, node, "name", self->thin[i].name);
        dd_doc_count(doc, node, "seen", (int64_t) self->thin[i].seen);
    }
    dd_doc_table(doc, "Too thin to trust", list, columns, N_OF(columns));
}

void
dd_check_describe(const dd_check *self, dd_doc *doc)
{
    put_day(doc, "as_of", self->any_day ? DD_NO_DAY : self->past->as_of);
    put_text(doc, doc->root, "currency", self->history->currency);
    describe_counts(self, doc);
    describe_people(self, doc);
    describe_files(self, doc);
    describe_pipelines(self, doc);
    describe_stages(self, doc);
    if (has_decisions(self->notes))
        dd_doc_say(doc, NULL, "Decided while reading:");
    describe_notes(self, doc, "decisions", 1);
    describe_refusals(self, doc);
    describe_thin(self, doc);
    describe_notes(self, doc, "warnings", 0);
}
