/**
 * @file text.h
 * Words and numbers as people write them: width, trimming, comparing, near misses.
 * Source: sim/base/text.c (words), sim/base/number.c (numbers).
 *
 * Text is UTF-8. Blanks are ASCII blanks, the no-break space, the full-width space and
 * the byte-order mark.
 */
#ifndef DD_BASE_TEXT_H
#define DD_BASE_TEXT_H

#include <stddef.h>

/** Columns that the text takes on a terminal: CJK characters 2, combining marks 0. */
size_t dd_text_width(const char *text);
/** The same for n bytes; a byte that is no UTF-8 takes 1. */
size_t dd_text_width_n(const char *text, size_t n);

/** Bytes of valid UTF-8 at the start: n when all of it is valid. */
size_t dd_utf8_valid(const char *text, size_t n);

/** Whether the first and last of n > 0 bytes say that no blank surrounds them: ASCII that
 * shows, or a byte that no blank beyond ASCII (text.c) begins or ends with; 0: look. */
static inline int
dd_text_is_trim(const char *text, size_t n)
{
    unsigned char first = (unsigned char) text[0], last = (unsigned char) text[n - 1];

    if ((unsigned) first - '!' <= '~' - '!' && (unsigned) last - '!' <= '~' - '!')
        return 1;
    return first > ' ' && first != 0x7F && first != 0xC2 && first != 0xE2
           && first != 0xE3 && first != 0xEF && last > ' ' && last != 0x7F
           && last != 0x80 && last != 0xA0 && last != 0xAF && last != 0xBF;
}

/** Move text and n over surrounding blanks; neither copies nor writes. */
void dd_text_trim(const char **text, size_t *n);
/** Whether nothing but blanks is there. */
int dd_text_blank(const char *text, size_t n);

/**
 * Copy with full-width letters, digits and signs made ASCII ("１２３，４" -> "123,4"), other
 * blanks made spaces, surrounding blanks dropped, a zero added.
 *
 * @return bytes written without the zero, or (size_t) -1 when capacity is too small or a
 *         NUL is among the bytes
 */
size_t dd_text_narrow(const char *text, size_t n, char *buffer, size_t capacity);

/**
 * What is left of a word when it is compared: lower case (Unicode), full-width made
 * narrow, without blanks, underscores, hyphens and byte-order mark: "Deal_ID" and
 * "deal id" both give "dealid".
 *
 * @return bytes written without the zero, or (size_t) -1 when capacity is too small
 */
size_t dd_word_key(const char *word, size_t n, char *buffer, size_t capacity);
/** Whether two words are the same by their keys. */
int dd_same_word(const char *a, const char *b);

/** Insertions, deletions, replacements and swaps of neighbours between two words'
 * keys, in characters (optimal string alignment). */
size_t dd_edit_distance(const char *a, const char *b);
/**
 * The nearest candidate, if it is near enough to have been meant: at most a third of
 * the word's characters differ, at least one may.
 *
 * @return one of candidates (the first of equals), or NULL
 */
const char *dd_did_you_mean(const char *word, const char *const *candidates, size_t n);

/** Whether a message says a value: between quotes, or a figure as a word of its own;
 * letters that are found in some other word are not enough. */
int dd_text_says(const char *text, const char *value);

/**
 * Read a plain decimal number: sign, digits, one point, no exponent, full-width digits
 * allowed; surrounding blanks allowed. nan, inf, hex, "1,000" and trailing text are
 * refused.
 *
 * @return 0, or -1
 */
int dd_number_parse(const char *text, size_t n, double *value);
/** Read a whole number within int64_t's range, such as "-12"; "1.0" is refused.
 * @return 0, or -1 */
int dd_integer_parse(const char *text, size_t n, long long *value);
/** Read a percentage with its sign, "30%", "-2.5 %": 0.3, -0.025. @return 0, or -1 */
int dd_percent_parse(const char *text, size_t n, double *value);
/** Read a share of 1: "30%" or a plain number as it stands, "0.3". @return 0, or -1 */
int dd_share_parse(const char *text, size_t n, double *value);

#endif
