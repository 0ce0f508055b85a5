/** Finding the columns of a file; see columns.h. */
#include "input/columns.h"

#include "base/text.h"
#include "input/side_files.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_KEY 128 /* bytes of a heading that are compared */

/* What exports put before a heading: "Deal - Stage", "商机阶段". As keys. */
static const char *const prefixes[]
    = { "deal", "opportunity", "potential", "negócio", "销售机会", "商机", "机会" };

static void
key_of(const char *heading, char key[LONGEST_KEY])
{
    if (dd_word_key(heading, strlen(heading), key, LONGEST_KEY) == (size_t) -1)
        key[0] = '\0';
}

/* The first column of the file with this key, the prefix passed over if asked. */
static int
find_key(const dd_csv_row *heading, const char *key, int pass_prefix)
{
    char mine[LONGEST_KEY];

    for (size_t c = 0; c < heading->n; c++) {
        const char *rest = mine;
        size_t length = 0;

        key_of(heading->cells[c].text, mine);
        for (size_t p = 0; pass_prefix && p < sizeof prefixes / sizeof *prefixes; p++) {
            length = strlen(prefixes[p]);
            if (strncmp(mine, prefixes[p], length) == 0 && mine[length]) {
                rest = mine + length;
                break;
            }
        }
        if (*key && strcmp(rest, key) == 0)
            return (int) c;
    }
    return -1;
}

static int
find_heading(const dd_csv_row *heading, const char *name)
{
    char key[LONGEST_KEY];

    key_of(name, key);
    return find_key(heading, key, 0);
}

static int
is_taken(const dd_columns *self, int at)
{
    for (int i = 0; i < DD_COLUMNS; i++) {
        if (self->at[i] == at)
            return 1;
    }
    return 0;
}

static void
take(dd_columns *self, dd_column column, const dd_csv_row *heading, int at)
{
    self->at[column] = at;
    self->heading[column] = at < 0 ? NULL : heading->cells[at].text;
}

static void
find_known(dd_columns *self, const dd_csv_row *heading, int pass_prefix)
{
    char key[LONGEST_KEY];
    const char *known;

    for (int c = 0; c < DD_COLUMNS; c++) {
        for (size_t i = 0; self->at[c] < 0 && (known = dd_column_heading(c, i)); i++) {
            int at;
            key_of(known, key);
            at = find_key(heading, key, pass_prefix);
            if (at >= 0 && !is_taken(self, at))
                take(self, (dd_column) c, heading, at);
        }
    }
}

/* Salesforce's OpportunityHistory: Id is the row's own, CreatedDate the moment in which
 * the deal came to this state. */
static void
see_opportunity_history(dd_columns *self, const dd_csv_row *heading)
{
    int created = find_heading(heading, "CreatedDate");

    if (self->at[DD_COLUMN_ENTERED_AT] >= 0 || created < 0
        || self->at[DD_COLUMN_CREATED_AT] != created
        || find_heading(heading, "OpportunityId") < 0 || find_heading(heading, "Id") < 0)
        return;
    take(self, DD_COLUMN_CREATED_AT, heading, -1);
    take(self, DD_COLUMN_ENTERED_AT, heading, created);
}

static int
column_by_name(const char *name)
{
    for (int c = 0; c < DD_COLUMNS; c++) {
        if (dd_same_word(dd_column_name_of((dd_column) c), name))
            return c;
    }
    return -1;
}

static dd_status
unknown_name(const dd_column_name *given, dd_error *err)
{
    const char *names[DD_COLUMNS];

    for (int c = 0; c < DD_COLUMNS; c++)
        names[c] = dd_column_name_of((dd_column) c);
    return dd_error_add(err, DD_EDATA, &given->place, given->known,
                        dd_did_you_mean(given->known, names, DD_COLUMNS),
                        "no such column");
}

static dd_status
missing_heading(const dd_column_name *given, const dd_csv_row *heading, const char *path,
                dd_error *err)
{
    const char **headings = malloc(heading->n * sizeof *headings);

    if (!headings)
        return dd_error_no_memory(err);
    for (size_t c = 0; c < heading->n; c++)
        headings[c] = heading->cells[c].text;
    dd_error_add(err, DD_EDATA, &given->place, given->heading,
                 dd_did_you_mean(given->heading, headings, heading->n),
                 "'%s' has no such column", path);
    free(headings);
    return DD_EDATA;
}

static dd_status
override(dd_columns *self, const dd_column_name *given, const dd_csv_row *heading,
         const dd_funnel *funnel, const char *path, dd_error *err)
{
    int column = column_by_name(given->known);
    int at = find_heading(heading, given->heading);

    if (column < 0)
        return dd_side_knows(given->known) ? DD_OK : unknown_name(given, err);
    if (at < 0 && dd_side_knows(given->known) && (funnel->reps || funnel->activities))
        return DD_OK; /* it may be meant for the other files */
    if (at < 0)
        return missing_heading(given, heading, path, err);
    take(self, (dd_column) column, heading, at);
    return DD_OK;
}

dd_status
dd_columns_find(dd_columns *self, const dd_csv_row *heading, const dd_funnel *funnel,
                const char *path, dd_error *err)
{
    dd_status status = DD_OK;

    for (int c = 0; c < DD_COLUMNS; c++)
        take(self, (dd_column) c, heading, -1);
    for (size_t i = 0; i < funnel->n_columns; i++) {
        dd_status one = override(self, &funnel->columns[i], heading, funnel, path, err);
        status = one ? one : status;
    }
    if (status)
        return status;
    find_known(self, heading, 0);
    find_known(self, heading, 1);
    see_opportunity_history(self, heading);
    return DD_OK;
}
