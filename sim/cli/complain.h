/**
 * @file complain.h
 * Errors on stderr, and the exit status that goes with them. Source: sim/cli/complain.c.
 */
#ifndef DD_CLI_COMPLAIN_H
#define DD_CLI_COMPLAIN_H

#include "dealdice/error.h"

#define DD_INTERRUPTED 130 /* the exit status of a run that Ctrl-C ended early */

/**
 * Print each problem as `file:line:column: what is wrong, read '...', expected ...` and,
 * where usage is wrong, where help is.
 *
 * @param command  "forecast"; NULL: none yet
 * @return exit status: 0 for DD_OK, 2 for DD_EUSAGE, 130 for DD_ESTOPPED, else 1
 */
int dd_complain(const dd_error *err, dd_status status, const char *command);

#endif
