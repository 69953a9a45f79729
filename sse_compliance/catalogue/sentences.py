"""What a catalogue entry says of an unmet requirement: its cause in a sentence, and the commands to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sse_compliance.catalogue.info import Command
from sse_compliance.files.yaml_file import StrictModel

_Text = Annotated[str, Field(min_length=1, max_length=200)]

#: What a sentence may name, beside the entry's own parameters and what its pattern has found.
FIELDS = frozenset({"host", "api"})
#: Of what was observed or expected no more than this is searched and told.
_MOST = 1_000


class Form(StrictModel):
    """A sentence, and the words of the observation that it is for."""

    #: Searched in what was observed; a named part ``(?P<name>…)`` may stand in the sentence.
    when: _Text | None = None
    say: _Text

    @property
    def found(self) -> frozenset[str]:
        """The names of the parts that the pattern finds."""
        return frozenset(re.compile(self.when).groupindex) if self.when else frozenset()


def _forms(value: object) -> object:
    return [{"say": value}] if isinstance(value, str) else value


#: The sentences of an entry; the last one is true of whatever was observed.
Forms = Annotated[tuple[Form, ...], BeforeValidator(_forms), Field(min_length=1)]


class Commands(StrictModel):
    """What to type on the device: in its CLI, and as root."""

    cli: tuple[_Text, ...] = ()
    root: tuple[_Text, ...] = ()

    def filled(self, hosts: tuple[str, ...], api: str) -> tuple[Command, ...]:
        """Them with the names of hosts in them; one that names a host stands once for each."""
        places: tuple[tuple[Literal["cli", "root"], tuple[str, ...]], ...] = (("cli", self.cli), ("root", self.root))
        return tuple(
            Command(place, text)
            for place, templates in places
            for template in templates
            for text in dict.fromkeys(_put(template, {"host": host, "api": api}) for host in hosts or ("<host>",))
        )

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.cli, *self.root)


def sentence(forms: tuple[Form, ...], observed: str, expected: str, names: Mapping[str, str]) -> str:
    """The sentence for what was observed: the first that fits, else the last, which always does."""
    for form in forms[:-1]:
        match = re.search(form.when or "", observed[:_MOST])
        if match:
            return _put(form.say, {**match.groupdict(""), "expected": expected[:_MOST], **names})
    return general(forms, names)


def general(forms: tuple[Form, ...], names: Mapping[str, str]) -> str:
    """The sentence that is true of whatever was observed."""
    return _put(forms[-1].say, names)


def mistakes(forms: tuple[Form, ...], commands: Commands, parameters: frozenset[str], per_host: bool) -> Iterator[str]:
    """What is wrong with an entry's sentences and commands, beyond their form; each in a sentence."""
    known = FIELDS if per_host else FIELDS - {"host"}
    for form in forms:
        is_last = form is forms[-1]
        try:
            found = form.found
        except re.error as error:
            yield f"{form.when!r} is no regular expression: {error}"
            continue
        if is_last != (form.when is None):
            yield "expected `when` in each sentence but the last, which is for whatever was observed"
        allowed = known | parameters | found | (set() if is_last else {"expected"})
        if clash := found & (FIELDS | parameters | {"expected"}):
            yield f"{sorted(clash)} means something else in a sentence"
        if unknown := _names(form.say) - allowed:
            yield f"unknown {sorted(unknown)}; expected {', '.join(sorted(allowed))}"
    for template in commands.all:
        if unknown := _names(template) - known:
            yield f"unknown {sorted(unknown)} in a command; expected {', '.join(sorted(known))}"


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _put(template: str, names: Mapping[str, str]) -> str:
    return template.format_map(names)
