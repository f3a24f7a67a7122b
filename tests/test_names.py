"""Names a stranger can guess, and docstrings that say what is done (CONTRIBUTING.md, "The ideal commit").

A name says what a thing is: `letter`, `update`, `row`, never `one` or `found`. Comprehensions are short enough to
go without.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.trees import nodes, tree

ROOT = Path(__file__).parent.parent
SHIPPED = ("scoring", "flows", "messages", "bot")
FOLDERS = (*SHIPPED, "tests", "benchmarks", "docs")
FORBIDDEN = frozenset(("one", "found", "said", "told", "box", "around"))
NOT_AN_ID = (
    "bot/storage/",
    "bot/telegram/",
    "bot/workers/",
    "flows/staff/",
    "flows/contact/",
    "flows/group/",
)
"""Rooms where a `number` would be an id or an indicator's: it is `board_id`, `message_id`, `indicator_no` there."""
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINES = frozenset(
    [
        "the",
        "a",
        "an",
        "what",
        "whether",
        "who",
        "whom",
        "whose",
        "whoever",
        "where",
        "why",
        "how",
        "when",
        "until",
        "for",
        "after",
        "under",
        "below",
        "behind",
        "beside",
        "up",
        "all",
        "every",
        "each",
        "many",
        "something",
        "nobody",
        "nothing",
        "none",
        "offices",
        "seats",
        "units",
        "names",
        "words",
        "figures",
    ]
)
"""Words that a docstring begins with when it defines a thing in place of telling what is done."""
HARD = (
    "bot/dispatch.py",
    "bot/telegram/delivery.py",
    "bot/workers/board_worker.py",
    "flows/group/board_steps.py",
    "flows/model/vocabulary.py",
    "flows/reading/names.py",
)
"""Where a newcomer would stop and ask why."""
LEAST = 3
"""Comments in a hundred lines of theirs; for machines (`noqa`, `fmt`) do not count."""


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def bound_names(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every name that a module binds outside comprehensions, with its line."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, child.lineno
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, child.lineno
            case ast.AsyncFunctionDef(name=name) | ast.ExceptHandler(name=str(name)):
                yield name, child.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, child.lineno
            case _:
                pass
        if isinstance(child, COMPREHENSIONS):
            for generator in child.generators:
                yield from bound_names(generator.iter)
            continue
        yield from bound_names(child)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions that are no properties and no tests."""
    for node in nodes(path):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        decorators = {
            ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list
        }
        if not decorators & {"property", "cached_property", "setter"} and node.name[:5] != "test_":
            yield node


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_say_what_a_thing_is(folder: str) -> None:
    wrong = []
    for path in modules(folder):
        place = path.relative_to(ROOT).as_posix()
        forbidden = FORBIDDEN | ({"number"} if place.startswith(NOT_AN_ID) else set())
        names = bound_names(tree(path))
        wrong += [f"{place}:{line} {name}" for name, line in names if name.lstrip("_") in forbidden]
    assert wrong == []


def test_a_module_has_its_name_alone() -> None:
    """Where a noun has several rooms, they say what they hold of it: `_rows`, `_worker`, `_command`."""
    stems: dict[str, list[str]] = {}
    for path in modules(*SHIPPED):
        if not path.stem.startswith("__"):
            stems.setdefault(path.stem, []).append(path.relative_to(ROOT).as_posix())
    assert [places for places in stems.values() if len(places) > 1] == []


def test_a_class_has_its_name_alone() -> None:
    places: dict[str, list[str]] = {}
    aliases: list[tuple[str, str]] = []
    for path in modules(*SHIPPED):
        place = path.relative_to(ROOT).as_posix()
        for node in tree(path).body:
            match node:
                case ast.ClassDef(name=name) if not name.startswith("_"):
                    places.setdefault(name, []).append(place)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    aliases.append((name, place))
                case _:
                    pass
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
    assert [(name, place) for name, place in aliases if name in places] == []


@pytest.mark.parametrize("folder", SHIPPED)
def test_docstrings_of_functions_say_what_is_done(folder: str) -> None:
    wrong = []
    for path in modules(folder):
        for function in functions(path):
            words = (ast.get_docstring(function) or "").split()
            if words and words[0].strip(",.:;").casefold() in DEFINES:
                place = path.relative_to(ROOT).as_posix()
                wrong.append(f"{place}:{function.lineno} {function.name}: {' '.join(words[:8])}")
    assert wrong == []


@pytest.mark.parametrize("place", HARD)
def test_hard_places_say_why(place: str) -> None:
    text = (ROOT / place).read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    spoken = [comment for comment in comments if not comment.startswith(("# noqa", "# fmt"))]
    assert 100 * len(spoken) >= LEAST * text.count("\n")
