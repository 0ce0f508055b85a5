/**
 * @file company.h
 * What every command that reads a company stands on, in the order in which it comes to
 * be. Source: sim/cli/company.c.
 */
#ifndef DD_CLI_COMPANY_H
#define DD_CLI_COMPANY_H

#include "cli/commands.h"
#include "dealdice/book.h"
#include "dealdice/doc.h"
#include "dealdice/model.h"
#include "engine/roster/roster.h"

typedef struct {
    dd_options options;
    dd_funnel funnel;
    dd_history history;
    dd_day as_of; /* as asked for, else the last day that is known */
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    int by_rep; /* futures are played rep by rep; set by dd_company_prepare, where the
                       funnel tells of limited visits */
    dd_roster reps; /* who these are */
    dd_notes notes;
    dd_doc doc;
    dd_error err;
} dd_company;

/** The command line, the funnel file and the history. */
dd_status dd_company_read(dd_company *self, const dd_command_face *face,
                          const dd_command_line *line);
/** Refused rows to --rejects, and an error under --strict. */
dd_status dd_company_reject(dd_company *self);
/** What was known on as-of, and warnings about how it was written down. */
dd_status dd_company_know(dd_company *self);
/** What is asked, the model with its level, the book, and the reps, if they are played:
 * then in fewer trials, where nobody says how many. */
dd_status dd_company_fit(dd_company *self);
/** All of these, one after another. */
dd_status dd_company_prepare(dd_company *self, const dd_command_face *face,
                             const dd_command_line *line);

/** Tell of open deals that eat visits: the answer plays it, by_rep, or does not. */
dd_status dd_company_note_capacity(dd_company *self);
/** The crew that is played; NULL: deals alone. */
const dd_crew *dd_company_crew(const dd_company *self);

const char *dd_company_currency(const dd_company *self); /* NULL unknown */

/** An empty answer that says how it was made. @param seed  NULL: no luck in it */
dd_status dd_company_begin(dd_company *self, const dd_command_line *line,
                           const uint64_t *seed);

/** Free all and tell what went wrong. @return the exit status */
int dd_company_close(dd_company *self, const dd_command_face *face, dd_status status);

#endif
