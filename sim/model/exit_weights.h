/**
 * @file exit_weights.h
 * How much each seen exit tells of the hazard. Source: sim/model/exit_weights.c.
 */
#ifndef DD_MODEL_EXIT_WEIGHTS_H
#define DD_MODEL_EXIT_WEIGHTS_H

#include "dealdice/past.h"

/**
 * Weights of exits for choosing age bands: half by count, half by the hazard that each
 * adds (Nelson 1972; Aalen 1978). Where most deals are still open the few late exits tell
 * how the many others will leave; bands of equal count would lump them together, and
 * give those who stay long the exits of those who left soon. Count keeps its half for
 * the body of the law, and because under left truncation the earliest ages may have been
 * watched on a handful of deals.
 *
 * @param exit_age  exits of them, ascending: what leaves among the spells
 * @param weight    exits of them; adds to 1
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_exit_weights(double *weight, const double *exit_age, size_t exits,
                          const dd_spell *const *spells, size_t n, dd_error *err);

#endif
