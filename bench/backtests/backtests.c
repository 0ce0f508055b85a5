/*
 * How far forecasts could have been trusted: `make backtests FILES="a.csv b.csv"` scores
 * past forecasts of histories and of made-up companies whose market stands still, drifts,
 * rushes at the end of quarters, breaks or has a season, by months and by quarters, and
 * says what each part of the model does to the error. Not a test: it judges nothing.
 */
#include "answers/backtest/backtest_tune.h"
#include "simulated_company.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sums over the forecasts of one row, or over several rows. */
typedef struct {
    double rows, n, effective;
    double held[3]; /* 50, 80, 90 % */
    double skill[DD_REFERENCES], skills[DD_REFERENCES];
} tally;

/* What the parts do, over the runs of one row. */
typedef struct {
    size_t n;
    const char *name[DD_TUNE_MOST];
    double change[DD_TUNE_MOST], later[DD_TUNE_MOST], held[DD_TUNE_MOST],
        runs[DD_TUNE_MOST], laters[DD_TUNE_MOST];
} effects;

typedef struct {
    tally what[DD_WHATS];
    effects parts;
} result;

static void
add_summary(tally *self, const dd_backtest_summary *sum)
{
    double n = (double) sum->n;
    self->rows += 1.0;
    self->n += n;
    self->effective += sum->n_effective;
    self->held[0] += n * sum->coverage50;
    self->held[1] += n * sum->coverage80;
    self->held[2] += n * sum->coverage90;
    for (int k = 0; k < DD_REFERENCES; k++)
        if (!isnan(sum->skill[k])) {
            self->skill[k] += sum->skill[k];
            self->skills[k] += 1.0;
        }
}

static void
add_tally(tally *self, const tally *other)
{
    double *to = (double *) self;
    const double *from = (const double *) other;
    for (size_t i = 0; i < sizeof *self / sizeof *to; i++)
        to[i] += from[i];
}

static void
add_variants(effects *self, const dd_tune *tune)
{
    const dd_backtest *whole = &tune->variant[0].backtest;
    self->n = 0;
    for (size_t v = 0; v < tune->n; v++) {
        const dd_variant *variant = &tune->variant[v];
        if (variant->name && strcmp(variant->name, "spread") == 0)
            continue;
        if (variant->name && strcmp(variant->name, "together") == 0)
            continue;
        size_t i = self->n++;
        self->name[i] = variant->name ? variant->name : "(whole)";
        self->change[i] += variant->change;
        self->runs[i] += 1.0;
        self->held[i]
            += variant->backtest.summary[DD_SLOT_ALL][whole->has_amounts].coverage80;
        if (!isnan(variant->later)) {
            self->later[i] += variant->later;
            self->laters[i] += 1.0;
        }
    }
}

/* One history. @return 0, or 1 when it cannot be scored */
static int
score(result *self, const char *path, dd_period_kind kind, int parts)
{
    dd_funnel funnel;
    dd_history history = { 0 };
    dd_backtest backtest = { 0 };
    dd_tune tune = { 0 };
    dd_backtest_options options
        = { .kind = kind, .from = DD_NO_DAY, .to = DD_NO_DAY, .seed = 1 };
    dd_status status = dd_funnel_read(&funnel, path, NULL, NULL);
    if (status)
        return 1;
    options.trials = 4096;
    status = dd_history_read(&history, &funnel, NULL, NULL);
    options.as_of = history.last_day;
    if (!status)
        status = dd_backtest_make(&backtest, &history, &funnel, &options, NULL, NULL);
    for (int what = 0; !status && what <= backtest.has_amounts; what++)
        add_summary(&self->what[what], &backtest.summary[DD_SLOT_ALL][what]);
    if (!status && parts)
        status = dd_tune_make(&tune, &history, &funnel, &options, NULL);
    if (!status && parts)
        add_variants(&self->parts, &tune);
    dd_tune_free(&tune);
    dd_backtest_free(&backtest);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
    return status != DD_OK;
}

static void
print_share(double sum, double n)
{
    if (n > 0.0)
        printf(" %6.0f", 100.0 * sum / n);
    else
        printf("      -");
}

static void
print_tally(const char *name, const char *kind, const char *what, const tally *self)
{
    if (!(self->n > 0.0))
        return;
    printf("%-18s %-8s %-9s %4.0f %6.1f", name, kind, what, self->n, self->effective);
    for (int k = 0; k < 3; k++)
        print_share(self->held[k], self->n);
    for (int k = 0; k < DD_REFERENCES; k++)
        print_share(self->skill[k], self->skills[k]);
    printf("\n");
}

static void
print_effects(const effects *self)
{
    for (size_t i = 0; i < self->n; i++) {
        printf("    without %-10s error", i ? self->name[i] : "nothing");
        print_share(self->change[i], self->runs[i]);
        printf("  later");
        print_share(self->later[i], self->laters[i]);
        printf("  80 %% held");
        print_share(self->held[i], self->runs[i]);
        printf("\n");
    }
}

static void
print_result(const char *name, dd_period_kind kind, const result *self, tally *pool)
{
    static const char *const what[] = { "wins", "bookings" };
    for (int w = 0; w < DD_WHATS; w++) {
        print_tally(name, dd_period_kind_name(kind), what[w], &self->what[w]);
        add_tally(pool, &self->what[w]);
    }
    print_effects(&self->parts);
    fflush(stdout);
}

/** A kind of company. */
typedef struct {
    const char *name;
    simulated_company company;
} market;

static const market markets[] = {
    { "steady", { .deals_per_day = 2.0, .days = 1096 } },
    { "drift", { .deals_per_day = 2.0, .days = 1096, .drift = 0.06 } },
    { "rush", { .deals_per_day = 2.0, .days = 1096, .rush = 2.5 } },
    { "shock", { .deals_per_day = 2.0, .days = 1096, .shock = 0.6, .shock_day = 700 } },
    { "season", { .deals_per_day = 2.0, .days = 1096, .season = 0.6 } },
};

static int
score_simulated(result *self, const simulated_company *company, dd_period_kind kind,
                int parts)
{
    char path[] = "/tmp/dealdice-company-XXXXXX.csv";
    int fd = mkstemps(path, 4), wrong = 1;
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file && simulated_write(company, file) && fclose(file) == 0)
        wrong = score(self, path, kind, parts);
    unlink(path);
    return wrong;
}

static void
print_heading(const char *title)
{
    printf(
        "\n%s: %% held by the 50, 80, 90 %% intervals; skill in %% over weighted "
        "pipeline,\nrun rate, same week, last period; error in %% more than the whole "
        "model's\n%-18s %-8s %-9s %4s %6s %6s %6s %6s %6s %6s %6s %6s\n",
        title, "", "period", "of", "n", "worth", "50", "80", "90", "weight", "run",
        "week", "last");
}

/* Every seed is a company; a row is the mean over them. */
static int
simulated_table(const dd_period_kind *kinds, size_t n_kinds, int seeds, int parts)
{
    tally pool = { 0 };
    int wrong = 0;
    print_heading("Made-up companies");
    for (size_t m = 0; m < sizeof markets / sizeof *markets; m++)
        for (size_t k = 0; k < n_kinds; k++) {
            result sum = { 0 };
            for (int seed = 1; seed <= seeds; seed++) {
                simulated_company company = markets[m].company;
                company.seed = (uint64_t) seed;
                wrong |= score_simulated(&sum, &company, kinds[k], parts);
            }
            print_result(markets[m].name, kinds[k], &sum, &pool);
        }
    print_tally("pooled", "", "", &pool);
    return wrong;
}

/* The file's name, or its folder's where it is called history.csv as many are. */
static void
name_of(const char *path, char name[19])
{
    const char *base = strrchr(path, '/');
    size_t n = base ? (size_t) (base - path) : 0;
    base = base ? base + 1 : path;
    if (n == 0 || strcmp(base, "history.csv") != 0) {
        snprintf(name, 19, "%.*s", (int) strcspn(base, "."), base);
        return;
    }
    const char *folder = path + n;
    while (folder > path && folder[-1] != '/')
        folder--;
    snprintf(name, 19, "%.*s", (int) (path + n - folder), folder);
}

static int
files_table(char **paths, int n, const dd_period_kind *kinds, size_t n_kinds, int parts)
{
    tally pool = { 0 };
    int wrong = 0;
    print_heading("Histories");
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < n_kinds; k++) {
            result one = { 0 };
            char name[19];
            name_of(paths[i], name);
            if (score(&one, paths[i], kinds[k], parts)) {
                printf("%s: cannot be scored by %s\n", paths[i],
                       dd_period_kind_name(kinds[k]));
                wrong = 1;
            }
            print_result(name, kinds[k], &one, &pool);
        }
    print_tally("pooled", "", "", &pool);
    return wrong;
}

/* backtests SEEDS PARTS FILE...: SEEDS made-up companies of each kind; with PARTS 1, what
 * each part of the model does. */
int
main(int argc, char **argv)
{
    static const dd_period_kind kinds[] = { DD_MONTH, DD_QUARTER };
    int seeds = argc > 1 ? atoi(argv[1]) : 8, parts = argc > 2 ? atoi(argv[2]) : 0;
    int wrong = 0;
    gsl_set_error_handler_off();
    if (argc > 3)
        wrong |= files_table(argv + 3, argc - 3, kinds, 2, parts);
    if (seeds > 0)
        wrong |= simulated_table(kinds, 2, seeds, parts);
    return wrong;
}
