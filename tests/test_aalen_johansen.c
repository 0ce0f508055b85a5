/*
 * Competing risks against a published estimate: R survival's mgus2 (1 384 patients,
 * progression or death, in months) and its Aalen-Johansen cumulative incidence, kept in
 * the shared data folder.
 *
 * A stage has at most 16 bands of constant hazard, and with so few the curve between two
 * edges bends less than the data: one fit to all ages comes within 0.01. Fitted in slices of
 * age, each with bands of its own, left-truncated at its start and censored at its end, the
 * same counting comes within 0.001: what one fit lacks is bands.
 */
#include "check.h"

#include "model/hazard.h"
#include "model/stage.h"

#include <stdlib.h>
#include <string.h>

#define PATIENTS "../shared/data/reference/mgus2.csv"
#define ESTIMATE "../shared/data/reference/mgus2_aalen_johansen.csv"
#define MOST 2000
#define TIMES 5

/** The reference: chance to have progressed, and to have died before that. */
typedef struct {
    double months, progressed, died;
} known_answer;

static dd_spell patients[MOST];
static size_t n_patients;
static known_answer answers[TIMES];

static int
read_patients(void)
{
    FILE *file = fopen(PATIENTS, "r");
    char line[512];

    if (!file)
        return -1;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        double ptime, futime;
        int pstat, death;
        const char *cell = line;
        for (int comma = 0; comma < 7; comma++)
            cell = strchr(cell, ',') + 1;
        assert_int_equal(sscanf(cell, "%lf,%d,%lf,%d", &ptime, &pstat, &futime, &death),
                         4);
        assert_true(n_patients < MOST);
        patients[n_patients].exit = pstat ? DD_WON : death ? DD_LOST : DD_STILL;
        patients[n_patients++].dwell_days = fmax(pstat ? ptime : futime, 0.5);
    }
    fclose(file);
    return 0;
}

static int
read_data(void **state)
{
    FILE *file = fopen(ESTIMATE, "r");
    char line[512];

    (void) state;
    if (!file || read_patients()) {
        print_message("skipped: %s is not there\n", PATIENTS);
        return 0;
    }
    assert_non_null(fgets(line, sizeof line, file));
    for (int i = 0; i < TIMES; i++)
        assert_true(fgets(line, sizeof line, file)
                    && sscanf(line, "%lf,%*f,%lf,%lf", &answers[i].months,
                              &answers[i].progressed, &answers[i].died)
                           == 3);
    fclose(file);
    return 0;
}

/* Whoever is watched between two ages: in from the first, censored at the second. */
static size_t
cut(dd_spell *slice, const dd_spell **spells, double from, double to)
{
    size_t n = 0;

    for (size_t i = 0; i < n_patients; i++) {
        if (patients[i].dwell_days <= from)
            continue;
        slice[n] = patients[i];
        slice[n].from_days = from;
        if (slice[n].dwell_days > to) {
            slice[n].dwell_days = to;
            slice[n].exit = DD_STILL;
        }
        spells[n] = &slice[n];
        n++;
    }
    return n;
}

/* Add what happens between two ages to the incidence; surviving falls with it. A month is
 * the recording unit, so that month t ends half a unit behind t. */
static void
add_slice(double from, double to, double *surviving, known_answer *sum)
{
    static dd_spell slice[MOST];
    const dd_spell *spells[MOST];
    double rate[3 * DD_MAX_BANDS], won = 0.0, lost = 0.0;
    dd_hazard hazard;
    const size_t n = cut(slice, spells, from, to);

    assert_int_equal(dd_hazard_fit(&hazard, spells, n, 1.0, NULL, NULL), DD_OK);
    dd_hazard_mean(&hazard, rate);
    const dd_stage stage = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
    const double alive = dd_stage_survival(&stage, from);
    for (size_t j = 0; j < hazard.exits; j++) {
        const double more
            = dd_stage_incidence(&stage, j, to) - dd_stage_incidence(&stage, j, from);
        if (hazard.to[j] == DD_WON)
            won = more / alive;
        else
            lost = more / alive;
    }
    sum->progressed += *surviving * won;
    sum->died += *surviving * lost;
    *surviving *= dd_stage_survival(&stage, to) / alive;
    dd_hazard_free(&hazard);
}

static void
compare(const double *edge, size_t slices, double tolerance)
{
    known_answer sum = { 0 };
    double surviving = 1.0;
    int met = 0;

    if (n_patients == 0)
        skip();
    for (size_t s = 0; s < slices; s++) {
        add_slice(edge[s], edge[s + 1], &surviving, &sum);
        for (int i = 0; i < TIMES; i++) {
            if (fabs(answers[i].months + 0.5 - edge[s + 1]) > 1e-9)
                continue;
            assert_close(sum.progressed, answers[i].progressed, tolerance);
            assert_close(sum.died, answers[i].died, tolerance);
            met++;
        }
    }
    assert_int_equal(met, TIMES);
}

static void
in_slices_of_age_the_incidence_is_aalen_johansens(void **state)
{
    static const double edge[]
        = { 0, 6.5, 12.5, 24.5, 36.5, 60.5, 90.5, 120.5, 180.5, 240.5 };

    (void) state;
    compare(edge, sizeof edge / sizeof *edge - 1, 1e-3);
}

static void
one_fit_of_sixteen_bands_is_near_it(void **state)
{
    (void) state;
    for (int i = 0; i < TIMES; i++) {
        dd_hazard hazard;
        static dd_spell slice[MOST];
        const dd_spell *spells[MOST];
        double rate[3 * DD_MAX_BANDS];
        if (n_patients == 0)
            skip();
        const size_t n = cut(slice, spells, 0.0, 1e6);
        assert_int_equal(dd_hazard_fit(&hazard, spells, n, 1.0, NULL, NULL), DD_OK);
        dd_hazard_mean(&hazard, rate);
        const dd_stage stage
            = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
        for (size_t j = 0; j < hazard.exits; j++)
            assert_close(
                dd_stage_incidence(&stage, j, answers[i].months + 0.5),
                hazard.to[j] == DD_WON ? answers[i].progressed : answers[i].died, 0.01);
        dd_hazard_free(&hazard);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_slices_of_age_the_incidence_is_aalen_johansens),
        cmocka_unit_test(one_fit_of_sixteen_bands_is_near_it),
    };

    return cmocka_run_group_tests(tests, read_data, NULL);
}
