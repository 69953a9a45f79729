"""Reading a YAML file of the user's, strictly: every mistake is told with file, line, key and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sse_compliance.errors import InputError, together
from sse_compliance.files.plain_words import said
from sse_compliance.files.reading import read_bounded

#: A larger file is no inventory, catalogue or waiver file.
MAX_BYTES = 16 * 1024 * 1024


class StrictModel(BaseModel):
    """The base of what a file may hold: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


#: YAML 1.1 without dates: a version such as 2026-11-21 stays the text that it is, and a moment keeps its zone.
_RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = _RESOLVERS


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # not in each build of PyYAML
    yaml_implicit_resolvers = _RESOLVERS


def _composed(text: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    """A text's loader and its node. The quick parser is asked first; on a mistake the other one has the better words.

    Raises:
        YAMLError: it is no YAML.
    """
    try:
        loader = _QuickLoader(text)
        return loader, loader.get_single_node()
    except yaml.YAMLError:
        plain = _Loader(text)
        return plain, plain.get_single_node()


Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]


class YamlFile:
    """A parsed YAML file that knows the line of each of its keys.

    Args:
        path: the file.
        text: its text where that was read already; read here where None.
        base: what the relative paths in it are relative to; its own folder where None.

    Raises:
        InputError: the file can't be read, is no YAML, or has a key twice in one mapping.
    """

    def __init__(self, path: Path, text: str | None = None, base: Path | None = None) -> None:
        self.path = path
        self.base = path.parent if base is None else base
        text = _read(path) if text is None else text
        try:
            loader, node = _composed(text)
            self._node = node
            if node is not None:
                self._refuse_duplicate_keys(node)
            self.data: Any = None if node is None else loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise InputError(f"not valid YAML: {error.problem or error.context}", place=f"{path}:{line}") from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise InputError(f"not valid YAML: {error}", place=path) from None
        if self.data is None:
            raise InputError("the file is empty", place=f"{path}:1")

    def validate(self, model: type[Model]) -> Model:
        """The file as a model.

        Raises:
            InputError: names file, line and key of every mistake, one a line.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise together(self._explain(error, _keys(model))) from None

    def error(self, location: Location, message: str) -> InputError:
        """An error about the value at a location (``("devices", 2, "name")``)."""
        key = _dotted(location)
        return InputError(message, place=f"{self.path}:{self.line(location)}{': ' + key if key else ''}")

    def line(self, location: Location) -> int:
        """The line of a key or item; of the closest one around it where it does not exist."""
        node, line = self._node, 1
        for step in location:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def _explain(self, error: ValidationError, known: tuple[str, ...]) -> Iterator[InputError]:
        details = error.errors(include_url=False, include_input=False)
        for detail in details:
            if detail["type"] == "too_short" and any(
                other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail
            ):
                continue  # pydantic calls a list short whose items are there, but wrong
            *within, last = detail["loc"] or ("",)
            if _is_union_branch(last) and any(
                other["loc"][: len(within)] == tuple(within) and len(other["loc"]) > len(detail["loc"])
                for other in details
            ):
                continue  # the value is of the other kind, which tells what is wrong within it
            location = tuple(step for step in detail["loc"] if not _is_union_branch(step))
            yield self.error(location, said(detail, known))

    def _refuse_duplicate_keys(self, node: yaml.Node) -> None:
        seen_nodes: set[int] = set()
        stack = [node]
        while stack:
            current = stack.pop()
            if id(current) in seen_nodes:
                continue
            seen_nodes.add(id(current))
            if isinstance(current, yaml.SequenceNode):
                stack.extend(current.value)
            elif isinstance(current, yaml.MappingNode):
                lines: dict[str, int] = {}
                for key, value in current.value:
                    line = key.start_mark.line + 1
                    if key.value in lines and isinstance(key, yaml.ScalarNode):
                        first = lines[key.value]
                        raise InputError(
                            f"key {key.value!r} stands twice (first in line {first})", place=f"{self.path}:{line}"
                        )
                    if isinstance(key, yaml.ScalarNode):
                        lines[key.value] = line
                    stack.append(value)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    """All keys that a file of this form may have, at any depth."""
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return tuple(dict.fromkeys(key for part in parts for key in part.get("properties", {})))


def _read(path: Path) -> str:
    content = read_bounded(path, MAX_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", place=f"{path}:{line}") from None


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None


def _is_union_branch(step: int | str) -> bool:
    """Whether pydantic put a type's name, not a key of the file's, into an error's location."""
    if not isinstance(step, str):
        return False
    if "-" in step:  # an ID of the catalogue is a key
        return step == "constrained-str" or (step.startswith("function-") and step.endswith("]"))
    return step.endswith(("]", ")")) or step in {"str", "int", "bool"} or step[:1].isupper()


def _dotted(location: Location) -> str:
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
