"""``sse-compliance inventory import fmc|ansible|csv|netbox SOURCE``: an inventory from elsewhere, to review."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.collect.fmc.client import FmcClient
from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.errors import InputError
from sse_compliance.importers import from_ansible, from_csv, from_fmc, from_netbox
from sse_compliance.importers.entry import Import, checked, proposal
from sse_compliance.importers.review import differences, text_of
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import CredentialKind, CredentialRef
from sse_compliance.inventory.file_form import RestEntry
from sse_compliance.inventory.load import load_inventory

KINDS = ("fmc", "ansible", "csv", "netbox")

#: What the verb exits with where the file differs from what was imported.
_DIFFERENT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of an import."""
    group = parser.add_argument_group("import", "inventory import fmc|ansible|csv|netbox SOURCE")
    group.add_argument("--output", type=Path, help="the file to write; where it exists it is compared, not replaced")
    group.add_argument("--region", help="the region of devices for which the source names none")
    group.add_argument(
        "--platform", action="append", default=[], metavar="NAME=PLATFORM", help="the platform of a device; repeatable"
    )
    group.add_argument("--rename", action="store_true", help="take the proposed name where one can't be used")
    group.add_argument("--name", help="fmc: its name in the inventory (default: that of its address)")
    group.add_argument("--kind", choices=("fmc", "cdfmc"), default="fmc", help="fmc: whether it is cloud-delivered")
    group.add_argument("--user", help="fmc: a REST user of this suite's own; it may be read-only")
    group.add_argument("--ca-file", help="fmc, netbox: the CA of the certificate (default: the system's)")
    group.add_argument(
        "--query", action="append", default=[], metavar="KEY=VALUE", help="netbox: for example platform=cisco-ftd"
    )
    secret = group.add_mutually_exclusive_group()
    for kind in CredentialKind:
        secret.add_argument(
            f"--password-{kind}",
            metavar=kind.value.upper(),
            help="fmc, netbox: where the password or token is",
        )


def run(arguments: argparse.Namespace, kind: str, source: str) -> int:
    """Writes or compares an inventory.

    Raises:
        InputError: an argument or the source is wrong, or a device of it can't be taken.
    """
    regions = load_regions(override=arguments.regions_file).profiles
    if arguments.region is not None and arguments.region not in regions:
        raise InputError(f"expected one of {', '.join(regions)}", place=f"--region {arguments.region}")
    try:
        found = _read(arguments, kind, source)
    except FmcError as error:
        raise InputError(str(error)) from None
    platforms = _pairs("--platform", arguments.platform)
    found = checked(found, platforms, rename=arguments.rename, fmc_names=kind == "fmc")
    output: Path | None = arguments.output
    if output is not None and output.exists():
        known = {target.device.name: target for target in load_inventory(output, regions).targets}
        told = differences(found, known)
        print("\n".join(told) if told else f"{output} has all that {source} has.")
        return _DIFFERENT if told else 0
    defaults = {"region": arguments.region} if arguments.region else {}
    text = text_of(found, defaults, regions)
    if output is None:
        print(text, end="")
        return 0
    output.write_text(text, encoding="utf-8")
    print(f"wrote {output}: {len(found.devices)} devices. Review it before you use it.")
    for note in found.notes:
        print(f"note: {note}")
    return 0


def _read(arguments: argparse.Namespace, kind: str, source: str) -> Import:
    today = datetime.now(UTC).date()
    if kind == "ansible":
        return from_ansible.read(Path(source), today)
    if kind == "csv":
        return from_csv.read(Path(source), today)
    secret = _reference(arguments)
    if not source.startswith("https://") or urlsplit(source).hostname is None or "@" in source:
        raise InputError("expected https://HOST, without user or password", place=kind)
    if kind == "netbox":
        token = Credentials().resolve(secret, "netbox")
        return from_netbox.read(source, token, arguments.ca_file, _pairs("--query", arguments.query), today)
    return _from_fmc(arguments, source, secret)


def _from_fmc(arguments: argparse.Namespace, source: str, secret: CredentialRef) -> Import:
    parts = urlsplit(source)
    address = parts.hostname or ""
    rest: dict[str, object] = {} if arguments.kind == "fmc" else {"kind": "cdfmc"}
    rest |= {"port": parts.port} if parts.port else {}
    rest |= {"path": parts.path.rstrip("/")} if parts.path.strip("/") else {}
    rest |= {"user": arguments.user} if arguments.user else {}
    rest["password" if arguments.kind == "fmc" else "token"] = {secret.kind.value: secret.value}
    rest |= {"ca_file": arguments.ca_file} if arguments.ca_file else {}
    try:
        access = RestEntry.model_validate(rest).access(address, arguments.ca_file, secret)
    except ValueError:
        needed = "--user and one of --password-…" if arguments.kind == "fmc" else "one of --password-… and no --user"
        raise InputError(f"fmc: an FMC of kind {arguments.kind} needs {needed}") from None
    name = arguments.name or proposal(address.partition(".")[0] if not address[:1].isdigit() else f"fmc-{address}")
    client = FmcClient(access, Credentials().resolve(secret, name))
    return from_fmc.read(client, name, rest, address, datetime.now(UTC).date())


def _reference(arguments: argparse.Namespace) -> CredentialRef:
    for kind in CredentialKind:
        value = getattr(arguments, f"password_{kind}")
        if value:
            return CredentialRef(kind, value)
    raise InputError("where is the password or API token? Give --password-env, --password-file or --password-command")


def _pairs(option: str, given: list[str]) -> Mapping[str, str]:
    pairs = dict(text.partition("=")[::2] for text in given)
    if not all(key and value for key, value in pairs.items()):
        raise InputError("expected NAME=VALUE", place=option)
    return pairs
