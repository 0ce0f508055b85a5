/* What is at risk if a rep leaves: by closed form, by the program. */
#include "program.h"

static int
make_folder(void **state)
{
    (void) state;
    assert_non_null(mkdtemp(folder));
    write_file("h.csv", "deal_id,stage,entered_at,amount,owner\n"
                        "A1,S1,2026-12-03 23:59:59,1000000,Ann\n"
                        "A2,S1,2026-12-03 23:59:59,700000,Ann\n"
                        "B1,S3,2026-12-03 23:59:59,900000,Bob\n"
                        "C1,S2,2026-12-03 23:59:59,400000,Cho\n"
                        "D1,S2,2026-12-03 23:59:59,400000,\n");
    write_file("f.yaml",
               "currency: CNY\n"
               "history: h.csv\n"
               "new_business: off\n"
               "stages: [S1, S2, S3]\n"
               "rates:\n"
               "  stages:\n"
               "    S1: {exits: {Won: {share: 40%, days: exponential 20}, Lost: {share: "
               "60%, days: exponential 20}}}\n"
               "    S2: {exits: {Won: {share: 40%, days: exponential 20}, Lost: {share: "
               "60%, days: exponential 20}}}\n"
               "    S3: {exits: {Won: {share: 40%, days: exponential 20}, Lost: {share: "
               "60%, days: exponential 20}}}\n"
               "uncertainty: {rates: fixed, level: off}\n");
    return 0;
}

static int
remove_folder(void **state)
{
    (void) state;
    return run("rm -r \"$T\"");
}

/* A figure of a rep, in minor units. */
static double
of(const char *owner, const char *key)
{
    char text[64];
    const char *at;
    snprintf(text, sizeof text, "\"owner\": \"%s\"", owner);
    at = strstr(said, text);
    assert_non_null(at);
    snprintf(text, sizeof text, "\"%s\": ", key);
    at = strstr(at, text);
    assert_non_null(at);
    return atof(at + strlen(text));
}

/* All win with 40 %, whoever has them. A handover leaves odds o of that, o c / (1 - c + o
 * c), and for d days nobody advances what may be lost at .6/20 a day. */
static double
share_at_risk(double odds, double days)
{
    return 1 - odds / (1 - 0.4 + odds * 0.4) * exp(-days * 0.6 / 20);
}

static void
assert_risk(const char *owner, double amount, double share)
{
    assert_close(of(owner, "amount"), amount, 0);
    assert_close(of(owner, "expected"), 0.4 * amount, 4 * of(owner, "expected_mcse"));
    assert_true(of(owner, "at_risk_mcse") < 0.02 * amount);
    assert_close(of(owner, "at_risk"), 0.4 * amount * share,
                 4 * of(owner, "at_risk_mcse"));
}

static void
what_a_leaver_puts_at_risk_is_what_the_handover_costs(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif \"$T/f.yaml\" --as-of 2026-12-03 --leavers --trials "
                         "2048 --format json"),
                     0);
    assert_risk("Ann", 1700000, share_at_risk(0.7, 21));
    assert_risk("Bob", 900000, share_at_risk(1, 3));
    assert_risk("Cho", 400000, share_at_risk(0.9, 7));
    assert_true(strstr(said, "Ann") < strstr(said, "Cho"));
    assert_true(strstr(said, "Cho") < strstr(said, "Bob"));
}

static void
leavers_are_told_as_a_table(void **state)
{
    (void) state;
    assert_int_equal(run("$D whatif \"$T/f.yaml\" --as-of 2026-12-03 --leavers --trials "
                         "2048 --format csv --table leavers | cut -d, -f1,2,3"),
                     0);
    assert_string_equal(said, "owner,deals,amount\n"
                              "Ann,2,1700000.00\n"
                              "Cho,1,400000.00\n"
                              "Bob,1,900000.00\n");
    assert_int_equal(
        run("$D whatif \"$T/f.yaml\" --as-of 2026-12-03 --leavers --trials 256"), 0);
    assert_said("if a rep leaves on 2026-12-04");
    assert_said("21 days and\nodds times 0.7");
}

/* Bob has a deal and begins in a month. */
static void
who_is_not_there_yet_cannot_leave(void **state)
{
    (void) state;
    write_file("reps.csv", "owner,start\nAnn,\nBob,2027-01-04\nCho,\n");
    assert_int_equal(run("(cat $T/f.yaml; echo 'reps: reps.csv') > $T/later.yaml; $D "
                         "whatif $T/later.yaml --as-of 2026-12-03 --leavers --trials "
                         "128 --format csv --table leavers | cut -d, -f1"),
                     0);
    assert_string_equal(said, "owner\nAnn\nCho\n");
    write_file("reps.csv", "owner,start\nBob,2027-01-04\n");
    assert_int_equal(run("$D whatif $T/later.yaml --as-of 2026-12-03 --leavers --trials "
                         "128"),
                     0);
    assert_said("No open deal belongs to a rep who is there and known by name");
    assert_int_equal(run("$D whatif $T/later.yaml --as-of 2026-12-03 --levers --trials "
                         "128 | grep -c 'known by name'"),
                     1);
    assert_string_equal(said, "0\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_leaver_puts_at_risk_is_what_the_handover_costs),
        cmocka_unit_test(leavers_are_told_as_a_table),
        cmocka_unit_test(who_is_not_there_yet_cannot_leave),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
