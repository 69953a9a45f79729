"""compliance.html as text: complete, escaped, self-contained, and the same from stored results."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sse_compliance.evidence.evidence_files import write as write_evidence
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Notice, NoticeKind, Results
from sse_compliance.findings.results_file import read_results, write_results
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.report.formats import report_bytes
from sse_compliance.report.html import render_html, write_html, write_html_directory
from sse_compliance.report.markdown import render_markdown
from sse_compliance.report.page import whole
from sse_compliance.report.page.anchors import evidence_link
from sse_compliance.report.page.whole import FULL_FINDINGS
from tests.unit.report.samples import HOSTILE, WRONG_PORT, build, hostile, large_fleet, small_fleet

VOID = {"meta", "link", "input", "br", "rect"}


class Elements(HTMLParser):
    """The elements of a page, checked to be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.text += data


def test_the_page_tells_verdict_reason_and_every_device() -> None:
    results = small_fleet()
    page = Elements(render_html(results))
    assert "Failed" in page.text
    assert results.summary.why in page.text
    for device in results.devices:
        assert device.name in page.text


def test_the_page_holds_expected_observed_evidence_and_remedy_of_each_root_finding() -> None:
    text = Elements(render_html(small_fleet())).text
    for expected in (
        "connector_port is 8990",
        "8989",
        "cat /ngfw/etc/sf/connector.properties",
        "connector_port=8990",
        "pmtool restartbyid SSEConnector",
        "no DNS server",
        "login refused: the device did not accept the password for admin",
        "Lab appliance with a moved port, CHG-4711",
    ):
        assert expected in text


def test_counts_are_the_summarys() -> None:
    results = replace(
        small_fleet(),
        summary=replace(small_fleet().summary, states={"compliant": 987_654}, devices={"compliant": 4321}),
    )
    text = Elements(render_html(results)).text
    assert "987,654" in text
    assert "4,321" in text


@pytest.mark.parametrize("results", [small_fleet(), hostile(), large_fleet(30)], ids=["small", "hostile", "large"])
def test_the_page_needs_nothing_from_elsewhere_and_no_inline_style_or_handler(results: Results) -> None:
    for tag, attributes in Elements(render_html(results)).found:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag not in ("iframe", "object", "embed", "img", "base"), tag
        for name in ("href", "src"):
            value = attributes.get(name) or ""
            assert not re.match(r"[a-z][a-z0-9+.-]*:|//", value, re.IGNORECASE) or value == "data:,", value


def test_the_content_policy_names_the_pages_own_style_and_script_only() -> None:
    text = render_html(small_fleet())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]


def test_hostile_text_stays_text() -> None:
    page = Elements(render_html(hostile()))
    assert [tag for tag, _ in page.found].count("script") == 1
    assert [tag for tag, _ in page.found].count("h1") == 1
    assert "img" not in [tag for tag, _ in page.found]
    for attack in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[4], HOSTILE[7]):
        assert attack in page.text
    assert "\\x1b[31mred" in page.text


def test_no_control_character_reaches_the_page() -> None:
    text = render_html(hostile())
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text) is None


def test_a_megabyte_of_output_is_capped_and_said_so() -> None:
    text = render_html(hostile())
    assert len(text) < 150_000
    assert "characters left out; the evidence file has them" in text


@pytest.mark.parametrize("results", [small_fleet(), hostile(), large_fleet(30)], ids=["small", "hostile", "large"])
def test_the_page_of_stored_results_is_the_page_of_the_run(results: Results, tmp_path: Path) -> None:
    write_html(results, tmp_path / "compliance.html")
    write_results(results, tmp_path / "compliance.json")
    stored = read_results(tmp_path / "compliance.json")
    assert report_bytes(stored, "html") == (tmp_path / "compliance.html").read_bytes()


def test_every_link_inside_the_page_has_a_target() -> None:
    for results in (small_fleet(), large_fleet(30), hostile()):
        found = Elements(render_html(results)).found
        ids = [attributes["id"] for _, attributes in found if "id" in attributes]
        links = {attributes.get("href") or "" for _, attributes in found}
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_a_small_run_lists_every_compliant_finding_and_a_large_one_its_ids() -> None:
    assert "This is a large run" not in render_html(small_fleet())
    text = render_html(large_fleet(100))
    assert "This is a large run" in text
    assert "SSE-DNS-02 (5 hosts)" in text


def test_a_fleet_with_faults_everywhere_says_what_it_leaves_out() -> None:
    results = build({f"ftd-{index:04d}": WRONG_PORT for index in range(FULL_FINDINGS + 50)})
    text = render_html(results)
    assert "50 root findings shown without evidence" in text
    assert text.count('<figure class="exhibit">') == FULL_FINDINGS
    assert Elements(text).text.count("connector_port is 8990") >= FULL_FINDINGS + 50


def test_beyond_a_thousand_devices_those_that_are_compliant_are_a_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "SECTIONS", 10)
    results = large_fleet(30, bad_share=0.5)
    text = render_html(results)
    bad = [device.name for device in results.devices if device.state is not State.COMPLIANT]
    assert len(bad) > 10
    names = re.findall(r'<details class="device"[^>]*>\s*<summary><h3>(.*?)</h3>', text)
    assert names == sorted(names, key=lambda name: name not in bad)
    assert set(names) == set(bad)
    assert f"{30 - len(bad)} compliant devices of this large run are in the matrix only" in text
    assert text.count("compliant at worst</td>") == 30 - len(bad)
    assert all(device.name in text for device in results.devices)
    ids = re.findall(r' id="([^"]+)"', text)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_how_many_of_the_devices_stands_beside_the_verdict() -> None:
    results = small_fleet()
    some = replace(results, run=replace(results.run, of_devices=30))
    assert '<p class="why"><strong>12 of 30 devices:</strong> 5 of' in render_html(some)
    assert "\n\n**12 of 30 devices:** 5 of" in render_markdown(some)
    assert "of 30 devices" not in render_html(results) + render_markdown(results)


def test_a_partial_run_says_so_at_the_top() -> None:
    results = small_fleet()
    text = render_html(replace(results, run=replace(results.run, partial="Not judged in this run: SSE-HLT-01.")))
    assert "Not judged in this run: SSE-HLT-01." in text[: text.index("<main")]


def test_notices_are_at_the_top_of_the_page_and_a_part_of_the_markdown_up_to_a_bound() -> None:
    notices = tuple(
        Notice(NoticeKind.MANAGER_NOT_ASSESSED, f"192.0.2.{n}", f"192.0.2.{n} <b>`is` missing.", ("ftd-nyc-01",))
        for n in range(1, 31)
    )
    results = replace(small_fleet(), notices=notices)
    text = render_html(results)
    head = text[: text.index("<main")]
    assert "192.0.2.10 &lt;b&gt;`is` missing." in head
    assert "20 further notices in compliance.json" in head
    markdown = report_bytes(results, "md").decode()
    part = markdown.partition("### Notices\n\n")[2]
    assert part.startswith("- ``192.0.2.1 <b>`is` missing.``\n")
    assert "and 10 more notices in the report" in part
    assert "Notice" not in render_html(small_fleet())
    assert "### Notices" not in report_bytes(small_fleet(), "md").decode()


def test_the_directory_form_has_no_inline_style_or_script(tmp_path: Path) -> None:
    run = tmp_path / "run"
    write_evidence(Evidence(Device("ftd-nyc-01", Platform.FTD, "us"), "", error="no answer"), run / "evidence")
    page = write_html_directory(small_fleet(), tmp_path / "site", evidence_from=run)
    text = page.read_text(encoding="utf-8")
    assert "<style" not in text
    assert re.findall(r"<script[^>]*>", text) == ['<script src="report.js">']
    assert {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.*")} == {
        "compliance.html",
        "report.css",
        "report.js",
        "evidence/ftd-nyc-01.json",
    }
    assert text.count("evidence file</a>") == 1


@pytest.mark.parametrize("named", ["../away/ftd-nyc-01.json", "link.json", "pipe.json", "other.json", "note.json"])
def test_nothing_but_the_devices_own_evidence_in_the_folder_is_copied(named: str, tmp_path: Path) -> None:
    run, away = tmp_path / "run", tmp_path / "away"
    own = write_evidence(Evidence(Device("ftd-nyc-01", Platform.FTD, "us"), "", error="no answer"), away)
    write_evidence(Evidence(Device("other", Platform.FTD, "us"), "", error="no answer"), run)
    (run / "link.json").symlink_to(own)
    os.mkfifo(run / "pipe.json")
    (run / "note.json").write_text('{"secret": "s"}')
    results = small_fleet()
    named_first = [replace(device, evidence_file=None) for device in results.devices]
    place = next(index for index, device in enumerate(results.devices) if device.name == "ftd-nyc-01")
    named_first[place] = replace(results.devices[place], evidence_file=named)
    write_html_directory(replace(results, devices=tuple(named_first)), tmp_path / "site", evidence_from=run)
    assert [path.name for path in (tmp_path / "site" / "evidence").iterdir()] == []


@pytest.mark.parametrize(
    "name, link",
    [
        ("evidence/a.json", "./evidence/a.json"),
        ("../run/a.json", "./../run/a.json"),
        ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
        ("//evil.example/a", None),
        ("/etc/passwd", None),
        ("a\\b", None),
        (None, None),
    ],
)
def test_evidence_links_stay_relative(name: str | None, link: str | None) -> None:
    assert evidence_link(replace(small_fleet().devices[0], evidence_file=name)) == link


def test_the_worst_devices_come_first() -> None:
    text = render_html(small_fleet())
    names = re.findall(r'<th scope="row"><a href="#device-([^"]+)"', text)
    states = {device.name: device.state for device in small_fleet().devices}
    order = [State.NON_COMPLIANT, State.NOT_ASSESSED, State.WAIVED, State.COMPLIANT]
    assert [order.index(states[name]) for name in names] == sorted(order.index(states[name]) for name in names)
