/**
 * @file rng.h
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011,
 * "Parallel random numbers: as easy as 1, 2, 3"; Random123). Source: sim/base/rng.c.
 *
 * A word is a pure function of (seed, purpose, key, block, word): the same for any
 * thread, rank or order; a deal that comes or goes leaves the luck of all others alone.
 */
#ifndef DD_BASE_RNG_H
#define DD_BASE_RNG_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

/** What a stream is for; part of the Philox key. Never renumber: bytes depend on it. */
typedef enum {
    DD_RNG_OPEN = 1,   /* fate of open deals */
    DD_RNG_AMOUNT = 2, /* amount or ratio of an open deal that won */
    DD_RNG_NEW = 3,    /* winners among deals to come, and their amounts */
    DD_RNG_LEVEL = 4,  /* stratified levels */
    DD_RNG_DRAW = 5,   /* posterior draws */
    DD_RNG_PATH = 6,   /* spells one by one */
    DD_RNG_SAMPLE = 7, /* made-up companies */
    DD_RNG_TEST = 8,
    DD_RNG_BACKTEST = 9, /* references drawn from, ties broken */
    DD_RNG_ODDS = 10,    /* posterior draws of factors */
    DD_RNG_VISIT = 11,   /* winners among visits that are decided */
    DD_RNG_NEEDED = 12,  /* winners among efforts until a target is reached */
    DD_RNG_REP = 13,     /* how long a rep stays, what he brings */
} dd_rng_purpose;

/** One stream: seed and purpose make the Philox key; key and block its counter. */
typedef struct {
    uint32_t key[2];
    uint64_t item; /* deal key, group hash, ... */
    uint32_t block;
} dd_stream;

dd_stream dd_stream_make(uint64_t seed, dd_rng_purpose purpose, uint64_t item,
                         uint32_t block);
/** Four words at position `word` (so 4 x 2^32 words a stream). */
void dd_stream_words(const dd_stream *self, uint32_t word, uint32_t out[4]);
/** (x + 0.5) 2^-32: never 0 or 1. */
double dd_uniform32(uint32_t x);
/** Of two words: 53 bits, never 0 or 1. */
double dd_uniform53(uint32_t high, uint32_t low);

/** A dd_stream read word after word behind GSL's samplers; free with gsl_rng_free.
 * @return NULL without memory */
gsl_rng *dd_rng_gsl(const dd_stream *stream);
/** Point an existing one (made by dd_rng_gsl) at another stream's start; allocates nothing. */
void dd_rng_gsl_seek(gsl_rng *r, const dd_stream *stream);

/** 64-bit hash of bytes (FNV-1a, then mixed): a deal's key from its id. */
uint64_t dd_hash(const char *text, size_t n);

#endif
