"""``pmtool status``: the device's process manager (TechNote 225776).

::

    EventHandler (normal) - Running 17453
    Command: /ngfw/usr/local/sf/bin/EventHandler
    PID File: /ngfw/var/sf/run/EventHandler.pid
    SSEConnector (system) - User Disabled
    Required by: ngfwManager,ASAConfig,tomcat,SSEConnector,rsyncd

Only a block's first line tells a state; ``Required by:`` lines name processes too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt

RUNNING = "Running"
USER_DISABLED = "User Disabled"
#: States whose meaning is plain: the first two were seen on devices, the others are named in documents.
_UNDERSTOOD = (RUNNING, USER_DISABLED, "Down", "Waiting")

_HEAD = re.compile(
    r"^(?P<name>[A-Za-z0-9_.:-]+) \((?P<kind>[a-z_, ]+)\) - "
    r"(?P<state>[A-Za-z][^\n]{0,60}?)(?: (?P<pid>[0-9]{1,10}))?[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Process:
    """A process as the process manager sees it."""

    name: str
    #: ``normal``, ``system``, ``system,gui`` …
    kind: str
    #: As printed, without the process id.
    state: str
    pid: int | None = None

    @property
    def understood(self) -> bool:
        """Whether the state is one whose meaning is known; otherwise nobody should judge it."""
        return self.state in _UNDERSTOOD and (self.pid is not None) == (self.state == RUNNING)

    @property
    def running(self) -> bool:
        return self.state == RUNNING and self.pid is not None

    @property
    def enabled(self) -> bool:
        return self.understood and self.state != USER_DISABLED


@dataclass(frozen=True, slots=True)
class PmTool:
    """The processes of a device by name."""

    processes: Mapping[str, Process]
    #: Names that occur with different states; they are not among ``processes``.
    contradictory: tuple[str, ...] = field(default=())
    truncated: bool = False

    def process(self, name: str) -> Process | None:
        """A process; None where the process manager does not know it.

        Raises:
            Unavailable: it occurs with different states, or the output was cut before it.
        """
        if name in self.contradictory:
            raise Unavailable(f"pmtool shows {name} more than once, with different states")
        if name not in self.processes and self.truncated:
            raise Unavailable(f"pmtool's output was cut before {name}")
        return self.processes.get(name)


def parse(result: ProbeResult) -> PmTool:
    """The processes.

    Raises:
        Unavailable: there is no pmtool, or its output holds no process.
    """
    ensure_ran(result, "pmtool")
    text = clean(result.stdout)
    processes: dict[str, Process] = {}
    contradictory: dict[str, None] = {}
    for head in _HEAD.finditer(text):
        pid = int(head["pid"]) if head["pid"] else None
        process = Process(head["name"], head["kind"], head["state"], pid)
        if processes.setdefault(process.name, process) != process:
            contradictory[process.name] = None
    if not processes:
        raise Unavailable(f"pmtool's output holds no process: {excerpt(text) or 'it is empty'}")
    for name in contradictory:
        del processes[name]
    return PmTool(processes, tuple(contradictory), result.truncated)
