/**
 * @file sample_files.h
 * A made-up company as files. Source: sim/show/sample_files.c.
 */
#ifndef DD_SHOW_SAMPLE_FILES_H
#define DD_SHOW_SAMPLE_FILES_H

#include "answers/sample/sample.h"

/**
 * Write history.csv, funnel.yaml and truth.json into a folder, which is made if it is
 * not there (its parent must be). The same truth gives the same bytes.
 *
 * @return DD_OK; DD_EIO, each file then being whole or as it was; DD_ENOMEM
 */
dd_status dd_sample_write(const dd_sample *sample, const char *folder, dd_error *err);

#endif
