"""The fast path and the reference write the same log: a small book over a generated crash."""
import pathlib
import subprocess
import sys
import tempfile


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main():
    bulkhead = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        logs = []
        for name, extra in (("fast", ["--check-sleepers", 7]), ("plain", ["--plain"])):
            out = pathlib.Path(folder) / name
            run(bulkhead, "replay", "--synthetic", "--accounts", 40, "--scenarios", 120,
                "--no-compare", "--tightness", 1.5, *extra, "--out", out)
            logs.append(out / "log")
        fast, plain = logs
        # Size and root of the tree over all records, signed: the same only for the same bytes.
        notes = [(log.parent / "checkpoint").read_text() for log in logs]
        if notes[0] != notes[1]:
            sys.exit(f"the logs differ:\n{notes[0]}\n{notes[1]}")
        key = (fast.parent / "log.vkey").read_text().strip()
        run(bulkhead, "verify", fast, "--key", key, "--plain")
        run(bulkhead, "verify", plain, "--key", key)
    print("ok")


if __name__ == "__main__":
    main()
