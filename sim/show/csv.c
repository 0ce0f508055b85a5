#include "show/csv.h"

#include "base/text.h"
#include "show/scalar.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TABLES 64
#define PATH_ROOM 256

/* The columns: dotted paths below a row, in the order in which rows bring them. */
typedef struct {
    size_t n, capacity;
    char **path;
} header;

static void
header_free(header *self)
{
    for (size_t i = 0; i < self->n; i++)
        free(self->path[i]);
    free(self->path);
}

static int
holds(const header *self, const char *path)
{
    for (size_t i = 0; i < self->n; i++)
        if (strcmp(self->path[i], path) == 0)
            return 1;
    return 0;
}

static dd_status
add_path(header *self, const char *path)
{
    if (holds(self, path))
        return DD_OK;
    if (self->n == self->capacity) {
        size_t capacity = self->capacity > 0 ? 2 * self->capacity : 16;
        char **grown = realloc(self->path, capacity * sizeof *grown);
        if (grown == NULL)
            return DD_ENOMEM;
        self->path = grown;
        self->capacity = capacity;
    }
    self->path[self->n] = strdup(path);
    if (self->path[self->n] == NULL)
        return DD_ENOMEM;
    self->n++;
    return DD_OK;
}

static int
is_list_of_objects(const dd_doc_node *node)
{
    if (node->kind != DD_DOC_LIST || node->first == NULL)
        return node->kind == DD_DOC_LIST && node->text != NULL;
    return node->first->kind == DD_DOC_OBJECT || node->first->kind == DD_DOC_LIST;
}

/* All plain values below `node`, whose own path is `path`; not the list that holds rows. */
static dd_status
add_paths(header *self, const dd_doc_node *node, const char *path, const char *rows)
{
    dd_status status = DD_OK;
    for (const dd_doc_node *c = node->first; c != NULL && !status; c = c->next) {
        char below[PATH_ROOM];
        if (rows != NULL && strcmp(c->key, rows) == 0)
            continue;
        snprintf(below, sizeof below, "%s%s%s", path, *path != '\0' ? "." : "", c->key);
        if (c->kind == DD_DOC_OBJECT)
            status = add_paths(self, c, below, NULL);
        else if (!is_list_of_objects(c))
            status = add_path(self, below);
    }
    return status;
}

/* A list that is empty may tell what its elements would hold. */
static dd_status
add_keys(header *self, const char *keys)
{
    dd_status status = DD_OK;
    while (*keys != '\0' && !status) {
        char path[PATH_ROOM];
        size_t n = strcspn(keys, ",");
        snprintf(path, sizeof path, "%.*s", (int) n, keys);
        status = add_path(self, path);
        keys += n + (keys[n] == ',');
    }
    return status;
}

/* Where an element's rows begin: with itself, or with the list within that holds them. */
static const dd_doc_node *
rows_within(const dd_doc_node *list, const dd_doc_node *element)
{
    const dd_doc_node *inner
        = list->rows != NULL ? dd_doc_get(element, list->rows) : NULL;
    return inner != NULL ? inner->first : NULL;
}

static dd_status
read_header(header *self, const dd_doc_node *list)
{
    dd_status status = DD_OK;
    if (list->text != NULL && list->first == NULL)
        return add_keys(self, list->text);
    for (const dd_doc_node *e = list->first; e != NULL && !status; e = e->next) {
        status = e->kind == DD_DOC_OBJECT ? add_paths(self, e, "", list->rows)
                                          : add_path(self, list->key);
        for (const dd_doc_node *row = rows_within(list, e); row != NULL && !status;
             row = row->next)
            status = add_paths(self, row, "", NULL);
    }
    return status;
}

static void
write_key(const char *path, FILE *out)
{
    for (; *path != '\0'; path++)
        fputc(*path == '.' ? '_' : *path, out);
}

static void
write_header(const header *self, FILE *out)
{
    for (size_t i = 0; i < self->n; i++) {
        write_key(self->path[i], out);
        fputc(i + 1 < self->n ? ',' : '\n', out);
    }
}

/* @param within  the element that the row stands in, whose values come with it; or NULL */
static dd_status
write_row(const header *self, const dd_doc_node *row, const dd_doc_node *within,
          FILE *out)
{
    dd_status status = DD_OK;
    for (size_t i = 0; i < self->n && !status; i++) {
        const dd_doc_node *value
            = row->kind == DD_DOC_OBJECT ? dd_doc_get(row, self->path[i]) : row;
        if (value == NULL && within != NULL)
            value = dd_doc_get(within, self->path[i]);
        status = dd_csv_cell(value, self->n == 1, out);
        fputc(i + 1 < self->n ? ',' : '\n', out);
    }
    return status;
}

/* A comment ends with its line: control characters become blanks. */
static void
write_comment(const char *text, FILE *out)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char) *text < 0x20 ? ' ' : *text, out);
}

static void
write_provenance(const dd_doc_node *object, FILE *out)
{
    for (const dd_doc_node *c = object->first; c != NULL; c = c->next) {
        if (c->kind == DD_DOC_OBJECT && strcmp(c->key, "made_by") == 0)
            write_provenance(c, out);
        if (c->kind == DD_DOC_OBJECT || c->kind == DD_DOC_LIST)
            continue;
        fputs("# ", out);
        write_key(c->key, out);
        fputs(" = ", out);
        if (c->text != NULL)
            write_comment(c->text, out);
        else
            dd_scalar_write(c, out);
        fputc('\n', out);
    }
}

static size_t
tables_of(const dd_doc *doc, const char *names[MOST_TABLES])
{
    size_t n = 0;
    for (const dd_doc_node *c = doc->root->first; c != NULL; c = c->next)
        if (c->kind == DD_DOC_LIST && n < MOST_TABLES)
            names[n++] = c->key;
    return n;
}

static void
refuse_table(const char *table, const char *option, const char *const *names, size_t n,
             dd_error *err)
{
    dd_place place = { option, 0, 0 };
    char right[512] = "one of ";
    const char *near = dd_did_you_mean(table, names, n);
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(right);
        snprintf(right + used, sizeof right - used, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (near != NULL)
        dd_error_add(err, DD_EUSAGE, &place, table, right,
                     "no such table: did you mean '%s'?", near);
    else
        dd_error_add(err, DD_EUSAGE, &place, table, right, "no such table");
}

const dd_doc_node *
dd_csv_table(const dd_doc *doc, const char *table, const char *option, dd_error *err)
{
    const char *names[MOST_TABLES] = { NULL };
    size_t n = tables_of(doc, names);
    for (const dd_doc_node *c = doc->root->first; c != NULL; c = c->next)
        if (c->kind == DD_DOC_LIST && strcmp(c->key, table) == 0)
            return c;
    refuse_table(table, option, names, n, err);
    return NULL;
}

dd_status
dd_csv_write(const dd_doc *doc, const dd_doc_node *list, int provenance, FILE *out)
{
    header columns = { 0 };
    dd_status status = read_header(&columns, list);
    if (!status && provenance)
        write_provenance(doc->root, out);
    if (!status)
        write_header(&columns, out);
    for (const dd_doc_node *e = list->first; e != NULL && !status; e = e->next) {
        const dd_doc_node *row = rows_within(list, e);
        if (row == NULL)
            status = write_row(&columns, e, NULL, out);
        for (; row != NULL && !status; row = row->next)
            status = write_row(&columns, row, e, out);
    }
    header_free(&columns);
    return status;
}
