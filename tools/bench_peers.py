#!/usr/bin/env python3
"""Peers of the kernels in numpy and scipy, as JSON: seconds of processor time per item.

Usage: bench_peers.py   (prints {} where numpy or scipy is not installed)
"""
import json
import time

REPEATS = 5


def timed(work, items):
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        seconds.append((time.process_time() - start) / items)
    seconds.sort()
    return {"least_ns": seconds[0] * 1e9, "median_ns": seconds[len(seconds) // 2] * 1e9,
            "repeats": REPEATS}


def main():
    try:
        import numpy
        from scipy import sparse
        from scipy.special import ndtr
    except ImportError:
        print(json.dumps({}))
        return
    draw = numpy.random.default_rng(1)
    options = 4096
    forward = draw.uniform(50, 150, options)
    strike = draw.uniform(100, 110, options)
    deviation = draw.uniform(0.14, 0.56, options)

    def black():
        for _ in range(50):
            ratio = numpy.log(forward / strike) / deviation
            forward * ndtr(ratio + deviation / 2) - strike * ndtr(ratio - deviation / 2)

    accounts, instruments, positions, scenarios = 256, 2000, 12, 4096
    lots = sparse.csr_matrix(
        (draw.integers(-1000, 1000, accounts * positions).astype(float),
         draw.integers(0, instruments, accounts * positions),
         numpy.arange(0, accounts * positions + 1, positions)), shape=(accounts, instruments))
    moves = draw.uniform(-6e7, 6e7, (instruments, scenarios))
    tail = scenarios // 40

    def shortfalls():
        pnl = lots @ moves
        numpy.partition(pnl, tail, axis=1)[:, :tail].mean(axis=1)

    vectors = lots @ moves

    print(json.dumps({
        "option, numpy and scipy": timed(black, 50 * options),
        "account, scipy and numpy.partition": timed(shortfalls, accounts),
        "tail element, numpy.partition": timed(
            lambda: numpy.partition(vectors, tail, axis=1), accounts * scenarios),
    }))


if __name__ == "__main__":
    main()
