#include "engine/guide.h"

void
dd_guide_make(dd_guide *self, const dd_size_law *law)
{
    uint32_t i = 0;

    self->law = law;
    for (int entry = 0; entry < DD_GUIDE_ENTRIES; entry++) {
        double begins = (double) entry / DD_GUIDE_ENTRIES;
        while (i + 1 < law->n && law->cumulative[i] <= begins)
            i++;
        self->first[entry] = i;
    }
}
