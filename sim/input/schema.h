/**
 * @file schema.h
 * What a YAML file may say: tables of keys, what each holds and where it goes.
 * Source: sim/input/schema.c.
 *
 * A walk goes on after a problem, so that one run shows all of them, in the order of
 * the file.
 */
#ifndef DD_INPUT_SCHEMA_H
#define DD_INPUT_SCHEMA_H

#include "dealdice/funnel.h"
#include "input/values.h"
#include "input/yaml.h"

/** The problems of one file. */
typedef struct {
    dd_error *err;
    dd_status status; /* DD_OK until the first problem */
    size_t first;     /* of its problems in err */
    size_t refused;   /* how many; at most DD_WALK_MOST are recorded */
} dd_walk;

#define DD_WALK_MOST 100

typedef enum {
    DD_KEY_TEXT,   /* -> char *, owned */
    DD_KEY_TEXTS,  /* one word or a list -> dd_words, owned */
    DD_KEY_INT,    /* -> int */
    DD_KEY_WHOLE,  /* -> int64_t */
    DD_KEY_FIGURE, /* one figure of `unit` -> double */
    DD_KEY_BELIEF, /* a figure or a range of `unit` -> dd_belief */
    DD_KEY_DAY,    /* 2026-11-21 -> dd_day */
    DD_KEY_CHOICE, /* one of the words in `right`, split by | -> int, its number */
    DD_KEY_READ,   /* whatever `read` makes of it */
    DD_KEY_LATER,  /* known, but not served by this version: refused */
} dd_key_kind;

/** @param target  the struct of the table plus the key's offset */
typedef void dd_key_reader(dd_walk *walk, const dd_yaml_node *node, void *target);

typedef struct {
    const char *key;
    dd_key_kind kind;
    size_t offset;     /* in the struct that the table fills */
    dd_unit unit;      /* of figures and beliefs */
    double low, high;  /* both allowed; low == high: no bounds. Amounts are at least
                           0, and at most `high` units of currency if it is above 0 */
    const char *right; /* what would be right; may be NULL where the kind says it */
    dd_key_reader *read;
} dd_schema_key;

void dd_walk_start(dd_walk *self, dd_error *err);
/** Put the problems into the order of the file. @return the walk's status */
dd_status dd_walk_end(dd_walk *self);
/** Record one problem at a place. */
void dd_walk_refuse(dd_walk *self, const dd_place *place, const char *read,
                    const char *right, const char *wrong, ...)
    __attribute__((format(printf, 5, 6)));
/** Refuse a key that is none of the candidates, with the nearest one, if any. */
void dd_walk_unknown(dd_walk *self, const dd_place *place, const char *what,
                     const char *word, const char *const *candidates, size_t n);
/** Copy of a text; NULL and DD_ENOMEM in status without memory. */
char *dd_walk_copy(dd_walk *self, const char *text);
/** Zeroed room for n items (at least one); NULL and DD_ENOMEM without memory. */
void *dd_walk_room(dd_walk *self, size_t n, size_t size);

/** Whether the node is of this kind and was not refused before; tells what it is. */
int dd_walk_expect(dd_walk *self, const dd_yaml_node *node, dd_yaml_kind kind,
                   const char *right);
/** The text of a scalar that is not empty; NULL after a refusal. */
const char *dd_walk_text(dd_walk *self, const dd_yaml_node *node, const char *right);
/** A word or a list of words -> out, owned by the caller (dd_words_free). */
void dd_walk_words(dd_walk *self, const dd_yaml_node *node, dd_words *out);
void dd_words_free(dd_words *self);

/** Fill a struct from a map; unknown keys are refused, keys not written left alone. */
void dd_schema_fill(dd_walk *walk, const dd_yaml_node *map, const dd_schema_key *keys,
                    size_t n, void *target);

#endif
