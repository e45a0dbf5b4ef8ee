#!/usr/bin/env python3
"""Text hygiene: small files, short lines, nothing left unfinished, nothing of one machine.

Usage: text.py [ROOT]
"""
import re

import sources

FILE_LINES_MAX = 500
LINE_COLUMNS_MAX = 100

CODE = {".h", ".cc", ".py", ".proto", ".cmake", ".sol", ".ts", ".tsx", ".svelte", ".sh"}

# Put together from halves so that this file passes its own check.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK|st" r"ub)\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9._-])/(wo" r"rk|ro" r"ot|fa" r"rm|ho" r"me)/")
REGISTRY_HOST = re.compile(r"https?://[^/\s]*\b(regi" r"stry|repo[0-9]?|mir" r"ror|pro" r"xy"
                           r"|py" r"pi|npm" r"js|cra" r"tes|artif" r"actory|nex" r"us)\b")
LINK = re.compile(r"https?://")
INCLUDE_OR_GUARD = re.compile(r"^\s*#\s*(include|ifndef|define)\b")


def is_code(name, text):
    named = name.name in ("CMakeLists.txt", "Makefile")
    return name.suffix in CODE or named or text.startswith("#!")


def text_of(path):
    """The file's text, or None when it is not text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def check_code(name, lines):
    if len(lines) > FILE_LINES_MAX:
        yield f"{name}: {len(lines)} lines, more than {FILE_LINES_MAX}"
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_COLUMNS_MAX and not LINK.search(line) \
                and not INCLUDE_OR_GUARD.match(line):
            yield f"{name}:{number}: {len(line)} columns, more than {LINE_COLUMNS_MAX}"


def check_words(name, lines):
    for number, line in enumerate(lines, start=1):
        for what, pattern in (("an unfinished place", UNFINISHED),
                              ("a path of one machine", MACHINE_PATH),
                              ("the host of a package registry", REGISTRY_HOST)):
            match = pattern.search(line)
            if match:
                yield f"{name}:{number}: {what}: {match.group(0).strip()}"


def check(root):
    complaints = []
    for name in sources.files_of(root):
        if name.parts[0] == "testdata" or name.name == "LICENSE":
            continue
        text = text_of(root / name)
        if text is None:
            continue
        lines = text.splitlines()
        if is_code(name, text):
            complaints.extend(check_code(name, lines))
        complaints.extend(check_words(name, lines))
    return complaints


if __name__ == "__main__":
    sources.run(check)
