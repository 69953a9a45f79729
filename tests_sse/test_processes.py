"""SSE-PRC: the processes."""

from __future__ import annotations

from sse_compliance.errors import Unavailable
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement


@requirement("SSE-PRC-01")
def test_sse_connector_is_running(host: FirepowerHost) -> None:
    _is_running(host, "SSEConnector", ("connector", "SSEConnector"))


@requirement("SSE-PRC-02")
def test_event_handler_is_running(host: FirepowerHost) -> None:
    _is_running(host, "EventHandler", ("EventHandler",))


def _is_running(host: FirepowerHost, name: str, commands: tuple[str, ...]) -> None:
    process = host.pmtool.process(name)
    if process is not None and not process.understood:
        raise Unavailable(f"pmtool gives {name} a state that no document names: {process.state!r}")
    host.note(
        expected=f"{name} is enabled and Running",
        observed=f"{name} - {process.state}" if process else f"pmtool does not list {name}",
    )
    assert process is not None
    assert process.running
    if not host.was_asked("processes"):
        return
    # pmtool calls a process Running that is stopped or hangs; the kernel knows better.
    faults = [f"{p.name} (process {p.pid}) is {p.fault}" for p in host.processes.of(commands) if p.fault]
    host.note(
        expected=f"{name} is enabled and Running, and neither stopped nor hung",
        observed=f"{name} - {process.state}; " + ("; ".join(faults) or "it works"),
    )
    assert not faults
