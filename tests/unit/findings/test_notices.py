"""Notices: the manager of assessed devices, or its peer, that is not among the assessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.merging.merge import merge_results
from sse_compliance.findings.notices import managers_not_assessed
from sse_compliance.findings.results import DeviceResult, Notice, NoticeKind, Results
from sse_compliance.inventory.device import Device, Platform
from tests.unit.findings.made import device, finding, results

NEWER = (
    "Type                      : Manager\n"
    "Host                      : {0}\n"
    "Display name              : {0}\n"
    "Identifier                : f7ffad78-bf16-11ec-a737-baa2f76ef602\n"
    "Registration              : Completed\n"
    "Management type           : Configuration and analytics\n"
)
OLDER = "Host                      : {0}\nRegistration Key          : ****\nRegistration              : pending\n"


def evidence(name: str, shown: str | None) -> Evidence:
    probe = NotObtained("cut") if shown is None else ProbeResult("show managers", 0, shown, "", 0.1)
    return Evidence(Device(name, Platform.FTD, "us", "classic"), "2026-11-21T12:00:00+00:00", {"show-managers": probe})


def fmc(name: str = "fmc-1", address: str = "192.0.2.1") -> DeviceResult:
    return replace(device(name, platform="fmc"), address=address)


def told(shown: dict[str, str | None], *fmcs: DeviceResult) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The notices on devices that print so, with those FMCs among the assessed."""
    found = managers_not_assessed(
        [evidence(name, text) for name, text in shown.items()], [*(device(name) for name in shown), *fmcs]
    )
    assert all(notice.kind is NoticeKind.MANAGER_NOT_ASSESSED for notice in found)
    return [(notice.about, notice.devices, notice.peers) for notice in found]


@pytest.mark.parametrize("form", [NEWER, OLDER])
def test_a_manager_that_is_no_device_of_the_run_is_told_once_with_its_devices(form: str) -> None:
    shown: dict[str, str | None] = {name: form.format("192.0.2.1") for name in ("ftd-2", "ftd-1")}
    assert told(shown) == [("192.0.2.1", ("ftd-1", "ftd-2"), ())]
    assert told(shown, fmc(address="192.0.2.9")) == [("192.0.2.1", ("ftd-1", "ftd-2"), ())]
    # A device of another kind at that address is not the manager.
    assert told(shown, replace(device("ftd-9"), address="192.0.2.1")) != []
    assert told(shown, fmc()) == []


def test_a_peer_of_the_manager_is_told_as_well() -> None:
    pair: dict[str, str | None] = {"ftd-1": NEWER.format("192.0.2.1") + "\n" + NEWER.format("192.0.2.2")}
    assert told(pair, fmc()) == [("192.0.2.2", ("ftd-1",), ("192.0.2.1",))]
    assert [about for about, *_ in told(pair)] == ["192.0.2.1", "192.0.2.2"]
    assert told(pair, fmc(), fmc("fmc-2", "192.0.2.2")) == []


@pytest.mark.parametrize(
    "host, of_the_run",
    [
        ("2001:DB8:0::1", fmc(address="2001:db8::1")),
        ("FMC-1.example.com.", fmc(address="fmc-1.example.com")),
        ("fmc-1", fmc()),
        ("DONTRESOLVE", fmc()),
        ("acme.app.us.cdo.cisco.com", device("ftd-7")),
    ],
)
def test_a_manager_that_is_or_may_be_of_the_run_or_is_ciscos_own_is_not_told(
    host: str, of_the_run: DeviceResult
) -> None:
    assert told({"ftd-1": NEWER.format(host)}, of_the_run) == []


def test_a_manager_behind_nat_is_told_where_no_fmc_is_assessed() -> None:
    (notice,) = managers_not_assessed([evidence("ftd-1", OLDER.format("DONTRESOLVE"))], [device("ftd-1")])
    assert notice.text.startswith("The manager (behind NAT: its address is not told) of ftd-1, is not among the ")


@pytest.mark.parametrize("shown", [None, "Managed locally.\n", "No managers configured.\n", "", "% error\n"])
def test_what_names_no_manager_is_no_notice(shown: str | None) -> None:
    assert told({"ftd-1": shown}) == []


def test_a_device_that_a_selection_left_out_says_nothing() -> None:
    assert managers_not_assessed([evidence("ftd-1", OLDER.format("192.0.2.1"))], [device("ftd-2")]) == ()


def test_the_words_name_manager_devices_and_what_to_do() -> None:
    shown = {f"ftd-{number}": NEWER.format("192.0.2.1") for number in range(5)}
    (notice,) = managers_not_assessed([evidence(*entry) for entry in shown.items()], [device(name) for name in shown])
    assert notice.text == (
        "192.0.2.1, the manager of ftd-0, ftd-1, ftd-2 and 2 more devices, is not among the assessed: no FMC of this "
        "run has that name or address. Nothing is known of its own cloud link; add it to the inventory."
    )


def a_run(name: str, *notices: Notice, **change: Any) -> Results:
    return replace(results([finding(device=name)], [replace(device(name), **change)]), notices=notices)


def test_merged_runs_keep_their_notices_once_and_drop_those_that_another_run_answers() -> None:
    def notice(name: str, about: str, *peers: str) -> Notice:
        return Notice(NoticeKind.MANAGER_NOT_ASSESSED, about, "as told", (name,), peers)

    parts = [
        ("a", a_run("ftd-1", notice("ftd-1", "192.0.2.1"), notice("ftd-1", "192.0.2.2", "192.0.2.1"))),
        ("b", a_run("ftd-2", notice("ftd-2", "192.0.2.2"))),
    ]
    both = merge_results(parts).notices
    assert [(n.about, n.devices, n.peers) for n in both] == [
        ("192.0.2.1", ("ftd-1",), ("192.0.2.2",)),
        ("192.0.2.2", ("ftd-1", "ftd-2"), ("192.0.2.1",)),
    ]
    with_manager = merge_results([*parts, ("c", a_run("fmc-1", platform="fmc", address="192.0.2.2"))])
    assert [n.about for n in with_manager.notices] == ["192.0.2.1"]
