#!/usr/bin/env python3
"""The venues' own margin models on the command line: one, all side by side, cases from a file.

Usage: cli_venues_test.py BULKHEAD [unittest arguments]
"""
import json
import unittest

from cli_support import EXAMPLES, Case, run


class VenueModels(Case):
    TIER = {"id": "tier", "input": {"mr_core": 40000, "mr7_raw": 30000,
                                    "tiers": [[10000, 1], [70000, 2]]},
            "expected": {"mr7_adj": 50000, "mmr": 50000}}
    MODELS = ["derive-pmrm1", "derive-pmrm2", "deribit-pm", "paradex-pm", "okx-pm"]

    def cases(self, **expected):
        path = self.folder / "cases.json"
        case = {**self.TIER, "expected": {**self.TIER["expected"], **expected}}
        path.write_text(json.dumps({"title": "tiers", "cases": [case]}))
        return path

    def test_cases_are_reproduced(self):
        answer = self.answer("margin", "--cases", self.cases())
        self.assertEqual([answer["reproduced"], answer["differing"]], [1, 0])
        self.assertEqual(answer["cases"][0]["outcome"], "reproduced")
        self.assertIn("mr7_adj", self.ok("margin", "--cases", self.cases()))

    def test_a_case_that_differs_fails(self):
        result = run("margin", "--cases", self.cases(mmr=50001), "--json")
        self.assertEqual(result.returncode, 1)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["cases"][0]["outcome"], "differs")
        figure = answer["cases"][0]["figures"][1]
        self.assertEqual([figure["computed"], figure["within"]], [50000, False])
        self.assertIn("differs", run("margin", "--cases", self.cases(mmr=50001)).stdout)
        self.ok("margin", "--cases", self.cases(mmr=50001), "--tolerance", "0.001")

    def test_a_figure_that_nothing_computes_fails(self):
        result = run("margin", "--cases", self.cases(other=1))
        self.assertEqual(result.returncode, 1)
        self.assertIn("expected.other", result.stdout)

    def test_bad_files(self):
        path = self.folder / "bad.json"
        path.write_text('{\n"cases": []}')
        self.refused(["margin", "--cases", path], f"{path}:2: ", "cases")
        self.refused(["margin", "--cases", self.folder / "none.json"], "none.json", "io_error")
        self.refused(["margin", "--cases", self.cases(), "--tolerance", "2"], "--tolerance", "2")

    def test_every_model_margins_the_example(self):
        for model in self.MODELS:
            answer = self.answer("margin", EXAMPLES / "portfolio.json", "--model", model)["margin"]
            self.assertEqual(answer["model"], model)
            self.assertAlmostEqual(sum(part["initial"] for part in answer["parts"]),
                                   answer["initial"], places=6)
            self.assertGreater(answer["initial"], answer["maintenance"])
            self.assertTrue(answer["date"] and answer["source"])
            self.assertIn(model, self.ok("margin", EXAMPLES / "portfolio.json", "--model", model))

    def test_all_models_side_by_side(self):
        answer = self.answer("margin", EXAMPLES / "portfolio.json", "--model", "all")
        models = {one["model"]: one for one in answer["models"]}
        self.assertEqual(set(models), {"scenario_es", "scenario_grid", "flat", *self.MODELS})
        self.assertIn("rates", models["flat"]["failure"])
        known = {name: one["margin"]["initial"] for name, one in models.items()
                 if "margin" in one}
        self.assertEqual(answer["cheapest"], min(known, key=known.get))
        self.assertEqual(answer["dearest"], max(known, key=known.get))
        own = self.answer("margin", EXAMPLES / "portfolio.json")["detail"]["requirement"]
        self.assertAlmostEqual(known["scenario_es"], float(own["initial"]), places=5)
        text = self.ok("margin", EXAMPLES / "portfolio.json", "--model", "all")
        self.assertIn(f"{answer['dearest']} asks most", text)

    def test_prices_are_all_that_a_venue_needs(self):
        document = json.loads((EXAMPLES / "portfolio.json").read_text())
        del document["scenario_set"]
        path = self.folder / "bare.json"
        path.write_text(json.dumps(document))
        whole = self.answer("margin", EXAMPLES / "portfolio.json", "--model", "derive-pmrm2")
        self.assertEqual(self.answer("margin", path, "--model", "derive-pmrm2")["margin"],
                         whole["margin"])
        models = self.answer("margin", path, "--model", "all")["models"]
        self.assertIn("scenario_set", models[0]["failure"])
        self.assertIn("margin", models[-1])

    def test_numbers_of_ones_own(self):
        path = self.folder / "mine.json"
        numbers = json.loads(self.ok("venues", "derive-pmrm1"))
        numbers["derive_pmrm1"]["initial_factor"] = 2.5
        numbers["version"] = 77
        path.write_text(json.dumps(numbers))
        book = EXAMPLES / "portfolio.json"
        shipped = self.answer("margin", book, "--model", "derive-pmrm1")["margin"]
        mine = self.answer("margin", book, "--model", "derive-pmrm1",
                           "--venue-parameters", path)["margin"]
        self.assertEqual(mine["version"], 77)
        self.assertAlmostEqual(mine["initial"], 2 * shipped["initial"], places=6)
        self.assertEqual(mine["maintenance"], shipped["maintenance"])
        self.refused(["margin", book, "--model", "okx-pm", "--venue-parameters", path],
                     "model", "derive-pmrm1", "okx-pm")
        numbers["derive_pmrm1"]["scenarios"] = []
        path.write_text(json.dumps(numbers))
        self.refused(["margin", book, "--model", "derive-pmrm1", "--venue-parameters", path],
                     "mine.json", "derive_pmrm1.scenarios")

    def test_listing(self):
        listing = self.answer("venues")["models"]
        self.assertEqual([one["model"] for one in listing], self.MODELS)
        self.refused(["venues", "nobody"], "MODEL", "nobody")


if __name__ == "__main__":
    unittest.main()
