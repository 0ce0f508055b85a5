/**
 * @file show.h
 * Put an answer before its reader. Source: sim/show/show.c.
 */
#ifndef DD_SHOW_SHOW_H
#define DD_SHOW_SHOW_H

#include "dealdice/doc.h"

typedef enum {
    DD_FORMAT_TEXT,
    DD_FORMAT_JSON,
} dd_format;

/**
 * Write the doc to a file, whole or not at all. Text is coloured only on a terminal,
 * and not under NO_COLOR (https://no-color.org) or TERM=dumb.
 *
 * @param path  NULL or "-": stdout
 * @return DD_OK; DD_EIO; DD_ENOMEM, also for a doc whose making ran out of memory
 */
dd_status dd_show(const dd_doc *doc, dd_format format, const char *path, dd_error *err);

#endif
