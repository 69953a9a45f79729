"""The verb ``hostkeys``: the fleet's host keys in one table, and known_hosts written once they are confirmed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.collect.host_keys import Offer, Standing, offers
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.known_hosts import add
from sse_compliance.errors import InputError
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.gate import ExitCode
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.load import load_inventory
from sse_compliance.inventory.select import select_devices
from sse_compliance.report.terminal import print_table

_ALARMS = (Standing.CHANGED, Standing.REVOKED)

_CHANGED = (
    "CHANGED or REVOKED: unless the device was re-imaged or replaced, somebody may be in between. Nothing is written "
    "for it; if it was, forget the old key first: ssh-keygen -f FILE -R 'ADDRESS'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("inventory", type=Path, metavar="INVENTORY", help="the devices, a YAML file")
    parser.add_argument("--devices", metavar="EXPR", help="only these: names, globs and tags, separated by commas")
    parser.add_argument("--regions-file", type=Path, metavar="FILE", help="your own regions, as for run")
    parser.add_argument("--yes", action="store_true", help="write new keys without asking; a changed one never is")
    most = Limits().devices_at_once
    parser.add_argument("--concurrency", type=int, default=most, metavar="N", help="devices asked at once")


def run(arguments: argparse.Namespace) -> int:
    """Shows the keys; gives 0 where a run could trust every host now, 10 where one can't be.

    Raises:
        InputError: the inventory, a known_hosts file or a jump host's password can't be used or written.
    """
    if arguments.concurrency < 1:
        raise InputError("expected 1 or more", place=f"--concurrency {arguments.concurrency}")
    inventory = load_inventory(arguments.inventory, load_regions(override=arguments.regions_file).profiles)
    targets = [target for target in inventory.targets if target.access.login != "fmc"]
    if arguments.devices is not None:
        chosen = {one.name for one in select_devices((t.device for t in inventory.targets), arguments.devices)}
        targets = [target for target in targets if target.device.name in chosen]
    if not targets:
        raise InputError("no device of the inventory is reached by SSH")
    found = asyncio.run(offers(targets, Credentials(), Limits(devices_at_once=arguments.concurrency)))
    console = Terminal()
    print_table(console, _table(found))
    if any(key.standing in _ALARMS for offer in found for key in offer.keys):
        console.print(_CHANGED, markup=False, highlight=False, soft_wrap=True)
    written = _write(found, console, yes=arguments.yes)
    trusted = [offer for offer in found if offer.is_trusted or offer in written]
    told = f"{len(trusted)} of {plural(len(found), 'host')} can be trusted now"
    console.print(told, markup=False, highlight=False)
    return ExitCode.PASSED if len(trusted) == len(found) else ExitCode.NOT_ASSESSED


def _table(found: Iterable[Offer]) -> Table:
    table = Table("Device", "Address", "Type", "Fingerprint", "known_hosts", box=None)
    for offer in found:
        for key in offer.keys:
            cells = (offer.name, offer.host, key.type, key.fingerprint, key.standing)
            table.add_row(*(Text(cell) for cell in cells))
        if offer.error is not None:
            table.add_row(*(Text(cell) for cell in (offer.name, offer.host, "-", one_line(offer.error), "not had")))
    return table


def _write(found: Iterable[Offer], console: Terminal, *, yes: bool) -> list[Offer]:
    """Writes what is new, where it is confirmed; gives the hosts whose keys were written."""
    by_file: dict[Path, list[Offer]] = defaultdict(list)
    for offer in found:
        if offer.new_lines:
            by_file[offer.file].append(offer)
    written: list[Offer] = []
    for file, new in by_file.items():
        lines = list(dict.fromkeys(line for offer in new for line in offer.new_lines))
        if not (yes or _confirmed(console, len(lines), file)):
            console.print(f"{file} is as it was", markup=False, highlight=False, soft_wrap=True)
            continue
        try:
            add(file, lines)
        except OSError as error:
            raise InputError(f"can't be written: {error.strerror}", place=file) from None
        console.print(f"{plural(len(lines), 'key')} written to {file}", markup=False, highlight=False, soft_wrap=True)
        written += new
    return written


def _confirmed(console: Terminal, count: int, file: Path) -> bool:
    if not sys.stdin.isatty():
        console.print("Compare the fingerprints with the devices' own, then run this again with --yes", highlight=False)
        return False
    question = f"Are these the devices' own fingerprints? Write {plural(count, 'new key')} to {file}? [y/N] "
    return console.input(Text(question)).strip().lower() in ("y", "yes")
