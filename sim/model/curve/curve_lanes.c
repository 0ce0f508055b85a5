#include "model/curve/curve_lanes.h"

#include "base/isa.h"

const dd_curve_lanes *
dd_curve_lanes_chosen(void)
{
    static const dd_curve_lanes *const lanes[]
        = { &dd_curve_baseline, &dd_curve_avx2, &dd_curve_avx512 };
    return lanes[dd_isa_chosen()];
}
