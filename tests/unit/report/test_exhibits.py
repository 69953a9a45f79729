"""The evidence that reports show: the deciding lines are marked, long output is folded and capped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.finding import Exhibit, Finding, State
from sse_compliance.report.page.exhibits import LONGEST_LINE, MOST, shown

FINDING = Finding("SSE-CFG-02", "d", State.NON_COMPLIANT, Level.REQUIRED, Severity.CRITICAL)


def marked(observed: str, stdout: str, target: str | None = None) -> list[str]:
    finding = replace(FINDING, observed=observed, target=target, evidence=(Exhibit("p", "c", 0, stdout),))
    return [line.text for exhibit in shown(finding) for output in exhibit.outputs for line in output.deciding]


@pytest.mark.parametrize(
    "observed, stdout, expected",
    [
        ("connector_port is 8990", "a=1\nconnector_port=8990\nconnector_fqdn=x", ["connector_port=8990"]),
        ("only LISTENING, no such word", "unix 2 STREAM\n", []),
        ("10.1.1.1:443 is SYN_SENT", "x 10.1.1.1:443 (SYN_SENT)\ny 10.1.1.1:80", ["x 10.1.1.1:443 (SYN_SENT)"]),
        ("", "connector_port=8990", []),
        (
            "dex.example does not accept TCP 443: Connection timed out after 5001 milliseconds",
            "* Host dex.example:443 was resolved.\n* Connection timed out after 5001 milliseconds\n* closing",
            ["* Connection timed out after 5001 milliseconds"],
        ),
        ("no DNS server", "Hostname: a\nGateway: 192.0.2.1", []),
    ],
)
def test_the_lines_that_hold_what_was_observed_are_marked(observed: str, stdout: str, expected: list[str]) -> None:
    assert marked(observed, stdout) == expected


def test_the_host_marks_lines_as_well() -> None:
    assert marked("time-out", "ok a\nfailed mx01.example:443\n", target="mx01.example") == ["failed mx01.example:443"]


def test_long_output_keeps_its_ends_and_says_what_is_missing() -> None:
    text = "first\n" + "x\n" * 500_000 + "last\n"
    (exhibit,) = shown(replace(FINDING, evidence=(Exhibit("p", "c", 0, text),)))
    (output,) = exhibit.outputs
    assert output.is_long
    assert (output.lines[0].text, output.lines[-1].text) == ("first", "last")
    assert output.left_out == len(text) - MOST


def test_a_line_of_a_megabyte_is_cut() -> None:
    (exhibit,) = shown(replace(FINDING, evidence=(Exhibit("p", "c", 0, "A" * 1_000_000),)))
    assert max(len(line.text) for line in exhibit.outputs[0].lines) <= LONGEST_LINE + 2


def test_output_that_is_empty_is_no_output() -> None:
    (exhibit,) = shown(replace(FINDING, evidence=(Exhibit("p", "c", 1, " \n", ""),)))
    assert exhibit.outputs == ()
