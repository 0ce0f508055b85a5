#include "engine/chebyshev.h"

#include <math.h>

#define FEW_NODES 8
#define FEW_WIDTH 1.2

size_t
dd_chebyshev_nodes(double low, double high)
{
    if (!(low < high))
        return 1;
    return high - low <= FEW_WIDTH ? FEW_NODES : DD_LEVEL_NODES;
}

static double
node_of(size_t i, size_t n)
{
    return cos(M_PI * ((double) i + 0.5) / (double) n);
}

double
dd_chebyshev_node(size_t i, double low, double high)
{
    size_t n = dd_chebyshev_nodes(low, high);
    if (n == 1)
        return low;
    return 0.5 * (low + high) + 0.5 * (high - low) * node_of(i, n);
}

/* Sums over the nodes of value T_k, by T_{k+1} = 2 t T_k - T_{k-1}. */
void
dd_chebyshev_fit(size_t n, const double value[DD_LEVEL_NODES],
                 double coefficient[DD_LEVEL_NODES])
{
    double node[DD_LEVEL_NODES], now[DD_LEVEL_NODES], before[DD_LEVEL_NODES];
    for (size_t i = 0; i < n; i++) {
        node[i] = before[i] = node_of(i, n);
        now[i] = 1.0;
    }
    for (size_t k = 0; k < DD_LEVEL_NODES; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < n && k < n; i++) {
            double next = 2.0 * node[i] * now[i] - before[i];
            sum += value[i] * now[i];
            before[i] = now[i];
            now[i] = next;
        }
        coefficient[k] = sum * (k == 0 ? 1.0 : 2.0) / (double) n;
    }
}

/* Clenshaw's recurrence. */
double
dd_chebyshev_at(const double coefficient[DD_LEVEL_NODES], double low, double high,
                double x)
{
    double next = 0.0, after = 0.0, t = (2.0 * x - low - high) / (high - low);
    for (size_t k = dd_chebyshev_nodes(low, high) - 1; k > 0; k--) {
        double b = 2.0 * t * next - after + coefficient[k];
        after = next;
        next = b;
    }
    return t * next - after + coefficient[0];
}
