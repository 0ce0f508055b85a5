/**
 * @file check.h
 * What every test includes: cmocka and its needs, and assert_close, since cmocka's own
 * comparison of numbers narrows to float.
 */
#ifndef DD_TESTS_CHECK_H
#define DD_TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static inline void
check_close(double actual, double expected, double tolerance, const char *what,
            const char *file, int line)
{
    if (fabs(actual - expected) <= tolerance)
        return;
    fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g within %g\n", file, line, what,
            actual, expected, tolerance);
    _fail(file, line);
}

/** |actual - expected| <= tolerance; a NaN on either side fails. */
#define assert_close(actual, expected, tolerance) \
    check_close((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)

#endif
