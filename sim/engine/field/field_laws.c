/*
 * Levers that start on a day to come. That morning each deal keeps what is left of its
 * luck: the unit exponentials of its spell, less the hazards that it has spent, are spent
 * on by the new law from its age of then (hazards are independent waits without memory,
 * engine/paths/risks.h). Where a stage is what it was no date is touched.
 *
 * Under odds theta of its own, luck r was chosen with density theta^won(r) / h, h = 1 - c +
 * theta c, c the chance of ever winning from here; the new law asks for theta'^won'(r) /
 * h'. So r is kept with chance min(1, q), q the second over the first, and else drawn anew
 * with density in proportion to what the second is above the first: the maximal coupling
 * of both (Thorisson 2000, ch. 1), which changes as few futures as any can.
 */
#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <string.h>

#define LAW_POSITION (UINT32_C(13) << 28) /* + law: of a deal's stream */
#define MOST_TRIES 10000

double
dd_field_size(const dd_field *self, size_t pipeline)
{
    const dd_law_days *laws = &self->lives->run->laws;

    return laws->model[self->lives->law]->amounts[pipeline].times
           / laws->model[0]->amounts[pipeline].times;
}

void
dd_field_remember(dd_field *self, const dd_field_row *row, const float *age,
                  const uint32_t *who, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        uint32_t k = who[j];
        dd_field_luck *luck = &self->luck[row->deal[k]];
        float since = age ? age[k] : 0;
        luck->begun = row->at[k] - (double) since;
        luck->advance_age = luck->leave_age = since;
        luck->advance_spent = luck->leave_spent = 0;
    }
}

/* ---- one stage, from one law to the next ---- */

/* What a stage and its pipeline are by both laws. */
typedef struct {
    size_t stage, pipeline;
    const dd_life_law *from, *to;
    const dd_rates *was, *is;
    double cycle;       /* days of the new law for one of the old */
    int spells_change;  /* in this stage */
    int futures_change; /* in any of the pipeline */
} change;

/* Deals of the stage at once; ages by the new law unless they say otherwise. */
typedef struct {
    size_t n, tries;
    uint32_t deal[DD_SPELLS];
    uint64_t item[DD_SPELLS], place[DD_SPELLS]; /* of the spell that is under way */
    float advance_age[DD_SPELLS], leave_age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS]; /* of luck */
    double theta[DD_SPELLS];                                /* by the new law */
    double q[DD_SPELLS];     /* theta'^won' / theta^won x this: of keeping its luck */
    int32_t wins[DD_SPELLS]; /* by the old law */
    dd_spell_ends ends;      /* by the new one */
    int32_t wins_now[DD_SPELLS];
} chunk;

static float
pace_of(const dd_field *self, const dd_life_law *law, uint32_t i)
{
    const dd_field_deal *deal = &self->deal[i];
    int is_new = deal->book == DD_NEW_DEAL;

    return (is_new ? law->pace.of_new
                   : law->pace.of_open)[dd_field_trial(deal) % DD_BLOCK];
}

static float
hazard_of(const dd_risk *risk, double from, double to)
{
    return dd_risk_spent(risk, (float) to) - dd_risk_spent(risk, (float) from);
}

static float
not_below(double x)
{
    return (float) fmax(x, 0);
}

/* Where it stands this morning: ages by the old law, luck spent. */
static void
look_at(const dd_field *self, const change *of, chunk *to, size_t k)
{
    uint32_t i = to->deal[k];
    const dd_field_deal *deal = &self->deal[i];
    const dd_field_luck *luck = &self->luck[i];
    const dd_risks *risks = &of->from->risks[of->stage];
    float pace = pace_of(self, of->from, i);

    to->item[k] = deal->item;
    to->place[k] = deal->place - 1;
    to->wins[k] = luck->wins;
    to->advance_age[k]
        = not_below(self->work - self->seat.lag[deal->seat] - luck->begun);
    to->leave_age[k] = not_below(self->work - deal->since);
    to->advance_spent[k] = luck->advance_spent
                           + pace
                                 * hazard_of(&risks->advance, (double) luck->advance_age,
                                             (double) to->advance_age[k]);
    to->leave_spent[k] = luck->leave_spent
                         + hazard_of(&risks->leave, (double) luck->leave_age,
                                     (double) to->leave_age[k]);
}

/* What a scenario says of a deal's chance holds on: a law moves only when it is won. */
static double
odds_by(const dd_field *self, uint32_t i, const change *of, double was, double is)
{
    const dd_field_deal *deal = &self->deal[i];
    const dd_book *book = self->lives->run->book;
    double theta = self->story[i].theta, chance = dd_on_odds(was, theta);

    if (deal->book == DD_NEW_DEAL || !book->said
        || book->said[deal->book].win_rate.kind == DD_CHANGE_NONE)
        return theta * (of->is->odds / of->was->odds);
    if (!(is > 0) || !(is < 1) || !(chance < 1))
        return theta;
    return chance * (1 - is) / (is * (1 - chance));
}

/* Odds by the new law, and ages too. */
static void
turn(const dd_field *self, const change *of, chunk *to, size_t k)
{
    size_t stage = of->stage - self->lives->first_stage[of->pipeline];
    uint32_t i = to->deal[k];
    double theta = self->story[i].theta, was, is;

    was = dd_field_chance(of->was, stage, (double) to->leave_age[k]);
    to->advance_age[k] *= (float) of->cycle;
    to->leave_age[k] *= (float) of->cycle;
    is = dd_field_chance(of->is, stage, (double) to->leave_age[k]);
    to->theta[k] = odds_by(self, i, of, was, is);
    to->q[k] = (1 - was + theta * was) / (1 - is + to->theta[k] * is);
}

/* ---- futures ---- */

static void
draw(const dd_field *self, const dd_life_law *law, size_t stage, const chunk *of,
     dd_spell_ends *ends)
{
    const dd_risks *risks = &law->risks[stage];
    const dd_stream key
        = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH, 0, 0);
    float none[DD_SPELLS] = { 0 }, advance[DD_SPELLS] = { 0 }, leave[DD_SPELLS] = { 0 },
          pace[DD_SPELLS];
    const dd_spells spells = { .n = of->n,
                               .key = { key.key[0], key.key[1] },
                               .item = of->item,
                               .place = of->place,
                               .pace = pace,
                               .age = none,
                               .advance_spent = advance,
                               .leave_spent = leave };

    for (size_t k = 0; k < DD_SPELLS; k++)
        pace[k] = k < of->n ? pace_of(self, law, of->deal[k]) : 1;
    for (size_t k = 0; k < of->n; k++) {
        advance[k] = dd_risk_spent(&risks->advance, of->advance_age[k])
                     - of->advance_spent[k] / pace[k];
        leave[k] = dd_risk_spent(&risks->leave, of->leave_age[k]) - of->leave_spent[k];
    }
    dd_kernel_chosen()->spells(risks, &spells, ends);
    for (size_t k = 0; k < of->n; k++) {
        ends->advance_days[k] -= of->advance_age[k];
        ends->leave_days[k] -= of->leave_age[k];
        ends->advance_days[k] = not_below((double) ends->advance_days[k]);
        ends->leave_days[k] = not_below((double) ends->leave_days[k]);
    }
}

/* Which of them are won, nothing in their way, once these spells have ended. */
static void
follow(const dd_field *self, const dd_life_law *law, size_t pipeline, const chunk *of,
       const dd_spell_ends *ends, int32_t won[DD_SPELLS])
{
    int32_t stage[DD_SPELLS], ends_won[DD_SPELLS];
    uint64_t item[DD_SPELLS], place[DD_SPELLS];
    float pace[DD_SPELLS];
    size_t who[DD_SPELLS] = { 0 }, n = 0;
    dd_ways ways = { 0, stage, item, place, pace, ends_won };

    for (size_t k = 0; k < of->n; k++) {
        int advances = ends->advance_days[k] <= ends->leave_days[k];
        int32_t to = advances ? ends->advance_to[k] : ends->leave_to[k];
        int ever = isfinite(advances ? ends->advance_days[k] : ends->leave_days[k]);
        won[k] = ever && to == DD_WON;
        if (!ever || to < 0)
            continue;
        stage[n] = to;
        item[n] = of->item[k];
        place[n] = of->place[k] + 1;
        pace[n] = pace_of(self, law, of->deal[k]);
        who[n++] = k;
    }
    ways.n = n;
    dd_lives_follow(self->lives, law, pipeline, &ways);
    for (size_t j = 0; j < n; j++)
        won[who[j]] = ends_won[j];
}

static void
scale_ages(chunk *of, double by)
{
    for (size_t k = 0; k < of->n; k++) {
        of->advance_age[k] *= (float) by;
        of->leave_age[k] *= (float) by;
    }
}

/* Wins by both laws. For what a deal's luck was first chosen is known. */
static void
foresee(const dd_field *self, const change *of, chunk *all)
{
    dd_spell_ends before;

    follow(self, of->to, of->pipeline, all, &all->ends, all->wins_now);
    if (!of->futures_change)
        memcpy(all->wins, all->wins_now, all->n * sizeof *all->wins);
    if (!of->futures_change || all->tries == 0)
        return;
    scale_ages(all, 1 / of->cycle);
    draw(self, of->from, of->stage, all, &before);
    scale_ages(all, of->cycle);
    follow(self, of->from, of->pipeline, all, &before, all->wins);
}

static double
odds_of(double theta, int wins)
{
    return wins ? theta : 1;
}

/* Is this try's luck the deal's from now on? */
static int
is_kept(const dd_field *self, const chunk *of, size_t k)
{
    const dd_field_deal *deal = &self->deal[of->deal[k]];
    double was = self->story[of->deal[k]].theta, is = of->theta[k], over;
    dd_stream stream = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH,
                                      of->item[k], (uint32_t) dd_field_trial(deal));
    uint32_t word[4];

    if ((was == 1 && is == 1) || of->tries == MOST_TRIES)
        return 1;
    over = odds_of(is, of->wins_now[k]) / odds_of(was, of->wins[k]) * of->q[k];
    dd_stream_words(&stream, LAW_POSITION + (uint32_t) self->lives->law, word);
    if (of->tries > 0)
        over = odds_of(is, of->wins_now[k]) / fmax(is, 1) * (1 - 1 / over);
    return dd_uniform53(word[0], word[1]) < over;
}

static void
settle(dd_field *self, const change *of, const chunk *all, size_t k)
{
    uint32_t i = all->deal[k];
    dd_field_deal *deal = &self->deal[i];
    dd_field_luck *luck = &self->luck[i];
    const uint32_t exits = (uint32_t) (of->stage * self->most_exits + DD_FIELD_ENDS);
    const double at = self->work - self->seat.lag[deal->seat];

    if (self->story[i].theta != 1 || all->theta[k] != 1)
        luck->wins = all->wins_now[k];
    self->story[i].theta = all->theta[k];
    if (all->tries == 0 && !of->spells_change)
        return;
    deal->item = all->item[k];
    deal->advance_at = at + (double) all->ends.advance_days[k];
    deal->leave_at = self->work + (double) all->ends.leave_days[k];
    deal->advance = exits + (uint32_t) all->ends.advance_to[k];
    deal->leave = exits + (uint32_t) all->ends.leave_to[k];
    deal->since = self->work - (double) all->leave_age[k];
    luck->begun = at - (double) all->advance_age[k];
    luck->advance_age = all->advance_age[k];
    luck->leave_age = all->leave_age[k];
    luck->advance_spent = all->advance_spent[k];
    luck->leave_spent = all->leave_spent[k];
}

/* Lane k moves up to lane `to`, on luck that nobody has had. */
static void
try_again(const dd_field *self, chunk *of, size_t to, size_t k)
{
    uint64_t address[3]
        = { self->deal[of->deal[k]].item, UINT64_MAX - 1 - self->lives->law, of->tries };

    of->deal[to] = of->deal[k];
    of->item[to] = dd_hash((const char *) address, sizeof address);
    of->place[to] = of->place[k];
    of->advance_age[to] = of->advance_age[k];
    of->leave_age[to] = of->leave_age[k];
    of->advance_spent[to] = of->leave_spent[to] = 0;
    of->theta[to] = of->theta[k];
    of->q[to] = of->q[k];
}

static void
go_on(dd_field *self, const change *of, chunk *all)
{
    int on_odds = 0;

    for (size_t k = 0; k < all->n; k++) {
        look_at(self, of, all, k);
        turn(self, of, all, k);
        on_odds |= self->story[all->deal[k]].theta != 1 || all->theta[k] != 1;
    }
    for (all->tries = 0; all->n > 0; all->tries++) {
        size_t left = 0;
        draw(self, of->to, of->stage, all, &all->ends);
        if (on_odds)
            foresee(self, of, all);
        for (size_t k = 0; k < all->n; k++)
            if (is_kept(self, all, k))
                settle(self, of, all, k);
            else
                try_again(self, all, left++, k);
        all->n = left;
    }
}

/* ---- all of them ---- */

/* To the bit. */
static int
differ(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) != 0;
}

static int
stages_differ(const change *of, size_t stage)
{
    return differ(&of->from->risks[stage], &of->to->risks[stage], sizeof *of->to->risks)
           || differ(&of->from->pace, &of->to->pace, sizeof of->to->pace);
}

/* Who stands in it and may live otherwise from now on. */
static int
is_touched(const dd_field *self, const change *of, uint32_t i)
{
    const dd_field_deal *deal = &self->deal[i];

    return deal->is_alive && deal->stage == of->stage && !self->luck[i].fixed
           && (uint32_t) deal->place <= DD_MOST_SPELLS
           && (of->spells_change || self->story[i].theta != 1
               || of->is->odds != of->was->odds);
}

static void
change_stage(dd_field *self, change *of)
{
    chunk all;

    all.n = 0;
    for (uint32_t i = 0; i < self->top; i++) {
        if (is_touched(self, of, i))
            all.deal[all.n++] = i;
        if (all.n == DD_SPELLS)
            go_on(self, of, &all);
    }
    if (all.n > 0)
        go_on(self, of, &all);
}

/* A stage that resolves at once holds only those who have resolved to stay for ever. */
static void
change_pipeline(dd_field *self, size_t p, size_t law)
{
    const dd_lives *lives = self->lives;
    change of = { .pipeline = p,
                  .from = &lives->laws[law - 1],
                  .to = &lives->laws[law],
                  .was = dd_table_maker_law_rates(lives->maker, law - 1, p, lives->lane),
                  .is = dd_table_maker_law_rates(lives->maker, law, p, lives->lane) };
    size_t first = lives->first_stage[p], end = lives->first_stage[p + 1];

    for (size_t s = first; s < end; s++)
        of.futures_change |= stages_differ(&of, s);
    for (size_t s = first; s < end; s++) {
        of.stage = s;
        of.spells_change = stages_differ(&of, s);
        of.cycle
            = dd_rates_age(of.is, s - first, 1) / dd_rates_age(of.was, s - first, 1);
        if ((of.futures_change || of.is->odds != of.was->odds)
            && of.is->stage[s - first].bands > 0)
            change_stage(self, &of);
    }
}

/* Visits asked for by all that are under way. */
static void
ask_anew(dd_field *self)
{
    for (size_t s = 0; s < self->width; s++)
        self->seat.demand[s] = 0;
    for (size_t i = 0; i < self->top; i++) {
        const dd_field_deal *deal = &self->deal[i];
        if (deal->is_alive && !dd_field_is_stuck(deal))
            self->seat.demand[deal->seat] += self->visits[deal->stage];
    }
}

/* Lists by the new dates; who was lost in one leaves it. */
static void
list_anew(dd_field *self)
{
    for (size_t step = (size_t) self->step; step < self->steps; step++) {
        for (int32_t i = self->first_due[step]; i >= 0; i = self->next[i])
            if (!self->deal[i].is_alive)
                self->free[self->n_free++] = (uint32_t) i;
        self->first_due[step] = -1;
    }
    for (uint32_t i = 0; i < self->top; i++)
        if (self->deal[i].is_alive)
            dd_field_wait_on(self, i, self->step);
}

/* Reps at work have the visits that they are to make from today on. */
static void
set_to_work(dd_field *self)
{
    for (size_t s = 0; s < self->trials * self->seats; s++)
        if (s % self->seats < self->crew->n && self->rep[s].present)
            self->seat.turn[s] = fmin(self->seat.turn[s], self->day);
    self->next_turn = fmin(self->next_turn, self->day);
}

void
dd_field_change_law(dd_field *self)
{
    const dd_law_days *laws = &self->lives->run->laws;
    size_t law = self->lives->law + 1;

    for (; law < laws->n && (double) laws->calendar[law] <= self->day; law++) {
        dd_lives_take_law(self->lives, law);
        dd_field_take_law(self);
        for (size_t p = 0; p < self->lives->run->model->n_pipelines; p++)
            change_pipeline(self, p, law);
        ask_anew(self);
        list_anew(self);
        set_to_work(self);
    }
}
