/* dealdice sample: the files of a made-up company, from a known truth. */
#include "answers/sample/sample.h"

#include "cli/commands.h"
#include "cli/complain.h"
#include "show/sample_files.h"

#include <stdio.h>
#include <unistd.h>

const dd_command_face dd_sample_face = {
    .name = "sample",
    .arguments = "TRUTH",
    .says = "write a made-up company's files from a known truth",
    .help = "Play the deals of a made-up company from the rates in TRUTH, a funnel file "
            "with a `sample:` section, and write history.csv, funnel.yaml and "
            "truth.json into a folder. The same truth gives the same bytes.\v"
            "Examples:\n"
            "  dealdice sample scenarios/demo/TRUTH.yaml -o /tmp/company\n"
            "  dealdice forecast /tmp/company/funnel.yaml\n",
    .takes = DD_TAKES_FOLDER,
};

typedef struct {
    dd_options options;
    dd_funnel truth;
    dd_sample sample;
    dd_notes notes;
} work;

static void
free_work(work *w)
{
    dd_sample_free(&w->sample);
    dd_funnel_free(&w->truth);
    dd_options_free(&w->options);
    dd_notes_free(&w->notes);
}

static dd_status
read_options(work *w, const dd_command_line *line, dd_error *err)
{
    dd_status status = dd_options_read(&w->options, &dd_sample_face, line->argc - 1,
                                       line->argv + 1, err);
    if (!status && w->options.output == NULL)
        status = dd_error_add(err, DD_EUSAGE, NULL, NULL, "-o DIR",
                              "no folder given to write into");
    return status;
}

static void
tell(const work *w)
{
    if (!w->options.quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "%zu deals written to %s\n", w->sample.n_deals,
                w->options.output);
}

int
dd_sample_command(const dd_command_line *line)
{
    work w = { 0 };
    dd_error err = { 0 };
    dd_status status = read_options(&w, line, &err);
    if (status)
        goto out;
    status = dd_funnel_read(&w.truth, w.options.input, &w.notes, &err);
    if (status)
        goto out;
    status = dd_sample_make(&w.sample, &w.truth, &err);
    if (status)
        goto out;
    status = dd_sample_write(&w.sample, w.options.output, &err);
    if (!status)
        tell(&w);
out:
    free_work(&w);
    int exit_status = dd_complain(&err, status, dd_sample_face.name);
    dd_error_free(&err);
    return exit_status;
}
