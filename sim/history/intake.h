/**
 * @file intake.h
 * A history while its rows come in. Source: sim/history/intake.c (what all layouts
 * share), events_layout.c, deals_layout.c, snapshots_layout.c (their rows), currency.c
 * (their money), refuse.c (what cannot be used).
 *
 * Words become numbers at once, so that one of 10^7 rows takes 56 bytes. What concerns
 * a deal as a whole (segment, pipeline, ...) is that of its earliest row, whatever the
 * order of rows in the file: a later row must not tell what was not known yet.
 */
#ifndef DD_HISTORY_INTAKE_H
#define DD_HISTORY_INTAKE_H

#include "base/table.h"
#include "dealdice/history.h"
#include "input/layouts.h"

#define DD_MOST_STAGE_WORDS 1000 /* more different words are no stages */
#define DD_MAX_PIPELINES 1000
#define DD_MAX_REFUSALS 100000 /* kept; all are counted */

/** An entry and whose it is. */
typedef struct {
    dd_entry entry;
    uint32_t deal;
    int32_t pipeline;
} dd_intake_row;

/** Place of a row in time: rows of one moment stand in the order of the files. */
typedef struct {
    dd_moment at;
    int32_t file;
    long line;
} dd_intake_when;

/** The earliest and the latest row of a deal so far. */
typedef struct {
    dd_intake_when earliest, latest;
} dd_intake_span;

/** What a word in the stage column means. */
typedef struct {
    int32_t end;    /* DD_WON, DD_LOST, DD_RECYCLED, or DD_STILL: it is a stage */
    int32_t number; /* of the stage: the same for "Demo" and "demo" */
    int32_t *given; /* per pipeline of the funnel: place in its list, or -1 */
} dd_intake_word;

/** Refusals of one code; place and reason are the first one's. */
typedef struct {
    const char *code, *reason;
    int32_t file;
    long line;
    size_t n;
} dd_refusal_count;

typedef struct {
    dd_history *history;
    const dd_funnel *funnel;
    dd_notes *notes;
    dd_error *err;
    const char *path; /* of the file being read */
    int32_t file;
    /* Words as written, by number. */
    dd_table ids, stage_words, pipeline_words, owners, segments, kinds, sources, texts;
    size_t words_room;
    dd_intake_word *words; /* beside stage_words */
    dd_table stage_keys;   /* words without case and blanks: numbers of stages */
    size_t labels_room;
    const char **labels; /* per stage number: as first written */
    size_t given_room;
    int32_t *given_pipeline; /* beside pipeline_words: place in the funnel, or -1 */
    size_t n_rows, rows_room;
    dd_intake_row *rows;
    size_t deals_room, spans_room, refusals_room;
    dd_intake_span *spans; /* beside history->deals */
    size_t n_counts, counts_room;
    dd_refusal_count *counts;
    uint32_t *moved;    /* beside ids: index of each deal; NULL: its number */
    size_t same_moment; /* rows of a deal at the moment of its row before, elsewhere */
    size_t *converted;  /* beside the funnel's fx: rows in that currency */
} dd_intake;

dd_status dd_intake_init(dd_intake *self, dd_history *history, const dd_funnel *funnel,
                         dd_notes *notes, dd_error *err);
void dd_intake_free(dd_intake *self);

/**
 * Whom dd_layouts_read tells about one file.
 * Stops with DD_EDATA for a layout that is not that of the files before, for a second
 * currency without an exchange rate and for more different stages or pipelines than can be meant.
 */
dd_status dd_intake_open(dd_intake *self, const char *path, dd_row_sink *sink);

/** The next of the history's files; self->file and path are its own. */
dd_status dd_intake_add_file(dd_intake *self, const char *path);

/** Refuse a row of the file with this index. @return DD_OK or DD_ENOMEM */
dd_status dd_intake_refuse(dd_intake *self, int32_t file, const dd_row_refusal *refusal);
/** One note per code, with its count and the first example. */
dd_status dd_intake_note_refusals(const dd_intake *self);

/** Make room for one more item. @return 0, or -1 without memory */
int dd_intake_room(void **items, size_t *room, size_t n, size_t size);

/* What the two layouts share. `found` is told the number; it stays untouched when the
 * row was refused, which is told by *refused. */

/** What the stage's word means. */
dd_status dd_intake_stage(dd_intake *self, const char *word,
                          const dd_intake_word **found);
/** The pipeline that the row names. */
dd_status dd_intake_pipeline(dd_intake *self, const dd_row *row, int32_t *found,
                             int *refused);
/** The stage of an open row in its pipeline: place in the funnel's list, else number. */
dd_status dd_intake_place(dd_intake *self, const dd_row *row, const dd_intake_word *word,
                          int32_t pipeline, int32_t *found, int *refused);
/** The deal with this id; *fresh is told whether it is new. */
dd_status dd_intake_deal(dd_intake *self, const char *id, uint32_t *found, int *fresh);
/** Take what concerns the whole deal from this row if it is the earliest so far, the
 * CRM's expectations if it is the latest. */
dd_status dd_intake_describe(dd_intake *self, uint32_t deal, const dd_row *row,
                             dd_moment at, int32_t pipeline);
dd_status dd_intake_owner(dd_intake *self, const dd_row *row, int32_t *found);
dd_status dd_intake_add_row(dd_intake *self, const dd_intake_row *row);

/** Make the row's amounts the company's currency. */
dd_status dd_intake_convert(dd_intake *self, dd_row *row, int *refused);
/** One note per exchange rate that was used. */
dd_status dd_intake_note_currencies(const dd_intake *self);

/** A row of the events layout. */
dd_status dd_intake_event(dd_intake *self, const dd_row *row);
/** A row of the snapshots layout: a deal on a photo. Its entry's moment is what the CRM
 * says of the change, or DD_NO_MOMENT until dd_date_photos. */
dd_status dd_intake_photo(dd_intake *self, const dd_row *row);
/** A row of the deals layout: a whole deal. */
dd_status dd_intake_whole_deal(dd_intake *self, const dd_row *row);

#endif
