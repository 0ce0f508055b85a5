#include "cli/made_by.h"

#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dd_status
hash_file(dd_sha256 *hash, const char *path, dd_error *err)
{
    char bytes[16384];
    size_t n;
    int failed;
    dd_place place = { path, 0, 0 };
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot read: %s",
                            strerror(errno));
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        dd_sha256_add(hash, bytes, n);
    failed = ferror(file);
    fclose(file);
    if (failed)
        return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot read");
    return DD_OK;
}

static dd_status
hash_input(char hex[65], const dd_funnel *funnel, dd_error *err)
{
    dd_sha256 hash;
    dd_status status = DD_OK;
    dd_sha256_init(&hash);
    if (funnel->path != NULL)
        status = hash_file(&hash, funnel->path, err);
    for (size_t i = 0; i < funnel->history.n && !status; i++)
        status = hash_file(&hash, funnel->history.items[i], err);
    if (funnel->reps != NULL && !status)
        status = hash_file(&hash, funnel->reps, err);
    if (funnel->holidays != NULL && strcmp(funnel->holidays, "CN") != 0 && !status)
        status = hash_file(&hash, funnel->holidays, err);
    if (funnel->activities != NULL && !status)
        status = hash_file(&hash, funnel->activities, err);
    dd_sha256_hex(&hash, hex);
    return status;
}

static int
is_plain(const char *word)
{
    for (const unsigned char *c = (const unsigned char *) word; *c != '\0'; c++)
        if (*c < 0x80 && strchr("-_=+,./:@%", *c) == NULL && !(*c >= '0' && *c <= '9')
            && !((*c | 32) >= 'a' && (*c | 32) <= 'z'))
            return 0;
    return *word != '\0';
}

/* As a shell takes it: 'it'\''s' where need be. */
static void
write_word(const char *word, FILE *out)
{
    fputc(' ', out);
    if (is_plain(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputc('\'', out);
}

/* How many words to pass over: an option that does not change the answer, its value. */
static int
passed_over(const char *word)
{
    static const char *const valued[] = { "--threads", "--output", "-o" };
    if (strcmp(word, "--quiet") == 0 || strcmp(word, "-q") == 0)
        return 1;
    for (size_t i = 0; i < sizeof valued / sizeof *valued; i++) {
        size_t n = strlen(valued[i]);
        if (strncmp(word, valued[i], n) == 0)
            return word[n] == '\0' ? 2 : 1;
    }
    return 0;
}

static char *
command_line(int argc, char **argv)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    fputs("dealdice", out);
    for (int i = 1; i < argc;) {
        int over = passed_over(argv[i]);
        if (over == 0)
            write_word(argv[i], out);
        i += over > 0 ? over : 1;
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int
is_shown(const dd_show_how *how)
{
    return how->format == DD_FORMAT_JSON
           || (how->format == DD_FORMAT_CSV && how->provenance);
}

dd_status
dd_made_by(dd_doc *doc, int argc, char **argv, const uint64_t *seed,
           const dd_funnel *funnel, const dd_show_how *how, dd_error *err)
{
    char hex[65], *command;
    dd_doc_node *node;
    dd_status status;
    if (!is_shown(how))
        return DD_OK;
    command = command_line(argc, argv);
    status = hash_input(hex, funnel, err);
    if (command == NULL)
        status = dd_error_no_memory(err);
    if (!status) {
        node = dd_doc_object(doc, doc->root, "made_by");
        dd_doc_text(doc, node, "version", DEALDICE_VERSION);
        dd_doc_text(doc, node, "command", command);
        if (seed != NULL)
            dd_doc_count(doc, node, "seed", (int64_t) *seed);
        dd_doc_text(doc, node, "input_sha256", hex);
    }
    free(command);
    return status;
}
