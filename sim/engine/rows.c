#include "engine/tables.h"
#include "model/amounts.h"
#include "model/curve/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Ages that share a row: whole days from the first on; below, hours that grow. */
static double
row_age(double age_days)
{
    static const double edge[] = { 0.0, 1.0 / 24, 3.0 / 24, 6.0 / 24, 0.5, 1.0 };
    if (isnan(age_days))
        return age_days;
    if (age_days >= 1.0)
        return floor(age_days) + 0.5;
    size_t i = 0;
    while (i < 4 && edge[i + 1] <= age_days)
        i++;
    return 0.5 * (edge[i] + edge[i + 1]);
}

typedef struct {
    int32_t pipeline, stage;
    double age;
    dd_levels levels;
    const dd_deal_said *said; /* NULL: nothing */
    size_t deal;
} row_key;

static int
compare_levels(const dd_levels *x, const dd_levels *y)
{
    for (size_t f = 0; f < DD_FACTORS; f++)
        if (x->of[f] != y->of[f])
            return x->of[f] < y->of[f] ? -1 : 1;
    return 0;
}

static int
compare_keys(const void *a, const void *b)
{
    const row_key *x = a, *y = b;
    if (x->pipeline != y->pipeline)
        return x->pipeline < y->pipeline ? -1 : 1;
    if (x->stage != y->stage)
        return x->stage < y->stage ? -1 : 1;
    if (isnan(x->age) != isnan(y->age))
        return isnan(x->age) ? -1 : 1;
    if (x->age != y->age && !isnan(x->age))
        return x->age < y->age ? -1 : 1;
    int levels = compare_levels(&x->levels, &y->levels);
    if (levels != 0)
        return levels;
    return (x->said > y->said) - (x->said < y->said); /* all of one array */
}

/* What a scenario says of the deal, if anything. */
static const dd_deal_said *
said_of(const dd_book *book, size_t deal)
{
    const dd_deal_said *said = book->said ? &book->said[deal] : NULL;
    return said && (said->win_rate.kind != DD_CHANGE_NONE || said->close != DD_NO_DAY)
               ? said
               : NULL;
}

static row_key *
sorted_keys(const dd_model *model, const dd_book *book)
{
    row_key *key = malloc((book->n + 1) * sizeof *key);
    for (size_t i = 0; key && i < book->n; i++)
        key[i] = (row_key){
            .pipeline = book->pipeline[i],
            .stage = book->stage[i],
            .age = row_age(book->age_days[i]),
            .levels
            = dd_factors_levels(&model->process[book->pipeline[i]].factors, book, i),
            .said = said_of(book, i),
            .deal = i,
        };
    if (key)
        qsort(key, book->n, sizeof *key, compare_keys);
    return key;
}

static int
make_room(dd_rows *self, size_t deals, size_t periods)
{
    self->pipeline = malloc((deals + 1) * sizeof *self->pipeline);
    self->stage = malloc((deals + 1) * sizeof *self->stage);
    self->age_days = malloc((deals + 1) * sizeof *self->age_days);
    self->levels = malloc((deals + 1) * sizeof *self->levels);
    self->said = malloc((deals + 1) * sizeof *self->said);
    self->of_deal = malloc((deals + 1) * sizeof *self->of_deal);
    self->deal = malloc((deals + 1) * sizeof *self->deal);
    self->end_days = malloc((periods + 1) * sizeof *self->end_days);
    self->of_period = malloc((periods + 1) * sizeof *self->of_period);
    return self->pipeline && self->stage && self->age_days && self->levels && self->said
           && self->of_deal && self->deal && self->end_days && self->of_period;
}

static size_t
count_later(const dd_model *model)
{
    size_t n = 0;
    while ((model = model->later))
        n++;
    return n;
}

/* Do what deals bring, or the market, change from one model to the next? */
static int
parts(const dd_model *before, const dd_model *model)
{
    int any = before->market != model->market;
    for (size_t p = 0; p < model->n_pipelines; p++)
        any = any || before->amounts[p].times != model->amounts[p].times;
    return any;
}

static void
add_end(dd_rows *self, double days, size_t period)
{
    self->end_days[self->periods] = days;
    self->of_period[self->periods++] = period;
}

static void
part_periods(dd_rows *self, const dd_model *model, const dd_question *question)
{
    double begins = 0.0;
    for (size_t p = 0; p < question->n_periods; p++) {
        double ends = question->periods[p].end - question->as_of;
        for (; model->later; model = model->later) {
            double day = model->later->from - 1 - question->as_of;
            if (day >= ends)
                break;
            if (day > begins && parts(model, model->later))
                add_end(self, day, p);
        }
        add_end(self, ends, p);
        begins = ends;
    }
}

dd_status
dd_rows_init(dd_rows *self, const dd_model *model, const dd_book *book,
             const dd_question *question, dd_error *err)
{
    memset(self, 0, sizeof *self);
    row_key *key = sorted_keys(model, book);
    if (!make_room(self, book->n, question->n_periods + count_later(model)) || !key) {
        free(key);
        dd_rows_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t i = 0; i < book->n; i++) {
        if (i == 0 || compare_keys(&key[i - 1], &key[i]) != 0) {
            self->pipeline[self->n] = key[i].pipeline;
            self->stage[self->n] = key[i].stage;
            self->levels[self->n] = key[i].levels;
            self->said[self->n] = key[i].said;
            self->age_days[self->n++] = key[i].age;
        }
        self->of_deal[key[i].deal] = (uint32_t) (self->n - 1);
        self->deal[i] = (dd_row_deal){ book->key[key[i].deal], book->amount[key[i].deal],
                                       (uint32_t) (self->n - 1) };
    }
    self->n_deals = book->n;
    self->as_of = question->as_of;
    part_periods(self, model, question);
    free(key);
    return DD_OK;
}

void
dd_rows_free(dd_rows *self)
{
    free(self->pipeline);
    free(self->stage);
    free(self->age_days);
    free(self->levels);
    free(self->said);
    free(self->of_deal);
    free(self->deal);
    free(self->end_days);
    free(self->of_period);
    memset(self, 0, sizeof *self);
}
