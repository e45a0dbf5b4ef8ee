#!/usr/bin/env python3
"""The command line as a person meets it: help, figures that add up, and for every kind of bad input
exactly one line on stderr that names file, line, field and value, with exit code 2.

Usage: cli_test.py BULKHEAD [unittest arguments]
"""
import json
import shutil
import struct
import subprocess
import unittest

from cli_support import BULKHEAD, EXAMPLES, Case, run

LOGS = EXAMPLES.parent / "testdata" / "logs"
# "Erin Example" under a salt of zeros, as the golden log has it.
ERIN = "d6249f0665632b460087d03ebca7a3e15a63776c4104517c0b8f74141580577d"
VERBS = ["replay", "scenario", "margin", "venues", "backtest", "calibrate", "csa", "auction",
         "explain", "monitor", "impact", "plan", "log", "verify", "export", "prove", "check-proof",
         "commit", "check-commitment", "scenarios", "synth", "parameters", "version"]


class Usage(Case):
    def test_help_of_every_verb_teaches(self):
        listing = self.ok("--help")
        for verb in VERBS:
            self.assertIn(f"  {verb} ", listing)
            text = self.ok(verb, "--help")
            self.assertIn(f"Usage: bulkhead {verb}", text)
        for verb in ("replay", "margin", "auction", "explain", "log", "verify", "prove"):
            self.assertIn("Example", self.ok(verb, "--help"))

    def test_wrong_use(self):
        self.refused(["mragin"], "mragin")
        self.refused(["margin"], "FILE")
        self.refused(["margin", "x.json", "--jsno"], "--jsno")
        self.refused(["scenarios", "build", "--data", "x"], "--as-of")
        self.refused(["scenarios", "build", "--data", "x", "--as-of", "soon"], "--as-of", "soon")
        self.refused(["synth", "market", "--out", "x", "--seed", "-1"], "--seed", "-1")
        self.assertEqual(run().returncode, 2)

    def test_version(self):
        version = self.answer("version")
        self.assertEqual(version["schema"], 1)
        self.assertEqual(version["behaviour"], 1)
        self.assertTrue(version["git"])


class FlatMargin(Case):
    """Synthetixio/synthetix-v3, commit 23585f73c, markets/perps-market/test/integration."""
    MARKETS = {"ARB": (100_000, 5000, 2), "BTC": (100, -1, 30000), "ETH": (1000, 20, 2000),
               "LINK": (100_000, 2000, 5), "OP": (100_000, 5000, 2)}  # skew scale, size, index

    def requirement(self, collateral, markets):
        book = {"as_of": "2024-06-10T00:00:00Z",
                "assets": [{"name": name, "price": now} for name, (now, *_) in markets.items()],
                "collateral": [{"asset": "USDT", "amount": str(collateral)}],
                "positions": [], "flat": {"assets": [{"asset": "USDT", "asset_weight": 1,
                                                      "liability_weight": 1}], "instruments": []}}
        for name, (_, index, size, scale, minimum) in markets.items():
            instrument = f"{name}/USDT:USDT"
            book["positions"].append({"instrument": instrument, "quantity": str(size),
                                      "entry": index * (1 + size / 2 / scale)})
            book["flat"]["instruments"].append(
                {"instrument": instrument, "base_asset_weight": 0.99, "base_liability_weight": 1.01,
                 "size_rate": 2 / scale, "minimum": minimum})
        answer = self.answer("margin", "-", "--model", "flat", stdin=json.dumps(book))
        return answer["detail"]["requirement"]

    def test_available_margin_over_five_markets(self):
        for now, available in [((2, 30000, 2000, 5, 2), 18850),
                               ((1.9, 28000, 1900, 4.6, 1.8), 16550),
                               ((1, 31000, 1775, 3, 1.13), 0), ((1, 31000, 1820, 3, 1), 250)]:
            markets = {name: (price, index, size, scale, 0) for (name, (scale, size, index)), price
                       in zip(self.MARKETS.items(), now)}
            found = self.requirement(20000, markets)
            self.assertAlmostEqual(float(found["equity_mid"]), available, delta=1e-5)

    def test_initial_margin_grows_with_size_and_has_a_minimum(self):
        found = self.requirement(100000, {"BTC": (30000, 30000, -2, 100, 1000),
                                          "ETH": (2000, 2000, 20, 1000, 500)})
        self.assertEqual(float(found["equity_mid"]), 99000)
        self.assertEqual(float(found["initial"]), 6500)


class Commitment(Case):
    def test_the_data_opens_it_and_nothing_else_does(self):
        data, opening = self.folder / "frank.json", self.folder / "frank.opening.json"
        data.write_text('{"name": "Frank Example"}')
        commitment = self.ok("commit", data, "--out", opening).strip()
        self.assertRegex(commitment, "^[0-9a-f]{64}$")
        self.assertEqual(json.loads(opening.read_text())["commitment"], commitment)
        self.assertNotIn("Frank", opening.read_text())
        self.assertIn(commitment, self.ok("check-commitment", data, opening))
        self.refused(["commit", data, "--out", opening], "--out", "name_taken")
        self.refused(["check-commitment", data, opening, "--person", "frank"], "--log")
        data.write_text('{"name": "Frank Sample"}')
        self.refused(["check-commitment", data, opening], commitment, "commitment_unopened", code=1)
        golden = [LOGS / "v1", "--person", "erin"]
        (self.folder / "erin").write_text("Erin Example")
        erin = self.folder / "erin.opening.json"
        erin.write_text(json.dumps({"commitment": ERIN, "salt": "00" * 32}))
        self.ok("check-commitment", self.folder / "erin", erin, "--log", *golden)
        other = self.ok("commit", self.folder / "erin", "--out", self.folder / "o.json").strip()
        self.refused(["check-commitment", self.folder / "erin", self.folder / "o.json", "--log",
                      *golden], "erin.commitment", ERIN, other, code=1)
        self.refused(["check-commitment", self.folder / "erin", erin, "--log", golden[0],
                      "--person", "nobody"], "nobody", "actor_unknown")
        again = self.ok("commit", data, "--out", self.folder / "again.json").strip()
        self.assertNotEqual(again, commitment)


class Margin(Case):
    def document(self, change=None):
        document = json.loads((EXAMPLES / "portfolio.json").read_text())
        document["scenario_set"] = str(EXAMPLES / "portfolio-scenarios.json")
        if change:
            change(document)
        return document

    def write(self, document):
        """One value per line, so that an error's line can be foretold."""
        path = self.folder / "portfolio.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document, indent=1))
        return path

    def line_of(self, path, text):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if text in line:
                return number
        self.fail(f"no line with {text}")

    def test_parts_add_up(self):
        answer = self.answer("margin", EXAMPLES / "portfolio.json")
        detail = answer["detail"]
        need, parts = detail["requirement"], detail["requirement"]["parts"]
        usd = lambda text: round(float(text) * 1e6)
        self.assertEqual(usd(need["equity_mid"]),
                         usd(need["collateral"]) + usd(need["positions"]) - usd(need["debts"]))
        self.assertEqual(sum(usd(line["core"]) for line in detail["contributions"]),
                         usd(parts["core"]))
        addons = ("liquidity", "concentration", "basis", "own_token", "collateral_liquidity",
                  "open_orders")
        core = max(usd(parts["core"]), usd(parts["short_option_minimum"]))
        self.assertEqual(usd(need["initial"]),
                         max(core + sum(usd(parts[name]) for name in addons), usd(parts["floor"])))
        self.assertAlmostEqual(sum(t["probability_mass"] for t in detail["filtered_tail"]), 1)
        self.assertEqual(answer["coverage_bp"],
                         10000 * usd(need["equity_mid"]) // usd(need["initial"]))

    def test_text_shows_what_json_says(self):
        text = self.ok("margin", EXAMPLES / "portfolio.json")
        answer = self.answer("margin", EXAMPLES / "portfolio.json")
        initial = answer["detail"]["requirement"]["initial"]
        self.assertIn(f"{float(initial):,.2f}", text)
        self.assertIn("Filtered tail", text)

    def test_standard_input_and_models(self):
        text = json.dumps(self.document())
        first = self.answer("margin", "-", stdin=text)
        grid = self.answer("margin", "-", "--model", "scenario_grid", stdin=text)
        self.assertEqual(first["detail"]["requirement"]["equity_mid"],
                         grid["detail"]["requirement"]["equity_mid"])
        self.assertNotEqual(first["detail"]["requirement"]["initial"],
                            grid["detail"]["requirement"]["initial"])
        self.refused(["margin", "-", "--model", "magic"], "--model", "magic", stdin=text)
        self.refused(["margin", "-", "--model", "flat"], "flat", stdin=text)

    def test_unshocked_numeraire_raises_excess_by_its_amount(self):
        def excess(amount):
            def change(document):
                document["collateral"].append({"asset": "USDT", "amount": amount})
            need = self.answer("margin", self.write(self.document(change)))["detail"]["requirement"]
            return float(need["equity_mid"]) - float(need["initial"])
        self.assertAlmostEqual(excess("1500") - excess("500"), 1000, places=5)

    def test_a_portfolio_that_owes_nothing_needs_no_margin(self):
        def change(document):
            for part in ("positions", "orders", "debts"):
                document[part] = []
        answer = self.answer("margin", self.write(self.document(change)))
        self.assertEqual(float(answer["detail"]["requirement"]["initial"]), 0)
        self.assertNotIn("coverage_bp", answer)

    def bad(self, change, find, *parts):
        path = self.write(self.document(change))
        return self.refused(["margin", path], f"{path}:{self.line_of(path, find)}: ", *parts)

    def test_bad_values(self):
        def setter(where, key, value):
            def change(document):
                target = document
                for step in where:
                    target = target[step]
                target[key] = value
            return change
        first = ("collateral", 0)
        self.bad(setter(first, "amount", "-1.5"), '"-1.5"', "collateral[0].amount = -1.5",
                 "amount_not_positive")
        self.bad(setter(first, "amount", "4" + "0" * 40), '"4' + "0" * 20, "collateral[0].amount",
                 "amount_overflow")
        self.bad(setter(first, "amount", "1.123456789"), "1.123456789", "collateral[0].amount")
        self.bad(setter(first, "asset", "BTCC"), '"BTCC"', "collateral[0].asset = BTCC",
                 "asset_unknown")
        self.bad(setter(("positions", 0), "instrument", "LTC/USDT:USDT"), "LTC/USDT",
                 "positions[0].instrument = LTC/USDT:USDT", "asset_unknown")
        self.bad(setter(("positions", 0), "instrument", "BTC-PERPETUUM"), "PERPETUUM",
                 "positions[0].instrument", "bad_name")
        self.bad(setter(("positions", 0), "quantity", "0.00001"), "0.00001",
                 "positions[0].quantity = 0.00001", "lot size")
        self.bad(setter(("positions", 0), "quantity", "lots"), '"lots"', "positions[0].quantity")
        self.bad(setter(("assets", 0), "price", 0), '"price": 0', "assets[0].price = 0",
                 "price_invalid")
        self.bad(setter(("assets", 0), "price", -3), '"price": -3', "assets[0].price = -3")
        self.bad(setter(("assets", 0), "kind", "coyn"), "coyn",
                 'assets[0].kind = "coyn"', "stablecoin")
        self.bad(setter((), "mode", "both"), '"both"', 'mode = "both"', "joint")
        self.bad(setter(("assets", 0), "prise", 3), "prise", "assets[0].prise", "unknown_field")
        self.bad(setter(("instruments", 2), "name", "BTC/USDT:USDT-240528-26000-P"), "240528",
                 "instruments[2].name", "instrument_expired")

    def test_bad_documents(self):
        text = json.dumps(self.document(), indent=1)
        twice = text.replace(' "mode": "joint",', ' "mode": "joint",\n "mode": "joint",')
        self.refused(["margin", self.write(twice)], "portfolio.json:6: ", "mode",
                     "duplicate_field")
        for word in ("NaN", "Infinity"):
            line = self.line_of(self.write(text), "30250")
            self.refused(["margin", self.write(text.replace("30250", word))],
                         f"portfolio.json:{line}: ")
        self.refused(["margin", self.write(text + "{}")], "portfolio.json:")
        self.refused(["margin", self.write(text[:-20])], "portfolio.json:")
        self.refused(["margin", self.write("")], "portfolio.json")
        self.refused(["margin", self.folder / "nothing.json"], "nothing.json", "io_error")

    def test_a_set_from_after_the_portfolio_is_refused(self):
        def change(document):
            document["as_of"] = "2024-06-09T00:00:00Z"
        self.bad(change, "2024-06-09", "as_of", "scenario_set_unfit")


class Parameters(Case):
    def change(self, room, key, value):
        text = self.ok("parameters")
        parameters = json.loads(text)
        target = parameters
        for step in room:
            target = target[step]
        target[key] = value
        path = self.folder / "policy.json"
        path.write_text(json.dumps(parameters, indent=1))
        return path

    def test_shipped_set_is_accepted(self):
        path = self.folder / "shipped.json"
        path.write_text(self.ok("parameters"))
        self.assertIn("ok", self.ok("parameters", path))
        usual = self.answer("margin", EXAMPLES / "portfolio.json")
        self.assertEqual(usual, self.answer("margin", EXAMPLES / "portfolio.json",
                                            "--parameters", path))

    def test_refusals(self):
        path = self.change(("ladder", "levels"), "call_bp", 10100)
        self.refused(["parameters", path], path, "call_bp", "10100", "levels_out_of_order")
        line = self.refused(["margin", EXAMPLES / "portfolio.json", "--parameters", path],
                            "levels_out_of_order")
        number = next(n for n, text in enumerate(path.read_text().splitlines(), 1)
                      if '"call_bp": 10100' in text)
        self.assertIn(f":{number}: ", line)
        path = self.change(("risk",), "omega", 2500)
        self.refused(["parameters", path], path, "risk.omega", "unknown_field")
        path = self.change(("risk",), "stress_weight", 10001)
        self.refused(["parameters", path], "stress_weight", "10001", "out_of_range")
        path = self.change(("collateral", "schedule", 0), "haircut_floor_bp", -1)
        self.refused(["parameters", path], "haircut_floor_bp", "-1")
        parameters = json.loads(self.ok("parameters"))
        del parameters["ladder"]
        path.write_text(json.dumps(parameters))
        self.refused(["parameters", path], "ladder", "missing_field")


def zstd_frame(content):
    """A zstd frame with raw blocks and neither size nor checksum."""
    blocks, step = b"", 60_000
    for at in range(0, len(content), step):
        part = content[at:at + step]
        last = 1 if at + step >= len(content) else 0
        blocks += struct.pack("<I", last | len(part) << 3)[:3] + part
    return b"\x28\xb5\x2f\xfd\x00\x58" + blocks


class Scenarios(Case):
    T = "2024-06-07"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        subprocess.run([BULKHEAD, "synth", "market", "--out", cls.data, "--days", "5", "--bar",
                        "1h"], check=True, capture_output=True)

    def build(self, *more, data=None):
        return self.answer("scenarios", "build", "--data", data or self.data, "--as-of", self.T,
                           "--assets", "BTC,ETH,USDC", "--scenarios", "150", *more)

    def test_set_is_known_by_its_hash(self):
        out = self.folder / "june.set"
        built = self.build("--out", out)
        shown = self.answer("scenarios", "show", out)
        self.assertEqual(built, shown)
        self.assertEqual(built["filtered"], 150)
        self.assertNotEqual(built["hash"], self.build("--seed", "2")["hash"])
        text_form = self.folder / "june.json"
        self.build("--out", text_form)
        self.assertEqual(self.answer("scenarios", "show", text_form)["hash"], built["hash"])

    def spiked(self, after):
        """A copy of the data with BTC ten times as high from a time on."""
        copy = self.folder / f"spiked-{after}"
        shutil.copytree(self.data, copy)
        for path in copy.glob("*/BTCUSDT.csv"):
            lines = path.read_text().splitlines()
            names = lines[0].split(",")
            at = names.index("ts_ms")
            for i, line in enumerate(lines[1:], 1):
                cells = line.split(",")
                if int(cells[at]) >= after:
                    for name in ("open", "high", "low", "close"):
                        column = names.index(name)
                        cells[column] = repr(10 * float(cells[column]))
                    lines[i] = ",".join(cells)
            path.write_text("\n".join(lines) + "\n")
        return copy

    def test_a_spike_after_the_time_cannot_change_the_hash(self):
        midnight = 1717718400000  # 2024-06-07
        usual = self.build()["hash"]
        self.assertEqual(self.build(data=self.spiked(midnight))["hash"], usual)
        self.assertNotEqual(self.build(data=self.spiked(midnight - 86_400_000))["hash"], usual)

    def test_text(self):
        text = self.ok("scenarios", "build", "--data", self.data, "--as-of", self.T, "--assets",
                       "BTC,USDC", "--scenarios", "150")
        self.assertIn("150 filtered", text)
        self.assertIn("perpetual basis", text)

    def bad_set(self, change, *parts):
        path = self.folder / "bad.json"
        self.build("--out", path)
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value))
        self.refused(["scenarios", "show", path], path, *parts)

    def test_bad_sets(self):
        def heavier(value):
            value["filtered"]["weights"][3] += 1
        def shocked(value):
            value["stressed"]["moves"][0] = 0.1
        def longer(value):
            value["long_run"]["moves"].append(0.0)
        self.bad_set(heavier, "filtered", "weights", "scenario_set_invalid")
        self.bad_set(shocked, "stressed", "0.1", "scenario_set_invalid")
        self.bad_set(longer, "long_run", "scenario_set_invalid")
        damaged = self.folder / "damaged.set"
        self.build("--out", damaged)
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[:-3])
        self.refused(["scenarios", "show", damaged], damaged)

    def bad_file(self, edit, *parts, name="BTCUSDT.csv", pack=False):
        """`edit` takes and gives the lines of the BTC spot bars."""
        copy = self.folder / "bad"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        path = copy / "spot_1h" / "BTCUSDT.csv"
        content = edit(path.read_text().splitlines())
        path.unlink()
        path = path.with_name(name)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.refused(["scenarios", "build", "--data", copy, "--as-of", self.T, "--assets", "BTC"],
                     path, *parts)

    def with_cell(self, row, column, text):
        def edit(lines):
            at = lines[0].split(",").index(column)
            cells = lines[row].split(",")
            cells[at] = text
            lines[row] = ",".join(cells)
            return "\n".join(lines) + "\n"
        return edit

    def test_bad_rows(self):
        self.bad_file(self.with_cell(4, "close", "abc"), ":5: close = abc", "feed_bad_number")
        self.bad_file(self.with_cell(4, "close", "nan"), ":5: close = nan", "feed_bad_number")
        self.bad_file(self.with_cell(4, "low", "-1"), ":5: low = -1", "feed_bad_price")
        self.bad_file(self.with_cell(4, "open", "0"), ":5: open = 0", "feed_bad_price")
        self.bad_file(lambda lines: "\n".join(lines[:3] + [lines[3] + ",7"] + lines[4:]) + "\n",
                      ":4 = 7 fields", "feed_malformed")
        self.bad_file(lambda lines: "\n".join(lines[:4] + [lines[3]] + lines[4:]) + "\n", ":5:",
                      "feed_duplicate_time")
        self.bad_file(lambda lines: "\n".join(lines[:3] + [lines[4], lines[3]] + lines[5:]) + "\n",
                      ":5:", "feed_out_of_order")
        self.bad_file(lambda lines: "\n".join(lines)[:-5], "feed_truncated")

    def test_compressed_files(self):
        whole = lambda lines: zstd_frame(("\n".join(lines) + "\n").encode())
        copy = self.folder / "packed"
        shutil.copytree(self.data, copy)
        path = copy / "spot_1h" / "BTCUSDT.csv"
        path.with_name("BTCUSDT.csv.zst").write_bytes(whole(path.read_text().splitlines()))
        path.unlink()
        self.assertEqual(self.build(data=copy)["hash"], self.build()["hash"])
        self.bad_file(lambda lines: whole(lines)[:-40], "feed_truncated", name="BTCUSDT.csv.zst")
        self.bad_file(lambda lines: b"not zstd at all", "feed_corrupt", name="BTCUSDT.csv.zst")


if __name__ == "__main__":
    unittest.main()
