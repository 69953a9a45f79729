"""Collects an inventory in a process of its own, with short limits: prints how long it took and how much memory."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.collect.fleet import Collector
from sse_compliance.collect.limits import Limits
from sse_compliance.evidence.evidence_files import write
from sse_compliance.inventory.load import load_inventory

#: What is asked: a command of the CLI, and files and programs of the shell.
PLAN = ("show-network", "date", "connector-properties")


def main(inventory: Path, evidence: Path, device_seconds: float) -> None:
    """Collects, and writes the evidence."""
    targets = load_inventory(inventory, load_regions().profiles).targets
    limits = Limits(connect=5, login=device_seconds / 2, device=device_seconds, retries=0)
    began = time.monotonic()
    with Collector(limits) as collector:
        for found in collector.collect(targets, {target.device.name: PLAN for target in targets}).values():
            write(found, evidence)
    print(json.dumps({"seconds": time.monotonic() - began, "peak_mib": peak_kib() / 1024}))


def peak_kib() -> int:
    """The most memory that this program had resident. getrusage's figure holds that of the process that began it, too:
    what is left of pytest when the program takes its place (``exec_mmap`` of the Linux kernel)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
