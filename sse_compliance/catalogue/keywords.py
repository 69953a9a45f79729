"""What was probably meant by a ``-k`` expression that selects nothing."""

from __future__ import annotations

import re
from collections.abc import Collection

from sse_compliance.catalogue.areas import AREAS
from sse_compliance.files.nearest import nearest

_WORD = re.compile(r"[\w.+-]+")
_OPERATORS = frozenset({"and", "or", "not"})


def meant(expression: str, requirements: Collection[str], devices: Collection[str]) -> str | None:
    """A sentence that names what is close to a word of the expression; None where nothing is.

    Args:
        expression: of ``-k``.
        requirements: the IDs of the catalogue.
        devices: the names of the devices.
    """
    # An area by its three letters, before the IDs: half an ID is closer to an area than to one requirement of it.
    known = (*(f"SSE-{area}" for area in AREAS), *requirements, *devices, *AREAS)
    selected = [name.lower() for name in known]
    for word in dict.fromkeys(_WORD.findall(expression)):
        if word in _OPERATORS or any(word.lower() in name for name in selected):
            continue
        if (close := nearest(word, known)) is not None:
            return f"-k {expression!r} selects nothing: {word} is no requirement, area or device; did you mean {close}?"
    return None
