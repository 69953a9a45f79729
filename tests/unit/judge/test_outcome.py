"""From what a test did to its finding; and what reads like a person wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import Exhibit, Finding, State
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.judgement import Judgement
from sse_compliance.judge.mark import NotApplicable
from sse_compliance.judge.outcome import EXHIBIT_CHARACTERS, Case, Outcome, judge, message

REQUIREMENT = load_catalogue()["SSE-CFG-02"]
COMMAND = "cat /ngfw/etc/sf/connector.properties"
EVIDENCE = Evidence(
    Device("ftd-1", Platform.FTD, "us"),
    "2026-11-21T22:00:00+00:00",
    {
        "connector-properties": ProbeResult(COMMAND, 0, "connector_port=8990\n"),
        "lsof": NotObtained("timed out"),
    },
)


def case(level: Level = Level.REQUIRED) -> Case:
    return Case(REQUIREMENT, "ftd-1", None, level)


def noted(observed: str = "connector_port is 8990") -> Judgement:
    judgement = Judgement(probes={"connector-properties": None, "lsof": None})
    judgement.note(expected="connector_port is 8989", observed=observed)
    return judgement


@pytest.mark.parametrize(
    ("ended_by", "level", "state"),
    [
        (None, Level.REQUIRED, State.COMPLIANT),
        (None, Level.ADVISORY, State.COMPLIANT),
        (AssertionError(), Level.REQUIRED, State.NON_COMPLIANT),
        (AssertionError(), Level.ADVISORY, State.ADVISORY),
        (Unavailable("gone"), Level.REQUIRED, State.NOT_ASSESSED),
        (NotApplicable("off"), Level.REQUIRED, State.NOT_APPLICABLE),
        (SystemExit("off"), Level.REQUIRED, State.NOT_ASSESSED),
        (ZeroDivisionError("oops"), Level.REQUIRED, State.NOT_ASSESSED),
        (ZeroDivisionError("oops"), Level.ADVISORY, State.NOT_ASSESSED),
    ],
)
def test_state(ended_by: BaseException | None, level: Level, state: State) -> None:
    assert judge(case(level), ended_by, noted(), EVIDENCE).state is state


def test_what_leaves_no_doubt_is_required_where_the_level_was_advice_for_doubts_sake() -> None:
    judgement = noted()
    judgement.certain = True
    found = judge(case(Level.ADVISORY), AssertionError(), judgement, EVIDENCE)
    assert (found.state, found.level) == (State.NON_COMPLIANT, Level.REQUIRED)


def test_what_explains_it_goes_with_what_is_not_met_only() -> None:
    judgement = noted()
    judgement.because = "SSE-PLT-02"
    assert judge(case(), AssertionError(), judgement, EVIDENCE).because == "SSE-PLT-02"
    assert judge(case(), None, judgement, EVIDENCE).because is None


def test_a_mistake_of_the_suites_own_is_named_and_is_no_failure() -> None:
    finding = judge(case(), ZeroDivisionError("oops"), noted(), EVIDENCE)
    assert finding.reason == "the test itself broke: ZeroDivisionError: oops"


def test_a_plain_assert_without_a_note_has_words_as_well() -> None:
    finding = judge(case(), AssertionError("assert 8990 == 8989"), Judgement(), EVIDENCE)
    assert finding.observed == "assert 8990 == 8989"
    assert finding.expected == REQUIREMENT.statement


def test_exhibits_are_the_probes_that_were_read_and_had() -> None:
    finding = judge(case(), AssertionError(), noted(), EVIDENCE)
    (exhibit,) = finding.evidence
    assert (exhibit.probe, exhibit.command, exhibit.stdout) == (
        "connector-properties",
        COMMAND,
        "connector_port=8990\n",
    )
    (kept,) = judge(case(), None, noted(), EVIDENCE).evidence
    assert (kept.probe, kept.stdout) == ("connector-properties", "")


def test_a_long_output_keeps_its_beginning_and_its_end() -> None:
    long = Evidence(EVIDENCE.device, "", {"connector-properties": ProbeResult("c", 0, "A" + "x" * 10_000 + "Z")})
    (exhibit,) = judge(case(), AssertionError(), noted(), long).evidence
    assert exhibit.stdout.startswith("A")
    assert exhibit.stdout.endswith("Z")
    assert len(exhibit.stdout) < EXHIBIT_CHARACTERS + 100
    assert "6002 characters left out" in exhibit.stdout


def test_the_message_reads_as_a_person_wants_it() -> None:
    text = message(judge(case(), AssertionError(), noted(), EVIDENCE), "Set it right.")
    assert text == (
        "SSE-CFG-02 ftd-1: connector_port is 8990, expected: connector_port is 8989\n"
        f"  read from  {COMMAND}\n"
        "  what to do Set it right."
    )


def test_a_hostile_answer_does_not_reach_the_terminal() -> None:
    text = message(judge(case(), AssertionError(), noted("\x1b[2J\x07gone\r\nfake"), EVIDENCE), "r")
    assert "\x1b" not in text
    assert "\x07" not in text
    assert text.count("\n") == 2


HOST = "api-sse.cisco.com"


@pytest.mark.parametrize(
    ("ended_by", "state", "reason", "in_test"),
    [
        (None, State.COMPLIANT, None, True),
        (AssertionError("x"), State.NON_COMPLIANT, None, True),
        (AssertionError("x"), State.NOT_ASSESSED, "the test itself broke: AssertionError: x", False),
        (Unavailable("timed out"), State.NOT_ASSESSED, "timed out", True),
        (NotApplicable("no proxy"), State.NOT_APPLICABLE, "no proxy", True),
        (NotApplicable(), State.NOT_APPLICABLE, "no reason given", True),
        (SystemExit(3), State.NOT_ASSESSED, "the test itself broke: SystemExit: 3", True),
    ],
)
def test_a_finding_as_a_whole(ended_by: BaseException | None, state: State, reason: str | None, in_test: bool) -> None:
    shown = state in (State.NON_COMPLIANT, State.NOT_ASSESSED)
    exhibit = Exhibit("connector-properties", COMMAND, 3, "connector_port=8990\n", "warned")
    evidence = replace(EVIDENCE, probes={"connector-properties": ProbeResult(COMMAND, 3, exhibit.stdout, "warned")})
    one = Case(REQUIREMENT, "ftd-1", HOST, Level.REQUIRED, Severity.LOW)
    assert judge(one, ended_by, noted(), evidence, in_test=in_test) == Finding(
        requirement="SSE-CFG-02",
        device="ftd-1",
        target=HOST,
        state=state,
        level=Level.REQUIRED,
        severity=Severity.LOW,
        expected="connector_port is 8989",
        observed="connector_port is 8990",
        reason=reason,
        evidence=(exhibit if shown else Exhibit("connector-properties", ""),),
    )


def test_a_finding_of_nothing_but_the_case() -> None:
    found = judge(case(Level.ADVISORY), None, Judgement(), None)
    assert found == Finding(
        "SSE-CFG-02", "ftd-1", State.COMPLIANT, Level.ADVISORY, REQUIREMENT.severity, expected=REQUIREMENT.statement
    )


@pytest.mark.parametrize(
    ("ended_by", "broke"),
    [
        (None, False),
        (AssertionError(), False),
        (Unavailable("x"), False),
        (NotApplicable("x"), False),
        (ZeroDivisionError(), True),
        (SystemExit(), True),
    ],
)
def test_whose_fault_an_end_is(ended_by: BaseException | None, broke: bool) -> None:
    assert Outcome(judge(case(), ended_by, noted(), EVIDENCE), ended_by).broke is broke


@pytest.mark.parametrize(
    ("length", "left_out"), [(EXHIBIT_CHARACTERS, None), (EXHIBIT_CHARACTERS + 1, 1), (10_000, 6_000)]
)
def test_the_bound_of_an_exhibit(length: int, left_out: int | None) -> None:
    text = "".join(chr(ord("a") + number % 26) for number in range(length))
    probes = {"connector-properties": ProbeResult("c", 0, text, text)}
    (exhibit,) = judge(case(), AssertionError(), noted(), replace(EVIDENCE, probes=probes)).evidence
    expected = text
    if left_out is not None:
        mark = f"\n… {left_out} characters left out; the evidence file holds them …\n"
        expected = text[:2000] + mark + text[-2000:]
    assert (exhibit.stdout, exhibit.stderr) == (expected, expected)


def finding(state: State, observed: str = "8990", reason: str | None = None, *exhibits: Exhibit) -> Finding:
    return Finding(
        "SSE-CFG-02", "ftd-1", state, Level.REQUIRED, Severity.HIGH, HOST, "8989", observed, reason, evidence=exhibits
    )


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (
            finding(State.NOT_ASSESSED, reason="timed\aout"),
            "SSE-CFG-02 ftd-1 api-sse.cisco.com: not assessed: timed\\x07out",
        ),
        (
            finding(State.NOT_APPLICABLE, reason="no proxy"),
            "SSE-CFG-02 ftd-1 api-sse.cisco.com: not applicable: no proxy",
        ),
        (
            finding(State.NON_COMPLIANT, "8990", None, Exhibit("a", ""), Exhibit("b", "cat b"), Exhibit("c", "cat c")),
            "SSE-CFG-02 ftd-1 api-sse.cisco.com: 8990, expected: 8989\n  read from  cat b\n  what to do Mend it.",
        ),
        (
            finding(State.ADVISORY),
            "SSE-CFG-02 ftd-1 api-sse.cisco.com: 8990, expected: 8989\n  read from  \n  what to do Mend it.",
        ),
    ],
)
def test_what_a_person_reads(found: Finding, text: str) -> None:
    assert message(found, "Mend it.") == text


def test_a_long_observation_is_cut_in_the_first_line() -> None:
    first = message(finding(State.NON_COMPLIANT, "x" * 5_000), "r").splitlines()[0]
    assert 600 <= len(first) <= 640


def test_the_first_line_holds_so_much_and_no_more() -> None:
    (one, other) = (message(finding(State.NON_COMPLIANT, "x" * n), "r").splitlines()[0] for n in (5_000, 6_000))
    assert one[:600] == other[:600]
    assert one[600:601] != "x"
