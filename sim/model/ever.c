#include "model/ever.h"

#include <math.h>
#include <string.h>

static void
swap_rows(double *a, double *b, size_t n, size_t i, size_t k)
{
    double held = b[k];
    b[k] = b[i];
    b[i] = held;
    for (size_t j = 0; j < n; j++) {
        held = a[k * n + j];
        a[k * n + j] = a[i * n + j];
        a[i * n + j] = held;
    }
}

void
dd_solve(double *a, double *b, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[pivot * n + k]))
                pivot = i;
        if (pivot != k)
            swap_rows(a, b, n, pivot, k);
        for (size_t i = k + 1; i < n && a[k * n + k] != 0.0; i++) {
            double factor = a[i * n + k] / a[k * n + k];
            for (size_t j = k; factor != 0.0 && j < n; j++)
                a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            b[k] -= a[k * n + j] * b[j];
        b[k] = a[k * n + k] == 0.0 ? 0.0 : b[k] / a[k * n + k];
    }
}

/* Row s of (I - P) and of w. */
static void
fill_row(const dd_stage *stage, size_t s, size_t n, int32_t end, double *matrix,
         double *p)
{
    double share[DD_MAX_EXITS];
    dd_stage_shares(stage, 0.0, share);
    for (size_t j = 0; j < stage->exits; j++) {
        if (stage->to[j] >= 0)
            matrix[s * n + (size_t) stage->to[j]] -= share[j];
        else if (stage->to[j] == end)
            p[s] += share[j];
    }
}

void
dd_stages_ever_holding(const dd_stage *stages, size_t n_stages, int32_t end, size_t held,
                       double held_value, double *p)
{
    double matrix[DD_MAX_STAGES * DD_MAX_STAGES];
    memset(matrix, 0, n_stages * n_stages * sizeof *matrix);
    for (size_t s = 0; s < n_stages; s++) {
        matrix[s * n_stages + s] = 1.0;
        p[s] = s == held ? held_value : 0.0;
        if (s != held)
            fill_row(&stages[s], s, n_stages, end, matrix, p);
    }
    dd_solve(matrix, p, n_stages);
}

void
dd_stages_ever(const dd_stage *stages, size_t n_stages, int32_t end, double *p)
{
    dd_stages_ever_holding(stages, n_stages, end, n_stages, 0.0, p);
}
