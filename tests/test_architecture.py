"""The shape of the house: who imports whom, what the pure parts never touch, and how large rooms may be."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.trees import nodes, tree

ROOT = Path(__file__).parent.parent
PACKAGES = ("scoring", "flows", "messages", "bot")
STANDARD = {
    "__future__", "abc", "ast", "asyncio", "base64", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses",
    "datetime", "decimal", "difflib", "email", "enum", "errno", "fcntl", "fractions", "functools", "hashlib", "hmac",
    "gc", "html", "http", "importlib", "io", "itertools", "json", "logging", "math", "mimetypes", "operator", "os",
    "pathlib", "pkgutil", "random", "re", "secrets", "shutil", "signal", "socket", "sqlite3", "stat", "string", "struct",
    "subprocess", "sys", "tempfile", "textwrap", "threading", "time", "tomllib", "traceback", "types", "typing",
    "unicodedata", "urllib", "uuid", "webbrowser", "zoneinfo",
}  # fmt: skip
ALLOWED = {
    "scoring": {"scoring", "msgspec", "yaml"},  # msgspec: what records are made of
    "flows": {"flows", "scoring", "msgspec", "rapidfuzz"},  # rapidfuzz: distances between words
    "messages": {"messages", "msgspec", "jinja2", "markupsafe", "babel"},
}
IMPURE = {
    "asyncio",
    "random",
    "secrets",
    "time",
    "os",
    "socket",
    "sqlite3",
    "logging",
    "subprocess",
    "threading",
}
ONLY_IN = {
    "yaml": {"scoring/source.py"},
    "aiosqlite": {"bot/storage/database.py"},
    "jinja2": {"messages/environment.py", "messages/languages.py"},
}
SPINE = (
    "model",
    "reading",
    "policy",
    "contact",
    "staff",
    "group",
    "guarding",
    "route_table",
    "offering",
    "engine",
)
"""The rooms of `flows`: each imports from those before it only; `reading` and `policy` not from each other."""
ROOMS = (
    "portable", "collector", "terminal", "clock", "trouble", "typed_words", "holidays", "given_settings", "config", "counters", "storage", "media",
    "roster", "reviewing", "forms", "instruments", "handouts", "telegram", "metrics", "health_page", "export", "imports", "feed", "watched", "papers", "strangers", "dispatch", "workers", "preloading", "ops",
    "app", "demo/botapi", "demo", "cli", "__main__",
)  # fmt: skip
"""The rooms of `bot`: each imports from those before it only."""
MODULE_LIMIT, FUNCTION_LIMIT, MEDIAN_LIMIT = 400, 60, 150


@cache
def modules(*packages: str) -> list[Path]:
    paths = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    assert paths
    return paths


@cache
def imported(path: Path) -> set[str]:
    """Top names of everything a module imports."""
    names = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", ALLOWED)
def test_dependencies_point_one_way(package: str) -> None:
    for path in modules(package):
        assert imported(path) - STANDARD <= ALLOWED[package], relative(path)


def room(name: str) -> str:
    """The room of a module by its dotted name: `flows.staff.status` is of `staff`."""
    parts = name.split(".")
    if parts[:3] == ["bot", "demo", "botapi"]:
        return "demo/botapi"
    return parts[1]


def arrows(package: str) -> Iterator[tuple[str, str, str]]:
    """Each import between two rooms of a package: the file, its room, the room that it imports from."""
    for path in modules(package):
        if path.parent == ROOT / package and path.name == "__init__.py":
            continue
        own = room(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
                for alias in node.names:
                    other = room(f"{node.module}.{alias.name}")
                    if other != own:
                        yield relative(path), own, other


@pytest.mark.parametrize(("package", "order"), [("flows", SPINE), ("bot", ROOMS)])
def test_rooms_import_from_rooms_before_them(package: str, order: Sequence[str]) -> None:
    rooms = set()
    for path, own, other in arrows(package):
        assert order.index(other) < order.index(own), f"{path} imports from {other}"
        assert {own, other} != {"reading", "policy"}, path
        rooms |= {own, other}
    assert rooms == set(order)


def imports_by_module(*packages: str) -> dict[str, set[str]]:
    """What each module imports of the same packages, by dotted name; what is for types only counts too."""
    files = {dotted(path): path for path in modules(*packages)}
    graph: dict[str, set[str]] = {}
    for name, path in files.items():
        targets = set()
        for node in nodes(path):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                inner = {f"{base}.{alias.name}" for alias in node.names}
                targets |= inner & files.keys() or {base}
        graph[name] = targets & files.keys() - {name}
    return graph


def dotted(path: Path) -> str:
    """The name by which a module is imported: `bot/cli/__init__.py` is `bot.cli`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another in a ring, or none."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports_by_module(*PACKAGES)
    assert sum(map(len, graph.values())) > 1_000  # it does see them
    assert circle(graph) == []
    module = next(name for name, targets in graph.items() if targets)
    assert module in circle(graph | {next(iter(graph[module])): {module}})


@pytest.mark.parametrize("package", ["benchmarks", "tests"])
def test_no_benchmarks_and_no_tests_import_each_other_in_a_circle(package: str) -> None:
    assert circle(imports_by_module(package)) == []


def test_benchmarks_and_tests_share_the_support_alone() -> None:
    """Benchmarks import no test, tests no benchmark but those of the campaigns; both import `tests.support`."""
    users = set()
    for name, targets in imports_by_module("benchmarks", "tests").items():
        for target in targets:
            if is_in(name, "benchmarks") and is_in(target, "tests"):
                assert is_in(target, "tests.support"), f"{name} imports {target}"
                users.add("benchmarks")
            elif is_in(name, "tests.support"):
                assert is_in(target, "tests.support"), f"{name} imports {target}"
            elif is_in(name, "tests") and is_in(target, "benchmarks"):
                assert is_in(name, "tests.campaigns"), f"{name} imports {target}"
                users.add("tests.campaigns")
    assert users == {"benchmarks", "tests.campaigns"}  # it does see them


def test_benchmarks_import_modules_that_are_there() -> None:
    """Most benchmarks run by hand only, long after a module that they need has moved."""
    ours = {*PACKAGES, "benchmarks", "tests"}
    known = {dotted(path) for path in modules(*ours)}
    for path in modules("benchmarks"):
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ours:
                assert node.module in known, f"{relative(path)} imports from {node.module}"


def is_in(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def test_no_scripts_of_the_page_import_each_other_in_a_circle() -> None:
    scripts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (ROOT / "bot/demo/page").glob("*.js")
    }
    graph = {
        name: set(re.findall(r'^import .* from "\./(.+)";$', text, re.MULTILINE))
        for name, text in scripts.items()
    }
    assert set().union(*graph.values()) == scripts.keys() - {"main.js"}
    assert circle(graph) == []


@pytest.mark.parametrize("package", ["scoring", "flows"])
def test_the_core_is_pure(package: str) -> None:
    for path in modules(package):
        assert not imported(path) & IMPURE, relative(path)
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"now", "today", "utcnow"}, (
                    f"{relative(path)}:{node.lineno}"
                )
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"open", "print"}
            ):
                raise AssertionError(f"{relative(path)}:{node.lineno} calls {node.func.id}")


def test_only_one_module_of_scoring_reads_the_disk() -> None:
    readers = {
        relative(path)
        for path in modules("scoring")
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in {"read_text", "read_bytes", "open"}
    }
    assert readers <= {"scoring/source.py"}


def test_what_routes_need_reaches_handlers_as_parameters_only() -> None:
    readers = {
        relative(path)
        for path in modules("flows")
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "gathered"
    }
    assert readers == {"flows/engine.py", "flows/model/routes.py"}


@pytest.mark.parametrize("library", ONLY_IN)
def test_libraries_stay_in_their_room(library: str) -> None:
    users = {relative(path) for path in modules(*PACKAGES) if library in imported(path)}
    assert users == ONLY_IN[library]


def test_the_local_server_knows_nothing_of_the_bot() -> None:
    for path in modules("bot/demo/botapi"):
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
                assert (node.module or "").startswith("bot.demo.botapi"), relative(path)
        assert "telegram" not in imported(path), relative(path)


def test_sql_is_written_in_storage_only() -> None:
    for path in modules("bot"):
        name = relative(path)
        if name.startswith("bot/storage/"):
            continue
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.split()
                is_sql = len(words) > 2 and words[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}
                assert not is_sql, f"{name}:{node.lineno}"


def test_modules_and_functions_stay_small() -> None:
    sizes = []
    for path in modules(*PACKAGES):
        lines = path.read_text(encoding="utf-8").count("\n")
        sizes.append(lines)
        assert lines <= MODULE_LIMIT, f"{relative(path)} has {lines} lines"
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= FUNCTION_LIMIT, f"{relative(path)}: {node.name} has {length} lines"
    assert statistics.median(sizes) <= MEDIAN_LIMIT


def test_every_module_says_what_it_is_for() -> None:
    for path in modules(*PACKAGES):
        doc = ast.get_docstring(tree(path))
        assert doc, relative(path)
        assert len(doc.splitlines()) <= 8, relative(path)


def test_public_functions_of_scoring_carry_docstrings() -> None:
    for path in modules("scoring"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{relative(path)}: {node.name}"


def test_no_address_of_a_registry_or_path_of_a_machine() -> None:
    banned = (
        "https://" + "pypi",
        "files." + "pythonhosted",
        "registry." + "npmjs",
        "/wor" + "k/",
        "/root" + "/",
    )
    for path in ROOT.rglob("*"):
        if (
            any(part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts)
            or not path.is_file()
        ):
            continue
        if path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".txt",
            ".yaml",
            ".j2",
            ".js",
            ".css",
            ".html",
            "",
        }:
            text = path.read_text(errors="ignore", encoding="utf-8")
            assert not any(word in text for word in banned), relative(path)
