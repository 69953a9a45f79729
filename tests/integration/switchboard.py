"""A loopback port that leads to nowhere, or to one device of the lab or another: an upgrade, seen from outside."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

from sse_compliance.lab.lab import Lab


class Switchboard:
    """One port whose connections are refused until :meth:`lead_to` names a device of the lab.

    It counts connections, and the most that were open at once.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._device: str | None = None
        self._changes: list[str | None] = []
        self._listener: socket.socket | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._lock = threading.Lock()
        self._open = 0
        self.connections: list[str] = []
        self.most_at_once = 0

    def lead_to(self, device: str, *then: str | None) -> None:
        """Leads the next connection to a device, and each following one to the next of ``then``, the last one for good."""
        self._changes = [device, *then]
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    @property
    def known_hosts(self) -> str:
        """The lab's host key, for this port."""
        _, _, key = self._lab.known_hosts.read_text(encoding="utf-8").splitlines()[0].partition(" ")
        return f"[127.0.0.1]:{self.port} {key}\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listener is not None:
            self._listener.close()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            device = self._changes.pop(0) if len(self._changes) > 1 else self._changes[0]
            self.connections.append(device or "nowhere")
            if device is None:
                client.close()
                continue
            threading.Thread(target=self._relay, args=(client, device), daemon=True).start()

    def _relay(self, client: socket.socket, device: str) -> None:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        with client, socket.create_connection(("127.0.0.1", self._lab.ports[device])) as server:
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()
        with self._lock:
            self._open -= 1


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
