"""``compliance.prom``, the dashboard's queries and the docs' alerts, as Prometheus itself reads and answers them."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from sse_compliance.findings.terms import Terms
from sse_compliance.report.prometheus import render_prometheus
from sse_compliance.verbs.dashboard import DASHBOARD
from tests.docs.test_monitoring import FILES, tool
from tests.unit.findings.made import waiver
from tests.unit.findings.recorded_run import EVIDENCE, results_over
from tests.unit.judge.recorded import recorded_findings
from tests.unit.report.samples import HEALTHY, build, hostile, large_fleet, small_fleet

#: When promtool's clock begins.
EPOCH = datetime.fromtimestamp(0, UTC)


@pytest.fixture(scope="module")
def lab_run() -> Results:
    """The lab's recorded devices, judged at the epoch, with a waiver that ends ten days later."""
    unmet = next(f for f in recorded_findings() if f.state is State.NON_COMPLIANT and f.is_root)
    accepted = waiver(unmet.requirement, device=unmet.device, host=unmet.target)
    results = results_over(EVIDENCE, Terms(waivers=(accepted,)))
    (used,) = results.waivers
    run = replace(results.run, started_at=EPOCH.isoformat(), finished_at=(EPOCH + timedelta(minutes=1)).isoformat())
    return replace(results, run=run, waivers=(replace(used, expires=(EPOCH + timedelta(days=10)).isoformat()),))


@pytest.mark.parametrize("sample", [small_fleet(), hostile(), large_fleet(20), build({})])
def test_promtool_finds_nothing_to_say(sample: Results) -> None:
    done = subprocess.run(
        [tool("promtool"), "check", "metrics"],
        input=render_prometheus(sample),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_a_name_holds_ends_no_label(tmp_path: Path) -> None:
    fleet = build({"ftd-a": HEALTHY})
    fleet = replace(fleet, devices=tuple(replace(one, name='a"} 1\n\\') for one in fleet.devices))
    text = render_prometheus(fleet)
    done = subprocess.run(
        [tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert text.count("sse_compliance_device_compliant{") == 1


def series(text: str) -> list[dict[str, str]]:
    """The samples of a file as promtool's unit tests take them: the same value all the time."""
    found = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return [{"series": name, "values": f"{value}x80"} for name, _, value in found]


def asked(test: dict[str, Any], folder: Path, rules: str | None = None) -> subprocess.CompletedProcess[str]:
    """What Prometheus' own evaluation says to a unit test, an hour a step."""
    whole: dict[str, Any] = {"evaluation_interval": "1h", "tests": [{"interval": "1h", **test}]}
    if rules is not None:
        (folder / "rules.yml").write_text(rules)
        whole["rule_files"] = ["rules.yml"]
    (folder / "test.yml").write_text(yaml.safe_dump(whole))
    return subprocess.run(
        [tool("promtool"), "test", "rules", "test.yml"], cwd=folder, capture_output=True, text=True, timeout=120
    )


def queries() -> dict[str, str]:
    """The dashboard's queries by the title of their panel, all runners and regions chosen."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return {
        panel["title"]: re.sub(r"\$(instance|region)", ".*", query["expr"])
        for panel in panels
        for query in panel["targets"]
    }


@pytest.mark.parametrize("title", queries())
def test_a_panel_shows_something_of_the_lab_run(title: str, lab_run: Results, tmp_path: Path) -> None:
    query = queries()[title]
    shown = {"expr": f"count({query}) > bool 0", "eval_time": "1h", "exp_samples": [{"labels": "{}", "value": 1}]}
    done = asked({"input_series": series(render_prometheus(lab_run)), "promql_expr_test": [shown]}, tmp_path)
    assert done.returncode == 0, f"{query}\n{done.stdout}{done.stderr}"


def test_a_query_of_no_metric_of_ours_would_be_noticed(lab_run: Results, tmp_path: Path) -> None:
    shown = {"expr": "count(sse_compliance_gone) > bool 0", "eval_time": "1h", "exp_samples": [{"value": 1}]}
    done = asked({"input_series": series(render_prometheus(lab_run)), "promql_expr_test": [shown]}, tmp_path)
    assert done.returncode != 0


def test_panels_do_not_overlap_and_name_the_datasource_that_is_chosen() -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in dashboard["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {"${datasource}"}
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


RULES = FILES["etc/prometheus/sse-compliance.rules.yml"]


@pytest.mark.parametrize(
    "alert, hours, of_good_run",
    [
        ("CloudLinkBroken", 1, False),
        ("CloudLinkNotAssessed", 26, False),
        ("CloudLinkNotJudged", 27, True),
        ("WaiverEndsSoon", 1, False),
    ],
)
def test_each_alert_fires_in_its_case_and_not_before(
    alert: str, hours: int, of_good_run: bool, lab_run: Results, tmp_path: Path
) -> None:
    good = results_over(["ftd-us"])
    good = replace(good, run=lab_run.run)
    samples = series(render_prometheus(good if of_good_run else lab_run))
    quiet = {"eval_time": f"{hours}h", "alertname": alert, "exp_alerts": []}
    assert asked({"input_series": samples, "alert_rule_test": [quiet]}, tmp_path, RULES).returncode != 0, "it fires"
    samples = series(render_prometheus(good))
    earlier = {"eval_time": "1h", "alertname": alert, "exp_alerts": []}
    done = asked({"input_series": samples, "alert_rule_test": [earlier]}, tmp_path, RULES)
    assert done.returncode == 0, f"it must not fire for a good run of an hour ago: {done.stdout}{done.stderr}"
