#!/usr/bin/env python3
"""Runs clang-tidy over src/bulkhead, once per content: a file found clean is not checked again.

Usage: tidy.py BUILD_DIR [PATH_PREFIX...]   (BUILD_DIR holds compile_commands.json)
What a file's verdict depends on is its own text, that of the project's headers it reaches, its
compile command, .clang-tidy and the version of the tool; their hash names the remembered verdict.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

TIDY = "clang-tidy-19"
ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s*["<](bulkhead/[^">]+)[">]', re.MULTILINE)


def closure(path):
    """The file and every header of the project that it reaches, sorted."""
    seen, queue = {path}, [path]
    while queue:
        text = queue.pop().read_text(encoding="utf-8", errors="replace")
        for target in INCLUDE.findall(text):
            header = SOURCES / target
            if header not in seen and header.exists():
                seen.add(header)
                queue.append(header)
    return sorted(seen)


def fingerprint(entry, common):
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for path in closure(pathlib.Path(entry["file"])):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def check(build, path):
    """(exit code, output) of clang-tidy on one file."""
    done = subprocess.run(
        [TIDY, "-p", str(build), "--quiet", "--extra-arg=-Wno-unknown-warning-option", str(path)],
        capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    prefixes = [str((ROOT / prefix).resolve()) for prefix in sys.argv[2:]] or [str(SOURCES)]
    clean = build / "tidy-clean"
    clean.mkdir(exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()

    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if any(entry["file"].startswith(prefix) for prefix in prefixes)]
    stale = []
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        mark = clean / fingerprint(entry, common)
        if not mark.exists():
            stale.append((pathlib.Path(entry["file"]), mark))
    print(f"clang-tidy: {len(stale)} of {len(entries)} files to check")

    failed = 0
    jobs = int(os.environ.get("JOBS") or os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = [(path, mark, pool.submit(check, build, path)) for path, mark in stale]
        for path, mark, done in running:
            code, output = done.result()
            if code == 0:
                mark.touch()
            else:
                failed += 1
                print(f"{path.relative_to(ROOT)}\n{output}", flush=True)
    print(f"clang-tidy: {failed} files with complaints")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
