"""Makes mutants: a function of a package with one small change, as code that can take its place.

The changes are those of mutmut. Its own way of running them, with all mutants of a package in its modules at
once, did not end over `flows`, which has 40,000.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache, cached_property
from types import CodeType

import libcst as cst
from mutmut.mutation.file_mutation import Mutation, create_mutations

from benchmarks.machine import ROOT

UNREACHED = "assert_never("
"""What mypy has proved cannot come: no test can notice a change of it."""


@dataclass(frozen=True)
class Mutant:
    """A changed module, known by its file, the function and a count within the file."""

    path: str
    function: str
    index: int
    original: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.function}:{self.index}"

    @property
    def key(self) -> str:
        """Name and change: the mutant of a function that was changed since is another one."""
        return f"{self.name}:{hashlib.sha256(self.diff.encode()).hexdigest()[:12]}"

    @cached_property
    def diff(self) -> str:
        """The lines that differ."""
        lines = unified_diff(self.original.splitlines(), self.text.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))

    def code(self) -> CodeType | None:
        """Return the code of the changed function; None where the change is not in its body."""
        before = code_of(self.original, self.path, self.function)
        after = code_of(self.text, self.path, self.function)
        return None if before == after and self.diff else after


def code_of(text: str, path: str, function: str) -> CodeType:
    """Return the code of a function, by its dotted name in the text of a module."""
    code = compile(text, str(ROOT / path), "exec", dont_inherit=True)
    for part in function.split("."):
        code = next(
            constant
            for constant in code.co_consts
            if isinstance(constant, CodeType) and constant.co_name == part
        )
    return code


def draw(package: str, sample: int | None, seed: int) -> tuple[list[Mutant], int]:
    """Return the mutants that the seed draws, by file, and how many there are to draw from."""
    names = [
        (place, no)
        for place in sorted(
            path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")
        )
        for no in range(len(_changes(place)[2]))
    ]
    random.Random(seed).shuffle(names)
    chosen: list[Mutant] = []
    for place, no in names:
        if len(chosen) == sample:
            break
        mutant = _made(place, no)
        if mutant.diff and UNREACHED not in mutant.diff:
            chosen.append(mutant)
    return sorted(chosen, key=lambda mutant: (mutant.path, mutant.index)), len(names)


@cache
def _changes(place: str) -> tuple[str, cst.Module, Sequence[tuple[str, Mutation]]]:
    """Return a file's text, its tree, and each change within a function, beside the function's name."""
    text = (ROOT / place).read_text(encoding="utf-8")
    module, mutations, *_ = create_mutations(place, text)
    names = dict(_functions(module.body))
    inside = []
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        if function is not None and function in names:
            inside.append((names[function], mutation))
    return text, module, inside


def _functions(
    body: Sequence[cst.BaseStatement | cst.SimpleStatementLine], of: str = ""
) -> Iterator[tuple[cst.FunctionDef, str]]:
    """Yield the functions of a module and the methods of its classes, with their dotted names."""
    for statement in body:
        if isinstance(statement, cst.FunctionDef):
            yield statement, f"{of}{statement.name.value}"
        elif isinstance(statement, cst.ClassDef) and isinstance(statement.body, cst.IndentedBlock):
            yield from _functions(statement.body.body, f"{of}{statement.name.value}.")


def _made(place: str, no: int) -> Mutant:
    text, module, changes = _changes(place)
    function, mutation = changes[no]
    changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, cst.Module)
    return Mutant(place, function, no, text, changed.code)
