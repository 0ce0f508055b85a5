#include "engine/cells/cells.h"
#include "engine/paths/lives.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Where a thread's wins are counted: amounts are asked for many at once. */
typedef struct {
    const dd_lives *lives;
    dd_outcomes *outcomes;
    size_t n;
    size_t cell[DD_SPELLS];
    dd_worth won[DD_SPELLS];
} counter;

static void
count_amounts(counter *self)
{
    int64_t amount[DD_SPELLS];

    dd_lives_worth(self->lives, self->won, self->n, amount);
    for (size_t k = 0; k < self->n; k++) {
        int is_new = self->won[k].deal == DD_NEW_DEAL;
        (is_new ? self->outcomes->new_ : self->outcomes->open)[self->cell[k]]
            += amount[k];
    }
    self->n = 0;
}

static void
count_win(void *who, const dd_life *life, int32_t end, double day)
{
    counter *self = who;
    const dd_outcomes *out = self->outcomes;
    size_t period = dd_path_run_period(self->lives->run, life->deal == DD_NEW_DEAL, day);
    size_t cell = period * out->trials + life->start.first_trial;

    if (end != DD_WON || period == out->periods)
        return;
    out->wins[cell]++;
    self->cell[self->n] = cell;
    self->won[self->n++] = (dd_worth){ dd_life_item(life), life->start.first_trial,
                                       life->deal, life->pipeline };
    if (self->n == DD_SPELLS)
        count_amounts(self);
}

static void
play_group(dd_outcomes *outcomes, dd_lives *lives, size_t first_block)
{
    counter to = { .lives = lives, .outcomes = outcomes };

    dd_lives_draw(lives, first_block);
    for (size_t l = 0; l < DD_LANES; l++) {
        size_t first = (first_block + l) * DD_BLOCK, left;
        if (first >= outcomes->trials)
            return;
        left = outcomes->trials - first;
        dd_lives_begin(lives, l);
        dd_lives_turn(lives, first, left < DD_BLOCK ? left : DD_BLOCK);
        dd_lives_play(lives, 1, count_win, &to);
        count_amounts(&to); /* they depend on the block */
    }
}

static void
play_all(dd_outcomes *outcomes, dd_lives *lives, size_t threads)
{
    size_t blocks = (outcomes->trials + DD_BLOCK - 1) / DD_BLOCK;

#pragma omp parallel for num_threads((int) threads) schedule(dynamic)
    for (size_t first = 0; first < blocks; first += DD_LANES)
        play_group(outcomes, &lives[omp_get_thread_num()], first);
}

static void
add_up(dd_outcomes *self, const dd_book *book)
{
    for (size_t p = 0; p < self->periods; p++)
        for (size_t i = p * self->trials; i < (p + 1) * self->trials; i++)
            self->bookings[i] = book->booked[p] + self->open[i] + self->new_[i];
}

dd_status
dd_paths_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                  const dd_question *question, dd_error *err)
{
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    dd_path_run run = { 0 };
    dd_lives *lives = calloc(threads, sizeof *lives);
    dd_status status
        = lives ? dd_cells_check(book, model, err) : dd_error_no_memory(err);

    memset(self, 0, sizeof *self);
    if (!status && model->later)
        status = dd_error_add(err, DD_EDATA, NULL, NULL, "the day after as-of",
                              "paths without reps live by one law: levers cannot start "
                              "later");
    if (!status)
        status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (!status)
        status = dd_path_run_init(&run, model, book, question, err);
    for (size_t i = 0; !status && i < threads; i++)
        status = dd_lives_init(&lives[i], &run, err);
    if (!status) {
        play_all(self, lives, threads);
        add_up(self, book);
    }
    for (size_t i = 0; lives && i < threads; i++)
        dd_lives_free(&lives[i]);
    free(lives);
    dd_path_run_free(&run);
    if (status)
        dd_outcomes_free(self);
    return status;
}
