"""Reading takes time in proportion to the text, whatever the text is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from tests.unit.facts.subjects import SUBJECTS, Subject

LENGTH = 50_000
GROWTH = 4
#: Four times the text may take this many times as long. In proportion it is 4, for quadratic time 16.
ALLOWED = 10
#: Less than this is noise.
FLOOR_SECONDS = 0.005
MEGABYTES_10 = 10_000_000
#: Each takes about a second or less alone; this allows for a busy machine.
ALLOWED_SECONDS = 15

PATTERNS = (
    *"\n\r \ta=-[\"'\\:./{}\x1b\x00\x07",
    *(
        "\x1b[",
        "\x1b[0",
        "\x1b]",
        "\r\n",
        ": ",
        " :",
        "< x\n",
        "* Connected to a (",
        'time="',
        '\\"',
        "unix ",
        "[{",
        ' a="',
    ),
    *(
        "-----BEGIN CERTIFICATE-----",
        "iprep_proxy {",
        "SSL certificate problem: ",
        ": Permission denied",
        "Name:",
        " (",
    ),
)


def seconds(subject: Subject, result: ProbeResult) -> float:
    started = time.process_time()
    with suppress(Unavailable):
        subject.parse(result)
    return time.process_time() - started


def largest(subject: Subject) -> tuple[ProbeResult, str]:
    """The sample with most text in one stream, and which stream that is."""
    streams = [(sample, stream) for sample in subject.samples for stream in ("stdout", "stderr")]
    return max(streams, key=lambda found: len(getattr(*found)))


def grown(subject: Subject) -> Iterator[tuple[str, str, str, str]]:
    """Stream, beginning, repeated part and end of texts to try: patterns, and lines of a sample that go on and on."""
    sample, stream = largest(subject)
    text: str = getattr(sample, stream)
    for pattern in PATTERNS:
        yield stream, "", pattern, ""
        yield stream, text, pattern, "x\n"
    for line in dict.fromkeys(text.split("\n")):
        for part in " a0(":
            yield stream, line[: len(line) // 2], part, "\n"
            yield stream, line, part, "!\n"


def text_of(length: int, beginning: str, part: str, end: str) -> str:
    return beginning + part * (length // len(part)) + end


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_growth(subject: Subject) -> None:
    sample, _ = largest(subject)
    for stream, *parts in grown(subject):
        results = [
            replace(sample, stdout=text) if stream == "stdout" else replace(sample, stderr=text)
            for text in (text_of(LENGTH, *parts), text_of(GROWTH * LENGTH, *parts))
        ]
        for _ in range(3):  # another try where the machine was busy
            short, long = (seconds(subject, result) for result in results)
            if long <= ALLOWED * max(short, FLOOR_SECONDS):
                break
        else:
            pytest.fail(f"{parts!r}: {short:.3f} s for {LENGTH} characters, {long:.3f} s for {GROWTH} times as many")


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_ten_megabytes(subject: Subject) -> None:
    sample, stream = largest(subject)
    text: str = getattr(sample, stream)
    flood = text * (MEGABYTES_10 // len(text))
    result = replace(sample, stdout=flood) if stream == "stdout" else replace(sample, stderr=flood)
    assert seconds(subject, result) < ALLOWED_SECONDS
