"""A loopback port that leads to nowhere, or to one lab device or another: a device over time, seen from outside."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from sse_compliance.lab.lab import Lab


class Switchboard:
    """One port, whose connections are ended at once until :meth:`lead_to` names a device of the lab.

    It notes where each connection led, and how many were open at once.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._ways: list[str | None] = [None]
        self._lock = threading.Lock()
        self._open = 0
        self.led_to: list[str | None] = []
        self.most_at_once = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def lead_to(self, *ways: str | None) -> None:
        """Leads each following connection one way on, and stays at the last; None is nowhere."""
        self._ways = list(ways)

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
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                way = self._ways.pop(0) if len(self._ways) > 1 else self._ways[0]
                self.led_to.append(way)
                if way is None:
                    client.close()
                else:
                    threading.Thread(target=self._relay, args=(client, way), daemon=True).start()

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
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
