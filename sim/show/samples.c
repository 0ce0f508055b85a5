#include "show/samples.h"

#include <inttypes.h>

static void
write_amount(int64_t minor, FILE *out)
{
    int64_t size = minor < 0 ? -minor : minor;
    fprintf(out, ",%s%" PRId64 ".%02d", minor < 0 ? "-" : "", size / 100,
            (int) (size % 100));
}

static void
write_row(const dd_outcomes *o, size_t trial, size_t period, const char *label,
          FILE *out)
{
    size_t i = period * o->trials + trial;
    fprintf(out, "%zu,%s", o->first + trial + 1, label);
    write_amount(o->bookings[i], out);
    write_amount(o->open[i], out);
    write_amount(o->new_[i], out);
    fprintf(out, ",%" PRId64 "\n", o->wins[i]);
}

dd_status
dd_samples_open(dd_samples *self, const dd_question *question, const char *path,
                dd_error *err)
{
    dd_status status = dd_output_open(&self->output, path, err);
    self->question = question;
    if (!status)
        fputs("trial,period,bookings,open,new,wins\n", self->output.file);
    return status;
}

void
dd_samples_add(dd_samples *self, const dd_outcomes *outcomes)
{
    for (size_t t = 0; t < outcomes->trials; t++)
        for (size_t p = 0; p < outcomes->periods; p++)
            write_row(outcomes, t, p, self->question->periods[p].label,
                      self->output.file);
}

dd_status
dd_samples_close(dd_samples *self, dd_error *err)
{
    return dd_output_close(&self->output, err);
}

void
dd_samples_abandon(dd_samples *self)
{
    dd_output_abandon(&self->output);
}
