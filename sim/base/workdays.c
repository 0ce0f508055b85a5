#include "base/workdays.h"

#include <stdlib.h>
#include <string.h>

static int
grow(dd_workdays *self)
{
    size_t room = self->room > 0 ? 2 * self->room : 64;
    dd_day *day = realloc(self->day, room * sizeof *day);
    if (day)
        self->day = day;
    unsigned char *kind = realloc(self->kind, room);
    if (kind)
        self->kind = kind;
    if (day && kind)
        self->room = room;
    return day && kind;
}

/* The first that is not before the day. */
static size_t
find(const dd_workdays *self, dd_day day)
{
    size_t low = 0, high = self->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->day[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

dd_status
dd_workdays_add(dd_workdays *self, dd_day day, dd_day_kind kind, dd_error *err)
{
    size_t at = find(self, day);
    if (at == self->n || self->day[at] != day) {
        if (self->n == self->room && !grow(self))
            return dd_error_no_memory(err);
        memmove(self->day + at + 1, self->day + at, (self->n - at) * sizeof *self->day);
        memmove(self->kind + at + 1, self->kind + at, self->n - at);
        self->n++;
    }
    self->day[at] = day;
    self->kind[at] = (unsigned char) kind;
    return DD_OK;
}

void
dd_workdays_free(dd_workdays *self)
{
    if (!self)
        return;
    free(self->day);
    free(self->kind);
    free(self);
}

dd_day_kind
dd_workdays_kind(const dd_workdays *self, dd_day day)
{
    size_t at = self ? find(self, day) : 0;
    return self && at < self->n && self->day[at] == day ? (dd_day_kind) self->kind[at]
                                                        : DD_DAY_USUAL;
}

int
dd_workdays_works(const dd_workdays *self, dd_day day)
{
    dd_day_kind kind = dd_workdays_kind(self, day);
    return kind == DD_DAY_MADE_UP || (kind == DD_DAY_USUAL && dd_day_weekday(day) < 5);
}
