#include "engine/paths/lives_laws.h"

#include <stdlib.h>

dd_status
dd_lives_laws_init(dd_lives *self, dd_error *err)
{
    const dd_path_run *run = self->run;
    size_t stages = self->first_stage[run->model->n_pipelines];
    dd_status status = DD_OK;

    self->laws = calloc(run->laws.n, sizeof *self->laws);
    if (!self->laws)
        return dd_error_no_memory(err);
    for (size_t k = 0; k < run->laws.n && !status; k++) {
        self->laws[k].risks = malloc((stages + 1) * sizeof *self->laws[k].risks);
        if (!self->laws[k].risks)
            return dd_error_no_memory(err);
        status = dd_pace_finder_new(&self->laws[k].finder, run->laws.model[k], run->book,
                                    &run->unsaid, run->question, err);
    }
    return status;
}

void
dd_lives_laws_free(dd_lives *self)
{
    for (size_t k = 0; self->laws && k < self->run->laws.n; k++) {
        dd_pace_finder_free(self->laws[k].finder);
        free(self->laws[k].risks);
    }
    free(self->laws);
    self->laws = NULL;
}

static void
find_paces(dd_lives *self, size_t k)
{
    double level[DD_BLOCK], market = dd_path_run_market(self->run, k);

    for (size_t i = 0; i < DD_BLOCK; i++)
        level[i] = self->tables->level_wins[i] * market;
    dd_pace_find(self->laws[k].finder, self->maker, k, self->lane, level,
                 &self->laws[k].pace);
}

void
dd_lives_laws_begin(dd_lives *self)
{
    for (size_t k = 0; k < self->run->laws.n; k++) {
        find_paces(self, k);
        for (size_t p = 0; p < self->run->model->n_pipelines; p++) {
            const dd_rates *rates
                = dd_table_maker_law_rates(self->maker, k, p, self->lane);
            for (size_t s = 0; s < rates->process->n_stages; s++)
                dd_risks_make(&self->laws[k].risks[self->first_stage[p] + s],
                              &rates->stage[s], (int32_t) s);
        }
    }
    dd_lives_take_law(self, 0);
}

void
dd_lives_take_law(dd_lives *self, size_t law)
{
    self->law = law;
    self->risks = self->laws[law].risks;
    self->pace = &self->laws[law].pace;
}

const dd_rates *
dd_lives_rates(const dd_lives *self, size_t pipeline)
{
    return dd_table_maker_law_rates(self->maker, self->law, pipeline, self->lane);
}
