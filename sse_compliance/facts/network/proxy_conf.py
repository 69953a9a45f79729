"""``/etc/sf/iprep_proxy.conf``: the management proxy of an FMC (TechNote 222847).

::

    iprep_proxy {
    PROXY_HOST 10.10.10.1;
    PROXY_PORT 80;
    }

Without the file there is no proxy. User and password, which the file may hold too, are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, why_unreadable

_BLOCK = re.compile(r"^iprep_proxy[ \t]*\{([^{}]*)\}", re.MULTILINE)
_HOST = re.compile(r"^[ \t]*PROXY_HOST[ \t]+([^\s;]+)[ \t]*;", re.MULTILINE)
_PORT = re.compile(r"^[ \t]*PROXY_PORT[ \t]+([0-9]{1,5})[ \t]*;", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProxyConf:
    """The proxy that the FMC's file names; both None where it names none."""

    host: str | None
    port: int | None


def parse(result: ProbeResult) -> ProxyConf:
    """The proxy.

    Raises:
        Unavailable: the file is there but can't be read whole or understood.
    """
    missing = why_unreadable(result)
    if missing == "No such file or directory":
        return ProxyConf(None, None)
    if missing:
        raise Unavailable(f"iprep_proxy.conf: {missing}")
    if result.truncated:
        raise Unavailable("iprep_proxy.conf was not read to its end")
    blocks: list[str] = _BLOCK.findall(clean(result.stdout))
    if len(blocks) != 1:
        raise Unavailable("iprep_proxy.conf: expected one iprep_proxy { … } block")
    if not blocks[0].strip():
        return ProxyConf(None, None)
    host, port = _HOST.findall(blocks[0]), _PORT.findall(blocks[0])
    if len(host) != 1 or len(port) > 1:
        raise Unavailable("iprep_proxy.conf: expected one PROXY_HOST and at most one PROXY_PORT")
    return ProxyConf(host[0], int(port[0]) if port else None)
