"""A rule set that loses a host is never passed, whatever else changes with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.cli import main

HOSTS = [endpoint.fqdn for endpoint in load_regions().endpoints("us", "classic")]

INVENTORY = """\
devices:
  - {name: d, address: 192.0.2.7, platform: ftd, region: us, rulesets: [{file: edge.cfg, acl: M}]}
"""

#: Lines that take nothing from the hosts of the allowlist.
NOISE = (
    "access-list M remark permit ip any any",
    "access-list M extended permit udp any any eq 443",
    "access-list M extended deny udp any any",
    "access-list M extended permit tcp any object other eq https",
    "access-list M extended permit tcp host 198.51.100.1 any eq https",
    "access-list M extended deny tcp any any eq 8443",
    "access-list M extended permit tcp any any eq https inactive",
)


def rules(hosts: list[str], ways: dict[str, str], noise: list[tuple[int, str]], last: str) -> str:
    """An access list that lets hosts through by name, but for what is done to some of them."""
    objects = "".join(f"object network o{n}\n fqdn {host}\n" for n, host in enumerate(hosts))
    objects += "object network other\n fqdn www.example.com\n"
    lines = []
    for number, host in enumerate(hosts):
        line = f"access-list M extended permit tcp host 192.0.2.7 object o{number} eq https"
        lines.append(LOST[ways[host]](line) if host in ways else line)
    lines = [line for line in lines if line]
    for place, line in noise:
        lines.insert(place % (len(lines) + 1), line)
    return f"{objects}{chr(10).join(lines)}\naccess-list M extended {last} ip any any\n"


#: How a host is lost for certain.
LOST: dict[str, Callable[[str], str]] = {
    "removed": lambda _: "",
    "denied": lambda line: line.replace(" permit ", " deny "),
    "inactive": lambda line: f"{line} inactive",
    "other port": lambda line: line.replace("eq https", "eq 8443"),
    "other protocol": lambda line: line.replace(" tcp ", " udp "),
    "other device": lambda line: line.replace("192.0.2.7", "198.51.100.77"),
    "commented": lambda line: line.replace("extended", "remark"),
    "a mask too far": lambda line: line.replace("host 192.0.2.7", "192.0.2.8 255.255.255.252"),
    "for some hours": lambda line: f"{line} time-range WORK",
    "for some users": lambda line: line.replace(" host 192.0.2.7", " user LOCAL\\bob host 192.0.2.7"),
    "an object that is gone": lambda line: line.replace("object o", "object gone"),
}

noise = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(NOISE)), max_size=4)


@settings(max_examples=50, deadline=None)
@given(
    lost=st.dictionaries(st.sampled_from(HOSTS), st.sampled_from(sorted(LOST)), min_size=1, max_size=3),
    order=st.permutations(HOSTS),
    before=noise,
    after=noise,
    with_old=st.booleans(),
)
def test_a_lost_host_never_ends_with_0(
    lost: dict[str, str],
    order: list[str],
    before: list[tuple[int, str]],
    after: list[tuple[int, str]],
    with_old: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
        (here / "edge.cfg").write_text(rules(HOSTS, {}, before, "deny"), encoding="utf-8")
        (here / "new.cfg").write_text(rules(list(order), lost, after, "deny"), encoding="utf-8")
        old = ["--old", str(here / "edge.cfg")] if with_old else []
        inventory = ["--inventory", str(here / "inventory.yaml"), "--output", str(here / "out"), "--format", "json"]
        assert main(["rules", str(here / "edge.cfg"), *old, *inventory]) in (0, 1)
        assert main(["rules", str(here / "new.cfg"), *old, *inventory]) != 0
