"""A short run of the fuzzer; ``bench/fuzz_facts.py`` makes the long one."""

from __future__ import annotations

import pytest

from tests.unit.facts.fuzz import fuzz
from tests.unit.facts.subjects import SUBJECTS, Subject


def test_mutated_samples() -> None:
    report = fuzz(2_000, seed=20261121)
    assert report.failures == []
    assert set(report.inputs) == {subject.name for subject in SUBJECTS}


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_the_samples_show_health_and_the_lack_of_it(subject: Subject) -> None:
    """A fuzzer whose samples are all healthy, or all broken, would find nothing."""
    signs = [subject.healthy_signs(sample) for sample in subject.samples]
    everything = frozenset().union(*signs)
    assert everything
    assert any(there < everything for there in signs)
