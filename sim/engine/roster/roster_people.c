#include "engine/roster/roster_parts.h"

#include "base/rng.h"
#include "base/text.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONG_SINCE (-36525.0) /* days: beyond any ramp */

/* ---- who is there ---- */

static double
day_of(const dd_roster_of *of, dd_day day)
{
    return day - (of->as_of + 1);
}

static void
add_rep(dd_roster *self, const dd_roster_of *of, const char *name, uint64_t key,
        dd_day start, dd_day end)
{
    self->name[self->n_known] = name;
    self->rep[self->n_known++] = (dd_crew_rep){
        .key = key,
        .starts = start == DD_NO_DAY ? LONG_SINCE : day_of(of, start),
        .leaves = end == DD_NO_DAY ? (double) INFINITY : day_of(of, end) + 1,
        .heir = -1,
        .n_ramp = self->n_own_ramp,
        .ramp = self->own_ramp,
    };
}

static void
add_named(dd_roster *self, const dd_roster_of *of, const dd_member *member)
{
    add_rep(self, of, member->name, dd_hash(member->name, strlen(member->name)),
            member->start, member->end);
}

/* Alike ones whom nobody named. */
static void
add_unnamed(dd_roster *self, const dd_roster_of *of, size_t n)
{
    for (uint64_t k = 0; k < n; k++) {
        uint64_t address[2] = { UINT64_MAX, k };
        add_rep(self, of, NULL, dd_hash((const char *) address, sizeof address),
                DD_NO_DAY, DD_NO_DAY);
    }
}

static size_t
mark_owners(const dd_roster_of *of, char *owns)
{
    size_t n = 0;
    for (size_t i = 0; i < of->book->n; i++) {
        int32_t owner = of->book->owner[i];
        if (owner >= 0 && !owns[owner]) {
            owns[owner] = 1;
            n++;
        }
    }
    return n;
}

/* So many heads: owners of open deals are among them, unless there are more of these. */
static dd_status
add_heads(dd_roster *self, const dd_roster_of *of, size_t heads, dd_error *err)
{
    char *owns = calloc(of->past->owners.n + 1, 1);
    size_t n;

    if (owns == NULL)
        return dd_error_no_memory(err);
    n = mark_owners(of, owns);
    for (size_t i = 0; i < of->past->owners.n && n <= heads; i++)
        if (owns[i])
            add_named(
                self, of,
                &(dd_member){ of->past->owners.items[i], 1, DD_NO_DAY, DD_NO_DAY });
    add_unnamed(self, of, heads - (n <= heads ? n : 0));
    free(owns);
    return DD_OK;
}

static dd_status
add_known(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    const dd_team *team = &of->model->effort->team;

    self->known_by = of->past->n_reps > 0   ? DD_BY_REPS
                     : of->funnel->team > 0 ? DD_BY_FUNNEL
                                            : DD_BY_OWNERS;
    if (team->n == 1 && team->members[0].name == NULL)
        return add_heads(self, of, (size_t) team->members[0].heads, err);
    for (size_t i = 0; i < team->n; i++)
        add_named(self, of, &team->members[i]);
    return DD_OK;
}

static size_t
count_known(const dd_roster_of *of)
{
    const dd_team *team = &of->model->effort->team;
    size_t n = 0;

    for (size_t i = 0; i < team->n; i++)
        n += (size_t) team->members[i].heads;
    return n;
}

/* ---- whose deals ---- */

static int32_t
find(const dd_roster *self, const char *name)
{
    for (size_t r = 0; r < self->n_known; r++)
        if (self->name[r] != NULL && strcmp(self->name[r], name) == 0)
            return (int32_t) r;
    return -1;
}

/* Where each owner stands: found once an owner, not once a deal. */
static int32_t *
seats_of_owners(const dd_roster *self, const dd_roster_of *of)
{
    int32_t *seat = malloc((of->past->owners.n + 1) * sizeof *seat);

    for (size_t i = 0; seat != NULL && i < of->past->owners.n; i++)
        seat[i] = find(self, of->past->owners.items[i]);
    return seat;
}

/* Deals of nobody who is there belong to those whom nobody named, if there are any. */
static dd_status
hand_out(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    int32_t *seat = seats_of_owners(self, of);
    size_t named = 0;

    if (seat == NULL)
        return dd_error_no_memory(err);

    while (named < self->n_known && self->name[named] != NULL)
        named++;
    for (size_t i = 0; i < of->book->n; i++) {
        int32_t owner = of->book->owner[i];
        size_t unnamed = self->n_known - named;
        uint64_t lot = owner >= 0 ? (uint64_t) owner : of->book->key[i];
        self->of_deal[i] = owner >= 0 ? seat[owner] : -1;
        if (self->of_deal[i] < 0 && unnamed > 0)
            self->of_deal[i] = (int32_t) (named + lot % unnamed);
    }
    free(seat);
    return DD_OK;
}

/* ---- who comes ---- */

static dd_status
check_team(const dd_hire *hire, const dd_past *past, dd_error *err)
{
    const char **names = calloc(past->n_reps + 1, sizeof *names);
    const char *near;
    size_t n = 0;
    int known = 0;
    dd_status status = DD_OK;

    if (names == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < past->n_reps; i++)
        if (past->reps[i].team != NULL) {
            names[n++] = past->reps[i].team;
            known |= strcmp(past->reps[i].team, hire->team) == 0;
        }
    near = dd_did_you_mean(hire->team, names, n);
    if (!known)
        status = dd_error_add(err, DD_EDATA, &hire->team_place, hire->team,
                              near != NULL ? near
                              : n > 0      ? "a team of the file of reps"
                                           : "a file of reps that names its teams",
                              "unknown team");
    free(names);
    return status;
}

static dd_status
check_hire(const dd_hire *hire, const dd_roster_of *of, dd_error *err)
{
    char start[16], known[16];
    dd_status status = hire->team != NULL ? check_team(hire, of->past, err) : DD_OK;

    if (hire->start > of->as_of || status == DD_ENOMEM)
        return status;
    dd_day_format(hire->start, start);
    return dd_error_add(err, DD_EDATA, &hire->start_place, start, "a day after as-of",
                        "hires cannot start on %s: the past is known up to %s", start,
                        dd_day_format(of->as_of, known));
}

/* The k-th hire of a scenario has the luck of the k-th hire of any other. */
static void
add_hires(dd_roster *self, const dd_hire *hire, const dd_roster_of *of)
{
    for (int64_t i = 0; i < hire->count; i++) {
        uint64_t address[2] = { UINT64_MAX - 1, self->n_hires };
        size_t at = self->n_known + self->n_hires++;
        self->name[at] = NULL;
        self->rep[at]
            = (dd_crew_rep){ .key = dd_hash((const char *) address, sizeof address),
                             .starts = day_of(of, hire->start),
                             .leaves = (double) INFINITY,
                             .heir = -1,
                             .n_ramp = hire->n_ramp,
                             .ramp = hire->ramp };
    }
}

/* ---- who goes ---- */

/* A rep by name, where it stands. @return -1 once the problem is told */
static int32_t
find_or_tell(const dd_roster *self, const char *name, const dd_place *place,
             const dd_past *past, dd_error *err)
{
    int32_t rep = find(self, name);
    const char *near;
    size_t named = 0;
    int gone = 0, listed = past->n_reps == 0;

    if (rep >= 0)
        return rep;
    while (named < self->n_known && self->name[named] != NULL)
        named++;
    for (size_t i = 0; i < past->n_reps; i++)
        listed |= strcmp(past->reps[i].name, name) == 0;
    for (size_t i = 0; i < past->owners.n; i++)
        gone |= strcmp(past->owners.items[i], name) == 0;
    gone |= past->n_reps > 0 && listed;
    near = dd_did_you_mean(name, self->name, named);
    if (gone && !listed)
        dd_error_add(err, DD_EDATA, place, name, "a rep of that file",
                     "'%s' owns deals but is not in the file of reps", name);
    else if (gone)
        dd_error_add(err, DD_EDATA, place, name, "someone who is there at as-of",
                     "'%s' is not there any more", name);
    else
        dd_error_add(err, DD_EDATA, place, name,
                     near != NULL ? near
                                  : "an owner of open deals, or of the file of reps",
                     "unknown owner");
    return -1;
}

/* When, and not twice. */
static dd_status
take_leave(dd_roster *self, const dd_leave *leave, size_t rep, const dd_roster_of *of,
           dd_error *err)
{
    char date[16], known[16];
    double leaves = day_of(of, leave->date);

    dd_day_format(leave->date, date);
    if (leave->date <= of->as_of)
        return dd_error_add(err, DD_EDATA, &leave->date_place, date, "a day after as-of",
                            "nobody can leave on %s: the past is known up to %s", date,
                            dd_day_format(of->as_of, known));
    if (isfinite(self->rep[rep].leaves) && self->rep[rep].leaves <= leaves)
        return dd_error_add(
            err, DD_EDATA, &leave->place, leave->owner,
            "someone who is still there then", "'%s' is gone already on %s",
            leave->owner,
            dd_day_format(of->as_of + 1 + (dd_day) self->rep[rep].leaves, known));
    if (self->rep[rep].starts >= leaves)
        return dd_error_add(err, DD_EDATA, &leave->date_place, date,
                            "a day after the first one at work",
                            "'%s' has not started by then", leave->owner);
    self->rep[rep].leaves = leaves;
    self->n_leavers++;
    return DD_OK;
}

static dd_status
take_leaves(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    dd_status status = DD_OK;

    for (size_t i = 0; i < self->rules->said.n_leaves; i++) {
        const dd_leave *leave = &self->rules->said.leaves[i];
        dd_status one = DD_EDATA;
        int32_t rep = -1;
        size_t before = 0;
        while (strcmp(self->rules->said.leaves[before].owner, leave->owner) != 0)
            before++;
        if (before < i)
            dd_error_add(err, DD_EDATA, &leave->place, leave->owner,
                         "one date for each leaver", "'%s' leaves twice", leave->owner);
        else
            rep = find_or_tell(self, leave->owner, &leave->place, of->past, err);
        if (rep >= 0)
            one = take_leave(self, leave, (size_t) rep, of, err);
        status = one ? one : status;
    }
    return status;
}

/* Once it is known who goes when. */
static dd_status
name_heir(dd_roster *self, const dd_leave *leave, const dd_roster_of *of, dd_error *err)
{
    int32_t rep = find(self, leave->owner), heir;
    char date[16];

    if (leave->to == NULL)
        return DD_OK;
    heir = find_or_tell(self, leave->to, &leave->to_place, of->past, err);
    if (heir < 0)
        return DD_EDATA;
    if (heir == rep)
        return dd_error_add(err, DD_EDATA, &leave->to_place, leave->to, "somebody else",
                            "'%s' cannot hand over to the same rep", leave->owner);
    if (self->rep[heir].leaves <= day_of(of, leave->date))
        return dd_error_add(
            err, DD_EDATA, &leave->to_place, leave->to, "someone who stays longer",
            "'%s' hands over to '%s', who leaves on %s", leave->owner, leave->to,
            dd_day_format(of->as_of + 1 + (dd_day) self->rep[heir].leaves, date));
    if (self->rep[heir].starts > day_of(of, leave->date))
        return dd_error_add(
            err, DD_EDATA, &leave->to_place, leave->to, "someone who is there by then",
            "'%s' hands over to '%s', who starts on %s", leave->owner, leave->to,
            dd_day_format(of->as_of + 1 + (dd_day) self->rep[heir].starts, date));
    if (rep >= 0)
        self->rep[rep].heir = heir;
    return DD_OK;
}

/* ---- all of them ---- */

static dd_status
change_people(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    dd_status status = DD_OK, one;

    for (size_t i = 0; i < self->rules->said.n_hires; i++) {
        one = check_hire(&self->rules->said.hires[i], of, err);
        status = one ? one : status;
        add_hires(self, &self->rules->said.hires[i], of);
    }
    one = take_leaves(self, of, err);
    status = one ? one : status;
    for (size_t i = 0; i < self->rules->said.n_leaves; i++) {
        one = name_heir(self, &self->rules->said.leaves[i], of, err);
        status = one ? one : status;
    }
    return status;
}

dd_status
dd_roster_people(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    size_t most = count_known(of);
    dd_status status;

    for (size_t i = 0; i < self->rules->said.n_hires; i++)
        most += (size_t) self->rules->said.hires[i].count;
    if (most > DD_ROSTER_MOST)
        return dd_error_add(err, DD_EDATA, &self->rules->said.place, NULL,
                            "at most 20000",
                            "%zu reps are too many to be played one by one", most);
    self->rep = calloc(most + 1, sizeof *self->rep);
    self->name = calloc(most + 1, sizeof *self->name);
    self->of_deal = calloc(of->book->n + 1, sizeof *self->of_deal);
    if (self->rep == NULL || self->name == NULL || self->of_deal == NULL)
        return dd_error_no_memory(err);
    status = add_known(self, of, err);
    if (status)
        return status;
    status = hand_out(self, of, err);
    return status ? status : change_people(self, of, err);
}
