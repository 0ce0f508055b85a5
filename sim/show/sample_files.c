#include "show/sample_files.h"

#include "show/json.h"
#include "show/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- history.csv ---- */

/* A cell, quoted where a comma, quote or line break asks for it (RFC 4180). */
static void
write_cell(const char *text, FILE *out)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void
write_moment(dd_moment at, FILE *out)
{
    char day[16];
    int seconds = (int) (at - (dd_day_end(dd_moment_day(at)) - DD_SECONDS_PER_DAY));

    fprintf(out, "%s %02d:%02d:%02d", dd_day_format(dd_moment_day(at), day),
            seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static const char *
first_word(const dd_words *words, const char *otherwise)
{
    return words->n > 0 ? words->items[0] : otherwise;
}

static const char *
stage_word(const dd_funnel *truth, int32_t stage)
{
    if (stage == DD_WON)
        return first_word(&truth->won, "Won");
    if (stage == DD_LOST)
        return first_word(&truth->lost, "Lost");
    return truth->pipelines[0].stages[stage];
}

static void
write_amount(int64_t minor, FILE *out)
{
    fprintf(out, "%" PRId64, minor / 100);
    if (minor % 100 != 0)
        fprintf(out, ".%02d", (int) (minor % 100));
}

/* What stands in every row of a deal: id, name before; amount, owner, segment after. */
static void
write_name(const dd_sample *self, size_t i, FILE *out)
{
    const dd_sample_deal *deal = &self->deals[i];
    char name[128];

    fprintf(out, "D-%05zu,", i + 1);
    snprintf(name, sizeof(name), "%s%s%s", deal->account, deal->chinese ? "" : " ",
             deal->product);
    write_cell(name, out);
    fputc(',', out);
    write_cell(deal->account, out);
}

static void
write_group(const dd_sample *self, size_t i, FILE *out)
{
    const dd_sample_truth *sample = &self->truth->sample;
    const dd_sample_deal *deal = &self->deals[i];

    fputc(',', out);
    write_amount(deal->amount, out);
    fputc(',', out);
    write_cell(sample->reps[deal->owner].owner, out);
    if (deal->segment >= 0) {
        fputc(',', out);
        write_cell(sample->segments[deal->segment].name, out);
    }
    fputc('\n', out);
}

static void
write_events(const dd_sample *self, FILE *out)
{
    fprintf(out, "deal_id,name,account,stage,entered_at,amount,owner%s\n",
            self->truth->sample.n_segments > 0 ? ",segment" : "");
    for (size_t i = 0; i < self->n_deals; i++)
        for (size_t e = 0; e < self->deals[i].n; e++) {
            const dd_sample_entry *entry = &self->entries[self->deals[i].first + e];
            write_name(self, i, out);
            fputc(',', out);
            write_cell(stage_word(self->truth, entry->stage), out);
            fputc(',', out);
            write_moment(entry->at, out);
            write_group(self, i, out);
        }
}

static void
write_deals(const dd_sample *self, FILE *out)
{
    fprintf(out, "deal_id,name,account,created_at,stage,closed_at,amount,owner%s\n",
            self->truth->sample.n_segments > 0 ? ",segment" : "");
    for (size_t i = 0; i < self->n_deals; i++) {
        const dd_sample_deal *deal = &self->deals[i];
        const dd_sample_entry *last = &self->entries[deal->first + deal->n - 1];
        write_name(self, i, out);
        fputc(',', out);
        write_moment(deal->created, out);
        fputc(',', out);
        write_cell(stage_word(self->truth, last->stage), out);
        fputc(',', out);
        if (last->stage < 0)
            write_moment(last->at, out);
        write_group(self, i, out);
    }
}

/* ---- funnel.yaml ---- */

/* In double quotes, so that no word can be mistaken for YAML. */
static void
write_word(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void
write_words(const char *key, char *const *words, size_t n, FILE *out)
{
    if (n == 0)
        return;
    fprintf(out, "%s: [", key);
    for (size_t i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", out);
        write_word(words[i], out);
    }
    fputs("]\n", out);
}

static void
write_amounts(const char *key, const dd_period_amount *items, size_t n, FILE *out)
{
    if (n > 0)
        fprintf(out, "%s:\n", key);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "  %s: ", items[i].period);
        write_amount(items[i].amount, out);
        fputc('\n', out);
    }
}

static void
write_funnel(const dd_sample *self, FILE *out)
{
    const dd_funnel *truth = self->truth;

    fputs("# A made-up company, written by `dealdice sample`; its true rates are in "
          "truth.json.\nhistory: history.csv\n",
          out);
    if (truth->currency != NULL)
        fprintf(out, "currency: %s\n", truth->currency);
    fprintf(out, "period: %s\n", dd_period_kind_name(truth->period));
    if (truth->fiscal_year_starts != 1)
        fprintf(out, "fiscal_year_starts: %d\n", truth->fiscal_year_starts);
    write_words("stages", truth->pipelines[0].stages, truth->pipelines[0].n_stages, out);
    write_words("won", truth->won.items, truth->won.n, out);
    write_words("lost", truth->lost.items, truth->lost.n, out);
    fprintf(out, "team: %zu\n", truth->sample.n_reps);
    write_amounts("targets", truth->targets, truth->n_targets, out);
    write_amounts("booked", truth->booked, truth->n_booked, out);
    if (!truth->new_business)
        fputs("new_business: off\n", out);
    if (!truth->rates_estimated || !truth->level_estimated)
        fprintf(out, "uncertainty: {rates: %s, level: %s}\n",
                truth->rates_estimated ? "estimated" : "fixed",
                truth->level_estimated ? "estimated" : "off");
}

/* ---- the three of them ---- */

typedef void writer(const dd_sample *self, FILE *out);

static dd_status
write_file(const dd_sample *self, const char *folder, const char *name, writer *write,
           const dd_doc *doc, dd_error *err)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    dd_output output = { 0 };
    dd_status status;

    if (path == NULL)
        return dd_error_no_memory(err);
    snprintf(path, room, "%s/%s", folder, name);
    status = dd_output_open(&output, path, err);
    free(path);
    if (status)
        return status;
    if (write != NULL)
        write(self, output.file);
    else if (doc != NULL)
        dd_json_write(doc, output.file);
    return dd_output_close(&output, err);
}

static dd_status
make_folder(const char *folder, dd_error *err)
{
    dd_place place = { folder, 0, 0 };

    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return DD_OK; /* that a file stands there is told when writing into it */
    return dd_error_add(err, DD_EIO, &place, NULL, NULL, "cannot make the folder: %s",
                        strerror(errno));
}

dd_status
dd_sample_write(const dd_sample *sample, const char *folder, dd_error *err)
{
    const char *layout = sample->truth->sample.layout;
    int deals = layout != NULL && strcmp(layout, "deals") == 0;
    dd_status status;
    dd_doc doc = { 0 };

    status = dd_doc_init(&doc);
    if (status) {
        dd_error_no_memory(err);
        goto out;
    }
    status = dd_sample_describe(sample, &doc, err);
    if (status)
        goto out;
    status = make_folder(folder, err);
    if (status)
        goto out;
    status = write_file(sample, folder, "history.csv",
                        deals ? write_deals : write_events, NULL, err);
    if (status)
        goto out;
    status = write_file(sample, folder, "funnel.yaml", write_funnel, NULL, err);
    if (status)
        goto out;
    status = write_file(sample, folder, "truth.json", NULL, &doc, err);
out:
    dd_doc_free(&doc);
    return status;
}
