"""The programs that make the cloud, each a process of its own in the cloud's network."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

from tests.e2e.lab.dns import DnsMode
from tests.e2e.lab.outer import REPOSITORY
from tests.e2e.lab.shell import LabError


class Service:
    """A module that serves in a network namespace, and may take commands as JSON lines."""

    def __init__(self, network: int, module: str, *arguments: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            ["nsenter", "-t", str(network), "-n", sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        self._expect("ready")

    def tell(self, **command: str) -> None:
        """Give it a command; returns when it has been carried out."""
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            self._expect("done")

    def _expect(self, answer: str) -> None:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if said != answer:
            raise LabError(f"{self._module} did not say {answer!r} but {said!r}")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Dns(Service):
    """The cloud's DNS server, as a test sets it, per client."""

    def __init__(self, network: int) -> None:
        super().__init__(network, "tests.e2e.lab.dns")

    def mode(self, client: str, mode: DnsMode, name: str = "") -> None:
        """Treat a client's questions so: for one name, or for all."""
        self.tell(verb="mode", client=client, mode=mode.value, name=name)

    def lie(self, client: str, name: str, address: str) -> None:
        """Give a client this address for a name."""
        self.tell(verb="lie", client=client, name=name, address=address)

    def repair(self, client: str) -> None:
        """Answer a client rightly again."""
        self.tell(verb="forget", client=client)
