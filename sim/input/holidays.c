/* The `holidays:` key: CN, or a file of days. */
#include "base/date_form.h"
#include "base/text.h"
#include "base/workdays.h"
#include "input/csv.h"
#include "input/funnel_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *const off_words[] = { "off", "holiday", "休", "放假" };
static const char *const work_words[] = { "work", "workday", "班", "上班" };

static int
is_one_of(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dd_same_word(text, words[i]))
            return 1;
    return 0;
}

static dd_status
refuse(const char *path, long line, const char *read, const char *right,
       const char *wrong, dd_error *err)
{
    const dd_place place = { .file = path, .line = line };
    return dd_error_add(err, DD_EDATA, &place, read, right, "%s", wrong);
}

/* A day that two rows call differently would be as the later one says. */
static dd_status
add_day(dd_workdays *days, const char *path, const dd_csv_row *row, dd_day day,
        dd_day_kind kind, dd_error *err)
{
    const dd_day_kind before = dd_workdays_kind(days, day);

    if (before != DD_DAY_USUAL && before != kind)
        return refuse(path, row->line, row->cells[0].text, "one row a day",
                      "the day is off by one row and worked by another", err);
    return dd_workdays_add(days, day, kind, err);
}

/* date,kind: kind is off, or work for a weekend that is worked; off when left out. */
static dd_status
add_row(dd_workdays *days, const char *path, const dd_csv_row *row, dd_error *err)
{
    const dd_cell *date = &row->cells[0];
    const char *kind = row->n > 1 ? row->cells[1].text : "";
    dd_moment moment;

    if (dd_moment_read(date->text, date->n, DD_ORDER_UNKNOWN, 0, &moment, NULL))
        return refuse(path, row->line, date->text, "a date such as 2027-02-05",
                      "the holiday's date cannot be read", err);
    if (is_one_of(kind, work_words, sizeof work_words / sizeof *work_words))
        return add_day(days, path, row, dd_moment_day(moment), DD_DAY_MADE_UP, err);
    if (*kind && !is_one_of(kind, off_words, sizeof off_words / sizeof *off_words))
        return refuse(path, row->line, kind, "off, or work for a weekend that is worked",
                      "it is not told whether the day is off", err);
    return add_day(days, path, row, dd_moment_day(moment), DD_DAY_OFF, err);
}

static dd_status
read_file(dd_workdays *days, const char *path, dd_error *err)
{
    dd_csv *csv = NULL;
    dd_csv_row row;
    dd_csv_fault fault;
    dd_csv_event event = DD_CSV_END;
    dd_status status = dd_csv_open(&csv, path, err);

    if (!status && !dd_same_word(dd_csv_heading(csv)->cells[0].text, "date")
        && !dd_same_word(dd_csv_heading(csv)->cells[0].text, "日期"))
        status
            = refuse(path, dd_csv_heading(csv)->line, dd_csv_heading(csv)->cells[0].text,
                     "the heading 'date,kind'", "the first column is not the date", err);
    while (!status && (event = dd_csv_next(csv, &row, &fault, err)) == DD_CSV_ROW)
        status = add_row(days, path, &row, err);
    if (!status && event == DD_CSV_FAULT)
        status = refuse(path, fault.line, fault.value, NULL, fault.reason, err);
    if (!status && event == DD_CSV_STOP)
        status = DD_EIO;
    if (csv)
        dd_csv_close(csv);
    return status;
}

dd_status
dd_read_holidays(dd_funnel *self, dd_error *err)
{
    if (!self->holidays)
        return DD_OK;
    if (strcmp(self->holidays, "CN") == 0)
        return dd_workdays_china(&self->workdays, err);
    self->workdays = calloc(1, sizeof *self->workdays);
    if (!self->workdays)
        return dd_error_no_memory(err);
    return read_file(self->workdays, self->holidays, err);
}

/* Only China's are built in; what is not a file is most likely another country's name. */
void
dd_read_holidays_name(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "CN (the only ones built in), or the path of a CSV file "
                        "'date,kind'";
    const char *text = dd_walk_text(walk, node, right);
    char *path;

    if (text && strcasecmp(text, "CN") == 0)
        *(char **) target = dd_walk_copy(walk, "CN");
    if (!text || strcasecmp(text, "CN") == 0)
        return;
    path = dd_path_beside(walk, node->place.file, text);
    if (path && access(path, R_OK) != 0)
        dd_walk_refuse(walk, &node->place, text, right,
                       "'holidays' names no file that can be read");
    *(char **) target = path;
}
