"""Fuzzes all facts: ``python -m bench.fuzz_facts --inputs 100000 --seed 1``. Exits with 1 where anything was found."""

from __future__ import annotations

import argparse
import time

from tests.unit.facts.fuzz import fuzz


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    report = fuzz(options.inputs, options.seed)
    for failure in report.failures[:20]:
        print(failure[:3000])
    print(f"{report.inputs.total()} inputs over {len(report.inputs)} facts in {time.perf_counter() - started:.0f} s")
    print(f"{len(report.failures)} failures (seed {options.seed})")
    return 1 if report.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
