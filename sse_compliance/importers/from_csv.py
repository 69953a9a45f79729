"""A CSV file, as Excel and LibreOffice write it: the header has the keys of the inventory file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.importers.entry import Import, Imported, tag

#: Columns beside name, address, platform and tags, and what their values are.
_TEXTS = ("region", "profile", "proxy", "user", "fmc", "fmc_name", "login")
_FLAGS = ("cloud", "amp")
_COLUMNS = ("name", "address", "platform", "port", "tags", *_TEXTS, *_FLAGS)
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_NEEDED = ("name", "address")


def read(path: Path, today: date) -> Import:
    """The rows of a file; ``,`` or ``;`` between columns, those or blanks between tags, UTF-8 with or without a BOM.

    Raises:
        InputError: names file, line and column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=path) from None
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text (byte {error.start}); save it as CSV UTF-8", place=path) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return Import(tuple(_rows(path, reader, f"csv {path.name} {today}")))
    except csv.Error as error:
        raise InputError(str(error), place=f"{path}:{reader.line_num}") from None


def _rows(path: Path, reader: csv.DictReader[str], source: str) -> Iterator[Imported]:
    header = [name.strip() for name in reader.fieldnames or ()]
    unknown = [name for name in header if name not in _COLUMNS]
    missing = [name for name in _NEEDED if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        what = f"unknown column {unknown[0]!r}" if unknown else "a column twice"
        what = f"missing {', '.join(missing)}" if missing else what
        raise InputError(f"{what}; expected columns out of {', '.join(_COLUMNS)}", place=f"{path}:1")
    reader.fieldnames = header
    for row in reader:
        if None in row:
            raise InputError("more values than columns", place=f"{path}:{reader.line_num}")
        values = {key: (value or "").strip() for key, value in row.items()}
        if any(values.values()):
            yield _device(f"{path}:{reader.line_num}", values, source)


def _device(place: str, values: dict[str, str], source: str) -> Imported:
    more: dict[str, object] = {key: values[key] for key in _TEXTS if values.get(key)}
    for key in _FLAGS:
        value = values.get(key, "").lower()
        if value and value not in (*_YES, *_NO):
            raise InputError(f"expected yes or no, found {value[:40]!r}", place=f"{place}: {key}")
        if value:
            more[key] = value in _YES
    if values.get("port"):
        if not values["port"].isdigit():
            raise InputError(f"expected a number, found {values['port'][:40]!r}", place=f"{place}: port")
        more["port"] = int(values["port"])
    tags = tuple(dict.fromkeys(tag(text) for text in re.split(r"[;,\s]+", values.get("tags", "")) if text))
    platform = values.get("platform", "").lower() or None
    return Imported(values["name"], values["address"], platform, source, tags, more)
