/* Long runs as people meet them: on a terminal, with progress and Ctrl-C. */
#include "check.h"
#include "temp_file.h"

#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEMO "scenarios/demo/funnel.yaml"

/* What a terminal shows. */
typedef struct {
    pid_t pid;
    int terminal;
    size_t n;
    char shown[65536];
} session;

static void
begin(session *self, char *const *words)
{
    const char *program = getenv("DEALDICE");
    if (access(DEMO, R_OK) != 0) {
        print_message("skipped: %s is not here\n", DEMO);
        skip();
    }
    self->n = 0;
    self->pid = forkpty(&self->terminal, NULL, NULL, NULL);
    if (self->pid < 0 && errno != EAGAIN && errno != ENOMEM) { /* a bare root */
        print_message("skipped: this machine has no pseudo-terminals\n");
        skip();
    }
    assert_true(self->pid >= 0);
    if (self->pid == 0) {
        signal(SIGINT, SIG_DFL); /* a test in the background has it ignored */
        execv(program != NULL ? program : "build/dealdice", words);
        _exit(99);
    }
}

/* Read until `part` is shown, or to the end. */
static int
is_shown(session *self, const char *part)
{
    ssize_t n = 1;
    self->shown[self->n] = '\0';
    while (strstr(self->shown, part) == NULL && n > 0) {
        n = read(self->terminal, self->shown + self->n,
                 sizeof self->shown - 1 - self->n);
        self->n += n > 0 ? (size_t) n : 0;
        self->shown[self->n] = '\0';
    }
    return strstr(self->shown, part) != NULL;
}

static int
exit_status(session *self)
{
    int status;
    is_shown(self, "\001"); /* to the end */
    assert_int_equal(waitpid(self->pid, &status, 0), self->pid);
    close(self->terminal);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A hundred million trials would take minutes: Ctrl-C is pressed at the first progress. */
static void
a_long_run_tells_how_far_it_is_and_ctrl_c_answers_with_what_there_is(void **state)
{
    char *words[] = { (char *) "dealdice", (char *) "forecast",  (char *) DEMO,
                      (char *) "--trials", (char *) "100000000", NULL };
    static session s;
    (void) state;
    begin(&s, words);
    assert_true(is_shown(&s, "% of 100000000 trials, "));
    assert_true(is_shown(&s, "; Ctrl-C answers with these"));
    assert_int_equal(write(s.terminal, "\003", 1), 1);
    assert_int_equal(exit_status(&s), 130);
    assert_true(is_shown(&s, "- interrupted: the answer rests on the first "));
    assert_true(is_shown(&s, " trials of 100000000"));
    assert_true(is_shown(&s, "\r\033[K")); /* the line of progress is wiped */
    assert_true(is_shown(&s, " chance of 850万"));
}

/* What stands in the answer under `"trials": `. */
static long
trials_in(const char *path)
{
    char line[400];
    long trials = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "  \"trials\": ", 12) == 0)
            trials = atol(line + 12);
    fclose(file);
    return trials;
}

static int
run(const char *format, ...)
{
    char command[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

static void
an_interrupted_answer_is_that_of_as_many_trials(void **state)
{
    char *path = temp_file("");
    const char *program = getenv("DEALDICE");
    char *words[] = { (char *) "dealdice",
                      (char *) "forecast",
                      (char *) DEMO,
                      (char *) "--trials",
                      (char *) "90000000",
                      (char *) "--format",
                      (char *) "json",
                      (char *) "-o",
                      path,
                      NULL };
    static session s;
    (void) state;
    begin(&s, words);
    assert_true(is_shown(&s, "Ctrl-C"));
    assert_int_equal(write(s.terminal, "\003", 1), 1);
    assert_int_equal(exit_status(&s), 130);
    assert_int_equal(run("grep -q '\"code\": \"interrupted\"' %s", path), 0);
    assert_true(trials_in(path) > 0 && trials_in(path) % 128 == 0);
    assert_int_equal(
        run("%s forecast " DEMO " --format json --trials %ld | sed -n '/periods/,$p' "
            "> %s.2; sed -n '/periods/,$p' %s | cmp - %s.2 && test -s %s.2; "
            "status=$?; rm %s.2; exit $status",
            program != NULL ? program : "build/dealdice", trials_in(path), path, path,
            path, path, path),
        0);
    temp_file_free(path);
}

/* More than is played before Ctrl-C is pressed. */
static const char slow[] = "4000000";

/* Run 1 is the base, run 2 the scenario; levers have begun in run 3, the base anew. */
static void
an_interrupted_whatif_answers_with_the_scenarios_that_are_whole(void **state)
{
    char *path = temp_file("name: less\nmarket: -5%\n");
    char *words[] = { (char *) "dealdice", (char *) "whatif",
                      (char *) DEMO,       path,
                      (char *) "--levers", (char *) "--trials",
                      (char *) "1500000",  (char *) "--periods",
                      (char *) "1",        NULL };
    static session s;
    (void) state;
    begin(&s, words);
    assert_true(is_shown(&s, "run 3: "));
    assert_true(is_shown(&s, " trials; Ctrl-C answers with what is whole"));
    assert_int_equal(write(s.terminal, "\003", 1), 1);
    assert_int_equal(exit_status(&s), 130);
    assert_true(is_shown(&s, "- interrupted: 1 of 1 scenarios were played"));
    assert_true(is_shown(&s, "less"));
    temp_file_free(path);
}

/* Neither a base nor a plan is told in parts. */
static void
what_has_no_part_that_is_whole_says_so(void **state)
{
    char *const lines[2][10]
        = { { (char *) "dealdice", (char *) "whatif", (char *) DEMO, (char *) "--levers",
              (char *) "--periods", (char *) "1", (char *) "--trials", (char *) slow,
              NULL },
            { (char *) "dealdice", (char *) "plan", (char *) DEMO, (char *) "--periods",
              (char *) "1", (char *) "--trials", (char *) slow, NULL } };
    (void) state;
    for (int i = 0; i < 2; i++) {
        static session s;
        begin(&s, lines[i]);
        assert_true(is_shown(&s, "run 1: "));
        assert_true(is_shown(&s, i == 0 ? "; Ctrl-C answers with what is whole"
                                        : "; Ctrl-C ends it without an answer"));
        assert_int_equal(write(s.terminal, "\003", 1), 1);
        assert_int_equal(exit_status(&s), 130);
        assert_true(is_shown(&s, "dealdice: interrupted before there was an answer"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_long_run_tells_how_far_it_is_and_ctrl_c_answers_with_what_there_is),
        cmocka_unit_test(an_interrupted_answer_is_that_of_as_many_trials),
        cmocka_unit_test(
            an_interrupted_whatif_answers_with_the_scenarios_that_are_whole),
        cmocka_unit_test(what_has_no_part_that_is_whole_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
