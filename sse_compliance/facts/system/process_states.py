"""``ps -eo pid,stat,comm``, and again two seconds later where a process waits for the kernel: does it work?

::

      PID STAT COMMAND
    13277 Sl   connector
     7741 T    EventHandler

The states are the kernel's (``/proc/PID/stat``, proc(5)): ``T`` stopped by a signal, ``t`` by a debugger, ``Z`` ended
and not taken leave of, ``D`` waiting for a disk or the like, which is short unless that hangs. pmtool calls all of them
Running.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt

_HEADER = re.compile(r"^ *PID +STAT? +COMM", re.MULTILINE)
_PROCESS = re.compile(r"^ *([0-9]{1,10}) +([DIRSTtXZPW])[<NLsl+]* +(\S.{0,63}?) *$", re.MULTILINE)
#: What ps puts behind the name of a process that has ended.
_ENDED = " <defunct>"
_WAITS = "D"
#: What the kernel's letters mean for a process that should work.
_BROKEN = {
    "T": "stopped (state T)",
    "t": "stopped by a debugger (state t)",
    "Z": "dead (state Z)",
    "X": "dead (state X)",
}
_DEAD = ("Z", "X")
_HUNG = "hung in the kernel (state D, twice)"


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process as the kernel sees it."""

    pid: int
    name: str
    #: One letter for each look at it: ``S``, or ``DD``.
    states: str

    @property
    def fault(self) -> str | None:
        """What is wrong with it, in words; None where it works, or may."""
        if all(state == _WAITS for state in self.states) and len(self.states) > 1:
            return _HUNG
        return _BROKEN.get(self.states[-1])


@dataclass(frozen=True, slots=True)
class ProcessStates:
    """All processes of a device."""

    processes: tuple[ProcessState, ...]

    def of(self, names: Collection[str]) -> tuple[ProcessState, ...]:
        """The processes of some names.

        Raises:
            Unavailable: there is none.
        """
        listed = tuple(process for process in self.processes if process.name in names)
        # A child that ended and was not taken leave of says nothing of its parent, which may work.
        found = tuple(process for process in listed if process.states[-1] not in _DEAD) or listed
        if not found:
            raise Unavailable(f"ps lists no process {' or '.join(sorted(names))}")
        return found


def parse(result: ProbeResult) -> ProcessStates:
    """The processes.

    Raises:
        Unavailable: there is no ps, it does not know these columns, or what it printed is not understood or cut.
    """
    ensure_ran(result, "ps")
    looks = _HEADER.split(clean(result.stdout))
    if len(looks) < 2 or result.truncated:
        said = excerpt(result.stderr or result.stdout) or "it printed nothing"
        raise Unavailable("ps's output was cut" if result.truncated else f"ps's output is not understood: {said}")
    states: dict[tuple[int, str], str] = {}
    for look in looks[1:]:
        found = {(int(pid), name.removesuffix(_ENDED)): state for pid, state, name in _PROCESS.findall(look)}
        # What the last look does not show has ended since.
        states = {key: states.get(key, "") + state for key, state in found.items()}
    if not states:
        raise Unavailable(f"ps lists no process: {excerpt(result.stdout)}")
    return ProcessStates(tuple(ProcessState(pid, name, seen) for (pid, name), seen in states.items()))
