/** Words as people write them; see text.h. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#define NO_BREAK_SPACE 0x00A0
#define FULL_WIDTH_SPACE 0x3000
#define BYTE_ORDER_MARK 0xFEFF
#define LONGEST_WORD 64 /* characters compared; longer words differ anyway */

/* Next character of n > 0 bytes; a byte that is no UTF-8 stands for itself, as -1. */
static size_t
next_char(const char *text, size_t n, int32_t *c)
{
    utf8proc_ssize_t taken;

    if ((unsigned char) text[0] < 0x80) {
        *c = text[0];
        return 1;
    }
    taken = utf8proc_iterate((const utf8proc_uint8_t *) text, (utf8proc_ssize_t) n, c);
    if (taken > 0)
        return (size_t) taken;
    *c = -1;
    return 1;
}

static int
is_blank(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == NO_BREAK_SPACE
           || c == FULL_WIDTH_SPACE || c == BYTE_ORDER_MARK || c == 0x202F;
}

/* Full-width forms U+FF01..FF5E are ASCII 21..7E moved; ￥ has its own place. */
static int32_t
narrow(int32_t c)
{
    if (c > ' ' && c < 0x7F)
        return c;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFF01 + '!';
    if (c == 0xFFE5)
        return 0x00A5;
    return is_blank(c) ? ' ' : c;
}

size_t
dd_text_width_n(const char *text, size_t n)
{
    size_t width = 0;
    int32_t c;

    for (size_t i = 0; i < n;) {
        i += next_char(text + i, n - i, &c);
        if (c < 0x80)
            width += c < 0 || (c >= ' ' && c < 0x7F);
        else
            width += (size_t) utf8proc_charwidth(c);
    }
    return width;
}

size_t
dd_text_width(const char *text)
{
    return dd_text_width_n(text, strlen(text));
}

/* Continuation bytes that a lead byte asks for; -1: no lead byte (RFC 3629). */
static int
continuations(unsigned char lead)
{
    if (lead < 0x80)
        return 0;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 1;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 2;
    return lead >= 0xF0 && lead <= 0xF4 ? 3 : -1;
}

/* The second byte rules out overlong forms, surrogates and what lies past U+10FFFF. */
static int
second_byte_fits(unsigned char lead, unsigned char second)
{
    unsigned char low = 0x80, high = 0xBF;

    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    return second >= low && second <= high;
}

static size_t
skip_ascii(const char *text, size_t i, size_t n)
{
    uint64_t word;

    for (; i + 8 <= n; i += 8) {
        memcpy(&word, text + i, 8);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < n && (unsigned char) text[i] < 0x80)
        i++;
    return i;
}

size_t
dd_utf8_valid(const char *text, size_t n)
{
    const unsigned char *byte = (const unsigned char *) text;
    size_t i = 0;

    while ((i = skip_ascii(text, i, n)) < n) {
        int more = continuations(byte[i]);
        if (more < 1 || (size_t) more >= n - i
            || !second_byte_fits(byte[i], byte[i + 1]))
            return i;
        for (int k = 2; k <= more; k++) {
            if ((byte[i + (size_t) k] & 0xC0) != 0x80)
                return i;
        }
        i += (size_t) more + 1;
    }
    return n;
}

/* Bytes of the blank that closes n > 0 bytes; 0: it does not close with one. */
static size_t
blank_at_end(const char *text, size_t n)
{
    size_t start = n - 1;
    int32_t c;

    if ((unsigned char) text[start] < 0x80)
        return is_blank(text[start]) ? 1 : 0;
    while (start > 0 && n - start < 3 && ((unsigned char) text[start] & 0xC0) == 0x80)
        start--;
    if (next_char(text + start, n - start, &c) != n - start)
        return 0;
    return is_blank(c) ? n - start : 0;
}

void
dd_text_trim(const char **text, size_t *n)
{
    size_t step;
    int32_t c;

    if (*n > 0 && dd_text_is_trim(*text, *n))
        return;
    while (*n > 0) {
        step = next_char(*text, *n, &c);
        if (!is_blank(c))
            break;
        *text += step;
        *n -= step;
    }
    while (*n > 0 && (step = blank_at_end(*text, *n)) > 0)
        *n -= step;
}

int
dd_text_blank(const char *text, size_t n)
{
    dd_text_trim(&text, &n);
    return n == 0;
}

/* Append one character (or the odd byte itself) if it and a closing zero fit. */
static int
append_char(char *buffer, size_t capacity, size_t *used, int32_t c, char byte)
{
    utf8proc_uint8_t utf8[4];
    size_t n = 1;

    if (c < 0x80)
        utf8[0] = (utf8proc_uint8_t) (c < 0 ? byte : c);
    else
        n = (size_t) utf8proc_encode_char(c, utf8);
    if (*used + n + 1 > capacity)
        return -1;
    memcpy(buffer + *used, utf8, n);
    *used += n;
    buffer[*used] = '\0';
    return 0;
}

size_t
dd_text_narrow(const char *text, size_t n, char *buffer, size_t capacity)
{
    size_t used = 0, step;
    int32_t c;

    dd_text_trim(&text, &n);
    if (capacity == 0)
        return (size_t) -1;
    while (used < n && used + 1 < capacity && text[used] >= ' ' && text[used] < 0x7F) {
        buffer[used] = text[used];
        used++;
    }
    buffer[used] = '\0';
    for (size_t i = used; i < n; i += step) {
        step = next_char(text + i, n - i, &c);
        if (c == 0 || append_char(buffer, capacity, &used, narrow(c), text[i]))
            return (size_t) -1;
    }
    return used;
}

size_t
dd_word_key(const char *word, size_t n, char *buffer, size_t capacity)
{
    size_t used = 0, step;
    int32_t c;

    if (capacity == 0)
        return (size_t) -1;
    buffer[0] = '\0';
    for (size_t i = 0; i < n; i += step) {
        step = next_char(word + i, n - i, &c);
        c = narrow(c);
        if (c == ' ' || c == '_' || c == '-')
            continue;
        if (c >= 0)
            c = utf8proc_tolower(c);
        if (append_char(buffer, capacity, &used, c, word[i]))
            return (size_t) -1;
    }
    return used;
}

/* The next character of a word's key, 0 at the end; moves word on. */
static int32_t
next_of_key(const char **word)
{
    int32_t c;

    while (**word) {
        *word += next_char(*word, strlen(*word), &c);
        c = narrow(c);
        if (c != ' ' && c != '_' && c != '-')
            return c < 0 ? c : utf8proc_tolower(c);
    }
    return 0;
}

int
dd_same_word(const char *a, const char *b)
{
    int32_t c;

    do {
        c = next_of_key(&a);
        if (c != next_of_key(&b))
            return 0;
    } while (c);
    return 1;
}

static size_t
key_chars(const char *word, int32_t out[LONGEST_WORD])
{
    size_t n = 0;
    int32_t c;

    while (n < LONGEST_WORD && (c = next_of_key(&word)) != 0)
        out[n++] = c;
    return n;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t
dd_edit_distance(const char *a, const char *b)
{
    int32_t x[LONGEST_WORD], y[LONGEST_WORD];
    size_t row[3][LONGEST_WORD + 1]; /* of the dynamic programme, the last three */
    size_t n = key_chars(a, x), m = key_chars(b, y);

    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(before[j - 1] + (x[i - 1] != y[j - 1]),
                           1 + least(before[j], now[j - 1]));
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                now[j] = least(now[j], row[(i - 2) % 3][j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* Letters, digits and what is beyond ASCII make a word. */
static int
in_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c & 0x80) != 0;
}

int
dd_text_says(const char *text, const char *value)
{
    size_t n = strlen(value);
    int figure = n >= 4 && strpbrk(value, "0123456789") != NULL;
    for (const char *at = strstr(text, value); at != NULL && n > 0;
         at = strstr(at + 1, value)) {
        int quoted = at > text && at[-1] == '\'' && at[n] == '\'';
        int alone = (at == text || !in_word(at[-1])) && !in_word(at[n]);
        if (quoted || (figure && alone))
            return 1;
    }
    return 0;
}

const char *
dd_did_you_mean(const char *word, const char *const *candidates, size_t n)
{
    int32_t chars[LONGEST_WORD];
    size_t length = key_chars(word, chars);
    size_t nearest = length < 6 ? 2 : length / 3 + 1; /* one more than may differ */
    const char *found = NULL;

    if (length < 2)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t distance = dd_edit_distance(word, candidates[i]);
        if (distance < nearest) {
            nearest = distance;
            found = candidates[i];
        }
    }
    return found;
}
