"""Firewall evaluation beside aerleon's: ``python -m bench.second_opinion --policies 500``.

Random policies: our evaluation of them, and of aerleon's ASA and PAN-OS output as our readers read it, must be its own.
Inside ``python -m tests.e2e.lab run --`` its nftables output goes through the kernel's ``nft`` as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import nullcontext

from sse_compliance.firewall.model import Place
from tests.e2e.kernel import wired
from tests.e2e.lab import outer
from tests.unit.firewall.second_opinion import as_neutral, disagreements, opinions


def main() -> int:
    """Runs and tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    begun, verdicts, wrong = time.monotonic(), 0, []
    with wired() if outer.is_inside() else nullcontext() as wire:
        for opinion in opinions(options.policies, options.seed):
            texts = [
                ("neutral", as_neutral(opinion)),
                ("asa", opinion.outputs["asa"]),
                ("panos", opinion.outputs["xml"]),
            ]
            if wire is not None:
                texts.append(("nftables", wire.load(opinion.outputs["nft"])))
            for form, text in texts:
                wrong += disagreements(opinion, form, text, Place(acl="output") if form == "nftables" else None)
                verdicts += len(opinion.verdicts)
    for line in wrong[:20]:
        print(f"DIFFERS {line}")
    print(f"seed {options.seed}: {verdicts} verdicts, {len(wrong)} differ; {time.monotonic() - begun:.0f} s")
    return 1 if wrong or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
