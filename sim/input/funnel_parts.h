/**
 * @file funnel_parts.h
 * The larger sections of a funnel file. Sources: sim/input/data_keys.c,
 * sim/input/holidays.c, sim/input/folders.c, sim/input/rates_section.c,
 * sim/input/effort_section.c, sim/input/sample_section.c, sim/input/model_section.c; and
 * those of a scenario file that change the team: sim/input/scenario_team.c.
 */
#ifndef DD_INPUT_FUNNEL_PARTS_H
#define DD_INPUT_FUNNEL_PARTS_H

#include "dealdice/scenario.h"
#include "input/schema.h"

/* Which files there are and how they are meant (data_keys.c). */
/** `path` as seen from the folder of the file that names it; owned by the caller. */
char *dd_path_beside(dd_walk *walk, const char *file, const char *path);
/** A path or a list of them -> dd_words. */
void dd_read_history(dd_walk *walk, const dd_yaml_node *node, void *words);
/** A path -> char *. */
void dd_read_path(dd_walk *walk, const dd_yaml_node *node, void *text);
void dd_read_fx(dd_walk *walk, const dd_yaml_node *node, void *funnel);
/** `holidays:` -> char *, CN or a path; and what it stands for, into self->workdays
 * (holidays.c). @return DD_OK; DD_EIO; DD_EDATA for a file whose days cannot be read;
 * DD_ENOMEM */
void dd_read_holidays_name(dd_walk *walk, const dd_yaml_node *node, void *text);
dd_status dd_read_holidays(dd_funnel *self, dd_error *err);
/** +08:00 */
void dd_read_timezone(dd_walk *walk, const dd_yaml_node *node, void *funnel);
void dd_read_activity_names(dd_walk *walk, const dd_yaml_node *node, void *funnel);
/** Refuse exchange rates when `currency:` does not say into what. */
void dd_check_fx(dd_walk *walk, const dd_yaml_node *root, const dd_funnel *funnel);
void dd_data_keys_free(dd_funnel *self);

/** Put in the place of each folder of the history its files that end in .csv or .tsv, but
 * for reps and activities, in the order of their names (folders.c).
 * @return DD_OK; DD_EIO; DD_EDATA for a folder without one; DD_ENOMEM */
dd_status dd_open_folders(dd_funnel *self, dd_notes *notes, dd_error *err);

/** `rates:` -> a dd_funnel whose pipelines are read already. */
void dd_read_rates(dd_walk *walk, const dd_yaml_node *node, void *funnel);
/** Refuse what only all beliefs together show: win rates that fall along the stages,
 * stages and exits that the funnel has not. */
void dd_check_rates(dd_walk *walk, const dd_funnel *funnel);
void dd_stage_belief_free(dd_stage_belief *self);

/** `model:` -> dd_parts. */
void dd_read_model(dd_walk *walk, const dd_yaml_node *node, void *parts);
/** `effort:` -> dd_effort_belief. */
void dd_read_effort(dd_walk *walk, const dd_yaml_node *node, void *effort);
/** Refuse visits for stages that the funnel has not. */
void dd_check_effort(dd_walk *walk, const dd_funnel *funnel);
/** [0, 50%, 100%] -> shares, a month each, never falling; owned by the caller. */
void dd_read_shares(dd_walk *walk, const dd_yaml_node *node, double **ramp, size_t *n);
/** The same -> a dd_funnel's ramp. */
void dd_read_ramp(dd_walk *walk, const dd_yaml_node *node, void *funnel);
/** reps, market or 60% -> double, the market's share. */
void dd_read_leads_from(dd_walk *walk, const dd_yaml_node *node, void *market);
/** `collect:` -> a dd_funnel's instalments. */
void dd_read_collect(dd_walk *walk, const dd_yaml_node *node, void *funnel);
void dd_effort_keys_free(dd_funnel *self);

/** `sample:` -> dd_sample_truth. */
void dd_read_sample(dd_walk *walk, const dd_yaml_node *node, void *truth);
void dd_sample_truth_free(dd_sample_truth *self);

/** Index of the pipeline of this name, or SIZE_MAX. */
size_t dd_funnel_pipeline(const dd_funnel *self, const char *name);
/** Index of the stage in a pipeline, or SIZE_MAX. */
size_t dd_pipeline_stage(const dd_pipeline_names *self, const char *stage);

/** `hire`, `leave`, `attrition` and so on of a scenario -> dd_team_rules, in whose places
 * files are not set (scenario_team.c). */
dd_key_reader dd_read_preset, dd_read_hire, dd_read_leave, dd_read_attrition,
    dd_read_refill, dd_read_handover, dd_read_recycle, dd_read_referral,
    dd_read_team_leads;
/** Move what was read of the team, if anything, into a layer; its places point to the
 * layer's path. */
void dd_keep_team(dd_walk *walk, dd_team_rules *team, dd_scenario_layer *layer);

#endif
