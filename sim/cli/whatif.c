/* dealdice whatif: scenarios against things as they stand. */
#include "answers/whatif/whatif_notes.h"

#include "cli/company.h"
#include "cli/watch.h"
#include "history/cycle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONG_CYCLE 0.9 /* of the won deals */
#define TRIALS_OF_MANY \
    2048 /* of reps, at each point or lever, if nobody says how many */

const dd_command_face dd_whatif_face = {
    .name = "whatif",
    .arguments = "FUNNEL [SCENARIO...]",
    .says = "scenarios against the base: chances, differences, who is better how often",
    .help
    = "Play the same futures under one or more scenarios, and tell what each would "
      "change: the chance of the target, bookings, how often it is better. A "
      "SCENARIO is a YAML file with a name and levers: step_rate, win_rate, cycle, "
      "deal_size, market, visits_per_rep_week, deals; or with what becomes of the team: "
      "hire, leave, attrition, refill, handover, recycle, referral, leads_from, preset "
      "(then reps are played one by one, in 8,192 trials unless told otherwise). base: "
      "builds on another, from: starts all but leads_from and what has a date on a day "
      "to come, and economics: tells what is left of the money. Ctrl-C answers with the "
      "scenarios that are whole.\v"
      "Examples:\n"
      "  dealdice whatif scenarios/demo/funnel.yaml \\\n"
      "      scenarios/whatif/faster-proposals/scenario.yaml\n"
      "  dealdice whatif scenarios/demo/funnel.yaml --levers\n"
      "  dealdice whatif scenarios/demo/funnel.yaml --leavers --periods 2\n"
      "  dealdice whatif scenarios/demo/funnel.yaml --trials 4096 \\\n"
      "      --grid 'win_rate=0%:20% cycle=-20%:0%'\n"
      "  dealdice whatif scenarios/demo/funnel.yaml --grid 'hire=0:4/2' --trials 512\n"
      "  dealdice whatif scenarios/demo/funnel.yaml --levers --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_QUESTION | DD_TAKES_OUTPUT | DD_TAKES_SCENARIOS,
    .table = "scenarios",
};

/* What the command line asks for: scenarios, none of them twice, and a grid. */
typedef struct {
    size_t n;
    dd_scenario *items;
    dd_grid grid;
} scenarios;

static void
scenarios_free(scenarios *self)
{
    for (size_t i = 0; i < self->n; i++)
        dd_scenario_free(&self->items[i]);
    free(self->items);
}

static dd_status
check_names(const scenarios *self, dd_error *err)
{
    for (size_t i = 0; i < self->n; i++)
        for (size_t j = 0; j <= i; j++) {
            dd_place place
                = { self->items[i].layers[self->items[i].n_layers - 1].path, 0, 0 };
            const char *before = j < i ? self->items[j].name : "base";
            if (strcmp(self->items[i].name, before) == 0)
                return dd_error_add(err, DD_EDATA, &place, NULL, "a name of its own",
                                    "there is a scenario '%s' already", before);
        }
    return DD_OK;
}

/* All problems of all files in one run. */
static dd_status
read_scenarios(scenarios *self, const dd_options *options, dd_error *err)
{
    dd_status status = DD_OK;
    self->items = calloc(options->n_scenarios + 1, sizeof *self->items);
    if (self->items == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < options->n_scenarios; i++) {
        dd_status one
            = dd_scenario_read(&self->items[self->n], options->scenarios[i], err);
        self->n += one == DD_OK;
        status = one ? one : status;
    }
    return status ? status : check_names(self, err);
}

static int
has_team(const scenarios *self)
{
    int has = dd_grid_has_hires(&self->grid);
    for (size_t i = 0; i < self->n; i++)
        has |= dd_scenario_has_team(&self->items[i]);
    return has;
}

/* When a hire is past the ramp. */
static dd_status
end_ramp(const dd_company *c, const dd_scenario *scenario, const dd_hire *hire,
         dd_day *whole, dd_error *err)
{
    dd_team_rules rules;
    dd_status status = dd_scenario_rules(&rules, scenario, hire->start, err);
    size_t months = hire->n_ramp > 0   ? hire->n_ramp
                    : rules.n_ramp > 0 ? rules.n_ramp
                                       : c->funnel.n_ramp;
    *whole = hire->start + (dd_day) ceil(DD_MONTH_DAYS * (double) months);
    dd_team_rules_free(&rules);
    return status;
}

/* When the last hire of a scenario is past the ramp. */
static dd_status
last_ramp(const dd_company *c, const dd_scenario *scenario, dd_day *last, dd_error *err)
{
    dd_team_rules all;
    dd_status status = dd_scenario_rules(&all, scenario, c->as_of, err);
    for (size_t i = 0; i < all.n_hires && !status; i++) {
        const dd_hire *hire = &all.hires[i];
        dd_day whole;
        status = end_ramp(c, scenario, hire, &whole, err);
        *last = *last == DD_NO_DAY || whole > *last ? whole : *last;
    }
    dd_team_rules_free(&all);
    return status;
}

/* Reps take longer to play than deals alone; and what a hire brings is seen once the ramp
 * and a cycle are over. */
static dd_status
ask_for_reps(dd_company *c, const scenarios *all)
{
    dd_question_options *question = &c->options.question;
    dd_day last = DD_NO_DAY;
    double cycle;
    dd_status status = dd_past_cycle(&c->past, LONG_CYCLE, &cycle, &c->err);
    for (size_t i = 0; i < all->n && !status; i++)
        status = last_ramp(c, &all->items[i], &last, &c->err);
    if (last != DD_NO_DAY)
        question->reach = last + (isnan(cycle) ? 0 : (dd_day) ceil(cycle));
    c->by_rep = has_team(all) || dd_roster_is_asked(&c->funnel);
    if (question->trials == 0 && c->by_rep
        && (all->grid.n_axes > 0
            || (c->options.levers && dd_roster_is_asked(&c->funnel))))
        question->trials = TRIALS_OF_MANY;
    return status;
}

static dd_status
prepare(dd_company *c, scenarios *all, const dd_command_line *line)
{
    dd_status status = dd_company_read(c, &dd_whatif_face, line);
    if (!status)
        status = dd_company_reject(c);
    if (!status && c->options.grid != NULL)
        status = dd_grid_read(&all->grid, c->options.grid, &c->err);
    if (!status)
        status = read_scenarios(all, &c->options, &c->err);
    if (!status)
        status = dd_company_know(c);
    if (!status)
        status = ask_for_reps(c, all);
    return status ? status : dd_company_fit(c);
}

static dd_status
find_leavers(dd_company *c, dd_leavers *leavers)
{
    const dd_roster_of company
        = { &c->past, &c->funnel, &c->model, &c->book, c->question.as_of };
    return dd_leavers_make(leavers, &company, &c->question, &c->err);
}

/* What is asked for beside scenarios, one after another, until Ctrl-C. */
static dd_status
add_parts(dd_company *c, const scenarios *all, dd_whatif_base *base, dd_whatif *whatif)
{
    dd_status status = DD_OK;
    if (c->options.grid != NULL && !whatif->stopped)
        status = dd_whatif_fill_grid(whatif, base, &all->grid, &c->err);
    base->by_rep = dd_roster_is_asked(&c->funnel); /* levers change no team */
    if (!status && c->options.levers && !whatif->stopped)
        status = dd_whatif_pull_levers(whatif, base, &c->err);
    if (!status && c->options.leavers && !whatif->stopped)
        status = find_leavers(c, &whatif->leavers);
    whatif->stopped |= status == DD_ESTOPPED;
    return status == DD_ESTOPPED ? DD_OK : status;
}

static dd_status
play(dd_company *c, const scenarios *all, dd_whatif_base *base, dd_whatif *whatif)
{
    dd_run_watch watch;
    dd_status status;
    dd_watch_begin(&watch, &c->question, DD_WATCH_PARTS, c->options.quiet);
    status = dd_whatif_make(whatif, base, all->items, all->n, &c->err);
    if (!status)
        status = add_parts(c, all, base, whatif);
    dd_watch_end(&watch);
    return status;
}

static dd_status
note_stop(dd_company *c, const scenarios *all, const dd_whatif *whatif)
{
    size_t whole = whatif->n - 1;
    if (!whatif->stopped)
        return DD_OK;
    return dd_notes_add(&c->notes, "interrupted",
                        "interrupted: %zu of %zu scenarios were played; what was asked "
                        "for beside them and was not whole by then is left out",
                        whole, all->n)
               ? dd_error_no_memory(&c->err)
               : DD_OK;
}

/* The base alone is what `forecast` says. */
static dd_status
note_nothing_asked(dd_company *c)
{
    const dd_options *asked = &c->options;
    if (asked->n_scenarios > 0 || asked->grid != NULL || asked->levers || asked->leavers)
        return DD_OK;
    return dd_notes_add(&c->notes, "no_scenario",
                        "nothing is changed: name scenario files behind the funnel, or "
                        "ask for --levers, --leavers or --grid")
               ? dd_error_no_memory(&c->err)
               : DD_OK;
}

static dd_status
make(dd_company *c, const scenarios *all, dd_whatif *whatif)
{
    dd_whatif_base base = { .model = &c->model,
                            .book = &c->book,
                            .question = &c->question,
                            .currency = dd_company_currency(c),
                            .past = &c->past,
                            .funnel = &c->funnel,
                            .by_rep = c->by_rep };
    dd_status status = note_nothing_asked(c);
    if (!status && !(base.by_rep && dd_roster_is_asked(&c->funnel)))
        status = dd_company_note_capacity(c);
    if (!status)
        status = play(c, all, &base, whatif);
    if (!status
        && dd_summary_note_few(whatif->scenarios[0].periods[0].bookings.mean_mcse,
                               whatif->trials, &c->notes))
        status = dd_error_no_memory(&c->err);
    if (!status)
        status = note_stop(c, all, whatif);
    return status ? status : dd_whatif_note(whatif, all->items, &c->notes, &c->err);
}

static dd_status
answer(dd_company *c, const dd_command_line *line, const dd_whatif *whatif)
{
    dd_status status = dd_company_begin(c, line, &c->question.seed);
    if (status)
        return status;
    dd_whatif_describe(whatif, &c->notes, &c->doc);
    return dd_show(&c->doc, &c->options.show, &c->err);
}

int
dd_whatif_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    scenarios all = { 0 };
    dd_whatif whatif = { 0 };
    dd_status status = prepare(&c, &all, line);
    if (!status)
        status = make(&c, &all, &whatif);
    if (!status)
        status = answer(&c, line, &whatif);
    int stopped = whatif.stopped;
    dd_whatif_free(&whatif);
    scenarios_free(&all);
    int exit_status = dd_company_close(&c, &dd_whatif_face, status);
    return exit_status == 0 && stopped ? DD_INTERRUPTED : exit_status;
}
