#include "cli/complain.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void
print_place(const dd_problem *problem)
{
    fputs(problem->file != NULL ? problem->file : "dealdice", stderr);
    if (problem->line > 0)
        fprintf(stderr, ":%ld", problem->line);
    if (problem->line > 0 && problem->column > 0)
        fprintf(stderr, ":%ld", problem->column);
    fputs(": ", stderr);
}

static void
print_problem(const dd_problem *problem)
{
    print_place(problem);
    fputs(problem->wrong, stderr);
    /* Many messages quote what they read already. */
    if (problem->read != NULL && !dd_text_says(problem->wrong, problem->read))
        fprintf(stderr, ", read '%s'", problem->read);
    if (problem->right != NULL)
        fprintf(stderr, ", expected %s", problem->right);
    fputc('\n', stderr);
}

int
dd_complain(const dd_error *err, dd_status status, const char *command)
{
    if (status == DD_OK)
        return 0;
    for (size_t i = 0; i < err->n; i++)
        if (err->items[i].wrong != NULL)
            print_problem(&err->items[i]);
    if (status == DD_ENOMEM || err->out_of_memory)
        fputs("dealdice: not enough memory\n", stderr);
    if (status == DD_ESTOPPED) {
        fputs("dealdice: interrupted before there was an answer\n", stderr);
        return DD_INTERRUPTED;
    }
    if (status != DD_EUSAGE)
        return 1;
    fprintf(stderr, "Try 'dealdice %s%s--help'.\n", command != NULL ? command : "",
            command != NULL ? " " : "");
    return 2;
}
