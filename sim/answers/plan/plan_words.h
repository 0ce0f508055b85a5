/**
 * @file plan_words.h
 * The plan's sentences and tables over its keys. Source: sim/answers/plan/plan_words.c.
 */
#ifndef DD_ANSWERS_PLAN_WORDS_H
#define DD_ANSWERS_PLAN_WORDS_H

#include "answers/plan/plan.h"

/** @param asked  the rung of the confidence asked for */
void dd_plan_say(const dd_plan *self, dd_doc *doc, const dd_doc_node *asked);

#endif
