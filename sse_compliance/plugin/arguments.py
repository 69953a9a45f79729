"""What a test of the suite may ask for by name. The fixtures of the plugin give the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature

from sse_compliance.catalogue.regions import Regions, Role
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import Finding, State
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.judgement import Causes
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.judge.portals import PortalClient
from sse_compliance.plugin.suite import Suite


def host_of(suite: Suite, device_name: str) -> FirepowerHost:
    """The host of one test."""
    return FirepowerHost(suite.facts(device_name))


def region_hosts_of(host: FirepowerHost, regions: Regions) -> tuple[str, ...]:
    """The hosts that the connector holds sessions to: eventing-ingest and API host of the device's region."""
    endpoints = regions.endpoints(host.device.region, host.device.profile)
    return tuple(endpoint.fqdn for endpoint in endpoints if endpoint.role in (Role.EVENTING, Role.API))


class OpenCauses:
    """Which of the requirements that another depends on are open on its device: judged when it is asked for."""

    def __init__(self, suite: Suite, case: Case) -> None:
        self._suite = suite
        self._case = case

    def __call__(self) -> Causes:
        """What is not met, and what could not be judged, each by its key."""
        suite = self._suite
        unmet, unknown = [], []
        for dependency in self._case.requirement.dependencies:
            requirement = suite.catalogue[dependency.requirement]
            for device, host in suite.cases(requirement):
                if device.name == self._case.device:
                    key = requirement.id if host is None else f"{requirement.id}[{host}]"
                    finding = self._finding(suite.case(requirement, device.name, host))
                    if finding is None or finding.state is State.NOT_ASSESSED:
                        unknown.append(key)
                    elif finding.state not in (State.COMPLIANT, State.NOT_APPLICABLE):
                        unmet.append(key)
        return Causes(tuple(unmet), tuple(unknown))

    def _finding(self, case: Case) -> Finding | None:
        test = self._suite.tests.get(case.requirement.id)
        if test is None:
            return None
        return judge_test(case, test, arguments_of(self._suite, case, signature(test).parameters)).finding


#: Each name, and what gives the value.
_MAKERS: Mapping[str, Callable[[Suite, Case], object]] = {
    "host": lambda suite, case: host_of(suite, case.device),
    "endpoint": lambda suite, case: suite.endpoint(suite.devices[case.device], case.target or ""),
    "regions": lambda suite, _: suite.regions,
    "region_hosts": lambda suite, case: region_hosts_of(host_of(suite, case.device), suite.regions),
    "open_causes": OpenCauses,
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
