"""The items of an answer of FMC's, as the evidence keeps them: ``{"items": […], "paging": {…}}``."""

from __future__ import annotations

import json
from typing import Any

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import excerpt

Item = dict[str, Any]


def parse(result: ProbeResult) -> tuple[Item, ...]:
    """The items of a list.

    Raises:
        Unavailable: the answer is no list of objects.
    """
    try:
        body = json.loads(result.stdout)
    except (ValueError, RecursionError):
        raise Unavailable(f"the FMC's answer is no JSON: {excerpt(result.stdout)}") from None
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unavailable(f"the FMC's answer holds no list of items: {excerpt(result.stdout)}")
    return tuple(items)


def one(result: ProbeResult, what: str) -> Item:
    """The one item of a list that has exactly one.

    Raises:
        Unavailable: there are none or several.
    """
    items = parse(result)
    if len(items) != 1:
        raise Unavailable(f"the FMC gives {len(items)} {what}, not one")
    return items[0]


def text(item: Item, key: str) -> str:
    """A text of an item; empty where it has none.

    Raises:
        Unavailable: it is something else than a text.
    """
    value = item.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unavailable(f"the FMC gives {key} as {value!r:.80}, not as a text")
    return value


def flag(item: Item, key: str) -> bool | None:
    """A yes or no of an item; None where it has none.

    Raises:
        Unavailable: it is something else.
    """
    value = item.get(key)
    if value is not None and not isinstance(value, bool):
        raise Unavailable(f"the FMC gives {key} as {value!r:.80}, not as true or false")
    return value


def part(item: Item, key: str) -> Item:
    """An object in an item; empty where it has none."""
    value = item.get(key)
    return value if isinstance(value, dict) else {}
