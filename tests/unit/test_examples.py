"""What the project gives to copy is right: example files, and the YAML of the docs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.waiver_file import load_waivers
from sse_compliance.inventory.load import load_inventory

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def blocks(page: str) -> list[str]:
    """The YAML of a page that begins an inventory or a file of regions."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_example_inventory() -> None:
    targets = load_inventory(ROOT / "fixtures" / "inventory.example.yaml", load_regions().profiles).targets
    assert [target.device.name for target in targets][:2] == ["ftd-nyc-01", "ftd-fra-01"]
    assert len(targets) == 14


def test_example_waivers() -> None:
    (waiver,) = load_waivers(ROOT / "fixtures" / "waivers.example.yaml", load_catalogue(), NOW)
    assert waiver.approver == "J. Doe, network security"


@pytest.mark.parametrize("page", ["README.md", "docs/inventory.md"])
def test_inventories_of_the_docs(page: str, tmp_path: Path) -> None:
    inventories = [block for block in blocks(page) if "devices:" in block]
    assert inventories
    for text in inventories:
        file = tmp_path / "fleet.yaml"
        file.write_text(text, encoding="utf-8")
        assert load_inventory(file, load_regions().profiles).targets


def test_regions_of_the_docs(tmp_path: Path) -> None:
    (text,) = [block for block in blocks("docs/inventory.md") if "regions:" in block]
    file = tmp_path / "regions.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_regions(override=file).api("lab") == "api.lab.example.net"
