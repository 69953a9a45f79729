"""Whether reading takes time in proportion to the text, whatever the text is: ``python -m bench.linear_time``.

Facts, redaction and the cleaning of terminal text each read repeated patterns of two lengths; the ratio of the two is
what counts, so a busy machine does not matter much. Exits with 1 where the growth is not linear.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from sse_compliance.collect.ssh.terminal import clean
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.redaction import redacted_text
from tests.unit.facts.subjects import SUBJECTS, Subject

LENGTH = 50_000
GROWTH = 4
#: Four times the text may take this many times as long. In proportion it is 4, for quadratic time 16.
ALLOWED = 10
#: Less than this is noise.
FLOOR_SECONDS = 0.005

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


#: What redaction looks for, or what nearly is it.
SECRETS = (
    *(
        "password",
        "password=x ",
        '"token":',
        '"tokens":[',
        "token: ",
        'token=\\"',
        "token='",
        "key",
        "auth",
        "auth-",
    ),
    *("://", "://:a", "://a:a", "eyJ", "eyJaaaaaaaa.", "-u ", "-u a", "bearer ", "cookie", "authorization: ", "\n"),
    *(
        " " * 79 + "key",
        "pass ",
        "a_pass x ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\n",
        '"',
        " ",
    ),
    "token.a",
    "time=x level=error msg=dial tcp timed out\n",
)

TERMINAL = ("> ", "\x1b", "\x08", "a\x08", "$", "x #")


def seconds(read: Callable[[], object]) -> float:
    started = time.process_time()
    with suppress(Unavailable):
        read()
    return time.process_time() - started


def growth(read_of_length: Callable[[int], Callable[[], object]]) -> tuple[float, float] | None:
    """Seconds for a text and for one several times as long; None where the growth is allowed."""
    for _ in range(3):  # another try where the machine was busy
        short, long = (seconds(read_of_length(length)) for length in (LENGTH, GROWTH * LENGTH))
        if long <= ALLOWED * max(short, FLOOR_SECONDS):
            return None
    return short, long


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


def facts() -> Iterator[str]:
    """What grows too fast among the facts, a sentence each."""
    for subject in SUBJECTS:
        sample, _ = largest(subject)
        for stream, *parts in grown(subject):

            def read_of(length: int, stream: str = stream, parts: list[str] = parts) -> Callable[[], object]:
                text = text_of(length, *parts)
                result = replace(sample, stdout=text) if stream == "stdout" else replace(sample, stderr=text)  # noqa: B023
                return lambda: subject.parse(result)  # noqa: B023

            if found := growth(read_of):
                yield f"{subject.name}: {parts!r} in {stream}: {found[0]:.3f} s, {found[1]:.3f} s"


def texts() -> Iterator[str]:
    """What grows too fast in redaction and on the terminal, a sentence each."""
    for name, read, pieces in (("redaction", redacted_text, SECRETS), ("terminal", clean, TERMINAL)):
        for piece in pieces:

            def read_of(length: int, read: Callable[[str], str] = read, piece: str = piece) -> Callable[[], object]:
                text = piece * (length // len(piece)) + " :"
                return lambda: read(text)

            if found := growth(read_of):
                yield f"{name}: {piece!r}: {found[0]:.3f} s, {found[1]:.3f} s"


def main() -> int:
    mistakes = 0
    for sentence in (*facts(), *texts()):
        mistakes += 1
        print(f"NOT LINEAR: {sentence} for {LENGTH:,} and {GROWTH * LENGTH:,} characters")
    print(f"{mistakes} patterns grow faster than {ALLOWED}x for {GROWTH}x the text")
    return 1 if mistakes else 0


if __name__ == "__main__":
    raise SystemExit(main())
