#include "history/gaps.h"

/** Deals of which something is not known. */
typedef struct {
    size_t open, undated, amountless, ends_only, amountless_wins, negative_wins;
} gaps;

static gaps
count_gaps(const dd_past *past)
{
    gaps n = { .open = 0 };

    for (size_t d = 0; d < past->n_deals; d++) {
        const dd_past_deal *deal = &past->deals[d];
        const int open = deal->stage >= 0,
                  undated = deal->created == DD_NO_MOMENT && deal->n == 0;
        const int amountless = deal->amount == DD_UNKNOWN_AMOUNT;
        n.open += open;
        n.undated += open && undated;
        n.amountless += open && amountless;
        n.ends_only += !open && undated;
        n.negative_wins += deal->stage == DD_WON && !amountless && deal->amount < 0;
        n.amountless_wins += deal->stage == DD_WON && amountless;
    }
    return n;
}

dd_status
dd_note_gaps(const dd_past *past, size_t vanished, size_t unseen, dd_notes *notes)
{
    const gaps n = count_gaps(past);
    const struct {
        size_t n;
        const char *code, *what, *so;
    } told[] = {
        { n.undated, "undated_deals", "open deals without a creation date",
          "their age is unknown, and they are known on the last day only" },
        { n.amountless, "amountless_deals", "open deals without an amount",
          "each draws one like a new deal's" },
        { n.ends_only, "ends_only", "closed deals without a creation date",
          "they are booked but teach nothing about time" },
        { n.amountless_wins, "amountless_wins", "won deals without an amount",
          "each counts as a win that books nothing" },
        { n.negative_wins, "negative_wins", "won deals with a negative amount",
          "each takes from what is booked, and new deals may bring as little" },
        { unseen, "unseen_deals", "deals that came and ended between two photos",
          "each counts as one stay in the first stage" },
        { vanished, "vanished_deals", "deals that left the photos without an end",
          "neither won nor lost, they count as recycled in the middle between their "
          "last "
          "photo and the first without them" },
    };
    char day[16];

    if (past->n_deals == 0
        && dd_notes_add(notes, "no_deals",
                        "there are no deals: what is forecast is new business alone"))
        return DD_ENOMEM;
    if (past->n_deals > 0 && n.open == 0
        && dd_notes_add(notes, "no_open_deals", "no deal is open on %s",
                        dd_day_format(past->as_of, day)))
        return DD_ENOMEM;
    for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
        if (told[i].n > 0
            && dd_notes_add(notes, told[i].code, "%s: %zu; %s", told[i].what, told[i].n,
                            told[i].so))
            return DD_ENOMEM;
    return DD_OK;
}
