"""What the firewalls make of a host depends on the device that asks, the host's addresses, and the moment."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from types import SimpleNamespace
from typing import cast

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import Unavailable
from sse_compliance.findings.finding import FileLine
from sse_compliance.firewall.decision import Cited, Decision, Verdict
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.rule_sets import access_of, decryption_of, known, line_of
from tests.unit.firewall.made import rule_set

API = next(endpoint for endpoint in load_regions().endpoints("us", "classic") if endpoint.fqdn == "api-sse.cisco.com")
_RULE = "access-list OUT extended permit tcp host 192.0.2.7 host 203.0.113.10 eq https"
ACCESS = rule_set("asa", f"{_RULE}\naccess-list OUT extended deny ip any any\n", acl="OUT")
TIMED = rule_set(
    "asa",
    f"time-range UNTIL\n absolute end 00:00 01 July 2026\n{_RULE} time-range UNTIL\n"
    "access-list OUT extended deny ip any any\n",
    acl="OUT",
)
BEFORE, BEHIND = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)


def asking(device: str | None, at: datetime, address: str = "203.0.113.10", rules: object = ACCESS) -> FirepowerHost:
    def addresses(name: str) -> tuple[object, ...]:
        assert name == API.fqdn
        return (ip_address(address),)

    def read_at(probe: str) -> datetime:
        assert probe == "rulesets"
        return at

    return cast(
        FirepowerHost,
        SimpleNamespace(
            rule_sets=(rules,),
            address=device and ip_address(device),
            known_addresses=addresses,
            read_at=read_at,
        ),
    )


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        (asking("192.0.2.7", BEFORE), Verdict.BY_ADDRESS),
        (asking("192.0.2.7", BEFORE, rules=TIMED), Verdict.CANNOT_TELL),
        (asking("192.0.2.7", BEHIND, rules=TIMED), Verdict.BLOCKED),
        (asking("192.0.2.8", BEFORE), Verdict.BLOCKED),
        (asking("192.0.2.7", BEFORE, "203.0.113.11"), Verdict.BLOCKED),
        (asking(None, BEFORE), Verdict.CANNOT_TELL),
    ],
)
def test_whether_it_is_let_through(asked: FirepowerHost, verdict: Verdict) -> None:
    found = access_of(asked, API)
    assert found.verdict is verdict
    if verdict is Verdict.CANNOT_TELL:
        with pytest.raises(Unavailable) as caught:
            known(found)
        assert caught.value.reason == str(found)
    else:
        assert known(found) is found


def test_without_decryption_rules_there_is_nothing_to_say() -> None:
    assert decryption_of(asking("192.0.2.7", BEFORE), API) is None


@pytest.mark.parametrize(
    "file, line, expected",
    [("edge.cfg", 5, FileLine("edge.cfg", 5)), ("edge.cfg", None, FileLine("edge.cfg")), ("fmc:fmc-1/Edge", 5, None)],
)
def test_a_rule_of_a_file_has_a_line(file: str, line: int | None, expected: FileLine | None) -> None:
    assert line_of(Decision(Verdict.BLOCKED, Cited(file, "deny", line=line))) == expected
