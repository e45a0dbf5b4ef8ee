#!/usr/bin/env python3
"""Seconds of a GARCH(1,1) fit here and by R's fGarch, on the same returns in one run, as JSON.

Usage: bench_garch.py BULKHEAD RETURNS.csv   (number,return a line, two lines of heading, as in the
vectors' dem2gbp.csv; prints {} where Rscript or r-cran-fgarch is not installed)
"""
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

FITS = 40
REPEATS = 3
R = """
suppressMessages(library(fGarch))
x <- as.numeric(strsplit(readLines(commandArgs(TRUE)[1]), " ")[[1]])
fit <- garchFit(~garch(1,1), data = x, trace = FALSE)
seconds <- system.time(for (i in 1:%d)
  fit <- garchFit(~garch(1,1), data = x, trace = FALSE))["user.self"] / %d
cat(seconds, coef(fit), "\\n")
"""
R_FITS = 5


def user_seconds(command):
    """Processor seconds of a child, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done.stdout


def ours(program, folder, returns, fits):
    one = {"name": "fit", "kind": "garch_fit", "input": {"returns": returns}}
    path = folder / f"{fits}.json"
    path.write_text(json.dumps({"cases": [one] * fits}))
    return user_seconds([program, "backtest", "--cases", str(path), "--json"])


def main():
    program, table = sys.argv[1:3]
    lines = pathlib.Path(table).read_text(encoding="utf-8").splitlines()[2:]
    returns = [float(line.split(",")[1]) for line in lines]
    has_fgarch = shutil.which("Rscript") and subprocess.run(
        ["Rscript", "-e", "library(fGarch)"], capture_output=True, check=False).returncode == 0
    if not has_fgarch:
        print(json.dumps({}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "returns.txt").write_text(" ".join(map(repr, returns)))
        here, there, coefficients = [], [], []
        for _ in range(REPEATS):
            # What is not a fit is the same in both: starting, reading, writing.
            few, _ = ours(program, folder, returns, 1)
            many, said = ours(program, folder, returns, 1 + FITS)
            here.append((many - few) / FITS)
            done = subprocess.run(["Rscript", "-e", R % (R_FITS, R_FITS),
                                   str(folder / "returns.txt")],
                                  capture_output=True, text=True, check=True)
            numbers = [float(n) for n in done.stdout.split()]
            there.append(numbers[0])
            coefficients = numbers[1:]
        figures = {f["figure"]: f["computed"] for f in json.loads(said)["results"][0]["figures"]}
        print(json.dumps({
            "observations": len(returns), "seconds": min(here), "seconds_fgarch": min(there),
            "times_faster": min(there) / min(here),
            "coefficients": {k: figures[k] for k in ("mu", "omega", "alpha", "beta")},
            "coefficients_fgarch": coefficients}, indent=1))


if __name__ == "__main__":
    main()
