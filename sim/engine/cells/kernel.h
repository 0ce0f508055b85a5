/**
 * @file kernel.h
 * The inner loops of cells, once per instruction set: kernel_body.h is their one source,
 * kernel_baseline.c, kernel_avx2.c and kernel_avx512.c compile it. All are equal to the
 * bit: random words are integers, and the limits only sort out what is sure; whatever is
 * near a threshold is decided by one scalar comparison in fates.c.
 * Source: sim/engine/cells/kernel.c.
 */
#ifndef DD_ENGINE_KERNEL_H
#define DD_ENGINE_KERNEL_H

#include "base/isa.h"
#include "base/rng.h"
#include "dealdice/error.h"
#include "dealdice/outcomes.h"
#include "engine/paths/risks.h"

#define DD_WORDS 64 /* of one batch: 16 positions of a stream */

/** A set of lanes, a bit each: lane l is bit l % 64 of half l / 64. */
typedef struct {
    uint64_t half[DD_BLOCK / 64];
} dd_lane_set;

#define DD_MARKS 16 /* deals whose fates are kept as bits of one word a lane */

#define DD_PRODUCTS 64
#define DD_NEAR_ALIKE 1
#define DD_NEAR 7 /* limits are within so many 2^-16 of the threshold */

/** What chances of a block are put together from: exp(-level hazard) as a product of
 * two factors of 16 bits and a remainder near 1, level being relative to the greatest. */
typedef struct {
    double level[DD_BLOCK];  /* what it is prepared for; zeros: nothing yet */
    double most;             /* the greatest of them */
    int alike;               /* all levels are: chances are taken one by one */
    float bits[DD_BLOCK];    /* level / log 2 */
    uint16_t part[DD_BLOCK]; /* level / most, in 2^-16 */
    uint16_t coarse[DD_PRODUCTS][DD_BLOCK], fine[DD_PRODUCTS][DD_BLOCK];
} dd_products;

/** Deals in a row whose gain is known beforehand. */
typedef struct {
    unsigned n;
    uint64_t item[DD_MARKS];        /* of their streams */
    const double *hazard[DD_MARKS]; /* per period; those of one row are the same */
    uint64_t gain[DD_MARKS];
    dd_lane_set near[DD_MARKS];
    uint16_t *limit; /* periods x DD_BLOCK: workspace */
    double *alike;   /* periods x DD_MARKS: workspace */
} dd_marked;

/** Keys of Philox's ten rounds, one beside the other for as many lanes as there may be. */
typedef struct {
    uint64_t of[10][2][8];
} dd_round_keys;

void dd_round_keys_make(dd_round_keys *self, uint64_t seed, dd_rng_purpose purpose);

typedef struct {
    const char *name;

    /** Words of positions [position, position + 16): word i < 32 is word i % 2 of
     * position i / 2, word 32 + i is word 2 + i % 2 of position i / 2. */
    void (*words)(const dd_round_keys *keys, const dd_stream *stream, uint32_t position,
                  uint32_t word[DD_WORDS]);

    /** Prepare for the levels of wins of a block; zeroed to start. */
    void (*products)(dd_products *self, const double level[DD_BLOCK]);

    /** Sixteen-bit limits of one row and period: with u the upper 16 bits of a lane's
     * word, u < limit is surely won and u > limit + DD_NEAR surely not. */
    void (*limits)(const dd_products *products, double hazard, uint16_t limit[DD_BLOCK]);

    /** Who wins by the end of each period, by the first batch of a deal's words: half
     * l % 2 (the lower first) of word l / 2 is u of lane l.
     * @param limit  periods x DD_BLOCK
     * @param won    periods of them: those who surely do
     * @param near   those of any period that remain to be decided */
    void (*fates)(const dd_round_keys *keys, const dd_stream *stream,
                  const uint16_t *limit, size_t periods, dd_lane_set *won,
                  dd_lane_set *near);

    /** How spells of one stage would end. */
    void (*spells)(const dd_risks *risks, const dd_spells *of, dd_spell_ends *ends);

    /** Where they lead within a horizon. */
    void (*moves)(const dd_spell_ends *ends, dd_moves *of);

    /** When they would, by their clocks. */
    void (*dates)(const dd_spell_ends *ends, dd_spell_dates *dates);

    /** What reps do in a morning. */
    void (*mornings)(dd_mornings *of);

    /** Words of n places of the key's streams, at most DD_SPELLS, and what they make; up
     * to a multiple of sixteen they are read beyond. */
    void (*chances)(const uint32_t key[2], const uint64_t *item, const uint64_t *place,
                    size_t n, dd_chances *chances);

    /** The same for several deals, as marks: bit d of bits[period * DD_BLOCK + lane] is
     * set where deal d is surely won by the period's end; it is clear before.
     * @return a bit for each deal of which some lanes remain to be decided: of->near */
    unsigned (*mark)(const dd_round_keys *keys, uint32_t block,
                     const dd_products *products, size_t periods, dd_marked *of,
                     uint16_t *bits);

    /** Add to n sums, a multiple of eight, the gains of the deals that are marked; the
     * marks are cleared. */
    void (*settle)(uint64_t *sum, uint16_t *bits, size_t n,
                   const uint64_t gain[DD_MARKS]);
} dd_kernel;

extern const dd_kernel dd_kernel_baseline, dd_kernel_avx2, dd_kernel_avx512;

/** That of dd_isa_chosen. */
const dd_kernel *dd_kernel_chosen(void);

#endif
