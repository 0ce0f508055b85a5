/**
 * @file words.h
 * The words by which a CRM says that a deal has ended. Source: sim/history/words.c.
 */
#ifndef DD_HISTORY_WORDS_H
#define DD_HISTORY_WORDS_H

#include "dealdice/funnel.h"

/**
 * Which end a stage's name means, compared without case, blanks and hyphens.
 *
 * The funnel's stages come first (a stage called "Signed" stays a stage), then its
 * won, lost and recycled words, then the known ones in English, Chinese and Portuguese.
 * @return DD_WON, DD_LOST, DD_RECYCLED, or DD_STILL when it is no end
 */
int32_t dd_end_of_word(const dd_funnel *funnel, const char *word);

#endif
