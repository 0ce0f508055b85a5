#include "history/side_files.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

dd_status
dd_side_keep(dd_side_intake *self, const char *word, const char **kept)
{
    dd_intake *intake = self->intake;
    int32_t number;

    *kept = NULL;
    if (!word)
        return DD_OK;
    number = dd_table_add(&intake->texts, intake->history->arena, word);
    if (number < 0)
        return dd_error_no_memory(intake->err);
    *kept = intake->texts.items[number];
    return DD_OK;
}

dd_status
dd_side_refuse(dd_side_intake *self, long line, const char *column, const char *value,
               const char *code, const char *reason)
{
    const dd_row_refusal refusal = { line, column, value, code, reason };

    return dd_intake_refuse(self->intake, self->intake->file, &refusal);
}

static dd_status
take_refusal(void *context, const dd_row_refusal *refusal)
{
    dd_side_intake *self = context;

    return dd_intake_refuse(self->intake, self->intake->file, refusal);
}

dd_status
dd_side_take(dd_intake *intake, const char *path, const dd_side_file *file,
             dd_status (*row)(void *context, const dd_side_row *row))
{
    dd_history *history = intake->history;
    dd_side_intake self = { .intake = intake };
    const dd_side_sink sink = { &self, row, take_refusal, intake->notes };
    dd_file_facts facts;
    dd_status status = path ? dd_intake_add_file(intake, path) : DD_OK;

    if (status || !path)
        return status;
    history->files[intake->file].layout = file->what;
    for (size_t i = 0; i < history->owners.n && status == DD_OK; i++)
        if (dd_table_add(&self.owners, history->arena, history->owners.items[i]) < 0)
            status = dd_error_no_memory(intake->err);
    if (status == DD_OK)
        status = dd_side_read(path, file, intake->funnel, &sink, &facts, intake->err);
    if (status == DD_OK) {
        history->files[intake->file].rows = facts.rows;
        history->files[intake->file].encoding = facts.encoding;
    }
    dd_table_free(&self.owners);
    return status;
}

/* @return 0, or -1 for a word that is no period */
static int
read_period(const char *word, dd_period_kind *kind)
{
    static const struct {
        const char *word;
        dd_period_kind kind;
    } chinese[] = { { "年", DD_YEAR },    { "半年", DD_HALF }, { "季度", DD_QUARTER },
                    { "季", DD_QUARTER }, { "月", DD_MONTH },  { "周", DD_WEEK },
                    { "年度", DD_YEAR },  { "月度", DD_MONTH } };

    for (size_t i = 0; i < sizeof(chinese) / sizeof(*chinese); i++) {
        if (strcmp(chinese[i].word, word) == 0) {
            *kind = chinese[i].kind;
            return 0;
        }
    }
    return dd_period_kind_parse(word, kind);
}

static int
overlaps(const dd_rep *a, const dd_rep *b)
{
    const int a_first
        = a->end != DD_NO_DAY && b->start != DD_NO_DAY && a->end < b->start;
    const int b_first
        = b->end != DD_NO_DAY && a->start != DD_NO_DAY && b->end < a->start;

    return !a_first && !b_first;
}

static const dd_rep *
find_overlap(const dd_history *history, const dd_rep *rep)
{
    for (size_t i = 0; i < history->n_reps; i++)
        if (strcmp(history->reps[i].name, rep->name) == 0
            && overlaps(&history->reps[i], rep))
            return &history->reps[i];
    return NULL;
}

static dd_status
add_rep(dd_side_intake *self, const dd_rep *rep)
{
    dd_history *history = self->intake->history;
    const dd_rep *other = find_overlap(history, rep);
    void *reps = history->reps;
    char reason[256];

    if (other) {
        snprintf(reason, sizeof(reason),
                 "the rep has a span over the same days already, in line %ld",
                 other->line);
        return dd_side_refuse(self, rep->line, "owner", rep->name, "overlapping_spans",
                              reason);
    }
    if (dd_intake_room(&reps, &self->room, history->n_reps, sizeof(*rep)))
        return dd_error_no_memory(self->intake->err);
    history->reps = reps;
    history->reps[history->n_reps++] = *rep;
    return DD_OK;
}

static dd_status
take_rep(void *context, const dd_side_row *row)
{
    dd_side_intake *self = context;
    dd_rep rep = {
        .owner = dd_table_find(&self->owners, row->text[DD_REP_OWNER]),
        .start = row->day[DD_REP_START],
        .end = row->day[DD_REP_END],
        .quota = row->figure[DD_REP_QUOTA],
        .quota_period = self->intake->funnel->period,
        .line = row->line,
    };

    if (row->text[DD_REP_PERIOD]
        && read_period(row->text[DD_REP_PERIOD], &rep.quota_period))
        return dd_side_refuse(self, row->line, "quota_period", row->text[DD_REP_PERIOD],
                              "bad_period", "not year, half, quarter, month or week");
    if (rep.quota != DD_UNKNOWN_AMOUNT && rep.quota < 0)
        return dd_side_refuse(self, row->line, "quota", row->text[DD_REP_QUOTA],
                              "negative_quota", "a quota below zero");
    if (rep.start != DD_NO_DAY && rep.end != DD_NO_DAY && rep.end < rep.start)
        return dd_side_refuse(self, row->line, "end", row->text[DD_REP_END],
                              "ends_before_start", "ends before it starts");
    if (dd_side_keep(self, row->text[DD_REP_OWNER], &rep.name)
        || dd_side_keep(self, row->text[DD_REP_TEAM], &rep.team))
        return DD_ENOMEM;
    return add_rep(self, &rep);
}

dd_status
dd_reps_read(dd_intake *intake)
{
    return dd_side_take(intake, intake->funnel->reps, &dd_reps_file, take_rep);
}
