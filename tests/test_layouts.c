/* History files read row by row: what is used, what is refused, what is said. */
#include "temp_file.h"

#include "input/layouts.h"

#define MOST 1024

/** What a sink was told about one file. */
typedef struct {
    dd_status status;
    dd_file_facts facts, at_begin;
    size_t begun, n_rows, n_refused;
    dd_row row[MOST]; /* without their strings, but for those below */
    char id[MOST][24], stage[MOST][24];
    char owner[24], kind[24];
    long refused_line[8];
    char code[8][24], column[8][24], value[8][64], reason[8][80];
    size_t stop_after;
    dd_funnel funnel;
    dd_notes notes;
    dd_error err;
} told;

static dd_status
begin(void *context, const dd_file_facts *facts)
{
    told *self = context;

    self->begun++;
    self->at_begin = *facts;
    return DD_OK;
}

static dd_status
take(void *context, const dd_row *row)
{
    told *self = context;
    size_t i = self->n_rows < MOST ? self->n_rows : MOST - 1;

    self->n_rows++;
    self->row[i] = *row;
    snprintf(self->id[i], 24, "%s", row->deal_id);
    snprintf(self->stage[i], 24, "%s", row->stage);
    snprintf(self->owner, 24, "%s", row->owner ? row->owner : "?");
    snprintf(self->kind, 24, "%s", row->kind ? row->kind : "?");
    return self->n_rows == self->stop_after ? DD_ENOMEM : DD_OK;
}

static dd_status
refuse(void *context, const dd_row_refusal *refusal)
{
    told *self = context;
    size_t i = self->n_refused++;

    assert_true(i < 8);
    self->refused_line[i] = refusal->line;
    snprintf(self->code[i], 24, "%s", refusal->code);
    snprintf(self->column[i], 24, "%s", refusal->column ? refusal->column : "");
    snprintf(self->value[i], 64, "%s", refusal->value ? refusal->value : "");
    snprintf(self->reason[i], 80, "%s", refusal->reason);
    return DD_OK;
}

static void
read_path(told *self, const char *path)
{
    const dd_row_sink sink = { self, begin, take, refuse };

    self->status = dd_layouts_read(path, &self->funnel, DD_NO_DAY, &sink, &self->facts,
                                   &self->notes, &self->err);
}

static told *
tell_bytes(const void *bytes, size_t n)
{
    told *self = calloc(1, sizeof *self);
    char *path = temp_file_bytes(bytes, n);

    read_path(self, path);
    temp_file_free(path);
    return self;
}

static told *
tell(const char *text)
{
    return tell_bytes(text, strlen(text));
}

static void
told_free(told *self)
{
    dd_notes_free(&self->notes);
    dd_error_free(&self->err);
    free(self);
}

static int
noted(const told *self, const char *code)
{
    for (size_t i = 0; i < self->notes.n; i++) {
        if (strcmp(self->notes.items[i].code, code) == 0)
            return 1;
    }
    return 0;
}

/* 2024-03-05 is day 19787. */
#define DAY(d) ((d) *DD_SECONDS_PER_DAY)
#define NOON (DD_SECONDS_PER_DAY / 2)

static void
a_row_of_events_is_a_stage_entry(void **state)
{
    told *t = tell("deal_id,owner,kind,stage,entered_at,amount\n"
                   "A1,李雷,new,Contact,2024-03-05,1200.5\n"
                   "A1,,,Won,2024-03-06 00:00:30,\n");

    (void) state;
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->facts.layout, DD_EVENTS);
    assert_int_equal(t->begun, 1);
    assert_int_equal(t->facts.rows, 2);
    assert_int_equal(t->facts.dates_only, 0);
    assert_true(t->facts.has_amount);
    assert_false(t->facts.has_created_at);
    assert_string_equal(t->id[0], "A1");
    assert_string_equal(t->stage[1], "Won");
    assert_string_equal(t->owner, "?");
    assert_true(t->row[0].at == DAY(19787) + NOON);
    assert_true(t->row[1].at == DAY(19788) + 30);
    assert_true(t->row[0].amount == 120050);
    assert_true(t->row[1].amount == DD_UNKNOWN_AMOUNT);
    assert_int_equal(t->row[1].line, 3);
    assert_true(isnan(t->row[0].probability));
    told_free(t);
}

static void
a_row_of_deals_is_a_whole_deal_and_may_lack_its_creation(void **state)
{
    told *t
        = tell("opportunity_id,sales_agent,product,account,deal_stage,engage_date,"
               "close_date,close_value\n"
               "1C1I7A6R,Moses Frase,GTX Plus,Cancity,Won,2024-03-05,2024-03-07,1054\n"
               "7A,Moses Frase,GTX,,Lost,2024-03-05,2024-03-07,0\n"
               "UP4,Darcel,GTXPro,,Prospecting,,,\n");

    (void) state;
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->facts.layout, DD_DEALS);
    assert_int_equal(t->n_rows, 3);
    assert_int_equal(t->facts.dates_only, 1);
    assert_true(t->facts.has_amount_won && t->facts.has_close_date);
    assert_false(t->facts.has_amount || t->facts.has_closed_at);
    assert_true(t->row[0].created_at == DAY(19787) + NOON);
    assert_true(t->row[0].close_date == DAY(19789) + NOON);
    assert_true(t->row[0].closed_at == DD_NO_MOMENT);
    assert_true(t->row[0].amount_won == 105400);
    assert_true(t->row[1].amount_won == 0);
    assert_true(t->row[2].amount_won == DD_UNKNOWN_AMOUNT);
    assert_true(t->row[2].created_at == DD_NO_MOMENT);
    assert_string_equal(t->kind, "GTXPro");
    told_free(t);
}

static void
assert_refusal(const told *t, size_t i, long line, const char *code, const char *column,
               const char *value, const char *reason)
{
    assert_true(i < t->n_refused);
    assert_int_equal(t->refused_line[i], line);
    assert_string_equal(t->code[i], code);
    assert_string_equal(t->column[i], column);
    assert_string_equal(t->value[i], value);
    assert_string_equal(t->reason[i], reason);
}

static void
a_row_that_cannot_be_used_is_refused_with_its_place_and_reason(void **state)
{
    told *t = tell("deal_id,stage,entered_at,Amount\n"
                   "A,Contact,2024-02-30,5\n"
                   "B,Contact,soon,5\n"
                   "C,Contact,2024-03-05,#REF!\n"
                   ",Contact,2024-03-05,5\n"
                   "E,,2024-03-05,5\n"
                   "F,Contact,,5\n"
                   "G,Contact,2024-03-05,1,234\n"
                   "H,Contact,2024-03-05,99999999999999\n"
                   "I,Contact,2024-03-05,N/A\n");

    (void) state;
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->n_rows, 1);
    assert_int_equal(t->facts.rows, 9);
    assert_int_equal(t->facts.refused, 8);
    assert_refusal(t, 0, 2, "bad_date", "entered_at", "2024-02-30",
                   "there is no such date");
    assert_refusal(t, 1, 3, "bad_date", "entered_at", "soon", "not a date");
    assert_refusal(t, 2, 4, "bad_amount", "Amount", "#REF!", "not an amount");
    assert_refusal(t, 3, 5, "no_deal_id", "deal_id", "", "no deal id");
    assert_refusal(t, 4, 6, "no_stage", "stage", "", "no stage");
    assert_refusal(t, 5, 7, "no_date", "entered_at", "", "no date");
    assert_refusal(t, 6, 8, "too_many_cells", "", "234",
                   "more cells than the heading has");
    assert_refusal(t, 7, 9, "bad_amount", "Amount", "99999999999999",
                   "an amount too large to add up (limit 1 407 374 883 553.28)");
    assert_true(t->row[0].amount == DD_UNKNOWN_AMOUNT);
    told_free(t);
}

static void
an_unclosed_quote_in_line_3_of_1000_leaves_999_rows(void **state)
{
    char *text = calloc(1, 64 * 1001);
    size_t used = (size_t) sprintf(text, "deal_id,stage,entered_at,name\n");
    told *t;

    (void) state;
    for (int line = 2; line <= 1001; line++)
        used += (size_t) sprintf(text + used, "D%d,Contact,2024-03-05,%s\n", line,
                                 line == 3 ? "\"open" : "fine");
    t = tell(text);
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->n_rows, 999);
    assert_refusal(t, 0, 3, "bad_quotes", "", "D3,Contact,2024-03-05,\"open",
                   "a quote that is never closed");
    assert_string_equal(t->id[1], "D4");
    told_free(t);
    free(text);
}

static void
a_nul_byte_costs_its_row(void **state)
{
    static const char bytes[] = "deal_id,stage,entered_at\nA,Contact,2024-03-05\n"
                                "B\0,Contact,2024-03-05\nC,Contact,2024-03-05\n";
    told *t = tell_bytes(bytes, sizeof bytes - 1);

    (void) state;
    assert_int_equal(t->n_rows, 2);
    assert_refusal(t, 0, 3, "nul_byte", "", "B ,Contact,2024-03-05",
                   "a NUL byte: this is not text");
    told_free(t);
}

static void
rows_may_lack_the_empty_cells_at_their_end(void **state)
{
    told *t = tell("deal_id,stage,entered_at,amount,name\nA,Contact,2024-03-05\n"
                   "B,Contact,2024-03-05,7,,\n");

    (void) state;
    assert_int_equal(t->n_rows, 2);
    assert_true(noted(t, "short_rows"));
    assert_true(t->row[0].amount == DD_UNKNOWN_AMOUNT);
    told_free(t);
}

static void
columns_settle_what_a_cell_leaves_open(void **state)
{
    told *t = tell("deal_id,stage,entered_at,amount,probability\n"
                   "A,Contact,05/03/2024,1.234,5\n"
                   "B,Contact,25/03/2024,\"2.900,00\",80\n"
                   "C,Contact,26/03/2024,11000,30%\n");

    (void) state;
    assert_int_equal(t->n_rows, 3);
    assert_true(t->row[0].at == DAY(19787) + NOON);
    assert_true(t->row[0].amount == 123400);
    assert_close(t->row[0].probability, 0.05, 1e-15);
    assert_close(t->row[2].probability, 0.3, 1e-15);
    assert_true(noted(t, "day_order") && noted(t, "decimal_comma"));
    told_free(t);
    t = tell("deal_id,stage,entered_at,amount,probability\nA,Contact,05/03/2024,,\n"
             "B,Contact,2024-03-05,1.234,\nC,Contact,2024-03-05,1,1.5\n");
    assert_int_equal(t->n_rows, 1); /* 1.5 makes it per cent */
    assert_refusal(t, 0, 2, "bad_date", "entered_at", "05/03/2024",
                   "day or month first? no cell of the file tells; 2024-03-05 would");
    assert_refusal(t, 1, 3, "bad_amount", "amount", "1.234",
                   "thousands or decimals? no other cell of the column tells");
    told_free(t);
    /* A column that cannot tell is read as the others of its file, if these agree. */
    t = tell("deal_id,stage,created_at,closed_at\nA,Lost,05/03/2024,25/03/2024\n"
             "B,Lost,04/02/2024,05/03/2024\n");
    assert_int_equal(t->n_rows, 2);
    assert_true(t->row[0].created_at == DAY(19787) + NOON); /* 5 March */
    told_free(t);
    t = tell("deal_id,stage,created_at,closed_at,close_date\n"
             "A,Lost,05/03/2024,25/03/2024,03/25/2024\n");
    assert_refusal(t, 0, 2, "bad_date", "created_at", "05/03/2024",
                   "day or month first? no cell of the file tells; 2024-03-05 would");
    told_free(t);
    t = tell("deal_id,stage,entered_at,probability\nA,Contact,2024-03-05,150\n"
             "B,Contact,2024-03-05,high\n");
    assert_refusal(t, 0, 2, "bad_probability", "probability", "150",
                   "not a probability");
    assert_refusal(t, 1, 3, "bad_probability", "probability", "high",
                   "not a probability");
    told_free(t);
}

static void
amounts_under_two_currency_signs_are_told(void **state)
{
    told *t = tell("deal_id,stage,entered_at,amount\nA,Contact,2024-03-05,€ 5\n"
                   "B,Contact,2024-03-05,$7\n");

    (void) state;
    assert_int_equal(t->n_rows, 2);
    assert_true(noted(t, "currency_signs"));
    told_free(t);
    t = tell("deal_id,stage,entered_at,amount,currency\nA,Contact,2024-03-05,€ 5,EUR\n"
             "B,Contact,2024-03-05,$7,USD\n");
    assert_false(noted(t, "currency_signs"));
    told_free(t);
    t = tell("deal_id,stage,entered_at,amount\nA,Contact,2024-03-05,¥5\n"
             "B,Contact,2024-03-05,￥7\nC,Contact,2024-03-05,7\n");
    assert_false(noted(t, "currency_signs"));
    told_free(t);
}

static void
a_column_of_midnights_is_one_of_dates(void **state)
{
    told *t = tell("deal_id,stage,entered_at\nA,Contact,2024-03-05 00:00:00\n"
                   "B,Contact,2024-03-06 00:00\n");

    (void) state;
    assert_true(t->at_begin.dates_only && t->facts.dates_only);
    assert_true(t->row[0].at == DAY(19787) + NOON);
    assert_true(noted(t, "midnights"));
    told_free(t);
    t = tell("deal_id,stage,entered_at\nA,Contact,2024-03-05 00:00:00\n"
             "B,Contact,2024-03-06 08:00\n");
    assert_false(t->at_begin.dates_only || t->facts.dates_only);
    assert_true(t->row[0].at == DAY(19787));
    told_free(t);
}

static void
pipedrive_says_in_its_status_how_a_deal_ended(void **state)
{
    told *t = tell("\"Negócio - Título\",\"Negócio - Etapa\",\"Negócio - Status\","
                   "\"Negócio - Ganho em\",\"Negócio - Perdido em\","
                   "\"Negócio - Negócio criado em\"\n"
                   "Loja,Proposta,Ganho,2024-03-07 10:00:00,,2024-03-05 09:00:00\n"
                   "Banco,Proposta,Perdido,,2024-03-06 10:00:00,2024-03-05 09:00:00\n"
                   "Bar,Contato,Aberto,,,2024-03-05 09:00:00\n");

    (void) state;
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->facts.layout, DD_DEALS);
    assert_true(t->facts.has_closed_at);
    assert_string_equal(t->id[0], "Loja");
    assert_string_equal(t->stage[0], "Won");
    assert_string_equal(t->stage[1], "Lost");
    assert_string_equal(t->stage[2], "Contato");
    assert_true(t->row[0].closed_at == DAY(19789) + 36000);
    assert_true(t->row[1].closed_at == DAY(19788) + 36000);
    assert_true(t->row[2].closed_at == DD_NO_MOMENT);
    assert_true(noted(t, "column_stands_in"));
    told_free(t);
}

static void
the_listener_can_stop_the_reading(void **state)
{
    told *t = calloc(1, sizeof *t);
    char *path = temp_file("deal_id,stage,entered_at\nA,s,2024-03-05\nB,s,2024-03-05\n");

    (void) state;
    t->stop_after = 1;
    read_path(t, path);
    assert_int_equal(t->status, DD_ENOMEM);
    assert_int_equal(t->n_rows, 1);
    temp_file_free(path);
    told_free(t);
}

static void
assert_error(told *t, dd_status status, const char *wrong, const char *right)
{
    assert_int_equal(t->status, status);
    assert_int_equal(t->err.n, 1);
    assert_string_equal(t->err.items[0].wrong, wrong);
    if (right)
        assert_non_null(strstr(t->err.items[0].right, right));
    assert_int_equal(t->n_rows, 0);
    told_free(t);
}

static void
a_file_that_is_no_history_is_told_so(void **state)
{
    told *missing = calloc(1, sizeof *missing), *folder = calloc(1, sizeof *folder);

    (void) state;
    read_path(missing, "/tmp/no/such.csv");
    assert_error(missing, DD_EIO, "cannot be opened: No such file or directory", NULL);
    read_path(folder, "/tmp");
    assert_error(folder, DD_EIO, "is a directory, not a file", NULL);
    assert_error(tell(""), DD_EDATA, "is empty", NULL);
    assert_error(tell("deal_id,stage,entered_at\n\n"), DD_EDATA,
                 "has a heading but no rows", "a row per stage entry");
    assert_error(tell("PK\3\4zip"), DD_EDATA, "is a workbook, not a CSV file",
                 "CSV UTF-8");
    assert_error(tell("colour,size\nred,7\n"), DD_EDATA, "no known column",
                 "columns for deal_id, stage and entered_at");
    assert_error(tell("stage,entered_at\nContact,2024-03-05\n"), DD_EDATA,
                 "no column for deal_id", "columns for deal_id");
    assert_error(tell("deal_id,entered_at\nA,2024-03-05\n"), DD_EDATA,
                 "no column for stage", NULL);
    assert_error(tell("deal_idd,stage,entered_at\nA,Contact,2024-03-05\n"), DD_EDATA,
                 "no column for deal_id",
                 "'columns: {deal_id: deal_idd}' in a funnel file");
    assert_error(tell("deal_id,stage,amount\nA,Contact,5\n"), DD_EDATA,
                 "no column for entered_at", NULL);
}

/* Counts: the description of the public data set. */
static void
a_raw_crm_export_is_read_without_settings(void **state)
{
    const char *path = "../shared/data/maven_crm/sales_pipeline.csv";
    size_t undated = 0, won = 0;
    told *t;

    (void) state;
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    t = calloc(1, sizeof *t);
    read_path(t, path);
    assert_int_equal(t->status, DD_OK);
    assert_int_equal(t->facts.rows, 8800);
    assert_int_equal(t->facts.refused, 0);
    for (size_t i = 0; i < MOST; i++) {
        undated += t->row[i].created_at == DD_NO_MOMENT;
        won += strcmp(t->stage[i], "Won") == 0;
    }
    assert_true(undated > 0 && won > MOST / 4);
    told_free(t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_events_is_a_stage_entry),
        cmocka_unit_test(a_row_of_deals_is_a_whole_deal_and_may_lack_its_creation),
        cmocka_unit_test(a_row_that_cannot_be_used_is_refused_with_its_place_and_reason),
        cmocka_unit_test(an_unclosed_quote_in_line_3_of_1000_leaves_999_rows),
        cmocka_unit_test(a_nul_byte_costs_its_row),
        cmocka_unit_test(rows_may_lack_the_empty_cells_at_their_end),
        cmocka_unit_test(columns_settle_what_a_cell_leaves_open),
        cmocka_unit_test(amounts_under_two_currency_signs_are_told),
        cmocka_unit_test(a_column_of_midnights_is_one_of_dates),
        cmocka_unit_test(pipedrive_says_in_its_status_how_a_deal_ended),
        cmocka_unit_test(the_listener_can_stop_the_reading),
        cmocka_unit_test(a_file_that_is_no_history_is_told_so),
        cmocka_unit_test(a_raw_crm_export_is_read_without_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
