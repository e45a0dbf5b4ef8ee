#!/usr/bin/env python3
"""Counts test cases over a ctest run, so that a case skipped inside a passing program still shows.

Usage: test_summary.py CTEST_JUNIT_XML GTEST_RESULTS_DIR
Prints the names of skipped and failed cases and ends with "N passed, N failed, N skipped".
Exit code 1 when a case failed or when there was none.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


def cases_of_program(path):
    """(name, status) of every case in one GoogleTest result file."""
    for case in xml.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed"
        elif case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed"):
            yield name, "skipped"
        else:
            yield name, "passed"


def cases_of_run(junit, results):
    """(name, status) of every case a program wrote down; of the test itself where none did."""
    words = {"run": "passed", "fail": "failed", "notrun": "skipped", "disabled": "skipped"}
    for test in xml.parse(junit).getroot().iter("testcase"):
        status = words.get(test.get("status"), "failed")
        written = results / f"{test.get('name')}.xml"
        cases = list(cases_of_program(written)) if written.exists() else []
        yield from ((f"{test.get('name')}: {name}", case) for name, case in cases)
        # A program that died after or before its cases counts for itself.
        if not cases or (status == "failed" and all(case != "failed" for _, case in cases)):
            yield test.get("name"), status


def main():
    cases = list(cases_of_run(sys.argv[1], pathlib.Path(sys.argv[2])))
    for word in ("skipped", "failed"):
        for name, status in cases:
            if status == word:
                print(f"{word}: {name}")
    count = {word: sum(status == word for _, status in cases)
             for word in ("passed", "failed", "skipped")}
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
