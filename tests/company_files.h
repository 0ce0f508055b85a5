/**
 * @file company_files.h
 * A company read from its files and learnt as the forecast command learns it, but for the
 * level, which has its prior.
 */
#ifndef DD_TESTS_COMPANY_FILES_H
#define DD_TESTS_COMPANY_FILES_H

#include "check.h"
#include "dealdice/book.h"
#include "dealdice/model.h"

#include <gsl/gsl_errno.h>
#include <string.h>

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_notes notes;
} company;

/** The files alone; what the funnel says may be changed before company_learn. */
static inline void
company_read(company *self, const char *path)
{
    gsl_set_error_handler_off();
    memset(self, 0, sizeof *self);
    assert_int_equal(dd_funnel_read(&self->funnel, path, &self->notes, NULL), DD_OK);
    assert_int_equal(dd_history_read(&self->history, &self->funnel, &self->notes, NULL),
                     DD_OK);
}

/** As of a day; DD_NO_DAY: the last that is known. */
static inline void
company_learn(company *self, dd_day as_of, const dd_question_options *options)
{
    if (as_of == DD_NO_DAY)
        as_of = self->history.last_day;
    assert_int_equal(
        dd_history_as_of(&self->past, &self->history, as_of, &self->notes, NULL), DD_OK);
    assert_int_equal(dd_question_init(&self->question, &self->funnel, as_of, options,
                                      &self->notes, NULL),
                     DD_OK);
    assert_int_equal(
        dd_model_fit(&self->model, &self->past, &self->funnel, &self->notes, NULL),
        DD_OK);
    assert_int_equal(
        dd_book_init(&self->book, &self->past, &self->funnel, &self->question, NULL),
        DD_OK);
}

static inline void
company_free(company *self)
{
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
    dd_notes_free(&self->notes);
}

#endif
