"""Reading a JSON file strictly: every mistake is told with file, line, key and what was expected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from sse_compliance.errors import InputError
from sse_compliance.files.plain_words import said
from sse_compliance.files.reading import read_bounded

Model = TypeVar("Model")
Location = tuple[int | str, ...]

#: What :func:`is_moment` asks for, in words.
MOMENT_EXPECTED = "expected a date with time and zone, for example 2027-01-31T18:00:00+01:00"

#: The most bytes of a file that is read whole.
MAX_BYTES = 64 * 1024 * 1024

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+', re.DOTALL)


_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}")


class _KeyTwiceError(Exception):
    """An object has a key twice; where, the JSON reader does not tell."""


class _NoNumberError(Exception):
    """A number that JSON does not have (``NaN``) or that no record can hold (``1e999``)."""


class JsonFile:
    """A JSON file that can tell the line of each of its values.

    Args:
        path: the file.
        limit: the most bytes that it may have.
        inside: the folder that it must be in, symbolic links followed; None where it may be anywhere.
        content: what the file holds, where it was read already.

    Raises:
        InputError: the file can't be read, is no regular file or too large, leads out of its folder, is not UTF-8,
            is no JSON or is cut short, has a key twice in one object, is too deep, or holds a number that is none.
    """

    def __init__(
        self, path: Path, limit: int = MAX_BYTES, inside: Path | None = None, *, content: bytes | None = None
    ) -> None:
        self.path = path
        content = read_bounded(path, limit, inside) if content is None else content
        try:
            self._text = content.decode("utf-8-sig")
            self.data: Any = json.loads(
                self._text, object_pairs_hook=_without_duplicates, parse_float=_finite, parse_constant=_finite
            )
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise InputError("not UTF-8 text", place=f"{path}:{line}") from None
        except json.JSONDecodeError as error:
            cut = "; is the file cut short?" if _is_at_the_end(error) else ""
            raise InputError(
                f"expected JSON: {error.msg} in column {error.colno}{cut}", place=f"{path}:{error.lineno}"
            ) from None
        except _KeyTwiceError:
            raise self._key_twice() from None
        except _NoNumberError as error:
            start = next(match.start() for match in _TOKEN.finditer(self._text) if match[0] == str(error))
            line = self._text.count("\n", 0, start) + 1
            raise InputError(f"expected a finite number, found {str(error)[:20]}", place=f"{path}:{line}") from None
        except RecursionError:
            raise InputError("lists within lists too deep for a file of this program", place=f"{path}:1") from None
        except ValueError as error:
            # Python reads no integer of thousands of digits.
            raise InputError(f"expected numbers of a usual size: {error}", place=f"{path}:1") from None

    def validate(self, kind: TypeAdapter[Model], data: object = None) -> Model:
        """The file as a record; no value is converted to another type.

        Args:
            kind: of record.
            data: what the file says in the words of a later schema; its own where None.

        Raises:
            InputError: names file, line and key of the first mistake.
        """
        try:
            return kind.validate_json(self._text if data is None else json.dumps(data), strict=True)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            first = problems[0]
            what = said(first)
            more = f" (and {len(problems) - 1} more mistakes)" if len(problems) > 1 else ""
            raise self.error(first["loc"], f"{what}{more}") from None

    def error(self, location: Location, message: str) -> InputError:
        """An error about the value at a location (``("findings", 2, "state")``)."""
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
        return InputError(message, place=f"{self.path}:{self.line(location)}{': ' + key if key else ''}")

    def line(self, location: Location) -> int:
        """The line of a key or item; of the closest one around it where it does not exist."""
        depth = position = 0
        for place, start in _places(self._text):
            if len(place) > depth and location[: len(place)] == place:
                depth, position = len(place), start
            if depth == len(location):
                break
        return self._text.count("\n", 0, position) + 1

    def lines(self, depth: int) -> dict[Location, int]:
        """The line of every key and item down to a depth, found in one pass."""
        found: dict[Location, int] = {}
        line, counted = 1, 0
        for place, start in _places(self._text):
            if len(place) <= depth:
                line, counted = line + self._text.count("\n", counted, start), start
                found[place] = line
        return found

    def _key_twice(self) -> InputError:
        lines: dict[Location, int] = {}
        line, counted = 1, 0
        for place, start in _places(self._text):
            line, counted = line + self._text.count("\n", counted, start), start
            if place in lines:
                return InputError(
                    f"key {place[-1]!r} stands twice in one object (first in line {lines[place]})",
                    place=f"{self.path}:{line}",
                )
            lines[place] = line
        raise AssertionError("unreachable: the reader met a key twice")


def is_moment(text: str) -> bool:
    """Whether a text is a date with time and zone (RFC 3339)."""
    try:
        return _MOMENT.match(text) is not None and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise _KeyTwiceError
        members[key] = value
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise _NoNumberError(text)
    return number


def _is_at_the_end(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated") or not error.doc[error.pos :].strip()


def _places(text: str) -> Iterator[tuple[Location, int]]:
    """Every key and list item of a JSON text, in its order: its location, and where in the text it begins."""
    # Of each object and list that is open, innermost last: the key or index that we are at; None before a key.
    path: list[Any] = []
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "}]":
            del path[-1:]
            continue
        if piece == ",":
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            continue
        if path and path[-1] is None:
            path[-1] = json.loads(piece)
            yield tuple(path), match.start()
            continue
        if path and isinstance(path[-1], int):
            yield tuple(path), match.start()
        if piece in "{[":
            path.append(None if piece == "{" else 0)
