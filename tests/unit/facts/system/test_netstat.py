"""``netstat -anlp``: unix sockets."""

from __future__ import annotations

from sse_compliance.facts.system.netstat import Netstat, UnixSocket, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

OK = transcript("ftd_netstat_connected_ok")
LISTENING_ONLY = transcript("ftd_netstat_listening_only_fault")
PATH = "/ngfw/var/sf/run/EventHandler_SSEConnector.sock"
LISTENING = UnixSocket("STREAM", "LISTENING", 382276, "7741/EventHandler", PATH)
CONNECTED = UnixSocket("STREAM", "CONNECTED", 378537, "7741/EventHandler", PATH)

FULL = f"""\
Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 127.0.0.1:8989          0.0.0.0:*               LISTEN      45/connector
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  3      [ ]         STREAM     CONNECTED     930859   44/EventHandler      {PATH}
unix  2      [ ACC ]     STREAM     LISTENING     930858   44/EventHandler      {PATH}
unix  3      [ ]         STREAM     CONNECTED     930860   45/connector
unix  2      [ ]         DGRAM                    1228     12/syslogd           /dev/log
unix  2      [ ]         DGRAM      CONNECTED     1229     -
unix  2      [ ACC ]     SEQPACKET  LISTENING     77       1/init               /run/udev/control
unix  3      [ ]         STREAM     CONNECTED     78       900/sshd: admin [pr  @/tmp/a b
"""
FULL_FACT = Netstat(
    (
        UnixSocket("STREAM", "CONNECTED", 930859, "44/EventHandler", PATH),
        UnixSocket("STREAM", "LISTENING", 930858, "44/EventHandler", PATH),
        UnixSocket("STREAM", "CONNECTED", 930860, "45/connector", None),
        UnixSocket("DGRAM", None, 1228, "12/syslogd", "/dev/log"),
        UnixSocket("DGRAM", "CONNECTED", 1229, None, None),
        UnixSocket("SEQPACKET", "LISTENING", 77, "1/init", "/run/udev/control"),
        UnixSocket("STREAM", "CONNECTED", 78, "900/sshd: admin [pr", "@/tmp/a b"),
    )
)
OTHER_LINE = f"unix  2  [ ACC ]  STREAM  LISTENING  6  44/EventHandler  {PATH}"
HEADER = FULL.split("unix ")[0]

CASES: list[Case[Netstat]] = [
    Case("TechNote, paths below", gave(OK), Netstat((LISTENING, CONNECTED))),
    Case("as a terminal shows it", gave(noisy(OK)), Netstat((LISTENING, CONNECTED))),
    Case(
        "TechNote, LISTENING only",
        gave(LISTENING_ONLY),
        Netstat((UnixSocket("STREAM", "LISTENING", 3022791165, "11204/EventHandler", PATH),)),
    ),
    Case("net-tools, whole", gave(FULL), FULL_FACT),
    Case(
        "7.6: CONNECTED without LISTENING",
        gave(HEADER + f"unix  3      [ ]         STREAM     CONNECTED     5   44/EventHandler      {PATH}\n"),
        Netstat((UnixSocket("STREAM", "CONNECTED", 5, "44/EventHandler", PATH),)),
    ),
    Case("no unix socket at all", gave(HEADER), Netstat(())),
    Case(
        "cut", gave(FULL.partition("unix  2      [ ]")[0], truncated=True), Netstat(FULL_FACT.unix[:3], truncated=True)
    ),
    Case(
        "not root, older",
        gave(f'(No info could be read for "-p": geteuid()=1000 but you should be root.)\n{OK}'),
        Netstat((LISTENING, CONNECTED), unprivileged=True),
    ),
    Case(
        "not root, newer, on stderr",
        gave(OK, "(Not all processes could be identified, non-owned process info\n will not be shown)\n"),
        Netstat((LISTENING, CONNECTED), unprivileged=True),
    ),
    Case(
        "a path that begins far below is nobody's",
        gave(f"{HEADER}unix  3  [ ]  STREAM  CONNECTED  5  44/EventHandler\n\n{PATH}\n"),
        Netstat((UnixSocket("STREAM", "CONNECTED", 5, "44/EventHandler", None),)),
    ),
    Case(
        "two lines run into one",
        gave(f"{HEADER}unix  3  [ ]  STREAM  CONNECTED  5  45/connector {OTHER_LINE}\n"),
        Netstat(
            (
                UnixSocket(
                    "STREAM",
                    "CONNECTED",
                    5,
                    f"45/connector {OTHER_LINE}",
                    None,
                ),
            )
        ),
    ),
    Case("only Internet sockets", gave(HEADER.split("Active UNIX")[0]), NoFact("no unix sockets")),
    Case("empty", gave(""), NoFact("its output is empty")),
    Case("time limit", gave(FULL, exit_status=124), NoFact("time limit")),
    Case("binary", gave(BINARY), NoFact("no unix sockets")),
    *missing_tool_cases("netstat"),
]


@each(CASES)
def test_netstat(case: Case[Netstat]) -> None:
    check(parse, case)


def test_the_socket_between_event_handler_and_connector() -> None:
    assert parse(gave(OK)).event_handler == (LISTENING, CONNECTED)
    assert [s.inode for s in parse(gave(FULL)).event_handler] == [930859, 930858]


def test_the_path_without_the_prefix_of_ftd() -> None:
    assert len(parse(gave(OK.replace("/ngfw/", "/"))).event_handler) == 2


def test_other_paths_are_not_it() -> None:
    name = "EventHandler_SSEConnector.sock"
    for path in (
        f"{PATH}.old",
        f"@{PATH}",
        f"/tmp{PATH}",
        f"@/tmp/evil/{name}",
        f"/tmp/evil/{name}",
        f"/run/{name}",
        "/var/sf/run/EventHandler_Other.sock",
        f"/var/sf/run/x{name}",
    ):
        assert parse(gave(FULL.replace(PATH, path))).event_handler == ()
