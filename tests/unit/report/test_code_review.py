"""SARIF and Code Quality: each finding on its line, under a fingerprint of its own that stays."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from sse_compliance.findings.finding import FileLine, Finding, State
from sse_compliance.findings.gate import ExitCode
from sse_compliance.findings.results import Results, Verdict
from sse_compliance.report.code_review.places import Places, shown_findings
from sse_compliance.report.formats import report_bytes
from tests.unit.report.samples import HEALTHY, UNREACHABLE, build, hostile, small_fleet

LISTED = FileLine("ci/fleet.yaml", 7)


def listed(results: Results, at: FileLine | None = LISTED, rule: FileLine | None = None) -> Results:
    """The devices as an inventory lists them, the findings about a rule."""
    return replace(
        results,
        devices=tuple(replace(device, listed_at=at) for device in results.devices),
        findings=tuple(replace(finding, rule=rule) for finding in results.findings),
    )


def place_of(results: Results) -> FileLine:
    finding = next(finding for finding in results.findings if finding.standing is State.NON_COMPLIANT)
    return Places(results).of(finding)


@pytest.mark.parametrize(
    "at, rule, expected",
    [
        (LISTED, None, LISTED),
        (LISTED, FileLine("rules/edge.cfg", 12), FileLine("ci/rules/edge.cfg", 12)),
        (LISTED, FileLine("../rules/edge.cfg", 12), FileLine("rules/edge.cfg", 12)),
        (LISTED, FileLine("rules/edge.cfg"), FileLine("ci/rules/edge.cfg")),
        (FileLine("./fleet.yaml", 3), FileLine("edge.cfg", 12), FileLine("edge.cfg", 12)),
        (None, FileLine("rules/edge.cfg", 12), FileLine("rules/edge.cfg", 12)),
        (None, None, FileLine("compliance.json", 1)),
    ],
)
def test_a_finding_is_on_its_rule_else_on_its_device(
    at: FileLine | None, rule: FileLine | None, expected: FileLine
) -> None:
    assert place_of(listed(small_fleet(), at, rule)) == expected


def issues(results: Results) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(report_bytes(results, "codequality"))
    return found


def sarif(results: Results) -> dict[str, Any]:
    (run,) = json.loads(report_bytes(results, "sarif"))["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_names_the_line_the_rule_and_what_follows() -> None:
    run = sarif(listed(small_fleet(), rule=FileLine("rules/new edge.cfg", 12)))
    result = next(r for r in run["results"] if r["ruleId"] == "SSE-SOK-02" and r["level"] == "error")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "ci/rules/new%20edge.cfg"}, "region": {"startLine": 12}}
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "SSE-SOK-02"
    assert "(follows from SSE-CFG-02)" in result["message"]["text"]


def test_a_device_makes_no_link_in_sarif() -> None:
    """Readers make links of ``[text](target)``, also in a message that is plain text."""
    text = "[sign in](https://evil.example) [x](command:run)"
    findings = tuple(replace(one, observed=text, reason=one.reason and text) for one in hostile().findings)
    said = [result["message"]["text"] for result in sarif(replace(hostile(), findings=findings))["results"]]
    assert any("sign in" in one for one in said)
    assert not [one for one in said if re.search(r"\[.*?\]\(", one)]


@pytest.mark.parametrize("results", [small_fleet(), hostile()], ids=["small", "hostile"])
def test_code_quality_is_of_the_documented_form(results: Results) -> None:
    for issue in issues(results):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")


@pytest.mark.parametrize("results", [small_fleet(), hostile()], ids=["small", "hostile"])
def test_every_fingerprint_is_its_own(results: Results) -> None:
    prints = [issue["fingerprint"] for issue in issues(results)]
    assert len(set(prints)) == len(prints)
    own = [result["partialFingerprints"]["finding/v1"] for result in sarif(results)["results"]]
    assert len(set(own)) == len(own)


def test_a_fingerprint_stays_when_line_and_words_change() -> None:
    moved = tuple(replace(finding, observed=f"{finding.observed}, again") for finding in small_fleet().findings)
    later = listed(replace(small_fleet(), findings=moved), FileLine("fleet.yaml", 99))
    assert [i["fingerprint"] for i in issues(later)] == [i["fingerprint"] for i in issues(small_fleet())]


def test_a_waiver_that_ends_is_a_new_issue() -> None:
    ended = tuple(replace(finding, waiver=None) for finding in small_fleet().findings)
    before = {issue["fingerprint"] for issue in issues(small_fleet())}
    after = {issue["fingerprint"] for issue in issues(replace(small_fleet(), findings=ended))}
    assert len(after - before) == 2


@pytest.mark.parametrize("verdict", Verdict)
def test_no_verdict_leaves_code_quality_empty(verdict: Verdict) -> None:
    base = build({"ftd-a": HEALTHY})
    summary = replace(base.summary, verdict=verdict, exit_code=ExitCode.PASSED)
    first, *rest = issues(replace(base, summary=summary))
    assert first["description"].startswith(f"Verdict: {verdict}.")
    assert (first["severity"] == "info") is (verdict is Verdict.PASSED)
    assert rest == []


def test_what_was_not_assessed_is_listed_and_is_no_mere_remark() -> None:
    results = build({"ftd-a": UNREACHABLE})
    assert {issue["severity"] for issue in issues(results)} == {"critical", "major"}
    assert {result["level"] for result in sarif(results)["results"]} == {"warning"}
    assert len(sarif(results)["results"]) == len(results.findings)


def test_roots_come_first() -> None:
    shown: list[Finding] = shown_findings(small_fleet())
    first_follower = next(place for place, finding in enumerate(shown) if finding.cause is not None)
    assert all(finding.cause is not None for finding in shown[first_follower:])
