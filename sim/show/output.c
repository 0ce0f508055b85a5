#include "show/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static dd_status
cannot(const char *what, const char *path, int reason, dd_error *err)
{
    dd_place place = { path, 0, 0 };
    return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot %s: %s", what,
                        strerror(reason));
}

/* Follow links, so that a link stays one; a path that is new stays as it is. */
static char *
resolve(const char *path)
{
    char *real = realpath(path, NULL);
    return real != NULL ? real : strdup(path);
}

/* The name under which a file is written until it is whole. */
static char *
beside(const char *path)
{
    size_t room = strlen(path) + 32;
    char *name = malloc(room);
    if (name != NULL)
        snprintf(name, room, "%s.tmp%ld", path, (long) getpid());
    return name;
}

/* A file of the mode that the old one had, or the usual one. */
static FILE *
create(const char *temporary, const struct stat *old)
{
    FILE *file;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return NULL;
    if (old != NULL && fchmod(fd, old->st_mode & 07777) != 0) {
        close(fd);
        return NULL;
    }
    file = fdopen(fd, "w");
    if (file == NULL)
        close(fd);
    return file;
}

static dd_status
open_path(dd_output *self, const char *path, dd_error *err)
{
    struct stat old;
    int exists = stat(path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode))
        return cannot("write", path, EISDIR, err);
    self->path = resolve(path);
    if (self->path == NULL)
        return dd_error_no_memory(err);
    if (exists && !S_ISREG(old.st_mode)) {
        self->file = fopen(self->path, "w");
        return self->file == NULL ? cannot("write", path, errno, err) : DD_OK;
    }
    self->temporary = beside(self->path);
    if (self->temporary == NULL)
        return dd_error_no_memory(err);
    self->file = create(self->temporary, exists ? &old : NULL);
    return self->file == NULL ? cannot("write", path, errno, err) : DD_OK;
}

dd_status
dd_output_open(dd_output *self, const char *path, dd_error *err)
{
    dd_status status = DD_OK;
    *self = (dd_output){ 0 };
    if (path == NULL || strcmp(path, "-") == 0)
        self->file = stdout;
    else
        status = open_path(self, path, err);
    if (status)
        dd_output_abandon(self);
    return status;
}

static void
forget(dd_output *self)
{
    free(self->path);
    free(self->temporary);
    *self = (dd_output){ 0 };
}

void
dd_output_abandon(dd_output *self)
{
    if (self->file != NULL && self->path != NULL)
        fclose(self->file);
    if (self->file != NULL && self->temporary != NULL)
        unlink(self->temporary);
    forget(self);
}

/* The reason why not all was written, or 0. */
static int
finish(dd_output *self)
{
    int reason = 0;
    errno = 0;
    if (fflush(self->file) != 0 || ferror(self->file))
        reason = errno != 0 ? errno : EIO;
    if (reason == 0 && self->temporary != NULL && fsync(fileno(self->file)) != 0)
        reason = errno;
    if (self->path == NULL)
        return reason == EPIPE ? 0 : reason;
    if (fclose(self->file) != 0 && reason == 0)
        reason = errno;
    if (reason == 0 && self->temporary != NULL
        && rename(self->temporary, self->path) != 0)
        reason = errno;
    if (reason != 0 && self->temporary != NULL)
        unlink(self->temporary);
    return reason;
}

dd_status
dd_output_close(dd_output *self, dd_error *err)
{
    int reason = finish(self);
    dd_status status = DD_OK;
    if (reason != 0)
        status
            = cannot("write", self->path ? self->path : "standard output", reason, err);
    forget(self);
    return status;
}
