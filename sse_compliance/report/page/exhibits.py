"""What a report shows of a probe's output: the lines that decided the judgement, and the rest folded and capped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.files.text import visible
from sse_compliance.findings.finding import Finding

#: Output that is shown without folding, in lines.
SHORT = 14
#: Longest text that is shown of one output, in characters, and longest line.
MOST = 6_000
LONGEST_LINE = 400
#: The longest command that is shown unfolded.
LONGEST_BRIEF = 110

#: The words of a judgement that can be found again in an output.
_WORD = re.compile(r"[\w.-]*\w")
#: Words that are telling even alone: they hold a digit or a sign that prose does not have.
_TELLING = re.compile(r".*[\d_./-]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of output and whether it decided the judgement."""

    text: str
    decides: bool


@dataclass(frozen=True, slots=True)
class Output:
    """One output stream of a probe as it is shown."""

    stream: str
    lines: tuple[Line, ...]
    #: How many characters were left out, 0 where it is whole.
    left_out: int

    @property
    def is_long(self) -> bool:
        return len(self.lines) > SHORT

    @property
    def deciding(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.decides)


@dataclass(frozen=True, slots=True)
class ShownExhibit:
    """A probe as it is shown."""

    command: str
    #: A command that is long, in a few words; empty where it is short.
    brief: str
    exit_status: int | None
    outputs: tuple[Output, ...]


def shown(finding: Finding) -> tuple[ShownExhibit, ...]:
    """The exhibits of a finding, with the lines marked that hold what it observed."""
    words = _words(finding)
    return tuple(
        ShownExhibit(
            visible(exhibit.command[:MOST]),
            _brief(exhibit.command),
            exhibit.exit_status,
            tuple(
                _output(stream, text, words)
                for stream, text in (("stdout", exhibit.stdout), ("stderr", exhibit.stderr))
                if text.strip()
            ),
        )
        for exhibit in finding.evidence
    )


def _brief(command: str) -> str:
    """``curl … https://api-sse.cisco.com``: what is run and on what; the rest is folded."""
    words = visible(command[:MOST]).split()
    return f"{words[0]} … {words[-1]}"[:LONGEST_BRIEF] if len(command) > LONGEST_BRIEF and len(words) > 1 else ""


def _words(finding: Finding) -> frozenset[str]:
    said = " ".join((finding.observed[:1000], finding.reason or "", finding.target or ""))
    return frozenset(word for word in _WORD.findall(said.lower()) if len(word) > 2)


def _output(stream: str, text: str, words: frozenset[str]) -> Output:
    kept = text if len(text) <= MOST else text[: MOST // 2] + "\n…\n" + text[-MOST // 2 :]
    lines = [_cut(line) for line in visible(kept).strip("\n").split("\n")]
    scores = [_score(line.lower(), words) for line in lines]
    best = max(scores)
    return Output(
        stream,
        tuple(Line(line, decides=best > 0 and score == best) for line, score in zip(lines, scores, strict=True)),
        left_out=max(0, len(text) - MOST),
    )


def _score(line: str, words: frozenset[str]) -> int:
    """How many of the words a line holds; one word of prose alone says nothing."""
    held = [word for word in words if word in line]
    return len(held) if len(held) > 1 or any(_TELLING.match(word) for word in held) else 0


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " …"
