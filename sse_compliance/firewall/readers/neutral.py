"""The neutral YAML format (``docs/firewall-rules.md``): any other vendor's rules can be written in it by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator

from sse_compliance.files.yaml_file import Location, StrictModel, YamlFile
from sse_compliance.firewall.conditions import port_spans
from sse_compliance.firewall.model import (
    ALWAYS,
    TCP,
    Action,
    AllOf,
    Chain,
    Not,
    Rule,
    RuleSet,
    Service,
    Side,
    Stage,
    Term,
    Unknown,
    Zone,
)
from sse_compliance.firewall.objects import any_of, name, network, on_source
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "neutral"

_ACTIONS = {
    "allow": Action.ALLOW,
    "deny": Action.DENY,
    "reject": Action.DENY,
    "continue": Action.CONTINUE,
}
_PROTOCOLS = {"tcp": TCP, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132}
_SERVICE = re.compile(r"(?:any|ip|[a-z0-9]+(?:/[0-9]{1,5}(?:-[0-9]{1,5})?)?)")

_Texts = StrictStr | tuple[StrictStr, ...]


class _Entry(StrictModel):
    name: StrictStr = ""
    action: Literal["allow", "deny", "reject", "continue"]
    enabled: StrictBool = True
    source: _Texts = "any"
    not_source: _Texts = ()
    destination: _Texts = "any"
    not_destination: _Texts = ()
    service: _Texts = "any"
    from_zone: _Texts = ()
    to_zone: _Texts = ()
    #: Whatever else the rule asks for, in words: it can't be decided from the file.
    condition: _Texts = ()

    @field_validator("source", "destination", "not_source", "not_destination", "service")
    @classmethod
    def _not_empty(cls, value: Any) -> Any:
        if not _list(value):
            raise ValueError("an empty list, which no connection meets; leave the key out for any")
        return value

    @field_validator("source", "destination", "not_source", "not_destination")
    @classmethod
    def _no_label(cls, value: Any) -> Any:
        for text in _list(value):
            # A group's name, or another vendor's word for any: a deny for it would pass for one that denies nothing.
            if not any(mark in text for mark in ".:*") and text.lower() != "any":
                raise ValueError(f"{text!r}: expected a network, a host name in full, a pattern, or any")
        return value

    @field_validator("service")
    @classmethod
    def _known_service(cls, value: Any) -> Any:
        for text in _list(value):
            protocol = text.partition("/")[0]
            known = protocol in {"any", "ip", *_PROTOCOLS} or (protocol.isdecimal() and int(protocol) < 256)
            ports = text.partition("/")[2]
            if not _SERVICE.fullmatch(text) or not known or (ports and not _are_ports(ports)):
                raise ValueError(f"{text!r}: expected for example tcp/443, tcp/8000-9000, udp, or any")
        return value


class _DecryptionEntry(_Entry):
    action: Literal["decrypt", "leave", "block"]  # type: ignore[assignment]  # of another list


class _File(StrictModel):
    schema_: Annotated[StrictInt, Field(alias="schema", ge=1, le=1)]
    name: StrictStr = ""
    default: Literal["deny", "allow"]
    rules: Annotated[tuple[_Entry, ...], Field(min_length=1)]
    decryption: tuple[_DecryptionEntry, ...] | None = None


def read(given: RuleText) -> RuleSet:
    """The rule set of a neutral YAML file.

    Raises:
        InputError: names line, key and what was expected.
    """
    file = YamlFile(Path(given.file), given.text)
    parsed = file.validate(_File)
    chains = [Chain("rules", tuple(_rule(file, ("rules", n), entry, n + 1) for n, entry in enumerate(parsed.rules)))]
    default = _ACTIONS[parsed.default]
    decryption = None
    if parsed.decryption is not None:
        inspected = (_rule(file, ("decryption", n), entry, n + 1) for n, entry in enumerate(parsed.decryption))
        chains.append(Chain("decryption", tuple(inspected)))
        decryption = Stage("decryption", Action.ALLOW, "no decryption rule")
    stage = Stage("rules", default, f"default {parsed.default}")
    return given.made(FORMAT, chains, [stage], decryption=decryption)


def _rule(file: YamlFile, location: Location, entry: _Entry, number: int) -> Rule:
    actions = {**_ACTIONS, "leave": Action.ALLOW, "decrypt": Action.DENY, "block": Action.DENY}
    terms = [
        on_source(_addresses(entry.source)),
        _addresses(entry.destination),
        any_of(_service(text) for text in _list(entry.service)),
        *(Not(on_source(_addresses(text))) for text in _list(entry.not_source)),
        *(Not(_addresses(text)) for text in _list(entry.not_destination)),
        *(Unknown(text) for text in _list(entry.condition)),
    ]
    for zones, side in ((entry.from_zone, Side.SOURCE), (entry.to_zone, Side.DESTINATION)):
        if _list(zones):
            terms.append(Zone(_list(zones), side))
    said = entry.model_dump(exclude_defaults=True, exclude={"name"})
    text = ", ".join(f"{key}: {', '.join(_list(v)) if not isinstance(v, bool) else v}" for key, v in said.items())
    return Rule(
        number=number,
        line=file.line(location),
        text=text,
        action=actions[entry.action],
        when=AllOf(tuple(term for term in terms if term != ALWAYS)),
        name=entry.name,
        enabled=entry.enabled,
    )


def _list(value: _Texts) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _are_ports(text: str) -> bool:
    return all(first <= last <= 65535 for first, last in port_spans([text]))


def _addresses(value: _Texts) -> Term:
    return any_of(_address(text) for text in _list(value))


def _address(text: str) -> Term:
    if text.lower() == "any":
        return ALWAYS
    # What begins like an address is one, or a mistake; a name never ends in a number.
    if ":" in text or re.fullmatch(r"[0-9./-]+", text):
        return network(text)
    return name(text)


def _service(text: str) -> Term:
    protocol, _, ports = text.partition("/")
    if protocol in ("any", "ip"):
        return ALWAYS
    number = _PROTOCOLS[protocol] if protocol in _PROTOCOLS else int(protocol)
    return Service(number, (ports,) if ports else None)
