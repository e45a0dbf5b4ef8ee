#!/usr/bin/env python3
"""Core archives take nothing from libm but the operations that IEEE 754 rounds correctly.

Usage: core_symbols.py ARCHIVE...
The forbidden names are those that the machine's own libm defines, so none can be forgotten.
"""
import pathlib
import subprocess
import sys

ALLOWED = {"fma", "sqrt", "floor", "ceil", "trunc"}


def names(arguments):
    """Symbol names that nm prints, without version suffixes."""
    done = subprocess.run(["nm", "-P", *arguments], capture_output=True, text=True, check=True)
    words = (line.split() for line in done.stdout.splitlines())
    return {fields[0].split("@")[0] for fields in words if len(fields) >= 2}


def libm_names():
    path = subprocess.run(["g++", "-print-file-name=libm.so.6"], capture_output=True, text=True,
                          check=True).stdout.strip()
    found = names(["-D", "--defined-only", path])
    if "exp" not in found or "pow" not in found:
        sys.exit(f"core_symbols: {path} does not look like libm")
    return found


def main():
    archives = sys.argv[1:]
    if not archives:
        sys.exit("usage: core_symbols.py ARCHIVE...")
    forbidden = libm_names() - ALLOWED
    complaints = 0
    for archive in archives:
        for name in sorted(names(["-u", archive]) & forbidden):
            print(f"{pathlib.Path(archive).name}: takes {name} from libm")
            complaints += 1
    print(f"core_symbols: {f'{complaints} complaints' if complaints else 'ok'} "
          f"in {len(archives)} archives")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
