#include "base/text.h"
#include "dealdice/book.h"

#include <stdlib.h>
#include <string.h>

/* A copy of n items; NULL without memory. */
static void *
copy(const void *from, size_t n, size_t size)
{
    void *to = calloc(n + 1, size);
    if (to != NULL && from != NULL && n > 0)
        memcpy(to, from, n * size);
    return to;
}

#define COPY(field, n) \
    ((to->field = copy(from->field, (n), sizeof *from->field)) != NULL)

static int
copy_book(dd_book *to, const dd_book *from)
{
    size_t n = from->n, periods = from->periods;
    to->n = n;
    to->periods = periods;
    return COPY(id, n) && COPY(key, n) && COPY(pipeline, n) && COPY(stage, n)
           && COPY(age_days, n) && COPY(amount, n) && COPY(owner, n) && COPY(segment, n)
           && COPY(kind, n) && COPY(source, n) && COPY(first_owner, n)
           && COPY(first_amount, n) && COPY(booked, periods)
           && COPY(booked_wins, periods) && COPY(said, n);
}

static void
move(dd_book *self, size_t to, size_t from)
{
    self->id[to] = self->id[from];
    self->key[to] = self->key[from];
    self->pipeline[to] = self->pipeline[from];
    self->stage[to] = self->stage[from];
    self->age_days[to] = self->age_days[from];
    self->amount[to] = self->amount[from];
    self->owner[to] = self->owner[from];
    self->segment[to] = self->segment[from];
    self->kind[to] = self->kind[from];
    self->source[to] = self->source[from];
    self->first_owner[to] = self->first_owner[from];
    self->first_amount[to] = self->first_amount[from];
    self->said[to] = self->said[from];
}

static size_t
find(const dd_book *self, const char *id)
{
    size_t i = 0;
    while (i < self->n && strcmp(self->id[i], id) != 0)
        i++;
    return i;
}

static dd_status
refuse_deal(const dd_book *self, const dd_deal_change *deal, dd_error *err)
{
    const char *near = dd_did_you_mean(deal->id, self->id, self->n);
    return dd_error_add(err, DD_EDATA, &deal->place, deal->id,
                        near != NULL ? near : "the id of an open deal",
                        "no open deal '%s'", deal->id);
}

static dd_status
check_close(const dd_deal_change *deal, dd_day as_of, dd_error *err)
{
    char close[16], known[16];
    if (deal->close == DD_NO_DAY || deal->close > as_of)
        return DD_OK;
    return dd_error_add(err, DD_EDATA, &deal->place, dd_day_format(deal->close, close),
                        "a day after as-of",
                        "'%s' cannot close on %s: the past is known up to %s", deal->id,
                        close, dd_day_format(as_of, known));
}

static void
say(dd_book *self, size_t i, const dd_deal_change *deal, dd_day as_of)
{
    dd_deal_said *said = &self->said[i];
    if (deal->win_rate.kind != DD_CHANGE_NONE)
        said->win_rate = deal->win_rate;
    if (deal->close != DD_NO_DAY)
        said->close = deal->close;
    if (deal->amount != DD_UNKNOWN_AMOUNT)
        self->amount[i] = deal->amount;
    if (deal->fate == DD_DEAL_WON)
        *said = (dd_deal_said){ { DD_CHANGE_TO, 1.0 }, as_of + 1 };
}

static dd_status
change_deal(dd_book *self, const dd_deal_change *deal, dd_day as_of, dd_error *err)
{
    size_t i = find(self, deal->id);
    if (i == self->n)
        return refuse_deal(self, deal, err);
    if (check_close(deal, as_of, err))
        return DD_EDATA;
    if (deal->fate != DD_DEAL_LOST) {
        say(self, i, deal, as_of);
        return DD_OK;
    }
    for (; i + 1 < self->n; i++)
        move(self, i, i + 1);
    self->n--;
    return DD_OK;
}

dd_status
dd_book_apply(dd_book *changed, const dd_book *book, const dd_scenario *scenario,
              dd_day as_of, dd_error *err)
{
    dd_status status = DD_OK;
    *changed = (dd_book){ 0 };
    if (!copy_book(changed, book))
        status = dd_error_no_memory(err);
    for (size_t i = 0; !status && i < changed->n && book->said == NULL; i++)
        changed->said[i] = (dd_deal_said){ .close = DD_NO_DAY };
    for (size_t l = 0; l < scenario->n_layers && status != DD_ENOMEM; l++)
        for (size_t i = 0; i < scenario->layers[l].n_deals; i++) {
            dd_status one
                = change_deal(changed, &scenario->layers[l].deals[i], as_of, err);
            status = one ? one : status;
        }
    if (status)
        dd_book_free(changed);
    return status;
}
