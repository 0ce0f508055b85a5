#include "engine/ranks.h"

#ifdef DEALDICE_MPI

#include <mpi.h>
#include <stdlib.h>

static int mine, ranks = 1;
static int *place, *count; /* where in a stretch each rank's part lies, and its trials */

static void
end(void)
{
    free(place);
    free(count);
    MPI_Finalize();
}

void
dd_ranks_begin(int *argc, char ***argv)
{
    int level;

    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &mine);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    place = malloc((size_t) ranks * sizeof *place);
    count = malloc((size_t) ranks * sizeof *count);
    if (!place || !count)
        MPI_Abort(MPI_COMM_WORLD, 1);
    atexit(end);
}

int
dd_ranks_mine(void)
{
    return mine;
}

dd_status
dd_ranks_together(dd_status status, dd_error *err)
{
    int failed = status ? mine : ranks, first;

    MPI_Allreduce(&failed, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == mine || first == ranks)
        return status;
    if (err)
        dd_error_free(err);
    return DD_EIO;
}

int
dd_ranks_decide(int decision)
{
    MPI_Bcast(&decision, 1, MPI_INT, 0, MPI_COMM_WORLD);
    return decision;
}

/* The first trial of a rank's part of [from, to): whole stretches. */
static size_t
part_from(size_t from, size_t to, int rank)
{
    size_t stretches = (to - from + DD_STRETCH - 1) / DD_STRETCH;
    size_t first = from + stretches * (size_t) rank / (size_t) ranks * DD_STRETCH;

    return first < to ? first : to;
}

/* Bring the ranks' parts of a stretch of one column, which begins there, to rank 0. */
static void
gather(void *column, MPI_Datatype type, size_t bytes)
{
    char *values = column;

    if (mine == 0)
        MPI_Gatherv(MPI_IN_PLACE, 0, type, values, count, place, type, 0,
                    MPI_COMM_WORLD);
    else
        MPI_Gatherv(values + (size_t) place[mine] * bytes, count[mine], type, NULL, NULL,
                    NULL, type, 0, MPI_COMM_WORLD);
}

static void
gather_all(dd_outcomes *outcomes, size_t from)
{
    int64_t *column[]
        = { outcomes->open, outcomes->new_, outcomes->wins, outcomes->bookings };
    size_t at = from - outcomes->first;

    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        for (size_t p = 0; p < outcomes->periods; p++)
            gather(column[i] + p * outcomes->trials + at, MPI_INT64_T, sizeof(int64_t));
    gather(outcomes->expected + at, MPI_DOUBLE, sizeof(double));
}

/* A rank stopped early: whole is what lies before the first trial that is missing. */
static size_t
whole(size_t reached, size_t last, size_t to)
{
    unsigned long long missing = reached < last ? reached : to, first;

    MPI_Allreduce(&missing, &first, 1, MPI_UNSIGNED_LONG_LONG, MPI_MIN, MPI_COMM_WORLD);
    return (size_t) first;
}

size_t
dd_ranks_play(dd_player *player, dd_outcomes *outcomes, size_t from, size_t to)
{
    size_t first = part_from(from, to, mine), last = part_from(from, to, mine + 1);
    size_t reached = dd_player_play(player, outcomes, first, last);

    for (int rank = 0; rank < ranks; rank++) {
        place[rank] = (int) (part_from(from, to, rank) - from);
        count[rank] = (int) (part_from(from, to, rank + 1) - from) - place[rank];
    }
    gather_all(outcomes, from);
    return whole(reached, last, to);
}

#endif
