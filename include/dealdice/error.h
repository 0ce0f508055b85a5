/**
 * @file error.h
 * What went wrong and what the reader should know: errors with their place, and notes.
 *
 * Source: sim/base/error.c. Every function that can refuse its input returns a
 * dd_status and tells the reason to a dd_error, which the caller places and frees.
 * A dd_error gathers several problems, so that one run shows all of them.
 */
#ifndef DEALDICE_ERROR_H
#define DEALDICE_ERROR_H

#include <stddef.h>

typedef enum {
    DD_OK = 0,
    DD_EDATA,    /* the input says something impossible or unreadable */
    DD_EIO,      /* a file could not be opened, read or written */
    DD_ENOMEM,   /* no memory */
    DD_EUSAGE,   /* the command line is wrong */
    DD_ESTOPPED, /* a watched run was stopped (simulate.h) before all was played */
} dd_status;

/** One problem and its place. Strings belong to the dd_error; each may be NULL. */
typedef struct {
    char *file;  /* as the user wrote it */
    long line;   /* from 1; 0: no line */
    long column; /* from 1, in characters; 0: no column */
    char *wrong; /* what is wrong, lower case, no full stop */
    char *read;  /* what was read there */
    char *right; /* what would be right */
} dd_problem;

typedef struct {
    size_t n;
    size_t capacity;
    dd_problem *items;
    int out_of_memory; /* a problem could not even be recorded */
} dd_error;

/** Where a problem stands. */
typedef struct {
    const char *file;
    long line;
    long column;
} dd_place;

/**
 * Record one problem.
 *
 * @param self   may be NULL: then nothing is recorded
 * @param place  copied; may be NULL
 * @param read   what was read, copied; NULL: nothing to quote
 * @param right  what would be right, copied; NULL: nothing to propose
 * @param wrong  printf format of what is wrong
 * @return status, so that `return dd_error_add(err, DD_EDATA, ...)` reads well
 */
dd_status dd_error_add(dd_error *self, dd_status status, const dd_place *place,
                       const char *read, const char *right, const char *wrong, ...)
    __attribute__((format(printf, 6, 7)));

/** Record that memory ran out; never allocates. @return DD_ENOMEM */
dd_status dd_error_no_memory(dd_error *self);

/** Forget all problems and release their memory; safe on a zeroed one. */
void dd_error_free(dd_error *self);

/** Something decided or doubtful that the user should know: a code and a sentence. */
typedef struct {
    char *code; /* stable, snake_case: "thin_history" */
    char *text;
} dd_note;

typedef struct {
    size_t n;
    size_t capacity;
    dd_note *items;
} dd_notes;

/** Add a note; one whose code and text are already there is not added again.
 * @return DD_OK or DD_ENOMEM */
dd_status dd_notes_add(dd_notes *self, const char *code, const char *text, ...)
    __attribute__((format(printf, 3, 4)));
/** Append all of `other`. @return DD_OK or DD_ENOMEM */
dd_status dd_notes_append(dd_notes *self, const dd_notes *other);
void dd_notes_free(dd_notes *self);

#endif
