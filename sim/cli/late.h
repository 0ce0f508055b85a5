/**
 * @file late.h
 * An as-of after the data. Source: sim/cli/late.c.
 */
#ifndef DD_CLI_LATE_H
#define DD_CLI_LATE_H

#include "dealdice/history.h"

/**
 * Note that days after the data's last, up to as_of, are taken for days without events:
 * they are days without news.
 *
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_tell_late(dd_notes *notes, const dd_history *history, dd_day as_of,
                       dd_error *err);

#endif
