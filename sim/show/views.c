/* What text prints of a doc: sentences, tables, histograms (dealdice/doc.h). */
#include "dealdice/doc.h"

#include <stdlib.h>
#include <string.h>

static dd_doc_view *
add_view(dd_doc *self, dd_view_kind kind, const char *text, const dd_doc_node *node)
{
    dd_doc_view *view;
    if (self->failed)
        return NULL;
    view = calloc(1, sizeof *view);
    if (view == NULL) {
        self->failed = 1;
        return NULL;
    }
    view->kind = kind;
    view->node = node;
    if (self->last_view == NULL)
        self->first_view = view;
    else
        self->last_view->next = view;
    self->last_view = view;
    if (text != NULL && (view->text = strdup(text)) == NULL)
        self->failed = 1;
    return self->failed ? NULL : view;
}

void
dd_doc_say(dd_doc *self, const dd_doc_node *node, const char *sentence)
{
    add_view(self, DD_VIEW_SENTENCE, sentence, node == NULL ? self->root : node);
}

void
dd_doc_table(dd_doc *self, const char *title, const dd_doc_node *list,
             const dd_doc_column *columns, size_t n_columns)
{
    dd_doc_view *view = add_view(self, DD_VIEW_TABLE, title, list);
    if (view == NULL)
        return;
    view->heading = calloc(n_columns, sizeof *view->heading);
    view->cell = calloc(n_columns, sizeof *view->cell);
    if (view->heading == NULL || view->cell == NULL) {
        self->failed = 1;
        return;
    }
    view->n_columns = n_columns;
    for (size_t i = 0; i < n_columns; i++) {
        view->heading[i] = strdup(columns[i].heading);
        view->cell[i] = strdup(columns[i].cell);
        if (view->heading[i] == NULL || view->cell[i] == NULL)
            self->failed = 1;
    }
}

void
dd_doc_table_rows(dd_doc *self, size_t most)
{
    dd_doc_view *view = self->last_view;
    if (!self->failed && view != NULL && view->kind == DD_VIEW_TABLE)
        view->most_rows = most;
}

void
dd_doc_table_step(dd_doc *self, size_t step)
{
    dd_doc_view *view = self->last_view;
    if (!self->failed && view != NULL && view->kind == DD_VIEW_TABLE)
        view->each = step;
}

void
dd_doc_table_fit(dd_doc *self, const signed char *fit)
{
    dd_doc_view *view = self->last_view;
    if (self->failed || view == NULL || view->kind != DD_VIEW_TABLE)
        return;
    view->fit = malloc(view->n_columns + 1);
    if (view->fit == NULL)
        self->failed = 1;
    else
        memcpy(view->fit, fit, view->n_columns);
}

void
dd_doc_histogram(dd_doc *self, const char *title, double low, double step,
                 const double *share, size_t bins)
{
    dd_doc_view *view = add_view(self, DD_VIEW_HISTOGRAM, title, self->root);
    if (view == NULL)
        return;
    view->share = malloc(bins * sizeof *view->share);
    if (view->share == NULL) {
        self->failed = 1;
        return;
    }
    memcpy(view->share, share, bins * sizeof *share);
    view->bins = bins;
    view->low = low;
    view->step = step;
}

void
dd_doc_histogram_mark(dd_doc *self, double value, const char *label)
{
    dd_doc_view *view = self->last_view;
    dd_doc_mark *mark;
    if (self->failed || view == NULL || view->kind != DD_VIEW_HISTOGRAM)
        return;
    mark = realloc(view->mark, (view->n_marks + 1) * sizeof *mark);
    if (mark == NULL) {
        self->failed = 1;
        return;
    }
    view->mark = mark;
    mark[view->n_marks].value = value;
    mark[view->n_marks].label = strdup(label);
    if (mark[view->n_marks].label == NULL)
        self->failed = 1;
    view->n_marks++;
}
