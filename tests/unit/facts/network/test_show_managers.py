"""``show managers``."""

from __future__ import annotations

from sse_compliance.facts.network.show_managers import Manager, ShowManagers, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave

NEWER = """\
Type                      : Manager
Host                      : 10.62.148.75
Display name              : 10.62.148.75
Version                   : 7.4.2 (Build 172)
Identifier                : f7ffad78-bf16-11ec-a737-baa2f76ef602
Registration              : Completed
Management type           : Configuration and analytics

"""
OLDER = """\
Host                      : 10.62.148.75
Registration Key          : ****
Registration              : pending

"""
DONE = Manager("10.62.148.75", "completed")

CASES: list[Case[ShowManagers]] = [
    Case("7.x", gave(NEWER), ShowManagers((DONE,))),
    Case("6.x, pending", gave(OLDER), ShowManagers((Manager("10.62.148.75", "pending"),))),
    Case(
        "a pair of managers",
        gave(NEWER + NEWER.replace("148.75", "148.76")),
        ShowManagers((DONE, Manager("10.62.148.76", "completed"))),
    ),
    Case("CR/LF", gave(NEWER.replace("\n", "\r\n")), ShowManagers((DONE,))),
    Case("none", gave("No managers configured.\n"), ShowManagers()),
    Case("local", gave("Managed locally.\n"), ShowManagers(local=True)),
    Case(
        "another word", gave(OLDER.replace("pending", "Refused")), ShowManagers((Manager("10.62.148.75", "refused"),))
    ),
    Case("no registration", gave(OLDER.replace("Registration   ", "Something   ")), NoFact("without host")),
    Case("both", gave(NEWER + "Managed locally.\n"), NoFact("not understood")),
    Case("empty", gave(""), NoFact("printed nothing")),
    Case("refused by the CLI", gave("Syntax error: Illegal command line\n"), NoFact("without host")),
    Case("cut", gave(NEWER, truncated=True), NoFact("cut")),
    Case("binary", gave(BINARY), NoFact("not understood")),
]


@each(CASES)
def test_show_managers(case: Case[ShowManagers]) -> None:
    check(parse, case)
