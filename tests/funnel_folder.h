/**
 * @file funnel_folder.h
 * A folder with a funnel file and its data in a test, read as a command reads it.
 */
#ifndef DD_TESTS_FUNNEL_FOLDER_H
#define DD_TESTS_FUNNEL_FOLDER_H

#include "check.h"
#include "dealdice/past.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_FILES 16

/** Zeroed is none; folder_free removes what folder_write wrote. */
typedef struct {
    char path[64];
    char names[FOLDER_FILES][48];
    size_t n;
    dd_funnel funnel;
    dd_history history;
    dd_notes notes;
    dd_error err;
    dd_status status;
} funnel_folder;

static inline const char *
folder_join(const funnel_folder *self, const char *name, char joined[128])
{
    snprintf(joined, 128, "%s/%s", self->path, name);
    return joined;
}

static inline void
folder_init(funnel_folder *self)
{
    memset(self, 0, sizeof *self);
    strcpy(self->path, "/tmp/dealdice_folder_XXXXXX");
    assert_non_null(mkdtemp(self->path));
}

/** A name that ends in / makes a folder. */
static inline void
folder_write_bytes(funnel_folder *self, const char *name, const void *bytes, size_t n)
{
    char path[128];
    FILE *file;

    assert_true(self->n < FOLDER_FILES);
    snprintf(self->names[self->n++], 48, "%s", name);
    folder_join(self, name, path);
    if (name[strlen(name) - 1] == '/') {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static inline void
folder_write(funnel_folder *self, const char *name, const char *text)
{
    folder_write_bytes(self, name, text, strlen(text));
}

/** Read a funnel file, a history or a folder ("" is the folder itself). */
static inline dd_status
folder_read(funnel_folder *self, const char *name)
{
    char path[128];

    self->status = dd_funnel_read(&self->funnel, folder_join(self, name, path),
                                  &self->notes, &self->err);
    if (self->status == DD_OK)
        self->status
            = dd_history_read(&self->history, &self->funnel, &self->notes, &self->err);
    return self->status;
}

/** The same, which must succeed. */
static inline void
folder_must_read(funnel_folder *self, const char *name)
{
    folder_read(self, name);
    for (size_t i = 0; i < self->err.n; i++)
        fprintf(stderr, "%s:%ld: %s\n", self->err.items[i].file, self->err.items[i].line,
                self->err.items[i].wrong);
    assert_int_equal(self->status, DD_OK);
}

/** Forget what was read, so that another file of the folder can be. */
static inline void
folder_forget(funnel_folder *self)
{
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
    dd_notes_free(&self->notes);
    dd_error_free(&self->err);
}

static inline void
folder_free(funnel_folder *self)
{
    char path[128];

    folder_forget(self);
    while (self->n-- > 0)
        remove(folder_join(self, self->names[self->n], path));
    assert_int_equal(rmdir(self->path), 0);
}

/** The note with this code, or NULL. */
static inline const char *
folder_noted(const funnel_folder *self, const char *code)
{
    for (size_t i = 0; i < self->notes.n; i++)
        if (strcmp(self->notes.items[i].code, code) == 0)
            return self->notes.items[i].text;
    return NULL;
}

/** The first problem told must say `wrong`. */
static inline void
folder_assert_wrong(const funnel_folder *self, dd_status status, const char *wrong)
{
    assert_int_equal(self->status, status);
    assert_true(self->err.n > 0);
    if (!strstr(self->err.items[0].wrong, wrong))
        fail_msg("'%s' is not in '%s'", wrong, self->err.items[0].wrong);
}

#endif
