"""Strict YAML: text in, a tree of nodes out that knows file and line. The only module that reads
disk.

Nothing is guessed: every scalar stays the text it was, `no` is not False and a date is not a date
(`Scalar.looks_like` tells what other readers would make of it). Duplicate keys, anchors, aliases
and tags are problems. `fields` reads the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from scoring.errors import InstrumentError, InstrumentProblem

PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a file; one of the three below."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """Text as written. `looks_like`: str, or int, float, bool, null, timestamp to other YAML
    readers.
    """

    text: str
    looks_like: str = "str"


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    """Keys and values in the order of the file; each key stands once."""

    entries: tuple[tuple[Scalar, Node], ...]


class _Loader(yaml.SafeLoader):
    """PyYAML's composer, refusing what makes a file mean something else than it shows."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        alias = isinstance(event, yaml.AliasEvent)
        if alias or event.anchor is not None or getattr(event, "tag", None) is not None:
            raise _FeatureError(event)
        return super().compose_node(parent, index)


class _FeatureError(Exception):
    def __init__(self, event: yaml.Event) -> None:
        self.line = event.start_mark.line + 1 if event.start_mark else 1
        self.what = "alias" if isinstance(event, yaml.AliasEvent) else "anchor or tag"


def parse_yaml(text: str, file: str) -> Node:
    """Parse one document; raise InstrumentError with every duplicate key, or the first syntax
    error.
    """
    problems: list[InstrumentProblem] = []
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except _FeatureError as error:
        params = {"what": error.what}
        raise InstrumentError(
            [InstrumentProblem("yaml_feature", file, error.line, params)]
        ) from None
    except yaml.YAMLError as error:
        raise InstrumentError([_syntax(error, file)]) from None
    except RecursionError:
        params = {"what": "nested too deeply"}
        raise InstrumentError([InstrumentProblem("yaml_feature", file, 1, params)]) from None
    if root is None:
        raise InstrumentError([InstrumentProblem("empty_file", file, 1)])
    node = _node(root, file, problems)
    if problems:
        raise InstrumentError(problems)
    return node


def _syntax(error: yaml.YAMLError, file: str) -> InstrumentProblem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    line = mark.line + 1 if mark is not None else 1
    return InstrumentProblem("yaml_syntax", file, line, {"reason": str(reason)})


def _node(raw: yaml.Node, file: str, problems: list[InstrumentProblem]) -> Node:
    line = raw.start_mark.line + 1
    if isinstance(raw, yaml.SequenceNode):
        return Sequence(file, line, tuple(_node(one, file, problems) for one in raw.value))
    if isinstance(raw, yaml.MappingNode):
        return _mapping(raw, file, problems)
    kind = raw.tag.removeprefix(PREFIX)
    return Scalar(file, line, raw.value, kind)


def _mapping(raw: yaml.MappingNode, file: str, problems: list[InstrumentProblem]) -> Mapping:
    entries: list[tuple[Scalar, Node]] = []
    first: dict[str, int] = {}
    for raw_key, raw_value in raw.value:
        key = _node(raw_key, file, problems)
        value = _node(raw_value, file, problems)
        if not isinstance(key, Scalar):
            params = {"key": "a key", "wanted": "text", "found": "a list or a group"}
            problems.append(InstrumentProblem("wrong_type", file, key.line, params))
        elif key.text in first:
            params = {"key": key.text, "first": str(first[key.text])}
            problems.append(InstrumentProblem("duplicate_key", file, key.line, params))
        else:
            first[key.text] = key.line
            entries.append((key, value))
    return Mapping(file, raw.start_mark.line + 1, tuple(entries))


def inside(node: Node, *path: str | int) -> Node:
    """Return the node at a path of keys and positions, or the last one on the way that exists."""
    for one in path:
        if isinstance(node, Mapping):
            node = next((value for key, value in node.entries if key.text == one), node)
        elif isinstance(node, Sequence) and isinstance(one, int):
            node = node.items[one]
    return node


def read_directory(path: Path | str) -> dict[str, str]:
    """Return the YAML texts of a folder by name; raise InstrumentError if it cannot be read."""
    folder = Path(path)
    if not _is_folder(folder):
        raise InstrumentError(
            [InstrumentProblem("not_a_directory", str(path), 1, {"path": str(path)})]
        )
    names = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml"))
    return {one.name: read_file(one) for one in names}


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long for any folder
        return False


def read_file(path: Path | str) -> str:
    """Return the text of one UTF-8 file; raise InstrumentError if it is not UTF-8."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InstrumentError([InstrumentProblem("not_utf8", Path(path).name, 1)]) from None


def subdirectories(path: Path) -> tuple[str, ...]:
    """Return the names of the folders in a folder, sorted."""
    return tuple(
        sorted(one.name for one in path.iterdir() if one.is_dir() and one.name[0] not in "._")
    )
