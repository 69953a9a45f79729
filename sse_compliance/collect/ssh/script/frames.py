"""Reading what the script of :mod:`build` prints. No I/O here."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import replace
from shlex import quote

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.script.build import LANE_BYTES, LANES, STDERR_BYTES, STDOUT_BYTES, TIMED_OUT
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.files.clock import stamp

#: Nothing of a script takes longer, in seconds.
_LONGEST = 86_400

#: What stands behind the marker: of a line, and of a probe's parts in a lane.
_FRAME = re.compile(rb"(?:(end)|(\d{1,3}) (?:\. (\d{1,7})|([A-Za-z0-9+/=]+)))\s*$")
_HEAD = re.compile(rb"(\d{1,5}) (\d{1,2}) (\S{1,32})\n")
_STATUS = re.compile(rb"(\d{1,3})\n")
_TAIL = re.compile(rb"(\S{1,32})\n")

#: The exit status of a command that was stopped: by ``timeout`` (the second where it did not obey), and by SIGPIPE at
#: the output's bound.
_KILLED = 137
_STOPPED_AT_BOUND = 141


def _utc_now() -> str:
    return stamp("milliseconds")


class _Lane:
    """What has arrived of one lane: no more than a lane can hold, in however many lines."""

    def __init__(self) -> None:
        self._text = bytearray()
        self.lines = 0

    def take(self, payload: bytes) -> None:
        self.lines += 1
        if len(self._text) < 2 * LANE_BYTES:
            self._text += payload

    def decoded(self, count: int) -> bytes:
        """The bytes; none where a line is missing or is no base64."""
        try:
            return b64decode(self._text, validate=True) if self.lines == count else b""
        except Base64Error:
            return b""


class FrameReader:
    """Reads what the script prints, in pieces of any size.

    Lines without the marker (echo, prompts, a broadcast message) are passed over; control characters around a frame do
    no harm. A lane that lacks a line is reported as not had, never patched up.

    Args:
        specs: the probes that :func:`build` was given.
        marker: the marker that it was given.
        clock: gives the time of arrival, RFC 3339.
    """

    def __init__(self, specs: Sequence[ProbeSpec], marker: str, clock: Callable[[], str] = _utc_now) -> None:
        self._specs = specs
        self._clock = clock
        self._mark = marker.encode() + b" "
        self._rest = b""
        #: The lanes that may still speak: those of the script, each until it is complete.
        self._open = set(range(min(LANES, len(specs)) + 1))
        self._lanes: dict[int, _Lane] = {}
        self._results: dict[str, ProbeResult | NotObtained] = {}
        #: Whether the script has said that it is through.
        self.ended = False

    def feed(self, data: bytes) -> list[tuple[str, ProbeResult | NotObtained]]:
        """Takes what has arrived and gives the probes that are complete with it."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        # A flood without a line end can't hold a frame: no frame is longer than this.
        self._rest = self._rest[-8192:]
        arrived: list[tuple[str, ProbeResult | NotObtained]] = []
        for line in lines:
            at = line.rfind(self._mark)
            if at < 0 or not (frame := _FRAME.match(line, at + len(self._mark))):
                continue
            end, lane, count, payload = frame.groups()
            if end:
                self.ended = True
            elif int(lane) not in self._open:
                continue
            elif payload:
                self._lanes.setdefault(int(lane), _Lane()).take(payload)
            else:
                self._open.discard(int(lane))
                arrived += self._close(int(lane), int(count))
        return arrived

    def finish(self, reason: str = "the session ended while it was read") -> dict[str, ProbeResult | NotObtained]:
        """Everything that was had; the probes that are missing carry the reason."""
        for number, lane in list(self._lanes.items()):
            self._close(number, lane.lines, complete=False)
        missing = NotObtained("the script ended without its result" if self.ended else reason)
        return {spec.name: self._results.get(spec.name, missing) for spec in self._specs}

    def _close(self, lane: int, count: int, *, complete: bool = True) -> list[tuple[str, ProbeResult | NotObtained]]:
        blob = self._lanes.pop(lane, _Lane()).decoded(count)
        arrived = list(self._records(blob, complete=complete))
        self._results.update(arrived)
        return arrived

    def _records(self, blob: bytes, *, complete: bool) -> list[tuple[str, ProbeResult | NotObtained]]:
        """The probes of a decoded lane."""
        found: list[tuple[str, ProbeResult | NotObtained]] = []
        position = 0
        while blob.startswith(self._mark, position) and (head := _HEAD.match(blob, position + len(self._mark))):
            number, file, began = int(head[1]), int(head[2]), head[3]
            if number >= len(self._specs):
                break
            spec = self._specs[number]
            status = self._marked(_STATUS, blob, head.end())
            tail = self._marked(_TAIL, blob, status.end()) if status else None
            if not status or not tail:
                if complete:
                    found.append((spec.name, self._cut(spec, file, blob[head.end() :], len(blob) >= LANE_BYTES)))
                break
            stdout, stderr = blob[head.end() : self._before(status)], blob[status.end() : self._before(tail)]
            ran, code = _elapsed(began, tail[1]), int(status[1])
            if code == _KILLED and ran >= spec.seconds:
                code = TIMED_OUT
            found.append((spec.name, self._result(spec, file, stdout, code, stderr, ran)))
            position = tail.end()
        return found

    def _marked(self, what: re.Pattern[bytes], blob: bytes, position: int) -> re.Match[bytes] | None:
        """The first that stands behind the marker at the beginning of a line."""
        mark = b"\n" + self._mark
        while (position := blob.find(mark, position)) >= 0:
            position += len(mark)
            if found := what.match(blob, position):
                return found
        return None

    def _before(self, found: re.Match[bytes]) -> int:
        """Where the line end before the marker stands."""
        return found.start() - len(self._mark) - 1

    def _cut(self, spec: ProbeSpec, file: int, stdout: bytes, at_bound: bool) -> ProbeResult:
        """A probe whose record stops in the middle: at the bound, or because its lane's time was up."""
        status = _STOPPED_AT_BOUND if at_bound else TIMED_OUT
        result = self._result(spec, file, stdout, status, b"", 0.0 if at_bound else float(spec.seconds))
        return replace(result, truncated=at_bound)

    def _result(
        self, spec: ProbeSpec, file: int, stdout: bytes, status: int, stderr: bytes, seconds: float
    ) -> ProbeResult:
        return ProbeResult(
            command=command_text(spec, file),
            exit_status=status,
            stdout=stdout[:STDOUT_BYTES].decode(errors="replace"),
            stderr=stderr[:STDERR_BYTES].decode(errors="replace"),
            seconds=seconds,
            read_at=self._clock(),
            truncated=len(stdout) > STDOUT_BYTES or len(stderr) > STDERR_BYTES,
        )


def command_text(spec: ProbeSpec, file: int = 0) -> str:
    """The command as it was run, with the path that matched."""
    return (
        spec.command.replace("{file}", quote(spec.files[min(file, len(spec.files) - 1)]))
        if spec.files
        else spec.command
    )


def _elapsed(began: bytes, ended: bytes) -> float:
    """The seconds between two readings of the uptime; 0 where the device could not tell."""
    try:
        seconds = round(float(ended) - float(began), 2)
    except (ValueError, OverflowError):
        return 0.0
    # `1e999` and `nan` are numbers to Python, and no JSON.
    return seconds if 0.0 <= seconds < _LONGEST else 0.0
