"""The picture of the link, its words, and the findings say the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from sse_compliance.catalogue.link import station_of
from sse_compliance.findings.finding import Finding, State, worst
from sse_compliance.findings.numbers import numbers
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from sse_compliance.report.html import render_html
from sse_compliance.report.words import STATES
from tests.unit.report.samples import hostile, large_fleet, small_fleet

SCHEMA_1 = Path(__file__).parents[2] / "data" / "results" / "schema-1.json"
SAMPLES = {
    "small": small_fleet(),
    "hostile": hostile(),
    "large": large_fleet(40, bad_share=0.3),
    "old": read_results(SCHEMA_1),
}

Picture = tuple[dict[str, tuple[str, str]], dict[str, str]]


def pictures(text: str, kind: str) -> list[Picture]:
    """Of each picture its stations (style and words by name) and its lines of words."""
    found = []
    for figure in re.findall(rf'<figure class="link {kind}">(.*?)</figure>', text, re.DOTALL):
        stations = {
            unescape(name): (style, unescape(said))
            for style, name, said in re.findall(
                r'<g class="s l\d p\d+ ([^"]+)".*?<text[^>]*>(.*?)</text><text[^>]*>(.*?)</text>', figure
            )
        }
        lines = dict(re.findall(r"<span><b>(.*?)</b>:? ?(.*?)</span>", unescape(figure), re.DOTALL))
        found.append((stations, lines))
    return found


def by_station(results: Results, device: str) -> dict[str, list[Finding]]:
    info = {entry.id: entry for entry in results.requirements}
    found: dict[str, list[Finding]] = {}
    for finding in results.findings:
        if finding.device == device:
            entry = info[finding.requirement]
            found.setdefault(station_of(entry.area, entry.station).name, []).append(finding)
    return found


@pytest.mark.parametrize("results", SAMPLES.values(), ids=SAMPLES)
def test_figure_words_and_findings_agree(results: Results) -> None:
    text = render_html(results)
    order = re.findall(r'<details class="device"[^>]*>\s*<summary><h3>(.*?)</h3>', text)
    drawn = pictures(text, "of-device")
    assert len(drawn) == len(results.devices)
    for name, (stations, lines) in zip((unescape(name) for name in order), drawn, strict=False):
        found = by_station(results, name)
        stations = {place: drawn for place, drawn in stations.items() if not drawn[0].startswith("end")}
        assert found.keys() <= stations.keys()
        for place, (style, said) in stations.items():
            own = found.get(place)
            if own is None:
                assert (style, said) == ("unjudged", "not judged")
                assert place in lines["Not judged"]
                continue
            state = worst(finding.standing for finding in own)
            assert style.split()[0] == STATES[state].name, (name, place)
            assert said.startswith(STATES[state].symbol)
            roots = [f for f in own if f.standing is state and f.cause is None]
            if style.endswith("first"):
                assert lines["Breaks first at"].startswith(f"{place}: ")
            elif not roots:
                assert style.endswith("follows")
                assert said.endswith("follows")
                assert f"{place} ({state.value})" in lines["Follows"]
            else:
                line = "Breaks at" if state is State.NON_COMPLIANT else state.value.capitalize()
                assert place in lines[line]
                assert said.endswith(state.value)
        firsts = [place for place, (style, _) in stations.items() if style.endswith("first")]
        bad = any(finding.standing is State.NON_COMPLIANT for own in found.values() for finding in own)
        assert len(firsts) == bad


@pytest.mark.parametrize("results", [SAMPLES["small"], SAMPLES["large"]], ids=["small", "large"])
def test_the_picture_of_the_fleet_adds_up(results: Results) -> None:
    (fleet,) = pictures(render_html(results), "of-fleet")
    stations, lines = fleet
    told = numbers(results)
    (bad,) = (names for label, names in lines.items() if label == f"{told.non_compliant:,} non-compliant")
    assert sum(int(count) for count in re.findall(r"on (\d+)", bad)) == told.non_compliant
    assert f"{told.not_assessed:,} not assessed" in lines
    assert f"{told.compliant:,} compliant" in lines
    assert sum(style.endswith("first") for style, _ in stations.values()) >= 1


@pytest.mark.parametrize("results", SAMPLES.values(), ids=SAMPLES)
def test_every_station_that_was_judged_leads_to_its_findings(results: Results) -> None:
    text = render_html(results)
    ids = Counter(re.findall(r' id="([^"]+)"', text))
    for figure in re.findall(r'<figure class="link of-device">.*?</figure>', text, re.DOTALL):
        judged = len(re.findall(r'<g class="s l\d p\d+ (?!end|unjudged)', figure))
        links = re.findall(r'<a href="#([^"]+)"><g', figure)
        assert len(links) == judged > 0
        assert all(ids[link] == 1 for link in links)


def test_a_run_over_one_device_has_no_picture_of_a_fleet() -> None:
    results = small_fleet()
    one = results.devices[0]
    alone = replace(
        results, devices=(one,), findings=tuple(f for f in results.findings if f.device == one.name), root_causes=()
    )
    text = render_html(alone)
    assert pictures(text, "of-fleet") == []
    assert len(pictures(text, "of-device")) == 1


def test_a_device_that_was_not_reached_has_no_station_that_is_good() -> None:
    results = small_fleet()
    name = next(device.name for device in results.devices if device.error)
    text = render_html(results)
    section = text[text.index(f"<h3>{name}</h3>") :]
    ((stations, _), *_) = pictures(section, "of-device")
    assert "✓" not in " ".join(said for _, said in stations.values())
    assert stations["Management"] == ("end open", "? not assessed")
