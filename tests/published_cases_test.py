#!/usr/bin/env python3
"""The published files of cases whole, as they are, on the command line: a credit support annex,
Maker's auctions, Synthetix's margins. A file with one expected figure moved must fail.

Usage: published_cases_test.py BULKHEAD VECTORS [unittest arguments]; without VECTORS it is skipped,
under CI=true it fails.
"""
import json
import os
import pathlib
import sys
import unittest

VECTORS = pathlib.Path(sys.argv.pop(2))

from cli_support import Case, run  # noqa: E402  (reads argv too)


class Published(Case):
    def moved(self, name, change):
        file = json.loads((VECTORS / name).read_text())
        change(file["cases"])
        path = self.folder / pathlib.Path(name).name
        path.write_text(json.dumps(file))
        return path

    def test_credit_support_annex(self):
        name = "risk/isda_csa_delivery_return.json"
        answer = self.answer("csa", "--cases", VECTORS / name)
        cases = json.loads((VECTORS / name).read_text())["cases"]
        self.assertGreaterEqual(len(answer["cases"]), len(cases))
        self.assertEqual(answer["otherwise"], 0)
        self.assertTrue(all("expected" in one for one in answer["cases"]))

        def change(cases):
            cases[0]["expected_isda_rule"] += 0.5
        self.assertEqual(run("csa", self.moved(name, change)).returncode, 1)

    def test_auctions(self):
        name = "margin/maker_clip.json"
        answer = self.answer("auction", "--cases", VECTORS / name)
        cases = json.loads((VECTORS / name).read_text())["cases"]
        self.assertEqual([answer["reproduced"], answer["differing"], answer["told"]],
                         [len(cases), 0, 0])

        def change(cases):
            cases[0]["expected"]["slice"] *= 1 + 1e-8
        self.assertEqual(run("auction", "--cases", self.moved(name, change)).returncode, 1)

    def test_perpetuals(self):
        name = "margin/synthetix_v3_perps.json"
        answer = self.answer("margin", "--cases", VECTORS / name)
        cases = json.loads((VECTORS / name).read_text())["cases"]
        self.assertEqual([answer["reproduced"], answer["differing"], answer["without_model"]],
                         [len(cases), 0, 0])

        def change(cases):
            cases[0]["expected"]["available_margin"] += 0.01
        self.assertEqual(run("margin", "--cases", self.moved(name, change)).returncode, 1)


if __name__ == "__main__":
    if not VECTORS.is_dir():
        if os.environ.get("CI") == "true":
            sys.exit("the shared vectors are required in continuous integration")
        sys.exit(77)
    unittest.main()
