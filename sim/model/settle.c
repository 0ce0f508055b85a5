#include "model/settle.h"

#include <math.h>
#include <stdio.h>

/* The change of its own kind that goes as far as can be, rounded towards none. */
static void
write_limit(const dd_change *change, double now, double limit, char text[64])
{
    int up = limit > now;
    double most = limit, thousandths;
    const char *unit = "%", *form = "at %s %.1f%s";
    if (change->kind == DD_CHANGE_TIMES && now > 0.0)
        most = limit / now - 1.0;
    else if (change->kind == DD_CHANGE_POINTS) {
        most = limit - now;
        unit = "pp";
    }
    if (change->kind != DD_CHANGE_TO)
        form = "at %s %+.1f%s";
    thousandths = up ? floor(1000.0 * most + 1e-9) : ceil(1000.0 * most - 1e-9);
    snprintf(text, 64, form, up ? "most" : "least", thousandths / 10.0, unit);
}

static dd_status
check_reach(const dd_lever *lever, const char *of, double now, dd_stage_reach reach,
            dd_error *err)
{
    const char *what = lever->kind == DD_LEVER_STEP_RATE ? "step rate" : "win rate";
    double wanted = dd_change_apply(&lever->change, now);
    double limit = wanted > now ? reach.most : reach.least;
    char right[64], asked[48];
    if (wanted >= reach.least * (1.0 - 1e-9) - 1e-12
        && wanted <= reach.most * (1.0 + 1e-9))
        return DD_OK;
    write_limit(&lever->change, now, limit, right);
    return dd_error_add(err, DD_EDATA, &lever->place, NULL, right,
                        "the %s of %s is %.1f %%: %s is %s than can be", what, of,
                        100.0 * now,
                        dd_change_format(&lever->change, lever->kind, asked),
                        wanted > now ? "more" : "less");
}

static dd_status
settle_step_rate(const dd_lever *lever, dd_rates *rates, size_t s, dd_stage_lever *into,
                 dd_error *err)
{
    double now = dd_step_rate(&rates->stage[s], s);
    char of[128];
    dd_status status;
    snprintf(of, sizeof of, "'%s'", rates->process->stage_name[s]);
    status = check_reach(lever, of, now, (dd_stage_reach){ 0.0, now > 0.0 }, err);
    into->step_rate = lever->change;
    if (!status)
        dd_move_step_rate(rates, s, &lever->change);
    return status;
}

static dd_status
settle_win_rate(const dd_lever *lever, dd_rates *rates, size_t s, dd_stage_lever *into,
                dd_error *err)
{
    size_t n = rates->process->n_stages;
    char of[128];
    dd_status status;
    snprintf(of, sizeof of, "'%s'", rates->process->stage_name[s]);
    dd_stages_ever(rates->stage, n, DD_WON, rates->p_ever);
    status = check_reach(lever, of, rates->p_ever[s],
                         dd_stage_reach_of(rates->stage, n, s), err);
    into->win_rate = lever->change;
    if (!status)
        dd_move_win_rate(rates, s, &lever->change);
    return status;
}

static double
cycle_factor(const dd_change *change, const dd_stage *stage)
{
    double stay = dd_stage_mean_stay(stage);
    if (change->kind == DD_CHANGE_TIMES)
        return change->value;
    return stay > 0.0 ? change->value / stay : 1.0;
}

/* In the order in which dd_levers_move will do it with every draw. */
static dd_status
settle(const dd_pipeline_levers *found, dd_rates *rates, dd_stage_lever *into,
       dd_change *all, dd_error *err)
{
    size_t n = rates->process->n_stages;
    dd_status status = DD_OK;
    for (size_t s = n; s-- > 0 && !status;)
        if (found->step_rate[s] != NULL)
            status = settle_step_rate(found->step_rate[s], rates, s, &into[s], err);
    for (size_t s = n; s-- > 0 && !status;)
        if (found->win_rate[s] != NULL)
            status = settle_win_rate(found->win_rate[s], rates, s, &into[s], err);
    dd_stages_ever(rates->stage, n, DD_WON, rates->p_ever);
    if (found->all != NULL && !status) {
        status = check_reach(found->all, "new deals", dd_chance_from_creation(rates),
                             (dd_stage_reach){ 0.0, 1.0 - 1e-6 }, err);
        *all = found->all->change;
    }
    for (size_t s = 0; s < n && !status; s++)
        if (found->cycle[s] != NULL)
            into[s].cycle = cycle_factor(&found->cycle[s]->change, &rates->stage[s]);
    return status;
}

static int
moves(const dd_pipeline_levers *found, size_t n_stages)
{
    int any = found->all != NULL;
    for (size_t s = 0; s < n_stages; s++)
        any = any || found->step_rate[s] != NULL || found->win_rate[s] != NULL
              || found->cycle[s] != NULL;
    return any;
}

dd_status
dd_levers_settle(const dd_process *process, const dd_pipeline_levers *found,
                 dd_error *err)
{
    dd_levers *levers = process->levers;
    dd_stage_lever *into = levers->stage + levers->n_layers * levers->n_stages;
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, process, err);
    if (status)
        return status;
    dd_rates_mean(&rates);
    status = settle(found, &rates, into, &levers->win_rate[levers->n_layers], err);
    dd_rates_free(&rates);
    levers->n_moving += moves(found, levers->n_stages);
    levers->n_layers++;
    return status;
}
