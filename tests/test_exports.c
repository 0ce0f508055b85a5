/* Exports as CRMs and spreadsheets write them, each read without settings and compared with
 * the history written beside it by hand (tests/exports/X.csv and X.expected). ACCEPT=1
 * writes the .expected files instead. */
#include "check.h"
#include "dealdice/history.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/exports"
#define LEAST_SAMPLES 16
#define MOST 4096

/* "2024-03-05", with a time of day unless it is noon. */
static void
print_moment(FILE *out, dd_moment at)
{
    char day[16];
    int64_t second = at - (dd_day_end(dd_moment_day(at)) - DD_SECONDS_PER_DAY);

    if (at == DD_NO_MOMENT) {
        fprintf(out, "-");
        return;
    }
    fprintf(out, "%s", dd_day_format(dd_moment_day(at), day));
    if (second != DD_SECONDS_PER_DAY / 2)
        fprintf(out, " %02d:%02d:%02d", (int) (second / 3600), (int) (second / 60 % 60),
                (int) (second % 60));
}

static void
print_amount(FILE *out, int64_t minor)
{
    if (minor == DD_UNKNOWN_AMOUNT)
        fprintf(out, "-");
    else
        fprintf(out, "%lld.%02lld", (long long) (minor / 100),
                (long long) (minor % 100));
}

static const char *
name_of(const dd_names *names, int32_t i)
{
    return i < 0 ? "-" : names->items[i];
}

static const char *
stage_name(const dd_history *h, const dd_deal *deal, int32_t stage)
{
    return stage == DD_WON        ? "WON"
           : stage == DD_LOST     ? "LOST"
           : stage == DD_RECYCLED ? "RECYCLED"
                                  : h->pipelines[deal->pipeline].stages[stage];
}

static void
print_deal(FILE *out, const dd_history *h, const dd_deal *deal)
{
    fprintf(out, "deal %s | %s | %s | %s %s %s %s | now %s of %s, ", deal->id,
            deal->name ? deal->name : "-", deal->account ? deal->account : "-",
            h->pipelines[deal->pipeline].name, name_of(&h->segments, deal->segment),
            name_of(&h->kinds, deal->kind), name_of(&h->sources, deal->source),
            stage_name(h, deal, deal->stage_now), name_of(&h->owners, deal->owner_now));
    print_amount(out, deal->amount_now);
    fprintf(out, ", expected ");
    print_moment(out, deal->close_expected);
    if (isnan(deal->probability))
        fprintf(out, ", -\n");
    else
        fprintf(out, ", %g\n", deal->probability);
    for (size_t i = deal->first; i < deal->first + deal->n; i++) {
        const dd_entry *entry = &h->entries[i];
        fprintf(out, "  ");
        print_moment(out, entry->at);
        fprintf(out, " %s, %s, ", stage_name(h, deal, entry->stage),
                name_of(&h->owners, entry->owner));
        print_amount(out, entry->amount);
        fprintf(out, "\n");
    }
}

static char *
history_text(const dd_history *h)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fprintf(out, "%s, %s, %s, rows %zu, refused %zu\n", h->files[0].layout,
            h->files[0].encoding, h->currency ? h->currency : "no currency",
            h->files[0].rows, h->files[0].refused);
    for (size_t p = 0; p < h->n_pipelines; p++) {
        fprintf(out, "%s:", h->pipelines[p].name);
        for (size_t s = 0; s < h->pipelines[p].n_stages; s++)
            fprintf(out, " > %s", h->pipelines[p].stages[s]);
        fprintf(out, "\n");
    }
    for (size_t d = 0; d < h->n_deals; d++)
        print_deal(out, h, &h->deals[d]);
    for (size_t i = 0; i < h->n_refusals; i++)
        fprintf(out, "refused %ld: %s: %s: %s\n", h->refusals[i].line,
                h->refusals[i].column ? h->refusals[i].column : "-",
                h->refusals[i].value ? h->refusals[i].value : "-",
                h->refusals[i].reason);
    fclose(out);
    return text;
}

static char *
read_sample(const char *path)
{
    dd_funnel funnel;
    dd_history history;
    dd_error err = { 0 };
    char *text;

    assert_int_equal(dd_funnel_read(&funnel, path, NULL, &err), DD_OK);
    if (dd_history_read(&history, &funnel, NULL, &err))
        fail_msg("%s: %s", path, err.items[0].wrong);
    text = history_text(&history);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
    dd_error_free(&err);
    return text;
}

static int
compare(const char *path, const char *expected_path)
{
    char *text = read_sample(path), expected[MOST];
    FILE *file = fopen(expected_path, getenv("ACCEPT") ? "w+" : "r");
    size_t n;
    int differ;

    if (!file)
        fail_msg("%s is missing", expected_path);
    if (getenv("ACCEPT")) {
        fputs(text, file);
        rewind(file);
    }
    n = fread(expected, 1, MOST - 1, file);
    expected[n] = '\0';
    fclose(file);
    differ = strcmp(text, expected) != 0;
    if (differ)
        print_error("%s is read as\n%sinstead of\n%s", path, text, expected);
    free(text);
    return differ;
}

static void
each_export_is_read_without_settings(void **state)
{
    DIR *folder = opendir(FOLDER);
    int samples = 0, wrong = 0;

    (void) state;
    assert_non_null(folder);
    for (struct dirent *d = readdir(folder); d; d = readdir(folder)) {
        char path[320], expected[340];
        const size_t n = strlen(d->d_name);
        if (n < 5 || strcmp(d->d_name + n - 4, ".csv") != 0)
            continue;
        snprintf(path, sizeof path, FOLDER "/%s", d->d_name);
        snprintf(expected, sizeof expected, FOLDER "/%.*s.expected", (int) n - 4,
                 d->d_name);
        wrong += compare(path, expected);
        samples++;
    }
    closedir(folder);
    assert_int_equal(wrong, 0);
    assert_true(samples >= LEAST_SAMPLES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_export_is_read_without_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
