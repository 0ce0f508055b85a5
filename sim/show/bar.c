#include "show/bar.h"

#include <math.h>

void
dd_bar_write(FILE *out, double share, int width)
{
    static const char *const part[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    int eighths = (int) (8.0 * width * share + 0.5);
    if (!(share > 0.0))
        return;
    eighths = eighths > 0 ? eighths : 1;
    for (int i = 0; i < eighths / 8; i++)
        fputs("█", out);
    fputs(part[eighths % 8], out);
}

void
dd_bar_write_marked(FILE *out, double share, double said, int width)
{
    long filled = lround(share * width), mark = lround(said * width) - 1;
    for (long i = 0; i < width; i++)
        fputs(i == mark ? "┃" : i < filled ? "█" : "·", out);
}
