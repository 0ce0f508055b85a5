/**
 * @file funnel_parts.h
 * The larger sections of a funnel file. Sources: sim/input/rates_section.c,
 * sim/input/sample_section.c.
 */
#ifndef DD_INPUT_FUNNEL_PARTS_H
#define DD_INPUT_FUNNEL_PARTS_H

#include "input/schema.h"

/** `rates:` -> a dd_funnel whose pipelines are read already. */
void dd_read_rates(dd_walk *walk, const dd_yaml_node *node, void *funnel);
/** Refuse what only all beliefs together show: win rates that fall along the stages,
 * stages and exits that the funnel has not. */
void dd_check_rates(dd_walk *walk, const dd_funnel *funnel);
void dd_stage_belief_free(dd_stage_belief *self);

/** `sample:` -> dd_sample_truth. */
void dd_read_sample(dd_walk *walk, const dd_yaml_node *node, void *truth);
void dd_sample_truth_free(dd_sample_truth *self);

/** Index of the pipeline of this name, or SIZE_MAX. */
size_t dd_funnel_pipeline(const dd_funnel *self, const char *name);
/** Index of the stage in a pipeline, or SIZE_MAX. */
size_t dd_pipeline_stage(const dd_pipeline_names *self, const char *stage);

#endif
