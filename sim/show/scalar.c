#include "show/scalar.h"

#include <math.h>

static void
write_money(double minor, FILE *out)
{
    double cents = round(minor) + 0.0; /* -0.0 + 0.0 = 0.0: no "-0.00" */
    fprintf(out, "%.2f", cents / 100.0);
}

void
dd_scalar_write(const dd_doc_node *node, FILE *out)
{
    char day[16];
    switch (node->kind) {
    case DD_DOC_COUNT:
        fprintf(out, "%lld", (long long) node->count);
        break;
    case DD_DOC_MONEY:
        write_money(node->number, out);
        break;
    case DD_DOC_DAY:
        fputs(dd_day_format((dd_day) node->count, day), out);
        break;
    case DD_DOC_TRUTH:
        fputs(node->count ? "true" : "false", out);
        break;
    case DD_DOC_NUMBER:
    case DD_DOC_CHANCE:
    case DD_DOC_POINTS:
    case DD_DOC_SHARE:
    case DD_DOC_RATIO:
        fprintf(out, "%.10g", node->number + 0.0);
        break;
    default:
        break;
    }
}
