"""What the options of a run ask its findings to be held against, and which options don't fit together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sse_compliance.catalogue.levels import Severity
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import GateMode
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.results_file import write_results
from sse_compliance.findings.terms import load_terms
from tests.unit.findings.made import CATALOGUE, finding, results

STRICT = Gate()
REGRESSIONS = Gate(GateMode.REGRESSIONS, Severity.HIGH)

WAIVERS = """\
schema: 1
waivers:
  - requirement: SSE-CFG-02
    device: ftd-1
    justification: moved port
    approver: J. Doe
    expires: 2999-01-31T18:00:00+01:00
"""


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "before.json"
    write_results(results([finding()]), path)
    return path


def test_nothing_asked_for() -> None:
    terms = load_terms(CATALOGUE, STRICT)
    assert (terms.gate, terms.waivers, terms.baseline) == (STRICT, (), None)
    assert abs(terms.began - datetime.now(UTC)) < timedelta(minutes=5)
    assert terms.began.tzinfo is not None


def test_waivers_and_baseline_are_read(tmp_path: Path, baseline: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVERS, encoding="utf-8")
    kept = tmp_path / "after.json"
    terms = load_terms(CATALOGUE, REGRESSIONS, waivers=waivers, baseline=baseline, save_baseline=kept)
    assert terms.gate == REGRESSIONS
    assert [(waiver.requirement, waiver.device) for waiver in terms.waivers] == [("SSE-CFG-02", "ftd-1")]
    assert terms.baseline is not None
    earlier, name = terms.baseline
    assert (earlier, name) == (results([finding()]), "before.json")


def test_regressions_need_a_baseline() -> None:
    with pytest.raises(InputError) as refused:
        load_terms(CATALOGUE, REGRESSIONS)
    assert str(refused.value) == ("--gate regressions: give --baseline FILE, the compliance.json of an earlier run")


def test_the_baseline_is_never_replaced_by_the_run_that_it_judges(baseline: Path) -> None:
    same = baseline.parent / "." / ".." / baseline.parent.name / baseline.name
    with pytest.raises(InputError, match="a regression would pass the next time") as refused:
        load_terms(CATALOGUE, STRICT, baseline=baseline, save_baseline=same)
    assert str(refused.value).startswith(f"--save-baseline {same}: this is the baseline that the run is compared with")


def test_a_baseline_is_kept_only_where_there_is_a_directory(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "after.json"
    with pytest.raises(InputError) as refused:
        load_terms(CATALOGUE, STRICT, save_baseline=missing)
    assert str(refused.value) == f"--save-baseline {missing}: there is no directory {missing.parent}"
    load_terms(CATALOGUE, STRICT, save_baseline=tmp_path / "after.json")
