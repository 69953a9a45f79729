"""Nothing is sent to a device that does not stand in the two tables, and docs/commands.md tells them both."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.commands import PAGE, page
from sse_compliance.catalogue.commands import READS, shown
from sse_compliance.catalogue.probes import FROM_ELSEWHERE, KINDS, ProbeSpec, Where, is_of_the_table, probe_specs
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.collect.ssh import lines
from sse_compliance.collect.ssh.errors import NotInTheTableError
from sse_compliance.collect.ssh.session import Session
from sse_compliance.collect.ssh.terminal import Terminal
from sse_compliance.errors import Unavailable
from sse_compliance.inventory.device import Device, Platform
from tests.integration.suite_run import ROOT

PACKAGE = ROOT / "sse_compliance"
CATALOGUE = load_catalogue()
DEVICE = Device("ftd-1", Platform.FTD, "us")


def calls(folder: Path) -> Iterator[tuple[str, str]]:
    """What is called in each module: (module, last name of the function)."""
    for path in folder.rglob("*.py"):
        if "lab" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield path.name, name


def test_only_the_table_makes_what_may_be_typed() -> None:
    found = set(calls(PACKAGE))
    assert {module for module, name in found if name == "Typed"} == {"lines.py"}


def test_a_device_is_written_to_in_one_place() -> None:
    found = set(calls(PACKAGE / "collect"))
    # audit.py writes to a file of the runner's.
    assert {module for module, name in found if name == "write"} == {"terminal.py", "audit.py"}
    opening = {"create_process", "create_session", "run", "create_subprocess_exec", "open_session", "start_sftp_client"}
    opened = {(module, name) for module, name in found if name in opening}
    # `run` and `open_session` of our own lead to the one `create_process`.
    assert {module for module, name in opened if name == "create_process"} == {"session.py"}
    assert not {name for _, name in opened} & {"create_session", "create_subprocess_exec", "start_sftp_client"}


def test_a_cast_opens_no_way_around() -> None:
    """mypy holds the type of what is typed; nothing in the rooms that talk to devices takes it away."""
    for path in (PACKAGE / "collect" / "ssh").glob("*.py"):
        text = path.read_text("utf-8")
        assert "cast(Typed" not in text
        assert not [
            line for line in text.splitlines() if ("send(" in line or "press(" in line) and "type: ignore" in line
        ]


def test_every_line_is_told() -> None:
    body = ast.parse((PACKAGE / "collect" / "ssh" / "lines.py").read_text("utf-8")).body
    constants = {
        getattr(lines, node.targets[0].id)
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "Typed"
    }
    assert len(constants) == 8
    told = {row.typed for row in lines.TABLE}
    assert constants <= told
    assert {lines.connect_ftd("INSTANCE"), lines.connect_module(1), *lines.CONSOLE_WAY_OUT} <= told
    makers = {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "Typed"
    }
    assert makers == {
        "connect_ftd", "connect_module",  # in the table by what they give
        "start_agent", "exec_command", "password_line", "script",  # in the table in brackets
        "cli_command",  # a probe
    }  # fmt: skip


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(CATALOGUE), "run: make docs"


def test_every_kind_of_probe_is_told_and_read() -> None:
    assert READS.keys() == KINDS - FROM_ELSEWHERE
    read = {probe.partition(":")[0] for requirement in CATALOGUE for probe in requirement.probes}
    assert READS.keys() <= read
    assert [one.kind for one in shown()] == list(READS)


class Recorder:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    async def read(self, n: int = -1) -> bytes:
        return b""


async def session_with(recorder: Recorder, *, own_commands: bool = False) -> Session:
    connection: Any = None
    terminal = Terminal(recorder, recorder, "ftd-1 (10.0.0.1:22)")
    return Session(connection, terminal, {}, DEVICE, own_commands=own_commands)


OTHERS = (
    ProbeSpec("date", "reboot"),
    ProbeSpec("date", "date -u +%s; reboot"),
    ProbeSpec("show-version", "reboot", Where.CLISH),
    ProbeSpec("reboot", "reboot"),
    ProbeSpec("curl-insecure:h", "curl https://h"),
    ProbeSpec("connector-log", "tail -c 262144 {file}", files=("/etc/shadow",)),
    ProbeSpec("date:x", "date -u +%s"),
    ProbeSpec("resolver:h", "reboot"),
    ProbeSpec("tcp:h:no-port", "reboot"),
    ProbeSpec("tcp:h", "reboot"),
)


@pytest.mark.parametrize("spec", OTHERS, ids=lambda spec: f"{spec.name}-{spec.command}")
def test_a_probe_that_is_not_to_the_letter_of_the_table_is_not_sent(spec: ProbeSpec) -> None:
    recorder = Recorder()

    async def collect() -> None:
        session = await session_with(recorder)
        await session.collect([*probe_specs(DEVICE, ["date"]), spec])

    with pytest.raises(NotInTheTableError, match="is not in the table of commands"):
        asyncio.run(collect())
    assert recorder.sent == []


@pytest.mark.parametrize("kind", READS)
def test_what_the_table_makes_may_be_sent(kind: str) -> None:
    (one,) = (one for one in shown() if one.kind == kind)
    platform = Platform.FTD if Platform.FTD in one.platforms else Platform.FMC
    assert is_of_the_table(Device("DEVICE", platform, "us"), one.spec)


@pytest.mark.parametrize("command", ["reboot", "date -u +%s", "id -u", "", "rm -rf /"])
def test_a_command_of_a_tests_own_is_not_sent_unless_the_run_allows_it(command: str) -> None:
    recorder = Recorder()

    async def run() -> None:
        session = await session_with(recorder)
        await session.run(command, 5)

    with pytest.raises(Unavailable, match=f"`{command.replace('+', chr(92) + '+')}` was not sent.*--allow-commands"):
        asyncio.run(run())
    assert recorder.sent == []


def test_it_is_sent_where_the_run_allows_it() -> None:
    recorder = Recorder()

    async def run() -> None:
        session = await session_with(recorder, own_commands=True)
        await session.run("reboot", 5)

    with pytest.raises(Exception, match="ended before a probe"):
        asyncio.run(run())
    assert len(recorder.sent) == 1
