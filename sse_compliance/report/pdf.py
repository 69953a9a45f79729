"""``compliance.pdf``: the page as the system's Chromium prints it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.files.text import one_line
from sse_compliance.findings.results import Results
from sse_compliance.report.html import render_html

PDF = "compliance.pdf"

#: Names of Chromium, and of browsers made of it, in the order in which they are looked for.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

#: How long a page may take to print, in seconds; a fleet of 5,000 devices takes a tenth.
_PATIENCE = 300

#: No window, no network, no updates, and no header of the browser's own.
_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def render_pdf(results: Results, *, print_full: bool = False) -> bytes:
    """The page on paper: what is signed off, or all of it.

    Args:
        results: what to show.
        print_full: as for `render_html`.

    Raises:
        InputError: there is no Chromium, or it prints nothing.
        OSError: the temporary folder can't be written.
    """
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if browser is None:
        raise InputError(
            "no Chromium is installed here",
            place="--format pdf",
            advice="install one (Debian and Ubuntu: chromium), or print compliance.html in any browser",
        )
    with tempfile.TemporaryDirectory(prefix="sse-compliance-") as folder:
        page, printed = Path(folder, "compliance.html"), Path(folder, PDF)
        page.write_text(render_html(results, print_full=print_full), "utf-8", "replace")
        _print(browser, page, printed)
        return printed.read_bytes()


def _print(browser: str, page: Path, printed: Path) -> None:
    command = [browser, *_ARGUMENTS, f"--user-data-dir={page.parent / 'profile'}", f"--print-to-pdf={printed}"]
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # it refuses to be root's otherwise; the page is ours, and has nothing to fetch
    try:
        done = subprocess.run(
            [*command, page.as_uri()], capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"{browser} has not printed the page within {_PATIENCE} s", place="--format pdf") from None
    if done.returncode != 0 or not printed.is_file():
        said = one_line(done.stderr.strip().rpartition("\n")[2]) or f"exit status {done.returncode}"
        raise InputError(f"{browser} has printed nothing: {said}", place="--format pdf")
