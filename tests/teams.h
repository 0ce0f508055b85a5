/**
 * @file teams.h
 * Reps at play, for tests of the field: a small company's crew, and companies of one stage
 * whose hazards are constant, so that all has a closed form.
 */
#ifndef DD_TESTS_TEAMS_H
#define DD_TESTS_TEAMS_H

#include "eventful.h"
#include "engine/field/field.h"
#include "model/lever.h"
#include "small_company.h"

#include <math.h>

#define REPS 3

typedef struct {
    small_company company;
    dd_crew crew;
    dd_crew_rep rep[REPS + 2];
    int32_t of_deal[SMALL_DEALS + 1];
    double visits[3];
} team;

static inline void
team_init(team *self, double new_deals_per_week, size_t trials)
{
    small_init(&self->company, new_deals_per_week, trials);
    dd_crew_init(&self->crew);
    for (size_t r = 0; r < REPS + 2; r++)
        self->rep[r] = (dd_crew_rep){ .key = 77 + r * r,
                                      .starts = -400 - 31 * (double) r,
                                      .leaves = (double) INFINITY,
                                      .heir = -1 };
    for (int32_t i = 0; i <= SMALL_DEALS; i++)
        self->of_deal[i] = i % REPS;
    self->visits[0] = 0.5;
    self->visits[1] = 1;
    self->visits[2] = 1.5;
    self->crew.n = REPS;
    self->crew.rep = self->rep;
    self->crew.of_deal = self->of_deal;
    self->crew.visits = self->visits;
}

static inline dd_outcomes
play(const team *self, dd_tally *tally)
{
    const small_company *company = &self->company;
    dd_outcomes outcomes;

    assert_int_equal(dd_field_simulate(&outcomes, tally, &company->model, &company->book,
                                       &company->question, &self->crew, NULL),
                     DD_OK);
    return outcomes;
}

/* What becomes of deals, whatever they bring. */
static inline void
play_into(const team *self, dd_tally *tally)
{
    dd_outcomes outcomes = play(self, tally);

    dd_outcomes_free(&outcomes);
}

static inline void
assert_same(const dd_outcomes *a, const dd_outcomes *b)
{
    size_t bytes = a->periods * a->trials * sizeof *a->open;

    assert_memory_equal(a->open, b->open, bytes);
    assert_memory_equal(a->new_, b->new_, bytes);
    assert_memory_equal(a->wins, b->wins, bytes);
    assert_memory_equal(a->bookings, b->bookings, bytes);
}

/* Everything at once: limits, comings and goings, returns, referrals. */
static inline void
make_eventful(team *self)
{
    self->crew.n = REPS + 2;
    self->rep[REPS].starts = 12;
    self->rep[REPS + 1].starts = 61;
    make_crew_eventful(&self->crew, self->rep);
}

/* Wins by period, and every deal once. */
static inline void
assert_conserved(const dd_outcomes *out, const dd_tally *tally)
{
    for (size_t i = 0; i < out->trials; i++) {
        const dd_tally *one = &tally[i];
        int64_t wins = 0;
        for (size_t p = 0; p < out->periods; p++)
            wins += out->wins[p * out->trials + i];
        assert_int_equal(one->deals, one->won + one->lost + one->recycled + one->open);
        assert_int_equal(wins, one->won);
    }
}

/* ---- a company of one stage ---- */

#define PLAIN_DEALS 60

static char plain_stage[] = "Deal", plain_won[] = "Won", plain_lost[] = "Lost";
static const char *plain_stages[] = { plain_stage };
static dd_pipeline plain_pipeline
    = { .name = "Sales", .n_stages = 1, .stages = plain_stages };

typedef struct {
    double win_share; /* the others are lost ... */
    int get_stuck;    /* ... or never leave */
    double mean_days; /* of a stay */
    dd_law_kind law;  /* its law: exponential, fixed, or Weibull of shape 2 */
    size_t deals;     /* open ones, of age 0 */
    double per_week;
    dd_day days; /* in `periods` periods, alike */
    size_t periods;
} plain;

/* wins: the law of stays that end won; NULL: the others' */
static inline void
plain_model(small_company *self, const plain *what, const dd_law *wins)
{
    dd_law law = { what->law, what->mean_days, 0 };

    if (what->law == DD_LAW_WEIBULL)
        law = (dd_law){ DD_LAW_WEIBULL, 2, what->mean_days / tgamma(1.5) };
    dd_exit_belief exits[] = { { plain_won, what->win_share, wins ? *wins : law },
                               { plain_lost, 1 - what->win_share, law } };
    dd_stage_belief stage = { .stage = plain_stage,
                              .n_exits = what->win_share < 1 && !what->get_stuck ? 2 : 1,
                              .exits = exits };
    dd_funnel funnel;

    dd_funnel_init(&funnel);
    funnel.stages = &stage;
    funnel.n_stages = 1;
    funnel.deal_size = (dd_belief){ 1, 1000, 1000 };
    funnel.new_deals_per_rep_week = (dd_belief){ 1, what->per_week, what->per_week };
    self->past = (dd_past){ .as_of = SMALL_AS_OF,
                            .starts = DD_NO_DAY,
                            .first_day = SMALL_AS_OF - 800,
                            .recording_unit = 86400,
                            .n_pipelines = 1,
                            .pipelines = &plain_pipeline };
    assert_int_equal(dd_model_fit(&self->model, &self->past, &funnel, NULL, NULL),
                     DD_OK);
}

typedef struct {
    team team;
    dd_period period[12];
    int64_t target[12], booked[12], booked_wins[12];
    uint64_t key[PLAIN_DEALS];
    int32_t pipeline[PLAIN_DEALS], stage[PLAIN_DEALS], of_deal[PLAIN_DEALS];
    double age[PLAIN_DEALS];
    int64_t amount[PLAIN_DEALS];
} plain_team;

static inline void
plain_init_with(plain_team *self, const plain *what, const dd_law *wins, size_t trials)
{
    dd_day each = what->days / (dd_day) what->periods;
    small_company *company = &self->team.company;

    memset(self, 0, sizeof *self);
    plain_model(company, what, wins);
    for (size_t i = 0; i < PLAIN_DEALS; i++) {
        self->key[i] = dd_hash((const char *) &i, sizeof i);
        self->amount[i] = 5000;
    }
    for (size_t p = 0; p < what->periods; p++) {
        self->target[p] = DD_NO_TARGET;
        self->period[p].start = SMALL_AS_OF + (dd_day) p * each + 1;
        self->period[p].end = SMALL_AS_OF + (dd_day) (p + 1) * each;
    }
    company->book = (dd_book){ .n = what->deals,
                               .key = self->key,
                               .pipeline = self->pipeline,
                               .stage = self->stage,
                               .age_days = self->age,
                               .amount = self->amount,
                               .periods = what->periods,
                               .booked = self->booked,
                               .booked_wins = self->booked_wins };
    company->question = (dd_question){ .as_of = SMALL_AS_OF,
                                       .n_periods = what->periods,
                                       .periods = self->period,
                                       .target = self->target,
                                       .confidence = 0.8,
                                       .trials = trials,
                                       .seed = 3,
                                       .threads = 1,
                                       .rates_fixed = 1,
                                       .level_off = 1 };
    dd_crew_init(&self->team.crew);
    for (size_t r = 0; r < REPS + 2; r++)
        self->team.rep[r] = (dd_crew_rep){
            .key = 1000 + r, .starts = -900, .leaves = (double) INFINITY, .heir = -1
        };
    self->team.crew.n = 1;
    self->team.crew.rep = self->team.rep;
    self->team.crew.of_deal = self->of_deal;
}

static inline void
plain_init(plain_team *self, const plain *what, size_t trials)
{
    plain_init_with(self, what, NULL, trials);
}

static inline void
plain_free(plain_team *self)
{
    small_free(&self->team.company);
}

/* ---- what became of deals ---- */

typedef struct {
    double deals, won, lost, recycled, open, orphaned, brought;
} means;

static inline means
means_of(const dd_tally *tally, size_t n)
{
    means sum = { 0 };

    for (size_t i = 0; i < n; i++) {
        sum.deals += tally[i].deals / (double) n;
        sum.won += tally[i].won / (double) n;
        sum.lost += tally[i].lost / (double) n;
        sum.recycled += tally[i].recycled / (double) n;
        sum.open += tally[i].open / (double) n;
        sum.orphaned += tally[i].orphaned / (double) n;
        sum.brought += tally[i].brought / (double) n;
    }
    return sum;
}

/* A share of `n` independent deals, within four standard errors. */
static inline void
assert_share(double got, double share, double n)
{
    print_message("share %.4f, expected %.4f\n", got, share);
    assert_close(got, share, 4 * sqrt(share * (1 - share) / n));
}

#endif
