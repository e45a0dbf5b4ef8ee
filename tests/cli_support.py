"""What the tests of the command line share: running it, and what a good and a bad end look like."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
BULKHEAD = os.path.abspath(sys.argv.pop(1))


def run(*arguments, stdin=None, cwd=None):
    return subprocess.run([BULKHEAD, *map(str, arguments)], input=stdin, capture_output=True,
                          text=True, cwd=cwd, timeout=300)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-cli-"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def ok(self, *arguments, **options):
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "", "nothing on stderr, no progress in a pipe")
        return done.stdout

    def answer(self, *arguments, **options):
        return json.loads(self.ok(*arguments, "--json", **options))

    def refused(self, arguments, *parts, code=2, **options):
        """One line on stderr that has all the parts; nothing on stdout."""
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "", "nothing half-done")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("bulkhead: "), done.stderr)
        for part in parts:
            self.assertIn(str(part), done.stderr)
        return done.stderr
