/** Rows of a CSV file; see csv.h. */
#include "input/csv.h"

#include "base/text.h"
#include "input/csv_reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void
start_row(dd_csv *self)
{
    self->row_lines = 0;
    self->row_used = 0;
    self->n_cells = 0;
    self->row_done = 0;
    self->broken = NULL;
}

int
dd_csv_restart(dd_csv *self)
{
    csv_free(&self->parser);
    if (csv_init(&self->parser, CSV_STRICT | CSV_STRICT_FINI))
        return -1;
    csv_set_delim(&self->parser, (unsigned char) self->delimiter);
    csv_set_blk_size(&self->parser, 4096);
    start_row(self);
    return 0;
}

dd_status
dd_csv_refill(dd_csv *self, dd_error *err)
{
    size_t keep = self->row_lines ? self->row_begin : self->begin, got;
    dd_status status;

    memmove(self->text, self->text + keep, self->end - keep);
    self->next = (dd_csv_places){ 0 };
    self->begin -= keep;
    self->end -= keep;
    self->row_begin -= self->row_lines ? keep : 0;
    self->row_next -= self->row_lines ? keep : 0;
    if (DD_CSV_MAX_ROW - self->end < 64)
        return DD_OK;
    status = dd_decoder_read(&self->decoder, self->text + self->end,
                             DD_CSV_MAX_ROW - self->end, &got, self->path, err);
    self->end += got;
    if (status == DD_OK && got == 0) {
        self->at_end = 1;
        if (self->end > 0 && self->text[self->end - 1] != self->newline)
            self->text[self->end++] = self->newline;
    }
    return status;
}

static void
set_broken(dd_csv *self, const char *code, const char *reason)
{
    if (self->broken)
        return;
    self->broken_code = code;
    self->broken = reason;
}

/* A cell that stands in row_text with room for a zero behind it. */
static inline void
add_cell(dd_csv *self, char *text, size_t n)
{
    const char *cell = text;

    if (self->n_cells == DD_CSV_MAX_CELLS) {
        set_broken(self, "too_many_cells", "more than 16384 cells in a row");
        return;
    }
    if (n > 0 && !dd_text_is_trim(text, n))
        dd_text_trim(&cell, &n);
    text[cell + n - text] = '\0';
    self->cells[self->n_cells++] = (dd_cell){ cell, n };
}

static void
take_cell(void *text, size_t n, void *context)
{
    dd_csv *self = context;
    char *cell = self->row_text + self->row_used;

    if (n > DD_CSV_MAX_CELL) {
        set_broken(self, "cell_too_long", "a cell of more than 1 MiB");
        return;
    }
    if (n > 0)
        memcpy(cell, text, n);
    self->row_used += n + 1;
    add_cell(self, cell, n);
}

static void
take_row(int end, void *context)
{
    dd_csv *self = context;

    (void) end;
    self->row_done++;
}

/* Feed the parser one line of n bytes, the line end among them. */
static int
feed(dd_csv *self, const char *line, size_t n)
{
    if (memchr(line, '\0', n))
        set_broken(self, "nul_byte", "a NUL byte: this is not text");
    else if (dd_utf8_valid(line, n) < n)
        set_broken(self, "bad_encoding",
                   "bytes that do not belong to the file's encoding");
    else if (csv_parse(&self->parser, line, n, take_cell, take_row, self) < n)
        switch (csv_error(&self->parser)) {
        case CSV_ENOMEM:
            return -1;
        default:
            set_broken(self, "bad_quotes", "quotes that do not open or close a cell");
        }
    else if (self->row_done > 1)
        set_broken(self, "line_end", "a line end inside a row");
    else if (!self->row_done && self->parser.entry_pos > DD_CSV_MAX_CELL)
        set_broken(self, "cell_too_long", "a cell of more than 1 MiB");
    return 0;
}

/* Where c comes next at or behind begin; `place` is where it came before. */
static size_t
next_place(const dd_csv *self, size_t place, char c)
{
    const char *found;

    if (place >= self->begin)
        return place;
    found = memchr(self->text + self->begin, c, self->end - self->begin);
    return found ? (size_t) (found - self->text) : self->end;
}

static void
look_ahead(dd_csv *self)
{
    dd_csv_places *next = &self->next;

    next->quote = next_place(self, next->quote, '"');
    next->nul = next_place(self, next->nul, '\0');
    next->carriage_return = next_place(self, next->carriage_return, '\r');
    if (next->not_utf8 < self->begin)
        next->not_utf8
            = self->begin
              + dd_utf8_valid(self->text + self->begin, self->end - self->begin);
}

/* Whether the n bytes at begin are text without quotes, and any carriage return the last
 * but one of them. */
static int
is_plain(dd_csv *self, size_t n)
{
    const dd_csv_places *next = &self->next;
    size_t stop = self->begin + n;

    look_ahead(self);
    return next->quote >= stop && next->nul >= stop && next->not_utf8 >= stop
           && (next->carriage_return >= stop || next->carriage_return == stop - 2);
}

#define AT_ONCE 64

/* A bit for each of AT_ONCE bytes that is c. */
static inline uint64_t
places_of(char c, const char *text)
{
    uint64_t found = 0;

#ifdef __SSE2__
    for (int i = 0; i < AT_ONCE; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) (text + i));
        __m128i same = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
        found |= (uint64_t) (uint32_t) _mm_movemask_epi8(same) << i;
    }
#else
    for (int i = 0; i < AT_ONCE; i++)
        found |= (uint64_t) (text[i] == c) << i;
#endif
    return found;
}

/* Cells of a row of n bytes that has no quotes; row_text has room to be read beyond. */
static void
cut_cells(dd_csv *self, size_t n)
{
    char *cell = self->row_text, *end = cell + n;

    for (size_t from = 0; from < n; from += AT_ONCE) {
        char *text = self->row_text + from;
        uint64_t found = places_of(self->delimiter, text);
        if (n - from < AT_ONCE)
            found &= (UINT64_C(1) << (n - from)) - 1;
        for (; found; found &= found - 1) {
            char *stop = text + __builtin_ctzll(found);
            add_cell(self, cell, (size_t) (stop - cell));
            cell = stop + 1;
        }
    }
    add_cell(self, cell, (size_t) (end - cell));
}

/*
 * A whole row on one line without quotes, the common case, is cut at its delimiters: what
 * the parser would say of it, in a third of the time.
 * @return 0 if it is none; the parser then takes the line
 */
static int
cut_plain_line(dd_csv *self, size_t n)
{
    if (self->newline != '\n' || n >= DD_CSV_MAX_CELL || !is_plain(self, n))
        return 0;
    n -= self->next.carriage_return == self->begin + n - 2 ? 2 : 1;
    if (n == 0)
        return 0;
    memcpy(self->row_text, self->text + self->begin, n);
    self->row_used = n + 1;
    cut_cells(self, n);
    take_row(0, self);
    return 1;
}

/* Keep how the row starts, for the message: one line, cut at a whole character. */
static void
keep_value(dd_csv *self)
{
    const char *line = self->text + self->row_begin;
    const char *stop = memchr(line, self->newline, self->end - self->row_begin);
    size_t n = stop ? (size_t) (stop - line) : self->end - self->row_begin;
    int cut = n > DD_CSV_VALUE;

    if (cut)
        n = DD_CSV_VALUE;
    n = dd_utf8_valid(line, n);
    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n'))
        n--;
    for (size_t i = 0; i < n; i++)
        self->value[i] = (char) ((unsigned char) line[i] < ' ' ? ' ' : line[i]);
    strcpy(self->value + n, cut ? "…" : "");
}

/* Tell the fault and go on behind the row's *first* line, for its quotes cannot be
 * trusted to say where it ends. */
static dd_csv_event
give_up_row(dd_csv *self, dd_csv_fault *fault, dd_error *err)
{
    keep_value(self);
    *fault
        = (dd_csv_fault){ self->row_line, self->broken_code, self->broken, self->value };
    self->begin = self->row_next;
    self->line = self->row_line + 1;
    if (!dd_csv_restart(self))
        return DD_CSV_FAULT;
    dd_error_no_memory(err);
    return DD_CSV_STOP;
}

/* A line that fills all the room: pass over it until its end. */
static dd_csv_event
skip_endless_line(dd_csv *self, dd_csv_fault *fault, dd_error *err)
{
    char *stop = NULL;

    set_broken(self, "row_too_long", "a row of more than 4 MiB");
    self->row_line = self->line;
    self->row_begin = self->begin;
    keep_value(self);
    while (!stop && !self->at_end) {
        self->begin = self->end = 0;
        if (dd_csv_refill(self, err))
            return DD_CSV_STOP;
        stop = memchr(self->text, self->newline, self->end);
    }
    *fault
        = (dd_csv_fault){ self->row_line, self->broken_code, self->broken, self->value };
    self->begin = stop ? (size_t) (stop - self->text) + 1 : self->end;
    self->line++;
    if (!dd_csv_restart(self))
        return DD_CSV_FAULT;
    dd_error_no_memory(err);
    return DD_CSV_STOP;
}

/* The line at begin with its end, or 0 when more text is needed first. */
static size_t
line_length(const dd_csv *self)
{
    const char *start = self->text + self->begin;
    const char *stop = memchr(start, self->newline, self->end - self->begin);

    return stop ? (size_t) (stop - start) + 1 : 0;
}

static void
begin_row(dd_csv *self, size_t length)
{
    self->row_begin = self->begin;
    self->row_next = self->begin + length;
    self->row_line = self->line;
}

/* A row that spans lines and has not the heading's number of cells is held together by
 * a stray quote rather than by a cell of several lines. */
static void
doubt_long_rows(dd_csv *self)
{
    if (self->row_lines > 1 && self->heading.n && self->n_cells != self->heading.n)
        set_broken(self, "bad_quotes", "a quote that is not closed on its line");
}

static int
is_empty(const dd_csv *self)
{
    for (size_t i = 0; i < self->n_cells; i++) {
        if (self->cells[i].n)
            return 0;
    }
    return 1;
}

/* Take one more line into the row. @return 1 when the row is complete or lost, else 0 */
static int
take_line(dd_csv *self, size_t length)
{
    if (self->row_lines == 0)
        begin_row(self, length);
    self->row_lines++;
    if ((self->row_lines > 1 || !cut_plain_line(self, length))
        && feed(self, self->text + self->begin, length))
        return -1;
    self->begin += length;
    self->line++;
    if (self->row_done)
        doubt_long_rows(self);
    else if (!self->broken && self->parser.pstate == 0)
        self->row_lines = 0; /* ROW_NOT_BEGUN: the line was blank */
    return self->row_done || self->broken;
}

/* No complete line is at hand: more text, or the end. */
static dd_csv_event
want_more(dd_csv *self, dd_csv_fault *fault, dd_error *err)
{
    int full = self->end - (self->row_lines ? self->row_begin : self->begin)
               > DD_CSV_MAX_ROW - 64;

    if (self->peeking && !self->at_end)
        return DD_CSV_END;
    if (full && self->row_lines == 0)
        return skip_endless_line(self, fault, err);
    if (full || (self->at_end && self->row_lines)) {
        set_broken(self, full ? "row_too_long" : "bad_quotes",
                   full ? "a row of more than 4 MiB" : "a quote that is never closed");
        return give_up_row(self, fault, err);
    }
    if (self->at_end)
        return DD_CSV_END;
    return dd_csv_refill(self, err) ? DD_CSV_STOP : DD_CSV_ROW;
}

dd_csv_event
dd_csv_next(dd_csv *self, dd_csv_row *row, dd_csv_fault *fault, dd_error *err)
{
    for (;;) {
        size_t length = line_length(self);
        int done;

        if (self->row_done)
            start_row(self);
        if (length == 0) {
            dd_csv_event event = want_more(self, fault, err);
            if (event != DD_CSV_ROW)
                return event;
            continue;
        }
        done = take_line(self, length);
        if (done < 0) {
            dd_error_no_memory(err);
            return DD_CSV_STOP;
        }
        if (done && self->broken)
            return give_up_row(self, fault, err);
        if (done && !is_empty(self)) {
            *row = (dd_csv_row){ self->row_line, self->n_cells, self->cells };
            return DD_CSV_ROW;
        }
    }
}

void
dd_csv_peek_begin(dd_csv *self)
{
    self->peeking = 1;
    look_ahead(self);
    self->data_next = self->next; /* no text comes in until the end of it */
}

void
dd_csv_peek_end(dd_csv *self)
{
    self->peeking = 0;
    self->next = self->data_next;
    self->begin = self->data_begin;
    self->line = self->data_line;
    dd_csv_restart(self);
}
