#include "engine/paths/paths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a chunk of one stage's queue reads, copied side by side. */
typedef struct {
    uint64_t item[DD_SPELLS], place[DD_SPELLS];
    float pace[DD_SPELLS], age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS];
} chunk;

dd_status
dd_paths_init(dd_paths *self, size_t n_stages, size_t room, dd_error *err)
{
    memset(self, 0, sizeof *self);
    self->n_stages = n_stages;
    self->room = room;
    self->item = malloc(room * sizeof *self->item);
    self->trial = malloc(room * sizeof *self->trial);
    self->pace = malloc(room * sizeof *self->pace);
    self->age = malloc(room * sizeof *self->age);
    self->advance_spent = malloc(room * sizeof *self->advance_spent);
    self->leave_spent = malloc(room * sizeof *self->leave_spent);
    self->day = malloc(room * sizeof *self->day);
    self->stage = malloc(room * sizeof *self->stage);
    self->queue = malloc(2 * n_stages * (room + 1) * sizeof *self->queue);
    self->queued = calloc(2 * n_stages, sizeof *self->queued);
    if (self->item && self->trial && self->pace && self->age && self->advance_spent
        && self->leave_spent && self->day && self->stage && self->queue && self->queued)
        return DD_OK;
    dd_paths_free(self);
    return dd_error_no_memory(err);
}

void
dd_paths_free(dd_paths *self)
{
    free(self->item);
    free(self->trial);
    free(self->pace);
    free(self->age);
    free(self->advance_spent);
    free(self->leave_spent);
    free(self->day);
    free(self->stage);
    free(self->queue);
    free(self->queued);
    memset(self, 0, sizeof *self);
}

void
dd_paths_clear(dd_paths *self, const dd_risks *risks, uint64_t seed,
               dd_rng_purpose purpose)
{
    dd_stream stream = dd_stream_make(seed, purpose, 0, 0);

    self->risks = risks;
    self->n = 0;
    self->plain = 1;
    memcpy(self->key, stream.key, sizeof self->key);
    memset(self->queued, 0, 2 * self->n_stages * sizeof *self->queued);
}

/* Two sets of queues take turns: a round's, and the next one's. */
static uint32_t *
queue_of(const dd_paths *self, int set, size_t stage)
{
    return self->queue + ((size_t) set * self->n_stages + stage) * (self->room + 1);
}

static size_t *
queued(const dd_paths *self, int set, size_t stage)
{
    return &self->queued[(size_t) set * self->n_stages + stage];
}

/* Ages and paces; kept only once a batch has any that are not 0 and 1. */
static void
set_past(dd_paths *self, size_t first, const dd_path_start *start, const float *pace,
         size_t n)
{
    const dd_risks *risks = &self->risks[start->stage];
    const float age = (float) start->age_days,
                advance = dd_risk_spent(&risks->advance, age),
                leave = dd_risk_spent(&risks->leave, age);

    for (size_t k = 0; k < n; k++) {
        self->pace[first + k] = pace != NULL ? pace[k] : 1.0f;
        self->age[first + k] = age;
        self->advance_spent[first + k] = advance;
        self->leave_spent[first + k] = leave;
    }
}

void
dd_paths_add(dd_paths *self, const dd_path_start *start, const float *pace, size_t n)
{
    static const dd_path_start fresh;
    size_t first = self->n, *last = queued(self, 0, (size_t) start->stage);
    uint32_t *queue = queue_of(self, 0, (size_t) start->stage) + *last;

    if (self->plain && (pace != NULL || start->age_days > 0)) {
        set_past(self, 0, &fresh, NULL, first);
        self->plain = 0;
    }
    if (!self->plain)
        set_past(self, first, start, pace, n);
    for (size_t i = first; i < first + n; i++) {
        self->item[i] = start->item;
        self->trial[i] = start->first_trial + (uint32_t) (i - first);
        self->day[i] = start->day;
        self->stage[i] = start->stage;
        queue[i - first] = (uint32_t) i;
    }
    self->n += n;
    *last += n;
}

static void
gather(const dd_paths *self, const uint32_t *who, size_t n, uint32_t number, chunk *to)
{
    for (size_t i = 0; i < n; i++) {
        to->item[i] = self->item[who[i]];
        to->place[i] = (uint64_t) self->trial[who[i]] << 32 | number;
    }
    if (self->plain)
        return;
    for (size_t i = 0; i < n; i++)
        to->pace[i] = self->pace[who[i]];
    for (size_t i = 0; number == 0 && i < n; i++) {
        to->age[i] = self->age[who[i]];
        to->advance_spent[i] = self->advance_spent[who[i]];
        to->leave_spent[i] = self->leave_spent[who[i]];
    }
}

/* Move those whose spell ends within the horizon, and queue those who reach `onward`;
 * without a branch, since every other guess would be wrong. */
static void
move(dd_paths *self, const uint32_t *who, size_t n, int32_t from, uint32_t *onward_queue,
     int32_t onward, double horizon_days, dd_spell_ends *ends, size_t *queued_up)
{
    size_t last = *queued_up;

    for (size_t i = 0; i < n; i++) {
        double day = self->day[who[i]] + (double) ends->days[i];
        int32_t moves = -(day <= horizon_days);
        int32_t to = (ends->to[i] & moves) | (DD_STILL & ~moves);
        ends->to[i] = to;
        self->stage[who[i]] = to == DD_STILL ? from : to;
        self->day[who[i]] = day;
        onward_queue[last] = who[i];
        last += to == onward;
    }
    *queued_up = last;
}

/* Who moved to another stage yet stands in its queue of the next round. */
static void
queue_up(dd_paths *self, int set, const dd_risk *risk, const uint32_t *who, size_t n,
         int32_t onward, const int32_t to[DD_SPELLS])
{
    for (uint32_t j = 0; j < risk->exits; j++) {
        size_t stage = (size_t) risk->to[j], last;
        uint32_t *queue;
        if (risk->to[j] < 0 || risk->to[j] == onward)
            continue;
        queue = queue_of(self, set, stage);
        last = *queued(self, set, stage);
        for (size_t i = 0; i < n; i++) {
            queue[last] = who[i];
            last += to[i] == risk->to[j];
        }
        *queued(self, set, stage) = last;
    }
}

/* The stage that most go to, or any. */
static int32_t
onward_of(const dd_risks *risks)
{
    for (uint32_t j = 0; j < risks->advance.exits; j++)
        if (risks->advance.to[j] >= 0)
            return risks->advance.to[j];
    return 0;
}

static void
play_stage(dd_paths *self, size_t stage, uint32_t number, double horizon_days,
           chunk *room)
{
    const dd_kernel *kernel = dd_kernel_chosen();
    const dd_risks *risks = &self->risks[stage];
    const int set = number % 2;
    const int32_t onward = onward_of(risks);
    const uint32_t *who = queue_of(self, set, stage);
    dd_spells spells = { .key = { self->key[0], self->key[1] },
                         .item = room->item,
                         .place = room->place,
                         .pace = self->plain ? NULL : room->pace,
                         .age = self->plain || number > 0 ? NULL : room->age,
                         .advance_spent = room->advance_spent,
                         .leave_spent = room->leave_spent };

    for (size_t left = *queued(self, set, stage), n; left > 0; left -= n, who += n) {
        dd_spell_ends ends;
        n = left < DD_SPELLS ? left : DD_SPELLS;
        gather(self, who, n, number, room);
        spells.n = n;
        kernel->spells(risks, &spells, &ends);
        move(self, who, n, (int32_t) stage, queue_of(self, !set, (size_t) onward),
             onward, horizon_days, &ends, queued(self, !set, (size_t) onward));
        queue_up(self, !set, &risks->advance, who, n, onward, ends.to);
        queue_up(self, !set, &risks->leave, who, n, onward, ends.to);
    }
    *queued(self, set, stage) = 0;
}

static size_t
waiting(const dd_paths *self, uint32_t number)
{
    size_t n = 0;

    for (size_t s = 0; s < self->n_stages; s++)
        n += *queued(self, number % 2, s);
    return n;
}

/* Lanes that nobody fills are played too, whoever was there before. */
static void
fill_chunk(chunk *room)
{
    memset(room, 0, sizeof *room);
    for (int i = 0; i < DD_SPELLS; i++)
        room->pace[i] = 1;
}

void
dd_paths_play(dd_paths *self, double horizon_days)
{
    chunk room;

    fill_chunk(&room);
    for (uint32_t k = 0; k < DD_MOST_SPELLS && waiting(self, k) > 0; k++)
        for (size_t s = 0; s < self->n_stages; s++)
            if (*queued(self, k % 2, s) > 0)
                play_stage(self, s, k, horizon_days, &room);
}
