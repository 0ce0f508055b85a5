/* Levers that start on a day to come. */
#include "dealdice/simulate.h"
#include "engine/laws/laws.h"
#include "engine/paths/paths.h"
#include "model/clock/clock.h"
#include "model/lever.h"
#include "small_played.h"
#include "with_factors.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { CONTACT, NEEDS, PROPOSAL };

/* ---- scenarios ---- */

typedef struct {
    dd_lever_kind kind;
    const char *stage;
    dd_change change;
    int after; /* days from as-of to the day before it starts */
} dated;

/* Each in a layer of its own. */
static dd_scenario
scenario_of(const dated *levers, size_t n)
{
    dd_scenario scenario;

    assert_int_equal(dd_scenario_init(&scenario, "later", NULL), DD_OK);
    free(scenario.layers);
    scenario.layers = calloc(n, sizeof *scenario.layers);
    assert_non_null(scenario.layers);
    for (size_t i = 0; i < n; i++) {
        scenario.n_layers = i + 1;
        scenario.layers[i].from = SMALL_AS_OF + levers[i].after + 1;
        assert_int_equal(dd_scenario_add(&scenario, levers[i].kind, NULL,
                                         levers[i].stage, levers[i].change, NULL),
                         DD_OK);
    }
    return scenario;
}

static dd_model
changed_by(const dd_model *model, const dated *levers, size_t n)
{
    dd_scenario scenario = scenario_of(levers, n);
    dd_model changed;

    assert_int_equal(dd_model_apply(&changed, model, &scenario, SMALL_AS_OF, NULL),
                     DD_OK);
    dd_scenario_free(&scenario);
    return changed;
}

static dd_change
times(double value)
{
    return (dd_change){ DD_CHANGE_TIMES, value };
}

static void
assert_same_outcomes(const dd_outcomes *a, const dd_outcomes *b)
{
    size_t bytes = a->trials * a->periods * sizeof *a->open;
    assert_memory_equal(a->open, b->open, bytes);
    assert_memory_equal(a->new_, b->new_, bytes);
    assert_memory_equal(a->wins, b->wins, bytes);
}

/* ---- tables ---- */

static double
win_of(const small_view *self, size_t row, size_t period)
{
    return -expm1(-self->tables->hazard[row * self->rows.periods + period]);
}

/* ---- closed form ---- */

/* Contact to Proposal at .05 a day, from there Won at .02 and Lost at .03; from day 45 on
 * all stays 1.6 times as long: rates a, then b. A stage that is left at a for the next and
 * that at a: by t both are over with 1 - e^-at (1 + at). */
enum { CHANGE_DAY = 45 };
static const double a = 0.05, b = 0.05 / 1.6;

static double
both_over(double rate, double t)
{
    return 1.0 - exp(-rate * t) * (1.0 + rate * t);
}

/* Chance of a deal to be won in Proposal, or on the way through it, by `end`. */
static double
won_from(int32_t stage, double day, double end)
{
    double before = fmax(fmin(end, CHANGE_DAY) - day, 0.0);
    double after = fmax(end - fmax(day, CHANGE_DAY), 0.0), stay = exp(-a * before);
    if (stage == PROPOSAL)
        return 0.4 * (1.0 - stay * exp(-b * after));
    return 0.4
           * (both_over(a, before) + stay * both_over(b, after)
              + stay * a * before * (1.0 - exp(-b * after)));
}

static double
winners_by(double per_day, double end)
{
    enum { STEPS = 4000 };
    double sum = 0.0;
    for (int i = 0; i < STEPS; i++)
        sum += won_from(CONTACT, end * (i + 0.5) / STEPS, end) / STEPS;
    return per_day * end * sum;
}

static void
set_exponential(void)
{
    const dd_law law = { DD_LAW_EXPONENTIAL, 20.0, 0 };
    const dd_exit_belief proposal[]
        = { { small_won, 0.4, law }, { small_lost, 0.6, law } };
    memcpy(small_proposal_exits, proposal, sizeof proposal);
    small_proposal_exits[2].share = 0.0;
    small_contact_exits[0] = (dd_exit_belief){ small_proposal, 1.0, law };
    small_contact_exits[1].share = small_contact_exits[2].share = 0.0;
}

static void
exponential_stages_have_their_closed_form(void **state)
{
    const dated slow = { DD_LEVER_CYCLE, NULL, times(1.6), CHANGE_DAY };
    small_company company;
    dd_model changed;
    small_view now;

    (void) state;
    set_exponential();
    small_init(&company, 4.0, 1024);
    for (size_t i = 0; i < company.book.n; i += 3)
        company.age_days[i] = (double) NAN; /* one of many: all have as long to go */
    changed = changed_by(&company.model, &slow, 1);
    now = small_view_of(&company, &changed);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double end = now.rows.end_days[p];
        for (size_t r = 0; r < now.rows.n; r++)
            if (now.rows.stage[r] != NEEDS)
                assert_close(win_of(&now, r, p), won_from(now.rows.stage[r], 0.0, end),
                             3e-5);
        assert_close(dd_tables_new_winners(now.tables, 0, p, 1.0, 1.0),
                     winners_by(4.0 / 7.0, end), 2e-3);
    }
    small_view_free(&now);
    dd_model_free(&changed);
    small_free(&company);
}

/* ---- brute force ---- */

enum { LAWS = 3, PATHS = 200000 };

typedef struct {
    dd_rates rates[LAWS];
    double begins[LAWS + 1];
    double theta; /* of the deal, levers left out */
    gsl_rng *rng;
} world;

static void
world_make(world *self, const dd_model *model)
{
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 91, 0);
    size_t k = 0;

    for (const dd_model *m = model; m; m = m->later, k++) {
        assert_true(k < LAWS);
        assert_int_equal(dd_rates_init(&self->rates[k], &m->process[0], NULL), DD_OK);
        dd_rates_mean(&self->rates[k]);
        self->begins[k] = m->from - 1 - SMALL_AS_OF;
    }
    assert_int_equal(k, LAWS);
    self->begins[k] = (double) INFINITY;
    self->theta = 1.0;
    self->rng = dd_rng_gsl(&stream);
}

static void
world_free(world *self)
{
    for (size_t k = 0; k < LAWS; k++)
        dd_rates_free(&self->rates[k]);
    gsl_rng_free(self->rng);
}

typedef struct {
    int32_t stage; /* or DD_WON, ... */
    double age; /* of its own days; stays of a law of cycle 2 age by half a day a day */
    double day; /* when it got there */
} place;

/* One spell under a law from `day` on. */
static place
spell(const world *self, size_t k, place at, double day)
{
    const dd_rates *rates = &self->rates[k];
    const dd_stage *stage = &rates->stage[at.stage];
    double dwell;
    int exit = dd_stage_play(stage, dd_rates_age(rates, (size_t) at.stage, at.age),
                             gsl_rng_uniform_pos(self->rng),
                             gsl_rng_uniform_pos(self->rng), &dwell);

    if (exit < 0)
        return (place){ DD_STILL, 0.0, (double) INFINITY };
    return (place){ stage->to[exit], 0.0, day + dwell };
}

/* To its end under one law for ever; told where it is on day `until`. */
static int32_t
play_out(const world *self, size_t k, place at, double day, double until, place *then)
{
    int passed = 0;
    while (at.stage >= 0) {
        place next = spell(self, k, at, day);
        double cycle = dd_rates_age(&self->rates[k], (size_t) at.stage, 1.0);
        if (!passed && next.day > until) {
            *then = (place){ at.stage, at.age + (until - day) / cycle, until };
            passed = 1;
        }
        at = next;
        day = next.day;
    }
    if (!passed)
        *then = at;
    return at.stage;
}

/* Odds by rejection: futures that end Won are taken theta times as often as others. */
static place
play_on(const world *self, size_t k, place at, double day)
{
    double odds = self->theta * self->rates[k].odds;
    for (;;) {
        place then;
        int32_t end = play_out(self, k, at, day, self->begins[k + 1], &then);
        double keep = end == DD_WON ? odds : 1.0;
        if (gsl_rng_uniform(self->rng) * fmax(odds, 1.0) < keep)
            return then;
    }
}

/* The day on which it is won; INFINITY: never. */
static double
play_deal(const world *self, place at, double day)
{
    for (size_t k = 0; k < LAWS; k++) {
        if (day >= self->begins[k + 1])
            continue;
        at = play_on(self, k, at, day);
        if (at.stage < 0)
            return at.stage == DD_WON ? at.day : (double) INFINITY;
        day = self->begins[k + 1];
    }
    return (double) INFINITY;
}

static const dated mixed[] = {
    { DD_LEVER_CYCLE, "Proposal", { DD_CHANGE_TIMES, 2.3 }, 20 },
    { DD_LEVER_STEP_RATE, "Needs", { DD_CHANGE_TIMES, 1.25 }, 20 },
    { DD_LEVER_WIN_RATE, NULL, { DD_CHANGE_TIMES, 1.4 }, 67 },
    { DD_LEVER_CYCLE, NULL, { DD_CHANGE_TIMES, 0.4 }, 67 },
};

static void
assert_chance(double chance, size_t hits, size_t of)
{
    double seen = (double) hits / (double) of;
    assert_close(seen, chance, 4.5 * sqrt(chance * (1.0 - chance) / (double) of) + 2e-4);
}

static void
compare_row(const small_view *now, world *brute, size_t row)
{
    size_t won[SMALL_PERIODS] = { 0 };
    place at = { now->rows.stage[row], now->rows.age_days[row], 0.0 };

    for (int i = 0; i < PATHS; i++) {
        double day = play_deal(brute, at, 0.0);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            won[p] += day <= now->rows.end_days[p];
    }
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_chance(win_of(now, row, p), won[p], PATHS);
}

static void
compare_fresh(const small_view *now, world *brute, const double *share_of_kind,
              const double *theta, size_t kinds, double per_week)
{
    size_t won[SMALL_PERIODS] = { 0 };
    for (int i = 0; i < PATHS; i++) {
        double day = 180.0 * gsl_rng_uniform(brute->rng),
               u = gsl_rng_uniform(brute->rng);
        size_t kind = 0;
        while (kind + 1 < kinds && u >= share_of_kind[kind])
            u -= share_of_kind[kind++];
        brute->theta = theta[kind];
        day = play_deal(brute, (place){ CONTACT, 0.0, day }, day);
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            won[p] += day <= now->rows.end_days[p];
    }
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double winners = dd_tables_new_winners(now->tables, 0, p, 1.0, 1.0);
        assert_chance(winners / (180.0 * per_week / 7.0), won[p], PATHS);
    }
}

/* Two changes, of speed, of exits and of odds, over loops, skips and deals that are stuck;
 * against deals played spell by spell whose law changes under way. */
static void
chances_are_those_of_deals_whose_law_changes_under_way(void **state)
{
    static const double all[] = { 1.0 };
    small_company company;
    dd_model changed;
    world brute;
    small_view now;

    (void) state;
    small_init(&company, 3.0, 1024);
    changed = changed_by(&company.model, mixed, 4);
    world_make(&brute, &changed);
    now = small_view_of(&company, &changed);
    for (size_t r = 0; r < now.rows.n; r += now.rows.n / 7)
        compare_row(&now, &brute, r);
    compare_fresh(&now, &brute, all, all, 1, 3.0);
    small_view_free(&now);
    world_free(&brute);
    dd_model_free(&changed);
    small_free(&company);
}

/* Odds of .3 to 3.6 of deals open and to come, read between nodes. */
static void
odds_of_factors_hold_over_a_change_of_law(void **state)
{
    double share[ODDS_OWNERS * ODDS_SEGMENTS];
    odd_company odd;
    dd_model changed;
    world brute;
    small_view now;

    (void) state;
    odd_init(&odd, 3.0, 1024);
    changed = changed_by(&odd.company.model, mixed, 4);
    world_make(&brute, &changed);
    now = small_view_of(&odd.company, &changed);
    for (size_t r = 1; r < now.rows.n; r += now.rows.n / 5) {
        brute.theta = dd_rates_theta(&brute.rates[0], &now.rows.levels[r]);
        compare_row(&now, &brute, r);
    }
    for (int i = 0; i < ODDS_OWNERS * ODDS_SEGMENTS; i++)
        share[i] = odd.company.model.process[0].factors.alike[i].arrived;
    compare_fresh(&now, &brute, share, brute.rates[0].theta,
                  (size_t) ODDS_OWNERS * ODDS_SEGMENTS, 3.0);
    small_view_free(&now);
    world_free(&brute);
    dd_model_free(&changed);
    odd_free(&odd);
}

/* The open deals of the book made deals that come at the end of as-of, one of each kind;
 * what a later law adds to their chances is in the mean what it adds to a deal to come. */
static void
deals_to_come_are_the_mean_of_their_kinds(void **state)
{
    static const size_t end_day[] = { 31, 90, 180 };
    odd_company odd;
    dd_model changed;
    dd_law_days days;
    dd_rows rows;
    dd_pipeline_curves now;

    (void) state;
    odd_init(&odd, 3.0, 1024);
    changed = changed_by(&odd.company.model, mixed, 4);
    for (size_t i = 0; i < (size_t) ODDS_OWNERS * ODDS_SEGMENTS; i++) {
        odd.company.stage[i] = CONTACT;
        odd.company.age_days[i] = 0.0;
        odd.owner[i] = (int32_t) (i % ODDS_OWNERS);
        odd.segment[i] = (int32_t) (i / ODDS_OWNERS);
    }
    odd.company.book.n = (size_t) ODDS_OWNERS * ODDS_SEGMENTS;
    assert_int_equal(
        dd_rows_init(&rows, &changed, &odd.company.book, &odd.company.question, NULL),
        DD_OK);
    for (size_t r = 0; r < rows.n; r++)
        rows.age_days[r] = 0.0;
    assert_int_equal(dd_law_days_init(&days, &changed, &rows, NULL), DD_OK);
    memset(&now, 0, sizeof now);
    assert_int_equal(
        dd_pipeline_curves_init(&now, &changed.process[0], 180, &rows, NULL), DD_OK);
    assert_int_equal(dd_laws_new(&now.laws, &days, 0, &rows, end_day, &now, NULL),
                     DD_OK);
    for (size_t k = 0; k < LAWS; k++) {
        dd_pipeline_curves *law = now.laws->law[k];
        for (int l = 0; l < DD_LANES; l++)
            dd_rates_mean(&law->rates[l]);
        dd_curve_solve(&law->curve, law->lane, DD_WON);
    }
    dd_laws_solve(now.laws);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double mean = 0.0, add[SMALL_PERIODS * DD_LANES];
        for (size_t r = 0; r < rows.n; r++) {
            double theta[DD_LANES], ever[DD_LANES];
            const dd_levels *of = &rows.levels[r];
            for (int l = 0; l < DD_LANES; l++) {
                theta[l] = dd_rates_theta(&now.rates[l], of);
                ever[l] = now.rates[l].p_ever[CONTACT];
            }
            dd_laws_row(now.laws, r, theta, ever, add);
            mean += changed.process[0].factors.alike[of->of[0] + 3 * of->of[1]].arrived
                    * add[p * DD_LANES];
        }
        assert_close(dd_laws_fresh(now.laws, 0, CONTACT, days.begins[1], p, 0), mean,
                     1e-9);
        assert_true(p == 0 || fabs(mean) > 1e-3);
    }
    dd_laws_free(now.laws);
    dd_pipeline_curves_free(&now);
    dd_law_days_free(&days);
    dd_rows_free(&rows);
    dd_model_free(&changed);
    odd_free(&odd);
}

/* ---- trial by trial ---- */

static const dated helpful[] = {
    { DD_LEVER_CYCLE, NULL, { DD_CHANGE_TIMES, 0.8 }, 0 },
    { DD_LEVER_CYCLE, "Needs", { DD_CHANGE_TIMES, 0.97 }, 0 },
    { DD_LEVER_WIN_RATE, NULL, { DD_CHANGE_TIMES, 1.02 }, 0 },
    { DD_LEVER_WIN_RATE, NULL, { DD_CHANGE_TIMES, 1.3 }, 0 },
    { DD_LEVER_DEAL_SIZE, NULL, { DD_CHANGE_TIMES, 1.03 }, 0 },
    { DD_LEVER_MARKET, NULL, { DD_CHANGE_TIMES, 1.06 }, 0 },
    { DD_LEVER_VISITS, NULL, { DD_CHANGE_TIMES, 1.35 }, 0 },
};

enum { HELPFUL = sizeof helpful / sizeof *helpful };

/* Six visits a rep and week beside the deals that come by themselves. */
static void
lively_init(small_company *company, size_t trials)
{
    small_init(company, 3.0, trials);
    company->question.level_off = 0;
    company->model.effort->per_rep_week = (dd_belief){ 1, 6.0, 6.0 };
    company->model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
}

static dated
started(dated lever, int after)
{
    lever.after = after;
    return lever;
}

static void
a_start_after_the_last_period_or_at_once_is_none(void **state)
{
    (void) state;
    for (size_t i = 0; i < HELPFUL; i++) {
        static const int late[] = { 180, 181, 4000 };
        small_company company;
        dd_outcomes base, at_once, plain;
        dd_scenario scenario = scenario_of(&helpful[i], 1);
        dd_model changed[2];

        lively_init(&company, 1500);
        base = small_played(&company, &company.model);
        for (size_t k = 0; k < sizeof late / sizeof *late; k++) {
            dated lever = started(helpful[i], late[k]);
            dd_model never = changed_by(&company.model, &lever, 1);
            dd_outcomes same = small_played(&company, &never);
            assert_same_outcomes(&base, &same);
            dd_outcomes_free(&same);
            dd_model_free(&never);
        }
        changed[0] = changed_by(&company.model, &helpful[i], 1);
        scenario.layers[0].from = DD_NO_DAY;
        assert_int_equal(
            dd_model_apply(&changed[1], &company.model, &scenario, SMALL_AS_OF, NULL),
            DD_OK);
        assert_null(changed[0].later);
        at_once = small_played(&company, &changed[0]);
        plain = small_played(&company, &changed[1]);
        assert_same_outcomes(&at_once, &plain);
        assert_memory_not_equal(at_once.bookings, base.bookings,
                                base.trials * sizeof *base.bookings);
        dd_outcomes_free(&base);
        dd_outcomes_free(&at_once);
        dd_outcomes_free(&plain);
        dd_model_free(&changed[0]);
        dd_model_free(&changed[1]);
        dd_scenario_free(&scenario);
        small_free(&company);
    }
}

/* Winners among decided visits are found by what a whole week's are worth: other rates and
 * markets mean other winners of the same chances, so these are left out of such pairs. */
static void
pair_init(small_company *company, size_t trials, dd_lever_kind kind)
{
    lively_init(company, trials);
    if (kind != DD_LEVER_VISITS && kind != DD_LEVER_DEAL_SIZE)
        company->model.effort->per_rep_week.given = 0;
}

/* @return trials in which `more` has brought more by the end of some period */
static size_t
assert_never_lower(const dd_outcomes *base, const dd_outcomes *more)
{
    size_t gained = 0;
    for (size_t t = 0; t < base->trials; t++) {
        int64_t before = 0, after = 0;
        int any = 0;
        for (size_t p = 0; p < SMALL_PERIODS; p++) {
            before += base->bookings[p * base->trials + t];
            after += more->bookings[p * base->trials + t];
            if (after < before)
                fail_msg("trial %zu, period %zu: %lld after, %lld before", t, p,
                         (long long) after, (long long) before);
            any |= after > before;
        }
        gained += (size_t) any;
    }
    return gained;
}

/* What helps, helps the more the earlier it starts: 0, 1, 20, 31, 89, 150, 179 days after
 * as-of; and what is over before it starts does not change. */
static void
an_earlier_start_of_what_helps_never_lowers_a_trial(void **state)
{
    static const int after[] = { 179, 150, 89, 31, 20, 1, 0 };

    (void) state;
    for (size_t i = 0; i < HELPFUL; i++) {
        small_company company;
        dd_outcomes before, base;
        size_t gained = 0;

        pair_init(&company, 1500, helpful[i].kind);
        base = small_played(&company, &company.model);
        before = small_played(&company, &company.model);
        for (size_t k = 0; k < sizeof after / sizeof *after; k++) {
            dated lever = started(helpful[i], after[k]);
            dd_model changed = changed_by(&company.model, &lever, 1);
            dd_outcomes now = small_played(&company, &changed);
            gained += assert_never_lower(&before, &now);
            for (size_t p = 0; p < SMALL_PERIODS; p++)
                if (company.period[p].end <= SMALL_AS_OF + after[k])
                    assert_memory_equal(now.bookings + p * 1500,
                                        base.bookings + p * 1500,
                                        1500 * sizeof *now.bookings);
            dd_outcomes_free(&before);
            before = now;
            dd_model_free(&changed);
        }
        assert_true(gained > 100);
        dd_outcomes_free(&before);
        dd_outcomes_free(&base);
        small_free(&company);
    }
}

/* ---- what is common to all deals ---- */

enum { PART_DAY = 45, PARTS = SMALL_PERIODS + 1 };

/* The periods of a small company, the second one parted by day 45. */
typedef struct {
    dd_period period[PARTS];
    int64_t target[PARTS], booked[PARTS], booked_wins[PARTS];
    small_company company;
} parted;

static void
parted_init(parted *self, const small_company *of)
{
    static const dd_day end[PARTS] = { 31, PART_DAY, 90, 180 };
    self->company = *of;
    for (size_t p = 0; p < PARTS; p++) {
        self->period[p].start = p > 0 ? SMALL_AS_OF + end[p - 1] + 1 : SMALL_AS_OF - 30;
        self->period[p].end = SMALL_AS_OF + end[p];
        self->target[p] = DD_NO_TARGET;
        self->booked[p] = self->booked_wins[p] = 0;
    }
    self->booked[0] = of->booked[0];
    self->company.question.n_periods = self->company.book.periods = PARTS;
    self->company.question.periods = self->period;
    self->company.question.target = self->target;
    self->company.book.booked = self->booked;
    self->company.book.booked_wins = self->booked_wins;
}

/* To the cent: before day 45 what the base brings, after it what larger deals bring from
 * the first day on; some amounts are drawn, some known, some won by visits. */
static void
what_is_won_from_its_day_on_has_the_changed_size(void **state)
{
    const dated size = { DD_LEVER_DEAL_SIZE, NULL, times(1.0373), PART_DAY };
    const dated at_once = started(size, 0);
    small_company company;
    parted fine;
    dd_model changed[2];
    dd_outcomes base, large, later;

    (void) state;
    lively_init(&company, 1500);
    parted_init(&fine, &company);
    changed[0] = changed_by(&company.model, &size, 1);
    changed[1] = changed_by(&company.model, &at_once, 1);
    later = small_played(&company, &changed[0]);
    base = small_played(&fine.company, &company.model);
    large = small_played(&fine.company, &changed[1]);
    for (size_t t = 0; t < 1500; t++) {
        size_t i = 1500 + t, k = 2 * 1500 + t, l = 3 * 1500 + t;
        assert_int_equal(later.open[t], base.open[t]);
        assert_int_equal(later.open[i], base.open[i] + large.open[k]);
        assert_int_equal(later.new_[i], base.new_[i] + large.new_[k]);
        assert_int_equal(later.wins[i], base.wins[i] + base.wins[k]);
        assert_int_equal(later.bookings[i], later.open[i] + later.new_[i]);
        assert_int_equal(later.new_[k], large.new_[l]);
        assert_int_equal(later.bookings[k], large.bookings[l]);
        assert_int_equal(later.bookings[t], base.bookings[t]);
    }
    assert_true(later.bookings[1500] != base.bookings[1500] + base.bookings[3000]);
    dd_outcomes_free(&base);
    dd_outcomes_free(&large);
    dd_outcomes_free(&later);
    dd_model_free(&changed[0]);
    dd_model_free(&changed[1]);
    small_free(&company);
}

/* Larger at once, and larger still later: from then on both. */
static void
a_later_size_comes_on_top_of_the_first(void **state)
{
    const dated levers[] = { { DD_LEVER_DEAL_SIZE, NULL, times(1.5), 0 },
                             { DD_LEVER_DEAL_SIZE, NULL, times(1.2), PART_DAY } };
    const dated both = { DD_LEVER_DEAL_SIZE, NULL, times(1.8), 0 };
    small_company company;
    dd_model changed[3];
    dd_outcomes got[3];
    double sum[3][2] = { { 0 } };

    (void) state;
    lively_init(&company, 1500);
    changed[0] = changed_by(&company.model, levers, 2);
    changed[1] = changed_by(&company.model, levers, 1);
    changed[2] = changed_by(&company.model, &both, 1);
    for (size_t k = 0; k < 3; k++) {
        got[k] = small_played(&company, &changed[k]);
        for (size_t t = 0; t < 1500; t++) {
            sum[k][0] += (double) got[k].bookings[t];
            sum[k][1] += (double) got[k].bookings[2 * 1500 + t];
        }
        dd_outcomes_free(&got[k]);
        dd_model_free(&changed[k]);
    }
    assert_true(sum[0][1] > 1e6);
    assert_close(sum[0][0] / sum[1][0], 1.0, 1e-9);
    assert_close(sum[0][1] / sum[2][1], 1.0, 1e-6);
    small_free(&company);
}

/* Expected of the first period, parted by a change of size and of the market: exact means
 * against what trials bring. */
static void
expectations_hold_over_a_parted_period(void **state)
{
    enum { TRIALS = 32768 };
    const dated levers[] = { { DD_LEVER_DEAL_SIZE, NULL, times(1.8), 17 },
                             { DD_LEVER_MARKET, NULL, times(1.5), 9 } };
    small_company company;
    dd_model changed;
    dd_outcomes outcomes;
    double mean = 0.0, squares = 0.0, expected = 0.0;

    (void) state;
    lively_init(&company, TRIALS);
    changed = changed_by(&company.model, levers, 2);
    outcomes = small_played(&company, &changed);
    for (size_t t = 0; t < TRIALS; t++) {
        double x = (double) outcomes.bookings[t] - (double) company.booked[0]
                   - outcomes.expected[t];
        mean += x / TRIALS;
        squares += x * x / TRIALS;
        expected += outcomes.expected[t] / TRIALS;
    }
    assert_true(expected > 1e5);
    assert_close(mean, 0.0, 4.0 * sqrt(squares / TRIALS));
    dd_outcomes_free(&outcomes);
    dd_model_free(&changed);
    small_free(&company);
}

/* What a deal's hazard -log(1 - W) gains after day 45 counts 1.4 times as much; of those
 * that come later all of it, and 1.4 times as many come. */
static double
busy_winners(double per_day, double end)
{
    enum { STEPS = 20000 };
    double sum = 0.0;
    for (int i = 0; i < STEPS; i++) {
        double day = end * (i + 0.5) / STEPS;
        double by_change = -log1p(-won_from(CONTACT, day, fmin(end, CHANGE_DAY)));
        double by_end = -log1p(-won_from(CONTACT, day, end));
        if (day >= CHANGE_DAY)
            sum -= 1.4 * expm1(-1.4 * by_end) / STEPS;
        else
            sum -= expm1(-by_change - 1.4 * (by_end - by_change)) / STEPS;
    }
    return per_day * end * sum;
}

static void
a_market_s_day_parts_what_hazards_gain(void **state)
{
    const dated levers[] = { { DD_LEVER_CYCLE, NULL, times(1.6), CHANGE_DAY },
                             { DD_LEVER_MARKET, NULL, times(1.4), CHANGE_DAY } };
    small_company company;
    dd_model changed;
    small_view now;

    (void) state;
    set_exponential();
    small_init(&company, 4.0, 1024);
    changed = changed_by(&company.model, levers, 2);
    now = small_view_of(&company, &changed);
    assert_int_equal(now.rows.periods, PARTS);
    for (size_t c = 0; c < PARTS; c++) {
        double end = now.rows.end_days[c], before = fmin(end, CHANGE_DAY);
        for (size_t r = 0; r < now.rows.n; r++) {
            int32_t s = now.rows.stage[r];
            double by_change = -log1p(-won_from(s, 0.0, before));
            double by_end = -log1p(-won_from(s, 0.0, end));
            if (s != NEEDS)
                assert_close(now.tables->hazard[r * PARTS + c],
                             by_change + 1.4 * (by_end - by_change), 1e-4);
        }
        assert_close(dd_tables_new_winners(now.tables, 0, c, 1.0, 1.0),
                     busy_winners(4.0 / 7.0, end), 3e-3);
    }
    small_view_free(&now);
    dd_model_free(&changed);
    small_free(&company);
}

/* As-of is a Friday, and nothing moves on weekends: levers of Sunday and of Monday each
 * begin on a day of work of their own. */
static void
laws_parted_by_days_of_rest_keep_their_order(void **state)
{
    const dated levers[] = { { DD_LEVER_CYCLE, NULL, times(1.6), 1 },
                             { DD_LEVER_WIN_RATE, NULL, times(1.2), 2 } };
    small_company company;
    dd_model changed;
    dd_law_days days;
    dd_rows rows;

    (void) state;
    small_init(&company, 3.0, 1024);
    company.model.clock->runs = 1;
    company.model.clock->speed[DD_MOVES].weekday[5] = 0.0;
    company.model.clock->speed[DD_MOVES].weekday[6] = 0.0;
    changed = changed_by(&company.model, levers, 2);
    assert_int_equal(
        dd_rows_init(&rows, &changed, &company.book, &company.question, NULL), DD_OK);
    assert_int_equal(dd_law_days_init(&days, &changed, &rows, NULL), DD_OK);
    assert_int_equal(days.n, 3);
    assert_int_equal(days.begins[0], 0);
    assert_int_equal(days.begins[1], 1);
    assert_int_equal(days.begins[2], 2);
    dd_law_days_free(&days);
    dd_rows_free(&rows);
    dd_model_free(&changed);
    small_free(&company);
}

/* ---- visits ---- */

/* Nobody decides them: 70 % of the deals that come are caused by visits, and 1.35 times as
 * many of these come from day 45 on, .245 of all, each with as long to go as a deal of now
 * has by 45 days less. */
static void
visits_that_are_multiplied_later_bring_more_from_then_on(void **state)
{
    const dated more = { DD_LEVER_VISITS, NULL, times(1.35), PART_DAY };
    static const dd_day less[] = { 1, 90 - PART_DAY, 180 - PART_DAY };
    small_company company, shorter;
    dd_period period[SMALL_PERIODS];
    dd_model changed;
    small_view base, later, after;

    (void) state;
    small_init(&company, 3.0, 1024);
    company.model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
    company.model.effort->uncaused = 0.3;
    shorter = company;
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        period[p] = company.period[p];
        period[p].end = SMALL_AS_OF + less[p];
    }
    shorter.question.periods = period;
    changed = changed_by(&company.model, &more, 1);
    base = small_view_of(&company, &company.model);
    later = small_view_of(&company, &changed);
    after = small_view_of(&shorter, &company.model);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        double winners = dd_tables_new_winners(base.tables, 0, p, 1.0, 1.0);
        if (p > 0)
            winners += 0.245 * dd_tables_new_winners(after.tables, 0, p, 1.0, 1.0);
        assert_close(dd_tables_new_winners(later.tables, 0, p, 1.0, 1.0), winners, 1e-9);
    }
    small_view_free(&base);
    small_view_free(&later);
    small_view_free(&after);
    dd_model_free(&changed);
    small_free(&company);
}

/* As-of is a Friday; from Thursday, 47 days on, visits fall from 80 to 5 a week. The week is
 * cut: until Wednesday sixteen a day, then one. */
static void
a_week_is_cut_where_visits_change(void **state)
{
    const dated fewer = { DD_LEVER_VISITS, NULL, { DD_CHANGE_TO, 5.0 }, 47 };
    small_company company;
    dd_model changed;
    dd_outcomes outcomes;
    double mean = 0.0, squares = 0.0, expected = 0.0;
    small_view now;

    (void) state;
    small_init(&company, 0.0, 16384);
    company.book.n = 0;
    company.model.effort->per_rep_week = (dd_belief){ 1, 80.0, 80.0 };
    company.model.effort->opportunity_of_visit = (dd_chance){ 0.0, -1.0, 0.31 };
    changed = changed_by(&company.model, &fewer, 1);
    now = small_view_of(&company, &changed);
    for (size_t d = 3; d < 150; d++)
        assert_int_equal(now.tables->visits.made[d], d < 47 ? 80 : 5);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        expected = dd_visits_expect(&now.tables->visits, 0, p, 0.0, 0.0, 0.0);
    outcomes = small_played(&company, &changed);
    for (size_t t = 0; t < 16384; t++) {
        double wins = 0.0;
        for (size_t p = 0; p < SMALL_PERIODS; p++)
            wins += (double) outcomes.wins[p * 16384 + t];
        mean += wins / 16384;
        squares += wins * wins / 16384;
    }
    assert_close(mean, expected, 4.0 * sqrt((squares - mean * mean) / 16384));
    dd_outcomes_free(&outcomes);
    small_view_free(&now);
    dd_model_free(&changed);
    small_free(&company);
}

static void
paths_refuse_what_they_cannot_play(void **state)
{
    small_company company;
    dd_model changed;
    dd_outcomes outcomes;
    dd_error err = { 0 };

    (void) state;
    small_init(&company, 3.0, 1024);
    changed = changed_by(&company.model, mixed, 4);
    assert_int_equal(
        dd_paths_simulate(&outcomes, &changed, &company.book, &company.question, &err),
        DD_EDATA);
    assert_non_null(strstr(err.items[0].wrong, "levers cannot start later"));
    dd_error_free(&err);
    dd_model_free(&changed);
    small_free(&company);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_are_those_of_deals_whose_law_changes_under_way),
        cmocka_unit_test(odds_of_factors_hold_over_a_change_of_law),
        cmocka_unit_test(deals_to_come_are_the_mean_of_their_kinds),
        cmocka_unit_test(a_start_after_the_last_period_or_at_once_is_none),
        cmocka_unit_test(an_earlier_start_of_what_helps_never_lowers_a_trial),
        cmocka_unit_test(what_is_won_from_its_day_on_has_the_changed_size),
        cmocka_unit_test(a_later_size_comes_on_top_of_the_first),
        cmocka_unit_test(expectations_hold_over_a_parted_period),
        cmocka_unit_test(visits_that_are_multiplied_later_bring_more_from_then_on),
        cmocka_unit_test(a_week_is_cut_where_visits_change),
        cmocka_unit_test(laws_parted_by_days_of_rest_keep_their_order),
        cmocka_unit_test(paths_refuse_what_they_cannot_play),
        /* Changes the stages of those above: last. */
        cmocka_unit_test(exponential_stages_have_their_closed_form),
        cmocka_unit_test(a_market_s_day_parts_what_hazards_gain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
