"""What holds for every fact and any text: a fact, or Unavailable with a reason that is fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from tests.unit.facts.subjects import SUBJECTS, Subject

LINES = sorted({line for s in SUBJECTS for r in s.samples for line in f"{r.stdout}\n{r.stderr}".split("\n")})
COMMANDS = sorted({r.command for s in SUBJECTS for r in s.samples})
STATUSES = sorted({r.exit_status for s in SUBJECTS for r in s.samples} | {-1, 1, 2, 124, 125, 126, 127, 137})

#: Any characters, lone surrogates too; whole lines of the samples in any order; and both mixed within lines.
any_text = st.text(st.characters(), max_size=200)
pieces = st.one_of(
    any_text, st.sampled_from(LINES), st.sampled_from(["\n", "\r\n", "\x1b[", ": ", "=", '"', "\\", "\x00"])
)
texts = st.one_of(
    any_text,
    st.lists(st.sampled_from(LINES), max_size=30).map("\n".join),
    st.lists(pieces, max_size=12).map("".join),
)
results = st.builds(
    ProbeResult,
    command=st.one_of(st.sampled_from(COMMANDS), any_text),
    exit_status=st.sampled_from(STATUSES),
    stdout=texts,
    stderr=texts,
    read_at=st.one_of(st.just("2026-11-21T12:00:00Z"), any_text),
    truncated=st.booleans(),
)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(result=results)
def test_a_fact_or_unavailable(subject: Subject, result: ProbeResult) -> None:
    reason = reason_or_fact(subject, result)
    if isinstance(reason, str):
        assert 0 < len(reason) < 1000
        assert not any(character in reason for character in "\n\r\x1b\x07\x00")
    subject.healthy_signs(result)


def reason_or_fact(subject: Subject, result: ProbeResult) -> object:
    try:
        return subject.parse(result)
    except Unavailable as error:
        return error.reason
