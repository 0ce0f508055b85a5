#include "base/text.h"
#include "base/workdays.h"
#include "input/funnel_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

char *
dd_path_beside(dd_walk *walk, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    size_t folder = slash != NULL && path[0] != '/' ? (size_t) (slash - file) + 1 : 0;
    char *joined = dd_walk_room(walk, folder + strlen(path) + 1, 1);

    if (joined != NULL) {
        memcpy(joined, file, folder);
        strcpy(joined + folder, path);
    }
    return joined;
}

void
dd_read_history(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_words *paths = target;

    dd_walk_words(walk, node, paths);
    for (size_t i = 0; i < paths->n; i++) {
        char *path = dd_path_beside(walk, node->place.file, paths->items[i]);
        if (path == NULL)
            return;
        free(paths->items[i]);
        paths->items[i] = path;
    }
}

void
dd_read_path(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *text = dd_walk_text(walk, node, "the path of a CSV file");

    if (text != NULL)
        *(char **) target = dd_path_beside(walk, node->place.file, text);
}

static int
is_code(const char *text)
{
    size_t n = 0;

    while (isupper((unsigned char) text[n]))
        n++;
    return n == 3 && text[n] == '\0';
}

void
dd_read_fx(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "a rate such as 7.1";
    dd_funnel *self = target;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, "a map such as {USD: 7.1}"))
        return;
    self->fx = dd_walk_room(walk, node->n, sizeof(*self->fx));
    for (const dd_yaml_node *item = node->first; item != NULL && self->fx != NULL;
         item = item->next) {
        const char *text = dd_walk_text(walk, item, right);
        double rate;
        if (!is_code(item->key))
            dd_walk_refuse(walk, &item->key_place, item->key,
                           "a three-letter code such as USD", "this is no currency");
        else if (text != NULL
                 && (dd_number_parse(text, strlen(text), &rate) || rate <= 0
                     || rate > 1e9))
            dd_walk_refuse(walk, &item->place, text, right,
                           "the exchange rate cannot be read");
        else if (text != NULL)
            self->fx[self->n_fx++] = (dd_fx){ dd_walk_copy(walk, item->key), rate };
    }
}

void
dd_check_fx(dd_walk *walk, const dd_yaml_node *root, const dd_funnel *self)
{
    const dd_yaml_node *node = dd_yaml_get(root, "fx");

    if (self->n_fx > 0 && self->currency == NULL)
        dd_walk_refuse(walk, &node->key_place, NULL, "'currency: CNY', say",
                       "exchange rates into which currency?");
}

/* "+08:00", "+8", "-0330", "Z" or "UTC". */
static int
read_offset(const char *text, int *seconds)
{
    const char *p = text + 1;
    int figures[4], n = 0;

    *seconds = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
        return 0;
    for (; n < 4 && isdigit((unsigned char) *p); p++) {
        figures[n++] = *p - '0';
        if (p[1] == ':' && n <= 2 && p[2] != '\0')
            p++;
    }
    if ((*text != '+' && *text != '-') || *p != '\0' || n == 0 || n == 3)
        return -1;
    int hours = n == 1 ? figures[0] : 10 * figures[0] + figures[1];
    int minutes = n == 4 ? 10 * figures[2] + figures[3] : 0;
    *seconds = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours <= 14 && minutes < 60 ? 0 : -1;
}

void
dd_read_timezone(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "hours and minutes east of Greenwich such as +08:00";
    const char *text = dd_walk_text(walk, node, right);
    dd_funnel *self = target;

    if (text == NULL)
        return;
    self->timezone_given = 1;
    if (read_offset(text, &self->utc_offset_seconds))
        dd_walk_refuse(walk, &node->place, text, right, "'timezone' cannot be read");
}

void
dd_read_activity_names(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "visit",
          .kind = DD_KEY_TEXTS,
          .offset = offsetof(dd_funnel, visit_words) },
        { .key = "lead",
          .kind = DD_KEY_TEXTS,
          .offset = offsetof(dd_funnel, lead_words) },
    };

    dd_schema_fill(walk, node, keys, sizeof(keys) / sizeof(keys[0]), target);
}

void
dd_data_keys_free(dd_funnel *self)
{
    dd_words_free(&self->history);
    free(self->reps);
    free(self->holidays);
    dd_workdays_free(self->workdays);
    free(self->activities);
    for (size_t i = 0; i < self->n_fx; i++)
        free(self->fx[i].currency);
    free(self->fx);
    dd_words_free(&self->visit_words);
    dd_words_free(&self->lead_words);
}
