#include "dealdice/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copy of text, or NULL for NULL; *failed is set when memory ran out. */
static char *
copy(const char *text, int *failed)
{
    char *result;

    if (text == NULL)
        return NULL;
    result = strdup(text);
    if (result == NULL)
        *failed = 1;
    return result;
}

static char *
format(const char *pattern, va_list args)
{
    va_list again;
    char *text = NULL;
    int length;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, pattern, again);
    va_end(again);
    if (length < 0)
        return NULL;
    text = malloc((size_t) length + 1);
    if (text != NULL)
        vsnprintf(text, (size_t) length + 1, pattern, args);
    return text;
}

/* Room for one more of `size` bytes each, doubling as needed; 0 or -1. */
static int
grow(void **items, size_t n, size_t *capacity, size_t size)
{
    size_t wanted = *capacity > 0 ? 2 * *capacity : 8;
    void *larger;

    if (n < *capacity)
        return 0;
    larger = realloc(*items, wanted * size);
    if (larger == NULL)
        return -1;
    *items = larger;
    *capacity = wanted;
    return 0;
}

static void
free_problem(dd_problem *problem)
{
    free(problem->file);
    free(problem->wrong);
    free(problem->read);
    free(problem->right);
}

dd_status
dd_error_no_memory(dd_error *self)
{
    if (self != NULL)
        self->out_of_memory = 1;
    return DD_ENOMEM;
}

dd_status
dd_error_add(dd_error *self, dd_status status, const dd_place *place, const char *read,
             const char *right, const char *wrong, ...)
{
    dd_problem problem = { 0 };
    va_list args;
    void *items;
    int failed = 0;

    if (self == NULL)
        return status;
    va_start(args, wrong);
    problem.wrong = format(wrong, args);
    va_end(args);
    if (place != NULL) {
        problem.file = copy(place->file, &failed);
        problem.line = place->line;
        problem.column = place->column;
    }
    problem.read = copy(read, &failed);
    problem.right = copy(right, &failed);
    items = self->items;
    if (failed || problem.wrong == NULL
        || grow(&items, self->n, &self->capacity, sizeof(problem))) {
        free_problem(&problem);
        self->out_of_memory = 1;
        return status; /* the refusal stands, only its words are lost */
    }
    self->items = items;
    self->items[self->n++] = problem;
    return status;
}

void
dd_error_free(dd_error *self)
{
    for (size_t i = 0; i < self->n; i++)
        free_problem(&self->items[i]);
    free(self->items);
    memset(self, 0, sizeof(*self));
}

static int
has_note(const dd_notes *self, const char *code, const char *text)
{
    for (size_t i = 0; i < self->n; i++)
        if (strcmp(self->items[i].code, code) == 0
            && strcmp(self->items[i].text, text) == 0)
            return 1;
    return 0;
}

/* Takes over text, which may be NULL after a failed allocation. */
static dd_status
add_note(dd_notes *self, const char *code, char *text)
{
    dd_note note = { NULL, text };
    void *items = self->items;

    if (text == NULL)
        return DD_ENOMEM;
    if (has_note(self, code, text)) {
        free(text);
        return DD_OK;
    }
    note.code = strdup(code);
    if (note.code == NULL || grow(&items, self->n, &self->capacity, sizeof(note))) {
        free(note.code);
        free(text);
        return DD_ENOMEM;
    }
    self->items = items;
    self->items[self->n++] = note;
    return DD_OK;
}

dd_status
dd_notes_add(dd_notes *self, const char *code, const char *text, ...)
{
    va_list args;
    char *written;

    if (self == NULL)
        return DD_OK;
    va_start(args, text);
    written = format(text, args);
    va_end(args);
    return add_note(self, code, written);
}

dd_status
dd_notes_append(dd_notes *self, const dd_notes *other)
{
    if (self == NULL)
        return DD_OK;
    for (size_t i = 0; i < other->n; i++) {
        dd_status status
            = add_note(self, other->items[i].code, strdup(other->items[i].text));
        if (status)
            return status;
    }
    return DD_OK;
}

void
dd_notes_free(dd_notes *self)
{
    for (size_t i = 0; i < self->n; i++) {
        free(self->items[i].code);
        free(self->items[i].text);
    }
    free(self->items);
    memset(self, 0, sizeof(*self));
}
