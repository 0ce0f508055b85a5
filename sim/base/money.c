/** Amounts read as people write them; see money.h. */
#include "base/money.h"

#include "base/text.h"

#include <string.h>

#define LONGEST_AMOUNT 64 /* bytes */

/** A number as it stands in the cell: digits and what separates them. */
typedef struct {
    const char *text;
    size_t n;
    char decimal; /* '.', ',' or 0: whole */
    char group;   /* what stands between thousands, or 0 */
    int certain;  /* the cell alone tells; else the column has to */
} figure;

/** The parts of an amount around its figure. */
typedef struct {
    int negative;
    int tens; /* power of ten of the unit: 万 is 4 */
    int has_unit;
    figure figure;
} amount;

static int
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
skip(const char **p, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(*p, word, n) != 0)
        return 0;
    *p += n;
    return 1;
}

static void
skip_spaces(const char **p)
{
    while (**p == ' ')
        ++*p;
}

static int
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* A sign (¥, R$, US$), a code of three letters (EUR), or 元. */
static void
skip_currency(const char **p)
{
    static const char *const signs[]
        = { "¥", "$", "€", "£", "₹", "₽", "₩", "元", "圆", "人民币" };
    const char *after = *p;

    if (is_digit(*after) || !*after)
        return;
    while (after - *p < 3 && is_upper(*after))
        after++;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (skip(&after, signs[i])) {
            *p = after;
            return;
        }
    }
    if (after - *p == 3 && !is_upper(*after))
        *p = after;
}

static int
skip_minus(const char **p)
{
    int minus = skip(p, "-") || skip(p, "−");

    skip_spaces(p);
    return minus;
}

static int
skip_unit(const char **p, int *tens)
{
    /* longer words first */
    static const struct {
        const char *word;
        int tens;
    } units[] = { { "万亿", 12 }, { "千万", 7 }, { "百万", 6 }, { "亿", 8 },
                  { "億", 8 },    { "万", 4 },   { "萬", 4 },   { "千", 3 },
                  { "K", 3 },     { "k", 3 },    { "M", 6 },    { "m", 6 } };

    for (size_t i = 0; **p && i < sizeof units / sizeof *units; i++) {
        const char *after = *p;
        if (!skip(&after, units[i].word))
            continue;
        if (units[i].word[1] == '\0'
            && ((*after | 0x20) >= 'a' && (*after | 0x20) <= 'z'))
            return 0; /* "MXN" is a code, not millions of XN */
        *p = after;
        *tens = units[i].tens;
        return 1;
    }
    return 0;
}

/* A run of digits, points, commas, and spaces or apostrophes that a digit follows. */
static size_t
figure_length(const char *text)
{
    size_t n = 0;

    while (is_digit(text[n]) || text[n] == '.' || text[n] == ','
           || ((text[n] == ' ' || text[n] == '\'') && n > 0 && is_digit(text[n + 1])))
        n++;
    return n;
}

static size_t
count(const figure *self, char c)
{
    size_t found = 0;

    for (size_t i = 0; i < self->n; i++)
        found += self->text[i] == c;
    return found;
}

static size_t
last(const figure *self, char c)
{
    size_t i = self->n;

    while (i > 0 && self->text[i - 1] != c)
        i--;
    return i; /* one past it */
}

/* The only separator with three digits behind it and one to three before: thousands or
 * decimals? A leading zero, or another sign between the groups, leaves decimals only. */
static int
could_be_thousands(const figure *self, char c)
{
    size_t before = last(self, c) - 1;

    return self->n - before == 4 && before >= 1 && before <= 3 && self->text[0] != '0';
}

static void
find_roles(figure *self, dd_decimal column)
{
    size_t points = count(self, '.'), commas = count(self, ',');
    char only = points ? '.' : ',';

    self->decimal = 0;
    self->certain = 1;
    self->group = count(self, ' ') ? ' ' : count(self, '\'') ? '\'' : 0;
    if (points && commas) {
        self->decimal = last(self, '.') > last(self, ',') ? '.' : ',';
        self->group = self->decimal == '.' ? ',' : '.';
    } else if (points + commas > 1) {
        self->group = only;
    } else if (points + commas == 1) {
        self->certain = self->group || !could_be_thousands(self, only);
        if (self->certain || (only == '.' && column == DD_DECIMAL_POINT)
            || (only == ',' && column == DD_DECIMAL_COMMA))
            self->decimal = only;
        else
            self->group = only;
    }
}

/* Copy the digits; thousands must come in threes and the decimal sign but once.
 * @return digits copied, 0 if the figure is none; *fraction: those behind the sign */
static size_t
take_digits(const figure *self, char *digits, size_t *fraction)
{
    size_t n = 0, in_group = 0, groups = 0;
    int behind = 0;

    *fraction = 0;
    for (size_t i = 0; i < self->n; i++) {
        char c = self->text[i];
        if (is_digit(c)) {
            digits[n++] = c;
            *fraction += (size_t) behind;
            in_group++;
            continue;
        }
        if (behind || (c != self->decimal && c != self->group))
            return 0;
        if (groups ? in_group != 3 : c == self->group && (in_group < 1 || in_group > 3))
            return 0;
        groups += c == self->group;
        behind = c == self->decimal;
        in_group = 0;
    }
    return groups && !behind && in_group != 3 ? 0 : n;
}

/* digits x 10^shift, halves away from zero; no double on the way. */
static dd_money_status
scale(const char *digits, size_t n, long shift, int64_t *value)
{
    long kept = (long) n + shift;

    *value = 0;
    for (long i = 0; i < kept; i++) {
        *value = 10 * *value + (i < (long) n ? digits[i] - '0' : 0);
        if (*value > DD_MONEY_MAX)
            return DD_MONEY_TOO_LARGE;
    }
    if (kept >= 0 && kept < (long) n && digits[kept] >= '5')
        ++*value;
    return *value > DD_MONEY_MAX ? DD_MONEY_TOO_LARGE : DD_MONEY_OK;
}

/* sign? currency? sign? figure unit? currency?, or all of it in parentheses: negative */
static int
split(amount *self, char *plain, size_t n)
{
    const char *p = plain;

    memset(self, 0, sizeof *self);
    if (n > 2 && plain[0] == '(' && plain[n - 1] == ')') {
        plain[n - 1] = '\0';
        self->negative = 1;
        p++;
    }
    self->negative ^= skip_minus(&p);
    if (!self->negative)
        skip(&p, "+");
    skip_currency(&p);
    skip_spaces(&p);
    if (!self->negative)
        self->negative = skip_minus(&p);
    self->figure.text = p;
    self->figure.n = figure_length(p);
    p += self->figure.n;
    skip_spaces(&p);
    self->has_unit = skip_unit(&p, &self->tens);
    skip_spaces(&p);
    skip_currency(&p);
    return *p == '\0' && self->figure.n > 0 ? 0 : -1;
}

/* 12345 or 12345.67, which most cells are. @return 0 for any other writing */
static int
parse_plain(const char *text, size_t n, int64_t *minor)
{
    int64_t value = 0;
    size_t i = 0, fraction;

    for (; i < n && i < 12 && is_digit(text[i]); i++)
        value = 10 * value + (text[i] - '0');
    if (i == 0)
        return 0;
    fraction = i < n && text[i] == '.' ? n - i - 1 : 0;
    if (i < n
        && (fraction < 1 || fraction > 2 || !is_digit(text[n - 1])
            || !is_digit(text[i + 1])))
        return 0;
    value = 100 * value;
    if (fraction > 0)
        value += 10 * (text[i + 1] - '0');
    if (fraction > 1)
        value += text[i + 2] - '0';
    *minor = value;
    return 1;
}

dd_money_status
dd_money_parse(const char *text, size_t n, dd_decimal decimal, int64_t *minor)
{
    char plain[LONGEST_AMOUNT], digits[LONGEST_AMOUNT];
    size_t used, fraction;
    dd_money_status status;
    int64_t value;
    amount cell;

    if (parse_plain(text, n, minor))
        return DD_MONEY_OK;
    used = dd_text_narrow(text, n, plain, sizeof plain);
    if (used == (size_t) -1 || split(&cell, plain, used))
        return DD_MONEY_NOT;
    if (cell.has_unit && decimal == DD_DECIMAL_UNKNOWN)
        decimal = DD_DECIMAL_POINT; /* 1.234万: nobody groups before a unit */
    find_roles(&cell.figure, decimal);
    if (!cell.figure.certain && cell.figure.group == '.'
        && decimal == DD_DECIMAL_UNKNOWN)
        return DD_MONEY_AMBIGUOUS;
    used = take_digits(&cell.figure, digits, &fraction);
    if (used == 0)
        return DD_MONEY_NOT;
    status = scale(digits, used, cell.tens + 2 - (long) fraction, &value);
    if (status == DD_MONEY_OK)
        *minor = cell.negative ? -value : value;
    return status;
}

const char *
dd_money_reason(dd_money_status status)
{
    switch (status) {
    case DD_MONEY_NOT:
        return "not an amount";
    case DD_MONEY_AMBIGUOUS:
        return "thousands or decimals? no other cell of the column tells";
    case DD_MONEY_TOO_LARGE:
        return "an amount too large to add up (limit 1 407 374 883 553.28)";
    case DD_MONEY_OK:
        break;
    }
    return "an amount";
}

void
dd_decimal_evidence_add(dd_decimal_evidence *self, const char *text, size_t n)
{
    char plain[LONGEST_AMOUNT];
    size_t used = dd_text_narrow(text, n, plain, sizeof plain);
    amount cell;

    if (used == (size_t) -1 || split(&cell, plain, used))
        return;
    find_roles(&cell.figure, DD_DECIMAL_UNKNOWN);
    if (!cell.figure.certain)
        return;
    self->point += cell.figure.decimal == '.' || cell.figure.group == ',';
    self->comma += cell.figure.decimal == ',' || cell.figure.group == '.';
}

dd_decimal
dd_decimal_decide(const dd_decimal_evidence *self)
{
    if (self->point && !self->comma)
        return DD_DECIMAL_POINT;
    if (self->comma && !self->point)
        return DD_DECIMAL_COMMA;
    return DD_DECIMAL_UNKNOWN;
}
