/**
 * @file reject.h
 * Rows that could not be used: --rejects and --strict. Source: sim/cli/reject.c.
 */
#ifndef DD_CLI_REJECT_H
#define DD_CLI_REJECT_H

#include "cli/options.h"
#include "dealdice/history.h"

/**
 * Write the refused rows where the options say, and refuse them all when they are strict.
 * @return DD_OK; DD_EDATA for a refused row under --strict; DD_EIO; DD_ENOMEM
 */
dd_status dd_reject(const dd_options *options, const dd_history *history, dd_error *err);

#endif
