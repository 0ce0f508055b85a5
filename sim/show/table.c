#include "show/table.h"

#include "base/text.h"
#include "show/text.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_WRAPPED 16 /* columns: narrower words are hard to read */

/* All cells as they will be printed, and how wide they are. */
typedef struct {
    size_t rows, columns;
    char **cell;   /* rows x columns; NULL where nothing is known in the column */
    size_t *width; /* rows x columns, without escape sequences */
    size_t *widest;
    int *known; /* the column holds any known value */
    int *left;  /* the column holds words */
    int tight;  /* words are cut twice as short as was asked for */
    size_t
        *split; /* bytes of the heading that stand on a line above the rest; 0: none */
    size_t *at; /* per column: bytes of the row's cell that are written */
} grid;

static void
free_grid(grid *self)
{
    if (self->cell != NULL)
        for (size_t i = 0; i < self->rows * self->columns; i++)
            free(self->cell[i]);
    free(self->cell);
    free(self->width);
    free(self->widest);
    free(self->known);
    free(self->left);
    free(self->split);
    free(self->at);
}

/* The first row that is printed, where every step-th is and the last of all. */
static const dd_doc_node *
first_row(const dd_doc_view *view)
{
    const dd_doc_node *row = view->node->first;
    size_t n = 0, step = view->each > 0 ? view->each : 1;
    for (const dd_doc_node *all = row; all != NULL; all = all->next)
        n++;
    for (size_t skip = n > 0 ? (n - 1) % step : 0; skip > 0; skip--)
        row = row->next;
    return row;
}

static const dd_doc_node *
next_row(const dd_doc_view *view, const dd_doc_node *row)
{
    row = row->next;
    for (size_t skip = 1; skip < view->each && row != NULL; skip++)
        row = row->next;
    return row;
}

static size_t
count_rows(const dd_doc_view *view)
{
    size_t n = 0;
    for (const dd_doc_node *row = first_row(view);
         row != NULL && (view->most_rows == 0 || n < view->most_rows);
         row = next_row(view, row))
        n++;
    return n;
}

static int
init_grid(grid *self, const dd_doc_view *view)
{
    size_t columns = view->n_columns, rows = count_rows(view);
    *self = (grid){ .rows = rows, .columns = columns };
    self->cell = calloc(rows * columns, sizeof *self->cell);
    self->width = calloc(rows * columns, sizeof *self->width);
    self->widest = calloc(columns, sizeof *self->widest);
    self->known = calloc(columns, sizeof *self->known);
    self->left = calloc(columns, sizeof *self->left);
    self->split = calloc(columns, sizeof *self->split);
    self->at = calloc(columns, sizeof *self->at);
    return self->cell && self->width && self->widest && self->known && self->left
           && self->split && self->at;
}

/* Whether the cell starts with words rather than a number. */
static int
is_words(const char *cell, const dd_doc_node *row)
{
    char path[128];
    const dd_doc_node *value;
    const char *open = strchr(cell, '{');
    size_t n;
    if (open == NULL || strchr(open, '#') != NULL) /* a bar starts at the left */
        return 1;
    n = strcspn(open + 1, "}~+=^?");
    if (n >= sizeof path)
        return 1;
    memcpy(path, open + 1, n);
    path[n] = '\0';
    value = dd_doc_get(row, path);
    return value != NULL
           && (value->kind == DD_DOC_TEXT || value->kind == DD_DOC_FLAG
               || value->kind == DD_DOC_DAY || value->kind == DD_DOC_TRUTH);
}

static int
fill_cell(grid *self, size_t r, size_t c, const char *template_, const dd_doc_node *row,
          const dd_value_style *style)
{
    dd_value_style plain = { style->currency, 0, style->as_of };
    size_t known, asked, i = r * self->columns + c;
    char *bare = dd_template_fill(template_, row, &plain, &known, &asked);
    if (known == 0 && asked > 1)
        template_ = DD_VALUE_UNKNOWN; /* one dash for a range, too */
    self->cell[i] = dd_template_fill(template_, row, style, NULL, NULL);
    if (bare == NULL || self->cell[i] == NULL) {
        free(bare);
        return 0;
    }
    self->width[i] = dd_text_width(known == 0 && asked > 1 ? DD_VALUE_UNKNOWN : bare);
    if (self->width[i] > self->widest[c])
        self->widest[c] = self->width[i];
    self->known[c] |= known > 0 || asked == 0;
    self->left[c] |= is_words(template_, row);
    free(bare);
    return 1;
}

static int
fill_grid(grid *self, const dd_doc_view *view, const dd_value_style *style)
{
    const dd_doc_node *row = first_row(view);
    for (size_t r = 0; r < self->rows; r++, row = next_row(view, row))
        for (size_t c = 0; c < self->columns; c++)
            if (!fill_cell(self, r, c, view->cell[c], row, style))
                return 0;
    return 1;
}

/* ---- headings ---- */

static size_t
greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Where a heading's two lines are of the most even width. A sign such as + stays with its
 * word. @return bytes of the first, 0: it is one word */
static size_t
find_split(const char *heading, size_t *width)
{
    size_t best = 0;

    *width = dd_text_width(heading);
    for (const char *space = strchr(heading, ' '); space != NULL;
         space = strchr(space + 1, ' ')) {
        size_t n = (size_t) (space - heading);
        size_t wide = greater(dd_text_width_n(heading, n), dd_text_width(space + 1));
        if (n > 1 && space[2] != '\0' && space[2] != ' ' && wide < *width) {
            best = n;
            *width = wide;
        }
    }
    return best;
}

/* Headings take two lines where that makes a table narrower that is too wide for one. */
static void
fit_headings(grid *self, const dd_doc_view *view)
{
    size_t total = 0;

    for (size_t c = 0; c < self->columns; c++)
        if (self->known[c])
            total += greater(self->widest[c], dd_text_width(view->heading[c])) + 2;
    for (size_t c = 0; c < self->columns; c++) {
        size_t width = dd_text_width(view->heading[c]);
        if (total > DD_TEXT_WIDTH + 2 && width > self->widest[c])
            self->split[c] = find_split(view->heading[c], &width);
        self->widest[c] = greater(self->widest[c], width);
    }
}

/* ---- within so many columns ---- */

static int
fit_of(const dd_doc_view *view, size_t c)
{
    return view->fit != NULL ? view->fit[c] : 0;
}

/* What a column is cut to at the most. */
static size_t
least_width(const grid *self, const dd_doc_view *view, size_t c)
{
    int fit = fit_of(view, c);
    size_t least = fit < 0 ? (size_t) (-fit >> self->tight) : self->widest[c];
    size_t split = self->split[c];
    size_t heading = greater(dd_text_width_n(view->heading[c], split),
                             dd_text_width(view->heading[c] + split + (split > 0)));
    least = greater(least, heading);
    return least < self->widest[c] ? least : self->widest[c];
}

/* Columns that are left out go in their order until the others fit, cut as they may be. */
static void
leave_out(grid *self, const dd_doc_view *view)
{
    for (;;) {
        size_t total = 0, next = self->columns;
        for (size_t c = 0; c < self->columns; c++) {
            total += self->known[c] ? least_width(self, view, c) + 2 : 0;
            if (self->known[c] && fit_of(view, c) > 0
                && (next == self->columns || fit_of(view, c) < fit_of(view, next)))
                next = c;
        }
        if (total <= DD_TABLE_WIDTH + 2)
            return;
        if (next == self->columns) {
            self->tight = 1;
            return;
        }
        self->known[next] = 0;
    }
}

/* The widest gives way first. */
static void
narrow(grid *self, const dd_doc_view *view)
{
    size_t total = 0;
    for (size_t c = 0; c < self->columns; c++)
        total += self->known[c] ? self->widest[c] + 2 : 0;
    for (; total > DD_TABLE_WIDTH + 2; total--) {
        size_t next = self->columns;
        for (size_t c = 0; c < self->columns; c++)
            if (self->known[c] && self->widest[c] > least_width(self, view, c)
                && (next == self->columns || self->widest[c] > self->widest[next]))
                next = c;
        if (next == self->columns)
            return;
        self->widest[next]--;
    }
}

/* Words to so many columns, the last of them an ellipsis. */
static int
cut_words(char **text, size_t *width, size_t widest)
{
    size_t n = 0, more = 0;
    char *cut = malloc(strlen(*text) + sizeof "…");
    if (cut == NULL)
        return 0;
    while (dd_text_width_n(*text, more) < widest) {
        n = more++;
        while (((unsigned char) (*text)[more] & 0xC0) == 0x80)
            more++;
    }
    while (n > 0 && (*text)[n - 1] == ' ')
        n--;
    memcpy(cut, *text, n);
    strcpy(cut + n, "…");
    free(*text);
    *text = cut;
    *width = dd_text_width(cut);
    return 1;
}

/* Where nothing was said of how to fit, words take several lines, the widest first. */
static void
wrap(grid *self, const dd_doc_view *view)
{
    size_t total = 0;

    for (size_t c = 0; c < self->columns; c++)
        total += self->known[c] ? self->widest[c] + 2 : 0;
    for (; view->fit == NULL && total > DD_TABLE_WIDTH + 2; total--) {
        size_t next = self->columns;
        for (size_t c = 0; c < self->columns; c++)
            if (self->known[c] && self->left[c] && self->widest[c] > LEAST_WRAPPED
                && self->widest[c] > dd_text_width(view->heading[c])
                && (next == self->columns || self->widest[c] > self->widest[next]))
                next = c;
        if (next == self->columns)
            return;
        self->widest[next]--;
    }
}

static int
fit_columns(grid *self, const dd_doc_view *view)
{
    leave_out(self, view);
    narrow(self, view);
    wrap(self, view);
    for (size_t i = 0; i < self->rows * self->columns; i++) {
        size_t c = i % self->columns;
        if (view->fit != NULL && self->known[c] && self->width[i] > self->widest[c]
            && !cut_words(&self->cell[i], &self->width[i], self->widest[c]))
            return 0;
    }
    return 1;
}

/* One cell, and the space before it; blanks after words only where more follows. */
static void
write_cell(const grid *self, size_t c, const char *text, size_t n, size_t width,
           int last, FILE *out)
{
    int pad = (int) (self->widest[c] - width);
    if (self->left[c])
        fprintf(out, "%.*s%*s", (int) n, text, last ? 0 : pad, "");
    else
        fprintf(out, "%*s%.*s", pad, "", (int) n, text);
    fputs(last ? "\n" : "  ", out);
}

static size_t
last_column(const grid *self)
{
    size_t last = 0;
    for (size_t c = 0; c < self->columns; c++)
        if (self->known[c])
            last = c;
    return last;
}

static void
write_rule(const grid *self, FILE *out)
{
    size_t total = 0;
    for (size_t c = 0; c < self->columns; c++)
        if (self->known[c])
            total += self->widest[c] + 2;
    for (size_t i = 2; i < total; i++)
        fputs("─", out);
    fputc('\n', out);
}

/* @param above  what stands on a line of its own, else the rest */
static void
write_headings(const grid *self, const dd_doc_view *view, int above, FILE *out)
{
    size_t last = 0;

    for (size_t c = 0; c < self->columns; c++)
        if (self->known[c] && (self->split[c] > 0 || !above))
            last = c;
    for (size_t c = 0; c <= last; c++) {
        const char *heading = view->heading[c];
        size_t n = self->split[c];
        char text[80];
        if (!self->known[c])
            continue;
        if (!above && n > 0)
            heading += n + 1;
        snprintf(text, sizeof text, "%.*s", above ? (int) n : -1, heading);
        write_cell(self, c, text, strlen(text), dd_text_width(text), c == last, out);
    }
}

/* @return bytes of the next line: to the last blank within so many columns, else to the
 * last sign */
static size_t
next_line(const char *text, size_t widest)
{
    size_t n = 0, blank = 0;

    while (text[n] != '\0') {
        size_t more = n + 1;
        while (((unsigned char) text[more] & 0xC0) == 0x80)
            more++;
        if (dd_text_width_n(text, more) > widest)
            return text[n] == ' ' ? n : blank > 0 ? blank : n;
        if (text[n] == ' ')
            blank = n;
        n = more;
    }
    return n;
}

/* What of a cell stands on the row's present line. */
static size_t
line_of(const grid *self, size_t r, size_t c)
{
    size_t i = r * self->columns + c;

    return self->width[i] <= self->widest[c]
               ? strlen(self->cell[i]) - self->at[c] /* escape sequences and all */
               : next_line(self->cell[i] + self->at[c], self->widest[c]);
}

static void
write_row(const grid *self, size_t r, FILE *out)
{
    size_t last = last_column(self), more;

    memset(self->at, 0, self->columns * sizeof *self->at);
    do {
        more = 0;
        for (size_t c = 0; c <= last; c++) {
            const char *text = self->cell[r * self->columns + c] + self->at[c];
            size_t n = line_of(self, r, c);
            if (!self->known[c])
                continue;
            write_cell(self, c, text, n,
                       self->at[c] == 0 && text[n] == '\0'
                           ? self->width[r * self->columns + c]
                           : dd_text_width_n(text, n),
                       c == last, out);
            n += strspn(text + n, " ");
            self->at[c] += n;
            more = text[n] != '\0' ? c + 1 : more;
        }
        last = more > 0 ? more - 1 : last;
    } while (more > 0);
}

static void
write_grid(const grid *self, const dd_doc_view *view, int colour, FILE *out)
{
    size_t split = 0;
    for (size_t c = 0; c < self->columns; c++)
        split += self->known[c] ? self->split[c] : 0;
    if (colour)
        fputs("\033[1m", out);
    if (split > 0)
        write_headings(self, view, 1, out);
    write_headings(self, view, 0, out);
    if (colour)
        fputs("\033[0m", out);
    write_rule(self, out);
    for (size_t r = 0; r < self->rows; r++)
        write_row(self, r, out);
}

dd_status
dd_table_write(const dd_doc_view *view, const dd_value_style *style, FILE *out)
{
    grid cells;
    dd_status status = DD_ENOMEM;
    if (view->node == NULL || view->node->first == NULL)
        return DD_OK;
    if (init_grid(&cells, view) && fill_grid(&cells, view, style)) {
        fit_headings(&cells, view);
        if (fit_columns(&cells, view)) {
            write_grid(&cells, view, style->colour, out);
            status = DD_OK;
        }
    }
    free_grid(&cells);
    return status;
}
