/* Stages that are renamed or split while a made-up company's history runs, and companies
 * whose stages stay what they are, whatever their markets do. */
#include "history_text.h"
#include "simulated_company.h"

#include "history/changed_stages.h"

#define DAYS 610
#define CHANGED "2024-03-01" /* day 425 */

/** Rewrites a row of the history. @return 1: it is left out */
typedef int (*rewrite)(FILE *out, const char *deal, const char *stage, const char *day,
                       const char *amount);

static void
put_rewritten(char **text, const char *csv, rewrite change)
{
    char deal[16], stage[24], day[16], amount[24];
    size_t size;
    int n;
    FILE *out = open_memstream(text, &size);

    assert_non_null(out);
    fputs("deal_id,stage,entered_at,amount\n", out);
    csv = strchr(csv, '\n') + 1;
    while (
        sscanf(csv, "%15[^,],%23[^,],%15[^,],%23[^\n]\n%n", deal, stage, day, amount, &n)
        == 4) {
        if (!change(out, deal, stage, day, amount))
            fprintf(out, "%s,%s,%s,%s\n", deal, stage, day, amount);
        csv += n;
    }
    fclose(out);
}

static void
put_company(char **csv, const simulated_company *company)
{
    size_t size;
    FILE *out = open_memstream(csv, &size);

    assert_non_null(out);
    assert_true(simulated_write(company, out));
    fclose(out);
}

static size_t
warnings_of(const simulated_company *company, rewrite change, char text[256])
{
    char last[16], *csv = NULL, *changed = NULL;
    history_text t;
    dd_past past;
    size_t n = 0;

    put_company(&csv, company);
    if (change)
        put_rewritten(&changed, csv, change);
    history_of(&t, change ? changed : csv);
    past_of(&past, &t, dd_day_format(SIMULATED_START + company->days - 1, last));
    assert_int_equal(dd_note_changed_stages(&past, &t.notes), DD_OK);
    text[0] = '\0';
    for (size_t i = 0; i < t.notes.n; i++)
        if (strcmp(t.notes.items[i].code, "changed_stages") == 0) {
            n++;
            snprintf(text, 256, "%s", t.notes.items[i].text);
        }
    dd_past_free(&past);
    history_text_free(&t);
    free(changed);
    free(csv);
    return n;
}

static int
rename_offer(FILE *out, const char *deal, const char *stage, const char *day,
             const char *amount)
{
    if (strcmp(stage, "Offer") != 0 || strcmp(day, CHANGED) < 0)
        return 0;
    fprintf(out, "%s,Quote,%s,%s\n", deal, day, amount);
    return 1;
}

/* Since then an offer is drafted first, on the same day. */
static int
split_offer(FILE *out, const char *deal, const char *stage, const char *day,
            const char *amount)
{
    if (strcmp(stage, "Offer") == 0 && strcmp(day, CHANGED) >= 0)
        fprintf(out, "%s,Draft,%sT08:00,%s\n", deal, day, amount);
    return 0;
}

static int
rename_contact(FILE *out, const char *deal, const char *stage, const char *day,
               const char *amount)
{
    if (strcmp(stage, "Contact") != 0 || strcmp(day, CHANGED) < 0)
        return 0;
    fprintf(out, "%s,Lead,%s,%s\n", deal, day, amount);
    return 1;
}

/* On one day fifty deals are sent back by mistake: no change of stages. */
static int
send_back(FILE *out, const char *deal, const char *stage, const char *day,
          const char *amount)
{
    if (strcmp(stage, "Offer") == 0 && strcmp(day, CHANGED) >= 0
        && strcmp(day, "2024-03-20") < 0)
        fprintf(out, "%s,Review,2024-03-20,%s\n", deal, amount);
    return 0;
}

/* The day is found to within the days on which nobody left the stage by either name. */
static void
assert_near_the_change(const char *text)
{
    static const char *const days[] = { "2024-02-27", "2024-02-28", "2024-02-29",
                                        "2024-03-01", "2024-03-02", "2024-03-03" };
    int near = 0;

    for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
        near |= strstr(text, days[i]) != NULL;
    assert_true(near);
}

static void
a_renamed_and_a_split_stage_are_told_with_the_day(void **state)
{
    char text[256];

    (void) state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        simulated_company company
            = { .seed = seed, .deals_per_day = seed % 2 ? 1.1 : 4.3, .days = DAYS };
        assert_true(warnings_of(&company, rename_offer, text) > 0);
        assert_near_the_change(text);
        assert_true(warnings_of(&company, split_offer, text) > 0);
        assert_near_the_change(text);
        assert_true(warnings_of(&company, rename_contact, text) > 0);
        assert_non_null(strstr(text, "new deals began in '"));
        assert_near_the_change(text);
    }
}

static void
the_share_before_and_after_is_said(void **state)
{
    simulated_company company = { .seed = 3, .deals_per_day = 4.3, .days = DAYS };
    char text[256];

    (void) state;
    assert_int_equal(warnings_of(&company, rename_offer, text), 1);
    assert_non_null(strstr(text, "deals that left 'Contact' went to '"));
    assert_non_null(strstr(text, " 0 %"));
}

static void
a_batch_on_one_day_is_no_change(void **state)
{
    simulated_company company = { .seed = 5, .deals_per_day = 4.3, .days = DAYS };
    char text[256];

    (void) state;
    assert_int_equal(warnings_of(&company, send_back, text), 0);
}

/* Forty of every kind of market: steady, drifting, rushing at quarters' ends, breaking. */
static void
stages_that_stay_are_not_warned_of(void **state)
{
    size_t warned = 0;
    char text[256];

    (void) state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        simulated_company company = { .seed = seed,
                                      .deals_per_day = seed % 3 ? 0.4 : 3.1,
                                      .days = seed % 2 ? DAYS : 330,
                                      .drift = seed % 4 == 1 ? 0.06 : 0.0,
                                      .rush = seed % 4 == 2 ? 3.0 : 0.0,
                                      .shock = seed % 4 == 3 ? 0.5 : 0.0,
                                      .shock_day = 200 };
        warned += warnings_of(&company, NULL, text) > 0;
    }
    assert_int_equal(warned, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_renamed_and_a_split_stage_are_told_with_the_day),
        cmocka_unit_test(the_share_before_and_after_is_said),
        cmocka_unit_test(a_batch_on_one_day_is_no_change),
        cmocka_unit_test(stages_that_stay_are_not_warned_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
