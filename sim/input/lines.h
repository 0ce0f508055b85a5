/**
 * @file lines.h
 * Single records of a file, to be quoted. Source: sim/input/lines.c.
 */
#ifndef DD_INPUT_LINES_H
#define DD_INPUT_LINES_H

#include "dealdice/error.h"

#define DD_LONGEST_LINE 4096 /* bytes quoted of a line */

/**
 * Find lines in a file of any encoding; one that opens a cell's quotes goes on to the
 * line that closes them, unless none does within DD_LONGEST_LINE bytes.
 *
 * @param line  n numbers from 1, ascending, repeats allowed
 * @param text  told n lines without their ends, as UTF-8 cut after DD_LONGEST_LINE bytes;
 *              the caller's to free; NULL for a line that the file has not
 * @return DD_OK; DD_EIO; DD_ENOMEM; after a failure the texts so far are still the caller's
 */
dd_status dd_lines_find(const char *path, const long *line, size_t n, char **text,
                        dd_error *err);

#endif
