"""The numbers of a run: each of them, and that they add up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.catalogue.levels import Level
from sse_compliance.findings.causes import root_causes
from sse_compliance.findings.finding import State
from sse_compliance.findings.numbers import Numbers, numbers
from tests.unit.findings.made import CATALOGUE, finding, results

STATES = (State.NON_COMPLIANT, State.NOT_ASSESSED, State.WAIVED, State.COMPLIANT, State.NOT_APPLICABLE)


def test_each_number_is_of_its_own_state() -> None:
    amounts = dict(zip(STATES, (5, 4, 3, 2, 1), strict=True))
    found = [finding(state=state, device=f"{state}-{n}") for state, many in amounts.items() for n in range(many)]
    told = results(found)
    told = replace(told, root_causes=root_causes(found, CATALOGUE, {}, {}))
    assert numbers(told) == Numbers(
        inventory=15,
        selected=15,
        assessed=11,
        non_compliant=5,
        waived=3,
        compliant=2,
        not_applicable=1,
        not_assessed=4,
        causes=1,
    )
    assert numbers(replace(told, run=replace(told.run, of_devices=20))).inventory == 20
    assert numbers(replace(told, run=replace(told.run, of_devices=3))).inventory == 15


def test_a_run_over_nothing_has_nothing() -> None:
    assert numbers(results([])) == Numbers(0, 0, 0, 0, 0, 0, 0, 0, 0)


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_the_numbers_add_up(states: list[State]) -> None:
    found = [finding(state=state, device=f"ftd-{n}") for n, state in enumerate(states)]
    told = numbers(results(found))
    assert all(one.level is Level.REQUIRED for one in found)
    assert told.selected == told.assessed + told.not_assessed == len(states)
    assert told.assessed == told.non_compliant + told.waived + told.compliant + told.not_applicable
