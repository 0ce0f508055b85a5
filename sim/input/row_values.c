/** Cells turned into values; see row_values.h. */
#include "input/row_values.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/** The row being read and where its refusal goes. */
typedef struct {
    dd_row_reader *reader;
    const dd_csv_row *cells;
    dd_row_refusal *refusal;
} reading;

static int
refuse(const reading *self, const char *column, const char *value, const char *code,
       const char *reason)
{
    *self->refusal = (dd_row_refusal){ self->cells->line, column, value, code, reason };
    return -1;
}

static const dd_cell *
cell_of(const reading *self, dd_column column)
{
    return dd_columns_cell(self->reader->columns, column, self->cells);
}

static const char *
text_of(const reading *self, dd_column column)
{
    const dd_cell *cell = cell_of(self, column);

    return cell ? cell->text : NULL;
}

static int
read_moment(const reading *self, dd_column column, dd_moment *moment)
{
    const dd_column_form *form = &self->reader->form[column];
    const dd_cell *cell = cell_of(self, column);
    dd_date_status status;
    int has_time = 0;

    *moment = DD_NO_MOMENT;
    if (!cell || dd_cell_unknown(cell))
        return 0;
    status = dd_moment_read(cell->text, cell->n, form->order,
                            self->reader->funnel->utc_offset_seconds, moment, &has_time);
    if (status)
        return refuse(self, self->reader->columns->heading[column], cell->text,
                      "bad_date", dd_date_reason(status));
    if (has_time && form->dates_only && *moment % DD_SECONDS_PER_DAY == 0) {
        *moment += DD_SECONDS_PER_DAY / 2;
        has_time = 0;
    }
    self->reader->timed |= has_time;
    return 0;
}

static int
read_amount(const reading *self, dd_column column, int64_t *amount)
{
    const dd_cell *cell = cell_of(self, column);
    dd_money_status status;

    *amount = DD_UNKNOWN_AMOUNT;
    if (!cell || dd_cell_unknown(cell))
        return 0;
    status = dd_money_parse(cell->text, cell->n, self->reader->form[column].decimal,
                            amount);
    if (status == DD_MONEY_OK)
        return 0;
    return refuse(self, self->reader->columns->heading[column], cell->text, "bad_amount",
                  dd_money_reason(status));
}

static int
read_probability(const reading *self, double *probability)
{
    const dd_cell *cell = cell_of(self, DD_COLUMN_PROBABILITY);
    double value;

    *probability = (double) NAN;
    if (!cell || dd_cell_unknown(cell))
        return 0;
    if (dd_number_parse(cell->text, cell->n, &value) == 0)
        value *= self->reader->form[DD_COLUMN_PROBABILITY].scale;
    else if (dd_percent_parse(cell->text, cell->n, &value))
        value = -1.0;
    if (!(value >= 0.0 && value <= 1.0))
        return refuse(self, self->reader->columns->heading[DD_COLUMN_PROBABILITY],
                      cell->text, "bad_probability", "not a probability");
    *probability = value;
    return 0;
}

static int
is_among(const char *word, const dd_words *words)
{
    for (size_t i = 0; i < words->n; i++) {
        if (dd_same_word(word, words->items[i]))
            return 1;
    }
    return 0;
}

/* A status beside the stage counts where it says how the deal ended; then the stage is
 * only where it ended (Pipedrive). */
static const char *
end_by_status(const reading *self)
{
    static const char *const won[] = { "won", "ganho", "赢单", "已赢单", "成交" };
    static const char *const lost[] = { "lost", "perdido", "输单", "已输单", "丢单" };
    const char *status = text_of(self, DD_COLUMN_STATUS);

    if (!status)
        return NULL;
    if (is_among(status, &self->reader->funnel->won)
        || is_among(status, &self->reader->funnel->lost)
        || is_among(status, &self->reader->funnel->recycled))
        return status;
    for (size_t i = 0; i < sizeof won / sizeof *won; i++) {
        if (dd_same_word(status, won[i]))
            return "Won";
        if (dd_same_word(status, lost[i]))
            return "Lost";
    }
    return NULL;
}

static int
read_names(const reading *self, dd_row *row)
{
    const dd_columns *columns = self->reader->columns;
    const char *end = NULL;

    row->deal_id = text_of(self, DD_COLUMN_DEAL_ID);
    row->stage = text_of(self, DD_COLUMN_STAGE);
    if (self->reader->layout != DD_EVENTS)
        end = end_by_status(self);
    if (end)
        row->stage = end;
    if (!row->deal_id)
        return refuse(self, columns->heading[DD_COLUMN_DEAL_ID], NULL, "no_deal_id",
                      "no deal id");
    if (!row->stage)
        return refuse(self, columns->heading[DD_COLUMN_STAGE], NULL, "no_stage",
                      "no stage");
    row->name = text_of(self, DD_COLUMN_NAME);
    row->account = text_of(self, DD_COLUMN_ACCOUNT);
    row->owner = text_of(self, DD_COLUMN_OWNER);
    row->pipeline = text_of(self, DD_COLUMN_PIPELINE);
    row->segment = text_of(self, DD_COLUMN_SEGMENT);
    row->kind = text_of(self, DD_COLUMN_KIND);
    row->source = text_of(self, DD_COLUMN_SOURCE);
    row->currency = text_of(self, DD_COLUMN_CURRENCY);
    return 0;
}

static int
read_events_moments(const reading *self, dd_row *row)
{
    row->created_at = row->closed_at = row->entered_at = DD_NO_MOMENT;
    if (read_moment(self, DD_COLUMN_ENTERED_AT, &row->at))
        return -1;
    if (row->at == DD_NO_MOMENT)
        return refuse(self, self->reader->columns->heading[DD_COLUMN_ENTERED_AT], NULL,
                      "no_date", "no date");
    return read_moment(self, DD_COLUMN_CLOSE_DATE, &row->close_date);
}

static int
read_deals_moments(const reading *self, dd_row *row)
{
    static const dd_column ends[]
        = { DD_COLUMN_CLOSED_AT, DD_COLUMN_WON_AT, DD_COLUMN_LOST_AT };

    row->at = row->closed_at = row->entered_at = DD_NO_MOMENT;
    for (size_t i = 0; i < 3 && row->closed_at == DD_NO_MOMENT; i++) {
        if (read_moment(self, ends[i], &row->closed_at))
            return -1;
    }
    return read_moment(self, DD_COLUMN_CREATED_AT, &row->created_at)
                   || read_moment(self, DD_COLUMN_CLOSE_DATE, &row->close_date)
               ? -1
               : 0;
}

/* A photo shows deals as the deals layout does, and perhaps since when they stand where
 * they stand. */
static int
read_photo_moments(const reading *self, dd_row *row)
{
    if (read_deals_moments(self, row)
        || read_moment(self, DD_COLUMN_ENTERED_AT, &row->entered_at)
        || read_moment(self, DD_COLUMN_SNAPSHOT_AT, &row->at))
        return -1;
    if (row->at == DD_NO_MOMENT)
        row->at = self->reader->photo;
    if (row->at != DD_NO_MOMENT)
        return 0;
    return refuse(self, self->reader->columns->heading[DD_COLUMN_SNAPSHOT_AT], NULL,
                  "no_date", "no date");
}

static int
read_moments(const reading *self, dd_row *row)
{
    switch (self->reader->layout) {
    case DD_EVENTS:
        return read_events_moments(self, row);
    case DD_SNAPSHOTS:
        return read_photo_moments(self, row);
    default:
        return read_deals_moments(self, row);
    }
}

/* Fewer cells than the heading are the empty ones at the end, which some programs leave
 * out; more of them mean that a comma stands where none should. */
static int
check_width(const reading *self)
{
    const dd_csv_row *cells = self->cells;

    self->reader->short_rows += cells->n < self->reader->n_columns;
    for (size_t c = self->reader->n_columns; c < cells->n; c++) {
        if (cells->cells[c].n)
            return refuse(self, NULL, cells->cells[c].text, "too_many_cells",
                          "more cells than the heading has");
    }
    return 0;
}

int
dd_row_read(dd_row_reader *self, const dd_csv_row *cells, dd_row *row,
            dd_row_refusal *refusal)
{
    const reading now = { self, cells, refusal };

    memset(row, 0, sizeof *row);
    row->line = cells->line;
    if (check_width(&now) || read_names(&now, row))
        return -1;
    if (read_moments(&now, row))
        return -1;
    if (read_amount(&now, DD_COLUMN_AMOUNT, &row->amount)
        || read_amount(&now, DD_COLUMN_AMOUNT_WON, &row->amount_won))
        return -1;
    return read_probability(&now, &row->probability);
}
