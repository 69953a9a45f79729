"""``make lab``: a lab that stays up, a shell in the runner, and commands that break and mend its devices."""

from __future__ import annotations

import json
import os
import socket
import socketserver
import subprocess
import sys
import threading

from tests.e2e.lab.faults import FAULTS
from tests.e2e.lab.outer import REPOSITORY
from tests.e2e.lab.shell import LabError
from tests.e2e.lab.site import FOLDER, PASSWORD, Site
from tests.e2e.lab.spec import DeviceSpec, Login

SOCKET = FOLDER / "control"
INVENTORY = FOLDER / "inventory.yaml"

_FLEET = (
    DeviceSpec("ftd-us"),
    DeviceSpec("ftd-eu", region="eu"),
    DeviceSpec("ftd-apj", region="apj", version="6.6.1", build=91),
    DeviceSpec("fmc-us", platform="fmc"),
    DeviceSpec("fmc-old", platform="fmc", version="6.4.0", build=102, login=Login.SHELL),
    DeviceSpec("sfr-us", platform="sfr", version="6.6.1", build=91),
)

_HELP = f"""
The lab is up; this shell is in the runner. Leave it to take the lab down.

    lab devices                  devices and addresses
    lab faults                   what can be planted
    lab plant DEVICE FAULT       break a device
    lab renew DEVICE             a new, healthy device in its place
    suite [OPTIONS]              pytest --inventory={INVENTORY}
    ssh admin@ADDRESS            password: {PASSWORD}
"""

_RC = f"""PS1='runner:\\w\\$ '
export SSE_PASSWORD='{PASSWORD}'
lab() {{ '{sys.executable}' -m tests.e2e.lab "$@"; }}
suite() {{ '{sys.executable}' -m pytest -p no:cacheprovider --inventory='{INVENTORY}' "$@"; }}
"""


class Keeper:
    """The lab behind the shell's commands."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._devices = {device.name: device for device in site.devices(_FLEET)}
        self._write()

    def obey(self, words: list[str]) -> str:
        """Carry out a command; what it says.

        Raises:
            LabError: it is wrong, or failed.
        """
        match words:
            case ["devices"]:
                return "\n".join(f"{d.address:15} {d.name}" for d in self._devices.values())
            case ["faults"]:
                return "\n".join(FAULTS)
            case ["plant", name, fault] if name in self._devices and fault in FAULTS:
                planned = FAULTS[fault]
                if planned.spec:
                    raise LabError(f"{fault} needs a device that was made for it; only the tests have one")
                planned.plant(self._site, self._devices[name])
                return f"{name}: {fault}"
            case ["renew", name] if name in self._devices:
                old = self._devices[name]
                self._site.repair(old)
                old.stop()
                self._devices[name] = self._site.device(old.spec)
                self._write()
                return f"{name}: new, at {self._devices[name].address}"
        raise LabError(f"unknown command, device or fault: {' '.join(words)}")

    def _write(self) -> None:
        self._site.inventory(INVENTORY, self._devices.values())


def shell() -> int:
    """Bring the lab up, and give the user a shell."""
    with Site() as site:
        keeper = Keeper(site)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    answer = {"said": keeper.obey(json.loads(self.rfile.readline()))}
                except LabError as error:
                    answer = {"error": str(error)}
                self.wfile.write(json.dumps(answer).encode())

        rc = FOLDER / "bashrc"
        rc.write_text(_RC)
        with socketserver.UnixStreamServer(str(SOCKET), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(_HELP, flush=True)
            subprocess.run(["bash", "--rcfile", str(rc), "-i"], cwd=REPOSITORY, env=dict(os.environ))
            server.shutdown()
    return 0


def ask(words: list[str]) -> int:
    """Have the lab of this shell carry out a command."""
    if not SOCKET.exists():
        print("No lab is up here: python -m tests.e2e.lab shell", file=sys.stderr)
        return 1
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(SOCKET))
        link.sendall(json.dumps(words).encode() + b"\n")
        with link.makefile() as file:
            answer: dict[str, str] = json.loads(file.read())
    if "error" in answer:
        print(answer["error"], file=sys.stderr)
        return 1
    print(answer["said"])
    return 0
