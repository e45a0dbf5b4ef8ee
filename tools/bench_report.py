#!/usr/bin/env python3
"""Goals of the hot work as ratios of one run: table, JSON, picture, and a history to compare with.

Usage: bench_report.py DIRECTORY   with kernels.json, engine.json and peers.json in it
"""
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys

WORSE = 1.15  # against the median of the earlier runs on this machine


def load(directory):
    """Least and median nanoseconds per item by name, the target, and the engine's figures."""
    kernels = json.loads((directory / "kernels.json").read_text(encoding="utf-8"))
    times = {row["name"]: row for row in kernels["measured"]}
    times.update(json.loads((directory / "peers.json").read_text(encoding="utf-8")))
    engine = json.loads((directory / "engine.json").read_text(encoding="utf-8"))
    figures = {row["name"]: row for row in engine["figures"]}
    return times, kernels["target"], figures


def ratio(times, above, below, scale=1.0):
    """(least, median) of above / below, or None where one is not there."""
    if above not in times or below not in times:
        return None
    first, second = times[above], times[below]
    return tuple(scale * first[key] / second[key] for key in ("least_ns", "median_ns"))


def goal(name, what, limit, value, at_least, missing="not installed"):
    """One row: value is (least, median), or None for the reason `missing`."""
    row = {"goal": name, "what": what, "limit": limit, "sense": ">=" if at_least else "<="}
    if value is None:
        row["verdict"] = missing
        return row
    row["least"], row["median"] = value
    met = value[0] >= limit if at_least else value[0] <= limit
    row["verdict"] = "met" if met else "missed"
    return row


def share_of_peak(times, name, flops):
    """Share of the FMA peak that `flops` per item make."""
    return ratio({"flops": {k: flops * v for k, v in times["ceiling: FMA flop, double"].items()
                            if k.endswith("_ns")}, **times}, "flops", name, 100)


def engine_ratio(figures, above, below):
    if above not in figures or below not in figures:
        return None
    return tuple(figures[above][key] / figures[below][key] for key in ("least", "median"))


def goals(times, figures):
    row, account = "option row, best", "account, P&L and ES, best"
    alone, tail = "option alone, best", "tail element, best"
    flops = 2.0 * 12 * 4096
    one, two = "full evaluation, one thread", "full evaluation, two threads, wall clock"
    return [
        goal("G1", "option row against QuantLib blackFormula", 25,
             ratio(times, "option, QuantLib blackFormula", row), True),
        goal("G1", "option row against libmvec", 3.5,
             ratio(times, "option, libmvec, vectorised by the compiler", row), True),
        goal("G2", "general Black-76 against libmvec", 1.4,
             ratio(times, "option, libmvec, vectorised by the compiler", alone), True),
        goal("G2", "general Black-76 against QuantLib blackFormula", 10,
             ratio(times, "option, QuantLib blackFormula", alone), True),
        goal("G4", "exact ES of an account, % of FMA peak", 20,
             share_of_peak(times, account, flops), True),
        goal("G4", "exact ES of an account against Eigen", 11,
             ratio(times, "account, Eigen and nth_element", account), True),
        goal("G4", "exact ES of an account against scipy", 24,
             ratio(times, "account, scipy and numpy.partition", account), True),
        goal("G4b", "full evaluation, in exact ES of the same book", 4,
             engine_ratio(figures, one, "P&L and ES of a book"), False, "not measured"),
        goal("G5", "float screen, % of FMA peak", 50, None, True, "not built"),
        goal("G6", "tail, cold, in reads of the vector", 3,
             ratio(times, tail, "tail element, read alone"), False),
        goal("G6", "tail, cold, against nth_element", 35,
             ratio(times, "tail element, std::nth_element", tail), True),
        goal("G7", "48-point grid of an account, % of FMA peak", 30,
             share_of_peak(times, "grid of 48 points, best", 2.0 * 12 * 48), True),
        goal("G8", "trade to new ES, in reads of its 48 KiB", 2.2,
             ratio(times, "trade, new ES", "trade, its 48 KiB read out of L3"), False),
        goal("G11", "evaluations on two cores against one", 1.9,
             engine_ratio(figures, one, two), True, "not measured"),
    ]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def regressions(history, run):
    """Goals whose least ratio is worse than the median of the earlier runs on this machine."""
    same = [old for old in history
            if (old["processor"], old["target"]) == (run["processor"], run["target"])]
    worse = []
    for row in run["goals"]:
        before = [old["least"] for past in same for old in past["goals"]
                  if (old["goal"], old["what"]) == (row["goal"], row["what"]) and "least" in old]
        if not before or "least" not in row:
            continue
        middle = statistics.median(before)
        change = middle / row["least"] if row["sense"] == ">=" else row["least"] / middle
        if change > WORSE:
            worse.append(f"{row['goal']} {row['what']}: {row['least']:.3g}, "
                         f"{middle:.3g} in {len(before)} earlier runs")
    return worse


def picture(run):
    """One bar per goal, in parts of its limit; what lies beyond the line is met."""
    rows = [row for row in run["goals"] if "least" in row]
    lines = []
    for i, row in enumerate(rows):
        share = row["least"] / row["limit"]
        if row["sense"] == "<=":
            share = 1 / share
        y = 50 + 26 * i
        colour = "#2e7d32" if row["verdict"] == "met" else "#b26a00"
        lines.append(f'<text x="10" y="{y + 13}">{row["goal"]} {row["what"]}</text>')
        lines.append(f'<rect x="400" y="{y}" width="{min(share, 2) * 150:.0f}" height="16" '
                     f'fill="{colour}"/>')
        lines.append(f'<text x="{408 + min(share, 2) * 150:.0f}" y="{y + 13}">{row["least"]:.3g} '
                     f'({row["sense"]} {row["limit"]:g})</text>')
    height = 70 + 26 * len(rows)
    body = "\n".join(lines).replace("&", "&amp;").replace(">=", "&gt;=").replace("<=", "&lt;=")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{height}" '
            f'font-family="sans-serif" font-size="13">\n'
            f'<rect width="860" height="{height}" fill="white"/>\n'
            f'<text x="10" y="24" font-size="15">Goals of one run, {run["target"]}, '
            f'{run["processor"]}: the line is the goal</text>\n{body}\n'
            f'<line x1="550" y1="40" x2="550" y2="{height - 12}" stroke="black"/>\n</svg>\n')


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    times, target, figures = load(directory)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True,
                            text=True, check=False).stdout.strip()
    run = {"format": 1, "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
           "commit": commit, "processor": processor(), "target": target, "times": times,
           "goals": goals(times, figures)}
    for name, row in sorted(times.items()):
        print(f"{name:<56}{row['least_ns']:>14.5g} ns least{row['median_ns']:>14.5g} ns median")
    print()
    for row in run["goals"]:
        shown = f"{row['least']:>9.3g}{row['median']:>9.3g}" if "least" in row else " " * 18
        print(f"{row['goal']:<5}{row['what']:<52}{row['sense']} {row['limit']:<6g}{shown}  "
              f"{row['verdict']}")
    path = directory / "history.jsonl"
    history = []
    if path.exists():
        history = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in regressions(history, run):
        print(f"worse than before: {line}")
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({k: v for k, v in run.items() if k != "times"}) + "\n")
    (directory / "bench.json").write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    (directory / "bench.svg").write_text(picture(run), encoding="utf-8")


if __name__ == "__main__":
    main()
