"""``sse-compliance inventory FILE``: is it right, and what is in it? ``… import KIND SOURCE``: one from elsewhere."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import InputError
from sse_compliance.files.terminal import Terminal
from sse_compliance.inventory.addresses import shown
from sse_compliance.inventory.device import Inventory
from sse_compliance.inventory.load import load_inventory
from sse_compliance.report.terminal import print_table
from sse_compliance.verbs.import_inventory import KINDS
from sse_compliance.verbs.import_inventory import add_arguments as add_import_arguments
from sse_compliance.verbs.import_inventory import run as run_import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument(
        "words", nargs="+", metavar="FILE", help="a YAML file; or import, the kind of source, the source"
    )
    parser.add_argument("--regions-file", type=Path, help="your own regions, as for pytest")
    parser.add_argument(
        "--format",
        choices=("table", "names", "json"),
        default="table",
        help="how the devices are listed: names has one a line, as --devices @FILE takes them (default: %(default)s)",
    )
    add_import_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Lists the devices, or imports them.

    Raises:
        InputError: the inventory is wrong.
    """
    words: list[str] = arguments.words
    if words[0] == "import":
        if len(words) != 3 or words[1] not in KINDS:
            raise InputError(f"inventory import: expected one of {', '.join(KINDS)} and what to read")
        return run_import(arguments, words[1], words[2])
    if len(words) > 1:
        raise InputError(f"inventory: expected one file, found {' '.join(words)}")
    inventory = load_inventory(Path(words[0]), load_regions(override=arguments.regions_file).profiles)
    if arguments.format != "table":
        _print_for_programs(inventory, arguments.format)
        return 0
    table = Table("Device", "Address", "Platform", "Region", "Profile", "Cloud", "Proxy", "Tags", box=None)
    for target in inventory.targets:
        device = target.device
        cells = (
            device.name,
            shown(device.address, device.port),
            device.platform,
            device.region,
            device.profile,
            "on" if device.cloud else "off",
            device.proxy or "-",
            ", ".join(device.tags) or "-",
        )
        table.add_row(*(Text(cell) for cell in cells))
    console = Terminal()
    print_table(console, table)
    console.print(f"{len(inventory.targets)} devices; the inventory is right.", highlight=False)
    return 0


def _print_for_programs(inventory: Inventory, form: str) -> None:
    """Nothing but the devices, in the inventory's order; no secret, and nothing of how to log in."""
    devices = [target.device for target in inventory.targets]
    if form == "names":
        print("\n".join(device.name for device in devices))
    else:
        keys = ("name", "address", "port", "platform", "region", "profile", "cloud", "amp", "proxy", "tags", "fmc")
        told = [
            {**{key: getattr(target.device, key) for key in keys}, "site": target.access.site}
            for target in inventory.targets
        ]
        print(json.dumps(told, indent=2))
