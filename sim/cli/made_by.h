/**
 * @file made_by.h
 * What an answer was made by: version, command, seed, checksum of the input. Source:
 * sim/cli/made_by.c.
 */
#ifndef DD_CLI_MADE_BY_H
#define DD_CLI_MADE_BY_H

#include "dealdice/doc.h"
#include "dealdice/funnel.h"
#include "show/show.h"

/**
 * Add root.made_by where it will be shown: not in a text, which has no place for it and
 * need not read the files once more. The command is argv as a shell would take it,
 * without --threads, -o and --quiet, which do not change the answer. The checksum is the
 * SHA-256 of the bytes of the funnel file, if there is one, and the history files, one
 * after another.
 *
 * @param how   in what form the answer is wanted
 * @param seed  NULL: the command draws nothing
 * @return DD_OK; DD_EIO when a file cannot be read any more; DD_ENOMEM
 */
dd_status dd_made_by(dd_doc *doc, int argc, char **argv, const uint64_t *seed,
                     const dd_funnel *funnel, const dd_show_how *how, dd_error *err);

#endif
