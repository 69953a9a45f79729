"""``pmtool status``."""

from __future__ import annotations

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.system.pmtool import PmTool, Process, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

DOCUMENTED = transcript("ftd_pmtool_status_grep_event_and_sse")
EVENT_HANDLER = Process("EventHandler", "normal", "Running", 17453)
CONNECTOR = Process("SSEConnector", "system", "Running", 20697)
BOTH = {"EventHandler": EVENT_HANDLER, "SSEConnector": CONNECTOR}


def connector(state: str) -> str:
    return DOCUMENTED.replace("Running 20697", state)


def with_connector(state: str, pid: int | None = None) -> PmTool:
    return PmTool(BOTH | {"SSEConnector": Process("SSEConnector", "system", state, pid)})


#: Written after FMC transcripts in Cisco's documents (paths without /ngfw, several types).
FMC = """\
mysqld (system,gui,mysql) - Running 4908
Command: /usr/bin/mysqld_safe
PID File: /var/sf/run/mysqld.pid
Enable File: /etc/sf/mysqld.run
sybase_arbiter (system,gui) - Waiting
Required by: vmsDbEngine,SSEConnector
SSEConnector (system) - Running 20697
EventHandler (normal) - Running 17453
"""

CASES: list[Case[PmTool]] = [
    Case("FTD, documented", gave(DOCUMENTED), PmTool(BOTH)),
    Case("as a terminal shows it", gave(noisy(DOCUMENTED)), PmTool(BOTH)),
    Case(
        "FMC",
        gave(FMC),
        PmTool(
            {
                "mysqld": Process("mysqld", "system,gui,mysql", "Running", 4908),
                "sybase_arbiter": Process("sybase_arbiter", "system,gui", "Waiting"),
                **BOTH,
            }
        ),
    ),
    Case("disabled", gave(connector("User Disabled")), with_connector("User Disabled")),
    Case("down", gave(connector("Down")), with_connector("Down")),
    Case("waiting", gave(connector("Waiting")), with_connector("Waiting")),
    Case("state never seen", gave(connector("Hibernating 12")), with_connector("Hibernating", 12)),
    Case("running without a process", gave(connector("Running")), with_connector("Running")),
    Case(
        "twice, the same",
        gave(f"{DOCUMENTED}{DOCUMENTED}"),
        PmTool(BOTH),
    ),
    Case(
        "twice, different",
        gave(f"{DOCUMENTED}SSEConnector (system) - User Disabled\n"),
        PmTool({"EventHandler": EVENT_HANDLER}, contradictory=("SSEConnector",)),
    ),
    Case(
        "cut",
        gave(DOCUMENTED.split("SSEConnector (")[0], truncated=True),
        PmTool({"EventHandler": EVENT_HANDLER}, truncated=True),
    ),
    Case("only 'Required by'", gave("Required by: SSEConnector,EventHandler\n"), NoFact("holds no process")),
    Case("not at a line's beginning", gave("x SSEConnector (system) - Running 1\n"), NoFact("holds no process")),
    Case("empty", gave(""), NoFact("it is empty")),
    Case("time limit", gave(DOCUMENTED, exit_status=124), NoFact("time limit")),
    Case("binary", gave(BINARY), NoFact("holds no process")),
    *missing_tool_cases("pmtool"),
]


@each(CASES)
def test_pmtool(case: Case[PmTool]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    ("state", "understood", "enabled", "running"),
    [
        ("Running 20697", True, True, True),
        ("Running", False, False, False),
        ("User Disabled", True, False, False),
        ("User Disabled 12", False, False, False),
        ("Down", True, True, False),
        ("Waiting", True, True, False),
        ("Hibernating", False, False, False),
        ("running 20697", False, False, False),
        ("Not Running 20697", False, False, False),
    ],
)
def test_states(state: str, understood: bool, enabled: bool, running: bool) -> None:
    process = parse(gave(connector(state))).process("SSEConnector")
    assert process is not None
    assert (process.understood, process.enabled, process.running) == (understood, enabled, running)


def test_a_process_that_is_not_listed() -> None:
    assert parse(gave("EventHandler (normal) - Running 17453\n")).process("SSEConnector") is None


def test_no_process_of_what_was_cut_or_contradicts_itself() -> None:
    with pytest.raises(Unavailable, match="cut"):
        parse(gave("EventHandler (normal) - Running 17453\n", truncated=True)).process("SSEConnector")
    with pytest.raises(Unavailable, match="different states"):
        parse(gave(f"{DOCUMENTED}SSEConnector (system) - Down\n")).process("SSEConnector")
