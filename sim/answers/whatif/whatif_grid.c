/* Levers of all stages in even steps, every combination of them. */
#include "answers/whatif/whatif_play.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_STEPS 5
#define DEFAULT_HIRE_STEPS 5
#define MOST_HIRES 1000.0
#define RIGHT \
    "'win_rate=0%:20% cycle=-20%:0%' or 'hire=0:10', say, or '...=0%:20%/10' for up " \
    "to " \
    "20 steps"

static dd_status
refuse(const char *text, const char *wrong, dd_error *err)
{
    dd_place place = { "--grid", 0, 0 };
    return dd_error_add(err, DD_EUSAGE, &place, text, RIGHT, "%s", wrong);
}

const char *
dd_grid_axis_name(const dd_grid_axis *self)
{
    return self->lever == DD_GRID_HIRE ? "hire" : dd_lever_name(self->lever);
}

char *
dd_grid_change_format(const dd_grid_axis *self, const dd_change *change, char buffer[48])
{
    if (self->lever != DD_GRID_HIRE)
        return dd_change_format(change, self->lever, buffer);
    snprintf(buffer, 48, "%.0f", change->value);
    return buffer;
}

int
dd_grid_has_hires(const dd_grid *self)
{
    int has = 0;
    for (size_t a = 0; a < self->n_axes; a++)
        has |= self->axis[a].lever == DD_GRID_HIRE;
    return has;
}

/* ---- reading ---- */

static int
read_kind(const char *word, size_t n, dd_lever_kind *kind)
{
    for (int k = 0; k <= DD_GRID_HIRE; k++) {
        const char *name
            = dd_grid_axis_name(&(dd_grid_axis){ .lever = (dd_lever_kind) k });
        if (strlen(name) == n && memcmp(name, word, n) == 0) {
            *kind = (dd_lever_kind) k;
            return 1;
        }
    }
    return 0;
}

static dd_status
refuse_kind(const char *word, size_t n, dd_error *err)
{
    const char *names[DD_LEVERS + 1], *near;
    dd_place place = { "--grid", 0, 0 };
    char read[64];
    for (int k = 0; k < DD_LEVERS; k++)
        names[k] = dd_lever_name((dd_lever_kind) k);
    names[DD_GRID_HIRE] = "hire";
    snprintf(read, sizeof read, "%.*s", (int) n, word);
    near = dd_did_you_mean(read, names, DD_LEVERS + 1);
    return dd_error_add(err, DD_EUSAGE, &place, read,
                        near != NULL ? near
                                     : "step_rate, win_rate, cycle, deal_size, market, "
                                       "visits_per_rep_week, leads_per_rep_week or hire",
                        "unknown lever");
}

/* Relative changes, whatever their sign; both ends exactly. @return what is wrong, or NULL */
static const char *
make_changes(dd_grid_axis *axis, double low, double high, size_t steps)
{
    if (low <= -1.0)
        return "-100% or less leaves nothing to play";
    if (high > 10.0)
        return "more than 1000% is out of range";
    axis->n = steps + 1;
    for (size_t i = 0; i < axis->n; i++)
        axis->change[i] = (dd_change){
            DD_CHANGE_TIMES,
            1.0 + (low * (double) (steps - i) + high * (double) i) / (double) steps
        };
    return NULL;
}

/* Whole reps, none of them twice. */
static const char *
make_hires(dd_grid_axis *axis, double low, double high, size_t steps)
{
    if (low != floor(low) || high != floor(high))
        return "hires are whole reps";
    if (low < 0.0 || high > MOST_HIRES)
        return "hires are 0 to 1000";
    if ((double) steps > high - low)
        steps = (size_t) (high - low);
    axis->n = steps + 1;
    for (size_t i = 0; i < axis->n; i++)
        axis->change[i]
            = (dd_change){ DD_CHANGE_TO,
                           round(low + (high - low) * (double) i / (double) steps) };
    return NULL;
}

static int
read_end(const dd_grid_axis *axis, const char *text, size_t n, double *end)
{
    return axis->lever == DD_GRID_HIRE ? dd_number_parse(text, n, end)
                                       : dd_percent_parse(text, n, end);
}

/* "0%:20%", "-20%:0%/10", of hires "0:10". */
static const char *
read_steps(dd_grid_axis *axis, const char *text, size_t n)
{
    const char *colon = memchr(text, ':', n), *slash = memchr(text, '/', n);
    size_t end = slash != NULL ? (size_t) (slash - text) : n;
    int hires = axis->lever == DD_GRID_HIRE;
    long long steps = hires ? DEFAULT_HIRE_STEPS : DEFAULT_STEPS - 1;
    double low, high;
    if (colon == NULL || colon > text + end
        || read_end(axis, text, (size_t) (colon - text), &low)
        || read_end(axis, colon + 1, (size_t) (text + end - colon - 1), &high)
        || low >= high)
        return hires ? "no numbers of reps from fewer to more"
                     : "no range of changes from lower to higher";
    if (slash != NULL
        && (dd_integer_parse(slash + 1, n - end - 1, &steps) || steps < 1
            || steps >= DD_GRID_MOST_STEPS))
        return "steps are out of range";
    return hires ? make_hires(axis, low, high, (size_t) steps)
                 : make_changes(axis, low, high, (size_t) steps);
}

static dd_status
read_axis(dd_grid *self, const char *word, size_t n, dd_error *err)
{
    dd_grid_axis *axis = &self->axis[self->n_axes];
    const char *equals = memchr(word, '=', n);
    size_t name = equals != NULL ? (size_t) (equals - word) : n;
    const char *wrong;
    char text[128];
    snprintf(text, sizeof text, "%.*s", (int) n, word);
    if (self->n_axes == DD_GRID_MOST_AXES)
        return refuse(text, "more than two levers", err);
    if (!read_kind(word, name, &axis->lever))
        return refuse_kind(word, name, err);
    if (equals == NULL)
        return refuse(text, "a lever without a range", err);
    wrong = read_steps(axis, equals + 1, n - name - 1);
    if (wrong != NULL)
        return refuse(text, wrong, err);
    if (self->n_axes > 0 && self->axis[0].lever == axis->lever)
        return refuse(text, "the same lever twice", err);
    self->n_axes++;
    return DD_OK;
}

dd_status
dd_grid_read(dd_grid *self, const char *text, dd_error *err)
{
    dd_status status = DD_OK;
    self->n_axes = 0;
    for (text += strspn(text, " "); *text != '\0' && !status;) {
        size_t n = strcspn(text, " ");
        status = read_axis(self, text, n, err);
        text += n;
        text += strspn(text, " ");
    }
    if (!status && self->n_axes == 0)
        status = refuse(text, "no lever", err);
    return status;
}

/* ---- playing ---- */

static dd_status
sum_up(dd_grid_point *point, const dd_whatif_base *base, const dd_outcomes *of,
       int64_t *column, size_t target_period, dd_error *err)
{
    const dd_question *question = base->question;
    dd_difference all;
    dd_status status;
    dd_whatif_subtract(column, of, NULL, 0, question->n_periods - 1);
    status = dd_difference_of(&all, column, question, of->trials, err);
    point->bookings_mean = all.mean;
    point->bookings_mcse = all.mcse;
    point->p_target = point->p_target_mcse = (double) NAN;
    if (status || target_period == question->n_periods)
        return status;
    dd_whatif_hits(column, of, NULL, target_period, question->target[target_period]);
    status = dd_difference_of(&all, column, question, of->trials, err);
    point->p_target = all.mean;
    point->p_target_mcse = all.mcse;
    return status;
}

/* How its hires work is told once, by the last point's team. */
static void
keep_team(dd_whatif *self, dd_whatif_future *future)
{
    if (!dd_grid_has_hires(&self->grid))
        return;
    if (self->grid_team != NULL)
        dd_roster_free(self->grid_team);
    free(self->grid_team);
    self->grid_team = future->team;
    future->team = NULL;
}

static dd_status
play_point(dd_whatif *self, dd_grid_point *point, const dd_whatif_base *base,
           int64_t *column, dd_error *err)
{
    dd_scenario scenario;
    dd_whatif_future future = { 0 };
    dd_status status = dd_scenario_init(&scenario, "grid", err);
    if (status)
        return status;
    for (size_t a = 0; a < self->grid.n_axes && !status; a++)
        status = self->grid.axis[a].lever == DD_GRID_HIRE
                     ? dd_scenario_hire(&scenario, (int64_t) point->change[a].value,
                                        base->question->as_of + 1, err)
                     : dd_scenario_add(&scenario, self->grid.axis[a].lever, NULL, NULL,
                                       point->change[a], err);
    if (!status)
        status = dd_whatif_play(&future, base, &scenario, (double) NAN, err);
    if (!status)
        status = sum_up(point, base, &future.outcomes, column, self->target_period, err);
    if (!status)
        keep_team(self, &future);
    dd_whatif_future_free(&future);
    dd_scenario_free(&scenario);
    return status;
}

dd_status
dd_whatif_fill_grid(dd_whatif *self, const dd_whatif_base *base, const dd_grid *grid,
                    dd_error *err)
{
    size_t inner = grid->n_axes > 1 ? grid->axis[1].n : 1;
    size_t n = grid->axis[0].n * inner;
    int64_t *column = malloc((base->question->trials + 1) * sizeof *column);
    dd_status status = DD_OK;
    self->grid = *grid;
    self->points = calloc(n, sizeof *self->points);
    if (self->points == NULL || column == NULL)
        status = dd_error_no_memory(err);
    for (size_t i = 0; i < n && !status; i++) {
        dd_grid_point *point = &self->points[i];
        point->change[0] = grid->axis[0].change[i / inner];
        if (grid->n_axes > 1)
            point->change[1] = grid->axis[1].change[i % inner];
        status = play_point(self, point, base, column, err);
        self->n_points = i + 1;
    }
    free(column);
    self->stopped |= status == DD_ESTOPPED;
    if (self->stopped)
        self->n_points = self->grid.n_axes = 0;
    return self->stopped ? DD_OK : status;
}
