#!/usr/bin/env python3
"""Dutch auctions on the command line: cases from a file, with figures that must be found and such
that must not, and the direct form.

Numbers are Maker's (makerdao/dss, commit fa4f663, src/test/clip.t.sol, abaci.t.sol, dog.sol) or
worked by hand from the formulas of clip.sol, dog.sol and abaci.sol, as said beside them.

Usage: auction_test.py BULKHEAD [unittest arguments]
"""
import json
import unittest

from cli_support import Case, run

FIXTURE = {"spot_collateral": 4, "buf": 1.25, "cut": 0.99, "step_s": 1, "cusp": 0.3,
           "tail_s": 3600, "tab": 110, "lot": 40, "dust": 20, "chop": 1.1, "chost": 22,
           "debt": 100, "collateral": 40}


def case(name, expected, **given):
    return {"id": name, "source": "by hand", "input": given, "expected": expected}


class Auctions(Case):
    def file(self, *cases, fixture=FIXTURE, **more):
        path = self.folder / "auctions.json"
        path.write_text(json.dumps({"schema": "margin-vectors/1", "title": "auctions",
                                    "fixture": fixture, "cases": list(cases), **more}))
        return path

    def hold(self, *cases, **file):
        answer = self.answer("auction", "--cases", self.file(*cases, **file))
        for one in answer["cases"]:
            self.assertEqual(one["outcome"], "reproduced", one)
        self.assertEqual([answer["reproduced"], answer["differing"]], [len(cases), 0])
        return answer

    def wrong(self, one, *outcomes, **file):
        """The case's figures, in order, have these outcomes; the exit code says so."""
        done = run("auction", "--cases", self.file(one, **file), "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["cases"][0]["outcome"], "differs")
        self.assertEqual([f["outcome"] for f in answer["cases"][0]["figures"]], list(outcomes))
        return answer["cases"][0]


class Bids(Auctions):
    def test_published(self):
        self.hold(
            case("over tab", {"price": 5, "slice": 22, "owe": 110, "returned_to_owner": 18,
                              "auction_over": True}, t=0, amt=25, max=5),
            case("at tab", {"slice": 22, "owe": 110, "returned_to_owner": 18, "tab_left": 0,
                            "lot_left": 0}, t=0, amt=22, max=5),
            case("under tab", {"owe": 55, "tab_left": 55, "lot_left": 29, "auction_over": False},
                 t=0, amt=11, max=5),
            # 5·0.99^69 = 2.49916…; the debt left, 10.03…, is a loss.
            case("full lot", {"slice": 40, "owe_approx": 100, "owe_tol": 0.1,
                              "auction_over": True, "returned_to_owner": 0},
                 t=69, amt=40, max=2.5),
            case("crumbs", {"tab_left": 22, "lot_left": 22.4, "slice": 17.6}, t=0, amt=18))

    def test_several_bids_at_their_own_prices(self):
        bids = [{"t": 0, "amt": 10}, {"t": 30, "amt": "rest"}]
        self.hold(case("two", {"after_first": {"owe": 50, "tab": 60, "lot": 30},
                               "price_t30": 3.698501866941401, "price_at_30": 3.698501866941401,
                               "second_slice": 16.22278483520653, "second_owe": 60,
                               "last_owe": 60, "owe": 60, "total_owe": 110,
                               "total_slice": 26.22278483520653, "auction_over": True,
                               "returned_to_owner": 13.77721516479347}, bids=bids))
        # A halving each 10 s: 8, 8, 4, 2. Four bids for 2 coins each, 100 to raise.
        halving = {"cut": 0.5, "step_s": 10, "buf": 2, "tab": 100, "lot": 100, "chost": 0,
                   "cusp": 0}
        four = [{"t": t, "amt": 2} for t in (0, 9, 10, 29)]
        self.hold(case("four", {"first_price": 8, "second_owe": 16, "third_price": 4,
                                "bid_4_owe": 4, "after_second": {"tab_left": 68, "lot_left": 96},
                                "after_bid_3": {"tab": 60, "refused": False},
                                "tab_left": 56, "lot_left": 92, "total_owe": 44,
                                "auction_over": False}, bids=four, **halving))

    def test_refusals_are_figures(self):
        bids = [{"t": 0, "amt": 18}, {"t": 0, "amt": 1}, {"t": 0, "amt": 10}, {"t": 1, "amt": 1}]
        answer = self.hold(
            case("too dear", {"refused": True, "price": 5, "tab_left": 110, "lot_left": 40,
                              "auction_over": False}, t=0, amt=22, max=4),
            case("at its limit", {"refused": False}, t=2, amt=10, max=4.9005),
            case("too late", {"refused": True, "needs_redo": True}, t=3601, amt=1, cusp=0),
            # The first bid is cut to leave 22; then only the whole 22 may be bought, 4.4 coins.
            case("crumbs", {"first_refused": False, "second_refused": True, "third_slice": 4.4,
                            "fourth_refused": True, "returned_to_owner": 0,
                            "after_third": {"returned_to_owner": 18, "auction_over": True}},
                 bids=bids))
        self.assertIn("all of it or nothing", answer["cases"][3]["notes"][0])
        self.assertIn("over", answer["cases"][3]["notes"][1])

    def test_what_a_case_sets_decides_what_follows_from_it(self):
        self.hold(
            case("top", {"top": 10, "price": 10, "owe": 10, "tab_left": 100}, t=0, amt=1,
                 spot_collateral=8),
            case("given", {"price": 7}, t=0, amt=1, top=7),
            case("chost", {"chost": 33, "tab_left": 33}, t=0, amt=18, dust=30),
            case("own chost", {"chost": 50, "tab_left": 50}, t=0, amt=18, chost=50),
            case("none", {"tab_left": 20}, t=0, amt=18, chost=0),
            # A room of 55 seizes debt 50 and 20 coins; 55 is raised by 11 of them.
            case("seized", {"tab": 55, "lot": 20, "slice": 11, "returned_to_owner": 9},
                 Hole=55, t=0, amt=20))


class Seizures(Auctions):
    def test_published_and_by_hand(self):
        self.hold(
            case("Hole", {"tab": 75, "lot": 27.27272727272727, "debt_left": 31.818181818181827,
                          "debt_taken": 68.18181818181817, "bark_refused": False}, Hole=75),
            case("dust", {"tab": 80, "lot": 32, "debt_left": 20, "collateral_left": 8},
                 hole=80, chop=1.0),
            # One more and the rest would be dust: all of it, beyond the room.
            case("all", {"tab": 100, "lot": 40, "debt_left": 0, "collateral_left": 0},
                 hole=81, chop=1.0),
            # The least room counts: 110 − 50 = 60 of all, 70 − 4 = 66 of this collateral.
            case("used", {"tab": 60, "debt_taken": 54.54545454545455}, Hole=110, Dirt=50, hole=70,
                 dirt=4),
            # In decimals 79.2 / 1.1 leaves 28 of 100, exactly the dust.
            case("at dust", {"tab": 79.2, "debt_left": 28}, hole=79.2, dust=28),
            # test_bark_not_leaving_dust_rate: rate 1.02, hole and dust in money of today.
            case("rate", {"tab": 81.6, "lot": 32, "debt_left": 20, "collateral_left": 8},
                 hole=81.6, chop=1, rate=1.02, dust=20.4),
            case("full", {"bark_refused": True}, Hole=100, Dirt=100),
            case("too little", {"bark_refused": True}, Hole=10),
            case("none", {"tab": 110, "lot": 40, "debt_left": 0}))
        self.wrong(case("full", {"tab": 0, "lot": 0}, Hole=100, Dirt=101), "not_computed",
                   "not_computed")


class Curves(Auctions):
    def test_published_and_by_hand(self):
        linear = [1000, 900, 800, 500, 100, 0]
        self.hold(
            case("linear", {"price": linear}, top=1000, tau_s=3600,
                 t=[0, 360, 720, 1800, 3240, 3600]),
            case("exponential", {"price": [4000, 2000, 1000, 500, 250], "abs_tol": 0.001},
                 top=4000, cut_per_s=0.999230132966, t=[0, 900, 1800, 2700, 3600]),
            case("between", {"price_at_0.5": 8, "price_t1": 4, "price": 2}, top=16, cut_per_s=0.25,
                 t=1.5),
            case("steps", {"price": [100, 100, 81, 81, 65.61]}, top=100, cut=0.81, step_s=90,
                 t=[0, 89.9, 90, 179, 180]),
            case("named", {"price": 50}, top=100, curve="linear", tau_s=10, cut=0.5, t=5),
            case("flat", {"price": 5}, cut=1, t=1000))

    def test_resets(self):
        reset = {"cusp": 0.5, "tail_s": 3600, "new_spot": 3}
        self.hold(
            case("tail", {"needs_redo_at_3600": False, "needs_redo_at_3601": True,
                          "top_after_redo": 3.75}, linear_tau_s=36000, **reset),
            case("cusp", {"needs_redo_at_1800": False, "needs_redo_at_1801": True},
                 linear_tau_s=3600, **reset),
            case("list", {"needs_redo": [False, True]}, linear_tau_s=3600, t=[1800, 1801], **reset),
            # 0.7² is the cusp to the last decimal: not below it.
            case("decimal", {"needs_redo": [False, True]}, cut=0.7, cusp=0.49, t=[2, 3]),
            # Begun anew after 1801 s at 3 · 1.25; 900 s later 3/4 of that.
            case("redo", {"first_refused": True, "second_price": 2.8125, "second_owe": 28.125,
                          "needs_redo_at_2701": False, "top_after_redo": 3.75,
                          "price_at_900": 3.75},
                 linear_tau_s=3600, cusp=0.5, tail_s=3600,
                 bids=[{"t": 1801, "amt": 1}, {"t": 1801, "new_spot": 3},
                       {"t": 2701, "amt": 10}]))


class WhatIsWrong(Auctions):
    def test_figures_that_differ(self):
        self.wrong(case("a", {"slice": 22, "owe": 110.001}, t=0, amt=25), "agrees", "differs")
        self.wrong(case("a", {"auction_over": False}, t=0, amt=25), "differs")
        self.wrong(case("a", {"owe_approx": 100, "owe_tol": 0.01}, t=69, amt=40), "differs")
        self.wrong(case("a", {"price": [5, 4.95, 4.9]}, t=[0, 1, 2]), "agrees", "agrees", "differs")
        self.wrong(case("a", {"after_first": {"tab": 61}}, t=0, amt=10), "differs")
        path = self.file(case("a", {"owe": 110.001}, t=0, amt=25))
        self.ok("auction", "--cases", path, "--tolerance", "1e-4")
        done = run("auction", "--cases", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("differs", done.stdout)
        near = self.file(case("a", {"owe_approx": 100, "owe_tol": 0.1}, t=69, amt=40))
        self.assertIn("agrees: within 0.1", self.ok("auction", "--cases", near))

    def test_figures_that_cannot_be_computed(self):
        for expected, given, why in [
                ({"slice": 1}, {"t": 0, "amt": 1, "max": 4}, "limit"),
                ({"slice": 1}, {"t": 0}, "no bid"),
                ({"third_owe": 1}, {"bids": [{"t": 0, "amt": 1}]}, "1 in all"),
                ({"price": 1}, {"t": 0, "tau_s": None, "cut": None, "curve": "linear"}, "tau_s"),
                ({"price": [1, 2]}, {"t": [0]}, "1"),
                ({"price": 5}, {"t": [0]}, "1"),
                ({"debt_left": 1}, {"debt": None}, "debt"),
                ({"top_after_redo": 1}, {}, "new_spot")]:
            found = self.wrong(case("a", expected, **given), "not_computed")
            self.assertIn(why, found["figures"][0]["note"])
        done = run("auction", "--cases", self.file(case("a", {"slice": 1}, t=0)))
        self.assertIn("not computed: there is no bid", done.stdout)

    def test_keys_that_are_not_known(self):
        for expected, given, *words in [
                ({"slise": 1}, {"t": 0, "amt": 1}, "cases[0] (a).expected.slise", "slice"),
                ({"after_first": {"owed": 1}}, {"t": 0, "amt": 1}, "after_first.owed", "tab_left"),
                ({"after_zeroth": {"owe": 1}}, {"t": 0, "amt": 1}, "after_zeroth"),
                ({"price_t": 1}, {"t": 0}, "price_t"),
                ({"slice_tol": 1}, {"t": 0, "amt": 1}, "slice_tol"),
                ({"slice_approx": 1}, {"t": 0, "amt": 1}, "slice_approx", "slice_tol"),
                ({"auction_over": 1}, {"t": 0, "amt": 1}, "auction_over", "true or false"),
                ({"slice": True}, {"t": 0, "amt": 1}, "slice", "a number"),
                ({"owe": None}, {"t": 0, "amt": 1}, "owe", "a number"),
                ({}, {"spto": 4}, "input.spto", "spot_collateral"),
                ({}, {"cut": 1.5}, "input.cut", "1.5"),
                ({}, {"cut": "0.9"}, "input.cut", "0.9"),
                ({}, {"lot": 0}, "input.lot"),
                ({}, {"tau_s": 1, "linear_tau_s": 2}, "tau_s"),
                ({}, {"tau_s": 1, "cut_per_s": 0.5}, "curve", "exponential"),
                ({}, {"curve": "cubic"}, "cubic", "stepwise"),
                ({}, {"amt": 1}, "input.t"),
                ({}, {"t": 0, "amt": "all"}, "all", "rest"),
                ({}, {"t": 0, "amt": 1, "bids": []}, "amt"),
                ({}, {"bids": []}, "bids"),
                ({}, {"bids": [{"amt": 1}]}, "bids[0]"),
                ({}, {"bids": [{"t": 1, "amt": 1, "mx": 2}]}, "bids[0].mx"),
                ({}, {"bids": [{"t": 1, "amt": 1}, {"t": 0, "amt": 1}]}, "bids[1].t", "before"),
                ({}, {"bids": [{"t": 1, "amt": 1, "new_spot": 2}]}, "bids[0]")]:
            path = self.file(case("a", expected, **given))
            self.refused(["auction", "--cases", path], path, *words)

    def test_bad_files(self):
        good = case("a", {"price": 5}, t=0)
        self.refused(["auction", "--cases", self.folder / "none.json"], "none.json", "io_error")
        for arguments, word in [({"cases": ()}, "cases"),
                                ({"cases": (good,), "fixture": {"spt": 1}}, "fixture.spt"),
                                ({"cases": (good,), "fixtures": {}}, "fixtures"),
                                ({"cases": ({**good, "expect": {}},)}, "expect"),
                                ({"cases": ({"id": "a", "expected": {}},)}, "input")]:
            cases = arguments.pop("cases")
            self.refused(["auction", "--cases", self.file(*cases, **arguments)], word)
        self.refused(["auction", "--cases", self.file(good), "--spot", "4"], "--spot")

    def test_a_case_that_expects_nothing_is_told(self):
        path = self.file(case("a", {}, t=0, amt=11))
        answer = self.answer("auction", "--cases", path)
        self.assertEqual([answer["told"], answer["reproduced"]], [1, 0])
        told = {f["name"]: f["computed"] for f in answer["cases"][0]["figures"]}
        self.assertEqual([told["owe"], told["tab_left"], told["auction_over"]],
                         ["55", "55", "false"])
        self.assertIn("expect nothing", self.ok("auction", "--cases", path))


class Direct(Auctions):
    ASK = ["auction", "--spot", "4", "--debt", "110", "--lot", "40"]

    def test_the_path(self):
        answer = self.answer(*self.ASK)
        self.assertEqual([answer["top"], answer["path"][0]["price"]], [5, 5])
        # 0.99^119 > 0.3 > 0.99^120.
        self.assertEqual(answer["needs_reset_from_s"], 120)
        self.assertEqual([p["needs_reset"] for p in answer["path"]][-2:], [False, True])
        self.assertNotIn("bid", answer)
        straight = self.answer(*self.ASK, "--zero-after", "3600", "--reset-below", "0", "--at", 900)
        self.assertEqual(straight["needs_reset_from_s"], 3601)
        self.assertIn(3.75, [p["price"] for p in straight["path"] if p["at_s"] == 900])
        smooth = self.answer(*self.ASK, "--cut-per-second", "0.25", "--at", "0.5")
        self.assertAlmostEqual([p["price"] for p in smooth["path"] if p["at_s"] == 0.5][0], 2.5)
        self.assertIn("needs a reset", self.ok(*self.ASK))

    def test_a_bid(self):
        bid = self.answer(*self.ASK, "--at", "30", "--take", "10", "--max", "4")["bid"]
        self.assertAlmostEqual(bid["price"], 3.698501866941401, places=12)
        self.assertAlmostEqual(bid["paid"], 36.98501866941401, places=11)
        self.assertEqual([bid["lot_left"], bid["over"]], [30, False])
        bid = self.answer(*self.ASK, "--take", "18", "--least-left", "22")["bid"]
        self.assertEqual([bid["debt_left"], bid["lot_left"]], [22, 22.4])
        bid = self.answer(*self.ASK, "--take", "10", "--max", "4")["bid"]
        self.assertEqual([bid["refused"], bid["debt_left"]], ["above_limit", 110])
        self.assertIn("refused, above limit", self.ok(*self.ASK, "--take", "10", "--max", "4"))
        text = self.ok(*self.ASK, "--take", "25")
        self.assertIn("22 coins for 110", text)
        self.assertIn("18 coins go back", text)
        self.assertIn("is a loss", self.ok(*self.ASK, "--take", "40", "--at", "69"))

    def test_bad_numbers(self):
        self.refused(["auction"], "--spot", "--cases")
        self.refused(self.ASK[:5], "--lot")
        self.refused([*self.ASK, "--cut", "1.5"], "--cut", "1.5")
        self.refused([*self.ASK, "--at", "soon"], "--at", "soon")
        self.refused([*self.ASK, "--max", "4"], "--take")
        self.refused([*self.ASK, "--zero-after", "9", "--cut-per-second", "0.5"], "--zero-after")


if __name__ == "__main__":
    unittest.main()
