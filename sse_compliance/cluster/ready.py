"""Whether the workers can do what they are to do, before any device is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from distributed import Client

import sse_compliance
from sse_compliance.cluster import worker
from sse_compliance.cluster.order import Order
from sse_compliance.cluster.sites import Site, workers_of
from sse_compliance.errors import InputError, SseError
from sse_compliance.files.text import one_line


def workers(client: Client) -> Mapping[str, Any]:
    """What the scheduler tells of each worker, by its address.

    Raises:
        SseError: it does not answer.
    """
    try:
        told: Mapping[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    except OSError as error:
        raise SseError(f"the scheduler does not answer any more: {one_line(str(error), 200)}") from None
    return told


def await_workers(client: Client, sites: Iterable[Site], seconds: float) -> dict[Site, list[str]]:
    """The addresses of each site's workers, once each site has one or the time is up."""
    deadline, every = time.monotonic() + seconds, tuple(sites)
    while True:
        told = workers(client)
        there = {site: workers_of(site, told) for site in every}
        if all(there.values()) or time.monotonic() > deadline:
            return there
        time.sleep(0.5)


def check_releases(client: Client, there: Mapping[Site, Sequence[str]]) -> None:
    """That each worker has this release.

    Raises:
        InputError: one has another, or none that can be loaded.
    """
    own = sse_compliance.__version__
    for site, addresses in there.items():
        for address, told in _answers(client, worker.version, addresses):
            if told != own:
                what = f"cannot be loaded: {_shown(told)}" if isinstance(told, Exception) else f"is {_shown(told)}"
                raise InputError(
                    f"expected sse-compliance {own}, as here; there it {what}", place=_place(address, site)
                )


def check_files(client: Client, orders: Mapping[Site, tuple[Sequence[str], Order]]) -> None:
    """That each worker has the files and variables that the devices of its site take.

    Raises:
        InputError: something is not there.
    """
    for site, (addresses, order) in orders.items():
        for address, told in _answers(client, worker.lacking, addresses, order):
            if lacking := told if isinstance(told, list) else [told]:
                raise InputError(
                    f"{'; '.join(map(_shown, lacking[:10]))}. known_hosts, keys and passwords "
                    "are the worker's own; relative paths begin in the directory that it was started in",
                    place=_place(address, site),
                )


def _answers(
    client: Client, what: Callable[..., object], addresses: Sequence[str], *arguments: object
) -> Iterator[tuple[str, object]]:
    if addresses:
        yield from sorted(client.run(what, *arguments, workers=list(addresses), on_error="return").items())


def _shown(told: object) -> str:
    return one_line(str(told), 300)


def _place(address: str, site: Site) -> str:
    return f"worker {address}" if site is None else f"worker {address} of site {site}"
