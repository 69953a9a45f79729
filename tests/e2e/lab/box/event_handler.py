"""The stand-in for EventHandler: listens on the unix socket that the connector attaches to, and keeps who comes."""

from __future__ import annotations

import json
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
    held = []
    while True:
        connection, _ = listener.accept()
        held.append(connection)
        # Whoever has gone is let go of, so that the table of sockets tells the truth.
        for peer in list(held):
            peer.setblocking(False)
            try:
                gone = peer.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                gone = False
            if gone:
                peer.close()
                held.remove(peer)


if __name__ == "__main__":
    main()
