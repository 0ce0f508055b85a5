/* A folder of scenario files, and what is wrong with one. */
#ifndef DD_TESTS_SCENARIO_FOLDER_H
#define DD_TESTS_SCENARIO_FOLDER_H

#include "dealdice/scenario.h"
#include "funnel_folder.h"

/* Read one file of the folder. */
static inline dd_status
read_scenario(funnel_folder *folder, dd_scenario *scenario, const char *name)
{
    char path[128];
    dd_error_free(&folder->err);
    folder->status
        = dd_scenario_read(scenario, folder_join(folder, name, path), &folder->err);
    return folder->status;
}

/* One file, one problem: its place, what is wrong and what would be right. */
static inline void
refuse(const char *text, long line, long column, const char *wrong, const char *right)
{
    funnel_folder folder;
    dd_scenario s;
    const dd_problem *problem;

    folder_init(&folder);
    folder_write(&folder, "a.yaml", text);
    read_scenario(&folder, &s, "a.yaml");
    folder_assert_wrong(&folder, DD_EDATA, wrong);
    problem = &folder.err.items[0];
    if (problem->line != line || problem->column != column)
        fail_msg("%s: at %ld:%ld, not %ld:%ld", text, problem->line, problem->column,
                 line, column);
    if (right == NULL)
        assert_null(problem->right);
    else if (problem->right == NULL || strstr(problem->right, right) == NULL)
        fail_msg("'%s' is not in '%s'", right, problem->right);
    folder_free(&folder);
}

#endif
