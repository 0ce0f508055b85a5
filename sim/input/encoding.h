/**
 * @file encoding.h
 * In which encoding a file is written, and turning it into UTF-8. Source:
 * sim/input/encoding.c (telling), sim/input/decoder.c (turning).
 */
#ifndef DD_INPUT_ENCODING_H
#define DD_INPUT_ENCODING_H

#include "dealdice/error.h"

#include <iconv.h>
#include <stdio.h>

typedef enum {
    DD_UTF8,
    DD_UTF8_BOM,
    DD_UTF16LE,
    DD_UTF16BE,
    DD_GB18030,
    DD_WINDOWS1252,
} dd_encoding;

/**
 * Tell the encoding by the first bytes of a file: a byte-order mark; the zeros of
 * UTF-16; valid UTF-8, or more valid lines than broken ones; GB18030 where it reads as
 * Chinese, that is where most of its pairs are common hanzi, in the first line or in
 * all (nearly every Windows-1252 text is GB18030 too, with Müller as M黮ler); else
 * Windows-1252.
 */
dd_encoding dd_encoding_tell(const char *head, size_t n);
/** "UTF-8", "UTF-8 with BOM", "UTF-16", "GB18030", "Windows-1252". */
const char *dd_encoding_name(dd_encoding self);

/** Reads a file as UTF-8 whatever its encoding; owns what it holds. */
typedef struct {
    FILE *file;
    dd_encoding encoding;
    iconv_t converter; /* (iconv_t) -1: none needed */
    char *raw;         /* bytes as read, not yet handed on */
    size_t begin, end; /* of raw */
    int at_end;        /* of the file */
} dd_decoder;

/** Take over an open file and tell its encoding. On failure the file is closed.
 * @return DD_OK; DD_EIO; DD_ENOMEM */
dd_status dd_decoder_open(dd_decoder *self, FILE *file, const char *path, dd_error *err);
void dd_decoder_close(dd_decoder *self);

/** First bytes of the file as they stand (before the first read). */
const char *dd_decoder_head(const dd_decoder *self, size_t *n);

/**
 * Fill `out` with up to n >= 64 bytes of UTF-8; none only at the end of the file.
 *
 * What cannot be converted becomes the byte FF, which no UTF-8 holds: the row it stands
 * in can be told.
 * @param filled  told how many
 * @return DD_OK or DD_EIO
 */
dd_status dd_decoder_read(dd_decoder *self, char *out, size_t n, size_t *filled,
                          const char *path, dd_error *err);

#endif
