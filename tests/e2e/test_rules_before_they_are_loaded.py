"""The story of a rule change once more: the rules tell what it breaks before they are loaded; connections agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.lab import names
from tests.e2e.lab.firewall import Firewall
from tests.e2e.lab.outer import REPOSITORY
from tests.e2e.lab.shell import ip_batch
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import run_suite
from tests.e2e.lab.topology import Network


def rules(new: Path, old: Path, inventory: Path, evidence: Path) -> tuple[int, list[dict[str, Any]]]:
    """``sse-compliance rules``: its exit status, and what it says."""
    command = [sys.executable, "-m", "sse_compliance", "rules", str(new), "--old", str(old), "--format", "json"]
    command += ["--inventory", str(inventory), "--evidence", str(evidence)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode != 4, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_rules_tell_what_the_connection_shows_later(site: Site) -> None:
    (device,) = site.devices([DeviceSpec("branch-ftd", region="eu")])
    device.settle()
    inventory = site.inventory(FOLDER / "proposed.yaml", [device])
    written = yaml.safe_load(inventory.read_text())
    written["devices"][0]["rulesets"] = [
        {"file": "edge.json", "format": "nftables", "from_zone": "br0", "to_zone": "cloud"}
    ]
    inventory.write_text(yaml.safe_dump(written))
    in_force, proposed = FOLDER / "edge.json", FOLDER / "proposed-edge.json"
    in_force.write_text(site.firewall.listed())
    host = names.CLASSIC["eu"]["mx"]

    before = run_suite(inventory)
    assert before.exit_code == 0, before.output

    scratch = Network()
    try:
        # The interfaces that rules name must be there for nft to list them by name.
        ip_batch(scratch.pid, ["link set lo up"])
        elsewhere = Firewall(scratch.pid)
        elsewhere.drop(device.address, host)
        proposed.write_text(elsewhere.listed())
    finally:
        scratch.drop()
    status, rows = rules(proposed, in_force, inventory, before.reports / "evidence")
    assert status == 1
    lost = [row for row in rows if row["verdict"] == "blocked"]
    assert [(row["device"], row["host"], row["was"]) for row in lost if "*" not in row["host"]] == [
        (device.name, host, "allowed by any")
    ]
    assert {row["verdict"] for row in rows if row not in lost} == {"allowed by any"}
    same, _ = rules(in_force, in_force, inventory, before.reports / "evidence")
    assert same == 0

    site.firewall.drop(device.address, host)
    in_force.write_text(site.firewall.listed())
    during = run_suite(inventory)
    assert during.exit_code == 1
    # The rules and the connection agree: that the host is not reached follows from the rule that blocks it.
    assert during.roots(device.name) == {f"SSE-FWR-01[{host}]"}
    unreached = during.findings(device.name)[f"SSE-NET-01[{host}]"]
    assert (unreached["state"], unreached["cause"]) == ("non-compliant", f"SSE-FWR-01[{host}]")
    site.firewall.repair(device.address)
    device.stop()
