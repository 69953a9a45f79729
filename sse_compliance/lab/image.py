"""The disk of an emulated device: its real files at their real paths, and below ``/lab`` what the stand-ins replay."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from sse_compliance.catalogue.regions import Regions, Role
from sse_compliance.inventory.device import Platform
from sse_compliance.lab.cell import make_disk
from sse_compliance.lab.scenario import Scenario, Sudo, endpoints
from sse_compliance.lab.texts import context, curl, log, openssl, resolver, services, sockets, system
from sse_compliance.lab.trust import LabTrust

_LECTURE = """
We trust you have received the usual lecture from the local System
Administrator. It usually boils down to these three things:

    #1) Respect the privacy of others.
    #2) Think before you type.
    #3) With great power comes great responsibility.

"""

#: A lab may run for hours, and logs are judged by the hour.
_STALE_SECONDS = 600

#: The device's clock, where it is wrong: `date` shifted by a number of seconds.
_SHIFTED_DATE = """#!/bin/sh
# The clock of this emulated device is wrong.
exec /usr/bin/date -d "@$(($(/usr/bin/date +%s) + {seconds}))" "$@"
"""


def device_clock(scenario: Scenario, now: datetime) -> datetime:
    """What the device's clock shows when it is really ``now``."""
    zone = timezone(timedelta(minutes=scenario.zone_minutes))
    return (now + timedelta(seconds=scenario.clock_ahead)).astimezone(zone)


def device_files(scenario: Scenario, regions: Regions, trust: LabTrust, now: datetime) -> Mapping[str, str]:
    """Everything on the disk of a device, as paths below its root and contents.

    Args:
        trust: who signs.
        now: the real time.
    """
    clock = device_clock(scenario, now)
    hosts = endpoints(scenario, regions)
    eventing = next(host.fqdn for host in hosts if host.role is Role.EVENTING)
    below = "ngfw/" if scenario.platform is Platform.FTD else ""
    files = {
        "etc/hostname": f"{scenario.hostname}\n",
        "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nadmin:x:1000:1000:admin:/home/admin:/bin/sh\n",
        f"{below}etc/sf/connector.properties": _properties(scenario, regions),
        f"{below}etc/ssl/connectorCA.pem": trust.cloud.bundle + (trust.company.bundle if scenario.added_ca else ""),
        f"{below}var/log/connector/connector.log": log.connector_log(scenario, eventing, clock),
        "etc/resolv.conf": "".join(f"nameserver {server}\n" for server in scenario.dns_servers),
    }
    if scenario.platform is Platform.FMC:
        files |= _fmc_files(scenario)
    files |= {f"lab/{path}": text for path, text in _answers(scenario, regions, trust, clock).items()}
    return {path: text for path, text in {**files, **scenario.files}.items() if text is not None}


def _properties(scenario: Scenario, regions: Regions) -> str:
    lines = ["registration_interval=180", f"connector_port={scenario.connector_port}"]
    if scenario.discovery:
        lines.append(f"region_discovery_endpoint=https://{regions.api('us')}/providers/sse/api/v1/regions")
    lines.append(f"connector_fqdn={scenario.connector_fqdn or regions.api(scenario.region)}")
    return "\n".join(lines) + "\n"


def _fmc_files(scenario: Scenario) -> dict[str, str]:
    product, system = scenario.software.banner[1], scenario.software.banner[0]
    files = {"etc/sf/sf-version": f"{product} / {system}\n"}
    if scenario.proxy is not None:
        proxy = urlsplit(scenario.proxy)
        text = f"iprep_proxy {{\nPROXY_HOST {proxy.hostname};\nPROXY_PORT {proxy.port};\n}}\n"
        files["etc/sf/iprep_proxy.conf"] = text
    return files


def _answers(scenario: Scenario, regions: Regions, trust: LabTrust, clock: datetime) -> dict[str, str]:
    hosts = endpoints(scenario, regions)
    eventing = next(host.fqdn for host in hosts if host.role is Role.EVENTING)
    answers = {
        **curl.curl_files(scenario, hosts, clock),
        **curl.local_api_files(_local_api(scenario, regions, clock)),
        **openssl.openssl_files(scenario, hosts, trust, clock),
        **resolver.nslookup_files(scenario, hosts),
        **resolver.ping_files(scenario, hosts),
        **resolver.tcp_files(scenario, hosts),
        **sockets.lsof_files(scenario, eventing),
        **sockets.netstat_files(scenario),
        "curl/version": f"curl {scenario.software.curl} (x86_64-pc-linux-gnu)\n",
        "pmtool": services.pmtool_status(scenario),
        **system.system_files(scenario, eventing),
        "sudo/mode": f"{scenario.sudo.value}\n",
        "sudo/lecture": _LECTURE if scenario.sudo is Sudo.LECTURE else "",
        "last-login": f"Last login: {clock:%a %b %d %H:%M:%S} UTC {clock:%Y} on pts/0\n",
    }
    if scenario.bash:
        answers["bash"] = ""
    for server in scenario.dns_silent:
        answers[f"dns-silent/{server}"] = f"{scenario.time_out}\n"
    for host in hosts:
        if host.role in scenario.half_open:
            answers[f"shut/{curl.second_address(host.fqdn)}"] = ""
    if not scenario.openssl:
        answers["no-openssl"] = ""
    return answers


def _local_api(scenario: Scenario, regions: Regions, clock: datetime) -> Mapping[int, Mapping[str, str] | None]:
    answers: dict[int, Mapping[str, str] | None] = {8989: None}
    if scenario.connector_running and scenario.connector_state == "S":
        answers[scenario.connector_port] = context.answers(scenario, regions.api(scenario.region), clock)
    return answers


@dataclass(frozen=True, slots=True)
class DiskWriter:
    """What the disks of all devices of a lab have in common."""

    regions: Regions
    trust: LabTrust
    #: The password that ``sudo`` takes; it stands on a disk only as a salted hash.
    password: str

    def write(self, disk: Path, scenario: Scenario) -> None:
        """Write the disk of a device as it is now."""
        make_disk(disk, ("Volume/home/admin",) if scenario.platform is Platform.FMC else ())
        salt = secrets.token_hex(8)
        digest = hashlib.sha256(f"{salt}{self.password}".encode()).hexdigest()
        files = device_files(scenario, self.regions, self.trust, datetime.now(UTC))
        for path, text in {**files, "lab/sudo/hash": f"{salt} {digest}\n"}.items():
            place = disk / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        if scenario.clock_ahead:
            date = disk / "ngfw/usr/local/sf/bin/date"
            date.parent.mkdir(parents=True, exist_ok=True)
            date.write_text(_SHIFTED_DATE.format(seconds=scenario.clock_ahead), encoding="utf-8")
            date.chmod(0o755)


class Disk:
    """The disk of one device: written when it is first needed, and again when its times have become old."""

    def __init__(self, path: Path, scenario: Scenario, writer: DiskWriter) -> None:
        self._path = path
        self._scenario = scenario
        self._writer = writer
        self._lock = threading.Lock()
        self._written: float | None = None

    def fresh(self) -> Path:
        """Where it is, with logs that end a few minutes ago."""
        with self._lock:
            if self._written is None or time.monotonic() - self._written > _STALE_SECONDS:
                self._writer.write(self._path, self._scenario)
                self._written = time.monotonic()
        return self._path
