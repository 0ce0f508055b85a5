/** Telling an encoding by a file's first bytes; see encoding.h. */
#include "input/encoding.h"

#include "base/text.h"

#include <string.h>

#define ENOUGH_ZEROS 0.25 /* of all bytes, on one side: UTF-16 with ASCII headings */
#define MOSTLY_COMMON 0.7 /* of the pairs, to read as Chinese */

/** How bytes look when read as GB18030. */
typedef struct {
    size_t common; /* hanzi of GB 2312's first level, full-width signs */
    size_t other;  /* any other pair, four-byte forms, what is no GB18030 */
} chinese_look;

const char *
dd_encoding_name(dd_encoding self)
{
    static const char *const names[]
        = { "UTF-8", "UTF-8 with BOM", "UTF-16", "UTF-16", "GB18030", "Windows-1252" };

    return names[self];
}

static int
starts_with(const char *head, size_t n, const char *mark, size_t length)
{
    return n >= length && memcmp(head, mark, length) == 0;
}

static double
share_of_zeros(const char *head, size_t n, size_t from)
{
    size_t zeros = 0;

    for (size_t i = from; i < n; i += 2)
        zeros += head[i] == '\0';
    return n > 1 ? (double) zeros / (double) n : 0.0;
}

/* Whether lines with valid characters beyond ASCII outnumber the broken ones: then it is
 * UTF-8 with some foreign bytes pasted in, and only their rows are lost. */
static int
mostly_utf8(const char *head, size_t n)
{
    size_t good = 0, broken = 0;

    for (size_t start = 0; start < n;) {
        const char *line = head + start;
        const char *stop = memchr(line, '\n', n - start);
        size_t length = stop ? (size_t) (stop - line) + 1 : n - start;
        size_t valid = dd_utf8_valid(line, length);

        if (valid < length && (stop || length - valid > 3))
            broken++;
        else if (valid == length)
            for (size_t i = 0; i < length; i++) {
                if ((unsigned char) line[i] >= 0x80) {
                    good++;
                    break;
                }
            }
        start += length;
    }
    return good > broken || broken == 0;
}

static int
is_common(unsigned char lead, unsigned char trail)
{
    int hanzi = lead >= 0xB0 && lead <= 0xD7; /* first level, by pronunciation */
    int sign = lead == 0xA1 || lead == 0xA3;  /* punctuation, full-width forms */

    return (hanzi || sign) && trail >= 0xA1 && trail <= 0xFE;
}

static chinese_look
look(const char *text, size_t n)
{
    const unsigned char *byte = (const unsigned char *) text;
    chinese_look seen = { 0, 0 };

    for (size_t i = 0; i < n; i++) {
        if (byte[i] < 0x80)
            continue;
        if (i + 1 == n)
            break;
        if (is_common(byte[i], byte[i + 1]))
            seen.common++;
        else
            seen.other++;
        /* A trail byte below 0x40 is no pair: look at it again. */
        i += byte[i + 1] >= 0x40;
    }
    return seen;
}

static int
reads_as_chinese(const char *head, size_t n)
{
    const char *stop = memchr(head, '\n', n);
    size_t spans[2] = { stop ? (size_t) (stop - head) : n, n };

    for (size_t i = 0; i < 2; i++) {
        chinese_look seen = look(head, spans[i]);
        double pairs = (double) (seen.common + seen.other);
        if (seen.common >= 2 && (double) seen.common >= MOSTLY_COMMON * pairs)
            return 1;
    }
    return 0;
}

dd_encoding
dd_encoding_tell(const char *head, size_t n)
{
    if (starts_with(head, n, "\xEF\xBB\xBF", 3))
        return DD_UTF8_BOM;
    if (starts_with(head, n, "\xFF\xFE", 2))
        return DD_UTF16LE;
    if (starts_with(head, n, "\xFE\xFF", 2))
        return DD_UTF16BE;
    if (share_of_zeros(head, n, 1) > ENOUGH_ZEROS && share_of_zeros(head, n, 0) < 0.01)
        return DD_UTF16LE;
    if (share_of_zeros(head, n, 0) > ENOUGH_ZEROS && share_of_zeros(head, n, 1) < 0.01)
        return DD_UTF16BE;
    if (n - dd_utf8_valid(head, n) <= 3 || mostly_utf8(head, n)) /* 3: cut short */
        return DD_UTF8;
    return reads_as_chinese(head, n) ? DD_GB18030 : DD_WINDOWS1252;
}
