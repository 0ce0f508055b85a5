#include "dealdice/scenario.h"

#include "input/funnel_parts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))
#define MOST_COST \
    1e9 /* of a rep: what 20000 cost in 64 years is below 2^63 minor units */

/* One file as it is read; what it is built on is in the scenario already. */
typedef struct {
    dd_scenario *scenario; /* its last layer is this file's */
    char *name, *says;
    double margin, rep_month, hire_once;
    dd_team_rules team;
    char *base; /* a path; NULL: none */
    dd_place base_place;
} scenario_file;

/* The files that lead to this one. */
typedef struct trail trail;
struct trail {
    const trail *before;
    dev_t device;
    ino_t number;
};

static dd_scenario_layer *
own_layer(const scenario_file *self)
{
    return &self->scenario->layers[self->scenario->n_layers - 1];
}

/* ---- levers ---- */

static const char *
change_example(dd_lever_kind kind)
{
    static const char *const examples[DD_LEVERS] = {
        "a change such as +10% or +2pp, or a rate such as 60%",
        "a change such as +10% or +2pp, or a rate such as 30%",
        "a change such as -15%, or a stage's mean stay such as '20 days'",
        "a change such as +5%, or an amount such as 12万",
        "a change such as -15%, or a level such as 85%",
        "a change such as +10%, or a number such as 12",
        "a change such as +20%",
    };
    return examples[kind];
}

static int
read_change(dd_walk *walk, const dd_yaml_node *node, dd_lever_kind kind, dd_change *out)
{
    const char *text = dd_walk_text(walk, node, change_example(kind));
    int wrong;

    if (text == NULL)
        return 0;
    wrong = dd_change_read(out, text, strlen(text), kind);
    if (wrong != 0)
        dd_walk_refuse(walk, &node->place, text, change_example(kind),
                       wrong == -2 ? "'%s' is out of range" : "'%s' cannot be read",
                       node->key);
    return wrong == 0;
}

static void
add_lever(dd_walk *walk, scenario_file *self, dd_lever_kind kind,
          const dd_yaml_node *node, const char *pipeline, const char *stage)
{
    dd_scenario_layer *layer = own_layer(self);
    dd_change change;

    if (node->refused || !read_change(walk, node, kind, &change))
        return;
    if (dd_scenario_add(self->scenario, kind, pipeline, stage, change, walk->err)) {
        walk->status = DD_ENOMEM;
        return;
    }
    layer->levers[layer->n_levers - 1].place = node->place;
    layer->levers[layer->n_levers - 1].place.file = layer->path;
}

static const char *
stage_of(const dd_yaml_node *node)
{
    return strcmp(node->key, "all") == 0 ? NULL : node->key;
}

/* +10%, {all: +10%, Proposal: +5%} or {Pipeline: {Proposal: +5%}}. */
static void
read_by_stage(dd_walk *walk, const dd_yaml_node *node, scenario_file *self,
              dd_lever_kind kind)
{
    if (node->kind != DD_YAML_MAP) {
        add_lever(walk, self, kind, node, NULL, NULL);
        return;
    }
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind != DD_YAML_MAP) {
            add_lever(walk, self, kind, item, NULL, stage_of(item));
            continue;
        }
        for (const dd_yaml_node *s = item->first; s != NULL; s = s->next)
            add_lever(walk, self, kind, s, item->key, stage_of(s));
    }
}

static void
read_step_rate(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    read_by_stage(walk, node, target, DD_LEVER_STEP_RATE);
}

static void
read_win_rate(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    read_by_stage(walk, node, target, DD_LEVER_WIN_RATE);
}

static void
read_cycle(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    read_by_stage(walk, node, target, DD_LEVER_CYCLE);
}

static void
read_deal_size(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    add_lever(walk, target, DD_LEVER_DEAL_SIZE, node, NULL, NULL);
}

static void
read_market(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    add_lever(walk, target, DD_LEVER_MARKET, node, NULL, NULL);
}

static void
read_visits(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    add_lever(walk, target, DD_LEVER_VISITS, node, NULL, NULL);
}

static void
read_leads(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    add_lever(walk, target, DD_LEVER_LEADS, node, NULL, NULL);
}

/* ---- single deals ---- */

static void
read_deal_rate(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    read_change(walk, node, DD_LEVER_WIN_RATE, target);
}

static void
read_deal_amount(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "an amount such as 200万";
    const char *text = dd_walk_text(walk, node, right);
    double minor;

    if (text == NULL)
        return;
    if (dd_value_read(text, strlen(text), DD_UNIT_MONEY, &minor) || minor < 0)
        dd_walk_refuse(walk, &node->place, text, right, "'amount' cannot be read");
    else
        *(int64_t *) target = (int64_t) minor;
}

static const dd_schema_key deal_keys[] = {
    { .key = "win_rate",
      .kind = DD_KEY_READ,
      .read = read_deal_rate,
      .offset = offsetof(dd_deal_change, win_rate) },
    { .key = "close", .kind = DD_KEY_DAY, .offset = offsetof(dd_deal_change, close) },
    { .key = "amount",
      .kind = DD_KEY_READ,
      .read = read_deal_amount,
      .offset = offsetof(dd_deal_change, amount) },
};

/* lost, won or {win_rate: 90%, close: 2026-12-20, amount: 200万}. */
static void
read_deal(dd_walk *walk, const dd_yaml_node *node, dd_deal_change *self)
{
    if (node->kind == DD_YAML_MAP)
        dd_schema_fill(walk, node, deal_keys, N_KEYS(deal_keys), self);
    else if (node->kind == DD_YAML_SCALAR && strcmp(node->text, "lost") == 0)
        self->fate = DD_DEAL_LOST;
    else if (node->kind == DD_YAML_SCALAR && strcmp(node->text, "won") == 0)
        self->fate = DD_DEAL_WON;
    else
        dd_walk_refuse(walk, &node->place, node->text,
                       "lost, won, or a map such as {win_rate: 90%, close: 2026-12-20}",
                       "what becomes of '%s' cannot be read", node->key);
}

static void
read_deals(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_scenario_layer *layer = own_layer(target);

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, "a map such as {OPP-17: lost}"))
        return;
    layer->deals = dd_walk_room(walk, node->n, sizeof(*layer->deals));
    for (const dd_yaml_node *item = node->first; item != NULL && layer->deals != NULL;
         item = item->next) {
        dd_deal_change *deal = &layer->deals[layer->n_deals];
        if (item->refused)
            continue;
        deal->id = dd_walk_copy(walk, item->key);
        deal->close = DD_NO_DAY;
        deal->amount = DD_UNKNOWN_AMOUNT;
        deal->place = item->key_place;
        deal->place.file = layer->path;
        layer->n_deals += deal->id != NULL;
        read_deal(walk, item, deal);
    }
}

/* ---- the rest of the file ---- */

static void
read_from(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "a day such as 2027-01-01";
    const char *text = dd_walk_text(walk, node, right);
    dd_scenario_layer *layer = own_layer(target);
    dd_moment moment;

    if (text == NULL)
        return;
    moment = dd_moment_parse(text, strlen(text), 0, NULL);
    if (moment == DD_NO_MOMENT) {
        dd_walk_refuse(walk, &node->place, text, right, "'from' cannot be read");
        return;
    }
    layer->from = dd_moment_day(moment);
    layer->from_place = node->place;
    layer->from_place.file = layer->path;
}

static void
read_base(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    scenario_file *self = target;
    const char *text = dd_walk_text(walk, node, "the path of a scenario file");

    if (text == NULL)
        return;
    self->base = dd_path_beside(walk, node->place.file, text);
    self->base_place = node->place;
}

static void
read_economics(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "margin",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_SHARE,
          .low = 0,
          .high = 1,
          .right = "a share from 0% to 100%",
          .offset = offsetof(scenario_file, margin) },
        { .key = "rep_month",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_MONEY,
          .high = MOST_COST,
          .right = "an amount such as 3.5万",
          .offset = offsetof(scenario_file, rep_month) },
        { .key = "hire_once",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_MONEY,
          .high = MOST_COST,
          .right = "an amount such as 3万",
          .offset = offsetof(scenario_file, hire_once) },
    };
    dd_schema_fill(walk, node, keys, N_KEYS(keys), target);
}

#define TEAM_KEY(word, reader) \
    { \
        .key = word, .kind = DD_KEY_READ, .read = reader, \
        .offset = offsetof(scenario_file, team) \
    }

static const dd_schema_key scenario_keys[] = {
    { .key = "name", .kind = DD_KEY_TEXT, .offset = offsetof(scenario_file, name) },
    { .key = "says", .kind = DD_KEY_TEXT, .offset = offsetof(scenario_file, says) },
    { .key = "base", .kind = DD_KEY_READ, .read = read_base },
    { .key = "from", .kind = DD_KEY_READ, .read = read_from },
    TEAM_KEY("preset", dd_read_preset),
    TEAM_KEY("hire", dd_read_hire),
    TEAM_KEY("leave", dd_read_leave),
    TEAM_KEY("attrition", dd_read_attrition),
    TEAM_KEY("refill", dd_read_refill),
    TEAM_KEY("handover", dd_read_handover),
    TEAM_KEY("recycle", dd_read_recycle),
    TEAM_KEY("referral", dd_read_referral),
    TEAM_KEY("leads_from", dd_read_team_leads),
    { .key = "visits_per_rep_week", .kind = DD_KEY_READ, .read = read_visits },
    { .key = "leads_per_rep_week", .kind = DD_KEY_READ, .read = read_leads },
    { .key = "step_rate", .kind = DD_KEY_READ, .read = read_step_rate },
    { .key = "win_rate", .kind = DD_KEY_READ, .read = read_win_rate },
    { .key = "cycle", .kind = DD_KEY_READ, .read = read_cycle },
    { .key = "deal_size", .kind = DD_KEY_READ, .read = read_deal_size },
    { .key = "market", .kind = DD_KEY_READ, .read = read_market },
    { .key = "deals", .kind = DD_KEY_READ, .read = read_deals },
    { .key = "economics", .kind = DD_KEY_READ, .read = read_economics },
};

static void
walk_file(dd_walk *walk, scenario_file *self, const dd_yaml_node *root)
{
    dd_place place = { own_layer(self)->path, 1, 1 };

    dd_schema_fill(walk, root, scenario_keys, N_KEYS(scenario_keys), self);
    if (dd_yaml_get(root, "name") == NULL)
        dd_walk_refuse(walk, &place, NULL, "'name: Faster proposals', say",
                       "the scenario has no name");
}

static dd_status
add_layer(dd_scenario *self, const char *path, dd_error *err)
{
    dd_scenario_layer *grown
        = realloc(self->layers, (self->n_layers + 1) * sizeof *self->layers);

    if (grown == NULL)
        return dd_error_no_memory(err);
    self->layers = grown;
    grown[self->n_layers]
        = (dd_scenario_layer){ .path = strdup(path), .from = DD_NO_DAY };
    if (grown[self->n_layers++].path == NULL)
        return dd_error_no_memory(err);
    return DD_OK;
}

static int
met_before(const trail *self, const trail *all)
{
    for (; all != NULL; all = all->before)
        if (all->device == self->device && all->number == self->number)
            return 1;
    return 0;
}

/* What the file is built on changes first; a later file's name and margin hold. */
static void
move_below(dd_scenario *self, size_t n_base)
{
    dd_scenario_layer own = self->layers[0];
    memmove(self->layers, self->layers + 1, n_base * sizeof own);
    self->layers[n_base] = own;
}

static void
take_below(double *figure, double below)
{
    if (isnan(*figure))
        *figure = below;
}

static dd_status read_file(dd_scenario *self, const char *path, const dd_place *said_at,
                           const trail *before, dd_error *err);

static dd_status
read_base_file(dd_scenario *self, const scenario_file *file, const trail *here,
               dd_error *err)
{
    dd_scenario below = { 0 };
    dd_status status = read_file(&below, file->base, &file->base_place, here, err);
    size_t n = self->n_layers + below.n_layers;
    dd_scenario_layer *joined;

    if (status)
        return status;
    joined = realloc(self->layers, n * sizeof *joined);
    if (joined == NULL) {
        dd_scenario_free(&below);
        return dd_error_no_memory(err);
    }
    self->layers = joined;
    memcpy(joined + self->n_layers, below.layers, below.n_layers * sizeof *joined);
    self->n_layers = n;
    move_below(self, below.n_layers);
    below.n_layers = 0;
    take_below(&self->margin, below.margin);
    take_below(&self->rep_month, below.rep_month);
    take_below(&self->hire_once, below.hire_once);
    dd_scenario_free(&below);
    return DD_OK;
}

static dd_status
walk_yaml(dd_scenario *self, const dd_yaml *doc, dd_status read, const trail *here,
          dd_error *err)
{
    scenario_file file = { .scenario = self,
                           .margin = (double) NAN,
                           .rep_month = (double) NAN,
                           .hire_once = (double) NAN };
    dd_walk walk;
    dd_status status;

    dd_walk_start(&walk, err);
    dd_team_rules_init(&file.team);
    if (doc->root != NULL && read != DD_ENOMEM)
        walk_file(&walk, &file, doc->root);
    dd_keep_team(&walk, &file.team, own_layer(&file));
    dd_walk_end(&walk);
    self->name = file.name;
    self->says = file.says;
    self->margin = file.margin;
    self->rep_month = file.rep_month;
    self->hire_once = file.hire_once;
    status = walk.status == DD_OK || read == DD_ENOMEM ? read : walk.status;
    if (!status && file.base != NULL)
        status = read_base_file(self, &file, here, err);
    free(file.base);
    return status;
}

/* @param said_at  where a file asks for this one; NULL: the command line does */
static dd_status
read_file(dd_scenario *self, const char *path, const dd_place *said_at,
          const trail *before, dd_error *err)
{
    dd_yaml doc = { 0 };
    struct stat file;
    trail here = { before, 0, 0 };
    dd_status status;

    *self = (dd_scenario){ .margin = (double) NAN,
                           .rep_month = (double) NAN,
                           .hire_once = (double) NAN };
    if (stat(path, &file) == 0) {
        here.device = file.st_dev;
        here.number = file.st_ino;
        if (met_before(&here, before))
            return dd_error_add(err, DD_EDATA, said_at, path,
                                "a scenario that is not built on this one",
                                "'base' leads back to '%s'", path);
    } else if (said_at != NULL) {
        return dd_error_add(err, DD_EIO, said_at, path,
                            "the path of a scenario file, relative to this one",
                            "'base' cannot be opened: %s", strerror(errno));
    }
    status = add_layer(self, path, err);
    if (!status) {
        dd_status read = dd_yaml_read(&doc, path, err);
        status = walk_yaml(self, &doc, read, &here, err);
    }
    dd_yaml_free(&doc);
    if (status)
        dd_scenario_free(self);
    return status;
}

dd_status
dd_scenario_read(dd_scenario *self, const char *path, dd_error *err)
{
    return read_file(self, path, NULL, NULL, err);
}
