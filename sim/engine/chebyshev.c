#include "engine/chebyshev.h"

#include <math.h>

double
dd_chebyshev_node(size_t i, double low, double high)
{
    return 0.5 * (low + high)
           + 0.5 * (high - low) * cos(M_PI * ((double) i + 0.5) / DD_LEVEL_NODES);
}

/* Sums over the nodes of value T_k, by T_{k+1} = 2 t T_k - T_{k-1}. */
void
dd_chebyshev_fit(const double value[DD_LEVEL_NODES], double coefficient[DD_LEVEL_NODES])
{
    double node[DD_LEVEL_NODES], now[DD_LEVEL_NODES], before[DD_LEVEL_NODES];
    for (size_t i = 0; i < DD_LEVEL_NODES; i++) {
        node[i] = before[i] = dd_chebyshev_node(i, -1.0, 1.0);
        now[i] = 1.0;
    }
    for (size_t k = 0; k < DD_LEVEL_NODES; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < DD_LEVEL_NODES; i++) {
            double next = 2.0 * node[i] * now[i] - before[i];
            sum += value[i] * now[i];
            before[i] = now[i];
            now[i] = next;
        }
        coefficient[k] = sum * (k == 0 ? 1.0 : 2.0) / DD_LEVEL_NODES;
    }
}

/* Clenshaw's recurrence. */
double
dd_chebyshev_at(const double coefficient[DD_LEVEL_NODES], double low, double high,
                double x)
{
    double next = 0.0, after = 0.0, t = (2.0 * x - low - high) / (high - low);
    for (size_t k = DD_LEVEL_NODES - 1; k > 0; k--) {
        double b = 2.0 * t * next - after + coefficient[k];
        after = next;
        next = b;
    }
    return t * next - after + coefficient[0];
}
