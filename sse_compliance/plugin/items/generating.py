"""The items of a test of the suite: one per device, and per host where its requirement is judged per host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sse_compliance.catalogue.requirements import Requirement
from sse_compliance.judge.outcome import Case
from sse_compliance.plugin.items.others import has_part
from sse_compliance.plugin.items.suite_item import Kind, SuiteItem
from sse_compliance.plugin.suite import Suite

#: Packages whose ``pytest_generate_tests`` leave a test of the suite as it is.
_KNOWN = frozenset({"_pytest", "sse_compliance", "testinfra"})

#: The cases that are left to :func:`further_items`, by test; with the ID of each.
_LEFT = pytest.StashKey[dict[object, list[tuple[str, Case]]]]()


def generate(metafunc: pytest.Metafunc, suite: Suite, requirement: Requirement) -> None:
    """Has pytest make the items of a test; the first one only, where nobody else has a part in them."""
    cases = [suite.case(requirement, device.name, host) for device, host in suite.cases(requirement)]
    ids = [case.device if case.target is None else f"{case.device}-{case.target}" for case in cases]
    if _is_ours_alone(metafunc) and len(set(ids)) == len(ids):
        left = metafunc.config.stash.setdefault(_LEFT, {})
        left[metafunc.function] = list(zip(ids[1:], cases[1:], strict=True))
        ids, cases = ids[:1], cases[:1]
    params = [_params(suite, case) for case in cases]
    names = ("host", "endpoint") if requirement.per_host else ("host",)
    metafunc.parametrize(names, [tuple(own.values()) for own in params], ids=ids, indirect=["host"])


def further_items(suite: Suite, first: pytest.Function) -> Iterator[SuiteItem]:
    """The items beside the first one of a test."""
    left = first.config.stash.get(_LEFT, {}).pop(first.function, [])
    kind = Kind.of(first, lambda case: _params(suite, case))
    for number, (own_id, case) in enumerate(left, 1):
        yield SuiteItem.from_parent(first.parent, kind=kind, case=case, own_id=own_id, number=number)


def _params(suite: Suite, case: Case) -> dict[str, Any]:
    """The parameters of a case: its device, and its host where it has one."""
    if case.target is None:
        return {"host": case.device}
    return {"host": case.device, "endpoint": suite.endpoint(suite.devices[case.device], case.target)}


def _is_ours_alone(metafunc: pytest.Metafunc) -> bool:
    """Whether nobody else gives a test parameters, and it is a function of a module."""
    return (
        metafunc.cls is None
        and next(metafunc.definition.iter_markers("parametrize"), None) is None
        and not hasattr(metafunc.module, "pytest_generate_tests")
        and not has_part(metafunc.config, "pytest_generate_tests", [metafunc.definition.path], beside=_KNOWN)
    )
