/**
 * @file sample_names.h
 * Accounts and products of made-up companies. Source: sim/answers/sample/sample_names.c.
 */
#ifndef DD_ANSWERS_SAMPLE_NAMES_H
#define DD_ANSWERS_SAMPLE_NAMES_H

#include "answers/sample/sample.h"

/** Name a deal by four random words. @param language  "en", "zh", "both" or NULL (en) */
void dd_sample_name(dd_sample_deal *deal, const char *language, const char *owner,
                    const uint32_t words[4]);

#endif
