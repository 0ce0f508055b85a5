#include "base/money.h"
#include "base/text.h"
#include "history/intake.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The company's: the funnel's, else that of the first row that names one. */
static const char *
base_currency(const dd_intake *self)
{
    return self->funnel->currency ? self->funnel->currency : self->history->currency;
}

static dd_status
keep_base(dd_intake *self, const char *currency)
{
    if (self->history->currency)
        return DD_OK;
    self->history->currency
        = dd_arena_copy(self->history->arena, currency, strlen(currency));
    return self->history->currency ? DD_OK : dd_error_no_memory(self->err);
}

static dd_status
refuse_currency(const dd_intake *self, const dd_row *row, const char *base)
{
    const dd_place place = { .file = self->path, .line = row->line };
    char right[128];

    snprintf(right, sizeof(right),
             "'currency: %.20s' and 'fx: {%.20s: RATE}' in a "
             "funnel file",
             base, row->currency);
    return dd_error_add(
        self->err, DD_EDATA, &place, row->currency, right,
        "two currencies, '%s' and '%s', and no exchange rate: amounts of "
        "both cannot be added",
        base, row->currency);
}

/* Halves away from zero, as amounts are read. @return 0, or -1 beyond what adds up */
static int
convert(int64_t *amount, double rate)
{
    double value = round((double) *amount * rate);

    if (*amount == DD_UNKNOWN_AMOUNT)
        return 0;
    if (fabs(value) > (double) DD_MONEY_MAX)
        return -1;
    *amount = (int64_t) value;
    return 0;
}

static dd_status
refuse_amount(dd_intake *self, const dd_row *row)
{
    const dd_row_refusal refusal = {
        .line = row->line,
        .column = "amount",
        .value = row->currency,
        .code = "bad_amount",
        .reason = dd_money_reason(DD_MONEY_TOO_LARGE),
    };

    return dd_intake_refuse(self, self->file, &refusal);
}

static size_t
find_rate(const dd_funnel *funnel, const char *currency)
{
    for (size_t i = 0; i < funnel->n_fx; i++)
        if (dd_same_word(funnel->fx[i].currency, currency))
            return i;
    return SIZE_MAX;
}

dd_status
dd_intake_convert(dd_intake *self, dd_row *row, int *refused)
{
    const char *base = base_currency(self);
    const dd_funnel *funnel = self->funnel;
    size_t i;

    if (!row->currency)
        return DD_OK;
    if (!base || strcmp(base, row->currency) == 0 || dd_same_word(base, row->currency))
        return keep_base(self, base ? base : row->currency);
    i = find_rate(funnel, row->currency);
    if (i == SIZE_MAX)
        return refuse_currency(self, row, base);
    if (!self->converted)
        self->converted = calloc(funnel->n_fx, sizeof(*self->converted));
    if (!self->converted)
        return dd_error_no_memory(self->err);
    self->converted[i]++;
    *refused = convert(&row->amount, funnel->fx[i].rate)
               || convert(&row->amount_won, funnel->fx[i].rate);
    return *refused ? refuse_amount(self, row) : keep_base(self, base);
}

dd_status
dd_intake_note_currencies(const dd_intake *self)
{
    const dd_funnel *funnel = self->funnel;

    for (size_t i = 0; self->converted && i < funnel->n_fx; i++)
        if (self->converted[i] > 0
            && dd_notes_add(self->notes, "read_fx", "rows in %s: %zu, at %.10g %s each",
                            funnel->fx[i].currency, self->converted[i],
                            funnel->fx[i].rate, funnel->currency))
            return DD_ENOMEM;
    return DD_OK;
}
