"""The formats of rule sets: the reader of each, and telling one from another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sse_compliance.errors import InputError
from sse_compliance.firewall.model import RuleSet
from sse_compliance.firewall.readers import asa, asa_show, aws, azure, fmc, fortios, neutral, nftables, panos
from sse_compliance.firewall.readers.text import RuleText

Reader = Callable[[RuleText], RuleSet]

READERS: Mapping[str, Reader] = {
    neutral.FORMAT: neutral.read,
    asa.FORMAT: asa.read,
    asa_show.FORMAT: asa_show.read,
    nftables.FORMAT: nftables.read,
    fmc.FORMAT: fmc.read,
    panos.FORMAT: panos.read,
    fortios.FORMAT: fortios.read,
    aws.FORMAT: aws.read,
    azure.FORMAT: azure.read,
}

#: What only one format has, tried in this order.
_MARKS = (
    (asa_show.FORMAT, re.compile(r"^access-list \S+(; \d+ elements| line \d+ (extended|remark) .*\(hitcnt=)", re.M)),
    (nftables.FORMAT, re.compile(r'\A\s*\{\s*"nftables"\s*:')),
    (fmc.FORMAT, re.compile(r'\A\s*\{[^\0]*"accessrules"\s*:')),
    (aws.FORMAT, re.compile(r'\A\s*\{[^\0]*"SecurityGroups"\s*:')),
    (azure.FORMAT, re.compile(r'\A\s*\{[^\0]*"securityRules"\s*:')),
    (
        panos.FORMAT,
        re.compile(
            r"^set (shared |vsys |device-group |policy )?.*\brulebase security rules |<(config|rulebase|response)\b",
            re.M,
        ),
    ),
    (fortios.FORMAT, re.compile(r"^config (vdom|system |firewall )", re.M)),
    (asa.FORMAT, re.compile(r"^access-list \S+ ", re.M)),
    (neutral.FORMAT, re.compile(r"^schema:", re.M)),
)


def read_rules(given: RuleText, form: str | None) -> RuleSet:
    """The rule set of a file.

    Args:
        given: the file.
        form: its format; None to tell it by what the file holds.

    Raises:
        InputError: the format is not known, or the reader's own.
    """
    told = form or _told(given.text)
    if told is None or told not in READERS:
        said = "the format can't be told from the file" if told is None else f"there is no format {told!r}"
        raise InputError(f"{said}; expected one of {', '.join(READERS)}", place=f"{given.file}:1")
    try:
        return READERS[told](given)
    except (AttributeError, KeyError, TypeError, ValueError):
        # A list in an object's place, a word in a list's: what no firewall prints, in a place that no reader looks at.
        said = "a value in it is of another kind than the format has there; expected what the firewall itself prints"
        raise InputError(f"it can't be read as {told}: {said}", place=f"{given.file}:1") from None


def _told(text: str) -> str | None:
    return next((form for form, mark in _MARKS if mark.search(text)), None)
