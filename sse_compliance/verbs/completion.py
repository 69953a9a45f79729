"""The verb ``completion``: the script that completes verbs and options in a shell."""

from __future__ import annotations

import argparse

import shtab


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS, help="the shell that reads the script")


def run(arguments: argparse.Namespace) -> int:
    """Prints the script."""
    # The command line knows the verbs, no verb knows the command line: it hands its whole parser on.
    print(shtab.complete(arguments.whole_parser(), arguments.shell))
    return 0
