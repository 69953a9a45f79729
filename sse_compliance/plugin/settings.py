"""Where options come from that the command line does not give: ``SSE_…`` variables, then a settings file.

The settings file is ``sse-compliance.toml``, or the table ``[tool.sse-compliance]`` of ``pyproject.toml``, in the
directory that the run is started from. Its paths are relative to it.
"""

from __future__ import annotations

import os
import tomllib
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean, nearest
from sse_compliance.plugin.options import OPTIONS, Option, path

FILE = "sse-compliance.toml"
TABLE = "tool.sse-compliance"

_PREFIX = "SSE_"
_BY_NAME = {option.name: option for option in OPTIONS}
_BY_VARIABLE = {_PREFIX + option.dest.upper(): option for option in OPTIONS}
#: How variables of inventories end, which are close to SSE_ASK_PASSWORD.
_OF_A_PASSWORD = "_PASSWORD"  # noqa: S105  # nosec B105  a part of a name, not a password
_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

#: Which of them say where the devices are; one that is given puts the others aside.
_PLACES = frozenset({"inventory", "evidence"})


def settle(options: Any, directory: Path, environment: Mapping[str, str] | None = None) -> None:
    """Fills in the options that the command line does not give.

    Args:
        options: pytest's, or argparse's; those that are None get a value.
        directory: the one that the run is started from.
        environment: other than the process's, for tests.

    Raises:
        InputError: a setting is unknown or its value can't be used; the text names variable or file, and key.
    """
    given = {option.name for option in OPTIONS if getattr(options, option.dest, None) is not None}
    has_place = bool(given & _PLACES or getattr(options, "hosts", None))
    for source in (_from_environment(os.environ if environment is None else environment), _from_file(directory)):
        found = {option.name: value for option, value in source}
        for name, value in found.items():
            if name not in given and not (has_place and name in _PLACES):
                setattr(options, _BY_NAME[name].dest, value)
        given |= found.keys()
        has_place = has_place or bool(found.keys() & _PLACES)
    for option in OPTIONS:
        if option.name not in given:
            setattr(options, option.dest, option.default)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[Option, Any]]:
    for name, text in environment.items():
        if name in _BY_VARIABLE:
            option = _BY_VARIABLE[name]
            yield option, _value(option, text, name)
        elif name.endswith(_OF_A_PASSWORD):
            continue
        elif name.startswith(_PREFIX) and (close := nearest(name, _BY_VARIABLE, least=0.85)):
            # Other programs may have variables that begin so; one that looks like ours is a typing mistake.
            raise InputError(f"there is no such variable; did you mean {close}?", place=name)


def _from_file(directory: Path) -> Iterator[tuple[Option, Any]]:
    file, table = _table(directory)
    for key, value in table.items():
        option = _BY_NAME.get(key)
        if option is None:
            raise InputError(f"there is no such option{did_you_mean(key, _BY_NAME)}", place=f"{file}: {key}")
        if type(value) is not (bool if option.flag else int if option.type is int else str):
            expected = "true or false" if option.flag else "a number" if option.type is int else "a text"
            raise InputError(f"expected {expected}", place=f"{file}: {key}")
        converted = _value(option, str(value).lower() if option.flag else str(value), f"{file}: {key}")
        yield option, directory / converted if option.type is path else converted


def _table(directory: Path) -> tuple[Path, Mapping[str, Any]]:
    """The settings file and its table; an empty one where there is none."""
    own, project = directory / FILE, directory / "pyproject.toml"
    of_project = _read(project).get("tool", {}).get("sse-compliance") if project.is_file() else None
    if own.is_file() and of_project is not None:
        raise InputError(
            f"there are settings in {project} as well, under [{TABLE}]; keep them in one of the two", place=own
        )
    if of_project is not None and not isinstance(of_project, dict):
        raise InputError("expected a table", place=f"{project}: {TABLE}")
    return (own, _read(own)) if own.is_file() else (project, of_project or {})


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=file) from None
    except ValueError as error:
        raise InputError(f"not valid TOML: {error}", place=file) from None


def _value(option: Option, text: str, where: str) -> Any:
    """A value from its text, as the command line takes it."""
    if option.flag:
        if text.lower() not in _FLAGS:
            raise InputError(f"expected 1 or 0, true or false, found {text!r}", place=where)
        return _FLAGS[text.lower()]
    if option.choices and text not in option.choices:
        raise InputError(f"expected one of {', '.join(option.choices)}, found {text!r}", place=where)
    try:
        return option.type(text)
    except ArgumentTypeError as error:
        raise InputError(str(error), place=where) from None
    except ValueError:
        raise InputError(f"expected a number, found {text!r}", place=where) from None
