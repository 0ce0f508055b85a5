/**
 * @file commands.h
 * One function per command, in a file of its name. Each takes its own argv, whose [0]
 * is the command's name, beside the whole of it (for made_by), and returns the exit
 * status: 0 done, 1 could not, 2 wrong usage.
 */
#ifndef DD_CLI_COMMANDS_H
#define DD_CLI_COMMANDS_H

#include "cli/options.h"

/** The command line as it was given. */
typedef struct {
    int argc;
    char **argv;
} dd_command_line;

extern const dd_command_face dd_backtest_face, dd_check_face, dd_deals_face,
    dd_forecast_face, dd_plan_face, dd_sample_face, dd_whatif_face;

int dd_backtest_command(const dd_command_line *line);
int dd_check_command(const dd_command_line *line);
int dd_deals_command(const dd_command_line *line);
int dd_forecast_command(const dd_command_line *line);
int dd_plan_command(const dd_command_line *line);
int dd_sample_command(const dd_command_line *line);
int dd_whatif_command(const dd_command_line *line);

#endif
