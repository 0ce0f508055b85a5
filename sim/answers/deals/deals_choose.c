/* Which deals are asked for, and in what order. */
#include "answers/deals/deals.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMED 8 /* names told in a refusal */

static double
day_value(dd_day day)
{
    return day == DD_NO_DAY ? (double) NAN : (double) day;
}

/* Keys that can be sorted by: numbers from the highest, days and words from the first. */
typedef enum {
    BY_EXPECTED,
    BY_AMOUNT,
    BY_P_WON_PERIOD,
    BY_P_WON_EVER,
    BY_P_LOST,
    BY_AGE_DAYS,
    BY_AGE_PERCENTILE,
    BY_VARIANCE_SHARE,
    BY_CRM_PROBABILITY,
    BY_CLOSE_P10,
    BY_CLOSE_P50,
    BY_CLOSE_P90,
    BY_CRM_CLOSE_DATE,
    BY_DEAL_ID,
    BY_NAME,
    BY_OWNER,
    BY_SEGMENT,
    BY_STAGE,
    N_KEYS,
} sort_key;

static const char *const key_name[N_KEYS] = {
    "expected",  "amount",         "p_won_period",   "p_won_ever",      "p_lost",
    "age_days",  "age_percentile", "variance_share", "crm_probability", "close_p10",
    "close_p50", "close_p90",      "crm_close_date", "deal_id",         "name",
    "owner",     "segment",        "stage",
};

/* Smaller comes first; NAN: unknown, last. */
static double
number_of(const dd_deal_line *line, sort_key key)
{
    switch (key) {
    case BY_AMOUNT:
        return line->amount == DD_UNKNOWN_AMOUNT ? (double) NAN : -(double) line->amount;
    case BY_P_WON_PERIOD:
        return -line->p_won_period;
    case BY_P_WON_EVER:
        return -line->p_won_ever;
    case BY_P_LOST:
        return -line->p_lost;
    case BY_AGE_DAYS:
        return -line->age_days;
    case BY_AGE_PERCENTILE:
        return -line->age_percentile;
    case BY_VARIANCE_SHARE:
        return -line->variance_share;
    case BY_CRM_PROBABILITY:
        return -line->crm_probability;
    case BY_CLOSE_P10:
        return day_value(line->close_p10);
    case BY_CLOSE_P50:
        return day_value(line->close_p50);
    case BY_CLOSE_P90:
        return day_value(line->close_p90);
    case BY_CRM_CLOSE_DATE:
        return day_value(line->crm_close_date);
    default:
        return -line->expected;
    }
}

static const char *
word_of(const dd_deal_line *line, sort_key key)
{
    switch (key) {
    case BY_DEAL_ID:
        return line->id;
    case BY_NAME:
        return line->name;
    case BY_OWNER:
        return line->owner;
    case BY_SEGMENT:
        return line->segment;
    default:
        return NULL;
    }
}

/* A line and what it is sorted by. */
typedef struct {
    dd_deal_line line;
    double part; /* of the funnel, in a handover; else 0 */
    const char *word;
    double number;
} entry;

/* -1, 0, 1; unknown ones last. */
static int
compare_numbers(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int
compare_words(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return strcmp(a, b);
}

static int
compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = compare_numbers(x->part, y->part);
    if (order == 0)
        order = compare_words(x->word, y->word);
    if (order == 0)
        order = compare_numbers(x->number, y->number);
    if (order == 0)
        order = compare_numbers(-x->line.p_won_period, -y->line.p_won_period);
    if (order == 0)
        order = (x->line.place > y->line.place) - (x->line.place < y->line.place);
    return order;
}

static double
turn_of(const dd_deal_line *line)
{
    return *line->part == 'l' ? 0.0 : *line->part == 'm' ? 1.0 : 2.0;
}

/* Stages stand in the order of the funnel, not of the alphabet. */
static double
stage_place(const dd_deal_line *line, const dd_past *past)
{
    double place = 0.0;
    for (size_t p = 0; p < past->n_pipelines; p++)
        for (size_t s = 0; s < past->pipelines[p].n_stages; s++, place += 1.0)
            if (line->stage == past->pipelines[p].stages[s])
                return place;
    return place;
}

static dd_status
sort(dd_deals *self, sort_key key, const dd_past *past, dd_error *err)
{
    entry *entries = malloc((self->n + 1) * sizeof *entries);
    if (entries == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < self->n; i++) {
        const dd_deal_line *line = &self->line[i];
        entries[i] = (entry){ *line, self->handover ? turn_of(line) : 0.0,
                              word_of(line, key), number_of(line, key) };
        if (key == BY_STAGE)
            entries[i].number = stage_place(line, past);
    }
    qsort(entries, self->n, sizeof *entries, compare_entries);
    for (size_t i = 0; i < self->n; i++)
        self->line[i] = entries[i].line;
    free(entries);
    return DD_OK;
}

/* "A, B, ... (12 in all)" */
static void
write_names(char *text, size_t size, const char *const *names, size_t n)
{
    size_t used = (size_t) snprintf(text, size, "%s", n > 0 ? "one of " : "");
    for (size_t i = 0; i < n && i < MOST_NAMED && used < size; i++)
        used += (size_t) snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
                                  names[i]);
    if (n > MOST_NAMED && used < size)
        snprintf(text + used, size - used, ", ... (%zu in all)", n);
}

static dd_status
refuse(const char *option, const char *word, const char *const *names, size_t n,
       dd_error *err)
{
    dd_place place = { option, 0, 0 };
    char right[512];
    const char *near = dd_did_you_mean(word, names, n);
    if (near != NULL)
        return dd_error_add(err, DD_EUSAGE, &place, word, NULL,
                            "not in the history: did you mean '%s'?", near);
    write_names(right, sizeof right, names, n);
    return dd_error_add(err, DD_EUSAGE, &place, word, n > 0 ? right : NULL,
                        "not in the history");
}

/* The name as the history writes it into *word; NULL stays NULL. */
static dd_status
find_name(const char **word, const char *option, const char *const *names, size_t n,
          dd_error *err)
{
    if (*word == NULL)
        return DD_OK;
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], *word) == 0)
            return DD_OK;
    for (size_t i = 0; i < n; i++)
        if (dd_same_word(names[i], *word)) {
            *word = names[i];
            return DD_OK;
        }
    return refuse(option, *word, names, n, err);
}

/* Any pipeline's stage may be asked for. */
static dd_status
find_stage(const char **word, const dd_past *past, dd_error *err)
{
    size_t n = 0, room = 1;
    const char **names;
    dd_status status;
    for (size_t p = 0; p < past->n_pipelines; p++)
        room += past->pipelines[p].n_stages;
    names = malloc(room * sizeof *names);
    if (names == NULL)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < past->n_pipelines; p++)
        for (size_t s = 0; s < past->pipelines[p].n_stages; s++)
            names[n++] = past->pipelines[p].stages[s];
    status = find_name(word, "--stage", names, n, err);
    free(names);
    return status;
}

/* Any rep's team. */
static dd_status
find_team(const char **word, const dd_history *history, dd_error *err)
{
    size_t n = 0;
    const char **names;
    dd_status status;
    if (*word == NULL)
        return DD_OK;
    names = malloc((history->n_reps + 1) * sizeof *names);
    if (names == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < history->n_reps; i++) {
        const char *team = history->reps[i].team;
        int known = team == NULL;
        for (size_t k = 0; k < n; k++)
            known |= strcmp(names[k], team) == 0;
        if (!known)
            names[n++] = team;
    }
    status = n > 0 ? find_name(word, "--team", names, n, err)
                   : dd_error_add(err, DD_EUSAGE, NULL, *word,
                                  "a funnel file with reps: and teams in it",
                                  "--team: no teams are known");
    free(names);
    return status;
}

/* The team of an owner on as-of: of the latest span that had begun. */
static const char *
team_of(const char *owner, const dd_history *history, dd_day as_of)
{
    const dd_rep *latest = NULL;
    for (size_t i = 0; owner != NULL && i < history->n_reps; i++) {
        const dd_rep *rep = &history->reps[i];
        if (rep->owner < 0 || (rep->start != DD_NO_DAY && rep->start > as_of)
            || strcmp(history->owners.items[rep->owner], owner) != 0)
            continue;
        if (latest == NULL || rep->start >= latest->start)
            latest = rep;
    }
    return latest != NULL ? latest->team : NULL;
}

static dd_status
find_key(sort_key *key, const char *word, dd_error *err)
{
    dd_place place = { "--sort", 0, 0 };
    char right[512];
    const char *near;
    *key = BY_EXPECTED;
    if (word == NULL)
        return DD_OK;
    for (int k = 0; k < N_KEYS; k++)
        if (strcmp(key_name[k], word) == 0) {
            *key = (sort_key) k;
            return DD_OK;
        }
    near = dd_did_you_mean(word, key_name, N_KEYS);
    write_names(right, sizeof right, key_name, N_KEYS);
    if (near != NULL)
        return dd_error_add(err, DD_EUSAGE, &place, word, NULL,
                            "no such key: did you mean '%s'?", near);
    return dd_error_add(err, DD_EUSAGE, &place, word, right, "no such key");
}

static int
same(const char *wanted, const char *name)
{
    return wanted == NULL || (name != NULL && strcmp(wanted, name) == 0);
}

static void
keep_chosen(dd_deals *self, const dd_deals_choice *choice, const dd_history *history)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->n; i++) {
        const dd_deal_line *line = &self->line[i];
        if (same(choice->owner, line->owner) && same(choice->stage, line->stage)
            && same(choice->segment, line->segment)
            && (choice->team == NULL
                || same(choice->team, team_of(line->owner, history, self->as_of)))
            && (!choice->stuck || line->stuck == 1))
            self->line[kept++] = *line;
    }
    self->n = kept;
}

/* The names as the history writes them. */
static dd_status
find_names(dd_deals_choice *choice, sort_key *key, const dd_past *past,
           const dd_history *history, dd_error *err)
{
    dd_status owner
        = find_name(&choice->owner, "--owner", past->owners.items, past->owners.n, err);
    dd_status segment = find_name(&choice->segment, "--segment", past->segments.items,
                                  past->segments.n, err);
    dd_status stage = find_stage(&choice->stage, past, err);
    dd_status team = find_team(&choice->team, history, err);
    dd_status sorted = find_key(key, choice->sort, err);
    if (choice->handover && choice->owner == NULL)
        return dd_error_add(err, DD_EUSAGE, NULL, NULL, "--owner NAME",
                            "--handover needs to know whose deals");
    if (team)
        return team;
    return owner ? owner : segment ? segment : stage ? stage : sorted;
}

dd_status
dd_deals_choose(dd_deals *self, const dd_deals_choice *choice, const dd_past *past,
                const dd_history *history, dd_error *err)
{
    dd_deals_choice found = *choice;
    sort_key key;
    dd_status status = find_names(&found, &key, past, history, err);
    if (status)
        return status;
    self->handover = found.handover;
    self->top_asked = found.top > 0;
    keep_chosen(self, &found, history);
    dd_deals_count(self);
    status = sort(self, key, past, err);
    if (found.top > 0 && found.top < self->n)
        self->n = found.top;
    return status;
}
