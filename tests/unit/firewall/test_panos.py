"""PAN-OS security rules: set lines and XML."""

from __future__ import annotations

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, HOST, NAME, UNSURE, decision, decryption, rule_set

INGEST = "eventing-ingest.sse.itd.cisco.com"


def pan(*rules: str, objects: str = "", kind: str = "security") -> str:
    """Rules as ``set`` commands, each given by what differs from *allow any*."""
    lines = []
    for number, rule in enumerate(rules, 1):
        given = dict(part.split(" ", 1) for part in rule.split("; ") if part)
        keys = {"from": "any", "to": "any", "source": "any", "destination": "any", "service": "any",
                "application": "any", "action": "allow", **given}  # fmt: skip
        lines += [f"set rulebase {kind} rules R{number} {key} {value}" for key, value in keys.items()]
    return objects + "\n".join(lines) + "\n"


OBJECTS = f"set address API fqdn {HOST}\nset address-group G static [ API OTHER ]\nset address OTHER ip-netmask 198.51.100.1\n"

PAN: list[tuple[str, str, Verdict]] = [
    ("58 ssl on its default port", pan("application ssl; service application-default; destination API", objects=OBJECTS), NAME),
    ("59 web-browsing", pan("application web-browsing"), UNSURE),
    ("60 negated source", pan("source 192.0.2.7; negate-source yes"), BLOCKED),
    ("60 negated source of others", pan("source 198.51.100.9; negate-source yes"), ANY),
    ("61 disabled", pan("disabled yes"), BLOCKED),
    ("group", pan("destination [ G ]", objects=OBJECTS), NAME),
    ("address", pan("destination 203.0.113.0/24"), ADDRESS),
    ("an object called like an address", pan("destination 203.0.113.0/24", objects="set address 203.0.113.0/24 ip-netmask 198.51.100.0/24\n"), BLOCKED),
    ("dynamic group", pan("destination D", objects="set address-group D dynamic filter \"'a'\"\n"), UNSURE),
    ("wildcard mask", pan("destination W", objects="set address W ip-wildcard 10.0.0.0/0.0.248.255\n"), UNSURE),
    ("zones", pan("from mgmt; to untrust"), UNSURE),
    ("user", pan("source-user cn=bob"), UNSURE),
    ("category of one's own", pan("category C", objects="set profiles custom-url-category C list [ *.cisco.com/ ]\n"), NAME),
    ("category of the vendor", pan("category social-networking"), UNSURE),
    ("service", pan("service S", objects="set service S protocol tcp port 440-450\n"), ANY),
    ("service of another port", pan("service S", objects="set service S protocol tcp port 80,8080\n"), BLOCKED),
    ("service with an override", pan("service S", objects="set service S protocol tcp override yes timeout 9\n"), UNSURE),
    ("https that comes along", pan("service service-https"), ANY),
    ("profile", pan("profile-setting group strict; log-end yes"), UNSURE),
    ("logs", pan("log-end yes"), ANY),
    ("for some firewalls of Panorama's", pan("target devices 0123"), UNSURE),
    ("for all firewalls of Panorama's", pan("target negate no"), ANY),
    ("an action that is set again", pan("") + "set rulebase security rules R1 action deny\n", BLOCKED),
    ("switched off later", pan("disabled no") + "set rulebase security rules R1 disabled yes\n", BLOCKED),
    ("a name that is set again", pan("destination API", objects=f"{OBJECTS}set address API fqdn other.example.com\n"), BLOCKED),
    ("deny", pan("action deny"), BLOCKED),
    ("no action that is known", pan("action ponder"), UNSURE),
    ("a key that is not known", pan("phase full"), UNSURE),
    ("default rule that allows", "set rulebase default-security-rules rules interzone-default action allow\n" + pan("destination 198.51.100.1"), ANY),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in PAN], ids=[case[0] for case in PAN])
def test_panos(text: str, expected: Verdict) -> None:
    assert decision(rule_set("panos", text)).verdict is expected


def test_panos_within_a_zone() -> None:
    text = pan("destination 198.51.100.1")
    assert decision(rule_set("panos", text, from_zone="a", to_zone="a")).verdict is ANY
    assert decision(rule_set("panos", text, from_zone="a", to_zone="b")).verdict is BLOCKED


def test_panos_panorama_order() -> None:
    keys = {"from": "any", "to": "any", "source": "any", "destination": "any", "service": "any", "application": "any"}

    def rule(base: str, name: str, action: str) -> str:
        prefix = f"set {base} security rules {name}"
        return "".join(f"{prefix} {key} {value}\n" for key, value in {**keys, "action": action}.items())

    deny_local, allow_post = rule("rulebase", "local", "deny"), rule("policy panorama post-rulebase", "post", "allow")
    assert decision(rule_set("panos", allow_post + deny_local)).verdict is BLOCKED
    pre = rule("policy panorama pre-rulebase", "pre", "allow")
    assert decision(rule_set("panos", deny_local + pre)).verdict is ANY


def ruled(base: str, name: str, action: str, destination: str = "any") -> str:
    keys = {"from": "any", "to": "any", "source": "any", "service": "any", "application": "any", "action": action}
    given = {**keys, "destination": destination}
    return "".join(f"set {base} security rules {name} {key} {value}\n" for key, value in given.items())


SHARED_X = f"set shared address X fqdn {HOST}\n"
OWN_X = "set vsys vsys1 address X fqdn other.example.com\n"
TO_X = ruled("vsys vsys1 rulebase", "A", "allow", "X")
DENY_POST = ruled("device-group D post-rulebase", "A", "deny")
SHARED: list[tuple[str, str, Verdict]] = [
    ("shared pre-rules first", ruled("device-group D pre-rulebase", "A", "allow") + ruled("shared pre-rulebase", "S", "deny"), BLOCKED),
    ("shared post-rules last", ruled("shared post-rulebase", "S", "allow") + DENY_POST, BLOCKED),
    ("of one name", ruled("shared pre-rulebase", "A", "deny") + ruled("device-group D pre-rulebase", "A", "allow"), BLOCKED),
    ("an object of its own above", OWN_X + SHARED_X + TO_X, BLOCKED),
    ("an object of its own below", SHARED_X + OWN_X + TO_X, BLOCKED),
    ("a shared object", SHARED_X + TO_X, NAME),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in SHARED], ids=[case[0] for case in SHARED])
def test_panos_what_is_shared(text: str, expected: Verdict) -> None:
    assert decision(rule_set("panos", text)).verdict is expected


XML = f"""<config><devices><entry name="localhost"><vsys><entry name="vsys1">
<address><entry name="API"><fqdn>{HOST}</fqdn></entry></address>
<service><entry name="S"><protocol><tcp><port>443</port></tcp></protocol></entry></service>
<rulebase><security><rules>
<entry name="cloud"><from><member>any</member></from><to><member>any</member></to><source><member>any</member></source>
<destination><member>API</member></destination><service><member>S</member></service>
<application><member>any</member></application><action>allow</action></entry>
</rules></security></rulebase></entry></vsys></entry></devices></config>
"""


def test_panos_xml() -> None:
    found = decision(rule_set("panos", XML))
    assert (found.verdict, found.rule.name, found.rule.line) == (NAME, "cloud", 5)
    assert rule_set("panos", XML, vdom="vsys1").chains
    with pytest.raises(InputError, match="there is no vsys"):
        rule_set("panos", XML, vdom="vsys9")


def test_panos_decryption() -> None:
    rules = pan("action no-decrypt; destination API; type ssl-forward-proxy", "action decrypt", kind="decryption")
    read = rule_set("panos", OBJECTS + pan("") + rules)
    found = [decryption(read, host) for host in (HOST, INGEST)]
    assert [one.verdict for one in found if one] == [NAME, BLOCKED]
    assert decryption(rule_set("panos", pan(""))) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set address A fqdn x.com\n", "no security rule"),
        ("delete rulebase security rules R1\n", "the change"),
        ("hello\n", "expected a set command"),
        ('set address "A\n', "no closing quotation"),
        ("<config><a></config>", "not valid XML"),
        ('<!DOCTYPE config [<!ENTITY a "b">]><config/>', "DOCTYPE"),
        (XML.replace("</vsys>", XML[XML.index('<entry name="vsys1"'):XML.index("</vsys>")].replace("vsys1", "vsys2") + "</vsys>"), "say which vsys"),
    ],
)  # fmt: skip
def test_panos_input_errors(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("panos", text)
