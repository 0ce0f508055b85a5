/** Files turned into UTF-8 while they are read; see encoding.h. */
#include "input/encoding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RAW_BYTES ((size_t) 1 << 20) /* read at once; what the encoding is told by */

static const char *
iconv_name(dd_encoding encoding)
{
    switch (encoding) {
    case DD_UTF16LE:
        return "UTF-16LE";
    case DD_UTF16BE:
        return "UTF-16BE";
    case DD_GB18030:
        return "GB18030";
    case DD_WINDOWS1252:
        return "WINDOWS-1252";
    case DD_UTF8:
    case DD_UTF8_BOM:
        break;
    }
    return NULL;
}

static dd_status
cannot_read(const char *path, dd_error *err)
{
    const dd_place place = { .file = path };

    return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot be read: %s",
                        strerror(errno));
}

/* Move what is left to the front and fill up behind it. */
static dd_status
refill(dd_decoder *self, const char *path, dd_error *err)
{
    memmove(self->raw, self->raw + self->begin, self->end - self->begin);
    self->end -= self->begin;
    self->begin = 0;
    self->end += fread(self->raw + self->end, 1, RAW_BYTES - self->end, self->file);
    if (ferror(self->file))
        return cannot_read(path, err);
    self->at_end = self->end < RAW_BYTES;
    return DD_OK;
}

/* Of the byte-order mark, in bytes; UTF-16 may be told without one. */
static size_t
mark_length(const dd_decoder *self)
{
    if (self->encoding == DD_UTF8_BOM)
        return 3;
    if (self->encoding == DD_UTF16LE)
        return memcmp(self->raw, "\xFF\xFE", 2) == 0 ? 2 : 0;
    if (self->encoding == DD_UTF16BE)
        return memcmp(self->raw, "\xFE\xFF", 2) == 0 ? 2 : 0;
    return 0;
}

dd_status
dd_decoder_open(dd_decoder *self, FILE *file, const char *path, dd_error *err)
{
    const char *name;
    dd_status status;

    memset(self, 0, sizeof *self);
    self->converter = (iconv_t) -1;
    self->file = file;
    self->raw = malloc(RAW_BYTES);
    status = self->raw ? refill(self, path, err) : dd_error_no_memory(err);
    if (status) {
        dd_decoder_close(self);
        return status;
    }
    self->encoding = dd_encoding_tell(self->raw, self->end);
    self->begin = mark_length(self);
    name = iconv_name(self->encoding);
    if (!name)
        return DD_OK;
    self->converter = iconv_open("UTF-8", name);
    if (self->converter != (iconv_t) -1)
        return DD_OK;
    dd_decoder_close(self);
    return dd_error_add(err, DD_EIO, &(dd_place){ .file = path }, NULL,
                        "a file saved as CSV UTF-8",
                        "is written in %s, which this system cannot convert", name);
}

void
dd_decoder_close(dd_decoder *self)
{
    if (!self->raw && !self->file)
        return;
    if (self->converter != (iconv_t) -1)
        iconv_close(self->converter);
    if (self->file)
        fclose(self->file);
    free(self->raw);
    memset(self, 0, sizeof *self);
    self->converter = (iconv_t) -1;
}

const char *
dd_decoder_head(const dd_decoder *self, size_t *n)
{
    *n = self->end - self->begin;
    return self->raw + self->begin;
}

/* Convert what is at hand until it, or the room, is used up. */
static void
convert(dd_decoder *self, char *out, size_t n, size_t *filled)
{
    while (self->begin < self->end && *filled < n) {
        char *from = self->raw + self->begin, *to = out + *filled;
        size_t left = self->end - self->begin, room = n - *filled;
        size_t result = iconv(self->converter, &from, &left, &to, &room);
        int cut_short = result == (size_t) -1 && errno == EINVAL && !self->at_end;
        int no_room = result == (size_t) -1 && errno == E2BIG;
        size_t width
            = self->encoding == DD_UTF16LE || self->encoding == DD_UTF16BE ? 2 : 1;

        self->begin = self->end - left;
        *filled = n - room;
        if (cut_short || no_room || result != (size_t) -1)
            return;
        if (*filled == n)
            return;
        out[(*filled)++] = (char) 0xFF;
        self->begin += left < width ? left : width;
        iconv(self->converter, NULL, NULL, NULL, NULL);
    }
}

/* UTF-8 is handed on as it is: first what is at hand, then from the file itself. */
static dd_status
copy(dd_decoder *self, char *out, size_t n, size_t *filled, const char *path,
     dd_error *err)
{
    size_t at_hand = self->end - self->begin;

    *filled = at_hand < n ? at_hand : n;
    memcpy(out, self->raw + self->begin, *filled);
    self->begin += *filled;
    if (*filled < n)
        *filled += fread(out + *filled, 1, n - *filled, self->file);
    return ferror(self->file) ? cannot_read(path, err) : DD_OK;
}

dd_status
dd_decoder_read(dd_decoder *self, char *out, size_t n, size_t *filled, const char *path,
                dd_error *err)
{
    dd_status status = DD_OK;

    *filled = 0;
    if (self->converter == (iconv_t) -1)
        return copy(self, out, n, filled, path, err);
    while (status == DD_OK && n - *filled > 4) { /* a character takes at most 4 bytes */
        convert(self, out, n, filled);
        if (n - *filled <= 4 || (self->at_end && self->begin == self->end))
            break;
        status = refill(self, path, err);
    }
    return status;
}
