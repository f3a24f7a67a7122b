"""Strict YAML: text in, a tree of nodes out that knows file and line. The only module that reads
disk.

Nothing is guessed: every scalar stays the text it was, `no` is not False and a date is not a date
(`Scalar.looks_like` tells what other readers would make of it). Duplicate keys, anchors, aliases
and tags are problems. `fields` reads the nodes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from scoring.errors import LISTED, Code, InstrumentError, InstrumentProblem

PREFIX = "tag:yaml.org,2002:"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
DEEPEST, MOST = 50, 200_000
"""Levels and values of a file; a province with 40 offices in each of 38 regions has 40,000."""
REWORDED = 50_000
"""Characters of a file that the slow reader goes through again for its words."""
OPENED = ("found unexpected end of stream", "could not find expected ':'")
CURLY = re.compile("[“”„‘‚«][^“”„‘’‚«»]*[“”‘’»]", re.DOTALL)


class Node(Struct, frozen=True):
    """A place in a file; one of the three below."""

    file: str
    line: int


class Scalar(Node, frozen=True):
    """Text as written. `looks_like`: str, or int, float, bool, null, timestamp to other YAML readers."""

    text: str
    looks_like: str = "str"


class Sequence(Node, frozen=True):
    """A list."""

    items: tuple[Node, ...]


class Mapping(Node, frozen=True):
    """Keys and values in the order of the file; each key stands once."""

    entries: tuple[tuple[Scalar, Node], ...]


class _FeatureError(Exception):
    """Raised for what is not used in these files: a code and what it is."""

    def __init__(self, code: Code, what: str, event: yaml.Event) -> None:
        self.code = code
        self.what = what
        self.mark = event.start_mark


def parse_yaml(text: str, file: str) -> Node:
    """Parse one document; raise InstrumentError with every duplicate key, or the first syntax error."""
    unseen = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        params = {"found": f"U+{ord(unseen[0]):04X}"}
        raise InstrumentError([InstrumentProblem("control_character", file, line, params)])
    composer = _Composer(text, file)
    try:
        node = composer.document()
    except _FeatureError as error:
        params, line = {"what": error.what}, composer.line(error.mark)
        raise InstrumentError([InstrumentProblem(error.code, file, line, params)]) from None
    except yaml.YAMLError as error:
        raise InstrumentError([_syntax(error, text, composer)]) from None
    if node is None:
        raise InstrumentError([InstrumentProblem("empty_file", file, 1)])
    if composer.problems:
        raise InstrumentError(composer.problems)
    return node


def _syntax(error: yaml.YAMLError, text: str, composer: _Composer) -> InstrumentProblem:
    """Return the syntax error where it was made; what is open until the end, where it was opened."""
    shown = text if len(text) <= REWORDED else ""
    try:
        for _ in yaml.parse(shown, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as other:  # the same, in the words that do not hang on the reader
        error = other
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.problem_mark
    assert mark is not None
    if error.problem in OPENED and error.context_mark is not None:
        mark = error.context_mark
    line = text.count("\n", 0, mark.index) + 1
    if composer.brackets and not text[mark.index :].strip():
        line = composer.brackets[-1]
    return InstrumentProblem("yaml_syntax", composer.file, line, {"reason": str(error.problem)})


class _Composer:
    """Nodes from the events of the reader, refusing what makes a file mean something else than it
    shows. It stops where a file is deeper or longer than any of its kind.
    """

    def __init__(self, text: str, file: str) -> None:
        self.loader = LOADER(text)
        self.file = file
        self.problems: list[InstrumentProblem] = []
        self.count = 0
        self.brackets: list[int] = []  # lines of those that are open
        # Ends of lines to YAML, and to nobody who opens the file in an editor.
        self.breaks = [match.start() for match in re.finditer("[\x85\u2028\u2029]", text)]

    def line(self, mark: Any) -> int:
        """Return the line of a place as editors count."""
        return int(mark.line) + 1 - bisect_left(self.breaks, mark.index)

    def document(self) -> Node | None:
        """Return the only document of the file; None where there is none."""
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            return None
        node = self._node(self._next(), 0)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _FeatureError("yaml_outgrown", "more than one document", after)
        return node

    def _next(self) -> yaml.Event:
        event: yaml.Event = self.loader.get_event()
        return event

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            raise _FeatureError("yaml_feature", "alias", event)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None or event.tag is not None:
            raise _FeatureError("yaml_feature", "anchor or tag", event)
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            what = "nested too deeply" if depth > DEEPEST else "far too long"
            raise _FeatureError("yaml_outgrown", what, event)
        line = self.line(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line)
        bracket = int(bool(event.flow_style))
        self.brackets += [line] * bracket
        if isinstance(event, yaml.MappingStartEvent):
            node: Node = self._mapping(line, depth)
        else:
            items = []
            while not isinstance(event_inside := self._next(), yaml.SequenceEndEvent):
                items.append(self._node(event_inside, depth + 1))
            node = Sequence(self.file, line, tuple(items))
        del self.brackets[len(self.brackets) - bracket :]
        return node

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Scalar:
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if event.implicit[0] and CURLY.fullmatch(event.value):
            self._add("curly_quotes", line, text=event.value)
        return Scalar(self.file, line, event.value, tag.removeprefix(PREFIX))

    def _mapping(self, line: int, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        first: dict[str, int] = {}
        while not isinstance(event_inside := self._next(), yaml.MappingEndEvent):
            key = self._node(event_inside, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Scalar):
                params = {"key": "a key", "wanted": "text", "found": "a list or a group"}
                self._add("wrong_type", key.line, **params)
            elif key.text in first:
                self._add("duplicate_key", key.line, key=key.text, first=str(first[key.text]))
            else:
                first[key.text] = key.line
                entries.append((key, value))
        return Mapping(self.file, line, tuple(entries))

    def _add(self, code: Code, line: int, **params: str) -> None:
        self.problems.append(InstrumentProblem(code, self.file, line, params))
        if len(self.problems) >= LISTED:
            self.problems.append(InstrumentProblem.more(self.file, line))
            raise InstrumentError(self.problems)


def inside(node: Node, *path: str | int) -> Node:
    """Return the node at a path of keys and positions, or the last one on the way that exists."""
    for step in path:
        if isinstance(node, Mapping):
            node = next((value for key, value in node.entries if key.text == step), node)
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
    return node


def read_directory(path: Path | str) -> dict[str, str]:
    """Return the YAML texts of a folder by name; raise InstrumentError if it cannot be read."""
    folder = Path(path)
    if not _is_folder(folder):
        raise InstrumentError(
            [InstrumentProblem("not_a_directory", str(path), 1, {"path": str(path)})]
        )
    names = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml"))
    return {name.name: read_file(name) for name in names}


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


def written(value: object) -> str:
    """Return plain values as YAML, keys in their order: what `parse_yaml` reads."""
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
    return text
