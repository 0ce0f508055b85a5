/* What --help says is true. */
#include "program.h"

/* Each stands on a line that can be copied, or on two of which the first says so; each is
 * played, with as few trials as there may be. */
static void
examples_of_help_can_be_copied_and_run(void **state)
{
    static const char *const commands[]
        = { "check", "forecast", "deals", "plan", "whatif", "backtest" };
    (void) state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char line[440], *help, *save = NULL, example[400] = "";
        size_t n = 0;
        snprintf(line, sizeof line, "$D %s --help | sed '1,/^Examples:/d'", commands[i]);
        assert_int_equal(run(line), 0);
        help = strdup(said);
        assert_non_null(help);
        for (char *row = strtok_r(help, "\n", &save); row != NULL;
             row = strtok_r(NULL, "\n", &save)) {
            int goes_on = row[strlen(row) - 1] == '\\';
            if (*example == '\0')
                assert_memory_equal(row, "  dealdice ", strlen("  dealdice "));
            strcat(example, *example ? row : row + strlen("  dealdice "));
            if (goes_on) {
                example[strlen(example) - 1] = ' ';
                continue;
            }
            snprintf(line, sizeof line, "$D %s%s > /dev/null", example,
                     i > 0 ? " --trials 64" : "");
            assert_int_equal(run(line), 0);
            *example = '\0';
            n++;
        }
        assert_true(n >= 2);
        free(help);
    }
}

/* What an option defaults to or goes with is told where it stands: they are sorted. */
static void
options_stand_for_themselves(void **state)
{
    (void) state;
    assert_int_equal(run("$D plan --help"), 0);
    assert_said("the chance that N leads a rep and\n");
    assert_said("headcount@DATE");
    assert_null(strstr(said, "the same for leads"));
    assert_int_equal(run("$D forecast --help"), 0);
    assert_said("such as 2027Q3");
    assert_int_equal(run("$D forecast $F --period 2027Q3 --trials 64 --format csv | cut "
                         "-d, -f1 | tail -1"),
                     0);
    assert_string_equal(said, "2027Q3\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_help_can_be_copied_and_run),
        cmocka_unit_test(options_stand_for_themselves),
    };
    (void) write_file;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
