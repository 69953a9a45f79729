"""From a test to a finding: it is called, and how it ended gives state, words and the exhibits that it rests on.

Nothing here knows pytest: its items, ``--wait`` and whoever else judges call :func:`judge_test`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.requirements import Requirement
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.text import for_log, one_line
from sse_compliance.findings.finding import UNMET, Exhibit, Finding, State
from sse_compliance.judge.exclusion import refuse_excluded
from sse_compliance.judge.judgement import Judged, Judgement
from sse_compliance.judge.mark import NotApplicable, Test

#: How much of each output a finding carries; the evidence file holds it whole.
EXHIBIT_CHARACTERS = 4_000

#: Findings in these states carry the text that they rest on.
_SHOWN = frozenset({State.NON_COMPLIANT, State.ADVISORY, State.NOT_ASSESSED})


@dataclass(frozen=True, slots=True)
class Case:
    """One requirement on one device, and on one host where it is per host."""

    requirement: Requirement
    device: str
    target: str | None
    level: Level
    #: How much its being unmet costs there; that of the requirement where None.
    severity: Severity | None = None
    #: Why the requirement does not concern the device, as the inventory tells; None where it may.
    inapplicable: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The finding of a test, and the exception that ended it; None where it ran to its end."""

    finding: Finding
    ended_by: BaseException | None = None

    @property
    def broke(self) -> bool:
        """Whether the test itself is to blame, so that its traceback is what helps."""
        return self.ended_by is not None and not isinstance(self.ended_by, Unavailable | NotApplicable | AssertionError)


def judge_test(case: Case, test: Test, arguments: Mapping[str, object]) -> Outcome:
    """Calls a test, and tells what came of it.

    Whatever the test raises is its outcome; only what ends the process (Ctrl-C) goes through.

    Args:
        case: what it judges.
        test: the function.
        arguments: what it asks for by name. Among them is what it judges, made for this call (:class:`Judged`).
    """
    if case.inapplicable is not None:
        return Outcome(judge(case, None, Judgement(), None))
    judged = next((argument for argument in arguments.values() if isinstance(argument, Judged)), None)
    ended_by: BaseException | None = None
    try:
        if case.requirement.applies_to.cloud and judged is not None and judged.evidence is not None:
            refuse_excluded(judged.evidence)
        test(**arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        ended_by = error
    judgement, evidence = (judged.judgement, judged.evidence) if judged else (Judgement(), None)
    return Outcome(judge(case, ended_by, judgement, evidence), ended_by)


def judge(
    case: Case,
    ended_by: BaseException | None,
    judgement: Judgement,
    evidence: Evidence | None,
    *,
    in_test: bool = True,
) -> Finding:
    """The finding of a test that ended.

    Args:
        case: what it judged.
        ended_by: the exception that ended it; None where it ran to its end.
        judgement: what it noted and read.
        evidence: of its device; None for what the runner judged by itself.
        in_test: whether it ended in the test itself; what fails around it says nothing of the device.
    """
    level = Level.REQUIRED if judgement.certain else case.level
    state, reason = _state(case, level, ended_by, in_test)
    observed = judgement.observed
    if not observed and state in (State.NON_COMPLIANT, State.ADVISORY):
        observed = one_line(str(ended_by))
    return Finding(
        requirement=case.requirement.id,
        device=case.device,
        target=case.target,
        state=state,
        level=level,
        severity=case.severity or case.requirement.severity,
        expected=judgement.expected or case.requirement.statement,
        observed=observed,
        reason=reason,
        because=judgement.because if state in UNMET else None,
        rule=judgement.rule,
        evidence=_exhibits(judgement, evidence, with_text=state in _SHOWN) if evidence else (),
    )


def _state(case: Case, level: Level, ended_by: BaseException | None, in_test: bool) -> tuple[State, str | None]:
    if case.inapplicable is not None:
        return State.NOT_APPLICABLE, case.inapplicable
    match ended_by:
        case None:
            return State.COMPLIANT, None
        case Unavailable():
            return State.NOT_ASSESSED, ended_by.reason
        case NotApplicable():
            return State.NOT_APPLICABLE, ended_by.reason
        case AssertionError() if in_test:
            return State.NON_COMPLIANT if level is Level.REQUIRED else State.ADVISORY, None
        case _:
            # A mistake of the suite's own must never look like a broken, or a good, device.
            return State.NOT_ASSESSED, f"the test itself broke: {type(ended_by).__name__}: {ended_by}"


def _exhibits(judgement: Judgement, evidence: Evidence, *, with_text: bool) -> tuple[Exhibit, ...]:
    exhibits = []
    for name in judgement.probes:
        result = evidence.probes.get(name)
        if not isinstance(result, ProbeResult):
            continue
        if with_text:
            stdout, stderr = _capped(result.stdout), _capped(result.stderr)
            exhibits.append(Exhibit(name, result.command, result.exit_status, stdout, stderr))
        else:
            exhibits.append(Exhibit(name, ""))
    return tuple(exhibits)


def _capped(text: str) -> str:
    """The beginning and the end of a long output: what fails is told at either."""
    if len(text) <= EXHIBIT_CHARACTERS:
        return text
    half = EXHIBIT_CHARACTERS // 2
    return (
        f"{text[:half]}\n… {len(text) - 2 * half} characters left out; the evidence file holds them …\n{text[-half:]}"
    )


def message(finding: Finding, remedy: str) -> str:
    """What a person reads of a finding in pytest's own reports, instead of a traceback."""
    where = finding.device if finding.target is None else f"{finding.device} {finding.target}"
    if finding.state in (State.NOT_ASSESSED, State.NOT_APPLICABLE):
        return for_log(f"{finding.requirement} {where}: {finding.state}: {finding.reason}")
    read_from = next((exhibit.command for exhibit in finding.evidence if exhibit.command), "")
    lines = [
        f"{finding.requirement} {where}: {finding.observed}, expected: {finding.expected}",
        f"  read from  {read_from}",
        f"  what to do {remedy}",
    ]
    return "\n".join(for_log(one_line(line, 600) if number == 0 else line) for number, line in enumerate(lines))
