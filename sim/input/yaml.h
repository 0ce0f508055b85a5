/**
 * @file yaml.h
 * A YAML document as a tree that knows its places. Source: sim/input/yaml.c.
 *
 * A small, safe part of YAML: maps, lists and scalars. Scalars stay text: what they
 * mean is for input/schema.h to say, so that `off`, 1e5 or 10:22 mean nothing by
 * themselves. JSON is YAML too, so requests are read by the same code.
 */
#ifndef DD_INPUT_YAML_H
#define DD_INPUT_YAML_H

#include "base/arena.h"
#include "dealdice/error.h"

#define DD_YAML_MAX_BYTES (1u << 20)
#define DD_YAML_MAX_DEPTH 16

typedef enum {
    DD_YAML_SCALAR,
    DD_YAML_LIST,
    DD_YAML_MAP,
} dd_yaml_kind;

typedef struct dd_yaml_node dd_yaml_node;

struct dd_yaml_node {
    dd_yaml_kind kind;
    dd_place place;  /* of the value */
    const char *key; /* under which it stands in its map; NULL in a list */
    dd_place key_place;
    const char *text; /* of a scalar, without its quotes */
    int refused;      /* a problem with it was told already */
    size_t n;         /* children of a list or map */
    dd_yaml_node *first, *next;
};

typedef struct {
    dd_arena *arena;
    dd_yaml_node *root; /* a map, empty for an empty document; NULL when unreadable */
    char *file;         /* name in places */
} dd_yaml;

/**
 * Read a document.
 *
 * @param file  the name in messages
 * @return DD_OK; DD_EDATA for what is no YAML, for anchors, aliases, tags, several
 *         documents, duplicate keys, more than DD_YAML_MAX_BYTES or nested deeper than
 *         DD_YAML_MAX_DEPTH; DD_ENOMEM. After DD_EDATA a root that is not NULL may still
 *         be walked, to find more problems in the same run; self is freed by the caller
 *         in any case.
 */
dd_status dd_yaml_parse(dd_yaml *self, const char *file, const char *bytes, size_t n,
                        dd_error *err);

/** The same from a file. @return also DD_EIO */
dd_status dd_yaml_read(dd_yaml *self, const char *path, dd_error *err);

/** Safe on a zeroed one. */
void dd_yaml_free(dd_yaml *self);

/** The value under a key of a map, or NULL. */
const dd_yaml_node *dd_yaml_get(const dd_yaml_node *map, const char *key);

#endif
