"""W1 in NumPy, given the same collapse: CHANCES.csv holds a deal's chance and amount.

Prints CPU seconds (median of three), mean and standard deviation of the amount won.
"""
import sys
import time

import numpy

path, trials = sys.argv[1], int(sys.argv[2])
chance, amount = numpy.loadtxt(path, delimiter=",", unpack=True)
chance = chance.astype(numpy.float32)
seconds = []
for seed in range(3):
    start = time.process_time()
    rng = numpy.random.Generator(numpy.random.SFC64(seed))
    won = numpy.empty(trials)
    for first in range(0, trials, 100):
        u = rng.random((min(100, trials - first), chance.size), dtype=numpy.float32)
        won[first:first + 100] = (u < chance) @ amount
    numpy.quantile(won, [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
    seconds.append(time.process_time() - start)
print(sorted(seconds)[1], won.mean(), won.std(ddof=1))
