#include "show/histogram.h"

#include "base/text.h"
#include "show/bar.h"

#include <string.h>

#define BAR_WIDTH 36 /* columns of the longest bar; a line stays near 60 */

/* "480万 – 520万"; the ends hold all that lies beyond. */
static void
bin_label(char *label, size_t size, const dd_doc_view *view, size_t bin,
          const dd_value_style *style)
{
    char low[DD_VALUE_BUFFER], high[DD_VALUE_BUFFER];
    double start = view->low + (double) bin * view->step;
    dd_value_money(low, start, 0.0, style->currency);
    dd_value_money(high, start + view->step, 0.0, style->currency);
    if (view->bins > 1 && bin == 0 && start > 0.0)
        snprintf(label, size, "below %s", high);
    else if (view->bins > 1 && bin + 1 == view->bins)
        snprintf(label, size, "%s and more", low);
    else
        snprintf(label, size, "%s – %s", low, high);
}

static void
write_bar(double share, double highest, FILE *out)
{
    if (share <= 0.0)
        return;
    fputc(' ', out);
    dd_bar_write(out, share / highest, BAR_WIDTH);
}

static int
in_bin(const dd_doc_view *view, size_t bin, double value)
{
    double start = view->low + (double) bin * view->step;
    int above = bin == 0 || value >= start;
    int below = bin + 1 == view->bins || value < start + view->step;
    return above && below;
}

/* The mark after `above` in this bin, by value; NULL: no more. */
static const dd_doc_mark *
next_mark(const dd_doc_view *view, size_t bin, const dd_doc_mark *above)
{
    const dd_doc_mark *found = NULL;
    for (size_t i = 0; i < view->n_marks; i++) {
        const dd_doc_mark *mark = &view->mark[i];
        int after = above == NULL || mark->value > above->value
                    || (mark->value >= above->value && mark > above);
        if (in_bin(view, bin, mark->value) && after
            && (found == NULL || mark->value < found->value))
            found = mark;
    }
    return found;
}

static void
write_marks(const dd_doc_view *view, size_t bin, const dd_value_style *style, FILE *out)
{
    const char *before = "  ◂ ";
    const dd_doc_mark *mark = next_mark(view, bin, NULL);
    for (; mark != NULL; mark = next_mark(view, bin, mark)) {
        char amount[DD_VALUE_BUFFER];
        dd_value_money(amount, mark->value, view->step / 10.0, style->currency);
        fprintf(out, "%s%s %s", before, mark->label, amount);
        before = ", ";
    }
}

static void
write_bin(const dd_doc_view *view, size_t bin, size_t widest, double highest,
          const dd_value_style *style, FILE *out)
{
    char label[3 * DD_VALUE_BUFFER], chance[DD_VALUE_BUFFER];
    bin_label(label, sizeof label, view, bin, style);
    fprintf(out, "%*s%s", (int) (widest - dd_text_width(label)), "", label);
    write_bar(view->share[bin], highest, out);
    if (view->share[bin] >= 0.005)
        fprintf(out, " %s", dd_value_chance(chance, view->share[bin], 0.01));
    else if (view->share[bin] > 0.0)
        fputs(" < 1 %", out);
    write_marks(view, bin, style, out);
    fputc('\n', out);
}

void
dd_histogram_write(const dd_doc_view *view, const dd_value_style *style, FILE *out)
{
    char label[3 * DD_VALUE_BUFFER];
    size_t widest = 0;
    double highest = 0.0;
    for (size_t bin = 0; bin < view->bins; bin++) {
        bin_label(label, sizeof label, view, bin, style);
        if (dd_text_width(label) > widest)
            widest = dd_text_width(label);
        if (view->share[bin] > highest)
            highest = view->share[bin];
    }
    for (size_t bin = 0; bin < view->bins && highest > 0.0; bin++)
        write_bin(view, bin, widest, highest, style, out);
}
