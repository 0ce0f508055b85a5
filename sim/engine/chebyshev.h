/**
 * @file chebyshev.h
 * A smooth function of the log level, read at many levels from few values.
 * Source: sim/engine/chebyshev.c.
 */
#ifndef DD_ENGINE_CHEBYSHEV_H
#define DD_ENGINE_CHEBYSHEV_H

#include <stddef.h>

#define DD_LEVEL_NODES 16

/** x of node i over [low, high]. */
double dd_chebyshev_node(size_t i, double low, double high);
/** Coefficients from the values at the nodes. */
void dd_chebyshev_fit(const double value[DD_LEVEL_NODES],
                      double coefficient[DD_LEVEL_NODES]);
/** The function at x; low < high. */
double dd_chebyshev_at(const double coefficient[DD_LEVEL_NODES], double low, double high,
                       double x);

#endif
