/* Many spells of one stage at once: part of the kernel's one source. Plain loops over
 * lanes, which compilers vectorise; only integers are compared, since a comparison of
 * floats keeps them from it. Floats of one fixed order of arithmetic: the same bits from
 * every instruction set. */
#include "engine/paths/risks.h"

typedef union {
    float value;
    int32_t bits;
} lane_float;

typedef union {
    double value;
    uint64_t bits;
} lane_double;

#define NEVER 0x7f800000 /* INFINITY, as bits */

/* Four words of each lane's own position: first[i] words 0 and 1, second[i] 2 and 3. */
static inline void
words_of_lanes(const uint32_t key[2], const uint64_t *item, const uint64_t *place, int n,
               uint64_t first[DD_SPELLS], uint64_t second[DD_SPELLS])
{
    for (int i = 0; i < n; i += GROUPS * DD_LANES64) {
        dd_lanes k0 = dd_lanes_set(key[0]), k1 = dd_lanes_set(key[1]);
        counters c[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            c[g].c0 = dd_lanes_load((const void *) (place + i + g * DD_LANES64));
            c[g].c1 = dd_lanes_down32(c[g].c0);
            c[g].c2 = dd_lanes_load((const void *) (item + i + g * DD_LANES64));
            c[g].c3 = dd_lanes_down32(c[g].c2);
        }
        for (int round = 0; round < 10; round++) {
            for (int g = 0; g < GROUPS; g++)
                philox_round(&c[g], k0, k1);
            k0 = dd_lanes_add(k0, dd_lanes_set(0x9E3779B9));
            k1 = dd_lanes_add(k1, dd_lanes_set(0xBB67AE85));
        }
        for (int g = 0; g < GROUPS; g++) {
            dd_lanes_store(first + i + g * DD_LANES64, join(c[g].c0, c[g].c1));
            dd_lanes_store(second + i + g * DD_LANES64, join(c[g].c2, c[g].c3));
        }
    }
}

/*
 * -log of (w + 1/2) 2^-31, w the upper 31 bits of a word: x = 2^k m, m in [sqrt(1/2),
 * sqrt(2)); log m = 2 artanh(s), s = (m - 1)/(m + 1), by the series to s^9, relative
 * error 1e-8 beside the rounding. Near 1 m - 1 is exact, so that short waits are fine.
 */
static inline float
exponential(uint32_t word)
{
    const int32_t root_half = 0x3f3504f3;
    lane_float x;
    int32_t k;
    float s, z;

    x.value = (float) (int32_t) (word >> 1) + 0.5f;
    k = (x.bits - root_half) >> 23;
    x.bits -= k << 23;
    s = (x.value - 1.0f) / (x.value + 1.0f);
    z = s * s;
    return (float) (31 - k) * 0.69314718f
           - s
                 * (2.0f
                    + z
                          * (0.66666667f
                             + z * (0.4f + z * (0.28571429f + z * 0.22222222f))));
}

static inline int32_t
bits_of(float positive)
{
    lane_float x = { .value = positive };

    return x.bits;
}

/* Age at which the risk's hazard is spent, INFINITY: never. */
static inline void
ages_of(const dd_risk *risk, const float spend[DD_SPELLS], const int32_t band[DD_SPELLS],
        int n, float age[DD_SPELLS])
{
    const int32_t total = bits_of(risk->total);
    float from[DD_SPELLS], start[DD_SPELLS], days[DD_SPELLS];

    dd_lanes_pick16(risk->hazard, band, from, n);
    dd_lanes_pick16(risk->age, band, start, n);
    dd_lanes_pick16(risk->days, band, days, n);
    for (int i = 0; i < n; i++) {
        lane_float at;
        at.value = start[i] + (spend[i] - from[i]) * days[i];
        at.bits = bits_of(spend[i]) < total ? at.bits : NEVER;
        age[i] = at.value;
    }
}

/* Which of the risk's exits, by a third word. */
static inline void
exits_of(const dd_risk *risk, const int32_t band[DD_SPELLS],
         const uint64_t word[DD_SPELLS], int n, int32_t to[DD_SPELLS])
{
    int32_t exit[DD_SPELLS];

    if (risk->exits < 2) {
        for (int i = 0; i < n; i++)
            to[i] = risk->to[0];
        return;
    }
    for (int i = 0; i < n; i++)
        exit[i] = 0;
    for (uint32_t j = 0; j + 1 < risk->exits; j++) {
        float below[DD_SPELLS];
        dd_lanes_pick16(risk->below[j], band, below, n);
        for (int i = 0; i < n; i++) {
            float u = (float) (int32_t) ((uint32_t) word[i] >> 1) * 0x1p-31f;
            exit[i] += bits_of(u) >= bits_of(below[i]);
        }
    }
    for (int i = 0; i < n; i++)
        to[i] = risk->to[exit[i]];
}

static inline void
stays_of(const dd_spells *spells, int n, float days[DD_SPELLS])
{
    if (spells->age != NULL)
        for (int i = 0; i < n; i++) {
            lane_float stay = { .value = days[i] - spells->age[i] };
            stay.bits = stay.bits > 0 ? stay.bits : 0;
            days[i] = stay.value;
        }
}

/* The nearer of two ends; who never leaves is there still. */
static inline void
nearer_of(int n, dd_spell_ends *ends)
{
    for (int i = 0; i < n; i++) {
        lane_float stay = { .value = ends->leave_days[i] };
        int32_t advance = bits_of(ends->advance_days[i]), leave = stay.bits;
        int32_t sooner = -(advance <= leave), stays, to;
        stay.bits ^= (advance ^ leave) & sooner;
        stays = -(stay.bits == NEVER);
        to = ends->leave_to[i] ^ ((ends->advance_to[i] ^ ends->leave_to[i]) & sooner);
        ends->days[i] = stay.value;
        ends->to[i] = to ^ ((to ^ DD_STILL) & stays);
    }
}

static void
spells(const dd_risks *risks, const dd_spells *of, dd_spell_ends *ends)
{
    const int n = (int) ((of->n + 15) / 16) * 16;
    uint64_t first[DD_SPELLS], second[DD_SPELLS];
    float advance[DD_SPELLS], leave[DD_SPELLS];
    int32_t advance_band[DD_SPELLS], leave_band[DD_SPELLS];

    words_of_lanes(of->key, of->item, of->place, n, first, second);
    for (int i = 0; i < n; i++) {
        advance[i] = exponential((uint32_t) first[i]);
        leave[i] = exponential((uint32_t) (first[i] >> 32));
    }
    if (of->pace != NULL)
        for (int i = 0; i < n; i++)
            advance[i] /= of->pace[i];
    if (of->age != NULL)
        for (int i = 0; i < n; i++) {
            advance[i] += of->advance_spent[i];
            leave[i] += of->leave_spent[i];
        }
    dd_lanes_band16(risks->advance.hazard, advance, advance_band, n);
    dd_lanes_band16(risks->leave.hazard, leave, leave_band, n);
    ages_of(&risks->advance, advance, advance_band, n, ends->advance_days);
    ages_of(&risks->leave, leave, leave_band, n, ends->leave_days);
    stays_of(of, n, ends->advance_days);
    stays_of(of, n, ends->leave_days);
    exits_of(&risks->advance, advance_band, second, n, ends->advance_to);
    exits_of(&risks->leave, leave_band, second, n, ends->leave_to);
    nearer_of(n, ends);
    if (of->waits)
        for (int i = 0; i < n; i++)
            ends->wait[i] = exponential((uint32_t) (second[i] >> 32));
}

static void
moves(const dd_spell_ends *ends, dd_moves *of)
{
    const int n = (int) of->n, lanes = (n + 15) / 16 * 16;
    const double horizon = of->horizon_days, *from = of->from;
    const int32_t onward = of->onward;
    const uint64_t all = UINT64_MAX >> (64 - n);
    int32_t goes_on[DD_SPELLS];
    uint64_t next[DD_SPELLS], on;

    for (int i = 0; i < lanes; i++) {
        lane_double left;
        double day = from[i] + (double) ends->days[i];
        int32_t to = ends->to[i];
        left.value = horizon - day;
        to ^= (to ^ DD_STILL) & -(int32_t) (left.bits >> 63);
        of->day[i] = day;
        of->to[i] = to;
        goes_on[i] = -(to == onward);
        next[i] = of->place[i] + 1;
    }
    on = dd_lanes_bits(goes_on, lanes) & all;
    of->n_on = (size_t) __builtin_popcountll(on);
    of->n_others = of->n - of->n_on;
    dd_lanes_keep64(of->item, on, lanes, of->on_item);
    dd_lanes_keep64(next, on, lanes, of->on_place);
    dd_lanes_keep64((const void *) of->day, on, lanes, (void *) of->on_day);
    dd_lanes_keep32(of->who, on, lanes, of->on_who);
    dd_lanes_which(all & ~on, lanes, of->other);
}

static void
dates(const dd_spell_ends *ends, dd_spell_dates *of)
{
    const int n = (int) ((of->n + 7) / 8) * 8;
    const double cells = of->cells_per_day, last = of->last_cell;
    const double *from = of->since, *at = of->at;

    for (int i = 0; i < n; i++) {
        union {
            double value;
            uint64_t bits;
        } late;
        double stay = (double) ends->advance_days[i], since = from[i],
               leave = since + (double) ends->leave_days[i], sooner = since + stay, cell;
        late.value = (leave < 1e30 ? leave : 1e30) - sooner;
        sooner = sooner < leave ? sooner : leave;
        cell = sooner * cells;
        of->advance_at[i] = at[i] + stay;
        of->leave_at[i] = leave;
        of->soonest[i] = sooner;
        of->cell[i] = (int32_t) (cell < last ? cell : last);
        of->leaves[i] = (int32_t) (late.bits >> 63);
    }
}

static void
chances(const uint32_t key[2], const uint64_t *item, const uint64_t *place, size_t some,
        dd_chances *of)
{
    const int n = (int) ((some + 15) / 16) * 16;

    words_of_lanes(key, item, place, n, of->first, of->second);
    for (int i = 0; i < n; i++)
        of->wait[i] = exponential((uint32_t) (of->second[i] >> 32));
}

#define MORNING 8

/* Signs are read as bits: comparisons would keep compilers from lanes. */
static inline void
morning_of(const dd_mornings *of, size_t from, uint64_t slow[MORNING],
           uint64_t brings[MORNING])
{
    const double *visits = of->visits + from, *fixed = of->fixed + from,
                 *eager = of->eager + from, *ripe = of->ripe + from,
                 *uneven = of->uneven + from;
    double *restrict demand = of->demand + from, *restrict done = of->done + from,
                     *restrict rate = of->rate + from, *restrict sown = of->sown + from;
    const double days = of->days, worked = of->worked;

    for (int i = 0; i < MORNING; i++) {
        lane_double left, over, odd, none;
        double asked = demand[i] + done[i], more;
        odd.value = uneven[i];
        demand[i] = asked;
        done[i] = 0;
        left.value = visits[i] - asked;
        slow[i] = left.bits | odd.bits;
        left.bits &= (left.bits >> 63) - 1;
        more = days * fixed[i] + worked * eager[i] * left.value;
        rate[i] = more;
        sown[i] += more;
        over.value = sown[i] - ripe[i];
        none.value = 0 - more; /* below 0: he has sown something today */
        brings[i] = ~over.bits & none.bits;
    }
}

static void
mornings(dd_mornings *of)
{
    size_t n_slow = 0, n_brings = 0;

    for (size_t s = 0; s < of->n; s += MORNING) {
        uint64_t slow[MORNING], brings[MORNING];
        morning_of(of, s, slow, brings);
        for (size_t i = 0; i < MORNING; i++) {
            of->slow[n_slow] = of->brings[n_brings] = (uint32_t) (s + i);
            n_slow += slow[i] >> 63;
            n_brings += brings[i] >> 63;
        }
    }
    of->n_slow = n_slow;
    of->n_brings = n_brings;
}
