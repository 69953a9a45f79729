"""Host names and the patterns that rules write for them."""

from __future__ import annotations

import re
from functools import lru_cache

#: A pattern with more stars than this is written by nobody, and slow to try.
MAX_STARS = 4

_PATTERN = re.compile(r"[a-z0-9_*-]+(\.[a-z0-9_*-]+)*")


def normal(name: str) -> str:
    """A name in lower case without the final dot."""
    return name.strip().lower().rstrip(".")


def is_pattern(text: str) -> bool:
    """Whether a text can be a host name or a pattern of one."""
    name = normal(text)
    return len(name) <= 253 and name.count("*") <= MAX_STARS and _PATTERN.fullmatch(name) is not None


def covers(pattern: str, name: str) -> bool:
    """Whether a pattern covers a name, or every name that another pattern covers (``*.cisco.com``: ``mx*.cisco.com``).

    A ``*`` stands for any characters, dots included, one at least.
    """
    return _compiled(normal(pattern)).fullmatch(normal(name)) is not None


def overlaps(pattern: str, wider: str) -> bool:
    """Whether a pattern covers some of the names of a wider pattern and not all: ``mx01.…`` of ``mx*.…``."""
    return "*" in wider and covers(wider, pattern) and not covers(pattern, wider)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")))
