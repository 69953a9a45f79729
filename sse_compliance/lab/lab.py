"""Starting a lab, using it and stopping it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import InputError, SseError
from sse_compliance.lab.fmc.trust import CA_FILE
from sse_compliance.lab.ledger import FILE, Event, Ledger
from sse_compliance.lab.scenario import Planted, Scenario, planted
from sse_compliance.lab.scenarios import SCENARIOS, scenarios
from sse_compliance.lab.server import PASSWORD_VARIABLE, USER, Plan, Ready
from sse_compliance.lab.texts.rules import SOURCE

#: How long the server may take to end after it was asked to, in seconds.
_PATIENCE = 10


#: Emulated devices that are best collected at the same time. They share this machine's processors: a probe that waits
#: for one for as long as it may take looks like a network that drops it.
AT_ONCE = 8


class LabFailedError(SseError):
    """The lab's server did not come up."""


class LabRefusedError(LabFailedError):
    """This system lacks or refuses what the lab needs: ``lacking`` says what in one line, the text what helps."""

    def __init__(self, lacking: str, text: str) -> None:
        self.lacking = lacking
        super().__init__(text)


class Lab:
    """A running lab: emulated devices behind a real SSH server on loopback.

    ``with Lab.start(["ftd-us", "ftd-no-dns"]) as lab: …``
    """

    def __init__(self, devices: Mapping[str, Scenario], ready: Ready, password: str) -> None:
        self._devices = dict(devices)
        self._password = password
        self._home = Path(ready.directory)
        self._book = Ledger(self._home / FILE)
        #: Loopback port of each device.
        self.ports: Mapping[str, int] = ready.ports or {}
        #: Loopback port of the REST API of each FMC that has one.
        self.fmc_ports: Mapping[str, int] = ready.fmc_ports or {}
        #: The CA of those FMCs.
        self.fmc_ca_file = self._home / CA_FILE
        #: known_hosts file with the lab's host key for every port.
        self.known_hosts = self._home / "known_hosts"
        #: Private key that every device takes, beside the password.
        self.key_file = self._home / "key"
        #: Inventory of all devices, for ``pytest --inventory``.
        self.inventory_file = self._home / "inventory.yaml"
        self._write_files(ready.host_key)

    @classmethod
    @contextmanager
    def start(cls, scenarios: Sequence[str | Scenario] | None = None, *, count: int | None = None) -> Iterator[Lab]:
        """Start a lab; it is stopped, and all traces of it are gone, when the block is left.

        Args:
            scenarios: names of scenarios, or scenarios of one's own; all known ones where None.
            count: how many devices to make, going round the scenarios; one of each where None.

        Raises:
            InputError: a name that there is not, or no device at all.
            LabRefusedError: with the reason, and what to do where the system refuses what the lab needs.
            LabFailedError: it did not come up for another reason.
        """
        devices = _devices(scenarios, count)
        password = secrets.token_urlsafe(16)
        server = subprocess.Popen(
            [sys.executable, "-m", "sse_compliance.lab.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, PASSWORD_VARIABLE: password, "PYTHONPATH": _python_path()},
            text=True,
            start_new_session=True,
        )
        try:
            yield cls(devices, _ready(server, Plan(devices)), password)
        finally:
            _stop(server)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that whoever uses the inventory must have: the password's."""
        return {PASSWORD_VARIABLE: self._password}

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenario of each device."""
        return self._devices

    @property
    def planted(self) -> Mapping[str, Planted]:
        """What a run must find on each device, and nothing else."""
        return planted_in(self._devices)

    @property
    def connections(self) -> Mapping[str, int]:
        """SSH connections made so far, per device, let in or not; counted by the server."""
        return self._book.count(Event.CONNECTION)

    @property
    def most_at_once(self) -> Mapping[str, int]:
        """How many SSH connections were open at the same time at most, per device."""
        return self._book.most_at_once()

    @property
    def logins(self) -> Mapping[str, int]:
        """Logins that succeeded so far, per device."""
        return self._book.count(Event.LOGIN)

    @property
    def refusals(self) -> Mapping[str, int]:
        """Passwords refused so far, per device."""
        return self._book.count(Event.REFUSAL)

    def disk(self, device: str) -> Path:
        """The device's disk, to see what a run left on it; empty until somebody has been in a shell of the device."""
        return self._home / "disks" / device

    def _write_files(self, host_key: str) -> None:
        lines = [f"[127.0.0.1]:{port} {host_key}\n" for port in self.ports.values()]
        self.known_hosts.write_text("".join(lines), encoding="utf-8")
        inventory = {
            "defaults": {
                "user": USER,
                "password": {"env": PASSWORD_VARIABLE},
                "known_hosts": str(self.known_hosts),
            },
            "devices": [
                {**_entry(name, self._devices[name], port), **self._fmc_entry(name)}
                for name, port in self.ports.items()
            ],
        }
        for scenario in self._devices.values():
            for file, rules in scenario.rules.items():
                (self._home / file).write_text(rules, encoding="utf-8")
        text = f"# The lab's devices. The password is in the environment variable {PASSWORD_VARIABLE}.\n"
        text += yaml.safe_dump(inventory, sort_keys=False, width=200)
        self.inventory_file.write_text(text, encoding="utf-8")

    def _fmc_entry(self, name: str) -> dict[str, object]:
        """What the inventory says of a device's FMC, or of an FMC's REST API."""
        scenario = self._devices[name]
        entry: dict[str, object] = {}
        if name in self.fmc_ports:
            password = {"env": PASSWORD_VARIABLE}
            ca_file = str(self.fmc_ca_file)
            entry["rest"] = {"port": self.fmc_ports[name], "user": USER, "password": password, "ca_file": ca_file}
        elif scenario.fmc in self.fmc_ports:
            entry["fmc"] = scenario.fmc
        if scenario.fmc_only and entry:
            entry["login"] = "fmc"
        return entry


def planted_in(devices: Mapping[str, Scenario]) -> Mapping[str, Planted]:
    """What a run must find on devices in these scenarios, and nothing else."""
    regions = load_regions()
    return {name: planted(scenario, regions) for name, scenario in devices.items()}


def _devices(chosen: Sequence[str | Scenario] | None, count: int | None) -> dict[str, Scenario]:
    if chosen is None:
        chosen = tuple(SCENARIOS)
    picked = [scenarios([one])[0] if isinstance(one, str) else one for one in chosen]
    if not picked or (count is not None and count < 1):
        raise InputError("a lab needs at least one device")
    if count is None:
        return {scenario.name: scenario for scenario in picked}
    return {f"{picked[i % len(picked)].name}-{i + 1:04}": picked[i % len(picked)] for i in range(count)}


def _entry(name: str, scenario: Scenario, port: int) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": name,
        "address": "127.0.0.1",
        "port": port,
        "platform": scenario.platform.value,
        "region": scenario.region,
        "profile": scenario.profile,
    }
    if scenario.amp:
        entry["amp"] = True
    if not scenario.cloud:
        entry["cloud"] = False
    if scenario.proxy is not None:
        entry["proxy"] = scenario.proxy
    if scenario.rules:
        entry["rulesets"] = [{"file": file, "from_zone": "mgmt", "source": SOURCE} for file in scenario.rules]
    return entry


def _ready(server: subprocess.Popen[str], plan: Plan) -> Ready:
    if server.stdin is None or server.stdout is None:
        raise AssertionError("unreachable: both are pipes")
    server.stdin.write(TypeAdapter(Plan).dump_json(plan).decode() + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    if not answer:
        raise LabFailedError(f"the lab's server ended with {server.wait()} before it was ready; see its messages above")
    ready = TypeAdapter(Ready).validate_json(answer)
    if ready.refused is not None:
        raise LabRefusedError(ready.refused, ready.error or ready.refused)
    if ready.error is not None:
        raise LabFailedError(ready.error)
    return ready


def _stop(server: subprocess.Popen[str]) -> None:
    # The end of its stdin tells the server to end; so it does too when this process is killed.
    for stream in (server.stdin, server.stdout):
        if stream is not None:
            stream.close()
    try:
        server.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _python_path() -> str:
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
