"""The author's linter: everything wrong with an instrument's folder, at once, in the order of the
files.
"""

from __future__ import annotations

from pathlib import Path

from scoring.errors import InstrumentError, InstrumentProblem
from scoring.load import read_texts
from scoring.source import read_directory


def check(directory: Path | str) -> list[InstrumentProblem]:
    """Return every problem of an instrument; those with `is_warning` do not keep it from loading.

    A skeleton (`complete: false`) gives the warning `incomplete`, which lists what is missing.
    """
    try:
        files = read_directory(directory)
    except InstrumentError as error:
        return list(error.problems)
    problems = read_texts(files).problems
    return sorted(problems, key=lambda problem: (problem.is_warning, problem.file, problem.line))
