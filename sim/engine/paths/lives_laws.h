/**
 * @file lives_laws.h
 * The laws that a block's deals live by, one after another: parts of lives.h. Source:
 * sim/engine/paths/lives_laws.c.
 */
#ifndef DD_ENGINE_LIVES_LAWS_H
#define DD_ENGINE_LIVES_LAWS_H

#include "engine/paths/lives.h"

/** Room, once maker and stages are there. @return DD_OK or DD_ENOMEM */
dd_status dd_lives_laws_init(dd_lives *self, dd_error *err);
void dd_lives_laws_free(dd_lives *self);
/** All laws of the block at hand; the first is in force. Allocates nothing. */
void dd_lives_laws_begin(dd_lives *self);

#endif
