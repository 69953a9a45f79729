"""An item of the suite, held by what is its own: a fleet has as many of them as it has checks.

pytest makes the first item of a test, with all that collecting a function takes. The others differ from it by device
and host only, so each holds its name and its case, and becomes whole as soon as somebody asks for more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest

from sse_compliance.judge.outcome import Case


@dataclass(frozen=True, slots=True)
class Kind:
    """What the items of one test have in common."""

    #: The item that pytest made.
    first: pytest.Function
    #: Gives the parameters of a case.
    params: Callable[[Case], dict[str, object]]
    #: Its own marks, as they are before anybody adds to them.
    marks: tuple[pytest.Mark, ...]
    #: File and line of the test, and what stands before an item's name where pytest tells its place.
    place: tuple[str, int | None, str]

    @classmethod
    def of(cls, first: pytest.Function, params: Callable[[Case], dict[str, object]]) -> Self:
        """The kind of an item."""
        path, line, name = first.location
        return cls(first, params, tuple(first.own_markers), (path, line, name.removesuffix(first.name)))


class SuiteItem(pytest.Function):
    """An item that is like the first one of its test but for its case.

    Args:
        parent: the module.
        kind: what it has in common with the others.
        case: what it judges.
        own_id: what stands in brackets in its name.
        number: its place among the cases of its test; the first one's is 0.
    """

    __slots__ = ("_number", "_obj", "case", "kind")

    def __init__(self, parent: Any, kind: Kind, case: Case, own_id: str, number: int) -> None:
        # What pytest.Function's own makes beside this is made when it is asked for.
        first = kind.first
        self.parent: Any = parent
        self.config, self.session, self.path = first.config, first.session, first.path
        self._id = parent.id.child(first.originalname).with_params(own_id)
        self.name = f"{first.originalname}[{own_id}]"
        self.kind, self.case, self._number, self._obj = kind, case, number, first.obj

    @property
    def is_whole(self) -> bool:
        """Whether somebody has asked for more than what is its own."""
        return "own_markers" in self.__dict__

    def __getattr__(self, name: str) -> Any:
        """What pytest's own items hold beside, made the way that pytest makes it."""
        if self.is_whole or name.startswith("__"):
            raise AttributeError(f"{type(self).__name__} has no {name!r}", name=name, obj=self)
        if name == "callspec":
            return self._callspec()
        first, callspec = self.kind.first, self._callspec()
        pytest.Function.__init__(
            self,
            self.name,
            self.parent,
            callspec=callspec,
            keywords={callspec.id: True},
            fixtureinfo=first._fixtureinfo,
            originalname=first.originalname,
        )
        mark(self, self.case.requirement.id)
        return getattr(self, name)

    def _callspec(self) -> Any:
        # pytest asks each item for this several times while it puts all of them in order.
        like, params = self.kind.first.callspec, self.kind.params(self.case)
        return type(like)(
            params=params,
            indices=dict.fromkeys(params, self._number),
            _arg2scope=like._arg2scope,
            _idlist=[self._id.params or ""],
            marks=like.marks,
        )

    @property
    def location(self) -> tuple[str, int | None, str]:
        """File, line and name: where pytest says that the item stands."""
        path, line, before = self.kind.place
        return path, line, before + self.name

    def iter_markers_with_node(self, name: str | None = None) -> Iterator[tuple[Any, pytest.Mark]]:
        """The marks of the item and of what it stands in; looking at them does not make it whole."""
        if self.is_whole:
            yield from super().iter_markers_with_node(name)
            return
        for own in self.kind.marks:
            if name in (None, own.name):
                yield self, own
        yield from self.parent.iter_markers_with_node(name)


def mark(item: pytest.Item, requirement_id: str) -> None:
    """``-m requirement`` selects the suite, ``-k SSE-DNS-01`` what judges a requirement."""
    item.add_marker(pytest.mark.requirement(requirement_id))
    item.extra_keyword_matches.add(requirement_id)
