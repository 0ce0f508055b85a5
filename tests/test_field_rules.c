/* Rules of a crew that start on a later day: nothing before it, closed forms after it. */
#include "base/isa.h"
#include "engine/field/payroll.h"
#include "teams.h"

#define TRIALS 500

static const double at_once[] = { 0 };

static dd_crew_rules
no_rules(double from)
{
    dd_crew crew;

    dd_crew_init(&crew);
    crew.rules.from = from;
    return crew.rules;
}

static void
set_changes(dd_crew *crew, const dd_crew_rules *changes, size_t n)
{
    crew->changes = changes;
    crew->n_changes = n;
}

/* Sixty open deals of one stage, four tenths of them won, by rep 0 of two. */
static void
sixty_deals(plain_team *t)
{
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 900, 1 };

    plain_init(t, &what, TRIALS);
    t->team.crew.n = 2;
}

static means
means_under(plain_team *t, const dd_crew_rules *changes, size_t n)
{
    static dd_tally tally[TRIALS];

    set_changes(&t->team.crew, changes, n);
    play_into(&t->team, tally);
    return means_of(tally, TRIALS);
}

/* ---- to the byte ---- */

typedef struct {
    dd_outcomes outcomes;
    dd_tally tally[TRIALS];
} played;

static void
play_rules(played *self, const team *t)
{
    memset(self->tally, 0, sizeof self->tally);
    self->outcomes = play(t, self->tally);
    assert_conserved(&self->outcomes, self->tally);
}

static void
assert_played_same(const played *a, const played *b)
{
    assert_same(&a->outcomes, &b->outcomes);
    assert_memory_equal(a->tally, b->tally, sizeof a->tally);
}

static void
the_same_rules_once_more_change_no_byte(void **state)
{
    static played once, twice;
    dd_crew_rules changes[2];
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    make_eventful(&t);
    play_rules(&once, &t);
    changes[0] = changes[1] = t.crew.rules;
    changes[0].from = 31;
    changes[1].from = 113;
    set_changes(&t.crew, changes, 2);
    play_rules(&twice, &t);
    assert_played_same(&once, &twice);
    dd_outcomes_free(&twice.outcomes);
    dd_outcomes_free(&once.outcomes);
    small_free(&t.company);
}

/* The last period ends with day 179; each rule is one that changes much at once. */
static void
rules_from_beyond_the_horizon_change_no_byte(void **state)
{
    static played none, later;
    dd_crew_rules eventful;
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    make_eventful(&t);
    eventful = t.crew.rules;
    t.crew.rules = no_rules(0);
    play_rules(&none, &t);
    eventful.from = 180;
    set_changes(&t.crew, &eventful, 1);
    play_rules(&later, &t);
    assert_played_same(&none, &later);
    dd_outcomes_free(&later.outcomes);
    eventful.from = 179;
    eventful.refill_days = 0;
    eventful.referral = 1;
    play_rules(&later, &t);
    assert_memory_not_equal(none.tally, later.tally, sizeof none.tally);
    dd_outcomes_free(&later.outcomes);
    dd_outcomes_free(&none.outcomes);
    small_free(&t.company);
}

/* Periods end with days 30, 89 and 179. */
static void
until_their_day_later_rules_move_nothing(void **state)
{
    static played none, later;
    dd_crew_rules eventful;
    size_t two = 2 * TRIALS;
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    make_eventful(&t);
    eventful = t.crew.rules;
    t.crew.rules = no_rules(0);
    play_rules(&none, &t);
    eventful.from = 90;
    set_changes(&t.crew, &eventful, 1);
    play_rules(&later, &t);
    assert_memory_equal(none.outcomes.bookings, later.outcomes.bookings,
                        two * sizeof *none.outcomes.bookings);
    assert_memory_equal(none.outcomes.wins, later.outcomes.wins,
                        two * sizeof *none.outcomes.wins);
    assert_memory_not_equal(none.outcomes.wins + two, later.outcomes.wins + two,
                            TRIALS * sizeof *none.outcomes.wins);
    dd_outcomes_free(&later.outcomes);
    dd_outcomes_free(&none.outcomes);
    small_free(&t.company);
}

/* Rules that come one after another, each of them other ones. */
static void
rules_that_change_keep_every_deal_and_every_byte(void **state)
{
    static played one, other;
    static const double rate[] = { 0.5 };
    dd_crew_rules changes[2];
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    make_eventful(&t);
    t.company.question.level_off = t.company.question.rates_fixed = 0;
    changes[0] = no_rules(20);
    changes[0].referral = 0.9;
    changes[1] = t.crew.rules;
    changes[1].from = 100;
    changes[1].attrition = rate;
    changes[1].attrition_from = at_once;
    changes[1].n_attrition = 1;
    changes[1].recycle_odds = 1;
    changes[1].refill_days = 2.5;
    set_changes(&t.crew, changes, 2);
    play_rules(&one, &t);
    assert_int_equal(dd_isa_choose("baseline", NULL), DD_OK);
    t.company.question.threads = 2;
    play_rules(&other, &t);
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    assert_played_same(&one, &other);
    dd_outcomes_free(&other.outcomes);
    dd_outcomes_free(&one.outcomes);
    small_free(&t.company);
}

/* ---- who leaves ---- */

/* By hand: .08 a month for six months of tenure, .02 after them; from day 91.3125, three
 * months ahead, .3 and from the twelfth month on .1. */
static void
tenure_goes_on_spending_by_the_rules_of_the_day(void **state)
{
    static const double from[] = { 0, 6 }, rate[] = { 0.08, 0.02 };
    static const double later_from[] = { 0, 12 }, later[] = { 0.3, 0.1 };
    const double month = DD_MONTH_DAYS;
    dd_crew_rules change = no_rules(3 * month);
    dd_crew crew;

    (void) state;
    dd_crew_init(&crew);
    crew.rules.n_attrition = change.n_attrition = 2;
    crew.rules.attrition_from = from;
    crew.rules.attrition = rate;
    change.attrition_from = later_from;
    change.attrition = later;
    set_changes(&crew, &change, 1);
    /* Who starts today: .24 spent by then. */
    assert_close(dd_crew_tenure(&crew, 0, exp(-0.16)), 2 * month, 1e-9);
    assert_close(dd_crew_tenure(&crew, 0, exp(-0.24 - 0.6)), 5 * month, 1e-9);
    assert_close(dd_crew_tenure(&crew, 0, exp(-0.24 - 2.7 - 0.4)), 16 * month, 1e-9);
    /* There for five months: .08 + .04, then .3 for four months. */
    assert_close(dd_crew_tenure(&crew, -5 * month, exp(-0.1)), 7 * month, 1e-9);
    assert_close(dd_crew_tenure(&crew, -5 * month, exp(-0.12 - 0.6)), 10 * month, 1e-9);
    assert_close(dd_crew_tenure(&crew, -5 * month, exp(-0.12 - 1.5)), 15 * month, 1e-9);
    /* Who comes after it knows only the later ones. */
    assert_close(dd_crew_tenure(&crew, 4 * month, exp(-0.9)), 3 * month, 1e-9);
}

/* Of 20000 reps, as many are there on the morning of day T as exp(-rate (T - d)) of them,
 * times what the rules before d left; and who leaves does so as much later as they start
 * later, on the same luck. */
static void
attrition_begins_on_its_day(void **state)
{
    enum { HEADS = 20000 };
    static const double early[] = { 0.04 }, rate[] = { 0.15 };
    const double d = 70, end = 250, month = DD_MONTH_DAYS;
    dd_crew_rules change = no_rules(d);
    int before = 0, there = 0, both = 0;
    dd_crew crew, now;

    (void) state;
    dd_crew_init(&crew);
    dd_crew_init(&now);
    now.rules.n_attrition = change.n_attrition = 1;
    now.rules.attrition_from = change.attrition_from = at_once;
    now.rules.attrition = change.attrition = rate;
    set_changes(&crew, &change, 1);
    for (uint64_t key = 0; key < HEADS; key++) {
        double leaves = dd_rep_leaves(&crew, 5, 7, key, -4000, (double) INFINITY);
        before += leaves <= d;
        there += leaves > end;
        assert_close(leaves,
                     d + dd_rep_leaves(&now, 5, 7, key, -4000, (double) INFINITY), 0);
    }
    assert_int_equal(before, 0);
    assert_share(there / (double) HEADS, exp(-0.15 * (end - d) / month), HEADS);
    crew.rules.n_attrition = 1;
    crew.rules.attrition_from = at_once;
    crew.rules.attrition = early;
    for (uint64_t key = 0; key < HEADS; key++)
        both += dd_rep_leaves(&crew, 5, 7, key, -4000, (double) INFINITY) > end;
    assert_share(both / (double) HEADS, exp(-(0.04 * d + 0.15 * (end - d)) / month),
                 HEADS);
}

/* ---- who comes ---- */

/* Two reps bring a deal a day each, won at once on the next: one goes on day 20, the other
 * on day 60; who leaves from day 40 on is followed ten days later. */
static void
only_who_leaves_from_its_day_on_is_refilled(void **state)
{
    enum { MANY = 2000 };
    static const plain what = { 1, 0, 1, DD_LAW_FIXED, 0, 14, 120, 1 };
    static dd_tally tally[MANY];
    dd_crew_rules change = no_rules(40);
    double expected = 20 + 60 + 50 - 1; /* the last day's are not won yet */
    dd_payroll payroll;
    plain_team t;

    (void) state;
    plain_init(&t, &what, MANY);
    t.team.crew.n = 2;
    t.team.crew.market = 0;
    t.team.rep[0].leaves = 20;
    t.team.rep[1].leaves = 60;
    change.refill_days = 10;
    set_changes(&t.team.crew, &change, 1);
    play_into(&t.team, tally);
    print_message("won %.2f, by hand %.0f\n", means_of(tally, MANY).won, expected);
    assert_close(means_of(tally, MANY).won, expected, 4 * sqrt(expected / MANY));
    assert_int_equal(
        dd_payroll_count(&payroll, &t.team.crew, &t.team.company.question, NULL), DD_OK);
    assert_int_equal(payroll.days[0], 20 + 60 + 50);
    assert_int_equal(payroll.hires[0], 1);
    dd_payroll_free(&payroll);
    plain_free(&t);
}

/* Who follows starts on day 25: from day 26 on newcomers bring nothing for long, which is
 * not his rule; from day 25 on it is. */
static void
newcomers_ramp_by_the_rules_of_their_first_day(void **state)
{
    static const plain what = { 1, 0, 1, DD_LAW_FIXED, 0, 7, 120, 1 };
    static const double nothing[] = { 0 };
    static dd_tally tally[TRIALS];
    double won[2];
    dd_crew_rules change;
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.rep[0].leaves = 20;
    t.team.crew.rules.refill_days = 5;
    change = t.team.crew.rules;
    change.ramp = nothing;
    change.n_ramp = 1;
    for (int k = 0; k < 2; k++) {
        change.from = 25 + k;
        set_changes(&t.team.crew, &change, 1);
        play_into(&t.team, tally);
        won[k] = means_of(tally, TRIALS).won;
    }
    assert_close(won[0], 20, 4 * sqrt(20.0 / TRIALS));
    assert_close(won[1], 20 + 94, 4 * sqrt(114.0 / TRIALS));
    plain_free(&t);
}

/* ---- what becomes of deals ---- */

/* Rep 0 leaves on day 8, with half the odds from day 8 on, or from day 9 on. */
static void
leavings_go_by_the_rules_of_their_morning(void **state)
{
    double before = 1 - exp(-8 / 20.0), half = 0.5 * 0.4 / (0.6 + 0.5 * 0.4), won;
    dd_crew_rules change = no_rules(8);
    plain_team t;

    (void) state;
    sixty_deals(&t);
    t.team.rep[0].leaves = 8;
    for (int i = 0; i < DD_PARTS; i++)
        change.handover[i].odds = 0.5;
    assert_share(means_under(&t, &change, 1).won / PLAIN_DEALS,
                 before * 0.4 + (1 - before) * half, PLAIN_DEALS * TRIALS);
    change.from = 9;
    won = means_under(&t, &change, 1).won;
    assert_true(won == means_under(&t, NULL, 0).won);
    assert_share(won / PLAIN_DEALS, 0.4, PLAIN_DEALS * TRIALS);
    plain_free(&t);
}

/* A deal leaves at 1/20 a day: 1 - exp(-15/20) of them do before day 15. Those that are
 * lost later are back after 30 days on .6 of the odds. */
static void
losses_from_its_day_on_are_recycled(void **state)
{
    double after = exp(-15 / 20.0), again = 0.6 * 0.4 / (0.6 + 0.6 * 0.4);
    dd_crew_rules change = no_rules(15);
    plain_team t;
    means mean;

    (void) state;
    sixty_deals(&t);
    change.recycle_days = 30;
    change.recycle_odds = 0.6;
    mean = means_under(&t, &change, 1);
    assert_share(mean.recycled / PLAIN_DEALS, 0.6 * after, PLAIN_DEALS * TRIALS);
    assert_share(mean.won / PLAIN_DEALS, 0.4 + 0.6 * after * again,
                 PLAIN_DEALS * TRIALS);
    assert_close(mean.deals, PLAIN_DEALS + mean.recycled, 1e-9);
    plain_free(&t);
}

/* A deal that is away when rules change comes back by those of its loss: till day 15 after
 * 30 days on .6 of the odds, then after 5 days on all of them. */
static void
deals_come_back_by_the_rules_of_their_loss(void **state)
{
    double after = exp(-15 / 20.0), again = 0.6 * 0.4 / (0.6 + 0.6 * 0.4);
    dd_crew_rules change = no_rules(15);
    plain_team t;
    means mean;

    (void) state;
    sixty_deals(&t);
    t.team.crew.rules.recycle_days = 30;
    t.team.crew.rules.recycle_odds = 0.6;
    change.recycle_days = 5;
    mean = means_under(&t, &change, 1);
    assert_share(mean.recycled / PLAIN_DEALS, 0.6, PLAIN_DEALS * TRIALS);
    assert_share(mean.won / PLAIN_DEALS, 0.4 + 0.6 * ((1 - after) * again + after * 0.4),
                 PLAIN_DEALS * TRIALS);
    plain_free(&t);
}

/* Each win after day 15 breeds .3 deals, of which .4 are won: 1 / (1 - .12) for one. */
static void
wins_from_its_day_on_breed_deals(void **state)
{
    double after = exp(-15 / 20.0), wins = 0.4 * after / (1 - 0.12);
    dd_crew_rules change = no_rules(15);
    plain_team t;
    means mean;

    (void) state;
    sixty_deals(&t);
    change.referral = 0.3;
    mean = means_under(&t, &change, 1);
    assert_close(mean.brought / PLAIN_DEALS, 0.3 * wins,
                 5 * sqrt(0.3 * wins / (PLAIN_DEALS * TRIALS)));
    assert_close(mean.won / PLAIN_DEALS, 0.4 * (1 - after) + wins,
                 5 * sqrt(0.24 / (PLAIN_DEALS * TRIALS)));
    plain_free(&t);
}

/* ---- what cannot be ---- */

static void
rules_in_the_wrong_order_are_refused(void **state)
{
    static const double days[][2] = { { 0, 9 }, { 9, 9 }, { 9, 8 } };
    team t;

    (void) state;
    team_init(&t, 4.0, 1);
    for (size_t k = 0; k < 3; k++) {
        dd_crew_rules changes[] = { no_rules(days[k][0]), no_rules(days[k][1]) };
        set_changes(&t.crew, changes, 2);
        assert_int_equal(dd_crew_check(&t.crew, &t.company.book, NULL), DD_EUSAGE);
        changes[0].from = 1;
        changes[1].from = 2;
        assert_int_equal(dd_crew_check(&t.crew, &t.company.book, NULL), DD_OK);
        changes[1].referral = 1.5;
        assert_int_equal(dd_crew_check(&t.crew, &t.company.book, NULL), DD_EUSAGE);
    }
    small_free(&t.company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_rules_once_more_change_no_byte),
        cmocka_unit_test(rules_from_beyond_the_horizon_change_no_byte),
        cmocka_unit_test(until_their_day_later_rules_move_nothing),
        cmocka_unit_test(rules_that_change_keep_every_deal_and_every_byte),
        cmocka_unit_test(tenure_goes_on_spending_by_the_rules_of_the_day),
        cmocka_unit_test(attrition_begins_on_its_day),
        cmocka_unit_test(only_who_leaves_from_its_day_on_is_refilled),
        cmocka_unit_test(newcomers_ramp_by_the_rules_of_their_first_day),
        cmocka_unit_test(leavings_go_by_the_rules_of_their_morning),
        cmocka_unit_test(losses_from_its_day_on_are_recycled),
        cmocka_unit_test(deals_come_back_by_the_rules_of_their_loss),
        cmocka_unit_test(wins_from_its_day_on_breed_deals),
        cmocka_unit_test(rules_in_the_wrong_order_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
