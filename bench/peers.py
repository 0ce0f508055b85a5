"""Peers in Python: a line each, name, CPU seconds (median of three), mean and standard
deviation of what is won. numba is left out where it is not installed.

W1 CHANCES.csv TRIALS: given the same collapse; a deal's chance and amount a row.
W3 RISKS.csv TRIALS DAYS REPS VISITS NEW_PER_VISIT: week by week, rep by rep; two rows a
stage, to advance and to leave: visits, then 16 each of the hazard behind a band, its age
and days per unit of hazard, then the total.
"""
import sys
import time

import numpy

workload, path, trials = sys.argv[1], sys.argv[2], int(sys.argv[3])


def measure(name, play):
    seconds = []
    for seed in range(3):
        start = time.process_time()
        won = play(seed)
        numpy.quantile(won, [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
        seconds.append(time.process_time() - start)
    print(name, sorted(seconds)[1], won.mean(), won.std(ddof=1), flush=True)


def measure_compiled(play):
    try:
        import numba
    except ImportError:
        return
    play = numba.njit(play)
    play(0)  # compiled before it is timed
    measure("numba", play)


if workload == "W1":
    chance, amount = numpy.loadtxt(path, delimiter=",", unpack=True)
    chance = chance.astype(numpy.float32)
else:
    table = numpy.loadtxt(path, delimiter=",")
    visits, hazard = table[:, 0].copy(), table[:, 1:17].copy()
    age, per_hazard = table[:, 17:33].copy(), table[:, 33:49].copy()
    total = table[:, 49].copy()
    stages = len(table) // 2
    days, reps = float(sys.argv[4]), int(sys.argv[5])
    visits_per_week, new_per_visit = float(sys.argv[6]), float(sys.argv[7])


def numpy_w1(seed):
    rng = numpy.random.Generator(numpy.random.SFC64(seed))
    won = numpy.empty(trials)
    for first in range(0, trials, 100):
        u = rng.random((min(100, trials - first), chance.size), dtype=numpy.float32)
        won[first:first + 100] = (u < chance) @ amount
    return won


def numba_w1(seed):
    numpy.random.seed(seed)
    won = numpy.empty(trials)
    for trial in range(trials):
        total = 0.0
        for deal in range(chance.size):
            total += amount[deal] * (numpy.random.random() < chance[deal])
        won[trial] = total
    return won


def numba_w3(seed):
    numpy.random.seed(seed)
    won = numpy.zeros(trials)
    stage = numpy.zeros(4096, numpy.int64)
    left = numpy.zeros((4096, 2))  # further days: to advance at full speed, to leave
    for trial in range(trials):
        for rep in range(reps):
            n = 0
            day = 0.0
            while day < days:
                week = min(7.0, days - day)
                demand = 0.0
                for i in range(n):
                    demand += visits[2 * stage[i]]
                speed = min(1.0, visits_per_week / demand) if demand > 0 else 1.0
                spare = max(visits_per_week - demand, 0.0)
                more = numpy.random.poisson(new_per_visit * spare / 7 * week)
                old, n, i = n, n + more, 0
                for k in range(old, n):
                    stage[k] = -1
                while i < n:
                    stay = week
                    over = False
                    if stage[i] < 0:
                        stay = week * numpy.random.random()
                    while True:
                        if stage[i] >= 0:
                            advance = left[i, 0] / speed
                            if min(advance, left[i, 1]) > stay:
                                left[i, 0] -= stay * speed
                                left[i, 1] -= stay
                                break
                            if advance > left[i, 1]:
                                over = True
                                break
                            stay -= advance
                        stage[i] += 1
                        if stage[i] == stages:
                            won[trial] += 1
                            over = True
                            break
                        for risk in range(2):
                            row = 2 * stage[i] + risk
                            spend = -numpy.log(1.0 - numpy.random.random())
                            left[i, risk] = numpy.inf
                            if spend < total[row]:
                                band = 0
                                while band < 15 and hazard[row, band + 1] <= spend:
                                    band += 1
                                left[i, risk] = (age[row, band]
                                                 + (spend - hazard[row, band])
                                                 * per_hazard[row, band])
                    if over:
                        n -= 1
                        stage[i] = stage[n]
                        left[i, 0] = left[n, 0]
                        left[i, 1] = left[n, 1]
                    else:
                        i += 1
                day += week
    return won


if workload == "W1":
    measure("NumPy", numpy_w1)
    measure_compiled(numba_w1)
else:
    measure_compiled(numba_w3)
