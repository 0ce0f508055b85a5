#include "input/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A list or map that is still open, and where its next child goes. */
typedef struct {
    dd_yaml_node *node;
    dd_yaml_node **end;
    const char *key; /* of a map: read, its value is awaited */
    dd_place key_place;
} frame;

typedef struct {
    dd_yaml *doc;
    dd_error *err;
    dd_status status;
    int documents;
    size_t depth;
    frame frames[DD_YAML_MAX_DEPTH + 1];
} builder;

static dd_place
place_of(const builder *self, const yaml_mark_t *mark)
{
    dd_place place = { self->doc->file, (long) mark->line + 1, (long) mark->column + 1 };
    return place;
}

static void
refuse(builder *self, const yaml_mark_t *mark, const char *read, const char *right,
       const char *wrong)
{
    dd_place place = place_of(self, mark);

    if (self->status == DD_ENOMEM)
        return;
    self->status = dd_error_add(self->err, DD_EDATA, &place, read, right, "%s", wrong);
}

static dd_yaml_node *
new_node(builder *self, dd_yaml_kind kind, const yaml_mark_t *mark)
{
    dd_yaml_node *node = dd_arena_alloc(self->doc->arena, sizeof(*node));

    if (node == NULL) {
        self->status = dd_error_no_memory(self->err);
        return NULL;
    }
    memset(node, 0, sizeof(*node));
    node->kind = kind;
    node->place = place_of(self, mark);
    return node;
}

/* Hang a value into the open list or map, or make it the root. */
static void
attach(builder *self, dd_yaml_node *node)
{
    frame *top;

    if (self->depth == 0) {
        self->doc->root = node;
        return;
    }
    top = &self->frames[self->depth - 1];
    node->key = top->key;
    node->key_place = top->key_place;
    top->key = NULL;
    *top->end = node;
    top->end = &node->next;
    top->node->n++;
}

/* What YAML can and planning files need not: it would only hide what is meant. */
static int
refuse_extras(builder *self, const yaml_event_t *event, const yaml_char_t *anchor,
              const yaml_char_t *tag)
{
    if (anchor != NULL)
        refuse(self, &event->start_mark, (const char *) anchor, NULL,
               "anchors are not allowed");
    if (tag != NULL)
        refuse(self, &event->start_mark, (const char *) tag, NULL,
               "tags are not allowed");
    return anchor != NULL || tag != NULL;
}

static int
awaits_key(const builder *self)
{
    const frame *top = self->depth > 0 ? &self->frames[self->depth - 1] : NULL;
    return top != NULL && top->node->kind == DD_YAML_MAP && top->key == NULL;
}

/* A bare null or ~ is an empty value; in quotes it is a word. */
static int
says_nothing(const yaml_event_t *event, const char *text)
{
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
           && (strcmp(text, "null") == 0 || strcmp(text, "~") == 0);
}

static void
add_scalar(builder *self, const yaml_event_t *event)
{
    const char *value = (const char *) event->data.scalar.value;
    size_t n = event->data.scalar.length;
    char *text = dd_arena_copy(self->doc->arena, value, n);
    int refused
        = refuse_extras(self, event, event->data.scalar.anchor, event->data.scalar.tag);
    dd_yaml_node *node;

    if (text == NULL) {
        self->status = dd_error_no_memory(self->err);
        return;
    }
    if (strlen(text) != n) {
        refuse(self, &event->start_mark, NULL, NULL, "a NUL byte is not allowed");
        refused = 1;
    }
    if (awaits_key(self)) {
        self->frames[self->depth - 1].key = text;
        self->frames[self->depth - 1].key_place = place_of(self, &event->start_mark);
        return;
    }
    node = new_node(self, DD_YAML_SCALAR, &event->start_mark);
    if (node == NULL)
        return;
    node->text = says_nothing(event, text) ? "" : text;
    node->refused = refused;
    attach(self, node);
}

static void
add_alias(builder *self, const yaml_event_t *event)
{
    dd_yaml_node *node;

    refuse(self, &event->start_mark, (const char *) event->data.alias.anchor,
           "the value written out", "aliases are not allowed");
    if (awaits_key(self)) {
        self->frames[self->depth - 1].key = "*";
        return;
    }
    node = new_node(self, DD_YAML_SCALAR, &event->start_mark);
    if (node == NULL)
        return;
    node->text = "";
    node->refused = 1;
    attach(self, node);
}

/* @return 0, or -1 when reading cannot go on */
static int
open_collection(builder *self, const yaml_event_t *event, dd_yaml_kind kind,
                const yaml_char_t *anchor, const yaml_char_t *tag)
{
    dd_yaml_node *node;
    frame *top;

    refuse_extras(self, event, anchor, tag);
    if (awaits_key(self)) {
        refuse(self, &event->start_mark, NULL, "a word", "a key must be a single word");
        return -1;
    }
    if (self->depth == DD_YAML_MAX_DEPTH) {
        refuse(self, &event->start_mark, NULL, NULL, "nested too deeply");
        return -1;
    }
    node = new_node(self, kind, &event->start_mark);
    if (node == NULL)
        return -1;
    attach(self, node);
    top = &self->frames[self->depth++];
    memset(top, 0, sizeof(*top));
    top->node = node;
    top->end = &node->first;
    return 0;
}

static int
compare_keys(const void *a, const void *b)
{
    const dd_yaml_node *x = *(dd_yaml_node *const *) a;
    const dd_yaml_node *y = *(dd_yaml_node *const *) b;
    int order = strcmp(x->key, y->key);

    if (order == 0)
        order = (x->key_place.line > y->key_place.line)
                - (x->key_place.line < y->key_place.line);
    if (order == 0)
        order = (x->key_place.column > y->key_place.column)
                - (x->key_place.column < y->key_place.column);
    return order;
}

static void
refuse_duplicates(builder *self, const dd_yaml_node *map)
{
    dd_yaml_node **sorted;
    size_t i = 0;

    if (map->n < 2)
        return;
    sorted = malloc(map->n * sizeof(*sorted));
    if (sorted == NULL) {
        self->status = dd_error_no_memory(self->err);
        return;
    }
    for (dd_yaml_node *child = map->first; child != NULL; child = child->next)
        sorted[i++] = child;
    qsort(sorted, map->n, sizeof(*sorted), compare_keys);
    for (i = 1; i < map->n; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0) {
            self->status = dd_error_add(
                self->err, DD_EDATA, &sorted[i]->key_place, sorted[i]->key, NULL,
                "the key '%s' is written twice, first in line %ld", sorted[i]->key,
                sorted[i - 1]->key_place.line);
            sorted[i]->refused = 1;
        }
    free(sorted);
}

static void
close_collection(builder *self)
{
    const dd_yaml_node *node = self->frames[--self->depth].node;

    if (node->kind == DD_YAML_MAP)
        refuse_duplicates(self, node);
}

/* @return 0, or -1 when reading cannot go on */
static int
take_event(builder *self, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (self->documents++ == 0)
            return 0;
        refuse(self, &event->start_mark, NULL, NULL,
               "only one document is allowed in a file");
        return -1;
    case YAML_SCALAR_EVENT:
        add_scalar(self, event);
        break;
    case YAML_ALIAS_EVENT:
        add_alias(self, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(self, event, DD_YAML_LIST,
                               event->data.sequence_start.anchor,
                               event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_collection(self, event, DD_YAML_MAP,
                               event->data.mapping_start.anchor,
                               event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(self);
        break;
    default:
        break;
    }
    return self->status == DD_ENOMEM ? -1 : 0;
}

/* libyaml gives bad bytes an offset only, all else a mark. */
static void
refuse_syntax(builder *self, const yaml_parser_t *parser, const char *bytes, size_t n)
{
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_MEMORY_ERROR) {
        self->status = dd_error_no_memory(self->err);
        return;
    }
    if (parser->error == YAML_READER_ERROR) {
        memset(&mark, 0, sizeof(mark));
        for (size_t i = 0; i < parser->problem_offset && i < n; i++) {
            mark.column++;
            if (bytes[i] == '\n') {
                mark.line++;
                mark.column = 0;
            }
        }
    }
    refuse(self, &mark, NULL, NULL,
           parser->problem != NULL ? parser->problem : "not readable as YAML");
}

static void
build(builder *self, yaml_parser_t *parser, const char *bytes, size_t n)
{
    yaml_event_t event;
    int done = 0;

    while (!done) {
        if (!yaml_parser_parse(parser, &event)) {
            refuse_syntax(self, parser, bytes, n);
            self->doc->root = NULL;
            return;
        }
        if (take_event(self, &event)) {
            self->doc->root = NULL;
            done = 1;
        }
        done |= event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
}

static void
check_root(builder *self)
{
    static const yaml_mark_t top = { 0, 0, 0 };
    dd_yaml_node *root = self->doc->root;

    if (root == NULL && self->status == DD_OK)
        self->doc->root = new_node(self, DD_YAML_MAP, &top);
    if (root == NULL || root->kind == DD_YAML_MAP)
        return;
    refuse(self, &top, root->text, "lines such as `currency: CNY`",
           "the file holds no keys");
    self->doc->root = NULL;
}

dd_status
dd_yaml_parse(dd_yaml *self, const char *file, const char *bytes, size_t n,
              dd_error *err)
{
    builder work = { .doc = self, .err = err };
    yaml_parser_t parser;

    memset(self, 0, sizeof(*self));
    self->arena = dd_arena_new();
    self->file = strdup(file);
    if (self->arena == NULL || self->file == NULL)
        return dd_error_no_memory(err);
    if (n > DD_YAML_MAX_BYTES) {
        dd_place place = { file, 0, 0 };
        return dd_error_add(err, DD_EDATA, &place, NULL, "a file of at most 1 MiB",
                            "the file is too large");
    }
    if (!yaml_parser_initialize(&parser))
        return dd_error_no_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *) bytes, n);
    build(&work, &parser, bytes, n);
    yaml_parser_delete(&parser);
    check_root(&work);
    return work.status;
}

/* All bytes of a file, at most one more than is allowed; NULL after an error. */
static char *
read_bytes(const char *path, size_t *n, dd_status *status, dd_error *err)
{
    dd_place place = { path, 0, 0 };
    char *bytes = malloc(DD_YAML_MAX_BYTES + 1);
    FILE *file = fopen(path, "rb");

    *n = 0;
    *status = DD_OK;
    errno = file == NULL ? errno : 0;
    if (bytes == NULL)
        *status = dd_error_no_memory(err);
    else if (file != NULL)
        *n = fread(bytes, 1, DD_YAML_MAX_BYTES + 1, file);
    if (*status == DD_OK && (file == NULL || ferror(file)))
        *status = dd_error_add(err, DD_EIO, &place, NULL, NULL,
                               "cannot read the file: %s", strerror(errno));
    if (file != NULL)
        fclose(file);
    if (*status == DD_OK)
        return bytes;
    free(bytes);
    return NULL;
}

dd_status
dd_yaml_read(dd_yaml *self, const char *path, dd_error *err)
{
    dd_status status;
    size_t n;
    char *bytes;

    memset(self, 0, sizeof(*self));
    bytes = read_bytes(path, &n, &status, err);
    if (bytes != NULL)
        status = dd_yaml_parse(self, path, bytes, n, err);
    free(bytes);
    return status;
}

void
dd_yaml_free(dd_yaml *self)
{
    dd_arena_free(self->arena);
    free(self->file);
    memset(self, 0, sizeof(*self));
}

const dd_yaml_node *
dd_yaml_get(const dd_yaml_node *map, const char *key)
{
    for (const dd_yaml_node *child = map->first; child != NULL; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}
