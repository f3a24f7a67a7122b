"""The values of a workbook as YAML texts, where each line knows the cell that it was made from.

So the strict reader of `scoring` judges a workbook as it judges files, and its problems find their cells.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping

from msgspec import Struct

from scoring.fields import NUMBER
from scoring.source import Scalar, parse_yaml

WIDTH = 96
TRUTHS = ("true", "false")
SHORT = 60
"""Characters up to which a text stays on the line of its key."""
SAFE = re.compile(r"[A-Za-z][\w ,.()/–-]*[\w)]")
"""Texts that mean themselves to every reader without quotes, unless they are words of YAML."""


class Leaf(Struct, frozen=True):
    """A value as the file has it, and the cell that it stands in."""

    text: str
    cell: int
    is_bare: bool = False
    """A number or a truth value, which stands without quotes."""


Tree = Leaf | dict[str, "Tree"] | list["Tree"]


def first_leaf(tree: Tree) -> Leaf | None:
    """Return the first value of a tree; None where it has none."""
    if isinstance(tree, Leaf):
        return tree
    inner = tree.values() if isinstance(tree, dict) else tree
    return next((leaf for one in inner if (leaf := first_leaf(one))), None)


def put(tree: dict[str, Tree], path: str, value: Tree) -> None:
    """Put a value at a path of keys, such as `rule.source.text`."""
    *groups, last = path.split(".")
    for key in groups:
        inner = tree.setdefault(key, {})
        assert isinstance(inner, dict)
        tree = inner
    tree[last] = value


def flat(tree: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield each path of keys with its text; lists are left out."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            yield f"{before}{key}", value


def as_yaml(tree: dict[str, Tree], comment: str = "") -> tuple[str, dict[int, int]]:
    """Return the text of a file, and the cell of each of its lines."""
    lines = [f"# {comment}"] if comment else []
    cells: dict[int, int] = {}
    _group(tree, "", lines, cells)
    return "\n".join(lines) + "\n", cells


def _group(tree: dict[str, Tree], indent: str, lines: list[str], cells: dict[int, int]) -> None:
    for key, value in tree.items():
        _entry(f"{indent}{key}:", value, indent, lines, cells)


def _entry(head: str, value: Tree, indent: str, lines: list[str], cells: dict[int, int]) -> None:
    if (leaf := first_leaf(value)) is not None:
        cells[len(lines) + 1] = leaf.cell
    if isinstance(value, Leaf):
        lines += _scalar(head, value, indent)
    elif not value:
        lines.append(f"{head} {'[]' if isinstance(value, list) else '{}'}")
    elif isinstance(value, dict):
        lines.append(head)
        _group(value, f"{indent}  ", lines, cells)
    else:
        lines.append(head)
        for item in value:
            _item(item, f"{indent}  ", lines, cells)


def _item(value: Tree, indent: str, lines: list[str], cells: dict[int, int]) -> None:
    """Write an item of a list; a group's first key stands on the line of its dash."""
    if not isinstance(value, dict):
        _entry(f"{indent}-", value, f"{indent}  ", lines, cells)
        return
    start = len(lines)
    _group(value, f"{indent}  ", lines, cells)
    lines[start] = f"{indent}- {lines[start][len(indent) + 2 :]}"


def _scalar(head: str, leaf: Leaf, indent: str) -> list[str]:
    text = leaf.text
    if leaf.is_bare and (NUMBER.fullmatch(text) or text in TRUTHS):
        return [f"{head} {text}"]
    if len(head) + len(text) > SHORT and " " in text and text.isprintable():
        inner = f"{indent}  "
        room = WIDTH - len(inner)
        wrapped = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
        return [f"{head} >-", *(inner + line for line in wrapped)]
    return [f"{head} {_plain(text)}"]


def _plain(text: str) -> str:
    if SAFE.fullmatch(text) and "  " not in text:
        node = parse_yaml(text, "")
        if isinstance(node, Scalar) and node.text == text and node.looks_like == "str":
            return text
    return json.dumps(text, ensure_ascii=False)
