"""The stand-in for EventHandler: listens on the unix socket that the connector attaches to, and keeps who comes.

Whoever comes is handed an event; on SIGUSR1 all are handed another one.
"""

from __future__ import annotations

import json
import selectors
import signal
import socket
from pathlib import Path

#: What stands for an intrusion event.
EVENT = b"event" * 200 + b"\n"


def main() -> None:
    prefix = json.loads(Path("/opt/sf/device.json").read_text())["prefix"]
    path = Path(f"{prefix}/var/sf/run/EventHandler_SSEConnector.sock")
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o666)
    listener.listen()
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    peers: set[socket.socket] = set()

    def hand_on(*_: object) -> None:
        for each in peers:
            each.sendall(EVENT)

    signal.signal(signal.SIGUSR1, hand_on)
    while True:
        for key, _ in selector.select():
            peer = key.fileobj
            assert isinstance(peer, socket.socket)
            if peer is listener:
                newcomer = listener.accept()[0]
                selector.register(newcomer, selectors.EVENT_READ)
                peers.add(newcomer)
                newcomer.sendall(EVENT)
            elif not peer.recv(4096):
                # Let go at once: a socket whose other end is gone is still shown as CONNECTED.
                selector.unregister(peer)
                peers.discard(peer)
                peer.close()


if __name__ == "__main__":
    main()
