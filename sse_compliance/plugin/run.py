"""The state of a run that pytest drives: what its parts (collecting, judging, ending) know of each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sse_compliance.files import clock
from sse_compliance.findings.finding import Finding
from sse_compliance.judge.outcome import Case
from sse_compliance.plugin.items.suite_item import SuiteItem
from sse_compliance.plugin.suite import Suite

if TYPE_CHECKING:
    from sse_compliance.collect.fleet import Collector

#: The case of an item of the suite that pytest made.
CASE = pytest.StashKey[Case]()


def case_of(item: pytest.Item) -> Case | None:
    """The case of an item; None where it is not the suite's."""
    return item.case if isinstance(item, SuiteItem) else item.stash.get(CASE, None)


@dataclass(slots=True)
class Run:
    """What is known of a run so far."""

    config: pytest.Config
    suite: Suite
    #: Where reports are written.
    reports: Path
    #: Where evidence is kept; None in a replay.
    evidence_directory: Path | None
    started_at: str = field(default_factory=lambda: clock.now().isoformat(timespec="seconds"))
    #: Whether the tests were found and running them began.
    begun: bool = False
    findings: list[Finding] = field(default_factory=list)
    #: Tests beside the suite's that failed.
    foreign_failures: int = 0
    #: Items that were to be run, and those that came to their end.
    selected: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    #: Seconds until a device that was waited for came back, by its name.
    came_back: dict[str, float] = field(default_factory=dict)
    collector: Collector | None = None
    #: Why the run could not go on.
    error: str | None = None

    @property
    def is_worker(self) -> bool:
        """Whether this is one of xdist's workers."""
        return hasattr(self.config, "workerinput")


def begin(config: pytest.Config, suite: Suite) -> Run:
    """The run that pytest's options ask for."""
    reports = config.invocation_params.dir / config.option.reports
    directory = None if suite.is_replay else config.option.save_evidence or reports / "evidence"
    return Run(config, suite, reports, directory)
