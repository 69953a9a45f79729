"""The pytest plugin: options, an item per requirement and device, and the fixtures of a test."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.catalogue.regions import Endpoint, Regions
from sse_compliance.errors import InputError, SseError
from sse_compliance.files.text import spell_out_what_is_lacking
from sse_compliance.inventory.device import RUNNER
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement_of
from sse_compliance.judge.outcome import Case
from sse_compliance.judge.portals import PortalClient
from sse_compliance.plugin.arguments import OpenCauses, check_names, host_of, region_hosts_of
from sse_compliance.plugin.collecting import Collecting
from sse_compliance.plugin.ending import reports_folder
from sse_compliance.plugin.ending.hooks import Ending
from sse_compliance.plugin.items.generating import further_items, generate
from sse_compliance.plugin.items.junit import JUnitCases
from sse_compliance.plugin.items.one_step import OneStep
from sse_compliance.plugin.items.suite_item import SuiteItem, mark
from sse_compliance.plugin.items.telling import asks_for_device, wants_device
from sse_compliance.plugin.judging import Judging
from sse_compliance.plugin.loading.load import load_suite
from sse_compliance.plugin.options import NO_DEVICE
from sse_compliance.plugin.run import CASE, begin, case_of
from sse_compliance.plugin.settings import settle
from sse_compliance.plugin.suite import Suite

#: Under the name that an installed package registers it by, so that it is there once.
pytest_plugins = ["sse_compliance.plugin.options"]

_SUITE = pytest.StashKey[Suite]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the catalogue requirement that a test of the suite judges")
    put_in_place = reports_folder.PutInPlace()
    config.pluginmanager.register(put_in_place, "sse-compliance-put-in-place")
    try:
        settle(config.option, config.invocation_params.dir)
        suite = load_suite(config.option)
        if suite is None:
            return
        if not __debug__:
            raise InputError("Python runs without assertions (-O, PYTHONOPTIMIZE): every test would pass")
        config.stash[_SUITE] = suite
        spell_out_what_is_lacking()
        run = begin(config, suite)
        collecting, judging = Collecting(run), Judging(run)
        ending = Ending(run, collecting, put_in_place)
        junit = JUnitCases()
        one_step = OneStep(suite, case_of, judging.tell, ending.columns.is_listed, junit)
        for name, part in (
            ("ending", ending),
            ("judging", judging),
            ("collecting", collecting),
            ("one-step", one_step),
            # Looks for pytest's plugin before the items' way is chosen.
            ("junit", junit),
        ):
            config.pluginmanager.register(part, f"sse-compliance-{name}")
    except SseError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any], config: pytest.Config) -> None:
    """pytest-metadata's table keeps what is no secret."""
    reports_folder.only_told(metadata, {name for name, _ in config.getoption("metadata", None) or ()})


# ---------------------------------------------------------------------------------------------- items


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item per device, and per host where a requirement is judged per host."""
    suite = metafunc.config.stash.get(_SUITE, None)
    requirement_id = requirement_of(metafunc.function)
    if suite is None:
        return
    if requirement_id is None:
        if asks_for_device(metafunc.definition._fixtureinfo.name2fixturedefs):
            names = list(suite.devices)
            metafunc.parametrize("host", names, ids=names, indirect=True)
        return
    try:
        requirement = suite.catalogue[requirement_id]
        check_names(metafunc.definition._fixtureinfo.argnames)
    except InputError as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from None
    if "portal" in metafunc.fixturenames:
        metafunc.parametrize("portal", suite.regions.portals, ids=[f"{RUNNER}-{p}" for p in suite.regions.portals])
        return
    generate(metafunc, suite, requirement)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: Any, obj: object) -> Generator[None, object, object]:
    """Marks the items of the suite, and makes those that pytest was not asked to make."""
    made = yield
    requirement_id = requirement_of(obj)
    if requirement_id is None or not isinstance(made, list):
        return made
    for item in made:
        mark(item, requirement_id)
    suite = collector.config.stash.get(_SUITE, None)
    if suite is not None and made:
        suite.tests[requirement_id] = made[0].function
        made.extend(further_items(suite, made[0]))
    return made


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ties each item of the suite to its case; what needs a device can't go without one."""
    suite = config.stash.get(_SUITE, None)
    kept: list[pytest.Item] = []
    for item in items:
        if isinstance(item, SuiteItem):
            kept.append(item)
            continue
        requirement_id = requirement_of(getattr(item, "function", None))
        if suite is None and (requirement_id is not None or wants_device(item)):
            raise pytest.UsageError(NO_DEVICE)
        if suite is not None and requirement_id is not None:
            item.stash[CASE] = case = _case(suite, item, requirement_id)
            if case.device == RUNNER and not config.option.portals:
                continue
        kept.append(item)
    # What is left out unless asked for is no selection of the user's: pytest is not told that it was deselected.
    items[:] = kept


def _case(suite: Suite, item: pytest.Item, requirement_id: str) -> Case:
    params: dict[str, Any] = item.callspec.params  # type: ignore[attr-defined]  # of a parametrised function
    endpoint: Endpoint | None = params.get("endpoint")
    target = endpoint.fqdn if endpoint else params.get("portal")
    return suite.case(suite.catalogue[requirement_id], params.get("host", RUNNER), target)


# ---------------------------------------------------------------------------------------------- fixtures


@pytest.fixture
def host(request: pytest.FixtureRequest) -> FirepowerHost:
    """The device of a test: facts as properties, and all of testinfra's own."""
    return host_of(request.config.stash[_SUITE], request.param)


@pytest.fixture
def parameters(request: pytest.FixtureRequest) -> Parameters:
    """The values that the test's requirement expects, a site's own included."""
    return _case_of(request).requirement.expected


@pytest.fixture
def regions(pytestconfig: pytest.Config) -> Regions:
    """All regions and their allowlists."""
    return pytestconfig.stash[_SUITE].regions


@pytest.fixture
def region_hosts(host: FirepowerHost, regions: Regions) -> tuple[str, ...]:
    """The hosts that the connector holds sessions to: eventing-ingest and API host of the device's region."""
    return region_hosts_of(host, regions)


@pytest.fixture
def open_causes(request: pytest.FixtureRequest) -> OpenCauses:
    """What is not met, on the device of a test, of the requirements that its own depends on."""
    return OpenCauses(request.config.stash[_SUITE], _case_of(request))


@pytest.fixture
def portals() -> PortalClient:
    """Asks the operator's portals from the runner."""
    return PortalClient()


def _case_of(request: pytest.FixtureRequest) -> Case:
    case = case_of(request.node)
    assert case is not None, "a fixture of the suite's tests"
    return case
