/**
 * @file columns.h
 * Which column of an export is which: by its heading, in English and Chinese and as
 * Salesforce, HubSpot, Zoho, Pipedrive (Portuguese too), Bitrix24, 销售易 and 纷享销客 write
 * it; the funnel's `columns:` come first. Source: sim/input/columns.c, and
 * sim/input/column_names.c, the table of names.
 */
#ifndef DD_INPUT_COLUMNS_H
#define DD_INPUT_COLUMNS_H

#include "dealdice/funnel.h"
#include "input/csv.h"

/** What a column can be; the order is that of dd_column_name_of. */
typedef enum {
    DD_COLUMN_DEAL_ID,
    DD_COLUMN_STAGE,
    DD_COLUMN_STATUS, /* open, won or lost, beside the stage (Pipedrive) */
    DD_COLUMN_ENTERED_AT,
    DD_COLUMN_SNAPSHOT_AT,
    DD_COLUMN_CREATED_AT,
    DD_COLUMN_CLOSED_AT,
    DD_COLUMN_WON_AT, /* Pipedrive: an end each for won and lost deals */
    DD_COLUMN_LOST_AT,
    DD_COLUMN_CLOSE_DATE,
    DD_COLUMN_NAME,
    DD_COLUMN_ACCOUNT,
    DD_COLUMN_OWNER,
    DD_COLUMN_PIPELINE,
    DD_COLUMN_SEGMENT,
    DD_COLUMN_KIND,
    DD_COLUMN_SOURCE,
    DD_COLUMN_AMOUNT,
    DD_COLUMN_AMOUNT_WON,
    DD_COLUMN_CURRENCY,
    DD_COLUMN_PROBABILITY,
    DD_COLUMNS
} dd_column;

/** Our name: "deal_id". */
const char *dd_column_name_of(dd_column column);
/** A known heading of the column, the most telling first; NULL beyond the last. */
const char *dd_column_heading(dd_column column, size_t i);

/** Where each column stands in a file, -1: it is not there. */
typedef struct {
    int at[DD_COLUMNS];
    const char
        *heading[DD_COLUMNS]; /* as the file writes it; borrowed from the reader */
} dd_columns;

/**
 * Find the columns of a heading.
 *
 * Headings are compared without case, blanks, underscores and hyphens; a prefix such as
 * "Deal - " or 商机 is passed over when the whole is not known.
 * @param funnel  its columns override what is known; may have none
 * @param path    of the history file, for messages
 * @return DD_OK; DD_EDATA when an override names a heading that the file has not, or a
 *         column that is none of ours (did-you-mean for both); those of reps and
 *         activities are passed over
 */
dd_status dd_columns_find(dd_columns *self, const dd_csv_row *heading,
                          const dd_funnel *funnel, const char *path, dd_error *err);

#endif
