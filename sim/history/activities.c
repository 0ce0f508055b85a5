#include "history/side_files.h"

#include "base/text.h"

#include <stdio.h>

static int
among(const dd_words *words, const char *word)
{
    for (size_t i = 0; i < words->n; i++)
        if (dd_same_word(words->items[i], word))
            return 1;
    return 0;
}

/* The funnel's names stand before the known ones. */
static dd_activity_kind
kind_of(const dd_funnel *funnel, const char *word)
{
    static const struct {
        const char *word;
        dd_activity_kind kind;
    } known[] = {
        { "visit", DD_VISIT }, { "visits", DD_VISIT },   { "拜访", DD_VISIT },
        { "lead", DD_LEAD },   { "客户拜访", DD_VISIT }, { "外勤", DD_VISIT },
        { "leads", DD_LEAD },  { "外勤签到", DD_VISIT }, { "线索", DD_LEAD },
    };

    if (among(&funnel->visit_words, word))
        return DD_VISIT;
    if (among(&funnel->lead_words, word))
        return DD_LEAD;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (dd_same_word(known[i].word, word))
            return known[i].kind;
    return DD_OTHER_ACTIVITY;
}

/* Index of the deal with this id, or -1. */
static int32_t
find_deal(const dd_intake *intake, const char *id)
{
    const int32_t number = dd_table_find(&intake->ids, id);

    return number < 0 || !intake->moved ? number : (int32_t) intake->moved[number];
}

static dd_status
refuse_deal(dd_side_intake *self, const dd_side_row *row)
{
    char reason[256];

    snprintf(reason, sizeof(reason), "deal '%.200s' is not in the history",
             row->text[DD_ACTIVITY_DEAL]);
    return dd_side_refuse(self, row->line, "deal_id", row->text[DD_ACTIVITY_DEAL],
                          "unknown_deal", reason);
}

static dd_status
take_activity(void *context, const dd_side_row *row)
{
    dd_side_intake *self = context;
    dd_history *history = self->intake->history;
    const char *owner = row->text[DD_ACTIVITY_OWNER],
               *deal = row->text[DD_ACTIVITY_DEAL];
    void *activities = history->activities;
    dd_activity made = {
        .day = row->day[DD_ACTIVITY_DATE],
        .kind = kind_of(self->intake->funnel, row->text[DD_ACTIVITY_WORD]),
        .owner = owner ? dd_table_find(&self->owners, owner) : -1,
        .deal = deal ? find_deal(self->intake, deal) : -1,
        .count = row->figure[DD_ACTIVITY_COUNT],
    };

    if (deal && made.deal < 0)
        return refuse_deal(self, row);
    if (made.count == DD_UNKNOWN_AMOUNT)
        made.count = 1; /* a row is one visit */
    if (dd_side_keep(self, row->text[DD_ACTIVITY_WORD], &made.word)
        || dd_side_keep(self, owner, &made.name))
        return DD_ENOMEM;
    if (dd_intake_room(&activities, &self->room, history->n_activities, sizeof(made)))
        return dd_error_no_memory(self->intake->err);
    history->activities = activities;
    history->activities[history->n_activities++] = made;
    return DD_OK;
}

dd_status
dd_activities_read(dd_intake *intake)
{
    return dd_side_take(intake, intake->funnel->activities, &dd_activities_file,
                        take_activity);
}
