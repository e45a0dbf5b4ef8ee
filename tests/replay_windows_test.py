#!/usr/bin/env python3
"""Replays the worst 24 hours of each recorded window with 200 accounts, verifies the log, and asks
that things happened; and a control book of holders who owe nothing, to whom nothing may happen.

Usage: replay_windows_test.py BULKHEAD DATA_DIR WINDOW|control
Exit code 77 (skipped) when there is no recorded data; with CI=true that is a failure.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Window: begin and end of its worst day, and how near to its margin the book begins.
WORST_DAY = {
    "black-thursday-2020": ("2020-03-12T06:00Z", "2020-03-13T06:00Z", "1.0"),
    "terra-2022": ("2022-05-11T12:00Z", "2022-05-12T12:00Z", "1.2"),
    "usdc-depeg-2023": ("2023-03-10T22:00Z", "2023-03-11T22:00Z", "1.6"),
    "cascade-2025": ("2025-10-10T12:00Z", "2025-10-11T12:00Z", "1.0"),
}

# What a window's book must show at least: a check that nothing ran would pass silently otherwise.
AT_LEAST = {
    "calls": 20,
    "calls_met": 10,
    "sequestrations_final": 10,
    "releases": 5,
    "defaults": 3,
    "withdrawals_refused": 1,
    "acts_blocked": 1,
}
# When the venue's own wallet fails, in the one window that is run under liquidate-only too.
WALLET_FAILURE = ("cascade-2025", "2025-10-10T21:30Z")
NONE_IN_CONTROL = ["calls", "sequestrations", "defaults", "liquidation_fills", "bad_debt"]


def replay(bulkhead, data, window, out, extra):
    begin, end, tightness = WORST_DAY[window]
    command = [bulkhead, "replay", "--window", window, "--data", data, "--from", begin, "--to", end,
               "--accounts", "200", "--seed", "1", "--tightness", tightness, "--verify", "--json",
               "--out", str(out), *extra]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"replay of {window} ended with {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def check_window(result, window):
    totals = result["totals"]
    missing = [f"{name} {totals[name]:g} < {least}"
               for name, least in AT_LEAST.items() if totals[name] < least]
    print(window, {name: totals[name] for name in AT_LEAST}, "verified:", result["verified"])
    if missing:
        sys.exit(f"{window}: " + ", ".join(missing))


def check_wallet(result):
    """What was sequestered is not in the venue's wallet, so its failure costs owners less."""
    ladder, other = result["totals"], result["other_totals"]
    print("wallet failed: owners lose", ladder["wallet_loss"], "against", other["wallet_loss"])
    if not 0 < ladder["wallet_loss"] < other["wallet_loss"]:
        sys.exit("segregation saved nothing when the wallet failed")
    if not 0 < ladder["wallet_losers"] < other["wallet_losers"]:
        sys.exit("as many accounts lose with the ladder as without")


def check_control(result):
    totals = result["totals"]
    if totals["wallet_losers"] != result["accounts"]:
        sys.exit(f"of {result['accounts']} holders {totals['wallet_losers']} lose in the wallet")
    happened = [f"{name} {totals[name]:g}" for name in NONE_IN_CONTROL if totals[name] != 0]
    print("control", {name: totals[name] for name in NONE_IN_CONTROL})
    if happened:
        sys.exit("a book that owes nothing saw " + ", ".join(happened))


def main():
    bulkhead, data, window = sys.argv[1:]
    if not pathlib.Path(data).is_dir():
        if os.environ.get("CI") == "true":
            sys.exit(f"CI=true but {data} is missing")
        print(f"skipped: no recorded data in {data}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        failure = ["--wallet-failure", WALLET_FAILURE[1]]
        if window == "control":
            extra = ["--unlevered", "--no-compare", *failure]
            result = replay(bulkhead, data, "cascade-2025", out, extra)
        elif window == WALLET_FAILURE[0]:
            result = replay(bulkhead, data, window, out, failure)
            check_wallet(result)
        else:
            result = replay(bulkhead, data, window, out, ["--no-compare"])
        if result["verified"] != "ok":
            sys.exit(f"{window}: verification says {result['verified']}")
        if not (out / "report.html").stat().st_size > 20_000:
            sys.exit(f"{window}: the report is empty")
    if window == "control":
        check_control(result)
    else:
        check_window(result, window)


if __name__ == "__main__":
    main()
