"""``show managers`` (clish of FTD and SFR): who manages the device.

::

    Type                      : Manager
    Host                      : 10.62.148.75
    Display name              : 10.62.148.75
    Identifier                : f7ffad78-bf16-11ec-a737-baa2f76ef602
    Registration              : Completed
    Management type           : Configuration and analytics

Older releases print host, registration key and registration. A pair of managers (FMC high availability) has two such
blocks. ``No managers configured.``: there is none; ``Managed locally.``: the device's own manager.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import excerpt, lines

COMPLETED, PENDING = "completed", "pending"

_PAIR = re.compile(r"[ \t]{0,8}([A-Za-z][A-Za-z /]{0,40}?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*")
_NONE = re.compile(r"^No managers? configured\.?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LOCAL = re.compile(r"^Managed locally\.?[ \t]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager that the device knows."""

    #: Address or name, as configured on the device.
    host: str
    #: As printed, in lower case: ``completed``, ``pending``.
    registration: str


@dataclass(frozen=True, slots=True)
class ShowManagers:
    """Who manages the device; nobody where there is none and it is not ``local`` either."""

    managers: tuple[Manager, ...] = ()
    #: Whether the device manages itself (Firepower Device Manager).
    local: bool = False


def parse(result: ProbeResult) -> ShowManagers:
    """The managers.

    Raises:
        Unavailable: the output is cut or not understood.
    """
    if result.truncated:
        raise Unavailable("show managers: the output was cut")
    text = "\n".join(lines(result.stdout))
    managers = _managers(text)
    none, local = _NONE.search(text) is not None, _LOCAL.search(text) is not None
    if sum((bool(managers), none, local)) != 1:
        raise Unavailable(f"show managers is not understood: {excerpt(text) or 'it printed nothing'}")
    return ShowManagers(managers, local)


def _managers(text: str) -> tuple[Manager, ...]:
    blocks: list[dict[str, str]] = []
    for line in text.split("\n"):
        pair = _PAIR.fullmatch(line)
        if pair is None:
            continue
        key, value = pair.group(1).lower(), (pair.group(2) or "").strip()
        if not blocks or key in blocks[-1]:
            blocks.append({})
        blocks[-1][key] = value
    known = [block for block in blocks if block.get("host") and block.get("registration")]
    if len(known) != len(blocks):
        raise Unavailable(f"show managers: a manager without host or registration: {excerpt(text)}")
    return tuple(Manager(block["host"], block["registration"].lower().rstrip(".")) for block in known)
