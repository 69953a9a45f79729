"""AWS security groups (``aws ec2 describe-security-groups``): allows only, in no order, no names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sse_compliance.files.json_file import JsonFile
from sse_compliance.firewall.model import TCP, Action, AllOf, Chain, Rule, RuleSet, Service, Stage, Term, Unknown
from sse_compliance.firewall.objects import any_of, network, on_source
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "aws"

_PROTOCOLS = {"tcp": TCP, "udp": 17, "icmp": 1, "icmpv6": 58}


def read(given: RuleText) -> RuleSet:
    """The egress rules of the group that ``acl`` names, by its id or name; the only one where it names none.

    Raises:
        InputError: no such answer of the AWS API, or the group is not in it.
    """
    file = JsonFile(Path(given.file), content=given.text.encode())
    groups = file.data.get("SecurityGroups") if isinstance(file.data, dict) else None
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise given.error(1, "expected the answer of describe-security-groups, an object with SecurityGroups")
    lines = file.lines(4)
    chains: list[Chain] = []
    for index, group in enumerate(groups):
        for key, way in (("IpPermissionsEgress", "egress"), ("IpPermissions", "ingress")):
            held = group.get(key) or []
            rules = tuple(
                _rule(one, number, lines.get(("SecurityGroups", index, key, number - 1), 1), is_source=way == "ingress")
                for number, one in enumerate(held, 1)
            )
            chains.append(Chain(f"{group.get('GroupId')} {way}", rules))
    known = {str(value): str(g.get("GroupId")) for g in groups for value in (g.get("GroupName"), g.get("GroupId"))}
    acl = given.place.acl or (str(groups[0].get("GroupId")) if len(groups) == 1 else None)
    if acl is None or acl not in known:
        wanted = f"there is no security group {acl!r}" if acl else "say which security group (acl) in the inventory"
        raise given.error(1, f"{wanted}; it has {', '.join(sorted(known))}")
    return given.made(FORMAT, chains, [Stage(f"{known[acl]} egress", Action.DENY, "no egress rule allows it")])


def _rule(one: dict[str, Any], number: int, line: int, *, is_source: bool) -> Rule:
    peers: list[Term] = []
    said: list[str] = []
    for key, value in one.items():
        match key:
            case "IpProtocol" | "FromPort" | "ToPort":
                continue
            case "IpRanges" | "Ipv6Ranges":
                texts = [str(held.get("CidrIp") or held.get("CidrIpv6")) for held in value]
                peers += [network(text) for text in texts]
                said += texts
            case "PrefixListIds" | "UserIdGroupPairs":
                texts = [str(held.get("PrefixListId") or held.get("GroupId")) for held in value]
                peers += [Unknown(f"{key} {text}, whose addresses are not in the file") for text in texts]
                said += texts
            case _ if value:
                peers.append(Unknown(f"{key}"))
    peer = any_of(peers)
    service = _service(one)
    text = f"{one.get('IpProtocol')} {one.get('FromPort', '')}-{one.get('ToPort', '')} {', '.join(said)}"
    return Rule(number, line, text, Action.ALLOW, AllOf((service, on_source(peer) if is_source else peer)))


def _service(one: dict[str, Any]) -> Term:
    protocol, first, last = str(one.get("IpProtocol")), one.get("FromPort"), one.get("ToPort")
    if protocol == "-1":
        return AllOf()
    number = _PROTOCOLS.get(protocol, int(protocol) if protocol.isdecimal() else None)
    if number is None:
        return Unknown(f"protocol {protocol}")
    if number not in (TCP, 17) or first is None or first == -1:
        return Service(number)
    if not isinstance(first, int) or not isinstance(last, int):
        return Unknown(f"ports {first} to {last}")
    return Service(number, (f"{first}-{last}",))
