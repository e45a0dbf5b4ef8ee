#!/usr/bin/env python3
"""Books that cannot be, and the verbs over a log: filters, verification, proofs, explanations.

Usage: cli_log_test.py BULKHEAD [unittest arguments]
"""
import json
import shutil
import unittest

from cli_support import Case, run


class Books(Case):
    """A book of three accounts, its log, and what is asked of that log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for arguments in (
                ["synth", "book", "--out", cls.folder, "--accounts", "3", "--scenarios", "150"],):
            done = run(*arguments)
            assert done.returncode == 0, done.stderr
        cls.commands = (cls.folder / "book.jsonl").read_text().splitlines()

    def line_with(self, kind):
        return next(i for i, line in enumerate(self.commands) if f'"{kind}":{{' in line)

    def bad_book(self, line, edit, *parts):
        lines = list(self.commands)
        lines[line] = edit(lines[line])
        path = self.folder / "bad.jsonl"
        path.write_text("\n".join(lines) + "\n")
        out = self.folder / "out"
        self.refused(["replay", "--synthetic", "--book", path, "--behaviour",
                      self.folder / "behaviour.json", "--out", out, "--no-compare",
                      "--scenarios", "150"], f"{path}:{line + 1}: ", *parts)
        shutil.rmtree(out, ignore_errors=True)

    def amount(self, text):
        def edit(line):
            command = json.loads(line)
            body = next(body for body in command.values() if isinstance(body, dict))
            body["amount"] = text
            return json.dumps(command)
        return edit

    def test_a_book_that_spends_what_it_does_not_have(self):
        self.bad_book(self.line_with("pledge"), self.amount("9" * 25), "balance_exceeded")

    def test_amounts(self):
        deposit = self.line_with("deposit")
        self.bad_book(deposit, self.amount("-5"), "amount", "-5")
        self.bad_book(deposit, self.amount("4" + "0" * 38), "deposit.amount", "4" + "0" * 38)
        self.bad_book(deposit, self.amount("1.5"), 'deposit.amount = "1.5"')

    def test_keys_and_names(self):
        deposit = self.line_with("deposit")
        self.bad_book(deposit, lambda line: line.replace('"asset"', '"asst"'), "deposit.asst",
                      "unknown_field")
        self.bad_book(deposit, lambda line: line.replace('"asset":"', '"asset":"USDT","asset":"'),
                      "duplicate_field")
        self.bad_book(deposit, lambda line: line.replace('"place":"internal"', '"place":"attic"'),
                      "attic", "place_unknown")
        self.bad_book(deposit, lambda line: line[:-10], "malformed")
        genesis = self.line_with("genesis")
        self.bad_book(genesis, lambda line: line.replace('"call_bp":9000', '"call_bp":10100'),
                      "call_bp", "levels_out_of_order")


class Logs(Case):
    """The verbs over a log, on a replay of a generated crash with a few accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = run("replay", "--synthetic", "--accounts", "6", "--tightness", "1.3", "--scenarios",
                   "150", "--no-compare", "--out", cls.folder / "out")
        assert done.returncode == 0, done.stderr
        cls.log = cls.folder / "out" / "log"
        cls.key = cls.folder / "out" / "log.vkey"
        cls.checkpoint = cls.folder / "out" / "checkpoint"

    def records(self, *filters):
        return [json.loads(line) for line in self.ok("log", self.log, *filters).splitlines()]

    def test_log_filters(self):
        first = self.records("--index", "0..4")
        self.assertEqual([record["index"] for record in first], [0, 1, 2, 3, 4])
        self.assertIn("genesis", first[0]["command"]["command"])
        opened = self.records("--kind", "account_opened")
        self.assertEqual(len(opened), 6)
        account = opened[0]["event"]["event"]["account"]
        for record in self.records("--account", account, "--index", "0..400"):
            self.assertIn(account, json.dumps(record))
        late = self.records("--from", "2024-06-09T23:59:00Z", "--kind", "command")
        self.assertTrue(late)
        self.assertTrue(all(r["command"]["command"]["time"] >= "2024-06-09T23:59" for r in late))
        self.refused(["log", self.log, "--index", "5..2"], "--index", "5..2")
        self.refused(["log", self.log, "--from", "yesterday"], "--from", "yesterday")
        self.refused(["log", self.folder / "nowhere"], "nowhere")

    def test_verify_and_its_exit_codes(self):
        text = self.ok("verify", self.log, "--key", self.key, "--checkpoint", self.checkpoint)
        report = self.answer("verify", self.log, "--key", self.key.read_text().strip())
        self.assertIn(report["state_root"], text)
        self.assertEqual(run("verify", self.log).returncode, 3)
        out = self.folder / "export"
        self.ok("export", self.log, out)
        exported = self.answer("verify", out, "--key", self.key)
        self.assertEqual(exported["state_root"], report["state_root"])
        tiles = [path for path in (out / "tile" / "entries").rglob("*") if path.is_file()]
        tile = max(tiles, key=lambda path: path.stat().st_size)
        content = bytearray(tile.read_bytes())
        content[len(content) // 2] ^= 1
        tile.write_bytes(content)
        done = run("verify", out, "--key", self.key, "--json")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("first_bad_record", json.loads(done.stdout))
        self.refused(["verify", self.log, "--key", "nonsense"], "--key", "nonsense")

    def test_proofs(self):
        proof = self.folder / "one.tlog-proof"
        proof.write_text(self.ok("prove", self.log, "--index", "7"))
        checked = self.answer("check-proof", proof, "--key", self.key)
        self.assertEqual(checked["index"], 7)
        self.assertEqual(self.records("--index", "7")[0],
                         {"index": 7, **checked["record"]})
        account = self.records("--kind", "account_opened")[0]["event"]["event"]["account"]
        many = self.folder / "proofs"
        self.ok("prove", self.log, "--account", account, "--out", many)
        for path in sorted(many.iterdir())[:3]:
            self.ok("check-proof", path, "--key", self.key)
        proof.write_text(proof.read_text().replace("index 7", "index 8"))
        self.refused(["check-proof", proof, "--key", self.key], proof, code=1)
        self.refused(["prove", self.log], "--index")
        self.refused(["prove", self.log, "--index", "99999999"], "99999999")
        self.refused(["prove", self.log, "--account", "nobody"], "nobody")

    def test_explain(self):
        stages = self.records("--kind", "coverage_changed")
        self.assertTrue(stages, "the crash calls nobody")
        event = stages[0]["event"]["event"]
        account, change = event["account"], event["coverage_changed"]
        told = self.answer("explain", self.log, account, "--index", stages[0]["index"])
        self.assertEqual(told["account"]["coverage"], change["to"])
        self.assertEqual(told["account"]["coverage_since"], event["time"])
        requirement = told["account"]["detail"]["requirement"]
        self.assertEqual(requirement["equity_mid"], change["figures"]["equity"])
        self.assertEqual(requirement["initial"], change["figures"]["initial"])
        self.assertEqual(told["history"][-1]["record"], stages[0]["index"])
        text = self.ok("explain", self.log, account, "--at", event["time"])
        self.assertIn("Coverage E / IM", text)
        self.assertIn(change["reason"].replace("_", " "), text)
        self.refused(["explain", self.log, "nobody"], "nobody", "account_unknown")
        self.refused(["explain", self.log, account, "--index", "1"], account, "it opens then")


    def test_monitor(self):
        told = self.answer("monitor", self.log)
        self.assertEqual((told["max_green"], told["max_yellow"]), (4, 9))
        lines = {(line["subject"], line["side"]): line for line in told["lines"]}
        said = [record["event"]["event"]["model_monitored"]
                for record in self.records("--kind", "model_monitored")]
        exceeded = [(one["subject"], one["side"]) for one in said if one["exceeded"]]
        self.assertTrue(exceeded, "a crash goes beyond no forecast")
        for key, line in lines.items():
            self.assertEqual(line["exceptions"], exceeded.count(key), key)
            self.assertLess(0, line["forecast"], key)
            self.assertLess(line["forecast"], line["value"], key)
        summary = json.loads((self.log.parent / "summary.json").read_text())["models"]
        self.assertEqual({(line["product"], line["side"]) for line in summary},
                         {key for key, line in lines.items() if line["results"]})
        for one in summary:
            line = lines[one["product"], one["side"]]
            for name in ("zone", "exceptions", "results", "drift_alarms"):
                self.assertEqual(one[name], line[name], name)
        text = self.ok("monitor", self.log)
        self.assertIn(f"{len(exceeded)} exceptions", text)
        self.assertIn(exceeded[0][0], text)
        self.assertLess(len(text), len(self.ok("monitor", self.log, "--all")))
        begin = self.answer("monitor", self.log, "--at", self.records("--kind", "tick")[0]
                            ["command"]["command"]["time"])
        self.assertTrue(all(line["results"] == 0 for line in begin["lines"]))


class Impacts(Case):
    """What other parameters would do to the accounts of a log (D11.1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = run("replay", "--synthetic", "--accounts", "12", "--tightness", "1.2", "--scenarios",
                   "150", "--no-compare", "--out", cls.folder / "out")
        assert done.returncode == 0, done.stderr
        cls.log = cls.folder / "out" / "log"
        first = json.loads(run("log", cls.log, "--index", "0..0").stdout)
        cls.shipped = first["command"]["command"]["genesis"]["parameters"]
        cls.shipped["version"] += 1

    def impact(self, policy):
        path = self.folder / "policy.json"
        path.write_text(json.dumps(policy))
        done = run("impact", path, self.log, "--ticks", "2", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_the_same_policy_under_another_version_changes_nothing(self):
        answer = self.impact(self.shipped)
        self.assertEqual(answer["lines"], [])
        self.assertEqual(answer["with"], answer["without"])

    def test_a_higher_floor_needs_more_of_everyone_who_has_a_position(self):
        policy = json.loads(json.dumps(self.shipped))
        policy["risk"]["floor_rate"] = 6000
        answer = self.impact(policy)
        self.assertTrue(answer["lines"])
        for line in answer["lines"]:
            self.assertGreaterEqual(float(line["with"]["initial"]),
                                    float(line["without"]["initial"]))
        self.assertGreater(float(answer["with"]["initial"]), float(answer["without"]["initial"]))
        text = run("impact", self.folder / "policy.json", self.log, "--ticks", "2").stdout
        self.assertIn("accounts called", text)
        self.assertIn(answer["lines"][0]["account"], text)

    def test_another_margin_model_for_one_account_or_for_all(self):
        answer = self.impact({"from": "scenario_es", "to": "scenario_grid", "mode": "joint"})
        self.assertGreater(answer["models_changed"], 1)
        self.assertNotEqual(answer["with"]["initial"], answer["without"]["initial"])
        one = self.impact({"account": answer["lines"][0]["account"], "to": "scenario_grid",
                           "mode": "joint"})
        self.assertEqual(one["models_changed"], 1)
        self.assertEqual(one["lines"][0]["with"]["initial"], answer["lines"][0]["with"]["initial"])
        text = run("impact", self.folder / "policy.json", self.log, "--ticks", "2").stdout
        self.assertIn("Another margin model for 1 account", text)
        path = self.folder / "models.json"
        for change, *words in [({"to": "best", "from": "flat"}, "best", "scenario_grid"),
                               ({"to": "flat"}, "from", "missing_field"),
                               ({"to": "flat", "from": "scenario_grid"}, "scenario_grid"),
                               ({"to": "flat", "form": "scenario_es"}, "form")]:
            path.write_text(json.dumps(change))
            self.refused(["impact", path, self.log, "--ticks", "1"], *words)

    def test_a_version_in_force_is_refused(self):
        policy = dict(self.shipped, version=self.shipped["version"] - 1)
        path = self.folder / "old.json"
        path.write_text(json.dumps(policy))
        self.refused(["impact", path, self.log], "version_not_newer")


if __name__ == "__main__":
    unittest.main()
