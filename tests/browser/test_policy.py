"""The report under a CI server's strict content policy, as one file and as a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sse_compliance.report.html import write_html, write_html_directory
from tests.unit.report.samples import small_fleet

#: Jenkins' default for what a build leaves, and a common one for static files.
JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder with the policy that the server carries."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.server.policy)  # type: ignore[attr-defined]  # set by the fixture
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[object]:
    servers = []

    def started(policy: str) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
        server.policy = policy  # type: ignore[attr-defined]  # read by the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("policy, runs_script", [(JENKINS, False), (STRICT, True)], ids=["jenkins", "strict"])
def test_the_folder_form_keeps_its_style(
    browser: Browser, serve: object, tmp_path: Path, policy: str, runs_script: bool
) -> None:
    assert callable(serve)
    write_html_directory(small_fleet(), tmp_path)
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{serve(policy)}/compliance.html")
    assert page.locator("h1").evaluate("one => getComputedStyle(one).fontSize") == "44px"
    expect(page.locator("#tools")).to_be_visible() if runs_script else expect(page.locator("#tools")).to_be_hidden()
    assert [text for text in refused if "style" in text.lower()] == []
    page.close()


def test_the_single_file_works_under_its_own_policy(browser: Browser, tmp_path: Path) -> None:
    write_html(small_fleet(), tmp_path / "compliance.html")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto((tmp_path / "compliance.html").as_uri())
    expect(page.locator("#tools")).to_be_visible()
    assert refused == []
    page.close()


def test_the_single_files_policy_stops_a_script_that_slips_in(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "compliance.html"
    write_html(small_fleet(), path)
    path.write_text(path.read_text().replace("</main>", "<script>document.title = 'owned'</script></main>"))
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title() != "owned"
    page.close()
