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
    DD_FORMAT_CSV,
} dd_format;

/** How an answer is wanted. */
typedef struct {
    dd_format format;
    const char *path;  /* NULL or "-": stdout */
    const char *table; /* CSV: the list to write, by its key at the root */
    int provenance;    /* CSV: begin with `# key = value` lines */
} dd_show_how;

/**
 * Write the doc to a file, whole or not at all. Text is coloured only on a terminal,
 * and not under NO_COLOR (https://no-color.org) or TERM=dumb.
 *
 * @return DD_OK; DD_EUSAGE for a table that is not there; DD_EIO; DD_ENOMEM, also for a
 *         doc whose making ran out of memory
 */
dd_status dd_show(const dd_doc *doc, const dd_show_how *how, dd_error *err);

#endif
