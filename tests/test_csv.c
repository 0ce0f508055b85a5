/* CSV files as they come: quotes, lines, delimiters, encodings, limits. */
#include "temp_file.h"

#include "input/csv.h"

#include <iconv.h>

/** Everything read from one file, as "cell|cell" and "line:code" texts. */
typedef struct {
    size_t rows, faults;
    long row_line[16], fault_line[16];
    char row[16][64];
    char fault[16][32];
    char value[16][128];
    char encoding[32];
    size_t columns;
} transcript;

static void
write_down(transcript *self, const dd_csv_row *row)
{
    size_t i = self->rows < 16 ? self->rows : 15, used = 0;

    self->rows++;
    self->row_line[i] = row->line;
    for (size_t c = 0; c < row->n; c++)
        used += (size_t) snprintf(self->row[i] + used, 64 - used, "%s%.20s",
                                  c ? "|" : "", row->cells[c].text);
}

static void
read_all(transcript *self, const char *path)
{
    dd_error err = { 0 };
    dd_csv *csv;
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv_event event;

    memset(self, 0, sizeof *self);
    assert_int_equal(dd_csv_open(&csv, path, &err), DD_OK);
    snprintf(self->encoding, sizeof self->encoding, "%s", dd_csv_encoding(csv));
    self->columns = dd_csv_heading(csv)->n;
    while ((event = dd_csv_next(csv, &row, &fault, &err)) != DD_CSV_END) {
        assert_int_not_equal(event, DD_CSV_STOP);
        if (event == DD_CSV_ROW) {
            write_down(self, &row);
            continue;
        }
        assert_true(self->faults < 16);
        self->fault_line[self->faults] = fault.line;
        snprintf(self->fault[self->faults], 32, "%s", fault.code);
        snprintf(self->value[self->faults++], 128, "%s", fault.value);
    }
    dd_csv_close(csv);
    dd_error_free(&err);
}

static void
read_bytes(transcript *self, const void *bytes, size_t n)
{
    char *path = temp_file_bytes(bytes, n);

    read_all(self, path);
    temp_file_free(path);
}

static void
read_text(transcript *self, const char *text)
{
    read_bytes(self, text, strlen(text));
}

static void
rows_are_read_with_the_lines_they_start_on(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen, "id,note\r\n\r\na, first "
                     "\r\n\"b\",\"two\nlines\"\r\n\r\n,\r\nc,\"say \"\"x\"\"\"");
    assert_int_equal(seen.columns, 2);
    assert_int_equal(seen.rows, 3);
    assert_int_equal(seen.faults, 0);
    assert_string_equal(seen.row[0], "a|first");
    assert_string_equal(seen.row[1], "b|two\nlines");
    assert_string_equal(seen.row[2], "c|say \"x\"");
    assert_int_equal(seen.row_line[0], 3);
    assert_int_equal(seen.row_line[1], 4);
    assert_int_equal(seen.row_line[2], 8);
    assert_string_equal(seen.encoding, "UTF-8");
}

static void
the_delimiter_is_the_one_the_heading_uses_most(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen, "id;\"a,b,c\";note\n1;2,5;x\n");
    assert_string_equal(seen.row[0], "1|2,5|x");
    read_text(&seen, "id\tnote\n1\t\n\t2\n");
    assert_string_equal(seen.row[0], "1|");
    assert_string_equal(seen.row[1], "|2");
    read_text(&seen, "sep=|\r\nid|note,a,b\r\n1|x\r\n");
    assert_string_equal(seen.row[0], "1|x");
    assert_int_equal(seen.row_line[0], 3);
    read_text(&seen, "id\n1\n");
    assert_string_equal(seen.row[0], "1");
}

static void
an_unclosed_quote_in_line_3_of_1000_costs_one_row(void **state)
{
    char *text = calloc(1, 64 * 1000);
    size_t used = (size_t) sprintf(text, "id,note\n");
    transcript seen;

    (void) state;
    for (int line = 2; line <= 1001; line++)
        used += (size_t) sprintf(text + used, line == 3 ? "%d,\"open\n" : "%d,fine\n",
                                 line);
    read_text(&seen, text);
    free(text);
    assert_int_equal(seen.rows, 999);
    assert_int_equal(seen.faults, 1);
    assert_int_equal(seen.fault_line[0], 3);
    assert_string_equal(seen.fault[0], "bad_quotes");
    assert_string_equal(seen.value[0], "3,\"open");
    assert_string_equal(seen.row[1], "4|fine");
    assert_int_equal(seen.row_line[1], 4);
}

/* The open quote of line 2 meets the one of line 4: three rows would be held together. */
static void
a_stray_quote_does_not_swallow_the_rows_up_to_the_next_quote(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen,
              "id,note,n\n1,\"open,7\n2,b,8\n3,\"quoted\",9\n4,12\" pipe,1\n5,e,2\n");
    assert_int_equal(seen.faults, 2);
    assert_int_equal(seen.fault_line[0], 2);
    assert_int_equal(seen.fault_line[1], 5);
    assert_int_equal(seen.rows, 3);
    assert_string_equal(seen.row[0], "2|b|8");
    assert_string_equal(seen.row[1], "3|quoted|9");
    assert_string_equal(seen.row[2], "5|e|2");
    read_text(&seen, "id,note\n1,\"open\n2,b\n3,c\",d\n4,e\n");
    assert_int_equal(seen.fault_line[0], 2);
    assert_string_equal(seen.row[0], "2|b");
    assert_string_equal(seen.row[1], "4|e");
}

static void
a_row_with_a_nul_byte_is_refused(void **state)
{
    static const char bytes[] = "id,note\n1,a\n2,b\0c\n3,d\n";
    transcript seen;

    (void) state;
    read_bytes(&seen, bytes, sizeof bytes - 1);
    assert_int_equal(seen.rows, 2);
    assert_int_equal(seen.faults, 1);
    assert_int_equal(seen.fault_line[0], 3);
    assert_string_equal(seen.fault[0], "nul_byte");
    assert_string_equal(seen.value[0], "2,b c");
}

static void
a_lone_carriage_return_inside_a_row_is_refused(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen, "id,note\n1,a\rb\n2,\"c\rd\"\n");
    assert_int_equal(seen.rows, 1);
    assert_string_equal(seen.row[0], "2|c\rd");
    assert_int_equal(seen.fault_line[0], 2);
    assert_string_equal(seen.fault[0], "line_end");
}

static void
old_mac_line_ends_are_read(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen, "id,note\r1,a\r\r2,\"b\rc\"");
    assert_int_equal(seen.rows, 2);
    assert_string_equal(seen.row[1], "2|b\rc");
    assert_int_equal(seen.row_line[1], 4);
}

static void
read_converted(transcript *self, const char *text, const char *encoding,
               const char *mark, size_t mark_length)
{
    char bytes[4096], *from = strdup(text), *start = from, *to = bytes + mark_length;
    size_t left = strlen(text), room = sizeof bytes - mark_length;
    iconv_t converter = iconv_open(encoding, "UTF-8");

    memcpy(bytes, mark, mark_length);
    assert_true(iconv(converter, &from, &left, &to, &room) != (size_t) -1);
    iconv_close(converter);
    read_bytes(self, bytes, (size_t) (to - bytes));
    free(start);
}

static void
every_encoding_that_crms_write_is_told_and_read(void **state)
{
    static const char chinese[] = "商机编号,阶段\n机会一,赢单\nB,谈判\n";
    static const char european[] = "id,owner\n1,Müller\n2,José\n3,Łukasz\n";
    transcript seen;

    (void) state;
    read_converted(&seen, chinese, "UTF-8", "\xEF\xBB\xBF", 3);
    assert_string_equal(seen.encoding, "UTF-8 with BOM");
    assert_string_equal(seen.row[0], "机会一|赢单");
    read_converted(&seen, chinese, "GB18030", "", 0);
    assert_string_equal(seen.encoding, "GB18030");
    assert_string_equal(seen.row[0], "机会一|赢单");
    read_converted(&seen, chinese, "UTF-16LE", "\xFF\xFE", 2);
    assert_string_equal(seen.encoding, "UTF-16");
    assert_string_equal(seen.row[1], "B|谈判");
    read_converted(&seen, chinese, "UTF-16BE", "\xFE\xFF", 2);
    assert_string_equal(seen.row[0], "机会一|赢单");
    read_converted(&seen, european, "UTF-16LE", "", 0);
    assert_string_equal(seen.encoding, "UTF-16");
    assert_string_equal(seen.row[2], "3|Łukasz");
    read_text(&seen, "id,owner\n1,M\xFCller\n2,Jos\xE9\n3,\x80 5,00\n");
    assert_string_equal(seen.encoding, "Windows-1252");
    assert_string_equal(seen.row[0], "1|Müller");
    assert_string_equal(seen.row[1], "2|José");
    read_text(&seen, "id,owner\n1,\xC4\xD6 AG\n2,\xC4\xD6\n3,Jos\xE9,\n4,M\xFCller\n");
    assert_string_equal(seen.encoding,
                        "Windows-1252"); /* two pairs that could be hanzi */
    assert_string_equal(seen.row[0], "1|ÄÖ AG");
}

static void
foreign_bytes_in_a_utf8_file_cost_only_their_rows(void **state)
{
    transcript seen;

    (void) state;
    read_text(&seen, "id,owner\n1,Müller\n2,M\xFCller\n3,韩梅梅\n");
    assert_string_equal(seen.encoding, "UTF-8");
    assert_int_equal(seen.rows, 2);
    assert_int_equal(seen.fault_line[0], 3);
    assert_string_equal(seen.fault[0], "bad_encoding");
}

static char *
long_row(size_t n, const char *before, const char *after)
{
    char *text = malloc(n + strlen(before) + strlen(after) + 1);
    size_t used = (size_t) sprintf(text, "%s", before);

    memset(text + used, 'x', n);
    strcpy(text + used + n, after);
    return text;
}

static void
cells_up_to_a_mebibyte_are_read_and_longer_ones_refused(void **state)
{
    char *fits = long_row(1000000, "id,note\n1,", "\n2,b\n");
    char *cell = long_row(1100000, "id,note\n1,\"", "\"\n2,b\n");
    char *open = long_row(1100000, "id,note\n1,\"\n", "\n2,b\n");
    char *line = long_row(9000000, "id,note\n1,", "\n2,b\n");
    transcript seen;

    (void) state;
    read_text(&seen, fits);
    assert_int_equal(seen.rows, 2);
    read_text(&seen, cell);
    assert_int_equal(seen.rows, 1);
    assert_string_equal(seen.fault[0], "cell_too_long");
    assert_int_equal(seen.row_line[0], 3);
    read_text(&seen, open);
    assert_string_equal(seen.fault[0], "cell_too_long");
    assert_int_equal(seen.fault_line[0], 2);
    assert_int_equal(seen.row_line[seen.rows - 1], 4);
    read_text(&seen, line);
    assert_int_equal(seen.rows, 1);
    assert_int_equal(seen.faults, 1);
    assert_string_equal(seen.fault[0], "row_too_long");
    assert_string_equal(seen.row[0], "2|b");
    assert_int_equal(seen.row_line[0], 3);
    free(fits), free(cell), free(open), free(line);
}

static void
rows_may_be_peeked_at_before_they_are_read(void **state)
{
    char *path = temp_file("id,note\n1,a\n2,\"b\nc\"\n3,d");
    dd_error err = { 0 };
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv *csv;

    (void) state;
    assert_int_equal(dd_csv_open(&csv, path, &err), DD_OK);
    dd_csv_peek_begin(csv);
    for (int i = 0; i < 3; i++)
        assert_int_equal(dd_csv_next(csv, &row, &fault, &err), DD_CSV_ROW);
    assert_int_equal(dd_csv_next(csv, &row, &fault, &err), DD_CSV_END);
    dd_csv_peek_end(csv);
    assert_int_equal(dd_csv_next(csv, &row, &fault, &err), DD_CSV_ROW);
    assert_int_equal(row.line, 2);
    assert_string_equal(row.cells[1].text, "a");
    assert_string_equal(dd_csv_heading(csv)->cells[1].text, "note");
    dd_csv_close(csv);
    temp_file_free(path);
}

/* 120 000 rows of 100 bytes: the buffer is filled three times. */
static void
a_file_larger_than_the_buffer_is_read_whole(void **state)
{
    size_t n = 120000, used;
    char *text = malloc(n * 100 + 16), *path;
    dd_error err = { 0 };
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv *csv;

    (void) state;
    used = (size_t) sprintf(text, "id,note\n");
    for (size_t i = 0; i < n; i++)
        used += (size_t) sprintf(text + used, "%zu,\"%0*d\n\"\n", i, 80, 7);
    path = temp_file_bytes(text, used);
    assert_int_equal(dd_csv_open(&csv, path, &err), DD_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(dd_csv_next(csv, &row, &fault, &err), DD_CSV_ROW);
        assert_int_equal(row.line, 2 * i + 2);
        assert_int_equal(strtoull(row.cells[0].text, NULL, 10), i);
    }
    assert_int_equal(dd_csv_next(csv, &row, &fault, &err), DD_CSV_END);
    dd_csv_close(csv);
    temp_file_free(path);
    free(text);
}

static void
assert_not_opened(const char *path, dd_status status, const char *wrong)
{
    dd_error err = { 0 };
    dd_csv *csv;

    assert_int_equal(dd_csv_open(&csv, path, &err), status);
    assert_null(csv);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].wrong, wrong);
    assert_string_equal(err.items[0].file, path);
    dd_error_free(&err);
}

/* A line and what becomes of it: its second cell, or a fault. */
typedef struct {
    const char *line;
    const char *cell, *fault;
} written_line;

/* The first four are cut at a glance; the others stand among them. */
static const written_line kinds[] = {
    { "%d,plain\n", "plain", NULL },
    { "%d, \t\343\200\200\345\256\242 \302\240\n", "\345\256\242", NULL },
    { "%d,\344\272\240\343\200\200x\r\n", "\344\272\240\343\200\200x", NULL },
    { "%d,\n", "", NULL },
    { "%d,\"a,b\"\n", "a,b", NULL },
    { "%d,\"two\nlines\"\r\n", "two\nlines", NULL },
    { "%d,a\"b\n", NULL, "bad_quotes" },
    { "%d,z\001z\n", NULL, "nul_byte" }, /* the 1 becomes 0 */
    { "%d,\377\n", NULL, "bad_encoding" },
    { "%d,\346\235\n", NULL, "bad_encoding" },
    { "%d,x\ry\n", NULL, "line_end" },
};

#define KINDS (sizeof kinds / sizeof *kinds)
#define LINES 150000

/* Mostly plain, the others in stretches and alone. */
static const written_line *
kind_of(int i)
{
    uint32_t mixed = (uint32_t) i * 2654435761u >> 7;

    return &kinds[mixed % 100 < 80 || i / 5000 % 3 == 1 ? mixed % 4 : mixed % KINDS];
}

static void
assert_read_as_written(dd_csv *csv)
{
    dd_csv_row row;
    dd_csv_fault fault;

    for (int i = 0; i < LINES; i++) {
        const written_line *kind = kind_of(i);
        dd_csv_event event = dd_csv_next(csv, &row, &fault, NULL);
        if (kind->fault) {
            assert_int_equal(event, DD_CSV_FAULT);
            assert_string_equal(fault.code, kind->fault);
            continue;
        }
        assert_int_equal(event, DD_CSV_ROW);
        assert_int_equal(atoi(row.cells[0].text), i);
        assert_string_equal(row.cells[1].text, kind->cell);
    }
    assert_int_equal(dd_csv_next(csv, &row, &fault, NULL), DD_CSV_END);
}

/* Over several buffers, and again from the start after a look ahead. */
static void
lines_that_are_plain_at_a_glance_stand_among_all_others(void **state)
{
    char *path = temp_file("id,note\n");
    FILE *file = fopen(path, "a");
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv *csv;

    (void) state;
    for (int i = 0; i < LINES; i++) {
        char line[64];
        int n = snprintf(line, sizeof line, kind_of(i)->line, i);
        for (int c = 0; c < n; c++)
            line[c] = line[c] == '\001' ? '\0' : line[c];
        assert_int_equal(fwrite(line, 1, (size_t) n, file), n);
    }
    fclose(file);
    assert_int_equal(dd_csv_open(&csv, path, NULL), DD_OK);
    dd_csv_peek_begin(csv);
    while (dd_csv_next(csv, &row, &fault, NULL) != DD_CSV_END)
        ;
    dd_csv_peek_end(csv);
    assert_read_as_written(csv);
    dd_csv_close(csv);
    temp_file_free(path);
}

static void
what_cannot_be_opened_is_said_in_plain_words(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *wrong;
    } files[] = {
        { "", 0, "is empty" },
        { "\xEF\xBB\xBF", 3, "is empty" },
        { "\n\n \r\n", 5, "has only blank lines" },
        { "PK\3\4rest", 8, "is a workbook, not a CSV file" },
        { "\xD0\xCF\x11\xE0rest", 8, "is a workbook, not a CSV file" },
        { "id,\"note\n1,2\n", 13,
          "the heading cannot be read: a quote that is never closed" },
    };

    (void) state;
    assert_not_opened("/tmp/no/such.csv", DD_EIO,
                      "cannot be opened: No such file or directory");
    assert_not_opened("/tmp", DD_EIO, "is a directory, not a file");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = temp_file_bytes(files[i].bytes, files[i].n);
        assert_not_opened(path, DD_EDATA, files[i].wrong);
        temp_file_free(path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_with_the_lines_they_start_on),
        cmocka_unit_test(the_delimiter_is_the_one_the_heading_uses_most),
        cmocka_unit_test(an_unclosed_quote_in_line_3_of_1000_costs_one_row),
        cmocka_unit_test(a_stray_quote_does_not_swallow_the_rows_up_to_the_next_quote),
        cmocka_unit_test(a_row_with_a_nul_byte_is_refused),
        cmocka_unit_test(a_lone_carriage_return_inside_a_row_is_refused),
        cmocka_unit_test(old_mac_line_ends_are_read),
        cmocka_unit_test(every_encoding_that_crms_write_is_told_and_read),
        cmocka_unit_test(foreign_bytes_in_a_utf8_file_cost_only_their_rows),
        cmocka_unit_test(cells_up_to_a_mebibyte_are_read_and_longer_ones_refused),
        cmocka_unit_test(rows_may_be_peeked_at_before_they_are_read),
        cmocka_unit_test(a_file_larger_than_the_buffer_is_read_whole),
        cmocka_unit_test(lines_that_are_plain_at_a_glance_stand_among_all_others),
        cmocka_unit_test(what_cannot_be_opened_is_said_in_plain_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
