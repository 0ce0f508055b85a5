/**
 * @file temp_file.h
 * A file that a test writes and reads back; removed by temp_file_free.
 */
#ifndef DD_TESTS_TEMP_FILE_H
#define DD_TESTS_TEMP_FILE_H

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Write n bytes to a new file. @return its path, on the heap */
static inline char *
temp_file_bytes(const void *bytes, size_t n)
{
    char *path = strdup("/tmp/dealdice-test-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
    return path;
}

static inline char *
temp_file(const char *text)
{
    return temp_file_bytes(text, strlen(text));
}

static inline void
temp_file_free(char *path)
{
    unlink(path);
    free(path);
}

#endif
