/**
 * @file isa.h
 * Which instruction set inner loops use: one source each, compiled once per set, all equal
 * to the bit. Source: sim/base/isa.c.
 */
#ifndef DD_BASE_ISA_H
#define DD_BASE_ISA_H

#include "dealdice/error.h"

typedef enum { DD_ISA_BASELINE, DD_ISA_AVX2, DD_ISA_AVX512 } dd_isa;

/** "baseline", "avx2" or "avx512". */
const char *dd_isa_name(dd_isa self);
/** What dd_isa_choose chose, else the widest that this processor has. */
dd_isa dd_isa_chosen(void);

/**
 * Choose for the whole process, before anything is computed.
 *
 * @param name  as dd_isa_name says; NULL: the widest
 * @return DD_OK; DD_EUSAGE for another name or one that this processor has not
 */
dd_status dd_isa_choose(const char *name, dd_error *err);

#endif
