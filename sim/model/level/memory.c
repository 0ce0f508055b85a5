#include "model/level/memory.h"

#include <math.h>

#define PLAIN 4 /* memories that forget all at once */

/* Where a market jumped, plain windows have left the old level behind after their days;
 * half-lives as quiet as they are drag it along for three times as long. */
double
dd_memory_weight(size_t memory, double days_ago)
{
    static const double plain_days[PLAIN] = { 182, 91, 56, 28 };
    static const double half_life[DD_MEMORIES - PLAIN] = { 14, 30, 61, 183, 730 };
    if (memory < PLAIN)
        return days_ago < plain_days[memory];
    return exp2(-days_ago / half_life[memory - PLAIN]);
}

static double
move_half_life(size_t memory)
{
    static const double half_life[DD_MOVE_MEMORIES] = { 0, 365, 183 };
    return half_life[memory];
}

double
dd_move_memory_weight(size_t memory, double days_ago)
{
    return memory == 0 ? 1.0 : exp2(-days_ago / move_half_life(memory));
}

double
dd_move_memory_days(size_t memory, double near, double far)
{
    return move_half_life(memory) / M_LN2 * (near - far);
}

double
dd_memory_track(size_t track, double days_ago)
{
    static const double half_life[DD_TRACKS] = { 0, 21, 61, 183 };
    return track == 0 ? 0.0 : exp2(-days_ago / half_life[track]);
}
