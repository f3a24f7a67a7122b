"""What a terminal shows, in its language: English as in the code, or what `indonesian.toml` has for it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.errors import InstrumentProblem


def terminal_language() -> str:
    """Return id where the terminal is set to Indonesian, else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "id" if value.lower().startswith(("id", "in_")) else "en"
    return "en"


def phrase(text: str, /, **words: object) -> str:
    """Return a text of the code in the terminal's language, with its words put in."""
    return known_as(text).format(**words)


def known_as(text: str) -> str:
    """Return a text in the terminal's language, as it stands."""
    return indonesian().get(text, text) if terminal_language() == "id" else text


def problem_words(problem: InstrumentProblem, about: str = "problems") -> tuple[str, str]:
    """Return what is wrong in a file, and how to put it right; `about`: the table of its sentences."""
    if terminal_language() != "id":
        return problem.message, problem.fix
    from messages.problems import problem as in_words  # only now: it reads all templates
    from messages.problems import problem_codes

    near = phrase(" Did you mean `{nearest}`?", nearest=problem.nearest) if problem.nearest else ""
    if problem.code in problem_codes(about):
        what, fix = in_words(problem.code, problem.params, about=about)
    else:
        entry = problem.entry
        what, fix = (known_as(text).format(**problem.params) for text in (entry.message, entry.fix))
    return what, f"{fix}{near}"


@cache
def indonesian() -> Mapping[str, str]:
    """Return what each English text is in Indonesian."""
    place = resources.files("bot") / "indonesian.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))
