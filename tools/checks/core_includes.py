#!/usr/bin/env python3
"""Core rooms include no header that brings clocks, threads, chance, libm, files or hash order.

Tests are free of this: they compare with libm and draw random cases.
Usage: core_includes.py [ROOT]
"""
import sources

FORBIDDEN = {
    "cmath": "use base/elementary.h, whose bits do not depend on the compiler",
    "math.h": "use base/elementary.h, whose bits do not depend on the compiler",
    "complex": "its functions come from libm",
    "random": "use base/random.h, which is counter-based",
    "chrono": "time is passed in as base/time.h Timestamp",
    "ctime": "time is passed in as base/time.h Timestamp",
    "thread": "parallelism is passed in as base/executor.h Executor",
    "future": "parallelism is passed in as base/executor.h Executor",
    "mutex": "the core has a single writer",
    "unordered_map": "its order depends on the library",
    "unordered_set": "its order depends on the library",
    "iostream": "the core does no input or output",
    "fstream": "the core does no input or output",
    "filesystem": "the core does no input or output",
}


def check(root):
    complaints = []
    for room, name in sources.rooms_files(root):
        if room not in sources.CORE_ROOMS or name.stem.endswith("_test"):
            continue
        for line, kind, target in sources.includes_of(root, name):
            if kind == "<" and target in FORBIDDEN:
                complaints.append(f"{name}:{line}: <{target}> in a core room: {FORBIDDEN[target]}")
    return complaints


if __name__ == "__main__":
    sources.run(check)
