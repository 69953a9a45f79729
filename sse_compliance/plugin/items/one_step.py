"""Running the suite's items in one step: the case is judged, and pytest gets one report.

pytest's own protocol makes three reports of an item, fills its fixtures by name and wraps each phase; over a fleet that
costs many times what judging does. A test of the suite is a plain function of what a device said, so nothing of that is
needed, unless somebody asked for it: an item takes pytest's full way where a fixture, a mark, a hook or an option of
somebody else's could tell the difference.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import pytest

from sse_compliance.findings.finding import Finding, State
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin.arguments import NAMES, arguments_of
from sse_compliance.plugin.items.junit import JUnitCases
from sse_compliance.plugin.items.others import has_part, plugin_of
from sse_compliance.plugin.items.suite_item import SuiteItem
from sse_compliance.plugin.suite import Suite

#: Hooks that pytest's full way calls. Whoever implements one may want to see every item.
_HOOKS = (
    "pytest_exception_interact",
    "pytest_fixture_post_finalizer",
    "pytest_fixture_setup",
    "pytest_pyfunc_call",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
)

#: Packages whose implementations of those hooks have nothing to do for an item of the suite.
_KNOWN = frozenset(
    {"_pytest", "_hypothesis_pytestplugin", "pytest_html", "pytest_metadata", "sse_compliance", "testinfra", "xdist"}
)

#: Options with which a person wants to watch pytest at work.
_WATCHING = ("usepdb", "trace", "setupshow", "setuponly", "setupplan")

#: Marks that change nothing of how an item of the suite runs.
_MARKS = frozenset({"requirement", "parametrize"})

#: The names that pytest gives an item of the suite beside those it asks for.
_IMPLIED = frozenset({"request", "pytestconfig"})

#: After so many items their reports and findings are taken out of the garbage collector's sight.
_FREEZE_EVERY = 1_000

#: Finds nobody by keyword: selecting is over when an item runs, and a dictionary per report would cost a kilobyte.
_NO_KEYWORDS: dict[str, Literal[1]] = {}

_NOTHING: list[tuple[str, object]] = []


class OneStep:
    """The plugin that runs items of the suite in one step.

    Args:
        suite: the run.
        case_of: the case of an item; None for an item that is not the suite's.
        tell: puts a finding on the report of its item; told as well whether something broke.
        is_listed: whether pytest-html's page shows a report.
        junit: told of each report.
    """

    def __init__(
        self,
        suite: Suite,
        case_of: Callable[[pytest.Item], Case | None],
        tell: Callable[[pytest.TestReport, Case, Finding, bool], None],
        is_listed: Callable[[pytest.TestReport], bool],
        junit: JUnitCases,
    ) -> None:
        self._suite = suite
        self._case_of = case_of
        self._tell = tell
        self._is_listed = is_listed
        self._junit = junit
        #: Whether somebody wants to see every step of an item, and whether somebody stands around each.
        self._watched, self._is_surrounded = True, True
        self._ran = 0
        #: The items that the next call of the hook around an item is for.
        self._together: Sequence[pytest.Item] = ()
        self._plain: dict[object, bool] = {}
        self._log: Any = None
        self._html: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Looks who else is here: by now every plugin is registered."""
        config, manager = session.config, session.config.pluginmanager
        files = {item.path for item in session.items}
        self._watched = (
            hasattr(config, "workerinput")
            or any(getattr(config.option, name, False) for name in _WATCHING)
            or any(has_part(config, name, files, beside=_KNOWN) for name in _HOOKS)
        )
        self._is_surrounded = has_part(config, "pytest_runtest_protocol", files, beside=_KNOWN)
        # Both wait for an item's last phase, which these items do not have: each is told in its own way.
        self._html = plugin_of(config, "pytest_html", "Report", "SelfContainedReport")
        apart = [plugin for plugin in (self._junit.plugin, self._html) if plugin is not None]
        self._log = manager.subset_hook_caller("pytest_runtest_logreport", apart)
        # Tens of thousands of items stay until the end; looking through them for garbage again and again finds none.
        gc.freeze()

    def pytest_unconfigure(self) -> None:
        """What is left goes with the process."""
        gc.freeze()

    @pytest.hookimpl(specname="pytest_runtestloop")
    def pytest_runtestloop_together(self, session: pytest.Session) -> bool | None:
        """pytest's own loop, but that the items of a test go through the hook around an item together."""
        items, config = session.items, session.config
        if (
            self._watched
            or session.testsfailed
            or config.option.collectonly
            or not any(isinstance(item, SuiteItem) for item in items)
            or self._is_surrounded
        ):
            return None
        place = 0
        while place < len(items):
            self._together = list(self._from(items, place))
            following = place + len(self._together)
            nextitem = items[following] if following < len(items) else None
            config.hook.pytest_runtest_protocol(item=items[place], nextitem=nextitem)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
            place = following
        return True

    def _from(self, items: Sequence[pytest.Item], place: int) -> Iterator[pytest.Item]:
        """The item at a place, and those after it that are like it and that nobody has touched."""
        first = items[place]
        yield first
        if isinstance(first, SuiteItem) and self._is_plain(first):
            for item in islice(items, place + 1, None):
                if not isinstance(item, SuiteItem) or item.kind is not first.kind or item.is_whole:
                    break
                yield item

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Judges an item of the suite, and those that go with it; anything else goes pytest's way."""
        together = self._together if self._together and self._together[0] is item else (item,)
        session, hook = item.session, item.ihook
        if self._case_of(item) is None or self._watched or not self._is_plain(item):
            return None
        for own in together:
            nodeid, location = own.nodeid, own.location
            hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
            self._send(self._judged(own, location))
            hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
            self._ran += 1
            if self._ran % _FREEZE_EVERY == 0:
                gc.freeze()
            if session.shouldfail or session.shouldstop:
                break
        if session._setupstate.stack:
            # An item before this one went pytest's way; what only that one needed is torn down here.
            session._setupstate.teardown_exact(nextitem)
        return True

    def _judged(self, item: pytest.Item, location: tuple[str, int | None, str]) -> pytest.TestReport:
        case = self._case_of(item)
        assert case is not None
        assert isinstance(item, pytest.Function)
        began, moment = time.perf_counter(), time.time()
        outcome = judge_test(case, item.obj, arguments_of(self._suite, case, _info(item).argnames))
        seconds = time.perf_counter() - began
        report = pytest.TestReport(
            item.id, location, _NO_KEYWORDS, "passed", None, "call", (), seconds, moment, moment + seconds
        )
        if outcome.finding.state is State.NOT_APPLICABLE:
            path, line, _ = location
            report.outcome, report.longrepr = "skipped", (path, line or 0, f"Skipped: {outcome.finding.reason}")
        elif outcome.ended_by is not None and outcome.broke:
            report.longrepr = item.repr_failure(pytest.ExceptionInfo.from_exception(outcome.ended_by))
        self._tell(report, case, outcome.finding, outcome.broke)
        return report

    def _send(self, report: pytest.TestReport) -> None:
        self._log(report=report)
        self._junit.take(report)
        if self._html is not None and self._is_listed(report):
            end = pytest.TestReport(report.id, report.location, _NO_KEYWORDS, "passed", None, "teardown")
            self._html.pytest_runtest_logreport(report)
            self._html.pytest_runtest_logreport(end)
        # What JUnit has written down is kept by nobody else.
        report.user_properties = _NOTHING

    def _is_plain(self, item: pytest.Item) -> bool:
        """Whether an item asks for nothing but what the suite itself gives."""
        if any(mark.name not in _MARKS for mark in item.iter_markers()):
            return False
        function = getattr(item, "function", None)
        if function not in self._plain:
            info = _info(item)
            own = (
                definitions[-1].func.__module__.startswith(("sse_compliance.", "_pytest."))
                for definitions in info.name2fixturedefs.values()
            )
            self._plain[function] = set(info.names_closure) <= NAMES | _IMPLIED and all(own)
        return self._plain[function]


def _info(item: pytest.Item) -> Any:
    """What pytest knows of what a test asks for; that of the first item where an item is like it."""
    return (item.kind.first if isinstance(item, SuiteItem) else item)._fixtureinfo  # type: ignore[attr-defined]
