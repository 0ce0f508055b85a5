/**
 * @file options.h
 * The command line of a command, read and checked. Source: sim/cli/options.c, values
 * of options in sim/cli/option_values.c.
 */
#ifndef DD_CLI_OPTIONS_H
#define DD_CLI_OPTIONS_H

#include "answers/deals/deals.h"
#include "dealdice/question.h"
#include "show/show.h"

#include <argp.h>

#define DD_MOST_OPTIONS 32 /* of a command */

/** Which options a command takes. */
enum {
    DD_TAKES_AS_OF = 1,
    DD_TAKES_QUESTION = 2, /* periods, targets, trials, seed, threads, confidence */
    DD_TAKES_SAMPLES = 4,
    DD_TAKES_OUTPUT = 8,      /* --format, --table, --provenance, -o FILE */
    DD_TAKES_FOLDER = 16,     /* -o DIR */
    DD_TAKES_BACKTEST = 32,   /* --every, period, trials, seed, threads */
    DD_TAKES_LONG_RUNS = 128, /* --precision; ranks share the trials */
    DD_TAKES_PLAN
    = 512, /* --target-deals, --visits, --leads, --moves, --quotas, --solve */
    DD_TAKES_DEALS
    = 64, /* which deals, and in what order; period, trials, seed, threads */
    DD_TAKES_SCENARIOS
    = 256, /* further arguments: scenario files; --levers, --leavers, --grid */
};

/** What `plan` is asked beside the question. */
typedef struct {
    const char *target_deals; /* "12" or "12@2026Q4"; NULL: not said */
    double visits, leads;     /* a rep and week, above 0; 0: not said */
    int moves;                /* tell what to do first */
    int quotas;               /* share the target out */
    const char *solve;        /* the lever that is to make it; NULL: not said */
} dd_plan_choice;

/** A command's face. */
typedef struct {
    const char *name;      /* "forecast" */
    const char *arguments; /* "FUNNEL" */
    const char *says;      /* one line */
    const char *help;      /* what comes before the options in --help, then \v and the
                              examples that come after them */
    unsigned takes;
    const char *table; /* the main list of its answer: what CSV writes */
} dd_command_face;

typedef struct {
    const char *input; /* the first argument; never NULL once read */
    size_t n_scenarios;
    const char **scenarios; /* those behind it; the array is owned */
    int levers;             /* the tornado is asked for */
    int leavers;            /* and what is at risk if a rep leaves */
    const char *grid;       /* NULL: not said */
    dd_day as_of;           /* DD_NO_DAY: not said */
    dd_day since;           /* DD_NO_DAY: the funnel file's history_starts */
    dd_question_options question;
    const char **targets; /* owned; question.targets points here */
    int seed_given;
    int tune;
    int32_t every; /* days between a backtest's origins; 0: period starts only */
    dd_show_how show;
    const char *output; /* -o; NULL: not said */
    dd_deals_choice deals;
    dd_plan_choice plan;
    const char *samples;
    const char *rejects; /* a file for refused rows; NULL: not said */
    int strict;          /* a refused row is an error */
    int quiet;
} dd_options;

/**
 * Read argv (its [0] is the command's name). --help, --usage and --version print and
 * exit 0; what argp itself cannot take exits 2.
 *
 * @return DD_OK; DD_EUSAGE with one problem per unknown option (did-you-mean), bad
 *         value, missing or surplus argument; DD_ENOMEM
 */
dd_status dd_options_read(dd_options *self, const dd_command_face *face, int argc,
                          char **argv, dd_error *err);
void dd_options_free(dd_options *self);

/* Values; each returns DD_OK or DD_EUSAGE, and names the option. */
dd_status dd_option_day(dd_day *day, const char *option, const char *text,
                        dd_error *err);
/** A whole number from `least` to `most`. */
dd_status dd_option_count(long long *n, const char *option, const char *text,
                          long long least, long long most, dd_error *err);
/** "day", "week", "month" (30 days), or a number of days up to 366. */
dd_status dd_option_span(int32_t *days, const char *option, const char *text,
                         dd_error *err);
/** A probability between 0 and 1, without both: "80%" or "0.8". */
dd_status dd_option_chance(double *chance, const char *option, const char *text,
                           dd_error *err);
/** An error above 0 and below 1: "0.5%". */
dd_status dd_option_precision(double *error, const char *option, const char *text,
                              dd_error *err);
/** A figure above 0, such as visits a rep and week. */
dd_status dd_option_effort(double *n, const char *option, const char *text,
                           dd_error *err);
/** Refuse long options that are none: argp does not say what was meant, so they are looked
 * at before it. */
dd_status dd_option_check(const struct argp_option *options, size_t n, int argc,
                          char **argv, dd_error *err);

dd_status dd_option_format(dd_format *format, const char *option, const char *text,
                           dd_error *err);

#endif
