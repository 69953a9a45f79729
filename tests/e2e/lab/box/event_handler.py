"""The stand-in for EventHandler: listens on the unix socket that the connector attaches to, and keeps who comes."""

from __future__ import annotations

import json
import selectors
import socket
from pathlib import Path


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
    while True:
        for key, _ in selector.select():
            peer = key.fileobj
            assert isinstance(peer, socket.socket)
            if peer is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            elif not peer.recv(4096):
                # Let go at once: a socket whose other end is gone is still shown as CONNECTED.
                selector.unregister(peer)
                peer.close()


if __name__ == "__main__":
    main()
