#include "cli/company.h"

#include "cli/complain.h"
#include "cli/late.h"
#include "cli/made_by.h"
#include "cli/reject.h"
#include "engine/ranks.h"
#include "engine/roster/roster.h"
#include "history/absent_owners.h"
#include "history/batches.h"
#include "history/changed_stages.h"
#include "history/lone_end.h"
#include "model/level/level.h"

#include <omp.h>

#define TRIALS_OF_REPS 8192 /* reps take longer to play than deals alone */

/* --since is the file's history_starts for this once. */
static dd_status
take_since(dd_company *self)
{
    char day[16];

    if (self->options.since == DD_NO_DAY)
        return DD_OK;
    self->funnel.history_starts = self->options.since;
    if (self->funnel.history.n > 0)
        return DD_OK;
    return dd_error_add(&self->err, DD_EUSAGE, NULL,
                        dd_day_format(self->options.since, day), "a file with a history",
                        "--since: there is no history to learn from");
}

static dd_status
take_as_of(dd_company *self)
{
    char day[16], since[16];

    self->as_of = self->options.as_of;
    if (self->as_of == DD_NO_DAY)
        self->as_of = self->history.last_day;
    if (self->options.since == DD_NO_DAY || self->options.since <= self->as_of)
        return DD_OK;
    return dd_error_add(&self->err, DD_EUSAGE, NULL,
                        dd_day_format(self->options.since, since), "a day before it",
                        "--since: nothing was watched by as-of %s",
                        dd_day_format(self->as_of, day));
}

dd_status
dd_company_read(dd_company *self, const dd_command_face *face,
                const dd_command_line *line)
{
    dd_error *err = &self->err;
    dd_status status
        = dd_options_read(&self->options, face, line->argc - 1, line->argv + 1, err);
    if (dd_ranks_mine() > 0)
        self->options.rejects = NULL; /* one rank writes them */
    if (!status && self->options.question.threads > 0)
        omp_set_num_threads(self->options.question.threads);
    if (!status)
        status = dd_funnel_read(&self->funnel, self->options.input, &self->notes, err);
    if (!status)
        status = take_since(self);
    if (!status)
        status = dd_history_read(&self->history, &self->funnel, &self->notes, err);
    return status ? status : take_as_of(self);
}

dd_status
dd_company_reject(dd_company *self)
{
    return dd_reject(&self->options, &self->history, &self->err);
}

dd_status
dd_company_know(dd_company *self)
{
    dd_status status
        = dd_tell_late(&self->notes, &self->history, self->as_of, &self->err);
    if (!status)
        status = dd_history_as_of(&self->past, &self->history, self->as_of, &self->notes,
                                  &self->err);
    if (!status && self->as_of == self->history.last_day
        && dd_note_lone_end(&self->history, &self->notes))
        status = dd_error_no_memory(&self->err);
    if (!status
        && (dd_note_absent_owners(&self->past, &self->notes)
            || dd_note_batches(&self->past, &self->notes)
            || dd_note_imports(&self->past, &self->notes)
            || dd_note_changed_stages(&self->past, &self->notes)))
        status = dd_error_no_memory(&self->err);
    return status;
}

static dd_roster_of
roster_of(const dd_company *self)
{
    return (dd_roster_of){ &self->past, &self->funnel, &self->model, &self->book,
                           self->as_of };
}

dd_status
dd_company_fit(dd_company *self)
{
    dd_error *err = &self->err;
    dd_question_options *options = &self->options.question;
    dd_status status;
    if (self->by_rep && options->trials == 0 && !(options->precision > 0.0))
        options->trials = TRIALS_OF_REPS;
    status = dd_question_init(&self->question, &self->funnel, self->as_of,
                              &self->options.question, &self->notes, err);
    if (!status && self->options.seed_given)
        self->question.seed = self->options.question.seed;
    if (!status)
        status
            = dd_model_fit(&self->model, &self->past, &self->funnel, &self->notes, err);
    if (!status)
        status = dd_model_fit_level(&self->model, &self->past, &self->funnel,
                                    &self->question.periods[0], err);
    if (!status)
        status = dd_book_init(&self->book, &self->past, &self->funnel, &self->question,
                              err);
    if (!status && self->by_rep) {
        const dd_roster_of of = roster_of(self);
        status = dd_roster_init(&self->reps, &of, NULL, err);
    }
    return status;
}

dd_status
dd_company_prepare(dd_company *self, const dd_command_face *face,
                   const dd_command_line *line)
{
    dd_status status = dd_company_read(self, face, line);
    if (!status)
        status = dd_company_reject(self);
    if (!status)
        status = dd_company_know(self);
    self->by_rep
        = (face->takes & DD_TAKES_QUESTION) && dd_roster_is_asked(&self->funnel);
    return status ? status : dd_company_fit(self);
}

dd_status
dd_company_note_capacity(dd_company *self)
{
    const dd_roster_of of = roster_of(self);
    return dd_roster_note(&of, self->by_rep, &self->notes, &self->err);
}

const dd_crew *
dd_company_crew(const dd_company *self)
{
    return self->by_rep ? &self->reps.crew : NULL;
}

const char *
dd_company_currency(const dd_company *self)
{
    return self->funnel.currency != NULL ? self->funnel.currency
                                         : self->history.currency;
}

dd_status
dd_company_begin(dd_company *self, const dd_command_line *line, const uint64_t *seed)
{
    if (dd_doc_init(&self->doc))
        return dd_error_no_memory(&self->err);
    return dd_made_by(&self->doc, line->argc, line->argv, seed, &self->funnel,
                      &self->options.show, &self->err);
}

int
dd_company_close(dd_company *self, const dd_command_face *face, dd_status status)
{
    dd_doc_free(&self->doc);
    dd_roster_free(&self->reps);
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
    dd_options_free(&self->options);
    dd_notes_free(&self->notes);
    int exit_status = dd_complain(&self->err, status, face->name);
    dd_error_free(&self->err);
    return exit_status;
}
