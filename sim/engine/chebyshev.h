/**
 * @file chebyshev.h
 * A smooth function of the log level, read at many levels from few values.
 * Source: sim/engine/chebyshev.c.
 */
#ifndef DD_ENGINE_CHEBYSHEV_H
#define DD_ENGINE_CHEBYSHEV_H

#include <stddef.h>

#define DD_LEVEL_NODES 16 /* at most */

/** How many values tell a curve 1 - exp(-e^x h), whatever h, over [low, high]: 8 to 4e-7
 * of it up to a width of 1.2; 16, to 2e-8 up to 2.5, 1e-6 up to 3.6, 2e-5 up to 4.5. One
 * where low = high. */
size_t dd_chebyshev_nodes(double low, double high);
/** x of node i of them. */
double dd_chebyshev_node(size_t i, double low, double high);
/** Coefficients from the values at n nodes; those beyond n are 0. */
void dd_chebyshev_fit(size_t n, const double value[DD_LEVEL_NODES],
                      double coefficient[DD_LEVEL_NODES]);
/** The function at x; low < high. */
double dd_chebyshev_at(const double coefficient[DD_LEVEL_NODES], double low, double high,
                       double x);

#endif
