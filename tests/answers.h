/* Answers read as trees: what tests of whole what-ifs ask of the program. */
#ifndef DD_TESTS_ANSWERS_H
#define DD_TESTS_ANSWERS_H

#include "program.h"
#include "input/yaml.h"

static inline int
remove_folder(void **state)
{
    char line[64];
    (void) state;
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

/* A funnel over the demo's history, with further keys. */
static inline void
write_demo(const char *name, const char *keys)
{
    char here[512], text[1600];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text,
             "history: %s/scenarios/demo/history.csv\ncurrency: CNY\n"
             "stages: [Contact, Needs, Proposal, Negotiation]\nteam: 14\n"
             "targets: {2026Q4: 850万, 2027Q1: 700万}\n%s",
             here, keys);
    write_file(name, text);
}

/* The answer to a line as a tree; JSON is YAML. */
static inline dd_yaml
asked(const char *line)
{
    dd_yaml tree;
    assert_int_equal(run(line), 0);
    assert_int_equal(dd_yaml_parse(&tree, "answer", said, strlen(said), NULL), DD_OK);
    return tree;
}

/* By keys and numbers of list elements: "scenarios 1 periods 0 label". */
static inline const dd_yaml_node *
at(const dd_yaml_node *node, const char *path)
{
    char words[128], *rest = words;
    snprintf(words, sizeof words, "%s", path);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        assert_non_null(node);
        if (node->kind != DD_YAML_LIST) {
            node = dd_yaml_get(node, word);
            continue;
        }
        node = node->first;
        for (int i = atoi(word); i > 0 && node != NULL; i--)
            node = node->next;
    }
    assert_non_null(node);
    return node;
}

static inline double
number(const dd_yaml_node *node, const char *path)
{
    return atof(at(node, path)->text);
}

/* The same keys and the same text, all the way down. */
static inline void
assert_same(const dd_yaml_node *a, const dd_yaml_node *b)
{
    const dd_yaml_node *y = b->first;
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->n, b->n);
    if (a->kind == DD_YAML_SCALAR) {
        assert_string_equal(a->text, b->text);
        return;
    }
    for (const dd_yaml_node *x = a->first; x != NULL; x = x->next, y = y->next) {
        if (a->kind == DD_YAML_MAP)
            assert_string_equal(x->key, y->key);
        assert_same(x, y);
    }
}

#endif
