"""What a test of the suite may ask for by name. The fixtures of the plugin give the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sse_compliance.catalogue.regions import Regions, Role
from sse_compliance.errors import InputError
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.outcome import Case
from sse_compliance.judge.portals import PortalClient
from sse_compliance.plugin.suite import Suite


def host_of(suite: Suite, device_name: str) -> FirepowerHost:
    """The host of one test."""
    return FirepowerHost(suite.facts(device_name))


def region_hosts_of(host: FirepowerHost, regions: Regions) -> tuple[str, ...]:
    """The hosts that the connector holds sessions to: eventing-ingest and API host of the device's region."""
    endpoints = regions.endpoints(host.device.region, host.device.profile)
    return tuple(endpoint.fqdn for endpoint in endpoints if endpoint.role in (Role.EVENTING, Role.API))


#: Each name, and what gives the value.
_MAKERS: Mapping[str, Callable[[Suite, Case], object]] = {
    "host": lambda suite, case: host_of(suite, case.device),
    "endpoint": lambda suite, case: suite.endpoint(suite.devices[case.device], case.target or ""),
    "regions": lambda suite, _: suite.regions,
    "region_hosts": lambda suite, case: region_hosts_of(host_of(suite, case.device), suite.regions),
    "parameters": lambda _, case: case.requirement.expected,
    "portals": lambda *_: PortalClient(),
    "portal": lambda _, case: case.target,
}


#: What a test may ask for.
NAMES = frozenset(_MAKERS)


def check_names(names: Iterable[str]) -> None:
    """A test of the suite is a function of what a device said, so it can be judged without pytest.

    Raises:
        InputError: it asks for something else.
    """
    for name in names:
        if name not in _MAKERS:
            raise InputError(f"a test of the suite may ask for {', '.join(_MAKERS)}; {name!r} is none of them")


def arguments_of(suite: Suite, case: Case, names: Iterable[str]) -> dict[str, object]:
    """The arguments of a test, made anew."""
    return {name: _MAKERS[name](suite, case) for name in names}
