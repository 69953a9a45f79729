"""Waiting for devices to come back, by a clock that does not make the test wait."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from sse_compliance.plugin.options import duration
from sse_compliance.plugin.wait import Clock, wait_for


class Fleet:
    """Devices that pass from some moment on; each look takes two seconds."""

    def __init__(self, pass_from: dict[str, float]) -> None:
        self.time = 1000.0
        self.began = self.time
        self.pass_from = pass_from
        self.looks: list[tuple[float, list[str]]] = []
        self.told: list[str] = []

    def look(self, names: frozenset[str]) -> list[str]:
        self.looks.append((self.time - self.began, sorted(names)))
        self.time += 2
        return [name for name in names if self.time - self.began < self.pass_from[name]]

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += seconds

    def wait(self, limit: float) -> None:
        clock = Clock(now=lambda: self.time, sleep=self.sleep)
        wait_for(self.pass_from, self.look, limit, tell=self.told.append, clock=clock)


NEVER = float("inf")


def test_a_device_that_came_back_is_left_alone() -> None:
    fleet = Fleet({"a": 0, "b": 60, "c": 200})
    fleet.wait(600)
    assert fleet.looks == [
        (15, ["a", "b", "c"]),
        (47, ["b", "c"]),
        (109, ["b", "c"]),
        (171, ["c"]),
        (233, ["c"]),
    ]


def test_looks_come_less_often_and_end_when_the_time_is_up() -> None:
    fleet = Fleet({"a": NEVER, "b": 0})
    fleet.wait(200)
    assert [moment for moment, _ in fleet.looks] == [15, 47, 109, 171, 200]
    assert fleet.looks[1:] == [(moment, ["a"]) for moment, _ in fleet.looks[1:]]


def test_a_short_time_is_one_look_at_its_end() -> None:
    fleet = Fleet({"a": NEVER})
    fleet.wait(10)
    assert [moment for moment, _ in fleet.looks] == [10]


def test_nothing_to_wait_for() -> None:
    fleet = Fleet({})
    fleet.wait(600)
    assert (fleet.looks, fleet.told) == ([], [])


def test_what_is_waited_for_is_told() -> None:
    fleet = Fleet({f"ftd-{number}": NEVER for number in range(7)})
    fleet.wait(20)
    assert fleet.told == [
        "7 devices (ftd-0, ftd-1, ftd-2, ftd-3, ftd-4 and 2 more) not passing yet; next look in 15 s, 20 s left",
        "7 devices (ftd-0, ftd-1, ftd-2, ftd-3, ftd-4 and 2 more) not passing yet; next look in 3 s, 3 s left",
    ]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10m", 600), ("1h", 3600), ("24h", 86400)])
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "10 m", "-1m", "0s", "25h", "1.5h", "ten", "10m30s", "99999999s", "１m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="expected for example 90s, 10m or 1h"):
        duration(text)
