/**
 * @file output.h
 * Files that are written whole or not at all. Source: sim/show/output.c.
 */
#ifndef DD_SHOW_OUTPUT_H
#define DD_SHOW_OUTPUT_H

#include "dealdice/error.h"

#include <stdio.h>

/** An output under way; zeroed: none. */
typedef struct {
    FILE *file;      /* write here; failures are told by dd_output_close */
    char *path;      /* where it shall be; NULL: stdout */
    char *temporary; /* where it is until closed; NULL: written in place */
} dd_output;

/**
 * Open an output. A regular file is written beside its place, as PATH.tmpPID; a
 * device or pipe in place.
 *
 * @param path  copied; NULL or "-": stdout
 * @return DD_OK; DD_EIO with the reason; DD_ENOMEM
 */
dd_status dd_output_open(dd_output *self, const char *path, dd_error *err);

/**
 * Flush, and move the file to its place. A reader of stdout that has gone away is no
 * error (SIGPIPE must be ignored).
 * @return DD_OK; DD_EIO when anything could not be written: then no file is left
 */
dd_status dd_output_close(dd_output *self, dd_error *err);

/** Give up: remove what was written. Safe on a zeroed or closed one. */
void dd_output_abandon(dd_output *self);

#endif
