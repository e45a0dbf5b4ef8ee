"""What the repository's checks share: the rooms, the files of the tree, and how to report."""
import pathlib
import re
import subprocess
import sys

# Tiers of rooms in the order of the design. A room includes rooms of earlier tiers only; rooms of
# one tier do not know one another.
TIERS = [
    ["base"],
    ["market", "ledger", "audit", "journal"],
    ["positions"],
    ["pricing"],
    ["risk"],
    ["collateral"],
    ["policy"],
    ["engine"],
    ["views"],
    ["wire"],
    ["venues"],
    ["node"],
    ["planner"],
    ["calibration"],
    ["feeds"],
    ["custody"],
    ["replay"],
    ["story"],
    ["service"],
    ["cli"],
]
TIER_OF = {room: i for i, tier in enumerate(TIERS) for room in tier}

# Rooms whose results must be the same bytes on every machine.
CORE_ROOMS = ["base", "market", "ledger", "positions", "pricing", "risk", "collateral", "policy",
              "engine", "views"]

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def files_of(root):
    """Every file of the tree that is or could be committed, as paths relative to root, sorted."""
    git = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if git.returncode == 0 and (root / ".git").exists():
        names = {pathlib.Path(name) for name in git.stdout.decode().split("\0") if name}
    else:
        names = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
        names = {name for name in names if name.parts[0] not in ("build", ".git")}
    return sorted(name for name in names if (root / name).is_file())


def rooms_files(root, suffixes=(".h", ".cc")):
    """(room, path) of every C++ file below src/bulkhead."""
    for name in files_of(root):
        inside = name.parts[:2] == ("src", "bulkhead") and len(name.parts) > 3
        if inside and name.suffix in suffixes:
            yield name.parts[2], name


def includes_of(root, name):
    """(line number, kind, target) of every #include; kind is '\"' or '<'."""
    text = (root / name).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def run(check):
    """Runs check(root) -> complaints over the tree named on the command line (default '.')."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    complaints = check(root)
    for complaint in complaints:
        print(complaint)
    name = pathlib.Path(sys.argv[0]).stem
    print(f"{name}: {'ok' if not complaints else f'{len(complaints)} complaints'}")
    sys.exit(1 if complaints else 0)
