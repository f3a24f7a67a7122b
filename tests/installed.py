"""The product among the tools of the tests, as if it were installed alone: what only they need, it cannot import.

Else a library of ours that takes another one "where it is there" works here and fails at every user's.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
KEPT = "PEDULI_HAM_TOOLS"
"""A variable of the environment: modules of the tools, read once a run and not once in each worker."""
OURS = ("bot", "flows", "messages", "scoring")


def pinned(name: str) -> set[str]:
    """Return the packages of a file of pins that are wanted on this system."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    return {match.lower() for match in re.findall(r"^([\w.-]+)(?:\[.*\])?==", text, re.M)}


def modules_of(packages: set[str]) -> Iterator[str]:
    """Yield the names by which packages are imported, where they are installed."""
    for package in packages:
        try:
            files = importlib.metadata.files(package) or ()
        except importlib.metadata.PackageNotFoundError:  # of another system
            continue
        for file in files:
            if file.suffix in (".py", ".so") and file.parts[0] != "..":
                yield file.parts[0].partition(".")[0]


def tools() -> frozenset[str]:
    """Return the modules that no installation has: of packages that are pinned for the tests alone."""
    if KEPT not in os.environ:
        product = pinned("requirements.txt")
        alone = set(modules_of(pinned("requirements-dev.txt") - product))
        os.environ[KEPT] = " ".join(sorted(alone - set(modules_of(product))))
    return frozenset(os.environ[KEPT].split())


class Hidden(MetaPathFinder):
    """Refuses tools to whoever is no tool, no test and not pytest."""

    def __init__(self, tools: frozenset[str]) -> None:
        self._tools = tools

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError where a module of the product asks for a tool; else find nothing."""
        if fullname.partition(".")[0] in self._tools and self._is_asked_by_product():
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None

    def _is_asked_by_product(self) -> bool:
        """Tell whether the first module behind the machinery of imports is the product's, or its libraries'."""
        frame = sys._getframe(2)
        while frame is not None:
            name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if name not in sys.stdlib_module_names:
                return name in OURS or self._is_library(name, frame.f_code.co_filename)
            frame = frame.f_back
        return False

    def _is_library(self, name: str, file: str) -> bool:
        return "site-packages" in file and name not in self._tools


def hide_tools() -> None:
    """Hide them from now on, in this process."""
    sys.meta_path.insert(0, Hidden(tools()))
