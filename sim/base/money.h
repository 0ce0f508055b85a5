/**
 * @file money.h
 * Amounts as people write them, in int64_t minor units (cents, 分). Source:
 * sim/base/money.c (reading), sim/base/money_format.c (writing).
 *
 * 0 is 0 and empty is unknown: an empty cell is the caller's business and not parsed.
 */
#ifndef DD_BASE_MONEY_H
#define DD_BASE_MONEY_H

#include <stddef.h>
#include <stdint.h>

/** No amount or sum of amounts may exceed this, in minor units either way. */
#define DD_MONEY_MAX (INT64_C(1) << 47)

/** Which sign stands before the decimals, where the cell alone does not tell. */
typedef enum {
    DD_DECIMAL_UNKNOWN,
    DD_DECIMAL_POINT, /* 1.234 is a little more than one */
    DD_DECIMAL_COMMA, /* 1.234 is one thousand two hundred and thirty-four */
} dd_decimal;

typedef enum {
    DD_MONEY_OK = 0,
    DD_MONEY_NOT,       /* not an amount */
    DD_MONEY_AMBIGUOUS, /* 1.234 under DD_DECIMAL_UNKNOWN */
    DD_MONEY_TOO_LARGE, /* beyond DD_MONEY_MAX */
} dd_money_status;

/**
 * Read an amount: 1234.5, 1,234.50, 2.900,00, € 11398,00, -100, (100), ¥12.5万, 500万,
 * 1.2亿, 8万元, 500k, 3M, full-width digits and signs; any currency sign or three-letter
 * code before or after it is passed over.
 *
 * A number with two kinds of separators, with several of one kind, or with other than
 * three digits behind its only one, tells its decimal sign itself. "1,234" is read as
 * thousands unless the column has a decimal comma, for money is seldom written with
 * three decimals; "1.234" is ambiguous. Decimal arithmetic throughout; what is finer
 * than a minor unit is rounded, halves away from zero.
 *
 * @param text     n bytes
 * @param decimal  as decided for the column; funnel files and options: DD_DECIMAL_POINT
 * @param minor    told the amount in minor units (1/100); untouched on failure
 */
dd_money_status dd_money_parse(const char *text, size_t n, dd_decimal decimal,
                               int64_t *minor);
/** The status in words, such as "not an amount". */
const char *dd_money_reason(dd_money_status status);

/** What the cells of a column say of their decimal sign; zeroed to start. */
typedef struct {
    size_t point, comma; /* cells that can only be read so */
} dd_decimal_evidence;

void dd_decimal_evidence_add(dd_decimal_evidence *self, const char *text, size_t n);
/** UNKNOWN without evidence, or when it contradicts itself. */
dd_decimal dd_decimal_decide(const dd_decimal_evidence *self);

typedef enum {
    DD_MONEY_EXACT,   /* 1234567.50: for machines */
    DD_MONEY_GROUPED, /* 1,234,567.50 */
    DD_MONEY_SHORT,   /* as people say it: CNY 123.5万, 1.24亿; others 1,234,568 */
} dd_money_style;

#define DD_MONEY_BUFFER 48 /* bytes that any formatted amount fits into */

/**
 * Write an amount.
 *
 * @param minor     may be fractional (a mean); rounded to what the style shows, halves
 *                  away from zero; NAN is written "-" (unknown)
 * @param currency  code such as "CNY", or NULL; decides whether SHORT counts in 万
 * @return buffer
 */
char *dd_money_format(char buffer[DD_MONEY_BUFFER], double minor, const char *currency,
                      dd_money_style style);

#endif
