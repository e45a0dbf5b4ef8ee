#!/usr/bin/env python3
"""Plants one violation after another in a small tree and expects the checks to find each."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKS = pathlib.Path(__file__).resolve().parent.parent / "tools" / "checks"


def run(check, *arguments):
    done = subprocess.run([sys.executable, str(CHECKS / f"{check}.py"), *map(str, arguments)],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        rooms = {"base": "", "market": "base", "ledger": "base", "risk": "market"}
        for room, deps in rooms.items():
            self.write(f"src/bulkhead/{room}/CMakeLists.txt",
                       f"bulkhead_room({room}{' DEPS ' + deps if deps else ''})\n")
        self.write("src/bulkhead/base/amount.h", "#include <cstdint>\n")
        self.write("src/bulkhead/risk/es.cc",
                   '#include "bulkhead/base/amount.h"\n#include "bulkhead/market/epoch.h"\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def assert_passes(self, check):
        code, out = run(check, self.root)
        self.assertEqual(code, 0, out)

    def assert_finds(self, check, part):
        code, out = run(check, self.root)
        self.assertEqual(code, 1, out)
        self.assertIn(part, out)


class IncludeOrder(Tree):
    def test_a_tree_in_order_passes(self):
        self.assert_passes("include_order")

    def test_a_lower_room_including_a_higher_one_is_found(self):
        self.write("src/bulkhead/base/bad.h", '#include "bulkhead/market/epoch.h"\n')
        self.assert_finds("include_order", "bad.h:1: base must not include market")

    def test_rooms_side_by_side_do_not_know_one_another(self):
        self.write("src/bulkhead/ledger/bad.cc", '\n#  include <bulkhead/market/epoch.h>\n')
        self.assert_finds("include_order", "bad.cc:2: ledger must not include market")

    def test_an_undeclared_dependency_is_found(self):
        self.write("src/bulkhead/risk/bad.cc", '#include "bulkhead/ledger/holding.h"\n')
        self.assert_finds("include_order", "does not name in DEPS")

    def test_an_unknown_room_is_found(self):
        self.write("src/bulkhead/utils/bad.h", "#pragma once\n")
        self.assert_finds("include_order", "utils is not a room")


class CoreIncludes(Tree):
    def test_a_clean_tree_passes_and_tests_are_free(self):
        self.write("src/bulkhead/risk/es_test.cc", "#include <cmath>\n#include <random>\n")
        self.write("src/bulkhead/node/clock.cc", "#include <chrono>\n")
        self.assert_passes("core_includes")

    def test_each_forbidden_header_is_found(self):
        for header in ("cmath", "random", "chrono", "thread", "unordered_map", "unordered_set",
                       "iostream", "fstream"):
            self.write("src/bulkhead/risk/bad.h", f"#include <{header}>\n")
            self.assert_finds("core_includes", f"bad.h:1: <{header}>")


class Text(Tree):
    def test_a_clean_tree_passes(self):
        self.write("README.md", "x" * 300 + "\nsee ../shared/data and homework/roots\n")
        self.assert_passes("text")

    def test_a_long_file_is_found(self):
        self.write("src/bulkhead/base/bad.cc", "\n" * 501)
        self.assert_finds("text", "501 lines")

    def test_a_long_line_is_found(self):
        self.write("src/bulkhead/base/bad.cc", "int x;\n//" + "x" * 99 + "\n")
        self.assert_finds("text", "bad.cc:2: 101 columns")

    def test_unfinished_words_are_found(self):
        for word in ("TO" "DO", "fix" "me", "X" "XX", "Ha" "ck", "st" "ub"):
            self.write("docs/bad.md", f"a {word}: here\n")
            self.assert_finds("text", "bad.md:1: an unfinished place")

    def test_paths_of_one_machine_are_found(self):
        for folder in ("wo" "rk", "ro" "ot", "ho" "me"):
            self.write("tools/bad", f"cd /{folder}/someone\n")
            self.assert_finds("text", "bad:1: a path of one machine")

    def test_registry_hosts_are_found(self):
        self.write("tools/bad", "fetch https://mir" "ror.example.org/debian\n")
        self.assert_finds("text", "the host of a package registry")


class CoreSymbols(unittest.TestCase):
    def archive(self, folder, source):
        (folder / "a.cc").write_text(source, encoding="utf-8")
        subprocess.run(["g++", "-O2", "-fno-builtin", "-c", "a.cc", "-o", "a.o"], cwd=folder,
                       check=True)
        subprocess.run(["ar", "rcs", "a.a", "a.o"], cwd=folder, check=True)
        return folder / "a.a"

    def test_libm_is_found_and_correctly_rounded_functions_pass(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            good = 'extern "C" double sqrt(double), fma(double, double, double);' \
                   "double f(double x) { return sqrt(fma(x, x, x)); }"
            code, out = run("core_symbols", self.archive(folder, good))
            self.assertEqual(code, 0, out)
            bad = 'extern "C" double exp(double); double f(double x) { return exp(x); }'
            code, out = run("core_symbols", self.archive(folder, bad))
            self.assertEqual(code, 1, out)
            self.assertIn("takes exp from libm", out)


if __name__ == "__main__":
    unittest.main()
