"""Firewall evaluation beside the kernel: ``python -m tests.e2e.lab run -- python -m bench.kernel_oracle``.

Random nftables rule sets are loaded into a namespace, real connections go through them, and what the evaluation says
must be what they show. Ends with 1 where it is not, or where too much can't be told.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.e2e.kernel import compare, wired


def main() -> int:
    """Runs and tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rule-sets", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    begun = time.monotonic()
    with wired() as wire:
        tally = compare(wire, options.rule_sets, options.seed)
    for mismatch in tally.mismatches:
        print(f"MISMATCH {mismatch}")
    print(f"seed {options.seed}: {tally}; {time.monotonic() - begun:.0f} s")
    return 1 if tally.mismatches or 20 * tally.cannot_tell > tally.connections or not tally.connections else 0


if __name__ == "__main__":
    sys.exit(main())
