"""``sse-compliance merge``: one results file of several, from shards or sites, judged as one run would be."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.regions import Regions, load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.files.writing import make_folder
from sse_compliance.findings.finding import GateMode
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.merging.merge import Books, Named, Whole, merge_results, moved_evidence
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results, write_results
from sse_compliance.findings.terms import load_terms
from sse_compliance.inventory.device import Device
from sse_compliance.inventory.load import load_inventory
from sse_compliance.inventory.select import select_devices, select_region
from sse_compliance.plugin.options import OPTIONS

#: The options of a run that a merge takes as well, with the same meaning, over the whole.
_TAKEN = ("devices", "region", "regions-file", "parameters", "waivers", "baseline", "gate", "fail-on")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("results", type=Path, nargs="+", help="compliance.json of each run or shard")
    parser.add_argument("--output", type=Path, required=True, help="the merged compliance.json")
    parser.add_argument(
        "--expect",
        type=Path,
        metavar="INVENTORY",
        help="its devices must be there: one that no run brought is not assessed; --devices, --region choose of them",
    )
    for option in OPTIONS:
        if option.name in _TAKEN:
            parser.add_argument(f"--{option.name}", **option.arguments())


def run(arguments: argparse.Namespace) -> int:
    """Makes one results file of several.

    Returns:
        The exit code of the merged verdict.

    Raises:
        InputError: a file can't be read, or the runs don't fit together.
    """
    runs = [(str(path), _from(path, arguments.output.parent)) for path in arguments.results]
    merged = merge_results(runs, _whole(arguments, runs))
    try:
        make_folder(arguments.output.parent)
        write_results(merged, arguments.output)
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=arguments.output) from error
    print(f"{arguments.output}: {merged.summary.verdict}, {merged.summary.why}")
    return merged.summary.exit_code


def _whole(arguments: argparse.Namespace, runs: list[Named]) -> Whole:
    regions = load_regions(override=arguments.regions_file)
    books = Books(load_catalogue(overrides=arguments.parameters), regions)
    gate = Gate() if arguments.gate is None else Gate(GateMode(arguments.gate))
    terms = load_terms(books.catalogue, gate, waivers=arguments.waivers, baseline=arguments.baseline)
    fits = all(books.fit(results.run) for _, results in runs)
    if not fits and arguments.waivers is not None:
        raise InputError(
            "the runs judged by another catalogue, allowlist or parameters than this "
            "`merge`; give it the --parameters and --regions-file that they had, or use the version that they used",
            place=f"--waivers {arguments.waivers}",
        )
    return Whole(
        gate=None if arguments.gate is None else gate.mode,
        fail_on=None if arguments.fail_on is None else Severity(arguments.fail_on),
        waivers=None if arguments.waivers is None else terms.waivers,
        baseline=terms.baseline,
        expected=_expected(arguments, regions),
        books=books if fits else None,
        began=terms.began,
    )


def _expected(arguments: argparse.Namespace, regions: Regions) -> tuple[Device, ...] | None:
    if arguments.expect is None:
        if arguments.devices is not None or arguments.region is not None:
            raise InputError("--devices and --region choose of the devices that --expect INVENTORY names; give it too")
        return None
    devices = tuple(target.device for target in load_inventory(arguments.expect, regions.profiles).targets)
    if arguments.devices is not None:
        devices = select_devices(devices, arguments.devices)
    return devices if arguments.region is None else select_region(devices, arguments.region)


def _from(path: Path, folder: Path) -> Results:
    """The results of a file, their evidence files named from another folder."""
    results = read_results(path)
    return replace(results, devices=moved_evidence(results.devices, os.path.relpath(path.parent, folder)))
