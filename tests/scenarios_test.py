#!/usr/bin/env python3
"""Every scenario is told to the engine; docs/rules.md is what they and scenarios/rules.txt give;
and the table of rules is printed, with what is missing.

Usage: scenarios_test.py BULKHEAD REPOSITORY
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def main():
    bulkhead, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    complaints = []
    told = run(bulkhead, "scenario", f"{root}/scenarios", "--quiet")
    print(told.stdout + told.stderr)
    if told.returncode != 0:
        complaints.append("a scenario is not met")

    table = run(bulkhead, "scenario", "--rules", f"{root}/scenarios")
    if table.returncode != 0:
        complaints.append("no table of rules: " + table.stderr)
    page = root / "docs" / "rules.md"
    if not page.exists() or page.read_text(encoding="utf-8") != table.stdout:
        complaints.append("docs/rules.md is out of date: "
                          "bulkhead scenario --rules scenarios/ > docs/rules.md")
    for row in table.stdout.splitlines():
        if row.startswith("| D") and not row.endswith("| shown |"):
            print(re.sub(r"\(\.\./[^)]*\)", "", row))

    # What somebody might try stands in a list of its own, each with a scenario.
    tried = table.stdout.partition("## Exploits")[2]
    for exploit in ("asset that has no price any more", "hedge a book, withdraw",
                    "long and short on two accounts of one member", "split a book",
                    "put off a call for ever by promises", "a stale asset at its last good price",
                    "free assets out at the moment the call arrives", "and let it expire",
                    "so that a competitor is called for more", "a competitor liquidated by order"):
        if exploit not in tried:
            complaints.append(f"no scenario in which this exploit is tried: {exploit}")

    # A scenario with one number changed fails, with its line, what was expected and what was so.
    source = root / "scenarios" / "D8.1-call-restores-the-target-and-is-rounded-up.scn"
    with tempfile.TemporaryDirectory() as folder:
        wrong = pathlib.Path(folder) / "wrong.scn"
        text = source.read_text(encoding="utf-8").replace("common/desk",
                                                          f"{root}/scenarios/common/desk")
        wrong.write_text(text.replace("amount=1200", "amount=1190"), encoding="utf-8")
        told = run(bulkhead, "scenario", str(wrong))
        line = next(i for i, l in enumerate(text.splitlines(), 1) if "amount=1200" in l)
        for part in (f"{wrong}:{line}", "amount = 1190", "amount = 1200"):
            if told.returncode != 1 or part not in told.stdout:
                complaints.append(f"a false scenario is not refused with {part}: {told.stdout}")
        log = run(bulkhead, "scenario", str(source), "--log", f"{folder}/log")
        verified = run(bulkhead, "verify", f"{folder}/log", "--key", f"{folder}/log.vkey")
        if log.returncode != 0 or verified.returncode != 0:
            complaints.append("a scenario's log does not verify: " + log.stderr + verified.stderr)
    for complaint in complaints:
        print("COMPLAINT:", complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
