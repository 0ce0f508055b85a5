#include "input/model_section.h"

#include "input/funnel_parts.h"

#include <stddef.h>

#define LEAST_SPREAD 0.1
#define MOST_SPREAD 5.0

const dd_part_name dd_part_names[DD_PART_NAMES] = {
    { "level", DD_PART_LEVEL, "the market is taken to stay as it was on average" },
    { "tracking", DD_PART_TRACKING, "wins are taken to run as history has them" },
    { "clock", DD_PART_CLOCK, "all days and weeks count alike" },
    { "season", DD_PART_SEASON, "as many deals arrive in each month of the year" },
    { "memories", DD_PART_MEMORIES, "arrivals are those of the last 26 weeks" },
    { "factors", DD_PART_FACTORS, "owners, segments and the like win alike" },
};

/* What the section says, before it becomes bits. */
typedef struct {
    int on[DD_PART_NAMES];
    double spread;
} said;

void
dd_read_model(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_parts *self = target;
    said words = { .spread = 1.0 };
    dd_schema_key keys[DD_PART_NAMES + 1];

    for (size_t i = 0; i < DD_PART_NAMES; i++) {
        words.on[i] = 1;
        keys[i] = (dd_schema_key){ .key = dd_part_names[i].key,
                                   .kind = DD_KEY_CHOICE,
                                   .right = "off|on",
                                   .offset = offsetof(said, on) + i * sizeof(int) };
    }
    keys[DD_PART_NAMES] = (dd_schema_key){ .key = "spread",
                                           .kind = DD_KEY_FIGURE,
                                           .unit = DD_UNIT_NUMBER,
                                           .low = LEAST_SPREAD,
                                           .high = MOST_SPREAD,
                                           .offset = offsetof(said, spread) };
    dd_schema_fill(walk, node, keys, DD_PART_NAMES + 1, &words);
    for (size_t i = 0; i < DD_PART_NAMES; i++)
        self->off |= words.on[i] ? 0 : dd_part_names[i].bit;
    self->spread = words.spread;
}
