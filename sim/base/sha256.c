#include "base/sha256.h"

#include <string.h>

/* FIPS 180-4, 4.2.2: cube roots of the first 64 primes. */
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

static uint32_t
turn(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* 6.2.2, step 1: the message schedule. */
static void
schedule(uint32_t w[64], const unsigned char block[64])
{
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t) block[4 * t] << 24 | (uint32_t) block[4 * t + 1] << 16
               | (uint32_t) block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = (turn(b, 17) ^ turn(b, 19) ^ b >> 10) + w[t - 7]
               + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[t - 16];
    }
}

/* 6.2.2, step 3: one round. What the standard calls the next a and e are written into h
 * and d; the caller names its variables one further each time instead of moving them. */
static inline void
step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g,
     uint32_t *h, uint32_t added)
{
    uint32_t s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), choice = (e & f) ^ (~e & g);
    uint32_t s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    uint32_t majority = (a & b) ^ (a & c) ^ (b & c);

    *h += s1 + choice + added;
    *d += *h;
    *h += s0 + majority;
}

/* 6.2.2, steps 2 to 4. */
static void
work_in(uint32_t s[8], const unsigned char block[64], const uint32_t k[64])
{
    uint32_t w[64];
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
    uint32_t e = s[4], f = s[5], g = s[6], h = s[7];

    schedule(w, block);
    for (int t = 0; t < 64; t += 8) {
        step(a, b, c, &d, e, f, g, &h, k[t] + w[t]);
        step(h, a, b, &c, d, e, f, &g, k[t + 1] + w[t + 1]);
        step(g, h, a, &b, c, d, e, &f, k[t + 2] + w[t + 2]);
        step(f, g, h, &a, b, c, d, &e, k[t + 3] + w[t + 3]);
        step(e, f, g, &h, a, b, c, &d, k[t + 4] + w[t + 4]);
        step(d, e, f, &g, h, a, b, &c, k[t + 5] + w[t + 5]);
        step(c, d, e, &f, g, h, a, &b, k[t + 6] + w[t + 6]);
        step(b, c, d, &e, f, g, h, &a, k[t + 7] + w[t + 7]);
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
}

void
dd_sha256_init_plain(dd_sha256 *self)
{
    /* 5.3.3: square roots of the first eight primes. */
    static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    *self = (dd_sha256){ .work_in = work_in };
    memcpy(self->state, start, sizeof start);
}

void
dd_sha256_init(dd_sha256 *self)
{
    dd_sha256_worker *own = dd_sha256_own_instructions();
    dd_sha256_init_plain(self);
    if (own)
        self->work_in = own;
}

void
dd_sha256_add(dd_sha256 *self, const void *bytes, size_t n)
{
    const unsigned char *from = bytes;
    while (n > 0) {
        size_t filled = (size_t) (self->bytes % 64), room = 64 - filled;
        size_t taken = n < room ? n : room;
        memcpy(self->block + filled, from, taken);
        self->bytes += taken;
        from += taken;
        n -= taken;
        if (taken == room)
            self->work_in(self->state, self->block, constant);
    }
}

void
dd_sha256_hex(dd_sha256 *self, char hex[65])
{
    static const char digit[] = "0123456789abcdef";
    unsigned char length[8], zero = 0, one = 0x80;
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char) ((self->bytes * 8) >> (56 - 8 * i));
    dd_sha256_add(self, &one, 1);
    while (self->bytes % 64 != 56)
        dd_sha256_add(self, &zero, 1);
    dd_sha256_add(self, length, 8);
    for (int i = 0; i < 64; i++)
        hex[i] = digit[self->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
    hex[64] = '\0';
}
