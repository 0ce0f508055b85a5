/* Inner loops of curves in what every processor of this kind has. */
#define DD_CURVE_LANES dd_curve_baseline
#include "model/curve/curve_body.h"
