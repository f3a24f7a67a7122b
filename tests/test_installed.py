"""The product is tried without what only its tests need."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.installed import modules_of, pinned, tools


def made(name: str, file: str) -> ModuleType:
    """Return a module of this name that imports what it is told, as if it lay in that file."""
    module = ModuleType(name)
    source = "import importlib\ndef ask(what):\n    return importlib.import_module(what)\n"
    exec(compile(source, file, "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    ("name", "file"), [("bot.imports.any", "any.py"), ("rapidfuzz", "/site-packages/rapidfuzz.py")]
)
def test_neither_the_product_nor_its_libraries_see_the_tools(
    name: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = made(name, file).ask
    monkeypatch.delitem(sys.modules, "lark", raising=False)
    with pytest.raises(ModuleNotFoundError, match="lark"):
        asks("lark")
    assert asks("openpyxl") is importlib.import_module("openpyxl")


def test_tools_and_tests_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "webcolors", raising=False)
    tool = made("jsonschema.any", "/site-packages/jsonschema/any.py")
    assert tool.ask("webcolors") is importlib.import_module("webcolors")


def test_tools_are_what_the_tests_alone_are_pinned_with() -> None:
    assert {"hypothesis", "jsonschema", "playwright", "pytest"} <= tools()
    assert not {"aiohttp", "openpyxl", "rapidfuzz", "telegram", "yaml"} & tools()
    assert "numpy" not in pinned("requirements-dev.txt"), "openpyxl and rapidfuzz would take it"
    assert not list(modules_of({"no-such-package"}))
    assert Path(importlib.import_module("rapidfuzz").__file__ or "").exists()
