#include "input/schema.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
dd_walk_start(dd_walk *self, dd_error *err)
{
    memset(self, 0, sizeof(*self));
    self->err = err;
    self->first = err != NULL ? err->n : 0;
}

static int
compare_places(const void *a, const void *b)
{
    const dd_problem *x = a, *y = b;
    long order = x->line != y->line ? x->line - y->line : x->column - y->column;

    if (order == 0)
        return strcmp(x->wrong, y->wrong);
    return order < 0 ? -1 : 1;
}

dd_status
dd_walk_end(dd_walk *self)
{
    if (self->err != NULL && self->err->n > self->first)
        qsort(self->err->items + self->first, self->err->n - self->first,
              sizeof(dd_problem), compare_places);
    return self->status;
}

void
dd_walk_refuse(dd_walk *self, const dd_place *place, const char *read, const char *right,
               const char *wrong, ...)
{
    char text[512];
    va_list args;

    if (self->status == DD_ENOMEM)
        return;
    self->status = DD_EDATA;
    if (self->refused++ >= DD_WALK_MOST)
        return;
    va_start(args, wrong);
    vsnprintf(text, sizeof(text), wrong, args);
    va_end(args);
    dd_error_add(self->err, DD_EDATA, place, read, right, "%s", text);
}

void
dd_walk_unknown(dd_walk *self, const dd_place *place, const char *what, const char *word,
                const char *const *candidates, size_t n)
{
    const char *near = dd_did_you_mean(word, candidates, n);
    char all[512] = "one of ";
    size_t used = strlen(all);

    for (size_t i = 0; i < n && near == NULL && used < sizeof(all); i++)
        used += (size_t) snprintf(all + used, sizeof(all) - used, "%s%s",
                                  i > 0 ? ", " : "", candidates[i]);
    dd_walk_refuse(self, place, word,
                   near != NULL ? near
                   : n > 0      ? all
                                : NULL,
                   "unknown %s", what);
}

char *
dd_walk_copy(dd_walk *self, const char *text)
{
    char *result = strdup(text);
    if (result == NULL)
        self->status = dd_error_no_memory(self->err);
    return result;
}

void *
dd_walk_room(dd_walk *self, size_t n, size_t size)
{
    void *result = calloc(n > 0 ? n : 1, size);
    if (result == NULL)
        self->status = dd_error_no_memory(self->err);
    return result;
}

int
dd_walk_expect(dd_walk *self, const dd_yaml_node *node, dd_yaml_kind kind,
               const char *right)
{
    static const char *const names[] = { "a single value", "a list", "a map of keys" };

    if (node->refused)
        return 0;
    if (node->kind == kind)
        return 1;
    dd_walk_refuse(self, &node->place, node->text, right != NULL ? right : names[kind],
                   "%s%s%s is %s where %s is needed", node->key != NULL ? "'" : "",
                   node->key != NULL ? node->key : "this", node->key != NULL ? "'" : "",
                   names[node->kind], names[kind]);
    return 0;
}

const char *
dd_walk_text(dd_walk *self, const dd_yaml_node *node, const char *right)
{
    if (!dd_walk_expect(self, node, DD_YAML_SCALAR, right))
        return NULL;
    if (!dd_text_blank(node->text, strlen(node->text)))
        return node->text;
    dd_walk_refuse(self, &node->place, NULL, right, "'%s' has no value",
                   node->key != NULL ? node->key : "this");
    return NULL;
}

void
dd_walk_words(dd_walk *self, const dd_yaml_node *node, dd_words *out)
{
    const dd_yaml_node *item = node->kind == DD_YAML_LIST ? node->first : node;
    size_t n = node->kind == DD_YAML_LIST ? node->n : 1;

    out->items = dd_walk_room(self, n, sizeof(char *));
    for (size_t i = 0; i < n && out->items != NULL; i++, item = item->next) {
        const char *text = dd_walk_text(self, item, "a word");
        char *word = text != NULL ? dd_walk_copy(self, text) : NULL;
        if (word != NULL)
            out->items[out->n++] = word;
    }
}

void
dd_words_free(dd_words *self)
{
    for (size_t i = 0; i < self->n; i++)
        free(self->items[i]);
    free(self->items);
    memset(self, 0, sizeof(*self));
}

/* A value of the right type that lies outside what makes sense. */
static int
in_bounds(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
          double value)
{
    int percent = key->unit == DD_UNIT_SHARE;
    double scale = percent ? 100.0 : 1.0;
    const char *sign = percent ? "%" : "", *unit = "";
    char bounds[80];

    if (key->unit == DD_UNIT_MONEY && value < 0) {
        dd_walk_refuse(walk, &node->place, node->text,
                       key->right != NULL ? key->right : dd_unit_example(key->unit),
                       "'%s' is below zero", key->key);
        return 0;
    }
    if (key->unit == DD_UNIT_MONEY && key->high > 0 && value > 100.0 * key->high) {
        snprintf(bounds, sizeof(bounds), "at most %.15g", key->high);
        dd_walk_refuse(walk, &node->place, node->text, bounds, "'%s' is out of range",
                       key->key);
        return 0;
    }
    if (key->unit == DD_UNIT_MONEY || key->low >= key->high
        || (value >= key->low && value <= key->high))
        return 1;
    if (key->unit == DD_UNIT_DAYS)
        unit = " days";
    snprintf(bounds, sizeof(bounds), "%.15g%s to %.15g%s%s", key->low * scale, sign,
             key->high * scale, sign, unit);
    dd_walk_refuse(walk, &node->place, node->text, bounds, "'%s' is out of range",
                   key->key);
    return 0;
}

static void
refuse_type(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
            const char *what)
{
    dd_walk_refuse(walk, &node->place, node->text,
                   key->right != NULL ? key->right : what, "'%s' cannot be read",
                   key->key);
}

static void
take_whole(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
           void *target)
{
    const char *what = "a whole number";
    const char *text = dd_walk_text(walk, node, what);
    long long value;

    if (text == NULL)
        return;
    if (dd_integer_parse(text, strlen(text), &value)) {
        refuse_type(walk, key, node, what);
        return;
    }
    if (!in_bounds(walk, key, node, (double) value))
        return;
    if (key->kind == DD_KEY_INT)
        *(int *) target = (int) value;
    else
        *(int64_t *) target = value;
}

static void
take_figure(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
            void *target)
{
    const char *what = dd_unit_example(key->unit);
    const char *text = dd_walk_text(walk, node, what);
    double value;

    if (text == NULL)
        return;
    if (dd_value_read(text, strlen(text), key->unit, &value))
        refuse_type(walk, key, node, what);
    else if (in_bounds(walk, key, node, value))
        *(double *) target = value;
}

static void
take_belief(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
            void *target)
{
    const char *text = dd_walk_text(walk, node, dd_unit_example(key->unit));
    dd_belief belief;
    char what[128];
    int status;

    if (text == NULL)
        return;
    status = dd_value_belief(text, key->unit, &belief);
    if (status == -2) {
        dd_walk_refuse(walk, &node->place, text, "the smaller figure first",
                       "the range of '%s' runs backwards", key->key);
        return;
    }
    if (status) {
        snprintf(what, sizeof(what), "%s, or a range 'low to high'",
                 dd_unit_example(key->unit));
        refuse_type(walk, key, node, what);
        return;
    }
    if (in_bounds(walk, key, node, belief.low)
        && in_bounds(walk, key, node, belief.high))
        *(dd_belief *) target = belief;
}

static void
take_day(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node, void *target)
{
    const char *what = "a day such as 2026-11-21";
    const char *text = dd_walk_text(walk, node, what);
    dd_moment moment;

    if (text == NULL)
        return;
    moment = dd_moment_parse(text, strlen(text), 0, NULL);
    if (moment == DD_NO_MOMENT)
        refuse_type(walk, key, node, what);
    else
        *(dd_day *) target = dd_moment_day(moment);
}

static void
take_choice(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
            void *target)
{
    const char *text = dd_walk_text(walk, node, key->right);
    const char *word = key->right;

    for (int i = 0; text != NULL && word != NULL; i++) {
        size_t n = strcspn(word, "|");
        if (strlen(text) == n && memcmp(text, word, n) == 0) {
            *(int *) target = i;
            return;
        }
        word = word[n] == '|' ? word + n + 1 : NULL;
    }
    if (text != NULL)
        dd_walk_refuse(walk, &node->place, text, key->right,
                       "'%s' must be one of its words", key->key);
}

static void
take_text(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
          void *target)
{
    const char *text = dd_walk_text(walk, node, key->right);
    if (text != NULL)
        *(char **) target = dd_walk_copy(walk, text);
}

static void
take_value(dd_walk *walk, const dd_schema_key *key, const dd_yaml_node *node,
           void *target)
{
    switch (key->kind) {
    case DD_KEY_TEXT:
        take_text(walk, key, node, target);
        break;
    case DD_KEY_TEXTS:
        dd_walk_words(walk, node, target);
        break;
    case DD_KEY_INT:
    case DD_KEY_WHOLE:
        take_whole(walk, key, node, target);
        break;
    case DD_KEY_FIGURE:
        take_figure(walk, key, node, target);
        break;
    case DD_KEY_BELIEF:
        take_belief(walk, key, node, target);
        break;
    case DD_KEY_DAY:
        take_day(walk, key, node, target);
        break;
    case DD_KEY_CHOICE:
        take_choice(walk, key, node, target);
        break;
    case DD_KEY_READ:
        key->read(walk, node, target);
        break;
    case DD_KEY_LATER:
        dd_walk_refuse(walk, &node->key_place, node->key, NULL,
                       "'%s' is not served by this version", key->key);
        break;
    }
}

static void
refuse_unknown_keys(dd_walk *walk, const dd_yaml_node *map, const dd_schema_key *keys,
                    size_t n)
{
    const char **names = dd_walk_room(walk, n, sizeof(*names));

    for (size_t i = 0; i < n && names != NULL; i++)
        names[i] = keys[i].key;
    for (const dd_yaml_node *child = map->first; child != NULL && names != NULL;
         child = child->next) {
        size_t i = 0;
        while (i < n && strcmp(names[i], child->key) != 0)
            i++;
        if (i == n)
            dd_walk_unknown(walk, &child->key_place, "key", child->key, names, n);
    }
    free(names);
}

void
dd_schema_fill(dd_walk *walk, const dd_yaml_node *map, const dd_schema_key *keys,
               size_t n, void *target)
{
    if (!dd_walk_expect(walk, map, DD_YAML_MAP, NULL))
        return;
    refuse_unknown_keys(walk, map, keys, n);
    for (size_t i = 0; i < n && walk->status != DD_ENOMEM; i++) {
        const dd_yaml_node *node = dd_yaml_get(map, keys[i].key);
        if (node != NULL && !node->refused)
            take_value(walk, &keys[i], node, (char *) target + keys[i].offset);
    }
}
