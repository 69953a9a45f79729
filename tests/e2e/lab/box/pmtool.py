"""``pmtool status | disablebyid NAME | enablebyid NAME | restartbyid NAME``."""

from __future__ import annotations

import json
import os
import socket
import sys


def main() -> int:
    words = sys.argv[1:]
    verb = words[0].lower() if words else ""
    if os.geteuid() != 0:
        print("pmtool: you must be root", file=sys.stderr)
        return 1
    if verb != "status" and (verb not in ("disablebyid", "enablebyid", "restartbyid") or len(words) != 2):
        print("usage: pmtool status | disablebyid NAME | enablebyid NAME | restartbyid NAME", file=sys.stderr)
        return 2
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect("/opt/sf/pm.sock")
        connection.sendall(json.dumps({"verb": verb, "id": words[1] if len(words) > 1 else ""}).encode())
        with connection.makefile("r") as answer:
            print(answer.read(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
