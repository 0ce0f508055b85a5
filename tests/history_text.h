/**
 * @file history_text.h
 * A history from CSV text in a test: through a file of its own and the real reader.
 */
#ifndef DD_TESTS_HISTORY_TEXT_H
#define DD_TESTS_HISTORY_TEXT_H

#include "check.h"
#include "dealdice/past.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** A literal where the funnel owns its words; nothing writes to it. */
#define WORD(text) ((char *) (text))

/** A history, what was noted and what went wrong. */
typedef struct {
    dd_funnel funnel;
    char path[64];
    char *paths[1];
    dd_history history;
    dd_notes notes;
    dd_error err;
    dd_status status;
} history_text;

/** Begin: the caller may set the funnel before history_text_read. */
static inline void
history_text_init(history_text *self)
{
    memset(self, 0, sizeof(*self));
    dd_funnel_init(&self->funnel);
}

static inline dd_status
history_text_read(history_text *self, const char *csv)
{
    int fd;

    strcpy(self->path, "/tmp/dealdice_XXXXXX.csv");
    fd = mkstemps(self->path, 4);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, csv, strlen(csv)), strlen(csv));
    close(fd);
    self->paths[0] = self->path;
    self->funnel.history = (dd_words){ 1, self->paths };
    self->status
        = dd_history_read(&self->history, &self->funnel, &self->notes, &self->err);
    unlink(self->path);
    return self->status;
}

static inline void
history_text_free(history_text *self)
{
    dd_history_free(&self->history);
    dd_notes_free(&self->notes);
    dd_error_free(&self->err);
}

/** A history that must be readable, under a funnel that says nothing. */
static inline void
history_of(history_text *self, const char *csv)
{
    history_text_init(self);
    history_text_read(self, csv);
    for (size_t i = 0; i < self->err.n; i++)
        fprintf(stderr, "%s\n", self->err.items[i].wrong);
    assert_int_equal(self->status, DD_OK);
}

/** The note with this code, or NULL. */
static inline const char *
noted(const dd_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return notes->items[i].text;
    return NULL;
}

static inline dd_day
day_of(const char *date)
{
    return dd_moment_day(dd_moment_parse(date, strlen(date), 0, NULL));
}

static inline void
past_of(dd_past *past, history_text *t, const char *as_of)
{
    dd_status status
        = dd_history_as_of(past, &t->history, day_of(as_of), &t->notes, &t->err);

    assert_int_equal(status, DD_OK);
}

static inline void
print_names(FILE *out, const dd_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        fprintf(out, "%s;", names->items[i]);
    fprintf(out, "\n");
}

static inline void
print_deal(FILE *out, const dd_past_deal *d)
{
    fprintf(
        out,
        "%s %s %llx %d %d %d %d %d %d %d %lld %lld %lld %lld %d %lld %zu %zu %lld %g\n",
        d->id, d->name ? d->name : "-", (unsigned long long) d->key, d->pipeline,
        d->segment, d->kind, d->source, d->owner, d->first_stage, d->stage,
        (long long) d->created, (long long) d->entered, (long long) d->closed,
        (long long) d->amount, d->first_owner, (long long) d->first_amount, d->first,
        d->n, (long long) d->close_expected, d->probability);
}

/** All that a past holds, as text: two pasts with the same text are the same. */
static inline char *
past_text(const dd_past *past)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fprintf(out, "%d %d %d %d %lld %zu %zu %zu\n", past->as_of, past->starts,
            past->first_day, (int) past->layout, (long long) past->recording_unit,
            past->n_pipelines, past->n_deals, past->n_spells);
    for (size_t p = 0; p < past->n_pipelines; p++) {
        const dd_names stages
            = { past->pipelines[p].n_stages, past->pipelines[p].stages };
        fprintf(out, "%s: ", past->pipelines[p].name);
        print_names(out, &stages);
    }
    print_names(out, &past->owners);
    print_names(out, &past->segments);
    print_names(out, &past->kinds);
    print_names(out, &past->sources);
    for (size_t i = 0; i < past->n_deals; i++)
        print_deal(out, &past->deals[i]);
    for (size_t i = 0; i < past->n_spells; i++) {
        const dd_spell *s = &past->spells[i];
        fprintf(out, "%u %d %d %d %.17g %.17g %lld %lld\n", s->deal, s->pipeline,
                s->stage, s->exit, s->from_days, s->dwell_days, (long long) s->entered,
                (long long) s->amount);
    }
    fclose(out);
    return text;
}

#endif
