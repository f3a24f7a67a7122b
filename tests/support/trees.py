"""The syntax trees of our modules, for tests of the code itself: each file is parsed and walked once per process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return everything that a module's tree is made of, as `ast.walk` finds it."""
    return tuple(ast.walk(tree(path)))
