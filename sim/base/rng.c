#include "base/rng.h"

#include <Random123/philox.h>

dd_stream
dd_stream_make(uint64_t seed, dd_rng_purpose purpose, uint64_t item, uint32_t block)
{
    dd_stream stream;

    stream.key[0] = (uint32_t) seed;
    stream.key[1] = (uint32_t) (seed >> 32) ^ (uint32_t) purpose;
    stream.item = item;
    stream.block = block;
    return stream;
}

static inline philox4x32_ctr_t
words_at(const dd_stream *self, uint32_t word)
{
    philox4x32_ctr_t counter = { { word, self->block, (uint32_t) self->item,
                                   (uint32_t) (self->item >> 32) } };
    philox4x32_key_t key = { { self->key[0], self->key[1] } };

    return philox4x32_R(10, counter, key);
}

void
dd_stream_words(const dd_stream *self, uint32_t word, uint32_t out[4])
{
    philox4x32_ctr_t words = words_at(self, word);

    for (int i = 0; i < 4; i++)
        out[i] = words.v[i];
}

double
dd_uniform32(uint32_t x)
{
    return ((double) x + 0.5) * 0x1p-32;
}

double
dd_uniform53(uint32_t high, uint32_t low)
{
    uint64_t bits = ((uint64_t) high << 32) | low;

    /* An odd multiple of 2^-53: 52 random bits and a half, exact, never 0 or 1. */
    return (double) ((bits >> 11) | 1) * 0x1p-53;
}

/* ---- the same stream behind GSL's samplers ---- */

typedef struct {
    dd_stream stream;
    uint32_t word;      /* position of the next four words */
    uint32_t buffer[4]; /* what is left of the last four is buffer[used...] */
    unsigned used;
} reader;

static uint32_t
reader_next(reader *self)
{
    if (self->used == 4) {
        dd_stream_words(&self->stream, self->word++, self->buffer);
        self->used = 0;
    }
    return self->buffer[self->used++];
}

static void
reader_seek(reader *self, const dd_stream *stream)
{
    self->stream = *stream;
    self->word = 0;
    self->used = 4;
}

static void
reader_set(void *state, unsigned long seed)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_TEST, 0, 0);

    reader_seek(state, &stream);
}

static unsigned long
reader_get(void *state)
{
    return reader_next(state);
}

static double
reader_get_double(void *state)
{
    uint32_t high = reader_next(state);

    return dd_uniform53(high, reader_next(state));
}

static const gsl_rng_type reader_type = {
    "dealdice-philox4x32-10", UINT32_MAX, 0, sizeof(reader), reader_set, reader_get,
    reader_get_double,
};

gsl_rng *
dd_rng_gsl(const dd_stream *stream)
{
    gsl_rng *r = gsl_rng_alloc(&reader_type);

    if (r)
        reader_seek(gsl_rng_state(r), stream);
    return r;
}

void
dd_rng_gsl_seek(gsl_rng *r, const dd_stream *stream)
{
    reader_seek(gsl_rng_state(r), stream);
}

/* ---- keys ---- */

/* The 64-bit finaliser of MurmurHash3 (Appleby): spreads FNV's weak high bits. */
static uint64_t
mix(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ (x >> 33);
}

uint64_t
dd_hash(const char *text, size_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char) text[i]) * UINT64_C(0x100000001b3);
    return mix(hash);
}
