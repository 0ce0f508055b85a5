#include "input/lines.h"

#include "base/text.h"
#include "input/encoding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t) 1 << 16)

/** Where a search stands. */
typedef struct {
    const long *line;
    size_t n, found; /* lines wanted, and those behind us */
    char **text;
    long number;  /* of the line being read */
    char newline; /* carriage returns alone end the lines of old files */
    long record;  /* the wanted line whose record is being kept; 0: none */
    size_t first; /* bytes of its first line; 0: that is still being read */
    int quoted;   /* inside a cell's quotes, which may hold further lines */
    char before;  /* the byte before this one */
    size_t used;
    char kept[DD_LONGEST_LINE + 1]; /* its start */
} search;

/* A quote opens a cell at its beginning only, and doubled stands for itself. */
static void
see(search *self, char c)
{
    if (c == '"' && self->quoted)
        self->quoted = 0;
    else if (c == '"' && (self->before == '"' || strchr(",;\t|", self->before)))
        self->quoted = 1;
    self->before = c;
}

/* The record is complete: copy it for everyone who wants it. Where its quotes never
 * close, its first line is all that surely belongs to it. */
static int
close_record(search *self)
{
    if (self->record == 0)
        return 0;
    if (self->quoted && self->first > 0)
        self->used = self->first;
    if (self->used > 0 && self->kept[self->used - 1] == '\r')
        self->used--;
    self->used = dd_utf8_valid(self->kept, self->used);
    self->kept[self->used] = '\0';
    for (; self->found < self->n && self->line[self->found] == self->record;
         self->found++) {
        self->text[self->found] = strdup(self->kept);
        if (!self->text[self->found])
            return -1;
    }
    self->record = 0;
    return 0;
}

/* The line wanted after the record that is being kept; 0: none. */
static long
next_wanted(const search *self)
{
    size_t i = self->found;
    while (i < self->n && self->line[i] == self->record)
        i++;
    return i < self->n ? self->line[i] : 0;
}

/* A line that is wanted begins a record, whatever stands before it. */
static int
begin_line(search *self)
{
    if (next_wanted(self) != self->number)
        return 0;
    if (close_record(self))
        return -1;
    self->record = self->number;
    self->used = self->first = 0;
    self->quoted = 0;
    self->before = ',';
    return 0;
}

static int
end_line(search *self)
{
    self->number++;
    if (self->record != 0 && self->first == 0)
        self->first = self->used;
    if (self->record != 0 && self->quoted && self->used < DD_LONGEST_LINE)
        self->kept[self->used++] = '\n';
    else if (close_record(self))
        return -1;
    return begin_line(self);
}

static int
take(search *self, const char *text, size_t n)
{
    for (size_t i = 0; i < n && self->found < self->n; i++) {
        if (text[i] == self->newline) {
            if (end_line(self))
                return -1;
        } else if (self->record != 0 && self->used < DD_LONGEST_LINE) {
            see(self, text[i]);
            self->kept[self->used++] = text[i];
        }
    }
    return 0;
}

static dd_status
read_all(search *self, dd_decoder *decoder, const char *path, dd_error *err)
{
    char chunk[CHUNK];
    size_t n;
    dd_status status = dd_decoder_read(decoder, chunk, sizeof chunk, &n, path, err);

    self->newline = !memchr(chunk, '\n', n) && memchr(chunk, '\r', n) ? '\r' : '\n';
    if (begin_line(self))
        return dd_error_no_memory(err);
    while (status == DD_OK && n > 0 && self->found < self->n) {
        if (take(self, chunk, n))
            return dd_error_no_memory(err);
        status = dd_decoder_read(decoder, chunk, sizeof chunk, &n, path, err);
    }
    if (status == DD_OK && close_record(self))
        return dd_error_no_memory(err);
    return status;
}

dd_status
dd_lines_find(const char *path, const long *line, size_t n, char **text, dd_error *err)
{
    const dd_place place = { .file = path };
    search self = { .line = line, .n = n, .text = text, .number = 1 };
    FILE *file = fopen(path, "rb");
    dd_decoder decoder;
    dd_status status;

    memset(text, 0, n * sizeof *text);
    if (!file)
        return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot be opened: %s",
                            strerror(errno));
    status = dd_decoder_open(&decoder, file, path, err);
    if (status)
        return status;
    status = read_all(&self, &decoder, path, err);
    dd_decoder_close(&decoder);
    return status;
}
