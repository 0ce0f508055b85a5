#include "input/funnel_parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static int
is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int
same_file(const char *a, const char *b)
{
    struct stat x, y;

    return b != NULL && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev
           && x.st_ino == y.st_ino;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static int
append(dd_words *words, char *word)
{
    char **items = realloc(words->items, (words->n + 1) * sizeof *items);

    if (items != NULL)
        words->items = items;
    if (items == NULL || word == NULL) {
        free(word);
        return -1;
    }
    words->items[words->n++] = word;
    return 0;
}

static char *
join(const char *folder, const char *name)
{
    size_t n = strlen(folder), slash = n > 0 && folder[n - 1] != '/';
    char *path = malloc(n + slash + strlen(name) + 1);

    if (path == NULL)
        return NULL;
    strcpy(path, folder);
    strcpy(path + n, slash ? "/" : "");
    strcpy(path + n + slash, name);
    return path;
}

static int
is_table(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && *name != '.'
           && (strcasecmp(name + n - 4, ".csv") == 0
               || strcasecmp(name + n - 4, ".tsv") == 0);
}

/* Whether a file of the folder belongs to the history; others are counted. */
static int
is_history(const dd_funnel *self, const char *name, const char *path, size_t *others)
{
    if (*name == '.' || same_file(path, self->reps) || same_file(path, self->activities)
        || same_file(path, self->holidays) || same_file(path, self->path)
        || is_folder(path))
        return 0;
    *others += !is_table(name);
    return is_table(name);
}

static dd_status
list_folder(const dd_funnel *self, const char *folder, dd_words *files, dd_notes *notes,
            dd_error *err)
{
    const dd_place place = { .file = folder };
    const size_t before = files->n;
    size_t others = 0;
    int failed = 0;
    DIR *open = opendir(folder);

    if (open == NULL)
        return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot be read: %s",
                            strerror(errno));
    for (struct dirent *d = readdir(open); d != NULL && !failed; d = readdir(open)) {
        char *path = join(folder, d->d_name);
        if (path == NULL)
            failed = 1;
        else if (is_history(self, d->d_name, path, &others))
            failed = append(files, path);
        else
            free(path);
    }
    closedir(open);
    if (!failed && others > 0)
        failed = dd_notes_add(notes, "read_folder",
                              "files in %s that do not end in .csv or .tsv: %zu, passed "
                              "over",
                              folder, others);
    if (failed)
        return dd_error_no_memory(err);
    if (files->n == before)
        return dd_error_add(err, DD_EDATA, &place, NULL,
                            "a CSV file, or a folder that holds some",
                            "is a folder without CSV files");
    qsort(files->items + before, files->n - before, sizeof *files->items, compare_names);
    return DD_OK;
}

dd_status
dd_open_folders(dd_funnel *self, dd_notes *notes, dd_error *err)
{
    dd_words files = { 0 };
    dd_status status = DD_OK;

    for (size_t i = 0; i < self->history.n && status == DD_OK; i++) {
        const char *path = self->history.items[i];
        if (is_folder(path))
            status = list_folder(self, path, &files, notes, err);
        else if (append(&files, strdup(path)))
            status = dd_error_no_memory(err);
    }
    dd_words_free(&self->history);
    self->history = files;
    return status;
}
