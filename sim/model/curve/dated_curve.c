#include "model/curve/dated_curve.h"

#include "base/elementary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPENT 700.0 /* beyond it nobody is left: exp(-700) is 1e-304 */
#define SPARE 2     /* zero days after the last: what comes too late */

/* ---- room ---- */

static size_t
bands_of(const dd_process *process, size_t s)
{
    const dd_stage_model *stage = &process->stage[s];
    return stage->at_once || (size_t) stage->follows != s ? 0 : stage->hazard.bands;
}

static size_t
place_stages(dd_dated_curve *self, const dd_process *process)
{
    size_t n = self->n_stages;
    for (size_t s = 0; s < n; s++) {
        size_t bands = bands_of(process, s);
        self->first_band[s + 1] = self->first_band[s] + bands;
        self->first_rate[s + 1]
            = self->first_rate[s] + process->stage[s].hazard.exits * (bands ? bands : 1);
    }
    return self->first_band[n];
}

dd_status
dd_dated_curve_init(dd_dated_curve *self, const dd_process *process, size_t days,
                    dd_error *err)
{
    size_t n = process->n_stages, row = (days + SPARE) * DD_LANES, bands = 0;

    memset(self, 0, sizeof *self);
    self->n_stages = n;
    self->days = days;
    self->first_band = calloc(n + 1, sizeof *self->first_band);
    self->first_rate = calloc(n + 1, sizeof *self->first_rate);
    self->first_piece = calloc(n + 1, sizeof *self->first_piece);
    if (self->first_band && self->first_rate && self->first_piece)
        bands = place_stages(self, process);
    self->piece = malloc((3 * bands + 1) * sizeof *self->piece);
    self->moving = malloc((bands + 1) * DD_LANES * sizeof *self->moving);
    self->losing = malloc((bands + 1) * DD_LANES * sizeof *self->losing);
    self->moved = malloc((days + 1) * sizeof *self->moved);
    self->lost = malloc((days + 1) * sizeof *self->lost);
    self->value = malloc(n * row * sizeof *self->value);
    self->gain = malloc((bands * row + 1) * sizeof *self->gain);
    self->flow = malloc((bands * row + 1) * sizeof *self->flow);
    if (self->first_rate)
        self->rate = malloc((self->first_rate[n] + 1) * DD_LANES * sizeof *self->rate);
    if (self->first_band && self->first_piece && self->piece && self->moving
        && self->losing && self->moved && self->lost && self->value && self->gain
        && self->flow && self->rate)
        return DD_OK;
    dd_dated_curve_free(self);
    return dd_error_no_memory(err);
}

void
dd_dated_curve_free(dd_dated_curve *self)
{
    free(self->first_band);
    free(self->first_rate);
    free(self->first_piece);
    free(self->piece);
    free(self->rate);
    free(self->moving);
    free(self->losing);
    free(self->moved);
    free(self->lost);
    free(self->value);
    free(self->gain);
    free(self->flow);
    memset(self, 0, sizeof *self);
}

/* ---- places ---- */

static double *
row_at(const dd_dated_curve *self, double *table, size_t row, size_t day)
{
    return table + (row * (self->days + SPARE) + day) * DD_LANES;
}

static const double *
rate_at(const dd_dated_curve *self, const dd_stage *view, size_t s, size_t exit,
        size_t band)
{
    return self->rate
           + (self->first_rate[s] + exit * (view->bands ? view->bands : 1) + band)
                 * DD_LANES;
}

/* 1 where a lane's end is yet to come. */
static double
is_live(const dd_dated_curve *self, size_t day, int l)
{
    return day < self->end[l];
}

/* ---- laws in pieces ---- */

static double
position(double age)
{
    double whole = nearbyint(age);
    return fabs(age - whole) < 1e-9 ? whole : age;
}

/* Cut the law of a deal of this age; pieces that begin after `days` are left out. */
static size_t
cut(const dd_stage *view, double age_days, size_t days, dd_dated_piece *piece)
{
    size_t n = 0;
    double at = 0.0, most = (double) days;
    for (size_t b = 0; b < view->bands && at < most; b++) {
        double end = fmin(position(view->start[b + 1] - age_days), most);
        while (at < end) {
            double to = fmin(end, floor(at) + 1.0);
            dd_dated_piece next = { .band = b, .first = (size_t) at };
            next.whole = at == floor(at) && end >= at + 1.0;
            if (next.whole)
                to = floor(end);
            next.last = next.whole ? (size_t) to : next.first + 1;
            next.offset = at - floor(at);
            next.width = to - at;
            piece[n++] = next;
            at = to;
        }
    }
    return n;
}

static void
step_of(const dd_dated_curve *self, size_t band, size_t day, double offset, double width,
        dd_band_step *step)
{
    double hazard[DD_LANES];
    for (int l = 0; l < DD_LANES; l++)
        hazard[l] = self->moves[day] * self->moving[band * DD_LANES + (size_t) l]
                    + self->losses[day] * self->losing[band * DD_LANES + (size_t) l];
    dd_band_step_make(step, hazard, offset, width, 1.0);
}

/* Survival from one day to another within a band. */
static void
pass_between(const dd_dated_curve *self, size_t band, size_t from, size_t to,
             double pass[DD_LANES])
{
    const double *moving = self->moving + band * DD_LANES;
    const double *losing = self->losing + band * DD_LANES;
    double moved = self->moved[to] - self->moved[from];
    double lost = self->lost[to] - self->lost[from];
    for (int l = 0; l < DD_LANES; l++) {
        double x = moving[l] * moved + losing[l] * lost;
        pass[l] = dd_decay_of(x < SPENT ? x : SPENT).stay;
    }
}

/* What a piece brings to one who is there on `day`, given survival to its start; one that
 * begins at once is left to the solver when `own` takes its weight of the day's gain. */
static void
add_piece(const dd_dated_curve *self, const dd_dated_piece *piece, size_t first_band,
          size_t day, double stay[DD_LANES], double sum[DD_LANES], double own[DD_LANES])
{
    size_t band = first_band + piece->band, from = day + piece->first;
    size_t to = day + piece->last < self->last ? day + piece->last : self->last;
    const double *now = row_at(self, self->gain, band, from), *next = now + DD_LANES;
    const double *far = row_at(self, self->flow, band, to);
    const double *near = row_at(self, self->flow, band, from), *after = near + DD_LANES;
    double speed = self->moves[from], pass[DD_LANES];
    int at_once = own && piece->first == 0;
    dd_band_step step;

    if (!piece->whole || at_once)
        step_of(self, band, from, piece->offset, piece->whole ? 1.0 : piece->width,
                &step);
    if (piece->whole)
        pass_between(self, band, from, to, pass);
    for (int l = 0; l < DD_LANES; l++) {
        double live = stay[l] * is_live(self, from, l);
        if (piece->whole && at_once)
            sum[l] += live * (speed * step.late[l] * next[l] + step.pass[l] * after[l]);
        else if (piece->whole)
            sum[l] += stay[l] * near[l];
        else
            sum[l]
                += live * speed
                   * (step.late[l] * next[l] + (at_once ? 0.0 : step.early[l] * now[l]));
        if (at_once)
            own[l] = live * speed * step.early[l];
        if (piece->whole)
            sum[l] -= stay[l] * pass[l] * far[l];
        stay[l] *= piece->whole ? pass[l] : step.pass[l];
    }
}

/* ---- rates ---- */

static void
set_stage_rates(dd_dated_curve *self, size_t s)
{
    const dd_stage *view = &self->rates[0]->stage[s];
    size_t bands = view->bands ? view->bands : 1, first = self->first_band[s];
    for (size_t j = 0; j < view->exits; j++) {
        int lost = view->to[j] == DD_LOST || view->to[j] == DD_RECYCLED;
        for (size_t b = 0; b < bands; b++)
            for (size_t l = 0; l < DD_LANES; l++) {
                double rate = self->rates[l]->stage[s].rate[j * bands + b];
                self->rate[(self->first_rate[s] + j * bands + b) * DD_LANES + l] = rate;
                if (view->bands)
                    (lost ? self->losing : self->moving)[(first + b) * DD_LANES + l]
                        += rate;
            }
    }
}

static size_t
own_stage(const dd_dated_curve *self, size_t s)
{
    return (size_t) self->rates[0]->process->stage[s].follows;
}

static void
prepare(dd_dated_curve *self)
{
    size_t bands = self->first_band[self->n_stages];
    memset(self->moving, 0, bands * DD_LANES * sizeof *self->moving);
    memset(self->losing, 0, bands * DD_LANES * sizeof *self->losing);
    for (size_t s = 0; s < self->n_stages; s++) {
        size_t n = 0;
        if (own_stage(self, s) == s) {
            set_stage_rates(self, s);
            n = cut(&self->rates[0]->stage[s], 0.0, self->last,
                    self->piece + self->first_piece[s]);
        }
        self->first_piece[s + 1] = self->first_piece[s] + n;
    }
    self->moved[0] = self->lost[0] = 0.0;
    for (size_t d = 0; d < self->last; d++) {
        self->moved[d + 1] = self->moved[d] + self->moves[d];
        self->lost[d + 1] = self->lost[d] + self->losses[d];
    }
    for (size_t s = 0; s < self->n_stages; s++)
        memset(row_at(self, self->value, s, self->last + 1), 0,
               DD_LANES * sizeof(double));
    for (size_t b = 0; b < bands; b++) {
        memset(row_at(self, self->gain, b, self->last + 1), 0,
               DD_LANES * sizeof(double));
        memset(row_at(self, self->flow, b, self->last + 1), 0,
               DD_LANES * sizeof(double));
    }
}

/* ---- day before day ---- */

/* One day's system (I - M) V = rhs, lane by lane. */
typedef struct {
    double matrix[DD_MAX_STAGES * DD_MAX_STAGES * DD_LANES];
    double rhs[DD_MAX_STAGES * DD_LANES];
} day_system;

/* An exit that weighs `own` of what it leads to on the very day. */
static void
add_exit(const dd_dated_curve *self, day_system *system, size_t s, int32_t to,
         const double *rate, const double own[DD_LANES], size_t day)
{
    size_t n = self->n_stages;
    for (size_t l = 0; l < DD_LANES; l++) {
        double share = own[l] * rate[l];
        if (to >= 0)
            system->matrix[(l * n + s) * n + (size_t) to] -= share;
        else if (to == DD_WON && day <= self->end[l])
            system->rhs[s * DD_LANES + l] += share;
    }
}

static void
add_stage(const dd_dated_curve *self, day_system *system, size_t s, size_t day)
{
    const dd_stage *view = &self->rates[0]->stage[s];
    double stay[DD_LANES], *sum = system->rhs + s * DD_LANES;

    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    for (size_t j = 0; view->bands == 0 && j < view->exits; j++)
        add_exit(self, system, s, view->to[j], rate_at(self, view, s, j, 0), stay, day);
    for (size_t i = self->first_piece[s]; i < self->first_piece[s + 1]; i++) {
        const dd_dated_piece *piece = &self->piece[i];
        double own[DD_LANES] = { 0.0 };
        if (day + piece->first >= self->last)
            break;
        add_piece(self, piece, self->first_band[s], day, stay, sum, own);
        for (size_t j = 0; piece->first == 0 && j < view->exits; j++)
            add_exit(self, system, s, view->to[j],
                     rate_at(self, view, s, j, piece->band), own, day);
    }
}

static void
solve_day(dd_dated_curve *self, day_system *system, size_t day)
{
    size_t n = self->n_stages;
    double column[DD_MAX_STAGES];

    memset(system->matrix, 0, n * n * DD_LANES * sizeof(double));
    memset(system->rhs, 0, n * DD_LANES * sizeof(double));
    for (size_t s = 0; s < n; s++)
        if (own_stage(self, s) == s)
            add_stage(self, system, s, day);
    for (size_t l = 0; l < DD_LANES; l++) {
        double *matrix = system->matrix + l * n * n;
        for (size_t s = 0; s < n; s++) {
            matrix[s * n + s] += 1.0;
            column[s] = system->rhs[s * DD_LANES + l];
            if (own_stage(self, s) != s)
                matrix[s * n + own_stage(self, s)] = -1.0;
        }
        dd_solve(matrix, column, n);
        for (size_t s = 0; s < n; s++)
            row_at(self, self->value, s, day)[l] = column[s];
    }
}

static void
set_gain(dd_dated_curve *self, size_t s, size_t b, size_t day)
{
    const dd_stage *view = &self->rates[0]->stage[s];
    size_t band = self->first_band[s] + b;
    double *gain = row_at(self, self->gain, band, day);
    double *flow = row_at(self, self->flow, band, day);
    dd_band_step step;

    memset(gain, 0, DD_LANES * sizeof *gain);
    for (size_t j = 0; j < view->exits; j++) {
        const double *rate = rate_at(self, view, s, j, b);
        const double *value = view->to[j] >= 0
                                  ? row_at(self, self->value, (size_t) view->to[j], day)
                                  : NULL;
        for (int l = 0; l < DD_LANES; l++)
            gain[l] += value                   ? rate[l] * value[l]
                       : view->to[j] == DD_WON ? rate[l] * (day <= self->end[l])
                                               : 0.0;
    }
    if (day == self->last) {
        memset(flow, 0, DD_LANES * sizeof *flow);
        return;
    }
    step_of(self, band, day, 0.0, 1.0, &step);
    for (int l = 0; l < DD_LANES; l++)
        flow[l] = is_live(self, day, l)
                  * (self->moves[day]
                         * (step.early[l] * gain[l] + step.late[l] * gain[DD_LANES + l])
                     + step.pass[l] * flow[DD_LANES + l]);
}

void
dd_dated_curve_solve(dd_dated_curve *self, const dd_rates *const rates[DD_LANES],
                     const double *moves, const double *losses,
                     const size_t end[DD_LANES])
{
    day_system system;

    self->moves = moves;
    self->losses = losses;
    memcpy(self->rates, rates, sizeof self->rates);
    memcpy(self->end, end, sizeof self->end);
    self->last = 0;
    for (int l = 0; l < DD_LANES; l++)
        self->last = end[l] > self->last ? end[l] : self->last;
    prepare(self);
    for (size_t day = self->last + 1; day-- > 0;) {
        solve_day(self, &system, day);
        for (size_t s = 0; s < self->n_stages; s++)
            for (size_t b = 0; own_stage(self, s) == s && b < rates[0]->stage[s].bands;
                 b++)
                set_gain(self, s, b, day);
    }
}

/* ---- what is asked ---- */

void
dd_dated_curve_at(const dd_dated_curve *self, size_t stage, size_t day,
                  double out[DD_LANES])
{
    size_t at = day < self->last ? day : self->last + (day > self->last);
    memcpy(out, row_at(self, self->value, stage, at), DD_LANES * sizeof *out);
}

void
dd_dated_curve_residual(const dd_dated_curve *self, size_t stage, double age_days,
                        double out[DD_LANES])
{
    size_t own = own_stage(self, stage);
    const dd_stage *view = &self->rates[0]->stage[own];
    dd_dated_piece piece[3 * DD_MAX_BANDS];
    double stay[DD_LANES];

    if (view->bands == 0) {
        dd_dated_curve_at(self, own, 0, out);
        return;
    }
    memset(out, 0, DD_LANES * sizeof *out);
    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    size_t n = cut(view, age_days, self->last, piece);
    for (size_t i = 0; i < n && piece[i].first < self->last; i++)
        add_piece(self, &piece[i], self->first_band[own], 0, stay, out, NULL);
}
