"""What a mistake in a file is called, in the words of the file's author instead of the library's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

from sse_compliance.files.nearest import did_you_mean

_WORDS: dict[str, str] = {}

#: By the library's name of the mistake; ``{…}`` is filled from what it tells.
_SAID = {
    "missing": "this key is missing",
    "missing_argument": "this key is missing",
    "none_required": "expected null",
    "float_type": "expected a number",
    "dataclass_type": "expected keys with values",
    "dataclass_exact_type": "expected keys with values",
    "string_type": "expected a text",
    "string_too_short": "expected a text that is not empty",
    "string_too_long": "expected at most {max_length} characters",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "enum": "expected {expected}",
    "literal_error": "expected {expected}",
    "model_type": "expected keys with values",
    "model_attributes_type": "expected keys with values",
    "dict_type": "expected keys with values",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "too_short": "expected at least {min_length}, found {actual_length}",
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected {le} or less",
}


def matching(pattern: str, words: str, **more: Any) -> Any:
    """A field whose text matches a pattern, which is called by these words: ``expected …``."""
    _WORDS[pattern] = words
    field: FieldInfo = Field(pattern=pattern, **more)
    return field


def said(mistake: Mapping[str, Any], known: tuple[str, ...] = ()) -> str:
    """A mistake that the library found, in plain words.

    Args:
        mistake: one of ``ValidationError.errors()``, with its context.
        known: the keys that the file may have, for one that it may not.
    """
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"unknown key{did_you_mean(str(mistake['loc'][-1]), known)}"
    if kind == "string_pattern_mismatch":
        return f"expected {_WORDS.get(context['pattern'], 'a text of another form')}"
    if kind in _SAID:
        return _SAID[kind].format_map(context)
    message = str(mistake["msg"]).removeprefix("Value error, ")
    return message.replace("Input should be", "expected").replace("String should", "expected a text that should")
