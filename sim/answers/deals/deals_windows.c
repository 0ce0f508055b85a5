/* When deals would be won, given that they are. */
#include "answers/deals/deals_chances.h"
#include "answers/deals/deals_ends.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 2 /* of DD_LANES draws */
#define LEVELS 8
#define MOST_NODES 64 /* periods that tables can have */

/* Days at which curves are read: close together at first, four weeks apart at last. */
static size_t
set_days(dd_day day[MOST_NODES])
{
    static const struct {
        dd_day until, step;
    } part[] = { { 7, 1 }, { 84, 7 }, { 168, 14 }, { DD_WINDOW_DAYS, 28 } };
    size_t n = 0;
    dd_day at = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        while (at + part[i].step <= part[i].until && n < MOST_NODES)
            day[n++] = at += part[i].step;
    return n;
}

typedef struct {
    const dd_model *model;
    dd_rows rows;
    size_t nodes;
    dd_day day[MOST_NODES];
    dd_period period[MOST_NODES];
    dd_table_maker *maker;
    dd_deals_ends ends;
    double *won;  /* rows x nodes: sum over draws and levels */
    double *ever; /* rows */
} work;

/* A block's levels, each the mean of 16 neighbours. */
static void
set_levels(double level[LEVELS], const double all[DD_BLOCK])
{
    double sorted[DD_BLOCK], spare[DD_BLOCK];
    memcpy(sorted, all, sizeof sorted);
    dd_sort(sorted, spare, DD_BLOCK);
    memset(level, 0, LEVELS * sizeof *level);
    for (int i = 0; i < DD_BLOCK; i++)
        level[i * LEVELS / DD_BLOCK] += sorted[i] * LEVELS / DD_BLOCK;
}

static double
won_at_levels(const double level[LEVELS], double hazard)
{
    double sum = 0.0;
    for (int i = 0; i < LEVELS; i++)
        sum -= expm1(-level[i] * hazard);
    return sum;
}

static void
add_block(work *w, const dd_tables *tables)
{
    double level[LEVELS];
    set_levels(level, tables->level_wins);
    for (size_t r = 0; r < w->rows.n; r++) {
        const double *hazard = tables->hazard + r * w->nodes;
        double won, lost;
        dd_deals_ends_of(&w->ends, w->rows.pipeline[r], w->rows.stage[r],
                         w->rows.age_days[r], &w->rows.levels[r], &won, &lost);
        for (size_t k = 0; k < w->nodes; k++)
            w->won[r * w->nodes + k] += won_at_levels(level, hazard[k]);
        w->ever[r]
            += won_at_levels(level, fmax(-log1p(-fmin(won, 1.0)), hazard[w->nodes - 1]));
    }
}

/* Where a curve of straight pieces from (0, 0) reaches `want`. */
static double
reaches(const work *w, const double *won, double want)
{
    double before = 0.0, from = 0.0;
    for (size_t k = 0; k < w->nodes; k++) {
        double to = (double) w->day[k];
        if (won[k] >= want)
            return from + (to - from) * (want - before) / (won[k] - before);
        before = won[k];
        from = to;
    }
    return (double) NAN;
}

static dd_deals_window
window_of(const work *w, size_t r)
{
    const double *won = w->won + r * w->nodes;
    double ever = w->ever[r];
    dd_deals_window none = { (double) NAN, (double) NAN, (double) NAN };
    if (!(ever > 0.0))
        return none;
    return (dd_deals_window){ reaches(w, won, 0.1 * ever), reaches(w, won, 0.5 * ever),
                              reaches(w, won, 0.9 * ever) };
}

static dd_status
init(work *w, const dd_model *model, const dd_book *book, const dd_question *question,
     dd_error *err)
{
    dd_question dates = *question;
    dd_status status;
    w->nodes = set_days(w->day);
    for (size_t k = 0; k < w->nodes; k++)
        w->period[k].end = question->as_of + w->day[k];
    dates.n_periods = w->nodes;
    dates.periods = w->period;
    status = dd_rows_init(&w->rows, model, book, &dates, err);
    if (!status)
        status = dd_table_maker_new(&w->maker, model, &w->rows, &dates, err);
    if (!status)
        status = dd_deals_ends_init(&w->ends, model, err);
    if (status)
        return status;
    w->won = calloc(w->rows.n * w->nodes + 1, sizeof *w->won);
    w->ever = calloc(w->rows.n + 1, sizeof *w->ever);
    return w->won && w->ever ? DD_OK : dd_error_no_memory(err);
}

dd_status
dd_deals_windows_make(dd_deals_window *out, const dd_model *model, const dd_book *book,
                      const dd_question *question, dd_error *err)
{
    work w = { .model = model };
    int fixed = question->rates_fixed || model->rates_fixed;
    dd_status status = init(&w, model, book, question, err);
    for (uint32_t g = 0; g < GROUPS && !status; g++) {
        const dd_tables *tables = dd_table_maker_run(w.maker, g * DD_LANES);
        for (uint32_t i = 0; i < DD_LANES; i++) {
            if (!fixed)
                dd_deals_ends_draw(&w.ends, question->seed, g * DD_LANES + i);
            add_block(&w, &tables[i]);
        }
    }
    for (size_t r = 0; r < w.rows.n && !status; r++)
        out[r] = window_of(&w, r);
    dd_rows_free(&w.rows);
    dd_table_maker_free(w.maker);
    dd_deals_ends_free(&w.ends);
    free(w.won);
    free(w.ever);
    return status;
}
