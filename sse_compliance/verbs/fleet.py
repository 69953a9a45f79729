"""The verb ``fleet``: a run whose devices are judged by the workers of a Dask cluster."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.plugin.options import OPTIONS, duration, path
from sse_compliance.plugin.settings import settle

#: What a run of many machines can't take: each is as if it were not given.
_LEFT_OUT = ("inventory", "relative-to", "ask-password", "shard", "evidence", "resume", "jobs", "allow-commands")

_INSTALL = "fleet: Dask distributed is not installed: pip install 'sse-compliance[cluster]'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("inventory", type=path, metavar="INVENTORY", help="the devices; `site` says whose workers")
    own = parser.add_argument_group("the cluster (docs/cluster.md)")
    own.add_argument("--cluster", required=True, metavar="tls://HOST:PORT", help="the scheduler")
    own.add_argument("--tls-ca-file", type=path, metavar="FILE", help="the CA of the cluster")
    own.add_argument("--tls-cert", type=path, metavar="FILE", help="the certificate of this client")
    own.add_argument("--tls-key", type=path, metavar="FILE", help="its key")
    own.add_argument("--shards-per-site", type=int, metavar="N", help="default: three for each worker of the site")
    own.add_argument("--retries", type=int, metavar="N", default=2, help="how often a shard is run again (default: 2)")
    own.add_argument(
        "--wait-for-workers",
        type=duration,
        metavar="TIME",
        default=duration("30s"),
        help="how long a site may be without a worker, until its devices are not assessed (default: 30s)",
    )
    of_run = parser.add_argument_group("a run")
    of_run.add_argument("-k", dest="keyword", metavar="EXPR", help="only requirements that it matches, as for pytest")
    for option in OPTIONS:
        if option.name not in _LEFT_OUT:
            of_run.add_argument(f"--{option.name}", **option.arguments())


def run(arguments: argparse.Namespace) -> int:
    """Runs it; gives the exit status.

    Raises:
        SseError: an option or a worker can't be used, or a file can't be written.
    """
    if (arguments.shards_per_site is not None and arguments.shards_per_site < 1) or arguments.retries < 0:
        raise InputError("expected 1 or more, and 0 or more", place="--shards-per-site, --retries")
    try:
        from sse_compliance.cluster.run import run_in_cluster
    except ModuleNotFoundError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise InputError(_INSTALL) from None
    selection = shlex.join(_chosen(arguments))
    settle(arguments, Path.cwd())
    for option in OPTIONS:
        if option.name in _LEFT_OUT and option.name != "inventory":
            setattr(arguments, option.dest, option.default)
    arguments.verbose = 0
    return run_in_cluster(arguments, Path.cwd(), selection)


def _chosen(arguments: argparse.Namespace) -> Iterator[str]:
    yield f"--inventory={arguments.inventory}"
    yield from ("-k", arguments.keyword) if arguments.keyword else ()
    for name in ("devices", "region", "failed_from"):
        if (value := getattr(arguments, name)) is not None:
            yield f"--{name.replace('_', '-')}={value}"
