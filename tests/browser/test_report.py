"""The report as people use it: without JavaScript, by keyboard, on a phone, with hostile text, searched and sorted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from sse_compliance.files.text import plural
from sse_compliance.report.grouping import failing_causes
from tests.browser.conftest import OpenReport
from tests.unit.report.samples import HOSTILE, hostile, small_fleet

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 568}
VIEWPORTS = (PHONE, SMALL_PHONE, *({"width": width, "height": 900} for width in (1024, 1280, 1440, 2560)))


def rows(page: Page) -> list[str]:
    """The names of the devices in the matrix, as shown."""
    return page.locator(".matrix tbody tr:visible th").all_text_contents()


def test_without_javascript_the_page_is_complete(open_report: OpenReport) -> None:
    results = small_fleet()
    page = open_report(results, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Failed")
    expect(page.locator(".why")).to_have_text(results.summary.why)
    assert len(rows(page)) == len(results.devices)
    expect(page.locator("#tools")).to_be_hidden()
    healthy = page.locator("details.device", has_text="ftd-nyc-02")
    healthy.locator("summary").first.click()
    expect(healthy.get_by_text("evidence file")).to_be_visible()


def test_the_first_screen_answers_whether_and_why(open_report: OpenReport) -> None:
    page = open_report(small_fleet(), viewport={"width": 1280, "height": 900})
    for text in (
        "Failed",
        "5 of 12 devices",
        "root causes across the fleet",
        "connection timed out after 5 s",
        "3f6c3f6c3f6c",
    ):
        expect(page.get_by_text(text).first).to_be_in_viewport()


def seen_above(page: Page, height: int) -> str:
    """The text of what ends above a line, and only that."""
    text: str = page.evaluate(
        """(height) => {
            const shown = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const range = document.createRange();
                range.selectNodeContents(walker.currentNode);
                const box = range.getBoundingClientRect();
                if (box.height && box.bottom <= height && box.top >= 0) shown.push(walker.currentNode.textContent);
            }
            return shown.join(" ").replace(/\\s+/g, " ");
        }""",
        height,
    )
    return text


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return int(found[1])


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_ten_seconds_the_text_above_900_pixels_is_the_answer(open_report: OpenReport, width: int) -> None:
    results = small_fleet()
    results = replace(results, run=replace(results.run, of_devices=30, title="Before the upgrade", change="CHG0012345"))
    page = open_report(results, viewport={"width": width, "height": 900}, java_script_enabled=True)
    text = seen_above(page, 900)
    for told in (
        "Failed",
        "Before the upgrade · CHG0012345",
        "12 of 30 devices of the inventory",
        "18 devices left out",
    ):
        assert told in text
    counts = {name: number(rf"{name} (\d+)", text) for name in ("Inventory", "Selected", "Assessed", "Causes")}
    states = {
        state: number(rf"(\d+) {state}", text) for state in ("non-compliant", "not assessed", "waived", "compliant")
    }
    assert counts["Inventory"] == 30
    assert sum(states.values()) == counts["Selected"] == 12
    assert counts["Assessed"] == counts["Selected"] - states["not assessed"]
    worst = failing_causes(results)[:3]
    assert len(worst) == 3
    for cause in worst:
        assert f"{plural(len(cause.devices), 'device')} {cause.summary}" in text


def test_thirty_seconds_from_a_device_to_the_command_is_one_jump(open_report: OpenReport) -> None:
    page = open_report(small_fleet(), java_script_enabled=False)
    page.goto(page.url + "#device-ftd-nyc-01")
    section = page.locator("#device-ftd-nyc-01")
    section.locator(".jump a").first.click()
    command = section.locator(".commands code", has_text="pmtool restartbyid SSEConnector")
    expect(command).to_be_in_viewport()


def test_a_station_leads_to_its_finding(open_report: OpenReport) -> None:
    page = open_report(small_fleet(), java_script_enabled=False)
    section = page.locator("#device-ftd-nyc-01")
    section.locator(".way a", has_text="Configuration").click()
    expect(section.locator("article.finding h4").first).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 1280, 1024, 390])
def test_no_station_hides_another_or_leaves_the_picture(open_report: OpenReport, width: int) -> None:
    page = open_report(small_fleet(), viewport={"width": width, "height": 900})
    boxes = page.locator("#link .way .box").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.top, box.right, box.bottom])"
    )
    texts = page.locator("#link .way text").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.right])"
    )
    assert len(boxes) > 20
    for left, top, right, bottom in boxes:
        for other in boxes:
            apart = other[2] <= left or right <= other[0] or other[3] <= top or bottom <= other[1]
            assert apart or other == [left, top, right, bottom]
    assert min(left for left, _ in texts) >= 0
    assert max(right for _, right in texts) <= width


def test_the_keyboard_is_enough(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to what to fix")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#causes h2")).to_be_in_viewport()

    link = page.locator(".matrix a", has_text="ftd-sfo-02")
    link.focus()
    page.keyboard.press("Enter")
    section = page.locator("details.device", has=page.locator("h3", has_text="ftd-sfo-02"))
    expect(section).to_have_attribute("open", "")
    expect(section.locator(".inside")).to_be_in_viewport()

    summary = section.locator("summary").first
    summary.focus()
    page.keyboard.press("Space")
    expect(section).not_to_have_attribute("open", "")

    page.get_by_role("button", name="Device").focus()
    page.keyboard.press("Enter")
    assert rows(page) == sorted(device.name for device in small_fleet().devices)


def test_every_stop_of_the_keyboard_is_seen(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    for _ in range(30):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", page.evaluate("document.activeElement.outerHTML")


def test_search_and_state_filter_matrix_and_sections(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    page.get_by_label("Search").fill("LON")
    assert rows(page) == ["ftd-lon-01", "ftd-lon-02", "ftd-lon-03", "fmc-lon-01"]
    expect(page.locator("#found")).to_have_text("4 of 12 devices")
    assert page.locator("details.device:visible").count() == 4
    page.get_by_label("Search").fill("fmc lon")
    assert rows(page) == ["fmc-lon-01"]
    page.get_by_label("Search").fill("edge")
    assert all(name in rows(page) for name in ("ftd-nyc-02", "ftd-lon-02"))
    page.get_by_label("Search").fill("")
    page.get_by_label("State").select_option(label="not assessed")
    assert rows(page) == ["ftd-tok-01", "ftd-tok-02"]
    page.get_by_label("Search").fill("nothing of the kind")
    expect(page.locator("#found")).to_have_text("0 of 12 devices")


def test_the_matrix_is_not_cut_at_1280(open_report: OpenReport) -> None:
    page = open_report(small_fleet(), viewport={"width": 1280, "height": 900})
    scroll = page.locator("#matrix .scroll")
    assert scroll.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_the_matrix_is_grouped_by_region_tag_and_cause(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    page.get_by_label("Group by").select_option(label="region")
    groups = page.locator(".matrix .group:visible")
    assert groups.all_text_contents() == [
        "apj: 4 devices, 2 non-compliant",
        "eu: 4 devices, 1 non-compliant",
        "us: 4 devices, 2 non-compliant",
    ]
    page.get_by_label("State").select_option(label="not assessed")
    assert [text.split(":")[0] for text in groups.all_text_contents()] == ["eu", "us"]
    page.get_by_label("State").select_option(label="all")
    page.get_by_label("Group by").select_option(label="cause")
    assert "SSE-CFG-02: 1 device, 1 non-compliant" in groups.all_text_contents()
    page.get_by_label("Group by").select_option(label="nothing")
    assert groups.count() == 0
    assert len(rows(page)) == 12


def test_the_keyboard_walks_the_matrix_and_finds_the_search(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    names = rows(page)
    page.locator(".matrix a").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text(names[1])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_have_text(names[0])
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()


def test_columns_sort_both_ways_and_say_so(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    names = sorted(device.name for device in small_fleet().devices)
    page.get_by_role("button", name="Device").click()
    assert rows(page) == names
    expect(page.locator(".matrix th").first).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Device").click()
    assert rows(page) == names[::-1]
    expect(page.locator(".matrix th").first).to_have_attribute("aria-sort", "descending")


def test_a_command_can_be_copied(open_report: OpenReport) -> None:
    page = open_report(small_fleet(), permissions=["clipboard-read", "clipboard-write"])
    part = page.locator(".commands li", has_text="pmtool restartbyid SSEConnector").first
    part.get_by_role("button", name="Copy").click()
    expect(part.get_by_role("button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "pmtool restartbyid SSEConnector"


def test_hostile_text_is_shown_as_text(open_report: OpenReport) -> None:
    page = open_report(hostile())
    assert page.title() == "Failed – cloud link compliance, 2026-11-21 22:41 UTC"
    assert page.locator("h1").count() == 1
    assert page.locator("img, iframe, main script").count() == 0
    assert page.locator("[onmouseover], [onerror]").count() == 0
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    shown = page.locator("main").inner_text()
    for attack in (*HOSTILE[:3], HOSTILE[4], HOSTILE[7], "\\x1b[31mred\\x1b[0m\\x07", "\\u202egnp.exe"):
        assert " ".join(attack.split()) in " ".join(shown.split())
    for place in page.locator("main a").all()[:40]:
        place.hover(force=True)
    assert page.title().startswith("Failed")


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=[str(viewport["width"]) for viewport in VIEWPORTS])
@pytest.mark.parametrize("results", [small_fleet(), hostile()], ids=["small", "hostile"])
def test_the_page_never_scrolls_sideways(open_report: OpenReport, viewport: dict[str, int], results: object) -> None:
    page = open_report(results, viewport=viewport)
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_it_follows_the_colour_scheme(open_report: OpenReport) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = open_report(small_fleet(), color_scheme="light").evaluate(background)
    dark = open_report(small_fleet(), color_scheme="dark").evaluate(background)
    assert light == "rgb(255, 255, 255)"
    assert re.fullmatch(r"rgb\((\d{1,2}), (\d{1,2}), (\d{1,2})\)", dark)


def test_matrix_keeps_the_roles_of_a_table(open_report: OpenReport) -> None:
    """The style sheet lays its rows out as grids; a screen reader must still find a table."""
    page = open_report(small_fleet())
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node.get("role", {}).get("value") for node in nodes if not node.get("ignored")]
    names = {node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "rowheader"}
    assert {"ftd-nyc-01", "ftd-lon-01"} <= names
    assert roles.count("columnheader") >= 10
    assert roles.count("cell") >= 12 * 9
