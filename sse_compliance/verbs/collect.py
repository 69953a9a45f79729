"""The verb ``collect``: the evidence of devices, without judging it; ``run --evidence DIR`` judges it later."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sse_compliance.catalogue.concerns import Targets
from sse_compliance.collect.audit import AuditLog
from sse_compliance.collect.fleet import Collector
from sse_compliance.collect.limits import limits_of
from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import remove_others
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.gate import ExitCode
from sse_compliance.judge.outcome import Case
from sse_compliance.plugin.gather import gather
from sse_compliance.plugin.loading.load import load_suite
from sse_compliance.plugin.options import OPTIONS
from sse_compliance.plugin.settings import settle
from sse_compliance.plugin.suite import Suite
from sse_compliance.report.progress import CollectProgress

#: Those of pytest's options that say what is collected, and how.
_TAKEN = (
    "inventory",
    "relative-to",
    "ask-password",
    "devices",
    "region",
    "failed-from",
    "shard",
    "regions-file",
    "save-evidence",
    "reports",
    "resolver",
    "audit",
    "concurrency",
    "per-jump-host",
    "connect-timeout",
    "login-timeout",
    "probe-timeout",
    "device-timeout",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    for option in OPTIONS:
        if option.name in _TAKEN:
            parser.add_argument(f"--{option.name}", **option.arguments())
    parser.add_argument("--hosts", metavar="URL", help="devices without a file, as for run")
    parser.set_defaults(**{option.dest: None for option in OPTIONS if option.name not in _TAKEN})


def run(arguments: argparse.Namespace) -> int:
    """Collects; gives 0 where every device was collected, 10 where one was not.

    Raises:
        SseError: an option or the inventory can't be used, or evidence can't be written.
    """
    settle(arguments, Path.cwd())
    suite = load_suite(arguments)
    if suite is None or suite.is_replay:
        raise InputError("no device is named: give --inventory FILE or --hosts=firepower://user@address")
    directory: Path = arguments.save_evidence or arguments.reports / "evidence"
    suite.ask_passwords()
    audit = AuditLog(arguments.audit) if arguments.audit else None
    collector = Collector(limits_of(arguments), suite.credentials, audit=audit)
    console = Terminal()
    try:
        gather(suite, cases(suite), collector, save_to=directory, progress=CollectProgress(console))
    finally:
        collector.close()
    if arguments.save_evidence is None:
        remove_others(directory, suite.evidence)
    failed = {name: evidence.error for name, evidence in suite.evidence.items() if evidence.error is not None}
    for name, reason in sorted(failed.items()):
        console.print(f"{one_line(name)}: {one_line(reason)}", markup=False, highlight=False, soft_wrap=True)
    collected = plural(len(suite.evidence) - len(failed), "device")
    console.print(f"{collected} collected into {directory}", markup=False, highlight=False, soft_wrap=True)
    return ExitCode.NOT_ASSESSED if failed else ExitCode.PASSED


def cases(suite: Suite) -> dict[str, Sequence[Case]]:
    """All that can be judged on each device."""
    found: dict[str, list[Case]] = {name: [] for name in suite.devices}
    for requirement in suite.catalogue:
        if requirement.targets is Targets.PORTALS:
            continue  # asked by the runner while it judges
        for device, host in suite.cases(requirement):
            found[device.name].append(suite.case(requirement, device.name, host))
    return dict(found)
