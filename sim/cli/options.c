#include "cli/options.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TRIALS 100000000LL
#define MOST_THREADS 4096LL

enum {
    KEY_AS_OF = 0x100,
    KEY_SINCE,
    KEY_TARGET,
    KEY_PERIOD,
    KEY_PERIODS,
    KEY_CONFIDENCE,
    KEY_TRIALS,
    KEY_PRECISION,
    KEY_SEED,
    KEY_THREADS,
    KEY_SAMPLES,
    KEY_FORMAT,
    KEY_EVERY,
    KEY_TABLE,
    KEY_PROVENANCE,
    KEY_OWNER,
    KEY_TEAM,
    KEY_STAGE,
    KEY_SEGMENT,
    KEY_STUCK,
    KEY_SORT,
    KEY_TOP,
    KEY_HANDOVER,
    KEY_REJECTS,
    KEY_STRICT,
    KEY_TARGET_DEALS,
    KEY_VISITS,
    KEY_LEADS,
    KEY_MOVES,
    KEY_QUOTAS,
    KEY_SOLVE,
    KEY_TUNE,
    KEY_LEVERS,
    KEY_LEAVERS,
    KEY_GRID,
};

typedef struct {
    unsigned taken_by;
    struct argp_option option;
} entry;

#define HAS_PERIOD (DD_TAKES_QUESTION | DD_TAKES_BACKTEST | DD_TAKES_DEALS)

static const entry known[] = {
    { DD_TAKES_AS_OF,
      { "as-of", KEY_AS_OF, "DATE", 0,
        "the last day that is known (default: the last in the data)", 0 } },
    { DD_TAKES_AS_OF,
      { "since", KEY_SINCE, "DATE", 0,
        "learn from what happened from this day on only (history_starts)", 0 } },
    { DD_TAKES_QUESTION,
      { "target", KEY_TARGET, "AMOUNT[@PERIOD]", 0,
        "what is to be reached, such as 500万@2026Q4 (default: the funnel file's; "
        "without @PERIOD the first period's); may be repeated",
        0 } },
    { DD_TAKES_QUESTION,
      { "period", KEY_PERIOD, "P", 0,
        "year, half, quarter, month or week; or a period up to which to look, such as "
        "2027Q3",
        0 } },
    { DD_TAKES_BACKTEST | DD_TAKES_DEALS,
      { "period", KEY_PERIOD, "P", 0, "year, half, quarter, month or week", 0 } },
    { DD_TAKES_QUESTION,
      { "periods", KEY_PERIODS, "N", 0,
        "how many periods (default: 4; 12 months, 13 weeks)", 0 } },
    { DD_TAKES_QUESTION,
      { "confidence", KEY_CONFIDENCE, "P", 0,
        "how sure to be of the target (default: 80%)", 0 } },
    { DD_TAKES_QUESTION | DD_TAKES_DEALS,
      { "trials", KEY_TRIALS, "N", 0,
        "futures to play (default: 32768; fewer where reps are played one by one)",
        0 } },
    { DD_TAKES_BACKTEST,
      { "trials", KEY_TRIALS, "N", 0,
        "futures of each past day (default: 8192; to tune 4096, of reps 2048)", 0 } },
    { DD_TAKES_LONG_RUNS,
      { "precision", KEY_PRECISION, "P", 0,
        "play until the simulation's own error (MCSE) is as small as this, such as "
        "0.5%, "
        "of the chance of the first target in percentage points, or without a target of "
        "the first period's mean relative to it; at most --trials (default: 10000000)",
        0 } },
    { HAS_PERIOD,
      { "seed", KEY_SEED, "N", 0, "another seed is other luck (default: 1)", 0 } },
    { HAS_PERIOD,
      { "threads", KEY_THREADS, "N", 0,
        "how many play at a time (default: one per core); the answer stays the same",
        0 } },
    { DD_TAKES_BACKTEST,
      { "every", KEY_EVERY, "SPAN", 0,
        "forecast within periods too: every day, week or N days (default: only at their "
        "start)",
        0 } },
    { DD_TAKES_BACKTEST,
      { "tune", KEY_TUNE, NULL, 0,
        "also tell which parts of the model earn their place for this company, and "
        "print "
        "the funnel file's model: line",
        0 } },
    { DD_TAKES_SAMPLES,
      { "samples", KEY_SAMPLES, "FILE", 0,
        "write every trial as CSV: trial,period,bookings,open,new,wins", 0 } },
    { DD_TAKES_AS_OF,
      { "rejects", KEY_REJECTS, "FILE", 0,
        "write the rows that could not be used as CSV: "
        "file,line,column,value,reason,original",
        0 } },
    { DD_TAKES_AS_OF,
      { "strict", KEY_STRICT, NULL, 0, "a row that cannot be used is an error", 0 } },
    { DD_TAKES_OUTPUT,
      { "format", KEY_FORMAT, "FORMAT", 0,
        "text (default), json or csv; in CSV a text that a spreadsheet would run as a "
        "formula gets an apostrophe in front",
        0 } },
    { DD_TAKES_OUTPUT,
      { "table", KEY_TABLE, "NAME", 0,
        "which list CSV holds, by its name in JSON (default: the main one)", 0 } },
    { DD_TAKES_OUTPUT,
      { "provenance", KEY_PROVENANCE, NULL, 0,
        "begin CSV with '# key = value' lines: version, command, seed, checksum of the "
        "input, as-of",
        0 } },
    { DD_TAKES_DEALS, { "owner", KEY_OWNER, "NAME", 0, "deals of this owner only", 0 } },
    { DD_TAKES_DEALS,
      { "team", KEY_TEAM, "NAME", 0, "deals of this team's reps only (reps.csv)", 0 } },
    { DD_TAKES_DEALS, { "stage", KEY_STAGE, "NAME", 0, "deals in this stage only", 0 } },
    { DD_TAKES_DEALS,
      { "segment", KEY_SEGMENT, "NAME", 0, "deals of this segment only", 0 } },
    { DD_TAKES_DEALS, { "stuck", KEY_STUCK, NULL, 0, "stuck deals only", 0 } },
    { DD_TAKES_DEALS,
      { "sort", KEY_SORT, "KEY", 0,
        "by this key of JSON: amounts, chances and ages from the highest, dates and "
        "names "
        "from the first (default: expected)",
        0 } },
    { DD_TAKES_DEALS,
      { "top", KEY_TOP, "N", 0, "the first N of them (default: all; text prints 20)",
        0 } },
    { DD_TAKES_DEALS,
      { "handover", KEY_HANDOVER, NULL, 0,
        "in the order in which to hand them over, with --owner: the lower third of the "
        "stages first, for their deals suffer most from waiting, then middle and upper; "
        "within each by expected amount",
        0 } },
    { DD_TAKES_PLAN,
      { "target-deals", KEY_TARGET_DEALS, "N[@PERIOD]", 0,
        "so many deals won are the target, instead of an amount", 0 } },
    { DD_TAKES_PLAN,
      { "visits", KEY_VISITS, "N", 0,
        "turned round: the chance that N visits a rep and week for new deals give",
        0 } },
    { DD_TAKES_PLAN,
      { "leads", KEY_LEADS, "N", 0,
        "turned round: the chance that N leads a rep and week give", 0 } },
    { DD_TAKES_SCENARIOS,
      { "levers", KEY_LEVERS, NULL, 0,
        "what 10 % of every lever at every stage brings, the greatest first", 0 } },
    { DD_TAKES_SCENARIOS,
      { "leavers", KEY_LEAVERS, NULL, 0, "what is at risk if a rep leaves", 0 } },
    { DD_TAKES_SCENARIOS,
      { "grid", KEY_GRID, "LEVERS", 0,
        "every combination of one or two levers of all stages, each in five even steps: "
        "'win_rate=0%:20% cycle=-20%:0%'; '0%:20%/10' takes ten steps",
        0 } },
    { DD_TAKES_PLAN,
      { "moves", KEY_MOVES, NULL, 0,
        "what to do first: the deals that decide most, the levers that bring most",
        0 } },
    { DD_TAKES_PLAN,
      { "quotas", KEY_QUOTAS, NULL, 0,
        "share the target out over the reps so that each has the same chance", 0 } },
    { DD_TAKES_PLAN,
      { "solve", KEY_SOLVE, "LEVER", 0,
        "how far visits, win_rate, cycle or deal_size would have to move alone, or how "
        "many reps to hire: headcount, headcount@DATE",
        0 } },
    { DD_TAKES_OUTPUT,
      { "output", 'o', "FILE", 0, "write there instead of to standard output", 0 } },
    { DD_TAKES_FOLDER, { "output", 'o', "DIR", 0, "folder to write into", 0 } },
    { ~0u, { "quiet", 'q', NULL, 0, "nothing on standard error but errors", 0 } },
};

/* What the parser fills and complains to. */
typedef struct {
    dd_options *options;
    unsigned takes;
    dd_error *err;
    dd_status status;
} reader;

/* Append to an array of words of the command line. */
static dd_status
append(const char ***items, size_t *n, const char *text)
{
    const char **grown = realloc(*items, (*n + 1) * sizeof *grown);
    if (grown == NULL)
        return DD_ENOMEM;
    grown[(*n)++] = text;
    *items = grown;
    return DD_OK;
}

static dd_status
add_target(dd_options *self, const char *text)
{
    dd_status status = append(&self->targets, &self->question.n_targets, text);
    self->question.targets = self->targets;
    return status;
}

static dd_status
read_count(long *n, const char *option, const char *text, long long most, dd_error *err)
{
    long long value = 0;
    dd_status status = dd_option_count(&value, option, text, 1, most, err);
    if (!status)
        *n = (long) value;
    return status;
}

static dd_status
read_seed(dd_options *self, const char *text, dd_error *err)
{
    long long value = 0;
    dd_status status = dd_option_count(&value, "--seed", text, 0, INT64_MAX, err);
    if (!status) {
        self->question.seed = (uint64_t) value;
        self->seed_given = 1;
    }
    return status;
}

static dd_status
read_threads(dd_options *self, const char *text, dd_error *err)
{
    long value = 0;
    dd_status status = read_count(&value, "--threads", text, MOST_THREADS, err);
    if (!status)
        self->question.threads = (int) value;
    return status;
}

static dd_status
read_question(dd_options *self, int key, const char *text, dd_error *err)
{
    dd_question_options *question = &self->question;
    switch (key) {
    case KEY_TARGET:
        return add_target(self, text);
    case KEY_PERIOD:
        question->period = text;
        return DD_OK;
    case KEY_PERIODS:
        return read_count(&question->periods, "--periods", text, DD_MOST_PERIODS, err);
    case KEY_CONFIDENCE:
        return dd_option_chance(&question->confidence, "--confidence", text, err);
    case KEY_TRIALS:
        return read_count(&question->trials, "--trials", text, MOST_TRIALS, err);
    case KEY_PRECISION:
        return dd_option_precision(&question->precision, "--precision", text, err);
    case KEY_SEED:
        return read_seed(self, text, err);
    default:
        return read_threads(self, text, err);
    }
}

/* What a list of deals is to hold; returns 0 for keys that are none of it. */
static int
read_deals(dd_options *self, int key, const char *text, reader *r)
{
    dd_deals_choice *deals = &self->deals;
    long top = 0;
    switch (key) {
    case KEY_OWNER:
        deals->owner = text;
        return 1;
    case KEY_TEAM:
        deals->team = text;
        return 1;
    case KEY_STAGE:
        deals->stage = text;
        return 1;
    case KEY_SEGMENT:
        deals->segment = text;
        return 1;
    case KEY_STUCK:
        deals->stuck = 1;
        return 1;
    case KEY_SORT:
        deals->sort = text;
        return 1;
    case KEY_HANDOVER:
        deals->handover = 1;
        return 1;
    case KEY_TOP:
        r->status = read_count(&top, "--top", text, MOST_TRIALS, r->err);
        deals->top = (size_t) top;
        return 1;
    default:
        return 0;
    }
}

/* What a plan is asked; returns 0 for keys that are none of it. */
static int
read_plan(dd_options *self, int key, const char *text, reader *r)
{
    switch (key) {
    case KEY_TARGET_DEALS:
        self->plan.target_deals = text;
        return 1;
    case KEY_VISITS:
        r->status = dd_option_effort(&self->plan.visits, "--visits", text, r->err);
        return 1;
    case KEY_SOLVE:
        self->plan.solve = text;
        return 1;
    case KEY_MOVES:
        self->plan.moves = 1;
        return 1;
    case KEY_QUOTAS:
        self->plan.quotas = 1;
        return 1;
    case KEY_LEADS:
        r->status = dd_option_effort(&self->plan.leads, "--leads", text, r->err);
        return 1;
    default:
        return 0;
    }
}

static dd_status
read_argument(reader *r, const char *text)
{
    dd_options *self = r->options;
    if (self->input != NULL && r->takes & DD_TAKES_SCENARIOS)
        return append(&self->scenarios, &self->n_scenarios, text);
    if (self->input != NULL)
        return dd_error_add(r->err, DD_EUSAGE, NULL, text, "one file",
                            "more than one file given");
    self->input = text;
    return DD_OK;
}

static error_t
read_key(int key, char *text, struct argp_state *state)
{
    reader *r = state->input;
    dd_options *self = r->options;
    dd_status status = DD_OK;
    switch (key) {
    case KEY_AS_OF:
        status = dd_option_day(&self->as_of, "--as-of", text, r->err);
        break;
    case KEY_SINCE:
        status = dd_option_day(&self->since, "--since", text, r->err);
        break;
    case KEY_SAMPLES:
        self->samples = text;
        break;
    case KEY_EVERY:
        status = dd_option_span(&self->every, "--every", text, r->err);
        break;
    case KEY_FORMAT:
        status = dd_option_format(&self->show.format, "--format", text, r->err);
        break;
    case KEY_REJECTS:
        self->rejects = text;
        break;
    case KEY_STRICT:
        self->strict = 1;
        break;
    case KEY_TUNE:
        self->tune = 1;
        break;
    case KEY_TABLE:
        self->show.table = text;
        break;
    case KEY_LEVERS:
        self->levers = 1;
        break;
    case KEY_LEAVERS:
        self->leavers = 1;
        break;
    case KEY_GRID:
        self->grid = text;
        break;
    case KEY_PROVENANCE:
        self->show.provenance = 1;
        break;
    case 'o':
        self->output = self->show.path = text;
        break;
    case 'q':
        self->quiet = 1;
        break;
    case ARGP_KEY_ARG:
        status = read_argument(r, text);
        break;
    default:
        if (read_deals(self, key, text, r) || read_plan(self, key, text, r))
            break;
        if (key < KEY_TARGET || key > KEY_THREADS)
            return ARGP_ERR_UNKNOWN;
        status = read_question(self, key, text, r->err);
    }
    if (status)
        r->status = status;
    return status == DD_ENOMEM ? ENOMEM : 0;
}

static size_t
options_of(const dd_command_face *face, struct argp_option *options)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].taken_by & face->takes)
            options[n++] = known[i].option;
    options[n] = (struct argp_option){ 0 };
    return n;
}

/* argp reorders the words it reads and needs a name: it gets a copy. */
static dd_status
parse(const struct argp *parser, const char *name, int argc, char **argv, reader *r)
{
    char program[64];
    char **words = malloc((size_t) (argc + 1) * sizeof *words);
    if (words == NULL)
        return dd_error_no_memory(r->err);
    memcpy(words, argv, (size_t) argc * sizeof *words);
    words[argc] = NULL;
    snprintf(program, sizeof program, "dealdice %s", name);
    words[0] = program;
    argp_err_exit_status = 2;
    if (argp_parse(parser, argc, words, 0, NULL, r) == ENOMEM)
        r->status = dd_error_no_memory(r->err);
    free(words);
    return r->status;
}

/* What only CSV has, asked of another format, would be passed over in silence. */
static dd_status
check_show(dd_options *self, const dd_command_face *face, dd_error *err)
{
    const char *option = self->show.table != NULL ? "--table" : "--provenance";
    if (self->show.format == DD_FORMAT_CSV) {
        if (self->show.table == NULL)
            self->show.table = face->table;
        return DD_OK;
    }
    if (self->show.table == NULL && !self->show.provenance)
        return DD_OK;
    return dd_error_add(err, DD_EUSAGE, NULL, NULL, "--format csv",
                        "%s goes with CSV only", option);
}

dd_status
dd_options_read(dd_options *self, const dd_command_face *face, int argc, char **argv,
                dd_error *err)
{
    struct argp_option options[DD_MOST_OPTIONS];
    size_t n = options_of(face, options);
    struct argp parser = { options, read_key, face->arguments, face->help, 0, 0, 0 };
    reader r = { self, face->takes, err, DD_OK };
    dd_status status;
    *self = (dd_options){ .as_of = DD_NO_DAY, .since = DD_NO_DAY };
    if (dd_option_check(options, n, argc, argv, err))
        return DD_EUSAGE;
    status = parse(&parser, face->name, argc, argv, &r);
    if (!status && self->input == NULL)
        status
            = dd_error_add(err, DD_EUSAGE, NULL, NULL, face->arguments, "no file given");
    if (!status)
        status = check_show(self, face, err);
    if (status)
        dd_options_free(self);
    return status;
}

void
dd_options_free(dd_options *self)
{
    free(self->targets);
    free(self->scenarios);
    *self = (dd_options){ 0 };
}
