/* Which deals are listed, in what order, and what is said of them. */
#include "answers/deals/deals.h"
#include "check.h"
#include "show/text.h"

#include <stdlib.h>
#include <string.h>

static const char *owners[] = { "李雷", "韩梅梅", "Ann Lee" };
static const char *segments[] = { "East", "West" };
static const char *stages[] = { "Contact", "Needs", "Proposal" };
static dd_pipeline pipeline = { .name = "", .n_stages = 3, .stages = stages };
static const dd_past past = { .layout = DD_EVENTS,
                              .n_pipelines = 1,
                              .pipelines = &pipeline,
                              .owners = { 3, owners },
                              .segments = { 2, segments } };

/* 李雷 moved from North to South long ago and goes back after as-of (day 20000). */
static dd_rep reps[] = {
    { .name = "李雷", .team = "North", .owner = 0, .start = DD_NO_DAY, .end = 17000 },
    { .name = "李雷", .team = "South", .owner = 0, .start = 17001, .end = 20010 },
    { .name = "李雷", .team = "North", .owner = 0, .start = 20011, .end = DD_NO_DAY },
    { .name = "韩梅梅", .team = "North", .owner = 1, .start = 18000, .end = DD_NO_DAY },
    { .name = "New", .team = "West", .owner = -1, .start = 19990, .end = DD_NO_DAY },
};
static const dd_history history = { .owners = { 3, owners }, .n_reps = 5, .reps = reps };

/* id, owner, segment, stage, part, age, percentile, stuck, amount, chances, expected */
static const dd_deal_line lines[] = {
    { .id = "A",
      .owner = "李雷",
      .segment = "East",
      .stage = "Contact",
      .part = "upper",
      .age_days = 12.4,
      .amount = 5000000,
      .p_won_period = 0.02,
      .p_won_ever = 0.11,
      .close_p50 = 20100,
      .expected = 100000,
      .stuck = 0 },
    { .id = "B",
      .owner = "李雷",
      .segment = "West",
      .stage = "Proposal",
      .part = "lower",
      .age_days = 91.7,
      .amount = 800000,
      .p_won_period = 0.04,
      .p_won_ever = 0.06,
      .close_p50 = 20150,
      .expected = 32000,
      .stuck = 1 },
    { .id = "C",
      .owner = "韩梅梅",
      .stage = "Proposal",
      .part = "lower",
      .age_days = 3.1,
      .amount = DD_UNKNOWN_AMOUNT,
      .p_won_period = 0.41,
      .p_won_ever = 0.63,
      .close_p50 = DD_NO_DAY,
      .expected = 410000,
      .stuck = 0 },
    { .id = "D",
      .owner = "李雷",
      .segment = "East",
      .stage = "Needs",
      .part = "middle",
      .age_days = 44.0,
      .amount = 2700000,
      .p_won_period = 0.07,
      .p_won_ever = 0.23,
      .close_p50 = 20090,
      .expected = 189000,
      .stuck = -1 },
};

static void
make(dd_deals *self)
{
    *self = (dd_deals){ .as_of = 20000, .n = 4, .n_open = 4, .trials = 128 };
    snprintf(self->period.label, sizeof self->period.label, "2024Q4");
    self->period.end = 20088;
    self->line = malloc(sizeof lines);
    assert_non_null(self->line);
    memcpy(self->line, lines, sizeof lines);
    for (size_t i = 0; i < 4; i++) {
        self->line[i].place = i;
        self->line[i].crm_probability = (double) NAN;
        self->line[i].close_p10 = self->line[i].close_p90 = DD_NO_DAY;
        self->line[i].crm_close_date = DD_NO_DAY;
    }
}

/* The ids that are left, in their order. */
static void
assert_chosen(const dd_deals_choice *choice, const char *expected)
{
    dd_deals deals;
    char ids[8] = "";
    make(&deals);
    assert_int_equal(dd_deals_choose(&deals, choice, &past, &history, NULL), DD_OK);
    for (size_t i = 0; i < deals.n; i++)
        strcat(ids, deals.line[i].id);
    assert_string_equal(ids, expected);
    dd_deals_free(&deals);
}

static void
deals_come_by_what_they_are_expected_to_bring(void **state)
{
    (void) state;
    assert_chosen(&(dd_deals_choice){ 0 }, "CDAB");
    assert_chosen(&(dd_deals_choice){ .top = 2 }, "CD");
    assert_chosen(&(dd_deals_choice){ .top = 9 }, "CDAB");
}

static void
numbers_sort_from_the_highest_days_and_words_from_the_first_unknown_last(void **state)
{
    (void) state;
    assert_chosen(&(dd_deals_choice){ .sort = "amount" }, "ADBC");
    assert_chosen(&(dd_deals_choice){ .sort = "age_days" }, "BDAC");
    assert_chosen(&(dd_deals_choice){ .sort = "close_p50" }, "DABC");
    assert_chosen(&(dd_deals_choice){ .sort = "p_won_ever" }, "CDAB");
    assert_chosen(&(dd_deals_choice){ .sort = "segment" }, "DABC");
    assert_chosen(&(dd_deals_choice){ .sort = "stage" }, "ADCB");
    assert_chosen(&(dd_deals_choice){ .sort = "deal_id" }, "ABCD");
}

static void
filters_hold_together_and_forgive_case_and_blanks(void **state)
{
    (void) state;
    assert_chosen(&(dd_deals_choice){ .owner = "李雷" }, "DAB");
    assert_chosen(&(dd_deals_choice){ .owner = "李雷", .segment = "east" }, "DA");
    assert_chosen(&(dd_deals_choice){ .stage = "PROPOSAL" }, "CB");
    assert_chosen(&(dd_deals_choice){ .stuck = 1 }, "B");
    assert_chosen(&(dd_deals_choice){ .owner = "ann_lee" }, "");
}

static void
a_team_holds_the_deals_of_its_reps_on_as_of(void **state)
{
    dd_history none = { 0 };
    dd_deals deals;
    dd_error err = { 0 };
    (void) state;
    assert_chosen(&(dd_deals_choice){ .team = "South" }, "DAB");
    assert_chosen(&(dd_deals_choice){ .team = "north" }, "C");
    assert_chosen(&(dd_deals_choice){ .team = "West" }, "");
    make(&deals);
    assert_int_equal(dd_deals_choose(&deals, &(dd_deals_choice){ .team = "South" },
                                     &past, &none, &err),
                     DD_EUSAGE);
    assert_string_equal(err.items[0].wrong, "--team: no teams are known");
    dd_error_free(&err);
    dd_deals_free(&deals);
}

/* Lower part first: there waiting costs most. */
static void
a_handover_begins_at_the_lower_end_of_the_funnel(void **state)
{
    dd_deals deals;
    dd_error err = { 0 };
    (void) state;
    assert_chosen(&(dd_deals_choice){ .owner = "李雷", .handover = 1 }, "BDA");
    make(&deals);
    assert_int_equal(dd_deals_choose(&deals, &(dd_deals_choice){ .handover = 1 }, &past,
                                     &history, &err),
                     DD_EUSAGE);
    assert_string_equal(err.items[0].wrong, "--handover needs to know whose deals");
    dd_error_free(&err);
    dd_deals_free(&deals);
}

static void
assert_refused(dd_deals_choice choice, const char *option, const char *wrong,
               const char *right)
{
    dd_deals deals;
    dd_error err = { 0 };
    make(&deals);
    assert_int_equal(dd_deals_choose(&deals, &choice, &past, &history, &err), DD_EUSAGE);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].file, option);
    assert_string_equal(err.items[0].wrong, wrong);
    if (right != NULL)
        assert_string_equal(err.items[0].right, right);
    dd_error_free(&err);
    dd_deals_free(&deals);
}

static void
names_that_are_not_there_are_refused_with_what_was_meant(void **state)
{
    (void) state;
    assert_refused((dd_deals_choice){ .owner = "An Lee" }, "--owner",
                   "not in the history: did you mean 'Ann Lee'?", NULL);
    assert_refused((dd_deals_choice){ .owner = "Bob" }, "--owner", "not in the history",
                   "one of 李雷, 韩梅梅, Ann Lee");
    assert_refused((dd_deals_choice){ .stage = "Proposl" }, "--stage",
                   "not in the history: did you mean 'Proposal'?", NULL);
    assert_refused((dd_deals_choice){ .team = "Sauth" }, "--team",
                   "not in the history: did you mean 'South'?", NULL);
    assert_refused((dd_deals_choice){ .segment = "North" }, "--segment",
                   "not in the history", "one of East, West");
    assert_refused((dd_deals_choice){ .sort = "expcted" }, "--sort",
                   "no such key: did you mean 'expected'?", NULL);
    assert_refused((dd_deals_choice){ .sort = "xyzzy" }, "--sort", "no such key",
                   "one of expected, amount, p_won_period, p_won_ever, p_lost, "
                   "age_days, age_percentile, variance_share, ... (18 in all)");
}

/* Text over the deals chosen, to be freed. */
static char *
text_of(const dd_deals_choice *choice)
{
    static const dd_notes none = { 0 };
    dd_deals deals;
    dd_doc doc;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    make(&deals);
    assert_int_equal(dd_deals_choose(&deals, choice, &past, &history, NULL), DD_OK);
    assert_int_equal(dd_doc_init(&doc), DD_OK);
    dd_deals_describe(&deals, &none, &doc);
    assert_int_equal(doc.failed, 0);
    assert_int_equal(dd_text_write(&doc, 0, out), DD_OK);
    assert_int_equal(fclose(out), 0);
    dd_doc_free(&doc);
    dd_deals_free(&deals);
    return text;
}

static void
assert_begins(const dd_deals_choice *choice, const char *sentence)
{
    char *text = text_of(choice);
    if (strncmp(text, sentence, strlen(sentence)) != 0)
        fail_msg("expected '%s', read:\n%s", sentence, text);
    free(text);
}

/* 0.02 + 0.04 + 0.41 + 0.07 wins; 85 000.00 in amounts; 7 310.00 expected. */
static void
the_answer_comes_first_in_a_sentence(void **state)
{
    (void) state;
    assert_begins(&(dd_deals_choice){ 0 },
                  "2024Q4: 4 open deals, worth 85,000 in all, should bring 7,310 and "
                  "0.54 wins by\n2024-12-31; 1 of them is stuck, worth 8,000, "
                  "and should bring 320 of it.\n");
    assert_begins(&(dd_deals_choice){ .owner = "韩梅梅" },
                  "2024Q4: 1 of 4 open deals should bring 4,100 and 0.41 wins by "
                  "2024-12-31; none\nof them is stuck.\n");
    assert_begins(&(dd_deals_choice){ .stuck = 1 },
                  "2024Q4: 1 of 4 open deals, worth 8,000 in all, should bring 320 and "
                  "0.04 wins by\n2024-12-31; it is stuck.\n");
    assert_begins(&(dd_deals_choice){ .owner = "Ann Lee" },
                  "None of the 4 open deals is asked for.\n");
}

/* Owners in hanzi take two columns each; what no deal knows has no column. */
static void
the_table_lines_up_and_leaves_out_what_is_unknown(void **state)
{
    char *text = text_of(&(dd_deals_choice){ .top = 2 });
    (void) state;
    assert_non_null(strstr(text, "\nDeal  Owner   Stage     Days  Amount  In 2024Q4  "
                                 "Ever  Expected\n"));
    assert_non_null(strstr(text, "\nC     韩梅梅  Proposal  3.10       –       41 %  "
                                 "63 %     4,100\n"
                                 "D     李雷    Needs     44.0  27,000      7.0 %  "
                                 "23 %     1,890\n\n"));
    assert_null(strstr(text, "A day without its year"));
    free(text);
    text = text_of(&(dd_deals_choice){ 0 });
    assert_non_null(strstr(text, "\n   Deal  Owner   Stage "));
    assert_non_null(strstr(text, "\n   C     韩梅梅  Proposal "));
    assert_non_null(strstr(text, "\n*  "));
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_come_by_what_they_are_expected_to_bring),
        cmocka_unit_test(
            numbers_sort_from_the_highest_days_and_words_from_the_first_unknown_last),
        cmocka_unit_test(filters_hold_together_and_forgive_case_and_blanks),
        cmocka_unit_test(a_team_holds_the_deals_of_its_reps_on_as_of),
        cmocka_unit_test(a_handover_begins_at_the_lower_end_of_the_funnel),
        cmocka_unit_test(names_that_are_not_there_are_refused_with_what_was_meant),
        cmocka_unit_test(the_answer_comes_first_in_a_sentence),
        cmocka_unit_test(the_table_lines_up_and_leaves_out_what_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
