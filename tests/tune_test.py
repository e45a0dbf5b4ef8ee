#!/usr/bin/env python3
"""`bulkhead tune` on a generated market: the same numbers for any number of threads, results that
are used again, torn files that are not, and what is said of a grid that cannot be.

Usage: tune_test.py BULKHEAD
"""
import html.parser
import json
import pathlib
import shutil
import tempfile
import unittest

from cli_support import Case, run

GRID = {"axes": [
    {"name": "deadline", "settings": [{"name": "short", "parameters": {"ladder": {"calls": {
        "deadline": {"calm": "1h", "normal": "1h", "high": "1h", "extreme": "1h"}}}}}]},
    {"name": "rho", "margin": True, "settings": [{"name": "0.60", "parameters": {
        "risk": {"maintenance": 6000}, "ladder": {"levels": {"maintenance_bp": 6000}},
        "models": {"flat": {"maintenance": 6000}, "scenario_grid": {"maintenance": 6000}}}}]}],
    "points": [{"name": "late", "parameters": {"ladder": {"levels": {"call_bp": 8500}}}}]}
POINTS = ["as shipped", "liquidate-only", "deadline: short", "rho: 0.60",
          "liquidate-only, rho: 0.60", "late"]
SMALL = ["--windows", "synthetic", "--hours", "64", "--accounts", "25", "--scenarios", "102",
         "--tightness", "1.5"]


class Tags(html.parser.HTMLParser):
    """Counts elements, and notes anything that a page of its own would have to fetch."""

    def __init__(self, text):
        super().__init__()
        self.count = {}
        self.outside = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        self.outside += [value for name, value in attrs if name in ("src", "href")]


def without_counts(answer):
    return {name: value for name, value in answer.items()
            if name not in ("computed", "reused", "torn")}


class Tune(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grid = cls.folder / "grid.json"
        cls.grid.write_text(json.dumps(GRID, indent=1))
        cls.out = cls.folder / "first"
        done = run("tune", *SMALL, "--confirm", 1, "--grid", cls.grid, "--threads", 2, "--out",
                   cls.out, "--json")
        assert done.returncode == 0, done.stderr
        assert done.stderr == "", done.stderr
        cls.first = json.loads(done.stdout)

    def again(self, out, *options, confirm=1):
        return self.answer("tune", *SMALL, "--grid", self.grid, "--out", out, "--confirm", confirm,
                           *options)

    def copy(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "out"
        shutil.copytree(self.out, folder)
        return folder

    def stored(self, out):
        return sorted((out / "points").glob("*.json"))

    def test_every_point_is_run_and_told(self):
        self.assertEqual([p["name"] for p in self.first["points"]], POINTS)
        self.assertEqual(self.first["reused"], 0)
        self.assertEqual(self.first["computed"],
                         len(POINTS) + len(self.first["other_seeds"]))
        shipped, plain = (self.first["points"][i]["windows"][0] for i in (0, 1))
        self.assertGreater(shipped["calls"], 0)
        self.assertGreater(shipped["sequestrations"], 0)
        self.assertEqual(plain["calls"] + plain["sequestrations"], 0)
        self.assertGreater(plain["liquidations"], 0)
        self.assertEqual(shipped["opening_equity"], plain["opening_equity"], "the same members")
        self.assertGreater(shipped["tied_up"], shipped["sequestered"])
        self.assertLess(shipped["tied_up"], shipped["collateral"])
        figures = [json.dumps(p["windows"]) for p in self.first["points"]]
        self.assertGreaterEqual(len(set(figures)), 5, "policies make a difference")

    def test_the_edge_holds_ladders_that_no_other_beats(self):
        def costs(point):
            f = point["windows"][0]
            return (f["bad_debt"] + f["insurance"] + f["avoidable_loss"], f["tied_up"],
                    f["calls"] / f["accounts"])
        ladders = [p for p in self.first["points"] if p["ladder"]]
        edge = [p["name"] for p in ladders if not any(
            all(a <= b for a, b in zip(costs(q), costs(p))) and costs(q) != costs(p)
            for q in ladders)]
        self.assertEqual(self.first["windows"][0]["edge"], edge)
        self.assertEqual(self.first["within_five_percent"], self.first["gap"] <= 0.05)

    def test_threads_make_no_difference(self):
        one = self.again(self.folder / "one", "--threads", 1)
        self.assertEqual(one["reused"], 0)
        self.assertEqual(without_counts(one), without_counts(self.first))
        names = [p.name for p in self.stored(self.folder / "one")]
        self.assertEqual(names, [p.name for p in self.stored(self.out)])
        for first, other in zip(self.stored(self.out), self.stored(self.folder / "one")):
            self.assertEqual(first.read_bytes(), other.read_bytes())
        self.assertEqual((self.folder / "one" / "tune.html").read_text(),
                         (self.out / "tune.html").read_text())

    def test_a_second_call_computes_nothing(self):
        out = self.copy()
        again = self.again(out)
        self.assertEqual((again["computed"], again["torn"]), (0, 0))
        self.assertEqual(again["reused"], self.first["computed"])
        self.assertEqual(without_counts(again), without_counts(self.first))

    def test_what_was_interrupted_goes_on_and_what_is_torn_is_computed_again(self):
        out = self.copy()
        files = self.stored(out)
        files[0].unlink()
        files[1].write_bytes(files[1].read_bytes()[:100])
        files[2].write_text(files[2].read_text().replace('"calls":', '"calls":1', 1))
        (out / "points" / (files[3].stem + ".json.part")).write_text("{")
        again = self.again(out)
        self.assertEqual((again["computed"], again["torn"]), (3, 2))
        self.assertEqual(without_counts(again), without_counts(self.first))
        for first, other in zip(self.stored(self.out), self.stored(out)):
            self.assertEqual(first.read_bytes(), other.read_bytes())

    def test_other_inputs_are_other_runs(self):
        out = self.copy()
        longer = dict(GRID, points=[*GRID["points"], {"name": "dwell", "parameters": {
            "ladder": {"dwell": {"calm": "1h", "normal": "1h", "high": "1h", "extreme": "1h"}}}}])
        grid = self.folder / "longer.json"
        grid.write_text(json.dumps(longer))
        more = self.answer("tune", *SMALL, "--confirm", 0, "--grid", grid, "--out", out)
        self.assertEqual((more["computed"], more["reused"]), (1, len(POINTS)))
        self.assertEqual(more["points"][:-1], [
            dict(p, on_edge=q["on_edge"]) for p, q in zip(self.first["points"], more["points"])])
        other = self.again(out, "--seed", 2, confirm=0)
        self.assertEqual(other["reused"], 0)

    def test_the_page_stands_alone_and_begins_with_pictures(self):
        page = (self.out / "tune.html").read_text()
        tags = Tags(page)
        self.assertEqual(tags.outside, [])
        self.assertEqual(tags.count["svg"], 5)
        self.assertLess(page.index("<svg"), page.index("<table"))
        for name in POINTS:
            self.assertIn(name, page)

    def test_text_for_people(self):
        text = self.ok("tune", *SMALL, "--confirm", 1, "--grid", self.grid, "--out", self.copy())
        for part in ["synthetic-1", "gap to the efficient edge", "Chosen: ", "reused", "tune.html"]:
            self.assertIn(part, text)

    def test_the_shipped_grid_can_be_printed_and_changed(self):
        grid = json.loads(self.ok("tune", "--print-grid"))
        self.assertEqual([axis["name"] for axis in grid["axes"]],
                         ["levels", "dwell", "k", "deadline", "look-ahead", "omega", "rho"])

    def test_what_cannot_be_is_named(self):
        bad = self.folder / "bad.json"
        out = ["--out", self.folder / "never"]
        for grid, parts in [
                ('{"axes": [\n{"name": "x"}]}', [f"{bad}:2", "axes[0].settings"]),
                ('{"points": [{"name": "x", "parameters": {"ladder": {"levels":\n'
                 '{"call_bp": 7000}}}}]}', [f"{bad}:2", "call_bp", "sequester_bp"]),
                ('{"points": [{"name": "x", "parameters": {"ladder": {"lev": 1}}}]}',
                 ["points[0].parameters.ladder.lev"]),
                ('{"draw": 3}', ["draw", "draws"]),
                ('{"axes": [', [str(bad)])]:
            bad.write_text(grid)
            self.refused(["tune", *SMALL, "--grid", bad, *out], *parts)
        for options, parts in [
                (["--windows", "synthetic"], ["--out"]),
                (["--windows", "terra-2022", *out], ["--data"]),
                (["--windows", "nowhere", *out], ["nowhere"]),
                (["--windows", "synthetic,synthetic", *out], ["each window once"]),
                (["--windows", "synthetic@2022-05-11", *out], ["NAME@FROM..TO"]),
                (["--windows", "synthetic", "--threads", "0", *out], ["--threads"]),
                (["--windows", "synthetic", "--grid", "/nowhere.json", *out], ["/nowhere.json"])]:
            self.refused(["tune", *options], *parts)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
