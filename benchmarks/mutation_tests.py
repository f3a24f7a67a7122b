"""Runs the tests that reach a mutant, in a fork of a process that has collected them all.

Which tests call which function is recorded first, in a fork that runs them all. A mutant's code then takes
the place of the function's in a fork, and the tests that call it run there until one fails. What was called
before any test ran (as modules were imported, and tests collected) is tried in a process of its own, which
imports the changed module: a table made of it would be the unchanged one.
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.machine import ROOT
from benchmarks.mutants import Mutant, code_of

KILLED, SURVIVED, UNTESTED, TOO_LONG = "killed", "survived", "untested", "too long"
PLUGINS = ("-p", "no:cacheprovider", "-n", "0", "--no-cov")
SECONDS, TIMES = 20, 10
"""A mutant has so many seconds, and so many times what its tests took unchanged: then it runs in circles."""
MEMORY = 4 * 2**30
"""Bytes that a mutant may take: one that fills a list for ever ends before the machine has none left."""
CALLED_FIRST = -1
Cache = type(functools.cache(abs))
Place = tuple[str, int]
"""A function by file and first line."""


@dataclass
class Recorder:
    """Notes which functions of a package are called, and by which test."""

    package: str
    test: int = CALLED_FIRST
    calls: dict[Place, set[int]] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._root = f"{ROOT / self.package}{os.sep}"
        self._places: dict[CodeType, Place | None] = {}

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Note a call; a profile function of `sys.setprofile`."""
        if event != "call":
            return
        code = frame.f_code
        if code not in self._places:
            is_ours = code.co_filename.startswith(self._root)
            self._places[code] = place_of(code) if is_ours else None
        place = self._places[code]
        if place is not None:
            self.calls.setdefault(place, set()).add(self.test)


class Repeatable:
    """Keeps Hypothesis from remembering an example that broke a mutant, and from trying other ones."""

    def pytest_collection(self) -> None:
        """Choose so before tests are imported, behind the choice of `tests/conftest.py`."""
        from hypothesis import settings  # pytest wants to be there first

        settings.register_profile("mutation", settings(), database=None, derandomize=True)
        settings.load_profile("mutation")


@dataclass
class Trial(Repeatable):
    """Tries each mutant on the tests that call it, in place of running them all."""

    mutants: Sequence[Mutant]
    note: Callable[[Mutant, str], None]
    recorder: Recorder
    caches: Sequence[Any] = ()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Record who calls what, then try the mutants."""
        sys.setprofile(None)
        gc.unfreeze()  # what tests/conftest.py has frozen is not listed
        self.caches = [kept for kept in gc.get_objects() if isinstance(kept, Cache)]
        gc.freeze()
        items = session.items
        calls, seconds = self._recorded(items)
        for mutant in self.mutants:
            place = place_of(code_of(mutant.original, mutant.path, mutant.function))
            callers = sorted(calls.get(place, ()), key=seconds.__getitem__)
            if not callers:
                self.note(mutant, UNTESTED)
                continue
            function, code = function_of(mutant), mutant.code()
            limit = SECONDS + TIMES * sum(seconds[no] for no in callers)
            if (
                code is None
                or place in self.recorder.calls
                or place != place_of(function.__code__)  # a test has put another in its place
                or code.co_freevars != function.__code__.co_freevars
            ):
                result = apart(mutant, [items[no].nodeid for no in callers], limit)
            else:
                tests = [items[no] for no in callers]
                result = in_fork(function, code, tests, limit, self.caches)
            self.note(mutant, result)
        return True

    def _recorded(
        self, items: Sequence[pytest.Item]
    ) -> tuple[Mapping[Place, set[int]], Mapping[int, float]]:
        """Run all tests in a fork; return which call a function, and how long each took."""
        with tempfile.TemporaryFile() as file:
            child = os.fork()
            if child == 0:
                failed = self._record(items)
                pickle.dump((self.recorder.calls, self.recorder.seconds, failed), file)
                file.flush()
                os._exit(0)
            os.waitpid(child, 0)
            file.seek(0)
            calls, seconds, failed = pickle.load(file)
        if failed:
            sys.exit(f"These tests fail without any change: {', '.join(failed[:5])}")
        return {place: tests - {CALLED_FIRST} for place, tests in calls.items()}, seconds

    def _record(self, items: Sequence[pytest.Item]) -> list[str]:
        failed = []
        for no, (item, following) in enumerate(in_turn(items)):
            for kept in self.caches:
                kept.cache_clear()  # else only the first test would be one that calls
            self.recorder.test = no
            begin = time.perf_counter()
            sys.setprofile(self.recorder)
            if not passes(item, following):
                failed.append(item.nodeid)
            sys.setprofile(None)
            self.recorder.seconds[no] = time.perf_counter() - begin
        return failed


def in_fork(
    function: FunctionType,
    code: CodeType,
    tests: Sequence[pytest.Item],
    limit: float,
    caches: Sequence[Any],
) -> str:
    """Try a mutant in a fork, where its code takes the place of the function's."""
    done, done_by_child = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, sys.stdout.fileno()), os.dup2(silence, 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            function.__code__ = code
            for kept in caches:
                kept.cache_clear()
            is_noticed = not all(passes(*pair) for pair in in_turn(tests))
            os._exit(is_noticed)
        finally:
            os._exit(2)
    os.close(done_by_child)
    is_done, _, _ = select.select([done], [], [], limit)  # its end closes the pipe
    os.close(done)
    if not is_done:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not is_done:
        return TOO_LONG
    return KILLED if status else SURVIVED


def place_of(code: CodeType) -> Place:
    """Return where the code of a function begins."""
    return code.co_filename, code.co_firstlineno


def in_turn(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Yield each test with the one behind it, for whose sake fixtures are kept."""
    yield from zip(items, [*items[1:], None], strict=True)


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run a test with its fixtures; return whether nothing of it fails."""
    return not any(report.failed for report in runtestprotocol(item, nextitem=following, log=False))


def function_of(mutant: Mutant) -> FunctionType:
    """Return the function that a mutant would replace."""
    name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    holder: Any = importlib.import_module(name)
    *outer, last = mutant.function.split(".")
    for part in outer:
        holder = vars(holder)[part]
    function = vars(holder)[last]
    function = getattr(function, "__func__", function)
    assert isinstance(function, FunctionType), mutant.name
    return function


def apart(mutant: Mutant, ids: Sequence[str], limit: float) -> str:
    """Try a mutant in a process that imports the changed module."""
    with tempfile.TemporaryDirectory() as folder:
        text, tests = Path(folder, "text"), Path(folder, "tests")
        text.write_text(mutant.text, encoding="utf-8")
        tests.write_text("\n".join(ids), encoding="utf-8")
        words = ["-m", __spec__.name, mutant.path, str(text), str(tests)]
        try:
            done = subprocess.run(
                [sys.executable, *words],
                cwd=ROOT,
                timeout=SECONDS + limit,
                capture_output=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TOO_LONG
    return SURVIVED if done.returncode == 0 else KILLED


def main(place: str, text: str, tests: str) -> None:
    """Run the tests of a list with a changed module; the exit code is pytest's."""
    changed, compiled = Path(text).read_bytes(), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if self.path == str(ROOT / place):
            return self.source_to_code(changed, self.path)
        return compiled(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.exit(pytest.main([*PLUGINS, "-x", f"@{tests}"], plugins=[Repeatable()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
