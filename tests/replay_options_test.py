#!/usr/bin/env python3
"""Replays three hours of the cascade of October 2025 with 80 or 200 accounts under the options that
change policy, members, custodian and wallet, and compares what they come to.

Usage: replay_options_test.py BULKHEAD DATA_DIR
Exit code 77 (skipped) when there is no recorded data; with CI=true that is a failure.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

WINDOW = ["--window", "cascade-2025", "--from", "2025-10-10T20:00Z", "--to", "2025-10-10T23:00Z",
          "--scenarios", "200", "--json"]


class ReplayOptions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_replay(self, *options, until=None, accounts=80):
        window = [*WINDOW, "--accounts", str(accounts)]
        if until:
            window[window.index("--to") + 1] = until
        command = [BULKHEAD, "replay", *window, "--data", DATA, "--out", str(self.path / "out"),
                   *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def replay(self, *options, **where):
        run = self.run_replay(*options, **where)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def policy(self, name, **levels):
        text = subprocess.run([BULKHEAD, "parameters"], capture_output=True, text=True, check=True)
        parameters = json.loads(text.stdout)
        parameters["ladder"]["levels"].update(levels)
        path = self.path / f"{name}.json"
        path.write_text(json.dumps(parameters))
        return str(path)

    def test_a_policy_compared_with_itself_makes_no_difference(self):
        result = self.replay("--compare", self.policy("same"))
        self.assertEqual(result["other_policy"], "same")
        self.assertGreater(result["totals"]["calls"], 0)
        self.assertEqual(result["totals"], result["other_totals"])

    def test_a_policy_that_calls_earlier_calls_more(self):
        early = self.policy("early", release_bp=13000, target_bp=12000, watch_bp=11500,
                            call_bp=11000, sequester_bp=9500)
        result = self.replay("--compare", early)
        self.assertGreater(result["other_totals"]["calls"], result["totals"]["calls"])
        page = (self.path / "out" / "report.html").read_text()
        self.assertIn("Against early", page)
        self.assertIn("would have recovered", page)
        swapped = self.replay("--policy", early, "--no-compare")
        self.assertEqual(swapped["policy"], "early")
        self.assertNotIn("other_totals", swapped)

    def test_hostile_members_dispute_and_ask_for_more_than_they_may(self):
        meek = self.replay("--no-compare", accounts=200)["totals"]
        hostile = self.replay("--no-compare", "--hostile", "1", "--verify", accounts=200)
        self.assertEqual(hostile["verified"], "ok")
        self.assertEqual(meek["disputes"], 0)
        self.assertGreater(hostile["totals"]["disputes"], 0)
        self.assertLess(hostile["totals"]["calls_met"], meek["calls_met"])

    def test_a_custodian_that_is_down_confirms_nothing(self):
        usual = self.replay("--no-compare")["totals"]
        down = self.replay("--no-compare", "--custodian", "down", "--verify")
        self.assertEqual(down["verified"], "ok")
        self.assertLess(down["totals"]["sequestrations_final"], usual["sequestrations_final"])

    def test_a_planner_that_answers_is_followed_and_costs_no_more(self):
        totals = self.replay("--no-compare", "--planner", "program", "--verify")["totals"]
        self.assertGreater(totals["plans"], 0)
        self.assertEqual(totals["plans_refused"], 0)
        self.assertLessEqual(totals["plan_cost"], totals["plain_cost"])
        report = (self.path / "out" / "report.html").read_text()
        self.assertIn("where the core&#39;s own would cost", report)

    def test_every_default_ends_whatever_the_planner_does(self):
        for kind in ["killed", "hung", "late", "lying"]:
            with self.subTest(kind):
                replay = self.replay("--no-compare", "--planner", kind, until="2025-10-11T04:00Z")
                totals = replay["totals"]
                self.assertGreater(totals["defaults"], 0)
                if kind in ("late", "lying"):
                    self.assertGreater(totals["plans_refused"], 0)
                log = self.path / "out" / "log"
                plans = subprocess.run([BULKHEAD, "plan", str(log), "--json"], capture_output=True,
                                       text=True, check=True)
                self.assertEqual(json.loads(plans.stdout)["accounts"], [])

    def test_a_plan_can_be_asked_of_a_log(self):
        self.replay("--no-compare", "--planner", "program")
        log = str(self.path / "out" / "log")
        records = subprocess.run([BULKHEAD, "log", log, "--kind", "plan_accepted"],
                                 capture_output=True, text=True, check=True).stdout.splitlines()
        accepted = json.loads(records[0])["event"]["event"]
        told = accepted["plan_accepted"]
        run = subprocess.run([BULKHEAD, "plan", log, "--at", accepted["time"], "--account",
                              accepted["account"], "--json"],
                             capture_output=True, text=True, check=True)
        answer = json.loads(run.stdout)["accounts"][0]
        self.assertEqual(answer["command"]["lines"], told["lines"])
        text = subprocess.run([BULKHEAD, "plan", log, "--at", accepted["time"]],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("expected cost", text)

    def test_a_warning_moves_collateral_out_of_the_wallet_before_it_fails(self):
        failure = ["--no-compare", "--wallet-failure", "2025-10-10T22:30Z"]
        late = self.replay(*failure)["totals"]
        warned = self.replay(*failure, "--wallet-warning", "2025-10-10T21:30Z")["totals"]
        self.assertLess(warned["wallet_loss"], late["wallet_loss"] / 2)
        self.assertGreater(warned["mean_sequestered"], late["mean_sequestered"])

    def test_what_cannot_be_is_named(self):
        for options, words in [(["--custodian", "lazy"], "custodian = lazy"),
                               (["--planner", "wise"], "planner = wise"),
                               (["--hostile", "2"], "--hostile"),
                               (["--compare", "/nowhere.json"], "/nowhere.json"),
                               (["--wallet-warning", "2020-01-01"], "wallet_warning")]:
            run = self.run_replay(*options)
            self.assertNotEqual(run.returncode, 0, options)
            self.assertIn(words, run.stderr)


if __name__ == "__main__":
    BULKHEAD, DATA = sys.argv[1:]
    if not pathlib.Path(DATA).is_dir():
        if os.environ.get("CI") == "true":
            sys.exit(f"CI=true but {DATA} is missing")
        print(f"skipped: no recorded data in {DATA}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
