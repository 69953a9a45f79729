"""From what a test did to its finding; and what reads like a person wrote it."""

from __future__ import annotations

import pytest

from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import State
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.judgement import Judgement
from sse_compliance.judge.mark import NotApplicable
from sse_compliance.judge.outcome import EXHIBIT_CHARACTERS, Case, judge, message

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
