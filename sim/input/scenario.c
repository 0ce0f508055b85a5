#include "dealdice/scenario.h"

#include "base/text.h"
#include "input/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TIMES 100.0 /* a figure times a hundred is a slip of the pen */
#define MOST_DAYS 36500.0
#define MOST_VISITS 1000.0

double
dd_change_apply(const dd_change *self, double figure)
{
    switch (self->kind) {
    case DD_CHANGE_TIMES:
        return figure * self->value;
    case DD_CHANGE_POINTS:
        return figure + self->value;
    case DD_CHANGE_TO:
        return self->value;
    case DD_CHANGE_NONE:
        break;
    }
    return figure;
}

const char *
dd_lever_name(dd_lever_kind kind)
{
    static const char *const names[DD_LEVERS]
        = { "step_rate",           "win_rate",          "cycle", "deal_size", "market",
            "visits_per_rep_week", "leads_per_rep_week" };
    return names[kind];
}

/* ---- changes as text ---- */

static int
is_rate(dd_lever_kind kind)
{
    return kind == DD_LEVER_STEP_RATE || kind == DD_LEVER_WIN_RATE;
}

static int
ends_with(const char *text, size_t n, const char *ending)
{
    size_t m = strlen(ending);
    return n >= m && memcmp(text + n - m, ending, m) == 0;
}

/* "+10%" and, of rates, "+2pp": what has a sign changes, what has none sets. */
static int
read_step(dd_change *self, const char *text, size_t n, dd_lever_kind kind)
{
    double value;
    if (is_rate(kind) && ends_with(text, n, "pp")) {
        if (dd_number_parse(text, n - 2, &value))
            return -1;
        *self = (dd_change){ DD_CHANGE_POINTS, value / 100.0 };
        return fabs(value) <= 100.0 ? 0 : -2;
    }
    if (dd_percent_parse(text, n, &value))
        return -1;
    *self = (dd_change){ DD_CHANGE_TIMES, 1.0 + value };
    if (self->value < 0.0 || self->value > MOST_TIMES)
        return -2;
    return self->value > 0.0 || is_rate(kind) ? 0 : -2;
}

static int
read_setting(dd_change *self, const char *text, size_t n, dd_lever_kind kind)
{
    static const dd_unit units[DD_LEVERS]
        = { DD_UNIT_SHARE, DD_UNIT_SHARE,  DD_UNIT_DAYS,  DD_UNIT_MONEY,
            DD_UNIT_SHARE, DD_UNIT_NUMBER, DD_UNIT_NUMBER };
    static const double most[DD_LEVERS] = {
        1.0, 1.0, MOST_DAYS, (double) INFINITY, MOST_TIMES, MOST_VISITS, MOST_VISITS
    };
    self->kind = DD_CHANGE_TO;
    if (kind == DD_LEVER_LEADS || dd_value_read(text, n, units[kind], &self->value))
        return -1;
    if (self->value < 0.0 || self->value > most[kind])
        return -2;
    return self->value > 0.0 || is_rate(kind) ? 0 : -2;
}

int
dd_change_read(dd_change *self, const char *text, size_t n, dd_lever_kind kind)
{
    dd_text_trim(&text, &n);
    if (n == 0)
        return -1;
    return *text == '+' || *text == '-' ? read_step(self, text, n, kind)
                                        : read_setting(self, text, n, kind);
}

char *
dd_change_format(const dd_change *self, dd_lever_kind kind, char buffer[48])
{
    double value = self->value;
    if (self->kind == DD_CHANGE_TIMES)
        snprintf(buffer, 48, fabs(value - 1.0) < 1e-9 ? "%.4g %%" : "%+.4g %%",
                 fabs(value - 1.0) < 1e-9 ? 0.0 : 100.0 * (value - 1.0));
    else if (self->kind == DD_CHANGE_POINTS)
        snprintf(buffer, 48, "%+.4g pp", 100.0 * value);
    else if (kind == DD_LEVER_CYCLE)
        snprintf(buffer, 48, "%.4g days", value);
    else if (kind == DD_LEVER_DEAL_SIZE)
        snprintf(buffer, 48, "%.15g", value / 100.0);
    else if (kind == DD_LEVER_VISITS)
        snprintf(buffer, 48, "%.4g", value);
    else
        snprintf(buffer, 48, "%.4g %%", 100.0 * value);
    return buffer;
}

/* ---- scenarios ---- */

dd_status
dd_scenario_init(dd_scenario *self, const char *name, dd_error *err)
{
    *self = (dd_scenario){ .margin = (double) NAN,
                           .rep_month = (double) NAN,
                           .hire_once = (double) NAN };
    self->name = strdup(name);
    self->layers = calloc(1, sizeof *self->layers);
    if (self->name == NULL || self->layers == NULL) {
        dd_scenario_free(self);
        return dd_error_no_memory(err);
    }
    self->n_layers = 1;
    self->layers[0].from = DD_NO_DAY;
    return DD_OK;
}

/* A copy, or NULL of NULL. */
static char *
copy(const char *text, int *failed)
{
    char *result = text != NULL ? strdup(text) : NULL;
    *failed |= text != NULL && result == NULL;
    return result;
}

dd_status
dd_scenario_add(dd_scenario *self, dd_lever_kind kind, const char *pipeline,
                const char *stage, dd_change change, dd_error *err)
{
    dd_scenario_layer *layer = &self->layers[self->n_layers - 1];
    dd_lever *grown
        = realloc(layer->levers, (layer->n_levers + 1) * sizeof *layer->levers);
    int failed = 0;
    if (grown == NULL)
        return dd_error_no_memory(err);
    layer->levers = grown;
    grown[layer->n_levers++] = (dd_lever){ .kind = kind,
                                           .pipeline = copy(pipeline, &failed),
                                           .stage = copy(stage, &failed),
                                           .change = change };
    return failed ? dd_error_no_memory(err) : DD_OK;
}

static void
layer_free(dd_scenario_layer *self)
{
    for (size_t i = 0; i < self->n_levers; i++) {
        free(self->levers[i].pipeline);
        free(self->levers[i].stage);
    }
    for (size_t i = 0; i < self->n_deals; i++)
        free(self->deals[i].id);
    if (self->team != NULL)
        dd_team_rules_free(self->team);
    free(self->team);
    free(self->levers);
    free(self->deals);
    free(self->path);
}

void
dd_scenario_free(dd_scenario *self)
{
    for (size_t i = 0; i < self->n_layers; i++)
        layer_free(&self->layers[i]);
    free(self->layers);
    free(self->name);
    free(self->says);
    *self = (dd_scenario){ 0 };
}
