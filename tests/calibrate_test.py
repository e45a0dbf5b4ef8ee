#!/usr/bin/env python3
"""`bulkhead calibrate` on histories that are corrupt, short, empty, constant and full of gaps, and
`bulkhead backtest --challenger` on what it writes: on generated prices, so that it runs anywhere.

Usage: calibrate_test.py BULKHEAD [unittest arguments]
"""
import json
import math
import random
import unittest

from cli_support import Case, run

DAYS = 620
HOUR = 3_600_000
BEGIN = 1_600_000_000_000 // (24 * HOUR) * 24 * HOUR
AS_OF = "2022-05-27"
BAD = 24 * 450


def bars(seed, beta):
    """Hourly rows [ts_ms, open, high, low, close, volume]."""
    common, own = random.Random(1), random.Random(seed)
    price, rows, variance = 100.0, [], 1.0
    for day in range(DAYS):
        moved = 0.0
        for hour in range(24):
            shock = common.gauss(0, 1)
            size = math.exp(own.gauss(0, 0.7))
            move = 0.007 * math.sqrt(variance) * (
                beta * shock + math.sqrt(1 - beta * beta) * own.gauss(0, 1))
            last, price = price, price * math.exp(move)
            moved += shock * math.sqrt(variance)
            rows.append([BEGIN + (24 * day + hour) * HOUR, last, max(last, price) * 1.001,
                         min(last, price) * 0.999, price, 1e4 * size * (1 + abs(move) / 0.007)])
        variance = 0.1 + 0.1 * moved * moved / 24 + 0.8 * variance
    return rows


def peg_rows(off):
    return [[day, off.get(day, 1.0003 if day % 2 else 0.9998)] for day in range(DAYS)]


class Data(Case):
    def setUp(self):
        self.data = self.folder / self.id().split(".")[-1]
        (self.data / "spot_1h").mkdir(parents=True)
        (self.data / "daily").mkdir()
        self.coins = {"BTC": bars(2, 1.0), "ETH": bars(3, 0.8)}
        self.peg = peg_rows({200: 0.95, 201: 0.96, 500: 0.97})

    def write(self):
        for coin, rows in self.coins.items():
            lines = ["ts_ms,open,high,low,close,volume"]
            lines += [",".join(repr(v) for v in row) for row in rows]
            path = self.data / "spot_1h" / f"{coin}USDT.csv"
            path.write_text("\n".join(lines) + "\n")
        day = 24 * HOUR
        lines = ["ts_ms,symbol,open,high,low,close,volume"]
        for symbol in ("USDC", "USDT"):
            for number, price in self.peg if symbol == "USDC" else peg_rows({}):
                lines.append(f"{BEGIN + number * day},{symbol},{price},{price},{price},{price},1")
        (self.data / "daily" / "stablecoin_cmc_daily.csv").write_text("\n".join(lines) + "\n")

    def calibrate(self, *more):
        self.write()
        return self.answer("calibrate", "--data", self.data, "--as-of", AS_OF, "--assets",
                           ",".join(self.coins), "--pegs", "USDC", *more)

    def finite(self, value):
        if isinstance(value, dict):
            for inner in value.values():
                self.finite(inner)
        elif isinstance(value, list):
            for inner in value:
                self.finite(inner)
        elif isinstance(value, float):
            self.assertTrue(math.isfinite(value))

    def asset(self, refit, name):
        return next(a for a in refit["assets"] if a["asset"] == name)

    def close_to(self, clean, other):
        """The bound that refit.h states for one bad day."""
        for was, now in zip(clean["assets"], other["assets"]):
            for field, share in (("volatility", 0.02), ("long_run_volatility", 0.02),
                                 ("shortfall", 0.02), ("haircut", 0.02),
                                 ("residual_degrees", 0.05)):
                self.assertLessEqual(abs(now[field] - was[field]), share * was[field],
                                     (was["asset"], field))
            for field in ("garch_alpha", "tail_shape", "beta", "correlation"):
                self.assertLessEqual(abs(now[field] - was[field]), 0.02, (was["asset"], field))
            if "liquidity" not in was:
                continue
            a, b = was["liquidity"], now["liquidity"]
            self.assertLessEqual(abs(b["adv"] - a["adv"]), 0.02 * a["adv"])
            self.assertLessEqual(abs(b["impact_exponent"] - a["impact_exponent"]), 0.02)
        for was, now in zip(clean["pegs"], other["pegs"]):
            self.assertEqual(now["depeg"]["events"], was["depeg"]["events"])
            self.assertLessEqual(abs(now["depeg"]["per_year"] - was["depeg"]["per_year"]),
                                 0.01 * was["depeg"]["per_year"])


class Corrupt(Data):
    def test_one_bad_day_moves_nothing_beyond_its_bound(self):
        clean = self.calibrate()
        whole = {coin: [row[:] for row in rows] for coin, rows in self.coins.items()}
        usdc = next(p for p in clean["pegs"] if p["asset"] == "USDC")
        self.assertEqual(usdc["depeg"]["events"], 2)
        self.assertEqual(clean["correlated"], ["BTC", "ETH"])
        self.assertEqual(self.asset(clean, "ETH")["cleaning"],
                         {"repeated": 0, "spikes": 0, "frozen": 0})

        for at in (BAD - 1, BAD + 7):  # the last hour of a day, which daily returns are made of
            self.coins["ETH"][at][3:5] = [0.0001, 0.0001]
            wick = self.calibrate()
            self.assertNotEqual(wick["data_hash"], clean["data_hash"])
            self.assertEqual(self.asset(wick, "ETH")["cleaning"]["spikes"], 1)
            self.close_to(clean, wick)
            self.coins["ETH"] = [row[:] for row in whole["ETH"]]

        for row in self.coins["ETH"][BAD + 1:BAD + 24]:
            row[1:5] = [whole["ETH"][BAD][4]] * 4
        frozen = self.calibrate()
        self.assertEqual(self.asset(frozen, "ETH")["cleaning"]["frozen"], 23)
        self.close_to(clean, frozen)
        self.coins["ETH"] = [row[:] for row in whole["ETH"]]

        self.peg[300][1] = 0.0001
        self.close_to(clean, self.calibrate())

    def test_a_repeated_hour_in_a_file_is_named(self):
        self.coins["ETH"].insert(BAD, self.coins["ETH"][BAD])
        self.write()
        self.refused(["calibrate", "--data", self.data, "--as-of", AS_OF, "--assets", "BTC,ETH"],
                     "ETHUSDT.csv", BAD + 3)


class Thin(Data):
    def test_short_constant_and_gappy_histories_are_flagged(self):
        rows = self.coins["ETH"]
        self.coins["SHORT"] = [row[:] for row in rows[-24 * 6:]]
        self.coins["FLAT"] = [[row[0], 1.0, 1.0, 1.0, 1.0, 0.0] for row in rows]
        # Ten hours of every third day: no two closes are a day apart.
        self.coins["HOLED"] = [row[:] for i, row in enumerate(rows) if i % 72 < 10]
        refit = self.calibrate()
        self.finite(refit)
        for name in ("SHORT", "FLAT", "HOLED"):
            asset = self.asset(refit, name)
            text = "; ".join(asset["flags"])
            self.assertGreater(asset["volatility"], 0)
            self.assertGreater(asset["haircut"], 0)
            self.assertIn("volatility: stated", text)
            self.assertIn("tail: stated", text)
            self.assertIn("correlation: stated", text)
            self.assertIn("drift: not watched", text)
        for name in ("SHORT", "FLAT"):
            self.assertNotIn("liquidity", self.asset(refit, name))
            self.assertIn("liquidity: not estimated", "; ".join(self.asset(refit, name)["flags"]))
        self.assertNotIn("volatility: stated", "; ".join(self.asset(refit, "ETH")["flags"]))

    def test_a_coin_without_a_file_and_a_short_peg_are_flagged(self):
        self.peg = self.peg[:60]
        self.write()
        refit = self.answer("calibrate", "--data", self.data, "--as-of", AS_OF, "--assets",
                            "BTC,ETH,NONE", "--pegs", "USDC")
        self.finite(refit)
        self.assertEqual(self.asset(refit, "NONE")["returns"], 0)
        self.assertIn("volatility: stated", "; ".join(self.asset(refit, "NONE")["flags"]))
        usdc = next(p for p in refit["pegs"] if p["asset"] == "USDC")
        self.assertNotIn("depeg", usdc)
        self.assertIn("59", usdc["flags"][0])

    def test_a_market_asset_that_says_nothing_is_an_error(self):
        for row in self.coins["BTC"]:
            row[1:5] = [1.0] * 4
        self.write()
        command = ["calibrate", "--data", self.data, "--as-of", AS_OF, "--assets", "BTC,ETH"]
        self.refused(command, "BTC", "100")
        self.coins["BTC"] = self.coins["BTC"][:1]
        self.write()
        self.refused(command, "BTCUSDT.csv")
        self.refused(["calibrate", "--data", self.folder / "none", "--as-of", AS_OF], "none")

    def test_nothing_later_is_seen(self):
        self.write()
        command = ["calibrate", "--data", self.data, "--as-of", "2022-01-01", "--assets",
                   "BTC,ETH", "--pegs", "USDC"]
        was = self.answer(*command)
        for rows in self.coins.values():
            for row in rows[-24 * 100:]:
                row[1:6] = [v * 3 for v in row[1:6]]
        self.peg[-1][1] = 0.5
        self.write()
        self.assertEqual(self.answer(*command), was)


class Challenger(Data):
    def test_a_refit_is_judged_from_its_own_time_on(self):
        refit = self.folder / "refit.json"
        self.write()
        self.ok("calibrate", "--data", self.data, "--as-of", "2021-03-01", "--assets", "BTC,ETH",
                "--out", refit)
        command = ["backtest", "--data", self.data, "--assets", "BTC,ETH", "--from", "2020-12-01",
                   "--to", "2022-05-01", "--scenarios", "200", "--challenger", refit]
        answer = self.answer(*command)
        self.assertEqual(answer["challenger"]["as_of"], "2021-03-01T00:00:00Z")
        first = min(p["first"] for p in answer["products"])
        self.assertGreaterEqual(first, "2021-03-01")

        def of(totals, model):
            return next(t for t in totals if t["model"] == model and t["level"] == 0.99)
        champion, other = answer["totals"], answer["challenger"]["totals"]
        self.assertNotEqual(of(champion, "filtered")["mean"], of(other, "filtered")["mean"])
        self.assertEqual(of(champion, "ewma_normal")["mean"], of(other, "ewma_normal")["mean"])
        self.assertGreater(answer["products"][0]["drift"]["observations"], 250)

        # No memory: nothing is rescaled, and what is left is plain historical simulation.
        wrong = json.loads(refit.read_text())
        for asset in wrong["assets"]:
            asset.update(garch_alpha=0.0, garch_beta=0.0)
        refit.write_text(json.dumps(wrong))
        still = of(self.answer(*command)["challenger"]["totals"], "filtered")
        self.assertLess(still["peak_to_trough"], 0.7 * of(champion, "filtered")["peak_to_trough"])

        wrong["assets"][0]["garch_beta"] = 1.5
        refit.write_text(json.dumps(wrong))
        self.refused(command, "calibrated", "BTC")
        self.refused([*command, "--hourly"], "--hourly", "daily")
        self.refused(["backtest", "--data", self.data, "--to", "2021-02-01", "--challenger", refit],
                     "--challenger", "2021-03-01")
        refit.write_text('{"assets": 3}')
        self.refused(command, "refit.json", "assets")
        done = run("backtest", "--data", self.data, "--challenger", self.folder / "none.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.json", done.stderr)


if __name__ == "__main__":
    unittest.main()
