/**
 * @file apply.h
 * What a changed model owns beside its base. Source: sim/model/apply.c.
 */
#ifndef DD_MODEL_APPLY_H
#define DD_MODEL_APPLY_H

#include "dealdice/model.h"

/** Release what dd_model_apply made; the base is left alone. */
void dd_model_free_changes(dd_model *self);

#endif
