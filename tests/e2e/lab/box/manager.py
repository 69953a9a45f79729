"""A device's first process: starts sshd and the Firepower processes, starts them again, and obeys ``pmtool``."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import subprocess
import time
from pathlib import Path

HOME = Path("/opt/sf")
CONTROL = HOME / "pm.sock"


class Managed:
    """A process under the manager's care."""

    def __init__(self, name: str, kind: str, command: list[str], user: int) -> None:
        self.name = name
        self.kind = kind
        self.command = command
        self.user = user
        self.enabled = True
        self.process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def look_after(self) -> None:
        """Start it where it should run and does not; not more than once a second."""
        if self.process is not None and self.process.poll() is not None:
            self.process = None
        if self.enabled and self.process is None and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + 1
            self.process = subprocess.Popen(
                self.command, user=self.user, group=self.user, extra_groups=[], stdin=subprocess.DEVNULL
            )

    def stop(self) -> None:
        """End it, frozen or not."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self._not_before = 0.0

    def status(self, prefix: str) -> str:
        """Its block of ``pmtool status``."""
        if not self.enabled:
            state = "User Disabled"
        elif self.process is None:
            state = "Waiting"
        else:
            state = f"Running {self.process.pid}"
        return (
            f"{self.name} ({self.kind}) - {state}\n"
            f"Command: {prefix}/usr/local/sf/bin/{self.name}\n"
            f"PID File: {prefix}/var/sf/run/{self.name}.pid\n"
            f"Enable File: {prefix}/etc/sf/{self.name}.run\n"
            f"Required by: ngfwManager,ASAConfig,tomcat,SSEConnector,rsyncd,hmdaemon,srt,UUID\n"
        )


def obey(request: dict[str, str], processes: dict[str, Managed], prefix: str) -> str:
    """Carry out a request of pmtool's; what it prints."""
    verb = request["verb"]
    if verb == "status":
        return "\n".join(process.status(prefix) for process in processes.values())
    process = processes.get(request["id"])
    if process is None:
        return f"{request['id']} is not a known process\n"
    if verb in ("disablebyid", "restartbyid"):
        process.stop()
    process.enabled = verb != "disablebyid"
    process.look_after()
    return ""


def serve(listener: socket.socket, processes: dict[str, Managed], prefix: str) -> None:
    """Answer one pmtool."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError, ValueError):
        connection.settimeout(2)
        request = json.loads(connection.recv(4096))
        connection.sendall(obey(request, processes, prefix).encode())


def main() -> None:
    device = json.loads((HOME / "device.json").read_text())
    prefix, www = device["prefix"], device["www"]
    # Short time-outs, so that a test need not wait for the minutes of Linux's default.
    Path("/proc/sys/net/ipv4/tcp_syn_retries").write_text("1")
    processes = {
        process.name: process
        for process in (
            Managed("EventHandler", "normal", [str(HOME / "bin/EventHandler"), str(HOME / "event_handler.py")], 0),
            Managed("SSEConnector", "system", [str(HOME / "bin/connector"), str(HOME / "connector.py")], www),
        )
    }
    if not device["cloud"]:
        processes["SSEConnector"].enabled = False
    sshd_log = Path("/var/log/sshd.log").open("ab")  # noqa: SIM115  held open by sshd as long as the device lives
    subprocess.Popen(["/usr/sbin/sshd", "-D", "-e"], stdin=subprocess.DEVNULL, stderr=sshd_log)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(CONTROL))
    listener.listen()
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    # The connector comes after what it attaches to, so that a healthy start logs no error.
    processes["EventHandler"].look_after()
    while not Path(f"{prefix}/var/sf/run/EventHandler_SSEConnector.sock").exists():
        time.sleep(0.01)
    while True:
        for process in processes.values():
            process.look_after()
        if selector.select(timeout=0.5):
            serve(listener, processes, prefix)
        reap_orphans({process.process.pid for process in processes.values() if process.process is not None})


def reap_orphans(keep: set[int]) -> None:
    """Collect dead children that are nobody's, as a first process must, and leave those that Popen waits for."""
    while True:
        with contextlib.suppress(ChildProcessError):
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is not None and dead.si_pid not in keep:
                os.waitpid(dead.si_pid, 0)
                continue
        return


if __name__ == "__main__":
    main()
