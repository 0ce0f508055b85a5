#include "dealdice/simulate.h"

#include "engine/player.h"

#include <string.h>

/* As far as the watch lets it. */
static dd_status
simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
         const dd_question *question, const dd_crew *crew, dd_error *err)
{
    dd_player *player;
    dd_status status;

    memset(self, 0, sizeof *self);
    status = dd_player_new(&player, model, book, question, crew, err);
    if (status)
        return status;
    status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (!status)
        status = dd_outcomes_resize(
            self, dd_player_play(player, self, 0, question->trials), err);
    if (!status && dd_player_has_failed(player)) {
        dd_outcomes_free(self);
        status = dd_error_no_memory(err);
    }
    dd_player_free(player);
    return status;
}

dd_status
dd_player_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                   const dd_question *question, const dd_crew *crew, dd_error *err)
{
    dd_status status = simulate(self, model, book, question, crew, err);

    if (status || self->trials == question->trials)
        return status;
    dd_outcomes_free(self);
    return DD_ESTOPPED;
}

dd_status
dd_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
            const dd_question *question, dd_error *err)
{
    return simulate(self, model, book, question, NULL, err);
}
