#include "base/sort.h"

#include <string.h>

#define RUN 8    /* so few are sorted by insertion */
#define MANY 512 /* so many by their digits */

static int
is_sorted(const double *value, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (value[i] < value[i - 1])
            return 0;
    return 1;
}

static void
sort_few(double *value, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double one = value[i];
        size_t k = i;
        for (; k > 0 && one < value[k - 1]; k--)
            value[k] = value[k - 1];
        value[k] = one;
    }
}

/* Two runs into one; which is smaller is no branch, since none could be foretold. */
static void
merge(const double *a, size_t n_a, const double *b, size_t n_b, double *to)
{
    size_t i = 0, k = 0;

    while (i < n_a && k < n_b) {
        int second = b[k] < a[i];
        *to++ = second ? b[k] : a[i];
        i += !second;
        k += (size_t) second;
    }
    memcpy(to, a + i, (n_a - i) * sizeof *a);
    memcpy(to + (n_a - i), b + k, (n_b - k) * sizeof *b);
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void
sort_by_merging(double *value, double *spare, size_t n)
{
    double *from = value, *to = spare;

    for (size_t i = 0; i < n; i += RUN)
        sort_few(value + i, least(RUN, n - i));
    for (size_t width = RUN; width < n; width *= 2) {
        double *sorted = to;
        for (size_t i = 0; i < n; i += 2 * width) {
            size_t first = least(width, n - i), second = least(width, n - i - first);
            merge(from + i, first, from + i + first, second, to + i);
        }
        to = from;
        from = sorted;
    }
    if (from != value)
        memcpy(value, from, n * sizeof *value);
}

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)

typedef uint64_t __attribute__((may_alias)) word; /* of a number, whatever its type */

/* One stable pass by the digit at `shift` of key - low.
 * @return 0 if that is the same for all: nothing was moved */
static int
sort_by_digit(const word *from, word *to, size_t n, uint64_t low, int shift)
{
    size_t start[DIGITS] = { 0 }, before = 0;

    for (size_t i = 0; i < n; i++)
        start[(from[i] - low) >> shift & (DIGITS - 1)]++;
    if (start[(from[0] - low) >> shift & (DIGITS - 1)] == n)
        return 0;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t count = start[d];
        start[d] = before;
        before += count;
    }
    for (size_t i = 0; i < n; i++)
        to[start[(from[i] - low) >> shift & (DIGITS - 1)]++] = from[i];
    return 1;
}

static word *
sort_by_digits(word *key, word *spare, size_t n, uint64_t low, uint64_t high)
{
    for (int shift = 0; shift < 64 && (high - low) >> shift; shift += DIGIT_BITS) {
        word *sorted = spare;
        if (!sort_by_digit(key, spare, n, low, shift))
            continue;
        spare = key;
        key = sorted;
    }
    return key;
}

/* Words of doubles are in order as the doubles are, but that negative ones are so
 * backwards and have the sign bit. */
static word
key_of(word bits)
{
    const word sign = UINT64_C(1) << 63;

    return bits & sign ? ~bits : bits | sign;
}

static word
bits_of(word key)
{
    const word sign = UINT64_C(1) << 63;

    return key & sign ? key & ~sign : ~key;
}

static void
sort_many(double *value, double *spare, size_t n)
{
    void *words = value, *spare_words = spare;
    word *key = words, *sorted, low = UINT64_MAX, high = 0;

    for (size_t i = 0; i < n; i++) {
        key[i] = key_of(key[i]);
        low = key[i] < low ? key[i] : low;
        high = key[i] > high ? key[i] : high;
    }
    sorted = sort_by_digits(key, spare_words, n, low, high);
    for (size_t i = 0; i < n; i++)
        key[i] = bits_of(sorted[i]);
}

void
dd_sort(double *value, double *spare, size_t n)
{
    if (is_sorted(value, n))
        return;
    if (n < MANY)
        sort_by_merging(value, spare, n);
    else
        sort_many(value, spare, n);
}

int64_t *
dd_sort_integers(int64_t *value, int64_t *spare, size_t n)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < n; i++) {
        low = value[i] < low ? value[i] : low;
        high = value[i] > high ? value[i] : high;
    }
    if (n < 2)
        return value;
    return (int64_t *) sort_by_digits((word *) value, (word *) spare, n, (uint64_t) low,
                                      (uint64_t) high);
}

uint64_t *
dd_sort_keys(uint64_t *key, uint64_t *spare, size_t n)
{
    uint64_t low = UINT64_MAX, high = 0;

    for (size_t i = 0; i < n; i++) {
        low = key[i] < low ? key[i] : low;
        high = key[i] > high ? key[i] : high;
    }
    return n < 2 ? key : sort_by_digits(key, spare, n, low, high);
}

int
dd_by_key(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

    return (x > y) - (x < y);
}
