"""Checks the cloud link (SSE connector) of Cisco Firepower devices against what Cisco documents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sse_compliance import __version__
from sse_compliance.errors import SseError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.files.text import spell_out_what_is_lacking
from sse_compliance.files.writing import leave_unwritten

#: What a shell gives a program that Ctrl-C ended, and one whose reader is gone (``diff … | head``).
_INTERRUPTED, _UNREAD = 130, 141


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what it does, and the module of ``verbs`` with its ``add_arguments`` and its ``run``, which gives the
    exit status."""

    help: str
    module: str
    #: Whether what follows the verb is handed on as it stands.
    hands_on: bool = False


VERBS = {
    "run": Verb("judge devices; takes all options of pytest's", "run", hands_on=True),
    "collect": Verb("collect evidence from devices, judge nothing", "collect"),
    "inventory": Verb("check an inventory, list its devices", "inventory"),
    "hostkeys": Verb("show the fleet's host keys, add new ones to known_hosts", "hostkeys"),
    "requirements": Verb("list the requirements, or tell all about some", "requirements"),
    "render": Verb("make reports of a run's results", "render"),
    "merge": Verb("make one results file of several", "merge"),
    "diff": Verb("compare two runs, the earlier one first", "diff"),
    "history": Verb("make one page of many runs: what broke when, and for how long", "history"),
    "dashboard": Verb("print the Grafana dashboard for compliance.prom", "dashboard"),
    "rules": Verb("judge firewall rule sets before they are applied; asks no device", "rules"),
    "fleet": Verb("judge devices on the workers of a Dask cluster, site by site", "fleet"),
    "demo": Verb("run the suite against the lab and check that it finds what is planted", "demo"),
    "lab": Verb("run emulated devices to try the suite on", "lab"),
    "completion": Verb("print the completion script for a shell", "completion"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a verb; gives the exit status. A user's mistake, and what can't be written, is one message and status 4.

    The status of a verb whose words did not get out is none of the verb's: neither 0 nor *got worse*.
    """
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        # Here and not when Python ends, where nobody can tell any more what it was.
        sys.stdout.flush()
        return status
    except SseError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        leave_unwritten()
        return _UNREAD
    except OSError as error:
        leave_unwritten()
        sys.stderr.write(f"ERROR: {error.filename or 'the standard output'}: {error.strerror}\n")
        return SseError.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: list[str]) -> int:
    spell_out_what_is_lacking()
    verb = VERBS.get(arguments[0]) if arguments else None
    if verb is not None and verb.hands_on:
        handed_on: Callable[[Sequence[str]], int] = _module(verb).run
        return handed_on(arguments[1:])
    parsed = make_parser(arguments[:1]).parse_args(arguments, argparse.Namespace(whole_parser=make_parser))
    status: int = _module(VERBS[parsed.verb]).run(parsed)
    return status


class _Parser(argparse.ArgumentParser):
    """Tells the verb that was meant."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse's own does not return, nor does ours
        word = message.split("invalid choice: '", 1)[-1].split("'", 1)[0]
        super().error(message + (did_you_mean(word, VERBS) if "invalid choice" in message else ""))


def make_parser(only: Sequence[str] = tuple(VERBS)) -> argparse.ArgumentParser:
    """The parser of the command line, with the arguments of some verbs; each verb's module is loaded for them."""
    parser = _Parser(prog="sse-compliance", description=__doc__)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        sub = verbs.add_parser(name, help=verb.help, description=verb.help)
        if name in only:
            _module(verb).add_arguments(sub)
    return parser


def _module(verb: Verb) -> Any:
    return import_module(f"sse_compliance.verbs.{verb.module}")
