#include "answers/whatif/whatif_play.h"

#include <string.h>

static dd_status
refuse_team(const dd_scenario *scenario, dd_error *err)
{
    for (size_t i = 0; i < scenario->n_layers; i++)
        if (scenario->layers[i].team != NULL)
            return dd_error_add(err, DD_EDATA, &scenario->layers[i].team->place, NULL,
                                NULL,
                                "changes of the team are not served by this version");
    return DD_OK;
}

dd_status
dd_whatif_play(dd_outcomes *outcomes, const dd_whatif_base *base,
               const dd_scenario *scenario, dd_error *err)
{
    const dd_question *question = base->question;
    dd_model changed = { 0 };
    dd_book book = { 0 };
    dd_status status = refuse_team(scenario, err);
    if (status)
        return status;
    status = dd_model_apply(&changed, base->model, scenario, question->as_of, err);
    if (status)
        return status;
    status = dd_book_apply(&book, base->book, scenario, question->as_of, err);
    if (!status)
        status = dd_simulate(outcomes, &changed, &book, question, err);
    dd_book_free(&book);
    dd_model_free(&changed);
    return status;
}

/* Columns of n trials each. */
static void
subtract(int64_t *difference, const int64_t *of, const int64_t *from, size_t n,
         size_t first, size_t last)
{
    memset(difference, 0, n * sizeof *difference);
    for (size_t p = first; p <= last; p++)
        for (size_t t = 0; t < n; t++)
            difference[t] += of[p * n + t] - (from != NULL ? from[p * n + t] : 0);
}

void
dd_whatif_subtract(int64_t *difference, const dd_outcomes *of, const dd_outcomes *from,
                   size_t first, size_t last)
{
    subtract(difference, of->bookings, from != NULL ? from->bookings : NULL, of->trials,
             first, last);
}

void
dd_whatif_subtract_wins(int64_t *difference, const dd_outcomes *of,
                        const dd_outcomes *from, size_t first, size_t last)
{
    subtract(difference, of->wins, from != NULL ? from->wins : NULL, of->trials, first,
             last);
}

void
dd_whatif_hits(int64_t *change, const dd_outcomes *of, const dd_outcomes *from,
               size_t period, int64_t target)
{
    size_t n = of->trials;
    const int64_t *a = of->bookings + period * n;
    const int64_t *b = from != NULL ? from->bookings + period * n : NULL;
    for (size_t t = 0; t < n; t++)
        change[t] = (a[t] >= target) - (b != NULL && b[t] >= target);
}
