/**
 * @file rejects.h
 * Rows that could not be used, as a file to mend them by. Source: sim/show/rejects.c.
 */
#ifndef DD_SHOW_REJECTS_H
#define DD_SHOW_REJECTS_H

#include "dealdice/history.h"

/**
 * Write CSV `file,line,column,value,reason,original`, a row per refusal that is kept;
 * original is the line as its file has it (of a row over several lines, the first).
 *
 * @param path  "-": stdout
 * @return DD_OK; DD_EIO; DD_ENOMEM
 */
dd_status dd_rejects_write(const dd_history *history, const char *path, dd_error *err);

#endif
