/**
 * @file clones.h
 * DD_CLONES before a function compiles it for AVX-512 and AVX2 too, with those of its
 * helpers that are DD_CLONED; the loader takes what the processor has. Arithmetic is the
 * same in all, since products are never contracted with sums (-ffp-contract=off). Not
 * under sanitizers, which start after the loader, and not with clang, whose version 14
 * names clones so that no other file finds them.
 */
#ifndef DD_BASE_CLONES_H
#define DD_BASE_CLONES_H

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) \
    && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) \
    && !defined(__SANITIZE_THREAD__)
#define DD_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define DD_CLONES
#endif

#define DD_CLONED inline __attribute__((always_inline))

#endif
