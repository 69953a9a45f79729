"""Chromium and node packages for the browser tests, or a clear reason why they are not there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Never

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PACKAGES = Path(__file__).with_name("package.json")


def missing(what: str) -> Never:
    """Skips the test, or fails it where the environment says that browser tests must run."""
    if os.environ.get("SSE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"SSE_REQUIRE_BROWSER=1, but {what}")
    pytest.skip(what)


def executable() -> str:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or missing("no Chromium is installed (Debian: apt-get install chromium)")


def browsers() -> Iterator[Browser]:
    """One browser, closed at the end."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def node_modules() -> Path:
    """The folder of the node packages, installed at the first use."""
    npm = shutil.which("npm") or missing("npm is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "sse-compliance" / f"node-{sha256(PACKAGES.read_bytes()).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGES, folder / "package.json")
        command = [
            npm,
            "install",
            "--ignore-scripts",
            "--engine-strict=false",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            missing(f"npm install failed: {done.stderr.strip()[-300:]}")
        (folder / "done").touch()
    return folder / "node_modules"
