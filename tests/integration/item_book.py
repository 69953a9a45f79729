"""Somebody else's plugin that writes down all that it can see of the items, and how often it is asked for one to run.

With ITEM_BOOK_FULL it has a part in making them as well, so that pytest makes each by itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from sse_compliance.plugin.items.suite_item import SuiteItem

BOOK = Path(os.environ["ITEM_BOOK"])

if "ITEM_BOOK_FULL" in os.environ:

    def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
        """Nothing, but it could be something."""


if "ITEM_BOOK_AROUND" in os.environ:

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
        with BOOK.open("a", encoding="utf-8") as book:
            book.write(f"{item.nodeid}\n")
        return (yield)

else:

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        light = sum(isinstance(item, SuiteItem) and not item.is_whole for item in items)
        BOOK.write_text(json.dumps({"light": light, "items": [_all_of(item) for item in items]}), "utf-8")


def _all_of(item: pytest.Item) -> dict[str, object]:
    assert isinstance(item, pytest.Function)
    marks = [(node.nodeid, mark.name, repr(mark.args)) for node, mark in item.iter_markers_with_node()]
    return {
        "nodeid": item.nodeid,
        "name": item.name,
        "names": item.listnames(),
        "location": item.location,
        "reportinfo": [str(part) for part in item.reportinfo()],
        "parent": item.parent.nodeid if item.parent else None,
        "path": str(item.path),
        "marks": marks,
        "closest": repr(item.get_closest_marker("requirement")),
        # From here on an item is made whole.
        "callspec": repr(item.callspec),
        "keywords": sorted(item.keywords),
        "own": sorted(name for name in vars(item) if name not in ("location", "_obj", "_instance")),
        "extra": sorted(item.listextrakeywords()),
        "function": item.function.__qualname__,
        "originalname": item.originalname,
        "fixturenames": item.fixturenames,
        "funcargs": item.funcargs,
        "is requested by itself": item._request.node is item,
        "properties": item.user_properties,
        "marks when whole": [(node.nodeid, mark.name, repr(mark.args)) for node, mark in item.iter_markers_with_node()],
    }
