/* Paths with reps: against paths without, closed forms, and what must never happen. */
#include "base/isa.h"
#include "dealdice/simulate.h"
#include "engine/paths/paths.h"
#include "teams.h"

#include <math.h>

static void
without_limits_reps_change_no_byte(void **state)
{
    enum { TRIALS = 300 };
    team t;
    dd_outcomes paths, field;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.company.question.level_off = t.company.question.rates_fixed = 0;
    assert_int_equal(dd_paths_simulate(&paths, &t.company.model, &t.company.book,
                                       &t.company.question, NULL),
                     DD_OK);
    field = play(&t, NULL);
    assert_same(&paths, &field);
    dd_outcomes_free(&field);
    t.company.question.threads = 3;
    field = play(&t, NULL);
    assert_same(&paths, &field);
    dd_outcomes_free(&field);
    dd_outcomes_free(&paths);
    small_free(&t.company);
}

/* ---- conservation ---- */

static void
every_deal_ends_exactly_once_in_every_trial(void **state)
{
    enum { TRIALS = 500 };
    static dd_tally tally[TRIALS];
    int64_t won = 0, lost = 0, recycled = 0, open = 0, orphaned = 0, brought = 0;
    team t;
    dd_outcomes out;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.company.question.level_off = t.company.question.rates_fixed = 0;
    make_eventful(&t);
    out = play(&t, tally);
    assert_conserved(&out, tally);
    for (size_t i = 0; i < TRIALS; i++) {
        const dd_tally *one = &tally[i];
        assert_true(one->deals >= SMALL_DEALS);
        assert_true(one->orphaned <= one->won);
        won += one->won;
        lost += one->lost;
        recycled += one->recycled;
        open += one->open;
        orphaned += one->orphaned;
        brought += one->brought;
    }
    print_message("a trial: %.1f won, %.1f lost, %.1f recycled, %.1f open, %.1f "
                  "orphaned, %.1f brought\n",
                  (double) won / TRIALS, (double) lost / TRIALS,
                  (double) recycled / TRIALS, (double) open / TRIALS,
                  (double) orphaned / TRIALS, (double) brought / TRIALS);
    assert_true(won && lost && recycled && open && orphaned && brought);
    dd_outcomes_free(&out);
    small_free(&t.company);
}

/* More deals than there is room for at first: their trials are played again in more. */
static void
a_crowd_is_played_as_anybody(void **state)
{
    enum { TRIALS = 24 };
    static dd_tally tally[TRIALS], fewer[TRIALS];
    int64_t deals = 0;
    dd_outcomes out;
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.crew.visits_per_week = 700;
    t.crew.new_per_visit = 0.8;
    t.crew.rules.recycle_days = 10;
    out = play(&t, tally);
    assert_conserved(&out, tally);
    dd_outcomes_free(&out);
    for (size_t i = 0; i < TRIALS; i++)
        deals += tally[i].deals;
    assert_true(deals > TRIALS * 2000);
    t.company.question.trials = 5;
    out = play(&t, fewer);
    assert_conserved(&out, fewer);
    assert_memory_equal(tally, fewer, 5 * sizeof *tally);
    dd_outcomes_free(&out);
    small_free(&t.company);
}

/* One who leaves after all is over changes nothing but how it is played: deals that are
 * sure to leave stay on the books until then. */
static void
what_is_forgotten_early_changes_no_byte(void **state)
{
    enum { TRIALS = 300 };
    static dd_tally quiet[TRIALS], other[TRIALS];
    team t;
    dd_outcomes one, two;
    int64_t open = 0, lost = 0;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.company.question.level_off = t.company.question.rates_fixed = 0;
    t.crew.visits_per_week = 9;
    t.crew.new_per_visit = 0.5;
    t.crew.market = 0.5;
    one = play(&t, quiet);
    t.rep[0].leaves = 1e6;
    two = play(&t, other);
    assert_same(&one, &two);
    assert_memory_equal(quiet, other, sizeof quiet);
    for (size_t i = 0; i < TRIALS; i++) {
        open += quiet[i].open;
        lost += quiet[i].lost;
    }
    assert_true(open > 0 && lost > 0);
    dd_outcomes_free(&two);
    dd_outcomes_free(&one);
    small_free(&t.company);
}

static void
an_eventful_year_is_the_same_for_any_threads_and_instruction_set(void **state)
{
    enum { TRIALS = 200 };
    team t;
    dd_outcomes one, other;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.company.question.rates_fixed = 0;
    make_eventful(&t);
    one = play(&t, NULL);
    assert_int_equal(dd_isa_choose("baseline", NULL), DD_OK);
    t.company.question.threads = 2;
    other = play(&t, NULL);
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    assert_same(&one, &other);
    dd_outcomes_free(&other);
    dd_outcomes_free(&one);
    small_free(&t.company);
}

/* ---- who wins ---- */

static dd_outcomes
play_credit(const team *self, dd_credit *credit)
{
    const small_company *company = &self->company;
    dd_outcomes outcomes;

    assert_int_equal(dd_field_credit(&outcomes, credit, &company->model, &company->book,
                                     &company->question, &self->crew, NULL),
                     DD_OK);
    return outcomes;
}

/* Minor units or deals: rows [from, to) of a trial. */
static int64_t
credited(const dd_credit *credit, size_t from, size_t to, size_t trial)
{
    int64_t sum = 0;

    for (size_t r = from; r < to; r++)
        sum += credit->won[r * credit->trials + trial];
    return sum;
}

static void
assert_credit_adds_up(const dd_outcomes *out, const dd_credit *credit)
{
    for (size_t t = 0; t < out->trials; t++) {
        size_t cell = credit->period * out->trials + t;
        assert_int_equal(credited(credit, 0, credit->rows, t),
                         credit->count ? out->wins[cell]
                                       : out->open[cell] + out->new_[cell]);
    }
}

/* With comings and goings, returns and referrals: reps, nobody and the shelf. */
static void
what_each_rep_wins_adds_up_to_the_field_in_every_trial(void **state)
{
    enum { TRIALS = 300 };
    team t;
    dd_outcomes unasked;
    int64_t of_reps[REPS + 4] = { 0 };

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.company.question.level_off = t.company.question.rates_fixed = 0;
    make_eventful(&t);
    for (int32_t i = 0; i < SMALL_DEALS; i += 7)
        t.of_deal[i] = -1;
    unasked = play(&t, NULL);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        for (int count = 0; count < 2; count++) {
            dd_credit credit = { .period = p, .count = count };
            dd_outcomes out = play_credit(&t, &credit);
            assert_int_equal(credit.rows, REPS + 4);
            assert_same(&unasked, &out);
            assert_credit_adds_up(&out, &credit);
            for (size_t r = 0; r < credit.rows; r++)
                for (size_t i = 0; i < TRIALS; i++)
                    of_reps[r] += credit.won[r * TRIALS + i];
            dd_credit_free(&credit);
            dd_outcomes_free(&out);
        }
    for (size_t r = 0; r < REPS + 3; r++)
        assert_true(of_reps[r] > 0); /* nobody's deals are won, too */
    dd_outcomes_free(&unasked);
    small_free(&t.company);
}

static void
what_each_rep_wins_is_the_same_for_any_threads(void **state)
{
    enum { TRIALS = 2100 };
    dd_credit one = { .period = 1 }, two = { .period = 1 };
    dd_outcomes out;
    team t;

    (void) state;
    team_init(&t, 1.0, TRIALS);
    make_eventful(&t);
    out = play_credit(&t, &one);
    dd_outcomes_free(&out);
    t.company.question.threads = 2;
    out = play_credit(&t, &two);
    assert_memory_equal(one.won, two.won, one.rows * TRIALS * sizeof *one.won);
    dd_credit_free(&one);
    dd_credit_free(&two);
    dd_outcomes_free(&out);
    small_free(&t.company);
}

/* More deals than there is room for at first: trials that are played again count once. */
static void
what_a_crowd_wins_is_counted_once(void **state)
{
    enum { TRIALS = 12 };
    dd_credit credit = { .period = SMALL_PERIODS - 1 };
    dd_outcomes out;
    team t;

    (void) state;
    team_init(&t, 4.0, TRIALS);
    t.crew.visits_per_week = 700;
    t.crew.new_per_visit = 0.8;
    out = play_credit(&t, &credit);
    assert_credit_adds_up(&out, &credit);
    dd_credit_free(&credit);
    dd_outcomes_free(&out);
    small_free(&t.company);
}

/* What two hires bring, from a field with both, is what the field without them lacks, and
 * that with the first of them lacks the second's: to the cent, in every trial. */
static void
assert_hires_are_apart(team *t, int is_rates_fixed)
{
    enum { TRIALS = 400 };
    int64_t sum = 0;

    t->company.question.level_off = t->company.question.rates_fixed = is_rates_fixed;
    t->rep[REPS].starts = 5;
    t->rep[REPS + 1].starts = 17;
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        dd_credit credit = { .period = p, .brought = 1 };
        dd_outcomes both, fewer;
        t->crew.n = REPS + 2;
        both = play_credit(t, &credit);
        for (size_t hires = 0; hires < 2; hires++) {
            t->crew.n = REPS + hires;
            fewer = play(t, NULL);
            for (size_t i = 0; i < TRIALS; i++) {
                int64_t brought = credited(&credit, REPS + hires, REPS + 2, i);
                size_t cell = p * TRIALS + i;
                assert_int_equal(both.bookings[cell] - brought, fewer.bookings[cell]);
                sum += brought;
            }
            dd_outcomes_free(&fewer);
        }
        dd_credit_free(&credit);
        dd_outcomes_free(&both);
    }
    assert_true(sum > 0);
}

static void
where_nobody_is_in_anothers_way_hires_add_what_they_bring(void **state)
{
    team t;

    (void) state;
    for (int fixed = 0; fixed < 2; fixed++) {
        team_init(&t, 4.0, 400);
        t.crew.market = 0.4; /* by lot, but nothing limits who serves it */
        assert_hires_are_apart(&t, fixed);
        t.crew.market = 0; /* limits, and nothing by lot */
        t.crew.visits_per_week = 9;
        t.crew.new_per_visit = (double) NAN;
        assert_hires_are_apart(&t, fixed);
        t.crew.new_per_visit = 0.5;
        assert_hires_are_apart(&t, fixed);
        small_free(&t.company);
    }
}

/* ---- nothing changes where nothing should ---- */

static void
a_leaver_who_hands_over_at_once_and_whole_changes_nothing(void **state)
{
    team t;
    dd_outcomes stays, leaves;

    (void) state;
    team_init(&t, 4.0, 300);
    stays = play(&t, NULL);
    t.rep[0].leaves = 17;
    t.rep[0].heir = 1;
    t.rep[2].leaves = 80;
    leaves = play(&t, NULL);
    assert_same(&stays, &leaves);
    dd_outcomes_free(&leaves);
    dd_outcomes_free(&stays);
    small_free(&t.company);
}

static void
hires_share_what_the_market_brings_and_change_nothing_without_limit(void **state)
{
    team t;
    dd_outcomes three, five;

    (void) state;
    team_init(&t, 4.0, 300);
    three = play(&t, NULL);
    t.crew.n = REPS + 2;
    t.rep[REPS].starts = 10;
    t.rep[REPS + 1].starts = 20;
    five = play(&t, NULL);
    assert_same(&three, &five);
    dd_outcomes_free(&five);
    t.crew.market = 0.5; /* but bring deals of their own */
    five = play(&t, NULL);
    assert_memory_not_equal(three.new_, five.new_, 300 * sizeof *five.new_);
    dd_outcomes_free(&five);
    dd_outcomes_free(&three);
    small_free(&t.company);
}

/* Nothing falls to a lot here: who stands first in the list does not matter. */
static void
the_order_of_reps_changes_no_byte(void **state)
{
    team t;
    dd_outcomes one, other;
    dd_crew_rep first;

    (void) state;
    team_init(&t, 4.0, 300);
    t.crew.market = 0;
    t.crew.visits_per_week = 8;
    t.crew.new_per_visit = 0.4;
    one = play(&t, NULL);
    first = t.rep[0];
    t.rep[0] = t.rep[1];
    t.rep[1] = t.rep[2];
    t.rep[2] = first;
    for (size_t i = 0; i <= SMALL_DEALS; i++)
        t.of_deal[i] = (t.of_deal[i] + 2) % 3;
    other = play(&t, NULL);
    assert_same(&one, &other);
    dd_outcomes_free(&other);
    dd_outcomes_free(&one);
    small_free(&t.company);
}

/* A rep alone, who brings all: moved by a month, so is everything. */
static void
a_hiring_moved_by_a_month_moves_the_curve_by_a_month(void **state)
{
    enum { TRIALS = 400, PERIODS = 6 };
    static const plain what = { 0.4, 0, 25, 0, 0, 3, 30 * PERIODS, PERIODS };
    static const double ramp[] = { 0.3, 1 };
    plain_team t;
    dd_outcomes now, later;
    int64_t wins = 0;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.crew.visits_per_week = 5;
    t.team.crew.new_per_visit = 0.5;
    t.team.visits[0] = 1;
    t.team.crew.visits = t.team.visits;
    t.team.crew.rules.n_ramp = 2;
    t.team.crew.rules.ramp = ramp;
    t.team.rep[0].starts = 0;
    now = play(&t.team, NULL);
    t.team.rep[0].starts = 30;
    later = play(&t.team, NULL);
    for (size_t i = 0; i < TRIALS; i++)
        assert_int_equal(later.wins[i], 0);
    assert_memory_equal(later.wins + TRIALS, now.wins,
                        (PERIODS - 1) * TRIALS * sizeof *now.wins);
    for (size_t i = 0; i < PERIODS * TRIALS; i++)
        wins += now.wins[i];
    assert_true(wins > TRIALS);
    dd_outcomes_free(&later);
    dd_outcomes_free(&now);
    plain_free(&t);
}

/* ---- closed forms ---- */

/* One rep whose visits serve one deal at a time is a server that his open deals share:
 * M/G/1 processor sharing, load .5: whatever the law of the work, the number of open deals
 * is geometric, 1 on average (Sakata, Noguchi & Oizumi 1971), and by Little's law each
 * stays twice as long as it would alone. Mornings a fiftieth of a stay apart let a
 * newcomer in a little early: 2 %. */
static void
assert_shared(const plain *what)
{
    enum { TRIALS = 6144 };
    static dd_tally tally[TRIALS];
    double none = 0, open, square = 0;
    plain_team t;

    plain_init(&t, what, TRIALS);
    t.team.crew.visits_per_week = 2.5;
    t.team.visits[0] = 2.5;
    t.team.crew.visits = t.team.visits;
    play_into(&t.team, tally);
    open = means_of(tally, TRIALS).open;
    for (size_t i = 0; i < TRIALS; i++) {
        none += tally[i].open == 0;
        square += tally[i].open * (double) tally[i].open / TRIALS;
    }
    print_message("open deals: mean %.3f, second moment %.3f, none %.3f\n", open, square,
                  none / TRIALS);
    assert_close(open, 1, 4 * sqrt(2.0 / TRIALS) + 0.02);
    assert_close(none / TRIALS, 0.5, 4 * sqrt(0.25 / TRIALS) + 0.01);
    assert_close(square, 3, 0.4); /* variance 2 */
    plain_free(&t);
}

static void
one_rep_shared_by_his_deals_keeps_them_as_processor_sharing_says(void **state)
{
    static const plain exponential = {
        .win_share = 1, .mean_days = 50, .per_week = 0.07, .days = 3600, .periods = 1
    };
    plain weibull = exponential;

    (void) state;
    assert_shared(&exponential);
    weibull.law = DD_LAW_WEIBULL;
    assert_shared(&weibull);
}

/* Tenure is exponential, six months on average; effort pays two months later: of all of it
 * 1 - exp(-1/3) pays after the rep has left (DESIGN section 8, example 9). */
static void
with_six_months_of_tenure_28_percent_pays_after_its_rep_has_left(void **state)
{
    enum { TRIALS = 4000 };
    static const plain what = { 1, 0, 2 * DD_MONTH_DAYS, DD_LAW_FIXED, 0, 2, 360, 1 };
    static const double from[] = { 0 }, rate[] = { 1.0 / 6 };
    static dd_tally tally[TRIALS];
    plain_team t;
    means mean;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.rules.n_attrition = 1;
    t.team.crew.rules.attrition_from = from;
    t.team.crew.rules.attrition = rate;
    t.team.crew.rules.refill_days = 0;
    play_into(&t.team, tally);
    mean = means_of(tally, TRIALS);
    print_message("orphaned: %.4f of %.1f wins a trial\n", mean.orphaned / mean.won,
                  mean.won);
    /* Deals of one tenure share its end: about four independent tenures a trial. */
    assert_close(mean.orphaned / mean.won, 0.2835,
                 4 * sqrt(0.2835 * 0.7165 / (4.0 * TRIALS)));
    plain_free(&t);
}

/* All leave on day 8; deals go to one who is there. Before it they win as ever; then odds
 * of one half are left, o p / (1 - p + o p). */
static void
what_a_handover_costs_in_odds_is_lost(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 380, 1 };
    static dd_tally tally[TRIALS];
    double before = 1 - exp(-8 / 20.0), half = 0.5 * 0.4 / (0.6 + 0.5 * 0.4);
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.n = 2;
    t.team.rep[0].leaves = 8;
    for (int i = 0; i < DD_PARTS; i++)
        t.team.crew.rules.handover[i].odds = 0.5;
    play_into(&t.team, tally);
    assert_share(means_of(tally, TRIALS).won / PLAIN_DEALS,
                 before * 0.4 + (1 - before) * half, PLAIN_DEALS * TRIALS);
    plain_free(&t);
}

/* Losses come after ten days, wins after sixty: of deals 30 days old nearly all will be won,
 * and a handover on day 8 weighs the odds of 38 days, not of eight. */
static void
a_handover_knows_how_old_open_deals_are(void **state)
{
    enum { TRIALS = 500, AGE = 30, MORNING = 8 };
    static const plain what = { 0.4, 0, 10, 0, PLAIN_DEALS, 0, 700, 1 };
    static const dd_law wins = { DD_LAW_EXPONENTIAL, 60, 0 };
    static dd_tally tally[TRIALS];
    double win = 0.4 * exp(-AGE / 60.0), lose = 0.6 * exp(-AGE / 10.0);
    double later = win * exp(-MORNING / 60.0), lost = lose * exp(-MORNING / 10.0);
    double chance = later / (later + lost), half = 0.5 * chance / (1 - 0.5 * chance);
    plain_team t;

    (void) state;
    plain_init_with(&t, &what, &wins, TRIALS);
    for (size_t i = 0; i < PLAIN_DEALS; i++)
        t.age[i] = AGE;
    t.team.crew.n = 2;
    t.team.rep[0].leaves = MORNING;
    for (int i = 0; i < DD_PARTS; i++)
        t.team.crew.rules.handover[i].odds = 0.5;
    play_into(&t.team, tally);
    assert_close(means_of(tally, TRIALS).won / PLAIN_DEALS,
                 (win - later + (later + lost) * half) / (win + lose), 0.01);
    plain_free(&t);
}

/* A lever makes six tenths of .4 by odds: of these the handover leaves its part. */
static void
a_handover_costs_odds_that_a_lever_has_raised(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 380, 1 };
    static dd_tally tally[TRIALS];
    double before = 1 - exp(-8 / 20.0), half = 0.5 * 0.6 / (0.4 + 0.5 * 0.6);
    dd_scenario scenario;
    plain_team t;
    dd_model as_it_is;

    (void) state;
    plain_init(&t, &what, TRIALS);
    assert_int_equal(dd_scenario_init(&scenario, "better", NULL), DD_OK);
    assert_int_equal(dd_scenario_add(&scenario, DD_LEVER_WIN_RATE, NULL, NULL,
                                     (dd_change){ DD_CHANGE_TIMES, 1.5 }, NULL),
                     DD_OK);
    as_it_is = t.team.company.model;
    assert_int_equal(
        dd_model_apply(&t.team.company.model, &as_it_is, &scenario, SMALL_AS_OF, NULL),
        DD_OK);
    t.team.crew.n = 2;
    t.team.rep[0].leaves = 8;
    for (int i = 0; i < DD_PARTS; i++)
        t.team.crew.rules.handover[i].odds = 0.5;
    play_into(&t.team, tally);
    assert_share(means_of(tally, TRIALS).won / PLAIN_DEALS,
                 before * 0.6 + (1 - before) * half, PLAIN_DEALS * TRIALS);
    dd_model_free(&t.team.company.model);
    t.team.company.model = as_it_is;
    dd_scenario_free(&scenario);
    plain_free(&t);
}

/* In 12 days on the shelf nobody advances a deal, but it may be lost: hazard .6/20. */
static void
a_delay_in_handing_over_loses_deals(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 380, 1 };
    static dd_tally tally[TRIALS];
    double before = 1 - exp(-8 / 20.0), stay = exp(-12 * 0.6 / 20);
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.n = 2;
    t.team.rep[0].leaves = 8;
    for (int i = 0; i < DD_PARTS; i++)
        t.team.crew.rules.handover[i].delay_days = 12;
    play_into(&t.team, tally);
    assert_share(means_of(tally, TRIALS).won / PLAIN_DEALS,
                 before * 0.4 + (1 - before) * stay * 0.4, PLAIN_DEALS * TRIALS);
    plain_free(&t);
}

/* Who is lost is back once, on six tenths of the odds. */
static void
recycled_deals_have_a_second_chance(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 790, 1 };
    static dd_tally tally[TRIALS];
    double again = 0.6 * 0.4 / (0.6 + 0.6 * 0.4);
    plain_team t;
    means mean;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.rules.recycle_days = 30;
    t.team.crew.rules.recycle_odds = 0.6;
    play_into(&t.team, tally);
    mean = means_of(tally, TRIALS);
    assert_share(mean.won / PLAIN_DEALS, 0.4 + 0.6 * again, PLAIN_DEALS * TRIALS);
    assert_share(mean.recycled / PLAIN_DEALS, 0.6, PLAIN_DEALS * TRIALS);
    assert_close(mean.deals, PLAIN_DEALS + mean.recycled, 1e-9);
    plain_free(&t);
}

/* Each win breeds .3 deals, of which .4 are won: 1 / (1 - .12) of all. */
static void
won_deals_breed_deals(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 900, 1 };
    static dd_tally tally[TRIALS];
    plain_team t;
    means mean;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.rules.referral = 0.3;
    play_into(&t.team, tally);
    mean = means_of(tally, TRIALS);
    assert_close(mean.brought / mean.won, 0.3, 4 * sqrt(0.21 / (24 * TRIALS)));
    assert_close(mean.won / PLAIN_DEALS, 0.4 / (1 - 0.12),
                 5 * sqrt(0.24 / (PLAIN_DEALS * TRIALS)));
    plain_free(&t);
}

/* Lost deals that a win bred go back to the pool once too, as any other: w = .4 + .6 x .2857
 * of every deal are won sooner or later, and each of them breeds .3 deals. */
static void
lost_referrals_have_a_second_chance_too(void **state)
{
    enum { TRIALS = 500 };
    static const plain what = { 0.4, 0, 20, 0, PLAIN_DEALS, 0, 1500, 1 };
    static dd_tally tally[TRIALS];
    double again = 0.6 * 0.4 / (0.6 + 0.6 * 0.4), w = 0.4 + 0.6 * again;
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.rules.referral = 0.3;
    t.team.crew.rules.recycle_days = 30;
    t.team.crew.rules.recycle_odds = 0.6;
    play_into(&t.team, tally);
    assert_close(means_of(tally, TRIALS).won / PLAIN_DEALS, w / (1 - 0.3 * w),
                 5 * sqrt(0.4 / (PLAIN_DEALS * TRIALS)));
    plain_free(&t);
}

/* All deals stand in one stage of three on the morning on which their rep leaves: the rule
 * of its part of the pipeline costs some, those of the other two change no byte. */
static void
a_handover_goes_by_the_part_of_the_pipeline(void **state)
{
    (void) state;
    for (int32_t stage = 0; stage < DD_PARTS; stage++) {
        dd_outcomes whole, now;
        double lost = 0;
        team t;

        team_init(&t, 0, 300);
        for (size_t i = 0; i < t.company.book.n; i++)
            t.company.stage[i] = stage;
        for (size_t r = 0; r + 1 < REPS; r++)
            t.rep[r].leaves = 0;
        whole = play(&t, NULL);
        for (int part = 0; part < DD_PARTS; part++) {
            t.crew.rules.handover[part].odds = 0.1;
            now = play(&t, NULL);
            t.crew.rules.handover[part].odds = 1;
            if (part != stage)
                assert_same(&whole, &now);
            for (size_t i = 0; part == stage && i < whole.periods * whole.trials; i++)
                lost += whole.wins[i] - now.wins[i];
            dd_outcomes_free(&now);
        }
        assert_true(lost > 100);
        dd_outcomes_free(&whole);
        small_free(&t.company);
    }
}

/* ---- too little of it ---- */

static means
with_visits(team *t, double visits)
{
    enum { TRIALS = 600 };
    static dd_tally tally[TRIALS];
    dd_outcomes out;

    t->crew.visits_per_week = visits;
    out = play(t, tally);
    dd_outcomes_free(&out);
    return means_of(tally, TRIALS);
}

static void
capacity_falling_to_zero_starves_new_business_then_slows_then_loses(void **state)
{
    means plenty, enough, short_of, none;
    team t;

    (void) state;
    team_init(&t, 0, 600);
    t.crew.market = 0;
    t.crew.new_per_visit = 0.1;
    plenty = with_visits(&t, 60);
    enough = with_visits(&t, 20);
    short_of = with_visits(&t, 4);
    none = with_visits(&t, 0);
    print_message("brought %.1f %.1f %.1f %.1f, won %.1f %.1f %.1f %.1f, lost %.1f %.1f "
                  "%.1f %.1f\n",
                  plenty.brought, enough.brought, short_of.brought, none.brought,
                  plenty.won, enough.won, short_of.won, none.won, plenty.lost,
                  enough.lost, short_of.lost, none.lost);
    assert_true(enough.brought < 0.5 * plenty.brought);
    assert_true(short_of.brought < 0.5 * enough.brought && none.brought == 0);
    assert_true(short_of.won < enough.won && enough.won < plenty.won && none.won == 0);
    /* Of the same deals more are lost, the less they are served. */
    assert_true(none.lost / none.deals > short_of.lost / short_of.deals);
    assert_true(short_of.lost / short_of.deals > enough.lost / enough.deals);
    small_free(&t.company);
}

/* A count that is Poisson of this mean, in its mean and variance. */
static void
assert_poisson(const int32_t *count, size_t n, double mean)
{
    double sum = 0, square = 0, variance;

    for (size_t i = 0; i < n; i++) {
        sum += count[i];
        square += (double) count[i] * count[i];
    }
    variance = square / (double) n - sum / (double) n * (sum / (double) n);
    print_message("mean %.2f, expected %.2f; variance %.2f\n", sum / (double) n, mean,
                  variance);
    assert_close(sum / (double) n, mean, 4 * sqrt(mean / (double) n));
    assert_close(variance / mean, 1, 4 * sqrt((2 + 1 / mean) / (double) n));
}

/* 10 visits a week bring .3 deals each: a Poisson stream; and .4 of them are won, each after
 * exponential days of mean 20, which thins it, if deals' luck tells nothing of when the
 * next one comes. */
static void
what_a_rep_brings_is_a_poisson_stream_and_so_is_what_he_wins(void **state)
{
    enum { TRIALS = 2000 };
    static const plain what = { 0.4, 0, 20, 0, 0, 3, 91, 1 };
    static dd_tally tally[TRIALS];
    static int32_t brought[TRIALS], won[TRIALS];
    double per_day = 10 * 0.3 / 7, served = 91 - 20 * (1 - exp(-91 / 20.0));
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.crew.visits_per_week = 10;
    t.team.crew.new_per_visit = 0.3;
    for (int days = 1; days <= 7; days += 6) {
        t.team.crew.step_days = days;
        play_into(&t.team, tally);
        for (size_t i = 0; i < TRIALS; i++) {
            brought[i] = tally[i].brought;
            won[i] = tally[i].won;
        }
        assert_poisson(brought, TRIALS, 91 * per_day);
        assert_poisson(won, TRIALS, 0.4 * served * per_day);
    }
    plain_free(&t);
}

/* Five reps find between them what three did, who are at work at as-of. */
static void
what_hires_only_divide_stays_as_much(void **state)
{
    means three, five;
    team t;

    (void) state;
    team_init(&t, 0, 600);
    t.crew.visits = NULL;
    t.crew.market = 0;
    t.crew.new_per_visit = 0.1;
    t.crew.divided = 1;
    three = with_visits(&t, 11);
    t.crew.n = REPS + 2;
    t.rep[REPS].starts = t.rep[REPS + 1].starts = 3;
    five = with_visits(&t, 11);
    print_message("brought %.2f by three, %.2f by five\n", three.brought, five.brought);
    /* Poisson in each of 600 trials. */
    assert_close(five.brought, three.brought, 4 * sqrt(2 * three.brought / 600));
    t.crew.divided = 0;
    five = with_visits(&t, 11);
    assert_true(five.brought > 1.4 * three.brought);
    small_free(&t.company);
}

/* Three in ten stay ten days, asking for a visit a week; the others stay for ever. Of 1000
 * visits in ten weeks 20 x .3 x 10/7 are asked for, and as much of each deal brought; by an
 * heir too. */
static void
deals_that_never_leave_ask_for_no_visits(void **state)
{
    enum { TRIALS = 600 };
    static const plain what = { 0.3, 1, 10, DD_LAW_FIXED, 20, 0, 70, 1 };
    static dd_tally tally[TRIALS];
    double asked = 0.3 * 10 / 7, brought = 0.02 * (1000 - 20 * asked);
    plain_team t;

    (void) state;
    brought /= 1 + 0.02 * asked; /* nearly: the last have not stayed to their end */
    for (int handed = 0; handed < 2; handed++) {
        plain_init(&t, &what, TRIALS);
        if (handed) { /* on the first morning */
            t.team.crew.n = 2;
            t.team.rep[0].leaves = 0;
        }
        t.team.crew.market = 0;
        t.team.crew.visits_per_week = 100;
        t.team.crew.new_per_visit = 0.02;
        t.team.visits[0] = 1;
        t.team.crew.visits = t.team.visits;
        play_into(&t.team, tally);
        assert_close(means_of(tally, TRIALS).brought, brought,
                     4 * sqrt(brought / TRIALS));
        plain_free(&t);
    }
}

/* The first weekdays of all. */
static void
take_off(dd_workdays *self, size_t n, dd_day day)
{
    for (; self->n < n; day++)
        if (dd_workdays_works(NULL, day))
            assert_int_equal(dd_workdays_add(self, day, DD_DAY_OFF, NULL), DD_OK);
}

/* Two weeks hold ten working days; with three of them off, seven. */
static void
what_is_left_is_prospected_on_working_days(void **state)
{
    enum { TRIALS = 600 };
    static const plain what = { 0.4, 0, 25, 0, 0, 3, 14, 1 };
    static dd_tally tally[TRIALS];
    dd_workdays holidays = { 0 };
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.crew.visits_per_week = 20;
    t.team.crew.new_per_visit = 0.5;
    t.team.crew.by_workdays = 1;
    t.team.crew.workdays = &holidays;
    for (size_t off = 0; off <= 3; off += 3) {
        double expected = 0.5 * 20 / 5 * (10 - (double) off), brought;
        take_off(&holidays, off, t.team.company.question.as_of + 1);
        play_into(&t.team, tally);
        brought = means_of(tally, TRIALS).brought;
        assert_close(brought, expected, 4 * sqrt(expected / TRIALS));
    }
    free(holidays.day);
    free(holidays.kind);
    plain_free(&t);
}

/* His own ramp holds over the crew's: a month of 30.4 days at a quarter. */
static void
a_rep_with_a_ramp_of_his_own_works_by_it(void **state)
{
    enum { TRIALS = 600 };
    static const plain what = { 0.4, 0, 25, 0, 0, 3, 30, 1 };
    static const double none[] = { 0 }, quarter[] = { 0.25, 1 };
    static dd_tally tally[TRIALS];
    double expected = 0.25 * 5 * 0.5 * 30 / 7;
    plain_team t;
    means got;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.crew.visits_per_week = 5;
    t.team.crew.new_per_visit = 0.5;
    t.team.crew.rules.n_ramp = 1;
    t.team.crew.rules.ramp = none;
    t.team.rep[0].starts = 0;
    t.team.rep[0].n_ramp = 2;
    t.team.rep[0].ramp = quarter;
    play_into(&t.team, tally);
    got = means_of(tally, TRIALS);
    assert_close(got.brought, expected, 4 * sqrt(expected / TRIALS));
    t.team.rep[0].n_ramp = 0;
    play_into(&t.team, tally);
    got = means_of(tally, TRIALS);
    assert_true(got.brought == 0);
    plain_free(&t);
}

/* Deals that wait for the first rep to come are his from the start: nobody has left. */
static void
deals_that_wait_for_a_rep_are_no_orphans(void **state)
{
    enum { TRIALS = 300 };
    static const plain what = { 0.4, 0, 25, 0, 0, 3, 200, 1 };
    static dd_tally tally[TRIALS];
    plain_team t;
    means got;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.rep[0].starts = 30;
    play_into(&t.team, tally);
    got = means_of(tally, TRIALS);
    assert_true(got.won > 10);
    assert_true(got.orphaned == 0);
    plain_free(&t);
}

/* Who follows comes up by the crew's ramp, whatever his predecessor's: nothing for a month
 * from day 40 on, then all. */
static void
a_follower_works_by_the_crews_ramp(void **state)
{
    enum { TRIALS = 600 };
    static const plain what = { 0.4, 0, 25, 0, 0, 3, 140, 1 };
    static const double crew[] = { 0, 1 }, whole[] = { 1 };
    static dd_tally tally[TRIALS];
    double expected = 0.5 * 5 * (40 + 140 - 40 - ceil(DD_MONTH_DAYS)) / 7;
    plain_team t;

    (void) state;
    plain_init(&t, &what, TRIALS);
    t.team.crew.market = 0;
    t.team.crew.visits_per_week = 5;
    t.team.crew.new_per_visit = 0.5;
    t.team.crew.rules.n_ramp = 2;
    t.team.crew.rules.ramp = crew;
    t.team.crew.rules.refill_days = 0;
    t.team.rep[0].leaves = 40;
    t.team.rep[0].n_ramp = 1;
    t.team.rep[0].ramp = whole;
    play_into(&t.team, tally);
    print_message("brought %.2f, expected %.2f\n", means_of(tally, TRIALS).brought,
                  expected);
    assert_close(means_of(tally, TRIALS).brought, expected, 4 * sqrt(expected / TRIALS));
    plain_free(&t);
}

/* ---- the rules ---- */

static void
tenure_spends_its_hazard_step_by_step(void **state)
{
    static const double from[] = { 0, 6 }, rate[] = { 0.08, 0.02 };
    dd_crew crew;

    (void) state;
    dd_crew_init(&crew);
    assert_true(isinf(dd_crew_tenure(&crew, 0, 0.5)));
    crew.rules.n_attrition = 2;
    crew.rules.attrition_from = from;
    crew.rules.attrition = rate;
    /* .24 within 3 months; .48 by the sixth, then .12 more in 6. */
    assert_close(dd_crew_tenure(&crew, 0, exp(-0.24)), 3 * DD_MONTH_DAYS, 1e-9);
    assert_close(dd_crew_tenure(&crew, 0, exp(-0.60)), 12 * DD_MONTH_DAYS, 1e-9);
    assert_close(dd_crew_tenure(&crew, -4 * DD_MONTH_DAYS, exp(-0.20)),
                 8 * DD_MONTH_DAYS, 1e-9);
    assert_close(dd_crew_tenure(&crew, -9 * DD_MONTH_DAYS, exp(-0.01)),
                 9.5 * DD_MONTH_DAYS, 1e-9);
}

static void
a_ramp_takes_a_step_a_month_and_its_last_holds_on(void **state)
{
    static const double ramp[] = { 0, 0.25, 0.7 };
    dd_crew crew;

    (void) state;
    dd_crew_init(&crew);
    assert_true(dd_crew_ramp(&crew, NULL, 0, 3) == 1);
    crew.rules.n_ramp = 3;
    crew.rules.ramp = ramp;
    assert_true(dd_crew_ramp(&crew, NULL, 0, -1) == 0
                && dd_crew_ramp(&crew, NULL, 0, 30) == 0);
    assert_true(dd_crew_ramp(&crew, NULL, 0, 31) == 0.25
                && dd_crew_ramp(&crew, NULL, 0, 60) == 0.25);
    assert_true(dd_crew_ramp(&crew, NULL, 0, 61) == 0.7
                && dd_crew_ramp(&crew, NULL, 0, 4000) == 0.7);
}

static void
assert_refused(const team *t, const char *says)
{
    dd_error err = { 0 };

    assert_int_equal(dd_crew_check(&t->crew, &t->company.book, &err), DD_EUSAGE);
    assert_string_equal(err.items[0].wrong, says);
    dd_error_free(&err);
}

static void
stop_at_once(void *listener, size_t done)
{
    atomic_int *stop = listener;

    assert_int_equal(done, 1024);
    atomic_store(stop, 1);
}

/* A watch that stops it after the first stretch: outcomes of a part mean nothing. */
static void
a_stopped_run_keeps_nothing(void **state)
{
    atomic_int stop = 0;
    const dd_watch watch = { &stop, stop_at_once, &stop };
    dd_outcomes outcomes;
    team t;

    (void) state;
    team_init(&t, 4.0, 3000);
    t.company.question.threads = 1;
    t.company.question.watch = &watch;
    assert_int_equal(dd_field_simulate(&outcomes, NULL, &t.company.model,
                                       &t.company.book, &t.company.question, &t.crew,
                                       NULL),
                     DD_ESTOPPED);
    assert_null(outcomes.bookings);
    small_free(&t.company);
}

static void
impossible_crews_are_refused(void **state)
{
    static const double falling[] = { 0.5, 0.3 };
    team t;

    (void) state;
    team_init(&t, 4.0, 1);
    assert_int_equal(dd_crew_check(&t.crew, &t.company.book, NULL), DD_OK);
    t.crew.rules.ramp = falling;
    t.crew.rules.n_ramp = 2;
    assert_refused(&t, "a ramp's step of 0.3");
    t.crew.rules.n_ramp = 0;
    t.rep[0].heir = 1;
    t.rep[0].leaves = 50;
    t.rep[1].leaves = 50;
    assert_refused(&t, "an heir who leaves on day of 50");
    t.rep[1].leaves = 51;
    assert_int_equal(dd_crew_check(&t.crew, &t.company.book, NULL), DD_OK);
    t.rep[0].heir = 0;
    assert_refused(&t, "an heir of 0");
    t.rep[0].heir = -1;
    t.crew.rules.handover[DD_UPPER].odds = 0;
    assert_refused(&t, "a handover's odds of 0");
    t.crew.rules.handover[DD_UPPER].odds = 1;
    t.crew.market = 1.5;
    assert_refused(&t, "a market's share of 1.5");
    t.crew.market = 1;
    t.of_deal[3] = 3;
    assert_refused(&t, "a deal's rep of 3");
    small_free(&t.company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_limits_reps_change_no_byte),
        cmocka_unit_test(every_deal_ends_exactly_once_in_every_trial),
        cmocka_unit_test(what_each_rep_wins_adds_up_to_the_field_in_every_trial),
        cmocka_unit_test(what_each_rep_wins_is_the_same_for_any_threads),
        cmocka_unit_test(what_a_crowd_wins_is_counted_once),
        cmocka_unit_test(where_nobody_is_in_anothers_way_hires_add_what_they_bring),
        cmocka_unit_test(a_crowd_is_played_as_anybody),
        cmocka_unit_test(what_is_forgotten_early_changes_no_byte),
        cmocka_unit_test(
            an_eventful_year_is_the_same_for_any_threads_and_instruction_set),
        cmocka_unit_test(a_leaver_who_hands_over_at_once_and_whole_changes_nothing),
        cmocka_unit_test(
            hires_share_what_the_market_brings_and_change_nothing_without_limit),
        cmocka_unit_test(the_order_of_reps_changes_no_byte),
        cmocka_unit_test(a_hiring_moved_by_a_month_moves_the_curve_by_a_month),
        cmocka_unit_test(
            one_rep_shared_by_his_deals_keeps_them_as_processor_sharing_says),
        cmocka_unit_test(
            with_six_months_of_tenure_28_percent_pays_after_its_rep_has_left),
        cmocka_unit_test(what_a_handover_costs_in_odds_is_lost),
        cmocka_unit_test(a_handover_knows_how_old_open_deals_are),
        cmocka_unit_test(a_handover_costs_odds_that_a_lever_has_raised),
        cmocka_unit_test(a_delay_in_handing_over_loses_deals),
        cmocka_unit_test(recycled_deals_have_a_second_chance),
        cmocka_unit_test(won_deals_breed_deals),
        cmocka_unit_test(lost_referrals_have_a_second_chance_too),
        cmocka_unit_test(a_handover_goes_by_the_part_of_the_pipeline),
        cmocka_unit_test(
            capacity_falling_to_zero_starves_new_business_then_slows_then_loses),
        cmocka_unit_test(what_a_rep_brings_is_a_poisson_stream_and_so_is_what_he_wins),
        cmocka_unit_test(what_hires_only_divide_stays_as_much),
        cmocka_unit_test(deals_that_never_leave_ask_for_no_visits),
        cmocka_unit_test(what_is_left_is_prospected_on_working_days),
        cmocka_unit_test(a_rep_with_a_ramp_of_his_own_works_by_it),
        cmocka_unit_test(a_follower_works_by_the_crews_ramp),
        cmocka_unit_test(deals_that_wait_for_a_rep_are_no_orphans),
        cmocka_unit_test(tenure_spends_its_hazard_step_by_step),
        cmocka_unit_test(a_ramp_takes_a_step_a_month_and_its_last_holds_on),
        cmocka_unit_test(a_stopped_run_keeps_nothing),
        cmocka_unit_test(impossible_crews_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
