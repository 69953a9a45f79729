"""The site: runner, devices' network, edge firewall and cloud, and the devices in it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import yaml

from tests.e2e.lab import names, pki, rootfs
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.dns import DnsMode
from tests.e2e.lab.firewall import Firewall
from tests.e2e.lab.outer import REPOSITORY, is_inside
from tests.e2e.lab.shell import LabError, in_network, ip_batch, only_child, run
from tests.e2e.lab.spec import DeviceSpec

FOLDER = Path("/run/lab")
#: The password of every device's admin; the inventory refers to it by the environment variable SSE_PASSWORD.
PASSWORD = "Ceci-n-est-pas-1-secret"
_NAMESPACE = ["unshare", "--net", "--fork", "--kill-child"]


class Dns:
    """The cloud's DNS server as a test sets it, per client."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def mode(self, client: str, mode: DnsMode, name: str = "") -> None:
        """Treat a client's questions so: for one name, or for all."""
        self._site.tell_cloud(verb="dns-mode", client=client, mode=mode.value, name=name)

    def lie(self, client: str, name: str, address: str) -> None:
        """Give a client this address for a name."""
        self._site.tell_cloud(verb="dns-lie", client=client, name=name, address=address)

    def repair(self, client: str) -> None:
        """Answer a client rightly again."""
        self._site.tell_cloud(verb="dns-forget", client=client)


class Site:
    """Everything in the outer namespace; a context manager."""

    def __init__(self) -> None:
        if not is_inside():
            raise LabError("the lab lives in an outer namespace: python -m tests.e2e.lab run -- COMMAND")
        self._numbers = itertools.count(1)
        self._devices: list[RealDevice] = []
        self._edge = subprocess.Popen([*_NAMESPACE, "sleep", "infinity"], stdin=subprocess.DEVNULL)
        self.edge_pid = only_child(self._edge.pid)
        self._authority = pki.make_authority("HydrantID Lab", "HydrantID Lab")
        self._certificates()
        rootfs.copy_sudo(FOLDER / "sudo")
        self._hash = run("openssl", "passwd", "-6", "-stdin", text_in=PASSWORD).strip()
        self._cloud = subprocess.Popen(
            [
                *_NAMESPACE,
                "sh",
                "-c",
                'read -r _; exec "$@"',
                "sh",
                sys.executable,
                "-m",
                "tests.e2e.lab.cloud",
                str(FOLDER / "tls"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        self._wire()
        self.firewall = Firewall(self.edge_pid)
        self.dns = Dns(self)
        self._ask_cloud("go", "ready")

    def _certificates(self) -> None:
        hosts = [*names.ADDRESSES]
        company = pki.make_authority("Corp", "Corp Proxy")
        tls = FOLDER / "tls"
        pki.write_server_files(tls / "genuine", self._authority, hosts)
        pki.write_server_files(tls / "intercepted", company, hosts)
        pki.write_server_files(tls / "expired", self._authority, hosts, days=(-400, -10))
        pki.write_server_files(tls / "misnamed", self._authority, hosts, certified="parked.example.net")

    def _wire(self) -> None:
        cloud = only_child(self._cloud.pid)
        ip_batch(
            None,
            [
                f"link add run0 address 02:00:0a:3e:ff:02 type veth peer name runner netns {self.edge_pid}",
                "addr add 10.62.148.2/22 dev run0",
                "link set run0 up",
                f"route add default via {rootfs.GATEWAY}",
            ],
        )
        ip_batch(
            self.edge_pid,
            [
                "link set lo up",
                # With a MAC of its own; else it takes its ports', and changes it as devices come and go.
                "link add br0 address 02:00:0a:3e:ff:01 type bridge forward_delay 0",
                f"addr add {rootfs.GATEWAY}/22 dev br0",
                "link set br0 up",
                "link set runner master br0 up",
                f"link add cloud type veth peer name eth0 netns {cloud}",
                "addr add 10.25.0.254/24 dev cloud",
                "link set cloud up",
                "route add 192.88.99.0/24 dev cloud via 10.25.0.1",
            ],
        )
        in_network(self.edge_pid, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        ip_batch(
            cloud,
            [
                "link set lo up",
                *(f"addr add 10.25.0.{last}/24 dev eth0" for last in (1, 3, 5, 8)),
                "link set eth0 up",
                "route add default via 10.25.0.254",
                # Every address of the block is this host's, without naming each.
                "route add local 192.88.99.0/24 dev lo",
            ],
        )

    def tell_cloud(self, **command: str) -> None:
        """Give the cloud a command."""
        self._ask_cloud(json.dumps(command), "done")

    def _ask_cloud(self, line: str, expected: str) -> None:
        assert self._cloud.stdin is not None
        assert self._cloud.stdout is not None
        self._cloud.stdin.write(line + "\n")
        self._cloud.stdin.flush()
        answer = self._cloud.stdout.readline().strip()
        if answer != expected:
            raise LabError(f"the cloud did not answer {expected!r} to {line!r} but {answer!r}")

    def device(self, spec: DeviceSpec) -> RealDevice:
        """A new device, up and answering SSH."""
        device = RealDevice(spec, next(self._numbers), FOLDER, self.edge_pid, self._hash, self._authority.bundle)
        self._devices.append(device)
        device.start()
        return device

    def devices(self, specs: Iterable[DeviceSpec]) -> list[RealDevice]:
        """Several devices, four at a time."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.device, specs))

    def repair(self, device: RealDevice) -> None:
        """Take back the faults that the firewall and the DNS have for a device."""
        self.firewall.repair(device.address)
        self.dns.repair(device.address)

    def inventory(
        self, file: Path, devices: Iterable[RealDevice], password_variables: dict[str, str] | None = None
    ) -> Path:
        """Write the inventory that a user would, and the known_hosts file beside it.

        Args:
            file: where to.
            devices: which devices, in this order.
            password_variables: environment variable of a device's password, where it is not SSE_PASSWORD.
        """
        chosen = list(devices)
        known_hosts = file.with_suffix(".known_hosts")
        known_hosts.write_text("".join(f"{device.address} {device.host_key}\n" for device in chosen))
        entries = []
        for device in chosen:
            entry: dict[str, object] = {
                "name": device.name,
                "address": device.address,
                "platform": device.spec.platform,
                "region": device.spec.region,
            }
            if device.spec.proxy:
                entry["proxy"] = device.spec.proxy
            if not device.spec.cloud:
                entry["cloud"] = False
            variable = (password_variables or {}).get(device.name)
            if variable:
                entry["password"] = {"env": variable}
            entries.append(entry)
        defaults = {"user": "admin", "password": {"env": "SSE_PASSWORD"}, "known_hosts": str(known_hosts)}
        file.write_text(yaml.safe_dump({"defaults": defaults, "devices": entries}, sort_keys=False))
        return file

    def stop(self) -> None:
        """Take everything down."""
        for device in self._devices:
            device.stop()
        for process in (self._cloud, self._edge):
            process.kill()
            process.wait()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()
