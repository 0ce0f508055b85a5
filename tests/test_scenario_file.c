#include "scenario_folder.h"

static void
assert_change(const dd_change *change, dd_change_kind kind, double value)
{
    assert_int_equal(change->kind, kind);
    assert_close(change->value, value, 1e-12);
}

static void
assert_lever(const dd_scenario_layer *layer, size_t i, dd_lever_kind kind,
             const char *pipeline, const char *stage)
{
    const dd_lever *lever = &layer->levers[i];
    assert_true(i < layer->n_levers);
    assert_int_equal(lever->kind, kind);
    assert_true((lever->pipeline == NULL) == (pipeline == NULL));
    assert_true((lever->stage == NULL) == (stage == NULL));
    if (pipeline != NULL)
        assert_string_equal(lever->pipeline, pipeline);
    if (stage != NULL)
        assert_string_equal(lever->stage, stage);
}

static void
every_key_is_read_with_its_place(void **state)
{
    funnel_folder folder;
    dd_scenario s;
    const dd_scenario_layer *layer;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml",
                 "name: 加速\n"
                 "says: everything at once\n"
                 "from: 2026-11-21\n"
                 "step_rate: {Negotiation: +10%}\n"
                 "win_rate: {all: +2pp, Sales: {Proposal: 37%}}\n"
                 "cycle: -15%\n"
                 "deal_size: 12万\n"
                 "market: 85%\n"
                 "visits_per_rep_week: 12.5\n"
                 "leads_per_rep_week: +20%\n"
                 "deals: {OPP-17: lost, OPP-4: won,\n"
                 "  OPP-9: {win_rate: 90%, close: 2026-12-20, amount: 200万}}\n"
                 "economics: {margin: 70%}\n");
    assert_int_equal(read_scenario(&folder, &s, "a.yaml"), DD_OK);
    assert_string_equal(s.name, "加速");
    assert_string_equal(s.says, "everything at once");
    assert_close(s.margin, 0.7, 1e-12);
    assert_int_equal(s.n_layers, 1);
    layer = &s.layers[0];
    assert_int_equal(layer->from, dd_day_from_civil(2026, 11, 21));
    assert_int_equal(layer->n_levers, 8);
    assert_lever(layer, 0, DD_LEVER_VISITS, NULL, NULL);
    assert_change(&layer->levers[0].change, DD_CHANGE_TO, 12.5);
    assert_lever(layer, 1, DD_LEVER_LEADS, NULL, NULL);
    assert_change(&layer->levers[1].change, DD_CHANGE_TIMES, 1.2);
    assert_lever(layer, 2, DD_LEVER_STEP_RATE, NULL, "Negotiation");
    assert_change(&layer->levers[2].change, DD_CHANGE_TIMES, 1.1);
    assert_int_equal(layer->levers[2].place.line, 4);
    assert_int_equal(layer->levers[2].place.column, 26);
    assert_lever(layer, 3, DD_LEVER_WIN_RATE, NULL, NULL);
    assert_change(&layer->levers[3].change, DD_CHANGE_POINTS, 0.02);
    assert_lever(layer, 4, DD_LEVER_WIN_RATE, "Sales", "Proposal");
    assert_change(&layer->levers[4].change, DD_CHANGE_TO, 0.37);
    assert_lever(layer, 5, DD_LEVER_CYCLE, NULL, NULL);
    assert_change(&layer->levers[5].change, DD_CHANGE_TIMES, 0.85);
    assert_change(&layer->levers[6].change, DD_CHANGE_TO, 12000000.0);
    assert_change(&layer->levers[7].change, DD_CHANGE_TO, 0.85);
    assert_int_equal(layer->n_deals, 3);
    assert_int_equal(layer->deals[0].fate, DD_DEAL_LOST);
    assert_int_equal(layer->deals[1].fate, DD_DEAL_WON);
    assert_int_equal(layer->deals[2].close, dd_day_from_civil(2026, 12, 20));
    assert_int_equal(layer->deals[2].amount, 200000000);
    assert_change(&layer->deals[2].win_rate, DD_CHANGE_TO, 0.9);
    assert_int_equal(layer->deals[2].place.line, 12);
    dd_scenario_free(&s);
    folder_free(&folder);
}

static void
what_a_scenario_is_built_on_comes_first(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "one.yaml",
                 "name: one\nmarket: -10%\neconomics: {margin: 40%}\n");
    folder_write(&folder, "two.yaml",
                 "name: two\nsays: on one\nbase: one.yaml\nmarket: +5%\n");
    folder_write(&folder, "three.yaml", "name: three\nbase: two.yaml\ncycle: -20%\n");
    assert_int_equal(read_scenario(&folder, &s, "three.yaml"), DD_OK);
    assert_string_equal(s.name, "three");
    assert_null(s.says);
    assert_close(s.margin, 0.4, 1e-12);
    assert_int_equal(s.n_layers, 3);
    assert_change(&s.layers[0].levers[0].change, DD_CHANGE_TIMES, 0.9);
    assert_change(&s.layers[1].levers[0].change, DD_CHANGE_TIMES, 1.05);
    assert_lever(&s.layers[2], 0, DD_LEVER_CYCLE, NULL, NULL);
    assert_non_null(strstr(s.layers[0].path, "/one.yaml"));
    dd_scenario_free(&s);
    folder_free(&folder);
}

static void
a_base_that_leads_back_is_refused(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "one.yaml", "name: one\nbase: two.yaml\n");
    folder_write(&folder, "two.yaml", "name: two\nmarket: +5%\nbase: one.yaml\n");
    folder_write(&folder, "self.yaml", "name: self\nbase: ./self.yaml\n");
    assert_int_equal(read_scenario(&folder, &s, "one.yaml"), DD_EDATA);
    folder_assert_wrong(&folder, DD_EDATA, "'base' leads back to '");
    assert_int_equal(folder.err.items[0].line, 3);
    assert_int_equal(folder.err.items[0].column, 7);
    assert_non_null(strstr(folder.err.items[0].file, "two.yaml"));
    assert_int_equal(read_scenario(&folder, &s, "self.yaml"), DD_EDATA);
    folder_assert_wrong(&folder, DD_EDATA, "'base' leads back to '");
    folder_free(&folder);
}

static void
mistakes_are_told_with_their_place(void **state)
{
    (void) state;
    refuse("name: a\nstep_rat: {Needs: +10%}\n", 2, 1, "unknown key", "step_rate");
    refuse("name: a\neconomics: {rep_month: -3万}\n", 2, 24, "'rep_month' is below zero",
           "3.5万");
    refuse("name: a\neconomics: {rep_month: 10.1亿}\n", 2, 24,
           "'rep_month' is out of range", "at most 1000000000");
    refuse("name: a\neconomics: {hire_once: 1万亿}\n", 2, 24,
           "'hire_once' is out of range", "at most 1000000000");
    refuse("market: +10%\n", 1, 1, "the scenario has no name", "name: Faster proposals");
    refuse("name: a\ncycle: {Needs: +5}\n", 2, 16, "'Needs' cannot be read",
           "a change such as -15%");
    refuse("name: a\nwin_rate: {all: 2pp}\n", 2, 17, "'all' cannot be read", "+2pp");
    refuse("name: a\ndeal_size: +2pp\n", 2, 12, "'deal_size' cannot be read",
           "a change such as +5%");
    refuse("name: a\nmarket: -100%\n", 2, 9, "'market' is out of range",
           "a change such as -15%");
    refuse("name: a\nstep_rate: 120%\n", 2, 12, "'step_rate' is out of range",
           "a rate such as 60%");
    refuse("name: a\nleads_per_rep_week: 60\n", 2, 21,
           "'leads_per_rep_week' cannot be read", "a change such as +20%");
    refuse("name: a\nfrom: soon\n", 2, 7, "'from' cannot be read",
           "a day such as 2027-01-01");
    refuse("name: a\ndeals: {OPP-1: gone}\n", 2, 16,
           "what becomes of 'OPP-1' cannot be read", "lost, won, or a map");
    refuse("name: a\ndeals: {OPP-1: {clse: 2026-12-20}}\n", 2, 17, "unknown key",
           "close");
    refuse("name: a\neconomics: {margin: 130%}\n", 2, 21, "'margin' is out of range",
           "0% to 100%");
    refuse("name: a\nbase: [b.yaml]\n", 2, 7, "'base' is a list",
           "the path of a scenario file");
}

static void
what_is_no_yaml_or_no_file_is_refused(void **state)
{
    funnel_folder folder;
    dd_scenario s;

    (void) state;
    folder_init(&folder);
    folder_write(&folder, "a.yaml", "name: [a\nmarket: +5%\n");
    folder_write(&folder, "b.yaml", "name: b\nbase: nowhere.yaml\n");
    assert_int_equal(read_scenario(&folder, &s, "a.yaml"), DD_EDATA);
    assert_true(folder.err.n > 0 && folder.err.items[0].line > 0);
    assert_int_equal(read_scenario(&folder, &s, "b.yaml"), DD_EIO);
    assert_non_null(strstr(folder.err.items[0].file, "b.yaml"));
    assert_int_equal(folder.err.items[0].line, 2);
    assert_int_equal(folder.err.items[0].column, 7);
    assert_non_null(strstr(folder.err.items[0].read, "nowhere.yaml"));
    folder_free(&folder);
}

static void
changes_are_written_as_they_are_read(void **state)
{
    static const struct {
        const char *text;
        dd_lever_kind kind;
        const char *written;
    } cases[] = {
        { "+10%", DD_LEVER_WIN_RATE, "+10 %" },
        { "-2.5pp", DD_LEVER_STEP_RATE, "-2.5 pp" },
        { "37%", DD_LEVER_WIN_RATE, "37 %" },
        { " -15 % ", DD_LEVER_CYCLE, "-15 %" },
        { "20 days", DD_LEVER_CYCLE, "20 days" },
        { "12万", DD_LEVER_DEAL_SIZE, "120000" },
        { "+0%", DD_LEVER_MARKET, "0 %" },
        { "12.5", DD_LEVER_VISITS, "12.5" },
    };
    char buffer[48];

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dd_change change;
        assert_int_equal(
            dd_change_read(&change, cases[i].text, strlen(cases[i].text), cases[i].kind),
            0);
        assert_string_equal(dd_change_format(&change, cases[i].kind, buffer),
                            cases[i].written);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read_with_its_place),
        cmocka_unit_test(what_a_scenario_is_built_on_comes_first),
        cmocka_unit_test(a_base_that_leads_back_is_refused),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(what_is_no_yaml_or_no_file_is_refused),
        cmocka_unit_test(changes_are_written_as_they_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
