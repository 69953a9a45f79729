"""The site: runner, devices' network, edge firewall and cloud, and the devices in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import yaml

from tests.e2e.lab import names, pki, rootfs
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.firewall import Firewall
from tests.e2e.lab.outer import is_inside
from tests.e2e.lab.services import Dns, Service
from tests.e2e.lab.shell import LabError, run
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.topology import Network, wire

FOLDER = Path("/run/lab")
#: The password of every device's admin; the inventory refers to it by the environment variable SSE_PASSWORD.
PASSWORD = "Ceci-n-est-pas-1-secret"

#: What the proxy's second port wants; the inventory refers to the password by SSE_PROXY_PASSWORD.
PROXY_PASSWORD = "Ceci-n-est-pas-1-proxy"
PROXY_LOGIN = f"{names.PROXY_USER}:{PROXY_PASSWORD}"


class Site:
    """Everything in the outer namespace; a context manager."""

    def __init__(self) -> None:
        if not is_inside():
            raise LabError("the lab lives in an outer namespace: python -m tests.e2e.lab run -- COMMAND")
        self._numbers = itertools.count(1)
        self._devices: list[RealDevice] = []
        self._edge, self._cloud = Network(), Network()
        wire(self._edge, self._cloud)
        self.firewall = Firewall(self._edge.pid)
        self._authority = pki.make_authority("HydrantID Lab", "HydrantID Lab")
        #: Who signs for the firewall that decrypts.
        self.company = pki.make_authority("Corp", "Corp Proxy")
        self._certificates()
        rootfs.copy_sudo(FOLDER / "sudo")
        self._hash = run("openssl", "passwd", "-6", "-stdin", text_in=PASSWORD).strip()
        self.dns = Dns(self._cloud.pid)
        self._endpoints = Service(self._cloud.pid, "tests.e2e.lab.cloud", str(FOLDER / "tls"), PROXY_LOGIN)

    def _certificates(self) -> None:
        hosts = [*names.ADDRESSES]
        company = self.company
        tls = FOLDER / "tls"
        pki.write_server_files(tls / "genuine", self._authority, hosts)
        pki.write_server_files(tls / "intercepted", company, hosts)
        pki.write_server_files(tls / "expired", self._authority, hosts, days=(-400, -10))
        pki.write_server_files(tls / "misnamed", self._authority, hosts, certified="parked.example.net")

    def device(self, spec: DeviceSpec) -> RealDevice:
        """A new device, up and answering SSH."""
        device = RealDevice(spec, next(self._numbers), FOLDER, self._edge.pid, self._hash, self._authority.bundle)
        self._devices.append(device)
        device.start()
        return device

    @property
    def public_roots(self) -> str:
        """The cloud's root as a public one, for a runner whose list of public roots holds it."""
        return self._authority.bundle

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
            if device.spec.proxy_told:
                entry |= {"proxy_user": names.PROXY_USER, "proxy_password": {"env": "SSE_PROXY_PASSWORD"}}
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
        self._endpoints.stop()
        self.dns.stop()
        self._cloud.drop()
        self._edge.drop()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()
