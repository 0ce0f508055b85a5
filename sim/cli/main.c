/* dealdice COMMAND ...: finds the command and hands over. */
#include "cli/heap.h"
#include "cli/commands.h"

#include "base/isa.h"
#include "base/text.h"
#include "engine/ranks.h"

#include <argp.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "dealdice " DEALDICE_VERSION;

typedef struct {
    const dd_command_face *face;
    int (*run)(const dd_command_line *line);
} command;

static const command commands[] = {
    { &dd_check_face, dd_check_command },   { &dd_forecast_face, dd_forecast_command },
    { &dd_deals_face, dd_deals_command },   { &dd_backtest_face, dd_backtest_command },
    { &dd_plan_face, dd_plan_command },     { &dd_whatif_face, dd_whatif_command },
    { &dd_sample_face, dd_sample_command },
};

#define N_COMMANDS (sizeof commands / sizeof *commands)

static int
overview(void)
{
    puts("dealdice rolls the dice on a sales pipeline: from the history in a CRM export "
         "it\nlearns how deals move and tells what will be booked, with honest odds.\n"
         "\n"
         "Usage: dealdice COMMAND FUNNEL [options]\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("  %-10s%s\n", commands[i].face->name, commands[i].face->says);
    puts("\nFUNNEL is a funnel.yaml, or a history CSV alone. Try:\n"
         "  dealdice forecast scenarios/demo/funnel.yaml\n"
         "  dealdice forecast --help");
    return 0;
}

static const command *
find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(name, commands[i].face->name) == 0)
            return &commands[i];
    return NULL;
}

static int
unknown(const char *word)
{
    const char *names[N_COMMANDS + 1], *near;
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].face->name;
    names[N_COMMANDS] = "help";
    near = dd_did_you_mean(word, names, N_COMMANDS + 1);
    if (access(word, F_OK) == 0)
        fprintf(stderr,
                "dealdice: no command before the file: did you mean 'dealdice "
                "forecast %s'?\n",
                word);
    else if (near != NULL)
        fprintf(stderr, "dealdice: unknown command '%s': did you mean '%s'?\n", word,
                near);
    else
        fprintf(stderr, "dealdice: unknown command '%s'\n", word);
    fputs("Try 'dealdice --help'.\n", stderr);
    return 2;
}

/* `dealdice help COMMAND` is `dealdice COMMAND --help`. */
static int
help(int argc, char **argv)
{
    const command *chosen = argc > 2 ? find(argv[2]) : NULL;
    char option[] = "--help";
    char *words[] = { argv[0], NULL, option, NULL };
    dd_command_line line = { 3, words };
    if (argc > 2 && chosen == NULL)
        return unknown(argv[2]);
    if (chosen == NULL)
        return overview();
    words[1] = argv[2];
    return chosen->run(&line);
}

static int
is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

/* DEALDICE_ISA=baseline|avx2|avx512: the same answer by other instructions. */
static int
choose_isa(void)
{
    const char *name = getenv("DEALDICE_ISA");
    if (name == NULL || *name == '\0' || dd_isa_choose(name, NULL) == DD_OK)
        return 0;
    fprintf(stderr,
            "dealdice: DEALDICE_ISA=%s: not an instruction set that this processor has: "
            "baseline, avx2 or avx512\n",
            name);
    return 2;
}

/* Whether this process has nothing to do: one rank says what others would say too, and
 * only commands of long runs share their trials. */
static int
is_spare(int argc, char **argv)
{
    const command *chosen = argc > 1 ? find(argv[1]) : NULL;
    return dd_ranks_mine() > 0
           && (chosen == NULL || !(chosen->face->takes & DD_TAKES_LONG_RUNS));
}

int
main(int argc, char **argv)
{
    dd_command_line line = { argc, argv };
    const command *chosen;
    dd_heap_in_huge_pages();
    dd_ranks_begin(&argc, &argv);
    if (is_spare(argc, argv))
        return 0;
    gsl_set_error_handler_off();
    signal(SIGPIPE, SIG_IGN);
    if (choose_isa() != 0)
        return 2;
    if (argc < 2 || is_one_of(argv[1], "help", "--help", "-?"))
        return help(argc, argv);
    if (is_one_of(argv[1], "--version", "-V", "version"))
        return puts(argp_program_version) < 0;
    chosen = find(argv[1]);
    return chosen != NULL ? chosen->run(&line) : unknown(argv[1]);
}
