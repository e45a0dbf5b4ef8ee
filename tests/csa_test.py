#!/usr/bin/env python3
"""Delivery and return amounts of a credit support annex on the command line: both forms of a case,
edges worked by hand, and what is refused.

Usage: csa_test.py BULKHEAD [unittest arguments]
"""
import json
import unittest

from cli_support import Case, run


class CreditSupportAnnex(Case):
    def cases(self, **terms):
        case = {"name": "one", "terms": {"posted": [{"value": "5"}], "margin": "15",
                                         "rounding": "0.5", **terms}}
        path = self.folder / "cases.json"
        path.write_text(json.dumps({"cases": [case]}))
        return path

    # Cases of finos/common-domain-model, DeliveryAmountTest and ReturnAmountTest.
    def test_published_cases(self):
        for terms, delivery, back in [({}, "10.000000", "0.000000"),
                                      ({"threshold": "10"}, "0.000000", "0.000000"),
                                      ({"independent_amount": "18"}, "13.000000", "0.000000"),
                                      ({"posted": [{"value": "15"}], "margin": "5"},
                                       "0.000000", "10.000000")]:
            amounts = self.answer("csa", self.cases(**terms), "--json")["cases"][0]["amounts"]
            self.assertEqual(amounts["delivery"], delivery)
            self.assertEqual(amounts["return"], back)
        self.assertIn("10.00", self.ok("csa", self.cases()))

    def published(self, **inputs):
        given = {"posted": 5, "haircut": 0, "fxHaircut": 0, "disputedPosted": 0,
                 "priorDelivery": 0, "priorReturn": 0, "disputedTransferred": 0,
                 "marginAmount": 15, "threshold": 0, "approach": "Allocated",
                 "marginAmountIA": None, "mta": 0, "rounding": 0.5, "disputedCall": 0} | inputs
        return {"fn": "DeliveryAmount", "name": "one", "inputs": given, "published_cdm": 1,
                "cdm_formula_recomputed": 1, "usable": True}

    # The form in which those cases were published, with what the agreement's text gives.
    def test_published_form_is_read_as_it_is(self):
        path = self.folder / "published.json"
        haircuts = self.published(haircut=0.1, fxHaircut=0.08, rounding=0.01)
        greater = self.published(approach="GreaterOf", marginAmountIA=18, threshold=10)
        items = self.published(posted=[{"value": 3}, {"value": 2, "haircut": 0.5}])
        path.write_text(json.dumps({
            "source": "a remark", "rule": "another",
            "cases": [haircuts | {"expected_isda_rule": 10.9},
                      greater | {"expected_isda_rule": 13.0}],
            "extra_cases": [items | {"expected_isda_rule": 11.0}]}))
        found = self.answer("csa", path, "--json")
        self.assertEqual([one["amounts"]["delivery"] for one in found["cases"]],
                         ["10.900000", "13.000000", "11.000000"])
        path.write_text(json.dumps({"cases": [haircuts | {"expected_isda_rule": 11.3}]}))
        done = run("csa", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not so", done.stdout)
        for inputs, *words in [({"mta": -1}, "cases[0].inputs.mta", "-1"),
                               ({"haircut": 1.5}, "cases[0].inputs.haircut", "1.5"),
                               ({"approach": "Both"}, "approach", "Distinct"),
                               ({"approach": "GreaterOf"}, "marginAmountIA"),
                               ({"posted": "five"}, "posted", "five"),
                               ({"postd": 1}, "postd")]:
            path.write_text(json.dumps({"cases": [self.published(**inputs)]}))
            self.refused(["csa", path], *words)

    # By hand from the rule at the head of policy/csa.h: 5 posted against 15, or 15 against 5.
    def test_edges_of_the_published_form(self):
        back = {"posted": 15, "marginAmount": 5}
        cases = []
        for expected, inputs in [
                (8, {"approach": "GreaterOf", "marginAmountIA": 10, "threshold": 2}),
                (13, {"approach": "GreaterOf", "marginAmountIA": 18, "threshold": "Infinity"}),
                (10, {"approach": "Distinct", "marginAmountIA": 18}), (10, {"approach": None}),
                (0, {"threshold": "Infinity"}), (0, {"threshold": 1e300}), (10, {"threshold": 0}),
                (0, {"threshold": 15}), (10, {"mta": 10}), (0, {"mta": 10.000001}),
                (0, {"mta": "Infinity"}), (12, {"mta": 10, "rounding": 4}),
                (0, {"mta": 11, "rounding": 4}), (10.123456, {"marginAmount": 15.123456,
                                                              "rounding": 0}),
                (10, {"rounding": None}), (15, {"posted": None}), (15, {"posted": []}),
                (10.5, {"posted": [3, {"value": 2}], "haircut": 0.1}),
                (15, {"haircut": 0.6, "fxHaircut": 0.3, "additionalHaircut": 0.2}),
                (11.9, {"additionalHaircut": 0.2, "haircut": 0.1, "fxHaircut": 0.08,
                        "rounding": 0.01}),
                (0, {"disputedCall": 11}), (0, {"posted": 15}), (0, {"posted": 20}),
                (0, {"posted": 0, "marginAmount": 0}), (22, {"priorReturn": 12}),
                (0.3, {"posted": 0, "marginAmount": 0.1 + 0.2, "rounding": 0.01})]:
            cases.append(self.published(**inputs) | {"expected_isda_rule": expected})
        for expected, inputs in [
                (8, {"rounding": 4}), (9, {"rounding": 3}), (10, {"mta": 10}), (0, {"mta": 10.01}),
                (0, {"posted": 5}), (15, {"threshold": "Infinity"}), (0, {"disputedCall": 10}),
                (0, {"approach": "GreaterOf", "marginAmountIA": 18}), (0, {"rounding": 11}),
                (9.999999, {"posted": 14.999999, "rounding": 0}), (13, {"priorDelivery": 3})]:
            cases.append(self.published(**back | inputs) |
                         {"fn": "ReturnAmount", "expected_isda_rule": expected})
        path = self.folder / "edges.json"
        path.write_text(json.dumps({"cases": cases}))
        done = run("csa", "--cases", path, "--json")
        wrong = [(case["inputs"], one) for case, one
                 in zip(cases, json.loads(done.stdout)["cases"]) if not one["as_expected"]]
        self.assertEqual(wrong, [])
        self.assertEqual(done.returncode, 0)
        least = {"inputs": {"marginAmount": 15}}
        path.write_text(json.dumps({"cases": [least]}))
        self.assertEqual(self.answer("csa", path)["cases"][0]["amounts"]["delivery"], "15.000000")
        for inputs, *words in [({"marginAmount": -1}, "marginAmount", "-1"),
                               ({"threshold": -1}, "threshold", "-1"), ({"posted": -5}, "posted"),
                               ({"posted": [1, -5]}, "posted[1]"),
                               ({"mta": "never"}, "mta", "never"),
                               ({"marginAmount": "Infinity"}, "marginAmount"),
                               ({"marginAmount": 0.1234567}, "marginAmount", "6 decimals"),
                               ({"rounding": -0.5}, "rounding", "-0.5")]:
            path.write_text(json.dumps({"cases": [self.published(**inputs)]}))
            self.refused(["csa", path], *words)
        self.refused(["csa"], "--cases")
        self.refused(["csa", path, "--cases", path], "once")

    def test_bad_terms_are_named(self):
        self.refused(["csa", self.cases(margin="-1")], "cases[0].terms.margin", "-1")
        self.refused(["csa", self.cases(posted=[{"value": "5", "haircut_bp": 10001}])],
                     "cases[0].terms.posted[0].haircut_bp", "10001")
        self.refused(["csa", self.cases(rounding="0")], "rounding")
        self.refused(["csa", self.cases(marign="1")], "marign")
        path = self.folder / "none.json"
        path.write_text('{"cases": []}')
        self.refused(["csa", path], "cases")


if __name__ == "__main__":
    unittest.main()
