"""What `make mutants` left alive: rate of each room, and each survivor that nobody has explained.

Reads what mutmut keeps below ``mutants/``. ``docs/development.md`` holds the table of explained survivors, a row each;
a row for a mutant that is no longer there, or is killed now, is told as well. Exits with 1 below the rate asked for.

``--sample 600 --seed 9 --room collect.ssh`` prints names instead, for mutmut's command line: all mutants of the room's
small modules, and so many of the others, at random and evenly over the modules.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: mutmut's exit statuses: the tests passed all the same; no test runs the line.
_SURVIVED = {0: "survived", 5: "no test runs it", 33: "no test runs it"}

#: How many survivors are listed.
_LISTED = 40

#: A module with so few mutants is tried as a whole.
_SMALL = 100


def outcomes(folder: Path) -> dict[str, int | None]:
    """The exit status of the tests for each mutant; None where it was not tried."""
    found: dict[str, int | None] = {}
    for file in sorted(folder.rglob("*.meta")):
        found.update(json.loads(file.read_text("utf-8"))["exit_code_by_key"])
    return found


def room(mutant: str) -> str:
    """``facts`` of ``sse_compliance.facts.pmtool.x_parse__mutmut_1``."""
    parts = mutant.split(".")
    return ".".join(parts[1:3]) if parts[1] == "collect" else parts[1]


def sample(mutants: Iterable[str], number: int, seed: int) -> list[str]:
    """All mutants of small modules, and a number of the others, evenly over their modules."""
    modules: dict[str, list[str]] = defaultdict(list)
    for mutant in sorted(mutants):
        modules[mutant.rpartition(".")[0]].append(mutant)
    chance, most = random.Random(seed), sum(len(own) for own in modules.values() if len(own) > _SMALL)
    chosen = []
    for _, own in sorted(modules.items()):
        chosen += own if len(own) <= _SMALL else chance.sample(own, -(-number * len(own) // most))
    return chosen


def explained(page: Path) -> set[str]:
    """The mutants that the table of a page names."""
    return set(re.findall(r"^\| `(sse_compliance\.\S+__mutmut_[0-9]+)` \|", page.read_text("utf-8"), re.MULTILINE))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "mutants", help="mutmut's folder (default: mutants)")
    parser.add_argument("--rate", type=float, default=90.0, help="the least rate of each room (default: %(default)s)")
    parser.add_argument("--sample", type=int, metavar="N", help="print the names of a sample of the mutants")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: %(default)s)")
    parser.add_argument("--room", default="", help="whose mutants the sample is of (default: all)")
    options = parser.parse_args()
    found = outcomes(options.folder)
    if options.sample:
        print(
            *sample((one for one in found if options.room in {"", room(one)}), options.sample, options.seed), sep="\n"
        )
        return 0
    known = explained(ROOT / "docs" / "development.md")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    survivors = []
    for mutant, status in found.items():
        state = "not tried" if status is None else _SURVIVED.get(status, "killed")
        if state in _SURVIVED.values():
            state = "explained" if mutant in known else "survived"
        counts[room(mutant)][state] += 1
        if state == "survived":
            survivors.append(mutant)
    if not found:
        sys.exit(f"{options.folder}: no mutants are here; run mutmut first")
    for mutant in survivors[:_LISTED]:
        print(f"survived: {mutant}")
    print(f"{'room':14} {'killed':>7} {'explained':>9} {'survived':>9} {'not tried':>9}   rate")
    low = False
    for name, own in sorted(counts.items()):
        tried = own["killed"] + own["survived"] + own["explained"]
        rate = 100 * own["killed"] / tried if tried else 0.0
        low = low or rate < options.rate
        row = f"{own['killed']:7} {own['explained']:9} {own['survived']:9} {own['not tried']:9}"
        print(f"{name:14} {row} {rate:5.1f} %")
    stale = sorted(known - {mutant for mutant, status in found.items() if status in _SURVIVED})
    for mutant in stale:
        print(f"explained, and not alive: {mutant}")
    return 1 if low or stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
