/* dealdice plan: what has to be done to reach a target, and how sure that makes it. */
#include "answers/plan/plan.h"

#include "cli/company.h"
#include "cli/watch.h"

#include "base/text.h"

#include <string.h>

const dd_command_face dd_plan_face = {
    .name = "plan",
    .arguments = "FUNNEL",
    .says = "visits, leads, opportunities and deals needed to reach a target",
    .help
    = "Tell how many visits and leads a rep and week, opportunities and deals a target "
      "takes, to be 50, 80, 90 and 95 % sure of it; by when a visit still helps; and "
      "what was done so far. The target is the first in the funnel file, or the one "
      "given here. FUNNEL is a funnel.yaml, or a history CSV alone.\v"
      "Examples:\n"
      "  dealdice plan scenarios/demo/funnel.yaml --target 700万@2027Q1\n"
      "  dealdice plan scenarios/demo/funnel.yaml --target-deals 12\n"
      "  dealdice plan scenarios/demo/funnel.yaml --target 700万@2027Q1 --quotas\n"
      "  dealdice plan scenarios/demo/funnel.yaml --target 900万 --solve cycle\n"
      "  dealdice plan scenarios/demo/funnel.yaml --moves --trials 8192\n"
      "  dealdice plan scenarios/demo/funnel.yaml --solve headcount@2026-12-01\n"
      "  dealdice plan scenarios/demo/funnel.yaml --confidence 90% --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_QUESTION | DD_TAKES_OUTPUT | DD_TAKES_PLAN,
    .table = "ladder",
};

static size_t
find_period(const dd_question *question, const char *label)
{
    for (size_t i = 0; i < question->n_periods; i++)
        if (strcmp(question->periods[i].label, label) == 0)
            return i;
    return SIZE_MAX;
}

/* "12@2026Q4": how many, and in which period (the first, when it is not said). */
static dd_status
read_target_deals(dd_plan_ask *ask, const dd_company *c, const char *text, dd_error *err)
{
    const char *at = strchr(text, '@');
    dd_place place = { "--target-deals", 0, 0 };
    size_t n = at != NULL ? (size_t) (at - text) : strlen(text);
    long long deals;
    if (dd_integer_parse(text, n, &deals) != 0 || deals < 1 || deals > 1000000)
        return dd_error_add(
            err, DD_EUSAGE, &place, text,
            "a whole number from 1 to 1,000,000, such as 12 or 12@2026Q4",
            "not a number of deals");
    ask->deals = deals;
    ask->period = at != NULL ? find_period(&c->question, at + 1) : 0;
    if (ask->period == SIZE_MAX)
        return dd_error_add(err, DD_EUSAGE, &place, at + 1, c->question.periods[0].label,
                            "no period that is forecast");
    return DD_OK;
}

/* Could --period name it, so that it is planned for? */
static int
is_ahead(const dd_company *c, const dd_period_amount *target)
{
    int fiscal = c->funnel.fiscal_year_starts;
    dd_period wanted, period;
    if (dd_period_parse(target->period, fiscal, &wanted)
        || wanted.end <= c->question.as_of)
        return 0;
    period = dd_period_of(c->question.as_of + 1, wanted.kind, fiscal);
    for (size_t n = 1; n < DD_MOST_PERIODS && period.end < wanted.end; n++)
        period = dd_period_next(&period, fiscal);
    return strcmp(period.label, wanted.label) == 0;
}

/* The funnel's targets are all of other periods: which, and how one of them would do. */
static dd_status
refuse_targets(const dd_company *c, dd_error *err)
{
    const dd_funnel *funnel = &c->funnel;
    const dd_period *period = c->question.periods;
    char read[160] = "", right[96] = "--target 500万";
    size_t ahead = 0;
    while (ahead < funnel->n_targets && !is_ahead(c, &funnel->targets[ahead]))
        ahead++;
    if (ahead < funnel->n_targets)
        snprintf(right, sizeof right, "--period %s, or --target 500万",
                 funnel->targets[ahead].period);
    for (size_t i = 0, n = 0; i < funnel->n_targets && n + 16 < sizeof read; i++)
        n += (size_t) snprintf(read + n, sizeof read - n, "%s%s", i > 0 ? ", " : "",
                               funnel->targets[i].period);
    return dd_error_add(err, DD_EUSAGE, &funnel->targets[0].place, read, right,
                        "no target is of a period that is planned, %s to %s",
                        period[0].label, period[c->question.n_periods - 1].label);
}

/* The period of the target given here, else of the funnel's first. */
static dd_status
choose_target(dd_plan_ask *ask, const dd_company *c, dd_error *err)
{
    const dd_question_options *options = &c->options.question;
    const char *at = options->n_targets > 0 ? strchr(options->targets[0], '@') : NULL;
    size_t named = at != NULL ? find_period(&c->question, at + 1) : 0;
    char right[64];
    if (options->n_targets == 0 && options->period != NULL
        && (named = find_period(&c->question, options->period)) != SIZE_MAX
        && c->question.target[named] == DD_NO_TARGET) {
        snprintf(right, sizeof right, "--target 500万@%s", options->period);
        return dd_error_add(err, DD_EUSAGE, NULL, options->period, right,
                            "no target is set for the period");
    }
    ask->period = options->n_targets > 0 || options->period != NULL ? named : SIZE_MAX;
    for (size_t i = 0; i < c->question.n_periods && ask->period == SIZE_MAX; i++)
        if (c->question.target[i] != DD_NO_TARGET)
            ask->period = i;
    if (ask->period != SIZE_MAX)
        return DD_OK;
    if (c->funnel.n_targets > 0)
        return refuse_targets(c, err);
    return dd_error_add(err, DD_EUSAGE, NULL, NULL,
                        "--target 500万, --target-deals 12, or targets: in the funnel "
                        "file",
                        "no target is set that could be planned for");
}

/* "headcount" or "headcount@2027-01-04": the hires' first day, else the day after as-of. */
static dd_status
read_headcount(dd_plan_ask *ask, const dd_company *c, const char *text, dd_error *err)
{
    dd_place place = { "--solve", 0, 0 };
    dd_day first = c->question.as_of + 1, last = c->question.periods[ask->period].end;
    dd_moment moment;
    char from[16], to[16], right[64];
    ask->headcount = 1;
    ask->hire_from = first;
    if (*text == '\0')
        return DD_OK;
    moment = dd_moment_parse(text + 1, strlen(text + 1), 0, NULL);
    ask->hire_from = moment == DD_NO_MOMENT ? DD_NO_DAY : dd_moment_day(moment);
    if (ask->hire_from >= first && ask->hire_from <= last)
        return DD_OK;
    snprintf(right, sizeof right, "a day from %s to %s", dd_day_format(first, from),
             dd_day_format(last, to));
    return dd_error_add(err, DD_EUSAGE, &place, text + 1, right,
                        moment == DD_NO_MOMENT
                            ? "hires' first day cannot be read"
                            : "hires cannot start outside the time that is planned");
}

static dd_status
read_solve(dd_plan_ask *ask, const dd_company *c, const char *word, dd_error *err)
{
    dd_place place = { "--solve", 0, 0 };
    size_t n, stem = strcspn(word, "@");
    const char *const *words = dd_solve_words(&n);
    const char *near = dd_did_you_mean(word, words, n);
    if (stem == strlen("headcount") && strncmp(word, "headcount", stem) == 0)
        return read_headcount(ask, c, word + stem, err);
    ask->solve = 1;
    if (dd_solve_lever(word, &ask->lever) == 0)
        return DD_OK;
    return dd_error_add(err, DD_EUSAGE, &place, word,
                        near != NULL ? near
                                     : "headcount, visits, win_rate, cycle or deal_size",
                        "no lever that could be solved for");
}

static dd_status
ask_for_target(dd_plan_ask *ask, dd_company *c)
{
    const dd_plan_choice *choice = &c->options.plan;
    if (choice->target_deals != NULL && c->options.question.n_targets > 0)
        return dd_error_add(&c->err, DD_EUSAGE, NULL, NULL, "one of them",
                            "--target and --target-deals are two targets");
    if (choice->target_deals != NULL)
        return read_target_deals(ask, c, choice->target_deals, &c->err);
    return choose_target(ask, c, &c->err);
}

static dd_status
ask_of(dd_plan_ask *ask, dd_company *c)
{
    const dd_plan_choice *choice = &c->options.plan;
    dd_status status;
    *ask = (dd_plan_ask){ .visits = choice->visits,
                          .leads = choice->leads,
                          .by_rep = c->by_rep,
                          .funnel = &c->funnel,
                          .moves = choice->moves,
                          .quotas = choice->quotas };
    if (choice->moves && choice->target_deals != NULL)
        return dd_error_add(&c->err, DD_EUSAGE, NULL, NULL, "--target AMOUNT",
                            "--moves tell what an amount hangs on, not deals");
    if (choice->quotas && choice->target_deals != NULL)
        return dd_error_add(&c->err, DD_EUSAGE, NULL, NULL, "--target AMOUNT",
                            "--quotas share out an amount, not deals");
    if (choice->visits > 0.0 && choice->leads > 0.0)
        return dd_error_add(&c->err, DD_EUSAGE, NULL, NULL, "one of them",
                            "--visits and --leads are turned round one at a time");
    status = ask_for_target(ask, c);
    if (!status && choice->solve != NULL)
        status = read_solve(ask, c, choice->solve, &c->err);
    return status;
}

static dd_status
answer(dd_company *c, const dd_command_line *line)
{
    dd_plan plan;
    dd_plan_ask ask;
    dd_run_watch watch;
    dd_status status = ask_of(&ask, c);
    if (!status)
        status = dd_company_note_capacity(c);
    if (status)
        return status;
    dd_watch_begin(&watch, &c->question, DD_WATCH_NOTHING, c->options.quiet);
    status = dd_plan_make(&plan, &ask, &c->model, &c->book, &c->past, &c->question,
                          dd_company_currency(c), &c->notes, &c->err);
    dd_watch_end(&watch);
    if (status)
        return status;
    status = dd_company_begin(c, line, &c->question.seed);
    if (!status)
        dd_plan_describe(&plan, &c->notes, &c->doc);
    dd_plan_free(&plan);
    return status;
}

int
dd_plan_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_status status = dd_company_prepare(&c, &dd_plan_face, line);
    if (!status)
        status = answer(&c, line);
    if (!status)
        status = dd_show(&c.doc, &c.options.show, &c.err);
    return dd_company_close(&c, &dd_plan_face, status);
}
