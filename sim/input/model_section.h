/**
 * @file model_section.h
 * Names of the model's parts, as `model:` and `backtest --tune` say them.
 * Source: sim/input/model_section.c.
 */
#ifndef DD_INPUT_MODEL_SECTION_H
#define DD_INPUT_MODEL_SECTION_H

#include "dealdice/funnel.h"

/** A part that can be off: its key, its bit, and what holds without it. */
typedef struct {
    const char *key;
    unsigned bit;
    const char *without;
} dd_part_name;

#define DD_PART_NAMES 6
extern const dd_part_name dd_part_names[DD_PART_NAMES];

#endif
