/**
 * @file batches.h
 * What somebody wrote down in batches, not as it happened: exits (batches.c), and new deals
 * (imports.c).
 */
#ifndef DD_HISTORY_BATCHES_H
#define DD_HISTORY_BATCHES_H

#include "dealdice/past.h"

/**
 * Warn ("batch_dated_exits") of each kind of exit, from one stage to one end or stage, half
 * of which fell on days that hold less than a twentieth of the deal-days at risk.
 *
 * The busiest days are taken, as few as hold half. Where exits follow the deals at risk these
 * days have their part of the risk, however unevenly deals come; and they must hold five
 * exits each on average, so that rare exits, which must fall on few days, say nothing. Kinds
 * seen less than 50 times are passed over, and so is layout DD_SNAPSHOTS, whose days are
 * those of the photos.
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_note_batches(const dd_past *past, dd_notes *notes);

/**
 * Warn ("imported_deals") of the day on which most deals first appear, where they are at
 * least 30, a tenth of all that have appeared since new deals are counted, for 90 days or
 * more, and twice those of any other day: such a day is an import. A forecast takes its
 * deals for as many new ones.
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_note_imports(const dd_past *past, dd_notes *notes);

#endif
