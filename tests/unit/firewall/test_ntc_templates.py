"""Lines of ``show access-list`` taken apart by ntc-templates and by us: the same fields, on its own test data.

Source: https://github.com/networktocode/ntc-templates (Apache-2.0), a development dependency.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ntc_templates.parse import parse_output  # type: ignore[import-untyped]

from sse_compliance.firewall.readers.asa_line import Ace, Spec, parse_ace

DATA = Path(__file__).parents[2] / "data" / "firewall"
#: Newer than the release of ntc-templates that is installed, whose template knows no ``ne``.
TOO_NEW = {"asa_show_access_list_port_not_equal.txt", "asa_show_access_list_src_port.txt"}
SAMPLES = sorted({path.name for path in DATA.glob("asa_show_access_list*")} - TOO_NEW)

#: The keys of ntc-templates for an address, and the word that the line has for it.
_ADDRESSES = {
    "any": "{}",
    "host": "host {}",
    "v6host": "host {}",
    "network": "{} {mask}",
    "v6network": "{}/{v6mask}",
    "object": "object {}",
    "object_grp": "object-group {}",
    "intfc": "interface {}",
    "fqdn": "fqdn {}",
    "range_start": "range {} {range_end}",
}
_PORTS = {"": "eq {}", "_less_than": "lt {}", "_greater_than": "gt {}", "_range_start": "range {} {end}"}


def theirs(record: dict[str, Any]) -> dict[str, str]:
    """The fields of a line as ntc-templates tells them."""
    below = "entry_" if record["entry_hash"] else ""
    protocol = record["entry_protocol"] or record["entry_protocol_icmp"] if below else record["protocol"]
    fields = {
        "action": record["action"],
        "protocol": protocol
        or (
            f"object-group {record['svc_object_grp']}" if record["svc_object_grp"] else f"object {record['svc_object']}"
        ),
        "inactive": str(bool(record["entry_state"] if below else record["state"])),
    }
    for side in ("src", "dst"):
        prefix = f"{below}{side}_"
        values = {key.removeprefix(prefix): value for key, value in record.items() if key.startswith(prefix) and value}
        for key, form in _ADDRESSES.items():
            if key in values:
                fields[side] = form.format(values[key], **values)
    prefix = "entry_port" if below else "dst_port"
    for key, form in _PORTS.items():
        if record.get(prefix + key):
            fields["port"] = form.format(record[prefix + key], end=record[f"{prefix}_range_end"])
    if not below and record["dst_port_grp"]:
        fields["port"] = f"object-group {record['dst_port_grp']}"
    return fields


def ours(ace: Ace) -> dict[str, str]:
    """The fields of a line as we take it apart."""

    def said(spec: Spec) -> str:
        return " ".join(spec.values) if spec.kind == "subnet" else str(spec)

    fields = {
        "action": ace.action,
        "protocol": str(ace.protocol),
        "inactive": str(ace.inactive),
        "src": said(ace.source),
        "dst": said(ace.destination),
    }
    if ace.port is not None:
        fields["port"] = said(ace.port)
    return fields


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_fields(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8").partition("\n")[2]
    # A standard list knows no ports: the reader keeps its lines as not understood.
    lines = [line for line in text.splitlines() if " extended " in line]
    records = [r for r in parse_output("cisco_asa", "show access-list", text) if r["type"] == "extended"]
    assert len(lines) == len(records) > 0
    groups = {record["dst_port_grp"] for record in records}
    for line, record in zip(lines, records, strict=True):
        ace = parse_ace(line, groups.__contains__)
        assert ours(ace) == theirs(record), line
        assert ace.rest == ()
