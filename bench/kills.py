"""Runs that are killed at random, each finished with ``--resume``: is anything lost, doubled, stale or broken?

``python -m bench.kills [--kills 200] [--devices 50] [--seed 1] [--only SSE-CFG]`` starts the embedded lab and one
undisturbed run over it (with ``--only``, of some requirements, as ``-k`` takes them: a run is shorter then). Then, for
each kill, a run gets SIGINT, SIGTERM or SIGKILL at a random moment and is finished with ``--resume``. The exit status
is 1 where one of these does not hold:

- while the run is dead, each evidence file is whole, and no report of the run before stands in the folder;
- the finished run contacts no device whose evidence the dead one had, and each other device once;
- its findings are those of the undisturbed run.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sse_compliance.evidence.evidence_files import read
from sse_compliance.findings.results_file import read_results
from sse_compliance.lab.lab import Lab
from sse_compliance.plugin.ending.reports_folder import MARK

ROOT = Path(__file__).resolve().parents[1]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
REPORTS = ("compliance.json", "compliance.html", "junit.xml", "tests.html", "compliance.md", "compliance.prom")


class Trial:
    """The lab and the folder that all runs share, as a pipeline's would."""

    def __init__(self, lab: Lab, reports: Path, only: str | None) -> None:
        self.lab, self.reports = lab, reports
        self.command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--reports={reports}"]
        self.command.append(f"--inventory={lab.inventory_file}")
        self.command += ["-k", only] if only else []

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self.lab.environment}
        output = (self.reports.parent / "output").open("ab")
        with output:
            return subprocess.Popen(
                [*self.command, *more], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def findings(self) -> list[tuple[str, str, str]]:
        results = read_results(self.reports / "compliance.json")
        self.reasons = {(finding.device, finding.key): finding.reason for finding in results.findings}
        return sorted((finding.device, finding.key, str(finding.state)) for finding in results.findings)

    def evidence(self) -> dict[str, bytes]:
        return {path.stem: path.read_bytes() for path in (self.reports / "evidence").glob("*.json")}

    def one(self, number: signal.Signals, after: float, wanted: list[tuple[str, str, str]]) -> list[str]:
        """One kill and what is wrong after it."""
        for name in REPORTS:
            (self.reports / name).write_text("of a run before")
        found, wrong = self.evidence(), []
        process = self.start()
        time.sleep(after)
        process.send_signal(number)
        status = process.wait()
        began = (self.reports / MARK).exists() or (self.reports / "compliance.json").read_bytes() != b"of a run before"
        stale = [name for name in REPORTS if _is_stale(self.reports / name)]
        if status == 0 and number in SIGNALS and not began:
            wrong.append("status 0 of a run that did nothing")
        if began and stale and not (self.reports / MARK).exists():
            wrong.append(f"stale: {stale}")
        if number is not signal.SIGKILL and began and status == 1 and not (self.reports / "compliance.json").exists():
            wrong.append("status 1 without results")
        new = {name for name, content in self.evidence().items() if found.get(name) != content}
        for path in (self.reports / "evidence").glob("*.json"):
            read(path)
        before = dict(self.lab.connections)
        finished_itself = not (self.reports / "evidence" / ".run.journal").exists()
        self.start("--resume").wait()
        contacted = {name: count - before.get(name, 0) for name, count in self.lab.connections.items()}
        if not finished_itself:
            wrong += [f"{name}: contacted again" for name in sorted(new) if contacted.get(name)]
        wrong += [f"{name}: contacted {count} times" for name, count in contacted.items() if count > 1]
        if (now := self.findings()) != wanted:
            there, here = set(wanted), set(now)
            lost, other = sorted(there - here), sorted(here - there)
            told = [(*one, self.reasons[one[:2]]) for one in other[:3]]
            wrong.append(f"other findings: {len(lost)} lost ({lost[:3]}), {len(other)} others ({told})")
        if (self.reports / MARK).exists() or any(_is_stale(self.reports / name) for name in REPORTS):
            wrong.append("the finished run left a mark or a stale report")
        return wrong


def _is_stale(path: Path) -> bool:
    return path.exists() and path.read_bytes() == b"of a run before"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="EXPR", help="of these requirements")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with Lab.start(count=options.devices) as lab, tempfile.TemporaryDirectory() as directory:
        trial = Trial(lab, Path(directory) / "reports", options.only)
        began = time.monotonic()
        trial.start().wait()
        length, wanted, bad = time.monotonic() - began, trial.findings(), 0
        print(f"undisturbed: {length:.1f} s, {len(wanted)} findings on {options.devices} devices", flush=True)
        for kill in range(options.kills):
            number, after = chance.choice(SIGNALS), chance.uniform(0, length)
            wrong = trial.one(number, after, wanted)
            bad += bool(wrong)
            print(
                time.strftime("%X"),
                f"{kill + 1}: {number.name} after {after:.1f} s: {'; '.join(wrong) or 'holds'}",
                flush=True,
            )
        print(f"{options.kills - bad} of {options.kills} hold")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
