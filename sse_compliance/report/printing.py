"""What every page does to a value that its template prints."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from sse_compliance.files.text import capped, visible


def made_visible(longest: int) -> Callable[[object], object]:
    """Jinja's ``finalize`` of a page: every text goes through it before it is escaped. It is cut to so many characters,
    and what a browser would not show, or obey, is spelt out. Markup is the page's own."""

    def printed(value: object) -> object:
        if isinstance(value, Markup) or not isinstance(value, str):
            return value
        return visible(capped(value, longest))

    return printed
