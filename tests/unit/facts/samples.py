"""Literal output, kept in ``tests/data/samples``. Each file's first line names its source."""

from __future__ import annotations

import re
from pathlib import Path

from sse_compliance.evidence.answer import ProbeResult

_FOLDER = Path(__file__).parents[2] / "data" / "samples"
_PROMPT = re.compile(
    r"(?:\S+@\S+|FTD01:\S+)?[#>$] ?(?:(?:curl|nslookup|lsof|netstat|cat|more|pmtool|show) .*)?|show .*|--"
)
_RECORDING = re.compile(
    r"# source: .*\n# command: (?P<command>.*)\n# exit status: (?P<status>\d+)\n"
    r"# stdout\n(?P<stdout>(?:.*\n)*?)# stderr\n(?P<stderr>(?:.*\n)*)"
)


def transcript(name: str) -> str:
    """The output in a transcript, without the prompt lines around it."""
    source, *lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    assert source.startswith("# source: "), name
    return "\n".join(line for line in lines if not _PROMPT.fullmatch(line)) + "\n"


def recording(name: str) -> ProbeResult:
    """A recorded command with all that came of it."""
    found = _RECORDING.fullmatch((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    assert found is not None, name
    return ProbeResult(found["command"], int(found["status"]), found["stdout"].removesuffix("\n"), found["stderr"])


def text_of(file: str) -> str:
    """A file as it is."""
    return (_FOLDER / file).read_text(encoding="utf-8")
