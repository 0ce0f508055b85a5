#include "dealdice/doc.h"
#include "dealdice/funnel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_doc_init(dd_doc *self)
{
    *self = (dd_doc){ 0 };
    self->root = calloc(1, sizeof *self->root);
    if (self->root == NULL) {
        self->failed = 1;
        return DD_ENOMEM;
    }
    self->root->kind = DD_DOC_OBJECT;
    return DD_OK;
}

static void
free_node(dd_doc_node *node)
{
    while (node != NULL) {
        dd_doc_node *next = node->next;
        free_node(node->first);
        free(node->key);
        free(node->text);
        free(node);
        node = next;
    }
}

static void
free_view(dd_doc_view *view)
{
    for (size_t i = 0; i < view->n_columns; i++) {
        free(view->heading[i]);
        free(view->cell[i]);
    }
    for (size_t i = 0; i < view->n_marks; i++)
        free(view->mark[i].label);
    free(view->heading);
    free(view->cell);
    free(view->fit);
    free(view->share);
    free(view->mark);
    free(view->text);
    free(view);
}

void
dd_doc_free(dd_doc *self)
{
    free_node(self->root);
    while (self->first_view != NULL) {
        dd_doc_view *next = self->first_view->next;
        free_view(self->first_view);
        self->first_view = next;
    }
    *self = (dd_doc){ 0 };
}

/* Copy a string; NULL stays NULL. Marks the doc as failed without memory. */
static char *
copy(dd_doc *self, const char *text)
{
    char *result;
    if (text == NULL)
        return NULL;
    result = strdup(text);
    if (result == NULL)
        self->failed = 1;
    return result;
}

static dd_doc_node *
add(dd_doc *self, dd_doc_node *parent, const char *key, dd_doc_kind kind)
{
    dd_doc_node *node;
    if (parent == NULL || self->failed)
        return NULL;
    node = calloc(1, sizeof *node);
    if (node == NULL) {
        self->failed = 1;
        return NULL;
    }
    node->kind = kind;
    node->key = copy(self, key);
    if (self->failed) {
        free(node);
        return NULL;
    }
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
    return node;
}

dd_doc_node *
dd_doc_object(dd_doc *self, dd_doc_node *parent, const char *key)
{
    return add(self, parent, key, DD_DOC_OBJECT);
}

dd_doc_node *
dd_doc_list(dd_doc *self, dd_doc_node *parent, const char *key)
{
    return add(self, parent, key, DD_DOC_LIST);
}

void
dd_doc_list_keys(dd_doc *self, dd_doc_node *list, const char *keys)
{
    if (list != NULL && list->text == NULL)
        list->text = copy(self, keys);
}

static void
add_text(dd_doc *self, dd_doc_node *parent, const char *key, dd_doc_kind kind,
         const char *text)
{
    dd_doc_node *node = add(self, parent, key, text == NULL ? DD_DOC_NULL : kind);
    if (node != NULL)
        node->text = copy(self, text);
}

void
dd_doc_text(dd_doc *self, dd_doc_node *parent, const char *key, const char *text)
{
    add_text(self, parent, key, DD_DOC_TEXT, text);
}

void
dd_doc_flag(dd_doc *self, dd_doc_node *parent, const char *key, const char *text)
{
    add_text(self, parent, key, DD_DOC_FLAG, text);
}

static void
add_count(dd_doc *self, dd_doc_node *parent, const char *key, dd_doc_kind kind,
          int64_t value)
{
    dd_doc_node *node = add(self, parent, key, kind);
    if (node != NULL)
        node->count = value;
}

void
dd_doc_count(dd_doc *self, dd_doc_node *parent, const char *key, int64_t value)
{
    add_count(self, parent, key, DD_DOC_COUNT, value);
}

void
dd_doc_day(dd_doc *self, dd_doc_node *parent, const char *key, dd_day day)
{
    add_count(self, parent, key, day == DD_NO_DAY ? DD_DOC_NULL : DD_DOC_DAY, day);
}

void
dd_doc_truth(dd_doc *self, dd_doc_node *parent, const char *key, int value)
{
    add_count(self, parent, key, DD_DOC_TRUTH, value != 0);
}

/* JSON has no infinity and no NaN: what is not finite is unknown. */
static void
add_number(dd_doc *self, dd_doc_node *parent, const char *key, dd_doc_kind kind,
           double value)
{
    dd_doc_node *node = add(self, parent, key, isfinite(value) ? kind : DD_DOC_NULL);
    if (node != NULL && isfinite(value))
        node->number = value;
}

void
dd_doc_number(dd_doc *self, dd_doc_node *parent, const char *key, double value)
{
    add_number(self, parent, key, DD_DOC_NUMBER, value);
}

void
dd_doc_chance(dd_doc *self, dd_doc_node *parent, const char *key, double value)
{
    add_number(self, parent, key, DD_DOC_CHANCE, value);
}

void
dd_doc_list_rows(dd_doc_node *list, const char *key)
{
    if (list != NULL)
        list->rows = key;
}

void
dd_doc_points(dd_doc *self, dd_doc_node *parent, const char *key, double value)
{
    add_number(self, parent, key, DD_DOC_POINTS, value);
}

void
dd_doc_share(dd_doc *self, dd_doc_node *parent, const char *key, double value)
{
    add_number(self, parent, key, DD_DOC_SHARE, value);
}

void
dd_doc_ratio(dd_doc *self, dd_doc_node *parent, const char *key, double value)
{
    add_number(self, parent, key, DD_DOC_RATIO, value);
}

void
dd_doc_money(dd_doc *self, dd_doc_node *parent, const char *key, double minor)
{
    add_number(self, parent, key, DD_DOC_MONEY, minor);
}

void
dd_doc_money_exact(dd_doc *self, dd_doc_node *parent, const char *key, int64_t minor)
{
    /* Amounts stay below 2^47 minor units, which a double holds exactly. */
    double value = minor == DD_UNKNOWN_AMOUNT ? (double) NAN : (double) minor;
    dd_doc_money(self, parent, key, value);
}

void
dd_doc_null(dd_doc *self, dd_doc_node *parent, const char *key)
{
    add(self, parent, key, DD_DOC_NULL);
}

void
dd_doc_warnings(dd_doc *self, const dd_notes *notes)
{
    dd_doc_node *list = dd_doc_list(self, self->root, "warnings");
    dd_doc_list_keys(self, list, "code,text");
    for (size_t i = 0; i < notes->n; i++) {
        dd_doc_node *note;
        if (strncmp(notes->items[i].code, "read_", 5) == 0)
            continue;
        note = dd_doc_object(self, list, NULL);
        dd_doc_text(self, note, "code", notes->items[i].code);
        dd_doc_text(self, note, "text", notes->items[i].text);
    }
}

/* The child under a key, or by number in a list; `n` is the key's length. */
static const dd_doc_node *
child(const dd_doc_node *node, const char *key, size_t n)
{
    const dd_doc_node *found = node->first;
    if (node->kind == DD_DOC_LIST) {
        for (long i = strtol(key, NULL, 10); i > 0 && found != NULL; i--)
            found = found->next;
        return found;
    }
    while (found != NULL
           && (strlen(found->key) != n || strncmp(found->key, key, n) != 0))
        found = found->next;
    return found;
}

const dd_doc_node *
dd_doc_get(const dd_doc_node *node, const char *path)
{
    while (node != NULL && *path != '\0') {
        size_t n = strcspn(path, ".");
        node = child(node, path, n);
        path += n + (path[n] == '.');
    }
    return node;
}
