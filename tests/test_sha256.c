#include "base/sha256.h"
#include "check.h"

#include <string.h>

/* With the processor's own instructions, where it has them, and without. */
static void
assert_hash(const char *text, size_t times, const char *expected)
{
    dd_sha256 hash[2];
    char hex[65];
    dd_sha256_init(&hash[0]);
    dd_sha256_init_plain(&hash[1]);
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < times; i++)
            dd_sha256_add(&hash[k], text, strlen(text));
        dd_sha256_hex(&hash[k], hex);
        assert_string_equal(hex, expected);
    }
}

/* NIST's examples for FIPS 180-4: one block, two blocks, a million letters. */
static void
published_messages_give_their_published_digests(void **state)
{
    (void) state;
    assert_hash("", 1,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 1,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hash("aaaaaaaaaa", 100000,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_messages_give_their_published_digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
