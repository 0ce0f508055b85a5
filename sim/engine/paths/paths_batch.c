#include "engine/paths/paths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the spells of a queue's chunk read beside it. */
typedef struct {
    float pace[DD_SPELLS], age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS];
    dd_spell_ends ends;
    dd_moves moves;
} chunk;

static int
queue_init(dd_queue *self, size_t room)
{
    self->item = calloc(room, sizeof *self->item);
    self->place = calloc(room, sizeof *self->place);
    self->day = calloc(room, sizeof *self->day);
    self->who = calloc(room, sizeof *self->who);
    return self->item && self->place && self->day && self->who;
}

static void
queue_free(dd_queue *self)
{
    free(self->item);
    free(self->place);
    free(self->day);
    free(self->who);
}

dd_status
dd_paths_init(dd_paths *self, size_t n_stages, size_t room, dd_error *err)
{
    int all;

    memset(self, 0, sizeof *self);
    self->n_stages = n_stages;
    self->room = room;
    self->pace = malloc(room * sizeof *self->pace);
    self->age = malloc(room * sizeof *self->age);
    self->advance_spent = malloc(room * sizeof *self->advance_spent);
    self->leave_spent = malloc(room * sizeof *self->leave_spent);
    self->day = malloc(room * sizeof *self->day);
    self->stage = malloc(room * sizeof *self->stage);
    self->queue = calloc(2 * n_stages, sizeof *self->queue);
    all = self->pace && self->age && self->advance_spent && self->leave_spent
          && self->day && self->stage && self->queue;
    for (size_t q = 0; all && q < 2 * n_stages; q++)
        all = queue_init(&self->queue[q], room + DD_SLACK);
    if (all)
        return DD_OK;
    dd_paths_free(self);
    return dd_error_no_memory(err);
}

void
dd_paths_free(dd_paths *self)
{
    for (size_t q = 0; self->queue && q < 2 * self->n_stages; q++)
        queue_free(&self->queue[q]);
    free(self->pace);
    free(self->age);
    free(self->advance_spent);
    free(self->leave_spent);
    free(self->day);
    free(self->stage);
    free(self->queue);
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
    for (size_t q = 0; q < 2 * self->n_stages; q++)
        self->queue[q].n = 0;
}

/* Two sets of queues take turns: a round's, and the next one's. */
static dd_queue *
queue_of(const dd_paths *self, uint32_t round, size_t stage)
{
    return &self->queue[(size_t) (round % 2) * self->n_stages + stage];
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
    size_t first = self->n;
    dd_queue *queue = queue_of(self, 0, (size_t) start->stage);

    if (self->plain && (pace != NULL || start->age_days > 0)) {
        set_past(self, 0, &fresh, NULL, first);
        self->plain = 0;
    }
    if (!self->plain)
        set_past(self, first, start, pace, n);
    for (size_t k = 0, at = queue->n; k < n; k++, at++) {
        queue->item[at] = start->item;
        queue->place[at] = (uint64_t) (start->first_trial + (uint32_t) k) << 32;
        queue->day[at] = start->day;
        queue->who[at] = (uint32_t) (first + k);
    }
    queue->n += n;
    self->n += n;
}

void
dd_paths_resume(dd_paths *self, int32_t stage, uint64_t item, uint64_t place,
                const float *pace)
{
    const dd_path_start start = { .item = item, .stage = stage };

    dd_paths_add(self, &start, pace, 1);
    queue_of(self, 0, (size_t) stage)->place[queue_of(self, 0, (size_t) stage)->n - 1]
        = place;
}

static void
gather(const dd_paths *self, const uint32_t *who, size_t n, uint32_t number, chunk *to)
{
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

/* Those who do not go on with most: at an end, still there, or off to another stage. */
static void
part_with_others(dd_paths *self, int32_t from, uint32_t number, const dd_moves *moves)
{
    for (size_t j = 0; j < moves->n_others; j++) {
        uint32_t k = moves->other[j], who = moves->who[k];
        int32_t to = moves->to[k];
        self->stage[who] = to == DD_STILL ? from : to;
        self->day[who] = moves->day[k];
        if (to >= 0) {
            dd_queue *queue = queue_of(self, number + 1, (size_t) to);
            queue->item[queue->n] = moves->item[k];
            queue->place[queue->n] = moves->place[k] + 1;
            queue->day[queue->n] = moves->day[k];
            queue->who[queue->n++] = who;
        }
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

/* A chunk of a queue, from `at` on. */
static void
play_chunk(dd_paths *self, size_t stage, const dd_queue *queue, size_t at,
           uint32_t number, dd_queue *onward, chunk *room)
{
    const dd_kernel *kernel = dd_kernel_chosen();
    dd_moves *moves = &room->moves;
    size_t left = queue->n - at;
    const dd_spells spells = { .n = left < DD_SPELLS ? left : DD_SPELLS,
                               .key = { self->key[0], self->key[1] },
                               .item = queue->item + at,
                               .place = queue->place + at,
                               .pace = self->plain ? NULL : room->pace,
                               .age = self->plain || number > 0 ? NULL : room->age,
                               .advance_spent = room->advance_spent,
                               .leave_spent = room->leave_spent };

    gather(self, queue->who + at, spells.n, number, room);
    kernel->spells(&self->risks[stage], &spells, &room->ends);
    moves->n = spells.n;
    moves->item = spells.item;
    moves->place = spells.place;
    moves->from = queue->day + at;
    moves->who = queue->who + at;
    moves->on_item = onward->item + onward->n;
    moves->on_place = onward->place + onward->n;
    moves->on_day = onward->day + onward->n;
    moves->on_who = onward->who + onward->n;
    kernel->moves(&room->ends, moves);
    onward->n += moves->n_on;
    part_with_others(self, (int32_t) stage, number, moves);
}

static void
play_stage(dd_paths *self, size_t stage, uint32_t number, chunk *room)
{
    const int32_t onward = onward_of(&self->risks[stage]);
    dd_queue *queue = queue_of(self, number, stage),
             *next = queue_of(self, number + 1, (size_t) onward);

    room->moves.onward = onward;
    for (size_t at = 0; at < queue->n; at += DD_SPELLS)
        play_chunk(self, stage, queue, at, number, next, room);
    queue->n = 0;
}

static size_t
waiting(const dd_paths *self, uint32_t number)
{
    size_t n = 0;

    for (size_t s = 0; s < self->n_stages; s++)
        n += queue_of(self, number, s)->n;
    return n;
}

/* Who still moves when all that are allowed are played stands where he is. */
static void
stop(dd_paths *self, uint32_t number)
{
    for (size_t s = 0; s < self->n_stages; s++) {
        dd_queue *queue = queue_of(self, number, s);
        for (size_t k = 0; k < queue->n; k++) {
            self->stage[queue->who[k]] = (int32_t) s;
            self->day[queue->who[k]] = queue->day[k];
        }
    }
}

/* Lanes that nobody fills are played too, whoever was there before. */
static void
fill_chunk(chunk *room, double horizon_days)
{
    memset(room, 0, sizeof *room);
    for (int i = 0; i < DD_SPELLS; i++)
        room->pace[i] = 1;
    room->moves.horizon_days = horizon_days;
}

void
dd_paths_play(dd_paths *self, double horizon_days)
{
    uint32_t round = 0;
    chunk room;

    fill_chunk(&room, horizon_days);
    for (; round < DD_MOST_SPELLS && waiting(self, round) > 0; round++)
        for (size_t s = 0; s < self->n_stages; s++)
            if (queue_of(self, round, s)->n > 0)
                play_stage(self, s, round, &room);
    stop(self, round);
}
