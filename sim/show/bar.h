/**
 * @file bar.h
 * Bars of block characters. Source: sim/show/bar.c.
 */
#ifndef DD_SHOW_BAR_H
#define DD_SHOW_BAR_H

#include <stdio.h>

/** A bar of eighths of a column, share 1 filling `width` of them; a share that is there
 * at all shows. */
void dd_bar_write(FILE *out, double share, int width);

/** The same in whole columns, always `width` wide, with a mark where `said` ends. */
void dd_bar_write_marked(FILE *out, double share, double said, int width);

#endif
