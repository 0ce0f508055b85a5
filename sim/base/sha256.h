/**
 * @file sha256.h
 * SHA-256 (FIPS 180-4): names the input that an answer was made from. Source:
 * sim/base/sha256.c; sim/base/sha256_ni.c where the processor has instructions for it.
 */
#ifndef DD_BASE_SHA256_H
#define DD_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/** Works a block into the state, as FIPS 180-4, 6.2.2 says. */
typedef void dd_sha256_worker(uint32_t state[8], const unsigned char block[64],
                              const uint32_t constant[64]);

/** By the processor's own instructions; NULL: it has none. */
dd_sha256_worker *dd_sha256_own_instructions(void);

typedef struct {
    dd_sha256_worker *work_in;
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64]; /* what is not yet worked in */
} dd_sha256;

void dd_sha256_init(dd_sha256 *self);
/** The same without instructions of the processor's own. */
void dd_sha256_init_plain(dd_sha256 *self);
void dd_sha256_add(dd_sha256 *self, const void *bytes, size_t n);
/** Close it and write 64 lower-case hex digits and a zero. */
void dd_sha256_hex(dd_sha256 *self, char hex[65]);

#endif
