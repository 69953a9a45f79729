"""The history in a browser: nothing for axe-core to find, no sideways scroll, whole without script, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from sse_compliance.findings.results import Results
from sse_compliance.report.history.page import render_history
from sse_compliance.report.history.record import Keys, record_of
from sse_compliance.report.history.story import tell
from tests.unit.report.samples import (
    BLOCKED_EVENTING,
    HEALTHY,
    UNREACHABLE,
    WAIVED_PORT,
    WRONG_PORT,
    Fault,
    build,
    hostile,
)

START = datetime(2026, 11, 1, 5, 15, tzinfo=UTC)


def fleet(day: int) -> dict[str, Fault]:
    """Forty devices: one that flaps, one that breaks for a week, one that can't be reached for some days."""
    devices = {f"ftd-{number:03}": HEALTHY for number in range(40)}
    devices["ftd-003"] = WRONG_PORT if day % 3 == 1 else HEALTHY
    devices["ftd-007"] = BLOCKED_EVENTING if 8 <= day < 15 else HEALTHY
    devices["ftd-011"] = UNREACHABLE if 18 <= day < 21 else HEALTHY
    devices["ftd-020"] = WAIVED_PORT
    return devices


def nights(days: int = 28) -> Iterator[Results]:
    """A run a night, but for two nights without one."""
    for day in range(days):
        if day not in (22, 23):
            results = build(fleet(day))
            started = (START + timedelta(days=day)).isoformat()
            yield replace(results, run=replace(results.run, started_at=started))


def history(runs: Iterator[Results] | list[Results]) -> str:
    keys, now = Keys(), START + timedelta(days=30)
    story = tell([record_of(run, f"{n}.json", keys) for n, run in enumerate(runs)], keys, now)
    return render_history(story, ["runs/17.json: expected JSON, found nothing"], now)


PAGES: dict[str, Callable[[], str]] = {
    "a month": lambda: history(nights()),
    "hostile": lambda: history([hostile()]),
    "one run": lambda: history([build({"ftd-a": HEALTHY})]),
}


@pytest.fixture(scope="module", params=PAGES)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("history") / "history.html"
    written.write_text(PAGES[request.param](), "utf-8")
    return written


@pytest.fixture
def opened(browser: Browser, path: Path) -> Iterator[Callable[..., Page]]:
    contexts, complaints = [], []

    def shown(**options: Any) -> Page:
        context = browser.new_context(bypass_csp=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield shown
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith("data:")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(opened: Callable[..., Page], axe: str, width: int, scheme: str) -> None:
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then((result) => result.violations)")
    assert [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found] == []


@pytest.mark.parametrize("width", [1440, 1280, 1024, 390])
def test_the_page_never_scrolls_sideways(opened: Callable[..., Page], width: int) -> None:
    page = opened(viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_whole_without_script(opened: Callable[..., Page]) -> None:
    page = opened(java_script_enabled=False)
    assert page.locator("h1").is_visible()
    assert page.locator("script").count() == 0
