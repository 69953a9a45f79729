"""The folder of reports: a report of an earlier run never stays in it beside a newer run, however that one ends.

A run writes its mark there first, then takes away all that earlier ones left, but for what it reads itself; the mark
goes when its own reports are in place. So whoever looks into the folder finds the reports of the last run that began,
or the mark.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Collection, Generator, Iterable, Iterator, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.errors import InputError, SseError
from sse_compliance.files import clock
from sse_compliance.files.writing import aside, make_folder, open_to_all, remove_left_behind, write_whole
from sse_compliance.plugin.options import DEFAULT_REPORTS, RUN_SETTINGS
from sse_compliance.plugin.settings import settle
from sse_compliance.report.formats import FORMATS
from sse_compliance.report.pdf import PDF

#: The mark of a run that has not come to its reports.
MARK = "UNFINISHED.txt"

JUNIT, TESTS = "junit.xml", "tests.html"

#: What pytest-metadata's table (tests.html, and the terminal with ``-v``) tells of the machine.
TOLD = frozenset({"Python", "Platform", "Packages", "Plugins"})

#: The plugins whose report is a file of this run as well, and where each keeps its path.
_PATH_OF = {"LogXML": "logfile", "Report": "_report_path", "SelfContainedReport": "_report_path"}


def read_by(option: Any, directory: Path) -> frozenset[Path]:
    """The reports of earlier runs that a run's options have it read."""
    given = (getattr(option, name, None) for name in ("failed_from", "baseline"))
    return frozenset(Path(directory, path).expanduser().resolve() for path in given if path)


def begin(reports: Path, others: Iterable[Path] = (), kept: Collection[Path] = ()) -> None:
    """Marks the folder as that of a run that goes on, and takes away the reports of earlier ones.

    Args:
        reports: the folder; made where it is missing.
        others: reports of this run that are written elsewhere.
        kept: reports of earlier runs that this one reads; its own take their place at its end.

    Raises:
        SseError: nothing can be written there.
    """
    try:
        make_folder(reports)
        moment = clock.now().isoformat(timespec="seconds")
        write_whole(
            reports / MARK,
            f"The run that began at {moment} has written no reports: it goes on, or it did not come to its end.\n"
            "`--resume` finishes it without asking the devices again that it was done with.\n",
        )
        names = (*(form.file_name for form in FORMATS.values()), PDF, JUNIT, TESTS)
        for path in (*(reports / name for name in names), *others):
            if path.resolve() not in kept:
                path.unlink(missing_ok=True)
        remove_left_behind(reports)
    except OSError as error:
        raise SseError(f"--reports {reports}: reports can't be written there: {error.strerror}") from None


def end(reports: Path, files: Iterable[Path], *, publish: bool) -> None:
    """Takes the mark away: the reports are in place.

    Args:
        reports: the folder.
        files: the reports of the run, wherever they are.
        publish: whether others may read them from now on.

    Raises:
        SseError: the folder can't be changed.
    """
    try:
        if publish:
            reports.chmod(0o755)
            for file in dict.fromkeys((*files, reports / JUNIT, reports / TESTS)):
                if file.exists():
                    open_to_all(file)
        (reports / MARK).unlink(missing_ok=True)
    except OSError as error:
        raise SseError(f"--reports {reports}: reports can't be put in place there: {error.strerror}") from None


def begin_early(config: pytest.Config) -> None:
    """The same as soon as the command line is known, before pytest has found a mistake in it."""
    arguments = (*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *config.invocation_params.args)
    given = _read(arguments, config.invocation_params.dir)
    if given is None or "PYTEST_XDIST_WORKER" in os.environ:
        return
    reports = Path(config.invocation_params.dir, given.reports).expanduser()
    if not reports.is_dir():
        return
    # An option that can't be used is told by the run itself.
    with suppress(SseError):
        others = [Path(config.invocation_params.dir, path) for path in (given.junit, given.html) if path]
        begin(reports, others, read_by(given, config.invocation_params.dir))


def _read(arguments: Sequence[str], directory: Path) -> argparse.Namespace | None:
    """What a command line and the settings say of reports; None where they ask for no run."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for name in ("--inventory", "--hosts", "--evidence", "--reports", "--html", "--failed-from", "--baseline"):
        parser.add_argument(name)
    parser.add_argument("--junitxml", "--junit-xml", dest="junit")
    parser.add_argument(
        "--collect-only", "--co", "--collectonly", "-h", "--help", "-V", "--version", "--markers", "--fixtures",
        "--funcargs", "--fixtures-per-test", "--setup-plan", dest="no_run", action="store_true",
    )  # fmt: skip
    try:
        given, _ = parser.parse_known_args([str(argument) for argument in arguments])
    except (argparse.ArgumentError, ValueError):
        return None
    # A setting that can't be used is told by the run itself.
    with suppress(InputError):
        settle(given, directory)
    given.reports = given.reports or DEFAULT_REPORTS
    asks = given.inventory or given.hosts or given.evidence or str(RUN_SETTINGS) in arguments
    return given if asks and not given.no_run else None


class PutInPlace:
    """A pytest plugin: JUnit's and pytest-html's reports are written aside and put in place whole, for their owner
    only, as all others are."""

    #: Whether they are in place.
    done = False

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Right around those plugins' own hooks, so that what is told afterwards names the true place."""
        with ExitStack() as stack:
            for plugin in session.config.pluginmanager.get_plugins():
                if (attribute := _PATH_OF.get(type(plugin).__name__)) is not None:
                    stack.enter_context(_writing_aside(plugin, attribute))
            yield
        self.done = True


@contextmanager
def _writing_aside(plugin: object, attribute: str) -> Iterator[None]:
    place = getattr(plugin, attribute)
    make_folder(Path(place).parent)
    try:
        with aside(Path(place)) as beside:
            setattr(plugin, attribute, type(place)(beside))
            yield
    finally:
        setattr(plugin, attribute, place)


def only_told(metadata: MutableMapping[str, Any], asked_for: Collection[str]) -> None:
    """Leaves in pytest-metadata's table what is no secret: that of pytest itself, and what the user asked for.

    The variables of a CI system may hold tokens (a URL of ``git clone``) and mail addresses.
    """
    for key in [key for key in metadata if key not in TOLD and key not in asked_for]:
        del metadata[key]
