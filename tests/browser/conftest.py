"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from sse_compliance.findings.results import Results
from sse_compliance.report.html import write_html
from tests.browser.chromium import browsers, node_modules

#: Opens the page of some results; options are those of ``Browser.new_context``.
OpenReport = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    yield from browsers()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (node_modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def problems() -> list[str]:
    """What the console and the content policy complained about; must stay empty."""
    return []


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path, problems: list[str]) -> Iterator[OpenReport]:
    contexts = []

    def opened(results: Results, *, print_full: bool = False, **options: Any) -> Page:
        path = tmp_path / "compliance.html"
        write_html(results, path, print_full=print_full)
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
