"""W1 given the same collapse: CHANCES.csv holds a deal's chance and amount.

A line each for NumPy and, where it is installed, numba: name, CPU seconds (median of
three), mean and standard deviation of the amount won.
"""
import sys
import time

import numpy

path, trials = sys.argv[1], int(sys.argv[2])
chance, amount = numpy.loadtxt(path, delimiter=",", unpack=True)
chance = chance.astype(numpy.float32)


def numpy_play(seed):
    rng = numpy.random.Generator(numpy.random.SFC64(seed))
    won = numpy.empty(trials)
    for first in range(0, trials, 100):
        u = rng.random((min(100, trials - first), chance.size), dtype=numpy.float32)
        won[first:first + 100] = (u < chance) @ amount
    return won


def numba_play(seed):
    numpy.random.seed(seed)
    won = numpy.empty(trials)
    for trial in range(trials):
        total = 0.0
        for deal in range(chance.size):
            total += amount[deal] * (numpy.random.random() < chance[deal])
        won[trial] = total
    return won


def measure(name, play):
    seconds = []
    for seed in range(3):
        start = time.process_time()
        won = play(seed)
        numpy.quantile(won, [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
        seconds.append(time.process_time() - start)
    print(name, sorted(seconds)[1], won.mean(), won.std(ddof=1), flush=True)


measure("NumPy", numpy_play)
try:
    import numba
except ImportError:
    sys.exit()
numba_play = numba.njit(numba_play)
numba_play(0)  # compiled before it is timed
measure("numba", numba_play)
