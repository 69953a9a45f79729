"""How pydantic reads the records of this project from a file."""

from __future__ import annotations

from typing import Final

#: How pydantic reads these records from a file: a key that is not theirs is an error.
CLOSED: Final = {"extra": "forbid"}
