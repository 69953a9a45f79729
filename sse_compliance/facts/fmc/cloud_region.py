"""``integration/cloudregions``: the region that FMC has chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import flag, text
from sse_compliance.facts.fmc.items import parse as parse_items

#: Words that name a region beyond doubt; no document tells which of them FMC uses.
_WORDS: Mapping[str, frozenset[str]] = {
    "us": frozenset({"us", "usa", "nam"}),
    "eu": frozenset({"eu", "europe"}),
    "apj": frozenset({"apj", "apjc", "apac"}),
    "aus": frozenset({"aus", "australia"}),
    "in": frozenset({"india"}),
}


@dataclass(frozen=True, slots=True)
class CloudRegion:
    """A region as FMC names it."""

    name: str
    domain: str

    def region(self, hosts: Mapping[str, frozenset[str]]) -> str:
        """The region of the allowlists: by the domain, else by the words of the name.

        Args:
            hosts: the hosts of each region.

        Raises:
            Unavailable: it is none of them, or could be several.
        """
        domain = self.domain.strip().rstrip(".").lower()
        by_domain = {region for region, own in hosts.items() if domain in own}
        words = set(re.findall(r"[a-z]+", self.name.lower()))
        by_name = {region for region in hosts if words & _WORDS.get(region, frozenset({region.lower()}))}
        found = by_domain or by_name
        if len(found) != 1:
            raise Unavailable(f"the FMC's region is none that is known: name {self.name!r}, domain {self.domain!r}")
        return found.pop()


def parse(result: ProbeResult) -> CloudRegion:
    """The region in use.

    Raises:
        Unavailable: not exactly one is in use.
    """
    current = [item for item in parse_items(result) if flag(item, "current")]
    if len(current) != 1:
        raise Unavailable(f"the FMC says of {len(current)} regions that they are in use; expected one")
    return CloudRegion(text(current[0], "name"), text(current[0], "domain"))
