/* `dealdice plan --moves` against chances worked by hand. */
#include "answers.h"

#include <math.h>

#define PLAN "$D plan scenarios/worked/one-deal-per-stage/funnel.yaml --target 300万 "

/* Of four deals with these chances at least two are won: 300万 with the 100万 booked. */
static double
at_least_two(const double chance[4])
{
    double sum = 0.0;
    for (unsigned won = 0; won < 16; won++) {
        double p = 1.0;
        int n = 0;
        for (unsigned i = 0; i < 4; i++) {
            p *= won >> i & 1 ? chance[i] : 1.0 - chance[i];
            n += (int) (won >> i & 1);
        }
        sum += n >= 2 ? p : 0.0;
    }
    return sum;
}

/* A cell of `said`, a CSV without quotes: of the row in which `of` stands. */
static double
cell(const char *of, const char *column)
{
    const char *head = said, *row = strstr(said, of), *at;
    assert_non_null(row);
    while (row > said && row[-1] != '\n')
        row--;
    at = strstr(head, column);
    assert_true(at != NULL && at < strchr(head, '\n'));
    for (; head < at; head += *head != '\0')
        if (*head == ',')
            row += strcspn(row, ",") + 1;
    assert_true(*row != ',' && *row != '\n');
    return atof(row);
}

/* p (1 - p) d^2 by hand: Proposal .0785, Negotiation .0423, Needs .0343, Contact .0099. */
static void
deals_decide_as_worked_by_hand(void **state)
{
    static const char *const stages[]
        = { ",Proposal,won,", ",Negotiation,won,", ",Needs,won,", ",Contact,won," };
    static const int at[] = { 2, 3, 1, 0 };
    const char *before = said;
    (void) state;
    assert_int_equal(run(PLAN "--moves --format csv --table moves"), 0);
    for (int i = 0; i < 4; i++) {
        double won[] = { .1, .3, .6, .8 }, lost[] = { .1, .3, .6, .8 };
        const char *row = strstr(said, stages[i]);
        assert_true(row != NULL && row > before);
        before = row;
        assert_close(cell(stages[i], "p_won"), won[at[i]], 1e-9);
        won[at[i]] = 1.0;
        lost[at[i]] = 0.0;
        assert_close(cell(stages[i], "p_target,"), at_least_two(won), .011);
        assert_close(cell(stages[i], "p_target_lost"), at_least_two(lost), .011);
    }
}

/* A tenth more at a stage lifts every stage before it as much; the market is no move. */
static void
levers_bring_what_exact_chances_say(void **state)
{
    const double now[] = { .1, .3, .6, .8 }, more[] = { .11, .33, .66, .88 };
    (void) state;
    assert_int_equal(run(PLAN "--moves --format csv --table moves"), 0);
    assert_close(cell(",Negotiation,'+10 %,", "p_target,"), at_least_two(more), .011);
    assert_close(cell(",Negotiation,'+10 %,", "p_target_change"),
                 at_least_two(more) - at_least_two(now), .006);
    assert_null(strstr(said, "market"));
}

static void
in_a_later_period_deals_are_won_in_it(void **state)
{
    (void) state;
    assert_int_equal(run("$D plan $F --target 700万@2027Q1 --moves --trials 1024 "
                         "--format csv --table moves | grep -c '^deal,'"),
                     0);
    assert_string_equal(said, "5\n");
}

static void
without_being_asked_nothing_is_played_and_deals_are_refused(void **state)
{
    (void) state;
    assert_int_equal(run(PLAN "--trials 128 --format json"), 0);
    assert_said("\"moves\": []");
    assert_int_equal(run("$D plan $F --target-deals 12 --moves 2>&1"), 2);
    assert_said("--moves tell what an amount hangs on, not deals, expected --target");
    assert_int_equal(run(PLAN "--trials 1024 --moves"), 0);
    assert_said("What to do first: the deals that decide most");
}

/* ---- under limits ---- */

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_demo("busy.yaml", "effort: {visits_per_rep_week: 6, visits_per_opportunity: 8,"
                            " visits_per_stage: {Proposal: 3, Negotiation: 4}}\n");
    return 0;
}

/* The target's chance under a scenario, and what that changes, reps played one by one. */
static double
chance_under(const char *text, double *change)
{
    double chance;
    write_file("said.yaml", text);
    dd_yaml answer
        = asked("$D whatif $T/busy.yaml $T/said.yaml --periods 2 --trials 512 "
                "--format json");
    chance = number(answer.root, "scenarios 1 periods 1 p_target");
    *change = chance - number(answer.root, "scenarios 0 periods 1 p_target");
    dd_yaml_free(&answer);
    return chance;
}

/* A move is what a what-if says of it under the same limits and luck: a deal that is won on
 * the period's first day or lost now, a lever by a tenth. */
static void
under_limits_a_move_is_what_a_whatif_makes_of_it(void **state)
{
    static const char *const lever = "name: pulled\nstep_rate: {Negotiation: +10%}\n";
    dd_yaml plan
        = asked("$D plan $T/busy.yaml --target 700万@2027Q1 --moves --trials 512 "
                "--format json");
    const dd_yaml_node *move = at(plan.root, "moves 0");
    double change, most = 0.0;
    char text[120];
    (void) state;

    snprintf(text, sizeof text,
             "name: won\ndeals: {%s: {win_rate: 100%%, close: "
             "2027-01-01}}\n",
             at(move, "deal_id")->text);
    assert_close(number(move, "p_target"), chance_under(text, &change), 1e-9);
    assert_close(number(move, "p_target_change"), change, 1e-9);
    snprintf(text, sizeof text, "name: lost\ndeals: {%s: lost}\n",
             at(move, "deal_id")->text);
    assert_close(number(move, "p_target_lost"), chance_under(text, &change), 1e-9);
    for (move = move->next; move != NULL; move = move->next)
        if (strcmp(at(move, "what")->text, "step_rate") == 0
            && strcmp(at(move, "stage")->text, "Negotiation") == 0)
            most = number(move, "p_target_change");
    assert_true(most > 0.0);
    (void) chance_under(lever, &change);
    assert_close(most, change, 1e-9);
    dd_yaml_free(&plan);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_decide_as_worked_by_hand),
        cmocka_unit_test(levers_bring_what_exact_chances_say),
        cmocka_unit_test(in_a_later_period_deals_are_won_in_it),
        cmocka_unit_test(without_being_asked_nothing_is_played_and_deals_are_refused),
        cmocka_unit_test(under_limits_a_move_is_what_a_whatif_makes_of_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
