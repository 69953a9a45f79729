"""pytest's JUnit report of the suite's items, written item by item.

pytest holds a tree of the whole report until the run ends: three kilobytes an item. Here each item's part is made by
pytest as it is known, kept as text, and put into the file that pytest writes.
"""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET  # nosec B405  only written
from collections.abc import Generator, Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr  # nosec B406  only written

import pytest
from _pytest.junitxml import bin_xml_escape

from sse_compliance.plugin.items.others import plugin_of


class JUnitCases:
    """Keeps what JUnit's report says of the suite's items."""

    def __init__(self) -> None:
        #: pytest's own plugin; None where no such report is written.
        self.plugin: Any = None
        self._kept = BytesIO()
        self._text = gzip.GzipFile(fileobj=self._kept, mode="wb", compresslevel=1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Every plugin is registered by now."""
        self.plugin = plugin_of(session.config, "_pytest.junitxml", "LogXML")

    def take(self, report: pytest.TestReport) -> None:
        """Takes the one report of an item: nothing else comes of it."""
        if self.plugin is None:
            return
        self.plugin.pytest_runtest_logreport(report)
        self.plugin.open_reports.clear()
        case = self.plugin.node_reporters_ordered.pop()
        del self.plugin.node_reporters[case.id, None]
        self._text.write(_text(case, report.user_properties).encode())

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Right around pytest's own, which writes the file."""
        yield
        if self.plugin is None:
            return
        self._text.close()
        file = Path(self.plugin.logfile)
        head, _, tail = file.read_bytes().rpartition(b"</testsuite>")
        if not head:
            # A suite that is empty but for these.
            head, _, tail = tail.rpartition(b" />")
            head += b">"
        with file.open("wb") as whole, gzip.open(BytesIO(self._kept.getvalue())) as kept:
            whole.write(head)
            whole.writelines(kept)
            whole.write(b"</testsuite>" + tail)


def _text(case: Any, properties: Iterable[tuple[str, object]]) -> str:
    """What pytest holds of a test case, as XML."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in case.attrs.items())
    told = "".join(_property(name, str(value)) for name, value in properties)
    nodes = "".join(ET.tostring(node, encoding="unicode") for node in case.nodes)
    return f'<testcase{attributes} time="{case.duration:.3f}"><properties>{told}</properties>{nodes}</testcase>'


@lru_cache(maxsize=10_000)
def _property(name: str, value: str) -> str:
    return f"<property name={quoteattr(name)} value={quoteattr(bin_xml_escape(value))} />"
