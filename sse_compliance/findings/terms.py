"""The terms of a run: the waivers in force, the baseline it is compared with, and the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sse_compliance.catalogue.requirements import Catalogue
from sse_compliance.errors import InputError
from sse_compliance.files.clock import now
from sse_compliance.findings.baseline import Subject, compare
from sse_compliance.findings.finding import Finding, GateMode
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.results import Baseline, Results, WaiverUse
from sse_compliance.findings.results_file import read_results
from sse_compliance.findings.waiver_file import load_waivers
from sse_compliance.findings.waivers import Tags, Waiver, uses


@dataclass(frozen=True, slots=True)
class Terms:
    """What the findings of a run are held against, beside the catalogue."""

    gate: Gate = field(default_factory=Gate)
    waivers: tuple[Waiver, ...] = ()
    #: The earlier run and its file's name.
    baseline: tuple[Results, str] | None = None
    #: When the run began; waivers are judged by it.
    began: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Settled:
    """Findings under the terms of a run."""

    findings: tuple[Finding, ...]
    waivers: tuple[WaiverUse, ...] = ()
    baseline: Baseline | None = None


def settle(findings: Iterable[Finding], terms: Terms, subject: Subject, tags: Tags) -> Settled:
    """Tells what the waivers were good for, and compares with the baseline.

    Args:
        findings: each with the waiver that covers it, and with its cause.
        terms: of the run.
        subject: what the run is over.
        tags: of its devices.
    """
    found = tuple(findings)
    waivers = uses(found, terms.waivers, tags, terms.began)
    if terms.baseline is None:
        return Settled(found, waivers)
    earlier, name = terms.baseline
    found, told = compare(found, subject, earlier, name)
    return Settled(found, waivers, told)


def load_terms(
    catalogue: Catalogue,
    gate: Gate,
    *,
    waivers: Path | None = None,
    baseline: Path | None = None,
    save_baseline: Path | None = None,
) -> Terms:
    """The terms that the options of a run ask for.

    Raises:
        InputError: a file can't be used, or the options don't fit together.
    """
    if gate.mode is GateMode.REGRESSIONS and baseline is None:
        raise InputError("give --baseline FILE, the compliance.json of an earlier run", place="--gate regressions")
    if baseline is not None and save_baseline is not None and baseline.resolve() == save_baseline.resolve():
        raise InputError(
            "this is the baseline that the run is compared with; a regression would "
            "pass the next time. Give another file, and replace the baseline when the change is accepted",
            place=f"--save-baseline {save_baseline}",
        )
    if save_baseline is not None and not save_baseline.absolute().parent.is_dir():
        raise InputError(
            f"there is no directory {save_baseline.absolute().parent}", place=f"--save-baseline {save_baseline}"
        )
    began = now()
    return Terms(
        gate=gate,
        waivers=() if waivers is None else load_waivers(waivers, catalogue, began),
        baseline=None if baseline is None else (read_results(baseline), baseline.name),
        began=began,
    )
