"""Notices: what a reader should know of a run beside its findings. A manager that was not assessed is one: it has a
cloud link of its own, and what breaks there breaks for each device that it manages."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.network import show_managers
from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.results import DeviceResult, Notice, NoticeKind
from sse_compliance.inventory.device import Platform

#: Device names that a notice writes out.
MOST_NAMES = 3
#: Managers under Cisco's own domain are delivered from the cloud: they are no device that could be assessed.
_FROM_THE_CLOUD = ".cisco.com"
#: What a device that is registered through NAT has in place of its manager's address.
_NO_ADDRESS = "dontresolve"


def managers_not_assessed(evidence: Iterable[Evidence], assessed: Sequence[DeviceResult]) -> tuple[Notice, ...]:
    """A notice for each manager, or high-availability peer of one, that assessed devices name (``show managers``) and
    that is not among the assessed.

    Args:
        evidence: what was read from the devices.
        assessed: the devices of the run.
    """
    names = {device.name for device in assessed}
    managed = {e.device.name: hosts for e in evidence if e.device.name in names and (hosts := _managers(e))}
    devices: dict[str, list[str]] = {}
    for name, hosts in managed.items():
        for host in hosts:
            devices.setdefault(host, []).append(name)
    return _of_missing(devices, {name: set(hosts) for name, hosts in managed.items()}, assessed)


def merged_notices(notices: Iterable[Notice], assessed: Sequence[DeviceResult]) -> tuple[Notice, ...]:
    """The notices of several runs as those of one: a manager that another of them assessed is no longer missing."""
    devices: dict[str, list[str]] = {}
    peers: dict[str, set[str]] = {}
    for notice in notices:
        devices.setdefault(notice.about, []).extend(notice.devices)
        for name in notice.devices:
            peers.setdefault(name, {notice.about}).update({notice.about, *notice.peers})
    return _of_missing(devices, peers, assessed)


def _managers(evidence: Evidence) -> tuple[str, ...]:
    """The managers' addresses or names; none where they are not known."""
    try:
        shown = show_managers.parse(evidence.probe("show-managers"))
    except Unavailable:
        return ()
    hosts = (one_line(manager.host, 100) for manager in shown.managers)
    return tuple(dict.fromkeys(host for host in hosts if not host.lower().endswith(_FROM_THE_CLOUD)))


def _of_missing(
    devices: Mapping[str, Sequence[str]], managers: Mapping[str, set[str]], assessed: Sequence[DeviceResult]
) -> tuple[Notice, ...]:
    """The notices on those managers, each with its devices, that are no FMC of the run."""
    fmcs = [device for device in assessed if device.platform == Platform.FMC]
    known = {_same(text) for fmc in fmcs for text in (fmc.address, fmc.name)}
    found = []
    for host in sorted(devices):
        # Where a device can't name its manager, an FMC of the run may be it.
        if _same(host) in known or (host.lower() == _NO_ADDRESS and fmcs):
            continue
        names = tuple(sorted(set(devices[host])))
        peers = tuple(sorted(set().union(*(managers[name] for name in names)) - {host}))
        text = _text(host, names, peers)
        found.append(Notice(NoticeKind.MANAGER_NOT_ASSESSED, host, text, names, peers))
    return tuple(found)


def _same(host: str) -> str:
    """A host in a form in which equal ones are equal: an IPv6 address may be written in several ways."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower().rstrip(".")


def _text(host: str, names: Sequence[str], peers: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    more = f" and {plural(len(names) - MOST_NAMES, 'more device')}" if len(names) > MOST_NAMES else ""
    who = f"{host}, the manager" if host.lower() != _NO_ADDRESS else "The manager (behind NAT: its address is not told)"
    if peers:
        who = f"{host}, a manager beside {', '.join(peers)}"
    return (
        f"{who} of {shown}{more}, is not among the assessed: no FMC of this run has that name or address. Nothing is "
        "known of its own cloud link; add it to the inventory."
    )
