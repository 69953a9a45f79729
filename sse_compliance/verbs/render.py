"""``sse-compliance render``: reports from the results that runs wrote."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.files.writing import make_folder, write_whole
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from sse_compliance.report.formats import FORMATS, report_bytes
from sse_compliance.report.html import render_html, write_html_directory
from sse_compliance.report.pdf import PDF, render_pdf


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``render``."""
    parser.add_argument("results", type=Path, help="compliance.json of a run")
    parser.add_argument(
        "--format",
        action="append",
        choices=sorted((*FORMATS, "pdf")),
        help="the report to make; may be given several times (default: html); pdf is printed by the system's Chromium",
    )
    parser.add_argument(
        "--print",
        choices=("short", "full"),
        default="short",
        help="what of html and pdf goes on paper: what is signed off, or everything unfolded (default: short)",
    )
    parser.add_argument(
        "--output", help="folder to write to, or - for the standard output (default: the folder of the results)"
    )
    parser.add_argument(
        "--report-dir",
        type=Path,
        metavar="DIR",
        help="write the HTML report as a folder with its style, script and evidence files, for servers that forbid "
        "inline style",
    )


def run(args: argparse.Namespace) -> int:
    """Make reports from stored results.

    Returns:
        0; the run's own verdict is not judged again.

    Raises:
        InputError: the results can't be read or a report can't be written.
    """
    results = read_results(args.results)
    names = list(dict.fromkeys(args.format or ([] if args.report_dir else ["html"])))
    full = args.print == "full"
    try:
        if args.output == "-":
            if len(names) != 1:
                raise InputError("expected exactly one --format", place="--output -")
            sys.stdout.buffer.write(_made(results, names[0], full))
            sys.stdout.flush()
        else:
            directory = Path(args.output) if args.output else args.results.parent
            make_folder(directory)
            for name in names:
                path = directory / (PDF if name == "pdf" else FORMATS[name].file_name)
                write_whole(path, _made(results, name, full))
                print(path)
        if args.report_dir:
            print(write_html_directory(results, args.report_dir, evidence_from=args.results.parent, print_full=full))
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=error.filename) from error
    return 0


def _made(results: Results, name: str, print_full: bool) -> bytes:
    match name:
        case "pdf":
            return render_pdf(results, print_full=print_full)
        case "html":
            return render_html(results, print_full=print_full).encode("utf-8", "replace")
        case _:
            return report_bytes(results, name)
