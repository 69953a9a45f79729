"""Progress and summary on the terminal."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sse_compliance.findings.results import Notice, NoticeKind, Results
from sse_compliance.findings.summary import verdict_line
from sse_compliance.report.progress import CollectProgress
from sse_compliance.report.terminal import MOST_LINES, print_summary
from tests.unit.report.samples import hostile, large_fleet, small_fleet


def console(*, terminal: bool = False, width: int = 100) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=terminal, width=width, color_system="standard" if terminal else None), out


def summary(results: Results, **options: bool) -> str:
    target, out = console(**options)
    print_summary(target, results, [Path("reports/compliance.html"), Path("reports/compliance.json")])
    return out.getvalue()


def test_the_summary_tells_verdict_devices_root_findings_and_files() -> None:
    assert summary(small_fleet()).splitlines() == [
        "✕ FAILED  5 of 12 devices do not meet a required requirement; 3 root causes.",
        "12 devices selected, 10 assessed: 5 non-compliant, 1 waived, 4 compliant. 2 not assessed. 3 causes.",
        "✕ SSE-CFG-02 ftd-nyc-01: connector_port is 8990, expected 8989 (cat /ngfw/etc/sf/connector.properties)",
        "✕ SSE-DNS-01 ftd-lon-01: no DNS server, expected at least one DNS server (show network)",
        *(
            f"✕ SSE-NET-01[eventing-ingest.sse.itd.cisco.com] {name}: connection timed out after 5 s, expected a TCP "
            "connection (curl … https://eventing-ingest.sse.itd.cisco.com)"
            for name in ("ftd-lon-02", "ftd-lon-03", "fmc-lon-01")
        ),
        "? ftd-tok-01: not assessed: unreachable: no answer from 192.0.2.44 port 22 within 10 s",
        "? ftd-tok-02: not assessed: login refused: the device did not accept the password for admin",
        "against before.json of 2026-11-20T21:00:00+00:00: 4 new, 20 still, 3 fixed, 1 gone, 300 same",
        "not compared: SSE-LOG-01: the baseline's catalogue does not have it",
        "waiver ends soon: SSE-CFG-02 device ftd-lab-01, on 2026-12-01T00:00:00+00:00",
        "wrote reports/compliance.html",
        "wrote reports/compliance.json",
    ]


def test_the_summary_tells_notices() -> None:
    notice = Notice(NoticeKind.MANAGER_NOT_ASSESSED, "192.0.2.1", "192.0.2.1 is\x1b[31m missing.", ("ftd-nyc-01",))
    lines = summary(replace(small_fleet(), notices=(notice,))).splitlines()
    assert [line for line in lines if line.startswith("notice: ")] == ["notice: 192.0.2.1 is\\x1b[31m missing."]


def test_the_summary_tells_which_devices_came_back_and_which_waivers_cover_nothing() -> None:
    results = small_fleet()
    devices = (replace(results.devices[0], came_back_after=93.4), *results.devices[1:])
    waivers = (replace(results.waivers[1], unused="Nothing in its scope was judged in this run."),)
    lines = summary(replace(results, devices=devices, waivers=waivers)).splitlines()
    assert "ftd-nyc-01 came back after 93 s" in lines
    assert "waiver covers nothing: SSE-NET-04 tag dmz, Nothing in its scope was judged in this run." in lines


def test_a_device_that_fails_by_what_follows_from_a_waived_finding_is_told_with_it() -> None:
    results = small_fleet()
    findings = tuple(
        replace(finding, waiver="w") if (finding.device, finding.key) == ("ftd-nyc-01", "SSE-CFG-02") else finding
        for finding in results.findings
    )
    lines = summary(replace(results, findings=findings)).splitlines()
    assert "✕ SSE-SOK-02 ftd-nyc-01: not there, expected there" in lines


@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_text_is_printed_as_text(terminal: bool) -> None:
    text = summary(hostile(), terminal=terminal)
    colours = re.sub(r"\x1b\[[\d;]*m", "", text) if terminal else text
    assert "\x1b" not in colours
    assert "\\x1b[31mred\\x1b[0m" in colours
    assert "[bold]markup[/bold]"[:13] in colours
    assert "\x1b]8" not in text  # no hyperlink either
    assert all(character.isprintable() for line in colours.splitlines() for character in line)


def test_each_bad_device_takes_one_line_and_the_list_ends() -> None:
    lines = summary(large_fleet(200, bad_share=1.0)).splitlines()
    assert len([line for line in lines if line.startswith(("✕ SSE", "? "))]) == MOST_LINES
    assert f"and {200 - MOST_LINES} more devices in the report" in lines


def test_what_is_new_and_advisory_is_told_apart_from_the_new_of_the_verdict_line() -> None:
    results = small_fleet()
    assert results.baseline is not None
    baseline = replace(results.baseline, changes={**results.baseline.changes, "new": 9})
    assert ": 9 new (4 required), 20 still" in summary(replace(results, baseline=baseline))
    assert " new=4" in verdict_line(results)


def test_how_many_of_the_devices_stands_beside_the_verdict() -> None:
    results = small_fleet()
    assert summary(replace(results, run=replace(results.run, of_devices=30))).startswith(
        "✕ FAILED on 12 of 30 devices  5 of"
    )
    assert summary(replace(results, run=replace(results.run, of_devices=12))).startswith("✕ FAILED  5 of")


def test_a_partial_run_says_so() -> None:
    results = small_fleet()
    assert "partial run: no DNS" in summary(replace(results, run=replace(results.run, partial="no DNS")))


def run(progress: CollectProgress, total: int) -> None:
    with progress:
        progress.start(total)
        for number in range(total):
            progress.device_done(f"ftd-{number:03d}", ok=number != 3)


def test_without_a_terminal_progress_is_some_plain_lines() -> None:
    target, out = console()
    run(CollectProgress(target), 100)
    lines = out.getvalue().splitlines()
    assert lines[0] == "collecting from 100 devices"
    assert "ftd-003: could not be collected" in lines
    assert len(lines) == 12
    assert lines[-1].startswith("100 of 100 devices, 1 failing, 0 waiting")
    assert "\x1b" not in out.getvalue()


def test_quiet_is_silent() -> None:
    for terminal in (True, False):
        target, out = console(terminal=terminal)
        run(CollectProgress(target, quiet=True), 10)
        assert out.getvalue() == ""


def test_on_a_terminal_the_bar_goes_and_the_figures_stay() -> None:
    target, out = console(terminal=True)
    run(CollectProgress(target), 20)
    assert "20 of 20 devices, 1 failing, 0 waiting" in out.getvalue().splitlines()[-1]


def test_a_hostile_device_name_is_printed_as_text() -> None:
    target, out = console()
    progress = CollectProgress(target)
    progress.start(1)
    progress.device_done("\x1b[31m[bold]x", ok=False)
    assert "\\x1b[31m[bold]x: could not be collected" in out.getvalue()


def test_nothing_to_collect_is_no_fault() -> None:
    target, _ = console()
    run(CollectProgress(target), 0)
