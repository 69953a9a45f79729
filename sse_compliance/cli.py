"""The verbs that are not a test run: ``python -m sse_compliance VERB``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sse_compliance.errors import SseError
from sse_compliance.verbs import demo as demo
from sse_compliance.verbs import diff as diff_command
from sse_compliance.verbs import inventory as inventory_command
from sse_compliance.verbs import lab as lab_command
from sse_compliance.verbs import render as report_command
from sse_compliance.verbs import requirements as catalogue_command


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what it does, its arguments, and its run, which gives the exit status."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


VERBS = {
    "requirements": Verb(
        "list the requirements and whether each has its test", catalogue_command.add_arguments, catalogue_command.run
    ),
    "inventory": Verb("check an inventory, list its devices", inventory_command.add_arguments, inventory_command.run),
    "diff": Verb("compare two runs, the earlier one first", diff_command.add_arguments, diff_command.run),
    "render": Verb("make reports of a run's results", report_command.add_render_arguments, report_command.render),
    "merge": Verb("make one results file of several", report_command.add_merge_arguments, report_command.merge),
    "demo": Verb("run the suite against the lab and check that it finds what is planted", demo.add_arguments, demo.run),
    "lab": Verb("run emulated devices to try the suite on", lab_command.add_arguments, lab_command.run),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a verb; gives the exit status. A user's mistake is one message and status 4."""
    parser = argparse.ArgumentParser(prog="python -m sse_compliance", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        sub = verbs.add_parser(name, help=verb.help, description=verb.help)
        verb.add_arguments(sub)
        sub.set_defaults(run=verb.run)
    parsed = parser.parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except SseError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    return status
