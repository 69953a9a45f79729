"""The paths of an emulated FMC, and the lists behind them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sse_compliance.lab.fmc import containers, shapes
from sse_compliance.lab.fmc.state import GLOBAL, ContainerKind, FmcState, Item, Managed, Release, uuid_of

_PLATFORM = "/api/fmc_platform/v1/"
_CONFIG = "/api/fmc_config/v1/domain/"
_FMC_UUID = "0"
#: As on a real FMC.
_DEFAULT_LIMIT = 25
_MOST = 1000

#: Lists that are whole without ``expanded``.
_ALWAYS_WHOLE = frozenset(
    {"info/serverversion", "info/domain", "license/smartlicenses", "integration/cloudintegrations"}
)

#: The releases that brought a path; those not named are in all.
_SINCE = {
    "license/smartlicenses": Release.FMC_72,
    "policy/healthpolicies": Release.FMC_72,
    "integration/securexconfigs": Release.FMC_72,
    "integration/cloudintegrations": Release.FMC_100,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a JSON body."""

    status: int
    body: dict[str, Any]


def error(status: int, description: str) -> Reply:
    """An error as FMC writes it."""
    return Reply(
        status,
        {"error": {"category": "FRAMEWORK", "messages": [{"description": description}], "severity": "ERROR"}},
    )


class Api:
    """The answers of one FMC."""

    def __init__(self, state: FmcState) -> None:
        self.state = state
        #: The devices of each domain, by its UUID; *Global* lists those of its children too.
        self._domains: dict[str, tuple[str, tuple[Managed, ...]]] = {GLOBAL: ("Global", state.devices)}
        for name, devices in state.domains:
            self._domains[uuid_of("domain", name)] = f"Global/{name}", devices

    @property
    def domains(self) -> list[dict[str, str]]:
        """As the header ``DOMAINS`` has them."""
        return [{"name": name, "uuid": uuid} for uuid, (name, _) in self._domains.items()]

    def get(self, base: str, path: str, query: Mapping[str, str]) -> Reply:
        """The answer to a GET.

        Args:
            base: the FMC's idea of its own address, for links.
            path: of the request.
            query: of the request; keys as given.
        """
        if path.startswith(_PLATFORM):
            name = path.removeprefix(_PLATFORM)
            return self._of(base, path, query, name, self._platform(name))
        domain, _, name = path.removeprefix(_CONFIG).partition("/")
        if not path.startswith(_CONFIG) or domain not in self._domains:
            return error(404, "The requested resource was not found")
        if name.endswith("/operational/commands"):
            return self._command(domain, name.split("/")[2], query)
        return self._of(base, path, query, name, self._config(domain, name))

    def _of(self, base: str, path: str, query: Mapping[str, str], name: str, items: list[Item] | Item | None) -> Reply:
        since = _SINCE.get(name)
        if items is None or (since is not None and self.state.release.number < since.number):
            return error(404, "The requested resource was not found")
        if isinstance(items, dict):
            return Reply(200, items | {"links": {"self": base + path}})
        whole = name in _ALWAYS_WHOLE or (name == "health/alerts" and self.state.release is Release.FMC_100)
        return Reply(200, _page(base, path, query, items, whole=whole))

    def _platform(self, name: str) -> list[Item] | None:
        if name == "info/serverversion":
            return [shapes.server_version(self.state)]
        if name == "info/domain":
            return [{"uuid": uuid, "name": known, "type": "Domain"} for uuid, (known, _) in self._domains.items()]
        return [shapes.smart_licence(self.state)] if name == "license/smartlicenses" else None

    def _config(self, domain: str, name: str) -> list[Item] | Item | None:
        state, (domain_name, devices) = self.state, self._domains[domain]
        records = [shapes.device_record(state, device, (domain, domain_name)) for device in devices]
        pairs = [containers.pair(*known) for known in containers.members(devices, ContainerKind.PAIR).items()]
        clusters = [containers.cluster(*known) for known in containers.members(devices, ContainerKind.CLUSTER).items()]
        lists: dict[str, list[Item]] = {
            "devices/devicerecords": records,
            "devicegroups/devicegrouprecords": shapes.device_groups(devices),
            "devicehapairs/ftddevicehapairs": [_named(item) for item in pairs],
            "deviceclusters/ftddevicecluster": [_named(item) for item in clusters],
            "health/alerts": self._alerts(domain, devices),
            "policy/healthpolicies": shapes.health_policies(state.release),
            "integration/cloudeventsconfigs": [shapes.cloud_events(state, devices)],
            "integration/cloudregions": shapes.cloud_regions(state),
            "integration/cloudintegrations": [shapes.cloud_integration(state)],
            "integration/securexconfigs": [shapes.securex()],
            "deployment/deployabledevices": [shapes.deployable(device) for device in devices if device.pending],
        }
        if name in lists or name in state.more:
            return lists.get(name) or state.more.get(name) or []
        parent, _, uuid = name.rpartition("/")
        whole = {"devicehapairs/ftddevicehapairs": pairs, "deviceclusters/ftddevicecluster": clusters}
        return next((item for item in whole.get(parent, lists.get(parent, [])) if item["id"] == uuid), None)

    def _alerts(self, domain: str, devices: tuple[Managed, ...]) -> list[Item]:
        raised = [(device.uuid, alert) for device in devices for alert in device.alerts]
        if domain == GLOBAL:
            raised += [(_FMC_UUID, alert) for alert in self.state.alerts]
        # However long the lab has been up, an alert is as old as its scenario says.
        now = int(time.time())
        return [shapes.alert(self.state.release, alert, uuid, now) for uuid, alert in raised]

    def _command(self, domain: str, uuid: str, query: Mapping[str, str]) -> Reply:
        device = next((device for device in self._domains[domain][1] if device.uuid == uuid), None)
        command = query.get("command", "")
        if device is None:
            return error(404, "The requested resource was not found")
        outputs = {"show network": device.show_network, "show version": device.show_version}
        if command not in outputs:
            return error(400, f"Invalid command: {command}")
        items = [{"commandInput": command, "commandOutput": outputs[command], "type": "command"}]
        return Reply(200, {"items": items, "paging": {"offset": 0, "limit": 25, "count": 1, "pages": 1}})


def _named(item: Item) -> Item:
    """What a list of pairs tells: names only, whatever is asked for."""
    return {key: item[key] for key in ("id", "type", "name")}


def _page(base: str, path: str, query: Mapping[str, str], items: list[Item], *, whole: bool) -> dict[str, Any]:
    expanded = query.get("expanded", "").lower() == "true"
    offset, limit = _number(query, "offset", 0), min(_number(query, "limit", _DEFAULT_LIMIT), _MOST)
    if not expanded and not whole:
        items = [{key: item[key] for key in ("id", "type", "name") if key in item} for item in items]
    linked = [
        item | {"links": {"self": f"{base}{path}/{item['id']}"}} if "id" in item and "links" not in item else item
        for item in items[offset : offset + limit]
    ]

    def url(start: int) -> str:
        more = {"expanded": "true"} if expanded else {}
        return f"{base}{path}?{urlencode({'offset': start, 'limit': limit, **more})}"

    paging: dict[str, Any] = {"offset": offset, "limit": limit, "count": len(items), "pages": -(-len(items) // limit)}
    following = [url(start) for start in range(offset + limit, len(items), limit)]
    if following:
        paging["next"] = following
    body: dict[str, Any] = {"links": {"self": url(offset)}, "paging": paging}
    return body | {"items": linked} if linked else body


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    value = query.get(key, "")
    return max(int(value), 0 if key == "offset" else 1) if value.isdigit() else default
