"""What came of reading a file, and what is wrong with that: only errors of the house may come, and soon."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.roster import roster_yaml
from scoring.errors import InstrumentError
from scoring.load import load_texts
from scoring.model import Instrument

ROOT = Path(__file__).parent.parent.parent
MINI = ROOT / "tests" / "scoring" / "instruments"
SLOW = 15.0
E = TypeVar("E", bound=Exception)
T = TypeVar("T")
Verdict = tuple[str, str | None]
"""Taken, refused or raised; and what is wrong with that."""


@functools.cache
def roster() -> str:
    """Two small regions with an instrument of their own beside them, so that a case takes milliseconds."""
    return (Path(__file__).parent / "roster.yaml").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=64)
def _loaded(texts: tuple[tuple[str, str], ...]) -> Instrument:
    return load_texts(dict(texts))


def _remembering(files: Mapping[str, str]) -> Instrument:
    """The same function, which does the same file only once."""
    return _loaded(tuple(sorted(files.items())))


def remember_instruments() -> None:
    """Let rosters load the same instrument only once."""
    roster_yaml.load_texts = _remembering  # type: ignore[attr-defined]


def explained(error: InstrumentError) -> str | None:
    """Why an error of the house does not help; None where each has code, place, words and fix."""
    if not error.problems:
        return "an error without a problem"
    for problem in error.problems:
        if not (problem.code and problem.file and problem.message.strip() and problem.fix.strip()):
            return f"{problem.code}: lacks its words"
        if not (str(problem.line).isdigit() or "!" in str(problem.line)):
            return f"{problem.code}: no place ({problem.line})"
        if (
            "{" in problem.message.replace("{a", "")
            and re.search(r"\{[a-z_]+\}", problem.message)
            and not problem.params
        ):
            return f"{problem.code}: words with a gap"
    return None


def judged(
    work: Callable[[], T],
    mine: type[E],
    helps: Callable[[E], str | None] = explained,  # type: ignore[assignment]
    fits: Callable[[T], str | None] = lambda _: None,
) -> Verdict:
    """Read something; `helps` and `fits` say what is wrong with a refusal, and with what was taken."""
    began = time.monotonic()
    try:
        outcome, why = "taken", fits(work())
    except mine as error:
        outcome, why = "refused", helps(error)
    except Exception as error:  # anything else is what is looked for
        return "raised", f"{type(error).__name__}: {str(error)[:300]}"
    took = time.monotonic() - began
    return outcome, why or (f"took {took:.0f} s" if took > SLOW else None)
