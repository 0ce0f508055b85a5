#include "answers/plan/plan_hires.h"

#include "engine/field/field.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_hires_free(dd_hires *self)
{
    free(self->with);
    *self = (dd_hires){ 0 };
}

static int
nobody_comes_or_goes(const dd_crew *crew)
{
    int anybody = 0;

    for (size_t r = 0; r < crew->n; r++) {
        if (!isinf(crew->rep[r].leaves))
            return 0;
        anybody |= crew->rep[r].starts < 0;
    }
    return anybody && !dd_crew_has_attrition(crew);
}

int
dd_hires_are_apart(const dd_roster *team, const dd_model *model)
{
    const dd_crew *crew = &team->crew;
    int by_lot = crew->market > 0 && dd_effort_arrivals(model->effort) > 0;

    return nobody_comes_or_goes(crew) && crew->n_changes == 0
           && isinf(crew->rules.recycle_days) && !(crew->rules.referral > 0)
           && !(crew->divided > 0) && !(by_lot && dd_roster_is_limited(team));
}

/* From the last one on down: rows of hires, and one behind them, become what there is with
 * those before. */
static void
take_off(dd_hires *self, int64_t *row, const int64_t *with_all)
{
    size_t trials = self->trials;

    memcpy(row + self->n * trials, with_all, trials * sizeof *row);
    for (size_t cell = self->n * trials; cell-- > 0;)
        row[cell] = row[cell + trials] - row[cell];
    memmove(self->with, row, (self->n + 1) * trials * sizeof *row);
}

dd_status
dd_hires_play(dd_hires *self, const dd_roster *team, const dd_roster_of *company,
              const dd_question *question, const dd_solve_goal *goal, dd_error *err)
{
    int count = goal->amount == DD_NO_TARGET;
    dd_credit credit = { .period = goal->period, .count = count, .brought = 1 };
    dd_outcomes out;
    dd_status status = dd_field_credit(&out, &credit, company->model, company->book,
                                       question, &team->crew, err);

    *self = (dd_hires){ 0 };
    if (status)
        return status;
    *self = (dd_hires){ team->n_hires, credit.trials, credit.won };
    take_off(self, credit.won + team->n_known * credit.trials,
             dd_solve_column(&out, goal));
    dd_outcomes_free(&out);
    return DD_OK;
}
