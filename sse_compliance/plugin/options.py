"""The options of the pytest plugin. ``docs/options.md`` tells them to users; they are public.

This module is what an installed package shows to every pytest of its environment, so it imports nothing of the project:
the rest is loaded where a run of the suite is asked for. (PYTEST_DONT_REWRITE: the verb ``run`` has loaded it already.)
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DEFAULT_REPORTS = "reports"

#: The longest that ``--wait`` takes, in seconds; a longer one is a typing mistake.
LONGEST = 24 * 3600

#: The most characters of a title or a change.
LONGEST_TITLE = 120

#: The plugin that makes a run of the suite.
HOOKS = "sse_compliance.plugin.hooks"

#: The suite of an installed package among pytest's arguments, as ``--pyargs`` takes it or as a path.
SUITE = re.compile(r"sse_compliance[./\\]tests_sse")

#: The settings of pytest's for ``sse-compliance run``.
RUN_SETTINGS = Path(__file__).with_name("run.ini")

#: How pytest is told to load this plugin, so that xdist's workers load it as well.
PLUGIN = "sse_compliance.plugin.options"


def run_arguments(tests: Path, directory: Path) -> list[str]:
    """What makes pytest run the suite from any directory; whatever the user gives comes behind it."""
    own = ["-p", PLUGIN, "-c", str(RUN_SETTINGS), f"--rootdir={directory}", "-o"]
    return [*own, f"testpaths={shlex.quote(str(tests))}"]


def given(arguments: Sequence[str]) -> Sequence[str]:
    """What the user gave of pytest's arguments, without those of :func:`run_arguments`."""
    own = run_arguments(Path(), Path())
    return arguments[len(own) :] if list(arguments[:4]) == own[:4] else arguments


NO_DEVICE = "no device is named: give --inventory FILE, --hosts=firepower://user@address or --evidence DIR"

#: What a shell gives a program that Ctrl-C ended.
_INTERRUPTED = 130

_UNITS = {"s": 1, "m": 60, "h": 3600}


def duration(text: str) -> float:
    """The seconds of ``90s``, ``10m`` or ``1h``, as ``--wait`` takes them.

    Raises:
        ArgumentTypeError: it is none of these.
    """
    match = re.fullmatch(r"([0-9]{1,5})([smh])", text)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is no time; expected for example 90s, 10m or 1h, at most 24h")
    return float(seconds)


def path(text: str) -> Path:
    """A path; ``~`` is the user's home also where the shell leaves it, as in ``--inventory=~/fleet.yaml``.

    Raises:
        ArgumentTypeError: it is empty, or its ``~NAME`` is no user.
    """
    if not text:
        raise ArgumentTypeError("expected a path, not an empty text")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ArgumentTypeError(f"{text!r}: {error}") from None


def short(text: str) -> str:
    """A text of one line, as a title is.

    Raises:
        ArgumentTypeError: it is empty, too long, or holds what is no printable character.
    """
    if not 0 < len(text.strip()) <= LONGEST_TITLE or not text.isprintable():
        raise ArgumentTypeError(f"expected a text of one line, of at most {LONGEST_TITLE} characters")
    return text.strip()


@dataclass(frozen=True, slots=True)
class Option:
    """One option. Its value is None until it is given on the command line or in the settings."""

    name: str
    metavar: str | None
    help: str
    type: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    #: Taken where nothing is given.
    default: Any = None
    #: Whether it takes no value.
    flag: bool = False

    @property
    def dest(self) -> str:
        """Its name among pytest's options."""
        return self.name.replace("-", "_")

    def written(self, value: Any) -> str:
        """The option with a value, as a command line gives it."""
        if self.flag:
            return f"--{self.name}"
        return f"--{self.name}={f'{value:.0f}s' if self.type is duration else value}"

    def arguments(self) -> dict[str, Any]:
        """What argparse and pytest are told of it."""
        if self.flag:
            return {"action": "store_true", "default": None, "help": self.help}
        told = self.help if self.default is None else f"{self.help} (default: {self.default})"
        form = {"choices": self.choices} if self.choices else {"metavar": self.metavar, "type": self.type}
        return {"default": None, "help": told, **form}


OPTIONS = (
    Option("inventory", "FILE", "the devices, a YAML file (docs/inventory.md)", path),
    Option("relative-to", "DIR", "where the inventory's relative paths begin (default: its own folder)", path),
    Option("ask-password", None, "ask for passwords on the terminal, once each", flag=True, default=False),
    Option("devices", "EXPR", "only these: names, globs and tags, separated by commas; @FILE has one a line"),
    Option("region", "NAME", "only devices of this region"),
    Option("failed-from", "REPORT", "only what an earlier run's compliance.json does not show compliant", path),
    Option("shard", "K/N", "only part K of N, told by the devices' names; `sse-compliance merge` joins the parts"),
    Option("regions-file", "FILE", "your own regions and allowlists, added to the project's", path),
    Option("parameters", "FILE", "your own expected values, in place of the catalogue's", path),
    Option("evidence", "DIR", "replay: judge the evidence in DIR, ask no device", path),
    Option("save-evidence", "DIR", "where evidence is kept (default: evidence below --reports)", path),
    Option("resume", None, "finish a run that died: devices it was done with are not asked", flag=True, default=False),
    Option("reports", "DIR", "where reports are written", path, default=Path(DEFAULT_REPORTS)),
    Option("publish", None, "let everybody read the reports; evidence stays its owner's", flag=True, default=False),
    Option("report-dir", "DIR", "also write the page as a folder, without inline style", path),
    Option("resolver", "ADDRESS", "a trusted DNS server to compare answers with, or 'system'"),
    Option(
        "allow-commands",
        None,
        "let tests of your own run any command on the devices, as root (docs/commands.md)",
        flag=True,
        default=False,
    ),
    Option("audit", "FILE", "note each session, command and request: JSON lines, no secrets (docs/safety.md)", path),
    Option("redact", "FILE", "what else is masked like a password, a pattern in each line (docs/safety.md)", path),
    Option("portals", None, "also ask the operator's portals, from here (SSE-NET-07)", flag=True, default=False),
    Option("waivers", "FILE", "what may be unmet, where, and until when (docs/verdict.md)", path),
    Option("baseline", "FILE", "compare with an earlier run, its compliance.json", path),
    Option("save-baseline", "FILE", "keep this run's results as a baseline", path),
    Option(
        "gate",
        None,
        "what fails the run: all that is required and unmet, or only what is new",
        choices=("strict", "regressions"),
        default="strict",
    ),
    Option(
        "fail-on",
        None,
        "the least severity that fails the run",
        choices=("critical", "high", "medium", "low"),
        default="low",
    ),
    Option("title", "TEXT", "what the run is called in its reports", short),
    Option("change", "ID", "the change that the run is made for, for example CHG0012345", short),
    Option("wait", "TIME", "wait for devices to come back, for example 10m", duration),
    Option(
        "concurrency", "N", "how many devices are collected at once; never more than one session each", int, default=100
    ),
    Option("jobs", "N", "divide the devices over N processes of this machine", int),
    Option("per-jump-host", "N", "how many of them through one jump host", int, default=50),
    Option("connect-timeout", "TIME", "until a TCP connection stands (default: 10s)", duration),
    Option("login-timeout", "TIME", "for each step from the SSH handshake to root (default: 30s)", duration),
    Option("probe-timeout", "TIME", "for a command on a device, where it has no time of its own (10s)", duration),
    Option("device-timeout", "TIME", "for one device from first to last (default: 90s)", duration),
)

#: What of a command line names devices.
_PLACES = ("--inventory", "--hosts", "--evidence")

#: The option of testinfra's that names devices as well.
_HOSTS = "hosts"


class Jobs:
    """``--jobs N``: the run is begun anew in N processes, and not here."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> int | None:
        """The exit status of all processes together; None where the run is to be made here."""
        if config.inipath != RUN_SETTINGS and not _is_given(config.option):
            return None
        from sse_compliance.plugin.jobs.hook import status_of_jobs

        return status_of_jobs(config)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds the options of a compliance run; where one is asked for, no report of an earlier one stays from now on."""
    pluginmanager.register(Jobs(), "sse-compliance-jobs")
    config = pluginmanager.get_plugin("pytestconfig")
    if config and _may_ask_for_a_run([str(argument) for argument in config.invocation_params.args]):
        try:
            from sse_compliance.plugin.ending.reports_folder import begin_early

            begin_early(config)
        except KeyboardInterrupt:
            # pytest tells Ctrl-C from a crash only later.
            raise SystemExit(_INTERRUPTED) from None
    group = parser.getgroup("sse", "Firepower cloud link (SSE) compliance")
    for option in OPTIONS:
        group.addoption(f"--{option.name}", **option.arguments())


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """In a clone, a file after a blank (``--inventory ~/fleet.yaml``) is no place of tests.

    pytest looks for its configuration before it knows our options, so that it takes the file for the place of the tests
    and does not find the clone's ``pytest.ini``; what that says about the place of the tests is said here.
    """
    here, known = early_config.invocation_params.dir, early_config.known_args_namespace
    settings = here / "pytest.ini"
    is_clone = settings.is_file() and (here / "sse_compliance" / "plugin" / "options.py").is_file()
    if is_clone and _is_given(known) and not known.file_or_dir and early_config.inipath != settings:
        args.append(str(here / "tests_sse"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Exit status 1 means *not met* and nothing else: what the runner lacks is told in one line, with status 4."""
    try:
        status = yield
        # What is still buffered: pytest itself would end with 1 where it can't be written.
        sys.stdout.flush()
        return status
    except (OSError, UnicodeError) as error:
        if not config.pluginmanager.hasplugin(HOOKS):
            raise
        with suppress(OSError, ValueError):
            sys.stderr.write(f"\nERROR: {_what_is_lacking(error, config)}\n")
        from sse_compliance.files.writing import leave_unwritten

        leave_unwritten()
        return int(pytest.ExitCode.USAGE_ERROR)


def _what_is_lacking(error: OSError | UnicodeError, config: pytest.Config) -> str:
    if isinstance(error, BrokenPipeError):
        return "the standard output was closed"
    if isinstance(error, UnicodeError):
        return str(error)
    # What writes JUnit's or pytest-html's report does not tell the file.
    where = error.filename or f"the standard output, or a report in {config.option.reports}, can't be written"
    return f"{where}: {error.strerror}"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Loads the rest of the plugin where an option of ours asks for a run."""
    is_run = config.inipath == RUN_SETTINGS
    if is_run or _is_given(config.option) or any(SUITE.search(argument) for argument in config.args):
        config.pluginmanager.import_plugin(HOOKS)


def _may_ask_for_a_run(arguments: Sequence[str]) -> bool:
    given = (*arguments, *os.environ.get("PYTEST_ADDOPTS", "").split())
    return any(one.startswith(_PLACES) or one == str(RUN_SETTINGS) or SUITE.search(one) for one in given)


def _is_given(options: Any) -> bool:
    hosts = getattr(options, _HOSTS, None) or ""
    return hosts.startswith("firepower://") or any(getattr(options, option.dest, None) for option in OPTIONS)


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """The suite's tests are never run without a device."""
    if not config.pluginmanager.hasplugin(HOOKS) and any(
        hasattr(getattr(item, "function", None), "sse_requirement") for item in items
    ):
        raise pytest.UsageError(NO_DEVICE)
