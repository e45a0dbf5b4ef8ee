#!/usr/bin/env python3
"""A room includes only from rooms above it, and only from those that its CMakeLists names.

Usage: include_order.py [ROOT]
"""
import re

import sources

DECLARATION = re.compile(r"bulkhead_room\(\s*(\w+)([^)]*)\)")
KEYWORDS = {"DEPS", "LINK", "TEST_LINK"}


def declared_deps(root, room):
    """The rooms after DEPS in the room's CMakeLists.txt; None when there is no such file."""
    path = root / "src" / "bulkhead" / room / "CMakeLists.txt"
    if not path.exists():
        return None
    match = DECLARATION.search(path.read_text(encoding="utf-8"))
    section, deps = None, []
    for word in match.group(2).split() if match else []:
        if word in KEYWORDS:
            section = word
        elif section == "DEPS":
            deps.append(word)
    return deps


def reachable(root, room):
    """Every room that a room sees through its declared dependencies; None when it declares none."""
    if declared_deps(root, room) is None:
        return None
    seen, queue = {room}, [room]
    while queue:
        for dep in declared_deps(root, queue.pop()) or []:
            if dep not in seen:
                seen.add(dep)
                queue.append(dep)
    return seen


def check(root):
    complaints, reach = [], {}
    for room, name in sources.rooms_files(root):
        if room not in sources.TIER_OF:
            complaints.append(f"{name}: {room} is not a room of the design")
            continue
        if room not in reach:
            reach[room] = reachable(root, room)
        for line, _, target in sources.includes_of(root, name):
            parts = target.split("/")
            if parts[0] != "bulkhead" or len(parts) < 3 or parts[1] == room:
                continue
            other = parts[1]
            if other not in sources.TIER_OF:
                complaints.append(f"{name}:{line}: {other} is not a room of the design")
            elif sources.TIER_OF[other] >= sources.TIER_OF[room]:
                complaints.append(f"{name}:{line}: {room} must not include {other}, "
                                  "which does not stand above it")
            elif reach[room] is not None and other not in reach[room]:
                complaints.append(f"{name}:{line}: {room} includes {other}, "
                                  f"which its CMakeLists.txt does not name in DEPS")
    return complaints


if __name__ == "__main__":
    sources.run(check)
