/**
 * @file program.h
 * The program as people call it: a folder of small files, a line of shell, what it says.
 */
#ifndef DD_TESTS_PROGRAM_H
#define DD_TESTS_PROGRAM_H

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/dd_test_XXXXXX"; /* mkdtemp makes it */
static char said[400000];

/* Run a line of shell in which $D is the program, $T the folder and $F the demo's funnel;
 * what it prints is kept in `said`. Returns the exit status. */
static int
run(const char *line)
{
    char command[2000];
    const char *program = getenv("DEALDICE");
    FILE *pipe;
    size_t n;
    int status;
    snprintf(command, sizeof command, "D='%s'; T='%s'; F=scenarios/demo/funnel.yaml; %s",
             program != NULL ? program : "build/dealdice", folder, line);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    n = fread(said, 1, sizeof said - 1, pipe);
    said[n] = '\0';
    status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
assert_said(const char *part)
{
    if (strstr(said, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, said);
}

static void
write_file(const char *name, const char *text)
{
    char path[64];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#endif
