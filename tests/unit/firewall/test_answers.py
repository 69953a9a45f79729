"""What is made of verdicts: comparison with old rules, rules to copy, and evidence."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.firewall import stored
from sse_compliance.firewall.comparison import Change, Row, exit_status
from sse_compliance.firewall.decision import Cited, Decision, Verdict, decide
from sse_compliance.firewall.formats import READERS
from sse_compliance.firewall.model import Place, RuleSet
from sse_compliance.firewall.remedies import suggestion
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, BOTH, HOST, NAME, NOW, UNSURE, decision, rule_set


def row(new: Verdict, old: Verdict | None) -> Row:
    cited = Cited("f", "text", 1, 1)
    return Row("d", "h", Decision(new, cited), None if old is None else Decision(old, cited))


@pytest.mark.parametrize(
    ("new", "old", "change", "status"),
    [
        (NAME, None, None, 0),
        (ANY, None, None, 0),
        (ADDRESS, None, None, 1),
        (BLOCKED, None, None, 1),
        (UNSURE, None, None, 10),
        (NAME, ANY, Change.UNCHANGED, 0),
        (BLOCKED, NAME, Change.BROKEN, 1),
        (BLOCKED, ADDRESS, Change.BROKEN, 1),
        (BLOCKED, UNSURE, Change.BROKEN, 1),
        (BLOCKED, BLOCKED, Change.UNCHANGED, 0),
        (ADDRESS, NAME, Change.NOW_BY_ADDRESS, 1),
        (ADDRESS, ANY, Change.NOW_BY_ADDRESS, 1),
        (ADDRESS, ADDRESS, Change.UNCHANGED, 0),
        (ADDRESS, UNSURE, Change.KNOWABLE, 1),
        (NAME, ADDRESS, Change.NO_LONGER_BY_ADDRESS, 0),
        (NAME, BLOCKED, Change.REPAIRED, 0),
        (NAME, UNSURE, Change.KNOWABLE, 0),
        (UNSURE, NAME, Change.UNKNOWABLE, 10),
        (UNSURE, BLOCKED, Change.UNKNOWABLE, 10),
        (UNSURE, UNSURE, Change.UNCHANGED, 10),
    ],
)
def test_changes_and_exit_statuses(new: Verdict, old: Verdict | None, change: Change | None, status: int) -> None:
    assert row(new, old).change is change
    assert exit_status([row(new, old)]) == status


def test_worse_goes_before_unknowable_and_nothing_is_no_pass() -> None:
    assert exit_status([row(UNSURE, NAME), row(BLOCKED, NAME), row(NAME, NAME)]) == 1
    with pytest.raises(ValueError, match="no host"):
        exit_status([])


MX = "mx*.sse.itd.cisco.com"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("neutral", 'destination: "mx*.sse.itd.cisco.com"'),
        ("asa", "line 3 extended permit tcp host 192.0.2.7"),
        ("asa-show", "takes no wildcard"),
        ("fmc", "URL sse.itd.cisco.com (a URL object takes no wildcard"),
        ("nftables", "ip saddr 192.0.2.7"),
        ("panos", "set rulebase security rules"),
        ("fortios", "set type wildcard-fqdn"),
        ("aws", "knows no names"),
        ("azure", "az network nsg rule create"),
    ],
)
def test_a_rule_to_copy_in_the_language_of_the_rule_set(form: str, words: str) -> None:
    read = RuleSet("f", form, (), (), Place(acl="M"))
    assert words in suggestion(read, ip_address("192.0.2.7"), MX, 3)


def test_every_format_has_a_rule_to_copy() -> None:
    for form in READERS:
        assert suggestion(RuleSet("f", form, (), (), Place(acl="M")), None, HOST, None)


TEXT = (
    "object network API\n fqdn api-sse.cisco.com\n"
    "access-list M extended permit udp any any\n"
    "access-list M extended permit tcp host 198.51.100.1 any eq 443\n"
    "access-list M extended permit tcp any object API eq 443 time-range W\n"
    "access-list M extended permit tcp any 203.0.113.0 255.255.255.0 eq 443\n"
    "access-list M extended deny ip any any\n"
)


def test_evidence_keeps_what_concerns_the_device_and_says_the_same() -> None:
    read, source = rule_set("asa", TEXT), ip_address("192.0.2.7")
    kept = stored.concerning(read, source)
    assert [rule.number for rule in kept.rules()] == [3, 4, 5]
    (loaded,) = stored.load(stored.dump([kept]))
    assert loaded == kept
    for host in (HOST, "www.example.com"):
        for addresses in ((), BOTH, BOTH[:1], ("198.51.100.7",)):
            known = [ip_address(text) for text in addresses]
            assert str(decide([loaded], host, source, known, NOW)) == str(decision(read, host, addresses))


@pytest.mark.parametrize("lines", [0, 1, 2, 3])
def test_evidence_that_was_cut_is_not_judged(lines: int) -> None:
    text = stored.dump([stored.concerning(rule_set("asa", TEXT), None)])
    with pytest.raises(Unavailable, match="rule set"):
        stored.load("".join(text.splitlines(keepends=True)[:lines]))


@pytest.mark.parametrize("text", ["", "x\n", "{}\n", '{"rule_set": 1}\n', "[1]\n", '{"chain": "a", "rule": {}}\n'])
def test_evidence_that_is_none_is_not_judged(text: str) -> None:
    with pytest.raises(Unavailable, match="rule set"):
        stored.load(text)


def test_a_path_lets_through_what_all_firewalls_let_through() -> None:
    opens = rule_set("asa", "access-list M extended permit ip any any\n")
    names = rule_set("asa", TEXT.replace(" time-range W", ""))
    closes = rule_set("asa", "access-list M extended deny ip any any\n")
    unsure = rule_set("asa", "access-list M extended permit tcp any any time-range W\n")
    source, known = ip_address("192.0.2.7"), [ip_address(text) for text in BOTH]

    def said(*path: RuleSet) -> tuple[Verdict, int]:
        found = decide(path, HOST, source, known, NOW)
        return found.verdict, found.position

    assert said(opens, names) == (NAME, 1)
    assert said(names, closes) == (BLOCKED, 1)
    assert said(unsure, closes) == (BLOCKED, 1)
    assert said(unsure, opens) == (UNSURE, 0)
